"""The text inside markup: SubStation override codes, HTML tags, karaoke times."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

Part = tuple[str, int | None, int | None]
"""A stretch of text with its start and end in ms; `None` where the markup gives none."""


@dataclass(frozen=True, slots=True)
class Timed:
    """An event as it stands in a file.

    Attributes:
        start_ms: Start, not yet checked.
        end_ms: End, not yet checked.
        lines: Lines of parts.
    """

    start_ms: int
    end_ms: int
    lines: tuple[tuple[Part, ...], ...]

    @property
    def text(self) -> str:
        """All text, lines parted by a line feed."""
        return "\n".join("".join(part for part, _, _ in line) for line in self.lines)


_OVERRIDE = re.compile(r"\{[^{}]*\}")
_KARAOKE = re.compile(r"\\(?:k|K|kf|ko)(\d{1,6})")
_DRAWING = re.compile(r"\\p[1-9]")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,400}>")
_BRACES = re.compile(r"\{\\[^{}]{0,400}\}")
_RUBY = re.compile(r"<rt\b[^<>]*>[^<>]*(?:</rt>)?", re.IGNORECASE)


def is_drawing(text: str) -> bool:
    """Whether an ASS event draws shapes: its "text" is coordinates."""
    return _DRAWING.search(text) is not None


def html_text(text: str) -> tuple[tuple[Part, ...], ...]:
    r"""Lines of an SRT or TTML text: tags, ASS codes such as `{\an8}` and character references resolved."""
    return plain_lines(strip_html(_BRACES.sub("", text)))


def strip_html(text: str) -> str:
    """A text without tags and ruby readings, `&amp;` and the like resolved after that."""
    return html.unescape(_TAG.sub("", _RUBY.sub("", text)))


def plain_lines(text: str) -> tuple[tuple[Part, ...], ...]:
    r"""Lines of a text without times; `\N`, `\n` and `\h` count as line ends and spaces."""
    normal = text.replace("\\N", "\n").replace("\\n", "\n").replace("\\h", " ")
    return tuple(((line, None, None),) for line in normal.splitlines() if line.strip())


def ass_text(text: str) -> tuple[tuple[Part, ...], ...]:
    r"""Lines of an ASS text, its `\k` syllables as parts whose times count from 0; override codes dropped.

    The caller knows when the event starts: times are given as offsets here and moved by `shifted`.
    """
    lines: list[list[Part]] = [[]]
    clock_ms = 0
    span: tuple[int, int] | None = None
    at = 0
    for match in [*_OVERRIDE.finditer(text), None]:
        _append(lines, text[at : match.start() if match else len(text)], span)
        if match is None:
            break
        at = match.end()
        for duration in _KARAOKE.findall(match.group()):
            span = (clock_ms, clock_ms + int(duration) * 10)
            clock_ms = span[1]
    return tuple(tuple(line) for line in lines if any(part.strip() for part, _, _ in line))


def _append(lines: list[list[Part]], text: str, span: tuple[int, int] | None) -> None:
    r"""Add text that holds no codes but `\N`, `\n` and `\h` to the lines."""
    pieces = re.split(r"\\N|\\n|\n", text)
    for index, piece in enumerate(pieces):
        if index:
            lines.append([])
        if piece:
            lines[-1].append((piece.replace("\\h", " "), span[0] if span else None, span[1] if span else None))


def shifted(lines: tuple[tuple[Part, ...], ...], by_ms: int) -> tuple[tuple[Part, ...], ...]:
    """Parts whose times are moved."""
    return tuple(
        tuple((text, None if a is None else a + by_ms, None if b is None else b + by_ms) for text, a, b in line)
        for line in lines
    )
