"""What a timeline sounds like: its audio tracks as clips of a mix, in samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wavereel.errors import LimitError
from wavereel.media.mix import MixClip, MixSpec
from wavereel.media.music import HIGHEST_BPM, LOWEST_BPM, MusicSpec
from wavereel.media.music_moods import MOODS
from wavereel.timeline.model import TrackType
from wavereel.times import frame_count, frame_sample, ms_samples

if TYPE_CHECKING:
    from wavereel.render.sources import Sources
    from wavereel.timeline.model import Effect, Segment, Timeline, Track

DEFAULT_MOOD = "lofi"

MIN_SPEED = 1 / 16
"""Below it a second becomes minutes of smear, and the memory to stretch it grows without bound."""


def mix_of(timeline: Timeline, sources: Sources) -> MixSpec:
    """The mix of a timeline, padded with silence to the end of the last frame.

    The sound of a `main` video sounds too, as a voice, unless an audio track plays that file already.

    Raises:
        InputError: A clip's file is not listed or gone.
        LimitError: A clip is slower than `MIN_SPEED`.
    """
    on_audio_tracks = sources_on_audio_tracks(timeline)
    clips: list[MixClip] = []
    for number, track in enumerate(timeline.tracks):
        if track.muted or not _sounds(track):
            continue
        for start_ms, segment in track.placed():
            if segment.muted or (track.type == TrackType.VIDEO and segment.source in on_audio_tracks):
                continue
            clip = _clip(timeline, track, number, start_ms, segment, sources)
            if clip is not None:
                clips.append(clip)
    fps = timeline.fps
    samples = frame_sample(frame_count(timeline.length_ms, fps), fps)
    return MixSpec(tuple(clips), samples, salvage=sources.salvage)


def sources_on_audio_tracks(timeline: Timeline) -> frozenset[str]:
    """The files that audio tracks play; a `main` video of one of them is silent itself."""
    return frozenset(
        segment.source
        for track in timeline.tracks
        if track.type == TrackType.AUDIO
        for segment in track.segments
        if segment.source
    )


def track_key(track: Track, number: int) -> str:
    """What a waveform's `of` calls a track: its id, or its place where it has none."""
    return track.id or f"track-{number}"


def _sounds(track: Track) -> bool:
    return track.type == TrackType.AUDIO or (track.type == TrackType.VIDEO and track.role == "main")


def _clip(
    timeline: Timeline, track: Track, number: int, start_ms: int, segment: Segment, sources: Sources
) -> MixClip | None:
    path = None
    music = None
    generator = segment.generator
    if segment.source is not None:
        path = sources.path(segment.source)
        if not sources.info(segment.source).audio:
            return None
    elif generator is not None and generator.kind == "music":
        mood = generator.mood if generator.mood in MOODS else DEFAULT_MOOD
        music = MusicSpec(mood, generator.seed or 0, _playable(generator.bpm))
    else:
        return None
    speed = _or(segment.speed, 1.0)
    if speed < MIN_SPEED:
        raise LimitError(f"a sound of the draft plays at {speed:g} of its speed", hint="use 0.0625 to 16")
    length_ms = min(segment.length_ms, max(0, timeline.length_ms - start_ms))
    if length_ms == 0:
        return None
    return MixClip(
        start=ms_samples(start_ms),
        length=ms_samples(length_ms),
        path=path,
        music=music,
        source_start=ms_samples(segment.source_start_ms or 0),
        source_stop=None if segment.source_end_ms is None else ms_samples(segment.source_end_ms),
        speed=speed,
        loop=bool(segment.loop),
        gain=_or(segment.gain, 1.0) * _or(track.gain, 1.0),
        fade_in=ms_samples(segment.fade_in_ms or 0),
        fade_out=ms_samples(segment.fade_out_ms or 0),
        duck=segment.duck,
        key=track_key(track, number),
        segment=segment.id or "",
        role="voice" if track.role == "main" else track.role or "audio",
        masks=tuple(_mask(effect, length_ms) for effect in segment.effects or () if effect.kind == "mask"),
    )


def _or(value: float | None, default: float) -> float:
    return default if value is None else value


def _playable(bpm: float | None) -> float | None:
    """The tempo at which the same beat is counted within what a bed can play: 30 is 60 with every second beat."""
    if bpm is None:
        return None
    while bpm < LOWEST_BPM:
        bpm *= 2
    while bpm > HIGHEST_BPM:
        bpm /= 2
    return bpm


def _mask(effect: Effect, length_ms: int) -> tuple[int, int]:
    """The samples of a clip that a `mask` effect (`s`, `d` in ms from the clip's start) hides."""
    start, length = effect.extra.get("s", 0), effect.extra.get("d", length_ms)
    if not isinstance(start, int) or not isinstance(length, int):
        return 0, 0
    return ms_samples(max(0, start)), ms_samples(min(max(0, start + length), length_ms))
