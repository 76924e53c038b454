"""Captions: cues as a layer, in five looks, with the spoken word lit where it stands.

A cue's letters are drawn once, one mask for each word; lighting a word blends its mask in another colour. So nothing
can move when the light moves, and the damage of it is two words.
"""

from __future__ import annotations

import copy
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import floor
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

import numpy as np

from wavereel.errors import UsageError
from wavereel.picture import glyphs as pixels
from wavereel.picture.caption_cards import CaptionCue, Card, make_cards, word_ranges
from wavereel.picture.colors import Yuv, rgba, yuv
from wavereel.picture.geometry import Rect
from wavereel.picture.identity import NOTHING, identity, stretches
from wavereel.picture.kernels.api import kernels
from wavereel.picture.sprite import MaskSprite, Sprite
from wavereel.picture.text import Shadow, TextBlock, TextStyle, Typesetter
from wavereel.picture.text_boxes import box_masks

if TYPE_CHECKING:
    from wavereel.picture.canvas import Canvas
    from wavereel.picture.glyphs import Mask
    from wavereel.picture.shaping import Glyph

CaptionLook = Literal["classic", "karaoke", "pop", "boxed", "minimal"]
Align = Literal["top", "center", "bottom"]

_CACHED_CARDS = 12
_POP_MS = 140
_POP_FROM = 0.72
_POP_OVER = 1.035


class _Tint(NamedTuple):
    color: Yuv
    opacity: int


class _Word(NamedTuple):
    """The letters of one word: a mask to be tinted, and its emoji."""

    mask: MaskSprite | None
    pictures: tuple[Sprite, ...]
    rect: Rect


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A card at rest, or enlarged in its entrance: what lies under the letters, and the letters word by word."""

    under: tuple[tuple[MaskSprite, _Tint], ...]
    words: tuple[_Word, ...]  # those of the card in order, then all that belongs to no word
    rect: Rect


class _State(NamedTuple):
    """What is seen in a frame; equal states have equal pixels."""

    card: int
    lit: int = -1
    step: int = -1  # frame of the entrance, -1 at rest


_NOTHING = _State(-1)


def look_style(look: CaptionLook, style: TextStyle) -> TextStyle:
    """The style with what a look adds where the style says nothing. Lengths follow the size of the type."""
    size = style.size_px
    ink = "#000000" if _is_light(style.color) else "#FFFFFF"
    match look:
        case "classic" if not style.outline_px:
            return replace(
                style,
                outline_color=style.outline_color or ink,
                outline_px=max(2.0, size * 0.055),
                shadow=style.shadow or Shadow(ink, 0.35, 0.0, size * 0.03, size * 0.05),
            )
        case "pop" if not style.outline_px:
            return replace(style, outline_color=style.outline_color or ink, outline_px=max(3.0, size * 0.085))
        case "boxed":
            return replace(
                style,
                box_color=style.box_color or f"{ink}C8",
                box_pad_px=style.box_pad_px or size * 0.34,
                box_radius=style.box_radius or size * 0.16,
            )
        case _:
            return style


def _is_light(color: str) -> bool:
    return yuv(color).y > 126


def caption_layer(
    cues: Sequence[CaptionCue],
    look: CaptionLook,
    style: TextStyle,
    *,
    box: Rect,
    fps: Fraction,
    highlight: str | None = None,
    valign: Align = "bottom",
    max_lines: int = 2,
    min_size_px: float | None = None,
    pop_words: int = 4,
    typesetter: Typesetter | None = None,
) -> CaptionLayer:
    """Captions inside a box.

    Args:
        cues: In order of their start; where two overlap, their texts stand on top of each other.
        look: One of five.
        style: Family, size, colour and all else; `align` places lines in the box. What the look needs besides
            (outline, box, shadow) is added where the style leaves it open.
        box: Nothing but shadows, outlines and the padding of boxes leaves it.
        fps: For the length of the entrances of `pop`.
        highlight: Colour of the spoken word; `None` lights none.
        valign: Where lines stand in the box.
        max_lines: Cues that need more get smaller, down to `min_size_px`, then are shortened after a word.
        min_size_px: Six tenths of the size where not given.
        pop_words: How many words `pop` shows at a time, at most.
        typesetter: With the fonts to use; those of this installation where not given.

    Raises:
        UsageError: No such look.
    """
    if look not in get_args(CaptionLook):
        raise UsageError(f"{look!r} is no caption look", hint=f"use one of {', '.join(get_args(CaptionLook))}")
    entrance = max(2, round(_POP_MS * fps / 1000)) if look == "pop" else 0
    setting = _Setting(
        look_style(look, style),
        highlight,
        box,
        valign,
        max_lines,
        min_size_px or style.size_px * 0.6,
        entrance,
        typesetter or Typesetter(),
    )
    hold = round(fps * 3 / 10)
    return CaptionLayer(make_cards(cues, most_words=pop_words if look == "pop" else None, hold_frames=hold), setting)


@dataclass(frozen=True)
class _Setting:
    style: TextStyle
    highlight: str | None
    box: Rect
    valign: Align
    max_lines: int
    min_size_px: float
    entrance_frames: int
    typesetter: Typesetter

    def fit(self, text: str) -> TextBlock:
        return self.typesetter.fit(
            text,
            self.style,
            width_px=self.box.width,
            max_lines=self.max_lines,
            min_size_px=self.min_size_px,
            height_px=self.box.height,
        )

    def corner(self, block: TextBlock) -> tuple[float, float]:
        """Where a block's corner stands on the canvas."""
        share_x = {"left": 0.0, "center": 0.5, "right": 1.0}[self.style.align]
        if not share_x and block.lines and block.lines[0].shaped.right_to_left:
            share_x = 1.0
        share_y = {"top": 0.0, "center": 0.5, "bottom": 1.0}[self.valign]
        x = self.box.x0 + (self.box.width - block.width) * share_x
        return x, self.box.y0 + (self.box.height - block.height) * share_y

    @cached_property
    def identity(self) -> bytes:
        """Digest of all that cards are drawn by, the fonts included."""
        fonts = self.typesetter.library.identity()
        return identity(
            self.style, self.highlight, tuple(self.box), self.valign, self.max_lines, self.min_size_px,
            self.entrance_frames, fonts,
        )  # fmt: skip

    def scale(self, step: int) -> float:
        """Size in a frame of the entrance: from small, over the top by a little, to rest."""
        if step < 0:
            return 1.0
        t = (step + 1) / (self.entrance_frames + 1)
        turn = 0.62
        if t < turn:
            eased = 1 - (1 - t / turn) ** 2
            return _POP_FROM + (_POP_OVER - _POP_FROM) * eased
        return _POP_OVER + (1 - _POP_OVER) * (t - turn) / (1 - turn)


