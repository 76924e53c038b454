"""A line of text becomes glyphs in place: fonts by coverage, directions by UAX #9, positions by HarfBuzz."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from wavereel.picture import bidi
from wavereel.picture.fonts import UNITS_PER_PX, FontLibrary, SizedFont
from wavereel.picture.scripts import COMMON, cluster_script, clusters, is_cjk, is_emoji, is_ignorable

_JOINED = frozenset({"Arabic", "Syriac", "Mongolian", "Devanagari", "Bengali", "Gurmukhi", "Gujarati", "Thai", "Khmer"})
"""Scripts whose letters touch or stack: space between them would tear words apart."""
_RIGHT_TO_LEFT = frozenset({"Arabic", "Hebrew", "Syriac", "Thaana"})
_EMOJI_BEARING = 0.06
_FULL_WIDTH_STOPS = frozenset("，。、！？；：）」』】》")
_BRACKETS = {"(": ")", "[": "]", "{": "}"}
_LANGUAGES = {"zh": "zh-Hans", "zh-cn": "zh-Hans", "zh-sg": "zh-Hans", "zh-tw": "zh-Hant", "zh-hk": "zh-HK"}


@dataclass(frozen=True, slots=True)
class FontRequest:
    """What shaping needs to know of a style. Lengths in px; `language` is a BCP 47 tag or empty."""

    family: str
    size_px: float
    weight: int = 400
    italic: bool = False
    tracking_px: float = 0.0
    language: str = ""
    tabular: bool = False


class Glyph(NamedTuple):
    """One glyph: `x` is the pen from the line's left end, `dx, dy` its offset from there (`dy` upward), all in px."""

    font: SizedFont
    gid: int
    x: float
    dx: float
    dy: float
    advance: float
    cluster: int


class Run(NamedTuple):
    """A half-open range of characters that one font draws; no font, nothing is drawn."""

    start: int
    stop: int
    font: SizedFont | None
    script: str


@dataclass(frozen=True, slots=True)
class ShapedLine:
    """Glyphs from left to right. `width` is the sum of the advances without trailing white space."""

    text: str
    glyphs: tuple[Glyph, ...]
    width: float
    right_to_left: bool
    missing: tuple[str, ...]

    def extent(self, start: int, stop: int) -> tuple[float, float]:
        """Left and right end of the advances of characters `[start, stop)`; equal where they have no glyph."""
        inside = [glyph for glyph in self.glyphs if start <= glyph.cluster < stop]
        if not inside:
            return 0.0, 0.0
        return min(glyph.x for glyph in inside), max(glyph.x + glyph.advance for glyph in inside)


class _Cluster(NamedTuple):
    start: int
    stop: int
    script: str  # "emoji" for pictures


def _classify(text: str) -> list[_Cluster]:
    return [
        _Cluster(start, stop, "emoji" if is_emoji(text[start:stop]) else cluster_script(text[start:stop]))
        for start, stop in clusters(text)
    ]


class _Chooser:
    """Picks fonts for the clusters of one text."""

    def __init__(self, library: FontLibrary, request: FontRequest) -> None:
        self._library = library
        self._request = request
        self.missing: list[str] = []

    def _first(self, pieces: Sequence[str], script: str) -> SizedFont | None:
        request = self._request
        options = self._library.candidates(
            request.family, request.size_px, weight=request.weight, italic=request.italic, script=script
        )
        return next((font for font in options if all(font.covers(piece) for piece in pieces)), None)

    def for_cluster(self, piece: str, script: str) -> SizedFont | None:
        found = self._first([piece], script)
        if found is None:
            found = self._library.last_resort(piece, self._request.size_px, self._request.weight)
        if found is None and not all(is_ignorable(ord(char)) for char in piece):
            self.missing.append(piece)
        return found

    def for_word(self, pieces: Sequence[str], script: str) -> list[SizedFont | None]:
        """One font for a whole word, so that a rare letter doesn't stand out in another face; else one each."""
        found = self._first(pieces, script)
        if found is not None:
            return [found] * len(pieces)
        return [self.for_cluster(piece, script) for piece in pieces]

    def for_emoji(self, piece: str) -> SizedFont | None:
        font = self._library.emoji(self._request.size_px)
        if font is not None and font.covers(piece):
            return font
        return self.for_cluster(piece, COMMON)


