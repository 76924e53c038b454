"""Grounds: gradients with glows and grain, and pictures that fill the canvas.

All come as float32 RGB in 0..1, so that the step to 8-bit YUV can be dithered and no gradient shows bands.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from wavereel.picture.colors import mix_oklab, rgba
from wavereel.picture.images import Fit, fitted, resized

if TYPE_CHECKING:
    from numpy.typing import NDArray

_RAMP_STEPS = 256
_BLUR_SIDE_PX = 96
_BLUR_SHARE = 0.055
_GRAIN_SIGMA = 0.035


@dataclass(frozen=True, slots=True)
class Glow:
    """A soft light: centre in fractions of the canvas, radius in px, strongest in the middle.

    `stretch` widens it: 2 is twice as wide as high.
    """

    x: float
    y: float
    radius_px: float
    color: str
    opacity: float = 1.0
    stretch: float = 1.0


def rgb_of(color: str) -> NDArray[np.float32]:
    """`(3,)` float32 in 0..1."""
    return np.array(rgba(color)[:3], np.float32) / np.float32(255)


def gradient_rgb(
    size: tuple[int, int],
    stops: Sequence[tuple[float, str]],
    angle: float = 90.0,
    glows: Sequence[Glow] = (),
    grain: float = 0.0,
    seed: int = 1,
) -> NDArray[np.float32]:
    """A ground `(height, width, 3)` float32 in 0..1.

    Args:
        size: Width and height in px.
        stops: Where on the way, 0 to 1, and the colour; colours between two are mixed in Oklab.
        angle: Degrees, 0 from left to right, 90 downward; the ends lie in the corners (CSS Images 3, 3.1).
        glows: Laid over it in turn.
        grain: 0 to 1, that of paper.
        seed: Of the grain.
    """
    width, height = size
    ordered = sorted((min(1.0, max(0.0, at)), color) for at, color in stops)
    if len(ordered) == 1:
        result = np.broadcast_to(rgb_of(ordered[0][1]), (height, width, 3)).copy()
    else:
        result = _ramp(ordered)[_along(width, height, angle)]
    for glow in glows:
        add_glow(result, glow)
    if grain > 0:
        add_grain(result, grain, seed)
    return result


def _along(width: int, height: int, angle: float) -> NDArray[np.intp]:
    """For each pixel how far it is along the gradient, as an index of a fine ramp."""
    turn = math.radians(angle)
    cos, sin = math.cos(turn), math.sin(turn)
    length = abs(width * cos) + abs(height * sin)
    x = (np.arange(width, dtype=np.float32) + 0.5 - width / 2) * np.float32(cos / length)
    y = (np.arange(height, dtype=np.float32) + 0.5 - height / 2) * np.float32(sin / length)
    share = y[:, None] + x[None, :] + np.float32(0.5)
    return np.clip(share * (_FINE - 1) + np.float32(0.5), 0, _FINE - 1).astype(np.intp)


_FINE = 8192


def _ramp(stops: Sequence[tuple[float, str]]) -> NDArray[np.float32]:
    """`(_FINE, 3)`: steps so small that they vanish in the dither."""
    places: list[float] = []
    colours: list[NDArray[np.float64]] = []
    for (at, color), (until, following) in itertools.pairwise(stops):
        places += list(np.linspace(at, until, _RAMP_STEPS))
        colours.append(mix_oklab(color, following, _RAMP_STEPS))
    table = np.concatenate(colours)
    where = np.linspace(0, 1, _FINE)
    return np.stack([np.interp(where, places, table[:, k]) for k in range(3)], axis=1).astype(np.float32)


def add_glow(rgb: NDArray[np.float32], glow: Glow) -> None:
    """Lays a glow over a picture, in place; its edge fades without a visible end."""
    height, width = rgb.shape[:2]
    center_x, center_y = glow.x * width, glow.y * height
    reach_x, reach_y = max(1.0, glow.radius_px * glow.stretch), max(1.0, glow.radius_px)
    x0, x1 = max(0, math.floor(center_x - reach_x)), min(width, math.ceil(center_x + reach_x))
    y0, y1 = max(0, math.floor(center_y - reach_y)), min(height, math.ceil(center_y + reach_y))
    if x0 >= x1 or y0 >= y1:
        return
    x = ((np.arange(x0, x1, dtype=np.float32) + 0.5 - center_x) / reach_x) ** 2
    y = ((np.arange(y0, y1, dtype=np.float32) + 0.5 - center_y) / reach_y) ** 2
    left = np.maximum(np.float32(1) - (y[:, None] + x[None, :]), 0)
    share = (left * left * np.float32(glow.opacity))[..., None]  # flat at the middle and at the edge
    part = rgb[y0:y1, x0:x1]
    part += (rgb_of(glow.color) - part) * share


def add_grain(rgb: NDArray[np.float32], strength: float, seed: int) -> None:
    """Lays the grain of paper over a picture, in place: fine fibres, and clouds where the sheet is uneven."""
    height, width = rgb.shape[:2]
    random = np.random.default_rng(seed)
    fine = random.standard_normal((height, width), np.float32)
    fine = (fine + np.roll(fine, 1, 1) + np.roll(fine, 1, 0) + np.roll(fine, (1, 1), (0, 1))) * np.float32(0.5)
    cloud = np.zeros_like(fine)
    for cell, weight in ((5, 0.55), (18, 0.4), (90, 0.35)):
        small = random.standard_normal((height // cell + 4, width // cell + 4), np.float32)
        cloud += np.float32(weight) * stretch(small[..., None], width, height)[..., 0]
    rgb += ((fine * np.float32(0.55) + cloud) * np.float32(strength * _GRAIN_SIGMA))[..., None]
    np.clip(rgb, 0, 1, out=rgb)


def stretch(small: NDArray[np.float32], width: int, height: int) -> NDArray[np.float32]:
    """`(h, w, c)` float32 enlarged smoothly to `(height, width, c)` by cubic B-splines, which never overshoot.

    Made of two matrix products, since it is much of the cost of a blurred ground.
    """
    rows, columns = small.shape[:2]
    across = _spline(columns, width)
    down = _spline(rows, height)
    wide = np.einsum("rck,cw->rwk", small, across.T, optimize=True)
    return np.ascontiguousarray((down @ wide.reshape(rows, -1)).reshape(height, width, -1), np.float32)


def _spline(count: int, size: int) -> NDArray[np.float32]:
    """`(size, count)` weights of a uniform cubic B-spline, its ends held."""
    place = (np.arange(size) + 0.5) * count / size - 0.5
    whole = np.floor(place).astype(int)
    t = place - whole
    weights = np.stack([(1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, -3 * t**3 + 3 * t**2 + 3 * t + 1, t**3]) / 6
    matrix = np.zeros((size, count), np.float32)
    for k in range(4):
        np.add.at(matrix, (np.arange(size), np.clip(whole + k - 1, 0, count - 1)), weights[k].astype(np.float32))
    return matrix


def picture_rgb(
    pixels: NDArray[np.uint8], size: tuple[int, int], fit: Fit, *, ground: str = "#000000"
) -> NDArray[np.float32]:
    """A picture filling the canvas, `(height, width, 3)` float32 in 0..1.

    Args:
        pixels: Straight RGBA `(h, w, 4)`.
        size: Width and height of the canvas in px.
        fit: `blur` fills like `cover`, without detail.
        ground: What shows beside and through it.
    """
    width, height = size
    if fit == "blur":
        return blurred_rgb(pixels, size, ground=ground)
    placed = fitted(pixels, width, height, fit)
    return _over(placed, ground)


def _over(pixels: NDArray[np.uint8], ground: str) -> NDArray[np.float32]:
    rgb = pixels[..., :3].astype(np.float32) / np.float32(255)
    if bool((pixels[..., 3] < 255).all()) or bool((pixels[..., 3] < 255).any()):
        share = pixels[..., 3:].astype(np.float32) / np.float32(255)
        rgb = rgb * share + rgb_of(ground) * (1 - share)
    return rgb


def blurred_rgb(
    pixels: NDArray[np.uint8], size: tuple[int, int], *, ground: str = "#000000", share: float = _BLUR_SHARE
) -> NDArray[np.float32]:
    """A picture as a soft ground: brought down to a hundred pixels, blurred there, and stretched in floats.

    `share` is the standard deviation of the blur as a share of the canvas's long side.
    """
    width, height = size
    scale = _BLUR_SIDE_PX / max(width, height)
    small_w, small_h = max(4, round(width * scale)), max(4, round(height * scale))
    cropped = fitted(pixels, min(width, small_w * 4), min(height, small_h * 4), "cover")
    small = _over(resized(cropped, small_w, small_h), ground)
    sigma = share * _BLUR_SIDE_PX
    return stretch(_gaussian(_gaussian(small, sigma, 0), sigma, 1), width, height)


def _gaussian(rgb: NDArray[np.float32], sigma: float, axis: int) -> NDArray[np.float32]:
    """Blurred along one axis, edges held."""
    reach = math.ceil(3 * sigma)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / max(sigma, 1e-3)) ** 2)
    kernel /= kernel.sum()
    widths = [(0, 0)] * 3
    widths[axis] = (reach, reach)
    padded = np.pad(rgb, widths, mode="edge")
    length = rgb.shape[axis]
    total = np.zeros_like(rgb)
    for k, weight in enumerate(kernel):
        part = padded[k : k + length] if axis == 0 else padded[:, k : k + length]
        total += np.float32(weight) * part
    return total


def mean_luminance_span(rgb: NDArray[np.float32]) -> tuple[float, float]:
    """Darkest and lightest relative luminance of what is behind a text, as its 2nd and 98th percentile.

    `rgb` is `(h, w, 3)` in 0..1; the measure by which the opacity of a scrim is chosen (WCAG 2.2).
    """
    step = max(1, int(math.sqrt(rgb.shape[0] * rgb.shape[1] / 40_000)))
    some = rgb[::step, ::step].reshape(-1, 3)
    linear = np.where(some <= 0.04045, some / 12.92, ((some + 0.055) / 1.055) ** 2.4)
    low, high = np.percentile(linear @ np.array([0.2126, 0.7152, 0.0722]), [2, 98])
    return float(low), float(high)