class CaptionLayer:
    """Paints the cards of a caption track. Draws a card when it is first seen and keeps the last few."""

    def __init__(self, cards: Sequence[Card], setting: _Setting) -> None:
        self._cards = cards
        self._starts = [card.start_frame for card in cards]
        self._setting = setting
        self._forget()
        self._base = _tint(setting.style.color)
        self._lit = _tint(setting.highlight) if setting.highlight else self._base

    def missing(self) -> tuple[str, ...]:
        """The characters of all cues for which there is no font; shapes every cue once."""
        request = self._setting.style.request()
        found: dict[str, None] = {}
        for text in dict.fromkeys(card.text for card in self._cards):
            found |= dict.fromkeys(self._setting.typesetter.shaper.missing(text, request))
        return tuple(found)

    def damage(self, previous: int, frame: int) -> Sequence[Rect]:
        before, after = self._state(previous), self._state(frame)
        if before == after:
            return ()
        if before.card == after.card and before.step == after.step == -1:
            words = self._card(after).words
            masks = [words[index].mask for index in (before.lit, after.lit) if index >= 0]
            return [mask.rect for mask in masks if mask]  # emoji keep their colours
        rects = [self._card(state).rect for state in (before, after) if state.card >= 0]
        return [rect for rect in rects if rect]

    def is_still(self, first: int, stop: int) -> bool:
        if stop - first <= 1:
            return True
        state = self._state(first)
        if state.step >= 0 or self._state(stop - 1) != state:
            return False
        return self._next_change(first) >= stop

    def paint(self, canvas: Canvas, frame: int, clip: Rect) -> None:
        state = self._state(frame)
        if state.card < 0:
            return
        drawn = self._card(state)
        if not drawn.rect.intersect(clip):
            return
        for mask, tint in drawn.under:
            mask.blend_tinted(canvas, clip, tint.color, tint.opacity)
        for index, word in enumerate(drawn.words):
            if not word.rect.intersect(clip):
                continue
            tint = self._lit if index == state.lit else self._base
            if word.mask:
                word.mask.blend_tinted(canvas, clip, tint.color, tint.opacity)
            for picture in word.pictures:
                picture.blend(canvas, clip)

    def digest(self, first: int, stop: int) -> bytes:
        seen = [(self._words_of(state), state, count) for state, count in stretches(self._state, first, stop)]
        if all(state.card < 0 for _, state, _ in seen):
            return NOTHING
        return identity("captions", self._setting.identity, [(words, *state[1:], n) for words, state, n in seen])

    def _words_of(self, state: _State) -> tuple[str, ...]:
        """The text of a state's card and the words that are lit in it."""
        if state.card < 0:
            return ()
        card = self._cards[state.card]
        return card.text, *(word.text for word in card.words)

    def fork(self) -> CaptionLayer:
        twin = copy.copy(self)  # the starts of ten thousand cards are shared, not found anew for each segment
        CaptionLayer._forget(twin)
        return twin

    def _forget(self) -> None:
        self._drawn: OrderedDict[tuple[int, int], _Drawn] = OrderedDict()
        self._blocks: OrderedDict[int, TextBlock] = OrderedDict()

    def rect(self, frame: int) -> Rect | None:
        """The area painted in a frame; `None` where nothing is seen."""
        state = self._state(frame)
        return self._card(state).rect if state.card >= 0 else None

    def _state(self, frame: int) -> _State:
        index = bisect_right(self._starts, frame) - 1
        if index < 0 or frame >= self._cards[index].stop_frame:
            return _NOTHING
        card = self._cards[index]
        step = frame - card.start_frame
        lit = card.spoken(frame) if self._setting.highlight else -1
        return _State(index, lit, step if step < self._setting.entrance_frames else -1)

    def _next_change(self, frame: int) -> int:
        """The first frame after `frame` whose state may differ."""
        index = bisect_right(self._starts, frame) - 1
        ends = [self._starts[index + 1]] if index + 1 < len(self._cards) else []
        if index >= 0 and frame < self._cards[index].stop_frame:
            card = self._cards[index]
            ends.append(card.stop_frame)
            if self._setting.highlight:
                ends.append(card.next_turn(frame))
        return min(ends, default=frame + (1 << 31))

    def _card(self, state: _State) -> _Drawn:
        key = (state.card, state.step)
        found = self._drawn.get(key)
        if found is None:
            found = self._drawn[key] = self._draw(state)
            limit = _CACHED_CARDS + 2 * self._setting.entrance_frames
            while len(self._drawn) > limit:
                self._drawn.popitem(last=False)
        self._drawn.move_to_end(key)
        return found

    def _block(self, index: int) -> TextBlock:
        found = self._blocks.get(index)
        if found is None:
            found = self._blocks[index] = self._setting.fit(self._cards[index].text)
            while len(self._blocks) > _CACHED_CARDS:
                self._blocks.popitem(last=False)
        return found

    def _draw(self, state: _State) -> _Drawn:
        setting = self._setting
        block = self._block(state.card)
        scale = setting.scale(state.step)
        x, y = setting.corner(block)
        middle_x, middle_y = x + block.width / 2, y + block.height / 2
        x, y = middle_x + (x - middle_x) * scale, middle_y + (y - middle_y) * scale
        placed = _placed(block, y, scale)
        words = _draw_words(self._cards[state.card], block, placed, x, scale)
        if scale == 1.0:
            under = _draw_under(block, placed, x, y)
        else:
            under = [
                (_enlarged(mask, scale, middle_x, middle_y), tint)
                for mask, tint in self._card(_State(state.card)).under
            ]
        rects = [word.rect for word in words if word.rect] + [mask.rect for mask, _ in under]
        rect = Rect(0, 0, 0, 0)
        for other in rects:
            rect = rect.union(other) if rect else other
        return _Drawn(tuple(under), tuple(words), rect)


