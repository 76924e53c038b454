"""Uploads in pieces, by the tus 1.0 protocol; HTTP is the server's part.

What has come lies in one file under a random name, the row of the upload says how much of it counts. A piece that is
cut off keeps what came of it; a process that dies loses at most what came since the row was moved on last.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wavereel.errors import (
    Cancelled,
    GoneError,
    LimitError,
    NotFinishedError,
    NotFoundError,
    OutputError,
    OverloadedError,
    RateError,
    UnreadableError,
)
from wavereel.service.backend.core import session_of
from wavereel.service.backend.names import display_name
from wavereel.service.backend.receiver import Receiver, cannot_store
from wavereel.store import resumable
from wavereel.store.ids import new_key

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from wavereel.service.backend.caller import Caller
    from wavereel.service.backend.core import Core
    from wavereel.service.backend.uploads import Uploads
    from wavereel.store.resumable import Resumable as Row

MAX_PENDING = 50
"""Uploads that one user may have open."""

_FOR_EVER_S = 10 * 365 * 86_400
_NOTE_BYTES = 32 << 20
"""The row is moved on after so many bytes."""

_PASSING = (Cancelled, OutputError, OverloadedError)
"""What says nothing about a file: it is there still when the client asks again."""


@dataclass(frozen=True, slots=True)
class Piecewise:
    """An upload that is not whole yet, or just became it.

    Attributes:
        id: Names it in its address.
        offset: How many bytes there are.
        length: How many there will be.
        expires_at_ms: When it is forgotten, in milliseconds since 1970.
        metadata: As the client sent it, undecoded.
        result: What `Uploads.apply` answered, once it is whole.
    """

    id: str
    offset: int
    length: int
    expires_at_ms: int
    metadata: str = ""
    result: dict[str, Any] | None = None


class Piece:
    """Takes the next bytes of an upload. `finish` or `stop` ends it; both keep what came.

    Raises:
        NotFoundError: The upload was ended meanwhile.
        NotFinishedError: Another request is writing, or has written since the row was read.
        OutputError: The disk is at fault.
    """

    def __init__(self, core: Core, uploads: Uploads, caller: Caller, row: Row) -> None:
        self._core = core
        self._uploads = uploads
        self._caller = caller
        self._row = row
        self._offset = self._noted = row.offset
        self._file = _alone(_part(core, row))
        try:
            self._check_unmoved()
            os.ftruncate(self._file, row.offset)
            os.lseek(self._file, row.offset, os.SEEK_SET)
        except OSError as error:
            self._close()
            raise cannot_store(error) from None
        except BaseException:
            self._close()
            raise

    def write(self, chunk: bytes) -> None:
        """Takes bytes.

        Raises:
            LimitError: There are more of them than were announced.
            OutputError: The disk is full.
            NotFoundError: The upload was ended meanwhile.
        """
        if self._offset + len(chunk) > self._row.length:
            raise LimitError("More bytes than were announced", hint="begin again with the right length")
        view = memoryview(chunk)
        try:
            while view:
                written = os.write(self._file, view)
                self._offset += written
                view = view[written:]
        except OSError as error:
            raise cannot_store(error) from None
        if self._offset - self._noted >= _NOTE_BYTES:
            self._note()

    def stop(self) -> None:
        """The piece was cut off: keeps what came. May be called at any time, also twice."""
        if self._file < 0:
            return
        try:
            if self._offset > self._noted:
                self._note()
        finally:
            self._close()

    def finish(self) -> Piecewise:
        """The piece is through; where it was the last one, the upload becomes a file.

        Raises:
            WavereelError: It is whole, and not a file that is taken: it is forgotten.
        """
        row = self._row
        if self._offset < row.length:
            self.stop()
            return _told(row, self._offset, self._expiry())
        try:
            if self._offset > self._noted:
                self._note()
            result = _whole(self._core, self._uploads, self._caller, row)
        finally:
            self._close()
        return _told(row, self._offset, self._expiry(), result)

    def _check_unmoved(self) -> None:
        """The row was read before the part was locked: by an older one, bytes that count would be cut off."""
        with self._core.database.read() as tx:
            present = resumable.get(tx, self._row.user_id, self._row.id)
        if present is None:
            raise _unknown()
        if present.offset != self._row.offset or present.file_id is not None:
            raise _taken()

    def _note(self) -> None:
        try:
            os.fsync(self._file)
        except OSError as error:
            raise cannot_store(error) from None
        with self._core.database.write() as tx:
            if not resumable.advance(
                tx,
                self._row.id,
                expected_offset=self._noted,
                offset=self._offset,
                expires_at_ms=self._expiry(),
            ):
                raise _unknown()
        self._noted = self._offset

    def _expiry(self) -> int:
        return _expiry(self._core)

    def _close(self) -> None:
        file, self._file = self._file, -1
        if file >= 0:
            os.close(file)


class Resumable:
    """The protocol's core: create, append, look, end."""

    def __init__(self, core: Core, uploads: Uploads) -> None:
        self._core = core
        self._uploads = uploads

    def create(self, caller: Caller, length: int, metadata: Mapping[str, str], raw_metadata: str = "") -> Piecewise:
        """Begins one.

        Args:
            caller: Who asks; needs the scope `upload`.
            length: Bytes of the whole file.
            metadata: Decoded: `filename`, and `session_id` where it becomes part of a session.
            raw_metadata: The header as it came, to be told again.

        Raises:
            ScopeError: The caller may not upload.
            SessionNotFoundError: No such session of the caller.
            LimitError: Too long, or the user's quota is full.
            RateError: Too many at a time.
        """
        session_id = metadata.get("session_id") or None
        self._uploads.check(caller, session_id, length)
        if length < 1:
            raise UnreadableError("The file is empty", hint="send one that is not")
        now_ms = self._core.clock()
        with self._core.database.write() as tx:
            if session_id is not None:
                session_id = session_of(tx, caller, session_id).id
            if resumable.pending_of(tx, caller.user_id) >= MAX_PENDING:
                raise RateError(f"{MAX_PENDING} uploads are open already", hint="finish or end one")
            row = resumable.create(
                tx,
                caller.user_id,
                upload_id=new_key(),
                session_id=session_id,
                filename=display_name(metadata.get("filename") or metadata.get("name") or "file"),
                details={"metadata": raw_metadata},
                part=new_key(),
                length=length,
                now_ms=now_ms,
                expires_at_ms=_expiry(self._core),
            )
        path = _part(self._core, row)
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except OSError as error:
            raise cannot_store(error) from None
        return _told(row, 0, row.expires_at_ms)

    def head(self, caller: Caller, upload_id: str) -> Piecewise:
        """How far it is. One that is whole but whose process died before it became a file becomes one now.

        Raises:
            NotFoundError: No such upload of the caller.
            GoneError: Its time is over.
            WavereelError: It is whole, and not a file that is taken: it is forgotten.
        """
        caller.need("upload")
        row = self._row(caller, upload_id)
        if row.file_id is None and row.offset == row.length:
            try:
                piece = Piece(self._core, self._uploads, caller, row)
            except NotFinishedError:  # it is becoming one just now
                return _told(row, row.offset, row.expires_at_ms)
            try:
                return piece.finish()
            finally:
                piece.stop()
        return _told(row, row.offset, row.expires_at_ms)

    def begin(self, caller: Caller, upload_id: str, offset: int) -> Piece:
        """What takes the next piece as it comes.

        Raises:
            NotFoundError: No such upload of the caller.
            GoneError: Its time is over.
            NotFinishedError: The offset is not where it stands, or another request is writing.
        """
        caller.need("upload")
        row = self._row(caller, upload_id)
        if row.file_id is not None or offset != row.offset:
            data = {"offset": row.offset}
            raise NotFinishedError(f"This upload stands at {row.offset}", hint="ask for its offset", data=data)
        return Piece(self._core, self._uploads, caller, row)

    def append(self, caller: Caller, upload_id: str, offset: int, chunks: Iterable[bytes]) -> Piecewise:
        """Takes a whole piece; see `begin` and `Piece`."""
        piece = self.begin(caller, upload_id, offset)
        try:
            for chunk in chunks:
                piece.write(chunk)
            return piece.finish()
        finally:
            piece.stop()

    def terminate(self, caller: Caller, upload_id: str) -> None:
        """Forgets it.

        Raises:
            NotFoundError: No such upload of the caller.
        """
        caller.need("upload")
        row = self._row(caller, upload_id)
        with self._core.database.write() as tx:
            if not resumable.delete(tx, caller.user_id, row.id):
                raise _unknown()
        _part(self._core, row).unlink(missing_ok=True)

    def _row(self, caller: Caller, upload_id: str) -> Row:
        with self._core.database.read() as tx:
            row = resumable.get(tx, caller.user_id, upload_id) if len(upload_id) <= 40 else None
        if row is None:
            raise _unknown()
        if row.expires_at_ms <= self._core.clock():
            raise GoneError("This upload has expired", hint="begin again")
        return row


