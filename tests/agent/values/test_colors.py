"""Colours by code, by English and by Chinese name."""

import pytest

from wavereel.agent.values.colornames import english_colors, han_colors, han_colors_with_se
from wavereel.agent.values.hues import shaded
from wavereel.agent.values.model import Value
from wavereel.agent.values.scan import value_at
from wavereel.timeline.colors import css_colors

COLORS = [
    ("#102030", "#102030"),
    ("#fff", "#ffffff"),
    ("#12345678", "#12345678"),
    ("rgb(1, 2, 3)", "#010203"),
    ("rgb(1,2,3)", "#010203"),
    ("red", "#ff0000"),
    ("blue", "#0000ff"),
    ("green", "#008000"),
    ("yellow", "#ffff00"),
    ("navy", "#000080"),
    ("teal", "#008080"),
    ("white", "#ffffff"),
    ("black", "#000000"),
    ("sky blue", "#87ceeb"),
    ("skyblue", "#87ceeb"),
    ("sky-blue", "#87ceeb"),
    ("dark green", "#006400"),
    ("light golden rod yellow", "#fafad2"),
    ("navy blue", "#000080"),
    ("forest green", "#228b22"),
    ("off-white", "#faf9f6"),
    ("off white", "#faf9f6"),
    ("cream", "#fffdd0"),
    ("gold", "#ffd700"),
    ("rose gold", "#b76e79"),
    ("charcoal", "#36454f"),
    ("burgundy", "#800020"),
    ("wine red", "#722f37"),
    ("mint", "#98ff98"),
    ("peach", "#ffe5b4"),
    ("lilac", "#c8a2c8"),
    ("mustard", "#ffdb58"),
    ("baby blue", "#89cff0"),
    ("electric blue", "#7df9ff"),
    ("neon green", "#39ff14"),
    ("hot pink", "#ff69b4"),
    ("blood red", "#8a0303"),
    ("grass green", "#4ca64c"),
    ("aqua", "#00ffff"),
    ("amber", "#ffbf00"),
    ("midnight blue", "#191970"),
    ("light red", "#ff7f7f"),
    ("dark teal", "#004d4d"),
    ("very dark blue", "#00004c"),
    ("pale green", "#98fb98"),
    ("pastel yellow", "#ffff99"),
    ("soft pink", "#f7d1d8"),
    ("bright red", "#ff1a1a"),
    ("deep blue", "#00008b"),
    ("tan", "#d2b48c"),
    ("红色", "#ff0000"),
    ("橙色", "#ffa500"),
    ("黄色", "#ffff00"),
    ("绿色", "#008000"),
    ("蓝色", "#0000ff"),
    ("青色", "#008080"),
    ("紫色", "#800080"),
    ("粉色", "#ffc0cb"),
    ("黑色", "#000000"),
    ("白色", "#ffffff"),
    ("灰色", "#808080"),
    ("棕色", "#a52a2a"),
    ("金色", "#ffd700"),
    ("银色", "#c0c0c0"),
    ("米色", "#f5f5dc"),
    ("天蓝", "#87ceeb"),
    ("天蓝色", "#87ceeb"),
    ("深蓝", "#00008b"),
    ("深蓝色", "#00008b"),
    ("藏青", "#000080"),
    ("酒红", "#722f37"),
    ("玫红", "#e6006b"),
    ("大红", "#e60000"),
    ("粉红色", "#ffc0cb"),
    ("米白", "#faf9f6"),
    ("柠檬黄", "#fff44f"),
    ("墨绿", "#004d40"),
    ("荧光绿", "#39ff14"),
    ("香槟金", "#f7e7ce"),
    ("玫瑰金", "#b76e79"),
    ("紫罗兰", "#ee82ee"),
    ("咖啡色", "#6f4e37"),
    ("巧克力色", "#7b3f00"),
    ("炭灰", "#36454f"),
    ("高级灰", "#9e9e9e"),
    ("浅天蓝色", "#c3e7f5"),
    ("深玫瑰红", "#7f003b"),
    ("黑", "#000000"),
]


@pytest.mark.parametrize(("text", "color"), COLORS)
def test_a_color(text: str, color: str):
    assert value_at(text, 0) == Value("color", color, 0, len(text))


def test_every_name_of_css_is_its_color():
    for name, color in css_colors().items():
        assert value_at(name, 0) == Value("color", color, 0, len(name)), name
        assert value_at(f"{name} title", 0) == Value("color", color, 0, len(name)), name


def test_every_chinese_name_with_its_ending():
    for name, color in (han_colors_with_se() | han_colors()).items():
        assert value_at(f"{name}色", 0) == Value("color", color, 0, len(name) + 1), name


def test_the_tables_hold_colors():
    for color in (english_colors() | han_colors() | han_colors_with_se()).values():
        assert len(color) == 7 and int(color[1:], 16) >= 0


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("红底白字", 0),
        ("红底白字", 2),
        ("黑底", 0),
        ("用红", 1),
        ("换成蓝", 2),
        ("变绿", 1),
        ("字幕白,大一点", 2),
        ("红到蓝渐变", 0),
        ("黄框", 0),
    ],
)
def test_one_character_that_is_a_color(text: str, at: int):
    value = value_at(text, at)
    assert value is not None and (value.kind, value.end) == ("color", at + 1)


@pytest.mark.parametrize(
    "text", "#ff #abcd #12345 rgb(256,0,0) rgb(1,2 neon midnight sunset paper redo blues greenish".split()
)
def test_no_colors(text: str):
    assert all(value is None or value.kind != "color" for value in (value_at(text, at) for at in range(len(text))))


@pytest.mark.parametrize(
    ("color", "shade", "mixed"),
    [
        ("#ff0000", "light", "#ff8080"),
        ("#ff0000", "dark", "#8c0000"),
        ("#808080", "bright", "#8d8d8d"),
        ("#000000", "dark", "#000000"),
    ],
)
def test_shades(color: str, shade: str, mixed: str):
    assert shaded(color, shade) == mixed
