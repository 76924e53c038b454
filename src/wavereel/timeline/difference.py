"""What differs between two timelines, as facts that come from the two drafts alone.

Nothing that differs is left out (except `rev`): a key that nobody knows is named as it stands. What is shared is not
looked at, so that two revisions of an hour are compared in a few milliseconds.

    before   title "Urban Dreams" 0-3 s white    captions 40 cues
    after    title "Night Shift"  0-3 s yellow   captions 40 cues, 10 s earlier

    set title txt "Urban Dreams" → "Night Shift"; set title st.c #ffffff → #ffff00; shifted caption -10000 ms, 40
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from wavereel.timeline.build import ratio_text
from wavereel.timeline.difference_cuts import cut_ranges
from wavereel.timeline.difference_facts import Difference, extra_changes, node_changes, part_of, plain, thing
from wavereel.timeline.difference_segments import segment_differences
from wavereel.timeline.edits.surgery import changed
from wavereel.timeline.model import Segment, Track

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    from wavereel.timeline.model import Timeline

_DETAILS = frozenset({"id", "d", "lk"})
"""Keys of a track that nobody sees or hears."""

_OF_TRACKS = frozenset(field.alias or name for name, field in Track.model_fields.items())
_OF_SEGMENTS = frozenset(field.alias or name for name, field in Segment.model_fields.items())
"""On a track or a draft these are unknown keys, which may hold anything, unless a track has them too."""


def differences(before: Timeline, after: Timeline) -> tuple[Difference, ...]:
    """All that differs: the canvas first, then the whole, then part by part from bottom to top."""
    if before is after:
        return ()
    found = [*_canvas(before, after), *_whole(before, after), *_media(before, after), *_tracks(before, after)]
    if not found and _differ(before, after):
        found = [Difference("detail", "timeline")]
    return tuple(found)


def _canvas(before: Timeline, after: Timeline) -> Iterator[Difference]:
    """The draft's `m`; width and height are one fact."""
    if before.meta is after.meta:
        return
    keys = {key: (old, new) for key, old, new in node_changes(before.meta, after.meta)}
    sized = keys.keys() & {"width", "height"}
    if before.size != after.size:
        yield Difference("set", "canvas", "m.size", before.size, after.size)
    elif sized:
        yield Difference("detail", "canvas", "m.width")
    for key in sized:
        del keys[key]
    if "ratio" in keys:
        old, new = (value.meta.ratio or ratio_text(*value.size) for value in (before, after))
        yield Difference("set" if old != new else "detail", "canvas", "m.ratio", old, new)
        del keys["ratio"]
    if "fps" in keys:
        old, new = float(before.fps), float(after.fps)
        yield Difference("set" if old != new else "detail", "canvas", "m.fps", old, new)
        del keys["fps"]
    for key, (old, new) in keys.items():
        yield Difference("set", "canvas", f"m.{key}", old, new)


def _whole(before: Timeline, after: Timeline) -> Iterator[Difference]:
    """Keys of the draft itself, its length, and what was cut."""
    if before.length != after.length or before.length_ms != after.length_ms:
        same = before.length_ms == after.length_ms
        yield Difference("detail" if same else "set", "timeline", "d", before.length_ms, after.length_ms)
    ranges = cut_ranges(before, after)
    if ranges:
        lost_ms = sum(end_ms - start_ms for start_ms, end_ms in ranges)
        yield Difference("cut", "timeline", "", ranges, lost_ms, count=len(ranges), whole_ms=before.length_ms)
    back = cut_ranges(after, before)
    if back:
        got_ms = sum(end_ms - start_ms for start_ms, end_ms in back)
        yield Difference("restored", "timeline", "", got_ms, back, count=len(back), whole_ms=after.length_ms)
    for key, old, new in (("v", before.version, after.version), ("id", before.id, after.id)):
        if old != new:
            yield Difference("detail", "timeline", key, old, new)
    for key, old, new in extra_changes(before, after):
        yield Difference("detail" if key in _OF_SEGMENTS else "set", "timeline", key, old, new)
    if ("meta" in before.model_fields_set) != ("meta" in after.model_fields_set) and before.meta == after.meta:
        yield Difference("detail", "timeline", "m")


