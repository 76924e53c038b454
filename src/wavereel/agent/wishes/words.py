"""Wishes about titles, lower thirds, chapters, end cards and free texts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from wavereel.agent.wishes.common import TEXT_PARTS, Asked, number_of, strength, target_of, targets
from wavereel.agent.wishes.text_style import motion_fields, place_fields, style_fields
from wavereel.agent.wishes.when import When, when_of
from wavereel.timeline.edits.removing import Remove
from wavereel.timeline.edits.spans import Hide, SetTime
from wavereel.timeline.edits.surgery import select
from wavereel.timeline.edits.texts import PlaceText, SetStyle
from wavereel.timeline.edits.words import AddText, Animate, SetText
from wavereel.timeline.reasons import cannot

if TYPE_CHECKING:
    from collections.abc import Callable

    from wavereel.agent.bench import Bench
    from wavereel.agent.frames import Frame

LONGER_MS = 2000
"""How much longer a text stays that is wished "longer"."""

_KEPT_SHORT_MS = 500

_ONCE_MORE = ("another", "a new", "one more", "again", "再", "再来", "又")
"""Words by which a text that is there already is wished a second time."""


def text_wish(frame: Frame, bench: Bench, part: str) -> bool:
    """Does a wish about words on screen; `False` where it says nothing about them."""

    def again(later: Bench) -> None:
        text_wish(frame, later, part)

    quotes = frame.quotes
    if _is_removal(frame) and not frame.has("attr", "outline", "box"):
        _remove(frame, bench, part)
        return True
    gone_at = next((span.start_ms for span in frame.values("span") if span.kind == "after"), None)
    if frame.acts("hide") and gone_at is not None and bench.there(part):
        for target in targets(frame, bench, part, again):
            _set_time(bench, target, When(end_ms=gone_at))
        return True
    if frame.acts("hide", "unhide") or is_for_now(frame):
        for target in targets(frame, bench, part, again):
            bench.make(Hide, target=target, hidden=not frame.acts("unhide"))
        return True
    if _keeps_one(frame) and _remove_others(frame, bench, part, again):
        return True
    if quotes and _is_change(frame, bench, part):
        _change(frame, bench, part, quotes)
        return True
    if quotes:
        _add(frame, bench, part, quotes)
        return True
    if frame.acts("add") and not bench.there(part) and not frame.has("pron"):
        return _add_without_words(frame, bench, part)
    return _adjust(frame, bench, part, again)


def is_for_now(frame: Frame) -> bool:
    """Whether something is not to be seen for a while: "don't show it for now", 先不显示."""
    return frame.has("awhile") and (frame.acts("remove") or frame.has("not"))


def _is_removal(frame: Frame) -> bool:
    if frame.acts("cut") and frame.has("to") and frame.values("duration"):
        return False  # "cut the title down to 2 seconds"
    if frame.has("weight") or (
        any(span.kind == "whole" for span in frame.values("span"))
        and (len(frame.values("span", "duration")) > 1 or not frame.acts("remove", "cut"))
    ):
        return False  # "bold off", "not the whole time, just …"
    if (
        not frame.parts
        and not frame.has("pron")
        and all(token.text in ("nothing", "none", "then") for token in frame.tokens if token.content)
    ):
        return False
    if frame.has("gone") and frame.values("span", "duration", "clock"):
        return False
    if _only_moves(frame):
        return False
    if frame.acts("remove", "cut") or frame.has("not", "no"):
        return not (frame.acts("hide") or is_for_now(frame))
    return frame.has("off", "off") and not frame.quotes and not frame.has("anim")


def _only_moves(frame: Frame) -> bool:
    """Whether a word of removing means a place here: "drop the title down a bit"."""
    removing = [token.text for token in frame.tokens if token.says("act", "remove")]
    return (
        bool(removing)
        and all(text in ("drop", "pull", "take") for text in removing)
        and (frame.has("dir") or frame.has("place"))
    )


def _keeps_one(frame: Frame) -> bool:
    """Whether only one of several is to stay: "I only want the first title", 只留第一个标题."""
    only = frame.has("only") or any(
        token.says("act", "keep") and ("only" in token.text or "只" in token.text or "仅" in token.text)
        for token in frame.tokens
    )
    return only and frame.acts("keep", "add") and not frame.values("span", "duration", "clock")


def _remove_others(frame: Frame, bench: Bench, part: str, again: Callable[[Bench], None]) -> bool:
    spots = bench.spots(part)
    kept = targets(frame, bench, part, again) if len(spots) > 1 else []
    if len(kept) != 1 or kept[0] == part:
        return False
    stays = select(bench.timeline, kept[0])[0]
    for number in reversed(range(len(spots))):
        if (spots[number].track, spots[number].index) != (stays.track, stays.index):
            bench.make(Remove, target=target_of(spots[number], part, number))
    return True


def _remove(frame: Frame, bench: Bench, part: str) -> None:
    if frame.acts("animate") or frame.has("anim"):
        for target in targets(frame, bench, part, lambda later: _remove(frame, later, part)):
            bench.make(Animate, target=target, enter="none", leave="none")
        return
    for target in targets(frame, bench, part, lambda later: _remove(frame, later, part)):
        bench.make(Remove, target=target)


_WISHED = ("want", "wants", "would like", "i'd like", "i'd love", "need", "have", "we need")
"""Verbs that wish and do not say that something is to be new."""


def _is_change(frame: Frame, bench: Bench, part: str) -> bool:
    """Whether a quoted text is to stand in place of one that is there."""
    spots = bench.spots(part)
    if not spots:
        return False
    if len(frame.quotes) >= 2 and frame.acts("set", "replace", "rename"):
        return True
    quoted = any((spot.segment.text or "").casefold() == frame.quotes[0].casefold() for spot in spots)
    if quoted:
        return False
    own = frame.own_acts
    if len(spots) > 1 and number_of(frame) is not None and "add" not in own:
        return True
    if "rename" in own or "replace" in own:
        return not ("add" in own and frame.first("act", "add") is not None and "rename" in own and _adds(frame))
    if "set" in own and "add" not in own:
        return True
    when = when_of(frame, bench.end_ms)
    if part != "title" or when.said or len(spots) != 1:
        return False
    return (not own and not frame.acts_before) or _calls_the_title(frame)


def _calls_the_title(frame: Frame) -> bool:
    """Whether the title that is there is meant: "I'd like … and the title “Rosa”"."""
    if any(token.says("act", "add") and token.text not in _WISHED for token in frame.tokens) or set(frame.own_acts) - {
        "add"
    }:
        return False
    return any(
        one.text in ("the", "my") and two.says("obj", "title") and three.datum is not None
        for one, two, three in zip(frame.tokens, frame.tokens[1:], frame.tokens[2:], strict=False)
    )


def _adds(frame: Frame) -> bool:
    token = frame.first("act", "add")
    return token is not None and token.text not in ("put", "write", "写上", "写", "打上", "用", "要")


def _change(frame: Frame, bench: Bench, part: str, quotes: list[str]) -> None:
    old = ""
    if len(quotes) >= 2:
        texts = [(spot.segment.text or "").casefold() for spot in bench.spots(part)]
        old = quotes[0] if quotes[0].casefold() in texts else ""
    found = targets(frame, bench, part, lambda later: _change(frame, later, part, quotes))
    words = quotes[-1] if old or len(quotes) == 1 else quotes[0]
    if len(found) != 1 or len(select(bench.timeline, found[0])) != 1:
        raise cannot("no_such_target", target=part)
    bench.make(SetText, target=found[0], text=words)
    bench.focus = _single(bench, found[0])
    _finish(frame, bench, bench.focus)


def _add(frame: Frame, bench: Bench, part: str, quotes: list[str]) -> None:
    """A new text, or a change of look and time of the one that is quoted."""
    spots = bench.spots(part)
    quoted = next((spot for spot in spots if (spot.segment.text or "").casefold() == quotes[0].casefold()), None)
    when = when_of(frame, bench.end_ms)
    if quoted is not None and not any(token.text in _ONCE_MORE for token in frame.tokens):
        _adjust(frame, bench, part, lambda later: _add(frame, later, part, quotes))
        return
    fields: dict[str, Any] = {"role": part, "text": "\n".join(quotes[:1])}
    if when.start_ms is None and when.end_ms is None and _leads_time(frame) and (part == "chapter" or _comes_at(frame)):
        when = When(start_ms=when.length_ms)
    elif (
        len(lengths := frame.value_tokens("duration")) == 2
        and when.start_ms in (None, 0)
        and when.end_ms is None
        and _leads_time(frame)
    ):
        when = When(
            start_ms=lengths[0].amount("duration"), length_ms=lengths[1].amount("duration")
        )  # 25秒出人名条“…”，5秒
    fields |= _time_fields(when, part, bench.end_ms)
    places = place_fields(frame)
    if places.get("position"):
        fields["position"] = places["position"]
    style = style_fields(frame, bench, "")
    for name in ("color", "size"):
        if name in style:
            fields[name] = style.pop(name)
    motion = motion_fields(frame)
    fields |= {name: motion[name] for name in ("enter", "leave") if name in motion}
    bench.make(AddText, **fields)
    target = bench.focus
    if style:
        bench.make(SetStyle, target=target, **style)
    rest = {name: value for name, value in places.items() if name != "position"}
    if rest:
        bench.make(PlaceText, target=target, **rest)


def _leads_time(frame: Frame) -> bool:
    """Whether a bare length stands before the words, which says when a chapter begins: 40秒“正题”."""
    quote = next((place for place, token in enumerate(frame.tokens) if token.datum is not None), 0)
    return any(token.is_value("duration") for token in frame.tokens[:quote])


def _comes_at(frame: Frame) -> bool:
    """Whether a verb follows a bare length, which then is a moment: 25秒出人名条."""
    lengths = [place for place, token in enumerate(frame.tokens) if token.is_value("duration")]
    rest = frame.tokens[lengths[0] + 1 :][:2] if len(lengths) == 1 else []
    return any(token.says("act", "add") and not token.text.isascii() for token in rest)


def _time_fields(when: When, part: str, total_ms: int) -> dict[str, Any]:
    if when.whole or not when.said:
        return {}
    start_ms = when.start_ms
    length_ms = when.length_ms
    if when.end_ms is not None:
        length_ms = max(1, when.end_ms - (start_ms or 0))
    if start_ms is None and (when.end_ms is not None or (length_ms is not None and part != "cta")):
        start_ms = 0
    if start_ms is not None and start_ms >= total_ms > 0:
        raise cannot("past_end", at_s=f"{start_ms / 1000:g}", length_s=f"{total_ms / 1000:g}")
    return {"start_ms": start_ms, "length_ms": length_ms}


def _add_without_words(frame: Frame, bench: Bench, part: str) -> bool:
    """A text whose words nobody said: the draft's title, or a question for them."""
    title = (bench.timeline.meta.title or "").strip()
    if part == "title" and title:
        fields = {"role": part, "text": title} | _time_fields(when_of(frame, bench.end_ms), part, bench.end_ms)
        bench.make(AddText, **fields)
        bench.assumptions.append(
            bench.say(f"the title says “{title}”, the name of the sound", f"标题用了音频的名字“{title}”")
        )
        _finish(frame, bench, bench.focus)
        return True
    what = {"title": ("title", "标题"), "lower_third": ("lower third", "人名条"), "chapter": ("chapter card", "章节卡")}
    english, chinese = what.get(part, ("text", "文字") if part == "text" else ("end card", "片尾卡"))
    bench.ask(f"What should the {english} say?", f"{chinese}上写什么？", [])
    raise Asked


