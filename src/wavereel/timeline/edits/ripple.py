"""Ripple: time is taken out of a whole timeline, and sound, picture, cues and titles stay together.

    before   |voice aaaaaaaa bbbbbbbb cccccccc|   |title over a|   |cue in c|
    after    |voice aaaaaaaa cccccccc|            |title over a|   |cue in c|, earlier

Sounds and the main video are cut into pieces of their sources. Beds that have no time of their own (backgrounds,
waveforms, loops, pictures, music under a voice) get shorter. Cues lose the words that are mostly gone, titles and cards
shrink or go.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence

from wavereel.timeline.edits.cue_parts import with_words
from wavereel.timeline.edits.pieces import Calm, Cutter, Ids, parts_of_clip, rebuilt, shortened
from wavereel.timeline.edits.quick import quick, retimed
from wavereel.timeline.edits.surgery import changed, with_length
from wavereel.timeline.model import Segment, Timeline, Track, TrackType, Word
from wavereel.timeline.reasons import cannot
from wavereel.times import MAX_MS

Range = tuple[int, int]


class TimeMap:
    """Where the times of a timeline come to lie when only some ranges of it are kept, one behind the other.

    Args:
        ranges: Half-open, in ms, in order, neither touching nor overlapping.
    """

    def __init__(self, ranges: Sequence[Range]) -> None:
        self.starts = [start for start, _ in ranges]
        self.stops = [stop for _, stop in ranges]
        self._shifts: list[int] = []
        """What has been taken out before each range, in ms."""
        kept_ms = 0
        for start, stop in ranges:
            self._shifts.append(start - kept_ms)
            kept_ms += stop - start
        self.kept_ms = kept_ms

    def at(self, ms: int) -> int:
        """The time that shows what `ms` showed; for what is taken out, the time where it was."""
        number = bisect_right(self.starts, ms) - 1
        if number < 0:
            return 0
        return min(ms, self.stops[number]) - self._shifts[number]

    def holds(self, ms: int) -> bool:
        """Whether a time is kept."""
        number = bisect_right(self.starts, ms) - 1
        return number >= 0 and ms < self.stops[number]

    def within(self, start_ms: int, stop_ms: int) -> list[Range]:
        """The kept parts of a range, in the times of before."""
        number = bisect_right(self.stops, start_ms)
        result: list[Range] = []
        while number < len(self.starts) and self.starts[number] < stop_ms:
            result.append((max(start_ms, self.starts[number]), min(stop_ms, self.stops[number])))
            number += 1
        return result


def keep_ranges(timeline: Timeline, ranges: Iterable[Range]) -> Timeline:
    """The timeline with only some ranges of its time, one behind the other; the same one where all of it is kept.

    Args:
        timeline: Before.
        ranges: Half-open, in ms. Order, overlaps and what lies past the end do not matter.

    Raises:
        EditError: Nothing would be left.
    """
    length_ms = timeline.length_ms
    kept = joined(ranges, length_ms)
    if not kept:
        raise cannot("nothing_left" if length_ms else "empty_timeline")
    if kept == [(0, length_ms)]:
        return timeline
    total_ms = sum(stop - start for start, stop in kept)
    to_end = kept[-1][1] == length_ms
    if to_end:  # what a draft has behind its end stays behind it
        kept[-1] = (kept[-1][0], 2 * MAX_MS)
    times = TimeMap(kept)
    ripple = _Ripple(timeline, times)
    calm = Calm(kept[0][1] if kept[0][0] == 0 else 0)
    if to_end:
        last_ms = kept[-1][0]
        calm = Calm(calm.until_ms, last_ms, times.at(last_ms) - last_ms)
    tracks = tuple(map(ripple.length_of, rebuilt(timeline, ripple.change, calm)))
    return follow_sources(timeline, with_length(changed(timeline, tracks=tracks), total_ms))


def cut_ranges(timeline: Timeline, ranges: Iterable[Range]) -> Timeline:
    """The timeline without some ranges of its time; see `keep_ranges`."""
    return keep_ranges(timeline, complement(ranges, timeline.length_ms))


def joined(ranges: Iterable[Range], length_ms: int) -> list[Range]:
    """Ranges in order, inside `[0, length_ms)`, with those that touch or overlap made one; empty ones go."""
    result: list[Range] = []
    for start, stop in sorted((max(0, start), min(stop, length_ms)) for start, stop in ranges):
        if start >= stop:
            continue
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(stop, result[-1][1]))
        else:
            result.append((start, stop))
    return result


def complement(ranges: Iterable[Range], length_ms: int) -> list[Range]:
    """What of `[0, length_ms)` lies in none of the ranges."""
    result: list[Range] = []
    cursor = 0
    for start, stop in joined(ranges, length_ms):
        if start > cursor:
            result.append((cursor, start))
        cursor = stop
    return [*result, (cursor, length_ms)] if cursor < length_ms else result


class _Ripple:
    """What becomes of each segment."""

    def __init__(self, timeline: Timeline, times: TimeMap) -> None:
        self._ids = Ids(timeline)
        self._cutter = Cutter.of(timeline)
        self._times = times

    def change(self, track: Track, start_ms: int, segment: Segment) -> Sequence[tuple[int, Segment]]:
        stop_ms = start_ms + segment.length_ms
        first_ms, last_ms = self._times.at(start_ms), self._times.at(stop_ms)
        if last_ms - first_ms == segment.length_ms:
            return ((first_ms, segment),)
        if last_ms == first_ms:
            return ()
        if self._cutter.cuts(track, segment):
            ranges = self._times.within(start_ms, stop_ms)
            parts = parts_of_clip(self._ids, track, start_ms, segment, ranges, cut=True)
            return [(self._times.at(begin), part) for begin, part in parts]
        if track.type == TrackType.TEXT and segment.words:
            cue = self._cue(start_ms, segment, first_ms)
            return () if cue is None else ((first_ms, shortened(cue, last_ms - first_ms)),)
        return ((first_ms, shortened(segment, last_ms - first_ms)),)

    def length_of(self, track: Track) -> Track:
        """The track with the length that it states, if any, in the new time."""
        if track.length_ms is None:
            return track
        length_ms = self._times.at(track.length_ms)
        return track if length_ms == track.length_ms else changed(track, length_ms=length_ms)

    def _cue(self, start_ms: int, cue: Segment, new_start_ms: int) -> Segment | None:
        """A cue with the words of which at least half is kept; `None` where there is none."""
        at = self._times.at
        stop_ms = max((word.start_ms + word.length_ms for word in cue.words or ()), default=0)
        if at(start_ms + stop_ms) - new_start_ms == stop_ms:  # what goes lies behind all words
            return cue
        words: list[Word] = []
        kept: list[bool] = []
        for word in cue.words or ():
            begin = start_ms + word.start_ms
            first_ms = at(begin)
            length_ms = at(begin + word.length_ms) - first_ms
            keep = 2 * length_ms >= word.length_ms if word.length_ms else self._times.holds(begin)
            kept.append(keep)
            if keep:
                words.append(retimed(word, first_ms - new_start_ms, length_ms))
        return with_words(cue, tuple(words), kept) if words else None


def follow_sources(before: Timeline, after: Timeline) -> Timeline:
    """Waveforms whose sound was cut in pieces follow its track, and those whose sound is gone follow the whole mix."""
    drawn = [s.generator for track in after.tracks if track.type == TrackType.VIDEO for s in track.segments]
    if not any(generator is not None and (generator.of or "*") != "*" for generator in drawn):
        return after
    heads = {node.id: track for track in before.tracks for node in (track, *track.segments) if node.id}
    left = {node.id: track for track in after.tracks for node in (track, *track.segments) if node.id}

    def followed(of: str) -> str:
        track, now = heads.get(of), left.get(of)
        if track is None or of == "*":
            return of
        if now is None:
            return track.id if track.id in left and track.id else "*"
        alone = len(track.segments) == 1 and len(now.segments) > 1
        return now.id if alone and now.id else of

    tracks: list[Track] = []
    for track in after.tracks:
        if track.type == TrackType.VIDEO:
            segments = tuple(_following(segment, followed) for segment in track.segments)
            same = all(one is two for one, two in zip(segments, track.segments, strict=True))
            tracks.append(track if same else changed(track, segments=segments))
        else:
            tracks.append(track)
    return changed(after, tracks=tuple(tracks))


def _following(segment: Segment, followed: Callable[[str], str]) -> Segment:
    generator = segment.generator
    if generator is None or generator.of is None:
        return segment
    of = followed(generator.of)
    return segment if of == generator.of else quick(segment, generator=changed(generator, of=of))
