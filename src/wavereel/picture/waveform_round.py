"""Round waveforms, in the largest circle of their box and free inside for a cover: `ring`, `circle` and `pulse`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from wavereel.picture.geometry import Rect
from wavereel.picture.kernels.api import SUB, UNIT, kernels
from wavereel.picture.waveform_flow import World
from wavereel.picture.waveform_ink import ink_of
from wavereel.picture.waveform_inputs import BANDS, inner_share
from wavereel.picture.waveform_shapes import BandSampler, polyline

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wavereel.picture.waveform_inputs import WaveData, WaveStyle
    from wavereel.picture.waveform_shapes import Ints, Space

_STEP = SUB // 8
_PLACES_PER_PX = 8
_CIRCLE_SHARES = (0.66, 0.83, 1.0)


class _Round:
    """A circle in the middle of the box."""

    def __init__(self, space: Space, style: WaveStyle, data: WaveData) -> None:
        self.space, self._data = space, data
        box = space.box
        self._cx, self._cy = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
        self._outer = min(box.width, box.height) / 2 - 1
        self._inner = self._outer * inner_share(style)

    def _frame_rects(self, outer: float, inner: float) -> list[Rect]:
        """Four rectangles around a square hole inside the circle of radius `inner`."""
        x0, y0 = math.floor(self._cx - outer) & ~1, math.floor(self._cy - outer) & ~1
        x1, y1 = (math.ceil(self._cx + outer) + 1) & ~1, (math.ceil(self._cy + outer) + 1) & ~1
        side = inner * math.sqrt(0.5)
        hole_x0, hole_y0 = (math.ceil(self._cx - side) + 1) & ~1, (math.ceil(self._cy - side) + 1) & ~1
        hole_x1, hole_y1 = math.floor(self._cx + side) & ~1, math.floor(self._cy + side) & ~1
        if hole_x1 - hole_x0 < 64 or hole_y1 - hole_y0 < 64:
            return [Rect(x0, y0, x1, y1)]
        return [
            Rect(x0, y0, x1, hole_y0),
            Rect(x0, hole_y0, hole_x0, hole_y1),
            Rect(hole_x1, hole_y0, x1, hole_y1),
            Rect(x0, hole_y1, x1, y1),
        ]


class Ring(_Round):
    """Rays around a circle, the low bands at its foot and the same on both sides."""

    masks = 1
    reach = (0, 0)

    def __init__(self, space: Space, style: WaveStyle, data: WaveData) -> None:
        super().__init__(space, style, data)
        count = style.count or max(24, min(120, 2 * round(self._inner * math.pi / 9)))
        around = 2 * math.pi * self._inner
        thickness = max(1.5, min(style.thickness or 0.46 * around / count, 0.9 * around / count))
        self._radius = round(thickness * SUB / 2)
        # Rays go clockwise from the foot; half a step aside, so that both sides are alike.
        angle = 2 * np.pi * (np.arange(count) + 0.5) / count + np.pi / 2
        cos, sin = np.cos(angle), np.sin(angle)
        start = self._inner + thickness / 2
        self._rays = np.empty((count, 6), np.int32)
        self._rays[:, 0] = np.rint((self._cx + start * cos) * SUB)
        self._rays[:, 1] = np.rint((self._cy + start * sin) * SUB)
        self._rays[:, 2], self._rays[:, 3] = np.rint(cos * UNIT), np.rint(sin * UNIT)
        self._rays[:, 5] = self._radius
        self._travel = (self._outer - self._inner - thickness) * SUB
        self._sample = BandSampler(count, BANDS, mirrored=True)
        self.passes = ((0, ink_of(style, space, angle=45), Rect(0, 0, space.width, space.height)),)

    def state(self, frame: int) -> Ints:
        """Lengths of the rays beyond a dot, in steps of 1/8 px."""
        values = self._sample(self._data.bands_at(frame)[::-1])
        return np.rint(values * (self._travel / _STEP)).astype(np.int32) * _STEP

    def touched(self, before: Ints, after: Ints) -> list[Rect]:
        longest = max(int(before.max()), int(after.max())) / SUB + 2 * self._radius / SUB
        return self._frame_rects(self._inner + longest + 2, self._inner - 2 - self._hole_margin)

    @property
    def _hole_margin(self) -> float:
        """Light falls inward too, and the layer grows these rectangles by it: they must not meet in the middle."""
        return float(self.space.box.x0)

    def draw(self, state: Ints, masks: list[NDArray[np.uint8]]) -> None:
        rays = self._rays.copy()
        rays[:, 4] = state
        masks[0].fill(0)
        kernels().capsules(masks[0], rays)


class Circle(_Round):
    """A closed line that bulges with the bands, and two echoes of it that spread and fade."""

    masks = 3

    def __init__(self, space: Space, style: WaveStyle, data: WaveData) -> None:
        super().__init__(space, style, data)
        count = style.count or 48
        self._sample = BandSampler(count, BANDS, mirrored=True, contrast=0)
        self._thickness = style.thickness or max(2.0, 0.018 * self._outer)
        points = max(48, round(2 * math.pi * self._inner / 6))
        self._turn = np.arange(points + 1) * (count / points)
        angle = 2 * np.pi * np.arange(points + 1) / points + np.pi / 2
        self._cos, self._sin = np.cos(angle), np.sin(angle)
        self._base = self._inner + self._thickness / 2 + 1
        self._travel = self._outer - self._base - self._thickness / 2 - 1
        self._late = max(1, round(data.fps / 12))
        self.reach = (self._late * (len(_CIRCLE_SHARES) - 1), 0)
        whole = Rect(0, 0, space.width, space.height)
        ink = ink_of(style, space, angle=45)
        self.passes = ((2, ink.faded(0.22), whole), (1, ink.faded(0.5), whole), (0, ink, whole))

    def state(self, frame: int) -> Ints:
        """Radii of the points of the three lines in 1/8 px."""
        lines = [self._radii(frame - k * self._late) * share for k, share in enumerate(_CIRCLE_SHARES)]
        return np.rint((self._base + np.concatenate(lines) * self._travel) * 8).astype(np.int32)

    def _radii(self, frame: int) -> NDArray[np.float64]:
        values = self._sample(self._data.bands_at(frame)[::-1])
        index = np.floor(self._turn).astype(np.int64)
        t = self._turn - index
        a, b, c, d = (values[(index + k) % len(values)] for k in (-1, 0, 1, 2))
        s = 1 - t
        return (s**3 * a + (3 * t**3 - 6 * t**2 + 4) * b + (3 * s**3 - 6 * s**2 + 4) * c + t**3 * d) / 6

    def touched(self, before: Ints, after: Ints) -> list[Rect]:
        reach = self._thickness / 2 + 3
        most = max(int(before.max()), int(after.max())) / 8 + reach
        return self._frame_rects(most, self._base - reach - self.space.box.x0)

    def draw(self, state: Ints, masks: list[NDArray[np.uint8]]) -> None:
        radii = state.reshape(len(masks), -1) / 8
        thicknesses = (self._thickness, 0.7 * self._thickness, 0.5 * self._thickness)
        for mask, radius, thickness in zip(masks, radii, thicknesses, strict=True):
            mask.fill(0)
            x, y = self._cx + radius * self._cos, self._cy + radius * self._sin
            kernels().capsules(mask, polyline(x, y, thickness / 2))


class Pulse(_Round):
    """A band that swells around the circle, and rings that run outward, each as strong as the sound that sent it."""

    masks = 1

    def __init__(self, space: Space, style: WaveStyle, data: WaveData) -> None:
        super().__init__(space, style, data)
        width = self._outer - self._inner
        self._world = World(data, max(8, round(width)), style.window_s or 1.6)
        self._pitch = width / (style.count or 5)
        frames = self._world.frames_across(2 * width + 4 * self._pitch)
        self.reach = (frames, frames)
        self._thickness = style.thickness or max(2.0, 0.012 * self._outer)
        rows, columns = np.arange(space.height) + 0.5 - self._cy, np.arange(space.width) + 0.5 - self._cx
        distance = np.hypot(rows[:, None], columns[None, :])
        count = math.ceil((self._outer + 2) * _PLACES_PER_PX)
        self._places = np.minimum(np.rint(distance * _PLACES_PER_PX), count - 1).astype(np.uint16)
        self._radii = np.arange(count) / _PLACES_PER_PX
        self.passes = ((0, ink_of(style, space, angle=45), Rect(0, 0, space.width, space.height)),)

    def state(self, frame: int) -> Ints:
        """Coverage by distance from the centre, in 1/8 px."""
        width, r = self._outer - self._inner, self._radii
        level = self._data.level_at(frame)
        edge = self._inner + self._thickness + level * 0.42 * width
        band = np.clip(edge - r + 0.5, 0, 1) * (0.55 + 0.45 * np.clip((edge - r) / max(1.0, 0.42 * width), 0, 1))
        now = self._world.now_sub(frame) / SUB
        count = int(width / self._pitch) + 2
        first = int(np.floor(now / self._pitch)) - count
        strength = self._world.cells(first, count + 1, self._pitch)
        rings = np.zeros_like(r)
        for k in range(count + 1):
            out = now - (first + k + 0.5) * self._pitch
            share = out / width
            if not 0 <= share < 1 or strength[k] <= 0:
                continue
            half = self._thickness * (0.5 + 0.8 * float(strength[k])) / 2
            cover = np.clip(half + 0.5 - np.abs(r - self._inner - out), 0, 1)
            rings = np.maximum(rings, cover * float(strength[k]) * (1 - share) ** 1.3)
        inside = np.clip(r - self._inner + 0.5, 0, 1)
        cover = np.rint(255 * np.maximum(band, rings) * inside).astype(np.int32)
        cover[-1] = 0
        return cover

    def touched(self, before: Ints, after: Ints) -> list[Rect]:
        changed = np.flatnonzero(before != after)
        outer, inner = self._radii[changed[-1]] + 1.5, self._radii[changed[0]] - 1.5
        return self._frame_rects(float(outer), float(inner) - self.space.box.x0)

    def draw(self, state: Ints, masks: list[NDArray[np.uint8]]) -> None:
        kernels().lookup(masks[0], self._places, state.astype(np.uint8))
