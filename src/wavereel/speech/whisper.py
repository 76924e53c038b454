"""The embedded engine: Whisper by faster-whisper and CTranslate2, on one CPU thread, in 8-bit integers, offline."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from wavereel.errors import LanguageError, MissingPartError, ModelError
from wavereel.speech.activity import RATE_HZ, Piece, Sound
from wavereel.speech.transcriber import Heard, HeardWord
from wavereel.speech.weights import BASE, TINY_EN, LazyFile, Published, Weights, find_weights, folder_weights

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from faster_whisper import WhisperModel

_SHIFT_MS = {"tiny.en": 85, "base": -60}
"""How late the word times of a model are on average, against forced alignment of 663 words."""

_PROMPTS = {"zh": "以下是普通话的句子，有标点符号。"}
"""Whisper writes Chinese without punctuation, and in either script, unless the text before has both."""


class WhisperEngine:
    """A Whisper model that hears one piece at a time.

    Args:
        weights: Which model; see `english_engine`, `languages_engine` and `folder_engine`.
        beam: Beams of the search; the careful search takes five.

    Raises:
        MissingPartError: faster-whisper is not installed.
        ModelError: The weights cannot be loaded.
    """

    def __init__(self, weights: Weights, *, beam: int = 1) -> None:
        self._weights = weights
        self._beam = beam
        self._model = _load(weights)
        self._languages = frozenset(self._model.supported_languages)

    @property
    def name(self) -> str:
        """Engine, weights and search, as the transcript cache keys them."""
        return f"whisper/{self._weights.name}/beam{self._beam}/1"

    @property
    def shift_ms(self) -> int:
        """How late the word times are."""
        return _SHIFT_MS.get(self._weights.name, 0)

    @property
    def languages(self) -> frozenset[str]:
        """ISO 639-1 codes that this model writes down."""
        return self._languages

    def hear(self, sound: Sound, language: str, *, careful: bool = False) -> Heard:
        """Recognise one piece of at most 28 s; see `transcriber.Engine`."""
        if language not in self._languages:
            raise LanguageError(
                f"the recogniser does not know the language {language!r}",
                hint="name a larger multilingual model with --model DIR, or give the captions as a file",
            )
        from faster_whisper import BatchedInferencePipeline

        seconds = len(sound) / RATE_HZ
        pipeline = cast("Any", BatchedInferencePipeline(self._model))  # its types are partial
        segments, _ = pipeline.transcribe(
            sound,
            language=language,
            beam_size=5 if careful else self._beam,
            batch_size=1,
            vad_filter=False,
            word_timestamps=True,
            without_timestamps=True,
            initial_prompt=_PROMPTS.get(language),
            clip_timestamps=[{"start": 0, "end": seconds}],
        )
        words: list[HeardWord] = []
        log_probability: float | None = None
        no_speech: float | None = None
        for segment in segments:
            log_probability, no_speech = float(segment.avg_logprob), float(segment.no_speech_prob)
            words.extend(
                HeardWord(word.word, float(word.start), float(word.end), float(word.probability))
                for word in segment.words or ()
            )
        return Heard(tuple(words), log_probability, no_speech)

    def language_of(self, pieces: Sequence[Piece]) -> tuple[str, float]:
        """The language spoken, and its probability in the piece where it is clearest; up to three pieces are heard."""
        model = cast("Any", self._model)
        best = ("", 0.0)
        for piece in sorted(pieces, key=lambda piece: -piece.seconds)[:3]:
            sound = piece.cut(piece.start, piece.stop)[: 30 * RATE_HZ]
            code, probability, _ = model.detect_language(np.ascontiguousarray(sound))
            if probability > best[1]:
                best = (str(code), float(probability))
        return best


def english_engine(*, cache_dir: Path | None = None) -> WhisperEngine:
    """The default: English, 4.9 % word errors, 14 to 19 seconds of sound a second of one core."""
    return _published(TINY_EN, cache_dir, beam=1)


def languages_engine(*, cache_dir: Path | None = None) -> WhisperEngine:
    """The multilingual model: 99 languages, half as fast."""
    return _published(BASE, cache_dir, beam=5)


def folder_engine(folder: Path) -> WhisperEngine:
    """A CTranslate2 Whisper model of the user's own."""
    return WhisperEngine(folder_weights(folder), beam=5)


def _published(published: Published, cache_dir: Path | None, *, beam: int) -> WhisperEngine:
    return WhisperEngine(find_weights(published, cache_dir=cache_dir), beam=beam)


def _load(weights: Weights) -> WhisperModel:
    """Load a model on the CPU. The hub is told to stay offline before its library is imported."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # else its runtime keeps a log at home and sends it away
    try:
        from faster_whisper import WhisperModel
    except ImportError as error:
        raise MissingPartError("the recogniser is not installed", hint="pip install 'wavereel[speech]'") from error
    try:
        if weights.folder is not None:
            return WhisperModel(str(weights.folder), device="cpu", compute_type="int8", cpu_threads=1)
        files: dict[str, Any] = {name: weights.read(name) for name in weights.parts if name != "model.bin"}
        files["model.bin"] = LazyFile(weights, "model.bin")
        return WhisperModel(f"whisper-{weights.name}", device="cpu", compute_type="int8", cpu_threads=1, files=files)
    except (RuntimeError, ValueError, OSError) as error:
        raise ModelError(
            f"the recogniser weights {weights.folder or weights.name} cannot be loaded ({error})",
            hint="reinstall them, or name another folder with --model DIR",
        ) from error
