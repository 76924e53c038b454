"""Words on screen: titles, cards, labels and clocks, as layers."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from wavereel.errors import UsageError
from wavereel.picture.clock import ClockLayer
from wavereel.picture.colors import rgba
from wavereel.picture.fonts import missing_font_error
from wavereel.picture.frames import turned
from wavereel.picture.geometry import Rect
from wavereel.picture.glyphs import rounded_box
from wavereel.picture.layers import DEFAULT_MOTION_MS, Motion, SpriteLayer, motion, typing_ms
from wavereel.picture.linebreak import fed_lines
from wavereel.picture.sprite import Sprite
from wavereel.picture.text import draw_text, fit_text
from wavereel.render.legible import legible
from wavereel.render.look import Spot, box_of, has_place, is_fleeting, slot_name, slot_rect, text_style, visible_tracks
from wavereel.timeline.layouts import clock_text
from wavereel.timeline.model import TrackType

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from wavereel.picture.layer import Layer
    from wavereel.picture.text import TextBlock
    from wavereel.render.look import Look
    from wavereel.timeline.arrangement import Plate
    from wavereel.timeline.layouts import Slot
    from wavereel.timeline.model import Segment, Track

_LEAST_SHARE = 0.45
"""How far a text may shrink, as a share of its size, where its slot does not say."""


def measure_texts(look: Look, kept: Collection[int] = ()) -> dict[str, tuple[int, int]]:
    """Width and height in px of the texts that stand in slots, for the layout to flow around.

    Where several texts share a slot, the largest sides count. `kept` are texts, by the `id` of their segments, that
    were moved by hand and keep their place in the layout.
    """
    sizes: dict[str, tuple[int, int]] = {}
    for _, track in visible_tracks(look.timeline):
        if track.type != TrackType.TEXT or track.role == "caption":
            continue
        for segment in track.segments:
            name = slot_name(track, segment)
            slot = look.layout.slots.get(name) if name else None
            if slot is None or not segment.text or (_placed_by_hand(track, segment) and id(segment) not in kept):
                continue
            block = fitted_text(look, track, segment, slot_rect(slot))
            width, height = sizes.get(slot.name, (0, 0))
            sizes[slot.name] = max(width, math.ceil(block.width)), max(height, math.ceil(block.height))
    for slot in look.layout.labels:
        block = fit_text(slot.text or "", text_style(look, slot, None), width_px=slot.width, max_lines=slot.lines)
        sizes[slot.name] = math.ceil(block.width), math.ceil(block.height)
    return sizes


def reads_leftward(look: Look) -> bool:
    """Whether the title, or the small line over it, is in a script that runs from right to left."""
    texts = [
        segment.text or ""
        for wanted in ("title", "kicker")
        for _, track in visible_tracks(look.timeline)
        for segment in track.segments
        if slot_name(track, segment) == wanted
    ]
    kinds = (unicodedata.bidirectional(char) for text in texts[:1] for char in text)
    return next((kind in ("R", "AL") for kind in kinds if kind in ("L", "R", "AL")), False)


def text_layers(look: Look, track: Track) -> Iterator[Layer]:
    """The layers of a track of text that is not captions: plate first, then words."""
    for start_ms, segment in track.placed():
        span = look.span(start_ms, segment)
        if not segment.text or not segment.text.strip() or span[0] >= span[1]:
            continue
        name = slot_name(track, segment)
        slot = look.layout.slots.get(name) if name else None
        spot = look.spots.get(id(segment)) or text_place(look, track, segment)
        block = fitted_text(look, track, segment, spot.box)
        check_glyphs(look, segment.text, block.missing)
        in_slot = slot is not None and slot_rect(slot) == spot.box
        said = segment.style.over(track.style) if segment.style else track.style
        chosen = bool(segment.style and segment.style.color) or bool(said and said.color and not look.themed)
        style = legible(
            look,
            block.style,
            ink_rect(block, spot),
            plate=slot.plate if in_slot and slot else None,
            chosen=chosen,
            plated=id(segment) in look.plated,
            at_home=in_slot,
            outlined=bool(said and (said.outline_color or said.outline_width)),
        )
        yield from _drawn(look, slot, segment, replace(block, style=style), spot, span)


def check_glyphs(look: Look, text: str, missing: Sequence[str]) -> None:
    """Says what no installed font can draw in a text.

    Raises:
        FontError: That is most of the text: its script has no font.
    """
    if not missing:
        return
    letters = sum(not char.isspace() for char in text)
    lacking = sum(text.count(cluster) * len(cluster) for cluster in missing)
    error = missing_font_error(missing)
    if 2 * lacking > letters:
        raise error
    look.notice(str(error))


def label_layers(look: Look) -> Iterator[Layer]:
    """The theme's fixed wording and its clocks."""
    span = (0, look.frames)
    for slot in look.layout.labels:
        block = fit_text(slot.text or "", text_style(look, slot, None), width_px=slot.width, max_lines=slot.lines)
        if plate := _plate(look, slot, block):
            yield SpriteLayer(plate, span)
        style = legible(look, block.style, slot_rect(slot), plate=slot.plate)
        yield _words(replace(block, style=style), slot_rect(slot), slot.valign, span)
    for slot in look.layout.clocks:
        yield _clock(look, slot)


