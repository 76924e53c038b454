"""Waveforms that are one piece of history moving to the left at constant speed: `mirror`, `scroll`, `filled`, `line`.

They live in a world of px whose origin is the start of the sound: what lies at a place there never changes, and frame
`n` sees it through a window that has moved by `n` times the speed. A speed of 1 px a frame and more is a whole number
of px, so that edges keep their sharpness as they move.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from wavereel.picture.geometry import Rect
from wavereel.picture.kernels.api import SUB, kernels
from wavereel.picture.waveform_ink import Ink, ink_of
from wavereel.picture.waveform_shapes import bspline, curve_edge, hash_unit, polyline, to_sub, upright_capsules

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wavereel.picture.waveform_inputs import WaveData, WaveStyle
    from wavereel.picture.waveform_shapes import Floats, Ints, Space

_HEARD_LESS = 0.38
_BELOW_MARK = 0.86
_BROAD = 0.74
_FINER = 0.42
_SAME_SIDE = 0.16


class World:
    """The history of a sound laid out along x.

    Args:
        data: The sound.
        width: Of the window in px.
        window_s: Seconds that the window should show; the speed is rounded.
    """

    def __init__(self, data: WaveData, width: int, window_s: float) -> None:
        speed = width / (window_s * float(data.fps))
        self.speed_sub = SUB * round(speed) if speed >= 1 else max(1, round(speed * 8)) * (SUB // 8)
        self._history = data.history
        self._ticks_per_px = data.history_hz / (float(data.fps) * self.speed_sub / SUB)

    def now_sub(self, frame: int) -> int:
        """Where the sound of a frame lies."""
        return frame * self.speed_sub

    def frames_across(self, width: float) -> int:
        """How many frames it takes the world to move by `width` px, and a few more."""
        return ceil(width * SUB / self.speed_sub) + 4

    def cells(self, first: int, count: int, pitch: float) -> NDArray[np.float64]:
        """`(count,)` loudness in 0..1 of the cells `[k * pitch, (k + 1) * pitch)` from `first` on; 0 outside."""
        edges = np.floor((first + np.arange(count + 1)) * (pitch * self._ticks_per_px)).astype(np.int64)
        low, high = int(edges[0]), max(int(edges[-1]), int(edges[0]) + 1)
        ticks = np.zeros(high - low + 1, np.float64)
        start, stop = max(0, low), min(len(self._history), high + 1)
        if start < stop:
            ticks[start - low : stop - low] = self._history[start:stop]
        starts = np.minimum(edges[:-1] - low, len(ticks) - 1)
        sizes = np.maximum(1, np.diff(np.append(starts, high - low)))
        loudest, total = np.maximum.reduceat(ticks, starts), np.add.reduceat(ticks, starts)
        return np.minimum(1.0, (0.6 * loudest + 0.4 * np.minimum(total / sizes, loudest)) / 255)


def _edge_fade(space: Space, left: float, right: float) -> NDArray[np.uint8]:
    """Factors per column: none outside the box, rising over `left` and `right` px inside it."""
    x = np.arange(space.width) + 0.5
    rise = np.clip((x - space.box.x0) / max(left, 1e-6), 0, 1)
    fall = np.clip((space.box.x1 - x) / max(right, 1e-6), 0, 1)
    inside = (x > space.box.x0) & (x < space.box.x1)
    return np.rint(255 * np.where(inside, np.minimum(rise, fall), 0)).astype(np.uint8)


class _Flow:
    """What the styles share: the state is the window's place in the world, and everything moves with it."""

    masks = 1

    def __init__(self, space: Space, style: WaveStyle, data: WaveData, window_s: float) -> None:
        self.space = space
        self._world = World(data, space.box.width, style.window_s or window_s)
        self._rows = np.full(space.height, 255, np.uint8)
        self.passes: tuple[tuple[int, Ink, Rect], ...] = (
            (0, ink_of(style, space), Rect(0, 0, space.width, space.height)),
        )

    @property
    def reach(self) -> tuple[int, int]:
        """Frames before and after one that are in the window, with as much again for what stands across its edges."""
        frames = self._world.frames_across(2 * self.space.box.width)
        return frames, frames

    def touched(self, before: Ints, after: Ints) -> list[Rect]:
        """The height that either needs, across the box: the last value of a state is its greatest height in px."""
        box = self.space.box
        center, reach = (box.y0 + box.y1) // 2, int(max(before[-1], after[-1])) + 2
        return [Rect(box.x0, max(box.y0, center - reach), box.x1, min(box.y1, center + reach)).even()]


