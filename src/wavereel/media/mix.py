"""The mix: clips of files and of generated music, summed at 48 kHz stereo in constant memory.

Each clip passes, in this order: trim, loop, speed, gain, masks, fades, ducking. A clip that asks for none of these
comes out bit for bit as it was decoded.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import numpy as np

from wavereel.media.clip_sound import ClipPlayer
from wavereel.media.ducking import HOP, LOOK_HOPS, Ducker, ducked_gain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from wavereel.media.music import MusicSpec

STEP = 48_000
_LOOK = LOOK_HOPS * HOP


@dataclass(frozen=True, slots=True)
class MixClip:
    """One placed sound. All positions are in samples of 48 kHz; ranges are half-open.

    Attributes:
        start: Where it starts in the mix.
        length: How long it sounds in the mix; a source that is shorter is followed by silence.
        path: The file, or `None`.
        music: Music that the program makes, where `path` is `None`.
        source_start: Where in the source it starts.
        source_stop: Where in the source it stops; `None` for the source's end.
        speed: Pace; the pitch is kept.
        loop: Whether `[source_start, source_stop)` repeats for as long as the clip.
        gain: Factor.
        fade_in: Length of a fade from silence, along a quarter of a sine.
        fade_out: Length of a fade to silence.
        duck: Gain while a voice sounds; `None` to stay.
        key: Id of its track, for `only`.
        segment: Its own id, for `only` as well.
        role: `voice` and, where no clip has that role, `audio` make others duck.
        masks: Ranges from the clip's start that a quiet tone of 1 kHz replaces.
    """

    start: int
    length: int
    path: Path | None
    music: MusicSpec | None
    source_start: int = 0
    source_stop: int | None = None
    speed: float = 1.0
    loop: bool = False
    gain: float = 1.0
    fade_in: int = 0
    fade_out: int = 0
    duck: float | None = None
    key: str = ""
    segment: str = ""
    role: str = "voice"
    masks: tuple[tuple[int, int], ...] = ()

    @property
    def stop(self) -> int:
        """Where it ends in the mix."""
        return self.start + self.length


@dataclass(frozen=True, slots=True)
class MixSpec:
    """All clips and the length of the mix, which silence fills. `salvage` takes what is there of damaged files."""

    clips: tuple[MixClip, ...]
    samples: int
    salvage: bool = False


def mix_blocks(spec: MixSpec, *, only: str | None = None, block: int = STEP) -> Iterator[NDArray[np.float32]]:
    """The mix as `(n, 2)` float32 blocks of `block` samples, the last one shorter; `spec.samples` in all.

    Args:
        spec: What sounds.
        only: Key, or own id, of the clips that are heard; the others still make them duck.
        block: Samples a block.

    Raises:
        InputError: A file cannot be decoded.
        TruncatedError: A file is cut short, and `spec.salvage` is not set.
    """
    steps = _steps(spec, only)
    if block == STEP:
        yield from steps
        return
    rest = np.zeros((0, 2), np.float32)
    for step in steps:
        rest = np.concatenate([rest, step])
        while len(rest) >= block:
            yield rest[:block]
            rest = rest[block:]
    if len(rest):
        yield rest


def _steps(spec: MixSpec, only: str | None) -> Iterator[NDArray[np.float32]]:
    wanted = [clip for clip in spec.clips if clip.length > 0 and (only is None or only in (clip.key, clip.segment))]
    ducked = [clip for clip in wanted if clip.duck is not None and clip.duck != 1]
    plain = [clip for clip in wanted if clip not in ducked]
    voices = _voices(spec.clips) if ducked else []
    with ExitStack() as stack:
        heard = stack.enter_context(_Bus(spec, plain))
        listened = stack.enter_context(_Bus(spec, voices))
        turned = [stack.enter_context(_Bus(spec, [clip])) for clip in ducked]
        ducker = Ducker()
        ahead = 0
        for start in range(0, spec.samples, STEP):
            count = min(STEP, spec.samples - start)
            total = heard.read(start, STEP)
            if ducked:
                while ahead < start + STEP + _LOOK:
                    ducker.listen(listened.read(ahead, STEP))
                    ahead += STEP
                depth = ducker.depth(STEP // HOP)
                for clip, bus in zip(ducked, turned, strict=True):
                    sound = bus.read(start, STEP)
                    if depth.any():
                        sound *= ducked_gain(depth, clip.duck if clip.duck is not None else 1.0)
                    total += sound
            yield total[:count]


def _voices(clips: Sequence[MixClip]) -> list[MixClip]:
    """The clips that others duck under: those of role `voice`, or of role `audio` where there is no voice."""
    for role in ("voice", "audio"):
        found = [clip for clip in clips if clip.role == role and clip.duck is None and clip.length > 0]
        if found:
            return found
    return []


@dataclass(slots=True)
class _Bus:
    """Sum of some clips, read from start to end; each source is open only while its clip sounds."""

    spec: MixSpec
    clips: list[MixClip]
    _playing: dict[int, ClipPlayer] = field(default_factory=dict[int, ClipPlayer])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for player in self._playing.values():
            player.close()
        self._playing.clear()

    def read(self, start: int, count: int) -> NDArray[np.float32]:
        """A fresh `(count, 2)` sum from `start`; calls must follow each other."""
        total = np.zeros((count, 2), np.float32)
        for number, clip in enumerate(self.clips):
            first, last = max(start, clip.start), min(start + count, clip.stop)
            if first >= last:
                continue
            player = self._playing.get(number)
            if player is None:
                player = self._playing[number] = ClipPlayer(clip, self.spec)
            total[first - start : last - start] += player.read(last - first)
            if last == clip.stop:
                self._playing.pop(number).close()
        return total
