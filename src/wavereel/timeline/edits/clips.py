"""Edits of clips: move, duplicate, trim."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from wavereel.timeline.edits.base import Area, Edit, Length, Milliseconds, Note, Target
from wavereel.timeline.edits.cue_parts import cue_within
from wavereel.timeline.edits.gaps import copies_within, insert_gap, swap_ranges, with_copies
from wavereel.timeline.edits.pieces import Cutter, Ids, leading_spots, leading_tracks, parts_of_clip, shortened
from wavereel.timeline.edits.ripple import cut_ranges
from wavereel.timeline.edits.sounding import sound_spots
from wavereel.timeline.edits.spans import settled, shifted
from wavereel.timeline.edits.surgery import SPOKEN_ROLES, Spot, change_segments, changed, meta_with, of_role
from wavereel.timeline.model import Segment, Timeline, Track, TrackType
from wavereel.timeline.reasons import cannot, seconds
from wavereel.times import MAX_MS

if TYPE_CHECKING:
    from collections.abc import Sequence


class Move(Edit):
    """Moves a clip, a text or a picture in time.

        before   |voice-1 aa|voice-2 bbbb|    cues of a   cues of b
        after    |voice-2 bbbb|voice-1 aa|    cues of b   cues of a     voice-2 before voice-1

    With `before` or `after`, a clip of the voice or the main picture changes places with what lies between, and all
    that belongs to it goes along. Anything else starts elsewhere, but stays inside the video; a voice that is moved
    past the end makes the video longer.
    """

    area: ClassVar[Area] = "time"
    examples: ClassVar[tuple[dict[str, Any], ...]] = (
        {"target": "title", "to_ms": 500},
        {"target": "title", "by_ms": -1000},
        {"target": "voice#2", "before": "voice#1"},
    )

    op: Literal["move"] = "move"
    target: Target
    to_ms: Milliseconds | None = Field(None, description="where it starts then, in milliseconds")
    by_ms: Annotated[int, Field(ge=-MAX_MS, le=MAX_MS)] | None = Field(
        None, description="how much later it starts, in milliseconds; negative for earlier"
    )
    before: Target | None = Field(None, description="what it comes right before")
    after: Target | None = Field(None, description="what it comes right behind")

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if sum(value is not None for value in (self.to_ms, self.by_ms, self.before, self.after)) > 1:
            raise ValueError("give one of to_ms, by_ms, before and after")
        return self

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """The timeline with the segments in their new place."""
        found = sound_spots(timeline, self.target)
        role = timeline.tracks[found[0].track].role or self.target
        start_ms, stop_ms = _block(found)
        leads = any(spot.track in leading_tracks(timeline) for spot in found)
        neighbour = self.before or self.after
        if neighbour is not None:
            low_ms, high_ms = _block(sound_spots(timeline, neighbour))
            place_ms = low_ms if self.before else high_ms
            if leads:
                return _reordered(timeline, start_ms, stop_ms, place_ms, role)
            by_ms = place_ms - (stop_ms if self.before else start_ms)
        elif self.to_ms is not None:
            by_ms = self.to_ms - start_ms
        elif self.by_ms is not None:
            by_ms = self.by_ms
        else:
            raise cannot("nothing_to_change")
        if not by_ms:
            raise cannot("same_already", what=role)
        highest_ms = max(0, (MAX_MS if leads else timeline.length_ms) - (stop_ms - start_ms))
        used_ms = min(max(start_ms + by_ms, 0), highest_ms)
        if used_ms != start_ms + by_ms:
            asked = f"{seconds(start_ms + by_ms)} s"
            facts: dict[str, object] = {"asked": asked, "used": f"{seconds(used_ms)} s"}
            notes.append(Note("clamped", facts | {"low": "0 s", "high": f"{seconds(highest_ms)} s"}))
        if used_ms == start_ms:
            raise cannot("same_already", what=role)
        if not leads:
            return shifted(timeline, found, used_ms - start_ms)
        return _moved_sound(timeline, found, used_ms - start_ms, role)


class Duplicate(Edit):
    """Puts a copy right behind a clip, a text or a picture, or at a time.

        before   |voice-1 aa|voice-2 bb|    d 8000
        after    |voice-1 aa|voice-3 aa|voice-2 bb|    d 12000

    For the voice and the main picture the video gets longer, what follows moves back, and their cues are copied too.
    The copy of anything else ends with the video at the latest.
    """

    area: ClassVar[Area] = "time"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({"target": "voice#1"}, {"target": "title", "at_ms": 2000})

    op: Literal["duplicate"] = "duplicate"
    target: Target
    at_ms: Milliseconds | None = Field(None, description="where the copy starts; left out, right behind")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """The timeline with the copy."""
        found = sound_spots(timeline, self.target)
        start_ms, stop_ms = _block(found)
        at_ms = stop_ms if self.at_ms is None else self.at_ms
        leading = leading_tracks(timeline)
        length_ms = timeline.length_ms
        if any(spot.track in leading for spot in found):
            if at_ms > length_ms:
                raise cannot("past_end", at_s=seconds(at_ms), length_s=seconds(length_ms))
            opened = insert_gap(timeline, at_ms, stop_ms - start_ms)
            along = [n for n, track in enumerate(timeline.tracks) if n in leading or track.role == "caption"]
            copies = copies_within(timeline, Ids(opened), start_ms, stop_ms, along)
            return with_copies(opened, copies, at_ms - start_ms)
        if at_ms >= length_ms:
            raise cannot("past_end", at_s=seconds(at_ms), length_s=seconds(length_ms))
        return _copied(timeline, found, at_ms - start_ms, notes)


class Trim(Edit):
    """Takes time off the start or the end of a clip, a text or a picture; times are those of the video.

        before   |voice-1 aaaabbbb|voice-2 cccc|    d 12000
        after    |voice-1 bbbb|voice-2 cccc|        d 8000     start_by_ms 4000

    For the voice and the main picture this is a cut, and the gap closes. Anything else only gets shorter in its place.
    """

    area: ClassVar[Area] = "time"
    examples: ClassVar[tuple[dict[str, Any], ...]] = (
        {"target": "voice", "start_by_ms": 500},
        {"target": "title", "end_ms": 1500},
    )

    op: Literal["trim"] = "trim"
    target: Target
    start_ms: Milliseconds | None = Field(None, description="the new start, in milliseconds of the video")
    end_ms: Milliseconds | None = Field(None, description="the new half-open end, in milliseconds of the video")
    start_by_ms: Length | None = Field(None, description="how much goes from the start, in milliseconds")
    end_by_ms: Length | None = Field(None, description="how much goes from the end, in milliseconds")

    @model_validator(mode="after")
    def _one_edge(self) -> Self:
        if None not in (self.start_ms, self.start_by_ms) or None not in (self.end_ms, self.end_by_ms):
            raise ValueError("give an edge as a time or as a length, not as both")
        return self

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """The timeline with the segments trimmed."""
        if all(edge is None for edge in (self.start_ms, self.end_ms, self.start_by_ms, self.end_by_ms)):
            raise cannot("nothing_to_change")
        found = sound_spots(timeline, self.target)
        role = timeline.tracks[found[0].track].role or self.target
        start_ms, stop_ms = _block(found)
        low_ms = start_ms + self.start_by_ms if self.start_by_ms is not None else max(start_ms, self.start_ms or 0)
        high_ms = stop_ms - self.end_by_ms if self.end_by_ms is not None else stop_ms
        high_ms = min(high_ms, stop_ms if self.end_ms is None else self.end_ms)
        for edge_ms in (self.start_ms, self.end_ms):
            if edge_ms is not None and (low_ms >= stop_ms or high_ms <= start_ms):
                raise cannot("outside", at_s=seconds(edge_ms), what=role)
        if low_ms >= high_ms:
            raise cannot("nothing_left" if self.start_ms is None or self.end_ms is None else "empty_range")
        if (low_ms, high_ms) == (start_ms, stop_ms):
            raise cannot("same_already", what=role)
        if any(spot.track in leading_tracks(timeline) for spot in found):
            return cut_ranges(timeline, [(start_ms, low_ms), (high_ms, stop_ms)])
        ids, cutter = Ids(timeline), Cutter.of(timeline)
        return change_segments(
            timeline, found, lambda spot: _clipped(ids, cutter, timeline.tracks[spot.track], spot, low_ms, high_ms)
        )


def _block(found: Sequence[Spot]) -> tuple[int, int]:
    """From the start of the first to the end of the last."""
    return min(spot.start_ms for spot in found), max(spot.end_ms for spot in found)


def _reordered(timeline: Timeline, start_ms: int, stop_ms: int, place_ms: int, role: str) -> Timeline:
    if start_ms < place_ms < stop_ms:
        raise cannot("overlaps", what=role)
    if place_ms in (start_ms, stop_ms):
        raise cannot("same_already", what=role)
    if place_ms < start_ms:
        return swap_ranges(timeline, place_ms, start_ms, stop_ms)
    return swap_ranges(timeline, start_ms, stop_ms, place_ms)


def _moved_sound(timeline: Timeline, found: Sequence[Spot], by_ms: int, role: str) -> Timeline:
    """Clips of voice or main moved without a ripple, with the same file's sound or picture and with their cues."""
    places = {(spot.segment.source, spot.start_ms, spot.segment.length_ms) for spot in found}
    along = {
        (spot.track, spot.index): spot
        for spot in leading_spots(timeline)
        if (spot.segment.source, spot.start_ms, spot.segment.length_ms) in places
    } | {(spot.track, spot.index): spot for spot in found}
    speech = next((name for name in SPOKEN_ROLES if of_role(timeline, name)), "")
    heard = [spot for spot in along.values() if timeline.tracks[spot.track].role == speech]
    for cue in of_role(timeline, "caption"):
        middle_ms = (cue.start_ms + cue.end_ms) // 2
        if any(spot.start_ms <= middle_ms < spot.end_ms for spot in heard):
            along[cue.track, cue.index] = cue
    moved = list(along.values())
    by_ms = max(by_ms, -min(spot.start_ms for spot in moved))
    for spot in moved:
        for index, (start_ms, other) in enumerate(timeline.tracks[spot.track].placed()):
            clear = start_ms + other.length_ms <= spot.start_ms + by_ms or start_ms >= spot.end_ms + by_ms
            if (spot.track, index) not in along and not clear and timeline.tracks[spot.track].role != "caption":
                raise cannot("overlaps", what=role)
    longer_ms = max(spot.end_ms for spot in moved) + by_ms - timeline.length_ms
    if longer_ms > 0:
        timeline = insert_gap(timeline, timeline.length_ms, longer_ms)
    return shifted(timeline, moved, by_ms)


