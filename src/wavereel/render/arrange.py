"""Where everything stands in the end: the layout, settled around its texts and around what was placed by hand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from wavereel.picture.geometry import Rect
from wavereel.render.captions import caption_groups, caption_place
from wavereel.render.flow import CARDS, flow, outgrows, texts
from wavereel.render.grounds import furniture_rects
from wavereel.render.look import (
    ROUND_WAVES,
    Spot,
    box_of,
    has_place,
    is_fleeting,
    progress_box,
    slot_name,
    slot_rect,
    visible_tracks,
    wave_box,
)
from wavereel.render.room import Part, make_room, moved_parts
from wavereel.render.words import fitted_text, ink_rect, measure_texts, text_place
from wavereel.timeline.model import TrackType

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from wavereel.render.look import Look
    from wavereel.render.room import Shift
    from wavereel.timeline.layouts import Layout, Slot
    from wavereel.timeline.model import Segment, Track

GAP_PX = 24
"""Distance that is kept around what was placed by hand, in px of a short side of 1080."""

_LARGEST_SHARE = 0.45
"""Of the canvas: what is larger is a ground for the rest, which does not give way to it."""

_FAINTEST = 0.35
"""Opacity below which a thing is a watermark, over which words may stand."""

_SUPPLE = {"cover": 0.5, "wave": 0.4}


@dataclass(frozen=True, slots=True)
class _Hand:
    """Something that was placed by hand, or that has outgrown its place.

    `edge` is where it keeps to, and so which way it goes past what is there already; empty where its place is exact.
    `lasts` tells what stays from what is shown for a while, for which nothing moves. `slot` is the place in which it
    stands all the same, `boxed` with a box around it for which only its neighbours go aside. What is `supple` goes a
    little aside itself, and a waveform gets less high where others cannot go aside; for one that was only made higher
    (`height`) no rows move.
    """

    key: int
    rect: Rect
    edge: Literal["top", "center", "bottom", ""] = ""
    lasts: bool = True
    words: bool = False
    slot: str = ""
    boxed: bool = False
    supple: Literal["height", "wave", "place", ""] = ""


def arrange(look: Look) -> None:
    """Settles `look.layout`, and in `look.spots` and `look.plated` what stands elsewhere than its slot says."""
    flow(look)
    ring, home = _moved_ring(look), slot_rect(look.layout.slots["wave"])
    hands = list(_hands(look))
    if not hands:
        return
    gone = {*(hand.slot for hand in hands), *(["cover"] if ring else [])}
    parts = [part for part in _parts(look) if part.name not in gone]
    settled: list[Rect] = []
    for hand in sorted(hands, key=lambda hand: (not hand.lasts, bool(hand.edge))):
        parts, rect = _settle(look, hand, parts, settled)
        blocked = [*settled, *(part.rect for part in parts if not part.panel)]
        if hand.words and any(rect.intersect(other) for other in blocked):
            look.plated.add(hand.key)
        if hand.lasts:
            settled.append(rect)
    if ring:
        _carry_cover(look, ring, home)


def _settle(look: Look, hand: _Hand, parts: list[Part], settled: Sequence[Rect]) -> tuple[list[Part], Rect]:
    """One thing in its place, the parts that gave way to it, and the rectangle that it takes."""
    area, gap = look.safe, round(GAP_PX * look.scale)
    still = [part.rect for part in parts if part.fixed]
    if not hand.lasts:
        still += [part.rect for part in parts if not part.panel]
    rect = _past(hand, [*settled, *still], area, gap) if hand.edge else hand.rect
    if hand.edge and not hand.lasts and any(rect.intersect(other) for other in [*settled, *still]):
        rect = _least_covering(rect, parts, settled, area)
    goes_aside = hand.supple or (hand.words and not hand.edge)
    if goes_aside and hand.lasts and _gives_way(look, rect):
        rect = _beside(rect, [part.rect for part in parts if part.name == "progress" and part.fixed], look, gap)
    shifts = None
    if hand.lasts and _gives_way(look, rect):
        rows = not hand.boxed and hand.supple != "height"
        loose = [replace(part, pinned=False) for part in parts]
        for movable in (parts, loose) if rows else (parts,):
            if shifts is None:
                near = gap // 4 if hand.boxed else gap
                shifts = make_room(movable, rect, area, near, still=settled, rows=rows)
    if hand.lasts and shifts is None and hand.supple in ("height", "wave"):
        rect = _between(rect, [part.rect for part in parts if not part.panel], gap)
    _move_spot(look, hand, rect)
    if not shifts:
        return parts, rect
    look.layout = _shifted(look.layout, shifts)
    for name, shift in shifts.items():
        before = look.furniture_shifts.get(name)
        look.furniture_shifts[name] = before.then(shift) if before else shift
    return moved_parts(parts, shifts), rect


def _beside(rect: Rect, still: Sequence[Rect], look: Look, gap: int) -> Rect:
    """A rectangle moved by a little, so that it stands above or below what it would lie on."""
    for other in still:
        if not rect.intersect(other):
            continue
        up, down = other.y0 - gap // 2 - rect.y1, other.y1 + gap // 2 - rect.y0
        way = up if -up <= down or rect.y1 + down > look.bounds.y1 else down
        if abs(way) <= 0.12 * look.bounds.height and rect.y0 + way >= 0:
            rect = rect.move(0, way)
    return rect


def _between(rect: Rect, others: Sequence[Rect], gap: int) -> Rect:
    """A rectangle as high as what lies above and below its middle lets it be, unless too little would be left."""
    middle = (rect.y0 + rect.y1) / 2
    beside = [other for other in others if other.x0 < rect.x1 and rect.x0 < other.x1]
    top = max((other.y1 + gap for other in beside if other.y0 + other.y1 < 2 * middle), default=rect.y0)
    bottom = min((other.y0 - gap for other in beside if other.y0 + other.y1 >= 2 * middle), default=rect.y1)
    clear = Rect(rect.x0, max(rect.y0, top), rect.x1, min(rect.y1, bottom))
    return clear if clear.height >= 0.3 * rect.height else rect


def _moved_ring(look: Look) -> Segment | None:
    """A waveform that runs around the cover, as its theme has it, and was moved by hand."""
    if look.layout.arrangement.wave.style not in ROUND_WAVES or not _stands_in_slot(look, "cover"):
        return None
    for _, track in visible_tracks(look.timeline):
        for segment in track.segments:
            place, generator = segment.transform, segment.generator
            if generator is None or generator.kind != "waveform" or place is None or not has_place(place):
                continue
            if (generator.style or look.layout.arrangement.wave.style) in ROUND_WAVES:
                return segment
    return None


def _carry_cover(look: Look, ring: Segment, home: Rect) -> None:
    """Moves the cover into the waveform around it; `home` is where that stood."""
    cover, box = look.layout.slots["cover"], wave_box(look, ring)
    side = max(1, round(cover.width * min(box.width, box.height) / max(1, min(home.width, home.height))))
    x, y = (box.x0 + box.x1 - side) // 2, (box.y0 + box.y1 - side) // 2
    moved = replace(cover, x=x, y=y, width=side, height=side)
    look.layout = replace(look.layout, slots={**look.layout.slots, "cover": moved})


def _gives_way(look: Look, rect: Rect) -> bool:
    return rect.intersect(look.bounds).area < _LARGEST_SHARE * look.bounds.area


def _hands(look: Look) -> Iterator[_Hand]:
    for track, segment in texts(look):
        yield from _text_hand(look, track, segment)
    for _, track in visible_tracks(look.timeline):
        if track.role == "caption":
            yield from _caption_hands(look, track)
        elif track.type == TrackType.VIDEO and track.role not in ("background", "main"):
            for segment in track.segments:
                rect = _painted_rect(look, track, segment)
                if rect is not None:
                    wave = track.role == "waveform"
                    sized = wave and segment.transform and segment.transform.y is None
                    kind = "height" if sized else "wave" if wave else "place" if track.role == "overlay" else ""
                    yield _Hand(id(segment), rect, lasts=not is_fleeting(look, segment), supple=kind)


def _text_hand(look: Look, track: Track, segment: Segment) -> Iterator[_Hand]:
    slot = look.layout.slots.get(slot_name(track, segment) or "")
    if segment.transform and (segment.transform.rotation or 0) % 360:
        return
    spot = text_place(look, track, segment)
    in_slot = slot is not None and spot.box == slot_rect(slot)
    if in_slot and slot is not None and (slot.name in CARDS or not outgrows(look, track, segment, slot)):
        return
    block = fitted_text(look, track, segment, spot.box)
    rect = ink_rect(block, spot)
    pad = round(block.style.box_pad_px)
    rect = Rect(rect.x0 - pad, rect.y0 - pad // 2, rect.x1 + pad, rect.y1 + pad // 2)
    exact = segment.transform is not None and has_place(segment.transform)
    edge = "" if exact or in_slot else spot.valign
    inside = _inside(look, rect) if exact else rect
    if not in_slot:
        dx, dy = inside.x0 - rect.x0, inside.y0 - rect.y0
        look.spots[id(segment)] = Spot(spot.box.move(dx, dy), spot.valign)
    own = slot.name if in_slot and slot is not None else ""
    yield _Hand(
        id(segment),
        inside,
        edge,
        not is_fleeting(look, segment),
        words=not in_slot,
        slot=own,
        boxed=in_slot and pad > 0,
    )


def _inside(look: Look, rect: Rect) -> Rect:
    """A rectangle that would be cut off at the edge of the canvas, moved into the safe area as far as it fits."""
    margin = round(GAP_PX * look.scale)
    dx = _way(rect[::2], look.bounds[::2], look.safe[::2], margin)
    dy = _way(rect[1::2], look.bounds[1::2], look.safe[1::2], margin)
    return rect.move(dx, dy)


def _way(span: tuple[int, ...], bounds: tuple[int, ...], safe: tuple[int, ...], margin: int) -> int:
    if bounds[0] + margin <= span[0] and span[1] <= bounds[1] - margin:
        return 0
    if span[1] - span[0] > safe[1] - safe[0]:
        return (safe[0] + safe[1] - span[0] - span[1]) // 2
    return max(safe[0] - span[0], 0) + min(safe[1] - span[1], 0)


def _caption_hands(look: Look, track: Track) -> Iterator[_Hand]:
    for group in caption_groups(track):
        place = caption_place(look, track, group)
        if not place.by_hand and not place.grown:
            continue
        rect = place.rect
        if place.exact:
            rect = _inside(look, rect)
        key = id(group[0][1])
        look.spots[key] = Spot(place.box.move(rect.x0 - place.rect.x0, rect.y0 - place.rect.y0), place.valign)
        lasting = 2 * len(group) >= len(track.segments)
        edge = "" if place.exact else "bottom" if place.grown and not place.by_hand else place.valign
        yield _Hand(key, rect, edge, lasting, words=True)


def _painted_rect(look: Look, track: Track, segment: Segment) -> Rect | None:
    """Where a picture, a waveform or a progress bar stands that was placed by hand, or that lies in a corner."""
    transform, generator = segment.transform, segment.generator
    if transform and transform.opacity is not None and transform.opacity < _FAINTEST:
        return None
    moved = transform is not None and has_place(transform)
    if generator is not None and generator.kind == "waveform":
        return wave_box(look, segment).intersect(look.bounds) if moved else None
    if generator is not None and generator.kind == "progress":
        return progress_box(look, segment) if moved or generator.style == "ring" or generator.at == "top" else None
    slot = look.layout.slots.get(slot_name(track, segment) or "")
    corner = slot is not None and slot.name in CARDS
    if not moved and not corner:
        return None
    return box_of(transform, slot_rect(slot) if slot else look.bounds, look.bounds).intersect(look.bounds) or None


def _parts(look: Look) -> Iterator[Part]:
    """What the layout has placed and what is there to be seen."""
    layout = look.layout
    yield from _furniture(look)
    sizes = measure_texts(look, set())
    for slot in layout.slots.values():
        if slot.name in CARDS:
            continue
        rect: Rect | None = None
        if slot.name == "caption":
            rect = _caption_rect(look)
        elif slot.name in ("cover", "wave"):
            rect = slot_rect(slot) if _stands_in_slot(look, slot.name) else None
        elif slot.name == "progress":
            rect = _bar_rect(look)
        elif slot.name in sizes or slot.template:
            width, height = sizes.get(slot.name, (slot.width, slot.height))
            x, y, wide, high = slot.plate_rect(width, height) if slot.plate else _hugged(slot, width, height)
            rect = Rect(x, y, x + wide, y + high)
        if rect:
            fixed = slot.name == "progress" and not (rect == slot_rect(slot) and _abuts(look, rect, sizes))
            yield Part(slot.name, rect, _SUPPLE.get(slot.name, 1.0), fixed=fixed, pinned=slot.pinned)


def _bar_rect(look: Look) -> Rect | None:
    """Where a progress bar stands that nobody has placed by hand."""
    for _, track in visible_tracks(look.timeline):
        for segment in track.segments:
            if segment.generator and segment.generator.kind == "progress":
                return None if _painted_rect(look, track, segment) else progress_box(look, segment)
    return None


def _hugged(slot: Slot, width: int, height: int) -> tuple[int, int, int, int]:
    width, height = min(width, slot.width), min(height, slot.height)
    x = slot.x + {"left": 0, "center": (slot.width - width) // 2, "right": slot.width - width}[slot.align]
    y = slot.y + {"top": 0, "center": (slot.height - height) // 2, "bottom": slot.height - height}[slot.valign]
    return x, y, width, height


def _abuts(look: Look, rect: Rect, sizes: Mapping[str, tuple[int, int]]) -> bool:
    """Whether the progress bar belongs to a plate, as that of a lower third does."""
    for name, (width, height) in sizes.items():
        slot = look.layout.slots[name]
        if slot.plate:
            x, y, wide, high = slot.plate_rect(width, height)
            if Rect(x - 2, y - 2, x + wide + 2, y + high + 2).intersect(rect):
                return True
    return False


def _caption_rect(look: Look) -> Rect | None:
    for _, track in visible_tracks(look.timeline):
        if track.role == "caption":
            for group in caption_groups(track):
                place = caption_place(look, track, group)
                if not place.by_hand and not place.grown:
                    return place.rect
    return None


def _stands_in_slot(look: Look, name: str) -> bool:
    for _, track in visible_tracks(look.timeline):
        for segment in track.segments:
            generator = segment.generator
            kind = generator.kind if generator else ""
            there = slot_name(track, segment) == name or (kind, name) in (
                ("waveform", "wave"),
                ("progress", "progress"),
            )
            if kind == "waveform" and look.ringed:
                there = False
            if there and _painted_rect(look, track, segment) is None:
                return True
    return False


def _furniture(look: Look) -> Iterator[Part]:
    """The theme's rules and panels, one part for each run of rows."""
    for number, rect in enumerate(furniture_rects(look)):
        panel = rect.height > 0.1 * look.bounds.height
        yield Part(f"furniture{number}", rect, 0.5 if panel else 1.0, panel=panel)