def _tint(color: str) -> _Tint:
    return _Tint(yuv(color), rgba(color)[3])


def _placed(block: TextBlock, y: float, scale: float) -> list[Glyph]:
    """All glyphs of a block relative to the canvas's top: at rest, baselines stand on whole rows."""
    glyphs: list[Glyph] = []
    for line in block.lines:
        row = y + line.baseline * scale
        row = round(row) if scale == 1.0 else row
        glyphs += [glyph._replace(dy=glyph.dy - row / scale) for glyph in line.placed()]
    return glyphs


def _draw_words(card: Card, block: TextBlock, placed: list[Glyph], x: float, scale: float) -> list[_Word]:
    """The words of a card, then one more for what is left: punctuation on its own, or all where times are unknown."""
    ranges = word_ranges(block.text, [word.text for word in card.words], capitals=block.style.capitals)
    starts = [start for start, _ in ranges]
    groups: list[list[Glyph]] = [[] for _ in range(len(ranges) + 1)]
    order = sorted(range(len(ranges)), key=lambda i: starts[i])
    ordered = [starts[i] for i in order]
    for glyph in placed:
        at = bisect_right(ordered, glyph.cluster) - 1
        index = order[at] if at >= 0 and glyph.cluster < ranges[order[at]][1] else len(ranges)
        groups[index].append(glyph)
    return [_draw_word(group, x, scale) for group in groups]


