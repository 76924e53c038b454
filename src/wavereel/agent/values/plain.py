"""When a number without a unit is a number: not in 一起, 十分, `that one` or `two-tone`."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from wavereel.agent.values.model import PLAIN_ASCII, Value, words
from wavereel.timeline.colors import css_colors

if TYPE_CHECKING:
    from wavereel.agent.values.numbers import Number

_MEASURES = frozenset("个条根行张段次句字步种列首层幅格位集期遍帧页轮组份倍")
_ENDINGS = frozenset(" ,.;:!?()[]<>。!~/|+*=")
_NOT_ONE_BEFORE = frozenset("再每第上下这那另同某进前后头末首哪任逐单统唯整")
_NOT_LAST_IN = frozenset("统唯单之万周期第其逐任同专归再拜初")
"""统一, 唯一, 之一, 万一, 周一, 星期三, 再三."""

_TAILS = re.compile(r"-[a-z]|\.[0-9]|:[0-9]|'")
_BEFORE = re.compile(r"([a-z]{1,14})[ -]$")
_PRONOUNS = frozenset(
    words(
        "this that the no which each every any another other first second third fourth fifth last new old"
        " next previous same"
        " some right wrong left bigger smaller big small nice better best top bottom middle upper lower"
        " someone good only"
        " original current final prior latter former round circular"
    )
)
_PARTS = frozenset(words("first second last latter other top bottom left right upper lower former"))


@cache
def _before_one() -> frozenset[str]:
    return _PRONOUNS | frozenset(css_colors())


def plain_number(text: str, at: int, number: Number) -> Value | None:
    """The number as a value of its own, where it can be one."""
    end = number.end
    if text.startswith("plus ", at):
        return None
    if end < len(text):
        if text[end] in PLAIN_ASCII and text[end - 1] in PLAIN_ASCII:
            return None
        if _TAILS.match(text, end) and not text.startswith("half-", at):
            return None
    written = text[at:end]
    if "a" <= written[0] <= "z":
        before = _BEFORE.search(text[max(0, at - 16) : at])
        if written == "one" and ("one by one" in text[max(0, at - 7) : at + 10]):
            return None
        if before is not None and written == "one" and before.group(1) in _before_one():
            return None
        if before is not None and written == "half" and before.group(1) in _PARTS:
            return None
    elif written[-1] > "\u3000" and not _stands_in_han(text, at, end):
        return None
    return Value("number", float(number.value), at, end)


def _stands_in_han(text: str, at: int, end: int) -> bool:
    """Whether a numeral is a word of its own; one of two characters and more nearly always is."""
    before, after = text[at - 1] if at else " ", text[end] if end < len(text) else " "
    if end - at > 1:
        return text[at:end] not in ("千万", "一五")
    if text[at] == "半":
        return after in "速个" or (after in _ENDINGS and (before in "减对到为成" or not "\u4e00" <= before <= "\u9fff"))
    if after in _MEASURES and text[at:end] + after != "十字":
        return not (
            text[at] == "一"
            and (
                before in _NOT_ONE_BEFORE
                or "再" in text[max(0, at - 2) : at]
                or text.startswith(("一次性", "一字"), at)
            )
        )
    return after in _ENDINGS and before not in _NOT_LAST_IN