def _neighbour_script(items: Sequence[_Cluster], index: int) -> str:
    """The script that a common character leans on: Chinese and Japanese on either side, else what comes before it."""
    found: list[str] = []
    for step in (-1, 1):
        i = index + step
        while 0 <= i < len(items):
            if items[i].script not in {COMMON, "emoji"}:
                found.append(items[i].script)
                break
            i += step
    return next((script for script in found if is_cjk(script)), found[0] if found else COMMON)


def _common_font(
    text: str, items: Sequence[_Cluster], index: int, before: SizedFont | None, chooser: _Chooser
) -> SizedFont | None:
    item = items[index]
    piece = text[item.start : item.stop]
    script = _neighbour_script(items, index)
    if piece.isdigit() and piece.isascii():
        return chooser.for_cluster(piece, COMMON)
    if is_cjk(script):
        # Curly quotes, dashes and the ellipsis are full width among ideographs; ASCII stays as it is set elsewhere.
        if not piece.isascii():
            return chooser.for_word([piece, "\u6c38"], "Han")[0]
        return chooser.for_cluster(piece, COMMON)
    if before is not None and not before.is_colour and before.covers(piece):
        return before
    return chooser.for_cluster(piece, script)


def itemise(text: str, library: FontLibrary, request: FontRequest) -> tuple[list[Run], tuple[str, ...]]:
    """Splits one line into runs of one font and script; also the clusters for which there is no font."""
    items = _classify(text)
    chooser = _Chooser(library, request)
    fonts: list[SizedFont | None] = []
    while len(fonts) < len(items):
        index = len(fonts)
        item = items[index]
        if item.script == "emoji":
            fonts.append(chooser.for_emoji(text[item.start : item.stop]))
        elif item.script == COMMON:
            before = next((font for font in reversed(fonts) if font is not None and not font.is_colour), None)
            fonts.append(_common_font(text, items, index, before, chooser))
        else:
            stop = index
            while stop < len(items) and items[stop].script == item.script:
                stop += 1
            fonts.extend(chooser.for_word([text[it.start : it.stop] for it in items[index:stop]], item.script))
    _pair_brackets(text, items, fonts)
    runs: list[Run] = []
    for item, font in zip(items, fonts, strict=True):
        script = item.script
        last = runs[-1] if runs else None
        if last and last.font is font and (script in {COMMON, last.script} or last.script == COMMON):
            runs[-1] = last._replace(stop=item.stop, script=last.script if script == COMMON else script)
        else:
            runs.append(Run(item.start, item.stop, font, script))
    return runs, tuple(chooser.missing)


def _pair_brackets(text: str, items: Sequence[_Cluster], fonts: list[SizedFont | None]) -> None:
    """A closing bracket takes the font of the one that it closes, in place."""
    opened: list[int] = []
    for index, item in enumerate(items):
        char = text[item.start]
        if char in _BRACKETS:
            opened.append(index)
        elif opened and char == _BRACKETS[text[items[opened[-1]].start]]:
            font = fonts[opened.pop()]
            if font is not None and font.covers(char):
                fonts[index] = font


@lru_cache(maxsize=64)
def _language_tag(language: str, has_kana: bool, has_hangul: bool) -> str:
    """The tag that picks regional forms of ideographs; guessed from the text where the draft doesn't say."""
    tag = language.replace("_", "-").lower()
    if tag:
        return _LANGUAGES.get(tag, tag)
    return "ja" if has_kana else "ko" if has_hangul else "zh-Hans"


def _split_by_level(runs: Iterable[Run], levels: Sequence[int]) -> list[tuple[Run, int]]:
    result: list[tuple[Run, int]] = []
    for run in runs:
        start = run.start
        for i in range(run.start + 1, run.stop + 1):
            if i == run.stop or levels[i] != levels[start]:
                result.append((run._replace(start=start, stop=i), levels[start]))
                start = i
    return result


