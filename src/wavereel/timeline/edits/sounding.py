"""What people mean by a sound: the voice, the music, and which sounds belong to which picture."""

from __future__ import annotations

from collections.abc import Sequence

from wavereel.timeline.edits.surgery import Spot, of_role, select, spots
from wavereel.timeline.model import Timeline, TrackType
from wavereel.timeline.reasons import cannot

_STANDS_IN = {"voice": ("audio", "main"), "bgm": ("audio",), "audio": ("voice", "main")}
"""What a role means where nothing plays it: "the music" is the one sound of a piece of music."""


def stand_in(timeline: Timeline, target: str) -> str:
    """The role that is meant: the target itself, or what stands in where no segment plays it."""
    role, mark, number = target.partition("#")
    if role in _STANDS_IN and not of_role(timeline, role):
        for other in _STANDS_IN[role]:
            if of_role(timeline, other):
                return other + mark + number
    return target


def sound_spots(timeline: Timeline, target: str) -> list[Spot]:
    """The segments that a target names; where there is no voice, `voice` means another sound, and so on.

    Raises:
        EditError: It names nothing.
    """
    return select(timeline, stand_in(timeline, target))


def audible_spots(timeline: Timeline, target: str) -> list[Spot]:
    """The clips that make the sound of a target: for a video whose sound lies on an audio track, those there.

    Raises:
        EditError: It names nothing, or something that makes no sound.
    """
    found = sound_spots(timeline, target)
    result: dict[tuple[int, int], Spot] = {}
    for spot in found:
        track = timeline.tracks[spot.track]
        if track.type == TrackType.AUDIO:
            heard: Sequence[Spot] = [spot]
        elif track.type == TrackType.VIDEO and track.role in ("main", ""):
            heard = sounds_of(timeline, spot) or [spot]
        else:
            raise cannot("wrong_kind", what=track.role or target)
        result |= {(item.track, item.index): item for item in heard}
    return sorted(result.values(), key=lambda spot: (spot.start_ms, spot.track))


def sounds_of(timeline: Timeline, video: Spot) -> list[Spot]:
    """The clips on audio tracks that play the file of a video while it is seen."""
    return [
        spot
        for spot in spots(
            timeline,
            lambda track, segment: (
                track.type == TrackType.AUDIO and segment.source is not None and segment.source == video.segment.source
            ),
        )
        if spot.start_ms < video.end_ms and spot.end_ms > video.start_ms
    ]


def plays_elsewhere(timeline: Timeline, source: str | None) -> bool:
    """Whether a file plays on an audio track, so that a main video of it is silent."""
    return source is not None and any(
        segment.source == source
        for track in timeline.tracks
        if track.type == TrackType.AUDIO
        for segment in track.segments
    )
