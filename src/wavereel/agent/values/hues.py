"""Colours in a message: codes, English names with `dark` and `pale` before them, and Chinese names."""

from __future__ import annotations

import re
from functools import cache

from wavereel.agent.values.colornames import english_colors, han_colors, han_colors_with_se
from wavereel.agent.values.model import Value, words
from wavereel.errors import UsageError
from wavereel.timeline.colors import parse_color

_HEX = re.compile(r"#(?:[0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3})(?![0-9a-z])")
_BARE_HEX = re.compile(r"(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{6}(?![0-9a-z])")
_RGB = re.compile(r"rgb ?\(? ?([0-9]{1,3})(?: ?, ?| )([0-9]{1,3})(?: ?, ?| )([0-9]{1,3}) ?(\)?)(?![0-9])")
_WORDS = re.compile(r"[a-z]{2,20}(?:[ -][a-z]{2,20}){0,4}")
_NO_COLOR = re.compile(
    r"(?:white|pink|brown|gr[ae]y)[ -](?:noise|balance|paper|board|label|list|space)(?![a-z])|green[ -]?screen"
    r"|blue[ -]?(?:screen|tooth|ray|print)"
    r"|black[ -]?(?:out|list|board|bars)(?![a-z])|orange juice|red carpet|silver screen|gold standard|golden"
    r" (?:ratio|hour|rule)"
    r"|coffee (?:break|shop|time)|cherry pick|lime light|cream of|wine tasting|slate for|tan line|rust (?:program|lang)"
)
_NOT_ALONE = frozenset(
    words(
        "forest slate denim wine coffee cherry grape lemon strawberry ruby sage canary petrol pearl nude jade"
        " avocado copper"
        " sunflower snow peru linen tan wheat"
    )
)
"""Words of other things first: a colour only before `color` or a thing that is coloured, or after `in`, `to`, `it`."""
_COLOR_BEFORE = re.compile(
    r"(?:in|to|into|is|as|be|it|color|colour|them|background|and|with|bars|title|text|captions|,|:|=) ?$|^$"
)
_COLOR_AFTER = re.compile(
    r" (?:colou?r|colou?red|bars?|background|text|title|titles|captions?|subtitles?|waveform|wave|highlight"
    r"|outline|lines?|box|dots|letters|ground|tone)"
)

_MODIFIERS = frozenset(words("light dark pale deep bright soft pastel vivid muted dusty lighter darker")) - {
    "lighter",
    "darker",
}
_SOFTEN = re.compile(r"(?:very |really |super |quite )?(light|dark|pale|deep|bright|soft|pastel|vivid|muted|dusty)[ -]")

_SINGLE = frozenset("红橙橘黄绿青蓝紫粉黑白灰棕褐金银米")
_SIDE_BEFORE = re.compile("[上下左右][面边]?$")
_SIDE_AFTER = re.compile("[上下左右,.渐]|$")
_SHADES = frozenset("深浅淡亮暗嫩鲜艳纯")
_HAN_AFTER_SINGLE = re.compile(
    r"色|的(?!士|确)|底(?![层薪部下线细稿片气])|字(?![塔母])|条(?![件例款])|背景|框|边(?![缘])|线(?!索|下|上)"
    r"|圈(?!粉)|过渡|渐|[左右]边|波形|标题|字幕|文字|[,.;:!?)\]。、~ +]|$|和|与|到|跟|配|变|渐变"
    r"|[红橙黄绿青蓝紫粉黑白灰金银](?=渐变|渐层|双色|相间)"
)
_HAN_BEFORE_SINGLE = frozenset("成为用换变改涂染调")
_NOT_AFTER = {
    "白": "头明空表独旁告对直苍坦黑清辩场",
    "红": "网分口走眼脸当最火爆",
    "黑": "拉抹天乌",
    "黄": "扫蛋",
    "金": "资奖现基黄五美佣租薪押合重",
    "粉": "涨吸圈掉奶面花",
    "青": "年知",
    "灰": "骨石",
    "银": "水",
}
"""明白, 旁白, 网红, 资金, 涨粉: words that end like a colour."""
_CONTINUES = {
    "红": "包利人娘火酒楼薯豆绿",
    "黑": "夜客马板名暗心体",
    "白": "天云纸领痴糖菜板噪",
    "黄": "金昏河瓜油豆",
    "蓝": "牙天",
    "金": "句属融额币字",
    "银": "行河幕",
    "青": "年春少蛙",
    "紫": "禁",
    "粉": "丝末笔",
    "灰": "尘心",
    "绿": "茶植",
}


