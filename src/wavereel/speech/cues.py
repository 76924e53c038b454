"""Cues: words grouped into what is read at a time, and their lines.

The numbers come from the timed-text guides of Netflix and the BBC's subtitle guidelines. All breaks of a stretch of
speech are chosen together, as the way of least penalty through it (Knuth and Plass, "Breaking Paragraphs into Lines",
1981), so that no cue takes the best break at the price of a bad next one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from wavereel.speech.phrases import NEVER, PLAIN, SENTENCE, Breaks
from wavereel.speech.scripts import has_han_or_kana, is_unspaced, join_words, needs_space
from wavereel.speech.words import MIN_WORD_MS, Word

Measure = Callable[[str], float]
Mode = Literal["sentence", "pop"]

MIN_MS = 833
MAX_MS = 7000
NEW_CUE_PAUSE_MS = 1000
LINGER_MS = 500
VISIBLE_PAUSE_MS = 500
POP_WORDS = 4
POP_MIN_MS = 250
_STEP = 20
"""Cost of one more cue: keeps phrases together that would fit into one."""


@dataclass(frozen=True, slots=True)
class Cue:
    """What is on screen at a time.

    Attributes:
        start_ms: In, with the first word.
        end_ms: Out, exclusive.
        lines: The text as it is broken.
        words: Its words in order, with times; never empty.
        timed: Whether the words' times were heard; false where they are spread over the cue.
    """

    start_ms: int
    end_ms: int
    lines: tuple[str, ...]
    words: tuple[Word, ...]
    timed: bool = True

    @property
    def text(self) -> str:
        """The text on one line."""
        return join_words([word.text for word in self.words])


@dataclass(frozen=True, slots=True)
class CueLimits:
    """What a cue may be.

    Attributes:
        width: Widest line, in the unit of the measuring function.
        lines: Most lines.
        aim_per_s: Characters a second that read comfortably.
        most_per_s: Characters a second that can still be read; passed only where speech itself is faster.
        gap_ms: Empty time between two cues that follow each other: two frames.
    """

    width: float
    lines: int = 2
    aim_per_s: float = 17.0
    most_per_s: float = 20.0
    gap_ms: int = 67


_WIDTHS = {"zh": 16, "yue": 16, "ja": 13, "ko": 16, "ru": 39}
_NARROW = {"zh": 10, "yue": 10, "ja": 10, "ko": 12}
_SPEEDS = {"zh": (9.0, 11.0), "yue": (9.0, 11.0), "ja": (5.5, 7.0), "ko": (12.0, 14.0)}


def limits_for(language: str, *, narrow: bool = False, width: float | None = None, lines: int = 2) -> CueLimits:
    """The limits of a language.

    Args:
        language: ISO 639-1 code or tag.
        narrow: For 1:1, 4:5 and 9:16, where type is big: about 26 characters a line instead of 42.
        width: Widest line as the caller measures it; `None` counts characters.
        lines: Most lines.
    """
    code = language.lower().split("-")[0]
    aim, most = _SPEEDS.get(code, (17.0, 20.0))
    default = _NARROW.get(code, 26) if narrow else _WIDTHS.get(code, 42)
    return CueLimits(default if width is None else width, lines, aim, most)


def count_characters(text: str) -> float:
    """Length of a line in characters as subtitle guides count: Latin letters between Chinese ones count half."""
    if not has_han_or_kana(text):
        return float(len(text))
    return sum(0.5 if ord(char) < 0x2E80 else 1.0 for char in text)


def make_cues(
    words: Sequence[Word],
    *,
    language: str = "en",
    measure: Measure | None = None,
    width: float | None = None,
    lines: int = 2,
    narrow: bool = False,
    mode: Mode = "sentence",
    limits: CueLimits | None = None,
) -> list[Cue]:
    """Group words into cues.

    Every word is in exactly one cue, in order. A line is wider than the limit only where a single word is. Cues do not
    overlap; where speech runs on, two frames of the last word of a cue are given to the gap. The same input gives the
    same cues.

    Args:
        words: In order of time, as `words.clean_times` leaves them.
        language: Decides widths, reading speed and what belongs together.
        measure: Width of a text in the font it is drawn in; `None` counts characters.
        width: Widest line in units of `measure`; `None` takes the language's number of characters.
        lines: Most lines of a cue.
        narrow: Upright and square pictures, whose lines are shorter.
        mode: `sentence`, or `pop`: one to four words at a time.
        limits: Wins over `width`, `lines` and `narrow`.
    """
    wanted = limits or limits_for(language, narrow=narrow, width=width, lines=lines)
    if mode == "pop":
        wanted = replace(wanted, lines=1)
    maker = _Maker(wanted, language, measure or count_characters, mode)
    cues: list[Cue] = []
    start = 0
    for index in range(1, len(words) + 1):
        if index == len(words) or words[index].start_ms - words[index - 1].end_ms > NEW_CUE_PAUSE_MS:
            cues.extend(maker.stretch(words[start:index]))
            start = index
    return _timed(cues, wanted, mode)


def fit_cues(
    cues: Sequence[Cue],
    *,
    language: str = "en",
    measure: Measure | None = None,
    limits: CueLimits | None = None,
) -> list[Cue]:
    """Cues of a subtitle file brought to a width: lines that fit stay, others are broken anew, long cues are split."""
    wanted = limits or limits_for(language)
    ruler = measure or count_characters
    maker = _Maker(wanted, language, ruler, "sentence")
    result: list[Cue] = []
    for cue in cues:
        if len(cue.lines) <= wanted.lines and all(ruler(line) <= wanted.width for line in cue.lines):
            result.append(cue)
            continue
        parts = maker.stretch(cue.words)
        for index, part in enumerate(parts):
            start_ms = cue.start_ms if index == 0 else part.words[0].start_ms
            end_ms = cue.end_ms if index == len(parts) - 1 else parts[index + 1].words[0].start_ms
            result.append(Cue(start_ms, end_ms, part.lines, part.words, cue.timed))
    return result


class _Maker:
    """Finds cues and lines in stretches of speech without long pauses."""

    def __init__(self, limits: CueLimits, language: str, measure: Measure, mode: Mode) -> None:
        self._limits = limits
        self._breaks = Breaks(language)
        self._measure = lru_cache(maxsize=1 << 14)(measure)
        self._mode = mode

    def stretch(self, words: Sequence[Word]) -> list[Cue]:
        """The cues of least penalty; their times are those of their words."""
        count = len(words)
        penalties = [*self._breaks.penalties(words), 0]
        widths = [self._measure(word.text) for word in words]
        spaces = [
            self._measure(" ") if needs_space(words[i].text, words[i + 1].text) else 0.0 for i in range(count - 1)
        ]
        sums = [0.0]
        for index in range(count):
            sums.append(sums[-1] + widths[index] + (spaces[index] if index < count - 1 else 0.0))
        best: list[float] = [0.0] + [float("inf")] * count
        came = [0] * (count + 1)
        for stop in range(1, count + 1):
            for start in range(stop - 1, -1, -1):
                if not self._may_hold(words, start, stop, sums):
                    break
                cost = best[start] + self._cost(words, start, stop, sums, penalties)
                if cost < best[stop]:
                    best[stop], came[stop] = cost, start
        spans: list[tuple[int, int]] = []
        stop = count
        while stop > 0:
            spans.append((came[stop], stop))
            stop = came[stop]
        cues: list[Cue] = []
        for start, stop in reversed(spans):
            cues.extend(self._cue(words[start:stop], penalties[start : stop - 1]))
        return cues

    def _may_hold(self, words: Sequence[Word], start: int, stop: int, sums: list[float]) -> bool:
        """Whether the words may be one cue; false for all longer ones too."""
        if stop - start == 1:
            return True
        if words[stop - 1].end_ms - words[start].start_ms > MAX_MS:
            return False
        if self._mode == "pop" and stop - start > POP_WORDS * (2 if is_unspaced(words[start].text) else 1):
            return False
        return sums[stop] - sums[start] <= self._limits.width * self._limits.lines

    def _cost(self, words: Sequence[Word], start: int, stop: int, sums: list[float], penalties: list[int]) -> float:
        """Penalty of a cue of `words[start:stop]` and of the break after it."""
        limits = self._limits
        width = sums[stop] - sums[start]
        cost = float(_STEP)
        if stop < len(words):
            cost += penalties[stop - 1]
        if self._mode == "pop":
            return cost + self._pop_cost(words, start, stop)
        if width > limits.width:
            cost += 6 + min(self._line_cost(start, stop, sums, penalties), 2.0 * NEVER)
        until_ms = words[stop].start_ms if stop < len(words) else words[stop - 1].end_ms + LINGER_MS
        shown_ms = max(1, min(until_ms, words[stop - 1].end_ms + LINGER_MS) - words[start].start_ms)
        letters = sum(len(word.text) + 1 for word in words[start:stop]) - 1
        if is_unspaced(words[start].text):
            letters = sum(len(word.text) for word in words[start:stop])
        speed = letters * 1000 / shown_ms
        cost += 4 * max(0.0, speed - limits.aim_per_s) + 12 * max(0.0, speed - limits.most_per_s)
        cost += 60 * max(0, MIN_MS - shown_ms) / MIN_MS
        if stop < len(words) and penalties[stop - 1] > 0 and width < limits.width / 3:
            cost += 40 * (1 - 3 * width / limits.width)
        return cost + self._inner_cost(words, start, stop, penalties)

    @staticmethod
    def _inner_cost(words: Sequence[Word], start: int, stop: int, penalties: list[int]) -> int:
        """Penalty of sentences that end inside a cue, and of pauses that it hides: both would rather end one."""
        ends = sum(1 for penalty in penalties[start : stop - 1] if penalty == SENTENCE)
        pauses = sum(
            1
            for index in range(start, stop - 1)
            if words[index + 1].start_ms - words[index].end_ms > VISIBLE_PAUSE_MS and penalties[index] < PLAIN
        )
        return 15 * ends + 15 * pauses

    @staticmethod
    def _pop_cost(words: Sequence[Word], start: int, stop: int) -> float:
        shown_ms = words[stop - 1].end_ms - words[start].start_ms
        return 100.0 * max(0, POP_MIN_MS - shown_ms) / POP_MIN_MS + 10.0 * abs(stop - start - 3)

    def _line_cost(self, start: int, stop: int, sums: list[float], penalties: list[int]) -> float:
        """The least penalty of breaking the words into lines; infinite where they do not fit."""
        if self._limits.lines == 1:
            return float("inf")
        best = float("inf")
        for cut in range(start + 1, stop):
            top, rest = sums[cut] - sums[start], sums[stop] - sums[cut]
            if top > self._limits.width:
                break
            if rest <= self._limits.width:
                best = min(best, self._cut_cost(penalties[cut - 1], top, rest))
            elif self._limits.lines > 2:
                best = min(best, penalties[cut - 1] / 2 + 10)
        return best

    def _cut_cost(self, penalty: int, top: float, bottom: float) -> float:
        """Penalty of a line break: its place, and how uneven the lines are; the lower one should be the longer."""
        uneven = (bottom - top) / self._limits.width
        return penalty / 2 + (25 * uneven if uneven > 0 else -40 * uneven)

    def _cue(self, words: Sequence[Word], penalties: list[int]) -> list[Cue]:
        """One cue, its lines measured as they will be drawn; more where they turn out too wide for one."""
        lines = self._lines(words, penalties)
        if len(lines) > self._limits.lines and len(words) > 1:
            half = min(range(1, len(words)), key=lambda cut: (penalties[cut - 1] // 100, abs(2 * cut - len(words))))
            return self._cue(words[:half], penalties[: half - 1]) + self._cue(words[half:], penalties[half:])
        return [Cue(words[0].start_ms, words[-1].end_ms, tuple(lines), tuple(words))]

    def _lines(self, words: Sequence[Word], penalties: list[int]) -> list[str]:
        """The lines of least penalty, as few as hold the words."""
        count = len(words)
        best: list[tuple[int, float]] = [(0, 0.0)] + [(count + 1, float("inf"))] * count
        came = [0] * (count + 1)
        for stop in range(1, count + 1):
            for start in range(stop - 1, -1, -1):
                width = self._measure(join_words([word.text for word in words[start:stop]]))
                if width > self._limits.width and stop - start > 1:
                    break
                slack = 1 - width / self._limits.width
                cost = 60 * slack * slack * (0.8 if start == 0 else 1.0)
                cost += penalties[stop - 1] / 2 if stop < count else 0.0
                total = (best[start][0] + 1, best[start][1] + cost)
                if total < best[stop]:
                    best[stop], came[stop] = total, start
        lines: list[str] = []
        stop = count
        while stop > 0:
            lines.append(join_words([word.text for word in words[came[stop] : stop]]))
            stop = came[stop]
        return lines[::-1]


def _timed(cues: list[Cue], limits: CueLimits, mode: Mode) -> list[Cue]:
    """Cues that stay long enough to be read, leave pauses empty, and part by two frames."""
    result: list[Cue] = []
    for index, cue in enumerate(cues):
        last_ms = cue.words[-1].end_ms
        next_ms = cues[index + 1].start_ms if index + 1 < len(cues) else last_ms + MAX_MS
        if mode == "pop":
            joined = next_ms - last_ms < VISIBLE_PAUSE_MS
            end_ms = next_ms if joined else max(last_ms, min(cue.start_ms + POP_MIN_MS, next_ms))
        else:
            letters = len(cue.text)
            wanted_ms = cue.start_ms + max(MIN_MS, round(1000 * letters / limits.aim_per_s))
            end_ms = max(last_ms, min(wanted_ms, last_ms + LINGER_MS), min(cue.start_ms + MIN_MS, next_ms))
            if next_ms - end_ms < VISIBLE_PAUSE_MS:
                end_ms = max(next_ms - limits.gap_ms, cue.words[-1].start_ms + MIN_WORD_MS)
            end_ms = min(end_ms, next_ms, max(cue.start_ms + MAX_MS, last_ms))
        result.append(_ended(cue, end_ms))
    return result


def _ended(cue: Cue, end_ms: int) -> Cue:
    """A cue with its end; the last word ends with it at the latest."""
    last = cue.words[-1]
    words = (*cue.words[:-1], replace(last, end_ms=min(last.end_ms, end_ms)))
    return replace(cue, end_ms=end_ms, words=words)
