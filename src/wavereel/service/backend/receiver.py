"""One file on its way in: counted, hashed and written as it comes."""

from __future__ import annotations

import errno
import hashlib
import os
from typing import TYPE_CHECKING

from wavereel.errors import LimitError, OutputError, WavereelError
from wavereel.service.backend.names import display_name

if TYPE_CHECKING:
    from pathlib import Path

_READ_BYTES = 1 << 20


def too_large(limit_bytes: int, filename: str = "") -> LimitError:
    """The refusal of a file that is too long, with the limit for a program to read."""
    size = f"{limit_bytes // 2**20} MB" if limit_bytes >= 2**20 else f"{limit_bytes} bytes"
    error = LimitError(f"{filename or 'File'} exceeds {size}", hint="compress it, or send a part of it")
    vars(error)["data"] = {"limit_bytes": limit_bytes}
    return error


def cannot_store(error: OSError) -> OutputError:
    """What a full or broken disk is called."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return OutputError("the disk is full", hint="make room in the data folder")
    return OutputError(f"the data folder cannot be written ({error.strerror})", hint="check its permissions")


class Receiver:
    """Takes a file's bytes. Whatever happens, `abort` or `Uploads.apply` leaves nothing behind.

    Attributes:
        path: Where the bytes lie meanwhile.
        filename: The name to show; never a path.
        size: How many came.
        refusal: Why this file is not taken; a refused receiver swallows the rest without keeping it.
        finished: Whether all of it came.
    """

    def __init__(self, path: Path, filename: str, limit_bytes: int, *, opened: bool = True) -> None:
        self.path = path
        self.filename = display_name(filename)
        self.size = 0
        self.refusal: WavereelError | None = None
        self.finished = False
        self._limit_bytes = limit_bytes
        self._digest = hashlib.sha256()
        self._file = -1
        self._is_own = opened
        if not opened:
            return
        try:
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o600)
        except OSError as error:
            raise cannot_store(error) from None

    @classmethod
    def over(cls, path: Path, filename: str) -> Receiver:
        """A file that lies there whole already, read through for its hash; it is its owner's to remove.

        Raises:
            OutputError: It cannot be read.
        """
        made = cls(path, filename, 0, opened=False)
        try:
            with path.open("rb") as file:
                while chunk := file.read(_READ_BYTES):
                    made._digest.update(chunk)
                    made.size += len(chunk)
        except OSError as error:
            raise cannot_store(error) from None
        made.finished = True
        return made

    @property
    def sha256(self) -> str:
        """Of what came: 64 hex digits."""
        return self._digest.hexdigest()

    def write(self, chunk: bytes | bytearray | memoryview) -> None:
        """Takes the next bytes. A file that is too long is refused once, and the rest of it is let go by.

        Raises:
            LimitError: The file passes the limit; nothing of it is left.
            OutputError: The disk is full; nothing of it is left.
        """
        if self.refusal is not None:
            return
        if self.size + len(chunk) > self._limit_bytes:
            self.refuse(too_large(self._limit_bytes))
        view = memoryview(chunk)
        self._digest.update(view)
        try:
            while view:
                view = view[os.write(self._file, view) :]
        except OSError as error:
            self.refuse(cannot_store(error))
        self.size += len(chunk)

    def refuse(self, error: WavereelError) -> None:
        """Says why this file is not taken, and forgets what came of it.

        Raises:
            WavereelError: The reason.
        """
        self.refusal = error
        self.abort()
        raise error

    def finish(self) -> None:
        """No more bytes come: writes them through to the disk.

        Raises:
            OutputError: The disk is full.
        """
        if self._file < 0 or self.finished:
            return
        try:
            os.fsync(self._file)
            self._close()
        except OSError as error:
            self.refuse(cannot_store(error))
        self.finished = True

    def abort(self) -> None:
        """Forgets the file; may be called at any time, also twice, and does nothing after it was kept."""
        self._close()
        if self._is_own:
            self.path.unlink(missing_ok=True)

    def _close(self) -> None:
        file, self._file = self._file, -1
        if file >= 0:
            os.close(file)
