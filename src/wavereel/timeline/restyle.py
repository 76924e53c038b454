"""Another theme or another canvas for a timeline that exists already.

Tracks are handled one by one and what stays is shared, so that an hour of captions costs no more than its titles.
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from wavereel.timeline.build import ratio_text
from wavereel.timeline.dress import (
    TEXT_SLOTS,
    cover_generator,
    ground_generator,
    progress_generator,
    text_style,
    wave_generator,
)
from wavereel.timeline.edits.surgery import changed, effective_style, meta_with, style_with, track_of, with_meta
from wavereel.timeline.layouts import layout_for
from wavereel.timeline.model import Generator, TextStyle, TrackType, Transform
from wavereel.timeline.themes import THEME_NAMES, load_theme

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from wavereel.timeline.layouts import Layout
    from wavereel.timeline.model import Segment, Timeline, Track
    from wavereel.timeline.themes import Theme

    Keep = Callable[[Track | Segment], bool]

Tree = dict[str, Any]

ROLE_SLOTS = {
    "title": "title",
    "lower_third": "lower_third",
    "chapter": "chapter",
    "cta": "end_card",
    "caption": "caption",
}
"""The slot of a text that names none, by its track's role."""

_GROUND_KINDS = ("color", "gradient", "pattern")
_DRAWN_KEYS = frozenset({"art", "txt"})
"""Keys of a generator that only its own kind of picture means."""

_WAVE_CHOICES = ("style", "color", "color2", "count", "smooth_ms")


def parts_of(timeline: Timeline) -> frozenset[str]:
    """The parts on which a layout depends: see `layouts.ALL_PARTS`."""
    parts: set[str] = set()
    for track in timeline.tracks:
        if track.hidden or (not track.segments and track.role != "caption"):
            continue
        named = {str(segment.meta.extra.get("slot")) for segment in track.segments if segment.meta}
        parts |= named & {"title", "kicker", "number", "cover"}
        parts |= {track.role} & {"title", "caption", "progress", "main"}
        if track.role == "waveform":
            parts.add("wave")
    return frozenset(parts)


def apply_theme(timeline: Timeline, theme: Theme, keep: Keep | None = None) -> Timeline:
    """The timeline in a theme.

    Style, generators and layout become the theme's, also what was set by hand. Media, texts, times and a picture or
    video that lies in the background stay. A drawn cover and a progress bar come and go as the themes have it, unless
    somebody chose otherwise before.

        before   m.theme clean     background color    waveform mirror    title st Inter
        after    m.theme neon      background color    waveform ring      title st Unbounded

    Args:
        timeline: Before.
        theme: The new look.
        keep: Says of a track, or of a segment of a track that is not kept as a whole, whether it looks as before.
    """
    keep = keep or _nothing
    result = with_meta(timeline, theme=theme.name, background=theme.palette["ground"])
    before = _known_theme(timeline)
    if before is not None:
        result = _with_habits(result, before, theme, keep)
    layout = layout_in(theme, timeline.size, parts_of(result))
    tracks = tuple(_dressed(track, theme, layout, keep) for track in result.tracks)
    return changed(result, tracks=tracks)


def set_canvas(timeline: Timeline, width: int, height: int, *, platform: str | None = None) -> Timeline:
    """The timeline on another canvas.

    What the theme chose for the old canvas (sizes of type, number of bars, look of captions) becomes what it chooses
    for the new one; what was set by hand stays. `m.platform` becomes `platform`, or goes where there is none.

        before   1920x1080 16:9    caption st.fs 60    waveform n 86
        after    1080x1920 9:16    caption st.fs 60    waveform n 56
    """
    ratio = ratio_text(width, height)
    result = with_meta(timeline, width=width, height=height, ratio=ratio, platform=platform)
    return refit(timeline, result)


def refit(before: Timeline, after: Timeline) -> Timeline:
    """The timeline after a change of its canvas or of its parts, with what the theme chooses there.

    What reads as the theme had chosen it for `before` becomes what it chooses for `after`; all else stays. A title
    over a video, for one, is smaller than one beside a cover.
    """
    theme = _known_theme(after)
    old_parts, new_parts = parts_of(before), parts_of(after)
    if theme is None or (before.size == after.size and old_parts == new_parts):
        return after
    old, new = layout_in(theme, before.size, old_parts), layout_in(theme, after.size, new_parts)
    return changed(after, tracks=tuple(_refitted(track, theme, old, new) for track in after.tracks))


