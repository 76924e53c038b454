"""Engines and sounds that tests know everything about."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wavereel.speech.activity import MAX_PIECE_SAMPLES, RATE_HZ, Piece
from wavereel.speech.transcriber import Heard, HeardWord

HOP = RATE_HZ // 10


def loud_spans(sound: np.ndarray) -> list[tuple[int, int]]:
    """A detector of voices for tests: runs of 100 ms that are not silent."""
    spans: list[tuple[int, int]] = []
    for at in range(0, len(sound), HOP):
        if np.abs(sound[at : at + HOP]).max() <= 0.01:
            continue
        stop = min(len(sound), at + HOP)
        if spans and spans[-1][1] == at and stop - spans[-1][0] <= MAX_PIECE_SAMPLES:
            spans[-1] = (spans[-1][0], stop)
        else:
            spans.append((at, stop))
    return spans


def bursts(count: int, every_s: float = 4.0, length_s: float = 2.0) -> np.ndarray:
    """Stretches of sound with silence between them."""
    sound = np.zeros(round(count * every_s * RATE_HZ), np.float32)
    for index in range(count):
        start = round((index * every_s + 0.5) * RATE_HZ)
        sound[start : start + round(length_s * RATE_HZ)] = 0.2
    return sound


class FakeEngine:
    """Says a word for every half second of sound that it is given, and keeps what it was asked."""

    def __init__(
        self,
        *,
        languages: frozenset[str] | None = frozenset({"en"}),
        log_probability: float | None = -0.2,
        no_speech: float | None = 0.01,
        timed: bool = True,
        text: str = "word",
        answers: dict[str, float] | None = None,
        language: tuple[str, float] = ("de", 0.95),
    ) -> None:
        self.name = "fake/1"
        self.shift_ms = 0
        self.languages = languages
        self.asked: list[tuple[str, bool, float]] = []
        self._log_probability = log_probability
        self._no_speech = no_speech
        self._timed = timed
        self._text = text
        self._language = language

    def hear(self, sound: np.ndarray, language: str, *, careful: bool = False) -> Heard:
        seconds = len(sound) / RATE_HZ
        self.asked.append((language, careful, seconds))
        count = max(1, int(seconds * 2))
        words = tuple(HeardWord(f" {self._text}{index}", index * 0.5, index * 0.5 + 0.4, 0.9) for index in range(count))
        return Heard(words, self._log_probability, self._no_speech, timed=self._timed, language=language or "fr")


class FakeFinder(FakeEngine):
    """A fake that also names the language."""

    def language_of(self, pieces: Sequence[Piece]) -> tuple[str, float]:
        assert pieces
        return self._language
