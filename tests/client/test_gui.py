"""Replies about a screen: what they say of the video stays, the rest goes, and quotes are never touched."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavereel.client.gui import as_edit, translate


@pytest.mark.promise("CLIENT-GUI")
@pytest.mark.parametrize(
    ("reply", "text", "steps"),
    [
        ("I added captions. Click the Export button to download it.", "I added captions.", ("export",)),
        ("Your video is ready, click Export to download.", "Your video is ready.", ("export",)),
        ("Done! Drag the title to the end of the timeline.", "Done!", ("edit",)),
        ("Open the timeline to see your tracks.", "", ("summary",)),
        ("I moved the title to 3s; open the preview panel to check it.", "I moved the title to 3s.", ("summary",)),
        ("To download it, click the Export button in the top right corner.", "", ("export",)),
        ("You can export your video by clicking the Export button.", "", ("export",)),
        ("You can preview the result in the timeline.", "", ("summary",)),
        ("Check your account page for billing details.", "", ("credits",)),
        ("Captions added - click Save.", "Captions added.", ("export",)),
        ("我已经添加了字幕。点击导出按钮下载视频。", "我已经添加了字幕。", ("export",)),
        ("字幕已添加，请在时间线中预览。", "字幕已添加。", ("summary",)),
        ("将标题拖拽到结尾。", "", ("edit",)),
        ("请打开编辑器查看。", "", ("summary",)),
    ],
)
def test_a_screen_is_taken_out(reply: str, text: str, steps: tuple[str, ...]):
    found = translate(reply)
    assert (found.text, found.steps) == (text, steps)


@pytest.mark.promise("CLIENT-GUI")
@pytest.mark.parametrize(
    "reply",
    [
        'The clip opens with a title that says "Click here".',
        "I added a subscribe button to the end of the video.",
        "The bass drop hits at 0:30.",
        "Your waveform is now yellow and the captions are bigger.",
        "Please check the pronunciation of the names in the captions.",
        "Should I open with the title?",
        "Choose a color: red or blue?",
        "视频的开头打开了字幕。",
        "标题现在写着“点击订阅”。",
        'Timeline (2 tracks): 1. Voice: talk.mp3 (0-12s, 100%) 2. Title: "Tides" (0-3s)',
        "Say “export” to get the file.",
        "I can do that in three ways:\n1. Bars\n2. A line\n3. Dots",
    ],
)
def test_words_about_the_video_stay(reply: str):
    found = translate(reply)
    assert (found.text, found.steps) == (reply, ())


def test_an_instruction_to_drag_becomes_a_wish():
    found = translate("Drag the title to the end.")
    assert as_edit(found.drags[0]) == "move the title to the end"
    assert as_edit("将标题拖拽到结尾") == "将标题移到结尾"


@pytest.mark.parametrize("mark", [" ", "\u3000", "“", "，", "- ", "please ", "to ", "click "])
def test_no_reply_takes_long(mark: str):
    start_s = time.process_time()
    translate("x" + mark * (20_000 // len(mark)) + "x")
    assert time.process_time() - start_s < 2


@given(st.text(max_size=200))
def test_no_reply_makes_it_fail(reply: str):
    assert len(translate(reply).text) <= len(reply) + 1
