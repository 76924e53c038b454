# ruff: noqa: E501
"""Differences in words."""

from typing import Any

import pytest
from tests.timeline.test_catalogue import MEDIA, episode
from tests.timeline.test_difference import cues, title

from wavereel.timeline.catalogue import parse_edit
from wavereel.timeline.codec import timeline_from_tree
from wavereel.timeline.difference import differences
from wavereel.timeline.difference_colors import color_name
from wavereel.timeline.difference_values import span_text, when_text
from wavereel.timeline.difference_words import difference_text
from wavereel.timeline.model import Timeline

BASE = episode("so it goes", "the wave real story", "a wave real one")


def after(base: Timeline, *edits: dict[str, Any]) -> Timeline:
    timeline = base
    for edit in edits:
        timeline = parse_edit(edit).run(timeline, [])
    return timeline


CASES = [
    ([{"op": "set_text", "target": "title", "text": "Night Shift"}],
     'The title now reads "Night Shift" (was "Why We Still Read Sonnets").',
     "标题文字改为“Night Shift”（原为“Why We Still Read Sonnets”）。"),
    ([{"op": "set_style", "target": "title", "color": "#ffff00"}, {"op": "place_text", "target": "title", "position": "top"}],
     "The title is now yellow (was white) and at the top (was at the top right).",
     "标题颜色改为黄色（原为白色），移到顶部（原在右上角）。"),
    ([{"op": "cut", "start_ms": 0, "end_ms": 10_000}],
     'Cut the first 10 s: the video is now 50 s long (was 1:00). Removed the chapter card "Cold Open".',
     "剪掉了开头10秒，视频现在长50秒（原为1分钟）。去掉了章节卡“Cold Open”。"),
    ([{"op": "cut", "start_ms": 55_000}],
     'Cut the last 5 s: the video is now 55 s long (was 1:00). Removed the end card "Bye".',
     "剪掉了最后5秒，视频现在长55秒（原为1分钟）。去掉了片尾卡“Bye”。"),
    ([{"op": "cut", "start_ms": 15_000, "end_ms": 17_500}],
     "Cut 15-17.5 s (2.5 s): the video is now 57.5 s long (was 1:00).",
     "剪掉了15-17.5秒（2.5秒），视频现在长57.5秒（原为1分钟）。"),
    ([{"op": "set_speed", "speed": 1.25}],
     "The voice now plays at 1.25x speed (was 1x): the video is now 48 s long (was 1:00).",
     "人声速度改为1.25倍（原为1倍），视频现在长48秒（原为1分钟）。"),
    ([{"op": "remove", "target": "bgm"}], "Removed the music (Lo-fi).", "去掉了音乐（Lo-fi）。"),
    ([{"op": "remove", "target": "caption"}], "Removed the captions (3 cues).", "去掉了字幕（3条）。"),
    ([{"op": "mute", "target": "voice"}], "The voice is now muted.", "人声已静音。"),
    ([{"op": "hide", "target": "logo"}], "The logo is now hidden.", "标志已隐藏。"),
    ([{"op": "set_volume", "target": "bgm", "volume": 0.2}], "The music is now at 20% (was 30%).", "音乐音量改为20%（原为30%）。"),
    ([{"op": "set_background_color", "color": "#000000"}],
     "The background is now black (was a dark blue gradient, #0a0e23 to #161d4a).",
     "背景换成黑色（原为深蓝色渐变#0a0e23到#161d4a）。"),
    ([{"op": "set_waveform", "style": "circle"}], "The waveform is now a circle (was bars).", "波形样式改为圆形（原为条形）。"),
    ([{"op": "add_text", "role": "title", "text": "Hello", "start_ms": 0, "length_ms": 3000}],
     'Added the title "Hello" for the first 3 s.', "添加了标题“Hello”（前3秒）。"),
    ([{"op": "replace_text", "find": "wave real", "replace": "Wavereel"}],
     'The captions now say "Wavereel" for "wave real" 2 times.', "字幕中的“wave real”改为“Wavereel”，共2处。"),
    ([{"op": "set_caption_look", "look": "pop"}], "The captions are now in the pop look (was karaoke).", "字幕样式改为逐词弹出（原为卡拉OK）。"),
    ([{"op": "set_loudness", "lufs": -16}], "The loudness is now -16 LUFS.", "响度改为-16 LUFS。"),
    ([{"op": "set_fps", "fps": 60}], "The video now has 60 frames a second (was 30).", "帧率改为60（原为30）。"),
    ([{"op": "set_time", "target": "title", "start_ms": 3000, "end_ms": 8000}],
     "The title is now shown from 3 to 8 s (was for the whole length).", "标题时间改为3-8秒（原为全程）。"),
    ([{"op": "split", "at_ms": 30_000}], "The voice is now in 2 pieces (was 1).", "人声现有2段（原为1段）。"),
]  # fmt: skip


