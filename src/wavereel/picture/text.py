"""Text in a style: measured, wrapped, fitted and drawn.

A text that does not fit gets smaller, then ends in an ellipsis after a word. Lines are balanced. What is measured is
what is drawn: both come from the same glyphs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from wavereel.picture import glyphs as pixels
from wavereel.picture.bidi import base_level
from wavereel.picture.colors import rgba
from wavereel.picture.fonts import FontLibrary, default_library
from wavereel.picture.glyphs import Mask
from wavereel.picture.scripts import clusters
from wavereel.picture.shaping import FontRequest, Glyph, ShapedLine, Shaper
from wavereel.picture.text_boxes import box_masks
from wavereel.picture.wrapping import Unit, cut_unit, split_units, wrap

if TYPE_CHECKING:
    from numpy.typing import NDArray

ELLIPSIS = "…"
_SHRINK = 0.965
_TIGHT_GAP = 0.06
_MAX_CHARACTERS = 4000
_TONOS = str.maketrans("ΆΈΉΊΌΎΏ", "ΑΕΗΙΟΥΩ")


@dataclass(frozen=True, slots=True)
class Shadow:
    """A soft shadow under the letters. Lengths in px; the blur is a Gaussian's standard deviation."""

    color: str = "#000000"
    opacity: float = 0.5
    dx_px: float = 0.0
    dy_px: float = 2.0
    blur_px: float = 6.0


@dataclass(frozen=True, slots=True)
class TextStyle:
    """How text looks. Lengths in px of the canvas; `line_height` is a multiple of the size.

    `align` is among the lines of a block; lines that read from the right are flush right where others are flush left.
    """

    family: str = "Inter"
    size_px: float = 64.0
    weight: int = 400
    color: str = "#FFFFFF"
    tracking_px: float = 0.0
    line_height: float = 1.2
    align: Literal["left", "center", "right"] = "left"
    outline_color: str | None = None
    outline_px: float = 0.0
    box_color: str | None = None
    box_pad_px: float = 0.0
    box_radius: float = 0.0
    shadow: Shadow | None = None
    italic: bool = False
    capitals: bool = False
    tabular: bool = False
    language: str = ""

    def at(self, size_px: float) -> TextStyle:
        """The style at another size, tracking and outline in proportion."""
        scale = size_px / self.size_px
        return replace(self, size_px=size_px, tracking_px=self.tracking_px * scale, outline_px=self.outline_px * scale)

    def request(self) -> FontRequest:
        return FontRequest(
            self.family, self.size_px, self.weight, self.italic, self.tracking_px, self.language, self.tabular
        )


class Extent(NamedTuple):
    """A word of a block: characters `[start, stop)` of its text, the line, and left and right end in px."""

    start: int
    stop: int
    line: int
    x0: float
    x1: float


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line: its characters `[start, stop)` of the block's text, and the pen in px from the block's corner."""

    start: int
    stop: int
    x: float
    baseline: float
    shaped: ShapedLine

    @property
    def width(self) -> float:
        return self.shaped.width

    def placed(self) -> Iterator[Glyph]:
        """The glyphs with `x` counted from the block's left edge and `cluster` in the block's text."""
        for glyph in self.shaped.glyphs:
            yield glyph._replace(x=glyph.x + self.x, cluster=glyph.cluster + self.start)


@dataclass(frozen=True, slots=True)
class TextBlock:
    """Text with its lines settled. `width` is the widest line, `height` all lines' pitch; both without box and ink."""

    text: str
    style: TextStyle
    lines: tuple[TextLine, ...]
    width: float
    height: float
    missing: tuple[str, ...]
    shortened: bool

    @property
    def size_px(self) -> float:
        return self.style.size_px

    def words(self) -> list[Extent]:
        """Every piece between white space, line by line."""
        found: list[Extent] = []
        for number, line in enumerate(self.lines):
            offset = line.start
            for piece in line.shaped.text.split(" "):
                if piece.strip():
                    found.append(self.extent(offset, offset + len(piece), number))
                offset += len(piece) + 1
        return found

    def extent(self, start: int, stop: int, line: int) -> Extent:
        """Where the characters `[start, stop)` stand on a line."""
        row = self.lines[line]
        x0, x1 = row.shaped.extent(start - row.start, stop - row.start)
        return Extent(start, stop, line, x0 + row.x, x1 + row.x)

    def ink(self) -> tuple[float, float, float, float]:
        """The box of all outlines, `x0, y0, x1, y1` in px from the block's corner; empty at the corner without ink."""
        boxes = [
            (box[0], box[1] + line.baseline, box[2], box[3] + line.baseline)
            for line in self.lines
            if (box := pixels.ink(line.placed()))
        ]
        if not boxes:
            return 0.0, 0.0, 0.0, 0.0
        first, *others = boxes
        for box in others:
            first = (min(first[0], box[0]), min(first[1], box[1]), max(first[2], box[2]), max(first[3], box[3]))
        return first


