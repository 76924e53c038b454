"""Edits of how things sound: volume, mute, fades, loudness, effects of sound, masks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field

from wavereel.timeline.edits.base import Area, Edit, Length, Milliseconds, Note, Target
from wavereel.timeline.edits.fading import fade_spots
from wavereel.timeline.edits.pieces import mask_span
from wavereel.timeline.edits.sounding import audible_spots, sound_spots, sounds_of, stand_in
from wavereel.timeline.edits.surgery import (
    change_segments,
    change_tracks,
    changed,
    fresh_id,
    media_entry,
    media_length_ms,
    put_segment,
    segment_of,
    source_of,
    with_length,
    with_meta,
)
from wavereel.timeline.model import Effect, TrackType
from wavereel.timeline.reasons import cannot, seconds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wavereel.timeline.edits.surgery import Spot
    from wavereel.timeline.model import Segment, Timeline

MAX_GAIN = 4
QUIETEST_LUFS = -60


class SetVolume(Edit):
    """Sets how loud something is: 1 is as recorded, 0 silent, 4 the most.

        before   bgm vol 0.3
        after    bgm vol 0.2     volume 0.2
        after    bgm vol 0.15    factor 0.5

    `volume` is absolute, `factor` multiplies what is there (0.5 is 6 dB less); values past the bounds are clamped. Of a
    video whose sound lies on a track of its own, that track's volume changes.
    """

    area: ClassVar[Area] = "sound"
    examples: ClassVar[tuple[dict[str, Any], ...]] = (
        {"target": "bgm", "volume": 0.35},
        {"target": "voice", "factor": 1.4},
    )

    op: Literal["set_volume"] = "set_volume"
    target: Target
    volume: Annotated[float, Field(ge=0, le=1000)] | None = Field(None, description="0 to 4; 1 is as recorded")
    factor: Annotated[float, Field(ge=0, le=1000)] | None = Field(
        None, description="times the present volume; 0.501 is 6 dB less, 1.995 is 6 dB more"
    )

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """The timeline with the sounds as loud as asked."""
        if self.volume is None and self.factor is None:
            raise cannot("nothing_to_change")
        found = audible_spots(timeline, self.target)
        whole = _whole_tracks(timeline, found)

        def gained(spot: Spot) -> Segment:
            track = timeline.tracks[spot.track]
            outer = 1.0 if track.gain is None else track.gain
            present = (1.0 if spot.segment.gain is None else spot.segment.gain) * outer
            asked = (present if self.volume is None else self.volume) * (1.0 if self.factor is None else self.factor)
            used = min(asked, MAX_GAIN)
            note = Note("clamped", _percents(asked, used))
            if used < asked and note not in notes:
                notes.append(note)
            own = used if spot.track in whole or outer == 0 else min(used / outer, MAX_GAIN)
            own = round(own, 4)
            return spot.segment if own == spot.segment.gain else changed(spot.segment, gain=own)

        result = change_segments(timeline, found, gained)
        result = change_tracks(result, whole, lambda track: track if track.gain is None else changed(track, gain=None))
        if all(_loudness(timeline, spot) == _loudness(result, spot) for spot in found):
            raise cannot("same_already", what=timeline.tracks[found[0].track].role)
        return result


class Mute(Edit):
    """Makes something silent, or heard again; its volume stays as it is set.

        before   bgm vol 0.3
        after    bgm vol 0.3  mu true

    A video whose sound lies on a track of its own is silent with that track.
    """

    area: ClassVar[Area] = "sound"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({"target": "bgm"}, {"target": "voice#1"})

    op: Literal["mute"] = "mute"
    target: Target
    muted: bool = Field(True, description="true silences, false lets it sound again")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """The timeline with the tracks or segments silent."""
        target = stand_in(timeline, self.target)
        value = True if self.muted else None
        found = sound_spots(timeline, target)
        for spot in [*found]:
            if timeline.tracks[spot.track].type == TrackType.VIDEO:
                found += [other for other in sounds_of(timeline, spot) if other not in found]
        role = timeline.tracks[found[0].track].role
        if any(not _may_sound(timeline, spot) for spot in found):
            raise cannot("wrong_kind", what=role or target)
        by_track = any(target in (track.role, track.id) for track in timeline.tracks)
        numbers = _whole_tracks(timeline, found) if by_track or not self.muted else set[int]()
        loose = [spot for spot in found if spot.track not in numbers] if self.muted else found
        result = change_tracks(
            timeline, numbers, lambda track: track if bool(track.muted) == self.muted else changed(track, muted=value)
        )
        result = change_segments(
            result,
            [spot for spot in loose if bool(spot.segment.muted) != self.muted],
            lambda spot: changed(spot.segment, muted=value),
        )
        if all(one is two for one, two in zip(timeline.tracks, result.tracks, strict=True)):
            raise cannot("same_already", what=role)
        return result


class Fade(Edit):
    """Lets something come in and go out slowly.

        before   bgm
        after    bgm fi 800  fo 2500

    The target `end` is every sound that sounds at the end, `start` every one at the start; `picture` is what is seen,
    the background and the main picture, and `all` is both. 0 takes a fade away; one that is longer than the clip is as
    long as the clip. A text fades by its entrance and exit.
    """

    area: ClassVar[Area] = "sound"
    examples: ClassVar[tuple[dict[str, Any], ...]] = (
        {"target": "end", "fade_out_ms": 2000},
        {"target": "bgm", "fade_in_ms": 1000, "fade_out_ms": 3000},
    )

    op: Literal["fade"] = "fade"
    target: Target
    fade_in_ms: Milliseconds | None = Field(None, description="length of the fade in, in milliseconds; 0 for none")
    fade_out_ms: Milliseconds | None = Field(None, description="length of the fade out, in milliseconds; 0 for none")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """The timeline with the fades."""
        if self.fade_in_ms is None and self.fade_out_ms is None:
            raise cannot("nothing_to_change")
        return fade_spots(timeline, self.target, self.fade_in_ms, self.fade_out_ms, notes)


class SetLoudness(Edit):
    """Sets the loudness that the whole video is brought to when it is made, in LUFS from -60 to 0.

        before   m.loudness -14
        after    m.loudness -16

    `off` leaves the sound as loud as it is.
    """

    area: ClassVar[Area] = "sound"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({"lufs": -16}, {"lufs": -14})

    op: Literal["set_loudness"] = "set_loudness"
    lufs: Annotated[float, Field(ge=-1000, le=1000)] | None = Field(None, description="integrated loudness, -60 to 0")
    off: bool = Field(False, description="true: no target")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """The timeline with its loudness."""
        if self.lufs is None and not self.off:
            raise cannot("nothing_to_change")
        used = None if self.off or self.lufs is None else min(max(self.lufs, QUIETEST_LUFS), 0)
        if used is not None and used != self.lufs:
            facts = {"asked": f"{self.lufs:g} LUFS", "used": f"{used:g} LUFS", "low": "-60 LUFS", "high": "0 LUFS"}
            notes.append(Note("clamped", dict(facts)))
        if used == timeline.meta.loudness:
            raise cannot("same_already", what="loudness")
        return with_meta(timeline, loudness=used)


class AddSound(Edit):
    """Plays a file at hand from a time on, beside what is there.

        before   |voice ..............|
        after    |voice ..............|   |sfx at 3000, as long as its file|

    It ends with the video at the latest; where the timeline is empty, the video is as long as the sound.
    """

    area: ClassVar[Area] = "sound"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({"file": "ding.mp3", "at_ms": 1000},)

    op: Literal["add_sound"] = "add_sound"
    file: Annotated[str, Field(min_length=1, max_length=500)] = Field(description="name or file_id of a file at hand")
    role: Literal["sfx", "audio", "voice"] = Field("sfx", description="the part it plays")
    at_ms: Milliseconds = Field(0, description="where it starts, in milliseconds")
    volume: Annotated[float, Field(ge=0, le=4)] | None = Field(None, description="0 to 4; 1 is as recorded")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """The timeline with the sound."""
        entry = media_entry(timeline, self.file)
        name = str(entry.get("filename") or self.file)
        if str(entry.get("file_type", "")).startswith("image"):
            raise cannot("not_a_sound", name=name)
        length_ms = media_length_ms(entry)
        if length_ms is None:
            raise cannot("no_length", name=name)
        end_ms = timeline.length_ms
        if end_ms and self.at_ms >= end_ms:
            raise cannot("past_end", at_s=seconds(self.at_ms), length_s=seconds(end_ms))
        if end_ms and self.at_ms + length_ms > end_ms:
            length_ms = end_ms - self.at_ms
            notes.append(Note("shortened", {"what": self.role, "length_s": seconds(length_ms)}))
        start_ms = self.at_ms if end_ms else 0
        tree: dict[str, Any] = {"id": fresh_id(timeline, f"{self.role}-1"), "s": start_ms, "d": length_ms}
        tree |= {"src": source_of(entry), "ss": 0, "se": length_ms}
        tree |= {} if self.volume is None else {"vol": self.volume}
        tree["m"] = {"name": name, "file_id": str(entry.get("file_id"))}
        result = put_segment(timeline, self.role, segment_of(tree), name=name)
        return result if end_ms else with_length(result, length_ms)


class Mask(Edit):
    """Puts a quiet tone over the voice for a while, as for a word that nobody should hear.

        before   voice-1 0..9000
        after    voice-1 0..9000  fx mask 2000..2400

    Times are those of the video; the clips that sound then get the effect, in ms from their own start.
    """

    area: ClassVar[Area] = "sound"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({"start_ms": 500, "end_ms": 900},)

    op: Literal["mask"] = "mask"
    target: Target = "voice"
    start_ms: Milliseconds = Field(description="start of what is masked, in milliseconds")
    end_ms: Length = Field(description="half-open end of what is masked, in milliseconds")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """The timeline with the masks."""
        if self.end_ms <= self.start_ms:
            raise cannot("empty_range")
        found = audible_spots(timeline, self.target)
        role = timeline.tracks[found[0].track].role
        wanted = [spot for spot in found if spot.start_ms < self.end_ms and spot.end_ms > self.start_ms]
        if not wanted:
            raise cannot("outside", at_s=seconds(self.start_ms), what=role)
        result = change_segments(timeline, wanted, lambda spot: masked(spot, self.start_ms, self.end_ms))
        if all(one is two for one, two in zip(_items(timeline, wanted), _items(result, wanted), strict=True)):
            raise cannot("same_already", what=role)
        return result


def masked(spot: Spot, start_ms: int, end_ms: int) -> Segment:
    """A clip with a mask over a range of the timeline; the same one where the range is masked already."""
    low = max(0, start_ms - spot.start_ms)
    high = min(spot.segment.length_ms, end_ms - spot.start_ms)
    effects = spot.segment.effects or ()
    spans = [span for effect in effects if (span := mask_span(effect, spot.segment.length_ms)) is not None]
    if any(begin <= low and high <= stop for begin, stop in spans):
        return spot.segment
    mask = Effect.model_validate({"k": "mask", "s": low, "d": high - low})
    return changed(spot.segment, effects=(*effects, mask))


def _whole_tracks(timeline: Timeline, found: Sequence[Spot]) -> set[int]:
    """The tracks of which every segment is among some."""
    counts: dict[int, int] = {}
    for spot in found:
        counts[spot.track] = counts.get(spot.track, 0) + 1
    return {number for number, count in counts.items() if count == len(timeline.tracks[number].segments)}


def _may_sound(timeline: Timeline, spot: Spot) -> bool:
    track = timeline.tracks[spot.track]
    return track.type == TrackType.AUDIO or (track.type == TrackType.VIDEO and track.role in ("main", ""))


def _loudness(timeline: Timeline, spot: Spot) -> float:
    track = timeline.tracks[spot.track]
    own = track.segments[spot.index].gain
    return round((1.0 if own is None else own) * (1.0 if track.gain is None else track.gain), 4)


def _items(timeline: Timeline, found: Sequence[Spot]) -> list[Segment]:
    return [timeline.tracks[spot.track].segments[spot.index] for spot in found]


def _percents(asked: float, used: float) -> dict[str, object]:
    return {"asked": f"{asked * 100:.0f}%", "used": f"{used * 100:.0f}%", "low": "0%", "high": f"{MAX_GAIN * 100}%"}
