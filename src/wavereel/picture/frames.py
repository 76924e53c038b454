"""Pictures in a shape: square or round with a soft shadow, or a print with a white border, tilted."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

import numpy as np

from wavereel.picture.colors import rgba
from wavereel.picture.glyphs import Mask, rounded_box, soften
from wavereel.picture.text import Rgba, Shadow

if TYPE_CHECKING:
    from numpy.typing import NDArray

Shape = Literal["square", "round", "print"]


@dataclass(frozen=True, slots=True)
class Frame:
    """How a picture is framed. Lengths in px; `tilt_deg` turns it clockwise."""

    shape: Shape = "square"
    radius_px: float = 0.0
    border_px: float = 0.0
    border_color: str = "#FFFFFF"
    tilt_deg: float = 0.0
    shadow: Shadow | None = None


def framed(pixels: NDArray[np.uint8], frame: Frame) -> Rgba:
    """A picture that fills its box, cut to its shape, bordered, tilted and with its shadow under it.

    Args:
        pixels: Straight RGBA `(h, w, 4)` of the size of the box, border included.
        frame: How.

    Returns:
        Straight RGBA and the offset of its corner from the box's corner.
    """
    height, width = pixels.shape[:2]
    shaped = pixels.copy()
    if frame.border_px and frame.shape == "print":
        edge = round(frame.border_px)
        shaped = _bordered(pixels, edge, frame.border_color)
    radius = min(width, height) / 2 if frame.shape == "round" else frame.radius_px
    coverage = rounded_box(width, height, radius).astype(np.uint16)
    shaped[..., 3] = ((shaped[..., 3] * coverage + 127) // 255).astype(np.uint8)
    left = top = 0
    if frame.tilt_deg:
        shaped = turned(shaped, frame.tilt_deg)
        left, top = (width - shaped.shape[1]) // 2, (height - shaped.shape[0]) // 2
    if frame.shadow is None or not frame.shadow.opacity:
        return Rgba(shaped, left, top)
    return _over_shadow(shaped, left, top, frame.shadow)


def turned(pixels: NDArray[np.uint8], degrees: float) -> NDArray[np.uint8]:
    """Straight RGBA turned clockwise about its middle, on a canvas as large as that needs.

    Edges stay smooth since colour is turned with its transparency.
    """
    from PIL import Image

    padded = np.pad(pixels, ((2, 2), (2, 2), (0, 0)))
    padded[..., :3] = np.pad(pixels[..., :3], ((2, 2), (2, 2), (0, 0)), mode="edge")
    image = Image.fromarray(padded).convert("RGBa")
    turned = image.rotate(-degrees, resample=Image.Resampling.BICUBIC, expand=True)
    return cast("NDArray[np.uint8]", np.array(turned.convert("RGBA")))


def _bordered(pixels: NDArray[np.uint8], edge: int, color: str) -> NDArray[np.uint8]:
    from wavereel.picture.images import fitted

    height, width = pixels.shape[:2]
    inner = fitted(pixels, max(1, width - 2 * edge), max(1, height - 2 * edge), "cover")
    result = np.empty_like(pixels)
    result[:] = rgba(color)
    share = inner[..., 3:].astype(np.float32) / 255
    place = result[edge : edge + inner.shape[0], edge : edge + inner.shape[1]]
    place[..., :3] = np.rint(inner[..., :3] * share + place[..., :3] * (1 - share)).astype(np.uint8)
    return result


def _over_shadow(shaped: NDArray[np.uint8], left: int, top: int, shadow: Shadow) -> Rgba:
    height, width = shaped.shape[:2]
    reach = math.ceil(3 * shadow.blur_px) + 1
    cast_ = soften(Mask(0, 0, np.ascontiguousarray(shaped[..., 3])), shadow.blur_px)
    dx, dy = round(shadow.dx_px), round(shadow.dy_px)
    x0, y0 = min(0, cast_.x + dx, -reach), min(0, cast_.y + dy, -reach)
    x1 = max(width, cast_.x + dx + cast_.alpha.shape[1])
    y1 = max(height, cast_.y + dy + cast_.alpha.shape[0])
    under = np.zeros((y1 - y0, x1 - x0), np.float32)
    sy, sx = cast_.y + dy - y0, cast_.x + dx - x0
    under[sy : sy + cast_.alpha.shape[0], sx : sx + cast_.alpha.shape[1]] = cast_.alpha
    under *= shadow.opacity / 255
    over = np.zeros_like(under)
    over[-y0 : height - y0, -x0 : width - x0] = shaped[..., 3].astype(np.float32) / 255
    alpha = over + under * (1 - over)
    result = np.zeros((*under.shape, 4), np.float32)
    result[..., :3] = rgba(shadow.color)[:3]
    ink = np.zeros_like(result[..., :3])
    ink[-y0 : height - y0, -x0 : width - x0] = shaped[..., :3]
    share = np.divide(over, alpha, out=np.zeros_like(over), where=alpha > 0)[..., None]
    result[..., :3] = ink * share + result[..., :3] * (1 - share)
    result[..., 3] = alpha * 255
    return Rgba(np.rint(result).astype(np.uint8), left + x0, top + y0)
