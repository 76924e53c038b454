"""Sprites: pictures and masks drawn once and blended many times."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wavereel.picture.geometry import Rect
from wavereel.picture.identity import identity
from wavereel.picture.kernels.api import kernels
from wavereel.picture.kernels.buffers import SpritePlanes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wavereel.picture.canvas import Canvas
    from wavereel.picture.colors import Yuv


class Sprite:
    """A picture with transparency in the planes' own format, placed on the canvas.

    Luma keeps its own alpha per pixel; chroma has the mean of four alphas and the mean of four colours weighted by
    them, so that edges show no fringe. Immutable.

    Args:
        planes: Colour and alpha.
        x: Left edge in canvas px, even; may lie outside.
        y: Top edge in canvas px, even.
    """

    __slots__ = ("_identity", "planes", "rect")

    def __init__(self, planes: SpritePlanes, x: int, y: int) -> None:
        self._identity: bytes | None = None
        self.planes = planes
        self.rect = Rect(x, y, x + planes.width, y + planes.height)

    @classmethod
    def from_rgba(cls, rgba: NDArray[np.uint8], x: int, y: int) -> Sprite:
        """A sprite of straight-alpha sRGB `(h, w, 4)` uint8 whose corner lies at any canvas px.

        Odd edges are padded with clear pixels to even ones.
        """
        planes_source = _on_even_grid(rgba, x, y)
        planes = SpritePlanes(planes_source.shape[1], planes_source.shape[0])
        kernels().rgba_to_sprite(planes, planes_source)
        return cls(planes, x & ~1, y & ~1)

    @property
    def identity(self) -> bytes:
        """Digest of its pixels and its place."""
        if self._identity is None:
            parts = self.planes
            self._identity = identity(tuple(self.rect), parts.y, parts.u, parts.v, parts.a, parts.ca)
        return self._identity

    def blend(self, canvas: Canvas, clip: Rect, *, opacity: int = 255, dx: int = 0, dy: int = 0) -> None:
        """Blends the part inside `clip` (even edges), with opacity 0..255, moved by even `dx, dy`."""
        place = self.rect.move(dx, dy)
        area = place.intersect(clip).intersect(canvas.bounds)
        if area and opacity:
            kernels().blend_sprite(canvas.planes, self.planes, place.x0, place.y0, area, opacity)

    def scaled(self, scale: float) -> Sprite:
        """A copy resampled about its centre; bilinear, so for scales not far from 1."""
        source = self.planes
        step = round(65536 / scale)
        width, height = (-(-round(side * scale + 4) // 4) * 4 for side in (source.width, source.height))
        center_x, center_y = self.rect.x0 + source.width / 2, self.rect.y0 + source.height / 2
        x, y = round(center_x - width / 2) & ~1, round(center_y - height / 2) & ~1
        planes = SpritePlanes(width, height)
        unused = np.empty_like(planes.ca)
        for values, alpha, out, out_alpha, shrink in (
            (source.y, source.a, planes.y, planes.a, 1),
            (source.u, source.ca, planes.u, planes.ca, 2),
            (source.v, source.ca, planes.v, unused, 2),
        ):
            start_x, start_y = (
                round((((corner + shrink / 2 - center) * step) / 65536 + side / 2) / shrink * 65536 - 32768)
                for corner, center, side in ((x, center_x, source.width), (y, center_y, source.height))
            )
            kernels().resample(values, alpha, out, out_alpha, start_x, start_y, step)
        return Sprite(planes, x, y)


class MaskSprite:
    """A coverage mask placed on the canvas, blended in any colour.

    Args:
        mask: `(h, w)` uint8, 0 clear to 255 covered.
        x: Left edge in canvas px.
        y: Top edge in canvas px.
    """

    __slots__ = ("mask", "rect")

    def __init__(self, mask: NDArray[np.uint8], x: int, y: int) -> None:
        self.mask = _on_even_grid(mask, x, y)
        height, width = self.mask.shape
        self.rect = Rect(x & ~1, y & ~1, (x & ~1) + width, (y & ~1) + height)

    def blend_tinted(
        self,
        canvas: Canvas,
        clip: Rect,
        color: Yuv,
        opacity: int = 255,
        part: Rect | None = None,
        *,
        dx: int = 0,
        dy: int = 0,
    ) -> None:
        """Blends one colour through the mask.

        Args:
            canvas: What is painted on.
            clip: Nothing outside of it changes; even edges.
            color: The tint.
            opacity: 0..255.
            part: Only this rectangle of the canvas, before the move, grown to even edges.
            dx: Moves everything to the right, even.
            dy: Moves everything down, even.
        """
        place = self.rect.move(dx, dy)
        area = place.intersect(clip).intersect(canvas.bounds)
        if part is not None:
            area = area.intersect(part.even().move(dx, dy))
        if area and opacity:
            kernels().blend_mask(canvas.planes, self.mask, place.x0, place.y0, area, color, opacity)


def _on_even_grid(pixels: NDArray[np.uint8], x: int, y: int) -> NDArray[np.uint8]:
    """The pixels with clear rows and columns added so that all four edges are even on the canvas."""
    height, width = pixels.shape[:2]
    left, top = x & 1, y & 1
    right, bottom = (left + width) & 1, (top + height) & 1
    if not (left or top or right or bottom):
        return np.ascontiguousarray(pixels)
    margins = [(top, bottom), (left, right), *[(0, 0)] * (pixels.ndim - 2)]
    return np.pad(pixels, margins)
