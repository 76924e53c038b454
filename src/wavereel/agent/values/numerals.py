"""The numerals of Chinese: 二十五, 一千二, 一点五, 三分之一, 一二〇, and 两三 for about three."""

from __future__ import annotations

import re
from fractions import Fraction

_ONES = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_UNITS = {"十": 10, "百": 100, "千": 1000}

HAN_DIGITS = frozenset("零〇一二两三四五六七八九十半")
"""What a numeral can start with: 百, 千 and 万 alone are no numbers (百度, 千万别)."""

HAN_NUMERALS = HAN_DIGITS | frozenset("百千万")

_STRING = re.compile(r"[零〇一二三四五六七八九]{2,9}(?![十百千万])")
_POINT = re.compile(r"点([零〇一二三四五六七八九]{1,6})(?![十百千万点些起下样直定般边])")
_ABOUT = re.compile(r"([一二两三四五六七八九])([二两三四五六七八九])(?![零〇一二两三四五六七八九百千万十])")


def numeral_at(text: str, at: int) -> tuple[Fraction | int, int] | None:
    """The longest numeral that starts at `at`, and where it ends."""
    if text[at] == "半":
        return Fraction(1, 2), at + 1
    whole = _string(text, at) or _counted(text, at)
    if whole is None:
        return None
    value, end = whole
    if text.startswith("分之", end) and value and value != 100:
        below = _counted(text, end + 2) if end + 2 < len(text) else None
        if below is not None:
            return Fraction(below[0], value), below[1]
    if (point := _POINT.match(text, end)) is not None:
        digits = "".join(str(_ONES[digit]) for digit in point.group(1))
        return value + Fraction(int(digits), 10 ** len(digits)), point.end()
    return value, end


def _string(text: str, at: int) -> tuple[int, int] | None:
    """Digits read one by one: three of them, or two with a zero, since 三四 is three or four."""
    match = _STRING.match(text, at)
    if match is None:
        return None
    digits = match.group()
    if len(digits) == 2 and not set(digits) & {"零", "〇"}:
        return None
    return int("".join(str(_ONES[digit]) for digit in digits)), match.end()


def _counted(text: str, at: int) -> tuple[int, int] | None:
    if (about := _ABOUT.match(text, at)) is not None:
        first, second = (_ONES[digit] for digit in about.groups())
        return (second, about.end()) if second == first + 1 else None
    total, pending, unit, zero, pos = 0, -1, 10_000, False, at
    while pos < len(text):
        char = text[pos]
        if (digit := _ONES.get(char)) is not None:
            if pending > 0 or (zero and not digit):
                break
            if digit == 0 and pos > at:
                zero = True
            else:
                pending = digit
        elif (scale := _UNITS.get(char)) is not None and scale < unit:
            if (pending < 0 and scale > 10) or pending == 0:
                break
            total, unit, pending, zero = total + (pending if pending > 0 else 1) * scale, scale, -1, False
        elif char == "万" and unit <= 10_000 and (total or pending > 0):
            return _ten_thousands(text, pos + 1, total + max(pending, 0))
        else:
            break
        pos += 1
    if pos == at or (zero and pending < 0):
        return None
    if pending > 0 and 10 < unit < 10_000 and not zero:
        pending *= unit // 10  # 一百五 is 150
    return total + max(pending, 0), pos


def _ten_thousands(text: str, at: int, count: int) -> tuple[int, int]:
    if at < len(text) and text[at] in HAN_DIGITS and text[at] != "半" and "万" not in text[at : at + 8]:
        rest = _counted(text, at)
        if rest is not None and rest[0] < 10_000:
            low = rest[0] * 1000 if rest[1] == at + 1 and text[at] not in "零〇十" else rest[0]  # 两万五 is 25 000
            return count * 10_000 + low, rest[1]
    return count * 10_000, at
