"""Cards: what a caption track shows at a time, made of cues and the times of their words."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from wavereel.picture.scripts import cluster_script, clusters, is_cjk
from wavereel.picture.text import capitals as upper
from wavereel.picture.text import clean

_WEIGHT_A_WORD = 5
_STOPS = frozenset(".,;:!?…。，、！？；：")


class CaptionWord(NamedTuple):
    """A spoken word in frames `[start_frame, stop_frame)`."""

    text: str
    start_frame: int
    stop_frame: int


class CaptionCue(NamedTuple):
    """A cue in frames `[start_frame, stop_frame)`. Words are in reading order and may be empty."""

    start_frame: int
    stop_frame: int
    text: str
    words: tuple[CaptionWord | tuple[str, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """One thing on screen during `[start_frame, stop_frame)`; no two overlap.

    `turns` are the frames at which another word becomes the spoken one, `spoken_words` its index or -1.
    """

    start_frame: int
    stop_frame: int
    text: str
    words: tuple[CaptionWord, ...]
    turns: tuple[int, ...]
    spoken_words: tuple[int, ...]

    def spoken(self, frame: int) -> int:
        """Index of the word that is spoken in a frame, -1 for none."""
        at = bisect_right(self.turns, frame) - 1
        return self.spoken_words[at] if at >= 0 else -1

    def next_turn(self, frame: int) -> int:
        """The first frame after `frame` in which another word is spoken; the card's end where none follows."""
        at = bisect_right(self.turns, frame)
        return self.turns[at] if at < len(self.turns) else self.stop_frame


def make_cards(cues: Sequence[CaptionCue], *, most_words: int | None, hold_frames: int) -> list[Card]:
    """Cards in order of time.

    Args:
        cues: Any order; empty ones are left out, and overlapping ones share the screen while both last.
        most_words: So many words at a time; `None` shows whole cues.
        hold_frames: A word stays lit through a pause after it of up to this many frames.
    """
    plain = [cue for cue in cues if cue.stop_frame > cue.start_frame and clean(cue.text)]
    plain.sort(key=lambda cue: (cue.start_frame, cue.stop_frame))
    cards: list[Card] = []
    for cue in _flatten(plain):
        words = tuple(CaptionWord(clean(w[0]).replace("\n", " "), w[1], w[2]) for w in cue.words if clean(w[0]))
        for part in _split(cue, words, most_words) if most_words else [cue._replace(words=words)]:
            cards.append(_card(part, hold_frames))  # noqa: PERF401
    return cards


def _card(cue: CaptionCue, hold_frames: int) -> Card:
    turns: list[int] = []
    spoken: list[int] = []
    words = tuple(CaptionWord(*word) for word in cue.words)
    order = sorted(range(len(words)), key=lambda i: words[i].start_frame)
    for place, index in enumerate(order):
        word = words[index]
        start = max(word.start_frame, cue.start_frame)
        following = words[order[place + 1]].start_frame if place + 1 < len(order) else cue.stop_frame
        if turns and turns[-1] >= start:  # two words in one frame: the later one is lit
            turns.pop()
            spoken.pop()
        turns.append(start)
        spoken.append(index)
        if following - word.stop_frame > hold_frames and word.stop_frame > start:
            turns.append(word.stop_frame)
            spoken.append(-1)
    return Card(cue.start_frame, cue.stop_frame, clean(cue.text), words, tuple(turns), tuple(spoken))


def _flatten(cues: Sequence[CaptionCue]) -> list[CaptionCue]:
    """Cues that overlap become cues that do not: while several last, their texts stand in one."""
    if all(a.stop_frame <= b.start_frame for a, b in itertools.pairwise(cues)):
        return list(cues)
    edges = sorted({edge for cue in cues for edge in (cue.start_frame, cue.stop_frame)})
    result: list[CaptionCue] = []
    active: list[CaptionCue] = []
    place = 0
    for start, stop in itertools.pairwise(edges):
        active = [cue for cue in active if cue.stop_frame > start]
        while place < len(cues) and cues[place].start_frame <= start:
            active.append(cues[place])
            place += 1
        if active:
            text = "\n".join(dict.fromkeys(cue.text for cue in active))
            result.append(CaptionCue(start, stop, text, tuple(word for cue in active for word in cue.words)))
    return result


