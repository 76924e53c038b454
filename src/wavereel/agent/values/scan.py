"""The value at a place of a message, found by its first word or character."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache

from wavereel.agent.values import edges, hues, phrases
from wavereel.agent.values.measures import measure_at, sides_at
from wavereel.agent.values.model import PLAIN_ASCII, Value, starts_word, words
from wavereel.agent.values.numbers import number_words
from wavereel.agent.values.numerals import HAN_DIGITS
from wavereel.agent.values.spans import extended, range_at

Parser = Callable[[str, int], Value | None]

_WORD = re.compile(r"[a-z]{1,20}")
_AFTER_THE = re.compile(r"(?:the|that|its|my|all|right|very) (?:very )?([a-z]{1,20}|[0-9])")

_NTH = re.compile(r"[0-9]{1,4}(?:st|nd|rd|th)")
_BARE_RANGE = re.compile(r"(?:[0-9.]{1,8}|[一二两三四五六七八九十百]{1,6}) ?(?:[-\u2013\u2014~到至]|to )")
_TIME_FOLLOWS = re.compile(
    r"第 ?(?:[0-9.]{1,8}|[零一二两三四五六七八九十百半点]{1,8}) ?(?:[-\u2013~到至秒分小时个毫:]|[smh])"
)

_BY_SPECIFICITY = words(
    "number ordinal count clock duration factor pixels degrees fps bpm decibel lufs percent resolution size"
    " ratio color span"
)
_RANK = {kind: rank for rank, kind in enumerate(_BY_SPECIFICITY)}


def value_at(text: str, at: int) -> Value | None:
    """The longest value that starts exactly at `at`, or `None`.

    An English value starts and ends at a boundary of words. Of two that are equally long, the more specific wins.
    `text` is a normalised message: NFKC, small letters, simplified characters, single blanks.
    """
    if not 0 <= at < len(text):
        return None
    first = text[at]
    if first in PLAIN_ASCII:
        if not starts_word(text, at):
            return None
        if first.isdigit():
            return _longest(text, at, _NUMERIC)
        match = _WORD.match(text, at)
        word = match.group() if match else first
        parsers = _by_word().get(word)
        if parsers is None:
            if first in "abcdef":
                return hues.code_at(text, at)
            return phrases.times_at(text, at) if first == "x" else None
        if parsers is _LOOK_AHEAD:
            following = _AFTER_THE.match(text, at)
            if following is None:
                return None
            parsers = _after_the().get("0" if following.group(1).isdigit() else following.group(1))
            if parsers is None:
                return None
        return _longest(text, at, parsers)
    table = _by_character()
    parsers, more = table.get(first), table.get(text[at : at + 2])
    if more is not None and at + 1 < len(text):
        parsers = more if parsers is None else parsers + more
    return _longest(text, at, parsers) if parsers else None


def _longest(text: str, at: int, parsers: tuple[Parser, ...]) -> Value | None:
    best: Value | None = None
    for parser in parsers:
        value = parser(text, at)
        if value is not None and (
            best is None or value.end > best.end or (value.end == best.end and _RANK[value.kind] > _RANK[best.kind])
        ):
            best = value
    return best


def _measured(text: str, at: int) -> Value | None:
    """What starts with a number, or the range or the place in time that it begins."""
    value = measure_at(text, at)
    if value is None:
        return range_at(text, at) if _BARE_RANGE.match(text, at) else None
    return extended(text, value)


def _digits(text: str, at: int) -> Value | None:
    return (phrases.ordinal_at(text, at) if _NTH.match(text, at) else None) or _measured(text, at)


def _nth(text: str, at: int) -> Value | None:
    """第二个, 第5秒, 第10秒到第20秒."""
    if _TIME_FOLLOWS.match(text, at) is None:
        return phrases.han_ordinal_at(text, at)
    return range_at(text, at) or edges.han_moment_at(text, at) or phrases.han_ordinal_at(text, at)


_NUMERIC: tuple[Parser, ...] = (_digits, hues.code_at, sides_at)
_LOOK_AHEAD: tuple[Parser, ...] = ()
"""Words as common as `the` say by the next word what they can start."""


def _factor(text: str, at: int) -> Value | None:
    match = _WORD.match(text, at)
    return phrases.factor_at(text, at, match.group()) if match else None


@cache
def _by_word() -> dict[str, tuple[Parser, ...]]:
    table: dict[str, tuple[Parser, ...]] = {}

    def add(firsts: str | frozenset[str], *parsers: Parser) -> None:
        for word in firsts.split() if isinstance(firsts, str) else firsts:
            table[word] = table.get(word, ()) + parsers

    add(number_words() | {"an", "few"}, _measured)
    add("a half quarter one upside", phrases.turn_at)
    add("twice thrice double doubled doubling triple tripled quadruple", _factor)
    add(
        frozenset(phrases.ordinal_words()) | {"last", "next", "penultimate", "twenty", "thirty", "forty"},
        phrases.ordinal_at,
    )
    add("first opening initial beginning last final closing ending concluding", edges.edge_at)
    add("first second last latter other back front opening final middle part section bit piece", edges.edge_at)
    add("from between in seconds second sec minute minutes", range_at)
    add("from at starting beginning start begin starts begins right exactly", edges.moment_at)
    add("everything anything all stuff whatever after past beyond following since", edges.after_at)
    add("everything anything all stuff whatever before until till til prior up", edges.before_at)
    add("for lasting lasts last over during within across take takes taking spanning", edges.for_at)
    add(
        "for during over across through throughout whole entire full complete all from start beginning", edges.phrase_at
    )
    add("at in near right toward towards by on its", edges.phrase_at)
    add(hues.color_words(), hues.color_at)
    add("rgb", hues.code_at)
    add("width", sides_at)
    del table["all"], table["right"], table["its"]
    add("the that its my all right very", *_LOOK_AHEAD)
    for word in ("the", "that", "its", "my", "all", "right"):
        table[word] = _LOOK_AHEAD
    table["very"] = (hues.color_at,)
    return table


@cache
def _after_the() -> dict[str, tuple[Parser, ...]]:
    """What `the` and words like it can start, by the word after it."""
    table: dict[str, tuple[Parser, ...]] = {}

    def add(firsts: str | frozenset[str], *parsers: Parser) -> None:
        for word in firsts.split() if isinstance(firsts, str) else firsts:
            table[word] = table.get(word, ()) + parsers

    add(
        frozenset(phrases.ordinal_words()) | {"last", "next", "penultimate", "twenty", "thirty", "forty", "0"},
        phrases.ordinal_at,
    )
    add("first opening initial beginning last final closing ending concluding", edges.edge_at)
    add("second latter other back front middle part section bit piece 0", edges.edge_at)
    add("rest part bit that after past beyond following since", edges.after_at)
    add("part bit that up before until till prior", edges.before_at)
    add("the whole entire full complete way time start beginning end at in near by from on through", edges.phrase_at)
    add("at from starting beginning", edges.moment_at)
    add(number_words() | {"0", "minute", "second"}, edges.mark_at)
    return table


@cache
def _by_character() -> dict[str, tuple[Parser, ...]]:
    """By the first character, or by the first two where the first alone is in too many words."""
    table: dict[str, tuple[Parser, ...]] = {}

    def add(starts: Iterable[str], *parsers: Parser) -> None:
        for start in starts:
            table[start] = table.get(start, ()) + parsers

    add(HAN_DIGITS | frozenset("负正-+\u2212."), _measured)
    add("×", phrases.times_at)
    add("翻加", phrases.more_times_at)
    add("百", phrases.share_at)
    add("每", phrases.rate_at)
    add("#", hues.code_at)
    add("宽", sides_at)
    add("@", edges.moment_at)
    add(("最后", "最末", "最尾", "倒数", "首个", "首一", "头个", "头一", "末个", "末一"), phrases.han_ordinal_at)
    add(("倒数",), edges.han_edge_at)
    add("前后头末尾", edges.han_edge_at)
    add(
        words("最前 最后 最开 最末 最尾 最中 开头 开始 开场 开篇 一开 起始 起头 片头 片尾 结尾 收尾 尾部"),
        edges.han_edge_at,
    )
    add(words("上半 上一 下半 下一 中间 当中"), edges.han_edge_at)
    add(
        words(
            "全程 全片 从头 从前 从后 从最 从尾 从开 从始 自始 始终 整个 整段 整条 整部 整首 一直 一开"
            " 所有 视频 影片 片子"
        ),
        edges.han_phrase_at,
    )
    add(
        words("片头 片尾 最开 最后 最末 最结 最尾 最收 最片 刚开 开头 开始 开场 结尾 结束 末尾 尾部 尾巴 收尾"),
        edges.han_phrase_at,
    )
    add(words("在开 在片 在最 在结 在末 在视 在影 在尾 在收 在一 在刚"), edges.han_phrase_at)
    add("用花", edges.han_for_at)
    add(words("持续 显示 停留 用时 维持 保持 展示 出现 播放 历时 长达 时长 保留 存在"), edges.han_for_at)
    add("从自在由", range_at)
    add(words("介于 大约 大概 约第 视频"), range_at)
    add("从自在打就于", edges.han_moment_at)
    add("第", _nth)
    add(words("到 一直 直到 截至 截止"), edges.han_until_at)
    add(hues.han_starts(), hues.han_color_at)
    return table