def layout_in(theme: Theme, size: tuple[int, int], parts: frozenset[str]) -> Layout:
    """`layout_for`, kept for themes that come with the program: edits ask for the same few again and again."""
    if theme.name in THEME_NAMES and theme is load_theme(theme.name):
        return _packaged_layout(theme.name, size, parts)
    return layout_for(theme, *size, present=parts)


@lru_cache(maxsize=64)
def _packaged_layout(name: str, size: tuple[int, int], parts: frozenset[str]) -> Layout:
    return layout_for(load_theme(name), *size, present=parts)


def slot_of(track: Track, segment: Segment | None) -> str:
    """The slot of a segment: by its own `m.slot`, its track's, or the track's role."""
    for node in (segment, track):
        slot = node.meta.extra.get("slot") if node is not None and node.meta else None
        if isinstance(slot, str):
            return slot
    return ROLE_SLOTS.get(track.role, "")


def is_drawn_cover(segment: Segment) -> bool:
    """Whether a segment shows a cover that the program draws."""
    generator = segment.generator
    return generator is not None and generator.kind == "pattern" and generator.style == "cover"


def generator_of(tree: Mapping[str, Any], old: Generator | None = None) -> Generator:
    """A generator from its draft keys, with the unknown keys of the one that it replaces."""
    kept = {key: value for key, value in old.extra.items() if key not in _DRAWN_KEYS} if old else {}
    return Generator.model_validate(kept | dict(tree), by_alias=True, by_name=False)


def _nothing(_: Track | Segment) -> bool:
    return False


def _known_theme(timeline: Timeline) -> Theme | None:
    name = timeline.meta.theme
    return load_theme(name) if name in THEME_NAMES else None


def _with_habits(timeline: Timeline, before: Theme, after: Theme, keep: Keep) -> Timeline:
    """A cover that is drawn, or a progress bar, follows the themes where the draft did what the old one does."""
    parts = parts_of(timeline)
    old, new = (layout_in(theme, timeline.size, parts) for theme in (before, after))
    drawn = any(is_drawn_cover(segment) for track in timeline.tracks for segment in track.segments)
    as_before = ("cover" in parts) == drawn == before.draws_cover
    if as_before and "main" not in parts and after.draws_cover != drawn:
        title = timeline.meta.title or ""
        segment: Tree = {"g": cover_generator(after, title, zlib.crc32(title.encode())), "m": {"slot": "cover"}}
        timeline = _switched(timeline, after.draws_cover, "overlay", "cover", segment, is_drawn_cover, keep)
    shown, wanted = "progress" in parts, new.arrangement.progress.shown
    if shown == old.arrangement.progress.shown and shown != wanted:
        bar: Tree = {"g": progress_generator(new)}
        timeline = _switched(timeline, wanted, "progress", "progress bar", bar, lambda _: True, keep)
    return timeline


def _switched(
    timeline: Timeline,
    on: bool,
    role: str,
    name: str,
    segment: Tree,
    ours: Callable[[Segment], bool],
    keep: Keep,
) -> Timeline:
    tracks = timeline.tracks
    if not on:
        gone = [
            track.role == role
            and not keep(track)
            and all(ours(segment) and not keep(segment) for segment in track.segments)
            for track in tracks
        ]
        return changed(timeline, tracks=tuple(track for track, goes in zip(tracks, gone, strict=True) if not goes))
    length_ms = timeline.length_ms
    if not length_ms:
        return timeline
    taken = {track.id for track in tracks}
    identity = next(word for number in range(1, len(tracks) + 2) if (word := f"{role}-{number}") not in taken)
    body = {"id": f"{identity}-1", "s": 0, "d": length_ms} | segment
    body["m"] = {"name": name} | segment.get("m", {})
    places = [index for index, track in enumerate(tracks) if track.role in ("background", "main")]
    place = max(places, default=-1) + 1
    added = track_of({"id": identity, "tt": 0, "m": {"role": role, "name": name}, "sg": [body]})
    return changed(timeline, tracks=(*tracks[:place], added, *tracks[place:]))


def _dressed(track: Track, theme: Theme, layout: Layout, keep: Keep) -> Track:
    if keep(track):
        return track
    if track.type == TrackType.TEXT:
        return _dressed_text(track, layout, keep)
    segments = tuple(
        segment if keep(segment) else _dressed_picture(track, segment, theme, layout) for segment in track.segments
    )
    same = all(new is old for new, old in zip(segments, track.segments, strict=True))
    return track if same else changed(track, segments=segments)


