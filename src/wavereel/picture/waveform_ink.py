"""What a waveform's mask is filled with: one colour or a gradient, and the light around it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from wavereel.picture.canvas import paint_rgb
from wavereel.picture.colors import Yuv, mix_oklab, rgba, yuv
from wavereel.picture.kernels.api import kernels
from wavereel.picture.kernels.buffers import Planes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wavereel.picture.canvas import Canvas
    from wavereel.picture.geometry import Rect
    from wavereel.picture.waveform_inputs import WaveStyle
    from wavereel.picture.waveform_shapes import Space


class Ink:
    """A colour or a picture of the mask's size, with an opacity of 0..255. Immutable."""

    __slots__ = ("_color", "_opacity", "_planes")

    def __init__(self, color: Yuv | Planes, opacity: int = 255) -> None:
        self._color = color if isinstance(color, Yuv) else None
        self._planes = color if isinstance(color, Planes) else None
        self._opacity = opacity

    @classmethod
    def plain(cls, color: str, opacity: float = 1.0) -> Ink:
        """One colour; its own alpha counts too."""
        return cls(yuv(color), round(rgba(color)[3] * opacity))

    def faded(self, opacity: float) -> Ink:
        """The same colour, `opacity` 0..1 as strong."""
        color = self._planes or self._color
        assert color is not None
        return Ink(color, round(self._opacity * opacity))

    def lay(self, canvas: Canvas, mask: NDArray[np.uint8], x: int, y: int, rect: Rect) -> None:
        """Blends through a mask whose corner lies at `x, y`, inside `rect`."""
        if not rect or not self._opacity:
            return
        if self._planes is not None:
            kernels().blend_mask_planes(canvas.planes, mask, self._planes, x, y, rect, self._opacity)
        elif self._color is not None:
            kernels().blend_mask(canvas.planes, mask, x, y, rect, self._color, self._opacity)


def ink_of(style: WaveStyle, space: Space, *, angle: float = 0.0) -> Ink:
    """The ink of a style: its colour, or its gradient across the box, dithered."""
    if style.color2 is None or style.color2 == style.color:
        return Ink.plain(style.color, style.opacity)
    degrees = angle if style.gradient_angle is None else style.gradient_angle
    along_x, along_y = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    box = space.box
    x = (np.arange(space.width, dtype=np.float32) + np.float32(0.5 - (box.x0 + box.x1) / 2)) * np.float32(along_x)
    y = (np.arange(space.height, dtype=np.float32) + np.float32(0.5 - (box.y0 + box.y1) / 2)) * np.float32(along_y)
    reach = max(1.0, abs(along_x) * box.width + abs(along_y) * box.height)
    share = np.clip((x[None, :] + y[:, None]) / np.float32(reach) + np.float32(0.5), 0, 1)
    stops = mix_oklab(style.color, style.color2, 65)
    places = np.linspace(0, 1, 65)
    rgb = np.stack([np.interp(share, places, stops[:, k]) for k in range(3)], axis=-1).astype(np.float32)
    planes = Planes(space.width, space.height)
    paint_rgb(planes, rgb)
    return Ink(planes, round(255 * style.opacity))


def zone_ink(colors: tuple[str, ...], rows: NDArray[np.float64], space: Space, opacity: float) -> Ink:
    """One colour per zone from the lowest to the highest row.

    Args:
        colors: From low to high; the first reaches to 66 % of the height, the last begins at 86 %.
        rows: `(height,)`, the height of each row of the mask in 0..1.
        space: Size of the mask.
        opacity: 0..1.
    """
    limits = [0.66, 0.86] if len(colors) == 3 else [(k + 1) / len(colors) for k in range(len(colors) - 1)]
    index = np.searchsorted(np.array(limits), rows, side="right")
    table = np.array([rgba(color)[:3] for color in colors], np.uint8)
    rgb = np.broadcast_to(table[index][:, None, :], (space.height, space.width, 3))
    planes = Planes(space.width, space.height)
    paint_rgb(planes, np.ascontiguousarray(rgb), dither=False)
    return Ink(planes, round(255 * opacity))


class Glow:
    """A light around a mask. Immutable.

    Args:
        strength: 0 for none, 1 for as bright as blurring makes it.
        size_px: Side of the box that the light should suit.
    """

    __slots__ = ("_radius", "_strength")

    def __init__(self, strength: float, size_px: int) -> None:
        self._radius = max(1, min(4, round(size_px / 260)))
        self._strength = max(0, round(256 * strength))

    @property
    def reach_px(self) -> int:
        """How far light can fall, even; 0 for no light."""
        return 12 * self._radius + 8 if self._strength else 0

    def scratch(self, space: Space) -> NDArray[np.uint16]:
        """The memory that `shine` needs; one per thread."""
        size = (2, -(-space.height // 4), -(-space.width // 4)) if self._strength else (2, 0, 0)
        return np.empty(size, np.uint16)

    def shine(self, mask: NDArray[np.uint8], scratch: NDArray[np.uint16]) -> None:
        """Adds the light to a mask."""
        if self._strength:
            kernels().glow(mask, scratch, self._radius, self._strength)
