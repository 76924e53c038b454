"""From a timeline to the layers of its scene, bottom to top."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from wavereel.picture.caption_cards import CaptionCue
from wavereel.picture.captions import caption_layer
from wavereel.picture.compositing import OpacityLayer
from wavereel.picture.geometry import Rect
from wavereel.picture.linebreak import fed_lines
from wavereel.picture.progress import ProgressStyle, progress_layer
from wavereel.picture.waveform import wave_layer
from wavereel.picture.waveform_inputs import WAVE_KINDS, WaveData, WaveStyle
from wavereel.render.grounds import furniture_layers, ground_layers, picture_layers
from wavereel.render.look import RING_INNER, ROUND_WAVES, box_of, has_place, slot_rect, text_style, visible_tracks
from wavereel.render.sound import SCOPE_STYLES, WHOLE_MIX, Listening
from wavereel.render.transitions import Envelope, shots_of, staged
from wavereel.render.unsupported import unsupported
from wavereel.render.words import check_glyphs, label_layers, measure_texts, reads_leftward, text_layers
from wavereel.timeline.model import TrackType
from wavereel.times import first_frame_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from wavereel.media.analysis import Analysis
    from wavereel.picture.layer import Layer
    from wavereel.picture.progress import ProgressLayer
    from wavereel.picture.text import TextStyle
    from wavereel.picture.waveform import WaveLayer
    from wavereel.render.look import Look
    from wavereel.render.transitions import Shot
    from wavereel.timeline.layouts import Slot
    from wavereel.timeline.model import Generator, Segment, Timeline, Track
    from wavereel.timeline.model import TextStyle as DraftStyle

_UNDER_FURNITURE = ("background", "main")

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
    look.layout = look.layout.flow(measure_texts(look), leftward=reads_leftward(look))
    tracks = [track for _, track in visible_tracks(look.timeline)]
    depth = 0
    while depth < len(tracks) and tracks[depth].role in _UNDER_FURNITURE:
        depth += 1
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


def _track_layers(look: Look, track: Track, analyses: Mapping[Listening, Analysis]) -> Iterator[Layer]:
    if track.role == "caption":
        yield from _captions(look, track)
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
    box = box_of(segment.transform, slot_rect(look.layout.slots["cover" if ringed else "wave"]), look.bounds)
    wave = WaveStyle(
        style=style,
        color=generator.color or spec.color,
        color2=generator.color2,
        count=min(generator.count or (spec.count if own else 0), max(8, box.width // _LEAST_PITCH_PX)),
        glow=min(1.0, spec.glow / _FULL_GLOW_PX) if own else 0.0,
        inner=RING_INNER if ringed else (spec.inner or None) if own else None,
        rounded=spec.rounded,
        thickness=spec.thickness * look.scale if own and spec.thickness else None,
        colors=spec.colors if own and generator.color in (None, spec.color) else (),
        dim=spec.dim if own else None,
        gradient_angle=spec.angle if generator.angle is None else generator.angle,
    )
    return wave_layer(box.even(), wave, data, look.span(start_ms, segment))


def _progress(look: Look, start_ms: int, segment: Segment, generator: Generator) -> ProgressLayer:
    spec = look.layout.arrangement.progress
    slot = slot_rect(look.layout.slots["progress"])
    if generator.at == "top":
        slot = Rect(slot.x0, look.safe.y0, slot.x1, look.safe.y0 + slot.height)
    elif generator.at == "bottom" and 2 * slot.y0 < look.bounds.height:
        slot = Rect(slot.x0, look.safe.y1 - slot.height, slot.x1, look.safe.y1)
    box = box_of(segment.transform, slot, look.bounds)
    marks = sorted(
        first_frame_at(start, look.fps)
        for track in look.timeline.with_role("chapter")
        for start, _ in track.placed()
        if start > 0
    )
    kind = "ring" if generator.style == "ring" else spec.style  # a theme may draw its bar as a mark on a rule
    if generator.style not in (None, "bar", "ring"):
        look.notice(f"there is no progress {generator.style!r}; the theme's is drawn instead")
    style = ProgressStyle(kind=kind, color=generator.color or spec.color, track=spec.track)
    return progress_layer(box.even(), style, look.span(start_ms, segment), marks)


def _captions(look: Look, track: Track) -> Iterator[Layer]:
    """One layer for all cues of the same style and place, which are most often all of them."""
    groups: dict[str, list[tuple[int, Segment]]] = {}
    for start_ms, segment in sorted(track.placed(), key=lambda placed: placed[0]):
        if segment.text and segment.text.strip():
            worn = (segment.style, segment.transform)
            key = "".join(part.model_dump_json(exclude_unset=True) if part else "-" for part in worn)
            groups.setdefault(key, []).append((start_ms, segment))
    for placed in groups.values():
        yield _caption_layer(look, track, placed)


def _caption_layer(look: Look, track: Track, placed: Sequence[tuple[int, Segment]]) -> Layer:
    first = placed[0][1]
    said = first.style.over(track.style) if first.style else track.style
    cues = [_cue(look, start_ms, segment, said) for start_ms, segment in placed]
    slot = look.layout.slots["caption"]
    caption = look.layout.caption
    name = (track.meta.look if track.meta else None) or caption.look
    if name not in ("classic", "karaoke", "pop", "boxed", "minimal"):
        look.notice(f"there is no caption look {name!r}; {caption.look!r} is used instead")
        name = caption.look
    style = _caption_style(look, track, slot, said, boxed=name == "boxed")
    box, valign = slot_rect(slot), slot.valign
    if said and said.position in ("top", "center", "bottom"):
        box, valign = look.safe, said.position
    if first.transform is not None and has_place(first.transform):
        box, valign = box_of(first.transform, box, look.bounds), "center"
    layer = caption_layer(
        cues,
        name,
        style,
        box=box,
        fps=look.fps,
        highlight=(said.highlight if said else None) or (caption.spoken if name in ("karaoke", "pop") else None),
        valign=valign,
        max_lines=said.max_lines if said and said.max_lines else slot.lines,
        min_size_px=style.size_px * slot.min_size_px / slot.size_px if slot.size_px else None,
    )
    check_glyphs(look, "".join(cue.text for cue in cues), layer.missing())
    if first.transform is None or first.transform.opacity in (None, 1.0):
        return layer
    return OpacityLayer([layer], look.bounds, Envelope(0, look.frames, level=round(255 * first.transform.opacity)))


def _cue(look: Look, start_ms: int, segment: Segment, said: DraftStyle | None) -> CaptionCue:
    text = segment.text or ""
    if said and said.max_characters:
        text = fed_lines(text, said.max_characters)
    words = tuple(
        (
            word.text,
            first_frame_at(start_ms + word.start_ms, look.fps),
            first_frame_at(start_ms + word.start_ms + word.length_ms, look.fps),
        )
        for word in segment.words or ()
    )
    return CaptionCue(*look.span(start_ms, segment), text, words)


def _caption_style(look: Look, track: Track, slot: Slot, said: DraftStyle | None, *, boxed: bool) -> TextStyle:
    style = text_style(look, slot, said)
    if not (said and said.color):
        style = replace(style, color=look.layout.caption.color)
    if track.meta and track.meta.lang:
        style = replace(style, language=track.meta.lang)
    plate = slot.plate
    if not boxed or plate is None or style.box_color:
        return style
    return replace(
        style,
        box_color=f"{plate.color[:7]}{round(255 * plate.opacity):02X}",
        box_pad_px=max(slot.pad_px[0], 1),
        box_radius=max(plate.radius, 0.5),
    )
