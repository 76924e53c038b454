"""Where things other than voice and main picture stand in time, and whether they show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from wavereel.timeline.edits.base import Area, Edit, Length, Milliseconds, Note, Target
from wavereel.timeline.edits.pieces import leading_tracks, shortened, speed_of
from wavereel.timeline.edits.surgery import (
    change_tracks,
    changed,
    fresh_id,
    pinned,
    select,
    sorted_segments,
    tracks_of_target,
)
from wavereel.timeline.model import Segment, Timeline, TrackType
from wavereel.timeline.reasons import cannot, seconds
from wavereel.times import round_half_up

if TYPE_CHECKING:
    from wavereel.timeline.edits.surgery import Spot


def settled(
    timeline: Timeline, number: int, replaced: Mapping[int, Segment], *, added: tuple[Segment, ...] = ()
) -> Timeline:
    """The timeline with some segments of a track placed anew.

    Those that would lie over another segment of the track go to a new track of the same kind, right over it.

    Args:
        timeline: Before.
        number: Of the track.
        replaced: New segments by their number in the track, with their starts stated.
        added: More segments for the track, with their starts stated.
    """
    track = pinned(timeline.tracks[number])
    others = [segment for index, segment in enumerate(track.segments) if index not in replaced]
    placed = [*replaced.values(), *added]
    if not any(_overlap(one, other) for one in placed for other in others):
        moved = changed(track, segments=sorted_segments([*others, *placed]))
        return change_tracks(timeline, [number], lambda _: moved)
    stays = changed(track, segments=tuple(others))
    lifted = changed(track, id=fresh_id(timeline, track.role or "track"), segments=sorted_segments(placed))
    tracks = timeline.tracks
    return changed(timeline, tracks=(*tracks[:number], stays, lifted, *tracks[number + 1 :]))


def shifted(timeline: Timeline, found: Sequence[Spot], by_ms: int) -> Timeline:
    """The timeline with some segments so much later; see `settled`."""
    by_track: dict[int, dict[int, Segment]] = {}
    for spot in found:
        by_track.setdefault(spot.track, {})[spot.index] = changed(spot.segment, start=max(0, spot.start_ms + by_ms))
    for number in sorted(by_track, reverse=True):  # from the top, as a new track moves those over it
        timeline = settled(timeline, number, by_track[number])
    return timeline


def _overlap(one: Segment, other: Segment) -> bool:
    first, second = one.start or 0, other.start or 0
    return first < second + other.length_ms and second < first + one.length_ms


def with_span(segment: Segment, start_ms: int, length_ms: int) -> Segment:
    """A segment with another place and length; the range of a source that plays once ends with it."""
    values: dict[str, Any] = {"start": start_ms}
    if segment.source_end_ms is not None and not segment.loop and length_ms < segment.length_ms:
        speed = speed_of(segment)
        stop_ms = (segment.source_start_ms or 0) + round_half_up(length_ms * speed)
        values["source_end_ms"] = min(segment.source_end_ms, stop_ms)
    return shortened(changed(segment, **values), length_ms)


class SetTime(Edit):
    """Gives anything but the voice and the main picture another place and length in time.

        before   |title 0..4000|
        after    |title 2000..5000|     start_ms 2000, end_ms 5000

    What is not given stays: with a start alone it moves, with an end alone it grows or shrinks. The end of the video is
    never passed. `whole` is from 0 to the end. Of several segments only the start can be set; they move together.
    """

    area: ClassVar[Area] = "time"
    examples: ClassVar[tuple[dict[str, Any], ...]] = (
        {"target": "title", "start_ms": 0, "length_ms": 3000},
        {"target": "title", "whole": True},
    )

    op: Literal["set_time"] = "set_time"
    target: Target
    start_ms: Milliseconds | None = Field(None, description="where it starts, in milliseconds")
    length_ms: Length | None = Field(None, description="how long it is, in milliseconds")
    end_ms: Length | None = Field(None, description="where it ends, half-open, in milliseconds; instead of the length")
    whole: bool = Field(False, description="true: from the start of the video to its end")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """The timeline with the segment in its new place."""
        found = select(timeline, self.target)
        role = timeline.tracks[found[0].track].role or self.target
        if any(spot.track in leading_tracks(timeline) for spot in found):
            raise cannot("wrong_kind", what=role)
        if not self.whole and self.start_ms is None and self.length_ms is None and self.end_ms is None:
            raise cannot("nothing_to_change")
        if len(found) > 1:
            if self.whole or self.length_ms is not None or self.end_ms is not None or self.start_ms is None:
                raise cannot("several_there", what=role, count=len(found))
            return self._together(timeline, found, self.start_ms, role)
        (spot,) = found
        start_ms, length_ms = self._span(timeline, spot, role, notes)
        if (start_ms, length_ms) == (spot.start_ms, spot.segment.length_ms):
            raise cannot("same_already", what=role)
        return settled(timeline, spot.track, {spot.index: with_span(spot.segment, start_ms, length_ms)})

    def _together(self, timeline: Timeline, found: Sequence[Spot], start_ms: int, role: str) -> Timeline:
        length_ms = max(spot.end_ms for spot in found) - found[0].start_ms
        by_ms = max(0, min(start_ms, timeline.length_ms - length_ms)) - found[0].start_ms
        if not by_ms:
            raise cannot("same_already", what=role)
        return shifted(timeline, found, by_ms)

    def _span(self, timeline: Timeline, spot: Spot, role: str, notes: list[Note]) -> tuple[int, int]:
        end_of_all = timeline.length_ms
        if self.whole:
            return 0, max(end_of_all, 1)
        start_ms = spot.start_ms if self.start_ms is None else self.start_ms
        stop_ms = start_ms + spot.segment.length_ms
        if self.length_ms is not None:
            stop_ms = start_ms + self.length_ms
            if self.end_ms is not None and self.start_ms is None:
                start_ms, stop_ms = max(0, self.end_ms - self.length_ms), self.end_ms
        elif self.end_ms is not None:
            stop_ms = self.end_ms
        if start_ms >= end_of_all:
            raise cannot("past_end", at_s=seconds(start_ms), length_s=seconds(end_of_all))
        if stop_ms > end_of_all:
            stop_ms = end_of_all
            notes.append(Note("shortened", {"what": role, "length_s": seconds(stop_ms - start_ms)}))
        if stop_ms <= start_ms:
            raise cannot("empty_range")
        return start_ms, stop_ms - start_ms


class Hide(Edit):
    """Hides a part of the picture, or shows it again; it stays on the timeline.

        before   title
        after    title  hid true

    One of several segments of a track goes to a hidden track of its own. Sounds are muted, not hidden.
    """

    area: ClassVar[Area] = "picture"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({"target": "title"},)

    op: Literal["hide"] = "hide"
    target: Target
    hidden: bool = Field(True, description="true hides, false shows again")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """The timeline with the tracks hidden, or shown."""
        numbers = tracks_of_target(timeline, self.target)
        role = timeline.tracks[numbers[0]].role or self.target
        if any(timeline.tracks[number].type == TrackType.AUDIO for number in numbers):
            raise cannot("wrong_kind", what=role)
        if all(bool(timeline.tracks[number].hidden) == self.hidden for number in numbers):
            raise cannot("same_already", what=role)
        if self.hidden and len(numbers) == 1 and (alone := self._one_of_several(timeline, numbers[0])) is not None:
            return alone
        value = True if self.hidden else None
        wrong = [number for number in numbers if bool(timeline.tracks[number].hidden) != self.hidden]
        return change_tracks(timeline, wrong, lambda track: changed(track, hidden=value))

    def _one_of_several(self, timeline: Timeline, number: int) -> Timeline | None:
        track = timeline.tracks[number]
        if self.target in (track.role, track.id):
            return None
        mine = {spot.index for spot in select(timeline, self.target)}
        if len(mine) == len(track.segments):
            return None
        held = pinned(track)
        stays = changed(held, segments=tuple(s for index, s in enumerate(held.segments) if index not in mine))
        hidden = changed(
            held,
            id=fresh_id(timeline, track.role or "track"),
            hidden=True,
            segments=tuple(s for index, s in enumerate(held.segments) if index in mine),
        )
        tracks = timeline.tracks
        return changed(timeline, tracks=(*tracks[:number], stays, hidden, *tracks[number + 1 :]))
