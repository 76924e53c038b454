"""What a waveform is driven by: loudness, spectrum and shape of the sound at the time of every frame.

Sound is looked at every 10 ms, whatever the frame rate, so that the same moment gives the same picture at 24 and at 60
frames a second. Levels are decibels; bands are spaced as hearing is, and lifted where speech is weak, so that a voice
moves all of them. How loud the file is becomes known only at its end: until then every value is kept as decibels, and
`Analyser.finish` maps them to 0..255 by the file's own loud and quiet parts. Silence and steady room noise become 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

import numpy as np

from wavereel.media.analysis_bands import BandBank
from wavereel.media.analysis_levels import CODES_PER_DB, DB_FLOOR, Histogram, LevelMap, is_room, to_code
from wavereel.media.analysis_scope import SCOPE_POINTS, ScopeTracer
from wavereel.times import SAMPLE_RATE_HZ

if TYPE_CHECKING:
    from numpy.typing import NDArray

BANDS = 64
"""Bands of a spectrum, from low to high."""

HISTORY_HZ = 50
"""Values a second of `Analysis.history`, at any frame rate."""

TICK_HZ = 100
_TICK = SAMPLE_RATE_HZ // TICK_HZ
_CHUNK = SAMPLE_RATE_HZ
_CHUNK_TICKS = _CHUNK // _TICK
_CONTEXT = 4096
_HISTORY_STEP = SAMPLE_RATE_HZ // HISTORY_HZ
_VISIBLE_DB = 42.0
_SPILL_BYTES = 64 << 20
_ROWS_AT_ONCE = 8192

_Kind = TypeVar("_Kind", np.int16, np.int8, np.uint8)


@dataclass(frozen=True, slots=True)
class Analysis:
    """A sound as the eye sees it; row `n` of the arrays is the moment `n / fps`.

    Attributes:
        fps: Frames a second.
        frames: Rows of the arrays that go by frame.
        bands: `(frames, 64)` uint8: heights of logarithmic bands, low to high, over the part of 50 Hz to 16 kHz that
            the file uses.
        level: `(frames,)` uint8: how loud it is.
        history: `(ticks,)` uint8: amplitude in steps of 1 / 50 s from the start, without attack and release.
        scope: `(frames, 512)` int8: the wave itself over 42.7 ms around the moment, aligned so that it stands still;
            `None` when it was not asked for.
    """

    fps: Fraction
    frames: int
    bands: NDArray[np.uint8]
    level: NDArray[np.uint8]
    history: NDArray[np.uint8]
    scope: NDArray[np.int8] | None = None


class Analyser:
    """Turns blocks of sound into an `Analysis`; memory grows by nothing but the result.

    Args:
        fps: Frames a second of the picture.
        frames: How many frames there will be; sound past them is not looked at, missing sound is silence.
        release_ms: Time in which a value falls by 63 % of the height.
        attack_ms: Time in which a value rises from 10 to 90 % of a step.
        want_scope: Also trace the wave itself.
        spill: Folder for arrays above 64 MB, which then live in files there; the caller removes it.
    """

    def __init__(
        self,
        fps: Fraction,
        frames: int,
        *,
        release_ms: float = 180,
        attack_ms: float = 15,
        want_scope: bool = False,
        spill: Path | None = None,
    ) -> None:
        self._fps, self._frames, self._spill = fps, frames, spill
        self._fall_db = _VISIBLE_DB * (1 - np.exp(-1)) * 1000 / TICK_HZ / max(release_ms, 1)
        self._rise = np.float32(1 - np.exp(-2.2 * 1000 / TICK_HZ / max(attack_ms, 0.1)))
        self._bank = BandBank(BANDS)
        self._pending = [np.zeros((_CONTEXT, 2), np.float32)]
        self._pending_samples = _CONTEXT
        self._chunk = 0
        self._frame = 0
        columns = BANDS + 1
        self._smooth = np.full(columns, DB_FLOOR, np.float32)
        self._held = np.full(columns, DB_FLOOR, np.float32)
        self._codes = self._array("levels", (frames, columns), np.int16)
        self._histogram = Histogram(columns)
        ticks = -(-frames * HISTORY_HZ * fps.denominator // fps.numerator)
        self._history = np.full(ticks, round(DB_FLOOR * CODES_PER_DB), np.int16)
        self._history_histogram = Histogram(1)
        self._tracer = None
        if want_scope:
            self._tracer = ScopeTracer(self._array("scope", (frames, SCOPE_POINTS), np.int8))

    def feed(self, block: NDArray[np.float32]) -> None:
        """Take the next `(n, 2)` float32 samples at 48 kHz."""
        if self._frame >= self._frames:
            return
        self._pending.append(block)
        self._pending_samples += len(block)
        if self._pending_samples >= _CHUNK + 2 * _CONTEXT:
            self._drain()

    def finish(self) -> Analysis:
        """What was heard, mapped to heights; the analyser is spent."""
        while self._frame < self._frames:
            missing = _CHUNK + 2 * _CONTEXT - self._pending_samples
            self._pending.append(np.zeros((missing, 2), np.float32))
            self._pending_samples += missing
            self._drain()
        still = is_room(self._histogram, BANDS)
        history_map = LevelMap.of(self._history_histogram, 0, visible_db=36, still=still)
        bands, level = self._heights(still=still)
        scope = None
        if self._tracer is not None:
            scope = self._tracer.finish(level)
        return Analysis(self._fps, self._frames, bands, level, history_map.heights(self._history), scope)

    def _array(self, name: str, shape: tuple[int, int], kind: type[_Kind]) -> NDArray[_Kind]:
        if self._spill is None or shape[0] * shape[1] * np.dtype(kind).itemsize <= _SPILL_BYTES:
            return np.zeros(shape, kind)
        path = self._spill / f"{name}.{id(self):x}.array"
        return cast("NDArray[_Kind]", np.memmap(path, dtype=kind, mode="w+", shape=shape))

    def _drain(self) -> None:
        sound = np.concatenate(self._pending)
        start = 0
        while len(sound) - start >= _CHUNK + 2 * _CONTEXT and self._frame < self._frames:
            self._look_at(sound[start : start + _CHUNK + 2 * _CONTEXT])
            start += _CHUNK
        self._pending = [sound[start:].copy()]
        self._pending_samples = len(sound) - start

    def _look_at(self, sound: NDArray[np.float32]) -> None:
        """One second, with context on both sides."""
        levels = self._bank.levels(sound, _CONTEXT, _TICK, _CHUNK_TICKS)
        held = self._follow(levels)
        self._histogram.add(held[1:])
        first = self._chunk * _CHUNK_TICKS
        last = first + _CHUNK_TICKS - 1
        numerator, step = self._fps.numerator, TICK_HZ * self._fps.denominator
        end = min(last * numerator // step + 1, self._frames)
        ticks = np.arange(self._frame, end, dtype=np.int64) * step
        whole, part = np.divmod(ticks, numerator)
        row = whole - first + 1
        share = (part / numerator)[:, None]
        after = held[np.minimum(row + 1, _CHUNK_TICKS)]
        self._codes[self._frame : end] = to_code(held[row] * (1 - share) + after * share)
        self._remember(sound[_CONTEXT : _CONTEXT + _CHUNK])
        if self._tracer is not None:
            centres = ticks * _TICK // numerator - self._chunk * _CHUNK + _CONTEXT
            self._tracer.trace(self._bank.slow, centres, self._frame)
        self._frame = end
        self._chunk += 1

    def _follow(self, levels: NDArray[np.float32]) -> NDArray[np.float32]:
        """Attack, then a fall of so many decibels a tick; the first row is the tick before."""
        held = np.empty((len(levels) + 1, levels.shape[1]), np.float32)
        held[0] = self._held
        smooth = self._smooth
        for tick, level in enumerate(levels):
            smooth = smooth + (level - smooth) * self._rise
            held[tick + 1] = smooth
        self._smooth = smooth
        slope = (np.arange(len(held), dtype=np.float32) * np.float32(self._fall_db))[:, None]
        held = np.maximum.accumulate(held + slope, axis=0) - slope
        self._held = held[-1]
        return held

    def _remember(self, sound: NDArray[np.float32]) -> None:
        first = self._chunk * HISTORY_HZ
        steps = sound.reshape(HISTORY_HZ, _HISTORY_STEP * 2)
        power = np.einsum("ij,ij->i", steps, steps) / np.float32(_HISTORY_STEP * 2)
        peak = np.maximum(steps.max(axis=1), -steps.min(axis=1)) * np.float32(0.5)
        blend = 10 * np.log10(power * np.float32(0.5) + peak * peak * np.float32(0.5) + np.float32(1e-12))
        codes = to_code(blend)[: max(0, len(self._history) - first)]
        self._history[first : first + len(codes)] = codes
        self._history_histogram.add(blend[: len(codes), None])

    def _heights(self, *, still: bool) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        maps = LevelMap.of_bands(self._histogram, BANDS, visible_db=_VISIBLE_DB, still=still)
        level_map = LevelMap.of(self._histogram, BANDS, visible_db=_VISIBLE_DB, still=still)
        bands = self._array("bands", (self._frames, BANDS), np.uint8)
        level = np.empty(self._frames, np.uint8)
        for start in range(0, self._frames, _ROWS_AT_ONCE):
            rows = self._codes[start : start + _ROWS_AT_ONCE]
            heights = level_map.heights(rows[:, BANDS])
            level[start : start + len(rows)] = heights
            bands[start : start + len(rows)] = maps.heights(rows[:, :BANDS], gate=heights)
        return bands, level


__all__ = ["BANDS", "HISTORY_HZ", "SCOPE_POINTS", "Analyser", "Analysis"]
