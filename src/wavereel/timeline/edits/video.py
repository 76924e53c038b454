# pyright: reportIncompatibleVariableOverride=false
"""Edits of the main picture: a video that is seen, one joined behind it, and how clips give way to each other."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from wavereel.timeline.edits.at_hand import entry_of_source, file_name, meant
from wavereel.timeline.edits.base import Area, Edit, Length, Milliseconds, Note, Target
from wavereel.timeline.edits.boxes import Fit, pick, unless_same, what_of
from wavereel.timeline.edits.surgery import (
    change_segments,
    changed,
    fresh_id,
    generator_with,
    insert_track,
    media_length_ms,
    of_role,
    pinned,
    put_segment,
    segment_of,
    source_of,
    spots,
    track_of,
    with_length,
)
from wavereel.timeline.model import TrackType, Transition
from wavereel.timeline.reasons import cannot, seconds
from wavereel.timeline.restyle import refit
from wavereel.times import MAX_MS

if TYPE_CHECKING:
    from wavereel.timeline.edits.surgery import Spot
    from wavereel.timeline.model import Segment, Timeline, Track

Tree = dict[str, Any]
TransitionKind = Literal["cut", "dissolve", "fade_black"]

TRANSITION_MS = 500
SPEAKING_ROLES = ("voice", "audio")


class PlaceVideo(Edit):
    """Shows a video at hand as the main picture; its sound is the voice where there is none yet.

    Over a sound that is there it is a picture only, shown once, and ends where the timeline ends. Without a time it
    takes the place of the main picture that is there. A timeline without a sound gets the video's length.

    before   background ......... | voice talk.mp3 .........
    after    background ......... | main clip.mp4 .... (mute) | voice talk.mp3 .........
    """

    area: ClassVar[Area] = "picture"
    examples: ClassVar[tuple[dict[str, Any], ...]] = (
        {"file": "clip.mp4"},
        {"file": "clip.mp4", "at_ms": 2000, "fit": "cover"},
    )

    op: Literal["place_video"] = "place_video"
    file: str | None = Field(
        None, min_length=1, max_length=300, description="name or id of a video at hand; the only one by default"
    )
    at_ms: Milliseconds | None = Field(None, description="when it begins, in ms; at the start by default")
    fit: Fit = Field("blur", description="how it fills the canvas")
    as_picture: bool = Field(True, description="false: its sound is heard beside the sound that is there")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """As `Edit.run`."""
        entry = meant(timeline, self.file, ("video",), (), "video")
        own_ms = _length_of_video(entry)
        at_ms = self.at_ms or 0
        old_mains = of_role(timeline, "main") if self.at_ms is None else []
        if len(old_mains) == 1 and old_mains[0].segment.source == source_of(entry):
            raise cannot("same_already", what="main")
        result = _without_main(timeline, old_mains) if old_mains else timeline
        speaks = _speaks(result)
        if speaks or of_role(result, "main"):
            left_ms = timeline.length_ms - at_ms
            if left_ms < 1:
                raise cannot("past_end", at_s=seconds(at_ms), length_s=seconds(timeline.length_ms))
            length_ms = min(own_ms, left_ms)
        else:
            length_ms = own_ms
            if at_ms + length_ms > MAX_MS:
                raise cannot("too_long")
            result = _stretched(result, timeline.length_ms, at_ms + length_ms, ("background", "waveform", "progress"))
            result = with_length(result, at_ms + length_ms)
        heard = _has_sound(entry) and (not speaks or not self.as_picture)
        result = _with_main(result, entry, at_ms, length_ms, self.fit, muted=speaks and not heard)
        if heard:
            result = _with_sound(result, entry, at_ms, length_ms, "audio" if speaks else "voice")
        return refit(timeline, result)


class JoinVideo(Edit):
    """Puts a video at hand behind the main picture, at the end: the timeline grows, and its sound follows the voice.

    What lasts to the end (background, waveform, music that repeats, a title over the whole length) lasts to the new
    one, and an end card moves there. Without a main picture it is placed as `place_video` does.

    before   main |A .........|
    after    main |A .........|B ......|
    """

    area: ClassVar[Area] = "picture"
    examples: ClassVar[tuple[dict[str, Any], ...]] = (
        {"file": "clip.mp4"},
        {"file": "clip.mp4", "transition": "dissolve"},
    )

    op: Literal["join_video"] = "join_video"
    file: str = Field(min_length=1, max_length=300, description="name or id of a video at hand")
    transition: TransitionKind | None = Field(None, description="how the last clip gives way to it; a cut by default")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """As `Edit.run`."""
        mains = of_role(timeline, "main")
        if not mains:
            return PlaceVideo.model_validate({"file": self.file}).run(timeline, notes)
        entry = meant(timeline, self.file, ("video",), (), self.file)
        length_ms = _length_of_video(entry)
        at_ms = timeline.length_ms
        end_ms = at_ms + length_ms
        if end_ms > MAX_MS:
            raise cannot("too_long")
        last = max(mains, key=lambda spot: spot.end_ms)
        result = timeline
        if self.transition in ("dissolve", "fade_black") and last.end_ms == at_ms:
            usable_ms = min(TRANSITION_MS, last.segment.length_ms, length_ms)
            transition = _transition(self.transition, usable_ms)
            result = change_segments(result, [last], lambda spot: changed(spot.segment, transition=transition))
        result = with_length(_moved_end(result, at_ms, end_ms), end_ms)
        place = last.segment.transform
        fit = (place.fit if place else None) or "cover"
        result = _with_main(result, entry, at_ms, length_ms, fit, muted=False, track=last.track)
        if _has_sound(entry):
            role = next((role for role in SPEAKING_ROLES if of_role(result, role)), "voice")
            result = _with_sound(result, entry, at_ms, length_ms, role)
        return result


class SetTransition(Edit):
    """Says how a clip gives way to the one right behind it: every clip of the target that has one.

    before   |A ......|B ......|
    after    |A ....><B .......|      dissolve over 500 ms
    """

    area: ClassVar[Area] = "picture"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({"kind": "dissolve"}, {"kind": "fade_black", "length_ms": 800})

    op: Literal["set_transition"] = "set_transition"
    target: Target = Field("main", description="main, background, overlay, or the id of the clip that gives way")
    kind: TransitionKind = Field(description="cut, dissolve or fade_black")
    length_ms: Length = Field(TRANSITION_MS, description="ms; at most as long as either clip")

    def run(self, timeline: Timeline, notes: list[Note]) -> Timeline:
        """As `Edit.run`."""
        found = pick(timeline, self.target, lambda track, _: track.type == TrackType.VIDEO)
        rooms = {number: _rooms(timeline.tracks[number]) for number in {spot.track for spot in found}}
        pairs = [spot for spot in found if spot.index in rooms[spot.track]]
        if not pairs:
            raise cannot("no_next")

        def joined(spot: Spot) -> Segment:
            if self.kind == "cut":
                return changed(spot.segment, transition=None)
            longest_ms = rooms[spot.track][spot.index]
            used_ms = min(self.length_ms, longest_ms)
            if used_ms < self.length_ms:
                facts = {"asked": self.length_ms, "used": used_ms, "low": 1, "high": longest_ms}
                note = Note("clamped", {key: f"{seconds(value)} s" for key, value in facts.items()})
                if note not in notes:
                    notes.append(note)
            old = spot.segment.transition
            return changed(
                spot.segment,
                transition=changed(old, kind=self.kind, length_ms=used_ms) if old else _transition(self.kind, used_ms),
            )

        return unless_same(timeline, change_segments(timeline, pairs, joined), what_of(timeline, found, self.target))


def _without_main(timeline: Timeline, mains: list[Spot]) -> Timeline:
    """The timeline without its main pictures; a waveform that one of them drove hears the mix."""
    gone = {timeline.tracks[spot.track].id for spot in mains} | {spot.segment.id for spot in mains}
    result = with_length(change_segments(timeline, mains, lambda _: None), timeline.length_ms)

    def heard(spot: Spot) -> Segment:
        generator = spot.segment.generator
        return changed(spot.segment, generator=generator_with(generator, of="*")) if generator else spot.segment

    driven = spots(
        result, lambda _, s: s.generator is not None and s.generator.of is not None and s.generator.of in gone
    )
    return change_segments(result, driven, heard) if driven else result


def _transition(kind: str, length_ms: int) -> Transition:
    return Transition.model_validate({"k": kind, "d": length_ms})


def _rooms(track: Track) -> dict[int, int]:
    """By number of a segment that another follows without a gap: the longest transition between them, in ms."""
    placed = sorted(enumerate(track.placed()), key=lambda item: item[1][0])
    return {
        index: min(segment.length_ms, following.length_ms)
        for (index, (start_ms, segment)), (_, (next_ms, following)) in pairwise(placed)
        if start_ms + segment.length_ms == next_ms
    }


def _length_of_video(entry: Tree) -> int:
    length_ms = media_length_ms(entry)
    if length_ms is None:
        raise cannot("no_length", name=file_name(entry))
    if length_ms > MAX_MS:
        raise cannot("too_long")
    return length_ms


def _has_sound(entry: Tree) -> bool:
    """Whether its sound may be heard: where the entry does not say, it has some."""
    return entry.get("has_audio") is not False


def _speaks(timeline: Timeline) -> bool:
    """Whether a sound is there that the picture goes with."""
    if any(track.segments for role in SPEAKING_ROLES for track in timeline.with_role(role)):
        return True
    return any(
        track.type == TrackType.AUDIO and track.role == "" and any(segment.source for segment in track.segments)
        for track in timeline.tracks
    )


def _with_main(
    timeline: Timeline, entry: Tree, at_ms: int, length_ms: int, fit: str, *, muted: bool, track: int | None = None
) -> Timeline:
    """The timeline with a video on a main track: on that one, else on a new one over the others."""
    stem = timeline.tracks[track].id if track is not None else None
    body: Tree = {"id": fresh_id(timeline, f"{stem or 'main'}-1"), "s": at_ms, "d": length_ms}
    body |= {"src": source_of(entry), "ss": 0, "se": length_ms} | ({"mu": True} if muted else {})
    body["x"] = {"x": 0.5, "y": 0.5, "w": 1.0, "h": 1.0, "fit": fit}
    segment = segment_of(body | {"m": _meta(entry)})
    if track is not None:
        held = timeline.tracks[track]
        tracks = list(timeline.tracks)
        tracks[track] = changed(held, segments=(*held.segments, segment))
        return changed(timeline, tracks=tuple(tracks))
    meta = {"role": "main", "name": file_name(entry)}
    tree: Tree = {"id": fresh_id(timeline, "main"), "tt": int(TrackType.VIDEO), "m": meta, "sg": []}
    return insert_track(timeline, changed(track_of(tree), segments=(segment,)))


def _with_sound(timeline: Timeline, entry: Tree, at_ms: int, length_ms: int, role: str) -> Timeline:
    stem = next((track.id for track in timeline.with_role(role) if track.id), role)
    body: Tree = {"id": fresh_id(timeline, f"{stem}-1"), "s": at_ms, "d": length_ms, "src": source_of(entry)}
    segment = segment_of(body | {"ss": 0, "se": length_ms, "m": _meta(entry)})
    return put_segment(timeline, role, segment, name=file_name(entry))


def _meta(entry: Tree) -> Tree:
    return {"name": file_name(entry)} | ({"file_id": str(entry["file_id"])} if entry.get("file_id") else {})


def _stretched(timeline: Timeline, old_ms: int, new_ms: int, roles: tuple[str, ...]) -> Timeline:
    """What covered the whole old length covers the whole new one."""

    def stretched(track: Track) -> Track:
        if track.role not in roles:
            return track
        segments = tuple(
            changed(segment, length_ms=new_ms) if start_ms == 0 and segment.length_ms == old_ms else segment
            for start_ms, segment in track.placed()
        )
        return changed(track, segments=segments)

    return changed(timeline, tracks=tuple(stretched(track) for track in timeline.tracks)) if old_ms else timeline


def _moved_end(timeline: Timeline, old_ms: int, new_ms: int) -> Timeline:
    """The timeline with what lasted to its end lasting to a later one, and its end card there.

    |background ......|                |background .............|
    |bgm (repeats) ...|          ->    |bgm (repeats) ..........|
             |end card|                                |end card|
    """

    def moved(track: Track) -> Track:
        if track.role in ("main", *SPEAKING_ROLES, "caption", "sfx", "chapter"):
            return track
        held = pinned(track)
        segments = tuple(at_end(track, start_ms, segment) for start_ms, segment in held.placed())
        same = all(new is old for new, old in zip(segments, held.segments, strict=True))
        return track if same else changed(track, segments=segments)

    def at_end(track: Track, start_ms: int, segment: Segment) -> Segment:
        if start_ms + segment.length_ms != old_ms:
            return segment
        if track.role == "cta" and start_ms > 0:
            return changed(segment, start=start_ms + new_ms - old_ms)
        lasting = segment.source is None or segment.loop or _is_still(timeline, segment)
        whole = track.type != TrackType.TEXT or start_ms == 0
        return changed(segment, length_ms=new_ms - start_ms) if lasting and whole else segment

    return changed(timeline, tracks=tuple(moved(track) for track in timeline.tracks))


def _is_still(timeline: Timeline, segment: Segment) -> bool:
    entry = entry_of_source(timeline, segment.source)
    return entry is not None and media_length_ms(entry) is None and segment.source_end_ms is None
