"""Lengths of time (`1m30s`, `a minute and a half`, 一分半) and clocks (`1:02:03.5`), in milliseconds."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from wavereel.agent.values.model import PLAIN_ASCII, ends_word
from wavereel.agent.values.numbers import Number, number_at, unsigned_at
from wavereel.agent.values.numerals import HAN_DIGITS
from wavereel.times import MAX_MS, round_half_up


class Length(NamedTuple):
    """`ms` milliseconds said before `end`; `unit_ms` is the unit named first."""

    ms: int
    end: int
    unit_ms: int


_SECOND, _MINUTE, _HOUR = 1000, 60_000, 3_600_000
_WORDS = {
    1: "ms msec msecs milli millis millisec millisecs millisecond milliseconds milisecond miliseconds",
    _SECOND: "s sec secs second seconds secound secounds secend secends secnd secnds",
    _MINUTE: "m min mins minute minutes minuets minuts",
    _HOUR: "h hr hrs hour hours",
}
_UNIT = re.compile(r"([ -]?)(?:([a-z]{1,12})(?:\(s\))?|(毫秒|秒钟|秒(?![杀懂])|分钟|分|个?小时|个?钟头|刻钟))")
_NO_MINUTE = re.compile(r"分(?:[之享贝辨成段屏割别析散支组栏类]|开(?!始)|为(?!止))")
_HAN = {"毫秒": 1, "秒钟": 1000, "秒": 1000, "分钟": _MINUTE, "分": _MINUTE, "刻钟": 15 * _MINUTE}

_CLOCK = re.compile(r"(?:([0-9]{1,2}):)?([0-9]{1,3}):([0-5][0-9])(\.[0-9]{1,3})?(?![0-9a-z]|:[0-9]|\.[0-9])")

_HEAD = re.compile(
    r"half (?:an? )?|(?:a )?quarter (?:of )?(?:an? )?|a (?:few more|few|couple more|couple(?: of)?) "
    r"|couple (?:of )?|few |an? "
)
_HALF_HOUR = re.compile(r" ?个半 ?(?:小时|钟头|钟)")
_MINUTES_FOLLOW = re.compile(r"[到至~] ?第?[0-9一二两三四五六七八九十]{1,3} ?分")
_OF = re.compile(r" of (?:an? )?")
_NEXT = re.compile(r",? (?:and )?|")
_AND_PART = re.compile(
    r" and (?:a |one )?(half|quarter)(?![a-z0-9])| and (three) quarters(?![a-z0-9])| ?半(?:钟|(?![透个段路边]))"
)
_REST = re.compile(r"[ ]?([0-5]?[0-9])(?![0-9:.a-z%°×*/-]|,[0-9])|[ ]([a-z]{3,12})(?:[ -]([a-z]{3,6}))?(?![a-z])")
_NO_REST = re.compile(
    r" ?(?:%|per|pct|db|decibel|px|pixel|points?\b|fps|frames?\b|bpm|x\b|times\b|bars?\b|lines?\b|dots?\b"
    r"|words?\b|blocks?\b"
    r"|columns?\b|degrees?\b|titles?\b|captions?\b|lufs|倍|个|条|根|像素|度|帧|号|行|分贝|字|张|段)"
)
_AFTER_A_SECOND = re.compile(
    r"(?: (?:and|long|longer|later|earlier|before|after|at|in|into|from|then|fade|fades|fading|of|to|on|for|or"
    r"|more|less"
    r"|shorter|sooner|so|please|pls|with|when|while|but|delay|pause|gap|each|too|until|is|would|instead|only|now|apart"
    r"|between|off|right|crossfade|dissolve|as|per|max|tops)(?![a-z])|[^a-z '-]| ?$| [^a-z])"
)
_WAITING = re.compile(r"(?:wait|waiting|hold on|hang on|hold|just|gimme|give me|got|have) $")
_PLEASE = re.compile(r",| (?:please|pls)(?![a-z])")
_DECADE = re.compile(
    r"(?:[5-9]0s|[5-9]0 s)(?: |-)(?:style|look|vibe|theme|feel|retro|music|synth|aesthetic|vhs|neon|pop|disco)"
)


@cache
def _units() -> dict[str, int]:
    return {word: ms for ms, words in _WORDS.items() for word in words.split()}


def unit_at(text: str, at: int) -> tuple[int, int] | None:
    """The unit of time after a number that ends at `at`: its milliseconds, and where it ends."""
    match = _UNIT.match(text, at)
    if match is None:
        return None
    gap, word, han = match.groups()
    if han is not None:
        if gap == "-" or (han == "分" and _NO_MINUTE.match(text, match.start(3))):
            return None
        return _HAN.get(han, _HOUR), match.end()
    if gap and word == "m":
        return None
    unit = _units().get(word)
    if unit is None:
        return None
    end = match.end()
    if not match.group().endswith(")") and end < len(text) and text[end] in PLAIN_ASCII and gap:
        return None
    return unit, end


def clock_at(text: str, at: int) -> tuple[int, int] | None:
    """Milliseconds of the clock that starts at `at`, and where it ends."""
    match = _CLOCK.match(text, at)
    if match is None:
        return None
    hours, minutes, seconds, part = match.groups()
    if hours is not None and int(minutes) > 59:
        return None
    ms = (int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)) * 1000 + int((part or ".")[1:].ljust(3, "0"))
    return (ms, match.end()) if ms <= MAX_MS else None


def length_at(text: str, at: int, number: Number | None = None) -> Length | None:
    """The longest length that starts at `at`; `number` is what `number_at` found there, where it is known."""
    head = _head(text, at, number)
    if head is None:
        return None
    amount, unit_ms, end = head
    total, last, first_unit = amount * unit_ms, unit_ms, unit_ms
    sign = -1 if amount < 0 else 1
    while end < len(text):
        if (part := _AND_PART.match(text, end)) is not None:
            total += (
                sign * last * Fraction({"quarter": 1, "three": 3}.get(part.group(1) or part.group(2) or "half", 2), 4)
            )
            end = part.end()
            break
        step = _next(text, end, last)
        if step is None:
            break
        amount, last, end = step
        total += sign * amount * last
    if not ends_word(text, end) or abs(total) > MAX_MS:
        return None
    return Length(total if isinstance(total, int) else round_half_up(total), end, first_unit)


def _head(text: str, at: int, number: Number | None) -> tuple[Fraction | int, int, int] | None:
    """The first amount with its unit: amount, milliseconds of the unit, where it ends."""
    if (match := _HEAD.match(text, at)) is not None and (unit := unit_at(text, match.end() - 1)) is not None:
        words = match.group()
        unit_ms, end = unit
        if words in ("a ", "an "):
            spelled = text[match.end() : end]
            if spelled in ("s", "m", "h", "ms") or spelled.endswith("s"):
                return None
            if unit_ms == _SECOND and not _may_be_a_second(text, at, end):
                return None
            return 1, unit_ms, end
        amount = Fraction(1, 2) if words.startswith("half") else Fraction(1, 4) if "quarter" in words else Fraction(2)
        return Fraction(3) if "few" in words else amount, unit_ms, end
    number = number or number_at(text, at)
    if number is None or (number.digits and _DECADE.match(text, at)):
        return None
    if (hours := _HALF_HOUR.match(text, number.end)) is not None:
        return number.value + Fraction(1, 2), _HOUR, hours.end()
    unit = unit_at(text, number.end)
    if unit is None and number.value < 1 and (of := _OF.match(text, number.end)) is not None:
        unit = unit_at(text, of.end() - 1)
    if unit is None:
        return None
    unit_ms, end = unit
    if text[number.end] == "分" and text[at:end] == "十分" and not _seconds_follow(text, end):
        return None
    if text[at:end] in ("one second", "one sec") and not _may_be_a_second(text, at, end):
        return None
    return number.value, unit_ms, end


def _may_be_a_second(text: str, at: int, end: int) -> bool:
    """Neither `wait a second` nor `a second title`."""
    if _AFTER_A_SECOND.match(text, end) is None:
        return text[at : at + 3] == "one"
    if not text[max(0, at - 4) : at].rstrip(" ,.;!?"):
        return _PLEASE.match(text, end) is None
    return _WAITING.search(text[max(0, at - 12) : at]) is None


def _seconds_follow(text: str, at: int) -> bool:
    number = unsigned_at(text, at) if at < len(text) else None
    return number is not None and (unit := unit_at(text, number.end)) is not None and unit[0] == _SECOND


def _next(text: str, end: int, last: int) -> tuple[Fraction | int, int, int] | None:
    """A smaller unit after a larger one (`1m30s`, 一分五十秒), or seconds without their unit (`1 min 20`, 1分20)."""
    if last == 1:
        return None
    gap = _NEXT.match(text, end)
    at = gap.end() if gap else end
    if at >= len(text) or (at == end and text[at] not in HAN_DIGITS and not text[at].isdigit()):
        return None
    number = unsigned_at(text, at)
    if number is None:
        return None
    unit = unit_at(text, number.end)
    if unit is not None:
        return (number.value, *unit) if unit[0] < last else None
    if last < _MINUTE or text[end] == "," or text.startswith(" and ", end) or number.value.denominator != 1:
        return None
    if not 0 < number.value < 60 or not ends_word(text, number.end) or not _may_be_rest(text, end, number):
        return None
    return number.value, last // 60, number.end


def _may_be_rest(text: str, end: int, number: Number) -> bool:
    """Whether a bare number after minutes can be seconds: no other unit, count or clock is there."""
    if number.digits and _REST.match(text, end) is None:
        return False
    if text[number.end - 1] == "半" or (
        text.startswith(("到", "至", "~"), number.end) and not _MINUTES_FOLLOW.match(text, number.end)
    ):
        return False
    return _NO_REST.match(text, number.end) is None
