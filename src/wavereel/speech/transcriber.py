"""What every recogniser is to the rest of the program: protocols, and the values that pass through them.

An `Engine` hears one piece of up to 28 s. A `Transcriber` hears a sound of any length and gives words with times;
`pipeline.PieceTranscriber` makes one of any engine, so that levelling, guards and word times are the same for all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from wavereel.speech.activity import Piece, Sound
    from wavereel.speech.words import Word

OnProgress = Callable[[int], None]
"""Told how many milliseconds of the sound are dealt with; never goes back."""

Cancelled = Callable[[], bool]
"""Asked between two pieces; true stops the work."""


@dataclass(frozen=True, slots=True)
class HeardWord:
    """A word as an engine reports it.

    Attributes:
        text: With its punctuation; a leading space where a new word begins, as Whisper's tokens have it.
        start_s: Seconds from the start of the piece.
        end_s: Seconds from the start of the piece.
        probability: 0 to 1.
    """

    text: str
    start_s: float
    end_s: float
    probability: float = 1.0


@dataclass(frozen=True, slots=True)
class Heard:
    """What an engine made of one piece.

    Attributes:
        words: In order. Their times may be rough; `timed` says whether there are any.
        log_probability: Mean of the tokens' natural logarithms; `None` where the engine does not tell.
        no_speech: Probability of there being no speech; `None` where the engine does not tell.
        timed: Whether the words have times of their own.
        language: The language the engine took it for, where it was asked to find out.
    """

    words: tuple[HeardWord, ...]
    log_probability: float | None = None
    no_speech: float | None = None
    timed: bool = True
    language: str = ""

    @property
    def text(self) -> str:
        """The words as one text."""
        return "".join(word.text for word in self.words).strip()


class Engine(Protocol):
    """A recogniser of one piece of speech.

    Attributes:
        name: Names the engine and its weights in the transcript cache; changes when its words may change.
        shift_ms: By how much its word times are late (to be subtracted); negative when early.
        languages: ISO 639-1 codes it writes down; `None` where it takes any.
    """

    @property
    def name(self) -> str: ...
    @property
    def shift_ms(self) -> int: ...
    @property
    def languages(self) -> frozenset[str] | None: ...

    def hear(self, sound: Sound, language: str, *, careful: bool = False) -> Heard:
        """Recognise one piece.

        Args:
            sound: `(n,)` float32 at 16 kHz, levelled, at most 28 s.
            language: ISO 639-1 code; empty asks an engine with `languages` of `None` to find out.
            careful: Look harder: the first try missed words here.

        Raises:
            LanguageError: The engine does not write down that language.
            MissingPartError: The engine cannot be reached or loaded.
        """
        ...


@runtime_checkable
class LanguageFinder(Protocol):
    """An engine that tells which language is spoken."""

    def language_of(self, pieces: Sequence[Piece]) -> tuple[str, float]:
        """ISO 639-1 code and probability, from up to three of the pieces."""
        ...


@dataclass(frozen=True, slots=True)
class Chunk:
    """Words of one stretch of speech.

    Attributes:
        words: In order of time, absolute times.
        start_ms: Start of the stretch.
        end_ms: End, exclusive.
        confidence: 0 to 1: `exp` of the engine's mean log probability, or 1 where it tells none.
        refused: Why its words were dropped; empty where they were kept.
    """

    words: tuple[Word, ...]
    start_ms: int
    end_ms: int
    confidence: float = 1.0
    refused: str = ""


class Transcriber(Protocol):
    """Words of a sound of any length, in constant memory."""

    def transcribe(
        self,
        windows: Iterable[Sound],
        *,
        language: str,
        on_progress: OnProgress | None = None,
        cancelled: Cancelled | None = None,
    ) -> Iterator[Chunk]:
        """Read a sound block by block and give its words as they are found.

        Args:
            windows: Blocks of `(n,)` float32 at 16 kHz, of any length, in order.
            language: ISO 639-1 code.
            on_progress: Told the milliseconds dealt with.
            cancelled: Asked between pieces.

        Yields:
            Chunks in order of time. Words of all chunks together are monotonic, none is shorter than a millisecond
            and none reaches past the sound.

        Raises:
            Cancelled: `cancelled` said so.
            LanguageError: The engine does not write down that language.
        """
        ...
