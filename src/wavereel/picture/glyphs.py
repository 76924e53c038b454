"""Glyphs become pixels: coverage masks of outlines, and colour glyphs, both rasterised by HarfBuzz.

HarfBuzz draws what it shaped (exact coverage, any subpixel position, about 8 µs a glyph at 64 px), which leaves no room
for a second opinion on fonts, and costs a hundredth of a page through an SVG renderer.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wavereel.picture.fonts import UNITS_PER_PX

if TYPE_CHECKING:
    import uharfbuzz as hb

    from wavereel.picture.shaping import Glyph

Alpha = NDArray[np.uint8]
MAX_SIDE_PX = 16_384
"""No mask is larger: a draft may ask for any size of type."""


class Mask(NamedTuple):
    """Coverage `(h, w)` uint8; its first pixel is at column `x`, row `y` (downward) of whatever the pen was on."""

    x: int
    y: int
    alpha: Alpha

    @property
    def empty(self) -> bool:
        return self.alpha.size == 0


class Colours(NamedTuple):
    """Straight RGBA `(h, w, 4)` uint8 at column `x`, row `y`."""

    x: int
    y: int
    rgba: NDArray[np.uint8]


def _rows(image: hb.RasterImage, channels: int) -> tuple[int, int, NDArray[np.uint8]]:
    """Left column, top row and pixels, top row first: HarfBuzz counts rows upward from the baseline."""
    extents = image.extents
    pixels = np.frombuffer(image.buffer, np.uint8).reshape(extents.height, extents.stride)
    pixels = pixels[::-1, : extents.width * channels]
    return extents.x_origin, -(extents.y_origin + extents.height), pixels


def ink(glyphs: Iterable[Glyph]) -> tuple[float, float, float, float] | None:
    """The box around the outlines, `x0, y0, x1, y1` in px with y downward from the baseline; `None` without ink."""
    boxes: list[tuple[float, float, float, float]] = []
    for glyph in glyphs:
        extents = glyph.font.font.get_glyph_extents(glyph.gid)
        if extents is None or not extents.width or not extents.height:
            continue
        left = glyph.x + glyph.dx + extents.x_bearing / UNITS_PER_PX
        top = -(glyph.dy + extents.y_bearing / UNITS_PER_PX)
        boxes.append((left, top, left + extents.width / UNITS_PER_PX, top - extents.height / UNITS_PER_PX))
    if not boxes:
        return None
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )


def draw_outlines(glyphs: Iterable[Glyph], x: float, y: float, *, scale: float = 1.0) -> Mask:
    """Coverage of all glyphs that are not coloured, in one pass, so that letters which overlap have no seam.

    Args:
        glyphs: Of one or more lines; positions count from the pen.
        x: Column of the pen in px; fractions are drawn as such.
        y: Row of the baseline in px, downward.
        scale: Enlarges around the pen.
    """
    import uharfbuzz as hb

    raster = hb.RasterDraw()
    raster.scale_factor = (UNITS_PER_PX, UNITS_PER_PX)
    drawn = False
    for glyph in glyphs:
        if glyph.font.is_colour:
            continue
        raster.transform = (
            scale,
            0.0,
            0.0,
            scale,
            (x + (glyph.x + glyph.dx) * scale) * UNITS_PER_PX,
            (-y + glyph.dy * scale) * UNITS_PER_PX,
        )
        raster.draw_glyph(glyph.font.font, glyph.gid)
        drawn = True
    image = raster.render() if drawn else None
    if image is None or not image.extents.width or max(image.extents.width, image.extents.height) > MAX_SIDE_PX:
        return Mask(0, 0, np.zeros((0, 0), np.uint8))
    left, top, pixels = _rows(image, 1)
    return Mask(left, top, np.ascontiguousarray(pixels))


def draw_colours(glyphs: Iterable[Glyph], x: float, y: float, *, scale: float = 1.0) -> list[Colours]:
    """Each colour glyph (emoji) as a picture, placed as in `draw_outlines` on whole pixels."""
    import uharfbuzz as hb

    result: list[Colours] = []
    for glyph in glyphs:
        extents = glyph.font.font.get_glyph_extents(glyph.gid) if glyph.font.is_colour else None
        if extents is None or not extents.width:
            continue
        left, bottom = x + (glyph.x + glyph.dx) * scale, -y + glyph.dy * scale
        column, row = math.floor(left), math.floor(bottom)
        paint = hb.RasterPaint()
        paint.scale_factor = (UNITS_PER_PX, UNITS_PER_PX)
        shift = ((left - column) * UNITS_PER_PX, (bottom - row) * UNITS_PER_PX)
        paint.transform = (scale, 0.0, 0.0, scale, *shift)
        if not paint.set_glyph_extents(extents):
            continue
        paint.paint_glyph(glyph.font.font, glyph.gid)
        image = paint.render()
        if image is None or not image.extents.width:
            continue
        at_x, at_y, pixels = _rows(image, 4)
        result.append(Colours(column + at_x, at_y - row, _straight(pixels.reshape(pixels.shape[0], -1, 4))))
    return result


def _straight(bgra: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Premultiplied BGRA to straight RGBA."""
    alpha = bgra[..., 3:].astype(np.uint16)
    colour = (bgra[..., 2::-1].astype(np.uint16) * 255 + alpha // 2) // np.maximum(alpha, 1)
    return np.concatenate([np.minimum(colour, 255), alpha], axis=2).astype(np.uint8)


def thicken(mask: Mask, radius_px: float) -> Mask:
    """The mask grown by a round pen of `radius_px`: an outline's outer edge, smooth as the mask is.

    A grey dilation by a disc: every row of the disc is a sliding maximum, done by doubling; its rim counts in part.
    """
    if mask.empty or radius_px <= 0:
        return mask
    reach = math.ceil(radius_px + 0.5)
    height, width = mask.alpha.shape
    # The sliding maximum looks `reach` columns ahead of those that are kept.
    source = np.zeros((height + 2 * reach, width + 3 * reach), np.uint8)
    source[reach : reach + height, reach : reach + width] = mask.alpha
    result = source.copy()
    for dy in range(-reach, reach + 1):
        solid, rim = _disc_row(radius_px, dy)
        if solid >= 0:
            _raise(result, _spread(source, solid), 0, dy)
        for dx, weight in rim:
            faded = (source.astype(np.uint16) * weight >> 8).astype(np.uint8)
            _raise(result, faded, dx, dy)
            _raise(result, faded, -dx, dy)
    return Mask(mask.x - reach, mask.y - reach, np.ascontiguousarray(result[:, : width + 2 * reach]))


def _disc_row(radius: float, dy: int) -> tuple[int, list[tuple[int, int]]]:
    """Half width of the full part of a disc's row (-1 for none), and `(dx, weight of 256)` along its rim."""
    solid, rim = -1, list[tuple[int, int]]()
    for dx in range(math.ceil(radius + 0.5) + 1):
        covered = radius + 0.5 - math.hypot(dx, dy)
        if covered >= 1:
            solid = dx
        elif covered > 0.05:
            rim.append((dx, round(covered * 256)))
    return solid, rim


def _spread(source: Alpha, half: int) -> Alpha:
    """The maximum over `2 * half + 1` columns around each."""
    result = source
    size, target = 1, 2 * half + 1
    while size < target:
        step = min(size, target - size)
        grown = result.copy()
        np.maximum(grown[:, step:], result[:, :-step], out=grown[:, step:])
        result = grown
        size += step
    shifted = np.zeros_like(source)
    if half:
        shifted[:, :-half] = result[:, half:]
        return shifted
    return result


def _raise(target: Alpha, source: Alpha, dx: int, dy: int) -> None:
    """`target` becomes the maximum of itself and `source` moved by `dx, dy`, in place."""
    height, width = target.shape
    to = target[max(0, dy) : height + min(0, dy), max(0, dx) : width + min(0, dx)]
    of = source[max(0, -dy) : height + min(0, -dy), max(0, -dx) : width + min(0, -dx)]
    np.maximum(to, of, out=to)


def rounded_box(width: int, height: int, radius_px: float) -> Alpha:
    """Coverage of a box with round corners that fills `(height, width)`."""
    radius = max(0.0, min(radius_px, width / 2, height / 2))
    mask = np.full((height, width), 255, np.uint8)
    n = math.ceil(radius)
    if n == 0:
        return mask
    steps = radius - 0.5 - np.arange(n, dtype=np.float32)
    distance = np.hypot(np.maximum(steps, 0)[:, None], np.maximum(steps, 0)[None, :])
    corner = np.rint(np.clip(radius + 0.5 - distance, 0, 1) * 255).astype(np.uint8)
    mask[:n, :n] = np.minimum(mask[:n, :n], corner)
    mask[:n, width - n :] = np.minimum(mask[:n, width - n :], corner[:, ::-1])
    mask[height - n :, :n] = np.minimum(mask[height - n :, :n], corner[::-1])
    mask[height - n :, width - n :] = np.minimum(mask[height - n :, width - n :], corner[::-1, ::-1])
    return mask


def soften(mask: Mask, sigma_px: float) -> Mask:
    """The mask blurred, three passes of a box blur standing for a Gaussian (W3C Filter Effects, `feGaussianBlur`)."""
    box = math.floor(sigma_px * 3 * math.sqrt(2 * math.pi) / 4 + 0.5) | 1
    if mask.empty or box < 3:
        return mask
    reach = 3 * (box // 2)
    pixels = np.pad(mask.alpha, reach).astype(np.uint16)
    for _ in range(3):
        for axis in (0, 1):
            pixels = _box_blur(pixels, box, axis)
    return Mask(mask.x - reach, mask.y - reach, pixels.astype(np.uint8))


def _box_blur(pixels: NDArray[np.uint16], size: int, axis: int) -> NDArray[np.uint16]:
    half = size // 2
    widths = [(0, 0), (0, 0)]
    widths[axis] = (half + 1, half)
    sums = np.cumsum(np.pad(pixels, widths), axis=axis, dtype=np.uint32)
    high = np.take(sums, range(size, sums.shape[axis]), axis=axis)
    low = np.take(sums, range(sums.shape[axis] - size), axis=axis)
    return ((high - low + half) // size).astype(np.uint16)
