"""From decibels to heights: a file's own loud and quiet parts, found in histograms, set the top and the bottom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

DB_FLOOR = -110.0
CODES_PER_DB = 64

_BIN_DB = 0.5
_BINS = 280
_LOUD_HEIGHT = 0.85
_LEAST_VISIBLE_DB = 24.0
_NOISE_MARGIN_DB = 6.0
_QUIETEST_REFERENCE_DB = -62.0
_ROOM_DB = -42.0
_ROOM_SPREAD_DB = 9.0
_NOISE_DB = -16.0
_NOISE_SPREAD_DB = 3.0
_NOISE_BAND_DB = 24.0
_LIVE_DB = 33.0
_LEAST_LIVE = 32
_LEVELLING = 0.65
_LEVELLING_MAX_DB = 14.0
_OVERSHOOT_DB = 4.0
_OVERSHOOT_BANDS = 4
_GATE_HEIGHT = 24


def to_code(db: NDArray[np.floating]) -> NDArray[np.int16]:
    """Decibels in the compact form they are kept in, 1 / 64 dB a step."""
    return np.rint(np.maximum(db, DB_FLOOR) * CODES_PER_DB).astype(np.int16)


class Histogram:
    """How often each column had each level, in steps of half a decibel."""

    def __init__(self, columns: int) -> None:
        self.counts = np.zeros((columns, _BINS), np.int64)
        self._base = np.arange(columns) * _BINS

    def add(self, db: NDArray[np.float32]) -> None:
        """Count `(n, columns)` levels."""
        index = np.clip(((db - np.float32(DB_FLOOR)) / np.float32(_BIN_DB)).astype(np.int64), 0, _BINS - 1)
        counts = np.bincount((index + self._base).ravel(), minlength=self.counts.size)
        self.counts += counts.reshape(self.counts.shape)

    def loud_db(self, column: int) -> float:
        """The level of the loud parts: the 90th percentile of what is not 15 dB below the mean power."""
        counts = self.counts[column].astype(np.float64)
        counts[0] = 0
        levels = _bin_levels()
        if counts.sum() == 0:
            return DB_FLOOR
        mean = 10 * np.log10((counts * 10 ** (levels / 10)).sum() / counts.sum())
        counts[levels < mean - 15] = 0
        return _percentile(counts, 0.90)

    def quiet_db(self, column: int) -> float:
        """The level of the quiet parts: the 10th percentile of everything."""
        return _percentile(self.counts[column].astype(np.float64), 0.10)


def _bin_levels() -> NDArray[np.float64]:
    return DB_FLOOR + (np.arange(_BINS, dtype=np.float64) + 0.5) * _BIN_DB


def _percentile(counts: NDArray[np.float64], share: float) -> float:
    total = float(counts.sum())
    if total == 0:
        return DB_FLOOR
    return float(_bin_levels()[int(np.searchsorted(np.cumsum(counts), share * total))])


@dataclass(frozen=True, slots=True)
class LevelMap:
    """A linear map from decibels to 0..255, with a column each.

    Attributes:
        zero: Codes shown at height 0.
        scale: Height of one code.
        source: Where each output column is read among the input's, in fractions of a column; empty for as they are.
    """

    zero: NDArray[np.float32]
    scale: NDArray[np.float32]
    source: NDArray[np.float32]

    @classmethod
    def of(cls, histogram: Histogram, column: int, *, visible_db: float, still: bool = False) -> LevelMap:
        """The map of one column: loud parts at 85 % of the height, noise and what is `visible_db` below at 0.

        Everything is at 0 where `still` is set.
        """
        loud, quiet = histogram.loud_db(column), histogram.quiet_db(column)
        return cls._between(np.array([loud]), np.array([quiet]), visible_db, still=still)

    @classmethod
    def of_bands(cls, histogram: Histogram, bands: int, *, visible_db: float, still: bool = False) -> LevelMap:
        """The map of the first `bands` columns: levelled in part, and spread over the bands that the file uses."""
        raw = np.array([histogram.loud_db(band) for band in range(bands)])
        loud = _smooth(raw)
        quiet = _smooth(np.array([histogram.quiet_db(band) for band in range(bands)]))
        live = np.flatnonzero(loud > np.percentile(loud, 75) - _LIVE_DB)
        first, last = int(live[0]), int(live[-1])
        short = max(0, _LEAST_LIVE - 1 - (last - first))
        first = max(0, first - short // 2)
        last = min(bands - 1, max(last, first + _LEAST_LIVE - 1))
        mean = float(loud[live].mean())
        level = mean + np.clip((loud - mean) * _LEVELLING, -_LEVELLING_MAX_DB, _LEVELLING_MAX_DB)
        level += max(0.0, float(np.sort(raw - level)[-_OVERSHOOT_BANDS]) - _OVERSHOOT_DB)
        source = np.linspace(first, last, bands, dtype=np.float32)
        return cls._between(level, quiet, visible_db, still=still, source=source)

    @classmethod
    def _between(
        cls,
        loud: NDArray[np.float64],
        quiet: NDArray[np.float64],
        visible_db: float,
        *,
        still: bool,
        source: NDArray[np.float32] | None = None,
    ) -> LevelMap:
        loud = np.maximum(loud, _QUIETEST_REFERENCE_DB)
        span = np.clip(loud - quiet - _NOISE_MARGIN_DB, _LEAST_VISIBLE_DB, visible_db)
        zero = np.full_like(loud, 1e3) if still else loud - span
        return cls(
            (zero * CODES_PER_DB).astype(np.float32),
            (255 * _LOUD_HEIGHT / (span * CODES_PER_DB)).astype(np.float32),
            np.empty(0, np.float32) if source is None else source,
        )

    def heights(self, codes: NDArray[np.int16], *, gate: NDArray[np.uint8] | None = None) -> NDArray[np.uint8]:
        """Heights of `(n,)` or `(n, columns)` codes; rows whose `gate` is near 0 are lowered to 0 with it."""
        raw = (codes.astype(np.float32) - self.zero) * self.scale
        if len(self.source):
            below = np.minimum(self.source.astype(np.intp), raw.shape[1] - 2)
            share = self.source - below
            raw = np.maximum(raw, 0)
            raw = raw[:, below] * (1 - share) + raw[:, below + 1] * share
        if gate is not None:
            raw *= np.minimum(gate.astype(np.float32) / np.float32(_GATE_HEIGHT), 1)[:, None]
        return np.clip(np.rint(raw), 0, 255).astype(np.uint8)


def is_room(histogram: Histogram, bands: int) -> bool:
    """Whether a file holds nothing but the even noise of a room: low and even, or very even and in many bands."""
    loud, quiet = histogram.loud_db(bands), histogram.quiet_db(bands)
    if loud < _ROOM_DB:
        return loud - quiet < _ROOM_SPREAD_DB
    wide = np.array([histogram.loud_db(band) for band in range(bands)])
    everywhere = np.count_nonzero(wide > wide.max() - _NOISE_BAND_DB) > bands * 0.3
    return loud < _NOISE_DB and loud - quiet < _NOISE_SPREAD_DB and bool(everywhere)


def _smooth(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.convolve(np.pad(values, 2, mode="edge"), np.array([1, 2, 3, 2, 1]) / 9, mode="valid")
