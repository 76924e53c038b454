"""The NumPy twins: the specification of the kernels, and their substitute where the C library is missing.

Each gives the same bytes as its function in C (a test compares them), so the arithmetic is spelled out in integers
and single-precision steps rather than in the shortest way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wavereel.picture.colors import Yuv
    from wavereel.picture.geometry import Rect
    from wavereel.picture.kernels.buffers import Planes, SpritePlanes

_Y_16 = np.array([11919, 40098, 4048], np.int64)
_U_16 = np.array([-6570, -22102, 28672], np.int64)
_V_16 = np.array([28672, -26043, -2629], np.int64)
_HALF = 1 << 23
_FAR = 65535
_MAX_SMALL = 4096


def _over_255(x: NDArray[np.uint16]) -> NDArray[np.uint8]:
    t = x + np.uint16(128)
    return ((t + (t >> np.uint16(8))) >> np.uint16(8)).astype(np.uint8)


def _mix(under: NDArray[np.uint8], color: NDArray[np.uint8] | int, alpha: NDArray[np.uint8] | int) -> None:
    """Mixes a colour into `under` in place."""
    a = np.asarray(alpha, np.uint16)
    under[...] = _over_255(under.astype(np.uint16) * (np.uint16(255) - a) + np.asarray(color, np.uint16) * a)


def _scaled(alpha: NDArray[np.uint8], opacity: int) -> NDArray[np.uint8]:
    return alpha if opacity == 255 else _over_255(alpha.astype(np.uint16) * np.uint16(opacity))


def _mean_2x2(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    m = mask.astype(np.uint16)
    return ((m[::2, ::2] + m[::2, 1::2] + m[1::2, ::2] + m[1::2, 1::2] + np.uint16(2)) >> np.uint16(2)).astype(np.uint8)


def _cut(rect: Rect, x: int = 0, y: int = 0, scale: int = 1) -> tuple[slice, slice]:
    """Rows and columns of a rectangle, in a buffer whose corner lies at `x, y`, of luma (1) or chroma (2)."""
    return (
        slice((rect.y0 - y) // scale, (rect.y1 - y) // scale),
        slice((rect.x0 - x) // scale, (rect.x1 - x) // scale),
    )


def _thresholds(height: int, width: int, shift: int, dither: bool) -> NDArray[np.int64]:
    """Dither in Q24 by the R2 sequence (see convert.c), or the half that rounds."""
    if not dither:
        return np.full((height, width), _HALF, np.int64)
    rows = np.arange(height, dtype=np.int64)[:, None] * 2447445414
    columns = np.arange(width, dtype=np.int64)[None, :] * 3242174889
    return ((rows + columns + shift) & 0xFFFFFFFF) >> 8


def _clip(value: NDArray[np.int64], high: int) -> NDArray[np.uint8]:
    return np.clip(value >> 24, 16, high).astype(np.uint8)


class ReferenceKernels:
    """`Kernels` in NumPy."""

    name = "numpy"

    def copy(self, target: Planes, source: Planes, rect: Rect) -> None:
        luma, chroma = _cut(rect), _cut(rect, scale=2)
        target.y[luma] = source.y[luma]
        target.u[chroma] = source.u[chroma]
        target.v[chroma] = source.v[chroma]

    def fill(self, target: Planes, rect: Rect, color: Yuv, alpha: int) -> None:
        luma, chroma = _cut(rect), _cut(rect, scale=2)
        _mix(target.y[luma], color.y, alpha)
        _mix(target.u[chroma], color.u, alpha)
        _mix(target.v[chroma], color.v, alpha)

    def blend_sprite(self, target: Planes, sprite: SpritePlanes, x: int, y: int, rect: Rect, opacity: int) -> None:
        luma, chroma = _cut(rect, x, y), _cut(rect, x, y, 2)
        _mix(target.y[_cut(rect)], sprite.y[luma], _scaled(sprite.a[luma], opacity))
        alpha = _scaled(sprite.ca[chroma], opacity)
        _mix(target.u[_cut(rect, scale=2)], sprite.u[chroma], alpha)
        _mix(target.v[_cut(rect, scale=2)], sprite.v[chroma], alpha)

    def blend_mask(
        self, target: Planes, mask: NDArray[np.uint8], x: int, y: int, rect: Rect, color: Yuv, opacity: int
    ) -> None:
        part = mask[_cut(rect, x, y)]
        mean = _scaled(_mean_2x2(part), opacity)
        _mix(target.y[_cut(rect)], color.y, _scaled(part, opacity))
        _mix(target.u[_cut(rect, scale=2)], color.u, mean)
        _mix(target.v[_cut(rect, scale=2)], color.v, mean)

    def blend_mask_planes(
        self, target: Planes, mask: NDArray[np.uint8], colors: Planes, x: int, y: int, rect: Rect, opacity: int
    ) -> None:
        luma, chroma = _cut(rect, x, y), _cut(rect, x, y, 2)
        mean = _scaled(_mean_2x2(mask[luma]), opacity)
        _mix(target.y[_cut(rect)], colors.y[luma], _scaled(mask[luma], opacity))
        _mix(target.u[_cut(rect, scale=2)], colors.u[chroma], mean)
        _mix(target.v[_cut(rect, scale=2)], colors.v[chroma], mean)

    def rgb16_to_planes(self, target: Planes, rgb: NDArray[np.uint16], dither: bool) -> None:
        height, width = target.height, target.width
        wide = rgb.astype(np.int64)
        luma = wide @ _Y_16 + (16 << 24) + _thresholds(height, width, 0, dither)
        target.y[:height, :width] = _clip(luma, 235)
        mean = (wide[::2, ::2] + wide[::2, 1::2] + wide[1::2, ::2] + wide[1::2, 1::2] + 2) >> 2
        chroma = ((target.u, _U_16, 0x55555555), (target.v, _V_16, 0xAAAAAAAA))
        for plane, weights, shift in chroma:
            value = mean @ weights + (128 << 24) + _thresholds(height // 2, width // 2, shift, dither)
            plane[: height // 2, : width // 2] = _clip(value, 240)

    def rgba_to_sprite(self, target: SpritePlanes, rgba: NDArray[np.uint8]) -> None:
        color, alpha = rgba[..., :3].astype(np.int64), rgba[..., 3].astype(np.int64)
        target.y[...] = _clip((color * 257) @ _Y_16 + (16 << 24) + _HALF, 235)
        target.a[...] = rgba[..., 3]
        weighted = color * alpha[..., None]
        total = weighted[::2, ::2] + weighted[::2, 1::2] + weighted[1::2, ::2] + weighted[1::2, 1::2]
        share = alpha[::2, ::2] + alpha[::2, 1::2] + alpha[1::2, ::2] + alpha[1::2, 1::2]
        mean = (total + share[..., None] // 2) // np.maximum(share, 1)[..., None]
        target.u[...] = _clip((mean * 257) @ _U_16 + (128 << 24) + _HALF, 240)
        target.v[...] = _clip((mean * 257) @ _V_16 + (128 << 24) + _HALF, 240)
        target.ca[...] = (share + 2) >> 2

    def resample(
        self,
        values: NDArray[np.uint8],
        alpha: NDArray[np.uint8],
        out: NDArray[np.uint8],
        out_alpha: NDArray[np.uint8],
        start_x: int,
        start_y: int,
        step: int,
    ) -> None:
        height, width = values.shape
        fy = start_y + np.arange(out.shape[0], dtype=np.int64)[:, None] * step
        fx = start_x + np.arange(out.shape[1], dtype=np.int64)[None, :] * step
        sx, sy, wx, wy = fx >> 16, fy >> 16, (fx >> 8) & 255, (fy >> 8) & 255
        share = np.zeros(out.shape, np.int64)
        color = np.zeros(out.shape, np.int64)
        for dx, dy in ((0, 0), (1, 0), (0, 1), (1, 1)):
            x, y = sx + dx, sy + dy
            inside = (x >= 0) & (y >= 0) & (x < width) & (y < height)
            x, y = np.clip(x, 0, width - 1), np.clip(y, 0, height - 1)
            weight = (wx if dx else 256 - wx) * (wy if dy else 256 - wy)
            covered = np.where(inside, weight * alpha[y, x], 0)
            share += covered
            color += covered * values[y, x]
        out_alpha[...] = (share + 32768) >> 16
        out[...] = np.where(share > 0, (color + share // 2) // np.maximum(share, 1), 0)

    def capsules(self, mask: NDArray[np.uint8], capsules: NDArray[np.int32]) -> None:
        _draw_capsules(mask, capsules.astype(np.int64))

    def spans(
        self,
        mask: NDArray[np.uint8],
        top: NDArray[np.int32],
        top_gain: NDArray[np.int32],
        bottom: NDArray[np.int32],
        bottom_gain: NDArray[np.int32],
    ) -> None:
        center = (np.arange(mask.shape[0], dtype=np.int64) * 64 + 32)[:, None]
        upper = np.clip(((center - top) * top_gain >> 12) + 128, 0, 255)
        lower = np.clip(((bottom - center) * bottom_gain >> 12) + 128, 0, 255)
        mask[...] = np.maximum(0, upper + lower - 255)

    def select(self, mask: NDArray[np.uint8], cells: NDArray[np.uint8], split: NDArray[np.int32], below: bool) -> None:
        rows = np.arange(mask.shape[0], dtype=np.int32)[:, None]
        mask[...] = np.where(rows >= split if below else rows < split, cells, 0)

    def fade(self, mask: NDArray[np.uint8], rows: NDArray[np.uint8], columns: NDArray[np.uint8]) -> None:
        once = _over_255(mask.astype(np.uint16) * rows.astype(np.uint16)[:, None])
        mask[...] = _over_255(once.astype(np.uint16) * columns.astype(np.uint16))

    def lookup(self, mask: NDArray[np.uint8], places: NDArray[np.uint16], table: NDArray[np.uint8]) -> None:
        np.take(table, places, out=mask)

    def glow(self, mask: NDArray[np.uint8], scratch: NDArray[np.uint16], radius: int, strength: int) -> None:
        height, width = mask.shape
        h, w = scratch.shape[1:]
        if w > _MAX_SMALL:
            return
        padded = np.zeros((4 * h, 4 * w), np.int64)
        padded[:height, :width] = mask
        small = padded.reshape(h, 4, w, 4).sum(axis=(1, 3)) * 16
        for _ in range(3):
            small = _box(_box(small, radius, 1), radius, 0)
        tall = _enlarge(small, height, 0)
        value = _enlarge(tall, width, 1)
        light = np.minimum(255, ((value >> 6) * strength) >> 16)
        core = mask.astype(np.int64)
        mask[...] = core + ((255 - core) * light + 127) // 255


def _draw_capsules(mask: NDArray[np.uint8], capsules: NDArray[np.int64]) -> None:
    """Small capsules many at a time, in square windows of equal size; large ones alone."""
    height, width = mask.shape
    capsules = capsules[capsules[:, 5] > 0]
    ax, ay, ux, uy, length, radius = capsules.T
    bx, by = ax + (ux * length >> 14), ay + (uy * length >> 14)
    reach = radius + 64
    x0, y0 = np.maximum(0, (np.minimum(ax, bx) - reach) >> 6), np.maximum(0, (np.minimum(ay, by) - reach) >> 6)
    x1 = np.minimum(width, ((np.maximum(ax, bx) + reach) >> 6) + 1)
    y1 = np.minimum(height, ((np.maximum(ay, by) + reach) >> 6) + 1)
    side = np.maximum(x1 - x0, y1 - y0)
    seen = (x0 < x1) & (y0 < y1)
    for low, high in ((0, 12), (12, 24), (24, 48)):
        index = np.flatnonzero(seen & (side > low) & (side <= high))
        for part in np.array_split(index, len(index) // 256 + 1):
            x, y = np.broadcast_arrays(
                x0[part, None, None] + np.arange(high, dtype=np.int64),
                y0[part, None, None] + np.arange(high, dtype=np.int64)[:, None],
            )
            cover = _cover(x, y, capsules[part, :, None, None].swapaxes(0, 1))
            inside = (x < width) & (y < height) & (cover > 0)
            np.maximum.at(mask, (y[inside], x[inside]), cover[inside])
    for k in np.flatnonzero(seen & (side > 48)).tolist():
        x = np.arange(int(x0[k]), int(x1[k]), dtype=np.int64)[None, :]
        y = np.arange(int(y0[k]), int(y1[k]), dtype=np.int64)[:, None]
        part_mask = mask[y0[k] : y1[k], x0[k] : x1[k]]
        np.maximum(part_mask, _cover(x, y, capsules[k]), out=part_mask)


def _cover(x: NDArray[np.int64], y: NDArray[np.int64], capsule: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Coverage of pixels by a capsule, all of which broadcast; a pixel out of a capsule's bounds has none."""
    ax, ay, ux, uy, length, radius = capsule
    px, py = x * 64 + (32 - ax), y * 64 + (32 - ay)
    along = cast("NDArray[np.int64]", (px * ux + py * uy) >> 14)
    across = cast("NDArray[np.int64]", (px * uy - py * ux) >> 14)
    beyond = np.clip(np.maximum(-along, along - length), 0, _FAR).astype(np.float32)
    aside = np.clip(np.absolute(across), 0, _FAR).astype(np.float32)
    distance = (np.sqrt(beyond * beyond + aside * aside) + np.float32(0.5)).astype(np.int64)
    return np.clip(((radius + 32 - distance) * 255 + 32) >> 6, 0, 255).astype(np.uint8)


def _box(values: NDArray[np.int64], radius: int, axis: int) -> NDArray[np.int64]:
    """Sums over `2 * radius + 1` values along an axis, divided by that number; clear outside."""
    share = 65536 // (2 * radius + 1)
    count = values.shape[axis]
    sums = np.concatenate([np.zeros_like(np.take(values, [0], axis)), np.cumsum(values, axis)], axis)
    last = np.minimum(np.arange(count, dtype=np.int64) + (radius + 1), count)
    first = np.maximum(np.arange(count, dtype=np.int64) - radius, 0)
    return ((np.take(sums, last, axis) - np.take(sums, first, axis)) * share + 32768) >> 16


def _enlarge(values: NDArray[np.int64], size: int, axis: int) -> NDArray[np.int64]:
    """Four times as many values along an axis, bilinearly, in eighths (so the result is 8 times larger)."""
    at = np.arange(size)
    near = at // 4
    following = np.clip(near + np.array([-1, -1, 1, 1])[at & 3], 0, values.shape[axis] - 1)
    share = np.array([3, 1, 1, 3])[at & 3]
    share = share[:, None] if axis == 0 else share[None, :]
    return np.take(values, near, axis) * (8 - share) + np.take(values, following, axis) * share
