"""Video and timed plates as layers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property, partial
from typing import TYPE_CHECKING

from wavereel.media.video import VideoReader
from wavereel.picture.colors import yuv
from wavereel.picture.geometry import Rect
from wavereel.picture.identity import NOTHING, identity

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from wavereel.picture.canvas import Canvas
    from wavereel.render.look import Look
    from wavereel.render.transitions import Shot


@dataclass
class VideoLayer:
    """A video in a box, opened anew in each thread.

    `first` is the frame of the timeline that shows `start_ms` of the file; frames of `span` before it show what the
    file has before. `end_s` is where in the file the video counts as ended; `None` is the file's end. `content` gives a
    digest of the file.
    """

    path: Path
    box: Rect
    span: tuple[int, int]
    first: int
    fps: Fraction
    fit: str
    start_ms: int
    end_s: Fraction | None
    loop: bool
    speed: float
    turn: int
    veil: tuple[str, float] | None
    content: Callable[[], bytes] | None = None
    _reader: VideoReader | None = field(default=None, repr=False)

    @classmethod
    def of(cls, path: Path, shot: Shot, box: Rect, look: Look, *, veil: tuple[str, float] | None = None) -> VideoLayer:
        """The layer of a shot.

        Args:
            path: The file.
            shot: Its segment, with what its transitions add at either end.
            box: Where it stands, even edges.
            look: The canvas.
            veil: Colour, and opacity 0..1, of what lies over it.
        """
        segment = shot.segment
        transform = segment.transform
        rotation = transform.rotation if transform and transform.rotation else 0.0
        if rotation % 90:
            look.notice("a video can be turned by quarters only; its angle was rounded")
        speed = segment.speed or 1.0
        end_s = None
        if segment.source_end_ms is not None:
            end_s = Fraction(segment.source_end_ms + round(shot.tail_ms * speed), 1000)
        layer = cls(
            path=path,
            box=box,
            span=shot.span(look),
            first=look.frames_between(shot.start_ms, shot.start_ms)[0],
            fps=look.fps,
            fit=(transform.fit if transform else None) or "cover",
            start_ms=segment.source_start_ms or 0,
            end_s=end_s,
            loop=bool(segment.loop),
            speed=speed,
            turn=90 * round(rotation / 90) % 360,
            veil=veil,
            content=None if segment.source is None else partial(look.sources.content, segment.source),
        )
        if layer.loop:  # reading all packets for it once is enough for every segment of the export
            layer.end_s = layer._open().end_s()
            layer.close()
        return layer

    def damage(self, previous: int, frame: int) -> Sequence[Rect]:
        if self._seen(previous) or self._seen(frame):
            return (self.box,)
        return ()

    def is_still(self, first: int, stop: int) -> bool:
        return stop - first <= 1 or not any(self._seen(frame) for frame in (first, stop - 1, *self._turns(first, stop)))

    def paint(self, canvas: Canvas, frame: int, clip: Rect) -> None:
        area = self.box.intersect(clip).intersect(canvas.bounds)
        if not self._seen(frame) or not area:
            return
        picture = self._open().frame(frame - self.first)
        x, y = self.box.x0, self.box.y0
        canvas.y[area.y0 : area.y1, area.x0 : area.x1] = picture.y[area.y0 - y : area.y1 - y, area.x0 - x : area.x1 - x]
        half = Rect(area.x0 // 2, area.y0 // 2, area.x1 // 2, area.y1 // 2)
        x, y = x // 2, y // 2
        for target, source in ((canvas.u, picture.u), (canvas.v, picture.v)):
            target[half.y0 : half.y1, half.x0 : half.x1] = source[half.y0 - y : half.y1 - y, half.x0 - x : half.x1 - x]
        if self.veil is not None:
            color, opacity = self.veil
            canvas.fill(yuv(color), area, alpha=round(255 * opacity))

    def digest(self, first: int, stop: int) -> bytes | None:
        start, end = max(first, self.span[0]), min(stop, self.span[1])
        if start >= end:
            return NOTHING
        if self.content is None:
            return None
        return identity(
            "video", self.content(), tuple(self.box), self.fps, self.fit, self.start_ms, self.end_s, self.loop,
            self.speed, self.turn, self.veil, start - first, start - self.first, end - start,
        )  # fmt: skip

    def fork(self) -> VideoLayer:
        return replace(self, _reader=None)

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _seen(self, frame: int) -> bool:
        return self.span[0] <= frame < self.span[1]

    def _turns(self, first: int, stop: int) -> list[int]:
        return [frame for frame in (self.span[0], self.span[1] - 1) if first <= frame < stop]

    def _open(self) -> VideoReader:
        if self._reader is None:
            self._reader = VideoReader(
                self.path,
                (self.box.width, self.box.height),
                self.fit,
                self.fps,
                start_ms=self.start_ms,
                end_s=self.end_s,
                loop=self.loop,
                turn=self.turn,
                speed=self.speed,
                threads=1,
            )
        return self._reader


@dataclass(frozen=True)
class TimedPlate:
    """A canvas that covers everything for a while."""

    plate: Canvas
    span: tuple[int, int]

    def damage(self, previous: int, frame: int) -> Sequence[Rect]:
        return () if self._seen(previous) == self._seen(frame) else (self.plate.bounds,)

    def is_still(self, first: int, stop: int) -> bool:
        return stop - first <= 1 or not any(first < edge < stop for edge in self.span)

    def paint(self, canvas: Canvas, frame: int, clip: Rect) -> None:
        if self._seen(frame):
            canvas.copy_from(self.plate, clip)

    def digest(self, first: int, stop: int) -> bytes:
        start, end = max(first, self.span[0]), min(stop, self.span[1])
        return identity(self._identity, start - first, end - start) if start < end else NOTHING

    @cached_property
    def _identity(self) -> bytes:
        return self.plate.identity()

    def fork(self) -> TimedPlate:
        return self

    def _seen(self, frame: int) -> bool:
        return self.span[0] <= frame < self.span[1]
