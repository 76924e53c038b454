"""How far a video has come: a bar, a mark on a rule, or a ring, with the chapters ticked off."""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from wavereel.errors import UsageError
from wavereel.picture.geometry import Rect
from wavereel.picture.identity import NOTHING, identity, stretches
from wavereel.picture.kernels.api import SUB, UNIT, kernels
from wavereel.picture.waveform_ink import Ink
from wavereel.picture.waveform_shapes import polyline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from wavereel.picture.canvas import Canvas

ProgressKind = Literal["bar", "dot", "ring"]
_STEP = SUB // 8


@dataclass(frozen=True, slots=True)
class ProgressStyle:
    """How progress looks.

    Attributes:
        kind: `bar` fills a track; `dot` is a mark that moves along a rule; `ring` fills a circle from its top,
            clockwise.
        color: Of what is done, `#RRGGBB` or `#RRGGBBAA`.
        track: Of what is to come; `None` for a faint `color`.
        tick: Of the chapter ticks; `None` for the track where they lie on what is done, and for `color` elsewhere.
        thickness: Of bar, rule and ring in px; `None` for what suits the box.
        mark_px: Diameter of the mark of `dot`; `None` for what suits the box.
        opacity: 0..1.
    """

    kind: ProgressKind = "bar"
    color: str = "#FFFFFF"
    track: str | None = None
    tick: str | None = None
    thickness: float | None = None
    mark_px: float | None = None
    opacity: float = 1.0


def progress_layer(box: Rect, style: ProgressStyle, span: tuple[int, int], ticks: Sequence[int] = ()) -> ProgressLayer:
    """Progress inside `box`, full in the last frame of the span.

    Args:
        box: In canvas px; `bar` and `dot` use its middle line, `ring` its largest centred circle.
        style: How it looks.
        span: Frames, half-open.
        ticks: Frames at which chapters begin.

    Raises:
        UsageError: The kind is unknown or a colour is written wrongly.
    """
    if style.kind not in {"bar", "dot", "ring"}:
        raise UsageError(f"{style.kind!r} is no progress style", hint="use one of bar, dot, ring")
    return ProgressLayer(box.even(), style, span, ticks)


