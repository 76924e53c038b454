"""The canvas: the picture that is encoded, as I420 planes in BT.709 limited range."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from wavereel.errors import UsageError
from wavereel.picture.geometry import Rect
from wavereel.picture.identity import identity
from wavereel.picture.kernels.api import kernels
from wavereel.picture.kernels.buffers import Planes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wavereel.picture.colors import Yuv

MACROBLOCK_PX = 16


class Canvas:
    """Planes that layers paint on in place and an encoder reads without a copy.

    `y` is `(rows, columns)` uint8, C-contiguous, padded to whole macroblocks; `u` and `v` have half of both. Only
    `bounds` is painted; `pad` fills the rest.

    Args:
        width: In px, even.
        height: In px, even.

    Raises:
        UsageError: A side is odd or not positive.
    """

    def __init__(self, width: int, height: int) -> None:
        if width <= 0 or height <= 0 or width % 2 or height % 2:
            raise UsageError(f"a canvas of {width}x{height}", hint="both sides must be even and positive")
        self.width, self.height = width, height
        self.bounds = Rect(0, 0, width, height)
        self.planes = Planes(width, height, align=MACROBLOCK_PX)

    @property
    def y(self) -> NDArray[np.uint8]:
        return self.planes.y

    @property
    def u(self) -> NDArray[np.uint8]:
        return self.planes.u

    @property
    def v(self) -> NDArray[np.uint8]:
        return self.planes.v

    def fill(self, color: Yuv, rect: Rect | None = None, *, alpha: int = 255) -> None:
        """Mixes a colour into a rectangle (all of it by default) with `alpha` 0..255."""
        area = self._inside(rect)
        if area:
            kernels().fill(self.planes, area, color, alpha)

    def copy_from(self, other: Canvas, rect: Rect | None = None) -> None:
        """Takes a rectangle of a canvas of the same size."""
        area = self._inside(rect)
        if area:
            kernels().copy(self.planes, other.planes, area)

    def identity(self) -> bytes:
        """Digest of its pixels as they are now."""
        return identity(self.width, self.height, self.y, self.u, self.v)

    def pad(self) -> None:
        """Repeats the last column and row through the padding, as the encoder's macroblocks need."""
        for plane, scale in ((self.y, 1), (self.u, 2), (self.v, 2)):
            width, height = self.width // scale, self.height // scale
            if plane.shape[1] > width:
                plane[:height, width:] = plane[:height, width - 1 : width]
            if plane.shape[0] > height:
                plane[height:] = plane[height - 1]

    def to_rgb(self, rect: Rect | None = None) -> NDArray[np.uint8]:
        """The picture, or a rectangle of it, as `(h, w, 3)` uint8 sRGB; chroma is repeated, not smoothed."""
        area = self._inside(rect)
        rows, columns = slice(area.y0, area.y1), slice(area.x0, area.x1)
        half = slice(area.y0 // 2, area.y1 // 2), slice(area.x0 // 2, area.x1 // 2)
        luma = (self.y[rows, columns].astype(np.float32) - 16) * np.float32(255 / 219)
        u, v = (
            ((plane[half].astype(np.float32) - 128) * np.float32(255 / 224)).repeat(2, 0).repeat(2, 1)
            for plane in (self.u, self.v)
        )
        green = luma - np.float32(0.187324) * u - np.float32(0.468124) * v
        rgb = np.stack([luma + np.float32(1.5748) * v, green, luma + np.float32(1.8556) * u], axis=-1)
        return np.clip(rgb + np.float32(0.5), 0, 255).astype(np.uint8)

    def _inside(self, rect: Rect | None) -> Rect:
        return self.bounds if rect is None else rect.even().intersect(self.bounds)


def plate_from_rgb(rgb: NDArray[np.float32] | NDArray[np.uint8], *, dither: bool = True) -> Canvas:
    """A canvas with a picture on it.

    Args:
        rgb: `(h, w, 3)`, sides even; float in 0..1 (clipped, NaN is 0) or uint8, gamma-encoded sRGB.
        dither: Dither to 8 bits by a fixed pattern, so that smooth gradients show no steps; else round.
    """
    canvas = Canvas(rgb.shape[1], rgb.shape[0])
    paint_rgb(canvas.planes, rgb, dither=dither)
    return canvas


def paint_rgb(target: Planes, rgb: NDArray[np.float32] | NDArray[np.uint8], *, dither: bool = True) -> None:
    """Converts a picture (as in `plate_from_rgb`) into planes of its size."""
    if rgb.dtype == np.uint8:
        deep = rgb.astype(np.uint16) * np.uint16(257)
    else:
        values = cast("NDArray[np.float32]", rgb).astype(np.float32, copy=False)
        bounded = np.minimum(np.where(values > 0, values, np.float32(0)), np.float32(1))
        deep = (bounded * np.float32(65535) + np.float32(0.5)).astype(np.uint16)
    kernels().rgb16_to_planes(target, np.ascontiguousarray(deep), dither)
