"""A recogniser behind HTTP: any server that speaks `POST /v1/audio/transcriptions` as OpenAI's does.

Off unless a server is named. Pieces of up to 28 s are sent as 16-bit WAV, so that no server's limit of size is met.
"""

from __future__ import annotations

import io
import wave
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from wavereel.errors import LanguageError, MissingPartError
from wavereel.speech.activity import RATE_HZ
from wavereel.speech.pipeline import untimed
from wavereel.speech.transcriber import Heard, HeardWord

if TYPE_CHECKING:
    from wavereel.speech.activity import Sound

_LANGUAGE_NAMES = {"english": "en", "chinese": "zh", "german": "de", "french": "fr", "spanish": "es", "japanese": "ja"}


class OpenAiHttpEngine:
    """An `Engine` that asks a server.

    Args:
        base_url: Up to and with `/v1`.
        model: Name of the model at the server.
        key: Sent as a bearer token; empty sends none.
        timeout_s: For one piece.
        client: An `httpx2.Client` of the caller's; `None` makes one.
    """

    shift_ms = 0
    languages = None

    def __init__(
        self, base_url: str, *, model: str = "whisper-1", key: str = "", timeout_s: float = 120.0, client: Any = None
    ) -> None:
        import httpx2

        self._library: Any = httpx2
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._client: Any = client or self._library.Client(timeout=timeout_s, headers=headers, follow_redirects=False)
        self._url = base_url.rstrip("/") + "/audio/transcriptions"
        self._model = model

    @property
    def name(self) -> str:
        """Server and model."""
        return f"openai-http/{self._url}/{self._model}/1"

    def hear(self, sound: Sound, language: str, *, careful: bool = False) -> Heard:
        """Recognise one piece; see `transcriber.Engine`. `careful` asks the same question again, so it asks nothing."""
        if careful:
            return Heard(())
        fields: dict[str, Any] = {
            "model": self._model,
            "response_format": "verbose_json",
            "timestamp_granularities[]": ["word", "segment"],
        }
        if language:
            fields["language"] = language
        try:
            reply = self._client.post(self._url, data=fields, files={"file": ("speech.wav", _wav(sound), "audio/wav")})
            if reply.status_code >= 400:
                raise self._refused(int(reply.status_code), str(reply.text)[:200], language)
            body: object = reply.json()
        except (self._library.HTTPError, self._library.InvalidURL, ValueError) as error:
            raise MissingPartError(
                f"the speech server {self._url} does not answer as it should ({error or type(error).__name__})",
                hint="check its address and key, or leave it out to use the recogniser built in",
            ) from error
        return _heard(cast("dict[str, object]", body) if isinstance(body, dict) else {})

    def _refused(self, status: int, text: str, language: str) -> MissingPartError | LanguageError:
        if status in {400, 422} and language and "language" in text.lower():
            return LanguageError(
                f"the speech server does not know the language {language!r}", hint="name another model"
            )
        return MissingPartError(
            f"the speech server {self._url} refused ({status})", hint="check its address, its key and the model's name"
        )


def _wav(sound: Sound) -> bytes:
    """16-bit mono WAV of a piece."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes((np.clip(sound, -1.0, 1.0) * 32767).astype("<i2").tobytes())
    return file.getvalue()


def _heard(body: dict[str, object]) -> Heard:
    """What a reply says: words with times, else the text alone; probabilities where its segments have them."""
    named = str(body.get("language") or "").lower()
    language = _LANGUAGE_NAMES.get(named, named if len(named) <= 3 else "")
    log_probability = _mean(body.get("segments"), "avg_logprob")
    no_speech = _mean(body.get("segments"), "no_speech_prob")
    words: list[HeardWord] = []
    entries = body.get("words")
    for entry in cast("list[object]", entries) if isinstance(entries, list) else ():
        item = cast("dict[str, object]", entry) if isinstance(entry, dict) else {}
        text, start, end = item.get("word"), item.get("start"), item.get("end")
        if isinstance(text, str) and text.strip() and isinstance(start, int | float) and isinstance(end, int | float):
            words.append(HeardWord(f" {text.strip()}", float(start), max(float(start), float(end))))
    text = str(body.get("text") or "")
    if not words or len(words) * 2 < len(text.split()):
        return Heard(untimed(text), log_probability, no_speech, timed=False, language=language)
    return Heard(_punctuated(words, text), log_probability, no_speech, language=language)


def _punctuated(words: list[HeardWord], text: str) -> tuple[HeardWord, ...]:
    """Words as the text writes them: servers leave the punctuation out of the list of words."""
    written = text.split()
    bare = ["".join(char for char in word.text if char.isalnum()).lower() for word in words]
    if [b for b in ("".join(char for char in word if char.isalnum()).lower() for word in written) if b] != bare:
        return tuple(words)
    spoken = [word for word in written if any(char.isalnum() for char in word)]
    return tuple(HeardWord(f" {shown}", word.start_s, word.end_s) for word, shown in zip(words, spoken, strict=True))


def _mean(segments: object, key: str) -> float | None:
    """Mean of a number over the segments of a reply; `None` where one lacks it."""
    values: list[float] = []
    for segment in cast("list[object]", segments) if isinstance(segments, list) else ():
        value = cast("dict[str, object]", segment).get(key) if isinstance(segment, dict) else None
        if not isinstance(value, int | float):
            return None
        values.append(float(value))
    return sum(values) / len(values) if values else None