def code_at(text: str, at: int) -> Value | None:
    """`#102030`, `rgb(1, 2, 3)`; six digits of which some are letters need no `#`."""
    if (match := _BARE_HEX.match(text, at)) is not None:
        return Value("color", parse_color(f"#{match.group()}"), at, match.end())
    if (match := _HEX.match(text, at)) is not None:
        return Value("color", parse_color(match.group()), at, match.end())
    match = _RGB.match(text, at)
    if match is None or ("(" in match.group()) is not bool(match.group(4)):
        return None
    try:
        return Value("color", parse_color(f"rgb({match.group(1)},{match.group(2)},{match.group(3)})"), at, match.end())
    except UsageError:
        return None


@cache
def color_words() -> frozenset[str]:
    """Every English word that a colour can start with, in whatever way its name is split."""
    starts = {"very", "really", "super", "quite", "off", *_MODIFIERS}
    for name in english_colors():
        starts.add(name)
        starts.update(name[:cut] for cut in range(3, len(name) - 1) if name[:cut] in _HEADS)
    return frozenset(starts)


_HEADS = frozenset(
    words(
        "acid alice antique baby blanched blood blush bottle brick bright bubble bubblegum burly burnt butter"
        " cadet canary charcoal"
        " cherry chocolate cobalt coral corn cornflower dark deep denim dim dodger dusty electric emerald"
        " fire floral forest"
        " fuchsia ghost golden grass green gun honey hot hunter ice indian indigo ink jet kelly klein"
        " lavender lawn lemon light"
        " lime medium midnight mint misty moss mustard navajo navy neon ocean off old olive orange pale"
        " papaya peach pearl pine"
        " pitch powder pure rebecca red rose rosy royal ruby saddle sage sandy sapphire sea shocking sky"
        " slate smoke snow"
        " spring steel strawberry sun sunflower teal tea terra violet warm white wine yellow blue egg"
    )
)


def color_at(text: str, at: int) -> Value | None:
    """The English colour that starts at `at`, the longest name that there is."""
    if _NO_COLOR.match(text, at):
        return None
    named = _named(text, at)
    if named is not None:
        name, end = named
        if name in _NOT_ALONE and not _is_color_here(text, at, end):
            return None
        return Value("color", english_colors()[name], at, end)
    shades: list[str] = []
    pos = at
    while len(shades) < 2 and (match := _SOFTEN.match(text, pos)) is not None:
        shades += [match.group(1)] * (2 if match.group().startswith(("very", "really", "super")) else 1)
        pos = match.end()
        named = _named(text, pos)
        if named is not None:
            name, end = named
            color = english_colors()[name]
            if len(shades) == 1 or (shades[0] + name) not in english_colors():
                for shade in shades:
                    color = shaded(color, shade)
            else:
                color = shaded(english_colors()[shades[0] + name], shades[0])
            return Value("color", color, at, end)
    return None


def _named(text: str, at: int) -> tuple[str, int] | None:
    match = _WORDS.match(text, at)
    if match is None:
        return None
    known = english_colors()
    phrase, name, best = match.group(), "", None
    pos = 0
    for word in re.split(r"[ -]", phrase)[:4]:
        name += word
        pos += len(word)
        if name in known and (at + pos == len(text) or not text[at + pos].isdigit()):
            best = name, at + pos
        pos += 1
    return best


def _is_color_here(text: str, at: int, end: int) -> bool:
    return _COLOR_AFTER.match(text, end) is not None or (
        _COLOR_BEFORE.search(text[max(0, at - 12) : at]) is not None and not text[end : end + 2].strip().isalpha()
    )


def shaded(color: str, shade: str) -> str:
    """The colour made lighter, darker or softer: mixed with white, black or grey in fixed parts."""
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    mean = (red + green + blue) / 3
    toward, share = {
        "light": (255.0, 0.5),
        "pale": (255.0, 0.7),
        "pastel": (255.0, 0.6),
        "soft": (235.0, 0.4),
        "dark": (0.0, 0.45),
        "deep": (0.0, 0.35),
        "muted": (mean * 0.5 + 64, 0.45),
        "dusty": (mean * 0.5 + 80, 0.45),
        "bright": (255.0, 0.1),
        "vivid": (255.0, 0.0),
    }[shade]
    if shade in ("bright", "vivid") and max(red, green, blue) > min(red, green, blue):
        lift = 255 / max(red, green, blue)
        red, green, blue = (min(255, round(part * lift)) for part in (red, green, blue))
    mixed = (min(255, max(0, int(part + (toward - part) * share + 0.5))) for part in (red, green, blue))
    return "#" + "".join(f"{part:02x}" for part in mixed)


