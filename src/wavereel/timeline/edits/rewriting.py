"""A phrase of the captions becomes another one, also where it runs from one cue into the next."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

from wavereel.timeline.edits.cue_words import (
    TextChange,
    change_text,
    change_words,
    find_phrases,
    join_words,
    split_words,
)
from wavereel.timeline.edits.pieces import quick
from wavereel.timeline.edits.surgery import Spot, change_segments, changed
from wavereel.timeline.edits.text_places import caption_tracks
from wavereel.timeline.reasons import cannot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wavereel.timeline.model import Segment, Timeline

_CLINGING = ",.!?;:…，。！？、；：）)」』》”\"'’]"
"""Marks that go along when the word before them moves to another cue."""


def caption_cues(timeline: Timeline, target: str = "caption") -> list[list[Spot]]:
    """The cues of each caption track that a target names, in order of time.

    Raises:
        EditError: There are no captions, or none of them is written yet.
    """
    numbers = caption_tracks(timeline, target)
    if not numbers:
        raise cannot("nothing_there", what="caption")
    found = [_cues_of(timeline, number) for number in numbers]
    if not any(found):
        raise cannot("no_words")
    return found


def _cues_of(timeline: Timeline, number: int) -> list[Spot]:
    placed = enumerate(timeline.tracks[number].placed())
    cues = [Spot(number, index, start_ms, segment) for index, (start_ms, segment) in placed]
    return sorted(cues, key=lambda spot: spot.start_ms)


def replaced_in_captions(
    timeline: Timeline, target: str, find: str, replace: str, most: int | None = None
) -> tuple[Timeline, int]:
    """The timeline with a phrase replaced in its captions, and how often."""
    count = 0
    new: dict[tuple[int, int], Segment | None] = {}
    wanted: list[Spot] = []
    for cues in caption_cues(timeline, target):
        if count == most:
            break
        found = find_phrases("\n".join(spot.segment.text or "" for spot in cues), find, most=most)
        count += len(found)
        rewriting = _Rewriting(cues)
        for start, stop in found:
            rewriting.replace(start, stop, replace.strip())
        for spot, segment in rewriting.results():
            wanted.append(spot)
            new[spot.track, spot.index] = segment
    if not wanted:
        return timeline, count
    return change_segments(timeline, wanted, lambda spot: new[spot.track, spot.index]), count


class _Rewriting:
    """Changes of the cues of one track, collected by positions in all their text, one line break between two cues."""

    def __init__(self, cues: Sequence[Spot]) -> None:
        self._cues = cues
        self._texts = [spot.segment.text or "" for spot in cues]
        self._offsets = [0, *accumulate(len(text) + 1 for text in self._texts)]
        self._changes: dict[int, list[TextChange]] = {}
        self._joined: dict[int, int] = {}

    def replace(self, start: int, stop: int, new: str) -> None:
        first = bisect_right(self._offsets, start) - 1
        last = bisect_right(self._offsets, stop - 1) - 1
        start -= self._offsets[first]
        stop -= self._offsets[last]
        if first == last:
            self._change(first, start, stop, new)
            return
        portions = [(first, start, len(self._texts[first]))]
        portions += [(number, 0, len(self._texts[number])) for number in range(first + 1, last)]
        portions.append((last, 0, stop))
        counts = [len(split_words(self._texts[number][a:b])) for number, a, b in portions]
        tokens = split_words(new)
        if len(tokens) == sum(counts):
            for (number, a, b), begin, count in zip(portions, [0, *accumulate(counts)], counts, strict=False):
                self._change(number, a, b, join_words(tokens[begin : begin + count]))
            return
        tail = stop
        while tail < len(self._texts[last]) and self._texts[last][tail] in _CLINGING:
            tail += 1
        new += self._texts[last][stop:tail] if new else ""
        self._change(first, start, len(self._texts[first]), new)
        for number, a, _ in portions[1:-1]:
            self._change(number, a, len(self._texts[number]), "")
        self._change(last, 0, tail, "")
        self._joined[first] = last

    def _change(self, number: int, start: int, stop: int, new: str) -> None:
        self._changes.setdefault(number, []).append(TextChange(start, stop, new))

    def results(self) -> list[tuple[Spot, Segment | None]]:
        """Every cue that changes, with what it becomes; `None` where nothing is left of it."""
        results = {number: self._rewritten(number) for number in self._changes}
        for first, last in sorted(self._joined.items(), reverse=True):
            kept, gone = results.get(first), self._cues[last]
            if kept is not None and results.get(last) is None:
                results[first] = _reaching(kept, self._cues[first].start_ms, gone)
        return [(self._cues[number], segment) for number, segment in sorted(results.items())]

    def _rewritten(self, number: int) -> Segment | None:
        segment, changes = self._cues[number].segment, self._changes[number]
        text = change_text(self._texts[number], changes)
        if not text.strip():
            return None
        if not segment.words:
            return quick(segment, text=text)
        return quick(segment, text=text, words=change_words(self._texts[number], segment.words, changes))


def _reaching(kept: Segment, start_ms: int, gone: Spot) -> Segment:
    """A cue that also lasts as long as the one that went into it; its last word takes that one's words' time."""
    length_ms = max(kept.length_ms, gone.end_ms - start_ms)
    if not kept.words or not gone.segment.words:
        return changed(kept, length_ms=length_ms)
    word = kept.words[-1]
    stop_ms = gone.start_ms + max(w.start_ms + w.length_ms for w in gone.segment.words) - start_ms
    longer = changed(word, length_ms=max(word.length_ms, stop_ms - word.start_ms))
    return changed(kept, length_ms=length_ms, words=(*kept.words[:-1], longer))
