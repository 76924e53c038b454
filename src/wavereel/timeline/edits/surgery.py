"""Changes of an immutable timeline that share everything that stays: the tools that edits are made of.

A key that is set to `None` is gone from the draft.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel

from wavereel.timeline.model import (
    Animations,
    Generator,
    ItemMeta,
    Segment,
    TextStyle,
    Timeline,
    TimelineMeta,
    Track,
    TrackType,
    Transform,
)
from wavereel.timeline.reasons import cannot

Node = TypeVar("Node", bound=BaseModel)

ROLE_TYPES: dict[str, TrackType] = {
    **dict.fromkeys(("background", "main", "waveform", "overlay", "progress"), TrackType.VIDEO),
    **dict.fromkeys(("voice", "bgm", "sfx", "audio"), TrackType.AUDIO),
    **dict.fromkeys(("title", "lower_third", "chapter", "cta", "text", "caption"), TrackType.TEXT),
}

_ORDER = (
    *("background", "main", "cover", "waveform", "progress", "overlay", "logo"),
    *("voice", "audio", "bgm", "sfx"),
    *("text", "title", "chapter", "lower_third", "caption", "cta"),
)
"""Bottom to top, as `build_timeline` lays tracks: an end card lies over everything."""

SPOKEN_ROLES = ("voice", "audio", "main")
"""Where speech is looked for, in this order."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A segment of a timeline: number of its track, number of it in the track, its start in ms, and itself."""

    track: int
    index: int
    start_ms: int
    segment: Segment

    @property
    def end_ms(self) -> int:
        """Half-open end on the timeline."""
        return self.start_ms + self.segment.length_ms


def changed(node: Node, **values: Any) -> Node:
    """The node with fields set; a value of `None` takes the key away. Values must be valid already."""
    return node.model_copy(update=values)


def meta_with(meta: ItemMeta | None, **values: Any) -> ItemMeta:
    """Meta of a track or segment with fields set."""
    return changed(meta or ItemMeta.model_validate({}), **values)


def style_with(style: TextStyle | None, **values: Any) -> TextStyle | None:
    """A style with fields set; `None` where nothing is left in it."""
    result = changed(style or TextStyle.model_validate({}), **values)
    return result if _holds_anything(result) else None


def transform_with(transform: Transform | None, **values: Any) -> Transform | None:
    """A place with fields set; `None` where nothing is left in it."""
    result = changed(transform or Transform.model_validate({}), **values)
    return result if _holds_anything(result) else None


def animations_with(animations: Animations | None, **values: Any) -> Animations | None:
    """Entrance and exit with fields set; `None` where nothing is left."""
    result = changed(animations or Animations.model_validate({}), **values)
    return result if _holds_anything(result) else None


def generator_with(generator: Generator, **values: Any) -> Generator:
    """A generator with fields set."""
    return changed(generator, **values)


def with_meta(timeline: Timeline, **values: Any) -> Timeline:
    """The timeline with fields of its `m` set."""
    return changed(timeline, meta=changed(timeline.meta or TimelineMeta.model_validate({}), **values))


def segment_of(tree: Mapping[str, Any]) -> Segment:
    """A segment from its draft keys."""
    return Segment.model_validate(tree, by_alias=True, by_name=False)


def track_of(tree: Mapping[str, Any]) -> Track:
    """A track from its draft keys."""
    return Track.model_validate(tree, by_alias=True, by_name=False)


def named(track: Track, segment: Segment, name: str) -> bool:
    """Whether a segment is the `logo` or the `cover`: by slot, name or id of it or of its track."""
    for meta in (segment.meta, track.meta):
        if meta is not None and name in (str(meta.extra.get("slot", "")), (meta.name or "").lower()):
            return True
    corners = ("top_left", "top_right", "bottom_left", "bottom_right")
    slot = str(segment.meta.extra.get("slot", "")) if segment.meta else ""
    return track.id == name or (name == "logo" and slot in corners)


def spots(
    timeline: Timeline, wanted: Callable[[Track, Segment], bool], on: Callable[[Track], bool] | None = None
) -> list[Spot]:
    """All segments that are wanted, in order of time; with `on`, of some tracks only."""
    found = [
        Spot(number, index, start_ms, segment)
        for number, track in enumerate(timeline.tracks)
        if on is None or on(track)
        for index, (start_ms, segment) in enumerate(track.placed())
        if wanted(track, segment)
    ]
    return sorted(found, key=lambda spot: (spot.start_ms, spot.track))


