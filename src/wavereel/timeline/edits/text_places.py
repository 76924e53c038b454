"""Where texts stand and how large they are set, as the renderer will have it, without measuring a font."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wavereel.timeline.edits.cue_words import is_unspaced
from wavereel.timeline.edits.surgery import Spot, effective_style, select
from wavereel.timeline.layouts import layout_for
from wavereel.timeline.model import TrackType
from wavereel.timeline.reasons import cannot
from wavereel.timeline.restyle import ROLE_SLOTS, parts_of
from wavereel.timeline.themes import DEFAULT_THEME, THEME_NAMES, load_theme

if TYPE_CHECKING:
    from wavereel.timeline.layouts import Layout
    from wavereel.timeline.model import Segment, Timeline, Track, Transform

FREE_TEXT_SIZE = 64.0
"""Size of a text that stands in no slot and says none, in px of a short side of 1080, as the renderer sets it."""

_FREE_LINES = 3
_CAPTION_WEIGHT = 3
"""How much worse it is to cover captions than anything else."""

_EM_SPACED, _EM_UNSPACED = 0.55, 1.0


@dataclass(frozen=True, slots=True)
class TextBox:
    """What a text covers, in fractions of the canvas: its centre and about how large it is."""

    x: float
    y: float
    width: float
    height: float

    @property
    def top(self) -> float:
        """Upper edge."""
        return self.y - self.height / 2

    @property
    def bottom(self) -> float:
        """Lower edge."""
        return self.y + self.height / 2


def layout_of(timeline: Timeline, *more: str) -> Layout:
    """The layout that the timeline is drawn in; `more` are parts that are about to come."""
    name = timeline.meta.theme
    theme = load_theme(name if name and name in THEME_NAMES else DEFAULT_THEME)
    width, height = (side + side % 2 for side in timeline.size)
    return layout_for(theme, width, height, timeline.meta.platform, present=parts_of(timeline) | set(more))


def slot_of(track: Track, segment: Segment | None) -> str:
    """The slot of a segment: its own `m.slot`, its track's, or its role's; empty where it has none."""
    for meta in (segment.meta if segment else None, track.meta):
        named = meta.extra.get("slot") if meta else None
        if isinstance(named, str):
            return named
    return ROLE_SLOTS.get(track.role, "")


def text_spots(timeline: Timeline, target: str) -> list[Spot]:
    """The texts that a target names.

    Raises:
        EditError: It names nothing, or something that is no text.
    """
    found = select(timeline, target)
    texts = [spot for spot in found if timeline.tracks[spot.track].type == TrackType.TEXT]
    if not texts:
        raise cannot("wrong_kind", what=timeline.tracks[found[0].track].role or target)
    return texts


def caption_tracks(timeline: Timeline, target: str = "caption") -> list[int]:
    """The numbers of the caption tracks that a target names as a whole; none where it names something else."""
    return [
        number
        for number, track in enumerate(timeline.tracks)
        if track.role == "caption" and track.type == TrackType.TEXT and target in ("caption", track.id, f"@{number}")
    ]


def text_size(layout: Layout, track: Track, segment: Segment | None) -> float:
    """The size at which a text is set: its own, else its track's, else its slot's; px of a short side of 1080."""
    said = effective_style(track, segment).size
    if said:
        return said
    slot = layout.slots.get(slot_of(track, segment))
    if slot is None or not slot.size_px:
        return FREE_TEXT_SIZE
    return slot.size_px * 1080 / min(layout.width, layout.height)


def is_placed_by_hand(track: Track, segment: Segment | None) -> bool:
    """Whether a text stands elsewhere than its slot has it."""
    position = effective_style(track, segment).position
    transform = segment.transform if segment else None
    return _has_place(transform) or position in ("top", "center", "bottom")


def text_box(timeline: Timeline, layout: Layout, track: Track, segment: Segment | None) -> TextBox:
    """About what a text covers; for captions of which there is no cue yet, `segment` is `None`."""
    style = effective_style(track, segment)
    transform = segment.transform if segment else None
    slot = layout.slots.get(slot_of(track, segment))
    if slot is not None and track.role != "caption" and not is_placed_by_hand(track, segment):
        slot = layout.flow(_slot_sizes(timeline, layout)).slots[slot.name]
    x, y, wide, high = (slot.x, slot.y, slot.width, slot.height) if slot else layout.safe
    valign = slot.valign if slot else "center"
    if style.position in ("top", "center", "bottom"):
        (x, y, wide, high), valign = layout.safe, style.position
    text = (segment.text if segment else None) or ""
    lines = 2 if track.role == "caption" else slot.lines if slot else _FREE_LINES
    width_px, height_px = _extent(layout, track, segment, text, wide, style.max_lines or lines)
    middle_y = {"top": y + height_px / 2, "center": y + high / 2, "bottom": y + high - height_px / 2}[valign]
    middle_x = x + wide / 2
    if transform is not None and _has_place(transform):
        middle_x = middle_x if transform.x is None else transform.x * layout.width
        middle_y = (y + high / 2) if transform.y is None else transform.y * layout.height
    return TextBox(
        middle_x / layout.width, middle_y / layout.height, width_px / layout.width, height_px / layout.height
    )


def free_position(timeline: Timeline, layout: Layout, span_ms: tuple[int, int], height: float, first: str) -> str:
    """`top`, `center` or `bottom`: where a text of this height (a share of the canvas) covers least."""
    taken = list(_covered(timeline, layout, span_ms))
    _, safe_y, _, safe_height = layout.safe
    upper, lower = safe_y / layout.height, (safe_y + safe_height) / layout.height
    bands = {
        "top": (upper, upper + height),
        "center": ((upper + lower - height) / 2, (upper + lower + height) / 2),
        "bottom": (lower - height, lower),
    }

    def covered(name: str) -> float:
        top, bottom = bands[name]
        return round(sum(max(0.0, min(bottom, low) - max(top, high)) for high, low in taken), 3)

    return min((first, *(other for other in bands if other != first)), key=covered)


def plate_box(layout: Layout, slot_name: str) -> str | None:
    """The colour of the box that stands in for a slot's plate where a text leaves it; its letters suit no other."""
    slot = layout.slots.get(slot_name)
    if slot is None or slot.plate is None:
        return None
    return f"{slot.plate.color[:7]}{round(255 * slot.plate.opacity):02X}"