class Rgba(NamedTuple):
    """Straight-alpha pixels `(h, w, 4)` uint8 whose first one lies `dx, dy` px from the block's corner."""

    pixels: NDArray[np.uint8]
    dx: int
    dy: int


def capitals(text: str) -> str:
    """Upper case as typesetters write it: Greek capitals carry no accent."""
    return "".join(char.upper().translate(_TONOS) if "\u0370" <= char < "\u0400" else char.upper() for char in text)


def clean(text: str, *, limit: int = _MAX_CHARACTERS) -> str:
    """The text as it is drawn: line feeds kept, other white space runs to one space, control characters gone."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n").split("\n")
    kept = ["".join(char for char in " ".join(line.split()) if char >= " " and char != "\x7f") for line in lines]
    return "\n".join(line for line in kept if line)[:limit]


class Typesetter:
    """Fits text with the fonts of one library."""

    def __init__(self, library: FontLibrary | None = None) -> None:
        self.library = library or default_library()
        self.shaper = Shaper(self.library)

    def measure(self, text: str, style: TextStyle) -> float:
        """Width in px of a text set on one line."""
        shown = clean(text).replace("\n", " ")
        return self.shaper.shape(capitals(shown) if style.capitals else shown, style.request()).width

    def fit(
        self,
        text: str,
        style: TextStyle,
        *,
        width_px: float,
        max_lines: int,
        min_size_px: float | None = None,
        height_px: float | None = None,
    ) -> TextBlock:
        """The text in at most `max_lines` lines, none wider than `width_px`.

        Args:
            text: Line feeds start a new line where that fits; other white space is one space.
            style: `size_px` is the largest size.
            width_px: Room for the letters; a box's padding comes on top.
            max_lines: At least 1.
            min_size_px: The text shrinks to this and no further; the style's own size where not given.
            height_px: Room for all lines.
        """
        shown = clean(text)
        shown = capitals(shown) if style.capitals else shown
        smallest = min(style.size_px, min_size_px or style.size_px)
        size = style.size_px
        while True:
            block = self._try(shown, style.at(size), width_px, max_lines, height_px, cut=False)
            if block is not None:
                return block
            if size <= smallest:
                break
            size = max(smallest, min(size - 1, size * _SHRINK))
        if "\n" in shown:
            return self.fit(
                shown.replace("\n", " "),
                replace(style, capitals=False),
                width_px=width_px,
                max_lines=max_lines,
                min_size_px=min_size_px,
                height_px=height_px,
            )
        small = style.at(smallest)
        block = self._try(shown, small, width_px, max_lines, height_px, cut=True)
        return block or self._shorten(shown, small, width_px, max_lines, height_px)

    def _try(
        self, text: str, style: TextStyle, width_px: float, max_lines: int, height_px: float | None, *, cut: bool
    ) -> TextBlock | None:
        """A block that keeps all limits, or `None`. `cut` allows a word that is too wide to be broken anywhere."""
        request = style.request()
        units = split_units(text, self.shaper, request)
        room_px = width_px + style.tracking_px  # every unit is measured with the space after its last letter
        if any(unit.solid > room_px for unit in units):
            if not cut:
                return None
            units = [part for unit in units for part in self._narrow(unit, text, request, room_px)]
        ranges = wrap(units, text, room_px, max_lines)
        if len(ranges) > max_lines:
            return None
        block = self._set(text, style, units, ranges)
        too_high = height_px is not None and block.height > height_px and len(block.lines) > (1 if cut else 0)
        too_wide = block.width > width_px + 0.5 and not (cut and len(text) <= 1)
        return None if too_high or too_wide else block

    def _narrow(self, unit: Unit, text: str, request: FontRequest, width_px: float) -> list[Unit]:
        if unit.solid <= width_px:
            return [unit]
        return cut_unit(unit, text, self.shaper, request, width_px)

    def _shorten(
        self, text: str, style: TextStyle, width_px: float, max_lines: int, height_px: float | None
    ) -> TextBlock:
        """The longest beginning that fits with an ellipsis, cut after a word, or after a cluster of a single word."""
        ends = [unit.stop for unit in split_units(text, self.shaper, style.request())][:-1]
        for choices, cut in ((ends, False), ([stop for _, stop in clusters(text)], True)):
            low, high, best = 0, len(choices), None
            while low < high:
                middle = (low + high) // 2
                beginning = text[: choices[middle]].rstrip(" ,.;:-–—，。、；：")
                block = self._try(beginning + ELLIPSIS, style, width_px, max_lines, height_px, cut=cut)
                if block is None:
                    high = middle
                else:
                    best, low = block, middle + 1
            if best is not None:
                return replace(best, shortened=True)
        units = split_units(ELLIPSIS, self.shaper, style.request())
        return replace(self._set(ELLIPSIS, style, units, [(0, 1)]), shortened=True)

    def _set(self, text: str, style: TextStyle, units: list[Unit], ranges: list[tuple[int, int]]) -> TextBlock:
        request = style.request()
        shaped: list[tuple[int, int, ShapedLine]] = []
        missing: list[str] = []
        base = 0
        for first, stop in ranges:
            start, end = units[first].start, units[stop - 1].stop
            if start == 0 or text[start - 1] == "\n":
                base = base_level(text[start:].partition("\n")[0])  # of the paragraph, not of each line
            body = text[start:end].rstrip()
            line = self.shaper.shape(body, request, base=base)
            missing += line.missing
            shaped.append((start, start + len(body), line))
        width = max((line.width for *_, line in shaped), default=0.0)
        baselines, height = self._baselines([line for *_, line in shaped], style)
        share = {"left": 0.0, "center": 0.5, "right": 1.0}[style.align]
        lines = tuple(
            TextLine(start, stop, (width - line.width) * (share or float(line.right_to_left)), baseline, line)
            for (start, stop, line), baseline in zip(shaped, baselines, strict=True)
        )
        return TextBlock(text, style, lines, width, height, tuple(dict.fromkeys(missing)), shortened=False)

    def _baselines(self, lines: list[ShapedLine], style: TextStyle) -> tuple[list[float], float]:
        """Rows of the baselines and the height of all: the style's pitch, wider where ink would touch ink."""
        font = self.shaper.library.font(style.family, style.size_px, weight=style.weight, italic=style.italic)
        pitch = style.size_px * style.line_height
        content = font.ascent_px + font.descent_px
        first = (pitch - content) / 2 + font.ascent_px
        baselines: list[float] = []
        below: float | None = None
        for line in lines:
            box = pixels.ink(line.glyphs)
            above = -box[1] if box else 0.0
            if not baselines:
                baselines.append(max(first, self._overhang(line, style, above=True)))
            else:
                needed = (below or 0.0) + above + style.size_px * _TIGHT_GAP + 2 * style.outline_px
                baselines.append(baselines[-1] + max(pitch, needed))
            below = box[3] if box else 0.0
        if not baselines:
            return [], 0.0
        return baselines, baselines[-1] + max(pitch - first, self._overhang(lines[-1], style, above=False))

    @staticmethod
    def _overhang(line: ShapedLine, style: TextStyle, *, above: bool) -> float:
        """How far letters of other faces reach over or under the baseline: scripts that need more room than the
        style's own face get it; that face keeps its metrics, so that a title stands alike with and without a `g`.
        """
        foreign = [glyph for glyph in line.glyphs if glyph.font.family != style.family and not glyph.font.is_colour]
        box = pixels.ink(foreign)
        return 0.0 if box is None else -box[1] if above else box[3]


