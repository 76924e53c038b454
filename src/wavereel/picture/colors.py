"""Colours as they are written (`#RRGGBB`) and as the planes hold them (BT.709, limited range)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from wavereel.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_HEX = re.compile(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")


class Yuv(NamedTuple):
    """One colour in 8 bits, BT.709 limited range: `y` 16..235, `u` and `v` 16..240."""

    y: int
    u: int
    v: int


BLACK = Yuv(16, 128, 128)

_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def rgba(color: str) -> tuple[int, int, int, int]:
    """Red, green, blue and alpha in 0..255 of `#RGB`, `#RGBA`, `#RRGGBB` or `#RRGGBBAA`.

    Raises:
        UsageError: Written otherwise.
    """
    if not _HEX.fullmatch(color):
        raise UsageError(f"{color!r} is not a colour", hint="write it as #RRGGBB")
    digits = color[1:]
    if len(digits) < 6:
        digits = "".join(2 * digit for digit in digits)
    values = bytes.fromhex(digits)
    return values[0], values[1], values[2], values[3] if len(values) == 4 else 255


def yuv(color: str | tuple[int, int, int]) -> Yuv:
    """A colour of 8-bit sRGB components as Y'CbCr by ITU-R BT.709-6, rounded; its alpha is ignored."""
    r, g, b = rgba(color)[:3] if isinstance(color, str) else color
    luma = 0.2126 * r + 0.7152 * g + 0.0722 * b
    return Yuv(
        round(16 + 219 * luma / 255),
        round(128 + 224 * (b - luma) / 1.8556 / 255),
        round(128 + 224 * (r - luma) / 1.5748 / 255),
    )


def mix_oklab(first: str, last: str, count: int) -> NDArray[np.float64]:
    """`(count, 3)` gamma-encoded sRGB in 0..1 from one colour to another, mixed in Oklab (Ottosson 2020).

    Mixing there keeps the middle of a gradient as bright and as colourful as its ends.
    """
    share = np.linspace(0, 1, count)[:, None]
    ends = np.array([rgba(first)[:3], rgba(last)[:3]], np.float64) / 255
    linear = np.where(ends <= 0.04045, ends / 12.92, ((ends + 0.055) / 1.055) ** 2.4)
    lab = np.cbrt(linear @ _TO_LMS.T) @ _TO_LAB.T
    mixed = lab[0] + (lab[1] - lab[0]) * share
    cubes: NDArray[np.float64] = (mixed @ np.linalg.inv(_TO_LAB).T) ** 3
    back: NDArray[np.float64] = np.clip(cubes @ np.linalg.inv(_TO_LMS).T, 0, 1)
    return np.where(back <= 0.0031308, back * 12.92, 1.055 * back ** (1 / 2.4) - 0.055)
