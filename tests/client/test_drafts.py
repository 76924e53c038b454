"""Drafts in words: the line of the timeline, what changed, what could be next."""

import pytest

from wavereel.client.draft_changes import changes_between, draft_changes
from wavereel.client.draft_summary import is_exportable, length_ms, summary_line
from wavereel.client.suggestions import next_steps
from wavereel.client.wire import Media, State

CITY = {"id": "v1a", "s": 0, "d": 10000, "src": "asset://f_1", "m": {"name": "city timelapse"}}
LOFI = {"id": "a1a", "s": 0, "d": 10000, "src": "asset://f_2", "vol": 0.35, "m": {"name": "Lo-fi"}}
DRAFT = {
    "v": 1,
    "rev": 4,
    "d": 10000,
    "m": {"title": "Urban Dreams", "width": 1080, "height": 1920, "fps": 30},
    "t": [
        {"id": "v1", "tt": 0, "sg": [CITY]},
        {"id": "a1", "tt": 1, "m": {"role": "bgm"}, "sg": [LOFI]},
        {"id": "x1", "tt": 7, "m": {"role": "title"}, "sg": [{"id": "x1a", "s": 0, "d": 3000, "txt": "Urban Dreams"}]},
    ],
}
LINE = (
    'Timeline (3 tracks): 1. Video: city timelapse (0-10s) 2. BGM: Lo-fi (0-10s, 35%) 3. Title: "Urban Dreams" (0-3s)'
)


def changed(path: list, value) -> dict:
    import copy

    draft = copy.deepcopy(DRAFT)
    place = draft
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return draft


@pytest.mark.promise("CLIENT-SUMMARY")
def test_the_line_of_the_protocol():
    assert summary_line(DRAFT) == LINE


def test_what_is_drawn_has_a_chinese_name_in_words_only():
    names = ("background", "cover", "waveform", "progress bar")
    draft = {"t": [{"tt": 0, "sg": [{"s": 0, "d": 1000, "m": {"name": name}}]} for name in names]}
    line = summary_line(draft, lang="zh")
    assert line == (
        "时间线（4条轨道）： 1. 视频：背景（0-1秒） 2. 视频：封面（0-1秒） "
        "3. 视频：波形（0-1秒） 4. 视频：进度条（0-1秒）"
    )
    assert "1. Video: background (0-1s)" in summary_line(draft)


@pytest.mark.promise("CLIENT-SUMMARY")
def test_a_track_of_many_and_names_of_files():
    cues = [{"s": 200 + 1000 * n, "d": 900, "txt": "x"} for n in range(3)]
    draft = {
        "t": [
            {"tt": 7, "m": {"role": "caption"}, "sg": cues},
            {"tt": 1, "sg": [{"d": 500, "src": "asset://f_9"}, {"d": 500}]},
        ]
    }
    media = [Media("talk.mp3", file_id="f_9")]
    assert (
        summary_line(draft, media)
        == "Timeline (2 tracks): 1. Captions: 3 cues (0.2-3.1s) 2. Audio: talk.mp3, 2 clips (0-1s, 100%)"
    )
    assert length_ms(draft) == 3100
    assert summary_line({}) == "Timeline (empty)"
    assert summary_line({"t": []}, lang="zh") == "时间线（空）"
    assert not is_exportable({"t": [{"tt": 0, "sg": []}]})


@pytest.mark.promise("CLIENT-SILENT-EDIT")
@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (["t", 2, "sg", 0, "txt"], "Night Shift", "Title text: Urban Dreams → Night Shift"),
        (["t", 2, "sg", 0, "st"], {"c": "#ff0000"}, "Title colour: #ff0000"),
        (["t", 1, "sg", 0, "vol"], 0.2, "BGM volume: 35% → 20%"),
        (["t", 1, "vol"], 0.5, "BGM volume: 35% → 17.5%"),
        (["t", 2, "sg", 0, "s"], 1000, "Title time: 0-3s → 1-4s"),
        (["t", 2, "sg", 0, "x"], {"y": 0.1}, "moved Title"),
        (["t", 2, "sg", 0, "whatever"], 1, "adjusted Title"),
        (["t", 2, "whatever"], 1, "adjusted Title"),
        (["t", 0, "sg", 0, "src"], "asset://f_3", "another file for Video"),
        (["m", "width"], 1920, "size: 1080x1920 → 1920x1920"),
        (["m", "title"], "Other", "title: Urban Dreams → Other"),
        (["d"], 9000, "length: 10s → 9s"),
        (["whatever"], 1, "changed details"),
    ],
)
def test_each_change_is_told(path: list, value, told: str):
    assert draft_changes(DRAFT, changed(path, value)) == [told]


def test_tracks_that_come_and_go():
    less = DRAFT | {"t": DRAFT["t"][:2]}
    assert draft_changes(less, DRAFT) == ['added Title ("Urban Dreams")']
    assert draft_changes(DRAFT, less) == ["removed Title"]
    assert draft_changes({}, DRAFT) == ["made a timeline of 10s: Video, BGM, Title", "title: Urban Dreams"]
    assert draft_changes(DRAFT, DRAFT | {"rev": 5}) == []
    assert draft_changes(DRAFT, less, lang="zh") == ["移除了标题"]


def test_files_that_came():
    before, after = State("s", DRAFT), State("s", DRAFT, media=(Media("b.mp3", file_id="f_2"),))
    assert changes_between(before, after) == ["added the file b.mp3"]


@pytest.mark.promise("CLIENT-NEXT-STEPS")
def test_two_or_three_next_steps():
    assert next_steps(DRAFT) == ["“add captions”", "“add a waveform”", "“export”"]
    assert next_steps({}, "zh")[-1] == "“导出”"
    assert all(2 <= len(next_steps(draft)) <= 3 for draft in ({}, DRAFT))


@pytest.mark.parametrize(
    "draft", [{"t": 7}, {"t": [None, 3, {"sg": "x"}]}, {"t": [{"sg": [{"d": "x", "m": 3}]}]}, {"m": []}]
)
def test_nonsense_is_no_reason_to_fail(draft: dict):
    summary_line(draft)
    draft_changes(DRAFT, draft)
    draft_changes(draft, DRAFT)
    next_steps(draft)
