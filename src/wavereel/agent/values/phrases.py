"""Measures that start with a word: `twice`, `x1.25`, 翻倍, 百分之三十五, 每秒30帧, `a quarter turn`; and ordinals."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache

from wavereel.agent.values.model import PLAIN_ASCII, Value, ends_word, words
from wavereel.agent.values.numbers import unsigned_at

_FACTORS = {
    "twice": 2.0,
    "thrice": 3.0,
    "double": 2.0,
    "doubled": 2.0,
    "doubling": 2.0,
    "triple": 3.0,
    "tripled": 3.0,
    "quadruple": 4.0,
}
_NO_FACTOR = re.compile(r"[ -](?:check|click|tap|clap|quotes?|lines?\b|spac)")
_TURN = re.compile(r"(?:(?:a|one) )?(quarter|half)[ -]turn(?![a-z0-9])|(upside[ -]down)(?![a-z0-9])")
_TIMES = re.compile(r"[x×] ?(?=[0-9.])")
_MORE_TIMES = re.compile(r"[翻加](?:个|上|了)?(?:(一|两|二|三|四|[1-9]))?倍|翻番|翻一番")
_SHARE = re.compile(r"百分之(?:(百)(?![0-9零一二两三四五六七八九十百]))?|百分百")
_EACH = re.compile(r"每(?:(秒)钟?|(?:1|一)?(分)钟?) ?")
_FRAMES, _BEATS = re.compile(r" ?[帧格]"), re.compile(r" ?[拍下]")

_FIRSTS = words(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth"
    " sixteenth seventeenth eighteenth nineteenth twentieth"
)
_ORDINAL = re.compile(
    r"(?:the )?(?:(?P<back>second|third|fourth|fifth|2nd|3rd|4th|5th|next)(?:(?: |-)(?:to|from)(?: |-)(?:the"
    r" )?(?:last|end)"
    r"|[ -]last)|(?P<but>penultimate|last but one)"
    r"|(?P<tens>twenty|thirty|forty)[ -](?P<ones>first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)"
    r"|(?P<digits>[0-9]{1,4})(?P<suffix>st|nd|rd|th)|(?P<word>[a-z]{4,11}))(?![a-z0-9])"
)
_FIRST_ELSE = re.compile(
    r" (?:of all|off|up|thing|and foremost|name)(?![a-z])|-(?:[a-z])|[,:]| (?:make|add|put|turn|set|change"
    r"|remove|cut|trim|delete|move"
    r"|give|show|use|let|i|we|you|please|can|could|take|bring|get|mute|crop|rotate|create|convert|then)(?![a-z])"
)
_LAST_ELSE = re.compile(
    r" (?:night|time|week|month|year|but not|name|long|longer|until|till|forever|evening|spring|summer|autumn"
    r"|fall|winter)"
    r"(?![a-z])|-minute"
)
_MODAL = re.compile(
    r"(?:^|[^a-z])(?:at|to|should|must|will|can|could|would|it|they|does|doesn't|may|might|make it) $", re.ASCII
)
_A_SECOND = re.compile(r"(?:^|[^a-z])(?:a|per|one|split|each|every|half|any) $|[0-9][ -]$")
_NOT_A_NOUN = re.compile(
    r"[^a-z -]|$| ?$| (?:and|or|but|then|in|at|to|for|of|long|longer|later|before|after|please|while|i|on)(?![a-z])"
)

_HAN_UNITS = "个条段张行句首幅块步项位集章页根节组版次"
_HAN_ORDINAL = re.compile(
    rf"(?P<first>[首头末][一]?个|头一[{_HAN_UNITS}])|(?P<last>最(?:后|末|尾)面?的?(?:那|这)?(?:一)?[{_HAN_UNITS}])"
    r"|(?P<count>倒数第 ?|第 ?)"
)
_HAN_UNIT = re.compile(rf" ?[{_HAN_UNITS}]")


def factor_at(text: str, at: int, word: str) -> Value | None:
    """`twice`, `double`."""
    end = at + len(word)
    return None if _NO_FACTOR.match(text, end) else Value("factor", _FACTORS[word], at, end)


def turn_at(text: str, at: int) -> Value | None:
    """`a quarter turn`, `upside down`."""
    match = _TURN.match(text, at)
    if match is None:
        return None
    return Value("degrees", 90.0 if match.group(1) == "quarter" else 180.0, at, match.end())


def times_at(text: str, at: int) -> Value | None:
    """`x1.25`."""
    match = _TIMES.match(text, at)
    number = unsigned_at(text, match.end()) if match else None
    if number is None or not ends_word(text, number.end) or text.startswith((":", "."), number.end):
        return None
    return Value("factor", float(number.value), at, number.end)


def more_times_at(text: str, at: int) -> Value | None:
    """翻倍, 加倍, 翻两倍."""
    match = _MORE_TIMES.match(text, at)
    if match is None:
        return None
    times = {"三": 3, "3": 3, "四": 4, "4": 4}.get(match.group(1) or "", 2)
    return Value("factor", float(times), at, match.end())


def share_at(text: str, at: int) -> Value | None:
    """百分之三十五."""
    match = _SHARE.match(text, at)
    if match is None:
        return None
    if match.group(1) or match.group() == "百分百":
        return Value("percent", 1.0, at, match.end())
    number = unsigned_at(text, match.end())
    if number is None or not ends_word(text, number.end):
        return None
    return Value("percent", float(Fraction(number.value) / 100), at, number.end)


def rate_at(text: str, at: int) -> Value | None:
    """每秒30帧, 每分钟90拍."""
    match = _EACH.match(text, at)
    number = unsigned_at(text, match.end()) if match else None
    if match is None or number is None:
        return None
    unit = (_FRAMES if match.group(1) else _BEATS).match(text, number.end)
    if unit is None:
        return None
    return Value("fps" if match.group(1) else "bpm", float(number.value), at, unit.end())


@cache
def ordinal_words() -> dict[str, int]:
    """The English ordinals of one word."""
    return {word: number for number, word in enumerate(_FIRSTS, 1)}


def ordinal_at(text: str, at: int) -> Value | None:
    """`first`, `the 2nd`, `second to last`, `the last`."""
    match = _ORDINAL.match(text, at)
    if match is None:
        return None
    if match["but"]:
        return Value("ordinal", -2, at, match.end())
    if match["back"]:
        word = match["back"]
        number = int(word[0]) if word[0].isdigit() else ordinal_words().get(word, 2)
        return Value("ordinal", -number, at, match.end())
    if match["tens"]:
        tens = {"twenty": 20, "thirty": 30, "forty": 40}[match["tens"]]
        return Value("ordinal", tens + ordinal_words()[match["ones"]], at, match.end())
    if match["digits"]:
        number = int(match["digits"])
        return Value("ordinal", number, at, match.end()) if number else None
    word, the = match["word"], text.startswith("the ", at)
    number = -1 if word == "last" else ordinal_words().get(word)
    if number is None or _otherwise(text, at, match.end(), word, the=the):
        return None
    return Value("ordinal", number, at, match.end())


def _otherwise(text: str, at: int, end: int, word: str, *, the: bool) -> bool:
    """Whether the word is no ordinal: `first of all`, `last night`, `it should last`, `a second`."""
    before = text[max(0, at - 10) : at]
    if text.startswith(" half", end):
        return word in ("first", "second", "last")
    if word == "first":
        if the:
            return text.startswith((" of all", " thing"), end)
        clause = not before.strip() or before.rstrip()[-1] in ",.;:!?"
        if before.endswith("at ") or text.startswith((" of all", " off", "-"), end):
            return True
        return clause and _FIRST_ELSE.match(text, end) is not None
    if word == "last":
        return _LAST_ELSE.match(text, end) is not None or (not the and _MODAL.search(before) is not None)
    if word == "second" and not the and _A_SECOND.search(before):
        return _NOT_A_NOUN.match(text, end) is not None or "per " in before
    return False


def han_ordinal_at(text: str, at: int) -> Value | None:
    """第二个, 最后一个, 倒数第二个."""
    match = _HAN_ORDINAL.match(text, at)
    if match is None:
        return None
    if match["first"]:
        return Value("ordinal", -1 if match["first"][0] == "末" else 1, at, match.end())
    if match["last"]:
        after_one = "一" in match["last"] or "那" in match["last"] or "这" in match["last"]
        return Value("ordinal", -1, at, match.end()) if after_one else None
    number = unsigned_at(text, match.end())
    if number is None or number.value.denominator != 1 or number.value < 1:
        return None
    end = number.end
    back = match["count"].startswith("倒")
    if not back and (text.startswith("时间", end) or _enumerates(text, at, end)):
        return None
    if end < len(text) and text[end] in PLAIN_ASCII and text[end - 1] in PLAIN_ASCII:
        return None
    unit = _HAN_UNIT.match(text, end)
    return Value("ordinal", -int(number.value) if back else int(number.value), at, unit.end() if unit else end)


def _enumerates(text: str, at: int, end: int) -> bool:
    """第一, ...: the first of several wishes."""
    before = text[max(0, at - 3) : at].rstrip()
    return text.startswith((",", ":", "、"), end) and (not before or before[-1] in ",.;。!?:")