def _copied(timeline: Timeline, found: Sequence[Spot], by_ms: int, notes: list[Note]) -> Timeline:
    ids = Ids(timeline)
    end_ms = timeline.length_ms
    by_track: dict[int, list[Segment]] = {}
    for spot in found:
        track = timeline.tracks[spot.track]
        start_ms = spot.start_ms + by_ms
        length_ms = min(spot.segment.length_ms, end_ms - start_ms)
        if length_ms < 1:
            continue
        if length_ms < spot.segment.length_ms:
            notes.append(Note("shortened", {"what": track.role, "length_s": seconds(length_ms)}))
        name = (spot.segment.meta and spot.segment.meta.name) or (track.meta and track.meta.name) or track.role
        copy = changed(spot.segment, id=ids.like(track, spot.segment), start=start_ms)
        copy = shortened(changed(copy, meta=meta_with(copy.meta, name=name or "copy")), length_ms)
        by_track.setdefault(spot.track, []).append(copy)
    for number in sorted(by_track, reverse=True):
        timeline = settled(timeline, number, {}, added=tuple(by_track[number]))
    return timeline


def _clipped(ids: Ids, cutter: Cutter, track: Track, spot: Spot, low_ms: int, high_ms: int) -> Segment | None:
    """What of a segment lies in a range, in its place and with its id."""
    start_ms, stop_ms = max(spot.start_ms, low_ms), min(spot.end_ms, high_ms)
    if start_ms >= stop_ms:
        return None
    if track.type == TrackType.TEXT and spot.segment.words:
        cue = cue_within(spot.segment, start_ms - spot.start_ms, stop_ms - spot.start_ms)
        return None if cue is None else changed(cue, start=start_ms)
    parts = parts_of_clip(
        ids, track, spot.start_ms, spot.segment, [(start_ms, stop_ms)], cut=cutter.cuts(track, spot.segment)
    )
    return changed(parts[0][1], start=start_ms) if parts else None