class ProgressLayer:
    """See `progress_layer`."""

    def __init__(self, box: Rect, style: ProgressStyle, span: tuple[int, int], ticks: Sequence[int]) -> None:
        self.area = box
        self._style = style
        self._first, self._stop = span
        ink = Ink.plain(style.color, style.opacity)
        track = Ink.plain(style.track, style.opacity) if style.track else ink.faded(0.22)
        tick = Ink.plain(style.tick, style.opacity) if style.tick else None
        path = _Circle(box, style) if style.kind == "ring" else _Line(box, style)
        self._path = path
        inner = [
            (t - self._first) / max(1, self._stop - 1 - self._first) for t in ticks if self._first < t < self._stop
        ]
        self._track_mask, self._tick_mask = path.blank(), path.blank()
        kernels().capsules(self._track_mask, path.track())
        if inner:
            kernels().capsules(self._tick_mask, path.ticks(inner))
            if not path.has_mark:
                np.minimum(self._track_mask, 255 - self._tick_mask, out=self._track_mask)
        self._track_ink, self._ink, self._tick_ink = track, ink, (tick or ink) if path.has_mark else tick
        self._has_ticks = bool(inner)
        self._mask: NDArray[np.uint8] | None = None
        self._drawn = -1

    def damage(self, previous: int, frame: int) -> Sequence[Rect]:
        before, after = self._state(previous), self._state(frame)
        if before == after:
            return ()
        if before is None or after is None:
            return (self.area,)
        rects = self._path.between(min(before, after), max(before, after))
        return [r.move(self.area.x0, self.area.y0).even().intersect(self.area) for r in rects]

    def is_still(self, first: int, stop: int) -> bool:
        if stop - first > 1 and (first < self._first < stop or first < self._stop < stop):
            return False
        return stop <= first or self._state(first) == self._state(stop - 1)

    def paint(self, canvas: Canvas, frame: int, clip: Rect) -> None:
        area = self.area.intersect(clip).intersect(canvas.bounds)
        state = self._state(frame) if area else None
        if state is None:
            return
        if self._mask is None or self._drawn != state:
            self._mask = self._draw(state)
            self._drawn = state
        x, y = self.area.x0, self.area.y0
        self._track_ink.lay(canvas, self._track_mask, x, y, area)
        if self._tick_ink and self._has_ticks:
            self._tick_ink.lay(canvas, self._tick_mask, x, y, area)
        self._ink.lay(canvas, self._mask, x, y, area)

    def digest(self, first: int, stop: int) -> bytes:
        states = stretches(self._state, first, stop)
        if all(state is None for state, _ in states):
            return NOTHING
        return identity("progress", self._style, tuple(self.area), self._tick_mask, states)

    def fork(self) -> ProgressLayer:
        twin = copy.copy(self)
        ProgressLayer._forget(twin)
        return twin

    def _forget(self) -> None:
        self._mask, self._drawn = None, -1

    def _state(self, frame: int) -> int | None:
        """How far along the path, in steps of 1/8 px; `None` where nothing is seen."""
        if not self._first <= frame < self._stop:
            return None
        return (self._path.length_sub // _STEP) * (frame - self._first) // max(1, self._stop - 1 - self._first)

    def _draw(self, state: int) -> NDArray[np.uint8]:
        mask = self._path.blank() if self._mask is None else self._mask
        mask.fill(0)
        kernels().capsules(mask, self._path.done(state * _STEP))
        if self._has_ticks and not self._path.has_mark:
            np.minimum(mask, 255 - self._tick_mask, out=mask)
        return mask


class _Line:
    """From left to right along the middle of the box."""

    def __init__(self, box: Rect, style: ProgressStyle) -> None:
        self.has_mark = style.kind == "dot"
        self._width, self._height = box.width, box.height
        fallback = max(1.5, 0.16 * box.height) if self.has_mark else float(box.height)
        self._thickness = min(style.thickness or fallback, box.height)
        mark = min(style.mark_px or box.height, box.height)
        self._mark_radius = round(mark * SUB / 2)
        self._radius = round(self._thickness * SUB / 2)
        self._y = box.height * SUB // 2
        self._margin = self._mark_radius if self.has_mark else self._radius
        self.length_sub = max(0, box.width * SUB - 2 * self._margin)

    def blank(self) -> NDArray[np.uint8]:
        return np.zeros((self._height, self._width), np.uint8)

    def track(self) -> NDArray[np.int32]:
        start = self._radius
        return np.array([[start, self._y, UNIT, 0, self._width * SUB - 2 * start, self._radius]], np.int32)

    def ticks(self, shares: Sequence[float]) -> NDArray[np.int32]:
        """Short upright strokes on a rule, gaps through a bar."""
        places = [self._margin + round(share * self.length_sub) for share in shares]
        half = min(self._height * SUB // 2, round(self._radius + 3 * SUB)) if self.has_mark else self._height * SUB
        radius = max(SUB * 5 // 8, self._radius * 3 // 4 if self.has_mark else self._radius // 3)
        length = max(0, 2 * half - (2 * radius if self.has_mark else 0))
        return np.array([[x, self._y - length // 2, 0, UNIT, length, radius] for x in places], np.int32)

    def done(self, length: int) -> NDArray[np.int32]:
        if self.has_mark:
            return np.array([[self._margin + length, self._y, 0, UNIT, 0, self._mark_radius]], np.int32)
        return np.array([[self._margin, self._y, UNIT, 0, length, self._radius]], np.int32)

    def between(self, first: int, last: int) -> list[Rect]:
        reach = self._margin + 2 * SUB
        x0, x1 = (first * _STEP + self._margin - reach) // SUB, (last * _STEP + self._margin + reach) // SUB + 1
        if self.has_mark and (last - first) * _STEP > 4 * reach:
            return [self._column(first, reach), self._column(last, reach)]
        return [Rect(x0, 0, x1, self._height)]

    def _column(self, at: int, reach: int) -> Rect:
        center = at * _STEP + self._margin
        return Rect((center - reach) // SUB, 0, (center + reach) // SUB + 1, self._height)


class _Circle:
    """Clockwise from the top."""

    has_mark = False

    def __init__(self, box: Rect, style: ProgressStyle) -> None:
        self._width, self._height = box.width, box.height
        size = min(box.width, box.height)
        self._thickness = min(style.thickness or max(3.0, 0.035 * size), size / 4)
        self._cx, self._cy = box.width / 2, box.height / 2
        self._radius = size / 2 - self._thickness / 2 - 0.5
        self.length_sub = round(2 * math.pi * self._radius * SUB)
        # Chords of 2 px leave the circle by less than 1/100 px from a radius of 50 px on.
        self._count = max(24, round(math.pi * self._radius))

    def blank(self) -> NDArray[np.uint8]:
        return np.zeros((self._height, self._width), np.uint8)

    def track(self) -> NDArray[np.int32]:
        return self._arc(1.0)

    def ticks(self, shares: Sequence[float]) -> NDArray[np.int32]:
        """Gaps across the ring."""
        angle = np.asarray(shares) * (2 * np.pi) - np.pi / 2
        cos, sin = np.cos(angle), np.sin(angle)
        inner, length = self._radius - self._thickness, 2 * self._thickness
        result = np.empty((len(angle), 6), np.int32)
        result[:, 0] = np.rint((self._cx + inner * cos) * SUB)
        result[:, 1] = np.rint((self._cy + inner * sin) * SUB)
        result[:, 2], result[:, 3] = np.rint(cos * UNIT), np.rint(sin * UNIT)
        result[:, 4], result[:, 5] = round(length * SUB), max(SUB * 3 // 4, round(self._thickness * SUB / 6))
        return result

    def done(self, length: int) -> NDArray[np.int32]:
        return self._arc(length / max(1, self.length_sub))

    def between(self, first: int, last: int) -> list[Rect]:
        """Around the arc from one end to the other; the whole ring for long ones."""
        start, stop = (2 * math.pi * at * _STEP / max(1, self.length_sub) - math.pi / 2 for at in (first, last))
        if stop - start > math.pi / 4:
            return [Rect(0, 0, self._width, self._height)]
        angle = np.linspace(start, stop, 9)
        reach = self._thickness / 2 + 3 + self._radius * (1 - math.cos((stop - start) / 16))
        x, y = self._cx + self._radius * np.cos(angle), self._cy + self._radius * np.sin(angle)
        left, right = math.floor(float(x.min()) - reach), math.ceil(float(x.max()) + reach)
        top, bottom = math.floor(float(y.min()) - reach), math.ceil(float(y.max()) + reach)
        return [Rect(left, top, right, bottom)]

    def _arc(self, share: float) -> NDArray[np.int32]:
        """Chords over fixed places of the circle, the last one cut short, so that what is done stays as it was."""
        whole = int(share * self._count)
        places = np.minimum(np.append(np.arange(whole + 1) / self._count, share), share)
        angle = places * (2 * np.pi) - np.pi / 2
        x, y = self._cx + self._radius * np.cos(angle), self._cy + self._radius * np.sin(angle)
        return polyline(x, y, self._thickness / 2)
