"""The sound of one clip of a mix, from its source to its fades."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wavereel.media.decode import decode_audio
from wavereel.media.stretch import stretch_blocks, stretched_length

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from wavereel.media.mix import MixClip, MixSpec

SEAM = 480
"""Samples over which one round of a loop gives way to the next: 10 ms."""

EDGE = 240
"""Samples over which a cut in the middle of a sound is rounded off: 5 ms."""

_KEPT_SAMPLES = 30 * 48_000
"""Rounds of a loop up to this long are decoded once and kept."""

_MASK_HZ = 1000
_MASK_GAIN = 0.1
_AHEAD = EDGE + 1


class ClipPlayer:
    """Plays a clip from its start; reads follow each other.

    Where the clip starts or stops in the middle of its source, the cut is rounded off over 5 ms, unless the next clip
    goes on with the very next sample, as after a split.
    """

    def __init__(self, clip: MixClip, spec: MixSpec) -> None:
        self._clip = clip
        self._at = 0
        self._source = _clip_source(clip, salvage=spec.salvage)
        self._rest = np.zeros((0, 2), np.float32)
        self._ended = False
        self._stop = clip.length
        if clip.source_stop is not None and not clip.loop:
            trimmed = stretched_length(max(0, clip.source_stop - clip.source_start), clip.speed)
            self._stop = min(clip.length, trimmed)
        starts_inside = clip.path is not None and clip.source_start > 0
        self._rounds_start = starts_inside and not _is_joined(spec, clip, before=True)
        self._may_round_stop = not _is_joined(spec, clip, before=False)

    def read(self, count: int) -> NDArray[np.float32]:
        """The next `(count, 2)` samples; silence after the source's end."""
        parts = [self._rest]
        held = len(self._rest)
        while held < count + _AHEAD and not self._ended:
            block = next(self._source, None)
            if block is None:
                self._ended = True
            else:
                parts.append(block)
                held += len(block)
        joined = np.concatenate(parts) if len(parts) > 1 else self._rest
        self._rest = joined[count:]
        sound = np.zeros((count, 2), np.float32)
        audible = max(0, min(count, len(joined), self._stop - self._at))
        sound[:audible] = joined[:audible]
        self._shape(sound)
        self._at += count
        return sound

    def close(self) -> None:
        """Closes the source."""
        close = getattr(self._source, "close", None)
        if close is not None:
            close()

    def _shape(self, sound: NDArray[np.float32]) -> None:
        """Gain, masks and fades, in place."""
        clip = self._clip
        if clip.gain != 1:
            sound *= np.float32(clip.gain)
        for start, stop in clip.masks:
            _mask(sound, self._at, max(0, start), min(stop, self._stop))
        if self._rounds_start:
            _fade_in(sound, self._at, 0, EDGE)
        # What is held shows whether the source goes on behind the clip's end.
        if self._may_round_stop and len(self._rest) > self._stop - self._at - len(sound):
            _fade_out(sound, self._at, self._stop, EDGE)
        _fade_in(sound, self._at, 0, clip.fade_in)
        _fade_out(sound, self._at, self._stop, clip.fade_out)


def _clip_source(clip: MixClip, *, salvage: bool) -> Iterator[NDArray[np.float32]]:
    """Samples from `source_start` on, looped and at the clip's speed; past `source_stop` for a little more."""
    needed = int(clip.length * clip.speed) + 2 * _AHEAD + SEAM
    last = clip.source_start + needed

    def once() -> Iterator[NDArray[np.float32]]:
        stop = last
        if clip.source_stop is not None:
            stop = min(last, clip.source_stop if clip.loop else clip.source_stop + _AHEAD)
        if clip.path is None:
            yield from _music(clip, clip.source_start, stop)
        else:
            yield from decode_audio(clip.path, start_sample=clip.source_start, stop_sample=stop, salvage=salvage)

    source = _looped(once) if clip.loop and (clip.path is not None or clip.source_stop is not None) else once()
    return stretch_blocks(source, clip.speed)


def _music(clip: MixClip, start: int, stop: int) -> Iterator[NDArray[np.float32]]:
    if clip.music is None:
        return
    from wavereel.media.music import music_blocks

    yield from music_blocks(clip.music, start, stop)


def _looped(once: Callable[[], Iterator[NDArray[np.float32]]]) -> Iterator[NDArray[np.float32]]:
    """The same sound again and again; its period is its own length.

    The end of each round sounds on, backwards, while the next one fades in: no step, no gap, no shift of the beat.
    """
    echo: NDArray[np.float32] | None = None
    kept: list[NDArray[np.float32]] = []
    fits = False
    while True:
        played = 0
        tail = np.zeros((0, 2), np.float32)
        for block in kept if fits else once():
            if not fits and echo is None and played + len(block) <= _KEPT_SAMPLES:
                kept.append(block)
            sound = block
            if echo is not None and played < len(echo):
                sound = block.copy()
                part = echo[played : played + len(sound)]
                ramp = (np.arange(played, played + len(part)) + 0.5) / len(echo) * (np.pi / 2)
                sound[: len(part)] *= np.sin(ramp).astype(np.float32)[:, None]
                sound[: len(part)] += part * np.cos(ramp).astype(np.float32)[:, None]
            yield sound
            played += len(block)
            tail = np.concatenate([tail, block])[-SEAM:]
        if not played:
            return
        fits = played <= _KEPT_SAMPLES
        echo = tail[::-1].copy()


def _is_joined(spec: MixSpec, clip: MixClip, *, before: bool) -> bool:
    """Whether another clip plays the samples right before or after this one's, without a change."""
    if clip.loop or clip.speed != 1:
        return False
    for other in spec.clips:
        if other is clip or other.path != clip.path or other.music != clip.music or other.loop or other.speed != 1:
            continue
        first, second = (other, clip) if before else (clip, other)
        follows = first.stop == second.start and first.source_start + first.length == second.source_start
        if follows and first.gain == second.gain and first.duck == second.duck:
            return True
    return False


def _fade_in(sound: NDArray[np.float32], at: int, start: int, length: int) -> None:
    """Fades in along a quarter of a sine over `[start, start + length)`, in place; `at` is the place of `sound[0]`."""
    first, last = max(at, start), min(at + len(sound), start + length)
    if first < last:
        ramp = (np.arange(first - start, last - start) + 0.5) / length * (np.pi / 2)
        sound[first - at : last - at] *= np.sin(ramp).astype(np.float32)[:, None]


def _fade_out(sound: NDArray[np.float32], at: int, stop: int, length: int) -> None:
    """Fades out over `[stop - length, stop)`, the mirror image of `_fade_in`."""
    first, last = max(at, stop - length, 0), min(at + len(sound), stop)
    if first < last:
        ramp = (stop - np.arange(first, last) - 0.5) / length * (np.pi / 2)
        sound[first - at : last - at] *= np.sin(ramp).astype(np.float32)[:, None]


def _mask(sound: NDArray[np.float32], at: int, start: int, stop: int) -> None:
    """Replaces `[start, stop)` by a tone, with ramps of 5 ms inside the range, in place."""
    first, last = max(at, start), min(at + len(sound), stop)
    if first >= last:
        return
    place = np.arange(first, last)
    share = np.clip(np.minimum(place - start + 0.5, stop - place - 0.5) / EDGE, 0, 1)
    tone = _MASK_GAIN * np.sin(2 * np.pi * _MASK_HZ / 48_000 * (place - start))
    part = sound[first - at : last - at]
    part *= (1 - share).astype(np.float32)[:, None]
    part += (share * tone).astype(np.float32)[:, None]
