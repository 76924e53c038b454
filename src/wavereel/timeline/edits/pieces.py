"""Parts of clips: what stays of a segment when time is taken out of its middle, and which ids parts get.

Which tracks lead is settled here too: the voice and the main picture, whose clips make up the time of the video.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import is_
from typing import Any

from wavereel.timeline.edits.quick import moved, quick
from wavereel.timeline.edits.surgery import Spot, changed
from wavereel.timeline.model import Effect, Segment, Timeline, Track, TrackType
from wavereel.times import MAX_MS, round_half_up

PICTURE_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".svg", ".tif", ".tiff", ".avif", ".heic")


class Ids:
    """Gives out ids that nothing on a timeline has; unlike `fresh_id` it does not search the timeline for each."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._taken: set[str | None] = set()
        self._next: dict[str, int] = {}

    def like(self, track: Track, segment: Segment) -> str:
        """A new id after that of a segment: `voice-2` after `voice-1`; after the role where the segment has none."""
        stem = (segment.id or "").rstrip("0123456789")
        stem = (stem[:-1] if stem.endswith("-") else segment.id or "") or track.role or "clip"
        if not self._taken:
            self._taken = {node.id for track in self._timeline.tracks for node in (track, *track.segments)}
        number = self._next.get(stem, 2)
        while f"{stem}-{number}" in self._taken:
            number += 1
        self._next[stem] = number + 1
        self._taken.add(f"{stem}-{number}")
        return f"{stem}-{number}"


@dataclass(frozen=True, slots=True)
class Cutter:
    """Which segments of a timeline are cut with their source, as a voice is; all others only get shorter.

    Attributes:
        spoken: Whether anything but music makes up the time: then a music bed is not cut.
        pictures: The `src` of media at hand that are still pictures.
    """

    spoken: bool
    pictures: frozenset[str]

    @classmethod
    def of(cls, timeline: Timeline) -> Cutter:
        """The cutter of a timeline."""
        return cls(
            any(track.segments and is_spoken(track) for track in timeline.tracks),
            frozenset(
                f"asset://{entry.get('file_id')}"
                for entry in timeline.media or ()
                if str(entry.get("file_type", "")).startswith("image")
            ),
        )

    def cuts(self, track: Track, segment: Segment) -> bool:
        """Whether taking time out of a segment takes it out of its source."""
        if segment.source is None or segment.loop:
            return False
        if track.type == TrackType.AUDIO:
            return track.role != "bgm" or not self.spoken
        return track.type == TrackType.VIDEO and track.role in ("main", "") and not self.is_picture(segment.source)

    def is_picture(self, source: str) -> bool:
        """Whether a source is a still picture."""
        return source in self.pictures or source.lower().partition("?")[0].endswith(PICTURE_SUFFIXES)


def is_spoken(track: Track) -> bool:
    """Whether a track is a sound or a video that is not mere accompaniment."""
    return (track.type == TrackType.AUDIO and track.role in ("voice", "audio", "")) or (
        track.type == TrackType.VIDEO and track.role == "main"
    )


def leading_tracks(timeline: Timeline) -> frozenset[int]:
    """The numbers of the tracks whose clips make up the time: voice and main, other sound where there is no voice."""
    roles = {track.role for track in timeline.tracks if track.segments}
    wanted = {("voice", 1), ("main", 0)}
    wanted |= set() if "voice" in roles else {("audio", 1), ("", 1)}
    wanted |= set() if "main" in roles else {("", 0)}
    return frozenset(n for n, track in enumerate(timeline.tracks) if (track.role, int(track.type)) in wanted)


def leading_spots(timeline: Timeline) -> list[Spot]:
    """All clips of the leading tracks, in order of time."""
    found = [
        Spot(number, index, start_ms, segment)
        for number in leading_tracks(timeline)
        for index, (start_ms, segment) in enumerate(timeline.tracks[number].placed())
    ]
    return sorted(found, key=lambda spot: (spot.start_ms, spot.track))


@dataclass(frozen=True, slots=True)
class Calm:
    """Where a change of the time does nothing but keep or shift whole segments; the rest is looked at one by one.

    Attributes:
        until_ms: Segments that end by then stay.
        from_ms: Segments that start by then or later are shifted.
        by_ms: How much later.
    """

    until_ms: int = 0
    from_ms: int = 2 * MAX_MS
    by_ms: int = 0


def rebuilt(
    timeline: Timeline,
    change: Callable[[Track, int, Segment], Iterable[tuple[int, Segment]]],
    calm: Calm = Calm(),
) -> tuple[Track, ...]:
    """The tracks with each segment replaced by the placed segments that `change` gives for it, start in ms and segment.

    Starts that follow from the segment before stay unsaid, what comes out as it went in is shared, and tracks that
    lose all their segments go.
    """
    tracks: list[Track] = []
    for track in timeline.tracks:
        placed = _changed_places(track, change, calm)
        if track.segments and not placed:
            continue
        cursor = 0
        segments: list[Segment] = []
        for start_ms, segment in placed:
            said = segment.start
            if said != start_ms and (said is not None or start_ms != cursor):
                segments.append(moved(segment, start_ms))
            else:
                segments.append(segment)
            cursor = start_ms + segment.length_ms
        same = len(segments) == len(track.segments) and all(map(is_, segments, track.segments))
        tracks.append(track if same else changed(track, segments=tuple(segments)))
    return tuple(tracks)


