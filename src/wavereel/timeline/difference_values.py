"""Values of a draft as people say them in English and Chinese: shares, times, places, grounds, styles."""

from __future__ import annotations

import json
import re
from typing import Any

from wavereel.timeline.difference_colors import color_name, nearest_name
from wavereel.timeline.names import part_name
from wavereel.timeline.reasons import seconds
from wavereel.timeline.summary import length_text

_PLAIN_HEX = re.compile(r"#[0-9a-f]{6}")

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
    "an.in": ("entrance", "入场动画"),
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
_WAVES = {
    "bar": ("a bar", "条形"),
    "bars": ("bars", "条形"),
    "mirror": ("mirrored bars", "镜像条形"),
    "line": ("a line", "线条"),
    "filled": ("a filled wave", "填充波形"),
    "dots": ("dots", "圆点"),
    "blocks": ("blocks", "方块"),
    "circle": ("a circle", "圆形"),
    "ring": ("a ring", "环形"),
    "spectrum": ("a spectrum", "频谱"),
    "spectrum_line": ("a spectrum line", "频谱线"),
    "scope": ("a scope", "示波器"),
    "scroll": ("a scrolling wave", "滚动波形"),
    "pulse": ("a pulse", "脉冲"),
}
_LOOKS = {
    "karaoke": ("karaoke", "卡拉OK"),
    "pop": ("pop", "逐词弹出"),
    "boxed": ("boxed", "带底框"),
    "minimal": ("minimal", "极简"),
    "classic": ("classic", "经典"),
}
_PATTERNS = {
    "mesh": ("mesh", "弥散渐变"),
    "grain": ("grain", "颗粒"),
    "stars": ("stars", "星空"),
    "bokeh": ("bokeh", "光斑"),
    "waves": ("waves", "波浪"),
}
ENTRANCES = {
    "fade": ("fades in", "淡入"),
    "slide_up": ("slides in from below", "从下方滑入"),
    "slide_down": ("slides in from above", "从上方滑入"),
    "slide_left": ("slides in from the right", "从右侧滑入"),
    "slide_right": ("slides in from the left", "从左侧滑入"),
    "zoom_in": ("zooms in", "放大出现"),
    "zoom_out": ("zooms out into place", "缩小出现"),
    "pop": ("pops up", "弹出"),
    "typewriter": ("types itself letter by letter", "打字机效果"),
}
EXITS = {
    "fade": ("fades out", "淡出"),
    "slide_up": ("slides out upward", "向上滑出"),
    "slide_down": ("slides out downward", "向下滑出"),
    "slide_left": ("slides out to the left", "向左滑出"),
    "slide_right": ("slides out to the right", "向右滑出"),
    "zoom_in": ("zooms in and goes", "放大消失"),
    "zoom_out": ("zooms out and goes", "缩小消失"),
    "pop": ("pops away", "弹出消失"),
    "typewriter": ("goes letter by letter", "逐字消失"),
}
_MOTIONS = {
    "dissolve": ("dissolve", "叠化"),
    "fade_black": ("fade through black", "黑场"),
}
_LANGUAGES = {
    "en": ("English", "英文"),
    "zh": ("Chinese", "中文"),
    "zh-hans": ("Chinese", "中文"),
    "zh-hant": ("traditional Chinese", "繁体中文"),
    "es": ("Spanish", "西班牙语"),
    "fr": ("French", "法语"),
    "de": ("German", "德语"),
    "ja": ("Japanese", "日语"),
    "ko": ("Korean", "韩语"),
    "pt": ("Portuguese", "葡萄牙语"),
    "it": ("Italian", "意大利语"),
    "ru": ("Russian", "俄语"),
    "ar": ("Arabic", "阿拉伯语"),
}
_MOODS = {
    "lofi": ("lo-fi", "Lo-fi"),
    "ambient": ("ambient", "氛围"),
    "upbeat": ("upbeat", "欢快"),
    "cinematic": ("cinematic", "电影感"),
    "acoustic": ("acoustic", "原声"),
    "jazz": ("jazz", "爵士"),
}


