"""Geometry shared by the waveform styles: shapes in the integers that kernels take, curves, and values from bands.

Positions are in px of the mask, values in 0..1, both float; `SUB` is 1/64 px.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from wavereel.picture.kernels.api import SUB, UNIT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wavereel.picture.geometry import Rect

    Floats = NDArray[np.floating[Any]]
    Ints = NDArray[np.int32]

_SHARP_GAIN = 255 * 4096 // SUB


@dataclass(frozen=True, slots=True)
class Space:
    """Where a shape is drawn: a mask of `width` by `height` px with the style's box inside, even edges throughout."""

    width: int
    height: int
    box: Rect

    def mask(self) -> NDArray[np.uint8]:
        return np.zeros((self.height, self.width), np.uint8)


def to_sub(values: Floats) -> Ints:
    """Px to 1/64 px, rounded."""
    return np.rint(values * SUB).astype(np.int32)


def upright_capsules(x: Ints, top: Ints, bottom: Ints, radius: Ints | int) -> Ints:
    """`(n, 6)` capsules whose round ends touch `top` and `bottom`; a dot where those are too near. All in `SUB`."""
    result = np.empty((len(x), 6), np.int32)
    middle = (top + bottom) >> 1
    start = np.minimum(top + radius, middle)
    result[:, 0] = x
    result[:, 1] = start
    result[:, 2] = 0
    result[:, 3] = UNIT
    result[:, 4] = np.maximum(0, bottom - radius - start)
    result[:, 5] = radius
    return result


def segments(x0: Floats, y0: Floats, x1: Floats, y1: Floats, radius: float) -> Ints:
    """`(n, 6)` capsules from points to points."""
    dx, dy = x1 - x0, y1 - y0
    length = np.hypot(dx, dy)
    safe = np.maximum(length, 1e-9)
    ux, uy = np.rint(dx / safe * UNIT), np.rint(dy / safe * UNIT)
    point = length * SUB < 0.5
    result = np.empty((len(dx), 6), np.int32)
    result[:, 0] = to_sub(x0)
    result[:, 1] = to_sub(y0)
    result[:, 2] = np.where(point, 0, ux)
    result[:, 3] = np.where(point, UNIT, uy)
    result[:, 4] = np.rint(length * SUB)
    result[:, 5] = round(radius * SUB)
    return result


def polyline(x: Floats, y: Floats, radius: float) -> Ints:
    """`(n - 1, 6)` capsules through `n` points."""
    return segments(x[:-1], y[:-1], x[1:], y[1:], radius)


def curve_edge(y: Floats) -> tuple[Ints, Ints]:
    """The edge of a span per column, and its gain, from the `n + 1` heights at the columns' borders.

    Where the curve rises by several px within a column, its edge is softened over as many rows, which is what the
    area under a slope would give.
    """
    rise = np.abs(np.diff(y))
    gain = np.rint(_SHARP_GAIN / np.maximum(1.0, rise + 0.35)).astype(np.int32)
    return to_sub((y[:-1] + y[1:]) / 2), gain


def sharp_gain(count: int) -> Ints:
    """Gains of horizontal edges."""
    return np.full(count, _SHARP_GAIN, np.int32)


class BandSampler:
    """Values of `count` bars from 64 bands: linear between bands, and each set off a little from its neighbours.

    Args:
        count: Bars.
        bands: How many bands there are.
        mirrored: The bars run from high to low to high, as around a circle.
        contrast: How far a band is moved away from the mean of the five around it; 0 for a smooth curve.
    """

    def __init__(self, count: int, bands: int, *, mirrored: bool = False, contrast: float = 0.7) -> None:
        share = (np.arange(count) + 0.5) / count
        if mirrored:
            share = np.abs(2 * share - 1)
        at = np.clip(share * bands - 0.5, 0, bands - 1)
        self._low = np.minimum(at.astype(np.int64), bands - 2)
        self._share = at - self._low
        self._contrast = contrast

    def __call__(self, bands: Floats) -> Floats:
        p = np.concatenate([bands[1:3][::-1], bands, bands[-3:-1][::-1]])
        if self._contrast:
            mean = (p[:-4] + p[1:-3] + p[2:-2] + p[3:-1] + p[4:]) / 5
            values = np.clip(bands + self._contrast * (bands - mean), 0, 1)
        else:
            values = (p[1:-3] + 2 * p[2:-2] + p[3:-1]) / 4
        low = values[self._low]
        return low + (values[self._low + 1] - low) * self._share


def bspline(knots: Floats, at: Floats) -> Floats:
    """Uniform cubic B-spline: smooth to the second derivative, and never above or below its knots.

    Args:
        knots: `(n,)`; knot `k` acts around position `k`.
        at: Positions in 1..n-2.
    """
    index = np.clip(np.floor(at).astype(np.int64), 1, len(knots) - 3)
    t = at - index
    a, b, c, d = (knots[index + k] for k in (-1, 0, 1, 2))
    s = 1 - t
    return (s**3 * a + (3 * t**3 - 6 * t**2 + 4) * b + (3 * s**3 - 6 * s**2 + 4) * c + t**3 * d) / 6


def hash_unit(index: NDArray[np.int64], salt: int) -> Floats:
    """A fixed pseudo-random number in 0..1 per whole number (the finaliser of SplitMix64)."""
    z = (index + np.int64(salt * 1_000_003)).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((z ^ (z >> np.uint64(31))) >> np.uint64(11)).astype(np.float64) / 2.0**53