class Shaper:
    """Shapes lines with the fonts of a library. Keeps nothing between calls but the library."""

    def __init__(self, library: FontLibrary) -> None:
        self.library = library

    def missing(self, text: str, request: FontRequest) -> tuple[str, ...]:
        """The clusters of a text for which there is no font."""
        return itemise(text.replace("\n", " "), self.library, request)[1]

    def shape(self, text: str, request: FontRequest, *, base: int | None = None) -> ShapedLine:
        """Glyphs of one line (no line feeds), left to right.

        Args:
            text: The line in logical order.
            request: Family, size and the rest of what decides glyphs.
            base: Direction of the paragraph, 0 from the left or 1 from the right; `None` finds it in the text.
        """
        level = bidi.base_level(text) if base is None else base
        runs, missing = itemise(text, self.library, request)
        parts = _split_by_level(runs, bidi.levels(text, level))
        kana = any("\u3040" <= char <= "\u30ff" for char in text)
        hangul = any("\uac00" <= char <= "\ud7a3" for char in text)
        language = _language_tag(request.language, kana, hangul)
        glyphs: list[Glyph] = []
        x = 0.0
        codes = [ord(char) for char in text]
        for index in bidi.visual_order([part[1] for part in parts]):
            run, run_level = parts[index]
            if run.font is not None:
                x = self._shape_run(codes, run, run_level, language, request, x, glyphs)
        body = len(text.rstrip())
        trailing = sum(glyph.advance for glyph in glyphs if glyph.cluster >= body)
        if trailing and level:  # the spaces after a line that reads from the right stand at its left
            glyphs = [g._replace(x=g.x - trailing) for g in glyphs]
        last_tracking = (
            request.tracking_px if glyphs and _takes_tracking(parts[-1][0].script, request.tracking_px) else 0.0
        )
        width = max(0.0, x - trailing - last_tracking - _slack(text[:body], glyphs))
        return ShapedLine(text, tuple(glyphs), width, bool(level), missing)

    def _shape_run(
        self,
        codes: list[int],
        run: Run,
        level: int,
        language: str,
        request: FontRequest,
        x: float,
        glyphs: list[Glyph],
    ) -> float:
        """Appends the glyphs of a run that starts at `x`; returns where it ends."""
        import uharfbuzz as hb

        font = run.font
        assert font is not None
        buffer = hb.Buffer()
        buffer.add_codepoints(codes, run.start, run.stop - run.start)
        buffer.guess_segment_properties()
        buffer.direction = "rtl" if level % 2 else "ltr"
        buffer.language = language
        tracking = request.tracking_px if _takes_tracking(run.script, request.tracking_px) else 0.0
        hb.shape(font.font, buffer, _features(tracking, request.tabular))
        for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            advance = position.x_advance / UNITS_PER_PX
            if info.codepoint == 0 and not is_ignorable(codes[info.cluster]):
                continue  # a glyph that the font promised and lacks: nothing is better than a box
            if tracking and advance:
                advance += tracking
            dx, dy = position.x_offset / UNITS_PER_PX, position.y_offset / UNITS_PER_PX
            if font.is_colour:
                dx, advance = _snug(font, info.codepoint)
            glyphs.append(Glyph(font, info.codepoint, x, dx, dy, advance, info.cluster))
            x += advance
        return x


def _slack(text: str, glyphs: Sequence[Glyph]) -> float:
    """The empty half of a full-width stop that ends a line: it must not push a centred line off the middle."""
    if not glyphs or text[-1:] not in _FULL_WIDTH_STOPS:
        return 0.0
    last = next((glyph for glyph in reversed(glyphs) if glyph.cluster == len(text) - 1), None)
    extents = last.font.font.get_glyph_extents(last.gid) if last else None
    if last is None or extents is None:
        return 0.0
    ink = (extents.x_bearing + extents.width) / UNITS_PER_PX
    return max(0.0, last.advance - ink - 0.08 * last.font.size_px)


def _snug(font: SizedFont, gid: int) -> tuple[float, float]:
    """Offset and advance of an emoji set among words: the font's own cells are half as wide again as its pictures."""
    extents = font.font.get_glyph_extents(gid)
    if extents is None or not extents.width:
        return 0.0, 0.0
    side = font.size_px * _EMOJI_BEARING
    return side - extents.x_bearing / UNITS_PER_PX, extents.width / UNITS_PER_PX + 2 * side


def _takes_tracking(script: str, tracking_px: float) -> bool:
    """Negative tracking is for display faces of alphabets; ideographs already fill their cells."""
    return bool(tracking_px) and script not in _JOINED and script != "emoji" and (tracking_px > 0 or not is_cjk(script))


def _features(tracking: float, tabular: bool) -> dict[str, bool]:
    features: dict[str, bool] = {"kern": True}
    if tracking > 0:
        features |= {"liga": False, "clig": False}
    if tabular:
        features["tnum"] = True
    return features
