"""What a video is made without, said in the wish that makes it, and captions that are to come earlier or later."""

import pytest
from tests.agent.evaluation.bases import base

from wavereel.agent.conversation import Conversation
from wavereel.agent.turn import Turn
from wavereel.timeline.model import Timeline

BUILT = frozenset(("background", "cover", "waveform", "progress", "voice", "caption"))
"""What the default video of the sound at hand has."""


def said(message: str, name: str = "fresh") -> Turn:
    return Conversation(base(name)).say(message)


def roles(timeline: Timeline) -> set[str]:
    """The roles that are there, captions that wait to be written included; pictures that lie on it are the cover."""
    found = {track.role for track in timeline.tracks if track.segments or track.role == "caption"}
    return {"cover" if role == "overlay" else role for role in found}


@pytest.mark.parametrize(
    ("message", "gone"),
    [
        ("make a video without captions", "caption"),
        ("make a video with no captions", "caption"),
        ("create a video from this without subtitles", "caption"),
        ("turn this into an audiogram with no waveform", "waveform"),
        ("turn this into an audiogram without a cover", "cover"),
        ("turn this into an audiogram without a progress bar", "progress"),
        ("make a video with no title", ""),
        ("make a video without chapters", ""),
        ("make a video that doesn't have captions", "caption"),
        ("make a video with everything except the captions", "caption"),
        ("a caption-free video please", "caption"),
        ("can you make a video without captions?", "caption"),
        ("i want a video for tiktok without captions please", "caption"),
        ("no captions, just make a video", "caption"),
        ("make a video without a background", "background"),
        ("make a video without the background pattern", ""),
        ("make a video without any text", "caption"),
        ("make a video without captions or a waveform", "caption waveform"),
        ("make a video with no captions, waveform or progress bar", "caption waveform progress"),
        ("make a video w/o captions nor cover", "caption cover"),
        ("a video with neither captions nor a waveform", "caption waveform"),
        ("make a video without captions and without a cover", "caption cover"),
        ("make a video, no captions, no waveform and no title", "caption waveform"),
        ("make a video, I don't want captions nor a waveform", "caption waveform"),
        ("make a video with a waveform without captions or background", "caption background"),
        ("把它做成视频，不加字幕", "caption"),
        ("做一个没有波形的视频", "waveform"),
        ("做成不带字幕的视频", "caption"),
        ("无字幕视频", "caption"),
        ("做成视频不要字幕和波形", "caption waveform"),
        ("做一个没有波形、字幕和进度条的视频", "waveform caption progress"),
        ("做一个既没有字幕也没有波形的视频", "caption waveform"),
        ("做个不带封面和字幕的抖音视频", "cover caption"),
    ],
)
def test_a_video_is_made_without_what_is_excluded(message: str, gone: str):
    turn = said(message)
    assert roles(turn.timeline) == BUILT - set(gone.split())
    assert not turn.refused
    assert not turn.unknown


@pytest.mark.parametrize(
    ("message", "there"),
    [
        ("a video with music but no captions", "bgm"),
        ("make a video without captions but with a blue waveform", "waveform"),
        ("make a video with no captions and a blue waveform", "waveform"),
        ("make a video with a title 'Hi' but no captions", "title"),
        ("make a video without captions and title it 'Night Shift'", "title"),
    ],
)
def test_what_stands_beside_an_exclusion_is_made(message: str, there: str):
    turn = said(message)
    assert roles(turn.timeline) == BUILT - {"caption"} | {there}
    assert not turn.refused


@pytest.mark.parametrize(
    "message", ["make a video with no music", "make a video without a logo", "做一个没有音乐的视频"]
)
def test_what_is_excluded_is_not_added(message: str):
    turn = said(message)
    assert roles(turn.timeline) == BUILT
    assert not turn.refused