def _finish(frame: Frame, bench: Bench, target: str) -> None:
    """What else a wish says of a text whose words it has just set."""
    style = style_fields(frame, bench, target)
    if style:
        _try(lambda: bench.make(SetStyle, target=target, **style))
    places = place_fields(frame)
    if places:
        _try(lambda: bench.make(PlaceText, target=target, **places))
    motion = motion_fields(frame)
    if motion:
        _try(lambda: bench.make(Animate, target=target, **motion))
    when = when_of(frame, bench.end_ms)
    if when.said:
        _try(lambda: _set_time(bench, target, when))


def _try(act: Callable[[], object]) -> None:
    """What is so already needs no second doing."""
    from wavereel.errors import EditError

    try:
        act()
    except EditError as error:
        if error.reason != "same_already":
            raise


def _adjust(frame: Frame, bench: Bench, part: str, again: Callable[[Bench], None]) -> bool:
    """Style, place, time and movement of a text that is there."""
    motion = (
        motion_fields(frame)
        if frame.has("anim") and (frame.acts("animate", "add", "set", "fade") or not frame.has("look"))
        else {}
    )
    places = place_fields(frame)
    when = when_of(frame, bench.end_ms)
    longer = _longer(frame)
    spots = bench.spots(part)
    if not spots:
        raise cannot("nothing_there", what=part)
    found = targets(frame, bench, part, again)
    style = style_fields(frame, bench, found[0])
    if longer in ("earlier", "later") and when.start_ms is not None:
        longer = ""  # "earlier, at 5 seconds"
    if frame.acts("move") and when == When(length_ms=when.length_ms) and frame.values("duration") and not places:
        when = When(start_ms=when.length_ms)  # 移到1分20秒
    if motion.get("length_ms") and when.length_ms == motion["length_ms"] and when.start_ms is None:
        when = When()
    if not (style or places or motion or when.said or longer):
        return False
    for target in found:
        if style:
            bench.make(SetStyle, target=target, **style)
        if places:
            bench.make(PlaceText, target=target, **places)
        if motion:
            bench.make(Animate, target=target, **motion)
        if when.said and not longer:
            _set_time(bench, target, when)
        if longer:
            _lengthen(frame, bench, target, longer)
        bench.focus = _single(bench, target)
    return True


