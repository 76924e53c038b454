"""Complaints: who says that the captions are small wants them bigger, as if "too small" had been said.

What "too small" asks for is known to the lexicon; here the plainer ways to complain are read as it: "is so small",
"looks tiny", 字好小, "not loud enough", 不够大.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from wavereel.agent.lexicon.index import chinese_at, english_at

if TYPE_CHECKING:
    from wavereel.agent.lexicon.index import Reading
    from wavereel.agent.tokens import Token

_STATES = frozenset(
    ("is", "are", "looks", "look", "seems", "seem", "feels", "sounds", "was", "were", "came out", "getting")
)
_THEY_ARE = frozenset(("they're", "theyre", "it's", "that's"))
_STRESS = frozenset(
    (
        *("so", "very", "way", "really", "pretty", "quite", "a bit", "a little", "a little bit", "kinda", "rather"),
        *(
            "super",
            "still",
            "just",
            "bit",
            "a tad",
            "slightly",
            "somewhat",
            "much",
            "a touch",
            "a lot",
            "kind",
            "sort",
            "of",
        ),
    )
)
_STRESS_ZH = frozenset(
    (
        "很",
        "好",
        "这么",
        "那么",
        "挺",
        "真",
        "蛮",
        "有些",
        "过于",
        "超",
        "特别",
        "非常",
        "十分",
        "实在",
        "超级",
        "真的",
        "略",
        "还是",
    )
)
_WISHES = frozenset(
    (
        "should",
        "must",
        "if",
        "until",
        "when",
        "would",
        "to",
        "let",
        "like",
        "要",
        "想",
        "得",
        "让",
        "让它",
        "需要",
        "如果",
    )
)


def complained(tokens: list[Token]) -> list[Token]:
    """The tokens with "is small" read as "too small", and "not big enough" as "bigger"."""
    result: list[Token] = []
    for place, token in enumerate(tokens):
        following = tokens[place + 1].text if place + 1 < len(tokens) else ""
        if following == "enough" and token.says("dir") and result:
            result = [*_without_not(result), token]
        elif (too := _too(token.text)) and _is_complaint(tokens, place):
            result.append(replace(token, text=too[0], readings=too[1]))
        else:
            result.append(token)
    return result


def _without_not(before: list[Token]) -> list[Token]:
    last = before[-1]
    return [*before[:-1], replace(last, readings=(("stop", "stop"),))] if last.says("not") else before


@cache
def _too(word: str) -> tuple[str, tuple[Reading, ...]] | None:
    """The phrase that says there is too much of it, and its meanings; `None` where the lexicon has none."""
    phrase = f"too {word}" if word.isascii() else f"太{word}"
    found = english_at(phrase, 0) if word.isascii() else chinese_at(phrase, 0)
    known = found is not None and found.end == len(phrase) and not found.slip and len(word) > word.isascii()
    return (phrase, found.readings) if found is not None and known else None


def _is_complaint(tokens: list[Token], place: int) -> bool:
    """Whether a word says how something is, and not how it is to be."""
    before: list[Token] = []
    for token in reversed(tokens[:place]):
        if token.sign:
            break
        before.append(token)
    if any(
        (token.says("act") and not token.says("act", "duck") and not token.says("obj") and not token.says("stop"))
        or token.text in _WISHES
        for token in before
    ):
        return False
    if tokens[place].text.isascii():
        at = next((number for number, token in enumerate(before) if token.text not in _STRESS), None)
        if at is None:
            return False
        return before[at].text in _THEY_ARE or (before[at].text in _STATES and at + 1 < len(before))
    after = tokens[place + 1] if place + 1 < len(tokens) else None
    ends = after is None or after.sign or after.text in ("了", "啊", "呀", "哦", "诶", "吧", "呢", "，")
    return bool(before) and before[0].text in _STRESS_ZH and ends and any(token.says("obj") for token in before)
