"""A reader of `text/event-stream`, fed with bytes as they come.

It follows the WHATWG's rules ("Interpreting an event stream") and is lenient where streams of agents differ: a comment
and an event without data are told as well, since both are heartbeats, and a line above the limit costs its event only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_EVENT_BYTES = 4 << 20
"""The longest event that is kept, all its lines together."""

_BOM = b"\xef\xbb\xbf"
_LINE_END = re.compile(rb"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Frame:
    """One event of a stream, or a comment.

    Attributes:
        data: The lines of `data:`, joined; `None` where there was none.
        event: What `event:` said.
        id: The last id that the stream has given.
        comment: Whether it was a comment line; `data` is its text.
        cut: Whether the event was longer than the limit; its data is lost.
    """

    data: str | None
    event: str = ""
    id: str = ""
    comment: bool = False
    cut: bool = False


class SseParser:
    """Turns chunks of bytes into frames; how the stream is cut into chunks makes no difference.

    Args:
        limit_bytes: The longest event that is kept.
    """

    def __init__(self, *, limit_bytes: int = MAX_EVENT_BYTES) -> None:
        self._limit_bytes = limit_bytes
        self._pieces: list[bytes] = []
        self._length_bytes = 0
        self._start = b""
        self._started = False
        self._after_cr = False
        self._line_cut = False
        self._data: list[bytes] = []
        self._data_bytes = 0
        self._event = ""
        self._id = ""
        self._any = False
        self._cut = False

    def feed(self, chunk: bytes) -> list[Frame]:
        """The frames that a chunk completes, in order."""
        if not self._started:
            self._start += chunk
            if len(self._start) < len(_BOM) and _BOM.startswith(self._start):
                return []
            self._started = True
            chunk, self._start = self._start.removeprefix(_BOM), b""
        if self._after_cr and chunk:
            chunk = chunk.removeprefix(b"\n")
            self._after_cr = False
        frames: list[Frame] = []
        place = 0
        for match in _LINE_END.finditer(chunk):
            self._keep(chunk[place : match.start()])
            place = match.end()
            self._end_line(frames)
        self._after_cr = chunk.endswith(b"\r")
        self._keep(chunk[place:])
        return frames

    def finish(self) -> Frame | None:
        """What the end of the stream leaves without its blank line, if anything; the parser is empty afterwards."""
        frames: list[Frame] = []
        if not self._started:
            self._started = True
            self._keep(self._start)
        if self._length_bytes or self._line_cut:
            self._end_line(frames)
        self._dispatch(frames)
        return frames[-1] if frames else None

    def _keep(self, piece: bytes) -> None:
        if not piece:
            return
        self._length_bytes += len(piece)
        if self._length_bytes > self._limit_bytes:
            self._line_cut = True
            self._pieces.clear()
        else:
            self._pieces.append(piece)

    def _end_line(self, frames: list[Frame]) -> None:
        line = b"".join(self._pieces)
        cut, empty = self._line_cut, not self._length_bytes
        self._pieces.clear()
        self._length_bytes, self._line_cut = 0, False
        if cut:
            self._any = self._cut = True
            self._data.clear()
        elif empty:
            self._dispatch(frames)
        elif line.startswith(b":"):
            frames.append(Frame(_text(line[1:].removeprefix(b" ")), id=self._id, comment=True))
        else:
            self._field(line)

    def _field(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        match name:
            case b"data":
                self._any = True
                self._data_bytes += len(value) + 1
                if self._data_bytes > self._limit_bytes:
                    self._cut = True
                    self._data.clear()
                if not self._cut:
                    self._data.append(value)
            case b"event":
                self._any = True
                self._event = _text(value[:200])
            case b"id":
                if b"\0" not in value:
                    self._id = _text(value[:500])
            case _:
                pass

    def _dispatch(self, frames: list[Frame]) -> None:
        if self._any:
            data = None if self._cut or not self._data else _text(b"\n".join(self._data))
            frames.append(Frame(data, self._event, self._id, cut=self._cut))
        self._data.clear()
        self._data_bytes = 0
        self._event = ""
        self._any = self._cut = False


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
