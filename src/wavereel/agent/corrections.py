"""Corrections: the wish before done again with what is said instead, "no, I meant the left"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wavereel.timeline.edits.whole import Undo

if TYPE_CHECKING:
    from wavereel.agent.bench import Bench
    from wavereel.agent.frames import Frame
    from wavereel.agent.tokens import Token
    from wavereel.timeline.model import Timeline

_NOES = ("no", "nope", "nah", "not", "不", "不是", "不对", "no no")
"""How a correction begins."""

_LEADS = frozenset(
    (
        "the",
        "that",
        "this",
        "my",
        "a",
        "an",
        "to",
        "in",
        "on",
        "at",
        "it's",
        "it",
        "i",
        "just",
        "only",
        "是",
        "那个",
        "这个",
        "我",
    )
)
"""Words behind a "no" that show that it takes back, and does not take away: "no, the left one"."""

_TOO = re.compile(r"\b(?:too|also|as well|likewise|same)\b|也|一样|同样")
"""What says that a thing is to be as another was made."""


@dataclass(frozen=True, slots=True)
class Done:
    """A wish that was dealt with: its words, the timeline before it, and whether it changed anything."""

    frame: Frame
    before: Timeline
    changed: bool


def is_plain_correction(frame: Frame) -> bool:
    """Whether a message starts with a no and says too little to stand alone: "no, the left one", 不对，左边."""
    words = [token for token in frame.tokens if not token.sign]
    if len(words) < 2 or frame.has("ask"):
        return bool(words) and words[0].says("fix")
    if words[0].says("fix") or (words[0].says("no") and not frame.own_acts and not words[0].says("not", "no")):
        return True
    return words[0].text in _NOES and (
        words[1].text in _LEADS or words[1].says("pron", "other") or words[1].says("ord")
    )


def without_no(frame: Frame) -> Frame:
    """A correction that corrects nothing, without the "no" that it begins with: it takes nothing away."""
    if frame.tokens and frame.tokens[0].text in _NOES:
        return frame.with_tokens(frame.tokens[1:])
    return frame


def without_contrast(frames: list[Frame]) -> list[Frame]:
    """The wishes without those that only say what is not meant: "the title, not the captions", 不是上面，是下面."""
    result: list[Frame] = []
    contrasted: set[str] = set()
    for place, frame in enumerate(frames):
        slots = _denied(frame)
        if (
            not slots
            and frame.fixes
            and place + 1 < len(frames)
            and frames[place + 1].tokens[0].text in ("是", "而是", "it's")
            and not frame.own_acts
        ):
            contrasted = {_slot(token) for token in frames[place + 1].tokens} & {
                _slot(token) for token in frame.tokens
            } - {""}
            if contrasted:
                continue
        if slots and result and slots <= {_slot(token) for token in result[-1].tokens}:
            continue
        if slots and not result and len(frames) > 1 and slots & {_slot(token) for token in frames[1].tokens}:
            contrasted = slots
            continue
        result.append(replace(frame, fixes=True) if contrasted else frame)
        contrasted = set()
    return result


def _denied(frame: Frame) -> set[str]:
    """The slots of a wish that says "not" and one thing: "not the captions", 不是上面; empty where it says more."""
    words = [token for token in frame.tokens if not token.sign]
    if frame.fixes and words and frame.message.text[: words[0].start].rstrip().endswith("不是"):
        return {_slot(token) for token in words} - {""}
    while words and words[0].text in ("我", "i", "it's", "that's"):
        words = words[1:]
    if (
        len(words) == 2
        and words[0].text in ("别用", "不要用", "不用", "唔好用", "唔要")
        and words[1].says("style")
        and not words[1].says("obj")
    ):
        return {_slot(words[1])}
    if len(words) < 2 or words[0].text not in ("not", "not the", "不是", "而不是", "不是那个") or frame.own_acts:
        return set()
    said = [token for token in words[1:] if token.content and not token.says("stop")]
    slots = {_slot(token) for token in said}
    return slots if slots and len(said) <= 2 and "" not in slots else set()


def repeated(frame: Frame, previous: tuple[Done, ...]) -> Frame | None:
    """The wish before for another part: "now the captions too", 字幕也是; `None` where more or less is said."""
    base = last_changed(previous)
    again = _TOO.search(frame.message.text)
    if base is None or again is None or not frame.parts or frame.quotes or frame.has("ask"):
        return None
    own = [token for token in frame.tokens if token.content and not token.says("stop") and not token.says("obj")]
    if frame.has_predicate or any(not _only_likens(token) for token in own):
        return None
    if (not base.frame.parts and not base.frame.subject) or set(frame.parts) & set(base.frame.parts):
        return None
    parts = [token for token in frame.tokens if token.says("obj") and not token.says("attr", "color")]
    kept = [token for token in base.frame.tokens if _slot(token) not in ("part", "ordinal", "name", "quote")]
    if not any(token.content for token in kept):
        return None
    return replace(base.frame, tokens=[*parts, *kept], also=(), fixes=False, mixed=True, ignored=set())


def _only_likens(token: Token) -> bool:
    """Whether a word adds nothing to "as that one was done": "do that for", 改成这个颜色."""
    if (
        token.says("attr", "color", "size")
        or token.says("and")
        or token.says("to")
        or token.says("pron", "it")
        or token.says("yes")
    ):
        return True
    return token.says("act", "same", "next", "set", "move") or token.text in ("do", "apply", "use")


def last_changed(previous: tuple[Done, ...]) -> Done | None:
    """The last wish that changed something."""
    return next((one for one in reversed(previous) if one.changed), None)


def corrected(
    frame: Frame,
    base: Done,
    bench: Bench,
    done: list[Done],
    do_one: Callable[[Frame, Bench], None],
    *,
    in_message: bool,
) -> bool:
    """Does the wish before again with what a correction says instead; `False` where it is a wish of its own."""
    merged = merged_frame(base.frame, frame)
    if merged is None:
        return False
    saved = (
        bench.timeline,
        list(bench.changes),
        list(bench.pending_edits),
        bench.focus,
        list(bench.refusals),
        list(bench.notes),
    )
    if in_message and base.changed:
        bench.timeline = base.before
        if bench.changes:
            bench.changes.pop()
            bench.pending_edits[-1:] = []
    elif not in_message:
        if not bench.history.undo_steps:
            return False
        focus = bench.focus
        bench.do(Undo(steps=1))
        bench.focus = focus
    refused = len(bench.refusals)
    before = bench.timeline
    do_one(merged, bench)
    if len(bench.refusals) > refused or (bench.timeline is before and not bench.questions):
        bench.timeline, bench.changes, bench.pending_edits, bench.focus, bench.refusals, bench.notes = saved
        if not in_message:
            bench.history = bench.history.redo() if bench.history.redo_steps else bench.history
            bench.timeline = bench.history.timeline
        return False
    done.append(Done(merged, before, changed=bench.timeline is not before))
    return True


def merged_frame(before: Frame, fix: Frame) -> Frame | None:
    """The earlier wish with the parts, places, values and names that a correction says instead of its own."""
    own = [
        token
        for token in fix.tokens
        if token.content and not token.says("fix") and not token.says("no") and not token.says("chat")
    ]
    if not own:
        return None
    hard = [
        act
        for token in own
        if not token.says("stop")
        for act in token.all("act")
        if act in ("add", "remove", "cut", "keep", "make_video", "undo", "redo", "export", "mute", "hide", "split")
    ]
    if (
        hard
        and (fix.parts or fix.values("span"))
        and set(hard) != set(before.own_acts)
        and not any(token.says("fix") for token in own)
    ):
        return None
    kinds = {_slot(_fitted(token, before)) for token in own} - {""}
    if "other" in kinds:
        kinds |= {"ordinal"}
    if not kinds:
        return None
    kept = [token for token in before.tokens if _slot(token) not in kinds]
    if len(kept) == len(before.tokens) and not kinds & {"other", "ordinal", "part"}:
        return None
    if "part" in kinds and not fix.parts:
        return None
    fresh = [
        _fitted(token, before)
        for token in fix.tokens
        if token.content and not token.says("fix") and not token.says("no")
    ]
    return replace(before, tokens=[*kept, *fresh], also=(), fixes=False, mixed=True, ignored=set())


def _fitted(token: Token, before: Frame) -> Token:
    """A value of a correction as the wish before takes it: "no, 40" is a percentage, "20 seconds" the first ones."""
    if token.is_value("number", "count") and (before.values("percent") and not before.values("number", "count")):
        return (
            replace(
                token,
                readings=(),
                value=replace(token.value, kind="percent", value=float(token.amount("number", "count")) / 100),
            )
            if token.value
            else token
        )
    spans = [span for span in before.values("span") if span.kind in ("first", "last")]
    if token.is_value("duration") and len(spans) == 1:
        length_ms = int(token.amount("duration"))
        span = (
            replace(spans[0], end_ms=length_ms) if spans[0].kind == "first" else replace(spans[0], start_ms=length_ms)
        )
        return replace(token, value=replace(token.value, kind="span", value=span)) if token.value else token
    return token


def _slot(token: Token) -> str:
    """What place in a wish a word fills; a correction's word takes that place from the earlier one."""
    if token.datum is not None:
        return token.datum.kind
    if token.value is not None:
        kind = token.value.kind
        return {
            "clock": "time",
            "duration": "time",
            "span": "time",
            "percent": "amount",
            "decibel": "amount",
            "factor": "amount",
            "number": "amount",
        }.get(kind, kind)
    for kind in (
        "place",
        "obj",
        "style",
        "look",
        "theme",
        "mood",
        "pattern",
        "platform",
        "ratio",
        "anim",
        "trans",
        "fit",
    ):
        if token.says(kind):
            return "part" if kind == "obj" else kind
    if token.says("pron", "other"):
        return "other"
    if token.says("ord"):
        return "ordinal"
    return "dir" if token.says("dir") else ""