def _every(_track: Track, _segment: Segment) -> bool:
    return True


def of_role(timeline: Timeline, role: str) -> list[Spot]:
    """The segments of a role in order of time; `logo` and `cover` count as roles, and `overlay` holds both."""
    if role in ("logo", "cover"):
        return spots(
            timeline, lambda track, segment: named(track, segment, role), lambda track: track.role == "overlay"
        )
    return spots(timeline, _every, lambda track: track.role == role)


def select(timeline: Timeline, target: str) -> list[Spot]:
    """The segments that a target names, in order of time.

    Raises:
        EditError: It names nothing.
    """
    role, mark, number = target.rpartition("#")
    if mark and number.lstrip("-").isdigit():
        found = of_role(timeline, role) or _by_id(timeline, role)
        place = int(number)
        if not found:
            raise cannot("nothing_there", what=role)
        if not 1 <= abs(place) <= len(found):
            raise cannot("no_such_number", what=role, count=len(found))
        return [found[place - 1 if place > 0 else place]]
    if target.startswith("@"):
        return _by_place(timeline, target)
    known = target in ROLE_TYPES or target in ("logo", "cover")
    found = of_role(timeline, target) if known else []
    found = found or _by_id(timeline, target)
    if not found:
        raise cannot("nothing_there", what=target) if known else cannot("no_such_target", target=target)
    return found


def tracks_of_target(timeline: Timeline, target: str) -> list[int]:
    """The numbers of the tracks that a target names, also of those without segments.

    Raises:
        EditError: It names nothing.
    """
    numbers = [n for n, track in enumerate(timeline.tracks) if target in (track.role, track.id)]
    return numbers or sorted({spot.track for spot in select(timeline, target)})


def _by_id(timeline: Timeline, target: str) -> list[Spot]:
    found = spots(timeline, lambda _, segment: segment.id == target)
    return found or spots(timeline, lambda track, _: track.id == target)


def _by_place(timeline: Timeline, target: str) -> list[Spot]:
    track_text, dot, index_text = target[1:].partition(".")
    if not (track_text.isdigit() and (not dot or index_text.isdigit())):
        raise cannot("no_such_target", target=target)
    number = int(track_text)
    found = [
        spot for spot in spots(timeline, _every) if spot.track == number and (not dot or spot.index == int(index_text))
    ]
    if not found:
        raise cannot("no_such_target", target=target)
    return found


def change_segments(timeline: Timeline, wanted: Iterable[Spot], change: Callable[[Spot], Segment | None]) -> Timeline:
    """The timeline with some segments changed; where `change` gives `None` one goes, and an emptied track with it.

    Segments that follow one that goes, and had no start of their own, stay where they were.
    """
    by_track: dict[int, dict[int, Segment | None]] = {}
    for spot in wanted:
        by_track.setdefault(spot.track, {})[spot.index] = change(spot)
    tracks: list[Track] = []
    for number, track in enumerate(timeline.tracks):
        changes = by_track.get(number)
        if changes is None:
            tracks.append(track)
            continue
        base = pinned(track) if any(value is None for value in changes.values()) else track
        segments = [changes.get(index, segment) for index, segment in enumerate(base.segments)]
        kept = tuple(segment for segment in segments if segment is not None)
        if kept:
            tracks.append(changed(track, segments=kept))
    return changed(timeline, tracks=tuple(tracks))


def change_tracks(timeline: Timeline, numbers: Iterable[int], change: Callable[[Track], Track | None]) -> Timeline:
    """The timeline with some tracks changed; where `change` gives `None` the track goes."""
    wanted = set(numbers)
    tracks = [change(track) if number in wanted else track for number, track in enumerate(timeline.tracks)]
    return changed(timeline, tracks=tuple(track for track in tracks if track is not None))


def pinned(track: Track) -> Track:
    """The track with every start stated."""
    if all(segment.start is not None for segment in track.segments):
        return track
    return changed(track, segments=tuple(changed(segment, start=start_ms) for start_ms, segment in track.placed()))