def word_ranges(text: str, words: Sequence[str], *, capitals: bool = False) -> list[tuple[int, int]]:
    """Characters `[start, stop)` of `text` for each word, with the punctuation that clings to it.

    A word that is not found after the one before it gets an empty range: it is never lit, and shifts no other.
    """
    ranges: list[tuple[int, int]] = []
    cursor = 0
    for word in words:
        wanted = upper(word) if capitals else word
        at = text.find(wanted, cursor)
        if at < 0 and " " in wanted:
            at = text.find(wanted.replace(" ", "\n"), cursor)
        if at < 0:
            ranges.append((cursor, cursor))
            continue
        cursor = at + len(wanted)
        ranges.append((at, cursor))
    return [_with_punctuation(text, span, ranges[i + 1 :]) for i, span in enumerate(ranges)]


def _with_punctuation(text: str, span: tuple[int, int], later: Sequence[tuple[int, int]]) -> tuple[int, int]:
    start, stop = span
    if start == stop:
        return span
    bound = next((other for other, end in later if end > other), len(text))
    while stop < bound and not text[stop].isspace() and not text[stop].isalnum():
        stop += 1
    return start, stop


def _weight(text: str) -> int:
    return sum(2 if is_cjk(cluster_script(text[a:b])) else 1 for a, b in clusters(text))


def _guess_words(cue: CaptionCue) -> tuple[CaptionWord, ...]:
    """Words with times in proportion to their letters, for a cue that has none."""
    pieces = clean(cue.text).replace("\n", " ").split(" ")
    if len(pieces) == 1:
        pieces = [cue.text[a:b] for a, b in clusters(cue.text)] if is_cjk(cluster_script(pieces[0])) else pieces
    total = sum(len(piece) for piece in pieces) or 1
    frames = cue.stop_frame - cue.start_frame
    result: list[CaptionWord] = []
    used = 0
    for piece in pieces:
        start = cue.start_frame + frames * used // total
        used += len(piece)
        result.append(CaptionWord(piece, start, cue.start_frame + frames * used // total))
    return tuple(result)


def _split(cue: CaptionCue, words: tuple[CaptionWord, ...], most_words: int) -> list[CaptionCue]:
    """A cue as groups of a few words, each shown from its first word to the first of the next group."""
    timed = words or _guess_words(cue)
    text = clean(cue.text).replace("\n", " ")
    ranges = word_ranges(text, [word.text for word in timed])
    found = [(word, span) for word, span in zip(timed, ranges, strict=True) if span[1] > span[0]]
    if not found:
        return [cue._replace(words=words)]
    result: list[CaptionCue] = []
    groups = _groups([text[a:b] for _, (a, b) in found], most_words)
    for place, (first, stop) in enumerate(groups):
        begin = cue.start_frame if place == 0 else max(cue.start_frame, found[first][0].start_frame)
        end = found[groups[place + 1][0]][0].start_frame if place + 1 < len(groups) else cue.stop_frame
        left = found[first][1][0] if place else 0
        right = found[stop][1][0] if stop < len(found) else len(text)
        shown = text[left:right].strip()
        if min(end, cue.stop_frame) > begin:
            kept = tuple(word for word, _ in found[first:stop]) if words else ()
            result.append(CaptionCue(begin, min(end, cue.stop_frame), shown, kept))
    return result


def _groups(pieces: Sequence[str], most_words: int) -> list[tuple[int, int]]:
    """Ranges of a few words, nearly equal, ended early by a stop or by long words."""
    phrases: list[tuple[int, int]] = []
    start = 0
    for index, piece in enumerate(pieces):
        if piece[-1:] in _STOPS or index == len(pieces) - 1:
            phrases.append((start, index + 1))
            start = index + 1
    groups: list[tuple[int, int]] = []
    for first, stop in phrases:
        weight = sum(_weight(piece) for piece in pieces[first:stop])
        most = most_words if not is_cjk(cluster_script(pieces[first])) else 2 * most_words
        count = max(-(-(stop - first) // most), -(-weight // (_WEIGHT_A_WORD * most_words)), 1)
        count = min(count, stop - first)
        edges = [first + (stop - first) * k // count for k in range(count + 1)]
        groups += list(itertools.pairwise(edges))
    return groups