def _past(hand: _Hand, blockers: Sequence[Rect], area: Rect, gap: int) -> Rect:
    """A rectangle that keeps to an edge, moved past what lies there; where it stands if there is no free place."""
    rect = hand.rect
    if rect.height <= area.height:
        rect = rect.move(0, max(area.y0 - rect.y0, 0) + min(area.y1 - rect.y1, 0))
    steps = sorted({rect.y0, *(y for b in blockers for y in (b.y0 - gap - rect.height, b.y1 + gap))})

    def is_free(y: int) -> bool:
        at = rect.move(0, y - rect.y0)
        wide = Rect(at.x0 - gap, at.y0 - gap // 2, at.x1 + gap, at.y1 + gap // 2)
        inside = at.y0 >= min(area.y0, rect.y0) and at.y1 <= max(area.y1, rect.y1)
        return inside and not any(wide.intersect(blocker) for blocker in blockers)

    free = [y for y in steps if is_free(y) and abs(y - rect.y0) <= 0.3 * area.height]
    return rect.move(0, min(free, key=lambda y: abs(y - rect.y0)) - rect.y0) if free else rect


def _least_covering(rect: Rect, parts: Sequence[Part], settled: Sequence[Rect], area: Rect) -> Rect:
    """Where a text that is shown for a while covers the fewest words, if it has to lie on something."""
    words = [*settled, *(part.rect for part in parts if part.least == 1.0 and not part.panel)]
    pictures = [part.rect for part in parts if part.least < 1.0 and not part.panel]
    step = max(1, rect.height // 4)

    def cost(y: int) -> tuple[float, int]:
        at = rect.move(0, y - rect.y0)
        covered = 4 * sum(at.intersect(other).area for other in words)
        return covered + sum(at.intersect(other).area for other in pictures), abs(y - rect.y0)

    ys = range(area.y0, max(area.y0 + 1, area.y1 - rect.height + 1), step)
    return rect.move(0, min((rect.y0, *ys), key=cost) - rect.y0)


def _move_spot(look: Look, hand: _Hand, rect: Rect) -> None:
    spot = look.spots.get(hand.key)
    if rect == hand.rect:
        return
    if spot:
        look.spots[hand.key] = Spot(spot.box.move(rect.x0 - hand.rect.x0, rect.y0 - hand.rect.y0), spot.valign)
    elif hand.supple:
        look.spots[hand.key] = Spot(rect, "center")


def _shifted(layout: Layout, shifts: Mapping[str, Shift]) -> Layout:
    slots = dict(layout.slots)
    for name, shift in shifts.items():
        if name in slots:
            slots[name] = _shifted_slot(layout, slots[name], shift)
    return replace(layout, slots=slots)


def _shifted_slot(layout: Layout, slot: Slot, shift: Shift) -> Slot:
    y, height = round(shift.at(slot.y)), max(1, round(slot.height * shift.scale))
    moved = replace(slot, y=y, height=height, min_size_px=slot.min_size_px * min(1.0, shift.scale))
    if slot.name != "cover" or height == slot.height:
        return moved
    width = max(1, round(slot.width * shift.scale))
    middle = slot.x + slot.width / 2
    free = slot.width - width
    share = 0.5 if abs(middle - layout.width / 2) < 0.1 * layout.width else 0.0 if middle < layout.width / 2 else 1.0
    return replace(moved, x=slot.x + round(free * share), width=width)
