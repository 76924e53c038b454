"""The captions of a timeline: where they stand, how they look, and what is on screen at a time."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from wavereel.picture.caption_cards import CaptionCue, word_ranges
from wavereel.picture.captions import caption_layer, look_style
from wavereel.picture.compositing import OpacityLayer
from wavereel.picture.geometry import Rect
from wavereel.picture.linebreak import fed_lines
from wavereel.picture.text import measure
from wavereel.render.legible import legible, lit
from wavereel.render.look import Spot, box_of, has_place, slot_rect, text_style
from wavereel.render.transitions import Envelope
from wavereel.render.words import check_glyphs
from wavereel.times import first_frame_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wavereel.picture.captions import CaptionLook
    from wavereel.picture.layer import Layer
    from wavereel.picture.text import TextStyle
    from wavereel.render.look import Look
    from wavereel.timeline.arrangement import Valign
    from wavereel.timeline.layouts import Slot
    from wavereel.timeline.model import Segment, Track
    from wavereel.timeline.model import TextStyle as DraftStyle

Group = list[tuple[int, "Segment"]]
"""Cues of the same style and place, with their starts in ms."""

_LARGEST_SHARE = 0.42
"""Height of captions that were made larger, as a share of the canvas, at most."""

_WIDER_FROM, _MORE_LINES_FROM = 1.3, 1.5
"""From how many times their size on captions may be as wide as the safe area, and have a line more."""

_MOST_LINES = 3
_SMALLEST_SHARE, _SMALLEST_ASKED_SHARE = 0.9, 0.8
"""Of their size: a cue that would have to be smaller than this to keep to its lines is shown in parts, the second where
the lines were asked for. Cues are broken for the canvas they were heard on; one that is narrower now has less room.
"""


class CaptionPlace(NamedTuple):
    """Where a group of cues stands: a box, and the rectangle that its lines cover at most.

    `by_hand` where it is not the theme's, `exact` where it was given in numbers, `grown` where it is larger than the
    theme's for larger letters.
    """

    box: Rect
    valign: Valign
    rect: Rect
    lines: int
    by_hand: bool
    exact: bool
    grown: bool


class _Room(NamedTuple):
    """Where a cue has to fit: a width in px, a number of lines, and the smallest letters that it may take."""

    width: int
    lines: int
    smallest: TextStyle


def caption_groups(track: Track) -> list[Group]:
    """The cues of a caption track by style and place, which are most often the same for all."""
    groups: dict[str, Group] = {}
    for start_ms, segment in sorted(track.placed(), key=lambda placed: placed[0]):
        if segment.text and segment.text.strip():
            worn = (segment.style, segment.transform)
            key = "".join(part.model_dump_json(exclude_unset=True) if part else "-" for part in worn)
            groups.setdefault(key, []).append((start_ms, segment))
    return list(groups.values())


def caption_place(look: Look, track: Track, group: Group) -> CaptionPlace:
    """Where a group of cues stands by theme and draft, whatever else lies there."""
    first = group[0][1]
    said = _said(track, first)
    slot = look.layout.slots["caption"]
    style = _style(look, track, said)
    box, valign = slot_rect(slot), slot.valign
    lines = said.max_lines if said and said.max_lines else slot.lines
    factor = style.size_px / slot.size_px if slot.size_px else 1.0
    grown = factor > 1.02
    if grown:
        lines = lines if said and said.max_lines else min(max(_MOST_LINES, lines), lines + (factor >= _MORE_LINES_FROM))
        box = _larger(look, slot, factor)
    by_hand = bool(said and said.position in ("top", "center", "bottom"))
    if said and said.position in ("top", "center", "bottom"):
        box, valign = look.safe, said.position
    exact = first.transform is not None and has_place(first.transform)
    if exact:
        box, valign = box_of(first.transform, box, look.bounds), "center"
    height = min(box.height, math.ceil(lines * style.size_px * style.line_height))
    pad = round(style.box_pad_px)
    y0 = {"top": box.y0, "center": (box.y0 + box.y1 - height) // 2, "bottom": box.y1 - height}[valign]
    rect = Rect(box.x0, y0 - pad // 2, box.x1, y0 + height + pad // 2)
    return CaptionPlace(box, valign, rect, lines, by_hand or exact, exact, grown)


def caption_layers(look: Look, track: Track) -> Iterator[Layer]:
    """One layer for all cues of the same style and place."""
    for group in caption_groups(track):
        yield _layer(look, track, group)


def _said(track: Track, segment: Segment) -> DraftStyle | None:
    return segment.style.over(track.style) if segment.style else track.style


def _larger(look: Look, slot: Slot, factor: float) -> Rect:
    """The slot's box for letters that are larger by a factor, grown from where its text stands."""
    box = slot_rect(slot)
    height = max(box.height, min(round(box.height * factor), round(_LARGEST_SHARE * look.bounds.height)))
    more = height - box.height
    above = {"top": 0, "center": more // 2, "bottom": more}[slot.valign]
    x0, x1 = box.x0, box.x1
    if factor >= _WIDER_FROM and slot.align == "center":
        x0, x1 = min(x0, look.safe.x0), max(x1, look.safe.x1)
    return Rect(x0, box.y0 - above, x1, box.y0 - above + height)


def _layer(look: Look, track: Track, group: Group) -> Layer:
    first = group[0][1]
    said = _said(track, first)
    slot = look.layout.slots["caption"]
    caption = look.layout.caption
    name = _look_name(look, track)
    style = _style(look, track, said)
    place = caption_place(look, track, group)
    box, valign = look.spots.get(id(first)) or Spot(place.box, place.valign)
    rect = place.rect.move(box.x0 - place.box.x0, box.y0 - place.box.y0)
    plated = id(first) in look.plated
    chosen = _is_chosen(look, first, said)
    outlined = bool(said and (said.outline_color or said.outline_width))
    worn = look_style(name, style) if name == "boxed" else style
    at_home = not (place.by_hand or place.grown)
    own = legible(look, worn, rect, chosen=chosen, plated=plated, at_home=at_home, outlined=outlined)
    if own is not worn:
        bare = {} if own.outline_px else {"outline_color": None, "outline_px": 0.0}
        style = replace(style, color=own.color, box_color=own.box_color, **bare)
    if own.box_color and not style.box_pad_px:
        style = replace(style, box_pad_px=own.box_pad_px, box_radius=own.box_radius)
    highlight = (said.highlight if said else None) or (caption.spoken if name in ("karaoke", "pop") else None)
    if highlight:
        by_hand = highlight not in (caption.spoken, look.layout.accent)
        highlight = lit(look, highlight, look_style(name, style), rect, chosen=by_hand)
    smallest = _SMALLEST_ASKED_SHARE if said and said.max_lines else _SMALLEST_SHARE
    room = None if name == "pop" else _Room(box.width, place.lines, style.at(style.size_px * smallest))
    cues = [cue for start_ms, segment in group for cue in _cues(look, start_ms, segment, said, room)]
    layer = caption_layer(
        cues,
        name,
        style,
        box=box,
        fps=look.fps,
        highlight=highlight,
        valign=valign,
        max_lines=place.lines,
        min_size_px=style.size_px * slot.min_size_px / slot.size_px if slot.size_px else None,
    )
    check_glyphs(look, "".join(cue.text for cue in cues), layer.missing())
    if first.transform is None or first.transform.opacity in (None, 1.0):
        return layer
    return OpacityLayer([layer], look.bounds, Envelope(0, look.frames, level=round(255 * first.transform.opacity)))


def _look_name(look: Look, track: Track) -> CaptionLook:
    caption = look.layout.caption
    name = (track.meta.look if track.meta else None) or caption.look
    match name:
        case "classic" | "karaoke" | "pop" | "boxed" | "minimal":
            return name
        case _:
            look.notice(f"there is no caption look {name!r}; {caption.look!r} is used instead")
            return caption.look


def _is_chosen(look: Look, segment: Segment, said: DraftStyle | None) -> bool:
    """Whether somebody chose the colour of the letters: the theme states its own on the track."""
    if segment.style and segment.style.color:
        return True
    return bool(said and said.color) and not (look.themed and _is_theirs(look, said))


def _is_theirs(look: Look, said: DraftStyle | None) -> bool:
    return bool(said and said.color and said.color.upper() == look.layout.caption.color.upper())


def _style(look: Look, track: Track, said: DraftStyle | None) -> TextStyle:
    slot = look.layout.slots["caption"]
    style = text_style(look, slot, said)
    if not (said and said.color):
        style = replace(style, color=look.layout.caption.color)
    if track.meta and track.meta.lang:
        style = replace(style, language=track.meta.lang)
    plate = slot.plate
    boxed = ((track.meta.look if track.meta else None) or look.layout.caption.look) == "boxed"
    if not boxed or plate is None or style.box_color:
        return style
    return replace(
        style,
        box_color=f"{plate.color[:7]}{round(255 * plate.opacity):02X}",
        box_pad_px=max(slot.pad_px[0], 1),
        box_radius=max(plate.radius, 0.5),
    )


def _cues(
    look: Look,
    start_ms: int,
    segment: Segment,
    said: DraftStyle | None,
    room: _Room | None,
) -> list[CaptionCue]:
    """A cue, or its parts where there is too little room for all of it and the times of its words are known."""
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
    whole = CaptionCue(*look.span(start_ms, segment), text, words)
    if room is None or len(words) < 2:
        return [whole]
    lines = room.lines if room.lines == 1 else room.lines - 0.25  # a line ends before the word that is too long for it
    share = measure(text, room.smallest) / (room.width * lines)
    return [whole] if share <= 1 else _in_parts(whole, math.ceil(share))


def _in_parts(cue: CaptionCue, count: int) -> list[CaptionCue]:
    """A cue as consecutive cues of about the same number of letters, each from its first word on."""
    words = [tuple(word) for word in cue.words]
    ranges = word_ranges(cue.text, [str(word[0]) for word in words])
    letters = max(1, len(cue.text))
    parts: dict[int, list[int]] = {}
    for number, (start, stop) in enumerate(ranges):
        parts.setdefault(min(count - 1, (start + stop) * count // (2 * letters)), []).append(number)
    groups = [parts[key] for key in sorted(parts)]
    starts = [cue.start_frame, *(int(words[group[0]][1]) for group in groups[1:]), cue.stop_frame]
    result: list[CaptionCue] = []
    for index, group in enumerate(groups):
        text = cue.text[ranges[group[0]][0] if index else 0 : ranges[group[-1]][1]].strip()
        own = tuple(cue.words[number] for number in group)
        first, stop = max(cue.start_frame, starts[index]), min(cue.stop_frame, starts[index + 1])
        result.append(CaptionCue(first, stop, text, own))
    return result
