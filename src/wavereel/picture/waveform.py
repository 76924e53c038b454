"""Waveforms: a layer that draws one of thirteen styles into a mask and blends it onto the canvas."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Protocol

import numpy as np

from wavereel.errors import UsageError
from wavereel.picture.geometry import Rect
from wavereel.picture.identity import NOTHING, identity
from wavereel.picture.waveform_curve import Scope, SpectrumLine
from wavereel.picture.waveform_flow import Filled, Mirror, PenLine, Scroll
from wavereel.picture.waveform_ink import Glow
from wavereel.picture.waveform_inputs import WAVE_KINDS, WaveData, WaveStyle, inner_share
from wavereel.picture.waveform_round import Circle, Pulse, Ring
from wavereel.picture.waveform_shapes import Space
from wavereel.picture.waveform_upright import Bars, Blocks, Dots, Spectrum

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from wavereel.picture.canvas import Canvas
    from wavereel.picture.waveform_ink import Ink

__all__ = ["WAVE_KINDS", "Shape", "WaveData", "WaveLayer", "WaveStyle", "inner_share", "wave_layer"]

_STATES_KEPT = 4


class Shape(Protocol):
    """One style: pure functions from frames to integers, and from those to masks. Immutable.

    Attributes:
        space: Size of the masks.
        masks: How many it draws.
        passes: What is laid onto the canvas, in order: index of a mask, ink, and the part of the mask it is for.
    """

    @property
    def space(self) -> Space: ...
    @property
    def masks(self) -> int: ...
    @property
    def passes(self) -> tuple[tuple[int, Ink, Rect], ...]: ...

    @property
    def reach(self) -> tuple[int, int]:
        """How many frames of the sound before and after a frame its state looks at, at most."""
        ...

    def state(self, frame: int) -> NDArray[np.int32]:
        """All that the masks of a frame depend on, 1-D."""
        ...

    def touched(self, before: NDArray[np.int32], after: NDArray[np.int32]) -> list[Rect]:
        """Rectangles of the mask that cover every difference between two unequal states."""
        ...

    def draw(self, state: NDArray[np.int32], masks: list[NDArray[np.uint8]]) -> None:
        """Draws a state; the masks hold what the last call left."""
        ...


class WaveLayer:
    """A shape on the canvas during `[span[0], span[1])`.

    Args:
        shape: What is drawn.
        x: Left edge of its masks in canvas px, even.
        y: Top edge, even.
        span: Frames, half-open.
        glow: Light around the first mask.
        made_of: Style and sound of the shape, and the box it was made for.
    """

    def __init__(
        self, shape: Shape, x: int, y: int, span: tuple[int, int], glow: Glow, made_of: tuple[WaveStyle, WaveData, Rect]
    ) -> None:
        self._shape, self._glow, self._made_of = shape, glow, made_of
        self._x, self._y = x, y
        self._first, self._stop = span
        self.area = Rect(x, y, x + shape.space.width, y + shape.space.height)
        self._reset()

    def damage(self, previous: int, frame: int) -> Sequence[Rect]:
        before, after = self._state(previous), self._state(frame)
        if before is None or after is None:
            return () if before is after else (self.area,)
        if np.array_equal(before, after):
            return ()
        reach = self._glow.reach_px
        return [
            Rect(r.x0 - reach + self._x, r.y0 - reach + self._y, r.x1 + reach + self._x, r.y1 + reach + self._y)
            .even()
            .intersect(self.area)
            for r in self._shape.touched(before, after)
        ]

    def is_still(self, first: int, stop: int) -> bool:
        if first < stop and (first < self._first < stop or first < self._stop < stop):
            return False
        start = self._state(first)
        if start is None:
            return True
        return all(np.array_equal(start, self._shape.state(frame)) for frame in range(stop - 1, first, -1))

    def paint(self, canvas: Canvas, frame: int, clip: Rect) -> None:
        area = self.area.intersect(clip).intersect(canvas.bounds)
        state = self._state(frame) if area else None
        if state is None:
            return
        if self._drawn is None or not np.array_equal(self._drawn, state):
            self._draw(state)
        for index, ink, part in self._shape.passes:
            ink.lay(canvas, self._masks[index], self._x, self._y, area.intersect(part.move(self._x, self._y)))

    def digest(self, first: int, stop: int) -> bytes:
        start, end = max(first, self._first), min(stop, self._stop)
        if start >= end:
            return NOTHING
        style, data, box = self._made_of
        before, after = self._shape.reach
        # Waves that flow lie at places of the whole sound, so the frames are told by their own numbers.
        return identity("wave", style, tuple(box), first, start, end, *data.around(start - before, end + after))

    def fork(self) -> WaveLayer:
        twin = copy.copy(self)
        WaveLayer._reset(twin)
        return twin

    def _reset(self) -> None:
        self._masks: list[NDArray[np.uint8]] = []
        self._scratch: NDArray[np.uint16] | None = None
        self._drawn: NDArray[np.int32] | None = None
        self._states: dict[int, NDArray[np.int32]] = {}

    def _state(self, frame: int) -> NDArray[np.int32] | None:
        if not self._first <= frame < self._stop:
            return None
        known = self._states.get(frame)
        if known is None:
            known = self._shape.state(frame)
            while len(self._states) >= _STATES_KEPT:
                del self._states[next(iter(self._states))]
            self._states[frame] = known
        return known

    def _draw(self, state: NDArray[np.int32]) -> None:
        space = self._shape.space
        if not self._masks:
            self._masks = [space.mask() for _ in range(self._shape.masks)]
            self._scratch = self._glow.scratch(space)
        self._shape.draw(state, self._masks)
        assert self._scratch is not None
        self._glow.shine(self._masks[0], self._scratch)
        self._drawn = state


_SHAPES: Mapping[str, Callable[[Space, WaveStyle, WaveData], Shape]] = {
    "bars": Bars,
    "mirror": Mirror,
    "line": PenLine,
    "filled": Filled,
    "dots": Dots,
    "blocks": Blocks,
    "circle": Circle,
    "ring": Ring,
    "spectrum": Spectrum,
    "spectrum_line": SpectrumLine,
    "scope": Scope,
    "scroll": Scroll,
    "pulse": Pulse,
}


def wave_layer(box: Rect, style: WaveStyle, data: WaveData, span: tuple[int, int]) -> WaveLayer:
    """A waveform inside `box`.

    Args:
        box: In canvas px; may touch the canvas's edges. Light around the shape may fall outside. Round styles fill
            its largest centred circle.
        style: How it looks.
        data: What it shows.
        span: Frames in which it is seen, half-open.

    Raises:
        UsageError: The style is unknown, a colour is written wrongly, or the box is too small to draw in.
    """
    make = _SHAPES.get(style.style)
    if make is None:
        raise UsageError(f"{style.style!r} is no waveform", hint=f"use one of {', '.join(WAVE_KINDS)}")
    box = box.even()
    if box.width < 8 or box.height < 8:
        raise UsageError(f"a waveform of {box.width}x{box.height} px", hint="give it 8 px or more in both directions")
    glow = Glow(style.glow, min(box.width, box.height))
    margin = glow.reach_px
    inner = Rect(margin, margin, margin + box.width, margin + box.height)
    space = Space(box.width + 2 * margin, box.height + 2 * margin, inner)
    made = make(space, style, data)
    return WaveLayer(made, box.x0 - margin, box.y0 - margin, span, glow, (style, data, box))
