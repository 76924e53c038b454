"""Wishes about time: cut, keep, split, move, duplicate, silences, filler words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wavereel.agent.joining import is_range_like
from wavereel.agent.wishes.common import ROLE_OF, TEXT_PARTS
from wavereel.agent.wishes.lengths import ask_end, shorten, wanted_length
from wavereel.agent.wishes.when import when_of
from wavereel.timeline.edits.clips import Duplicate, Move
from wavereel.timeline.edits.cuts import Cut, CutMany, Keep, KeepMany, Split
from wavereel.timeline.edits.spans import SetTime
from wavereel.timeline.edits.surgery import select
from wavereel.timeline.reasons import cannot

if TYPE_CHECKING:
    from wavereel.agent.bench import Bench
    from wavereel.agent.frames import Frame
    from wavereel.agent.tokens import Token

Range = tuple[int, int]

_WHOLE_PARTS = (
    "",
    "sound",
    "voice",
    "video",
    "main",
    "timeline",
    "canvas",
    "silence",
    "caption",
    "loudness",
    "speed",
    "echo",
)
"""Parts whose time is the time of the whole."""

_WANTS = (
    "need",
    "want",
    "use",
    "give me",
    "would like",
    "i'd like",
    "i'd love",
    "要",
    "我要",
    "想要",
    "需要",
    "用",
    "取",
    "保持",
)
"""Words that keep a stretch of time where they stand with one."""


def ranges_of(frame: Frame, total_ms: int) -> list[Range]:
    """The half-open ranges of the timeline, in ms, that a wish to cut or keep names, in its order.

    Raises:
        EditError: One of them starts past the end.
    """
    found: list[Range] = []
    tokens = frame.tokens
    for token in tokens:
        span = token.amount("span")
        if span is None:
            if token.is_value("clock", "duration") and found and found[-1] == (-1, -1):
                found[-1] = (token.amount("clock", "duration"), total_ms)
            continue
        match span.kind:
            case "range":
                end_ms = total_ms if span.end_ms is None else span.end_ms
                found.append((span.start_ms or 0, end_ms))
            case "first":
                found.append((0, span.end_ms))
            case "last":
                found.append((max(0, total_ms - span.start_ms), total_ms))
            case "after":
                found.append((span.start_ms, total_ms))
            case "before":
                found.append((_moment_before(tokens, token), span.end_ms))
            case "first_half":
                found.append((0, total_ms // 2))
            case "last_half":
                found.append((total_ms // 2, total_ms))
            case "middle":
                found.append((total_ms // 3, total_ms * 2 // 3))
            case _:
                pass
    if not found:
        found = _around(frame, total_ms)
    for start_ms, end_ms in found:
        if start_ms >= total_ms:
            raise cannot("past_end", at_s=f"{start_ms / 1000:g}", length_s=f"{total_ms / 1000:g}")
        if end_ms <= start_ms:
            raise cannot("empty_range")
    return found


def _moment_before(tokens: list[Token], token: Token) -> int:
    """Where a range starts whose end is said as "till 0:43": the moment right before it, else the start."""
    place = tokens.index(token)
    span = tokens[place - 1].amount("span") if place else None
    return span.start_ms if span is not None and span.kind == "at" else 0


def _at_edges(frame: Frame, total_ms: int) -> list[Range]:
    """Lengths at the edges: "the start by 5 seconds and the end by 10", "5 seconds off both ends"."""
    edges: list[str] = []
    for token in frame.tokens:
        span = token.amount("span")
        edge = token.get("edge") or (span.kind if span is not None and span.kind in ("start", "end") else None)
        if edge is not None:
            edges += ["start", "end"] if edge == "both" else [edge]
    lengths = [*frame.values("duration"), *(span.end_ms for span in frame.values("span") if span.kind == "for")]
    if not edges or not lengths:
        return []
    if len(lengths) == 1:
        lengths *= len(edges)
    found = zip(edges, lengths, strict=False)
    return [(0, ms) if edge == "start" else (max(0, total_ms - ms), total_ms) for edge, ms in found]


def _around(frame: Frame, total_ms: int) -> list[Range]:
    """Ranges said in two pieces: "10 seconds from the end", "5 seconds at 0:30", "from 1:00" with nothing after it."""
    if edges := _at_edges(frame, total_ms):
        return edges
    length_ms = frame.value("duration")
    spans = {span.kind: span for span in frame.values("span")}
    ats = [span.start_ms for span in frame.values("span") if span.kind == "at" and span.start_ms is not None]
    if len(ats) == 2 and ats[0] < ats[1]:
        return [(ats[0], ats[1])]
    if "for" in spans:
        length_ms = spans["for"].end_ms
    if ats and length_ms and length_ms > ats[0] and _reaches(frame):
        return [(ats[0], length_ms)]
    start_ms = spans["at"].start_ms if "at" in spans else frame.value("clock")
    if length_ms and start_ms is not None:
        return [(start_ms, start_ms + length_ms)]
    if length_ms and any(token.text in ("off", "掉", "开头") for token in frame.tokens) and frame.acts("cut"):
        return [(0, length_ms)]
    if start_ms is not None and ("end" in spans or frame.has("rest")):
        return [(start_ms, total_ms)]
    return []


def _reaches(frame: Frame) -> bool:
    """从45秒删到50秒: the length behind a verb that ends so is a moment."""
    pairs = zip(frame.tokens, frame.tokens[1:], strict=False)
    return any(
        second.is_value("duration", "clock") and (first.says("to") or first.text.endswith("到"))
        for first, second in pairs
    )


def asks_cut(frame: Frame, part: str) -> bool:
    """Whether a wish is to take time out of the whole, or to keep some of it."""
    if frame.acts("cut", "keep", "remove") or (
        frame.acts("crop") and bool(frame.values("duration")) and not frame.has("place")
    ):
        return True
    if not is_range_like(frame) or (part and part not in _WHOLE_PARTS) or part == "caption" or frame.files:
        return False
    if frame.acts("duplicate", "loop", "move", "order", "mute", "fade", "split", "speed"):
        return False
    if frame.subject not in _WHOLE_PARTS and any(
        token.says("act", "length") and token.says("act", "add") for token in frame.tokens
    ):
        return False  # 只在前3秒出现: what was spoken of, not the whole
    return (
        frame.has("off", "off")
        or frame.has("only")
        or frame.has("rest")
        or any(token.text in _WANTS for token in frame.tokens)
    )


def cut_wish(frame: Frame, bench: Bench, part: str) -> bool:
    """Cuts out or keeps ranges of the whole; `False` where a wish names no time, or is about another part."""
    keeps = _keeps(frame)
    if part not in _WHOLE_PARTS and not _names_whole(frame):
        return _trim_other(frame, bench, part, keeps=keeps)
    total_ms = bench.end_ms
    if frame.has("obj", "main", "video") and bench.there("main") and not total_ms:
        return False
    if not total_ms:
        raise cannot("empty_timeline", hint="send me the sound first")
    ranges = ranges_of(frame, total_ms)
    if not ranges:
        target_ms = wanted_length(frame)
        if target_ms is None:
            return ask_end(frame, bench, keeps=keeps)
        return shorten(bench, target_ms)
    if keeps:
        if len(ranges) == 1:
            bench.make(Keep, start_ms=ranges[0][0], end_ms=min(ranges[0][1], total_ms), focus="")
        else:
            bench.make(KeepMany, ranges=tuple((start, min(end, total_ms)) for start, end in sorted(ranges)), focus="")
    elif len(ranges) == 1:
        bench.make(Cut, start_ms=ranges[0][0], end_ms=min(ranges[0][1], total_ms), focus="")
    else:
        bench.make(CutMany, ranges=tuple((start, min(end, total_ms)) for start, end in sorted(ranges)), focus="")
    return True


def _keeps(frame: Frame) -> bool:
    except_for = frame.first("out", "except")
    behind = except_for is not None and except_for.text in ("之外", "以外", "除外")
    if (
        except_for is not None
        and frame.acts("remove", "cut")
        and any(
            token.is_value("span", "clock") and (behind or token.start > except_for.start) for token in frame.tokens
        )
    ):
        return True
    if not frame.acts("keep"):
        if frame.acts("cut", "remove", "crop"):
            return frame.has("rest") and _rest_is_behind(frame)
        return not frame.has("off", "off")
    keep = frame.first("act", "keep")
    if keep is None:
        return True
    if keep.text == "only" and frame.acts("cut", "remove") and not frame.has("rest"):
        return False
    return not (keep.says("act", "cut") and not keep.text.endswith(("to", "except", "but", "到", "成")))


def _rest_is_behind(frame: Frame) -> bool:
    """Whether the rest goes, not what is named: "0:10 to 0:20, the rest can go"."""
    times = [token.start for token in frame.tokens if token.is_value("span")]
    rest = frame.first("rest")
    return rest is not None and bool(times) and rest.start > times[0]


def _names_whole(frame: Frame) -> bool:
    return frame.names("sound", "video", "voice", "timeline") and not frame.names("music", *TEXT_PARTS)


def _trim_other(frame: Frame, bench: Bench, part: str, *, keeps: bool) -> bool:
    """Music or words that are to be on for a part of the time only."""
    role = ROLE_OF.get(part, part)
    when = when_of(frame, bench.end_ms)
    if not when.said or not bench.there(role):
        return False
    spots = select(bench.timeline, role)
    if keeps or frame.has("to"):
        bench.make(
            SetTime,
            target=role,
            **when.span,
        )
        return True
    spot = spots[0]
    start_ms = spot.start_ms if when.start_ms is None else when.start_ms
    end_ms = when.end_ms if when.end_ms is not None else start_ms + (when.length_ms or 0)
    if start_ms <= spot.start_ms:
        bench.make(SetTime, target=role, start_ms=end_ms, end_ms=spot.end_ms)
    else:
        bench.make(SetTime, target=role, end_ms=start_ms)
    return True


def split_wish(frame: Frame, bench: Bench, part: str) -> bool:
    """Splits a clip at a time."""
    spans = [span for span in frame.values("span") if span.kind in ("at", "after", "before")]
    more = [span.start_ms for span in spans[1:]] + (
        frame.values("clock", "duration") if spans else frame.values("clock", "duration")[1:]
    )
    for moment_ms in more:
        if moment_ms is not None and 0 < moment_ms < bench.end_ms:
            bench.make(Split, target=bench.speaking_part, at_ms=moment_ms, focus="")
    at_ms = spans[0].start_ms if spans and spans[0].start_ms is not None else spans[0].end_ms if spans else None
    if at_ms is None:
        at_ms = frame.value("clock", "duration")
    if at_ms is None:
        if (
            frame.has("half")
            or frame.has("place", "center")
            or any(span.kind == "middle" for span in frame.values("span"))
            or any(
                token.says("act", "split")
                and any(word in token.text for word in ("half", "two", "两", "halves", "二", "半"))
                for token in frame.tokens
            )
        ):
            at_ms = bench.end_ms // 2
        else:
            return False
    role = ROLE_OF.get(part, part)
    target = role if role and bench.there(role) and role != "caption" else bench.speaking_part
    bench.make(Split, target=target, at_ms=at_ms, focus=target)
    return True


def move_wish(frame: Frame, bench: Bench, part: str) -> bool:
    """Moves something in time: to a time, by a length, before or after another clip."""
    role = ROLE_OF.get(part, part) or bench.speaking_part
    if role in ("audio", "main", "sound", "video") and not bench.there(role):
        role = bench.speaking_part
    ranges = [span for span in frame.values("span") if span.kind in ("range", "first", "last")]
    if ranges and role == bench.speaking_part and _to_edge(frame):
        target = _piece(bench, role, ranges_of(frame, bench.end_ms)[0])
        edge = "before" if _to_edge(frame) == "start" else "after"
        bench.make(Move, focus="", **{"target": target, edge: f"{role}#{1 if edge == 'before' else -1}"})
        return True
    ordered = _order(frame, bench, role)
    if ordered:
        bench.make(Move, focus="", **ordered)
        return True
    spans = [span for span in frame.values("span") if span.kind in ("at", "start", "end")]
    to_ms = None
    if spans:
        to_ms = 0 if spans[0].kind == "start" else spans[0].start_ms
    elif frame.value("clock") is not None:
        to_ms = frame.value("clock")
    by_ms = frame.value("duration") if to_ms is None else None
    if by_ms is not None and frame.has("dir", "earlier"):
        by_ms = -by_ms
    if to_ms is None and by_ms is None:
        return False
    bench.make(Move, target=role, to_ms=to_ms, by_ms=by_ms)
    return True


def _to_edge(frame: Frame) -> str:
    """`start` or `end` where a piece is to go to the front or to the back; empty else."""
    text = frame.message.text[frame.tokens[0].start : frame.tokens[-1].end]
    if any(
        word in text
        for word in (
            "最前",
            "开头",
            "前面",
            "先播",
            "先放",
            "先出",
            "to the front",
            "to the start",
            "to the beginning",
            "very beginning",
            "very start",
            "at the start",
            "at the beginning",
            "first",
            "open with",
        )
    ):
        return "start"
    if any(
        word in text for word in ("最后", "末尾", "后面", "结尾", "to the end", "at the end", "to the back", "last")
    ):
        return "end"
    return ""


def _piece(bench: Bench, role: str, part_ms: Range) -> str:
    """The clip of a role that is just one range of the timeline, split off where it has to be."""
    start_ms, end_ms = part_ms[0], min(part_ms[1], bench.end_ms)
    for at_ms in (start_ms, end_ms):
        inside = any(spot.start_ms < at_ms < spot.end_ms for spot in select(bench.timeline, role))
        if inside:
            bench.make(Split, target=role, at_ms=at_ms, focus="")
    for number, spot in enumerate(select(bench.timeline, role)):
        if spot.start_ms == start_ms:
            return spot.segment.id or f"{role}#{number + 1}"
    raise cannot("outside", at_s=f"{start_ms / 1000:g}", what=role)


def _order(frame: Frame, bench: Bench, role: str) -> dict[str, Any]:
    """Which clip goes before or after which: "move the second clip before the first"."""
    numbers = [int(value) for value in frame.values("ordinal")]
    text = " ".join(token.text for token in frame.tokens)
    if frame.acts("order") and len(bench.spots(role)) == 2 and len(numbers) < 2:
        return {"target": f"{role}#2", "before": f"{role}#1"}
    if not numbers:
        return {}
    first = f"{role}#{numbers[0]}"
    behind = any(word in text for word in ("after", "behind", "后面", "之后", "end", "最后", "末尾"))
    if len(numbers) >= 2:
        return {"target": first, ("after" if behind else "before"): f"{role}#{numbers[1]}"}
    kinds = [span.kind for span in frame.values("span")]
    if "start" in kinds or any(word in text for word in ("first", "front", "最前", "前面", "开头")):
        return {"target": first, "before": f"{role}#1"} if numbers[0] != 1 else {}
    if "end" in kinds or behind:
        return {"target": first, "after": f"{role}#-1"}
    return {}


def duplicate_wish(frame: Frame, bench: Bench, part: str) -> bool:
    """Copies a clip right behind itself, or to a time."""
    role = ROLE_OF.get(part, part)
    if not role or not bench.there(role):
        role = bench.speaking_part
    if role == bench.speaking_part and (ranges := ranges_of(frame, bench.end_ms)):
        target = _piece(bench, role, ranges[0])
        bench.make(Duplicate, target=target, focus="")
        return True
    number = frame.value("ordinal")
    spans = [span.start_ms for span in frame.values("span") if span.kind == "at"]
    at_ms = spans[0] if spans else frame.value("clock", "duration")
    target = f"{role}#{int(number)}" if number is not None else role
    bench.make(Duplicate, target=target, at_ms=at_ms)
    return True
