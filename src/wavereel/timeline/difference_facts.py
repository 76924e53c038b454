"""The facts that a comparison of two timelines gives, and how nodes are compared key by key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

from pydantic import BaseModel

from wavereel.timeline.edits.surgery import named
from wavereel.timeline.model import TrackType
from wavereel.timeline.summary import segment_name

if TYPE_CHECKING:
    from wavereel.timeline.difference_places import Seen
    from wavereel.timeline.model import Segment, Timeline, Track

Tree = dict[str, Any]
Kind = Literal[
    "set",
    "various",
    "added",
    "removed",
    "count",
    "shifted",
    "retimed",
    "reworded",
    "cut",
    "restored",
    "order",
    "detail",
]

_BARE_PARTS = {TrackType.VIDEO: "main", TrackType.AUDIO: "audio", TrackType.TEXT: "text"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs.

    Attributes:
        kind: `set` a key has another value; `various` it has, in several segments in several ways; `added` and
            `removed` a segment, track or medium; `count` how many segments there are; `shifted` by `after` ms;
            `retimed` in no regular way; `reworded` a part of several texts; `cut` ranges of the timeline, in `before`;
            `restored` ranges of the timeline, in `after`, that were cut before; `order` of tracks or segments;
            `detail` something that is neither seen nor heard.
        part: A role, `logo`, `cover`, `canvas`, `timeline` or `media`.
        key: The draft's key, with dots: `st.c`, `g.n`, `m.theme`. `time` is start and end, `content` what is shown.
        before: The value before, plain; `None` where there was none.
        after: The value afterwards, as `before`.
        name: What the segment is called, a text in quotes.
        count: For how many segments it holds.
        targets: Their ids, or what else names them.
        own: Whether the value stands on the segment itself and not on its track.
        alone: Whether the part has but this one segment.
        whole_ms: Length of the timeline before, where the fact is about times; of the one after for `restored`.
        seen: Where the segment stands before and after, for facts about its place.
        trimmed: Whether texts only lost or only got back some of their words.
    """

    kind: Kind
    part: str
    key: str = ""
    before: Any = None
    after: Any = None
    name: str = ""
    count: int = 1
    targets: tuple[str, ...] = ()
    own: bool = False
    alone: bool = True
    whole_ms: int = 0
    seen: tuple[Seen, Seen] | None = None
    trimmed: bool = False


def part_of(track: Track) -> str:
    """The part that a track plays: its role, and for an overlay whether it is the logo or the cover."""
    if track.role == "overlay":
        for kind in ("logo", "cover"):
            if any(named(track, segment, kind) for segment in track.segments[:1]):
                return kind
    return track.role or _BARE_PARTS.get(cast("TrackType", track.type), "track")


def plain(value: object) -> Any:
    """A value of a model as a draft writes it."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True, exclude_unset=True)
    if isinstance(value, tuple):
        return [plain(item) for item in cast("tuple[object, ...]", value)]
    return value


def node_changes(old: BaseModel | None, new: BaseModel | None) -> list[tuple[str, Any, Any]]:
    """The draft keys in which two nodes of a kind differ, with both values; a node that is not there has no keys."""
    some = old or new
    if some is None or old is new:
        return []
    found: list[tuple[str, Any, Any]] = []
    for name, field in type(some).model_fields.items():
        one, other = getattr(old, name, None), getattr(new, name, None)
        if one is not other and one != other:
            found.append((field.alias or name, one, other))
    return found + extra_changes(old, new)


def extra_changes(old: BaseModel | None, new: BaseModel | None) -> list[tuple[str, Any, Any]]:
    """The keys that this version does not know and in which two nodes differ."""
    one = (old.model_extra if old is not None else None) or {}
    other = (new.model_extra if new is not None else None) or {}
    if one is other or one == other:
        return []
    return [
        (key, one.get(key), other.get(key))
        for key in dict.fromkeys([*one, *other])
        if (key in one) != (key in other) or one[key] != other[key]
    ]


def content_of(timeline: Timeline, track: Track, segment: Segment) -> Tree:
    """What a segment shows or plays: its generator, or its file and what that is called."""
    if segment.generator is not None:
        return {"g": plain(segment.generator)}
    return {"src": segment.source, "name": _file_of(timeline, segment) or segment_name(timeline, track, segment)}


def _file_of(timeline: Timeline, segment: Segment) -> str:
    """What the file of a segment is called, where it is at hand."""
    source = (segment.source or "").removeprefix("asset://")
    found = (entry for entry in timeline.media or () if source and entry.get("file_id") == source)
    return next((str(entry.get("filename") or "") for entry in found), "")


def thing(timeline: Timeline, track: Track, segment: Segment | None) -> Tree:
    """What there is to say about a segment, or about a whole track, that came or went."""
    if segment is None:
        if not track.segments:
            return {"name": "", "count": 0, "pending": bool(track.meta and track.meta.pending)}
        placed = track.placed()
        segment = placed[0][1]
        start_ms = min(start for start, _ in placed)
        end_ms = max(start + one.length_ms for start, one in placed)
        count = len(placed)
    else:
        start_ms = next(start for start, one in track.placed() if one is segment)
        end_ms, count = start_ms + segment.length_ms, 1
    facts: Tree = {"name": segment_name(timeline, track, segment), "count": count}
    facts |= {"start_ms": start_ms, "end_ms": end_ms, "whole": start_ms == 0 and end_ms >= timeline.length_ms}
    if segment.text is not None:
        return facts | {"text": segment.text}
    facts |= content_of(timeline, track, segment)
    if file := _file_of(timeline, segment):
        facts["file"] = file
    if track.type == TrackType.AUDIO:
        own = 1.0 if segment.gain is None else segment.gain
        facts["gain"] = own * (1.0 if track.gain is None else track.gain)
    return facts