def measure(text: str, style: TextStyle) -> float:
    """Width in px of a text on one line, for the breaking of captions."""
    return Typesetter().measure(text, style)


def fit_text(
    text: str,
    style: TextStyle,
    *,
    width_px: float,
    max_lines: int,
    min_size_px: float | None = None,
    height_px: float | None = None,
) -> TextBlock:
    """`Typesetter.fit` with the fonts of this installation."""
    return Typesetter().fit(
        text, style, width_px=width_px, max_lines=max_lines, min_size_px=min_size_px, height_px=height_px
    )


def draw_text(block: TextBlock, *, x: float = 0.0, y: float = 0.0) -> Rgba:
    """The block's pixels: box, shadow, outline, letters and emoji, in this order.

    Args:
        block: From `fit_text`.
        x: Fraction of a px by which the block lies right of the pixel grid, so that it is drawn where it will stand.
        y: The same, downward; baselines are rounded to whole px, where letters are sharpest.
    """
    style = block.style
    placed = [(line, round(y + line.baseline)) for line in block.lines]
    glyphs = [glyph._replace(dy=glyph.dy - row) for line, row in placed for glyph in line.placed()]
    letters = pixels.draw_outlines(glyphs, x, 0)
    layers: list[tuple[Mask, str, float]] = []
    if style.box_color:
        layers.append((box_masks(block, x, y), style.box_color, 1.0))
    solid = pixels.thicken(letters, style.outline_px) if style.outline_color and style.outline_px else letters
    if style.shadow:
        cast = pixels.soften(solid, style.shadow.blur_px)
        moved = Mask(cast.x + round(style.shadow.dx_px), cast.y + round(style.shadow.dy_px), cast.alpha)
        layers.append((moved, style.shadow.color, style.shadow.opacity))
    if solid is not letters and style.outline_color:
        layers.append((solid, style.outline_color, 1.0))
    layers.append((letters, style.color, 1.0))
    return _flatten([layer for layer in layers if not layer[0].empty], pixels.draw_colours(glyphs, x, 0))


