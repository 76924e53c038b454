"""Edits of the music: add a bed, change it, let it step back under the voice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field

from wavereel.timeline.edits.base import Area, Edit, Length, Milliseconds, Note, Target
from wavereel.timeline.edits.sounding import sound_spots
from wavereel.timeline.edits.surgery import (
    change_segments,
    change_tracks,
    changed,
    fresh_id,
    generator_with,
    insert_track,
    is_free,
    media_entry,
    media_length_ms,
    meta_with,
    of_role,
    pinned,
    segment_of,
    sorted_segments,
    source_of,
    track_of,
    with_length,
)
from wavereel.timeline.model import Generator, TrackType
from wavereel.timeline.reasons import cannot, seconds

if TYPE_CHECKING:
    from wavereel.timeline.model import Segment, Timeline, Track

Mood = Literal["lofi", "ambient", "upbeat", "cinematic", "acoustic", "jazz"]

MOOD_NAMES: dict[str, str] = {
    "lofi": "Lo-fi",
    "ambient": "Ambient",
    "upbeat": "Upbeat",
    "cinematic": "Cinematic",
    "acoustic": "Acoustic",
    "jazz": "Jazz",
}
DEFAULT_VOLUME = 0.3
DEFAULT_DUCK = 0.35
_SLOWEST_BPM, _FASTEST_BPM = 20, 300

Tempo = Annotated[float, Field(gt=0, le=10_000)]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]


class AddMusic(Edit):
    """Lays music under everything: a bed that the program makes in a mood, or a file at hand, which is repeated.

        before   |voice ..............|
        after    |voice ..............|   |bgm vol 0.3  lp  duck 0.35  fi 800  fo 2500|

    It is as long as the video where no place is given, takes the place of the music that is there and keeps its volume
    unless one is given. It steps back (`duck`) where a voice or another sound plays. Fades are at most a quarter and a
    third of it. A waveform that follows everything follows the voice from then on.
    """

    area: ClassVar[Area] = "sound"
    examples: ClassVar[tuple[dict[str, Any], ...]] = (
        {"mood": "lofi", "volume": 0.35},
        {"mood": "jazz", "start_ms": 500, "length_ms": 2000},
    )

    op: Literal["add_music"] = "add_music"
    mood: Mood | None = Field(None, description="of a bed that the program makes; lofi where no file is given either")
    file: Annotated[str, Field(min_length=1, max_length=500)] | None = Field(
        None, description="name or file_id of a file at hand, instead of a mood"
    )
    volume: Annotated[float, Field(ge=0, le=1000)] | None = Field(None, description="0 to 4; 0.3 where nothing is said")
    duck: Annotated[float, Field(ge=0, le=1)] | None = Field(
        None, description="its gain while a voice sounds, 0 to 1; 1 for none, 0.35 where nothing is said"
    )
    seed: Seed = Field(1, description="another number is another piece of the same mood")
    bpm: Tempo | None = Field(None, description="beats a minute, 20 to 300; the mood's own where nothing is said")
    start_ms: Milliseconds = Field(0, description="where it starts, in milliseconds")
    length_ms: Length | None = Field(None, description="in milliseconds; to the end where nothing is said")
    fade_in_ms: Milliseconds = Field(800, description="in milliseconds")
    fade_out_ms: Milliseconds = Field(2500, description="in milliseconds")
    name: Annotated[str, Field(min_length=1, max_length=200)] | None = Field(None, description="what it is called")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """The timeline with the music."""
        entry = None if self.file is None else media_entry(timeline, self.file)
        if entry is not None and str(entry.get("file_type", "")).startswith("image"):
            raise cannot("not_a_sound", name=str(entry.get("filename") or self.file))
        if not timeline.length_ms:
            length_ms = media_length_ms(entry) if entry is not None else None
            if length_ms is None:
                raise cannot("empty_timeline")
            timeline = with_length(timeline, length_ms)
        end_ms = timeline.length_ms
        if self.start_ms >= end_ms:
            raise cannot("past_end", at_s=seconds(self.start_ms), length_s=seconds(end_ms))
        there = [number for number, track in enumerate(timeline.tracks) if track.role == "bgm"]
        length_ms = end_ms - self.start_ms
        if self.length_ms is not None and self.length_ms > length_ms:
            notes.append(Note("shortened", {"what": "bgm", "length_s": seconds(length_ms)}))
        length_ms = min(length_ms, self.length_ms or length_ms)
        placed = self.start_ms > 0 or self.length_ms is not None
        beside = placed and all(is_free(timeline.tracks[number], self.start_ms, length_ms) for number in there)
        old = next((s for number in there for s in timeline.tracks[number].segments), None) if not beside else None
        segment = self._segment(timeline, old, length_ms, notes, entry)
        if old is not None and not placed and _same_music(old, segment) and len(there) == 1:
            raise cannot("same_already", what="bgm")
        return _led_by_voice(_laid(timeline, there, segment, beside=beside))

    def _segment(
        self,
        timeline: Timeline,
        old: Segment | None,
        length_ms: int,
        notes: list[Note],
        entry: dict[str, Any] | None,
    ) -> Segment:
        mood = self.mood or "lofi"
        tree: dict[str, Any] = {
            "id": old.id if old is not None and old.id else fresh_id(timeline, "bgm-1"),
            "s": self.start_ms,
            "d": length_ms,
        }
        if entry is not None:
            tree |= {"src": source_of(entry)}
            name = self.name or str(entry.get("filename") or self.file)
        else:
            bpm = None if self.bpm is None else clamped_bpm(self.bpm, notes)
            tree["g"] = {"k": "music", "mood": mood, "seed": self.seed} | ({} if bpm is None else {"bpm": bpm})
            name = self.name or MOOD_NAMES[mood]
        kept = DEFAULT_VOLUME if old is None or old.gain is None else old.gain
        volume = kept if self.volume is None else min(self.volume, 4)
        if self.volume is not None and self.volume > 4:
            facts = {"asked": f"{self.volume * 100:.0f}%", "used": "400%", "low": "0%", "high": "400%"}
            notes.append(Note("clamped", dict(facts)))
        tree |= {"lp": True, "vol": volume}
        if _has_voice(timeline):
            old_duck = None if old is None else old.duck
            duck = self.duck if self.duck is not None else DEFAULT_DUCK if old_duck is None else old_duck
            tree |= {} if duck == 1 else {"duck": duck}
        tree["fi"], tree["fo"] = min(self.fade_in_ms, length_ms // 4), min(self.fade_out_ms, length_ms // 3)
        tree = {key: value for key, value in tree.items() if key not in ("fi", "fo") or value}
        tree["m"] = {"name": name} | ({} if entry is None else {"file_id": str(entry.get("file_id"))})
        return segment_of(tree)


class SetMusic(Edit):
    """Changes the music that the program makes: its mood, its tempo, or another piece of the same mood.

        before   bgm g music lofi  seed 1
        after    bgm g music jazz  seed 1     mood jazz
        after    bgm g music lofi  seed 2     new_take

    A mood in place of a file takes the file off the timeline.
    """

    area: ClassVar[Area] = "sound"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({"mood": "jazz"}, {"new_take": True})

    op: Literal["set_music"] = "set_music"
    mood: Mood | None = Field(None, description="the mood")
    bpm: Tempo | None = Field(None, description="beats a minute, 20 to 300")
    seed: Seed | None = Field(None, description="which piece of the mood")
    new_take: bool = Field(False, description="true: the next piece of the same mood")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """The timeline with other music."""
        if self.mood is None and self.bpm is None and self.seed is None and not self.new_take:
            raise cannot("nothing_to_change")
        found = of_role(timeline, "bgm")
        if not found:
            raise cannot("nothing_there", what="bgm")
        if self.mood is None and any(spot.segment.generator is None for spot in found):
            raise cannot("wrong_kind", what="bgm")
        bpm = None if self.bpm is None else clamped_bpm(self.bpm, notes)
        changes = {(spot.track, spot.index): self._played(spot.segment, bpm) for spot in found}
        if all(changes[spot.track, spot.index] is spot.segment for spot in found):
            raise cannot("same_already", what="bgm")
        return change_segments(timeline, found, lambda spot: changes[spot.track, spot.index])

    def _played(self, segment: Segment, bpm: float | None) -> Segment:
        generator = segment.generator
        if generator is None:
            generator = Generator.model_validate({"k": "music", "mood": self.mood, "seed": 1})
        values: dict[str, Any] = {}
        if self.mood is not None:
            values["mood"] = self.mood
        if bpm is not None:
            values["bpm"] = bpm
        if self.seed is not None or self.new_take:
            present = 0 if generator.seed is None else generator.seed
            values["seed"] = present + 1 if self.seed is None else self.seed
        fresh = {key: value for key, value in values.items() if getattr(generator, key) != value}
        if not fresh and segment.generator is not None:
            return segment
        result: dict[str, Any] = {"generator": generator_with(generator, **fresh)}
        if segment.source is not None:
            result |= {
                key: None
                for key in ("source", "source_start_ms", "source_end_ms", "speed")
                if getattr(segment, key) is not None
            }
        if self.mood is not None:
            meta = meta_with(segment.meta, name=MOOD_NAMES[self.mood])
            result["meta"] = meta if meta.file_id is None else changed(meta, file_id=None)
        return changed(segment, **result)


class Duck(Edit):
    """Lets the music step back while a voice sounds, to a share of its volume from 0 to 1.

        before   bgm vol 0.3
        after    bgm vol 0.3  duck 0.35

    `off` keeps it as loud as it is.
    """

    area: ClassVar[Area] = "sound"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"level": 0.2}, {"off": True})

    op: Literal["duck"] = "duck"
    level: Annotated[float, Field(ge=0, le=1)] = Field(DEFAULT_DUCK, description="gain while a voice sounds, 0 to 1")
    off: bool = Field(False, description="true: no longer")
    target: Target = "bgm"

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """The timeline with the music stepping back, or not."""
        found = sound_spots(timeline, self.target)
        role = timeline.tracks[found[0].track].role
        if any(timeline.tracks[spot.track].type != TrackType.AUDIO for spot in found) or role == "voice":
            raise cannot("wrong_kind", what=role or self.target)
        if not self.off and not _has_voice(timeline, beside=role):
            raise cannot("nothing_there", what="voice")
        level = None if self.off else self.level
        wanted = [spot for spot in found if spot.segment.duck != level]
        if not wanted:
            raise cannot("same_already", what=role)
        return change_segments(timeline, wanted, lambda spot: changed(spot.segment, duck=level))


def clamped_bpm(bpm: float, notes: list[Note]) -> float:
    """A tempo within the draft's bounds; what had to be changed is noted."""
    used = min(max(bpm, _SLOWEST_BPM), _FASTEST_BPM)
    if used != bpm:
        facts = {"asked": f"{bpm:g}", "used": f"{used:g}", "low": f"{_SLOWEST_BPM}", "high": f"{_FASTEST_BPM}"}
        notes.append(Note("clamped", dict(facts)))
    return used