@pytest.mark.parametrize(("edits", "english", "chinese"), CASES)
def test_what_an_edit_did(edits, english, chinese):
    found = differences(BASE, after(BASE, *edits))
    assert difference_text(found) == english
    assert difference_text(found, "zh") == chinese


def test_nothing():
    assert difference_text(()) == difference_text((), "zh") == ""


def test_a_canvas_names_its_ratio_and_a_platform_its_name():
    text = difference_text(differences(BASE, after(BASE, {"op": "set_platform", "platform": "tiktok"})))
    assert text.startswith(
        "The picture is now vertical, 1080x1920, 9:16 (was 1920x1080); to fit it, the waveform has 48 bars (was 64), "
    )
    assert "The video is now made for TikTok." in text


def test_a_theme_names_what_it_changes_and_what_was_set_by_hand_beside_it():
    edits = [{"op": "set_theme", "theme": "paper"}, {"op": "set_background_color", "color": "#ff0000"}]
    edits.append({"op": "set_style", "target": "title", "color": "#ffff00"})
    text = difference_text(differences(BASE, after(BASE, *edits)))
    assert text.startswith("The theme is now paper (was midnight), which changes ")
    assert "The background is now red" in text
    assert "The title is now yellow" in text


def test_the_video_of_a_sound():
    base = timeline_from_tree({"t": [], "video_infos": MEDIA[:1]})
    text = difference_text(differences(base, after(base, {"op": "build"})))
    assert text.startswith(
        'The video is 1:00 long, in the midnight theme, and called "talk". It has the background, the cover, the waveform,'
    )
    assert "the voice (talk.mp3) and the captions (to be written when the video is made)" in text


def test_long_lists_are_folded():
    edits = [
        {
            "op": "set_style",
            "target": "title",
            "color": "#ffff00",
            "weight": 300,
            "align": "left",
            "size": 50,
            "outline_width": 4,
        },
        {"op": "set_volume", "target": "bgm", "volume": 0.2},
        {"op": "mute", "target": "voice"},
        {"op": "set_waveform", "style": "dots"},
        {"op": "set_fps", "fps": 60},
        {"op": "set_loudness", "lufs": -16},
    ]
    text = difference_text(differences(BASE, after(BASE, *edits)))
    assert text.endswith("more change.")
    assert "另有" in difference_text(differences(BASE, after(BASE, *edits)), "zh")


def said(before: dict[str, Any], later: dict[str, Any], lang: str = "en") -> str:
    return difference_text(differences(timeline_from_tree(before), timeline_from_tree(later)), lang)


def test_details():
    before, later = {"t": [title()]}, {"t": [title() | {"id": "other"}]}
    assert said(before, later) == "Only details changed that are neither seen nor heard."
    assert said(before, later, "zh") == "只改动了看不见也听不到的细节。"


def test_a_way_back_says_what_is_as_before():
    later = after(
        BASE,
        {"op": "set_style", "target": "title", "color": "#ffff00"},
        {"op": "cut", "start_ms": 0, "end_ms": 10_000},
        {"op": "remove", "target": "bgm"},
    )
    found = differences(later, BASE)
    assert difference_text(found, back=True).startswith(
        "The first 10 s are back: the video is 1:00 long again (was 50 s)."
    )
    assert "is white again (was yellow)" in difference_text(found, back=True)
    chinese = difference_text(found, "zh", back=True)
    assert chinese.startswith("恢复了开头10秒，视频现在长1分钟（刚才是50秒）。")
    assert "标题颜色恢复为白色（刚才是黄色）" in chinese


def test_captions_that_are_written():
    waiting = {"t": [{"id": "c", "tt": 7, "m": {"role": "caption", "pending": True}, "sg": []}], "d": 99_000}
    written = {"t": [cues(4, id="c")], "d": 99_000}
    assert said(waiting, written) == "The captions are written: 4 cues."
    assert said(waiting, written, "zh") == "字幕已生成：4条。"


