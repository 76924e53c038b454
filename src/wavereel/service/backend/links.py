"""Addresses of bytes that need no token: signed, and dead after their time.

A signature covers the whole path, the key of the bytes and the time, so nothing of an address can be changed. The key
is random and says nothing; a name in the path is for people only.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from wavereel.errors import GoneError, NotFinishedError, NotFoundError, SignatureError
from wavereel.store import files, renders, secrets

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from wavereel.service.backend.core import Core
    from wavereel.store.files import File

KEY_NAME = "links"
_RETRY_S = 5
_STEPS = 24
"""Links end on steps of their life divided by this: asked for twice in a row, an address stays the same."""

_MAX_PATH_CHARS = 1024
_SIGNATURE_CHARS = 40
_JOB = "job-"
"""Before a job's place where an address stands for a video whose bytes have no key yet; no key begins like that."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What stands behind an address.

    Attributes:
        path: The bytes, on this machine.
        filename: The name to offer.
        mime: What they are.
        size: How many.
        etag: Changes with the bytes; quoted as the header wants it.
    """

    path: Path
    filename: str
    mime: str
    size: int
    etag: str


class Links:
    """Makes addresses under `/files/`, and opens them."""

    def __init__(self, core: Core) -> None:
        self._core = core
        with core.database.write() as tx:  # at once: links are signed inside other transactions
            self._key = secrets.ensure(tx, KEY_NAME)

    def file_url(self, file: File) -> str:
        """Where a file can be fetched without a token, until the link's time is over."""
        return self._signed(f"{file.id}/{file.filename}", file.blob)

    def render_url(self, render_id: str, blob: str) -> str:
        """Where a finished video can be fetched without a token, until the link's time is over."""
        return self._signed(f"r/{render_id}.mp4", blob)

    def job_url(self, render_id: str, seq: int) -> str:
        """Where a video can be fetched without a token once its job, that of a place in the queue, has finished."""
        return self._signed(f"r/{render_id}.mp4", f"{_JOB}{seq}")

    def register_url(self, user_id: str) -> str:
        """Where an anonymous user learns how to become a named one."""
        return f"{self._core.base_url}/register?{urlencode({'bind': user_id})}"

    def claim_url(self, claim_token: str) -> str:
        """Where a session can be looked at."""
        return f"{self._core.base_url}/workspace/claim?{urlencode({'ct': claim_token})}"

    def open(self, path: str, query: Mapping[str, str]) -> Opened:
        """What stands behind an address.

        Args:
            path: What follows `/files/`, percent-decoded.
            query: The query's fields.

        Raises:
            SignatureError: Not signed by us for exactly this path.
            GoneError: Its time is over.
            NotFinishedError: The video is not finished yet.
            NotFoundError: Signed and in time, but the bytes are not there any more, or never will be.
        """
        blob, end, signature = (query.get(name, "") for name in ("b", "exp", "sig"))
        good = 0 < len(path) <= _MAX_PATH_CHARS and end.isascii() and end.isdigit() and len(end) < 16
        if not good or not hmac.compare_digest(self._signature(path, blob, end).encode(), _bytes(signature)):
            raise SignatureError("This link was not made here", hint="ask for the state again")
        if int(end) * 1000 <= self._core.clock():
            raise GoneError("This link has expired", hint="ask for the state, or poll the export, for a new one")
        gone = NotFoundError("The file behind this link was removed")
        filename, mime = path.rsplit("/", 1)[-1], "video/mp4"
        if not path.startswith("r/"):
            with self._core.database.read() as tx:
                file = files.of_blob(tx, blob)
            if file is None or file.lost:
                raise gone
            mime = str(file.entry.get("mime") or "application/octet-stream")
        elif blob.startswith(_JOB):
            blob = self._blob_of_job(int(blob.removeprefix(_JOB)))
        try:
            local = self._core.blobs.path(blob)
            size = local.stat().st_size
        except (OSError, NotFoundError):
            raise gone from None
        return Opened(local, filename, mime, size, f'"{blob}"')

    def _blob_of_job(self, seq: int) -> str:
        """The key of a finished video; empty where it was removed.

        Raises:
            NotFinishedError: It is not finished yet.
            NotFoundError: It never will be.
        """
        with self._core.database.read() as tx:
            job = renders.by_seq(tx, seq)
        if job is not None and job.state in ("pending", "processing"):
            raise NotFinishedError("This video is not finished yet", hint="try again later", retry_after_s=_RETRY_S)
        if job is not None and job.state == "failed":
            raise NotFoundError("This export failed, so there is no video", hint="export it again")
        return "" if job is None else job.blob or ""

    def _signed(self, path: str, blob: str) -> str:
        ttl_s = self._core.settings.link_ttl_s
        step_s = max(1, ttl_s // _STEPS)
        end = str((self._core.clock() // 1000 + ttl_s + step_s - 1) // step_s * step_s)
        query = urlencode({"b": blob, "exp": end, "sig": self._signature(path, blob, end)})
        return f"{self._core.base_url}/files/{quote(path, safe='/')}?{query}"

    def _signature(self, path: str, blob: str, end: str) -> str:
        message = f"{path}\n{blob}\n{end}".encode(errors="surrogatepass")
        return hmac.new(self._key, message, hashlib.sha256).hexdigest()[:_SIGNATURE_CHARS]


def _bytes(text: str) -> bytes:
    return text.encode(errors="replace")
