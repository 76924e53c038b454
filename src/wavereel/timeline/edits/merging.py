"""A fresh timeline of a sound, and what a draft held before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wavereel.timeline.edits.surgery import (
    changed,
    fresh_id,
    generator_with,
    insert_track,
    named,
    pinned,
)

if TYPE_CHECKING:
    from wavereel.timeline.model import Segment, Timeline, TimelineMeta, Track

NEW_TITLE_MS = 4000
"""Length of a title or a picture that was set on a timeline without any length."""

_WHOLE_ROLES = frozenset({"background", "waveform", "progress", "overlay", "bgm"})
_SINGLE_ROLES = frozenset({"background", "main", "waveform", "progress", "bgm", "title", "chapter", "caption", "cta"})
_DUCK = 0.35


def replaced(timeline: Timeline, result: Timeline) -> Timeline:
    """The draft with tracks, length and canvas of another timeline; its id, revision, media and unknown keys stay."""
    media = {str(entry.get("file_id")): entry for entry in (*(result.media or ()), *(timeline.media or ()))}
    ordered = [*(timeline.media or ()), *(result.media or ())]
    names = list(dict.fromkeys(str(entry.get("file_id")) for entry in ordered))
    kept = tuple(media[name] for name in names) or timeline.media
    if timeline.media is not None and len(names) == len(timeline.media):
        kept = timeline.media
    return changed(
        timeline,
        version=timeline.version or result.version,
        length=result.length_ms,
        meta=_meta(timeline.meta, result.meta),
        tracks=result.tracks,
        media=kept,
    )


def merged(before: Timeline, fresh: Timeline) -> Timeline:
    """A sound's timeline with what was set before there was a sound; where both have a part, the older one wins.

    before   background teal |....|   title "Hi" |....|
    fresh    background theme |..........|  waveform |..........|  voice |..........|
    result   background teal |..........|  waveform |..........|  voice |..........|  title "Hi" |..........|
    """
    old_ms, length_ms = before.length_ms, fresh.length_ms
    bare = changed(
        before,
        length=length_ms,
        tracks=tuple(_stretched(track, old_ms, length_ms) for track in before.tracks),
    )
    parts = [track for track in bare.tracks if track.segments or (track.meta and track.meta.pending)]
    result = changed(bare, meta=fresh.meta, media=fresh.media, version=before.version or fresh.version)
    voice_id: str | None = None
    for track in fresh.tracks:
        if any(_same_part(track, other) for other in parts):
            continue
        own = _with_free_ids(result, track)
        if own.role in ("voice", "audio"):
            voice_id = own.id
        result = insert_track(result, own, kind="cover" if _is_cover(own) else None)
    return _listening(result, voice_id) if bare.with_role("bgm") else result


def _meta(before: TimelineMeta, after: TimelineMeta) -> TimelineMeta:
    values = {name: getattr(after, name) for name in type(after).model_fields if name in after.model_fields_set}
    values |= {"platform": after.platform, "loudness": after.loudness, "lang": after.lang or before.lang}
    if before.background and before.theme == after.theme:
        values["background"] = before.background
    if before.ratio and (before.width, before.height) == (after.width, after.height):
        values["ratio"] = before.ratio
    return changed(before, **values)


def _is_cover(track: Track) -> bool:
    return track.role == "overlay" and any(named(track, segment, "cover") for segment in track.segments)


def _slot(track: Track) -> str:
    if _is_cover(track):
        return "cover"
    meta = track.segments[0].meta if track.segments else None
    return str(meta.extra.get("slot", "")) if meta else ""


def _same_part(track: Track, other: Track) -> bool:
    """Whether two tracks would play the same part beside each other."""
    if track.role != other.role:
        return False
    return track.role in _SINGLE_ROLES or _slot(track) == _slot(other)


def _stretched(track: Track, old_ms: int, length_ms: int) -> Track:
    """A track of a timeline of one length on one of another: what lay over the whole lies over the whole."""
    if track.role == "caption":
        return track
    alone = len(track.segments) == 1
    segments = tuple(
        _fitted(track.role, segment, start_ms, old_ms, length_ms, alone=alone)
        for start_ms, segment in pinned(track).placed()
    )
    return track if segments == track.segments else changed(track, segments=segments)


def _fitted(role: str, segment: Segment, start_ms: int, old_ms: int, length_ms: int, *, alone: bool) -> Segment:
    end_ms = start_ms + segment.length_ms
    reaches = end_ms >= old_ms
    if role in _WHOLE_ROLES and reaches and start_ms < length_ms:
        return changed(segment, start=start_ms, length_ms=length_ms - start_ms)
    whole = role in ("title", "text") and alone and start_ms == 0 and reaches
    if whole and segment.length_ms == NEW_TITLE_MS:
        return changed(segment, start=0, length_ms=length_ms)
    if role == "cta" and reaches and segment.length_ms < length_ms:
        return changed(segment, start=length_ms - segment.length_ms)
    if end_ms > length_ms > start_ms:
        return changed(segment, start=start_ms, length_ms=length_ms - start_ms)
    return segment


def _with_free_ids(timeline: Timeline, track: Track) -> Track:
    """The track with other ids where the timeline has its own already."""
    taken = {segment.id for other in timeline.tracks for segment in other.segments}
    taken |= {other.id for other in timeline.tracks}
    segments = tuple(
        changed(segment, id=fresh_id(timeline, segment.id or track.role)) if segment.id in taken else segment
        for segment in track.segments
    )
    identity = fresh_id(timeline, track.id or track.role) if track.id in taken else track.id
    return changed(track, id=identity, segments=segments)


def _listening(timeline: Timeline, voice_id: str | None) -> Timeline:
    """With music under a new voice: the music gives way, and the waveform follows the voice alone."""
    if voice_id is None:
        return timeline

    def changed_segment(track: Track, segment: Segment) -> Segment:
        generator = segment.generator
        if track.role == "bgm" and segment.duck is None:
            return changed(segment, duck=_DUCK)
        if track.role == "waveform" and generator is not None and generator.of in (None, "*"):
            return changed(segment, generator=generator_with(generator, of=voice_id))
        return segment

    tracks = tuple(
        changed(track, segments=tuple(changed_segment(track, segment) for segment in track.segments))
        if track.role in ("bgm", "waveform")
        else track
        for track in timeline.tracks
    )
    return changed(timeline, tracks=tracks)
