"""Subtitle files, read and written: SRT, VTT, ASS, SSA, TTML, MicroDVD and JSON, as they are found in the wild.

Whatever a file holds, what comes out is clean: cues in order of time, without overlap, without markup, with every word
in place. Text is data; nothing in it is ever run or looked up. Only `SubtitleError` and `LimitError` come out.
"""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING

from wavereel.errors import LimitError, SubtitleError
from wavereel.speech.cues import Cue
from wavereel.speech.scripts import split_words
from wavereel.speech.subtitles_json import parse_json
from wavereel.speech.subtitles_markup import Timed, ass_text, html_text, is_drawing, shifted
from wavereel.speech.subtitles_text import decode_text
from wavereel.speech.subtitles_vtt import parse_vtt
from wavereel.speech.subtitles_write import write_subtitles
from wavereel.speech.words import MIN_WORD_MS, Word, clean_times, spread_words
from wavereel.times import MAX_MS

__all__ = ["parse_subtitles", "read_subtitles", "write_subtitles"]

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MAX_BYTES = 16 << 20
MAX_CUES = 100_000
MAX_CUE_CHARACTERS = 20_000
_MIN_CUE_MS = 500
_HINT = "give an SRT, VTT, ASS or JSON file with times, for example 00:00:01,000 --> 00:00:02,500"


def read_subtitles(path: Path) -> list[Cue]:
    """The cues of a file.

    Raises:
        SubtitleError: Not there, not subtitles, or without a single cue.
        LimitError: Over 16 MB, or over 100,000 cues.
    """
    try:
        if path.exists() and not path.is_file():  # a pipe would wait for its writer for ever, a device has no end
            raise SubtitleError(f"{path} cannot be read (no ordinary file)", hint="name a subtitle file")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise SubtitleError(f"there is no file {path}", hint="check the name") from None
    except OSError as error:
        raise SubtitleError(f"{path} cannot be read ({error.strerror})", hint="check that it is a file") from error
    return parse_subtitles(data, name=path.name)


def parse_subtitles(data: bytes, *, name: str = "the subtitles") -> list[Cue]:
    """The cues of a file's bytes; see `read_subtitles`.

    Args:
        data: The whole file.
        name: Named in errors.
    """
    if len(data) > MAX_BYTES:
        hint = "split it into smaller files"
        raise LimitError(f"{name} is larger than a subtitle file may be ({MAX_BYTES >> 20} MB)", hint=hint)
    text = decode_text(data)
    if not text.strip():
        raise SubtitleError(f"{name} is empty", hint=_HINT)
    events = _parser(text)(text)
    if len(events) > MAX_CUES:
        raise LimitError(f"{name} has {len(events)} cues", hint=f"split it into files of at most {MAX_CUES}")
    cues = _repair(events)
    if not cues:
        raise SubtitleError(f"{name} holds no subtitle with a time and a text", hint=_HINT)
    return cues


def _parser(text: str) -> Callable[[str], list[Timed]]:
    """Who reads this text."""
    head = text.lstrip()
    if head.startswith("WEBVTT"):
        return parse_vtt
    if head[0] in "{[" and not head.startswith(("[Script Info]", "[V4", "[Events", "{0}", "{1}")) and '"' in head[:200]:
        return parse_json
    return _parse_others


def _parse_others(text: str) -> list[Timed]:
    """Events of the formats that pysubs2 knows."""
    import pysubs2

    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise SubtitleError("the subtitles define entities of their own", hint="convert them to SRT")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            kind = None if "[V4" in text or "[Events]" not in text else "ass"
            file = pysubs2.SSAFile.from_string(text.replace("\x00", ""), kind, keep_html_tags=True)
    except Exception as error:
        raise SubtitleError("the text is not in a subtitle format that is known", hint=_HINT) from error
    is_ass = file.format in {"ass", "ssa"}
    events: list[Timed] = []
    for event in file.events[: MAX_CUES + 1]:
        if event.type != "Dialogue" or (is_ass and is_drawing(event.text)):
            continue
        text = event.text[:MAX_CUE_CHARACTERS]
        lines = shifted(ass_text(text), int(event.start)) if is_ass else html_text(text)
        events.append(Timed(int(event.start), int(event.end), lines))
    return events