_HAN_SHADES = {
    "深": "dark",
    "暗": "dark",
    "浅": "light",
    "淡": "pale",
    "嫩": "light",
    "亮": "bright",
    "鲜": "bright",
    "艳": "vivid",
    "纯": "vivid",
}


@cache
def han_starts() -> frozenset[str]:
    """Every character that a Chinese colour can start with."""
    return frozenset(name[0] for name in han_colors() | han_colors_with_se()) | _SHADES


@cache
def han_beginnings() -> frozenset[str]:
    """The first two characters of every Chinese colour of two and more."""
    names = {*han_colors(), *han_colors_with_se(), *(f"{name}色" for name in han_colors_with_se())}
    shades = {shade + name[0] for shade in _SHADES for name in names}
    return frozenset(name[:2] for name in names if len(name) > 1) | shades


def han_color_at(text: str, at: int) -> Value | None:
    """The Chinese colour that starts at `at`, with 色 where it stands there."""
    if (
        text[at : at + 2] not in han_beginnings()
        and text[at] not in _SINGLE
        and not (text[at] in _SHADES and text.startswith(text[at], at + 1))
    ):
        return None
    known, with_se = han_colors(), han_colors_with_se()
    for size in range(min(5, len(text) - at), 1, -1):
        name = text[at : at + size]
        end = at + size
        if size == 2 and set(name) <= _SINGLE and text.startswith(("渐变", "渐层", "双色"), end):
            continue  # 粉紫渐变
        if name in known and not _goes_on(text, end):
            return Value("color", known[name], at, end + 1 if text.startswith("色", end) else end)
        if name[-1] == "色" and (color := with_se.get(name[:-1]) or known.get(name[:-1])) is not None:
            return Value("color", color, at, end)
    if text[at] in _SHADES and (inner := _shaded_han(text, at)) is not None:
        return inner
    if (
        text[at] in _SHADES
        and text.startswith(f"{text[at]}的", at + 1)
        and at + 3 < len(text)
        and (plain := han_color_at(text, at + 3)) is not None
    ):
        return Value("color", shaded(str(plain.value), _HAN_SHADES.get(text[at], "light")), at, plain.end)
    if text[at] not in _SINGLE or not _single_stands(text, at):
        return None
    return Value("color", known[text[at]], at, at + 2 if text.startswith(("色", text[at]), at + 1) else at + 1)


def _goes_on(text: str, end: int) -> bool:
    """大红 in 大红包."""
    return end < len(text) and text[end] in _CONTINUES.get(text[end - 1], "")


def _shaded_han(text: str, at: int) -> Value | None:
    """深, 浅, 淡 before a name of its own: 深玫瑰红, 浅天蓝色."""
    for size in (4, 3, 2, 1):
        name = text[at + 1 : at + 1 + size]
        end = at + 1 + len(name)
        if len(name) == size and (color := han_colors().get(name)) is not None and not _goes_on(text, end):
            if text[at] in "暗纯" and name == "黑":
                return None
            end = end + 1 if text.startswith("色", end) else end
            return Value("color", shaded(color, _HAN_SHADES[text[at]]), at, end)
        if text.startswith("色", end) and (color := han_colors_with_se().get(name)) is not None:
            return Value("color", shaded(color, _HAN_SHADES[text[at]]), at, end + 1)
    return None


def _single_stands(text: str, at: int) -> bool:
    """Whether one character is a colour and no part of a word (白天, 黄金, 旁白)."""
    before = text[at - 1] if at else " "
    if text.startswith("色", at + 1) or text.startswith(f"{text[at]}的", at + 1):
        return True  # 黄黄的
    if text[at] == "米":
        return False
    if _SIDE_BEFORE.search(text[max(0, at - 2) : at]) and _SIDE_AFTER.match(text, at + 1):
        return True  # 上红下黄
    if before in _NOT_AFTER.get(text[at], "") or _goes_on(text, at + 1):
        return False
    return _HAN_AFTER_SINGLE.match(text, at + 1) is not None or before in _HAN_BEFORE_SINGLE
