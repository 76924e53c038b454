"""Files as parts of a form, read while they are sent."""

from __future__ import annotations

import mimetypes
import os
import stat
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from wavereel.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from pathlib import Path

FIELD = "files"

_TYPES = {
    ".mp4": "video/mp4",
    ".mov": "video/quicktime",
    ".avi": "video/x-msvideo",
    ".webm": "video/webm",
    ".mkv": "video/x-matroska",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".mp3": "audio/mpeg",
    ".wav": "audio/wav",
    ".m4a": "audio/mp4",
    ".aac": "audio/aac",
    ".flac": "audio/flac",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
}


@dataclass(frozen=True, slots=True)
class FilePart:
    """A name with an open file, which is read from its start."""

    filename: str
    file: BinaryIO

    @property
    def size_bytes(self) -> int:
        """How long the file is."""
        return self.file.seek(0, os.SEEK_END)


@contextmanager
def open_file(file: Path | FilePart) -> Generator[FilePart]:
    """A file ready to be sent; raises `UsageError` where it cannot be read."""
    if isinstance(file, FilePart):
        yield file
        return
    try:
        # Looked at before it is opened: opening a pipe would wait for whoever writes into it.
        regular = stat.S_ISREG(file.stat().st_mode)
        opened = file.open("rb") if regular else None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no path"
        raise UsageError(f"{file} cannot be read ({reason})", hint="name a file") from None
    if opened is None:
        raise UsageError(f"{file} is no file", hint="name a file")
    with opened:
        yield FilePart(file.name, opened)


def guess_mime(filename: str) -> str:
    """The type that a name suggests; the backend looks at the bytes."""
    ending = os.path.splitext(filename)[1].lower()  # noqa: PTH122 - a name, not a path
    return _TYPES.get(ending) or mimetypes.guess_type(filename)[0] or "application/octet-stream"


class Counted:
    """A file as long as it was when its length was told to the backend; tells how much of it was read.

    Reading raises `UsageError` where it has become shorter; what was added to it meanwhile stays out.
    """

    def __init__(self, file: BinaryIO, size_bytes: int, told: Callable[[int], None]) -> None:
        self._file = file
        self._size_bytes = size_bytes
        self._place = 0
        self._told = told

    def read(self, size: int = -1) -> bytes:
        """Reads, and tells how much."""
        left = self._size_bytes - self._place
        if not left:
            return b""
        data = self._file.read(left if size < 0 else min(size, left))
        if not data:
            raise UsageError("a file became shorter while it was sent", hint="send it again when it is finished")
        self._place += len(data)
        self._told(len(data))
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Moves within the file."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._size_bytes}[whence]
        self._place = max(0, min(base + offset, self._size_bytes))
        return self._file.seek(self._place)

    def tell(self) -> int:
        """Where the next byte is read."""
        return self._place


def form_of(parts: Sequence[FilePart], on_progress: Callable[[int, int], None] | None) -> list[tuple[str, Any]]:
    """The parts as the HTTP library takes them."""
    sizes = [part.size_bytes for part in parts]
    total_bytes = sum(sizes)
    sent_bytes = 0

    def told(count: int) -> None:
        nonlocal sent_bytes
        sent_bytes += count
        if on_progress:
            on_progress(min(sent_bytes, total_bytes), total_bytes)

    return [
        (FIELD, (_sendable(part.filename), Counted(part.file, size, told), guess_mime(part.filename)))
        for part, size in zip(parts, sizes, strict=True)
    ]


def _sendable(name: str) -> str:
    """A name whose bytes may be none of UTF-8, as it can be sent."""
    return name.encode("utf-8", "replace").decode()