def _repair(events: list[Timed]) -> list[Cue]:
    """Cues of events: sorted, shorn of empty ones and doubles, pulled apart where they overlap."""
    kept: list[Timed] = []
    for event in sorted(events, key=lambda event: (event.start_ms, event.end_ms)):
        if not any(text.strip() for line in event.lines for text, _, _ in line):
            continue
        start_ms = max(0, event.start_ms)
        if start_ms >= MAX_MS:
            continue
        moved = replace(event, start_ms=start_ms, end_ms=min(event.end_ms, MAX_MS))
        if kept and moved.start_ms - kept[-1].start_ms < MIN_WORD_MS:
            if moved.text != kept[-1].text:
                kept[-1] = _together(kept[-1], moved)
        elif not (kept and moved.text == kept[-1].text and moved.end_ms <= kept[-1].end_ms):
            kept.append(moved)
    cues: list[Cue] = []
    for index, event in enumerate(kept):
        next_ms = kept[index + 1].start_ms if index + 1 < len(kept) else MAX_MS
        end_ms = event.end_ms if event.end_ms > event.start_ms else event.start_ms + _MIN_CUE_MS
        cue = _cue(replace(event, end_ms=min(end_ms, next_ms)))
        if cue:
            cues.append(cue)
    return cues


def _together(one: Timed, other: Timed) -> Timed:
    """Two events at the same moment, such as two speakers: one event with both texts."""
    return Timed(one.start_ms, max(one.end_ms, other.end_ms), (*one.lines, *other.lines))


def _cue(event: Timed) -> Cue | None:
    """A cue of an event; `None` where no word is left of its text."""
    lines: list[str] = []
    words: list[Word] = []
    timed = any(time is not None for line in event.lines for part in line for time in part[1:])
    for line in event.lines:
        text = "".join(part for part, _, _ in line)
        texts = split_words(text)
        if texts:
            lines.append(" ".join(text.split()))
            words.extend(_line_words(line, texts, event))
    if not words or event.end_ms - event.start_ms < len(words):
        return _crowded(event, lines, words)
    if not timed:
        words = spread_words([word.text for word in words], event.start_ms, event.end_ms)
    else:
        words = clean_times(words, start_ms=event.start_ms, end_ms=event.end_ms)
    return Cue(event.start_ms, event.end_ms, tuple(lines), tuple(words), timed)


def _crowded(event: Timed, lines: list[str], words: list[Word]) -> Cue | None:
    """A cue with more words than milliseconds: its words are one."""
    if not words:
        return None
    end_ms = max(event.end_ms, event.start_ms + 1)
    return Cue(event.start_ms, end_ms, tuple(lines), (Word(" ".join(lines), event.start_ms, end_ms),), timed=False)


def _line_words(line: tuple[tuple[str, int | None, int | None], ...], texts: list[str], event: Timed) -> list[Word]:
    """Words of a line at the times of the parts they come from."""
    times: list[tuple[int, int]] = []
    for part, start, end in line:
        begin = event.start_ms if start is None else start
        stop = event.end_ms if end is None else end
        count = len("".join(part.split()))
        times.extend(
            (begin + (stop - begin) * index // count, begin + (stop - begin) * (index + 1) // count)
            for index in range(count)
        )
    words: list[Word] = []
    at = 0
    for text in texts:
        span = times[at : at + len(text)] or times[-1:] or [(event.start_ms, event.end_ms)]
        words.append(Word(text, span[0][0], max(span[-1][1], span[0][0])))
        at += len(text)
    return words
