"""WebVTT, with its times inside a cue: `Hello <00:00:01.200>world` (W3C WebVTT, section 4)."""

from __future__ import annotations

import re

from wavereel.speech.subtitles_markup import Part, Timed, strip_html

_STAMP = r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})"
_TIMING = re.compile(rf"\s*{_STAMP}\s*-->\s*{_STAMP}")
_INSIDE = re.compile(rf"<{_STAMP}>")


def parse_vtt(text: str) -> list[Timed]:
    """Events of a WebVTT file. Notes, styles, regions, identifiers and settings are passed over."""
    events: list[Timed] = []
    for block in re.split(r"\n{2,}", text.replace("\r\n", "\n").replace("\r", "\n")):
        lines = block.split("\n")
        for index, line in enumerate(lines[:3]):
            if match := _TIMING.match(line):
                start_ms, end_ms = _ms(match.groups()[:4]), _ms(match.groups()[4:])
                events.append(Timed(start_ms, end_ms, _lines(lines[index + 1 :])))
                break
    return _without_rolling(events)


def _lines(lines: list[str]) -> tuple[tuple[Part, ...], ...]:
    """Parts of the lines of one cue. A time in angle brackets ends the part before it and starts the next."""
    result: list[tuple[Part, ...]] = []
    at_ms: int | None = None
    for line in lines:
        parts: list[Part] = []
        pieces = _INSIDE.split(line)
        for index in range(0, len(pieces), 5):
            if index:
                at_ms = _ms(tuple(pieces[index - 4 : index]))
                if parts and parts[-1][2] is None:
                    parts[-1] = (parts[-1][0], parts[-1][1], at_ms)
                elif result and not parts and result[-1][-1][2] is None:
                    result[-1] = (*result[-1][:-1], (result[-1][-1][0], result[-1][-1][1], at_ms))
            if pieces[index]:
                parts.append((strip_html(pieces[index]), at_ms, None))
        if parts:
            result.append(tuple(parts))
    return tuple(line for line in result if any(text.strip() for text, _, _ in line))


def _without_rolling(events: list[Timed]) -> list[Timed]:
    """Events of rolling captions, which repeat the line before in every cue, without the repeats."""
    if sum(1 for event in events if len(event.lines) > 1 and _is_timed(event)) * 3 < len(events) or len(events) < 4:
        return events
    kept: list[Timed] = []
    shown = ""
    for event in events:
        lines = event.lines
        if lines and len(lines) > 1 and _text(lines[0]) == shown:
            lines = lines[1:]
        elif lines and not _is_timed(event) and _text(lines[-1]) == shown:
            lines = ()
        if lines:
            shown = _text(lines[-1])
            kept.append(Timed(event.start_ms, event.end_ms, lines))
    return kept


def _is_timed(event: Timed) -> bool:
    return any(start is not None for line in event.lines for _, start, _ in line)


def _text(line: tuple[Part, ...]) -> str:
    return " ".join("".join(text for text, _, _ in line).split())


def _ms(groups: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, fraction = groups
    return (int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)) * 1000 + int(
        (fraction or "0").ljust(3, "0")
    )
