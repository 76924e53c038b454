"""Values of a draft as people say them in English and Chinese: colours, shares, times, places, grounds."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from wavereel.errors import UsageError
from wavereel.timeline.colors import css_colors, parse_color
from wavereel.timeline.names import part_name
from wavereel.timeline.reasons import seconds
from wavereel.timeline.summary import length_text

LABELS: dict[str, tuple[str, str]] = {
    "st.c": ("colour", "颜色"),
    "st.fs": ("size", "字号"),
    "st.ff": ("typeface", "字体"),
    "st.fw": ("weight", "字重"),
    "st.bg": ("box", "底框"),
    "st.oc": ("colour of the outline", "描边颜色"),
    "st.ow": ("outline", "描边"),
    "st.al": ("alignment", "对齐方式"),
    "st.pos": ("place", "位置"),
    "st.hl": ("highlight", "高亮颜色"),
    "st.mc": ("length of lines", "每行字数"),
    "st.ml": ("number of lines", "行数"),
    "x.x": ("place across", "水平位置"),
    "x.y": ("height on the picture", "垂直位置"),
    "x.w": ("width", "宽度"),
    "x.h": ("height", "高度"),
    "x.r": ("rotation", "旋转"),
    "x.o": ("opacity", "不透明度"),
    "x.fit": ("fit", "填充方式"),
    "g.c": ("colour", "颜色"),
    "g.c2": ("second colour", "第二种颜色"),
    "g.n": ("number of bars", "条数"),
    "g.sty": ("style", "样式"),
    "g.smooth": ("smoothness", "平滑度"),
    "g.angle": ("angle", "角度"),
    "g.of": ("driver", "驱动声音"),
    "g.bpm": ("tempo", "速度"),
    "g.seed": ("seed", "种子"),
    "g.mood": ("mood", "风格"),
    "vol": ("volume", "音量"),
    "fi": ("fade in", "淡入"),
    "fo": ("fade out", "淡出"),
    "sp": ("speed", "速度"),
    "an.in": ("entrance", "出场动画"),
    "an.out": ("exit", "退场动画"),
    "fx": ("effects", "效果"),
    "tr": ("transition", "转场"),
    "txt": ("text", "文字"),
    "time": ("time", "时间"),
    "wd": ("word times", "词的时间"),
    "m.look": ("look", "样式"),
    "m.lang": ("language", "语言"),
    "m.name": ("name", "名称"),
}
"""What a key is called where its value is not said."""

_PREFERRED = ("cyan", "magenta", "gray", "darkgray", "lightgray", "dimgray", "slategray")
"""Of colours with two names, the one that is used."""

_CHINESE_COLORS = """
    black 黑色, white 白色, gray 灰色, red 红色, green 绿色, blue 蓝色, yellow 黄色, orange 橙色, purple 紫色,
    pink 粉色, brown 棕色, cyan 青色, teal 蓝绿色, navy 藏青色, gold 金色, silver 银色, lime 亮绿色, skyblue 天蓝色,
    darkblue 深蓝色, darkgreen 深绿色, darkred 深红色, lightblue 浅蓝色, lightgreen 浅绿色, darkgray 深灰色,
    lightgray 浅灰色, maroon 褐红色, olive 橄榄色, magenta 品红色, violet 紫罗兰色, indigo 靛蓝色, beige 米色,
    ivory 象牙色, turquoise 绿松石色, salmon 鲑红色, coral 珊瑚色, crimson 绯红色, tomato 番茄红, hotpink 亮粉色,
    deepskyblue 深天蓝色, royalblue 宝蓝色, steelblue 钢蓝色, midnightblue 午夜蓝, darkorange 深橙色, khaki 卡其色,
    lavender 淡紫色, chocolate 巧克力色, forestgreen 森林绿