def test_a_text_that_only_keeps_its_look_elsewhere_says_no_more():
    """A text that leaves its slot takes the theme's box and its alignment along."""
    text = difference_text(differences(BASE, after(BASE, {"op": "place_text", "target": "title", "dy": 0.05})))
    assert text == "The title is now lower (by 5%)."


def test_a_color_in_capitals_is_the_same():
    one, other = ({"t": [title(st={"c": color})]} for color in ("#FFFF00", "#ffff00"))
    assert said(one, other) == "Only details changed that are neither seen nor heard."


def test_lengths_are_told_apart():
    assert "(was 1:30)" in said({"t": [], "d": 90_000}, {"t": [], "d": 100_000})
    assert said({"t": [], "d": 90_000}, {"t": [], "d": 90_034}) == "The video is now 90.034 s long (was 90 s)."


def test_moved_cues_are_one_change():
    before, later = {"t": [cues(40)], "d": 99_000}, {"t": [cues(40, -10_000)], "d": 99_000}
    assert said(before, later) == "The captions are now 10 s earlier."
    assert said(before, later, "zh") == "字幕整体提前10秒。"


def test_a_part_of_several_is_named():
    two = {"t": [{"tt": 7, "m": {"role": "title"}, "sg": [{"d": 900, "txt": "A"}, {"d": 900, "txt": "B"}]}]}
    later = {
        "t": [
            {
                "tt": 7,
                "m": {"role": "title"},
                "sg": [{"d": 900, "txt": "A"}, {"d": 900, "txt": "B", "st": {"c": "#f00"}}],
            }
        ]
    }
    assert said(two, later) == 'The title "B" is now red.'
    assert said(two, later, "zh") == "标题“B”颜色改为红色。"


def test_one_cue():
    later = cues(4)
    later["sg"][1]["txt"] = "other"
    assert said({"t": [cues(4)]}, {"t": [later]}) == 'One caption now reads "other" (was "cue 1").'


def test_what_nobody_knows_is_named():
    assert said({"t": []}, {"t": [], "m": {"zz": 1}}) == 'The canvas has another "zz".'
    assert said({"t": []}, {"t": [], "zz": 1}) == 'The draft has another "zz".'
    assert said({"t": [title()]}, {"t": [title(zz=5)]}) == 'The title now has "zz" 5.'


def test_text_is_data():
    """What a title says is quoted, in one line and not at length."""
    text = said({"t": [title()]}, {"t": [title(txt="x\n" * 99)]})
    assert "\n" not in text and len(text) < 120


@pytest.mark.parametrize(
    ("value", "en", "zh"),
    [
        ("#FFFF00", "yellow", "黄色"),
        ("#ff0", "yellow", "黄色"),
        ("#ffff00ff", "yellow", "黄色"),
        ("#ffff0080", "yellow at 50% opacity", "不透明度50%的黄色"),
        ("#123456", "dark blue (#123456)", "深蓝色（#123456）"),
        ("#6ef3d6", "light mint (#6ef3d6)", "浅薄荷绿（#6ef3d6）"),
        ("#0a0e23", "very dark blue (#0a0e23)", "深蓝色（#0a0e23）"),
        ("#2a2118", "very dark brown (#2a2118)", "深棕色（#2a2118）"),
        ("#fdfdfb", "off-white (#fdfdfb)", "灰白色（#fdfdfb）"),
        ("#00008b", "dark blue", "深蓝色"),
        ("#808080", "gray", "灰色"),
        ("#00ffff", "cyan", "青色"),
        ("#ff00ff", "magenta", "品红色"),
        ("#663399", "rebeccapurple", "蓝紫色（#663399）"),
        ("nothing", "nothing", "nothing"),
    ],
)
def test_colours(value, en, zh):
    assert (color_name(value, "en"), color_name(value, "zh")) == (en, zh)


@pytest.mark.parametrize(
    ("times", "en", "zh"),
    [
        ((0, 3000, 9000), "for the first 3 s", "前3秒"),
        ((0, 9000, 9000), "for the whole length", "全程"),
        ((5000, 9000, 9000), "for the last 4 s", "最后4秒"),
        ((1000, 2500, 9000), "from 1 to 2.5 s", "1-2.5秒"),
        ((59_000, 61_500, 90_000), "from 0:59 to 1:01.5", "0:59-1:01.5"),
    ],
)
def test_times(times, en, zh):
    assert (when_text(*times, "en"), when_text(*times, "zh")) == (en, zh)
    assert span_text(3_600_000, 3_661_000, "en") == "1:00:00-1:01:01"
