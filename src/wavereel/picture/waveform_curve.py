"""Waveforms that are a curve: `spectrum_line` over the bands, and `scope`, the wave itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wavereel.picture.geometry import Rect
from wavereel.picture.kernels.api import SUB, kernels
from wavereel.picture.waveform_ink import ink_of
from wavereel.picture.waveform_inputs import BANDS, SCOPE_POINTS
from wavereel.picture.waveform_shapes import BandSampler, bspline, curve_edge, polyline

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wavereel.picture.waveform_inputs import WaveData, WaveStyle
    from wavereel.picture.waveform_shapes import Ints, Space

_FILL = 0.5


class SpectrumLine:
    """A smooth line over the bands with a veil under it that thins out downward."""

    masks = 2
    reach = (0, 0)

    def __init__(self, space: Space, style: WaveStyle, data: WaveData) -> None:
        self.space, self._data = space, data
        box = space.box
        count = style.count or 36
        self._sample = BandSampler(count, BANDS, contrast=0)
        self._thickness = style.thickness or max(2.0, min(6.0, 0.02 * box.height))
        margin = self._thickness / 2 + 1
        self._x = np.linspace(box.x0 + margin, box.x1 - margin, max(2, round(box.width / 3)))
        self._at = np.linspace(1.5, count + 1.5, len(self._x))
        self._low = box.y1 - margin
        self._travel = box.height - 2 * margin
        rows = np.clip((box.y1 - np.arange(space.height) - 0.5) / box.height, 0, 1)
        self._rows = np.rint(255 * rows**1.2).astype(np.uint8)
        self._columns = np.full(space.width, 255, np.uint8)
        whole = Rect(0, 0, space.width, space.height)
        ink = ink_of(style, space)
        self.passes = ((1, ink.faded(_FILL), whole), (0, ink, whole))

    def state(self, frame: int) -> Ints:
        """Heights of the curve's points above the lowest place, in 1/4 px."""
        bands = self._sample(self._data.bands_at(frame))
        knots = np.concatenate([[0, 0, 0.35 * bands[0]], bands, [0.35 * bands[-1], 0, 0]])
        return np.rint(bspline(knots, self._at + 0.5) * (self._travel * 4)).astype(np.int32)

    def touched(self, before: Ints, after: Ints) -> list[Rect]:
        box = self.space.box
        changed = np.flatnonzero(before != after)
        top = self._low - max(int(before[changed].max()), int(after[changed].max())) / 4 - self._thickness - 4
        left, right = self._x[max(0, changed[0] - 1)], self._x[min(len(self._x) - 1, changed[-1] + 1)]
        reach = self._thickness + 3
        return [Rect(int(left - reach), max(0, int(top)), int(right + reach) + 1, box.y1).even()]

    def draw(self, state: Ints, masks: list[NDArray[np.uint8]]) -> None:
        box = self.space.box
        y = self._low - state / 4
        masks[0].fill(0)
        kernels().capsules(masks[0], polyline(self._x, y, self._thickness / 2))
        borders = np.interp(np.arange(box.x0, box.x1 + 1), self._x, y)
        edge, gain = curve_edge(borders)
        top = np.full(self.space.width, -4 * SUB, np.int32)
        bottom, gains = top.copy(), np.full(self.space.width, 16320, np.int32)
        inside = slice(box.x0, box.x1)
        top[inside], bottom[inside], gains[inside] = edge, box.y1 * SUB, gain
        kernels().spans(masks[1], top, gains, bottom, np.full_like(gains, 16320))
        kernels().fade(masks[1], self._rows, self._columns)


class Scope:
    """The wave itself, as an oscilloscope draws it, by default from edge to edge."""

    masks = 1
    reach = (0, 0)

    def __init__(self, space: Space, style: WaveStyle, data: WaveData) -> None:
        self.space, self._data = space, data
        box = space.box
        self._thickness = style.thickness or max(2.0, min(9.0, 0.024 * box.height))
        count = max(16, min(SCOPE_POINTS, round(box.width / 3)))
        self._at = np.linspace(0, SCOPE_POINTS - 1, count)
        bleed = style.bleed is not False
        margin = -self._thickness if bleed else self._thickness / 2 + 1
        self._x = np.linspace(box.x0 + margin, box.x1 - margin, count)
        share = np.linspace(0, 1, count)
        taper = np.clip(np.minimum(share, 1 - share) / 0.12, 0, 1)
        self._taper = np.ones(count) if bleed else taper * taper * (3 - 2 * taper)
        self._half = box.height / 2 - self._thickness / 2 - 1
        self.passes = ((0, ink_of(style, space), Rect(0, 0, space.width, space.height)),)

    def state(self, frame: int) -> Ints:
        """Heights of the points above the middle in 1/8 px."""
        wave = self._data.scope_at(frame)
        padded = np.concatenate([wave[:1], wave, wave[-1:]])
        smooth = 0.25 * padded[:-2] + 0.5 * padded[1:-1] + 0.25 * padded[2:]
        points = np.interp(self._at, np.arange(SCOPE_POINTS), smooth) * self._taper
        return np.rint(np.clip(points, -1, 1) * (self._half * 8)).astype(np.int32)

    def touched(self, before: Ints, after: Ints) -> list[Rect]:
        box = self.space.box
        changed = np.flatnonzero(before != after)
        both = np.concatenate([before, after]) / 8
        center, reach = (box.y0 + box.y1) / 2, self._thickness / 2 + 2
        left, right = self._x[max(0, changed[0] - 1)], self._x[min(len(self._x) - 1, changed[-1] + 1)]
        top, bottom = center - both.max() - reach, center - both.min() + reach
        return [Rect(int(left - reach) - 1, int(top) - 1, int(right + reach) + 2, int(bottom) + 2).even()]

    def draw(self, state: Ints, masks: list[NDArray[np.uint8]]) -> None:
        box = self.space.box
        masks[0].fill(0)
        y = (box.y0 + box.y1) / 2 - state / 8
        kernels().capsules(masks[0], polyline(self._x, y, self._thickness / 2))
        if box.x0:
            masks[0][:, : box.x0] = 0
            masks[0][:, box.x1 :] = 0
