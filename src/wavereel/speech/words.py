"""Words with times: what every recogniser gives, and what captions and subtitles are made of."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wavereel.speech.scripts import join_words, split_words

if TYPE_CHECKING:
    from collections.abc import Sequence

MIN_WORD_MS = 20
MAX_WORD_MS = 1200
"""A word stays lit no longer: Whisper lets the last word before a pause swallow the pause."""

SURE_PROBABILITY = 0.3
"""Words below this probability are marked as unsure."""


@dataclass(frozen=True, slots=True)
class Word:
    """One spoken word.

    Attributes:
        text: As it is written, punctuation attached, without white space at its ends.
        start_ms: Start in milliseconds of the sound.
        end_ms: End, exclusive; at least 20 ms after the start.
        confidence: 0 to 1; 1 where a person wrote it.
        unsure: Heard so badly that a person should look at it.
    """

    text: str
    start_ms: int
    end_ms: int
    confidence: float = 1.0
    unsure: bool = False


def words_text(words: Sequence[Word]) -> str:
    """The words as one text, spaced as their scripts want it."""
    return join_words([word.text for word in words])


def clean_times(words: Sequence[Word], *, start_ms: int = 0, end_ms: int | None = None) -> list[Word]:
    """Words in order of time: none of zero length, none longer than 1.2 s, none over its neighbour, all in range.

    Args:
        words: In the order in which they are spoken; the order is kept.
        start_ms: Where the sound begins.
        end_ms: Where the sound ends; `None` where it is not known.

    Words that find no room at the end of the sound share the last milliseconds, one each at least, as long as the
    sound has that many.
    """
    if not words:
        return []
    result: list[Word] = []
    floor_ms = start_ms
    for word in words:
        begin = max(word.start_ms, floor_ms)
        stop = min(max(word.end_ms, begin + MIN_WORD_MS), begin + MAX_WORD_MS)
        result.append(replace(word, start_ms=begin, end_ms=stop))
        floor_ms = begin + 1
    for index in range(len(result) - 1):
        word, following = result[index], result[index + 1]
        if word.end_ms > following.start_ms:
            result[index] = replace(word, end_ms=following.start_ms)
    result = _widen(result)
    return result if end_ms is None else _press_into(result, start_ms, end_ms)


def _widen(words: list[Word]) -> list[Word]:
    """Every word at least 20 ms long: later words are pushed back where words are crowded."""
    result: list[Word] = []
    floor_ms = words[0].start_ms
    for word in words:
        begin = max(word.start_ms, floor_ms)
        stop = max(word.end_ms, begin + MIN_WORD_MS)
        result.append(replace(word, start_ms=begin, end_ms=stop))
        floor_ms = stop
    return result


def _press_into(words: list[Word], start_ms: int, end_ms: int) -> list[Word]:
    """Move words that reach past `end_ms` forward, from the last one to the first."""
    result = list(words)
    ceiling_ms = end_ms
    for index in range(len(result) - 1, -1, -1):
        word = result[index]
        if word.end_ms <= ceiling_ms:
            break
        room = max(1, min(MIN_WORD_MS, (ceiling_ms - start_ms) // (index + 1)))
        begin = max(min(word.start_ms, ceiling_ms - room), start_ms)
        result[index] = replace(word, start_ms=begin, end_ms=max(ceiling_ms, begin + 1))
        ceiling_ms = begin
    return result


def spread_words(texts: Sequence[str], start_ms: int, end_ms: int) -> list[Word]:
    """Words over a span whose own times are not known, each as long as its letters (half a letter for its gap)."""
    if not texts:
        return []
    end_ms = max(end_ms, start_ms + len(texts))
    weights = [len(text) + 0.5 for text in texts]
    total = sum(weights)
    words: list[Word] = []
    done = 0.0
    begin = start_ms
    for index, (text, weight) in enumerate(zip(texts, weights, strict=True)):
        done += weight
        left = len(texts) - 1 - index
        stop = min(max(start_ms + round((end_ms - start_ms) * done / total), begin + 1), end_ms - left)
        words.append(Word(text, begin, stop))
        begin = stop
    return words


def retime(words: Sequence[Word], text: str) -> list[Word]:
    """The times of `words` under an edited text: words that stayed keep theirs, others share the span they replace.

    A word put in between two others takes the gap between them where it has room, else a share of the word before.
    """
    new = split_words(text)
    if not words or not new:
        return spread_words(new, words[0].start_ms, words[-1].end_ms) if words else []
    old = [word.text for word in words]
    result: list[Word] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            result.extend(words[a:b])
        elif tag == "replace":
            result.extend(spread_words(new[c:d], words[a].start_ms, words[b - 1].end_ms))
        elif tag == "insert":
            result = _insert(result, list(words[a:]), new[c:d], words)
    return clean_times(result)


def _insert(before: list[Word], after: list[Word], texts: list[str], words: Sequence[Word]) -> list[Word]:
    """Words put between `before` and `after`: into the gap when it has room, else into the word beside it."""
    start = before[-1].end_ms if before else words[0].start_ms
    end = after[0].start_ms if after else words[-1].end_ms
    if end - start >= 100 * len(texts):
        return [*before, *spread_words(texts, start, end)]
    if before:
        last = before[-1]
        return [*before[:-1], *spread_words([last.text, *texts], last.start_ms, max(end, last.end_ms))]
    first = after[0]
    shared = spread_words([*texts, first.text], first.start_ms, first.end_ms)
    return [*before, *shared[:-1]]
