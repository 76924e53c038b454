"""The memory that kernels work on, with the C structures that describe it."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class _PlanesStruct(ctypes.Structure):
    """`wr_planes` of kernels.h."""

    _fields_ = (
        ("y", ctypes.c_void_p),
        ("u", ctypes.c_void_p),
        ("v", ctypes.c_void_p),
        ("stride", ctypes.c_int32),
        ("stride_c", ctypes.c_int32),
        ("width", ctypes.c_int32),
        ("height", ctypes.c_int32),
    )


class _SpriteStruct(ctypes.Structure):
    """`wr_sprite` of kernels.h."""

    _fields_ = (
        ("y", ctypes.c_void_p),
        ("u", ctypes.c_void_p),
        ("v", ctypes.c_void_p),
        ("a", ctypes.c_void_p),
        ("ca", ctypes.c_void_p),
        ("width", ctypes.c_int32),
        ("height", ctypes.c_int32),
    )


class Planes:
    """An I420 picture: `y` `(rows, stride)`, `u` and `v` of half that, C-contiguous uint8.

    Args:
        width: Columns in use, even; the rest of a row is padding.
        height: Rows in use, even.
        align: Rows and columns of luma are padded to a multiple of this.
    """

    __slots__ = ("_struct", "address", "height", "u", "v", "width", "y")

    def __init__(self, width: int, height: int, *, align: int = 2) -> None:
        rows, stride = -(-height // align) * align, -(-width // align) * align
        self.width, self.height = width, height
        self.y: NDArray[np.uint8] = np.full((rows, stride), 16, np.uint8)
        self.u: NDArray[np.uint8] = np.full((rows // 2, stride // 2), 128, np.uint8)
        self.v: NDArray[np.uint8] = np.full((rows // 2, stride // 2), 128, np.uint8)
        self._struct = _PlanesStruct(
            self.y.ctypes.data, self.u.ctypes.data, self.v.ctypes.data, stride, stride // 2, width, height
        )
        self.address = ctypes.addressof(self._struct)


class SpritePlanes:
    """A picture with transparency: straight colour `y`, `u`, `v`, alpha `a` per luma pixel and `ca` per chroma sample.

    Args:
        width: Columns, even.
        height: Rows, even.
    """

    __slots__ = ("_struct", "a", "address", "ca", "height", "u", "v", "width", "y")

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.y: NDArray[np.uint8] = np.zeros((height, width), np.uint8)
        self.a: NDArray[np.uint8] = np.zeros((height, width), np.uint8)
        self.u: NDArray[np.uint8] = np.zeros((height // 2, width // 2), np.uint8)
        self.v: NDArray[np.uint8] = np.zeros((height // 2, width // 2), np.uint8)
        self.ca: NDArray[np.uint8] = np.zeros((height // 2, width // 2), np.uint8)
        self._struct = _SpriteStruct(*(p.ctypes.data for p in (self.y, self.u, self.v, self.a, self.ca)), width, height)
        self.address = ctypes.addressof(self._struct)