class Mirror(_Flow):
    """Round bars on the middle line: the newest grows at the right end, the oldest shrinks away at the left."""

    def __init__(self, space: Space, style: WaveStyle, data: WaveData) -> None:
        super().__init__(space, style, data, 7.0)
        self._lay_out(style, default_count=86)
        box = space.box
        self._now_x = box.x1 - self._pitch / 2
        self._columns = _edge_fade(space, 0.75 * self._pitch, 0.75 * self._pitch)

    def _lay_out(self, style: WaveStyle, default_count: int) -> None:
        box = self.space.box
        count = style.count or max(5, min(default_count, round(box.width / max(5.0, box.height * 0.05))))
        self._pitch = max(2.0, round(box.width / count * 2) / 2)
        self._thickness = max(1.5, min(style.thickness or 0.5 * self._pitch, self._pitch))
        self._radius = round(self._thickness * SUB / 2)
        self._half = (box.height * SUB) // 2 - self._radius

    def state(self, frame: int) -> Ints:
        """The offset of the first bar, then half heights beyond a dot, then the greatest height."""
        box = self.space.box
        now = self._world.now_sub(frame)
        start_px = now / SUB - (self._now_x - box.x0)
        first = int(np.floor(start_px / self._pitch)) - 1
        count = int(box.width / self._pitch) + 3
        x = box.x0 + (first + 0.5 + np.arange(count)) * self._pitch - start_px
        halves = np.rint(self._values(first, count, x) * (self._half / 4)).astype(np.int32) * 4
        tallest = (int(halves.max()) + self._radius) // SUB + 1
        return np.concatenate([to_sub(x), halves, np.array([tallest], np.int32)])

    def _values(self, first: int, count: int, x: Floats) -> NDArray[np.float64]:
        inward = np.minimum(self._now_x + self._pitch / 2 - x, x - self.space.box.x0)
        grown = np.clip(inward / (1.6 * self._pitch), 0, 1)
        return self._world.cells(first, count, self._pitch) * (grown * grown * (3 - 2 * grown))

    def draw(self, state: Ints, masks: list[NDArray[np.uint8]]) -> None:
        x, half = state[:-1].reshape(2, -1)
        box = self.space.box
        center = np.int32((box.y0 + box.y1) * SUB // 2)
        masks[0].fill(0)
        reach = half + self._radius
        bars = upright_capsules(x, center - reach, center + reach, self._radius)
        kernels().capsules(masks[0], bars)
        kernels().fade(masks[0], self._rows, self._columns)


class Scroll(Mirror):
    """Past and future on either side of a fixed mark: what was heard is in colour, what comes is fainter."""

    masks = 2

    def __init__(self, space: Space, style: WaveStyle, data: WaveData) -> None:
        super().__init__(space, style, data)
        box = space.box
        self._world = World(data, box.width, style.window_s or 8.0)
        self._lay_out(style, default_count=110)
        middle = ((box.x0 + box.x1) // 2) & ~1
        self._now_x = float(middle)
        self._columns = _edge_fade(space, box.width * 0.07, box.width * 0.07)
        radius = max(1.0, self._thickness * 0.3)
        places = np.array([[middle], [box.y0], [box.y1]], np.int32) * SUB
        self._mark = upright_capsules(places[0], places[1], places[2], round(radius * SUB))
        ink = ink_of(style, space)
        dim = Ink.plain(style.dim, style.opacity) if style.dim else ink.faded(_HEARD_LESS)
        heard, coming = Rect(0, 0, middle, space.height), Rect(middle, 0, space.width, space.height)
        self.passes = ((0, ink, heard), (0, dim, coming), (1, ink, Rect(0, 0, space.width, space.height)))

    def _values(self, first: int, count: int, x: Floats) -> NDArray[np.float64]:
        del x
        return self._world.cells(first, count, self._pitch) * _BELOW_MARK

    def draw(self, state: Ints, masks: list[NDArray[np.uint8]]) -> None:
        super().draw(state, masks)
        masks[1].fill(0)
        kernels().capsules(masks[1], self._mark)


class Filled(_Flow):
    """One smooth filled shape, mirrored at the middle line, by default from edge to edge."""

    def __init__(self, space: Space, style: WaveStyle, data: WaveData) -> None:
        super().__init__(space, style, data, 7.0)
        box = space.box
        self._knot = max(6.0, box.width / 56)
        self._least = max(1.5, 0.012 * box.height)
        bleed = style.bleed is not False
        x = np.arange(box.width + 1, dtype=np.float64)
        end = 0.06 * box.width
        taper = np.clip(np.minimum(x, box.width - x) / end, 0, 1)
        self._taper = np.ones_like(x) if bleed else taper * taper * (3 - 2 * taper)
        self._borders = x

    def state(self, frame: int) -> Ints:
        """Half heights at the borders of columns in `SUB`, then the greatest height."""
        box = self.space.box
        at = (self._world.now_sub(frame) / SUB - box.width + self._borders) / self._knot
        first = int(np.floor(at[0])) - 2
        knots = self._world.cells(first, int(at[-1] - at[0]) + 8, self._knot)
        half = box.height / 2
        heights = bspline(knots, at - first - 0.5) * self._taper * (half - self._least) + self._least * (
            0.3 + 0.7 * self._taper
        )
        edge = to_sub(heights)
        return np.append(edge, np.int32(int(edge.max()) // SUB + 2)).astype(np.int32)

    def draw(self, state: Ints, masks: list[NDArray[np.uint8]]) -> None:
        box = self.space.box
        heights = state[:-1] / SUB
        edge, gain = curve_edge(heights)
        center = np.int32((box.y0 + box.y1) * SUB // 2)
        outside = np.full(self.space.width, -4 * SUB, np.int32)
        top, bottom, gains = outside, outside.copy(), np.full(self.space.width, 16320, np.int32)
        inside = slice(box.x0, box.x1)
        top[inside], bottom[inside], gains[inside] = center - edge, center + edge, gain
        kernels().spans(masks[0], top, gains, bottom, gains)


class PenLine(_Flow):
    """A pen that swings with the voice while the paper moves under it."""

    def __init__(self, space: Space, style: WaveStyle, data: WaveData) -> None:
        super().__init__(space, style, data, 6.0)
        box = space.box
        self._thickness = style.thickness or max(2.0, min(6.0, 0.028 * box.height))
        self._knot = max(4.0, min(15.0, box.width / 84))
        self._point = 2.0 if box.width < 600 else 3.0
        self._now_x = box.x1 - self._thickness / 2 - 1
        self._half = box.height / 2 - self._thickness / 2 - 1
        fade = 0.05 * box.width
        self._columns = _edge_fade(space, fade, 0.0)
        self._calm = 1.5 * fade

    def state(self, frame: int) -> Ints:
        """Points of the stroke in `SUB`, all x and then all y, then the greatest height."""
        box = self.space.box
        now = self._world.now_sub(frame) / SUB
        start = now - (self._now_x - box.x0)
        first, last = int(np.floor(start / self._point)), int(np.floor(now / self._point))
        world = np.append(np.arange(first, last + 1) * self._point, now)
        x = world - start + box.x0
        calm = np.clip((x - box.x0) / self._calm, 0, 1)
        y = self._swing(world) * self._half * calm
        tallest = int(np.abs(y).max() + self._thickness / 2) + 2
        center = (box.y0 + box.y1) / 2
        return np.concatenate([to_sub(x), to_sub(center + y), np.array([tallest], np.int32)])

    def _swing(self, world: NDArray[np.float64]) -> NDArray[np.float64]:
        """Deflection in -1..1, as far as the sound is loud: broad strokes with a finer tremble on them."""
        broad = self._strokes(world, self._knot, 1) * _BROAD
        return broad + self._strokes(world, self._knot * _FINER, 2) * (1 - _BROAD)

    def _strokes(self, world: NDArray[np.float64], knot: float, salt: int) -> NDArray[np.float64]:
        """A curve between turning points at uneven places, mostly on alternate sides."""
        first = int(np.floor(world[0] / knot)) - 2
        count = int(np.ceil((world[-1] - world[0]) / knot)) + 6
        index = first + np.arange(count, dtype=np.int64)
        loud = self._world.cells(first, count, knot)
        side = np.where((index % 2 == 0) ^ (hash_unit(index, 3 * salt) < _SAME_SIDE), 1.0, -1.0)
        target = side * (0.15 + 0.85 * hash_unit(index, 3 * salt + 1)) * loud**1.2
        place = (index + 0.5 + 0.8 * (hash_unit(index, 3 * salt + 2) - 0.5)) * knot
        at = np.clip(np.searchsorted(place, world, side="right") - 1, 0, count - 2)
        t = np.clip((world - place[at]) / (place[at + 1] - place[at]), 0, 1)
        eased = t * t * (3 - 2 * t)
        return target[at] + (target[at + 1] - target[at]) * (0.6 * eased + 0.4 * t)

    def draw(self, state: Ints, masks: list[NDArray[np.uint8]]) -> None:
        x, y = state[:-1].reshape(2, -1) / SUB
        masks[0].fill(0)
        kernels().capsules(masks[0], polyline(x, y, self._thickness / 2))
        kernels().fade(masks[0], self._rows, self._columns)