def _set_time(bench: Bench, target: str, when: When) -> None:
    if when.whole:
        bench.make(SetTime, target=target, whole=True)
        return
    start_ms = when.start_ms
    spots = select(bench.timeline, target)
    if start_ms is None and when.end_ms is not None and spots:
        start_ms = spots[0].start_ms if spots[0].start_ms < when.end_ms else 0
    if start_ms is None and when.length_ms is not None and when.end_ms is None and spots:
        if spots[0].start_ms == 0:
            start_ms = 0
        elif spots[0].end_ms >= bench.end_ms > when.length_ms:  # an end card ends with the video
            start_ms = bench.end_ms - when.length_ms
    if start_ms is not None and start_ms >= bench.end_ms > 0:
        raise cannot("past_end", at_s=f"{start_ms / 1000:g}", length_s=f"{bench.end_ms / 1000:g}")
    bench.make(
        SetTime,
        target=target,
        **replace(when, start_ms=start_ms).span,
    )


def _longer(frame: Frame) -> str:
    """Which way a text's time is to change: `longer`, `briefer`, `earlier`, `later`; empty where it is not."""
    if frame.has("dir", "more") and frame.values("duration"):
        return "longer"
    for way in ("longer", "briefer", "earlier", "later"):
        token = frame.first("dir", way)
        if token is not None and not (way == "briefer" and frame.has("dir", "flatter") and frame.part == "waveform"):
            return way
    return ""