def _flatten(layers: list[tuple[Mask, str, float]], pictures: list[pixels.Colours]) -> Rgba:
    """Masks in their colours, then pictures, over nothing."""
    places = [(m.x, m.y, m.x + m.alpha.shape[1], m.y + m.alpha.shape[0]) for m, _, _ in layers]
    places += [(p.x, p.y, p.x + p.rgba.shape[1], p.y + p.rgba.shape[0]) for p in pictures]
    if not places:
        return Rgba(np.zeros((0, 0, 4), np.uint8), 0, 0)
    left, top = min(p[0] for p in places), min(p[1] for p in places)
    right, bottom = max(p[2] for p in places), max(p[3] for p in places)
    colour = np.zeros((bottom - top, right - left, 3), np.float32)  # premultiplied, 0..255
    alpha = np.zeros((bottom - top, right - left, 1), np.float32)
    for mask, tint, opacity in layers:
        *rgb, strength = rgba(tint)
        area = np.s_[
            mask.y - top : mask.y - top + mask.alpha.shape[0], mask.x - left : mask.x - left + mask.alpha.shape[1]
        ]
        cover = mask.alpha[..., None].astype(np.float32) * (opacity * strength / 255 / 255)
        colour[area] = colour[area] * (1 - cover) + cover * np.array(rgb, np.float32)
        alpha[area] = alpha[area] * (1 - cover) + cover
    for picture in pictures:
        height, width = picture.rgba.shape[:2]
        area = np.s_[picture.y - top : picture.y - top + height, picture.x - left : picture.x - left + width]
        cover = picture.rgba[..., 3:].astype(np.float32) / 255
        colour[area] = colour[area] * (1 - cover) + cover * picture.rgba[..., :3]
        alpha[area] = alpha[area] * (1 - cover) + cover
    straight = np.divide(colour, alpha, out=np.zeros_like(colour), where=alpha > 0)
    result = np.concatenate([straight, alpha * 255], axis=2)
    return Rgba(np.rint(result).clip(0, 255).astype(np.uint8), left, top)
