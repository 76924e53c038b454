"""Wishes about what was done: undo, redo, start over, back to the blue one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wavereel.agent.wishes.common import ROLE_OF
from wavereel.timeline.edits.whole import GoTo, Redo, Reset, Undo

if TYPE_CHECKING:
    from collections.abc import Callable

    from wavereel.agent.bench import Bench
    from wavereel.agent.frames import Frame
    from wavereel.timeline.history import Revision
    from wavereel.timeline.model import Timeline

_NEAR = 150
"""How far two colours may be apart, over three channels of 0 to 255, and still be called by one name."""

_BEFORE = ("before", "之前", "以前", "之前的", "前")

_ORIGINAL = (
    "原始",
    "最早",
    "最先",
    "初始",
    "原版",
    "original",
    "first version",
    "最初",
    "原来",
    "最开始",
    "一开始",
    "initial",
    "beginning",
    "very first",
)


def backward_wish(frame: Frame, bench: Bench) -> bool:
    """Undoes, redoes, or goes back to an earlier state; `False` where a wish means no such thing."""
    if frame.acts("back_to", "undo", "reset", "redo") and _goes_to(frame, bench):
        return True
    acts = frame.own_acts
    throws = frame.acts("remove", "undo", "reset") or frame.has("normal")
    if ("reset" in acts and _is_whole(frame)) or (frame.has("pron", "changes") and throws):
        bench.do(Reset())
        return True
    if "redo" in acts and _first_of(frame, ("undo", "redo", "reset")) == "redo" and not _restores(frame):
        bench.do(Redo(steps=_steps(frame)))
        return True
    if (
        _steps_back(frame)
        or "undo" in acts
        or (frame.has("pron", "last_thing") and (frame.acts("remove", "back_to") or frame.has("on")))
    ):
        if _names_something_else(frame):
            return False
        bench.do(Undo(steps=_steps(frame)))
        return True
    return False


def _steps_back(frame: Frame) -> bool:
    """Whether it says how many steps back, and nothing else: "back 2", 退3步."""
    content = [token for token in frame.tokens if token.content and not token.says("stop")]
    back = frame.tokens[0].text in ("back", "退", "倒退", "后退", "回退")
    return back and any(token.is_value("number", "count", "factor") for token in frame.tokens) and len(content) <= 2


def _restores(frame: Frame) -> bool:
    """Whether a setting is to be as it was, which is no redo: "restore the normal speed"."""
    return frame.has("normal") or bool(set(frame.parts) - {"timeline", "video"})


def _first_of(frame: Frame, acts: tuple[str, ...]) -> str:
    """The longest of the words that say one of some acts: "undo the undo" is a redo."""
    found = [(len(token.text), act) for token in frame.tokens for act in token.all("act") if act in acts]
    return max(found)[1] if found else ""


def _is_whole(frame: Frame) -> bool:
    if frame.values("duration", "span", "clock"):
        return False
    return not frame.parts or frame.names("timeline", "video", "canvas", "sound")


def _names_something_else(frame: Frame) -> bool:
    """A word of undoing that here means something else: "restore the original sound", "cancel the captions"."""
    token = frame.first("act", "undo")
    soft = token is not None and token.text in ("还原", "复原", "收回", "后退", "as it was", "like before")
    removes = token is not None and token.says("act", "remove")
    return (soft or removes) and bool(frame.parts) and not frame.names("timeline")


def _steps(frame: Frame) -> int:
    number = frame.value("number", "count") or frame.value("ordinal")
    if number is None:
        factor = frame.value("factor")
        number = factor if factor and factor >= 2 else 1
    text = " ".join(token.text for token in frame.tokens)
    if number == 1 and (" twice" in f" {text}" or "两次" in text or "两步" in text):
        number = 2
    return max(1, min(200, abs(int(number))))


def _goes_to(frame: Frame, bench: Bench) -> bool:
    """Back to a state that is described: its colour, ratio, theme, style, or its number."""
    text = " ".join(token.text for token in frame.tokens)
    if (
        frame.acts("back_to", "reset", "redo")
        and any(word in text for word in _ORIGINAL)
        and not frame.parts
        and not frame.values("duration", "span")
    ):
        bench.do(Reset())
        return True
    wanted = _described(frame, bench)
    if wanted is None:
        return False
    bench.commit()
    found = bench.history.find(lambda revision: wanted(revision) and not _same_state(revision, bench))
    if found is None:
        return False
    bench.do(GoTo(revision=found.number))
    return True


def _same_state(revision: Revision, bench: Bench) -> bool:
    return revision.timeline.tracks == bench.timeline.tracks and revision.timeline.meta == bench.timeline.meta


def _of_role(timeline: Timeline, role: str) -> list[Any]:
    return [(track.style, track.segments) for track in timeline.with_role(role)]


def _described(frame: Frame, bench: Bench) -> Callable[[Revision], bool] | None:
    tests: list[Callable[[Timeline], bool]] = []
    part = frame.part
    if part and any(token.text in _BEFORE for token in frame.tokens):
        role = ROLE_OF.get(part, part)
        now = _of_role(bench.timeline, role)
        return lambda revision: _of_role(revision.timeline, role) != now
    colors = frame.values("color")
    if colors:
        tests.append(lambda timeline: _shows_color(timeline, part, colors[0]))
    theme = frame.get("theme")
    if theme:
        tests.append(lambda timeline: timeline.meta.theme == theme)
    ratio = frame.value("ratio") or frame.get("ratio")
    if ratio:
        tests.append(lambda timeline: timeline.meta.ratio == ratio)
    style = frame.get("style")
    if style:
        tests.append(lambda timeline: _shows(timeline, "waveform", lambda generator: generator.style == style))
    look = frame.get("look")
    if look and frame.names("caption"):
        tests.append(
            lambda timeline: any(track.meta and track.meta.look == look for track in timeline.with_role("caption"))
        )
    pattern = frame.get("pattern")
    if pattern and not colors:
        tests.append(lambda timeline: _shows(timeline, "background", lambda generator: generator.style == pattern))
    mood = frame.get("mood")
    if mood and (frame.names("music") or not tests):
        tests.append(lambda timeline: _shows(timeline, "bgm", lambda generator: generator.mood == mood))
    if frame.quotes:
        words = frame.quotes[0].casefold()
        tests.append(
            lambda timeline: any(
                (segment.text or "").casefold() == words for track in timeline.tracks for segment in track.segments
            )
        )
    number = frame.value("number")
    if not tests and number is not None and _says_version(frame):
        return lambda revision: revision.number == int(number)
    return (lambda revision: all(test(revision.timeline) for test in tests)) if tests else None


def _says_version(frame: Frame) -> bool:
    return any(token.text in ("version", "revision", "rev", "版本", "版", "v") for token in frame.tokens)


def _shows(timeline: Timeline, role: str, wanted: Callable[[Any], bool]) -> bool:
    return any(
        segment.generator is not None and wanted(segment.generator)
        for track in timeline.with_role(role)
        for segment in track.segments
    )


def _shows_color(timeline: Timeline, part: str, color: str) -> bool:
    for track in timeline.tracks:
        if part and track.role != part:
            continue
        shown = [track.style.color if track.style and track.segments else None]
        for segment in track.segments[:20]:
            generator = segment.generator
            if generator is not None and generator.extra.get("art") is None:
                shown += [generator.color, generator.color2]
            shown.append(segment.style.color if segment.style else None)
        if any(one is not None and _near(one, color) for one in shown):
            return True
    return False


def _near(one: str, other: str) -> bool:
    if len(one) < 7 or len(other) < 7:
        return False
    return sum(abs(int(one[i : i + 2], 16) - int(other[i : i + 2], 16)) for i in (1, 3, 5)) < _NEAR
