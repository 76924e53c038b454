"""Waveforms of upright columns over the bands: `bars`, `dots`, `blocks` and `spectrum`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wavereel.picture.geometry import Rect
from wavereel.picture.kernels.api import SUB, kernels
from wavereel.picture.waveform_ink import Ink, ink_of, zone_ink
from wavereel.picture.waveform_inputs import BANDS
from wavereel.picture.waveform_shapes import BandSampler, sharp_gain, to_sub, upright_capsules

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wavereel.picture.waveform_inputs import WaveData, WaveStyle
    from wavereel.picture.waveform_shapes import Ints, Space

_GROUPS = 4
_STEP = SUB // 8
_OUTSIDE = -4 * SUB
_FALL_PER_S = 0.9
_PEAK_WINDOW_S = 0.8
_FAINT = 0.14


def column_rects(changed: NDArray[np.bool_], left: Ints, right: Ints, top: Ints, bottom: Ints) -> list[Rect]:
    """At most `_GROUPS` rectangles around the changed columns, each column given by its own rectangle in px."""
    index = np.flatnonzero(changed)
    rects: list[Rect] = []
    for group in np.array_split(index, min(_GROUPS, len(index))):
        x0, x1 = int(left[group].min()), int(right[group].max())
        rects.append(Rect(x0, int(top[group].min()), x1, int(bottom[group].max())).even())
    return rects


class Bars:
    """Bars that stand on the bottom of the box; a dot where a band is silent."""

    masks = 1
    reach = (0, 0)

    def __init__(self, space: Space, style: WaveStyle, data: WaveData) -> None:
        self.space, self._data = space, data
        box = space.box
        count = style.count or max(3, min(96, round(box.width / max(6.0, box.height * 0.058))))
        thickness = min(style.thickness or 0.56 * box.width / count, box.width / count)
        thickness = max(1.5, min(thickness, box.height / 3))
        pitch = (box.width - thickness) / max(1, count - 1)
        self._radius = round(thickness * SUB / 2)
        self._x = to_sub(box.x0 + thickness / 2 + pitch * np.arange(count))
        self._rounded = style.rounded
        self._bottom = box.y1 * SUB
        self._travel = box.height * SUB - 2 * self._radius
        self._sample = BandSampler(count, BANDS)
        self._left = (self._x - self._radius) // SUB - 1
        self._right = (self._x + self._radius) // SUB + 2
        self.passes = ((0, ink_of(style, space), Rect(0, 0, space.width, space.height)),)

    def state(self, frame: int) -> Ints:
        """Heights above a dot, in steps of 1/8 px."""
        values = self._sample(self._data.bands_at(frame))
        return np.rint(values * (self._travel / _STEP)).astype(np.int32) * _STEP

    def touched(self, before: Ints, after: Ints) -> list[Rect]:
        reach = 2 * self._radius + SUB
        top = (self._bottom - np.maximum(before, after) - reach) // SUB - 1
        bottom = (self._bottom - np.minimum(before, after)) // SUB + 2
        return column_rects(before != after, self._left, self._right, top, bottom)

    def draw(self, state: Ints, masks: list[NDArray[np.uint8]]) -> None:
        if not self._rounded:
            self._draw_square(state, masks[0])
            return
        masks[0].fill(0)
        bottom = np.full(len(state), self._bottom, np.int32)
        top = bottom - state - 2 * self._radius
        kernels().capsules(masks[0], upright_capsules(self._x, top, bottom, self._radius))

    def _draw_square(self, state: Ints, mask: NDArray[np.uint8]) -> None:
        top = np.full(self.space.width, _OUTSIDE, np.int32)
        bottom = top.copy()
        for x, height in zip(self._x.tolist(), state.tolist(), strict=True):
            columns = slice(round((x - self._radius) / SUB), round((x + self._radius) / SUB))
            top[columns] = self._bottom - height - 2 * self._radius
            bottom[columns] = self._bottom
        gain = sharp_gain(self.space.width)
        kernels().spans(mask, top, gain, bottom, gain)


class Dots:
    """A field of small dots that swell from the middle row outward."""

    masks = 2
    reach = (0, 0)

    def __init__(self, space: Space, style: WaveStyle, data: WaveData) -> None:
        self.space, self._data = space, data
        box = space.box
        count = style.count or max(5, min(64, round(box.width / max(8.0, box.height / 13))))
        self._pitch = box.width / count
        half = max(1, int((box.height / self._pitch - 1) / 2))
        self._rows = np.arange(-half, half + 1)
        self._count, self._half = count, half
        largest = (style.thickness / 2) if style.thickness else 0.4 * self._pitch
        self._small, self._large = max(0.9, 0.34 * largest), largest
        center_y = (box.y0 + box.y1) / 2
        self._x = to_sub(np.tile(box.x0 + self._pitch * (np.arange(count) + 0.5), len(self._rows)))
        self._y = to_sub(np.repeat(center_y + self._pitch * self._rows, count))
        self._sample = BandSampler(count, BANDS)
        whole = Rect(0, 0, space.width, space.height)
        self._field = space.mask()
        kernels().capsules(self._field, self._discs(np.full(len(self._x), round(self._small * SUB), np.int32)))
        ink = ink_of(style, space)
        dim = Ink.plain(style.dim, style.opacity) if style.dim else ink.faded(0.3)
        self.passes = ((1, dim, whole), (0, ink, whole))

    def state(self, frame: int) -> Ints:
        """Reach of the swelling from the middle, in 1/16 of a row; never quite nothing in the middle row."""
        values = self._sample(self._data.bands_at(frame))
        return np.rint(values * ((self._half + 0.7) * 16)).astype(np.int32)

    def touched(self, before: Ints, after: Ints) -> list[Rect]:
        box = self.space.box
        center, edge = (box.y0 + box.y1) / 2, np.arange(self._count + 1) * self._pitch + box.x0
        most = (np.maximum(before, after) / 16 + 1.5) * self._pitch
        top = np.maximum(np.floor(center - most), 0).astype(np.int32)
        bottom = np.minimum(np.ceil(center + most), self.space.height).astype(np.int32)
        left, right = np.floor(edge[:-1]).astype(np.int32) - 1, np.ceil(edge[1:]).astype(np.int32) + 1
        return column_rects(before != after, left, right, top, bottom)

    def draw(self, state: Ints, masks: list[NDArray[np.uint8]]) -> None:
        np.copyto(masks[1], self._field)
        masks[0].fill(0)
        far = np.abs(self._rows)[:, None]
        swell = np.clip(state[None, :] / 16 - far + 0.5, 0, 1)
        swell = swell * swell * (3 - 2 * swell)
        radius = np.where(swell > 0, self._small + (self._large - self._small) * swell, 0.0)
        radius[self._half] = np.maximum(radius[self._half], 1.5 * self._small)
        kernels().capsules(masks[0], self._discs(to_sub(radius.ravel())))

    def _discs(self, radius: Ints) -> Ints:
        shown = radius > 0
        return upright_capsules(self._x[shown], self._y[shown], self._y[shown], radius[shown])


class Blocks:
    """A level meter: cells that are lit from the bottom, in the colours of their height, over unlit ones."""

    masks = 2
    reach = (0, 0)

    def __init__(self, space: Space, style: WaveStyle, data: WaveData) -> None:
        self.space, self._data = space, data
        box = space.box
        wanted = style.count or max(4, min(54, round(box.width / max(7.0, box.height * 0.11))))
        pitch, gap, count = _cell_columns(box.width, wanted, even=True)
        pitch_y = max(2, min(round(0.8 * pitch), box.height // 4))
        gap_y = max(1, round(0.28 * pitch_y))
        if pitch_y >= 7:
            pitch_y, gap_y = pitch_y & ~1, max(2, gap_y & ~1)
        self._row_count = (box.height + gap_y) // pitch_y
        left = box.x0 + ((box.width - (count * pitch - gap)) // 2 & ~1)
        self._left = left + pitch * np.arange(count, dtype=np.int32)
        self._right = self._left + (pitch - gap)
        self._pitch_y, self._bottom = pitch_y, box.y1
        self._sample = BandSampler(count, BANDS)
        self._cells = space.mask()
        self._columns = np.searchsorted(self._left[1:] - gap // 2, np.arange(space.width), side="right")
        cell = _rounded_cell(pitch - gap, pitch_y - gap_y, 0.24 * (pitch - gap) if style.rounded else 0)
        for row in range(self._row_count):
            y1 = box.y1 - row * pitch_y
            for x0, x1 in zip(self._left.tolist(), self._right.tolist(), strict=True):
                self._cells[y1 - cell.shape[0] : y1, x0:x1] = cell
        whole = Rect(0, 0, space.width, space.height)
        row = (box.y1 - 1 - np.arange(space.height)) // pitch_y
        rows = (row + 0.5) / self._row_count
        ink = zone_ink(style.colors, rows, space, style.opacity) if style.colors else ink_of(style, space)
        dim = Ink.plain(style.dim, style.opacity) if style.dim else ink.faded(_FAINT)
        self.passes = ((1, dim, whole), (0, ink, whole))

    def state(self, frame: int) -> Ints:
        """Lit cells per column; the lowest is always lit."""
        values = self._sample(self._data.bands_at(frame))
        return np.maximum(1, np.rint(values * self._row_count)).astype(np.int32)

    def touched(self, before: Ints, after: Ints) -> list[Rect]:
        top = self._bottom - np.maximum(before, after) * self._pitch_y
        bottom = self._bottom - np.minimum(before, after) * self._pitch_y
        return column_rects(before != after, self._left, self._right, top, bottom)

    def draw(self, state: Ints, masks: list[NDArray[np.uint8]]) -> None:
        split = (self._bottom - state * self._pitch_y).astype(np.int32)[self._columns]
        kernels().select(masks[0], self._cells, split, True)
        kernels().select(masks[1], self._cells, split, False)


class Spectrum:
    """An analyser: slim square columns from low to high, with a mark that hangs at each one's last peak and falls."""

    masks = 2

    def __init__(self, space: Space, style: WaveStyle, data: WaveData) -> None:
        self.space, self._data = space, data
        box = space.box
        wanted = style.count or max(8, min(128, round(box.width / max(5.0, box.height * 0.044))))
        pitch, gap, count = _cell_columns(box.width, wanted, gap_share=0.3)
        if style.thickness:
            gap = max(1, pitch - round(style.thickness))
        left = box.x0 + (box.width - (count * pitch - gap)) // 2
        self._left = left + pitch * np.arange(count, dtype=np.int32)
        self._right = self._left + (pitch - gap)
        self._steps = max(1, round(_PEAK_WINDOW_S * data.fps))
        self.reach = (self._steps, 0)
        self._mark = max(2, round(box.height * 0.012))
        self._space_above = 2 * self._mark
        self._travel = box.height - self._mark - self._space_above
        self._bottom = box.y1 * SUB
        self._sample = BandSampler(count, BANDS, contrast=0.35)
        self._sample_peaks = BandSampler(count, BANDS, contrast=0)
        column = np.searchsorted(self._left, np.arange(space.width), side="right") - 1
        self._covered = (column >= 0) & (np.arange(space.width) < self._right[np.maximum(column, 0)])
        self._column = np.maximum(column, 0)
        self._gain = sharp_gain(space.width)
        whole = Rect(0, 0, space.width, space.height)
        ink = ink_of(style, space, angle=-90)
        self.passes = ((0, ink, whole), (1, ink.faded(0.6), whole))

    def state(self, frame: int) -> Ints:
        """Heights of the columns and then of the marks, in steps of 1/8 px."""
        heights = self._sample(self._data.bands_at(frame))
        steps = self._steps
        first = max(0, frame - steps)
        recent = self._data.bands[first : frame + 1].astype(np.float64) / 255
        peaks = heights
        if len(recent):
            age = np.arange(frame - first, frame - first - len(recent), -1, dtype=np.float64)[:, None]
            fallen = recent - _FALL_PER_S / float(self._data.fps) * age * age / (steps / 2)
            peaks = np.maximum(heights, self._sample_peaks(np.maximum(fallen.max(0), 0)))
        both = np.concatenate([heights, peaks])
        return np.rint(both * (self._travel * SUB / _STEP)).astype(np.int32) * _STEP

    def touched(self, before: Ints, after: Ints) -> list[Rect]:
        count = len(self._left)
        most = np.maximum(before, after)[count:] + (2 * self._mark + self._space_above) * SUB
        least = np.minimum(before, after)[:count]
        changed = (before != after).reshape(2, count).any(0)
        top, bottom = (self._bottom - most) // SUB - 1, (self._bottom - least) // SUB + 2
        return column_rects(changed, self._left, self._right, top, bottom)

    def draw(self, state: Ints, masks: list[NDArray[np.uint8]]) -> None:
        heights, peaks = state.reshape(2, -1)
        base = self._mark * SUB
        self._columns_from(masks[0], self._bottom - base - heights, np.full_like(heights, self._bottom))
        marks = self._bottom - base - self._space_above // 2 * SUB - peaks
        resting = peaks - heights < self._space_above * SUB
        marks = np.where(resting, _OUTSIDE, marks).astype(np.int32)
        self._columns_from(masks[1], marks - base, marks)

    def _columns_from(self, mask: NDArray[np.uint8], top: Ints, bottom: Ints) -> None:
        upper = np.where(self._covered, top[self._column], _OUTSIDE).astype(np.int32)
        lower = np.where(self._covered, bottom[self._column], _OUTSIDE).astype(np.int32)
        kernels().spans(mask, upper, self._gain, lower, self._gain)


