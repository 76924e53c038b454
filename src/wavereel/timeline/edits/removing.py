"""Taking things off the timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from wavereel.timeline.edits.base import Area, Edit, Target
from wavereel.timeline.edits.pieces import leading_tracks
from wavereel.timeline.edits.ripple import cut_ranges, follow_sources
from wavereel.timeline.edits.sounding import plays_elsewhere
from wavereel.timeline.edits.surgery import SPOKEN_ROLES, change_segments, change_tracks, changed, of_role, select

if TYPE_CHECKING:
    from wavereel.timeline.edits.base import Note
    from wavereel.timeline.edits.surgery import Spot
    from wavereel.timeline.model import Timeline, Track


class Remove(Edit):
    """Takes a clip, a text, a picture, or all of a role or a track off the timeline.

        before   |voice-1 aa|voice-2 bb|voice-3 cc|   d 12000
        after    |voice-1 aa|voice-3 cc|              d 8000     voice-2 removed

    A clip of the voice or the main picture takes its time with it. Anything else leaves the rest where it is, and so
    does a whole voice; the captions that were written from it go too.
    """

    area: ClassVar[Area] = "time"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({"target": "title"}, {"target": "caption"})

    op: Literal["remove"] = "remove"
    target: Target

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """The timeline without the target."""
        numbers = [n for n, track in enumerate(timeline.tracks) if self.target in (track.role, track.id)]
        if numbers:
            return without_tracks(timeline, numbers)
        found = select(timeline, self.target)
        leading = leading_tracks(timeline)
        roles = {timeline.tracks[spot.track].role for spot in found}
        whole = all(_holds_all(timeline, role, found) for role in roles)
        if whole and roles <= {"voice", "main", "audio", ""}:
            return without_tracks(timeline, {spot.track for spot in found})
        if any(spot.track in leading for spot in found):
            return cut_ranges(timeline, [(spot.start_ms, spot.end_ms) for spot in found])
        return follow_sources(timeline, change_segments(timeline, found, lambda _: None))


def without_tracks(timeline: Timeline, numbers: set[int] | list[int]) -> Timeline:
    """The timeline without some tracks; captions go with the speech that they were written from.

    A main video whose sound was on one of them does not begin to sound.
    """
    gone = set(numbers)
    speech = next((role for role in SPOKEN_ROLES if of_role(timeline, role)), None)
    spoken = {number for number, track in enumerate(timeline.tracks) if track.role == speech and track.segments}
    if spoken and spoken <= gone:
        gone |= {number for number, track in enumerate(timeline.tracks) if track.role == "caption"}
    result = change_tracks(timeline, gone, lambda _: None)
    mains = ((n, track) for n, track in enumerate(result.tracks) if track.role == "main")
    silent = [n for n, track in mains if _would_sound(timeline, result, track)]
    result = change_tracks(result, silent, lambda track: changed(track, muted=True))
    return follow_sources(timeline, result)


def _would_sound(before: Timeline, after: Timeline, track: Track) -> bool:
    return not track.muted and any(
        plays_elsewhere(before, segment.source) and not plays_elsewhere(after, segment.source)
        for segment in track.segments
    )


def _holds_all(timeline: Timeline, role: str, found: list[Spot]) -> bool:
    mine = {(spot.track, spot.index) for spot in found}
    return all((spot.track, spot.index) in mine for spot in of_role(timeline, role))
