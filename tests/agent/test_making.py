"""A wish to make a video may say how large, how smooth, how long and of which stretch; none of it is lost."""

from typing import Any

import pytest
from tests.agent.evaluation.bases import base

from wavereel.agent.conversation import Conversation
from wavereel.agent.turn import Turn


def made(message: str, name: str = "fresh") -> Turn:
    return Conversation(base(name)).say(message)


@pytest.mark.parametrize(
    ("message", "facts"),
    [
        ("make a 1080x1920 video", {"size": (1080, 1920)}),
        ("turn it into a 1080x1080 video with captions", {"size": (1080, 1080)}),
        ("make a 720p video from this", {"size": (1280, 720)}),
        ("create a 60 fps video", {"fps": 60}),
        ("做一个60帧的竖屏视频", {"fps": 60, "size": (1080, 1920)}),
        ("make a 30 second video", {"length_ms": 30_000}),
        ("make a 30-second vertical video with captions", {"length_ms": 30_000, "size": (1080, 1920)}),
        ("做一个30秒的视频", {"length_ms": 30_000}),
        ("make a video from the first 30 seconds", {"length_ms": 30_000}),
        ("用前30秒做一个视频", {"length_ms": 30_000}),
        ("make a vertical video of the last 20 seconds with captions", {"length_ms": 20_000}),
        ("make a 10 second teaser of the last minute", {"length_ms": 10_000}),
        # What is said of the sound, or of another part, is no wish about the video.
        ("make me a 2 minute video", {"length_ms": 120_030}),
        ("turn my 30 second video into a podcast video", {"length_ms": 120_030}),
        ("make a video with a 3 second title 'Hi'", {"length_ms": 120_030}),
        ("make a video with the title 'Hi' for the first 3 seconds", {"length_ms": 120_030}),
    ],
)
def test_what_is_said_of_the_video_holds(message: str, facts: dict[str, Any]):
    turn = made(message)
    assert {name: getattr(turn.timeline, name) for name in facts} == facts
    assert not turn.refused
    assert not turn.unknown


def test_a_sound_that_is_too_short_is_said():
    turn = made("make a 5 minute video")
    assert turn.timeline.length_ms == 120_030
    assert len(turn.refused) == 1


@pytest.mark.parametrize("message", ["upload", "Upload.", "please upload", "ok upload!", "上传"])
def test_upload_by_itself_is_an_action(message: str):
    assert made(message, "podcast").action == "upload"
