"""Finding the words of the lexicon in a message: the longest phrase first, inflected forms, slips of spelling."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Reading = tuple[str, str]
"""A kind and a value, such as `("obj", "waveform")`."""

_WORD = re.compile(r"[a-z0-9][a-z0-9'+#@&]*")
_SPELLED_FROM = 4
"""Shorter words are never taken for slips: too many of them are one letter apart."""

_TWO_SLIPS_FROM = 8
_PARTICLES = frozenset(("up", "down", "out", "off", "away", "in", "on", "back"))
_PRONOUNS = ("it", "them", "that", "this")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Phrases by their first word or character, the longest first, and every word that a slip may have meant.

    Attributes:
        english: By their first word.
        chinese: By their first character.
        slips: Words by what is left of them where letters are missing.
        longest: Letters of the longest of these words.
    """

    english: Mapping[str, tuple[tuple[str, tuple[Reading, ...]], ...]]
    chinese: Mapping[str, tuple[tuple[str, tuple[Reading, ...]], ...]]
    slips: Mapping[str, tuple[str, ...]]
    longest: int


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase found in a message: what it may mean, its half-open end, and whether a slip was forgiven."""

    readings: tuple[Reading, ...]
    end: int
    slip: bool = False


@cache
def lexicon() -> Lexicon:
    """The lexicon of both languages, read once."""
    english: dict[str, dict[str, list[Reading]]] = {}
    chinese: dict[str, dict[str, list[Reading]]] = {}
    vocabulary: set[str] = set()
    for reading, phrase in _entries("english"):
        plain = phrase.replace("-", " ")
        head = _WORD.match(plain)
        english.setdefault(head[0] if head else plain, {}).setdefault(plain, []).append(reading)
        vocabulary |= {word for word in plain.split() if len(word) >= _SPELLED_FROM and word.isalpha()}
    for reading, phrase in _entries("chinese"):
        target = english if phrase.isascii() else chinese
        key = phrase.split()[0] if phrase.isascii() else phrase[0]
        plain = phrase.replace("-", " ") if phrase.isascii() else phrase
        head = _WORD.match(plain)
        key = (head[0] if head else plain) if phrase.isascii() else phrase[0]
        readings = target.setdefault(key, {}).setdefault(plain, [])
        if reading not in readings:
            readings.append(reading)
    _split_verbs(english)
    return Lexicon(_sorted(english), _sorted(chinese), _slips(vocabulary), max(map(len, vocabulary)))


def _split_verbs(english: dict[str, dict[str, list[Reading]]]) -> None:
    """Adds "turn it down" for "turn down"; not for verbs that move things, as "bring it down" is about where it is."""
    for word, group in english.items():
        if ("act", "move") in group.get(word, ()):
            continue
        for phrase, readings in list(group.items()):
            verb, _, particle = phrase.partition(" ")
            said = [reading for reading in readings if reading[0] in ("act", "dir")]
            if particle in _PARTICLES and said:
                for pronoun in _PRONOUNS:
                    group.setdefault(f"{verb} {pronoun} {particle}", [*said, ("pron", "it")])


def word_at(text: str, at: int) -> str:
    """The Latin word or number that starts at `at`; empty where none does."""
    match = _WORD.match(text, at)
    return match[0] if match else ""


def english_at(text: str, at: int) -> Found | None:
    """The longest English phrase that starts at a word; a slip of spelling in a single word is forgiven.

    Args:
        text: The plain text, hyphens between letters as blanks.
        at: Where a word starts.
    """
    word = word_at(text, at)
    if not word:
        return None
    words = lexicon().english
    for form in _forms(word):
        for phrase, readings in words.get(form, ()):
            rest = phrase[len(form) :]
            if (end := _end_of(text, at + len(word), rest)) is not None:
                return Found(readings, end)
    return _misspelled(text, at, word)


def chinese_at(text: str, at: int) -> Found | None:
    """The longest Chinese phrase that starts at a character."""
    for phrase, readings in lexicon().chinese.get(text[at], ()):
        if text.startswith(phrase, at):
            return Found(readings, at + len(phrase))
    return None


def _entries(language: str) -> Iterator[tuple[Reading, str]]:
    """The readings and phrases of `english.txt` or `chinese.txt`; an indented line goes on with the one before."""
    text = resources.files("wavereel.agent.lexicon").joinpath(f"{language}.txt").read_text(encoding="utf-8")
    kind = value = ""
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        phrases = line
        if not line.startswith(" "):
            head, _, phrases = line.partition(" =")
            kind, _, value = head.partition(":")
        for phrase in phrases.split("|"):
            if phrase.strip():
                yield (kind, value), phrase.strip()


def _sorted(phrases: dict[str, dict[str, list[Reading]]]) -> dict[str, tuple[tuple[str, tuple[Reading, ...]], ...]]:
    return {
        key: tuple(
            (phrase, tuple(dict.fromkeys(readings)))
            for phrase, readings in sorted(group.items(), key=lambda item: -len(item[0]))
        )
        for key, group in phrases.items()
    }


def _forms(word: str) -> list[str]:
    """A word and what it may be an inflected form of, the word itself first."""
    forms = [word]
    if word.endswith("'s"):
        forms.append(word[:-2])
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        forms.append(word[:-1])
        if word.endswith("es"):
            forms.append(word[:-2])
        if word.endswith("ies"):
            forms.append(word[:-3] + "y")
    for ending in ("ing", "ed"):
        if len(word) > len(ending) + 2 and word.endswith(ending):
            stem = word[: -len(ending)]
            forms += [stem, stem + "e"]
            if len(stem) > 2 and stem[-1] == stem[-2]:
                forms.append(stem[:-1])
    return forms


def _end_of(text: str, at: int, rest: str) -> int | None:
    """Where a phrase ends whose words after the first are `rest`; a plural of the last word counts."""
    if not text.startswith(rest, at):
        return None
    end = at + len(rest)
    if _ends(text, end):
        return end
    for plural in ("'s", "s", "es"):
        if rest and text.startswith(plural, end) and _ends(text, end + len(plural)):
            return end + len(plural)
    return None


def _ends(text: str, at: int) -> bool:
    return at >= len(text) or not (text[at].isascii() and (text[at].isalnum() or text[at] == "'"))


def _misspelled(text: str, at: int, word: str) -> Found | None:
    if len(word) < _SPELLED_FROM or not word.isalpha():
        return None
    slips = 2 if len(word) >= _TWO_SLIPS_FROM else 1
    if len(word) > lexicon().longest + slips:  # there are as many ways to leave letters out as its length squared
        return None
    best: tuple[int, str] | None = None
    for key in _deletes(word, slips):
        for meant in lexicon().slips.get(key, ()):
            if abs(len(meant) - len(word)) > slips or meant[0] != word[0] or len(meant) < _SPELLED_FROM:
                continue
            far = distance(word, meant)
            allowed = 2 if min(len(word), len(meant)) >= _TWO_SLIPS_FROM else 1
            if far <= allowed and (best is None or (far, meant) < best):
                best = (far, meant)
    if best is None:
        return None
    for form in _forms(best[1]):
        for phrase, readings in lexicon().english.get(form, ()):
            if (end := _end_of(text, at + len(word), phrase[len(form) :])) is not None:
                return Found(readings, end, slip=True)
    return None


def distance(one: str, other: str) -> int:
    """Edits between two words, a swap of neighbours counted as one (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        current = [i]
        for j, b in enumerate(other, 1):
            cost = min(row[j] + 1, current[j - 1] + 1, row[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            current.append(cost)
        before, row = row, current
    return row[-1]


def _slips(vocabulary: set[str]) -> dict[str, tuple[str, ...]]:
    """Every word under all of its forms with one letter (two of a long word) left out."""
    found: dict[str, set[str]] = {}
    for word in vocabulary:
        for key in _deletes(word, 2 if len(word) >= _TWO_SLIPS_FROM else 1):
            found.setdefault(key, set()).add(word)
    return {key: tuple(sorted(words)) for key, words in found.items()}


def _deletes(word: str, depth: int) -> set[str]:
    found = {word}
    level = {word}
    for _ in range(depth):
        level = {item[:i] + item[i + 1 :] for item in level for i in range(len(item))}
        found |= level
    return found