"""
_FITS = {
    "cover": ("filling the frame", "铺满画面"),
    "contain": ("shown whole", "完整显示"),
    "stretch": ("stretched to the frame", "拉伸到画面"),
    "blur": ("shown whole over a blurred copy of itself", "完整显示，四周用模糊画面填充"),
}
_PLACES = {
    "top": ("at the top", "顶部"),
    "center": ("in the middle", "中间"),
    "bottom": ("at the bottom", "底部"),
    "custom": ("at a place of its own", "自定义位置"),
    "left": ("left", "左"),
    "right": ("right", "右"),
}
_MOODS = {
    "lofi": ("lo-fi", "Lo-fi"),
    "ambient": ("ambient", "氛围"),
    "upbeat": ("upbeat", "欢快"),
    "cinematic": ("cinematic", "电影感"),
    "acoustic": ("acoustic", "原声"),
    "jazz": ("jazz", "爵士"),
}


def color_name(value: object, lang: str) -> str:
    """A colour by its CSS name, in Chinese where it has an everyday name there, else by its code."""
    try:
        code = parse_color(str(value))
    except UsageError:
        return str(value)
    if len(code) == 9 and code.endswith("ff"):
        code = code[:7]
    name = _names().get(code)
    if name is None:
        return code
    return _chinese().get(name, name) if lang == "zh" else name


def share(value: float) -> str:
    """`35%`; a tenth of a percent where it is not whole."""
    return f"{round(value * 100, 1):g}%"


def span_text(start_ms: int, end_ms: int, lang: str) -> str:
    """A range as `0-3 s`, or with minutes where one of its ends passes one."""
    if max(start_ms, end_ms) < 60_000:
        return f"{seconds(start_ms)}-{seconds(end_ms)}" + ("秒" if lang == "zh" else " s")
    return f"{_clock(start_ms)}-{_clock(end_ms)}"


def when_text(start_ms: int, end_ms: int, whole_ms: int, lang: str) -> str:
    """How long something is there: for the whole length, for the first 3 s, for the last 4 s, from 3 s to 8 s."""
    zh = lang == "zh"
    if start_ms == 0 and end_ms >= whole_ms:
        return "全程" if zh else "for the whole length"
    if start_ms == 0:
        return f"前{length_text(end_ms, lang)}" if zh else f"for the first {length_text(end_ms)}"
    if end_ms >= whole_ms:
        return f"最后{length_text(end_ms - start_ms, lang)}" if zh else f"for the last {length_text(end_ms - start_ms)}"
    return span_text(start_ms, end_ms, lang) if zh else "from " + span_text(start_ms, end_ms, lang).replace("-", " to ")


def fit_text(value: object, lang: str) -> str:
    """How a picture fills its frame."""
    return _of(_FITS, value, lang)


def place_text(value: object, lang: str) -> str:
    """`at the top`, and in Chinese `顶部`."""
    return _of(_PLACES, value, lang)


def mood_text(value: object, lang: str) -> str:
    """The mood of a music bed."""
    return _of(_MOODS, value, lang)


def driver_text(value: object, lang: str) -> str:
    """What drives a waveform."""
    if value in (None, "*"):
        return "全部声音" if lang == "zh" else "all sound"
    return part_name(str(value), lang)


def content_text(content: dict[str, Any], lang: str) -> str:
    """What a segment shows or plays: a colour, a gradient, a pattern, a file."""
    zh = lang == "zh"
    generator: dict[str, Any] | None = content.get("g")
    if generator is None:
        return str(content.get("name", ""))
    first, second = color_name(generator.get("c"), lang), color_name(generator.get("c2"), lang)
    match generator.get("k"):
        case "color":
            return first
        case "gradient":
            return f"从{first}到{second}的渐变" if zh else f"a gradient from {first} to {second}"
        case "pattern" if generator.get("sty") == "cover":
            return "画出的封面" if zh else "a drawn cover"
        case "pattern":
            return f"{generator.get('sty')}图案" if zh else f"a {generator.get('sty')} pattern"
        case "music":
            mood = mood_text(generator.get("mood"), lang)
            return f"{mood}音乐" if zh else f"{mood} music"
        case kind:
            return str(kind)


def plain_text(value: object, lang: str) -> str:
    """A value that has no words of its own: as JSON, in few characters."""
    if value is None:
        return "无" if lang == "zh" else "nothing"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 40 else text[:39] + "…"


def quoted(value: object, lang: str) -> str:
    """A text in the quotes of the language, cut where it is long."""
    plain = " ".join(str(value).split())
    short = plain if len(plain) <= 60 else plain[:59].rstrip() + "…"
    return f"“{short}”" if lang == "zh" else f'"{short}"'


def _clock(ms: int) -> str:
    minutes, rest = divmod(ms, 60_000)
    hours, minutes = divmod(minutes, 60)
    tail = seconds(rest)
    tail = tail if len(tail.partition(".")[0]) > 1 else f"0{tail}"
    return f"{hours}:{minutes:02}:{tail}" if hours else f"{minutes}:{tail}"


def _of(table: dict[str, tuple[str, str]], value: object, lang: str) -> str:
    english, chinese = table.get(str(value), (str(value), str(value)))
    return chinese if lang == "zh" else english


@cache
def _names() -> dict[str, str]:
    names = {code: name for name, code in reversed(css_colors().items()) if "grey" not in name}
    return names | {css_colors()[name]: name for name in _PREFERRED}


@cache
def _chinese() -> dict[str, str]:
    pairs = (pair.split() for pair in _CHINESE_COLORS.replace("\n", " ").split(","))
    return {english: chinese for english, chinese in pairs}  # noqa: C416
