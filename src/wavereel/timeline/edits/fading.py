"""Which clips a fade is about, and the fades on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wavereel.timeline.edits.base import Note
from wavereel.timeline.edits.sounding import plays_elsewhere, sound_spots
from wavereel.timeline.edits.surgery import Spot, animations_with, change_segments, changed, spots
from wavereel.timeline.model import Animation, Segment, Timeline, TrackType
from wavereel.timeline.reasons import cannot, seconds

_CHAINED = ("voice", "audio", "bgm", "main", "background", "")
"""Roles whose clips follow each other as one: a fade is at the start of the first and the end of the last."""

Key = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Fades:
    """Which segments get which fades, in ms; 0 takes one away."""

    rises: dict[Key, int]
    falls: dict[Key, int]
    spots: dict[Key, Spot]


def fade_spots(
    timeline: Timeline, target: str, fade_in_ms: int | None, fade_out_ms: int | None, notes: list[Note]
) -> Timeline:
    """The timeline with fades on what a target means; `None` leaves that side alone.

    Raises:
        EditError: There is nothing to fade, or it fades so already.
    """
    firsts, lasts, what = _ends_of(timeline, target)
    if target == "end":
        fade_in_ms = None
    if target == "start":
        fade_out_ms = None
    if fade_in_ms is None and fade_out_ms is None:
        raise cannot("nothing_to_change")
    if (fade_in_ms is None or not firsts) and (fade_out_ms is None or not lasts):
        raise cannot("no_sound" if target in ("start", "end", "all") else "nothing_there", what=what)
    fades = _Fades({}, {}, {})
    for spot in firsts if fade_in_ms is not None else ():
        fades.spots[spot.track, spot.index] = spot
        fades.rises[spot.track, spot.index] = fade_in_ms or 0
    for spot in lasts if fade_out_ms is not None else ():
        fades.spots[spot.track, spot.index] = spot
        fades.falls[spot.track, spot.index] = fade_out_ms or 0
    changes = {key: _faded(timeline, spot, fades, notes) for key, spot in fades.spots.items()}
    if all(segment is fades.spots[key].segment for key, segment in changes.items()):
        raise cannot("same_already", what=what)
    return change_segments(timeline, fades.spots.values(), lambda spot: changes[spot.track, spot.index])


def _ends_of(timeline: Timeline, target: str) -> tuple[list[Spot], list[Spot], str]:
    """The segments that get a fade in, those that get a fade out, and what they are called."""
    if target in ("start", "end", "all", "picture"):
        sounds = _heard(timeline) if target != "picture" else []
        seen = _seen(timeline) if target in ("picture", "all") else []
        firsts = [spot for group in (sounds, seen) for spot in _at_start(group)]
        lasts = [spot for group in (sounds, seen) for spot in _at_end(group, timeline.length_ms)]
        return firsts, lasts, "main" if target == "picture" else "audio"
    found = sound_spots(timeline, target)
    role = timeline.tracks[found[0].track].role
    if role == "caption":
        raise cannot("wrong_kind", what=role)
    if role not in _CHAINED:
        return found, found, role or target
    by_track: dict[int, list[Spot]] = {}
    for spot in found:
        by_track.setdefault(spot.track, []).append(spot)
    chains = by_track.values()
    return [chain[0] for chain in chains], [chain[-1] for chain in chains], role or target


def _heard(timeline: Timeline) -> list[Spot]:
    """All that sounds; the main video's own sound only where nothing else does, as its picture fades with it."""
    audio = spots(
        timeline,
        lambda track, segment: track.type == TrackType.AUDIO and not track.muted and not segment.muted,
    )
    return audio or spots(
        timeline,
        lambda track, segment: (
            track.role == "main"
            and track.type == TrackType.VIDEO
            and not (track.muted or segment.muted or plays_elsewhere(timeline, segment.source))
        ),
    )


def _seen(timeline: Timeline) -> list[Spot]:
    return spots(
        timeline,
        lambda track, _: (
            track.type == TrackType.VIDEO and not track.hidden and track.role in ("background", "main", "")
        ),
    )


def _at_start(group: Sequence[Spot]) -> list[Spot]:
    first_ms = min((spot.start_ms for spot in group), default=0)
    return [spot for spot in group if spot.start_ms == first_ms]


def _at_end(group: Sequence[Spot], length_ms: int) -> list[Spot]:
    last_ms = min(max((spot.end_ms for spot in group), default=0), length_ms)
    return [spot for spot in group if spot.start_ms < last_ms <= spot.end_ms]


def _faded(timeline: Timeline, spot: Spot, fades: _Fades, notes: list[Note]) -> Segment:
    key = (spot.track, spot.index)
    rise_ms, fall_ms = fades.rises.get(key), fades.falls.get(key)
    longest_ms = spot.segment.length_ms
    used: list[int | None] = []
    for asked_ms in (rise_ms, fall_ms):
        if asked_ms is not None and asked_ms > longest_ms:
            facts = {"asked": f"{seconds(asked_ms)} s", "used": f"{seconds(longest_ms)} s", "low": "0 s"}
            _note_once(notes, Note("clamped", {**facts, "high": f"{seconds(longest_ms)} s"}))
        used.append(None if asked_ms is None else min(asked_ms, longest_ms))
    if timeline.tracks[spot.track].type == TrackType.TEXT:
        return _animated(spot.segment, used[0], used[1])
    values: dict[str, int | None] = {}
    if used[0] is not None and used[0] != (spot.segment.fade_in_ms or 0):
        values["fade_in_ms"] = used[0] or None
    if used[1] is not None and used[1] != (spot.segment.fade_out_ms or 0):
        values["fade_out_ms"] = used[1] or None
    return changed(spot.segment, **values) if values else spot.segment


def _animated(segment: Segment, rise_ms: int | None, fall_ms: int | None) -> Segment:
    """A text that comes and goes by its entrance and exit."""
    sides: dict[str, Animation | None] = {}
    for name, length_ms in (("enter", rise_ms), ("leave", fall_ms)):
        if length_ms is None:
            continue
        present: Animation | None = getattr(segment.animations, name, None)
        wanted = Animation.model_validate({"k": "fade", "d": length_ms}) if length_ms else None
        same = (present.kind, present.length_ms) == ("fade", length_ms) if present and wanted else present is wanted
        if not same:
            sides[name] = wanted
    if not sides:
        return segment
    return changed(segment, animations=animations_with(segment.animations, **sides))


def _note_once(notes: list[Note], note: Note) -> None:
    if note not in notes:
        notes.append(note)
