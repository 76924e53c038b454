"""What every set of kernels can do, and which set is used."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Protocol

from wavereel.settings import load_settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from wavereel.picture.colors import Yuv
    from wavereel.picture.geometry import Rect
    from wavereel.picture.kernels.buffers import Planes, SpritePlanes

SUB = 64
"""Positions and sizes of shapes are integers of 1/64 px."""

UNIT = 16384
"""Length of a direction vector of a capsule (Q14)."""


class Kernels(Protocol):
    """Pixel loops. Rectangles are half-open with even edges and lie inside every buffer they touch: callers clip.

    A mask is `(h, w)` uint8 coverage, C-contiguous; one that is blended has even sides and an even position, and
    chroma takes the mean of the four values that share a chroma sample.
    """

    name: str

    def copy(self, target: Planes, source: Planes, rect: Rect) -> None:
        """Copies a rectangle between planes at the same place."""
        ...

    def fill(self, target: Planes, rect: Rect, color: Yuv, alpha: int) -> None:
        """Mixes a colour into a rectangle with `alpha` 0..255."""
        ...

    def blend_sprite(self, target: Planes, sprite: SpritePlanes, x: int, y: int, rect: Rect, opacity: int) -> None:
        """Blends the part of a sprite, whose corner lies at `x, y`, that is inside `rect`."""
        ...

    def blend_mask(
        self, target: Planes, mask: NDArray[np.uint8], x: int, y: int, rect: Rect, color: Yuv, opacity: int
    ) -> None:
        """Blends one colour through a mask whose corner lies at `x, y`."""
        ...

    def blend_mask_planes(
        self, target: Planes, mask: NDArray[np.uint8], colors: Planes, x: int, y: int, rect: Rect, opacity: int
    ) -> None:
        """Blends `colors` (same corner and size as the mask) through a mask."""
        ...

    def rgb16_to_planes(self, target: Planes, rgb: NDArray[np.uint16], dither: bool) -> None:
        """Converts `(height, width, 3)` uint16 R'G'B' to BT.709 limited range, dithered or rounded."""
        ...

    def rgba_to_sprite(self, target: SpritePlanes, rgba: NDArray[np.uint8]) -> None:
        """Converts `(height, width, 4)` uint8 straight RGBA."""
        ...

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
        """Bilinear resampling weighted by alpha, clear outside.

        Sample `i` of the result takes position `start + i * step` of the source, in Q16 samples with whole numbers at
        the centres of samples.
        """
        ...

    def capsules(self, mask: NDArray[np.uint8], capsules: NDArray[np.int32]) -> None:
        """Draws antialiased capsules into a mask, combined by maximum.

        `capsules` is `(n, 6)`: start x and y in `SUB`, direction x and y in `UNIT`, length and radius in `SUB`.
        """
        ...

    def spans(
        self,
        mask: NDArray[np.uint8],
        top: NDArray[np.int32],
        top_gain: NDArray[np.int32],
        bottom: NDArray[np.int32],
        bottom_gain: NDArray[np.int32],
    ) -> None:
        """Overwrites a mask with one vertical span per column, edges in `SUB`, softened by gains.

        A gain is coverage (255 to the px of `SUB`) in Q12: 16320 softens over one row, less over more.
        """
        ...

    def select(self, mask: NDArray[np.uint8], cells: NDArray[np.uint8], split: NDArray[np.int32], below: bool) -> None:
        """Overwrites a mask with `cells` at and below row `split[x]` (or above it), clear elsewhere."""
        ...

    def fade(self, mask: NDArray[np.uint8], rows: NDArray[np.uint8], columns: NDArray[np.uint8]) -> None:
        """Multiplies each value of a mask by its row's and then by its column's factor, 255 for one."""
        ...

    def lookup(self, mask: NDArray[np.uint8], places: NDArray[np.uint16], table: NDArray[np.uint8]) -> None:
        """Overwrites a mask with `table[places]`; `places` has the mask's shape."""
        ...

    def glow(self, mask: NDArray[np.uint8], scratch: NDArray[np.uint16], radius: int, strength: int) -> None:
        """Screens a blurred copy of a mask onto it.

        Three box blurs of `radius` at a quarter of the size, times `strength / 256`; light reaches
        `12 * radius + 8` px. `scratch` is `(2, ceil(h / 4), ceil(w / 4))`.
        """
        ...


@functools.cache
def kernels() -> Kernels:
    """The C library, or the NumPy twin where it is missing, does not fit, or the settings turn it off."""
    from wavereel.picture.kernels import native, reference

    if not load_settings().native:
        return reference.ReferenceKernels()
    return native.load() or reference.ReferenceKernels()
