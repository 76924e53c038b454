"""The encoder port: who codes a segment's pictures, told what changed in each.

A segment is a run of closed GOPs coded by one call, independent of every other, so that segments may be coded in any
order and joined. An encoder gets the planes as they are painted and, with each frame, the damage; an encoder that
codes only what moves lives on it, and libx264 uses it to copy no more than has changed. All encoders of one video
must write equal parameter sets, so that the choice can be made for each segment anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from wavereel.media.x264 import X264Segment, X264Settings
from wavereel.picture.identity import identity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from wavereel.media.coded import CodedPicture
    from wavereel.picture.canvas import Canvas
    from wavereel.picture.geometry import Rect

FULL_MOTION_SHARE = 0.35
"""Mean damage from which a segment is coded as full motion: below it most macroblocks of a frame are skipped."""


@dataclass(frozen=True, slots=True)
class SegmentFacts:
    """What is known of a segment before its first frame is painted.

    `first` and `stop` are frame numbers, half-open; `damage_share` is the mean share of the picture that changes in a
    frame, 0..1.
    """

    first: int
    stop: int
    damage_share: float


class SegmentEncoder(Protocol):
    """Codes segments; one instance serves all segments of a video and is shared by threads."""

    def encode(self, facts: SegmentFacts, frames: Iterable[tuple[Canvas, list[Rect] | None]]) -> Iterator[CodedPicture]:
        """The coded pictures of one segment, in order, starting with a key picture.

        Args:
            facts: What the choice of tools may depend on.
            frames: The canvas, painted in place, and the damage against the frame before; `None` means everything.
        """
        ...

    def digest(self) -> bytes:
        """What the coded pictures depend on besides frames, their damage and their number."""
        ...


class X264Encoder:
    """libx264 behind the port."""

    def __init__(self, settings: X264Settings) -> None:
        self._settings = settings

    def digest(self) -> bytes:
        """See `SegmentEncoder.digest`."""
        return identity("x264", self._settings)

    def encode(self, facts: SegmentFacts, frames: Iterable[tuple[Canvas, list[Rect] | None]]) -> Iterator[CodedPicture]:
        """Codes a segment; see `SegmentEncoder.encode`."""
        segment = X264Segment(self._settings, full_motion=facts.damage_share >= FULL_MOTION_SHARE)
        for canvas, damage in frames:
            yield from segment.encode((canvas.y, canvas.u, canvas.v), damage)
        yield from segment.finish()
