"""Places in time made of moments: ranges (`1:30-2:10`, 从一分钟到两分钟), and what follows a moment (10秒之前)."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

from wavereel.agent.values.durations import clock_at, length_at
from wavereel.agent.values.model import Span, Value, ends_word
from wavereel.agent.values.numbers import unsigned_at
from wavereel.times import MAX_MS, round_half_up


class Place(NamedTuple):
    """A moment that ends before `end` in the text.

    `ms` is `None` for the end of the video and for a bare number (`bare`), whose unit stands elsewhere. `unit_ms`
    is the unit of a length, 0 of a clock, -1 of a word (`the start`).
    """

    ms: int | None
    end: int
    unit_ms: int
    bare: Fraction | int | None = None


_HEDGE = re.compile(
    r"(?:(?:the|about|around|roughly|approximately|approx|exactly|timestamp|time) )?(?:about |around )?"
    r"|(?:大约|大概|差不多|约)? ?(?:第 ?)?"
)
_HEDGE_HAN = re.compile(r"(?:大约|大概|差不多|约|视频)? ?(?:的)?(?:第 ?)?")
_MARK = re.compile(r"[ -](?:mark|point|marker)(?![a-z0-9])")
_NTH = re.compile(r"([0-9]{1,5})(?:st|nd|rd|th) (second|minute)(?![a-z0-9])")
_UNIT_FIRST = re.compile(r"(second|sec|minute|min)s? (?=[0-9a-z])")
_WORD = re.compile(
    r"(?:the )?(?:very )?(?:(?P<start>start|beginning)|(?P<end>end|finish))(?![a-z0-9])"
    r"|(?P<start_han>最?开头|视频开头|开始(?!的)|头(?=[到至])|片头)|(?P<end_han>视频结束|结尾|结束|最后|末尾|片尾|尾)"
)

_FROM = re.compile(r"(?P<from>from )|(?P<between>between |in between )|(?P<han>[从自由] ?|在 ?|介于)")
_SEPARATOR = re.compile(
    r"(?P<sign> ?(?:->|\.\.\.?|[-\u2013\u2014~\u301c\u2192\u2026]{1,2}) ?)|(?P<to>,? (?:to|through|thru|till"
    r"|til|until|up to|right to) )"
    r"|(?P<and> (?:and|to) )|(?P<han>,? ?(?:开始)?(?:一直)?(?:(?P<verb>显示|出现|展示|停留|停|留|播放|播|放|挂|持续"
    r"|保持)(?=[到至])|[剪切](?=到(?:最后|结尾|末尾)))?(?:到|至) ?)|(?P<with> ?[和与跟] ?)"
)
_HAN_REST = re.compile(r"(?:之间|中间|为止|止|结束(?!的?时)|的?(?:这|那)(?:一)?段|的(?:部分|内容|片段|地方))?")
_ONLY_BARE = re.compile(r" ?(?:%|[a-z]*(?:percent|pct|db|px|fps|bpm|lufs|times|x)\b|倍|度|像素|帧)|[:.][0-9]")

_FOLLOWED = re.compile(
    r"(?P<within> ?(?:以|之)内|内(?![容部])|里(?![面程]))"
    r"|(?: ?左右)?(?P<after> ?(?:以后|之后|往后|过后|后面|及以后|开始往后|开始以后|起往后"
    r"|后(?![退期台缀记续悔果])|开始一?直?到?最后))"
    r"|(?P<before> ?(?:之前|以前|前面?(?![奏进景言后])))"
    r"|(?P<at> ?(?:左右)?(?:的?(?:时候|位置|地方|那里|那儿|那一刻|时刻|那一?秒)|处(?![理女])|那里|那儿"
    r"|时(?![长间候尚段不而])))"
    r"|(?P<on>,? (?:and )?(?:onwards?|on(?=[,.;]|$| (?:is|are|was|were|can|should|must|has|have|to|please|pls"
    r"|everything|there|it|they)(?![a-z]))|forward)(?![a-z]))"
    r"|(?P<mark>[ -](?:mark|point|marker)(?![a-z0-9]))|(?P<into> into (?:it|the (?:video|clip|song|show"
    r"|episode|audio|recording))(?![a-z])| in(?=$|[,.;]))"
)
_THEN = re.compile(r"(?:的|那|这|嗰)+ ?(?:最后|头)?")
"""Between a moment and a stretch beside it: 2分钟前面那10秒."""

_STARTS = re.compile(r" ?(?:开始|起(?![来码])|起始)")

MAY_FOLLOW = re.compile(
    r",? ?[-\u2013\u2014~\u301c\u2192\u2026.到至一和与跟以之内里左往过后及开起前的时处那]|,? (?:to|thr|til|unt"
    r"|up|right|and on|on|forward|mark|point|into|in$|in[,.;])|-mark"
)
"""What a moment is followed by where it may be more than a moment: looked at before all of this is tried."""


def place_at(text: str, at: int, *, bare: bool = False, words: bool = False) -> Place | None:
    """The moment that starts at `at`; `bare` takes numbers without a unit as well, `words` takes `the end`."""
    if at >= len(text):
        return None
    if words and (match := _WORD.match(text, at)) is not None:
        is_start = match["start"] or match["start_han"]
        return Place(0 if is_start else None, match.end(), -1)
    hedge = (_HEDGE if text[at] < "\u3000" else _HEDGE_HAN).match(text, at)
    pos = hedge.end() if hedge else at
    if pos >= len(text) or text[pos] in "-+\u2212":
        return None
    place = _plain_place(text, pos, bare=bare)
    if place is None and pos > at and length_at(text, at) is not None:  # `a` belongs to `a minute`
        return _plain_place(text, at, bare=False)
    return place


def _plain_place(text: str, at: int, *, bare: bool) -> Place | None:
    if (clock := clock_at(text, at)) is not None:
        return Place(clock[0], _after_mark(text, clock[1]), 0)
    if (nth := _NTH.match(text, at)) is not None:
        unit_ms = 1000 if nth.group(2) == "second" else 60_000
        return Place(min(int(nth.group(1)) * unit_ms, MAX_MS), nth.end(), unit_ms)
    if (named := _UNIT_FIRST.match(text, at)) is not None:
        number = unsigned_at(text, named.end())
        unit_ms = 1000 if named.group(1).startswith("s") else 60_000
        if number is None or not ends_word(text, number.end) or not 0 <= number.value * unit_ms <= MAX_MS:
            return None
        return Place(_whole(number.value * unit_ms), number.end, unit_ms)
    length = length_at(text, at)
    if length is not None and length.ms >= 0:
        return Place(length.ms, _after_mark(text, length.end), length.unit_ms)
    number = unsigned_at(text, at) if bare else None
    if number is None or number.value.denominator > 1000 or not ends_word(text, number.end):
        return None
    if _ONLY_BARE.match(text, number.end):
        return None
    return Place(None, number.end, 0, number.value)


def _after_mark(text: str, end: int) -> int:
    mark = _MARK.match(text, end)
    return mark.end() if mark else end


def range_at(text: str, at: int, first: Place | None = None) -> Value | None:
    """The range that starts at `at`, with or without `from`; `first` is its start, where that has been read."""
    opening = _FROM.match(text, at) if first is None else None
    start = opening.end() if opening else at
    first = first or place_at(text, start, bare=True, words=opening is not None)
    if first is None:
        return None
    separator = _SEPARATOR.match(text, first.end)
    if separator is None:
        return None
    if separator["verb"] and opening is None:
        return None
    between = opening is not None and opening["between"] is not None
    if separator["to"] and between:
        return None
    if separator["and"] and not between:
        return None
    second = place_at(text, separator.end(), bare=True, words=opening is not None or first.unit_ms == 0)
    if second is None or (first.bare is None and first.ms is None):
        return None
    if second.bare is not None and opening is None and not _UNIT_FIRST.match(text, start):
        return None
    ends = _resolved(first, second)
    if ends is None:
        return None
    end = second.end
    if separator["han"] or separator["with"] or (opening and opening["han"]):
        rest = _HAN_REST.match(text, end)
        end = rest.end() if rest else end
    if separator["with"] and text[end - 2 : end] != "之间":
        return None
    start_ms, end_ms = ends
    if start_ms == 0 and end_ms is None and first.unit_ms < 0:
        return Value("span", Span("whole"), at, end)
    if end_ms is not None and end_ms <= start_ms:
        return None
    return Value("span", Span("range", start_ms, end_ms), at, end)


def _resolved(first: Place, second: Place) -> tuple[int, int | None] | None:
    """Both ends in milliseconds; a bare number takes the unit of the other end."""
    if first.bare is not None:
        if second.ms is None or (second.unit_ms <= 0 and first.bare):
            return None
        start = first.bare * max(second.unit_ms, 1)
        return (_whole(start), second.ms) if start <= MAX_MS else None
    assert first.ms is not None
    if second.bare is not None:
        if first.unit_ms <= 0 or second.bare * first.unit_ms > MAX_MS:
            return None
        return first.ms, _whole(second.bare * first.unit_ms)
    return first.ms, second.ms


def _whole(ms: Fraction | int) -> int:
    return ms if isinstance(ms, int) else round_half_up(ms)


def followed_at(text: str, at: int, place: Place, otherwise: str = "") -> Value | None:
    """The span of a moment and the words after it: 10秒之前, 1:30处, `1:30 onwards`.

    `at` is where the value starts, `otherwise` the kind of span where nothing follows that says more.
    """
    assert place.ms is not None
    starts = _STARTS.match(text, place.end)
    match = _FOLLOWED.match(text, place.end)
    if match is None and starts is not None and otherwise:
        match = _FOLLOWED.match(text, starts.end())
        if match is None or match.lastgroup not in ("after", "on"):
            return Value("span", Span("at", start_ms=place.ms), at, starts.end())
    if match is None:
        marked = place.unit_ms >= 0 and _MARK.match(text, place.end - 5) if place.end >= 5 else None
        kind = otherwise or ("at" if marked else "")
        return _span(kind, place.ms, at, place.end) if kind else None
    if (
        match.lastgroup in ("before", "after")
        and (then := _THEN.match(text, match.end())) is not None
        and (length := length_at(text, then.end())) is not None
        and length.ms > 0
    ):
        ends = (
            (max(0, place.ms - length.ms), place.ms)
            if match.lastgroup == "before"
            else (place.ms, place.ms + length.ms)
        )
        return Value("span", Span("range", *ends), at, length.end)
    kind = {"within": "for", "on": "after", "mark": "at", "into": "at"}.get(str(match.lastgroup), str(match.lastgroup))
    if kind == "for" and (place.unit_ms == 0 or (match["within"] == "里" and otherwise != "at")):
        return _span(otherwise, place.ms, at, place.end) if otherwise else None
    return _span(kind, place.ms, at, match.end())


def _span(kind: str, ms: int, at: int, end: int) -> Value:
    if kind in ("for", "first", "before"):
        return Value("span", Span(kind, end_ms=ms), at, end)
    return Value("span", Span(kind, start_ms=ms), at, end)


def extended(text: str, value: Value) -> Value:
    """A clock, a length or a number that turns out to begin a span: that span, else the value itself."""
    if MAY_FOLLOW.match(text, value.end) is None:
        return value
    if value.kind in ("number", "count", "ratio"):
        found = range_at(text, value.start)
        return found if found is not None and found.end > value.end else value
    if value.kind not in ("clock", "duration") or value.value < 0:
        return value
    place = Place(value.value, value.end, 0 if value.kind == "clock" else 1000)
    return range_at(text, value.start, place) or followed_at(text, value.start, place) or value
