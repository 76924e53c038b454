"""Levels of H.264: what a decoder must be able to do (ITU-T H.264, table A-1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from fractions import Fraction

_MACROBLOCK_PX = 16
_HIGH = 1250
"""Bits for each unit of the table's rates and buffers in High profile (table A-2)."""


class _Level(NamedTuple):
    """Macroblocks a second, in a picture, in the buffer of decoded pictures; rate and buffer in units of 1000 bits."""

    name: str
    per_s: int
    picture: int
    decoded: int
    rate: int
    buffer: int


_LEVELS = (
    _Level("1", 1_485, 99, 396, 64, 175),
    _Level("1.1", 3_000, 396, 900, 192, 500),
    _Level("1.2", 6_000, 396, 2_376, 384, 1_000),
    _Level("1.3", 11_880, 396, 2_376, 768, 2_000),
    _Level("2", 11_880, 396, 2_376, 2_000, 2_000),
    _Level("2.1", 19_800, 792, 4_752, 4_000, 4_000),
    _Level("2.2", 20_250, 1_620, 8_100, 4_000, 4_000),
    _Level("3", 40_500, 1_620, 8_100, 10_000, 10_000),
    _Level("3.1", 108_000, 3_600, 18_000, 14_000, 14_000),
    _Level("3.2", 216_000, 5_120, 20_480, 20_000, 20_000),
    _Level("4", 245_760, 8_192, 32_768, 20_000, 25_000),
    _Level("4.1", 245_760, 8_192, 32_768, 50_000, 62_500),
    _Level("4.2", 522_240, 8_704, 34_816, 50_000, 62_500),
    _Level("5", 589_824, 22_080, 110_400, 135_000, 135_000),
    _Level("5.1", 983_040, 36_864, 184_320, 240_000, 240_000),
    _Level("5.2", 2_073_600, 36_864, 184_320, 240_000, 240_000),
    _Level("6", 4_177_920, 139_264, 696_320, 240_000, 240_000),
    _Level("6.1", 8_355_840, 139_264, 696_320, 480_000, 480_000),
    _Level("6.2", 16_711_680, 139_264, 696_320, 800_000, 800_000),
)


def lowest_level(width: int, height: int, fps: Fraction, *, references: int, bits: int) -> str:
    """The lowest level, as encoders call it (`4.1`), that takes High profile pictures of this kind; else the highest.

    Args:
        width: In px.
        height: In px.
        fps: Pictures a second.
        references: Pictures that a decoder keeps.
        bits: The highest rate in a second, and the size of the buffer that it is meant for.
    """
    picture = -(-width // _MACROBLOCK_PX) * -(-height // _MACROBLOCK_PX)
    for level in _LEVELS:
        fits = picture <= level.picture and picture * fps <= level.per_s and picture * references <= level.decoded
        if fits and bits <= min(level.rate, level.buffer) * _HIGH:
            return level.name
    return _LEVELS[-1].name
