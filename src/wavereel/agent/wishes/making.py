"""How much of a sound a video is made of, where a wish to make it says so: "a 30 second video of the last minute"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wavereel.agent.wishes.lengths import shorten
from wavereel.agent.wishes.times import ranges_of
from wavereel.timeline.edits.cuts import Keep

if TYPE_CHECKING:
    from wavereel.agent.bench import Bench
    from wavereel.agent.frames import Frame

VIDEO_WORDS = (
    "video",
    "videos",
    "audiogram",
    "clip",
    "视频",
    "影片",
    "片子",
    "短片",
    "出片",
    "条片",
    "段片",
    "出嚟",
    "视频出来",
    "能发的",
    "可以发的",
    "可以分享的",
)
"""How a verb that makes a video ends where it says the video itself."""

_ABOUT_MS = 1000
"""Whoever calls a sound two minutes long does not want its last tenth cut off."""

_OWNED = ("my", "this", "that", "the", "our", "我的", "这个", "这段", "这条")
"""What follows is said of what is there, not of what is to be made."""


def cut_while_making(frame: Frame, bench: Bench) -> None:
    """Cuts a video that was just made to the stretch and the length that its wish names.

    Raises:
        EditError: The sound is shorter.
    """
    stretch = _stretch(frame)
    if stretch is not None:
        ranges = ranges_of(stretch, bench.end_ms)
        if len(ranges) == 1 and ranges[0] != (0, bench.end_ms):
            bench.make(Keep, start_ms=ranges[0][0], end_ms=ranges[0][1], focus="")
    length_ms = _length(frame)
    if length_ms and abs(length_ms - bench.end_ms) > _ABOUT_MS:
        shorten(bench, length_ms)


def _stretch(frame: Frame) -> Frame | None:
    """The words that name a part of the sound; those behind another part are about that one."""
    for place, token in enumerate(frame.tokens):
        if token.says("obj") and not token.says("obj", "video", "sound", "voice", "main"):
            return None
        span = token.amount("span")
        if span is not None and span.kind in ("range", "first", "last", "first_half", "last_half"):
            return frame.with_tokens(frame.tokens[: place + 1])
    return None


def _length(frame: Frame) -> int | None:
    """The length of the video itself: "a 30 second vertical video", 一个30秒的视频."""
    for place, token in enumerate(frame.tokens):
        if token.text in _OWNED:
            return None
        if not token.is_value("duration"):
            continue
        for other in frame.tokens[place + 1 :]:
            if other.says("obj", "video") or other.text.endswith(VIDEO_WORDS):
                return token.amount("duration")
            if other.says("obj") or other.says("with") or other.says("and") or other.says("act"):
                break
    return None
