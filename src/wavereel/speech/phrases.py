"""How good a place is to break a text: between two cues, or between two lines.

The order follows the style guides of broadcasters: after a sentence, after a clause, at a pause, before a conjunction
or preposition; never between an article and its noun, a title and a name, a number and its unit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

from wavereel.speech.phrase_words import LEAN_FORWARD, LEAN_SOFTLY, LINKS, TITLES, UNITS
from wavereel.speech.scripts import CLOSING, OPENING, is_unspaced, join_words

if TYPE_CHECKING:
    from wavereel.speech.words import Word

SENTENCE = 0
CLAUSE = 20
PAUSE = 30
BEFORE_LINK = 45
PLAIN = 70
CLOSE = 200
"""Words that lean on each other, such as an auxiliary and its verb: broken only for want of anything better."""

NEVER = 10_000
"""Broken only where nothing else fits at all."""

PAUSE_MS = 300

_SENTENCE_END = re.compile(r"[.!?。！？؟۔।…‽][\"'”’»)\]）」』]*$")
_CLAUSE_END = re.compile(r"[,;:，；：、،؛—–-][\"'”’»)\]）」』]*$")
_ABBREVIATION = re.compile(
    r"(?:^|[(\"'“])(?:[A-Z]\.)+$|^(?:mr|mrs|ms|dr|st|prof|gen|col|lt|capt|sgt|sen|rep|rev|jr|sr|vs|no|vol|fig|inc|ltd"
    r"|e\.g|i\.e|u\.s|z\.b|bzw|ca|sra|dra|mme|mlle|m)\.$",
    re.IGNORECASE,
)

Segmenter = Callable[[str], list[str]]


class Breaks:
    """Judges places between words of one language.

    Args:
        language: ISO 639-1 code or tag; unknown ones are judged by punctuation and pauses alone.
    """

    def __init__(self, language: str) -> None:
        code = language.lower().split("-")[0]
        self._lean = frozenset(LEAN_FORWARD.get(code, "").split())
        self._soft = frozenset(LEAN_SOFTLY.get(code, "").split())
        self._links = frozenset(LINKS.get(code, "").split())
        self._titles = frozenset(TITLES.split())
        self._units = frozenset(UNITS.split())
        self._segment = _segmenter(language)

    def penalties(self, words: Sequence[Word]) -> list[int]:
        """For every word but the last, how bad it is to break after it: 0 after a sentence, `NEVER` inside a unit."""
        inside = self._inside_phrases(words)
        return [self._penalty(left, right, inside=inside[index]) for index, (left, right) in enumerate(pairwise(words))]

    def _penalty(self, left: Word, right: Word, *, inside: bool) -> int:
        one, other = left.text, right.text
        if one[-1] in OPENING or other[0] in CLOSING:
            return NEVER
        if is_sentence_end(one):
            return SENTENCE
        if _CLAUSE_END.search(one) and not one.endswith("-"):
            return CLAUSE
        if inside or self._is_unit(one, other):
            return NEVER
        gap_ms = right.start_ms - left.end_ms
        plain, following = _plain(one), _plain(other)
        if plain in self._lean:
            return NEVER
        if gap_ms > PAUSE_MS:
            return PAUSE if plain not in self._soft else CLOSE
        if plain in self._soft or (_is_name(one) and _is_name(other)):
            return CLOSE
        return BEFORE_LINK if following in self._links else PLAIN

    def _is_unit(self, one: str, other: str) -> bool:
        """Title and name, number and unit, sign and number, parts of a date or a hyphenated word."""
        plain, following = _plain(one), _plain(other)
        if plain in self._titles and other[0].isupper():
            return True
        if one.endswith("-") or (other.startswith("-") and len(other) > 1):
            return True
        has_digit = any(char.isdigit() for char in one)
        if has_digit and (following in self._units or other[0] in "%‰°€£$"):
            return True
        return (has_digit and other[:1].isdigit()) or (plain in self._units and other[:1].isdigit() and not has_digit)

    def _inside_phrases(self, words: Sequence[Word]) -> list[bool]:
        """For every word but the last of an unspaced script, whether a phrase goes on after it."""
        inside = [False] * max(0, len(words) - 1)
        if self._segment is None:
            return inside
        start = 0
        for index in range(1, len(words) + 1):
            if index < len(words) and not _is_end(words[index - 1].text) and index - start < 200:
                continue
            self._mark(words, start, index, inside)
            start = index
        return inside

    def _mark(self, words: Sequence[Word], start: int, stop: int, inside: list[bool]) -> None:
        """Mark the places in `words[start:stop]` that lie within a phrase."""
        assert self._segment is not None
        text = join_words([word.text for word in words[start:stop]])
        ends: set[int] = set()
        at = 0
        for phrase in self._segment(text):
            at += len(phrase.replace(" ", ""))
            ends.add(at)
        at = 0
        for index in range(start, stop - 1):
            at += len(words[index].text)
            if is_unspaced(words[index].text) or is_unspaced(words[index + 1].text):
                inside[index] = at not in ends


def is_sentence_end(word: str) -> bool:
    """Whether a sentence ends with this word; abbreviations and initials do not end one."""
    return _SENTENCE_END.search(word) is not None and not _ABBREVIATION.search(word)


def _is_end(word: str) -> bool:
    return is_sentence_end(word) or _CLAUSE_END.search(word) is not None


def _plain(word: str) -> str:
    return word.strip(".,;:!?\"'“”‘’()[]«»").replace("’", "'").lower()


def _is_name(word: str) -> bool:
    """Whether a word is written like a name: a capital and then small letters, no mark at its end."""
    return len(word) > 1 and word[0].isupper() and word[1:].islower() and word.isalpha()


def _segmenter(language: str) -> Segmenter | None:
    """The phrase model of a language that is written without spaces (BudouX); `None` for the others."""
    tag = language.lower()
    code = tag.split("-")[0]
    if code not in {"zh", "yue", "ja", "th"}:
        return None
    import budoux

    library = cast("Any", budoux)
    if code == "ja":
        parser = library.load_default_japanese_parser()
    elif code == "th":
        parser = library.load_default_thai_parser()
    elif any(part in tag for part in ("hant", "tw", "hk")) or code == "yue":
        parser = library.load_default_traditional_chinese_parser()
    else:
        parser = library.load_default_simplified_chinese_parser()
    return cast("Segmenter", parser.parse)
