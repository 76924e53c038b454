"""The other ripples: time is put into a timeline, or two ranges of it change places, and everything goes along.

    insert    |voice a|voice b|      becomes    |voice a|      |voice b|     backgrounds, waveforms, music grow
    swap      |voice a|voice b|      becomes    |voice b|voice a|            cues and titles go with their sound

Copies of a range are made here too, for what is doubled.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from wavereel.timeline.edits.cue_parts import halves_of_cue
from wavereel.timeline.edits.pieces import Calm, Cutter, Ids, parts_of_clip, rebuilt, shortened
from wavereel.timeline.edits.quick import moved, quick
from wavereel.timeline.edits.ripple import follow_sources
from wavereel.timeline.edits.surgery import changed, pinned, sorted_segments, with_length
from wavereel.timeline.model import Segment, Timeline, Track, TrackType
from wavereel.timeline.reasons import cannot
from wavereel.times import MAX_MS


def insert_gap(timeline: Timeline, at_ms: int, length_ms: int) -> Timeline:
    """The timeline with empty time put in.

    What follows slides. A sound or cue that is in the middle there is cut in two, beds and texts that cover the whole
    length grow, and a card at the end stays there.

    Args:
        timeline: Before.
        at_ms: Where, from 0 to the end.
        length_ms: How much.

    Raises:
        EditError: The timeline would be longer than a day.
    """
    if timeline.length_ms + length_ms > MAX_MS:
        raise cannot("too_long")
    opener = _Opener(timeline, at_ms, length_ms)
    calm = Calm(at_ms if at_ms < timeline.length_ms else 0, max(at_ms, 1), length_ms)
    tracks = tuple(opener.length_of(track) for track in rebuilt(timeline, opener.change, calm))
    result = with_length(changed(timeline, tracks=tracks), timeline.length_ms + length_ms)
    return follow_sources(timeline, result)


class _Opener:
    """What becomes of each segment where a gap opens."""

    def __init__(self, timeline: Timeline, at_ms: int, gap_ms: int) -> None:
        self._ids = Ids(timeline)
        self._cutter = Cutter.of(timeline)
        self._end_ms = timeline.length_ms
        self._at_ms = at_ms
        self._gap_ms = gap_ms

    def change(self, track: Track, start_ms: int, segment: Segment) -> Sequence[tuple[int, Segment]]:
        at_ms, gap_ms, stop_ms = self._at_ms, self._gap_ms, start_ms + segment.length_ms
        cuts = self._cutter.cuts(track, segment)
        text = track.type == TrackType.TEXT
        inside = start_ms < at_ms < stop_ms
        if not cuts and not segment.words:
            whole = start_ms == 0 and stop_ms >= self._end_ms
            bed = not text and (inside or (at_ms == self._end_ms == stop_ms))
            if whole or bed:
                return ((start_ms, shortened(segment, min(segment.length_ms + gap_ms, MAX_MS))),)
            if text and start_ms > 0 and at_ms == self._end_ms == stop_ms and track.role == "cta":
                return ((start_ms + gap_ms, segment),)
        if start_ms >= at_ms:
            return ((min(start_ms + gap_ms, MAX_MS), segment),)
        if not inside or not (cuts or segment.words):
            return ((start_ms, segment),)
        parts = split_segment(self._ids, self._cutter, track, start_ms, segment, at_ms)
        return [(start if start < at_ms else start + gap_ms, part) for start, part in parts]

    def length_of(self, track: Track) -> Track:
        """The track with the length that it states, if any, in the new time."""
        if track.length_ms is None or track.length_ms < self._at_ms:
            return track
        return changed(track, length_ms=min(track.length_ms + self._gap_ms, MAX_MS))


def split_segment(
    ids: Ids, cutter: Cutter, track: Track, start_ms: int, segment: Segment, at_ms: int
) -> list[tuple[int, Segment]]:
    """A segment cut in two at a time inside it: sources go on where they were, cues are shared out by words."""
    if track.type == TrackType.TEXT:
        return halves_of_cue(ids, track, start_ms, segment, at_ms)
    generator = segment.generator
    played = cutter.cuts(track, segment) or (
        track.type in (TrackType.AUDIO, TrackType.VIDEO)
        and not (segment.source is not None and (segment.loop or cutter.is_picture(segment.source)))
        and (segment.source is not None or (generator is not None and generator.kind == "music"))
    )
    ranges = [(start_ms, at_ms), (at_ms, start_ms + segment.length_ms)]
    return parts_of_clip(ids, track, start_ms, segment, ranges, cut=played)


def swap_ranges(timeline: Timeline, low_ms: int, middle_ms: int, high_ms: int) -> Timeline:
    """The timeline with `[low, middle)` and `[middle, high)` in exchanged places, and all that lies in either of them.

    Sounds, main video and cues are cut at the seams; what spans both ranges or reaches out of them stays where it is.
    """
    swapper = _Swapper(timeline, low_ms, middle_ms, high_ms)
    tracks = rebuilt(timeline, swapper.change, Calm(low_ms, high_ms, 0))
    return follow_sources(timeline, changed(timeline, tracks=tracks))


class _Swapper:
    """What becomes of each segment where two ranges change places."""

    def __init__(self, timeline: Timeline, low_ms: int, middle_ms: int, high_ms: int) -> None:
        self._ids = Ids(timeline)
        self._cutter = Cutter.of(timeline)
        self._low_ms, self._middle_ms, self._high_ms = low_ms, middle_ms, high_ms

    def change(self, track: Track, start_ms: int, segment: Segment) -> Sequence[tuple[int, Segment]]:
        stop_ms = start_ms + segment.length_ms
        if stop_ms <= self._low_ms or start_ms >= self._high_ms:
            return ((start_ms, segment),)
        if not self._cutter.cuts(track, segment) and not (track.type == TrackType.TEXT and segment.words):
            return ((self._moved_whole(track, start_ms, stop_ms), segment),)
        seams = [ms for ms in (self._low_ms, self._middle_ms, self._high_ms) if start_ms < ms < stop_ms]
        parts: list[tuple[int, Segment]] = [(start_ms, segment)]
        for seam in seams:
            start, last = parts.pop()
            if start < seam:
                parts += split_segment(self._ids, self._cutter, track, start, last, seam)
            else:
                parts.append((start, last))
        return [(self._moved(start), part) for start, part in parts]

    def _moved(self, ms: int) -> int:
        if self._low_ms <= ms < self._middle_ms:
            return ms + self._high_ms - self._middle_ms
        if self._middle_ms <= ms < self._high_ms:
            return ms - (self._middle_ms - self._low_ms)
        return ms

    def _moved_whole(self, track: Track, start_ms: int, stop_ms: int) -> int:
        """The new start of what is not cut: with the range that holds it, a text with what holds more of it."""
        for low, high in ((self._low_ms, self._middle_ms), (self._middle_ms, self._high_ms)):
            if low <= start_ms and stop_ms <= high:
                return self._moved(start_ms)
        inside = self._low_ms <= start_ms and stop_ms <= self._high_ms
        if track.type != TrackType.TEXT or not inside or stop_ms - start_ms >= self._high_ms - self._low_ms:
            return start_ms
        length_ms = stop_ms - start_ms
        if self._middle_ms - start_ms > stop_ms - self._middle_ms:  # more of it lies in the first range
            return min(self._moved(start_ms), self._high_ms - length_ms)
        return self._low_ms


def copies_within(
    timeline: Timeline, ids: Ids, start_ms: int, stop_ms: int, tracks: Iterable[int]
) -> list[tuple[int, list[tuple[int, Segment]]]]:
    """For each of some tracks, by number, copies of what lies in a range, cut at its ends; each with a fresh id."""
    cutter = Cutter.of(timeline)
    result: list[tuple[int, list[tuple[int, Segment]]]] = []
    for number in tracks:
        track = timeline.tracks[number]
        copies: list[tuple[int, Segment]] = []
        for begin, segment in track.placed():
            parts = [(begin, segment)]
            for seam in (start_ms, stop_ms):
                at, last = parts.pop()
                crosses = at < seam < at + last.length_ms
                parts += split_segment(ids, cutter, track, at, last, seam) if crosses else [(at, last)]
            copies += [
                (at, quick(part, id=ids.like(track, segment)))
                for at, part in parts
                if start_ms <= at and at + part.length_ms <= stop_ms
            ]
        result.append((number, copies))
    return result


def with_copies(timeline: Timeline, copies: Iterable[tuple[int, list[tuple[int, Segment]]]], by_ms: int) -> Timeline:
    """The timeline with copies put into their tracks, by track number, each so much later."""
    tracks = list(timeline.tracks)
    for number, segments in copies:
        if not segments:
            continue
        track = tracks[number]
        held = [*pinned(track).segments, *(moved(segment, start_ms + by_ms) for start_ms, segment in segments)]
        tracks[number] = changed(track, segments=sorted_segments(held))
    return changed(timeline, tracks=tuple(tracks))
