"""Edits of the time: cut, keep and split."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field

from wavereel.timeline.edits.base import Area, Edit, Milliseconds, Target
from wavereel.timeline.edits.gaps import split_segment
from wavereel.timeline.edits.pieces import Cutter, Ids
from wavereel.timeline.edits.ripple import complement, cut_ranges, joined, keep_ranges
from wavereel.timeline.edits.sounding import sound_spots
from wavereel.timeline.edits.surgery import Spot, change_tracks, changed, pinned
from wavereel.timeline.reasons import cannot, seconds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wavereel.timeline.edits.base import Note
    from wavereel.timeline.model import Timeline, Track

EndMs = Annotated[
    Milliseconds | None, Field(description="half-open end in milliseconds; left out, the end of the video")
]
Ranges = Annotated[
    tuple[tuple[Milliseconds, Milliseconds], ...],
    Field(min_length=1, max_length=20_000, description="half-open ranges [start, end) in milliseconds"),
]


def checked_ranges(timeline: Timeline, ranges: Iterable[tuple[int, int | None]]) -> list[tuple[int, int]]:
    """Ranges in order, joined and clipped to the timeline.

    Raises:
        EditError: One ends before it starts, or all of them lie past the end.
    """
    length_ms = timeline.length_ms
    if not length_ms:
        raise cannot("empty_timeline")
    whole = [(start_ms, length_ms if end_ms is None else end_ms) for start_ms, end_ms in ranges]
    if all(start_ms >= length_ms for start_ms, _ in whole):
        raise cannot("past_end", at_s=seconds(whole[0][0]), length_s=seconds(length_ms))
    if any(end_ms <= start_ms for start_ms, end_ms in whole if start_ms < length_ms):
        raise cannot("empty_range")
    return joined(whole, length_ms)


class Cut(Edit):
    """Cuts `[start_ms, end_ms)` out of everything; what follows moves up, and the video gets shorter.

        before   |aaaa|bbbb|cccc|   d 12000
        after    |aaaa|cccc|        d 8000    cut from 4000 to 8000

    Sound, picture, cues and titles move together; what lies past the end of the video counts as its end.
    """

    area: ClassVar[Area] = "time"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({"start_ms": 0, "end_ms": 1000}, {"start_ms": 2000})

    op: Literal["cut"] = "cut"
    start_ms: Milliseconds
    end_ms: EndMs = None

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """The timeline without the range."""
        return cut_ranges(timeline, checked_ranges(timeline, [(self.start_ms, self.end_ms)]))


class CutMany(Edit):
    """Cuts several ranges out of everything at once; all times are those of before.

        before   |aaaa|bbbb|cccc|dddd|
        after    |aaaa|cccc|             cut of b and d

    Ranges may overlap and come in any order.
    """

    area: ClassVar[Area] = "time"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({"ranges": [[0, 500], [1000, 1500]]},)

    op: Literal["cut_many"] = "cut_many"
    ranges: Ranges

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """The timeline without the ranges."""
        return cut_ranges(timeline, checked_ranges(timeline, self.ranges))


class Keep(Edit):
    """Keeps only `[start_ms, end_ms)` of everything.

        before   |aaaa|bbbb|cccc|   d 12000
        after    |bbbb|             d 4000    keep from 4000 to 8000

    What lies past the end of the video counts as its end.
    """

    area: ClassVar[Area] = "time"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({"start_ms": 500, "end_ms": 2000},)

    op: Literal["keep"] = "keep"
    start_ms: Milliseconds
    end_ms: EndMs = None

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """The timeline of the range alone."""
        return _kept(timeline, [(self.start_ms, self.end_ms)])


class KeepMany(Edit):
    """Keeps only some ranges of everything, one behind the other in the order of time.

        before   |aaaa|bbbb|cccc|dddd|
        after    |aaaa|cccc|             keep of a and c

    Ranges may overlap and come in any order.
    """

    area: ClassVar[Area] = "time"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({"ranges": [[0, 500], [1000, 1500]]},)

    op: Literal["keep_many"] = "keep_many"
    ranges: Ranges

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """The timeline of the ranges alone."""
        return _kept(timeline, self.ranges)


class Split(Edit):
    """Splits the clips of a target that play at a time in two; nothing is heard or seen of it.

        before   |voice-1 aaaabbbb|
        after    |voice-1 aaaa|voice-2 bbbb|

    A sound or a video goes on in its source where it was, a text stands in both halves, a cue is shared out by words.
    """

    area: ClassVar[Area] = "time"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({"at_ms": 1500},)

    op: Literal["split"] = "split"
    target: Target = "voice"
    at_ms: Milliseconds

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """The timeline with two clips in place of one."""
        found = sound_spots(timeline, self.target)
        wanted = [spot for spot in found if spot.start_ms < self.at_ms < spot.end_ms]
        if not wanted:
            raise cannot("outside", at_s=seconds(self.at_ms), what=timeline.tracks[found[0].track].role or self.target)
        return split_spots(timeline, wanted, self.at_ms)


def split_spots(timeline: Timeline, wanted: list[Spot], at_ms: int) -> Timeline:
    """The timeline with some segments cut in two at a time inside each."""
    ids, cutter = Ids(timeline), Cutter.of(timeline)
    by_track: dict[int, set[int]] = {}
    for spot in wanted:
        by_track.setdefault(spot.track, set()).add(spot.index)

    def halved(track: Track, indices: set[int]) -> Track:
        held = pinned(track)
        segments = [
            half
            for index, segment in enumerate(held.segments)
            for half in (
                [
                    changed(part, start=start)
                    for start, part in split_segment(ids, cutter, track, segment.start or 0, segment, at_ms)
                ]
                if index in indices
                else [segment]
            )
        ]
        return changed(track, segments=tuple(segments))

    for number, indices in by_track.items():
        timeline = change_tracks(timeline, [number], lambda track, some=indices: halved(track, some))
    return timeline


def _kept(timeline: Timeline, ranges: Iterable[tuple[int, int | None]]) -> Timeline:
    kept = checked_ranges(timeline, ranges)
    if not complement(kept, timeline.length_ms):
        raise cannot("same_already", what="timeline")
    return keep_ranges(timeline, kept)
