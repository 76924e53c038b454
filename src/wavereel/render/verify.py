"""The check that every finished file passes before it gets its name."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from wavereel.errors import Cancelled, VerifyError
from wavereel.media.playback import play_all, play_keys, play_range, read_packets

if TYPE_CHECKING:
    import threading
    from pathlib import Path

VerifyDepth = Literal["quick", "full"]

_SPOT_S = 2
"""How long the start, the middle and the end are played in a quick check."""

_REPORT = "the video was not kept; please report this with the command you ran"


@dataclass(frozen=True, slots=True)
class Expected:
    """What was meant to be written.

    `samples` and `rate_hz` are of the sound track as coded. `offset_s` is how far a copied sound track may start before
    or end beside the picture, because its own edit list trims it.
    """

    frames: int
    fps: Fraction
    keyint: int
    samples: int
    rate_hz: int
    offset_s: Fraction = Fraction(0)


def verify(
    path: Path, expected: Expected, depth: VerifyDepth = "quick", cancelled: threading.Event | None = None
) -> None:
    """Plays the file back and compares it with what was meant to be written.

    Quick: every packet's time, every key picture, and two seconds at the start, the middle and the end. Full: every
    picture, which costs about as much as coding them did.

    Raises:
        Cancelled: `cancelled` was set.
        VerifyError: Anything differs.
    """

    def watch() -> None:
        if cancelled is not None and cancelled.is_set():
            raise Cancelled("stopped")

    table = read_packets(path)
    _same("pictures", table.pictures, expected.frames)
    keys = frozenset(table.keys)
    missing = [n for n in range(0, expected.frames, expected.keyint) if n not in keys]
    if missing:
        raise VerifyError(f"picture {missing[0]} should be a key picture and is not", hint=_REPORT)
    length = expected.frames / expected.fps
    _near("the picture's end", table.video_end_s, length, Fraction(1, 1000))
    sound = Fraction(expected.samples, expected.rate_hz)
    _near("the sound's end", table.audio_end_s - table.audio_start_s, sound, Fraction(1, expected.rate_hz))
    _near("the tracks' ends", table.audio_end_s, length, Fraction(1, 1000) + expected.offset_s)
    if depth == "full":
        _same("pictures that decode", play_all(path, watch), expected.frames)
        return
    _same("key pictures that decode", play_keys(path, watch), len(keys))
    seconds = float(length)
    for start in sorted({0.0, max(0.0, seconds / 2 - _SPOT_S / 2), max(0.0, seconds - _SPOT_S)}):
        first = _frame_at(start, expected.fps)
        stop = min(expected.frames, first + round(_SPOT_S * expected.fps))
        shown = play_range(path, float(first / expected.fps), float(stop / expected.fps), watch)
        _same(f"pictures shown from {start:.1f} s", shown, stop - first)


def _frame_at(seconds: float, fps: Fraction) -> int:
    return int(Fraction(seconds) * fps)


def _same(what: str, found: int, meant: int) -> None:
    if found != meant:
        raise VerifyError(f"the finished file holds {found} {what} instead of {meant}", hint=_REPORT)


def _near(what: str, found: Fraction, meant: Fraction, tolerance: Fraction) -> None:
    if abs(found - meant) > tolerance:
        raise VerifyError(f"{what} is at {float(found):.4f} s instead of {float(meant):.4f} s", hint=_REPORT)
