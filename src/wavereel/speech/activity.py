"""Where speech is: levelling, voice activity, and the pieces that are given to a recogniser.

Sound is mono float32 at 16 kHz. It is levelled for the recogniser only, never for the mix: without it the activity
detector misses quiet speakers, and every second word they say is lost.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from wavereel.errors import MissingPartError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

RATE_HZ = 16_000
"""Rate of all sound in this package."""

Sound: TypeAlias = NDArray[np.float32]
"""Mono samples at 16 kHz, `(n,)` float32 in -1..1."""

WINDOW_SAMPLES = 60 * RATE_HZ
"""What is held at a time. Longer windows cost memory in the activity detector and gain no accuracy."""

MAX_PIECE_SAMPLES = 28 * RATE_HZ
"""Whisper listens to 30 s at a time; shorter pieces cost more and are recognised worse."""

MAX_GAP_SAMPLES = 3 * RATE_HZ // 2
CARRY_SAMPLES = 2 * RATE_HZ
MARGIN_SAMPLES = 2 * RATE_HZ // 5

_TARGET = 0.1 / 1.6  # -20 dBFS of power: running speech has about 1.6 times this mean
_MAX_GAIN = 31.6  # +30 dB
_HOP = 160
_SPAN_HOPS = 300  # 3 s

Span: TypeAlias = tuple[int, int]
"""Half-open range of samples."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of speech, up to 28 s, with a margin of sound around it.

    Attributes:
        start: First sample of the speech, counted from the start of the whole sound.
        stop: End of the speech, exclusive.
        origin: Where `sound` begins: up to 0.4 s before `start`.
        sound: Levelled samples, `(n,)` float32 in -1..1, from `origin` to up to 0.4 s after `stop`.
        spans: The stretches in which a voice was detected, absolute and in order.
    """

    start: int
    stop: int
    origin: int
    sound: Sound
    spans: tuple[Span, ...]

    @property
    def seconds(self) -> float:
        """Length of the speech in seconds."""
        return (self.stop - self.start) / RATE_HZ

    def cut(self, start: int, stop: int) -> Sound:
        """The levelled samples of an absolute range, cut to what the piece holds."""
        return self.sound[max(0, start - self.origin) : max(0, stop - self.origin)]


def level(sound: Sound) -> Sound:
    """Bring speech to about -20 dBFS, measured over 3 s around each moment, by at most 30 dB of gain.

    The measure is the squared mean of the square root of the amplitude, taken every 10 ms: a slammed door counts for
    little beside the quiet sentence that it interrupts, where a mean power would turn the sentence down.

    Args:
        sound: `(n,)` float32.

    Returns:
        A new array, clipped to -1..1.
    """
    hops = -(-len(sound) // _HOP)
    if hops == 0:
        return sound.copy()
    padded = np.zeros(hops * _HOP, np.float32)
    padded[: len(sound)] = sound
    energy = np.einsum("ij,ij->i", padded.reshape(hops, _HOP), padded.reshape(hops, _HOP), dtype=np.float64) / _HOP
    total = np.concatenate(([0.0], np.cumsum(energy**0.25)))
    centre = np.arange(hops)
    low = np.maximum(centre - _SPAN_HOPS // 2, 0)
    high = np.minimum(centre + _SPAN_HOPS // 2, hops)
    mean = ((total[high] - total[low]) / (high - low)) ** 2
    gain = np.clip(_TARGET / np.maximum(mean, 1e-9), 1 / _MAX_GAIN, _MAX_GAIN)
    curve = np.interp(np.arange(len(sound), dtype=np.float32), centre * _HOP + _HOP / 2, gain).astype(np.float32)
    curve *= sound
    return np.clip(curve, -1.0, 1.0, out=curve)


def find_speech(sound: Sound) -> list[Span]:
    """Ranges of samples in which a voice is heard (Silero's detector, as it comes with faster-whisper).

    Raises:
        MissingPartError: The detector is not installed.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # else its runtime keeps a log at home and sends it away
    try:
        from faster_whisper import vad
    except ImportError as error:
        raise MissingPartError("the speech detector is not installed", hint="pip install 'wavereel[speech]'") from error
    library = cast("Any", vad)  # its types are partial
    options = library.VadOptions(
        threshold=0.5, min_silence_duration_ms=300, speech_pad_ms=250, max_speech_duration_s=MAX_PIECE_SAMPLES / RATE_HZ
    )
    return [(int(span["start"]), int(span["end"])) for span in library.get_speech_timestamps(sound, options)]


def rewindow(blocks: Iterable[Sound], size: int = WINDOW_SAMPLES) -> Iterator[Sound]:
    """Blocks of any length as windows of `size` samples; the last one may be shorter. NaN and infinity become zero."""
    held: list[Sound] = []
    count = 0
    for block in blocks:
        flat = np.nan_to_num(np.asarray(block, np.float32).reshape(-1), nan=0.0, posinf=0.0, neginf=0.0)
        while len(flat):
            part = flat[: size - count]
            held.append(part)
            count += len(part)
            flat = flat[len(part) :]
            if count == size:
                yield np.concatenate(held)
                held, count = [], 0
    if count:
        yield np.concatenate(held)


def group_spans(spans: Iterable[Span]) -> list[list[Span]]:
    """Neighbouring spans joined to groups of at most 28 s, over gaps of at most 1.5 s."""
    groups: list[list[Span]] = []
    for start, stop in spans:
        last = groups[-1] if groups else None
        if last and start - last[-1][1] <= MAX_GAP_SAMPLES and stop - last[0][0] <= MAX_PIECE_SAMPLES:
            last.append((start, stop))
        else:
            groups.append([(start, stop)])
    return groups


def speech_pieces(
    windows: Iterable[Sound], detect: Callable[[Sound], list[Span]] | None = None
) -> Iterator[tuple[int, list[Piece]]]:
    """Cut a sound of any length into pieces of speech, holding at most a window and a piece of it.

    A group that touches the last 2 s of a window waits for the next one, so that no word is cut at a seam.

    Args:
        windows: Blocks of any length, in order.
        detect: Finds the ranges of samples that hold a voice; `None` is `find_speech`.

    Yields:
        For every window, how many samples are dealt with up to its end, and the pieces that are complete.
    """
    held = np.zeros(0, np.float32)
    origin = 0
    waiting: Sound | None = None
    for window in rewindow(windows):
        if waiting is not None:
            held, origin, pieces = _cut(np.concatenate((held, waiting)), origin, detect or find_speech, last=False)
            yield origin + len(held), pieces
        waiting = window
    if waiting is not None:
        sound = np.concatenate((held, waiting))
        _, _, pieces = _cut(sound, origin, detect or find_speech, last=True)
        yield origin + len(sound), pieces


def _cut(
    sound: Sound, origin: int, detect: Callable[[Sound], list[Span]], *, last: bool
) -> tuple[Sound, int, list[Piece]]:
    """Pieces of one window, and what of it has to be heard again together with the next one."""
    levelled = level(sound)
    groups = group_spans(detect(levelled))
    keep = len(sound) if last else max(0, len(sound) - CARRY_SAMPLES)
    while not last and groups and groups[-1][-1][1] > len(sound) - CARRY_SAMPLES and groups[-1][0][0] > 0:
        keep = min(keep, groups[-1][0][0])
        groups.pop()
    pieces: list[Piece] = []
    for group in groups:
        start, stop = group[0][0], group[-1][1]
        low, high = max(0, start - MARGIN_SAMPLES), min(len(sound), stop + MARGIN_SAMPLES)
        spans = tuple((a + origin, b + origin) for a, b in group)
        pieces.append(Piece(start + origin, stop + origin, low + origin, levelled[low:high].copy(), spans))
    return sound[keep:].copy(), origin + keep, pieces
