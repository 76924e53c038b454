"""What starts with a number: shares, decibels, factors, lengths, clocks, shapes, sizes, rates and counts."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache

from wavereel.agent.values.durations import clock_at, length_at, unit_at
from wavereel.agent.values.model import PLAIN_ASCII, Value, ends_word, words
from wavereel.agent.values.numbers import Number, number_at, unsigned_at
from wavereel.agent.values.numerals import HAN_NUMERALS
from wavereel.agent.values.plain import plain_number

RATIOS = frozenset(
    words("9:16 16:9 4:5 5:4 1:1 3:4 4:3 21:9 9:21 2:1 1:2 3:2 2:3 16:10 10:16 18:9 9:18 2.35:1 2.39:1 1.85:1 1.91:1")
)
_SIDES = re.compile(
    r"(?:width|宽度?)(?: ?(?:of|to|is|=|:|是|为))? ?([0-9]{2,4})(?: ?px| ?像素)?[ ,x]{0,2}(?:and |by )?(?:height"
    r"|高度?)(?: ?(?:of|to|is|=|:|是|为))? ?([0-9]{2,4})(?: ?px| ?像素)?(?![0-9.%])"
)
_SIDES_BEHIND = re.compile(
    r"([0-9]{2,4})(?: ?px| ?像素)? (?:wide|in width)[ ,x]{0,2}(?:and |by )?([0-9]{2,4})(?: ?px)? (?:high|tall"
    r"|in height)(?![a-z])"
)
_SIDES_PX = range(64, 7681)
_LINES = frozenset((144, 240, 360, 480, 540, 576, 720, 900, 1080, 1440, 2160, 4320))
_RATES = frozenset((24, 25, 30, 48, 50, 60, 120))
_THOUSANDS = {2: 1440, 4: 2160, 8: 4320}

_UNITS = {
    "percent": "percent percents pct percentage per",
    "decibel": "db dbs decibel decibels dbfs dbtp",
    "lufs": "lufs lkfs",
    "factor": "x times fold",
    "pixels": "px pixel pixels point points pt pts",
    "degrees": "deg degs degree degrees",
    "fps": "fps frames frame",
    "bpm": "bpm beats",
    "lines": "p k",
    "count": "bar bars line lines dot dots block blocks column columns word words",
}
_TAIL = re.compile(r"((?<=couple) of |(?<=dozen) of |[ -]?)(?:([a-z]{1,12})|([%°×倍度帧号拍成折像分个根条圈]))")
_PER = re.compile(r" cents?(?![a-z])")
_FRAMES = re.compile(r"(?: per | a | each | ?/ ?)(?:second|sec|s)(?![a-z0-9])")
_BEATS = re.compile(r"(?: per | a | each | ?/ ?)(?:minute|min)(?![a-z0-9])")
_HAN_TAILS = re.compile(
    r"(?P<percent>%|个百分点|折(?![叠线腾扣磨回返])|成(?:半|[一二三四五六七八九](?=$|[,.;!?]"
    r"|[的就吧左的好音透不] ?))?(?!就(?![好行可够是])|[不为功员立品长熟语绩]))|(?P<decibel>个?(?:分贝| ?dbs?))"
    r"|(?P<factor>倍速?半?|×(?! ?[0-9]))"
    r"|(?P<pixels>像素点?|号)|(?P<degrees>°|度(?![过假日]))|(?P<fps>帧(?:每秒钟?|/秒|/s)?)"
    r"|(?P<bpm>拍(?:每分钟?|/分钟?)?)"
    r"|(?P<turns>圈)|(?P<count>[根条]|个(?:点|柱|竖条|条))"
)

_PAIR = re.compile(
    r"([0-9]{1,4}(?:\.[0-9]{1,2})?)( ?[x×*] ?| by | ?乘以? ?| ?: ?| ?/ ?| ?比 ?)([0-9]{1,4})(?![0-9]"
    r"|[.:][0-9])( ?(?:px|pixels|像素))?"
)
_MAY_BE_SHAPE = re.compile(r" ?(?:[x×*:/乘比]|by )")
_BETWEEN = re.compile(r" (by) | ?(比) ?")


@cache
def _kinds() -> dict[str, str]:
    return {word: kind for kind, words in _UNITS.items() for word in words.split()}


def sides_at(text: str, at: int) -> Value | None:
    """`width 1080 height 1350`, `1080 wide and 1350 high`, 宽1080高1350."""
    match = _SIDES.match(text, at) or _SIDES_BEHIND.match(text, at)
    if match is None:
        return None
    width, height = int(match.group(1)), int(match.group(2))
    return Value("size", (width, height), at, match.end()) if width in _SIDES_PX and height in _SIDES_PX else None


def measure_at(text: str, at: int) -> Value | None:
    """The longest value that starts with a number (or `a`, as in `a minute`) at `at`."""
    if at > 0 and _inside_number(text, at):
        return None
    if text.startswith("一半", at):
        return Value("percent", 0.5, at, at + 2)
    number = number_at(text, at)
    if number is None or text[at] in "ah" or number.value < 1:
        length = length_at(text, at, number)
        if length is not None and (number is None or length.end > number.end):
            return Value("duration", length.ms, at, length.end)
        if number is None:
            return None
    elif (unit_at(text, number.end)) is not None or text.startswith("个半", number.end):
        length = length_at(text, at, number)
        if length is not None:
            return Value("duration", length.ms, at, length.end)
    if number.value < 1 or _MAY_BE_SHAPE.match(text, number.end):
        if (shape := _shape(text, at, number)) is not None:
            return shape
        if (clock := clock_at(text, at)) is not None:
            return Value("clock", clock[0], at, clock[1])
    return _tailed(text, at, number) or plain_number(text, at, number)


def _inside_number(text: str, at: int) -> bool:
    first, before = text[at], text[at - 1]
    if first == ".":
        return before in PLAIN_ASCII
    if before in HAN_NUMERALS or before == "几":
        return first in HAN_NUMERALS
    if before == "点" and at > 1 and first in HAN_NUMERALS:
        return text[at - 2] in HAN_NUMERALS
    return before == "-" and at > 1 and "a" <= text[at - 2] <= "z" and first.isdigit()


def _shape(text: str, at: int, number: Number) -> Value | None:
    """A ratio (`9:16`, `4 by 5`, 4比5) or a size (`1080x1920`)."""
    if not number.digits or (match := _PAIR.match(text, at)) is None:
        return _shape_in_words(text, at, number)
    left, sign, right, unit = match.groups()
    end = match.end() if ends_word(text, match.end()) else match.end(3)
    sign = sign.strip()
    if sign not in (":", "/", "比") and "." not in left and int(left) in _SIDES_PX and int(right) in _SIDES_PX:
        return Value("size", (int(left), int(right)), at, end) if ends_word(text, end) else None
    name = f"{left}:{right}"
    if unit is not None or not ends_word(text, match.end(3)):
        return None
    known = name in RATIOS
    if sign == ":" and ((len(right) > 1 and name not in ("9:16", "10:16")) or (not known and match.group(2) != ":")):
        return None
    if sign == ":" and not known:
        known = len(right) == 1 and "." not in left and 0 < int(left) <= 32 and right != "0"
    if not known or (sign == "by" and name == "1:1") or (sign == "/" and name not in ("4/5", "4:5", "9:16", "16:9")):
        return None
    return Value("ratio", name, at, match.end(3))


def _shape_in_words(text: str, at: int, number: Number) -> Value | None:
    match = _BETWEEN.match(text, number.end)
    if match is None or number.value.denominator != 1:
        return None
    right = unsigned_at(text, match.end())
    if right is None or right.value.denominator != 1 or not ends_word(text, right.end):
        return None
    left_px, right_px, name = int(number.value), int(right.value), f"{number.value}:{right.value}"
    if left_px in _SIDES_PX and right_px in _SIDES_PX and match.group(1):
        return Value("size", (left_px, right_px), at, right.end)
    if name not in RATIOS or (match.group(1) and name == "1:1"):
        return None
    return Value("ratio", name, at, right.end)


def _tailed(text: str, at: int, number: Number) -> Value | None:
    """The number with the unit after it."""
    match = _TAIL.match(text, number.end)
    if match is None:
        return None
    gap, word, mark = match.groups()
    if mark is not None:
        return _tailed_han(text, at, number, match.end(1)) if gap != "-" else None
    kind = _kinds().get(word)
    end = match.end()
    if kind is None or (end < len(text) and text[end] in PLAIN_ASCII):
        return None
    if kind == "count":
        return _count(text, at, number)
    if kind == "lines":
        return _lines(at, number, word, end) if not gap and number.digits else None
    if word == "per" and (more := _PER.match(text, end)) is None:
        return None
    if word == "per" or kind == "bpm" or word.startswith("frame"):
        more = _PER.match(text, end) or (_BEATS if kind == "bpm" else _FRAMES).match(text, end)
        if more is None and word != "bpm":
            return None
        end = more.end() if more else end
    if word == "percentage":
        end += 7 if text.startswith(" points", end) else 6 if text.startswith(" point", end) else 0
    return Value(kind, _amount(kind, number.value), at, end)


def _amount(kind: str, value: Fraction | int) -> float:
    if kind == "percent":
        return value / 100 if isinstance(value, int) else float(value / 100)
    return -abs(float(value)) if kind == "lufs" else float(value)


def _lines(at: int, number: Number, word: str, end: int) -> Value | None:
    if number.value.denominator != 1:
        return None
    lines = int(number.value)
    if word == "k":
        return Value("resolution", _THOUSANDS[lines], at, end) if lines in _THOUSANDS else None
    if lines in _LINES:
        return Value("resolution", lines, at, end)
    return Value("fps", float(lines), at, end) if lines in _RATES else None


def _count(text: str, at: int, number: Number) -> Value | None:
    """The number before what can be counted, without that noun."""
    if number.value.denominator != 1 or number.value <= 0 or text[at] in "+-\u2212p":
        return plain_number(text, at, number)
    return Value("count", int(number.value), at, number.end) if ends_word(text, number.end) else None


def _tailed_han(text: str, at: int, number: Number, pos: int) -> Value | None:
    match = _HAN_TAILS.match(text, pos)
    if match is None:
        return None
    kind, tail, value, end = str(match.lastgroup), match.group(), number.value, match.end()
    if kind == "count":
        return Value("count", int(value), at, number.end) if value.denominator == 1 and value > 0 else None
    if tail == "圈":
        return Value("degrees", float(value * 360), at, end) if at and text[at - 1] == "转" else None
    if tail == "折" and at and text[at - 1] == "打":
        return None
    if tail == "折":
        share = Fraction(value) / (10 if value < 10 else 100)
        return Value("percent", float(share), at, end) if Fraction(1, 10) <= share < 1 else None
    if tail.startswith("成"):
        if not 0 < value < 10 or value.denominator != 1:
            return None
        below = Fraction(1, 2) if tail.endswith("半") else Fraction("成一二三四五六七八九".index(tail[-1]), 10)
        return Value("percent", float((value + below) / 10), at, end)
    if tail.startswith("倍"):
        value += Fraction(1, 2) if tail.endswith("半") else 0
        return Value("factor", 2.0 if text[at:end] == "一倍" else float(value), at, end)
    written = text[at : number.end]
    if (tail == "号" and value < 8) or (tail.startswith("拍") and value < 30) or (tail == "度" and written == "一"):
        return None
    return Value(kind, _amount(kind, value), at, end)