def share(value: float) -> str:
    """`35%`; below ten percent with a tenth."""
    percent = value * 100
    return f"{round(percent) if abs(percent) >= 10 else round(percent, 1):g}%"


def shares(before: float, after: float) -> tuple[str, str]:
    """Two shares that differ, in as few digits as tell them apart."""
    old, new = share(before), share(after)
    return (old, new) if old != new or before == after else (f"{before * 100:.4g}%", f"{after * 100:.4g}%")


def lengths(before_ms: int, after_ms: int, lang: str) -> tuple[str, str]:
    """Two lengths that differ, in as few digits as tell them apart."""
    old, new = length_text(before_ms, lang), length_text(after_ms, lang)
    if old != new:
        return old, new
    unit = "秒" if lang == "zh" else " s"
    return f"{seconds(before_ms)}{unit}", f"{seconds(after_ms)}{unit}"


def span_text(start_ms: int, end_ms: int, lang: str) -> str:
    """A range as `0-3 s`, or with minutes where one of its ends passes one."""
    if end_ms - start_ms >= 1000:
        start_ms, end_ms = round(start_ms, -2), round(end_ms, -2)
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


def style_text(value: object, lang: str) -> str:
    """The style of a waveform."""
    return _of(_WAVES, value, lang)


def look_text(value: object, lang: str) -> str:
    """The look of captions."""
    return _of(_LOOKS, value, lang)


def pattern_text(value: object, lang: str) -> str:
    """A drawn pattern."""
    return _of(_PATTERNS, value, lang)


def motion_text(value: object, lang: str) -> str:
    """How one clip becomes the next."""
    return _of(_MOTIONS, value, lang)


def language_text(value: object, lang: str) -> str:
    """A language by its name."""
    return _of(_LANGUAGES, value, lang)


def driver_text(value: object, lang: str) -> str:
    """What drives a waveform."""
    if value in (None, "*"):
        return "全部声音" if lang == "zh" else "all sound"
    return part_name(str(value), lang)


_PARTS = frozenset(("cover", "background", "logo", "picture", "overlay", "封面", "背景", "标志", "图片"))
"""Names that only say which part it is: nobody wants to hear that the cover is now cover."""


def content_text(content: dict[str, Any], lang: str) -> str:
    """What a segment shows or plays: a colour, a gradient, a pattern, a file."""
    zh = lang == "zh"
    generator: dict[str, Any] | None = content.get("g")
    if generator is None:
        name = str(content.get("name", ""))
        if name.casefold() in _PARTS:
            return "一张图片" if zh else "a picture"
        return name
    first, second = color_name(generator.get("c"), lang), color_name(generator.get("c2"), lang)
    match generator.get("k"):
        case "color":
            return first
        case "gradient" if (tint := _tint(generator, lang)) is not None:
            ends = f"{generator['c']}到{generator['c2']}" if zh else f"{generator['c']} to {generator['c2']}"
            ends = ends.lower()
            return f"{tint}渐变（{ends}）" if zh else f"a {tint} gradient ({ends})"
        case "gradient":
            return f"从{first}到{second}的渐变" if zh else f"a gradient from {first} to {second}"
        case "pattern" if generator.get("sty") == "cover":
            return "画出的封面" if zh else "a drawn cover"
        case "pattern":
            return f"{pattern_text(generator.get('sty'), lang)}图案" if zh else f"a {generator.get('sty')} pattern"
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


def _tint(generator: dict[str, Any], lang: str) -> str | None:
    """The name that both ends of a gradient share where neither has one of its own."""
    ends = [str(generator.get(key, "")).lower() for key in ("c", "c2")]
    if not all(_PLAIN_HEX.fullmatch(end) and "#" in color_name(end, lang) for end in ends):
        return None
    first, second = (nearest_name(end, lang).removeprefix("very ") for end in ends)
    return first if first == second else None


def _of(table: dict[str, tuple[str, str]], value: object, lang: str) -> str:
    english, chinese = table.get(str(value), (str(value), str(value)))
    return chinese if lang == "zh" else english
