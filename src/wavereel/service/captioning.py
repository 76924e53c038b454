"""Captions for a sound: from its speech, or from a subtitle file, broken to fit the picture."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from wavereel.errors import LanguageError, MissingPartError
from wavereel.media.decode import decode_audio
from wavereel.picture.text import measure
from wavereel.render.look import text_style

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from wavereel.render.look import Look
    from wavereel.speech.words import Word

SPEECH_HZ = 16_000


class Transcript(Protocol):
    """Words of a sound, their language, and what the user should know."""

    @property
    def language(self) -> str: ...
    @property
    def words(self) -> Sequence[Word]: ...
    @property
    def notices(self) -> Sequence[str]: ...


class Recogniser(Protocol):
    """The port that hears words; `wavereel.app` puts an engine behind it."""

    def __call__(
        self,
        windows: Callable[[], Iterable[NDArray[np.float32]]],
        *,
        language: str | None,
        model: Path | None,
        content: str,
        on_ms: Callable[[int], None],
        cancelled: threading.Event,
    ) -> Transcript:
        """Words of the sound that `windows` opens: mono float32 at 16 kHz.

        Args:
            windows: Opens the sound; may be called twice.
            language: As the user said; `None` finds out.
            model: A folder of weights of the user's.
            content: Stands for the sound in the cache.
            on_ms: Told the milliseconds dealt with.
            cancelled: When set, the work stops.

        Raises:
            LanguageError: The speech is in a language that no installed model writes down.
            MissingPartError: No recogniser is installed.
        """
        ...


@dataclass(frozen=True, slots=True)
class Speech:
    """What was heard. `words` is `None` where nobody could listen; times count from the start of the part in use."""

    words: tuple[Word, ...] | None
    language: str | None = None
    notices: tuple[str, ...] = field(default=())

    @property
    def has_speech(self) -> bool | None:
        return None if self.words is None else bool(self.words)


def hear(
    recognise: Recogniser,
    path: Path,
    part_ms: tuple[int, int],
    content: str,
    *,
    language: str | None,
    model: Path | None,
    salvage: bool,
    on_share: Callable[[float], None],
    cancelled: threading.Event,
) -> Speech:
    """The words of a part of a sound.

    Where no recogniser is installed, or none for the language, the video is made without captions and a notice says
    what to install; where the user named the language, that is an error instead.

    Raises:
        Cancelled: `cancelled` was set.
        LanguageError: The user named a language that no installed model writes down.
    """
    start_ms, stop_ms = part_ms
    length_ms = max(1, stop_ms - start_ms)
    try:
        transcript = recognise(
            lambda: speech_windows(path, part_ms, salvage=salvage),
            language=language,
            model=model,
            content=f"{content}:{start_ms}-{stop_ms}",
            on_ms=lambda ms: on_share(min(1.0, ms / length_ms)),
            cancelled=cancelled,
        )
    except LanguageError as error:
        if language:
            raise
        return Speech(None, None, (f"no captions: {error}",))
    except MissingPartError as error:
        if language or model:
            raise
        return Speech(None, None, (f"no captions: {error}",))
    return Speech(tuple(transcript.words), transcript.language or None, tuple(transcript.notices))


def speech_windows(path: Path, part_ms: tuple[int, int], *, salvage: bool) -> Iterator[NDArray[np.float32]]:
    """A part of a sound as recognisers take it: blocks of mono float32 `(n,)` at 16 kHz."""
    for block in decode_audio(
        path,
        start_sample=part_ms[0] * SPEECH_HZ // 1000,
        stop_sample=part_ms[1] * SPEECH_HZ // 1000,
        rate_hz=SPEECH_HZ,
        mono=True,
        salvage=salvage,
    ):
        yield block[:, 0] if block.ndim == 2 else block


@dataclass(frozen=True, slots=True)
class CueShape:
    """How wide a line of captions may be, by a measure in the real font, and how many lines there are."""

    measure: Callable[[str], float]
    width_px: float
    lines: int


def cue_shape(look: Look) -> CueShape:
    """The shape of captions in a look."""
    slot = look.layout.slots["caption"]
    style = text_style(look, slot, None)
    return CueShape(lambda text: measure(text, style), float(slot.width), 2)