def _draw_word(group: list[Glyph], x: float, scale: float) -> _Word:
    mask = pixels.draw_outlines(group, x, 0.0, scale=scale) if group else None
    sprite = MaskSprite(mask.alpha, mask.x, mask.y) if mask and not mask.empty else None
    pictures = tuple(Sprite.from_rgba(c.rgba, c.x, c.y) for c in pixels.draw_colours(group, x, 0.0, scale=scale))
    rect = Rect(0, 0, 0, 0)
    for other in [s.rect for s in (sprite, *pictures) if s]:
        rect = rect.union(other) if rect else other
    return _Word(sprite, pictures, rect)


def _enlarged(mask: MaskSprite, scale: float, middle_x: float, middle_y: float) -> MaskSprite:
    """A mask resampled about a point of the canvas: what lies under moving letters needs no redrawing."""
    place = mask.rect
    x0, x1 = (floor(middle_x + (x - middle_x) * scale) for x in (place.x0 - 1, place.x1 + 2))
    y0, y1 = (floor(middle_y + (y - middle_y) * scale) for y in (place.y0 - 1, place.y1 + 2))
    out = np.empty((max(1, y1 - y0), max(1, x1 - x0)), np.uint8)
    start_x, start_y = (
        round((middle + (first + 0.5 - middle) / scale - corner - 0.5) * 65536)
        for first, middle, corner in ((x0, middle_x, place.x0), (y0, middle_y, place.y0))
    )
    kernels().resample(mask.mask, mask.mask, np.empty_like(out), out, start_x, start_y, round(65536 / scale))
    return MaskSprite(out, x0, y0)


def _draw_under(block: TextBlock, placed: list[Glyph], x: float, y: float) -> list[tuple[MaskSprite, _Tint]]:
    """Box, shadow and outline of a whole card, bottom to top."""
    style = block.style
    result: list[tuple[MaskSprite, _Tint]] = []

    def add(mask: Mask, color: str, opacity: float = 1.0) -> None:
        if not mask.empty:
            tint = _tint(color)
            result.append(
                (MaskSprite(mask.alpha, mask.x, mask.y), tint._replace(opacity=round(tint.opacity * opacity)))
            )

    if style.box_color:
        add(box_masks(block, x, round(y)), style.box_color)
    if not (style.shadow or style.outline_px):
        return result
    solid = pixels.draw_outlines(placed, x, 0.0)
    if style.outline_color:
        solid = pixels.thicken(solid, style.outline_px)
    if style.shadow:
        cast = pixels.soften(solid, style.shadow.blur_px)
        moved = cast._replace(x=cast.x + round(style.shadow.dx_px), y=cast.y + round(style.shadow.dy_px))
        add(moved, style.shadow.color, style.shadow.opacity)
    if style.outline_color and style.outline_px:
        add(solid, style.outline_color)
    return result
