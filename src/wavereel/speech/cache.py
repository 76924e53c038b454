"""Transcripts kept by content, so that no sound is recognised twice.

One JSON file each, written whole or not at all. A file that cannot be read, or does not say what it should, counts as
absent: the sound is recognised again.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from wavereel.speech.words import Word

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wavereel.speech.activity import Sound

VERSION = 1
"""Raised when the same engine would give other words or times for the same sound."""

MAX_CACHE_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was said.

    Attributes:
        language: ISO 639-1 code; empty where no speech was found.
        words: In order of time.
        notices: What a person should know: speech that was not understood, no speech at all.
    """

    language: str
    words: tuple[Word, ...]
    notices: tuple[str, ...] = ()


class TranscriptCache:
    """A folder of transcripts.

    Args:
        folder: Made when the first transcript is kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: str) -> Transcript | None:
        """The transcript kept under a key; `None` where there is none that can be read."""
        path = self._path(key)
        try:
            if path.stat().st_size > MAX_CACHE_BYTES:
                return None
            return _decode(json.loads(path.read_text(encoding="utf-8")), key)
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return None

    def put(self, key: str, transcript: Transcript) -> None:
        """Keep a transcript. A folder that cannot be written is no error: the work is only done again next time."""
        path = self._path(key)
        temporary: str | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(
                "w", dir=path.parent, prefix=".transcript-", delete=False, encoding="utf-8"
            ) as file:
                temporary = file.name
                json.dump(_encode(transcript, key), file, ensure_ascii=False, separators=(",", ":"))
            os.replace(temporary, path)
        except OSError:
            if temporary:
                Path(temporary).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.json"


def cache_key(content: str, *, engine: str, language: str | None) -> str:
    """The name under which a transcript is kept: 40 hex digits of SHA-256 over all that its words depend on."""
    facts = json.dumps([VERSION, content, engine, language], ensure_ascii=False)
    return hashlib.sha256(facts.encode()).hexdigest()[:40]


def content_hash(windows: Iterable[Sound]) -> str:
    """SHA-256 of the samples, however they are cut into blocks."""
    total = hashlib.sha256()
    for window in windows:
        total.update(np.ascontiguousarray(window, "<f4").tobytes())
    return total.hexdigest()


def _encode(transcript: Transcript, key: str) -> dict[str, object]:
    return {
        "key": key,
        "language": transcript.language,
        "notices": list(transcript.notices),
        "words": [[w.text, w.start_ms, w.end_ms, w.confidence, int(w.unsure)] for w in transcript.words],
    }


def _decode(data: object, key: str) -> Transcript | None:
    """A transcript of what a file holds; `None` or a `TypeError`, `KeyError` or `ValueError` where it is damaged."""
    fields = cast("dict[str, object]", data)
    if not isinstance(data, dict) or fields["key"] != key:
        return None
    words: list[Word] = []
    floor_ms = 0
    for text, start_ms, end_ms, confidence, unsure in cast("list[list[object]]", fields["words"]):
        if not (isinstance(text, str) and text and isinstance(start_ms, int) and isinstance(end_ms, int)):
            return None
        if not (floor_ms <= start_ms < end_ms and isinstance(confidence, int | float)):
            return None
        words.append(Word(text, start_ms, end_ms, float(confidence), bool(unsure)))
        floor_ms = end_ms
    language = fields["language"]
    if not isinstance(language, str):
        return None
    return Transcript(language, tuple(words), tuple(str(notice) for notice in cast("list[object]", fields["notices"])))
