"""What a draft says that an export does not do, in words for its notices."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from wavereel.media.music_moods import MOODS
from wavereel.render.soundplan import sources_on_audio_tracks
from wavereel.render.transitions import TRANSITIONS
from wavereel.timeline.model import TrackType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wavereel.timeline.model import Segment, Timeline, Track

_EFFECTS = {TrackType.VIDEO: ("zoom",), TrackType.AUDIO: ("mask",), TrackType.TEXT: ()}
_UPRIGHT = ("waveform", "progress", "color", "gradient")
_WHOLE_MIX = "*"


def unsupported(timeline: Timeline, *, will_be_heard: bool = False) -> Iterator[str]:
    """One line for each thing that is left out or done otherwise.

    Unknown names of waveforms, patterns, looks and entrances are said where they are met, with what stands in.

    Args:
        timeline: What is exported.
        will_be_heard: Captions that wait to be written are written before that.
    """
    sounding = {_WHOLE_MIX}
    for track in timeline.tracks:
        if (track.type == TrackType.AUDIO or track.role == "main") and not track.muted:
            sounding |= {track.id, *(segment.id for segment in track.segments if not segment.muted)} - {None}
    heard = sources_on_audio_tracks(timeline)
    for number, track in enumerate(timeline.tracks, start=1):
        if track.type not in _EFFECTS:
            yield f"track {number} is of the type {track.type}, which this version does not know; it was left out"
            continue
        waits = track.meta and track.meta.pending and not track.segments and not track.hidden
        if waits and not (will_be_heard and track.role == "caption"):
            yield "the captions of the draft are not made yet; the video has none"
        yield from _of_track(track)
        for segment in track.segments:
            yield from _of_segment(track, segment, heard)
            generator = segment.generator
            if generator is not None and generator.kind == "waveform" and (generator.of or _WHOLE_MIX) not in sounding:
                yield f"the waveform follows {generator.of!r}, which does not sound; it follows the whole mix instead"


def _of_track(track: Track) -> Iterator[str]:
    placed = sorted(track.placed(), key=lambda item: item[0])
    for (start_ms, segment), (next_ms, _) in pairwise(placed):
        transition = segment.transition
        if transition is None or transition.kind == "cut":
            continue
        if track.type != TrackType.VIDEO:
            yield f"a {transition.kind!r} between sounds or texts is not made; they are cut"
        elif transition.kind not in TRANSITIONS:
            yield f"there is no transition {transition.kind!r}; the clips are cut"
        elif start_ms + segment.length_ms != next_ms:
            yield f"a {transition.kind!r} needs the next clip right behind; there the clips are cut"
    if placed and (transition := placed[-1][1].transition) is not None and transition.kind != "cut":
        yield f"a {transition.kind!r} after the last clip of a track has nothing to lead to; it was left out"


def _of_segment(track: Track, segment: Segment, heard: frozenset[str]) -> Iterator[str]:
    kind = TrackType(track.type)
    for effect in segment.effects or ():
        if effect.kind == "mask" and track.role == "main" and kind == TrackType.VIDEO:
            if segment.source in heard:
                yield "the sound of a video plays on another track; the mask on its picture was left out"
        elif effect.kind not in _EFFECTS[kind]:
            where = {TrackType.VIDEO: "a picture", TrackType.AUDIO: "a sound", TrackType.TEXT: "a text"}[kind]
            yield f"the effect {effect.kind!r} on {where} is not made; it was left out"
        elif effect.kind == "zoom" and track.role not in ("main", "background"):
            yield "a zoom is made of main pictures and backgrounds only; elsewhere it was left out"
    if track.role == "caption" and segment.animations is not None:
        yield "captions come and go as their look has it; their own entrances and exits were left out"
    generator = segment.generator
    turned = segment.transform is not None and (segment.transform.rotation or 0) % 360
    if turned and (track.role == "caption" or (generator is not None and generator.kind in _UPRIGHT)):
        yield "captions, waveforms and grounds stand upright; their angle was left out"
    if kind == TrackType.AUDIO and segment.source is None and generator is not None:
        if generator.kind != "music":
            yield f"the generator {generator.kind!r} makes no sound; it was left out"
        elif generator.mood is not None and generator.mood not in MOODS:
            yield f"there is no music of the mood {generator.mood!r}; another plays instead"
    if kind == TrackType.VIDEO and generator is not None and generator.kind == "music":
        yield "the generator 'music' makes no picture; it was left out"
