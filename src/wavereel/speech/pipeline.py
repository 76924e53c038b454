"""From sound to words, piece by piece: recognise, refuse, fill holes, find the word times.

blocks ─► 60 s windows ─► levelled ─► voice spans ─► pieces up to 28 s ─► engine ─► guards ─► cover ─► times ─► words
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wavereel.errors import Cancelled, LanguageError
from wavereel.speech.activity import RATE_HZ, Piece, Sound, Span, speech_pieces
from wavereel.speech.guards import UNSURE_LOG_PROBABILITY, refusal, strip_tags
from wavereel.speech.scripts import is_spoken, split_words
from wavereel.speech.snap import snap_words
from wavereel.speech.transcriber import Cancelled as CancelledNow
from wavereel.speech.transcriber import Chunk, Engine, Heard, HeardWord, OnProgress
from wavereel.speech.words import MAX_WORD_MS, SURE_PROBABILITY, Word, clean_times

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from wavereel.speech.align import Aligner

MIN_HOLE_SAMPLES = 2 * RATE_HZ
SAMPLES_PER_MS = RATE_HZ // 1000
ALIGNED_LANGUAGES = frozenset({"en"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """A piece and what was heard in it, before word times are refined."""

    piece: Piece
    heard: Heard
    refused: str


class PieceTranscriber:
    """A `Transcriber` made of an engine that hears one piece at a time.

    Args:
        engine: Recognises the pieces.
        aligner: Finds word times of English; `None` leaves them to the engine and the edges of the sound.
        detect: Finds ranges of samples that hold a voice; `None` is `activity.find_speech`.
    """

    def __init__(
        self, engine: Engine, aligner: Aligner | None = None, detect: Callable[[Sound], list[Span]] | None = None
    ) -> None:
        self._engine = engine
        self._detect = detect
        self._aligner = aligner

    def transcribe(
        self,
        windows: Iterable[Sound],
        *,
        language: str,
        on_progress: OnProgress | None = None,
        cancelled: CancelledNow | None = None,
    ) -> Iterator[Chunk]:
        """Words of a sound of any length; see `transcriber.Transcriber`."""
        known = self._engine.languages
        if known is not None and language not in known:
            raise LanguageError(
                f"the recogniser does not write down the language {language!r}",
                hint="install wavereel[languages], or name a larger multilingual model with --model DIR",
            )
        floor_ms = 0
        for done, pieces in speech_pieces(windows, self._detect):
            for piece in pieces:
                if cancelled and cancelled():
                    raise Cancelled("stopped while recognising speech")
                chunk = self.finish(self.listen(piece, language), language, floor_ms=floor_ms, end_ms=_ms(done))
                if chunk.words:
                    floor_ms = chunk.words[-1].end_ms
                yield chunk
                if on_progress:
                    on_progress(_ms(piece.stop))
            if cancelled and cancelled():
                raise Cancelled("stopped while recognising speech")
            if on_progress:
                on_progress(_ms(done))

    def listen(self, piece: Piece, language: str) -> Verdict:
        """Recognise one piece, once, and judge the words."""
        heard = self._engine.hear(piece.cut(piece.start, piece.stop), language)
        return Verdict(piece, heard, refusal(heard))

    def finish(self, verdict: Verdict, language: str, *, floor_ms: int, end_ms: int) -> Chunk:
        """Words of a judged piece: holes heard again, times found.

        Args:
            verdict: From `listen`.
            language: ISO 639-1 code.
            floor_ms: No word starts before it: the end of the last word of the piece before.
            end_ms: No word ends after it: the end of the sound as far as it is known.
        """
        piece = verdict.piece
        start_ms, stop_ms = _ms(piece.start), _ms(piece.stop)
        if verdict.refused:
            return Chunk((), start_ms, stop_ms, _confidence(verdict.heard), verdict.refused)
        words = assemble(verdict.heard, start_ms, piece.seconds, self._engine.shift_ms)
        words = self._cover(piece, words, language)
        words = self._refine(piece, words, language, timed=verdict.heard.timed)
        words = clean_times(words, start_ms=floor_ms, end_ms=max(end_ms, floor_ms + len(words)))
        return Chunk(tuple(words), start_ms, stop_ms, _confidence(verdict.heard))

    def _cover(self, piece: Piece, words: list[Word], language: str) -> list[Word]:
        """Hear stretches of detected speech again that got no word: batched Whisper drops whole sentences."""
        for start, stop in holes(piece.spans, words):
            heard = self._engine.hear(piece.cut(start, stop), language, careful=True)
            if not refusal(heard):
                found = assemble(heard, _ms(start), (stop - start) / RATE_HZ, self._engine.shift_ms)
                words = merge(words, found)
        return words

    def _refine(self, piece: Piece, words: list[Word], language: str, *, timed: bool) -> list[Word]:
        """Better times: by alignment where there is one, by the edges of the sound elsewhere."""
        if not words:
            return words
        origin_ms = _ms(piece.origin)
        rough = clean_times(words, start_ms=origin_ms)
        snapped = snap_words(rough, piece.sound, origin_ms) if timed else rough
        if self._aligner is None or language not in ALIGNED_LANGUAGES:
            return snapped
        aligned = self._aligner.align(rough, piece.sound, origin_ms, timed=timed)
        return [
            word if found else fallback
            for word, fallback, found in zip(aligned.words, snapped, aligned.found, strict=True)
        ]


def assemble(heard: Heard, start_ms: int, seconds: float, shift_ms: int) -> list[Word]:
    """Words of one piece at absolute times: pieces of words joined, invented sound tags and bare marks dropped."""
    text, times = _characters(heard, seconds)
    kept = strip_tags(text)
    if len(kept) != len(text):
        text, times = _without(text, kept, times)
    unsure = heard.log_probability is not None and heard.log_probability < UNSURE_LOG_PROBABILITY
    letters = [time for char, time in zip(text, times, strict=True) if not char.isspace()]
    texts = split_words(text)
    if sum(map(len, texts)) != len(letters):
        texts = text.split()
    words: list[Word] = []
    at = 0
    for word in texts:
        span = letters[at : at + len(word)]
        at += len(word)
        if span and is_spoken(word):
            probability = sum(time[2] for time in span) / len(span)
            begin = start_ms - shift_ms + round(span[0][0] * 1000)
            end = start_ms - shift_ms + round(span[-1][1] * 1000)
            words.append(
                Word(word, begin, max(end, begin), round(probability, 3), unsure or probability < SURE_PROBABILITY)
            )
    return words


_Time = tuple[float, float, float]


def _characters(heard: Heard, seconds: float) -> tuple[str, list[_Time]]:
    """The text, and for every character its start and end in seconds and its probability."""
    text = ""
    times: list[_Time] = []
    total = sum(len(word.text) for word in heard.words)
    for word in heard.words:
        begin, end = word.start_s, word.end_s
        if not heard.timed:
            begin, end = seconds * len(text) / total, seconds * (len(text) + len(word.text)) / total
        lead = len(word.text) - len(word.text.lstrip())
        count = max(1, len(word.text.strip()))
        for index in range(len(word.text)):
            at = min(max(index - lead, 0), count - 1)
            step = (end - begin) / count
            times.append((begin + at * step, begin + (at + 1) * step, word.probability))
        text += word.text
    return text, times


def _without(text: str, kept: str, times: list[_Time]) -> tuple[str, list[_Time]]:
    """`text` and its times without the tags that are not in `kept`, whose only new characters are spaces."""
    result = ""
    result_times: list[_Time] = []
    at = 0
    for char in kept:
        found = text.find(char, at)
        if not char.isspace() and found >= 0:
            result_times.append(times[found])
            result += char
            at = found + 1
        elif result_times:
            result_times.append(result_times[-1])
            result += " "
    return result, result_times


def holes(spans: Sequence[Span], words: Sequence[Word]) -> list[Span]:
    """Stretches of over 2 s inside voice spans that no word covers; of a long word only its last 1.2 s count."""
    covered = sorted((max(word.start_ms, word.end_ms - MAX_WORD_MS), word.end_ms) for word in words)
    found: list[Span] = []
    for start, stop in spans:
        at = start
        for begin_ms, end_ms in covered:
            begin, end = begin_ms * SAMPLES_PER_MS, end_ms * SAMPLES_PER_MS
            if end <= at or begin >= stop:
                continue
            if begin - at > MIN_HOLE_SAMPLES:
                found.append((at, begin))
            at = max(at, end)
        if stop - at > MIN_HOLE_SAMPLES:
            found.append((at, stop))
    return found


def merge(words: list[Word], found: list[Word]) -> list[Word]:
    """Put words of a hole among the others; one that repeats its neighbour over the seam is dropped."""
    if not found:
        return words
    at = sum(1 for word in words if word.end_ms - min(MAX_WORD_MS, word.end_ms - word.start_ms) < found[0].start_ms)
    before, after = words[:at], words[at:]
    if before and _same(before[-1], found[0]) and before[-1].end_ms > found[0].start_ms:
        found = found[1:]
    if after and found and _same(after[0], found[-1]) and found[-1].end_ms > after[0].start_ms:
        found = found[:-1]
    if before and found and before[-1].end_ms > found[-1].start_ms:
        before = [*before[:-1], replace(before[-1], end_ms=max(before[-1].start_ms, found[0].start_ms))]
    return [*before, *found, *after]


def _same(one: Word, other: Word) -> bool:
    plain = [word.text.strip(".,!?;:-\"'").casefold() for word in (one, other)]
    return plain[0] == plain[1]


def _confidence(heard: Heard) -> float:
    return 1.0 if heard.log_probability is None else round(math.exp(min(0.0, heard.log_probability)), 3)


def _ms(samples: int) -> int:
    return samples // SAMPLES_PER_MS


def untimed(text: str) -> tuple[HeardWord, ...]:
    """Words of a plain text, for engines that give nothing else."""
    return tuple(HeardWord(f" {word}", 0.0, 0.0) for word in split_words(text))