def _media(before: Timeline, after: Timeline) -> Iterator[Difference]:
    """The media at hand."""
    if before.media is after.media or before.media == after.media:
        return
    old = {_media_key(entry): entry for entry in before.media or ()}
    new = {_media_key(entry): entry for entry in after.media or ()}
    some = False
    for key, entry in new.items():
        if key not in old:
            some = True
            yield Difference("added", "media", "video_infos", None, entry, name=_media_name(entry))
    for key, entry in old.items():
        if key not in new:
            some = True
            yield Difference("removed", "media", "video_infos", entry, None, name=_media_name(entry))
    if not some:
        yield Difference("detail", "media", "video_infos")


def _media_key(entry: dict[str, Any]) -> str:
    return str(entry.get("file_id", entry.get("cdn_url", entry.get("filename"))))


def _media_name(entry: dict[str, Any]) -> str:
    return str(entry.get("filename", entry.get("file_id", "")))


def _tracks(before: Timeline, after: Timeline) -> Iterator[Difference]:
    if before.tracks is after.tracks:
        return
    pairs = _paired(before.tracks, after.tracks)
    taken = {old for old, _ in pairs}
    met = {new for _, new in pairs}
    for number, track in enumerate(before.tracks):
        if number not in taken:
            yield _lone("removed", before, track)
    for old, new in pairs:
        if before.tracks[old] is not after.tracks[new]:
            yield from _track(before, after, before.tracks[old], after.tracks[new])
    for number, track in enumerate(after.tracks):
        if number not in met:
            yield _lone("added", after, track)
    order = [old for old, _ in sorted(pairs, key=lambda pair: pair[1])]
    if order != sorted(order):
        yield Difference("order", "timeline", "t")


def _lone(kind: Any, timeline: Timeline, track: Track) -> Difference:
    """A whole track that came or went."""
    facts = thing(timeline, track, None)
    old, new = (facts, None) if kind == "removed" else (None, facts)
    target = track.id or part_of(track)
    return Difference(kind, part_of(track), "", old, new, facts["name"], max(1, len(track.segments)), (target,))


def _paired(old: tuple[Track, ...], new: tuple[Track, ...]) -> list[tuple[int, int]]:
    """Which track became which: the same object, the same id, the same part in order."""
    pairs: list[tuple[int, int]] = []
    left, right = dict(enumerate(old)), dict(enumerate(new))
    rules: tuple[Callable[[Track], Hashable], ...] = (
        id,
        lambda track: (track.id, track.type) if track.id is not None else None,
        lambda track: (track.type, track.role, part_of(track)),
    )
    for rule in rules:
        waiting: defaultdict[Hashable, list[int]] = defaultdict(list)
        for number, track in left.items():
            waiting[rule(track)].append(number)
        for number, track in list(right.items()):
            key = rule(track)
            if key is not None and waiting.get(key):
                found = waiting[key].pop(0)
                pairs.append((found, number))
                del left[found], right[number]
    return sorted(pairs)


def _track(before: Timeline, after: Timeline, old: Track, new: Track) -> Iterator[Difference]:
    """Two tracks that are the same one: its own keys, then its segments."""
    part, target = part_of(new), (new.id or part_of(new),)
    some = False
    for key, was, now in node_changes(old, new):
        match key:
            case "sg":
                continue
            case "m" | "st":
                names = {"m": "meta", "st": "style"}
                changes = node_changes(getattr(old, names[key]), getattr(new, names[key]))
                for inner, one, other in changes:
                    yield Difference("set", part, f"{key}.{inner}", one, other, targets=target)
                if not changes:
                    yield Difference("detail", part, key, targets=target)
            case _:
                unknown = key in _OF_SEGMENTS and key not in _OF_TRACKS
                kind = "detail" if key in _DETAILS or unknown else "set"
                yield Difference(kind, part, key, plain(was), plain(now), targets=target)
        some = True
    if old.segments is not new.segments:
        found = segment_differences(before, after, old, new)
        yield from found
        some = some or bool(found)
    if not some and old != new:
        yield Difference("detail", part, "sg", targets=target)


def _differ(before: Timeline, after: Timeline) -> bool:
    return changed(before, revision=0) != changed(after, revision=0)
