"""The one entry of this package: a sound in, its words out, in the language that is spoken.

The English model cannot name a language, but knows when it fails: in English every piece comes out with a mean log
probability above -0.7, in other languages none does. So the sound is heard as English, and the language is identified
only where that fails; what was heard meanwhile is kept, so the sound is read once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wavereel.errors import Cancelled, LanguageError, MissingPartError
from wavereel.speech.activity import Piece, Sound, speech_pieces
from wavereel.speech.align import Aligner
from wavereel.speech.cache import Transcript, TranscriptCache, cache_key, content_hash
from wavereel.speech.guards import UNSURE_LOG_PROBABILITY, is_not_speech
from wavereel.speech.languages import ChineseScript, language_code, language_name
from wavereel.speech.pipeline import PieceTranscriber, Verdict
from wavereel.speech.scripts import wide_marks
from wavereel.speech.transcriber import Cancelled as CancelledNow
from wavereel.speech.transcriber import Chunk, Engine, Heard, LanguageFinder, OnProgress
from wavereel.speech.weights import BASE, INSTALL_LANGUAGES, folder_weights, is_installed
from wavereel.speech.whisper import WhisperEngine, english_engine, folder_engine, languages_engine

if TYPE_CHECKING:
    from pathlib import Path

    from wavereel.speech.words import Word

__all__ = ["RecogniseOptions", "Transcript", "recognise", "remembered"]

DECIDE_S = 60.0
"""Speech heard before the language is settled."""

ENGLISH_ONLY = frozenset({"en"})
MIN_JUDGED_S = 2.0
MIN_IDENTIFIED = 0.6
"""Speech is identified at .90 and more, speech under music and noise at .37, music at .42."""

NO_SPEECH = "no speech was found"


@dataclass(frozen=True, slots=True)
class RecogniseOptions:
    """How to recognise.

    Attributes:
        language: Tag such as `en`, `zh`, `zh-Hant`; `None` finds out.
        model_dir: A CTranslate2 Whisper folder to use in place of the installed weights.
        engine: An engine of the caller's own, such as `openai_http.OpenAiHttpEngine`; wins over `model_dir`.
        cache_dir: Where transcripts and verdicts on weights are kept; `None` keeps nothing.
        content_id: Stands for the sound in the cache; `None` hashes the samples, where `windows` is a function.
    """

    language: str | None = None
    model_dir: Path | None = None
    engine: Engine | None = None
    cache_dir: Path | None = None
    content_id: str | None = None


Windows = Iterable[Sound] | Callable[[], Iterable[Sound]]


def recognise(
    windows: Windows,
    options: RecogniseOptions | None = None,
    *,
    on_progress: OnProgress | None = None,
    cancelled: CancelledNow | None = None,
) -> Transcript:
    """Words of a sound, with times.

    Args:
        windows: Blocks of mono float32 at 16 kHz, `(n,)`, of any length and in order; or a function that opens them,
            which may be called twice: to hash the samples for the cache, and to recognise.
        options: Language, engine, cache.
        on_progress: Told the milliseconds of sound that are dealt with.
        cancelled: Asked between pieces of up to 28 s.

    Raises:
        Cancelled: `cancelled` said so.
        LanguageError: The language cannot be written down with what is installed; the hint says what can be done.
        MissingPartError, ModelError: The recogniser or its weights are not installed, or not the published ones.
        UsageError: `language` names no language.
    """
    options = options or RecogniseOptions()
    language = language_code(options.language) if options.language else None
    cache, key = _cache_entry(windows, options)
    if cache and key and (kept := cache.get(key)):
        return kept
    run = _Run(options, language, cancelled)
    blocks = windows() if callable(windows) else windows
    words: list[Word] = []
    refused = 0
    heard = 0
    for chunk in run.chunks(blocks, on_progress):
        words.extend(chunk.words)
        heard += chunk.end_ms - chunk.start_ms
        refused += (chunk.end_ms - chunk.start_ms) if chunk.refused else 0
    notices = list(run.notices)
    if not words:
        notices.append(NO_SPEECH)
    elif refused * 5 > heard:
        notices.append(f"{refused / 1000:.0f} of {heard / 1000:.0f} s of speech were not understood and have no words")
    script = _script(options.language, run.language, notices)
    words = [replace(word, text=wide_marks(word.text)) for word in _convert(words, script)]
    transcript = Transcript(run.language if words else "", tuple(words), tuple(notices))
    if cache and key:
        cache.put(key, transcript)
    return transcript


def remembered(options: RecogniseOptions) -> Transcript | None:
    """The transcript that `recognise` has kept for these options and their `content_id`; nothing is heard.

    Raises:
        ModelError: `model_dir` holds no weights.
    """
    cache, key = _cache_entry((), options)
    return cache.get(key) if cache and key else None


class _Run:
    """One recognition: which engine hears, and what is kept until the language is settled."""

    def __init__(self, options: RecogniseOptions, language: str | None, cancelled: CancelledNow | None) -> None:
        self._options = options
        self._cancelled = cancelled
        self._engine = _engine(options, language)
        self._aligner: Aligner | None = None
        self._kept: list[Verdict] = []
        self._open = language is None and self._engine.languages is not None
        self._found: Counter[str] = Counter()
        self._floor_ms = 0
        self.language = language or ("en" if self._open else "")
        self.notices: list[str] = []
        self._transcriber = self._make_transcriber()

    def chunks(self, blocks: Iterable[Sound], on_progress: OnProgress | None) -> Iterator[Chunk]:
        """All chunks, in order."""
        done_ms = 0
        for done, pieces in speech_pieces(blocks):
            done_ms = done // 16
            for piece in pieces:
                self._check()
                yield from self._finish(self._hear(piece), done_ms)
                if on_progress:
                    on_progress(piece.stop // 16)
            self._check()
            if on_progress:
                on_progress(done_ms)
        yield from self._finish(self._settle(), done_ms)
        if not self.language and self._found:
            self.language = self._found.most_common(1)[0][0]

    def _finish(self, verdicts: Iterable[Verdict], end_ms: int) -> Iterator[Chunk]:
        for verdict in verdicts:
            language = self.language or verdict.heard.language
            chunk = self._transcriber.finish(verdict, language, floor_ms=self._floor_ms, end_ms=end_ms)
            if chunk.words:
                self._floor_ms = chunk.words[-1].end_ms
                self._found[language] += chunk.end_ms - chunk.start_ms
            yield chunk

    def _hear(self, piece: Piece) -> Iterable[Verdict]:
        """Verdicts that are ready: none while the language is open."""
        if not self._open:
            return [self._transcriber.listen(piece, self.language)]
        if self._is_finder():
            self._kept.append(Verdict(piece, Heard(()), ""))
            return self._settle() if _shares(self._kept)[2] >= DECIDE_S else ()
        self._kept.append(self._transcriber.listen(piece, self.language))
        good, judged, total = _shares(self._kept)
        return self._settle() if good >= DECIDE_S / 2 or judged >= DECIDE_S or total >= 2 * DECIDE_S else ()

    def _is_finder(self) -> bool:
        """Whether the engine at hand knows many languages: it would translate what it hears in the wrong one."""
        return isinstance(self._engine, LanguageFinder) and self._engine.languages != ENGLISH_ONLY

    def _settle(self) -> Iterable[Verdict]:
        """Decide on the language, and hear again what was heard in the wrong one.

        Speech whose language cannot be told is refused, and the question stays open for what follows.
        """
        kept, self._kept = self._kept, []
        if not self._open:
            return kept
        good, judged, _ = _shares(kept)
        if not kept or (not self._is_finder() and good >= judged / 2):
            self._open = False
            return kept
        code, probability = self._identify([verdict.piece for verdict in kept])
        if probability < MIN_IDENTIFIED:
            return [replace(verdict, refused="language") for verdict in kept]
        self._open = False
        self.language = code
        self._transcriber = self._make_transcriber()
        return (self._again(verdict) for verdict in kept)

    def _again(self, verdict: Verdict) -> Verdict:
        self._check()
        return self._transcriber.listen(verdict.piece, self.language)

    def _identify(self, pieces: list[Piece]) -> tuple[str, float]:
        """Language and probability, by a model that knows many, which then takes over."""
        if not self._is_finder():
            if not (isinstance(self._engine, WhisperEngine) and is_installed(BASE)):
                raise LanguageError("this does not sound like English", hint=INSTALL_LANGUAGES)
            del self._engine, self._transcriber  # its memory is wanted for the larger model
            self._engine = languages_engine(cache_dir=self._options.cache_dir)
            self._transcriber = self._make_transcriber()
        finder = self._engine
        if not isinstance(finder, LanguageFinder):
            return "", 0.0
        return finder.language_of([piece for piece in pieces if piece.seconds >= MIN_JUDGED_S] or pieces)

    def _make_transcriber(self) -> PieceTranscriber:
        if self.language in {"en", ""} and self._aligner is None:
            try:
                self._aligner = Aligner()
            except MissingPartError:
                self.notices.append("word times are rough: pip install 'wavereel[speech]' for the aligner")
        return PieceTranscriber(self._engine, self._aligner)

    def _check(self) -> None:
        if self._cancelled and self._cancelled():
            raise Cancelled("stopped while recognising speech")


def _shares(verdicts: list[Verdict]) -> tuple[float, float, float]:
    """Seconds of speech heard well, seconds that say something about the language, and all seconds."""
    good = judged = total = 0.0
    for verdict in verdicts:
        seconds = verdict.piece.seconds
        total += seconds
        if seconds < MIN_JUDGED_S or is_not_speech(verdict.heard):
            continue
        judged += seconds
        lp = verdict.heard.log_probability
        if verdict.refused != "loop" and (lp is None or lp >= UNSURE_LOG_PROBABILITY):
            good += seconds
    return good, judged, total


def _engine(options: RecogniseOptions, language: str | None) -> Engine:
    """The engine that the options and the language ask for."""
    if options.engine is not None:
        return options.engine
    if options.model_dir is not None:
        return folder_engine(options.model_dir)
    if language in {None, "en"}:
        return english_engine(cache_dir=options.cache_dir)
    if not is_installed(BASE):
        raise LanguageError(
            f"the installed recogniser writes down English, not {language_name(language or '')}", hint=INSTALL_LANGUAGES
        )
    return languages_engine(cache_dir=options.cache_dir)


def _cache_entry(windows: Windows, options: RecogniseOptions) -> tuple[TranscriptCache | None, str | None]:
    if options.cache_dir is None:
        return None, None
    content = options.content_id
    if content is None:
        if not callable(windows):
            return None, None
        content = content_hash(windows())
    if options.engine is not None:
        name = options.engine.name
    elif options.model_dir is not None:
        name = folder_weights(options.model_dir).name
    else:
        name = "built in, many languages" if is_installed(BASE) else "built in, English"
    return TranscriptCache(options.cache_dir / "transcripts"), cache_key(
        content, engine=name, language=options.language
    )


def _script(tag: str | None, language: str, notices: list[str]) -> ChineseScript | None:
    if language not in {"zh", "yue"}:
        return None
    try:
        return ChineseScript(tag or language)
    except MissingPartError:
        notices.append("Chinese may come in mixed scripts: pip install 'wavereel[languages]'")
        return None


def _convert(words: list[Word], script: ChineseScript | None) -> list[Word]:
    """Words in one script. Whole texts are converted, since a character's other form depends on its neighbours."""
    if script is None or not words:
        return words
    joined = "".join(word.text for word in words)
    converted = script.convert(joined)
    if len(converted) != len(joined):
        return [replace(word, text=script.convert(word.text)) for word in words]
    result: list[Word] = []
    at = 0
    for word in words:
        result.append(replace(word, text=converted[at : at + len(word.text)]))
        at += len(word.text)
    return result
