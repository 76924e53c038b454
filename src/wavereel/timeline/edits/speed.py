"""The speed of what is said and seen, and everything else moving along with it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from wavereel.timeline.edits.base import Area, Edit, Note, Target
from wavereel.timeline.edits.pieces import (
    is_spoken,
    leading_spots,
    leading_tracks,
    mask_span,
    rebuilt,
    shortened,
    speed_of,
)
from wavereel.timeline.edits.quick import quick, retimed
from wavereel.timeline.edits.sounding import sound_spots
from wavereel.timeline.edits.surgery import Spot, change_segments, changed, with_length
from wavereel.timeline.model import Effect, Segment, Timeline, Track, TrackType, Word
from wavereel.timeline.reasons import cannot
from wavereel.times import MAX_MS, round_half_up

SLOWEST, FASTEST = 0.25, 4.0


class SetSpeed(Edit):
    """Plays the voice and the main picture faster or slower, from 0.25 to 4; the pitch stays.

        before   |voice 0..10000|   cue 4000..5000   d 10000
        after    |voice 0..8000|    cue 3200..4000   d 8000     speed 1.25

    Everything goes along: cues and their words, cards, the background and the waveform; what is said stays the same.
    Titles keep their length unless they cover all of it. `speed` is absolute, `factor` multiplies what is there. Other
    sounds and videos only change their own speed.
    """

    area: ClassVar[Area] = "sound"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({"speed": 1.25}, {"factor": 0.5})

    op: Literal["set_speed"] = "set_speed"
    speed: Annotated[float, Field(gt=0, le=1000)] | None = Field(None, description="1 is as recorded")
    factor: Annotated[float, Field(gt=0, le=1000)] | None = Field(None, description="times the present speed")
    target: Target = "voice"

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """The timeline at its new pace."""
        if self.speed is None and self.factor is None:
            raise cannot("nothing_to_change")
        found = sound_spots(timeline, self.target)
        role = timeline.tracks[found[0].track].role
        if any(spot.segment.source is None for spot in found) and role not in ("voice", "audio", "main"):
            raise cannot("wrong_kind", what=role or self.target)
        leading = leading_tracks(timeline)
        leads = any(spot.track in leading for spot in found)
        whole = leads and {(s.track, s.index) for s in found} >= {
            (s.track, s.index) for s in leading_spots(timeline) if timeline.tracks[s.track].role == role
        }
        wanted = _spoken_spots(timeline) if whole else found
        speeds = {(spot.track, spot.index): self._speed(spot.segment, notes) for spot in wanted}
        if all(speeds[spot.track, spot.index] == speed_of(spot.segment) for spot in wanted):
            raise cannot("same_already", what=role or self.target)
        if not leads:
            return change_segments(
                timeline, wanted, lambda spot: at_speed(spot.segment, speeds[spot.track, spot.index])
            )
        return _Pacer(timeline, _paces(wanted, speeds, whole=whole), wanted, speeds).paced()

    def _speed(self, segment: Segment, notes: list[Note]) -> Fraction:
        asked = speed_of(segment) if self.speed is None else Fraction(str(self.speed))
        asked *= 1 if self.factor is None else Fraction(str(self.factor))
        asked = Fraction(str(round(float(asked), 4)))
        used = min(max(asked, Fraction(str(SLOWEST))), Fraction(str(FASTEST)))
        if used != asked:
            facts = {"asked": f"{float(asked):g}x", "used": f"{float(used):g}x", "low": f"{SLOWEST:g}x"}
            note = Note("clamped", {**facts, "high": f"{FASTEST:g}x"})
            if note not in notes:
                notes.append(note)
        return used


def at_speed(segment: Segment, speed: Fraction) -> Segment:
    """A segment at a speed; 1 is not written down."""
    if speed == speed_of(segment):
        return segment
    return changed(segment, speed=None if speed == 1 else float(speed))


def _spoken_spots(timeline: Timeline) -> list[Spot]:
    """The clips of voice, other sound and main video that go at one pace."""
    return [
        Spot(number, index, start_ms, segment)
        for number, track in enumerate(timeline.tracks)
        if is_spoken(track) or number in leading_tracks(timeline)
        for index, (start_ms, segment) in enumerate(track.placed())
        if segment.source is not None
    ]


def _paces(
    wanted: Sequence[Spot], speeds: dict[tuple[int, int], Fraction], *, whole: bool
) -> list[tuple[int, Fraction]]:
    """From which time on the timeline goes how much slower: start in ms and new length over old, in order."""
    paces: list[tuple[int, Fraction]] = [(0, Fraction(1))]
    cursor = 0
    for spot in sorted(wanted, key=lambda spot: spot.start_ms):
        if spot.end_ms <= cursor:
            continue
        ratio = speed_of(spot.segment) / speeds[spot.track, spot.index]
        paces.append((max(cursor, spot.start_ms), ratio))
        cursor = spot.end_ms
        if not whole:
            paces.append((cursor, Fraction(1)))
    if whole and len(paces) > 1:  # silence before, between and behind goes at the pace of the sound
        paces[0] = (0, paces[1][1])
    return [pace for number, pace in enumerate(paces) if not number or pace[1] != paces[number - 1][1]]


class _Pacer:
    """What becomes of each segment where the pace changes."""

    def __init__(
        self,
        timeline: Timeline,
        paces: Sequence[tuple[int, Fraction]],
        wanted: Sequence[Spot],
        speeds: dict[tuple[int, int], Fraction],
    ) -> None:
        self._timeline = timeline
        self._starts = [start for start, _ in paces]
        self._ratios = [ratio for _, ratio in paces]
        self._offsets = [Fraction(0)]
        for number in range(1, len(paces)):
            length_ms = self._starts[number] - self._starts[number - 1]
            self._offsets.append(self._offsets[-1] + length_ms * self._ratios[number - 1])
        alone = self._ratios[0] if len(paces) == 1 else None
        self._plain = None if alone is None else (alone.numerator, alone.denominator)
        self._speeds = {id(spot.segment): speeds[spot.track, spot.index] for spot in wanted}
        self._end_ms = timeline.length_ms
        self._new_end_ms = self.at(self._end_ms)

    def at(self, ms: int) -> int:
        """The new place of a time."""
        if self._plain is not None:  # one pace for all, as nearly always: plain integers
            over, under = self._plain
            return (2 * ms * over + under) // (2 * under)
        number = bisect_right(self._starts, ms) - 1
        return round_half_up(self._offsets[number] + (ms - self._starts[number]) * self._ratios[number])

    def paced(self) -> Timeline:
        """The timeline at its new pace."""
        if self._new_end_ms > MAX_MS:
            raise cannot("too_long")
        tracks = tuple(self._uncrowded(track) for track in rebuilt(self._timeline, self._change))
        return with_length(changed(self._timeline, tracks=tracks), max(1, self._new_end_ms))

    def _change(self, track: Track, start_ms: int, segment: Segment) -> Sequence[tuple[int, Segment]]:
        stop_ms = start_ms + segment.length_ms
        first_ms, last_ms = self.at(start_ms), self.at(stop_ms)
        speed = self._speeds.get(id(segment))
        if speed is not None:
            clip = self._masked(at_speed(segment, speed), start_ms, first_ms)
            return ((first_ms, self._long(clip, last_ms - first_ms)),)
        if track.type == TrackType.TEXT and track.role != "caption" and not segment.words:
            whole = start_ms == 0 and stop_ms >= self._end_ms
            if not whole:
                length_ms = min(segment.length_ms, max(1, self._new_end_ms))
                if stop_ms == self._end_ms:
                    return ((self._new_end_ms - length_ms, self._long(segment, length_ms)),)
                return ((first_ms, self._long(segment, min(length_ms, max(1, self._new_end_ms - first_ms)))),)
        if track.type == TrackType.AUDIO and track.role == "sfx":
            return ((first_ms, segment),)
        if segment.words:
            words = tuple(self._word(start_ms, first_ms, word) for word in segment.words)
            segment = quick(segment, words=words)
        return ((first_ms, self._long(segment, last_ms - first_ms)),)

    def _masked(self, clip: Segment, start_ms: int, new_start_ms: int) -> Segment:
        """A clip whose masks stay over the same words."""
        effects: list[Effect] = []
        for effect in clip.effects or ():
            span = mask_span(effect, clip.length_ms)
            if span is None:
                effects.append(effect)
            else:
                begin, stop = (self.at(start_ms + ms) - new_start_ms for ms in span)
                effects.append(changed(effect, s=begin, d=stop - begin))
        return quick(clip, effects=tuple(effects)) if effects else clip

    def _long(self, segment: Segment, length_ms: int) -> Segment:
        return segment if length_ms == segment.length_ms else shortened(segment, max(1, length_ms))

    def _word(self, start_ms: int, new_start_ms: int, word: Word) -> Word:
        begin = start_ms + word.start_ms
        first_ms = self.at(begin)
        return retimed(word, first_ms - new_start_ms, self.at(begin + word.length_ms) - first_ms)

    def _uncrowded(self, track: Track) -> Track:
        """Texts that kept their length while the next one came nearer end where it starts."""
        if track.type != TrackType.TEXT or track.role == "caption" or len(track.segments) < 2:
            return track
        placed = track.placed()
        segments = list(track.segments)
        for index, ((start_ms, segment), (next_ms, _)) in enumerate(pairwise(placed)):
            if start_ms < next_ms < start_ms + segment.length_ms:
                segments[index] = shortened(segment, next_ms - start_ms)
        return changed(track, segments=tuple(segments))
