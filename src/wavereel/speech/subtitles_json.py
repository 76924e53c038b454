"""Transcripts in JSON: our own, Whisper's (`segments` with `words` in seconds) and Podcasting 2.0's."""

from __future__ import annotations

import json
import math
from typing import cast

from wavereel.errors import SubtitleError
from wavereel.speech.subtitles_markup import Part, Timed

_HINT = "give JSON with `cues` (start_ms, end_ms, text) or `segments` (start, end, text)"


def parse_json(text: str) -> list[Timed]:
    """Events of a JSON transcript.

    Raises:
        SubtitleError: Not JSON, or of a shape that is not known.
    """
    try:
        data: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SubtitleError("the JSON transcript cannot be read", hint=_HINT) from error
    entries: object = data
    if isinstance(data, dict):
        fields = cast("dict[str, object]", data)
        entries = fields.get("cues", fields.get("segments"))
    if not isinstance(entries, list):
        raise SubtitleError("the JSON is not a transcript", hint=_HINT)
    rows = cast("list[object]", entries)
    found = (_event(cast("dict[str, object]", entry)) for entry in rows if isinstance(entry, dict))
    return [event for event in found if event]


def _event(entry: dict[str, object]) -> Timed | None:
    """An event of a cue or segment; `None` where it lacks a time or a text."""
    start, end = _time(entry, "start"), _time(entry, "end")
    if start is None:
        return None
    parts = _words(entry)
    body = entry.get("text", entry.get("body"))
    lines = entry.get("lines")
    if isinstance(lines, list) and all(isinstance(line, str) for line in cast("list[object]", lines)):
        body = "\n".join(cast("list[str]", lines))
    if not isinstance(body, str):
        body = " ".join(text for text, _, _ in parts)
    return Timed(start, start if end is None else end, _lined(body, parts))


def _words(entry: dict[str, object]) -> list[Part]:
    """The words of an entry that have a text and both times."""
    found: list[Part] = []
    words = entry.get("words")
    for item in cast("list[object]", words) if isinstance(words, list) else ():
        if isinstance(item, dict):
            word = cast("dict[str, object]", item)
            text = word.get("text", word.get("word"))
            start, end = _time(word, "start"), _time(word, "end")
            if isinstance(text, str) and text.strip() and start is not None and end is not None:
                found.append((text.strip(), start, end))
    return found


def _lined(body: str, parts: list[Part]) -> tuple[tuple[Part, ...], ...]:
    """The lines of a text, its words timed where the list of words is the text."""
    lines = [line for line in body.splitlines() if line.strip()]
    if not parts or "".join("".join(lines).split()) != "".join("".join(text.split()) for text, _, _ in parts):
        return tuple(((line, None, None),) for line in lines)
    result: list[tuple[Part, ...]] = []
    at = 0
    for line in lines:
        left = len("".join(line.split()))
        row: list[Part] = []
        rest = line
        while left > 0 and at < len(parts):
            text, start, end = parts[at]
            found = rest.find(text[0])
            shown = rest[: found + len(text)] if found >= 0 else text
            rest = rest[len(shown) :]
            row.append((shown, start, end))
            left -= len("".join(text.split()))
            at += 1
        result.append(tuple(row))
    return tuple(result)


def _time(entry: dict[str, object], name: str) -> int | None:
    """`start_ms`, `start` or `startTime` of an entry in ms."""
    exact = entry.get(f"{name}_ms")
    if isinstance(exact, int) and not isinstance(exact, bool):
        return max(-1, min(exact, 1 << 40))
    for key in (name, f"{name}Time"):
        seconds = entry.get(key)
        if isinstance(seconds, int | float) and not isinstance(seconds, bool) and math.isfinite(seconds):
            return max(-1, min(round(seconds * 1000), 1 << 40))
    return None