@pytest.mark.parametrize(
    ("message", "name", "there"),
    [
        ("make a video with a title 'Hi' without a shadow", "fresh", BUILT | {"title"}),
        ("make a video with captions without background", "fresh", BUILT),
        ("make a video, waveform with no gaps", "fresh", BUILT),
        ("make a video with no sound", "fresh", BUILT),
        ("make a video with a cover without text on it", "fresh", BUILT),
        ("make a video out of it; the waveform should have no outline", "fresh", BUILT),
        ("why are there no captions or title", "podcast", BUILT | {"title"}),
        ("make a video with no title animation", "fresh", BUILT),
        ("make a video without captions for the first 10 seconds", "fresh", BUILT),
        ("a title without a shadow", "podcast", BUILT | {"title"}),
        ("captions without background", "podcast", BUILT | {"title"}),
        ("a waveform with no gaps", "podcast", BUILT | {"title"}),
        ("标题不要阴影", "zh_podcast", BUILT | {"title"}),
    ],
)
def test_a_part_without_some_trait_is_not_left_out(message: str, name: str, there: set[str]):
    turn = said(message, name)
    assert roles(turn.timeline) == there


@pytest.mark.parametrize(
    ("message", "gone"),
    [
        ("make a video without captions", "caption"),
        ("turn this into a video with no waveform", "waveform"),
        ("no captions or waveform", "caption waveform"),
        ("without captions, cover or waveform", "caption cover waveform"),
    ],
)
def test_of_a_video_that_is_there_it_is_taken_away(message: str, gone: str):
    turn = said(message, "podcast")
    assert roles(turn.timeline) == (BUILT | {"title"}) - set(gone.split())
    assert not turn.refused


def test_without_its_pattern_the_background_is_plain():
    talk = Conversation(base("podcast"))
    talk.say("stars in the background")
    (track,) = talk.say("make a video without the background pattern").timeline.with_role("background")
    assert track.segments[0].generator is not None
    assert track.segments[0].generator.kind == "color"


def test_the_sound_that_is_chosen_is_made_without_it_too():
    talk = Conversation(base("fresh_two"))
    assert talk.say("make a video without captions").questions
    assert roles(talk.say("talk.mp3").timeline) == BUILT - {"caption"}


def first_ms(timeline: Timeline, number: int = 0) -> int:
    (track,) = timeline.with_role("caption")
    return track.segments[number].start or 0


@pytest.mark.parametrize(
    ("message", "name", "by_ms"),
    [
        ("move the captions 200 ms later", "podcast", 200),
        ("move the captions 100 ms earlier", "podcast", -100),
        ("delay the subtitles by 0.3 seconds", "podcast", 300),
        ("shift the captions back 200ms", "podcast", 200),
        ("the captions are late by 150 ms", "podcast", -150),
        ("captions are 0.3 s too early", "podcast", 300),
        ("字幕延后200毫秒", "zh_podcast", 200),
        ("字幕提前0.1秒", "zh_podcast", -100),
        ("字幕晚了0.1秒", "zh_podcast", -100),
    ],
)
def test_captions_come_earlier_or_later(message: str, name: str, by_ms: int):
    turn = said(message, name)
    assert [first_ms(turn.timeline, n) - first_ms(base(name), n) for n in (0, 5)] == [by_ms, by_ms]
    assert not turn.unknown
    assert not turn.refused


def test_half_a_second_is_as_much_as_there_is_room_for():
    turn = said("delay the subtitles by half a second", "podcast")
    assert 200 < first_ms(turn.timeline) - first_ms(base("podcast")) <= 500


def test_one_caption_comes_later():
    turn = said("delay the third caption by 200 ms", "podcast")
    assert [first_ms(turn.timeline, n) - first_ms(base("podcast"), n) for n in (1, 2, 3)] == [0, 200, 0]


def test_captions_that_are_not_written_yet_cannot_be_shifted():
    talk = Conversation(base("fresh"))
    talk.say("make a video")
    turn = talk.say("move the captions 200 ms later")
    assert len(turn.refused) == 1
