"""Loudness: measured after the mix, met after coding.

ITU-R BS.1770-5 through FFmpeg's `ebur128`: integrated loudness in LUFS with its gates, true peak in dBTP from fourfold
oversampling, range in LU (EBU Tech 3342).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, log10
from typing import TYPE_CHECKING

import numpy as np

from wavereel.errors import UsageError
from wavereel.media.aac import AacTrack, decode_track, encode_aac
from wavereel.media.filters import FilterChain
from wavereel.media.limiter import Limiting, limit_blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

SILENCE_LUFS = -70.0
"""The absolute gate: quieter sound has no loudness."""

SILENCE_DBTP = -120.0
MAX_GAIN_DB = 40.0
NOTABLE_LIMITING_DB = 6.0
_CODING_MARGIN_DB = 0.3
_TOLERANCE_LU = 0.3
_MOST_PASSES = 4
_METER_BLOCK = 4_800


@dataclass(frozen=True, slots=True)
class Loudness:
    """Integrated loudness (-70 for silence), highest true peak (-120 for silence) and loudness range."""

    integrated_lufs: float
    true_peak_dbtp: float
    range_lu: float

    @property
    def is_silent(self) -> bool:
        """Whether nothing is above the absolute gate, or there is less than one block of 400 ms."""
        return self.integrated_lufs <= SILENCE_LUFS


class LoudnessMeter:
    """Measures a stream of `(n, 2)` float32 blocks of 48 kHz in constant memory.

    Two equal channels count twice: a voice that is played on both sides is 3 LU above the same on one.
    """

    def __init__(self) -> None:
        self._chain = FilterChain([("ebur128", {"metadata": "1", "peak": "true"})])
        self._last: dict[str, str] = {}
        self._peak = 0.0
        self._part = 0

    def feed(self, block: NDArray[np.float32]) -> None:
        """Takes the next samples."""
        for _, metadata in self._chain.feed(block):
            self._last = dict(metadata) or self._last
        if len(block):
            self._peak = max(self._peak, float(block.max()), -float(block.min()))
        self._part = (self._part + len(block)) % _METER_BLOCK

    def result(self) -> Loudness:
        """What was heard so far; call it once, at the end.

        The filter reports every 100 ms: silence fills up the last step, so that its peak counts too.
        """
        if self._part:
            quiet = np.zeros((_METER_BLOCK - self._part, 2), np.float32)
            for _, metadata in self._chain.feed(quiet):
                self._last = dict(metadata) or self._last
        integrated = _number(self._last.get("lavfi.r128.I"), SILENCE_LUFS)
        peak = max(_number(self._last.get("lavfi.r128.true_peak"), 0.0), self._peak)
        return Loudness(
            integrated_lufs=max(SILENCE_LUFS, integrated),
            true_peak_dbtp=max(SILENCE_DBTP, 20 * log10(peak)) if peak > 0 else SILENCE_DBTP,
            range_lu=_number(self._last.get("lavfi.r128.LRA"), 0.0),
        )


def _number(text: str | None, default: float) -> float:
    value = default if text is None else float(text)
    return value if isfinite(value) else default


def measure(blocks: Iterable[NDArray[np.float32]]) -> Loudness:
    """Loudness of `(n, 2)` float32 blocks of 48 kHz."""
    meter = LoudnessMeter()
    for block in blocks:
        meter.feed(block)
    return meter.result()


def gain_to(measured: Loudness, target_lufs: float) -> float:
    """Gain in dB from a measured loudness to a target; 0 for silence, 40 at most.

    Raises:
        UsageError: The target is outside -60..0 LUFS.
    """
    if not -60 <= target_lufs <= 0:
        raise UsageError(f"{target_lufs} LUFS is out of range", hint="name a loudness from -60 to 0, for example -16")
    if measured.is_silent:
        return 0.0
    return min(MAX_GAIN_DB, target_lufs - measured.integrated_lufs)


def level_to(
    blocks: Iterable[NDArray[np.float32]],
    *,
    measured: Loudness,
    target_lufs: float,
    ceiling_dbtp: float = -1.0,
    report: Limiting | None = None,
) -> Iterator[NDArray[np.float32]]:
    """Brings sound to a loudness: one gain, then a limiter that holds the true peak; as many samples as went in.

    Args:
        blocks: `(n, 2)` float32 of 48 kHz.
        measured: Loudness of the same blocks.
        target_lufs: Loudness wanted.
        ceiling_dbtp: Highest true peak.
        report: Filled in with what the limiter took, while the blocks are drawn.

    Raises:
        UsageError: The target is outside -60..0 LUFS.
    """
    return _levelled(blocks, gain_to(measured, target_lufs), ceiling_dbtp, report)


def _levelled(
    blocks: Iterable[NDArray[np.float32]], gain_db: float, ceiling_dbtp: float, report: Limiting | None
) -> Iterator[NDArray[np.float32]]:
    factor = np.float32(10 ** (gain_db / 20))
    louder = blocks if factor == 1 else (block * factor for block in blocks)
    return limit_blocks(louder, ceiling_dbtp=ceiling_dbtp, report=report)


@dataclass(frozen=True, slots=True)
class Levelled:
    """A coded track at its loudness.

    Attributes:
        track: The packets.
        loudness: Of the decoded packets.
        gain_db: Gain before the limiter.
        limiting_db: The most that the limiter took.
        notices: What the user should know, as sentences.
    """

    track: AacTrack
    loudness: Loudness
    gain_db: float
    limiting_db: float
    notices: tuple[str, ...] = ()


def encode_levelled(
    make_blocks: Callable[[], Iterable[NDArray[np.float32]]],
    samples: int,
    *,
    measured: Loudness,
    target_lufs: float,
    ceiling_dbtp: float = -1.0,
    bit_rate: int = 128_000,
    spool: Path,
) -> Levelled:
    """Levels and codes sound so that what a player decodes has the loudness and keeps under the ceiling.

    Coding moves peaks by up to a decibel or so. The result is decoded and measured; where it is over the ceiling or off
    the loudness, gain and ceiling are moved by the difference and the sound is coded again, four times at most.

    Args:
        make_blocks: Starts the sound from its beginning; the same samples every time.
        samples: Length of the track.
        measured: Loudness of the sound as it is made.
        target_lufs: Loudness wanted, met within 0.5 LU unless the sound's peaks do not let it.
        ceiling_dbtp: Highest true peak of the decoded track.
        bit_rate: Bits a second.
        spool: File to write.

    Raises:
        UsageError: The target is outside -60..0 LUFS.
        OutputError: The spool cannot be written.
    """
    gain_db = gain_to(measured, target_lufs)
    ceiling_db = ceiling_dbtp - _CODING_MARGIN_DB
    for number in range(1, _MOST_PASSES + 1):
        report = Limiting()
        track = encode_aac(
            _levelled(make_blocks(), gain_db, ceiling_db, report), samples, bit_rate=bit_rate, spool=spool
        )
        heard = measure(decode_track(track))
        over_db = heard.true_peak_dbtp - ceiling_dbtp
        off_lu = 0.0 if measured.is_silent or heard.is_silent else target_lufs - heard.integrated_lufs
        can_rise = gain_db < MAX_GAIN_DB or off_lu < 0
        off = abs(off_lu) > _TOLERANCE_LU and can_rise
        if number == _MOST_PASSES or (over_db <= 0 and not off):
            return Levelled(
                track, heard, gain_db, report.most_db, _notices(measured, target_lufs, off_lu, report.most_db)
            )
        if over_db > 0:
            ceiling_db -= over_db + 0.1
        if off:
            # Where the limiter works hard, a decibel more of gain gives well under one of loudness.
            eager = 1.5 if report.most_db > NOTABLE_LIMITING_DB / 2 else 1.0
            gain_db = min(MAX_GAIN_DB, gain_db + eager * off_lu)
    raise AssertionError


def _notices(measured: Loudness, target_lufs: float, off_lu: float, limiting_db: float) -> tuple[str, ...]:
    if measured.is_silent:
        return ("the sound is silent, so its loudness was left alone",)
    found: list[str] = []
    if limiting_db > NOTABLE_LIMITING_DB:
        found.append(f"peaks were limited by up to {limiting_db:.0f} dB to reach {target_lufs:g} LUFS")
    if abs(off_lu) > 0.5:
        found.append(
            f"the loudness is {target_lufs - off_lu:.1f} LUFS: the sound does not let it reach {target_lufs:g}"
        )
    return tuple(found)
