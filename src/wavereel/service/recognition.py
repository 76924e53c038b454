"""The engine that is embedded behind the ports of recognition, with transcripts kept in a folder."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wavereel.errors import WavereelError

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from wavereel.service.captioning import Transcript


def transcripts_folder(cache_dir: Path, owner: str = "") -> Path:
    """Where transcripts of an owner's sounds are kept; without an owner, those of the person at this machine.

    Each owner has a folder: were it one for all, a transcript that is there at once, and costs nothing, would tell
    that somebody else has sent the same sound.
    """
    return owners_folder(cache_dir) / hashlib.sha256(owner.encode()).hexdigest()[:32] if owner else cache_dir / "speech"


def owners_folder(cache_dir: Path) -> Path:
    """Holds a folder of transcripts for each owner."""
    return cache_dir / "speech" / "owners"


@dataclass(frozen=True, slots=True)
class Recognition:
    """The recogniser's port over the embedded engine, with transcripts kept in a folder."""

    cache_dir: Path
    model_dir: Path | None

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
        """Hears words; see `wavereel.service.captioning.Recogniser`."""
        from wavereel.speech.recognise import RecogniseOptions, recognise

        options = RecogniseOptions(
            language=language, model_dir=model or self.model_dir, cache_dir=self.cache_dir, content_id=content
        )
        return recognise(windows, options, on_progress=on_ms, cancelled=cancelled.is_set)


@dataclass(frozen=True, slots=True)
class Recollection:
    """The port of transcripts that are kept already, over the recogniser's folder of them."""

    cache_dir: Path
    model_dir: Path | None

    def __call__(self, *, content: str, language: str | None, model: Path | None) -> Transcript | None:
        """What was heard before; see `wavereel.service.transcripts.Kept`."""
        from wavereel.speech.recognise import RecogniseOptions, remembered

        options = RecogniseOptions(
            language=language, model_dir=model or self.model_dir, cache_dir=self.cache_dir, content_id=content
        )
        try:
            return remembered(options)
        except WavereelError:  # weights that are not there have heard nothing
            return None