def _lengthen(frame: Frame, bench: Bench, target: str, way: str) -> None:
    spans = [span.end_ms or span.start_ms for span in frame.values("span") if span.kind in ("for", "first", "last")]
    by_ms = frame.value("duration") or next(iter(spans), None) or round(LONGER_MS * strength(frame))
    if way in ("longer", "briefer") and frame.values("duration") and _is_said_apart(frame):
        _set_time(bench, target, When(length_ms=by_ms))
        return
    for spot in select(bench.timeline, target):
        name = spot.segment.id or target
        if way == "longer" and spot.start_ms and spot.end_ms >= bench.end_ms:  # an end card ends with the video
            _set_time(bench, name, When(length_ms=spot.segment.length_ms + by_ms))
        elif way in ("longer", "briefer"):
            length_ms = spot.segment.length_ms + (by_ms if way == "longer" else -by_ms)
            if way == "briefer" and length_ms < _KEPT_SHORT_MS:
                length_ms = max(1, spot.segment.length_ms // 2)
            bench.make(SetTime, target=name, length_ms=length_ms)
        else:
            start_ms = max(0, spot.start_ms + (by_ms if way == "later" else -by_ms))
            bench.make(SetTime, target=name, start_ms=start_ms)


def _is_said_apart(frame: Frame) -> bool:
    """Whether a length is how long, not how much longer: "longer, 8 seconds"."""
    ways = [token for token in frame.tokens if token.says("dir", "longer", "briefer")]
    lengths = frame.value_tokens("duration")
    return bool(ways and lengths) and "," in frame.message.text[ways[-1].end : lengths[0].start] and not frame.has("by")


def _single(bench: Bench, target: str) -> str:
    """The id of the only segment that a target names, so that "it" still means it when there are more."""
    spots = select(bench.timeline, target)
    return spots[0].segment.id or target if len(spots) == 1 else target


def text_part(frame: Frame, bench: Bench) -> str:
    """The part that carries words a wish is about, `title` where it says just "text" and only a title is there."""
    for part in frame.parts:
        if part in TEXT_PARTS and part != "text":
            return part
    if "text" in frame.parts and not bench.there("text") and not frame.quotes:
        there = [part for part in TEXT_PARTS if bench.there(part)]
        if len(there) == 1:
            return there[0]
    if "text" in frame.parts and any(token.text in ("card", "slide", "卡片") for token in frame.tokens):
        ends = any(span.kind in ("end", "last") for span in frame.values("span")) or frame.has("edge", "end")
        return "cta" if ends or frame.acts_before else "text"
    return "text" if "text" in frame.parts else ""
