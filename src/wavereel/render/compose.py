"""From a timeline to the layers of its scene, bottom to top."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from wavereel.picture.progress import ProgressStyle, progress_layer
from wavereel.picture.waveform import wave_layer
from wavereel.picture.waveform_inputs import WAVE_KINDS, WaveData, WaveStyle
from wavereel.render.arrange import arrange
from wavereel.render.captions import caption_layers
from wavereel.render.grounds import furniture_layers, ground_layers, is_own_ground, picture_layers
from wavereel.render.legible import Backdrop, seen
from wavereel.render.look import RING_INNER, ROUND_WAVES, progress_box, visible_tracks, wave_box
from wavereel.render.sound import SCOPE_STYLES, WHOLE_MIX, Listening
from wavereel.render.transitions import shots_of, staged
from wavereel.render.unsupported import unsupported
from wavereel.render.words import label_layers, text_layers
from wavereel.timeline.model import TrackType
from wavereel.times import first_frame_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from wavereel.media.analysis import Analysis
    from wavereel.picture.layer import Layer
    from wavereel.picture.progress import ProgressLayer
    from wavereel.picture.waveform import WaveLayer
    from wavereel.render.look import Look
    from wavereel.render.transitions import Shot
    from wavereel.timeline.model import Generator, Segment, Timeline, Track

_UNDER_FURNITURE = ("background", "main")

_MOST_GROUNDS = 6
"""How many of the grounds that follow each other are looked at for what lies behind words."""

_LEAST_PITCH_PX = 4
"""Bars closer than this melt together on a small canvas."""

_FULL_GLOW_PX = 32
"""Reach of a glow, in px of the theme file, that is drawn at full strength."""


def wanted_listening(timeline: Timeline) -> list[Listening]:
    """What the waveforms of a timeline want to know of its sound."""
    wanted = {
        _listening(segment.generator)
        for _, track in visible_tracks(timeline)
        for segment in track.segments
        if segment.generator is not None and segment.generator.kind == "waveform"
    }
    return sorted(wanted, key=lambda need: (need.of, need.release_ms, need.scope))


def compose(look: Look, analyses: Mapping[Listening, Analysis]) -> list[Layer]:
    """The layers of a timeline.

    Args:
        look: Theme and layout; its layout is settled here around the measured texts.
        analyses: What `wanted_listening` asked for.

    Raises:
        InputError: A picture or video cannot be read.
        UsageError: The draft names a style that does not exist.
    """
    for text in unsupported(look.timeline):
        look.notice(text)
    arrange(look)
    tracks = [track for _, track in visible_tracks(look.timeline)]
    depth = 0
    while depth < len(tracks) and tracks[depth].role in _UNDER_FURNITURE:
        depth += 1
    look.backdrop = _backdrop(look, tracks[:depth])
    below, above = tracks[:depth], [track for track in tracks[depth:] if track.role != "cta"]
    cards = [track for track in tracks[depth:] if track.role == "cta"]
    return list(
        chain(
            ground_layers(look, [track for track in below if track.role == "background"]),
            chain.from_iterable(_track_layers(look, track, analyses) for track in below if track.role == "main"),
            furniture_layers(look) if look.themed else (),
            chain.from_iterable(_track_layers(look, track, analyses) for track in above),
            label_layers(look) if look.themed else (),  # a clock may stand on the plate of a title
            chain.from_iterable(_track_layers(look, track, analyses) for track in cards),
        )
    )


def _backdrop(look: Look, tracks: Sequence[Track]) -> Backdrop:
    """What lies behind words: the grounds and the theme's shapes. Of a video over them nobody knows what it shows."""
    grounds = [track for track in tracks if track.role == "background"]
    starts = {look.span(start, segment)[0] for track in grounds for start, segment in track.placed()}
    frames = sorted(first for first in starts | {0} if first < max(1, look.frames))[:_MOST_GROUNDS]
    own = (not grounds and look.timeline.meta.background == look.theme.palette["ground"]) or (
        bool(grounds)
        and all(
            segment.source is not None or (segment.generator is not None and is_own_ground(look, segment.generator))
            for track in grounds
            for segment in track.segments
        )
    )
    known = not any(track.role == "main" for track in tracks)
    return Backdrop(
        lambda: chain(ground_layers(look, grounds), furniture_layers(look) if look.themed else ()),
        frames,
        (look.layout.width, look.layout.height),
        known=known,
        own=look.themed and known and own,
    )


