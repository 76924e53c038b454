"""The layout around its texts: stacks that close up, slots that grow with larger letters."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from wavereel.render.look import has_place, slot_name, slot_rect, visible_tracks
from wavereel.render.words import fitted_text, ink_rect, measure_texts, reads_leftward, text_place
from wavereel.timeline.layouts import layout_for
from wavereel.timeline.model import TrackType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wavereel.render.look import Look
    from wavereel.timeline.layouts import Layout, Slot
    from wavereel.timeline.model import Segment, Track

_NEAR = 1.5
"""How far a text may be from its place, in its own heights, for its neighbours to leave that place to it."""

_LARGEST_TEXT = 0.42
"""Height of a text that was made larger, as a share of the canvas, at most."""

CARDS = ("chapter", "lower_third", "end_card", "top_left", "top_right", "bottom_left", "bottom_right")
"""Slots that stand by themselves, for a while or in a corner."""


def flow(look: Look) -> None:
    """Closes the stacks around the texts; one that was moved by a little keeps its place in them."""
    leftward = reads_leftward(look)
    moved = _nudged(look)
    plain = look.layout
    look.layout = _grown(look)
    look.layout = look.layout.flow(measure_texts(look, moved), leftward=leftward)
    near = {key: item for key, item in moved.items() if _is_near(look, *item)}
    if len(near) == len(moved):
        return
    names = {slot_name(*item) for key, item in moved.items() if key not in near}
    look.layout = layout_for(
        look.theme,
        plain.width,
        plain.height,
        look.timeline.meta.platform,
        present=plain.present - {name for name in names if name},
    )
    look.layout = _grown(look)
    look.layout = look.layout.flow(measure_texts(look, near), leftward=leftward)


def texts(look: Look) -> Iterator[tuple[Track, Segment]]:
    """The texts that are on screen and no captions, with their tracks."""
    for _, track in visible_tracks(look.timeline):
        if track.type == TrackType.TEXT and track.role != "caption":
            for start_ms, segment in track.placed():
                first, stop = look.span(start_ms, segment)
                if first < stop and segment.text and segment.text.strip():
                    yield track, segment


def _nudged(look: Look) -> dict[int, tuple[Track, Segment]]:
    """Texts of the layout that have an exact place by hand."""
    result: dict[int, tuple[Track, Segment]] = {}
    for track, segment in texts(look):
        slot = look.layout.slots.get(slot_name(track, segment) or "")
        if slot and slot.name not in CARDS and segment.transform and has_place(segment.transform):
            result[id(segment)] = track, segment
    return result


def _is_near(look: Look, track: Track, segment: Segment) -> bool:
    slot = look.layout.slots[slot_name(track, segment) or ""]
    if slot.plate is not None:  # which stays with what else stands on it
        return False
    spot = text_place(look, track, segment)
    block = fitted_text(look, track, segment, spot.box)
    rect = ink_rect(block, spot)
    home = slot_rect(slot)
    apart = abs(rect.y0 + rect.y1 - home.y0 - home.y1) / 2
    return apart <= _NEAR * rect.height and rect.x0 < home.x1 and home.x0 < rect.x1


def _grown(look: Look) -> Layout:
    """The layout in which the slots of texts that were made larger are higher, as far as their stack can give."""
    slots = dict(look.layout.slots)
    for track, segment in texts(look):
        slot = slots.get(slot_name(track, segment) or "")
        said = segment.style.over(track.style) if segment.style else track.style
        if slot and slot.size_px and slot.name not in CARDS and said and said.size:
            factor = said.size * look.scale / slot.size_px
            if factor > 1.02:
                slots[slot.name] = _higher(look, slot, factor)
    return replace(look.layout, slots=slots)


def _higher(look: Look, slot: Slot, factor: float) -> Slot:
    wanted = round(slot.height * factor)
    most = round(min(_LARGEST_TEXT * look.bounds.height, _most_in_stack(look.layout, slot) or math.inf))
    lines = slot.lines + (1 if factor >= 1.25 and slot.lines < 4 else 0)
    return replace(slot, height=max(slot.height, min(wanted, most)), lines=lines)


def _most_in_stack(layout: Layout, slot: Slot) -> int | None:
    """Height that a stack can give to one of its slots when all others are as low as they can be."""
    for stack in layout.stacks:
        rows = stack.rows()
        if stack.direction == "right" or not any(slot.name in names for _, names in rows):
            continue
        left = stack.box[3] * layout.scale - sum(gap for gap, _ in rows) * layout.scale
        for _, names in rows:
            if slot.name in names:
                continue
            here = [layout.slots[name] for name in names]
            here = [other for other in here if other.name not in ("cover", "wave") or other.name in layout.present]
            left -= max((other.min_height if other.flexible else other.height for other in here), default=0)
        return max(0, int(left))
    return None


def outgrows(look: Look, track: Track, segment: Segment, slot: Slot) -> bool:
    """Whether a text in its slot is larger than the theme has it, or stands where its theme has not reckoned with it.

    That is on a box of its own, or beside a cover over a video, for which no theme has a place.
    """
    said = segment.style.over(track.style) if segment.style else track.style
    larger = bool(said and said.size and slot.size_px and said.size * look.scale > 1.02 * slot.size_px)
    over_video = slot.name == "title" and {"main", "cover"} <= look.layout.present
    return larger or over_video or bool(said and said.box_color)