def _placed_by_hand(track: Track, segment: Segment) -> bool:
    style = segment.style.over(track.style) if segment.style else track.style
    transform = segment.transform
    moved = transform is not None and has_place(transform)
    return moved or bool(style and style.position and style.position != "custom")


def _is_exact(segment: Segment) -> bool:
    return segment.transform is not None and has_place(segment.transform)


def text_place(look: Look, track: Track, segment: Segment) -> Spot:
    """Where a text goes: its slot, or the place that was set by hand, whatever lies there."""
    name = slot_name(track, segment)
    slot = look.layout.slots.get(name) if name else None
    style = segment.style.over(track.style) if segment.style else track.style
    default = slot_rect(slot) if slot else look.safe
    valign = slot.valign if slot else "center"
    position = style.position if style else None
    if position in ("top", "center", "bottom"):
        default, valign = look.safe, position
    if segment.transform is not None and has_place(segment.transform):
        return Spot(box_of(segment.transform, default, look.bounds), "center")
    return Spot(default, valign)


def ink_rect(block: TextBlock, spot: Spot) -> Rect:
    """The rectangle of a block's lines, without its box."""
    x, y = _corner(block, spot.box, spot.valign)
    return Rect(math.floor(x), math.floor(y), math.ceil(x + block.width), math.ceil(y + block.height))


def fitted_text(look: Look, track: Track, segment: Segment, box: Rect) -> TextBlock:
    """A text with its lines settled, as large as its style and its box have it."""
    name = slot_name(track, segment)
    slot = look.layout.slots.get(name) if name else None
    said = segment.style.over(track.style) if segment.style else track.style
    style = text_style(look, slot, said)
    if _placed_by_hand(track, segment) and not (said and said.align):
        kept = look.themed and not _is_exact(segment) and not is_fleeting(look, segment)
        position = said.position if said and kept else None
        style = replace(style, align=look.layout.kept_align(slot.name if slot else "", position))
    smallest = style.size_px * _LEAST_SHARE
    if slot and slot.size_px:
        smallest = style.size_px * slot.min_size_px / slot.size_px
    lines = said.max_lines if said and said.max_lines else slot.lines if slot else 3
    text = segment.text or ""
    if said and said.max_characters:
        text = fed_lines(text, said.max_characters)
    return fit_text(
        text, style, width_px=box.width, max_lines=lines, min_size_px=smallest, height_px=max(box.height, 1)
    )


def _drawn(
    look: Look, slot: Slot | None, segment: Segment, block: TextBlock, spot: Spot, span: tuple[int, int]
) -> Iterator[Layer]:
    box = spot.box
    if slot and slot_rect(slot) == box and (plate := _plate(look, slot, block)):
        yield sprite_layer(look, plate, segment, span)
    if slot and slot.mirror and block.style.align == "left":  # its side is settled; the block must not start again
        box = Rect(box.x0, box.y0, box.x0 + math.ceil(block.width), box.y1)
    yield _words(block, box, spot.valign, span, look=look, segment=segment)


