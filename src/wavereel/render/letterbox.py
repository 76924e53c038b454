"""A canvas inside a frame of another shape, with black bars beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from wavereel.errors import UsageError
from wavereel.picture.canvas import Canvas
from wavereel.picture.colors import BLACK
from wavereel.picture.geometry import Rect
from wavereel.picture.identity import identity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from wavereel.media.coded import CodedPicture
    from wavereel.render.encoder import SegmentEncoder, SegmentFacts


def centred(canvas: tuple[int, int], frame: tuple[int, int]) -> Rect:
    """Where a canvas lies in a frame: in its middle, on even edges.

    Raises:
        UsageError: It is larger than the frame.
    """
    (width, height), (outer_width, outer_height) = canvas, frame
    if width > outer_width or height > outer_height:
        raise UsageError(f"a canvas of {width}x{height} does not fit into {outer_width}x{outer_height}")
    left, top = (outer_width - width) // 4 * 2, (outer_height - height) // 4 * 2
    return Rect(left, top, left + width, top + height)


class LetterboxEncoder:
    """Hands another encoder the whole frame; see `SegmentEncoder`. The bars are painted once and never touched again.

    Args:
        encoder: Codes pictures of the frame's size.
        canvas: Width and height of what is painted.
        frame: Width and height of what is coded.
    """

    def __init__(self, encoder: SegmentEncoder, canvas: tuple[int, int], frame: tuple[int, int]) -> None:
        self._encoder = encoder
        self._frame = frame
        self._place = centred(canvas, frame)

    def digest(self) -> bytes:
        """See `SegmentEncoder.digest`."""
        return identity("letterbox", self._encoder.digest(), self._frame, tuple(self._place))

    def encode(self, facts: SegmentFacts, frames: Iterable[tuple[Canvas, list[Rect] | None]]) -> Iterator[CodedPicture]:
        """Codes a segment; see `SegmentEncoder.encode`."""
        share = facts.damage_share * self._place.area / (self._frame[0] * self._frame[1])
        return self._encoder.encode(replace(facts, damage_share=share), self._framed(frames))

    def _framed(self, frames: Iterable[tuple[Canvas, list[Rect] | None]]) -> Iterator[tuple[Canvas, list[Rect] | None]]:
        whole = Canvas(*self._frame)
        whole.fill(BLACK)
        left, top = self._place.x0, self._place.y0
        is_first = True
        for canvas, damage in frames:
            areas = [canvas.bounds] if damage is None or is_first else damage
            for area in areas:
                _copy(whole, canvas, area, left, top)
            yield whole, None if is_first else [area.move(left, top) for area in areas]
            is_first = False


def _copy(target: Canvas, source: Canvas, area: Rect, left: int, top: int) -> None:
    """Copies a rectangle with even edges; `left` and `top`, even too, are where the source's corner lies."""
    for into, out, scale in (
        (target.y, source.y, 1),
        (target.u, source.u, 2),
        (target.v, source.v, 2),
    ):
        x0, y0, x1, y1 = (edge // scale for edge in area)
        dx, dy = left // scale, top // scale
        into[y0 + dy : y1 + dy, x0 + dx : x1 + dx] = out[y0:y1, x0:x1]
