"""When each English word is said: recognised or written words laid on the sound by pocketsphinx.

Whisper's own word times are off by 90 ms in the middle and 220 ms at the tenth; aligned words by 20 and 50.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from wavereel.errors import MissingPartError
from wavereel.speech.activity import RATE_HZ, Sound
from wavereel.speech.pronounce import phones, spoken_form

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wavereel.speech.words import Word

GROUP_MS = 25_000
GAP_MS = 350
MARGIN_MS = 300
_FRAME_MS = 10


@dataclass(frozen=True, slots=True)
class Aligned:
    """Result of an alignment.

    Attributes:
        words: All words given, in order, with the best times known.
        found: For each word, whether the alignment gave its times.
    """

    words: tuple[Word, ...]
    found: tuple[bool, ...]


class Aligner:
    """Forced alignment of English text, by pocketsphinx and the American model in its wheel.

    Raises:
        MissingPartError: pocketsphinx is not installed.
    """

    def __init__(self) -> None:
        try:
            import pocketsphinx
        except ImportError as error:
            raise MissingPartError(
                "the word aligner is not installed", hint="pip install 'wavereel[speech]'"
            ) from error
        library = cast("Any", pocketsphinx)  # has no types
        self._decoder: Any = library.Decoder(lm=None, samprate=RATE_HZ, loglevel="FATAL", logfn=os.devnull)
        self._known: set[str] = set()

    def align(self, words: Sequence[Word], sound: Sound, origin_ms: int, *, timed: bool = True) -> Aligned:
        """Times of `words` from the sound around them.

        Args:
            words: In order; their rough times say where to look.
            sound: `(n,)` float32 at 16 kHz, levelled.
            origin_ms: Where `sound` begins.
            timed: Whether the rough times are worth anything; all words are aligned as one group where not.
        """
        result = list(words)
        found = [False] * len(result)
        for start, stop in _groups(words) if timed else [(0, len(words))]:
            low_ms, high_ms = _room(words, start, stop, origin_ms, origin_ms + len(sound) * 1000 // RATE_HZ)
            times = self._align_group(
                [word.text for word in words[start:stop]],
                sound[(low_ms - origin_ms) * 16 : (high_ms - origin_ms) * 16],
            )
            for index, time in enumerate(times, start):
                if time is not None:
                    result[index] = replace(words[index], start_ms=low_ms + time[0], end_ms=low_ms + time[1])
                    found[index] = True
        return Aligned(tuple(result), tuple(found))

    def _align_group(self, texts: list[str], sound: Sound) -> list[tuple[int, int] | None]:
        """Start and end in ms of each text from the start of `sound`; `None` where it has none."""
        spoken = [self._sayable(text) for text in texts]
        flat = [token for tokens in spoken for token in tokens]
        segments = self._segments(flat, sound) if flat and len(sound) >= RATE_HZ // 10 else []
        if len(segments) != len(flat):
            return [None] * len(texts)
        times: list[tuple[int, int] | None] = []
        at = 0
        for tokens in spoken:
            times.append((segments[at][0], segments[at + len(tokens) - 1][1]) if tokens else None)
            at += len(tokens)
        return times

    def _segments(self, tokens: list[str], sound: Sound) -> list[tuple[int, int]]:
        """One alignment; empty where the decoder finds no way through."""
        pcm = (np.clip(sound, -1.0, 1.0) * 32767).astype("<i2").tobytes()
        try:
            self._decoder.set_align_text(" ".join(tokens))
            self._decoder.start_utt()
            self._decoder.process_raw(pcm, full_utt=True)
            self._decoder.end_utt()
            if self._decoder.hyp() is None:
                return []
            return [
                (segment.start_frame * _FRAME_MS, (segment.end_frame + 1) * _FRAME_MS)
                for segment in self._decoder.seg()
                if not segment.word.startswith(("<", "[", "+", "(NULL)"))
            ]
        except RuntimeError:
            return []

    def _sayable(self, text: str) -> list[str]:
        """The dictionary words in which `text` is said; unknown ones are added by their letters."""
        tokens: list[str] = []
        for word in spoken_form(text):
            if word not in self._known and self._decoder.lookup_word(word) is None:
                sounds = phones(word)
                if not sounds:
                    continue
                self._decoder.add_word(word, sounds, False)
            self._known.add(word)
            tokens.append(word)
        return tokens


def _groups(words: Sequence[Word]) -> list[tuple[int, int]]:
    """Index ranges of words that are aligned together: up to 25 s, cut where 0.35 s lie between two words."""
    groups: list[tuple[int, int]] = []
    start = 0
    for index in range(1, len(words) + 1):
        if index < len(words):
            gap = words[index].start_ms - words[index - 1].end_ms
            if gap <= GAP_MS and words[index].end_ms - words[start].start_ms <= GROUP_MS:
                continue
        groups.append((start, index))
        start = index
    return groups


def _room(words: Sequence[Word], start: int, stop: int, first_ms: int, last_ms: int) -> tuple[int, int]:
    """The sound that belongs to a group: its words and a margin, not over the neighbours' middles."""
    low = words[start].start_ms - MARGIN_MS
    high = words[stop - 1].end_ms + MARGIN_MS
    if start > 0:
        low = max(low, min(words[start - 1].end_ms, words[start].start_ms))
    if stop < len(words):
        high = min(high, max(words[stop].start_ms, words[stop - 1].end_ms))
    return max(first_ms, low), min(last_ms, max(high, low + _FRAME_MS))
