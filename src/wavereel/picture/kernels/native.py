"""The kernels of the C library, called through ctypes, which releases the GIL meanwhile."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from wavereel.picture.colors import Yuv
    from wavereel.picture.geometry import Rect
    from wavereel.picture.kernels.buffers import Planes, SpritePlanes

ABI_VERSION = 1
"""Must equal `WR_ABI_VERSION` of kernels.h."""

_I32 = ctypes.c_int32
_PTR = ctypes.c_void_p


class _RectStruct(ctypes.Structure):
    """`wr_rect` of kernels.h, passed by value."""

    _fields_ = (("x0", _I32), ("y0", _I32), ("x1", _I32), ("y1", _I32))


_SIGNATURES: dict[str, tuple[object, ...]] = {
    "wr_copy": (_PTR, _PTR, _RectStruct),
    "wr_fill": (_PTR, _RectStruct, _I32, _I32, _I32, _I32),
    "wr_blend_sprite": (_PTR, _PTR, _I32, _I32, _RectStruct, _I32),
    "wr_blend_mask": (_PTR, _PTR, _I32, _I32, _I32, _RectStruct, _I32, _I32, _I32, _I32),
    "wr_blend_mask_planes": (_PTR, _PTR, _I32, _PTR, _I32, _I32, _RectStruct, _I32),
    "wr_rgb16_to_planes": (_PTR, _PTR, _I32),
    "wr_rgba_to_sprite": (_PTR, _I32, _I32, _PTR, _PTR, _PTR, _PTR, _PTR),
    "wr_resample": (_PTR, _PTR, _I32, _I32, _PTR, _PTR, _I32, _I32, _I32, _I32, _I32),
    "wr_capsules": (_PTR, _I32, _I32, _PTR, _I32),
    "wr_spans": (_PTR, _I32, _I32, _PTR, _PTR, _PTR, _PTR),
    "wr_select": (_PTR, _PTR, _I32, _I32, _PTR, _I32),
    "wr_fade": (_PTR, _I32, _I32, _PTR, _PTR),
    "wr_lookup": (_PTR, _PTR, _I32, _PTR),
    "wr_glow": (_PTR, _I32, _I32, _PTR, _PTR, _I32, _I32),
}


def library_path() -> Path:
    """Where the library lies when it has been built."""
    suffix = {"win32": ".dll", "darwin": ".dylib"}.get(sys.platform, ".so")
    return Path(__file__).with_name(f"wavereel_kernels{suffix}")


def load(path: Path | None = None) -> NativeKernels | None:
    """The kernels of a library; `None` where there is none, it does not load, or it is of another version."""
    try:
        library = ctypes.CDLL(str(path or library_path()))
        if int(library.wr_abi_version()) != ABI_VERSION:
            return None
        for name, arguments in _SIGNATURES.items():
            function = getattr(library, name)
            function.argtypes = arguments
            function.restype = None
    except (OSError, AttributeError):
        return None
    return NativeKernels(library)


class NativeKernels:
    """`Kernels` in C."""

    name = "native"

    def __init__(self, library: ctypes.CDLL) -> None:
        self._c = library

    def copy(self, target: Planes, source: Planes, rect: Rect) -> None:
        self._c.wr_copy(target.address, source.address, _RectStruct(*rect))

    def fill(self, target: Planes, rect: Rect, color: Yuv, alpha: int) -> None:
        self._c.wr_fill(target.address, _RectStruct(*rect), *color, alpha)

    def blend_sprite(self, target: Planes, sprite: SpritePlanes, x: int, y: int, rect: Rect, opacity: int) -> None:
        self._c.wr_blend_sprite(target.address, sprite.address, x, y, _RectStruct(*rect), opacity)

    def blend_mask(
        self, target: Planes, mask: NDArray[np.uint8], x: int, y: int, rect: Rect, color: Yuv, opacity: int
    ) -> None:
        self._c.wr_blend_mask(
            target.address, mask.ctypes.data, mask.shape[1], x, y, _RectStruct(*rect), *color, opacity
        )

    def blend_mask_planes(
        self, target: Planes, mask: NDArray[np.uint8], colors: Planes, x: int, y: int, rect: Rect, opacity: int
    ) -> None:
        self._c.wr_blend_mask_planes(
            target.address, mask.ctypes.data, mask.shape[1], colors.address, x, y, _RectStruct(*rect), opacity
        )

    def rgb16_to_planes(self, target: Planes, rgb: NDArray[np.uint16], dither: bool) -> None:
        self._c.wr_rgb16_to_planes(target.address, rgb.ctypes.data, int(dither))

    def rgba_to_sprite(self, target: SpritePlanes, rgba: NDArray[np.uint8]) -> None:
        planes = (target.y, target.u, target.v, target.a, target.ca)
        self._c.wr_rgba_to_sprite(rgba.ctypes.data, target.width, target.height, *(p.ctypes.data for p in planes))

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
        (height, width), (out_height, out_width) = values.shape, out.shape
        self._c.wr_resample(
            values.ctypes.data,
            alpha.ctypes.data,
            width,
            height,
            out.ctypes.data,
            out_alpha.ctypes.data,
            out_width,
            out_height,
            start_x,
            start_y,
            step,
        )

    def capsules(self, mask: NDArray[np.uint8], capsules: NDArray[np.int32]) -> None:
        height, width = mask.shape
        self._c.wr_capsules(mask.ctypes.data, width, height, capsules.ctypes.data, len(capsules))

    def spans(
        self,
        mask: NDArray[np.uint8],
        top: NDArray[np.int32],
        top_gain: NDArray[np.int32],
        bottom: NDArray[np.int32],
        bottom_gain: NDArray[np.int32],
    ) -> None:
        height, width = mask.shape
        edges = (top, top_gain, bottom, bottom_gain)
        self._c.wr_spans(mask.ctypes.data, width, height, *(edge.ctypes.data for edge in edges))

    def select(self, mask: NDArray[np.uint8], cells: NDArray[np.uint8], split: NDArray[np.int32], below: bool) -> None:
        height, width = mask.shape
        self._c.wr_select(mask.ctypes.data, cells.ctypes.data, width, height, split.ctypes.data, int(below))

    def fade(self, mask: NDArray[np.uint8], rows: NDArray[np.uint8], columns: NDArray[np.uint8]) -> None:
        height, width = mask.shape
        self._c.wr_fade(mask.ctypes.data, width, height, rows.ctypes.data, columns.ctypes.data)

    def lookup(self, mask: NDArray[np.uint8], places: NDArray[np.uint16], table: NDArray[np.uint8]) -> None:
        self._c.wr_lookup(mask.ctypes.data, places.ctypes.data, mask.size, table.ctypes.data)

    def glow(self, mask: NDArray[np.uint8], scratch: NDArray[np.uint16], radius: int, strength: int) -> None:
        height, width = mask.shape
        self._c.wr_glow(
            mask.ctypes.data, width, height, scratch[0].ctypes.data, scratch[1].ctypes.data, radius, strength
        )