def insert_track(timeline: Timeline, track: Track, *, kind: str | None = None) -> Timeline:
    """The timeline with a track in its painting order.

    Args:
        timeline: Before.
        track: The new one.
        kind: `logo` or `cover` for overlays that lie elsewhere than others; the role by default.
    """
    rank = _rank(kind or track.role)
    place = len(timeline.tracks)
    for number, other in enumerate(timeline.tracks):
        if _track_rank(other) > rank:
            place = number
            break
    return changed(timeline, tracks=(*timeline.tracks[:place], track, *timeline.tracks[place:]))


def put_segment(
    timeline: Timeline, role: str, segment: Segment, *, kind: str | None = None, name: str = ""
) -> Timeline:
    """The timeline with a segment added to the role's first track that is free there, else on a new track.

    Args:
        timeline: Before.
        role: Of the track.
        segment: With its start stated.
        kind: As in `insert_track`.
        name: `m.name` of a new track.
    """
    start_ms = segment.start or 0
    if kind is None:
        for number, track in enumerate(timeline.tracks):
            if track.role == role and track.type == ROLE_TYPES[role] and is_free(track, start_ms, segment.length_ms):
                held = pinned(track)
                segments = sorted((*held.segments, segment), key=lambda item: item.start or 0)
                return change_tracks(timeline, [number], lambda _, h=held, s=segments: changed(h, segments=tuple(s)))
    meta = {"role": role} | ({"name": name} if name else {})
    track = track_of({"id": fresh_id(timeline, kind or role), "tt": int(ROLE_TYPES[role]), "m": meta, "sg": []})
    return insert_track(timeline, changed(track, segments=(segment,)), kind=kind)


def is_free(track: Track, start_ms: int, length_ms: int) -> bool:
    """Whether no segment of a track overlaps `[start_ms, start_ms + length_ms)`."""
    return all(
        start_ms + length_ms <= begin or begin + segment.length_ms <= start_ms for begin, segment in track.placed()
    )


def fresh_id(timeline: Timeline, stem: str) -> str:
    """An id that nothing on the timeline has: the stem itself, or with the first number from 2 on."""
    taken = {track.id for track in timeline.tracks}
    taken |= {segment.id for track in timeline.tracks for segment in track.segments}
    if stem not in taken:
        return stem
    number = 2
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"


def media_entry(timeline: Timeline, name: str) -> dict[str, Any]:
    """The entry of `video_infos` of a file, by `file_id`, `asset://` address or file name.

    Raises:
        EditError: No file at hand is called so.
    """
    plain = name.removeprefix("asset://")
    for key in ("file_id", "filename"):
        for entry in timeline.media or ():
            if entry.get(key) == plain:
                return entry
    folded = plain.casefold()
    for entry in timeline.media or ():
        if str(entry.get("filename", "")).casefold() == folded:
            return entry
    raise cannot("no_file", name=name)


def source_of(entry: Mapping[str, Any]) -> str:
    """The draft's `src` of a medium at hand."""
    return f"asset://{entry.get('file_id')}"


def media_length_ms(entry: Mapping[str, Any]) -> int | None:
    """Length of a medium at hand in ms, rounded up; `None` for a picture, or where nobody knows."""
    duration = entry.get("duration")
    if not isinstance(duration, int | float) or duration <= 0:
        return None
    return -(-round(duration * 1_000_000) // 1000)


def with_length(timeline: Timeline, length_ms: int) -> Timeline:
    """The timeline with its total length stated."""
    return changed(timeline, length=length_ms)


def effective_style(track: Track, segment: Segment | None) -> TextStyle:
    """The style of a text: the segment's own over its track's."""
    empty = TextStyle.model_validate({})
    if segment is None or segment.style is None:
        return track.style or empty
    return segment.style.over(track.style)


def track_meta(track: Track) -> ItemMeta:
    """The meta of a track, empty where it has none."""
    return track.meta or ItemMeta.model_validate({})


def sorted_segments(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """Segments with stated starts in order of time."""
    return tuple(sorted(segments, key=lambda segment: segment.start or 0))


def _rank(kind: str) -> int:
    return _ORDER.index(kind) if kind in _ORDER else len(_ORDER)


def _track_rank(track: Track) -> int:
    if track.role == "overlay" and track.segments:
        for kind in ("cover", "logo"):
            if named(track, track.segments[0], kind):
                return _rank(kind)
    return _rank(track.role)


def _holds_anything(node: BaseModel) -> bool:
    return any(getattr(node, name) is not None for name in node.model_fields_set) or bool(node.model_extra)
