"""Colours as they are written (`#RRGGBB`) and as the planes hold them (BT.709, limited range)."""

from __future__ import annotations

import re
from typing import NamedTuple

from wavereel.errors import UsageError

_HEX = re.compile(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")


class Yuv(NamedTuple):
    """One colour in 8 bits, BT.709 limited range: `y` 16..235, `u` and `v` 16..240."""

    y: int
    u: int
    v: int


BLACK = Yuv(16, 128, 128)


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