def _cell_columns(width: int, wanted: int, *, gap_share: float = 0.2, even: bool = False) -> tuple[int, int, int]:
    """Pitch, gap and count of columns in whole px, near `wanted`, that fill the width best.

    With `even`, columns begin and end between samples of chroma where they are wide enough for it, so that their
    colours stay pure.
    """
    ideal = max(3.0, width / wanted)
    best = (width, 3, 1, 1)
    for pitch in range(max(3, int(ideal * 0.88)), max(4, int(ideal * 1.14)) + 1):
        gap = max(1, round(gap_share * pitch))
        if even and ideal >= 8:
            if pitch % 2:
                continue
            gap = max(2, 2 * round(gap / 2))
        count = max(1, (width + gap) // pitch)
        best = min(best, (width + gap - count * pitch, pitch, gap, count))
    return best[1:]


def _rounded_cell(width: int, height: int, radius: float) -> NDArray[np.uint8]:
    """Coverage of a rectangle with round corners that fills `(height, width)`."""
    radius = min(radius, width / 2, height / 2)
    x = np.abs(np.arange(width) + 0.5 - width / 2)[None, :] - (width / 2 - radius)
    y = np.abs(np.arange(height) + 0.5 - height / 2)[:, None] - (height / 2 - radius)
    distance = np.hypot(np.maximum(x, 0), np.maximum(y, 0)) + np.minimum(np.maximum(x, y), 0) - radius
    return np.rint(255 * np.clip(0.5 - distance, 0, 1)).astype(np.uint8)
