"""Texts and the times of their words: how a change of the text changes its words, and leaves the others alone.

A word is what stands between spaces, one character in Chinese and Japanese, one cluster in Thai, Lao, Khmer and
Burmese; marks stay with the word that they lean on. That is how the recognisers of this program count too.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from itertools import accumulate, groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple

from wavereel.timeline.edits.pieces import quick
from wavereel.timeline.model import Word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_HAN_AND_KANA = (
    r"\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3041-\u3096\u309d-\u309f\u30a1-\u30fa"
    r"\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9d\U00020000-\U0003ffff"
)
_SYLLABIC = r"\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ede\u1780-\u17d3\u1000-\u104f"
_UNSPACED = _HAN_AND_KANA + _SYLLABIC
"""Scripts written without spaces: blocks of Unicode 15."""

_WIDE_MARKS = "，。！？、；：」』）〉》】…”"
_UNIT = re.compile(
    rf"[{_HAN_AND_KANA}][\u3099\u309a\ufe00-\ufe0f]*"
    rf"|[\u0e40-\u0e44\u0ec0-\u0ec4]?[{_SYLLABIC}][\u0e30-\u0e3a\u0e45\u0e47-\u0e4e\u0eb0-\u0ebc\u0ec8-\u0ece"
    r"\u17b4-\u17d3\u102b-\u103e\u1056-\u1059\u105e-\u1060]*"
    rf"|[{_WIDE_MARKS}]+"
    rf"|[^{_UNSPACED}{_WIDE_MARKS}]+"
)
_UNSPACED_CHAR = re.compile(rf"[{_UNSPACED}]")
_OPENING = "([{«‹「『（〈《【〔“‘¿¡$€£¥#@"
_APOSTROPHES = "'’ʼ＇"
_LETTER = rf"[^\W{_UNSPACED}]"
"""A letter or digit of a script that puts spaces between words."""


class TextChange(NamedTuple):
    """`[start, stop)` of a text becomes `text`."""

    start: int
    stop: int
    text: str


def is_unspaced(text: str) -> bool:
    """Whether a text holds a character of a script that is written without spaces."""
    return _UNSPACED_CHAR.search(text) is not None


def split_words(text: str) -> list[str]:
    """The words of a text in order, marks attached, without white space."""
    words: list[str] = []
    for piece in text.split():
        if is_unspaced(piece):
            words.extend(_split_piece(piece))
        else:
            words.append(piece)
    return words


def _split_piece(piece: str) -> Iterator[str]:
    lead, word = "", ""
    for unit in _UNIT.findall(piece):
        if any(char.isalnum() for char in unit):
            if word:
                yield word
            bare = unit.rstrip(_OPENING) or unit
            word, lead = lead + bare, unit[len(bare) :]
        elif word and not lead and unit[0] not in _OPENING:
            word += unit
        else:
            lead += unit
    if word or lead:
        yield word + lead


def join_words(words: Sequence[str]) -> str:
    """One text of the words: a space between two of them unless one touches with an unspaced script."""
    text = ""
    for word in words:
        spaced = text and word and not is_unspaced(text[-1] + word[0]) and text[-1] not in _WIDE_MARKS
        text += (" " if spaced else "") + word
    return text


def find_phrases(text: str, phrase: str, *, most: int | None = None) -> list[tuple[int, int]]:
    """Where a phrase stands in a text, as half-open ranges that do not overlap.

    Upper and lower case are one, so are all white space and all apostrophes. Words of scripts with spaces are found
    whole only, others anywhere.

    Args:
        text: Where to look.
        phrase: What to look for; it must hold more than white space.
        most: How many are wanted at most.
    """
    pattern = _phrase_pattern(phrase)
    lowered, anchor = text.lower(), _anchor(phrase)
    found: list[tuple[int, int]] = []
    if len(lowered) != len(text) or not anchor:
        for match in pattern.finditer(text):
            found.append(match.span())
            if len(found) == most:
                break
        return found
    cursor = lowered.find(anchor)
    while cursor >= 0 and len(found) != most:
        match = pattern.match(text, cursor)
        if match:
            found.append(match.span())
        cursor = lowered.find(anchor, match.end() if match else cursor + 1)
    return found


def _anchor(phrase: str) -> str:
    """The beginning of a phrase with which every match begins, in lower case: what is quick to look for."""
    match = re.match(rf"\s*((?:{_LETTER})+|[{_UNSPACED}])", phrase)
    return match[1].lower() if match else ""


def _phrase_pattern(phrase: str) -> re.Pattern[str]:
    bare = phrase.strip()
    parts: list[str] = []
    last, blank = "", False
    for char in bare:
        if char.isspace():
            blank = True
            continue
        unspaced = bool(last) and is_unspaced(last) and is_unspaced(char)
        if unspaced or blank:
            parts.append(r"\s*" if unspaced else r"\s+")
        parts.append(f"[{_APOSTROPHES}]" if char in _APOSTROPHES else re.escape(char))
        last, blank = char, False
    before = rf"(?<!{_LETTER})" if re.match(_LETTER, bare[:1]) else ""
    after = rf"(?!{_LETTER})" if re.match(_LETTER, bare[-1:]) else ""
    return re.compile(before + "".join(parts) + after, re.IGNORECASE)


def word_spans(text: str, words: Sequence[Word]) -> list[tuple[int, int]]:
    """Characters `[start, stop)` of a text for each of its words; one that is not found has an empty range."""
    spans: list[tuple[int, int]] = []
    cursor = 0
    for word in words:
        wanted = word.text.strip()
        at = text.find(wanted, cursor) if wanted else -1
        if at < 0 and " " in wanted:
            at = text.find(wanted.replace(" ", "\n"), cursor)
        if at < 0 and wanted and len(lowered := text.lower()) == len(text):
            at = lowered.find(wanted.lower(), cursor)
        stop = at + len(wanted)
        spans.append((at, stop) if at >= 0 else (cursor, cursor))
        cursor = max(cursor, stop) if at >= 0 else cursor
    return spans


def touched_words(spans: Sequence[tuple[int, int]], start: int, stop: int) -> list[int]:
    """Numbers of the words that share a character with `[start, stop)`."""
    return [number for number, (first, end) in enumerate(spans) if first < stop and end > start]


def change_text(text: str, changes: Sequence[TextChange]) -> str:
    """A text after changes that are in order and do not overlap; where words go, their blank goes too."""
    pieces: list[str] = []
    cursor = 0
    for start, stop, new in changes:
        pieces += [text[cursor:start], new]
        cursor = stop
        if not new and (start == 0 or text[start - 1].isspace()):
            while cursor < len(text) and text[cursor].isspace():
                cursor += 1
    result = "".join((*pieces, text[cursor:]))
    return result.strip() if any(not change.text for change in changes) else result


def change_words(text: str, words: Sequence[Word], changes: Sequence[TextChange]) -> tuple[Word, ...]:
    """The words of a text after changes of it, as `change_text` takes them.

    Words that no change touches are the same objects. Touched ones become the words of the new text there: as many as
    before take their times one by one, another number shares the time from the first one's start to the last one's
    end by their letters.

        |we|    |made |wave |real|     "wave real" -> "Wavereel"
        |we|    |made |Wavereel  |
    """
    spans = word_spans(text, words)
    regions: list[tuple[int, int, list[TextChange]]] = []
    for change in changes:
        touched = touched_words(spans, change.start, change.stop)
        if not touched:
            continue
        if regions and touched[0] <= regions[-1][1]:
            first, last, together = regions[-1]
            regions[-1] = (first, max(last, touched[-1]), [*together, change])
        else:
            regions.append((touched[0], touched[-1], [change]))
    result: list[Word] = []
    done = 0
    for first, last, together in regions:
        start = min(spans[first][0], together[0].start)
        stop = max(spans[last][1], together[-1].stop)
        local = [TextChange(max(c.start, start) - start, c.stop - start, c.text) for c in together]
        tokens = split_words(change_text(text[start:stop], local))
        result += [*words[done:first], *timed_words(tokens, words[first : last + 1])]
        done = last + 1
    return (*result, *words[done:])


def timed_words(tokens: Sequence[str], old: Sequence[Word]) -> list[Word]:
    """New words in the time of old ones: one by one where they are as many, else by their letters."""
    if len(tokens) == len(old):
        return [
            quick(word, text=token) if word.text != token else word for token, word in zip(tokens, old, strict=True)
        ]
    start_ms = old[0].start_ms
    stop_ms = max(word.start_ms + word.length_ms for word in old)
    ranges = spread_ms(tokens, start_ms, stop_ms)
    last = len(old) - 1
    return [
        quick(old[min(number, last)], text=token, start_ms=begin, length_ms=end - begin)
        for number, (token, (begin, end)) in enumerate(zip(tokens, ranges, strict=True))
    ]


def spread_ms(tokens: Sequence[str], start_ms: int, stop_ms: int) -> list[tuple[int, int]]:
    """`[start_ms, stop_ms)` shared among words by how many letters they have."""
    sums = [0, *accumulate(max(1, sum(char.isalnum() for char in token)) for token in tokens)]
    length_ms = max(0, stop_ms - start_ms)
    bounds = [start_ms + length_ms * part // sums[-1] for part in sums] if tokens else []
    return list(pairwise(bounds))


class _Part(NamedTuple):
    """A smallest part of an old word, as `split_words` has it."""

    key: str
    start_ms: int
    stop_ms: int
    word: int
    alone: bool


def retimed_words(old: Sequence[Word], new_text: str, length_ms: int) -> tuple[Word, ...]:
    """The words of a new text of the same cue: those that stay keep their times, the others share what is between.

    Args:
        old: The words so far; without any there are none afterwards.
        new_text: What the cue says now.
        length_ms: Length of the cue.
    """
    if not old:
        return ()
    parts = list(_parts(old))
    tokens = split_words(new_text)
    matcher = SequenceMatcher(None, [part.key for part in parts], [_key(token) for token in tokens], autojunk=False)
    result: list[Word] = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            result += _kept_words(old, parts[a:b], tokens[c:d], parts[b : b + 1])
        elif kind == "replace" and d - c == b - a:
            result += [_word_of(old, part, token) for part, token in zip(parts[a:b], tokens[c:d], strict=True)]
        elif kind in ("replace", "insert"):
            begin = parts[a].start_ms if kind == "replace" else (parts[a - 1].stop_ms if a else 0)
            stop = parts[b - 1].stop_ms if kind == "replace" else (parts[a].start_ms if a < len(parts) else length_ms)
            ranges = spread_ms(tokens[c:d], begin, max(begin, stop))
            result += [
                Word(w=token, s=first, d=last - first) for token, (first, last) in zip(tokens[c:d], ranges, strict=True)
            ]
    return tuple(result)


def _key(word: str) -> str:
    return "".join(char for char in word.casefold() if char.isalnum()) or word


def _parts(words: Sequence[Word]) -> Iterator[_Part]:
    for number, word in enumerate(words):
        tokens = split_words(word.text)
        if len(tokens) < 2:
            yield _Part(_key(word.text), word.start_ms, word.start_ms + word.length_ms, number, alone=True)
            continue
        for token, (start, stop) in zip(
            tokens, spread_ms(tokens, word.start_ms, word.start_ms + word.length_ms), strict=True
        ):
            yield _Part(_key(token), start, stop, number, alone=False)


def _word_of(old: Sequence[Word], part: _Part, token: str) -> Word:
    word = old[part.word]
    if not part.alone:
        return quick(word, text=token, start_ms=part.start_ms, length_ms=part.stop_ms - part.start_ms)
    return word if word.text == token else quick(word, text=token)


def _kept_words(
    old: Sequence[Word], parts: Sequence[_Part], tokens: Sequence[str], following: Sequence[_Part]
) -> Iterator[Word]:
    """Words that stayed; a word of several parts of which all stayed is whole again."""
    pairs = list(zip(parts, tokens, strict=True))
    for number, group in groupby(pairs, key=lambda pair: pair[0].word):
        held = list(group)
        whole = len(held) == max(1, len(split_words(old[number].text)))
        if held[0][0].alone or not whole or any(part.word == number for part in following):
            yield from (_word_of(old, part, token) for part, token in held)
        else:
            text = join_words([token for _, token in held])
            yield old[number] if text == old[number].text else quick(old[number], text=text)
