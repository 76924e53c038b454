"""Parts of cues: which words stay, and what is then left of the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wavereel.timeline.edits.pieces import parts_of_clip, shortened
from wavereel.timeline.edits.quick import quick, retimed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wavereel.timeline.edits.pieces import Ids
    from wavereel.timeline.model import Segment, Track, Word


def halves_of_cue(ids: Ids, track: Track, start_ms: int, cue: Segment, at_ms: int) -> list[tuple[int, Segment]]:
    """A cue cut in two at a time inside it: each word goes to the side that holds more of it.

    Without words both halves show the whole text.
    """
    stop_ms = start_ms + cue.length_ms
    if not cue.words:
        return parts_of_clip(ids, track, start_ms, cue, [(start_ms, at_ms), (at_ms, stop_ms)], cut=False)
    cut = at_ms - start_ms
    left = [2 * (cut - word.start_ms) >= word.length_ms for word in cue.words]
    first = _part_of_cue(cue, 0, cut, left)
    second = _part_of_cue(cue, cut, cue.length_ms, [not side for side in left])
    halves = [] if first is None else [(start_ms, first)]
    if second is not None:
        halves.append((at_ms, quick(second, id=ids.like(track, cue)) if halves else second))
    return halves


def cue_within(cue: Segment, begin: int, end: int) -> Segment | None:
    """A cue cut to a range in ms from its start; words of which at least half lies inside stay, `None` without any."""
    kept = [
        2 * (min(word.start_ms + word.length_ms, end) - max(word.start_ms, begin)) >= word.length_ms
        and begin <= word.start_ms + word.length_ms
        and word.start_ms < end
        for word in cue.words or ()
    ]
    return _part_of_cue(cue, begin, end, kept)


def _part_of_cue(cue: Segment, begin: int, end: int, kept: Sequence[bool]) -> Segment | None:
    words: list[Word] = []
    for word in (word for word, keep in zip(cue.words or (), kept, strict=True) if keep):
        low = min(max(word.start_ms - begin, 0), end - begin)
        high = min(max(word.start_ms + word.length_ms - begin, low), end - begin)
        words.append(retimed(word, low, high - low))
    return shortened(with_words(cue, tuple(words), kept), end - begin) if words else None


def with_words(cue: Segment, words: tuple[Word, ...], kept: Sequence[bool]) -> Segment:
    """A cue with only some of its words, and its text without the others.

    Args:
        cue: Before.
        words: What its words become, as many as are kept.
        kept: For each word of before, whether it is kept.
    """
    if all(kept):
        return quick(cue, words=words)
    text = text_without(cue.text or "", [word.text for word in cue.words or ()], kept)
    return quick(cue, words=words, text=text)


def text_without(text: str, words: Sequence[str], kept: Sequence[bool]) -> str:
    """A text without some of its words; spacing, line breaks and punctuation of the others stay.

    What stands behind a word up to the next one belongs to it, but a line break that goes with it is kept.
    """
    places: list[int] = []
    cursor = 0
    for word in words:
        place = text.find(word, cursor)
        if place < 0:  # the text was written by somebody else than the words
            latin = any(word.isascii() for word in words)
            return (" " if latin else "").join(word for word, keep in zip(words, kept, strict=True) if keep)
        places.append(place)
        cursor = place + len(word)
    places = [0, *places[1:], len(text)]
    parts: list[str] = []
    for number, keep in enumerate(kept):
        part = text[places[number] : places[number + 1]]
        if keep:
            parts.append(part)
        elif "\n" in part[len(part.rstrip()) :] and parts and "\n" not in parts[-1][len(parts[-1].rstrip()) :]:
            parts[-1] = parts[-1].rstrip() + "\n"
    return "".join(parts).strip()