def _changed_places(
    track: Track, change: Callable[[Track, int, Segment], Iterable[tuple[int, Segment]]], calm: Calm
) -> list[tuple[int, Segment]]:
    """What becomes of the segments of a track, in order of time."""
    placed: list[tuple[int, Segment]] = []
    until_ms, from_ms, by_ms = calm.until_ms, calm.from_ms, calm.by_ms
    last_ms, sorted_so_far = 0, True
    for place in track.placed():
        start_ms, segment = place
        if start_ms >= from_ms:
            placed.append((start_ms + by_ms, segment))
        elif start_ms + segment.length_ms <= until_ms:
            placed.append(place)
        else:
            placed.extend(change(track, start_ms, segment))
        if placed:
            sorted_so_far = sorted_so_far and placed[-1][0] >= last_ms
            last_ms = placed[-1][0]
    if not sorted_so_far:
        placed.sort(key=lambda new: new[0])
    return placed


def shortened(segment: Segment, length_ms: int) -> Segment:
    """A segment with another length; fades that would be longer are cut to it."""
    values: dict[str, Any] = {"length_ms": length_ms}
    if (segment.fade_in_ms or 0) > length_ms:
        values["fade_in_ms"] = length_ms
    if (segment.fade_out_ms or 0) > length_ms:
        values["fade_out_ms"] = length_ms
    return quick(segment, **values)


def parts_of_clip(
    timeline_ids: Ids, track: Track, start_ms: int, clip: Segment, ranges: Sequence[tuple[int, int]], *, cut: bool
) -> list[tuple[int, Segment]]:
    """The parts of a clip that lie in some ranges of the timeline, each with the start that it had, in order.

    The first part keeps the id and what happens at the start, the last what happens at the end, and all others get
    fresh ids. A part of which the source holds nothing is left out.

    Args:
        timeline_ids: Gives the fresh ids.
        track: Of the clip.
        start_ms: Of the clip.
        clip: The clip.
        ranges: Half-open, in order, inside the clip.
        cut: Whether the source is cut along; otherwise all parts start alike.
    """
    parts: list[tuple[int, int, dict[str, Any]]] = []
    for begin, end in ranges:
        source = _source_part(clip, start_ms, begin, end) if cut else {}
        if source is not None:
            parts.append((begin, end, source))
    result: list[tuple[int, Segment]] = []
    for number, (begin, end, values) in enumerate(parts):
        first, last = number == 0, number == len(parts) - 1
        values["length_ms"] = end - begin
        for name, here in (("fade_in_ms", first), ("fade_out_ms", last)):
            fade_ms = getattr(clip, name)
            if fade_ms is not None and (not here or fade_ms > end - begin):
                values[name] = end - begin if here else None
        if not first:
            values["id"] = timeline_ids.like(track, clip)
        if not last and clip.transition is not None:
            values["transition"] = None
        if clip.animations is not None and not (first and last):
            values["animations"] = changed(
                clip.animations,
                **({} if first else {"enter": None}) | ({} if last else {"leave": None}),
            )
        if clip.effects:
            values["effects"] = _effects_part(clip, begin - start_ms, end - start_ms) or None
        result.append((begin, quick(clip, **values)))
    return result


def speed_of(clip: Segment) -> Fraction:
    """The speed of a clip as people write it: 1.1 is 11/10."""
    return Fraction(str(clip.speed)) if clip.speed else Fraction(1)


def _source_part(clip: Segment, start_ms: int, begin: int, end: int) -> dict[str, Any] | None:
    """`ss` and `se` of a part, to the nearest ms; `None` where the source holds nothing for it."""
    first_ms, stop_ms = begin - start_ms, end - start_ms
    if clip.speed is not None and clip.speed != 1:
        speed = speed_of(clip)
        first_ms, stop_ms = round_half_up(first_ms * speed), round_half_up(stop_ms * speed)
    offset_ms = clip.source_start_ms or 0
    first_ms, stop_ms = min(offset_ms + first_ms, MAX_MS), min(offset_ms + stop_ms, MAX_MS)
    limit_ms = clip.source_end_ms
    values: dict[str, Any] = {}
    if first_ms or clip.source_start_ms is not None:
        values["source_start_ms"] = first_ms
    if end == start_ms + clip.length_ms:
        values |= {} if limit_ms is None else {"source_end_ms": limit_ms}
    else:
        values["source_end_ms"] = stop_ms if limit_ms is None else min(stop_ms, limit_ms)
    nothing = begin > start_ms and limit_ms is not None and first_ms >= limit_ms
    return None if nothing else values


def _effects_part(clip: Segment, begin: int, end: int) -> tuple[Effect, ...]:
    """The effects of a part `[begin, end)` of a clip, in ms from its start: masks are cut and moved with the sound."""
    result: list[Effect] = []
    for effect in clip.effects or ():
        span = mask_span(effect, clip.length_ms)
        if span is None or (begin == 0 and span[1] <= end):
            result.append(effect)
            continue
        low, high = max(span[0], begin), min(span[1], end)
        if low < high:
            result.append(changed(effect, s=low - begin, d=high - low))
    return tuple(result)


def mask_span(effect: Effect, length_ms: int) -> tuple[int, int] | None:
    """The half-open range of a `mask`, in ms from the clip's start; `None` for other effects and for damaged ones."""
    start, length = effect.extra.get("s", 0), effect.extra.get("d", length_ms)
    if effect.kind != "mask" or type(start) is not int or type(length) is not int:
        return None
    return start, max(start, start + length if "d" in effect.extra else length_ms)