def _track_layers(look: Look, track: Track, analyses: Mapping[Listening, Analysis]) -> Iterator[Layer]:
    if track.role == "caption":
        yield from caption_layers(look, track)
    elif track.type == TrackType.TEXT:
        yield from text_layers(look, track)
    else:
        pictures: list[Shot] = []
        for shot in shots_of(track):
            generator = shot.segment.generator
            if generator is not None and generator.kind == "waveform":
                wave = _waveform(look, shot.start_ms, shot.segment, generator, analyses)
                yield from staged(look, shot, [wave], wave.area)
            elif generator is not None and generator.kind == "progress":
                progress = _progress(look, shot.start_ms, shot.segment, generator)
                yield from staged(look, shot, [progress], progress.area)
            else:
                pictures.append(shot)
        yield from picture_layers(look, track, pictures)


def _listening(generator: Generator) -> Listening:
    release_ms = 180 if generator.smooth_ms is None else generator.smooth_ms
    return Listening(generator.of or WHOLE_MIX, release_ms, (generator.style or "bars") in SCOPE_STYLES)


def _waveform(
    look: Look, start_ms: int, segment: Segment, generator: Generator, analyses: Mapping[Listening, Analysis]
) -> WaveLayer:
    analysis = analyses[_listening(generator)]
    data = WaveData(analysis.fps, analysis.bands, analysis.level, analysis.history, scope=analysis.scope)
    spec = look.layout.arrangement.wave
    style = generator.style or spec.style
    if style not in WAVE_KINDS:
        look.notice(f"there is no waveform {style!r}; {spec.style!r} is drawn instead")
        style = spec.style
    own = style == spec.style
    ringed = look.ringed and style in ROUND_WAVES
    box = wave_box(look, segment)
    color, color2 = generator.color or spec.color, generator.color2
    if color == spec.color and (other := seen(look, color, box)) != color:
        color, color2 = other, None
    wave = WaveStyle(
        style=style,
        color=color,
        color2=color2,
        count=min(generator.count or (spec.count if own else 0), max(8, box.width // _LEAST_PITCH_PX)),
        glow=min(1.0, spec.glow / _FULL_GLOW_PX) if own else 0.0,
        inner=RING_INNER if ringed else (spec.inner or None) if own else None,
        rounded=spec.rounded,
        thickness=spec.thickness * look.scale if own and spec.thickness else None,
        colors=spec.colors if own and color == spec.color and generator.color in (None, spec.color) else (),
        dim=spec.dim if own else None,
        gradient_angle=spec.angle if generator.angle is None else generator.angle,
    )
    return wave_layer(box.even(), wave, data, look.span(start_ms, segment))


def _progress(look: Look, start_ms: int, segment: Segment, generator: Generator) -> ProgressLayer:
    spec = look.layout.arrangement.progress
    box = progress_box(look, segment)
    marks = sorted(
        first_frame_at(start, look.fps)
        for track in look.timeline.with_role("chapter")
        for start, _ in track.placed()
        if start > 0
    )
    kind = "ring" if generator.style == "ring" else spec.style  # a theme may draw its bar as a mark on a rule
    if generator.style not in (None, "bar", "ring"):
        look.notice(f"there is no progress {generator.style!r}; the theme's is drawn instead")
    color, track = generator.color or spec.color, spec.track
    if color == spec.color:
        color = seen(look, color, box)
    if look.backdrop is not None and not look.backdrop.own:
        track = None  # the theme's would be a faint shade of its own ink
    style = ProgressStyle(kind=kind, color=color, track=track)
    return progress_layer(box.even(), style, look.span(start_ms, segment), marks)