def _dressed_picture(track: Track, segment: Segment, theme: Theme, layout: Layout) -> Segment:
    old = segment.generator
    kind = old.kind if old else None
    role = track.role
    if role == "background" and kind in _GROUND_KINDS:
        tree = ground_generator(theme, layout)
    elif role == "waveform" and kind == "waveform":
        tree = wave_generator(theme, layout, of=(old.of if old else None) or "*")
    elif role == "progress" and kind == "progress":
        tree = progress_generator(layout)
    elif slot_of(track, segment) == "cover":
        if not is_drawn_cover(segment) or old is None:
            return segment if segment.transform is None else changed(segment, transform=_placeless(segment.transform))
        tree = cover_generator(theme, str(old.extra.get("txt", "")), old.seed or 0)
    else:
        return segment
    return changed(segment, generator=generator_of(tree, old), transform=_placeless(segment.transform))


def _placeless(transform: Transform | None) -> Transform | None:
    """A transform without what the format knows; `None` where nothing is left."""
    if transform is None or not transform.extra:
        return None
    return Transform.model_validate(transform.extra, by_alias=True, by_name=False)


def _plain_style(style: TextStyle | None, tree: Tree | None = None) -> TextStyle | None:
    """The style of a tree, with the unknown keys of the one that it replaces; `None` where it says nothing."""
    keys = (style.extra if style else {}) | (tree or {})
    return TextStyle.model_validate(keys, by_alias=True, by_name=False) if keys else None


def _text_slots(track: Track) -> set[str]:
    rest = [segment for segment in track.segments if segment.meta is not None]
    slots = {slot_of(track, segment) for segment in rest}
    return slots if rest and len(rest) == len(track.segments) else slots | {slot_of(track, None)}


def _dressed_text(track: Track, layout: Layout, keep: Keep) -> Track:
    slots = _text_slots(track)
    slot = next(iter(slots)) if len(slots) == 1 else ""
    if slot not in TEXT_SLOTS:  # free words keep their place and take the theme's letters
        free = TextStyle.model_validate(text_style(layout, "title"))
        worn = {name: value for name in ("family", "weight", "color") if (value := getattr(free, name)) is not None}
        style = style_with(track.style, **worn)
        segments = [_worn(track, segment) if keep(segment) else segment for segment in track.segments]
    else:
        style = _plain_style(track.style, text_style(layout, slot))
        segments = [_worn(track, segment) if keep(segment) else _bare(segment) for segment in track.segments]
    meta = meta_with(track.meta, look=layout.caption.look) if slot == "caption" else track.meta
    return changed(track, style=style, meta=meta, segments=tuple(segments))


def _worn(track: Track, segment: Segment) -> Segment:
    """A text that keeps its look states all of it, since its track's changes."""
    return segment if track.style is None else changed(segment, style=effective_style(track, segment))


def _bare(segment: Segment) -> Segment:
    if segment.style is None and segment.transform is None:
        return segment
    return changed(segment, style=_plain_style(segment.style), transform=_placeless(segment.transform))


def _refitted(track: Track, theme: Theme, old: Layout, new: Layout) -> Track:
    values: dict[str, Any] = {}
    style = track.style
    if style is not None and track.type == TrackType.TEXT:
        for slot in sorted(_text_slots(track) & set(TEXT_SLOTS)):
            before, after = (TextStyle.model_validate(text_style(layout, slot)) for layout in (old, new))
            updates = _followed(style, before, after, tuple(after.model_fields_set))
            style = changed(style, **updates) if updates else style
        values = {"style": style} if style is not track.style else {}
    if track.role == "caption" and track.meta and track.meta.look == old.caption.look != new.caption.look:
        values["meta"] = meta_with(track.meta, look=new.caption.look)
    if any(segment.generator and segment.generator.kind == "waveform" for segment in track.segments):
        before, after = (generator_of(wave_generator(theme, layout)) for layout in (old, new))
        values["segments"] = tuple(_refitted_wave(segment, before, after) for segment in track.segments)
    return changed(track, **values) if values else track


def _refitted_wave(segment: Segment, before: Generator, after: Generator) -> Segment:
    now = segment.generator
    if now is None or now.kind != "waveform":
        return segment
    updates = _followed(now, before, after, _WAVE_CHOICES)
    if now.color == before.color and now.color2 is None is before.color2 and after.color2:
        updates["color2"] = after.color2
    return changed(segment, generator=changed(now, **updates)) if updates else segment


def _followed(now: Any, before: Any, after: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """What becomes of the fields that read as in `before`, where `after` has something else."""
    return {
        name: getattr(after, name)
        for name in names
        if getattr(now, name) is not None
        and getattr(now, name) == getattr(before, name)
        and getattr(after, name) != getattr(before, name)
    }
