"""Uploads that can be taken up again: the tus protocol 1.0, as a plan for a blocking and an asynchronous client."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from wavereel.client.errors import DroppedError, FaultError, NonsenseError, TimedOutError, UnreachableError
from wavereel.errors import RateError, UsageError, WavereelError

if TYPE_CHECKING:
    from collections.abc import Mapping

UPLOADS_PATH = "/api/uploads"
CHUNK_BYTES = 8 << 20
MAX_ATTEMPTS = 6
"""Attempts in a row after which nothing more had arrived."""

MAX_ALL_ATTEMPTS = 200

VERSION = {"Tus-Resumable": "1.0.0"}


@dataclass
class Resumable:
    """One file on its way.

    Args:
        session_id: Where it goes.
        filename: What it is called.
        size_bytes: How long it is.
        unsure: Whether the backend has to be asked how much has arrived before the next piece is sent.
    """

    session_id: str
    filename: str
    size_bytes: int
    location: str = ""
    offset_bytes: int = 0
    unsure: bool = False
    _attempts: int = 0
    _all_attempts: int = 0
    _best_bytes: int = 0

    def creation_headers(self) -> dict[str, str]:
        """What the request that begins it says."""
        named = {"filename": self.filename, "session_id": self.session_id}
        metadata = ",".join(
            f"{key} {b64encode(value.encode('utf-8', 'replace')).decode()}" for key, value in named.items()
        )
        return VERSION | {"Upload-Length": str(self.size_bytes), "Upload-Metadata": metadata}

    def piece(self, file: BinaryIO) -> bytes:
        """What is sent next; raises `UsageError` where the file has become shorter than it was."""
        file.seek(self.offset_bytes)
        data = file.read(min(CHUNK_BYTES, self.size_bytes - self.offset_bytes))
        if not data:
            hint = "send it again when it is finished"
            raise UsageError(f"{self.filename} became shorter while it was sent", hint=hint)
        return data

    def patch_headers(self) -> dict[str, str]:
        """What a request that carries bytes says."""
        return VERSION | {
            "Upload-Offset": str(self.offset_bytes),
            "Content-Type": "application/offset+octet-stream",
        }

    def created(self, headers: Mapping[str, str]) -> str:
        """Takes the answer to the creation: where the bytes go."""
        self.location = headers.get("location", "")
        if not self.location:
            raise NonsenseError("the backend takes no resumable uploads")
        return self.location

    def advanced(self, headers: Mapping[str, str]) -> None:
        """Takes the offset after a piece; a backend that takes none of it would be sent the same for ever."""
        before_bytes = self.offset_bytes
        self.accepted(headers)
        if self.offset_bytes <= before_bytes:
            raise NonsenseError("the backend takes no more of the upload")

    def accepted(self, headers: Mapping[str, str]) -> None:
        """Takes the offset that the backend has reached."""
        text = headers.get("upload-offset", "")
        offset = int(text) if text.isascii() and text.isdigit() and len(text) < 16 else -1
        if not 0 <= offset <= self.size_bytes:
            raise NonsenseError("the backend lost count of the upload")
        if offset > self._best_bytes:
            self._best_bytes, self._attempts = offset, 0
        self.offset_bytes = offset
        self.unsure = False

    @property
    def is_whole(self) -> bool:
        """Whether all bytes have arrived."""
        return self.offset_bytes >= self.size_bytes

    def pause_s(self, error: WavereelError) -> float:
        """How long to wait before going on after a failure; raises it where there is no use in that."""
        self._attempts += 1
        self._all_attempts += 1
        kinds = DroppedError | FaultError | TimedOutError | UnreachableError | RateError
        if not isinstance(error, kinds) or self._attempts >= MAX_ATTEMPTS or self._all_attempts >= MAX_ALL_ATTEMPTS:
            raise error
        self.unsure = True
        return float(min(30, 2 ** (self._attempts - 1)))