def free_height(layout: Layout, text: str, size: float) -> float:
    """About how high a text is that may be as wide as the safe area, as a share of the canvas."""
    width_em = text_width_em(text)
    size_px = size * min(layout.width, layout.height) / 1080
    lines = min(_FREE_LINES, max(1, math.ceil(width_em * size_px / layout.safe[2])))
    return lines * size_px * 1.2 / layout.height


def text_width_em(text: str) -> float:
    """About how wide the widest line of a text is, in ems."""
    return max(
        (sum(_EM_UNSPACED if is_unspaced(char) else _EM_SPACED for char in line) for line in text.split("\n")),
        default=0.0,
    )


def _covered(timeline: Timeline, layout: Layout, span_ms: tuple[int, int]) -> list[tuple[float, float]]:
    """Upper and lower edges of texts, waveform and cover that are seen at some time of a span."""
    result: list[tuple[float, float]] = []
    for track in timeline.tracks:
        if track.hidden or track.role in ("background", "main", "progress") or track.type == TrackType.AUDIO:
            continue
        if track.role == "caption":
            box = text_box(timeline, layout, track, track.segments[0] if track.segments else None)
            result += [(box.top, box.bottom)] * _CAPTION_WEIGHT
            continue
        for start_ms, segment in track.placed():
            if start_ms >= span_ms[1] or start_ms + segment.length_ms <= span_ms[0]:
                continue
            if track.type == TrackType.TEXT:
                box = text_box(timeline, layout, track, segment)
                result.append((box.top, box.bottom))
            elif (placed := _slot_edges(layout, track, segment)) is not None:
                result.append(placed)
    return result


def _slot_edges(layout: Layout, track: Track, segment: Segment) -> tuple[float, float] | None:
    slot = layout.slots.get("wave" if track.role == "waveform" else slot_of(track, segment))
    transform = segment.transform
    if slot is None and (transform is None or transform.height is None):
        return None
    middle = (slot.y + slot.height / 2) / layout.height if slot else 0.5
    height = slot.height / layout.height if slot else 0.0
    if transform is not None:
        middle = middle if transform.y is None else transform.y
        height = height if transform.height is None else transform.height
    return middle - height / 2, middle + height / 2


def _has_place(transform: Transform | None) -> bool:
    return transform is not None and any(
        side is not None for side in (transform.x, transform.y, transform.width, transform.height)
    )


def _extent(
    layout: Layout, track: Track, segment: Segment | None, text: str, wide_px: int, most_lines: int
) -> tuple[float, float]:
    size_px = text_size(layout, track, segment) * min(layout.width, layout.height) / 1080
    slot = layout.slots.get(slot_of(track, segment))
    width_px = text_width_em(text) * size_px
    if track.role == "caption":
        lines = most_lines
    else:
        lines = min(most_lines, max(text.count("\n") + 1, math.ceil(width_px / max(1, wide_px))))
    return min(width_px, wide_px), lines * size_px * (slot.line_height if slot else 1.2)


def _slot_sizes(timeline: Timeline, layout: Layout) -> dict[str, tuple[int, int]]:
    """About how large the texts are that stand in slots, for the layout to flow around."""
    sizes: dict[str, tuple[int, int]] = {}
    for track in timeline.tracks:
        if track.type != TrackType.TEXT or track.role == "caption" or track.hidden:
            continue
        for segment in track.segments:
            slot = layout.slots.get(slot_of(track, segment))
            if slot is None or not segment.text or is_placed_by_hand(track, segment):
                continue
            wide, high = _extent(layout, track, segment, segment.text, slot.width, slot.lines)
            width, height = sizes.get(slot.name, (0, 0))
            sizes[slot.name] = max(width, math.ceil(wide)), max(height, math.ceil(high))
    for slot in layout.labels:
        wide = text_width_em(slot.text or "") * slot.size_px
        sizes[slot.name] = math.ceil(min(wide, slot.width)), math.ceil(slot.size_px * slot.line_height)
    return sizes
