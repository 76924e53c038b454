"""Sizes of a canvas as people write them."""

from __future__ import annotations

import re
from fractions import Fraction

from wavereel.errors import UsageError
from wavereel.times import round_half_up

MIN_SIDE_PX = 64
MAX_SIDE_PX = 7680
SHORT_SIDE_PX = 1080
"""Short side of a canvas that is named by its ratio."""

_SIZE = re.compile(r"(\d{1,6})\s*[x×*]\s*(\d{1,6})", re.ASCII | re.IGNORECASE)
_RATIO = re.compile(r"(\d{1,3})\s*:\s*(\d{1,3})", re.ASCII)
_NAMES = {
    "square": "1:1",
    "vertical": "9:16",
    "portrait": "4:5",
    "landscape": "16:9",
    "720p": "1280x720",
    "1080p": "1920x1080",
    "4k": "3840x2160",
}
_HINT = "write WIDTHxHEIGHT such as 1080x1920, or a ratio such as 9:16"


def parse_size(text: str) -> tuple[int, int]:
    """Width and height in px of `1080x1920`, of a ratio (`9:16`: its short side is 1080) or of a name (`square`).

    Raises:
        UsageError: Not a size, a side outside 64 to 7680 px, or an odd one, which 4:2:0 cannot hold.
    """
    plain = text.strip().lower()
    plain = _NAMES.get(plain, plain)
    if match := _SIZE.fullmatch(plain):
        width, height = int(match[1]), int(match[2])
    elif (match := _RATIO.fullmatch(plain)) and int(match[1]) and int(match[2]):
        width, height = _of_ratio(Fraction(int(match[1]), int(match[2])))
    else:
        raise UsageError(f"{text!r} is not a size", hint=_HINT)
    if not (MIN_SIDE_PX <= width <= MAX_SIDE_PX and MIN_SIDE_PX <= height <= MAX_SIDE_PX):
        raise UsageError(f"{text!r} is out of range", hint=f"use sides of {MIN_SIDE_PX} to {MAX_SIDE_PX} px")
    if width % 2 or height % 2:
        raise UsageError(f"{text!r} has an odd side", hint=f"use {width + width % 2}x{height + height % 2}")
    return width, height


def _of_ratio(ratio: Fraction) -> tuple[int, int]:
    long = 2 * round_half_up(SHORT_SIDE_PX * max(ratio, 1 / ratio) / 2)
    return (long, SHORT_SIDE_PX) if ratio > 1 else (SHORT_SIDE_PX, long)