def _words(
    block: TextBlock,
    box: Rect,
    valign: str,
    span: tuple[int, int],
    *,
    look: Look | None = None,
    segment: Segment | None = None,
) -> Layer:
    x, y = _corner(block, box, valign)
    drawn = draw_text(block, x=x % 1, y=y % 1)
    pixels, left, top = drawn.pixels, math.floor(x) + drawn.dx, math.floor(y) + drawn.dy
    if segment and segment.transform and segment.transform.rotation and pixels.size:
        high, wide = pixels.shape[:2]
        pixels = turned(pixels, segment.transform.rotation)
        left, top = left + (wide - pixels.shape[1]) // 2, top + (high - pixels.shape[0]) // 2
    sprite = Sprite.from_rgba(pixels, left, top)
    if look is None or segment is None:
        return SpriteLayer(sprite, span)
    return sprite_layer(look, sprite, segment, span)


def sprite_layer(look: Look, sprite: Sprite, segment: Segment, span: tuple[int, int]) -> Layer:
    """A sprite with the entrance, the exit and the opacity of its segment."""
    animations = segment.animations
    distance = round(48 * look.scale)
    moves: list[Motion | None] = []
    for side in (animations.enter, animations.leave) if animations else (None, None):
        if side is None:
            moves.append(None)
            continue
        usual_ms = typing_ms(sprite) if side.kind in ("type", "typewriter") else DEFAULT_MOTION_MS
        try:
            moves.append(motion(side.kind, look.fps, duration_ms=side.length_ms or usual_ms, distance_px=distance))
        except UsageError as error:
            look.notice(f"{error.message}; it was left out")
            moves.append(None)
    opacity = segment.transform.opacity if segment.transform and segment.transform.opacity is not None else 1.0
    return SpriteLayer(sprite, span, enter=moves[0], leave=moves[1], opacity=round(255 * opacity))


def _corner(block: TextBlock, box: Rect, valign: str) -> tuple[float, float]:
    """Top left of a block in its box: by its alignment across, by `valign` downward."""
    free_x, free_y = box.width - block.width, box.height - block.height
    share = {"left": 0.0, "center": 0.5, "right": 1.0}[block.style.align]
    if not share and block.lines and block.lines[0].shaped.right_to_left:
        share = 1.0  # the start of a right-to-left line is its right end
    x = box.x0 + free_x * share
    y = box.y0 + free_y * {"top": 0.0, "center": 0.5, "bottom": 1.0}[valign]
    return x, y


def _plate(look: Look, slot: Slot, block: TextBlock) -> Sprite | None:
    """What lies behind a text: the slot's plate, which a card at the end spreads over the whole canvas."""
    plate = slot.plate
    if plate is None:
        return None
    rect = slot.plate_rect(math.ceil(block.width), math.ceil(block.height))
    if plate.bleed:
        rect = (0, 0, look.layout.width, look.layout.height)
    return plate_sprite(*rect, plate.color, plate.opacity, plate.radius)


def plate_sprite(x: int, y: int, width: int, height: int, color: str, opacity: float, radius: float) -> Sprite:
    """A filled box with round corners."""
    red, green, blue, alpha = rgba(color)
    pixels = np.empty((height, width, 4), np.uint8)
    pixels[:] = (red, green, blue, 0)
    shape = rounded_box(width, height, radius).astype(np.float32) * (opacity * alpha / 255)
    pixels[..., 3] = np.rint(shape).astype(np.uint8)
    return Sprite.from_rgba(pixels, x, y)


def _clock_plate(look: Look, slot: Slot) -> Plate | None:
    """The plate of a title that a clock stands on."""
    title = look.layout.slots.get("title")
    if title is None or title.plate is None or "title" not in look.layout.present:
        return None
    x, y, width, height = title.plate_rect(title.width, title.height)
    return title.plate if Rect(x, y, x + width, y + height).intersect(slot_rect(slot)) else None


def _clock(look: Look, slot: Slot) -> Layer:
    total_ms = look.timeline.length_ms
    template = slot.template or "{elapsed}"
    frames = np.arange(look.frames, dtype=np.int64)
    seconds = (frames * look.fps.denominator // look.fps.numerator).astype(np.int32)
    under = _clock_plate(look, slot)
    style = legible(look, replace(text_style(look, slot, None), tabular=True), slot_rect(slot), plate=under)

    def face(second: int) -> str:
        return clock_text(template, min(second * 1000, total_ms), total_ms)

    return ClockLayer(face, seconds, style, slot_rect(slot), slot.valign)
