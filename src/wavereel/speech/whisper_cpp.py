"""whisper.cpp, for those who have a ggml model of their own: four times slower than the built-in engine on a CPU."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import numpy as np

from wavereel.errors import MissingPartError, ModelError
from wavereel.speech.pipeline import untimed
from wavereel.speech.transcriber import Heard

if TYPE_CHECKING:
    from pathlib import Path

    from wavereel.speech.activity import Sound


class WhisperCppEngine:
    """An `Engine` that runs a ggml model by pywhispercpp. It gives text without word times.

    Args:
        model: The ggml file.
        threads: CPU threads.

    Raises:
        MissingPartError: pywhispercpp is not installed.
        ModelError: The file cannot be loaded.
    """

    shift_ms = 0

    def __init__(self, model: Path, *, threads: int = 1) -> None:
        if not model.is_file():
            raise ModelError(f"there is no whisper.cpp model {model}", hint="give the path of a ggml file")
        try:
            library: Any = importlib.import_module("pywhispercpp.model")
        except ImportError as error:
            raise MissingPartError(
                "whisper.cpp is not installed", hint="pip install 'wavereel[whisper-cpp]'"
            ) from error
        self._path = model
        self._english = ".en" in model.name
        try:
            self._model: Any = library.Model(
                str(model),
                n_threads=threads,
                print_progress=False,
                print_realtime=False,
                redirect_whispercpp_logs_to=None,
            )
        except Exception as error:
            raise ModelError(f"{model} cannot be loaded ({error})", hint="give a ggml file of whisper.cpp") from error

    @property
    def name(self) -> str:
        """Engine and model file."""
        facts = self._path.stat()
        return f"whisper-cpp/{self._path.resolve()}/{facts.st_size}/{facts.st_mtime_ns}/1"

    @property
    def languages(self) -> frozenset[str] | None:
        """English for `.en` models; `None` for the others."""
        return frozenset({"en"}) if self._english else None

    def hear(self, sound: Sound, language: str, *, careful: bool = False) -> Heard:
        """Recognise one piece; see `transcriber.Engine`."""
        if careful:
            return Heard(())
        segments = self._model.transcribe(np.ascontiguousarray(sound, np.float32), language=language or "auto")
        text = " ".join(str(segment.text).strip() for segment in segments)
        return Heard(untimed(text), timed=False)