def _has_voice(timeline: Timeline, *, beside: str = "bgm") -> bool:
    return any(role != beside and of_role(timeline, role) for role in ("voice", "audio", "main"))


def _same_music(old: Segment, new: Segment) -> bool:
    def content(segment: Segment) -> dict[str, Any]:
        return segment.model_dump(exclude_unset=True, exclude={"id", "meta"})

    return content(old) == content(new)


def _laid(timeline: Timeline, there: list[int], segment: Segment, *, beside: bool) -> Timeline:
    """The music on the first track of its role, in place of what was there or beside it, else on a new track."""
    if not there:
        tree: dict[str, Any] = {"id": fresh_id(timeline, "bgm"), "tt": 1, "sg": []}
        tree["m"] = {"role": "bgm", "name": "music"}
        return insert_track(timeline, changed(track_of(tree), segments=(segment,)))
    first, *others = there

    def filled(track: Track) -> Track:
        held = pinned(track).segments if beside else ()
        return changed(track, segments=sorted_segments([*held, segment]))

    result = change_tracks(timeline, [first], filled)
    return result if beside else change_tracks(result, others, lambda _: None)


def _led_by_voice(timeline: Timeline) -> Timeline:
    """Waveforms that follow the whole mix follow the voice, as `build_timeline` has it where there is music."""
    leader = next(
        (
            number
            for role in ("voice", "audio")
            for number, track in enumerate(timeline.tracks)
            if track.role == role and track.segments and not track.muted
        ),
        None,
    )
    waves = [
        spot
        for spot in of_role(timeline, "waveform")
        if spot.segment.generator is not None
        and spot.segment.generator.kind == "waveform"
        and (spot.segment.generator.of or "*") == "*"
    ]
    if leader is None or not waves:
        return timeline
    if timeline.tracks[leader].id is None:
        identity = fresh_id(timeline, "voice")
        timeline = change_tracks(timeline, [leader], lambda track: changed(track, id=identity))
    of = timeline.tracks[leader].id
    return change_segments(
        timeline,
        waves,
        lambda spot: (
            spot.segment
            if spot.segment.generator is None
            else changed(spot.segment, generator=generator_with(spot.segment.generator, of=of))
        ),
    )
