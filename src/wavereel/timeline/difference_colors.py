"""Colours as people name them in English and Chinese: a name of CSS, else the nearest everyday one with the code."""

from __future__ import annotations

import colorsys
from functools import cache

from wavereel.errors import UsageError
from wavereel.timeline.colors import css_colors, parse_color

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
_HUES: tuple[tuple[float, str, str], ...] = (
    (14, "red", "红色"),
    (42, "orange", "橙色"),
    (66, "yellow", "黄色"),
    (92, "yellow-green", "黄绿色"),
    (148, "green", "绿色"),
    (172, "mint", "薄荷绿"),
    (186, "turquoise", "青绿色"),
    (202, "sky blue", "天蓝色"),
    (250, "blue", "蓝色"),
    (272, "violet", "蓝紫色"),
    (298, "purple", "紫色"),
    (348, "pink", "粉色"),
    (361, "red", "红色"),
)
"""Up to which hue in degrees a name holds."""

_DEEP = {
    "orange": ("brown", "棕色"),
    "yellow": ("olive", "橄榄色"),
    "yellow-green": ("olive", "橄榄色"),
    "mint": ("green", "绿色"),
    "turquoise": ("teal", "蓝绿色"),
    "sky blue": ("blue", "蓝色"),
    "pink": ("magenta", "品红色"),
}
"""What a dark one of a hue is called."""

_SHADES = (
    (0.16, "very dark", "深"),
    (0.36, "dark", "深"),
    (0.64, "", ""),
    (0.86, "light", "浅"),
    (1.1, "very light", "浅"),
)
_GRAYS = (
    (0.04, "black", "黑色"),
    (0.15, "near black", "近黑色"),
    (0.4, "dark gray", "深灰色"),
    (0.65, "gray", "灰色"),
    (0.88, "light gray", "浅灰色"),
    (1.1, "off-white", "灰白色"),
)
_HEADS = ("dark", "light", "medium", "pale", "deep", "hot")


def color_name(value: object, lang: str) -> str:
    """A colour by its name of CSS, else by the nearest everyday name and its code: `light mint (#6ef3d6)`."""
    try:
        code = parse_color(str(value))
    except UsageError:
        return str(value)
    zh = lang == "zh"
    opaque, alpha = code[:7], int(code[7:] or "ff", 16)
    name = _named(opaque, zh=zh)
    if name is None:
        near = nearest_name(opaque, lang)
        name = f"{near}（{opaque}）" if zh else f"{near} ({opaque})"
    if alpha == 255:
        return name
    share = round(alpha / 2.55)
    return f"不透明度{share}%的{name}" if zh else f"{name} at {share}% opacity"


def nearest_name(code: str, lang: str) -> str:
    """The everyday name nearest to `#rrggbb`: `very dark blue`, and in Chinese `深蓝色`."""
    red, green, blue = (int(code[place : place + 2], 16) / 255 for place in (1, 3, 5))
    hue, light, _ = colorsys.rgb_to_hls(red, green, blue)
    zh = lang == "zh"
    if max(red, green, blue) - min(red, green, blue) < 0.06:
        english, chinese = next((en, cn) for top, en, cn in _GRAYS if light < top)
        return chinese if zh else english
    english, chinese = next((en, cn) for top, en, cn in _HUES if hue * 360 < top)
    if light < 0.36:
        english, chinese = _DEEP.get(english, (english, chinese))
    shade, dye = next((en, cn) for top, en, cn in _SHADES if light < top)
    return f"{dye}{chinese}" if zh else f"{shade} {english}".strip()


def _named(code: str, *, zh: bool) -> str | None:
    """The name that fits exactly; in Chinese only one that is an everyday word."""
    name = _names().get(code)
    if name is None or zh:
        return _chinese().get(name) if name else None
    head = next((one for one in _HEADS if name.startswith(one) and len(name) > len(one)), "")
    split = f"{head} {name.removeprefix(head)}" if head else name
    return split.replace("skyblue", "sky blue")


@cache
def _names() -> dict[str, str]:
    names = {code: name for name, code in reversed(css_colors().items()) if "grey" not in name}
    return names | {css_colors()[name]: name for name in _PREFERRED}


@cache
def _chinese() -> dict[str, str]:
    pairs = (pair.split() for pair in _CHINESE_COLORS.replace("\n", " ").split(","))
    return {english: chinese for english, chinese in pairs}  # noqa: C416
