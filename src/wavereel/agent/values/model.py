"""What a value is: its kind, its meaning and where it stands in the message."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Span:
    """A place in time.

    `kind` is `range` (both ends; `end_ms` is `None` for the end of the video), `first` and `for` (`end_ms` is a
    length), `last` (`start_ms` is a length), `after` and `at` (`start_ms`), `before` (`end_ms`), or, without
    numbers, `first_half`, `last_half`, `middle`, `start`, `end`, `whole`.
    """

    kind: str
    start_ms: int | None = None
    end_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """A value of `kind` in the half-open range `[start, end)` of the message.

    `value` is a `float` (`number`, `percent` as a share, `decibel`, `lufs`, `factor`, `pixels`, `degrees`, `fps`,
    `bpm`), an `int` (`ordinal` from 1, or from -1 backwards; `count`; `resolution`, the short side; `duration` and
    `clock` in milliseconds), a `str` (`ratio` as `9:16`, `color` as `#rrggbb` or `#rrggbbaa`), two `int` (`size`),
    or a `Span`.
    """

    kind: str
    value: Any
    start: int
    end: int


_LISTED = re.compile(r"(?![0-9]{3}(?![0-9:]))[0-9]{1,3}:?[0-9]")
"""A number behind a comma that is no group of thousands: 0:05-0:10,0:20-0:25."""

PLAIN_ASCII = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


def words(text: str) -> list[str]:
    """The words of a table."""
    return text.split()


def starts_word(text: str, at: int) -> bool:
    """Whether no word or number of ASCII characters runs on into `at`."""
    if at == 0 or text[at] not in PLAIN_ASCII:
        return True
    before = text[at - 1]
    if before in ".,'" and at > 1:
        if before == "," and _LISTED.match(text, at):
            return True
        return not (text[at - 2] in PLAIN_ASCII and (before == "'" or (text[at].isdigit() and text[at - 2].isdigit())))
    return before not in PLAIN_ASCII


def ends_word(text: str, end: int) -> bool:
    """Whether no word or number of ASCII characters runs on past `end`."""
    return end >= len(text) or text[end] not in PLAIN_ASCII or text[end - 1] not in PLAIN_ASCII
