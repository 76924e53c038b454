"""Where painted things stand: boxes in fractions of the canvas, and corners of the safe area."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from wavereel.timeline.edits.at_hand import entry_of_source, ratio_of
from wavereel.timeline.edits.base import Note
from wavereel.timeline.edits.surgery import (
    Spot,
    changed,
    meta_with,
    named,
    select,
    transform_with,
    with_length,
)
from wavereel.timeline.layouts import RING_PX
from wavereel.timeline.model import ItemMeta, TrackType
from wavereel.timeline.reasons import cannot
from wavereel.timeline.restyle import is_drawn_cover, layout_in, parts_of, slot_of
from wavereel.timeline.themes import DEFAULT_THEME, THEME_NAMES, load_theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from wavereel.timeline.layouts import Layout
    from wavereel.timeline.model import Segment, Timeline, Track
    from wavereel.timeline.themes import Theme

Corner = Literal["top_left", "top_right", "bottom_left", "bottom_right", "top", "bottom", "left", "right", "center"]
Fit = Literal["cover", "contain", "stretch", "blur"]
Size = Literal["small", "medium", "large"]

BLANK_MS = 4000
"""Length of what is put on an empty timeline."""

LARGEST_PICTURE = 4.0
"""Of a picture or video, in sides of the canvas; what hangs over its edge does not show."""

CORNER_SLOTS = ("top_left", "top_right", "bottom_left", "bottom_right")
ROUND_WAVES = frozenset({"circle", "ring", "pulse"})
"""Waveforms that run around a cover where the theme has room for a long one only."""

_TOUCH = 0.004
"""How near to the edge of the safe area counts as standing on it, in shares of the canvas."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in fractions of the canvas; `x, y` is the centre."""

    x: float
    y: float
    width: float
    height: float

    @classmethod
    def of_edges(cls, x0: float, y0: float, x1: float, y1: float) -> Box:
        """The box between two corners."""
        return cls((x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0)

    def inside(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """The box moved so that it leaves these edges nowhere, or covers them where it is larger."""
        return replace(self, x=_between(self.x, self.width, x0, x1), y=_between(self.y, self.height, y0, y1))

    def on_canvas(self) -> Box:
        """The box moved onto the canvas; a larger one covers all of it."""
        return self.inside(0.0, 0.0, 1.0, 1.0)

    def limited(self, width: float, height: float) -> Box:
        """The box no larger than this, in its own shape."""
        scale = min(1.0, width / self.width, height / self.height)
        return replace(self, width=self.width * scale, height=self.height * scale)


WHOLE = Box(0.5, 0.5, 1.0, 1.0)


def theme_of(timeline: Timeline) -> Theme:
    """The theme of a timeline; the default one where it names none that is known."""
    name = timeline.meta.theme
    return load_theme(name if name and name in THEME_NAMES else DEFAULT_THEME)


def layout_of(timeline: Timeline, *more_parts: str) -> Layout:
    """The layout that a timeline has, or would have with more parts."""
    return layout_in(theme_of(timeline), timeline.size, parts_of(timeline) | frozenset(more_parts))


def safe_edges(layout: Layout) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the safe area in fractions of the canvas."""
    x, y, width, height = layout.safe
    return (
        x / layout.width,
        y / layout.height,
        (x + width) / layout.width,
        (y + height) / layout.height,
    )


def in_corner(box: Box, corner: str, layout: Layout) -> Box:
    """The box in a corner, at an edge or in the middle of the safe area, as large as before."""
    left, top, right, bottom = safe_edges(layout)
    x = left + box.width / 2 if "left" in corner else right - box.width / 2 if "right" in corner else 0.5
    y = top + box.height / 2 if "top" in corner else bottom - box.height / 2 if "bottom" in corner else 0.5
    return replace(box, x=x, y=y).on_canvas()


def corner_of(box: Box, layout: Layout) -> str | None:
    """The corner of the safe area that a box stands in."""
    left, top, right, bottom = safe_edges(layout)
    across = {"left": box.x - box.width / 2 - left, "right": box.x + box.width / 2 - right}
    down = {"top": box.y - box.height / 2 - top, "bottom": box.y + box.height / 2 - bottom}
    sides = [name for name, gap in across.items() if abs(gap) < _TOUCH]
    ends = [name for name, gap in down.items() if abs(gap) < _TOUCH]
    return f"{ends[0]}_{sides[0]}" if len(sides) == len(ends) == 1 else None


def corner_slot(track: Track, segment: Segment) -> str | None:
    """The corner slot of the theme that a segment stands in by its name, unless it says its place itself."""
    slot = slot_of(track, segment)
    said = segment.transform
    return slot if slot in CORNER_SLOTS and (said is None or said.x is None) else None


def is_ringed(layout: Layout, segment: Segment) -> bool:
    """Whether a round waveform runs around the cover, in the cover's place; see `render.look`."""
    return (
        "cover" in layout.present
        and layout.arrangement.wave.style not in ROUND_WAVES
        and segment.generator is not None
        and segment.generator.style in ROUND_WAVES
        and not (segment.transform and segment.transform.width)
    )


def present_box(timeline: Timeline, layout: Layout, track: Track, segment: Segment) -> Box:
    """Where a painted thing stands now: what its `x` says, and the layout's place for what it leaves out."""
    default = _default_box(timeline, layout, track, segment)
    said = segment.transform
    if said is None:
        return default
    return Box(
        default.x if said.x is None else said.x,
        default.y if said.y is None else said.y,
        said.width or default.width,
        said.height or default.height,
    )


def picture_box(layout: Layout, ratio: float | None, width: float, height: float) -> Box:
    """A picture in the middle of the canvas, within a part of it, in its own shape; a square where none is known."""
    shape = (ratio or 1.0) * layout.height / layout.width
    return Box(0.5, 0.5, shape * height, height).limited(width, height)


def with_box(
    track: Track, segment: Segment, box: Box, keys: tuple[Literal["x", "y", "width", "height"], ...]
) -> Segment:
    """The segment with parts of a box written down; one that leaves a corner slot of the theme writes all of it.

    A logo that the slot alone told apart from other pictures stays a logo by the slot's name.
    """
    if corner_slot(track, segment):
        keys = ("x", "y", "width", "height")
    values = {key: round(getattr(box, key), 4) for key in keys}
    result = changed(segment, transform=transform_with(segment.transform, **values))
    meta = segment.meta
    if meta is not None and meta.extra.get("slot") in CORNER_SLOTS:
        tree = meta.model_dump(by_alias=True, exclude_unset=True)
        bare = ItemMeta.model_validate(
            {key: value for key, value in tree.items() if key != "slot"}, by_alias=True, by_name=False
        )
        result = changed(result, meta=bare)
        if not named(track, result, "logo"):
            result = changed(result, meta=meta_with(bare, slot="logo"))
    return result


def pick(timeline: Timeline, target: str, allowed: Callable[[Track, Segment], bool]) -> list[Spot]:
    """The segments of a target.

    Raises:
        EditError: It names nothing, or something that the edit is not made for.
    """
    found = select(timeline, target)
    for spot in found:
        if not allowed(timeline.tracks[spot.track], spot.segment):
            raise cannot("wrong_kind", what=timeline.tracks[spot.track].role or target)
    return found


def is_movable(track: Track, _: Segment) -> bool:
    """Whether a place counts: of everything painted that is no text and does not lie under everything."""
    return track.type == TrackType.VIDEO and track.role != "background"


def is_picture(track: Track, segment: Segment) -> bool:
    """Whether it shows a picture or a video, or a cover that is drawn."""
    return track.type == TrackType.VIDEO and (segment.source is not None or is_drawn_cover(segment))


def what_of(timeline: Timeline, found: list[Spot], target: str) -> str:
    """What people call a target: logo and cover by name, else by role."""
    plain = target.partition("#")[0]
    return plain if plain in ("logo", "cover") or not found else timeline.tracks[found[0].track].role or target


def unless_same(before: Timeline, after: Timeline, what: str) -> Timeline:
    """The timeline after an edit.

    Raises:
        EditError: It reads as before.
    """
    if before == after:
        raise cannot("same_already", what=what)
    return after


def clamp(value: float, low: float, high: float, notes: list[Note], *, percent: bool = False, digits: int = 4) -> float:
    """A value within its bounds, rounded; a note says when that is another one than was asked."""

    def shown(number: float) -> str:
        return f"{number * 100:.4g}%" if percent else f"{number:.6g}"

    used = round(min(high, max(low, value)), digits)
    if not low <= value <= high:
        note = Note("clamped", {"asked": shown(value), "used": shown(used), "low": shown(low), "high": shown(high)})
        if note not in notes:
            notes.append(note)
    return used


def length_of(timeline: Timeline) -> int:
    """Length of what is to last as long as the timeline."""
    return timeline.length_ms or BLANK_MS


def with_some_length(timeline: Timeline, before: Timeline) -> Timeline:
    """The timeline with a length where the one before had none."""
    return timeline if before.length_ms else with_length(timeline, BLANK_MS)


def _between(middle: float, extent: float, low: float, high: float) -> float:
    nearest, furthest = low + extent / 2, high - extent / 2
    return min(max(middle, min(nearest, furthest)), max(nearest, furthest))


def _default_box(timeline: Timeline, layout: Layout, track: Track, segment: Segment) -> Box:
    if track.role in ("main", "background"):
        return WHOLE
    if track.role == "waveform":
        return _slot_box(layout, "cover" if is_ringed(layout, segment) else "wave")
    if track.role == "progress":
        return _progress_box(layout, segment)
    ratio = ratio_of(entry_of_source(timeline, segment.source))
    slot = slot_of(track, segment)
    if slot in CORNER_SLOTS:
        place = _slot_box(layout, slot)
        drawn = picture_box(layout, ratio, place.width, place.height)
        spare_x, spare_y = (place.width - drawn.width) / 2, (place.height - drawn.height) / 2
        x = place.x + (spare_x if "right" in slot else -spare_x)
        return replace(drawn, x=x, y=place.y + (spare_y if "bottom" in slot else -spare_y))
    if slot in layout.slots:
        return _slot_box(layout, slot)
    return picture_box(layout, ratio, 1 / 3, 1 / 3)


def _slot_box(layout: Layout, name: str) -> Box:
    slot = layout.slots[name]
    x0, y0 = slot.x / layout.width, slot.y / layout.height
    return Box.of_edges(x0, y0, x0 + slot.width / layout.width, y0 + slot.height / layout.height)


def _progress_box(layout: Layout, segment: Segment) -> Box:
    """The layout's place, or one at the edge that the generator names; see `render.look.progress_box`."""
    box = _slot_box(layout, "progress")
    _, top, right, bottom = safe_edges(layout)
    at = segment.generator.at if segment.generator else None
    if segment.generator is not None and segment.generator.style == "ring":
        side_px = RING_PX * min(layout.width, layout.height) / 1080
        width, height = side_px / layout.width, side_px / layout.height
        y = top + height / 2 if at == "top" else bottom - height / 2
        return Box(right - width / 2, y, width, height)
    if at == "top":
        return replace(box, y=top + box.height / 2)
    if at == "bottom" and box.y - box.height / 2 < 0.5:
        return replace(box, y=bottom - box.height / 2)
    return box
