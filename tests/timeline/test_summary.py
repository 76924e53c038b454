# ruff: noqa: E501
"""The line that tells what is on a timeline."""

import pytest
from tests.timeline.test_build import FakeCue, build

from wavereel.timeline.codec import timeline_from_tree
from wavereel.timeline.summary import length_text, segment_name, summary_line, summary_text

SEED = timeline_from_tree({
    "v": 1, "rev": 4, "d": 10000, "m": {"title": "Urban Dreams", "width": 1080, "height": 1920, "fps": 30},
    "t": [
        {"id": "v1", "tt": 0, "sg": [{"id": "v1a", "s": 0, "d": 10000, "src": "asset://f_1", "m": {"name": "city timelapse"}}]},
        {"id": "a1", "tt": 1, "m": {"role": "bgm"}, "sg": [{"id": "a1a", "s": 0, "d": 10000, "src": "asset://f_2", "vol": 0.35, "m": {"name": "Lo-fi"}}]},
        {"id": "x1", "tt": 7, "m": {"role": "title"}, "sg": [{"id": "x1a", "s": 0, "d": 3000, "txt": "Urban Dreams"}]},
    ],
})  # fmt: skip


@pytest.mark.promise("SUMMARY-LINE")
def test_the_seeds_line_comes_out_of_the_seeds_draft():
    assert summary_line(SEED) == (
        'Timeline (3 tracks): 1. Video: city timelapse (0-10s) 2. BGM: Lo-fi (0-10s, 35%) 3. Title: "Urban Dreams" (0-3s)'
    )


def test_the_line_in_chinese():
    assert summary_line(SEED, "zh") == (
        "时间线（3条轨道）： 1. 视频：city timelapse（0-10秒） 2. 背景音乐：Lo-fi（0-10秒，35%） 3. 标题：“Urban Dreams”（0-3秒）"
    )


def test_the_text_has_canvas_and_length():
    assert summary_text(SEED).splitlines() == [
        '"Urban Dreams": 1080x1920 (9:16), 10 s, 30 fps',
        "Timeline (3 tracks):",
        "1. Video: city timelapse (0-10s)",
        "2. BGM: Lo-fi (0-10s, 35%)",
        '3. Title: "Urban Dreams" (0-3s)',
    ]


def line(*tracks: dict[str, object], **keys: object) -> str:
    return summary_line(timeline_from_tree({"t": list(tracks), **keys}))


CASES = [
    ([], "Timeline (empty)"),
    ([{"tt": 7, "sg": [{"d": 3000, "txt": "x"}]}], 'Timeline (1 track): 1. Text: "x" (0-3s)'),
    ([{"tt": 7, "m": {"role": "title"}, "sg": [{"d": 3000, "txt": "a\nb", "m": {"name": "title"}}]}], 'Timeline (1 track): 1. Title: "a b" (0-3s)'),
    ([{"tt": 7, "m": {"role": "title"}, "sg": [{"d": 3000, "txt": "x", "m": {"name": "Opening"}}]}], "Timeline (1 track): 1. Title: Opening (0-3s)"),
    ([{"tt": 7, "m": {"role": "title"}, "sg": [{"d": 3000, "txt": "x", "m": {"title": "T"}}]}], "Timeline (1 track): 1. Title: T (0-3s)"),
    ([{"tt": 0, "sg": [{"d": 1500, "src": "asset://f_9"}]}], "Timeline (1 track): 1. Video: untitled (0-1.5s)"),
    ([{"tt": 0, "sg": [{"d": 1500, "src": "https://x/files/f_9/a.mp4?k=1"}]}], "Timeline (1 track): 1. Video: a.mp4 (0-1.5s)"),
    ([{"tt": 1, "m": {"role": "voice"}, "sg": [{"d": 1, "src": "a"}]}], "Timeline (1 track): 1. Voice: untitled (0-0.001s, 100%)"),
    ([{"tt": 1, "m": {"role": "sfx"}, "vol": 0.5, "sg": [{"d": 1000, "src": "a", "vol": 0.3}]}], "Timeline (1 track): 1. SFX: untitled (0-1s, 15%)"),
    ([{"tt": 1, "mu": True, "sg": [{"d": 1000, "src": "a"}]}], "Timeline (1 track): 1. Audio: untitled (0-1s, 100%, muted)"),
    ([{"tt": 7, "m": {"role": "caption", "pending": True}, "sg": []}], "Timeline (1 track): 1. Captions: to be written"),
    ([{"tt": 7, "hid": True, "m": {"role": "caption"}, "sg": [{"s": 200, "d": 2100, "txt": "hi"}, {"d": 700, "txt": "yo"}]}], "Timeline (1 track): 1. Captions: 2 cues (0.2-3s, hidden)"),
    ([{"tt": 1, "m": {"role": "voice"}, "sg": [{"d": 1000, "src": "a", "m": {"name": "talk.mp3"}}, {"d": 500, "src": "a"}]}], "Timeline (1 track): 1. Voice: talk.mp3, 2 clips (0-1.5s, 100%)"),
    ([{"tt": 3, "sg": []}], "Timeline (1 track): 1. Other: empty"),
]  # fmt: skip


@pytest.mark.parametrize(("tracks", "wanted"), CASES)
def test_lines(tracks, wanted):
    assert line(*tracks) == wanted


@pytest.mark.promise("SUMMARY-MANY")
def test_two_hundred_cues():
    cues = [{"s": 200 + n * 552, "d": 500, "txt": "x"} for n in range(214)]
    assert line({"tt": 7, "m": {"role": "caption"}, "sg": cues}).endswith("1. Captions: 214 cues (0.2-118.3s)")


def test_a_file_is_named_by_the_media_at_hand():
    media = [{"file_id": "f_9", "filename": "city.mp4"}]
    assert "Video: city.mp4 (" in line({"tt": 0, "sg": [{"d": 1, "src": "asset://f_9"}]}, video_infos=media)


def test_a_built_timeline():
    made = build(cues=[FakeCue("so it goes", 1000, 2500)])
    assert '"Why We Still Read Sonnets" (0-60s)' in summary_line(made)
    assert "Voice: talk.mp3 (0-60s, 100%)" in summary_line(made)
    assert all(segment_name(made, track, segment) for track in made.tracks for segment in track.segments)


@pytest.mark.parametrize(
    ("ms", "en", "zh"),
    [(0, "0 s", "0秒"), (12_500, "12.5 s", "12.5秒"), (110_000, "1:50", "1分50秒"), (120_000, "2:00", "2分钟"),
     (90_034, "1:30", "1分30秒"), (30_008, "30 s", "30秒"), (59_980, "1:00", "1分钟"), (34, "0.034 s", "0.034秒"), (3_723_000, "1:02:03", "1小时2分3秒"), (3_600_000, "1:00:00", "1小时")],
)  # fmt: skip
def test_lengths(ms, en, zh):
    assert (length_text(ms), length_text(ms, "zh")) == (en, zh)
