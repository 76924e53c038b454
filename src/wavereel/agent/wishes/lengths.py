"""Wishes about how long the whole is to be: "make it a minute long", "cut it down to 45 seconds", 总时长改成1分半."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from wavereel.agent.joining import TIMES
from wavereel.agent.turn import Choice
from wavereel.agent.wishes.common import Asked
from wavereel.timeline.edits.cuts import Cut, Keep
from wavereel.timeline.reasons import cannot

if TYPE_CHECKING:
    from wavereel.agent.bench import Bench
    from wavereel.agent.frames import Frame

_LIMITS = (
    "version",
    "under",
    "below",
    "max",
    "maximum",
    "most",
    "than",
    "within",
    "limit",
    "tops",
    "around",
    "about",
    "exactly",
    "版",
    "版本",
    "最多",
    "不超过",
    "别超过",
    "超过",
    "短版",
    "精华版",
    "cut",
    "clip",
    "edit",
)
"""Words that say how long the whole may be."""


def shorten(bench: Bench, target_ms: int) -> bool:
    """Keeps the start of the whole, for a length."""
    total_ms = bench.end_ms
    if target_ms >= total_ms:
        raise cannot("past_end", at_s=f"{target_ms / 1000:g}", length_s=f"{total_ms / 1000:g}")
    bench.make(Keep, start_ms=0, end_ms=target_ms, focus="")
    return True


def ask_end(frame: Frame, bench: Bench, *, keeps: bool) -> bool:
    """Asks where a length is to go that was named without a place: "cut 10 seconds"."""
    lengths, total_ms = frame.values("duration"), bench.end_ms
    if keeps or len(lengths) != 1 or not 0 < lengths[0] < total_ms or frame.unknown_words or frame.quotes:
        return False
    length_ms = lengths[0]

    def start(later: Bench) -> None:
        later.make(Cut, start_ms=0, end_ms=length_ms, focus="")

    def end(later: Bench) -> None:
        later.make(Cut, start_ms=total_ms - length_ms, end_ms=total_ms, focus="")

    choices = [
        Choice(bench.say("from the start", "开头"), ("start", "beginning", "front", "开头", "前面", "头"), start),
        Choice(bench.say("from the end", "结尾"), ("end", "back", "tail", "结尾", "后面", "最后", "尾"), end),
    ]
    bench.ask(
        f"From the start or from the end ({length_ms / 1000:g} s)?",
        f"这{length_ms / 1000:g}秒从开头剪还是从结尾剪？",
        choices,
    )
    raise Asked


def length_wish(frame: Frame, bench: Bench, part: str) -> bool:
    """Gives the whole a length: "make it a minute long", 总时长改成1分半; `False` where a wish says nothing like it."""
    if part not in ("", "sound", "video", "timeline", "main", "voice", "canvas") or frame.quotes or frame.files:
        return False
    if not part and frame.subject not in ("", "sound", "voice", "video", "main", "speed", "loudness", "music"):
        return False
    if _ends_at(frame, bench):
        return True
    lengths = frame.values("duration", "clock") or [
        span.end_ms for span in frame.values("span") if span.kind in ("for", "before")
    ]
    if len(lengths) != 1 or not bench.end_ms or frame.unknown_words or not _speaks_of_length(frame):
        return False
    return shorten(bench, lengths[0])


def _ends_at(frame: Frame, bench: Bench) -> bool:
    """Cuts what is before a start or behind an end: "start the video at 0:10", 视频到1分15秒结束."""
    moments = [
        span.start_ms or span.end_ms for span in frame.values("span") if span.kind in ("at", "before", "after")
    ] or frame.values("clock", "duration")
    if (
        len(moments) != 1
        or moments[0] is None
        or not 0 < moments[0] < bench.end_ms
        or frame.unknown_words
        or frame.has("dir")
    ):
        return False
    starts = any(token.text in ("start", "starts", "begin", "begins", "开始") for token in frame.tokens)
    ends = any(
        token.text in ("end", "ends", "stop", "stops", "finish", "停", "为止") or token.text.endswith("结束")
        for token in frame.tokens
    )
    if starts == ends or not (frame.names("video", "sound", "timeline", "main") or frame.has("pron", "it")):
        return False
    start_ms, end_ms = (moments[0], bench.end_ms) if starts else (0, moments[0])
    bench.make(Keep, start_ms=start_ms, end_ms=end_ms, focus="")
    return True


def _speaks_of_length(frame: Frame) -> bool:
    """Whether nothing is said but that the whole is to be so long."""
    said = False
    for token in frame.tokens:
        if (
            (token.is_value(*TIMES) and not token.text.startswith("last"))
            or not token.content
            or token.says("obj")
            or token.text in _LIMITS
        ):
            said = said or token.text in _LIMITS
            continue
        if (
            token.is_value(*TIMES)
            or token.says("act", "length", "set", "make_video", "fit")
            or (token.says("act", "move") and _goes_to(frame))
            or (token.says("dir") and _goes_to(frame))
            or token.says("attr", "length")
            or token.says("dir", "longer", "briefer")
        ):
            said = True
        elif token.says("act", "add") and any(one.text in _LIMITS or one.says("act", "set") for one in frame.tokens):
            continue
        elif not any(
            kind in ("stop", "pron", "not", "ask", "only", "amt", "max", "to", "into", "by", "with")
            and not token.says("act", "add")
            for kind, _ in token.readings
        ):
            return False
    return said or (frame.names("video", "timeline") and not frame.own_acts and bool(frame.values("duration")))


def _goes_to(frame: Frame) -> bool:
    """Whether the length is where to go: "bring it down to 75 seconds"."""
    words = [token for token in frame.tokens if token.content or token.says("to")]
    pairs = itertools.pairwise(words)
    return any(
        second.is_value(*TIMES) and (first.says("to") or first.text.endswith(("to", "到", "成", "至")))
        for first, second in pairs
    )


def wanted_length(frame: Frame) -> int | None:
    """The length that the whole is to have: "cut it down to a minute", 剪到30秒."""
    length_ms = frame.value("duration", "clock")
    if length_ms is None:
        spans = [span for span in frame.values("span") if span.kind in ("before", "for")]
        length_ms = spans[0].end_ms if spans else None
    if length_ms is None and any(token.text in ("limit", "cap", "cap it") for token in frame.tokens):
        length_ms = next((span.start_ms for span in frame.values("span") if span.kind == "at"), None)
    if length_ms is None:
        return None
    if frame.acts("add") and _is_noun(frame):
        return length_ms
    pairs = zip(frame.tokens, frame.tokens[1:], strict=False)
    is_so = any(
        second.is_value("duration", "clock") and first.text in ("it's", "is", "be", "only", "是", "为")
        for first, second in pairs
    )
    says_to = is_so or frame.acts("keep") or _goes_to(frame)
    return length_ms if says_to else None


def _is_noun(frame: Frame) -> bool:
    """Whether "cut" is what is wanted: "I need a 30-second cut"."""
    pairs = zip(frame.tokens, frame.tokens[1:], strict=False)
    return any(first.is_value("duration") and second.text in ("cut", "edit", "clip", "trim") for first, second in pairs)
