"""When something is wished to be on screen: starts, lengths and ends, in any order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wavereel.agent.frames import Frame
    from wavereel.agent.tokens import Token
    from wavereel.agent.values.model import Span

AT_START_MS = 4000
"""How long a text stays that is wished "at the start" or "at the end"."""

_ENDS = (
    "stop",
    "stops",
    "end",
    "ends",
    "ending",
    "finish",
    "finishes",
    "cut",
    "cuts",
    "停",
    "停止",
    "停掉",
    "停下",
    "结束",
)
"""Words before a moment that is an end: "the music should stop at 1:00"."""


@dataclass(frozen=True, slots=True)
class When:
    """When something is on screen: half-open, in ms; what is `None` was not said."""

    start_ms: int | None = None
    length_ms: int | None = None
    end_ms: int | None = None
    whole: bool = False

    @property
    def said(self) -> bool:
        """Whether anything was said."""
        return self.whole or any(value is not None for value in (self.start_ms, self.length_ms, self.end_ms))

    @property
    def span(self) -> dict[str, Any]:
        """The fields of `set_time` for its place in time; an end that was said decides over a length."""
        length_ms = None if self.end_ms is not None else self.length_ms
        return {"start_ms": self.start_ms, "end_ms": self.end_ms, "length_ms": length_ms}


def _leaving_at(frame: Frame) -> Token | None:
    """The time at which something goes: behind "leave at", before 消失."""
    timed = ("span", "duration", "clock")
    place = next(
        (
            place
            for place, token in enumerate(frame.tokens)
            if token.says("gone") or (token.text in _ENDS and not _stays_for(frame, place))
        ),
        None,
    )
    if place is None:
        return None
    behind = frame.tokens[place + 1 :] if frame.tokens[place].text.isascii() else frame.tokens[:place][::-1]
    token = next((token for token in behind if token.is_value(*timed)), None)
    return token if token is not None and _moment_of(token) is not None else None


def _stays_for(frame: Frame, place: int) -> bool:
    """停 before a length says how long something stays: 停六秒."""
    following = frame.tokens[place + 1 : place + 2]
    return frame.tokens[place].text == "停" and bool(following) and following[0].is_value("duration")


def _moment_of(token: Token) -> int | None:
    span = token.amount("span")
    if span is None:
        return token.amount("duration", "clock")
    return (
        span.end_ms
        if span.kind in ("before", "for", "first")
        else span.start_ms
        if span.kind in ("at", "after")
        else None
    )


def _moves_to(token: Token) -> bool:
    """移到, 放到, 挪至: what follows is a moment and no length."""
    return (
        token.says("act", "move")
        and token.text.endswith(("到", "至"))
        and token.text.startswith(("移", "挪", "放", "搬", "拖", "摆", "排"))
    )


def _is_until(frame: Frame, moment: Token) -> bool:
    """Whether something stays until a moment: 显示到第20秒."""
    place = frame.tokens.index(moment)
    before = frame.tokens[max(0, place - 2) : place]
    return (
        len(before) == 2
        and before[1].text in ("到", "至")
        and before[0].says("act", "length")
        and not before[0].says("act", "move")
    )


class _Moments:
    """What the times of a wish have said so far."""

    def __init__(self, frame: Frame, total_ms: int) -> None:
        self._frame = frame
        self._total_ms = total_ms
        self.start_ms: int | None = None
        self.length_ms: int | None = None
        self.end_ms: int | None = None
        self.whole = False

    def span(self, token: Token, span: Span) -> None:
        """Takes a place in time."""
        total_ms = self._total_ms
        match span.kind:
            case "range":
                self.start_ms, self.end_ms = span.start_ms, span.end_ms
            case "first":
                self.start_ms, self.length_ms = 0, span.end_ms
            case "last":
                self.length_ms = span.start_ms or 0
                self.start_ms = max(0, total_ms - self.length_ms)
            case "first_half":
                self.start_ms, self.end_ms = 0, total_ms // 2
            case "last_half":
                self.start_ms, self.end_ms = total_ms // 2, total_ms
            case "after":
                self.start_ms = span.start_ms
                self.end_ms = total_ms if self.end_ms is None and self.length_ms is None else self.end_ms
            case "before":
                self.start_ms, self.end_ms = self.start_ms or 0, span.end_ms
            case "at":
                self._at(token, span.start_ms or 0)
            case "for":
                self._for(span.end_ms or 0)
            case "start":
                self.start_ms = 0 if self.start_ms is None else self.start_ms
                self.length_ms = self.length_ms or (AT_START_MS if self.end_ms is None else None)
            case "end":
                self._end()
            case _:
                self.whole = self.whole or span.kind == "whole"

    def _at(self, token: Token, at_ms: int) -> None:
        unsaid = self.length_ms is None and self.end_ms is None
        behind = self.start_ms is not None and unsaid and at_ms > self.start_ms
        if behind or _is_until(self._frame, token):
            self.end_ms = at_ms
        else:
            self.start_ms = at_ms

    def _for(self, length_ms: int) -> None:
        if self.length_ms == AT_START_MS and self.start_ms == self._total_ms - AT_START_MS:
            self.start_ms = max(0, self._total_ms - length_ms)  # "at the end … for 6 seconds"
        self.length_ms = length_ms

    def _end(self) -> None:
        if self.start_ms is not None and self.length_ms is None:
            self.end_ms = self._total_ms
        else:
            self.length_ms = self.length_ms or AT_START_MS
            self.start_ms = max(0, self._total_ms - self.length_ms)

    def length(self, length_ms: int) -> None:
        """Takes a bare length."""
        if self.start_ms == 0 and self.length_ms == AT_START_MS:
            self.length_ms = length_ms
        elif self.length_ms == AT_START_MS and self.start_ms is not None:
            self.length_ms = length_ms
            self.start_ms = max(0, self._total_ms - length_ms)
        elif self.length_ms is None:
            self.length_ms = length_ms


def when_of(frame: Frame, total_ms: int) -> When:
    """When a wish wants something on screen."""
    said = _Moments(frame, total_ms)
    leaving = _leaving_at(frame)
    for place, token in enumerate(frame.tokens):
        if token is leaving:
            said.end_ms = _moment_of(token)
        elif (span := token.amount("span")) is not None:
            said.span(token, span)
        elif token.is_value("duration") and place and _moves_to(frame.tokens[place - 1]):
            said.start_ms = token.amount("duration")
        elif token.is_value("duration"):
            said.length(token.amount("duration"))
        elif token.is_value("clock") and said.start_ms is None:
            said.start_ms = token.amount("clock")
    whole = said.whole and said.start_ms is None and said.length_ms is None and said.end_ms is None
    return When(said.start_ms, said.length_ms, said.end_ms, whole)
