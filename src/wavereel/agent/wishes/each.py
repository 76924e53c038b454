"""A wish for a video of each of several sounds: a session has one timeline, so they are made one after the other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wavereel.agent.bench import Bench
    from wavereel.agent.frames import Frame

MADE_OF = "made_of"
"""What a bench has picked where it is known of which sound a video is made."""

_EACH = re.compile(
    r"\b(?:videos?|clips?|audiograms?|reels?|shorts?|one|it)\b[^.;!?]{0,24}\b(?:of|for|from|out of|with|per)\s+"
    r"(?:each|every)\b(?!\s+(?:words?|lines?|chapters?|seconds?|minutes?|platforms?|days?|weeks?))"
    r"|\b(?:one|a|own)\s+(?:\w+\s+)?(?:videos?|clips?|audiograms?)\s+(?:for\s+)?"
    r"(?:each|apiece|per (?:file|recording|sound))\b"
    r"|\b(?:separate|individual|single)\s+(?:\w+\s+)?(?:videos|clips|audiograms)\b"
    r"|\b(?:each|every)(?:\s+(?:one|of (?:them|these|those|the|my))|\s+\w+)?\b[^.;!?]{0,30}\b(?:videos?|clips?)\b"
    r"|\bvideos?\b[^.;!?]{0,24}\b(?:separately|individually)\b",
    re.IGNORECASE,
)
_EACH_CHINESE = re.compile(
    r"(?:各自?|分别|分別|单独|單獨|每(?:个|個|段|条|條|一|份|期|首|集)(?!视频|視頻|影片))[^，。；！？,.;!?]{0,14}"
    r"(?:视频|視頻|影片|短片|片子|条片|條片)"
)
_MAKING = frozenset(("make_video", "convert", "generate", "add", "set", "export", "split"))


def asks_for_each(frame: Frame) -> bool:
    """Whether a wish is a video of each sound: "make a video of each", 各做一个视频."""
    if frame.files or frame.quotes or set(frame.own_acts) - _MAKING:
        return False
    if not (frame.names("video") or frame.acts("make_video", "convert")):
        return False
    words = frame.message.text
    return bool(_EACH.search(words) or _EACH_CHINESE.search(words))


def offer_each(names: Sequence[str]) -> tuple[str, str]:
    """The question whether to begin with the first of several sounds, in English and in Chinese."""
    first, second = names[:2]
    return (
        (
            "A session has one timeline, so each recording becomes a video of its own, one after the other: export "
            f"the first, then say “now {second}”, or give {second} a session of its own. Shall I start with {first}?"
        ),
        (
            f"一个会话只有一条时间线，所以每段录音各成一个视频，要一个接一个做：先导出第一个，再说“换{second}”，"
            f"也可以给{second}另开一个会话。先从{first}开始吗？"
        ),
    )


def each_is_next(bench: Bench, others: Sequence[Mapping[str, object]]) -> None:
    """Says how the other sounds get their videos, where one is on the timeline already."""
    name = others[0].get("filename")
    bench.answer(
        (
            "A session has one timeline, so each recording becomes a video of its own, one after the other: export "
            f"this one, then say “now {name}”, or give {name} a session of its own."
        ),
        (
            f"一个会话只有一条时间线，所以每段录音各成一个视频，要一个接一个做：先导出这一个，再说“换{name}”，"
            f"也可以给{name}另开一个会话。"
        ),
    )