def _whole(core: Core, uploads: Uploads, caller: Caller, row: Row) -> dict[str, Any]:
    """Makes an upload that is whole a file; one that is not taken is forgotten, unless it may be taken later."""
    part = _part(core, row)
    try:
        result = uploads.apply(caller, row.session_id, [Receiver.over(part, row.filename)])
    except BaseException as error:
        if not (isinstance(error, _PASSING) and part.exists()):
            with core.database.write() as tx:
                resumable.delete(tx, caller.user_id, row.id)
            part.unlink(missing_ok=True)
        raise
    with core.database.write() as tx:
        resumable.finish(tx, row.id, result["files"][0]["file_id"])
    return result


def _alone(path: Path) -> int:
    """Opens a part for the one request that may write it."""
    try:
        file = os.open(path, os.O_WRONLY | getattr(os, "O_CLOEXEC", 0))
    except FileNotFoundError:
        raise _unknown() from None
    except OSError as error:
        raise cannot_store(error) from None
    if fcntl is not None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            raise _taken() from None
        except OSError:  # a file system without locks
            return file
    return file


def _part(core: Core, row: Row) -> Path:
    return core.parts / row.part


def _expiry(core: Core) -> int:
    return core.clock() + (core.settings.retention_uploads_s or _FOR_EVER_S) * 1000


def _told(row: Row, offset: int, expires_at_ms: int, result: dict[str, Any] | None = None) -> Piecewise:
    return Piecewise(row.id, offset, row.length, expires_at_ms, str(row.details.get("metadata") or ""), result)


def _taken() -> NotFinishedError:
    return NotFinishedError("Another request is writing this upload", hint="ask for its offset")


def _unknown() -> NotFoundError:
    return NotFoundError("Upload not found")
