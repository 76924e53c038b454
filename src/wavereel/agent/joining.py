"""Pieces of a message about time and sound that belong to the piece before them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wavereel.agent.frames import BEFORE_ANOTHER, WEAK_PARTS, is_part, is_predicate

if TYPE_CHECKING:
    from wavereel.agent.frames import Frame
    from wavereel.agent.tokens import Token

TIMES = ("span", "duration", "clock")
"""Kinds of values that are times."""

_CUTS = ("cut", "keep", "remove", "tidy")
_RANGES = frozenset(("range", "first", "last", "before", "after", "first_half", "last_half", "middle"))
_IN_LISTS = ("edge", "by", "from", "off", "pron", "only")
_TIDIED = ("filler", "silence")
_LEADS = ("the", "my", "把", "将", "给")
"""Words that begin a wish and say nothing by themselves."""


def is_range_like(frame: Frame) -> bool:
    """Whether a wish names a stretch of time, not only a moment or a length."""
    return any(span.kind in _RANGES for span in frame.values("span"))


def strong_parts(frame: Frame) -> list[str]:
    """The parts that a wish names, without the words that stand for the whole as well."""
    return [part for part in frame.parts if part not in WEAK_PARTS and part not in ("voice", "silence", "echo")]


def follows_time(last: Frame, piece: Frame) -> bool:
    """A cut whose time, or whose reason, was said before it: "I coughed from 0:40 to 0:43, cut that"."""
    if (
        piece.quotes
        or last.quotes
        or strong_parts(piece)
        or not piece.acts(*_CUTS, "move", "order", "duplicate", "split")
    ):
        return False
    if is_silent_edge(last) and not set(last.own_acts) - {"mute"} and not piece.values(*TIMES):
        return True
    if last.has("ask") or any(
        act not in ("add", "length", "set", "rename", "replace", "improve") for act in last.own_acts
    ):
        return _keeps_nothing_else(last, piece)
    if last.has("obj", "silence") and piece.values(*TIMES) and not last.values(*TIMES):
        return True
    if (
        last.has("edge")
        and piece.values("duration")
        and not piece.has("edge")
        and not piece.values("span", "clock")
        and not strong_parts(last)
    ):
        return True
    if (
        [span.kind for span in last.values("span")] in (["start"], ["end"])
        and last.values("duration")
        and not piece.values(*TIMES)
        and not strong_parts(last)
        and piece.acts("cut", "remove")
    ):
        return not last.own_acts
    if last.has("obj", *_TIDIED) and len(last.tokens) > 1 and not piece.values(*TIMES):
        return not [part for part in strong_parts(last) if part not in _TIDIED]
    if strong_parts(last) or not (is_range_like(last) or (last.values(*TIMES) and piece.acts("split"))):
        return False
    bare = all(not token.content or token.is_value(*TIMES) for token in last.tokens)
    return bare or not piece.values(*TIMES)


def _keeps_nothing_else(last: Frame, piece: Frame) -> bool:
    """Whether one wish is said twice: "keep 0:10 to 0:20 and drop the rest"."""
    if not last.acts("keep") or not piece.has("rest") or piece.values(*TIMES):
        return False
    return piece.acts("remove", "cut") and not strong_parts(piece)


def is_nothing_else(last: Frame, piece: Frame) -> bool:
    """Whether only the rest is denied: "0:15 to 1:15, nothing else"."""
    if not piece.has("rest") or piece.own_acts or strong_parts(piece) or not is_range_like(last):
        return False
    return not piece.values() and not strong_parts(last)


def goes_on_in_time(last: Frame, piece: Frame) -> bool:
    """Another stretch of time for the same cut: "cut 0:10-0:15 and 1:00-1:05", "the start by 5 s and the end by 10"."""
    listed = last.acts(*_CUTS, "split") or (is_range_like(last) and not last.own_acts and not strong_parts(last))
    if not listed or not last.values(*TIMES) or piece.own_acts or piece.quotes or not piece.values(*TIMES):
        return False
    return all(
        not token.content or token.is_value(*TIMES) or any(kind in _IN_LISTS for kind, _ in token.readings)
        for token in piece.tokens
    ) and not any(token.unknown for token in piece.tokens)


def is_silent_edge(frame: Frame) -> bool:
    """Whether a silence is called by where it is and how long: 开头那两秒半的空白."""
    for place, token in enumerate(frame.tokens):
        span = token.amount("span")
        behind = [
            one
            for one in frame.tokens[place + 1 :]
            if one.text not in ("的", "of", "那段", "那", "is", "are", "just", "only")
        ][:1]
        if span is not None and span.kind in ("first", "last", "range") and behind and behind[0].says("obj", "silence"):
            return True
    return False


def limits_silence(last: Frame, piece: Frame) -> bool:
    """How long a pause has to be, said apart: "cut the pauses, anything above 0.4 s"."""
    if not last.has("obj", "silence") or last.values(*TIMES) or not piece.values("duration", "span"):
        return False
    return not piece.own_acts and not strong_parts(piece) and not piece.quotes


def speaks_while(last: Frame, piece: Frame) -> bool:
    """When the music is to be lower, said before what it is to do: "whenever someone speaks, lower the music"."""
    if not last.acts("duck") or set(last.parts) - {"voice"} or last.values() or last.has("dir"):
        return False
    return piece.part in ("", "music") and (piece.has("dir") or bool(piece.values("percent", "decibel")))


def goes_on_fading(last: Frame, piece: Frame) -> bool:
    """The other direction of a fade: "fade it in and out", "fade in over 2 s and out over 3"."""
    if not last.acts("fade") or piece.own_acts or piece.parts or not piece.tokens:
        return False
    if piece.values("duration") and all(
        token.is_value("duration") or not token.content or token.says("pron") for token in piece.tokens
    ):
        return True
    words = [token for token in piece.tokens if token.content]
    turns = any(token.text in ("in", "out") or token.says("edge") for token in piece.tokens)
    return turns and all(
        token.says("off") or token.is_value("number", "ordinal") or token.says("edge") or token.is_value(*TIMES)
        for token in words
    )


def speaks_apart(token: Token, before: list[Token], rest: list[Token]) -> bool:
    """Whether another part begins a wish where one is said in full: "captions off title red", 字幕去掉标题放上面."""
    part = token.get("obj")
    if part is None or part in WEAK_PARTS or token.says("attr") or token.says("place"):
        return False
    last = next((one for one in reversed(before) if one.text not in _LEADS), None)
    if last is None or last.datum is not None or last.text.endswith("的") or last.text.split()[-1] in BEFORE_ANOTHER:
        return False
    ended = next((one for one in reversed(before) if one.content and one.text not in _LEADS), last)
    if not (is_predicate(ended) or ended.says("act", "remove", "hide", "mute", "center")):
        return False
    follows = next((one for one in rest if one.text not in ("is", "to", "也", "都", "就", "要")), None)
    if follows is None or is_part(follows) or not (is_predicate(follows) or follows.says("act")):
        return False
    said = (one for one in before if one.text not in _LEADS)
    first = next((one for one in said if is_part(one) and one.get("obj") not in (*WEAK_PARTS, part)), None)
    return (
        first is not None
        and first is not last
        and not any(one.says("act", "follow", "duck", "duplicate") for one in before)
    )


def speaks_behind_blank(before: list[Token], rest: list[Token]) -> bool:
    """Whether a blank ends a Chinese wish, as a comma would: 竖屏 背景黑色 音乐关掉."""
    token = rest[0]
    if (
        not before
        or token.start == before[-1].end
        or token.text.isascii()
        or before[-1].text.isascii()
        or token.datum is not None
        or before[-1].datum is not None
    ):
        return False
    chunk = [token]
    for one in rest[1:]:
        if one.start != chunk[-1].end:
            break
        chunk.append(one)
    said = any(is_predicate(one) or one.says("act", "remove", "mute", "hide", "undo", "export") for one in before)
    named = is_part(token) or (token.says("act") and not token.says("obj"))
    return (
        said
        and named
        and len(chunk) > 1
        and any(is_predicate(one) or one.says("act") for one in chunk)
        and any(is_part(one) for one in chunk)
    )


def speaks_of_next(token: Token, before: list[Token]) -> bool:
    """Whether another part begins a wish in a message without signs: "voice up 2 dB music down 2 dB"."""
    last = before[-1]
    if not token.text.isascii() or token.get("obj") in WEAK_PARTS:
        return False
    if not (last.is_value("decibel", "percent", "pixels", "number") or (last.says("dir") and not last.says("obj"))):
        return False
    first = next((one for one in before if is_part(one) or is_predicate(one)), None)
    acts = {act for one in before for act in one.all("act")}
    return first is not None and is_part(first) and acts <= {"set", "move", "make_video"}


def goes_on_apart(last: Frame, piece: Frame) -> bool:
    """What is said apart of a wish: "not the whole time, 7 seconds", "when I talk, down to 20%"."""
    if (
        last.has("not")
        and [span.kind for span in last.values("span")] == ["whole"]
        and piece.values("duration")
        and not (piece.parts or piece.own_acts or piece.quotes)
    ):
        return True
    if (
        last.acts("duck")
        and piece.values("percent")
        and not (piece.parts or piece.own_acts or piece.quotes)
        and not last.values("percent")
    ):
        return True
    content = [token for token in piece.tokens if token.content]
    if (
        last.names("music")
        and not last.values("span")
        and (piece.has("only") or piece.acts("keep"))
        and piece.values("span")
        and all(token.says("only") or token.text.startswith("only") or token.is_value("span") for token in content)
    ):
        return True
    return (
        bool(last.quotes)
        and not last.parts
        and last.tokens[0].text in ("there's", "there is", "there are")
        and piece.acts("remove")
        and not (piece.parts or piece.values() or piece.quotes)
    )
