"""Files that come in: whole, by address, or from another session."""

from __future__ import annotations

import secrets
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from wavereel.errors import (
    NotFoundError,
    OutputError,
    OverloadedError,
    RateError,
    UnreadableError,
    WavereelError,
)
from wavereel.ingest.fetch import Fetcher, FetchLimits
from wavereel.ingest.guard import Guard
from wavereel.service.backend.core import session_of
from wavereel.service.backend.names import display_name, plain_line
from wavereel.service.backend.quota import full_quota, held_bytes
from wavereel.service.backend.receiver import Receiver, too_large
from wavereel.service.backend.shelving import Shelving, Taken
from wavereel.store import files, resumable

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from wavereel.service.backend.caller import Caller
    from wavereel.service.backend.core import Core
    from wavereel.service.backend.links import Links

MAX_FILES = 20
"""Files, and addresses, in one request."""

MAX_FETCHING = 16
MAX_FETCHING_PER_USER = 4
"""Requests that wait for other servers: each holds a thread of the server for minutes."""

_FETCHED_AT_ONCE = 4
_RETRY_S = 30
_SPARE_BYTES = 64 << 20


class Uploads:
    """The ways in."""

    def __init__(self, core: Core, links: Links) -> None:
        self._core = core
        self._shelving = Shelving(core, links)
        self._fetching: dict[str, int] = {}
        self._lock = threading.Lock()

    def check(self, caller: Caller, session_id: str | None, declared_bytes: int | None = None) -> None:
        """What can be refused before the first byte is read; raises as `begin` does."""
        caller.need("upload")
        limit_bytes = self._core.settings.max_upload_bytes
        with self._core.database.read() as tx:
            if session_id is not None:
                session_of(tx, caller, session_id)
            held = held_bytes(tx, caller.user_id) + resumable.pending_bytes(tx, caller.user_id)
        if declared_bytes is not None and declared_bytes > limit_bytes:
            raise too_large(limit_bytes)
        quota = self._core.settings.user_quota_bytes
        if quota and held + max(1, declared_bytes or 0) > quota:
            raise full_quota(quota, held)
        self._check_disk(declared_bytes or 0)

    def begin(
        self, caller: Caller, session_id: str | None, filename: str, declared_bytes: int | None = None
    ) -> Receiver:
        """What takes one file's bytes as they come.

        Args:
            caller: Who sends it; needs the scope `upload`.
            session_id: What it is for; `None` where it is only kept.
            filename: As the client calls it.
            declared_bytes: How long the client says that it is.

        Raises:
            ScopeError: The caller may not upload.
            SessionNotFoundError: No such session of the caller.
            LimitError: The declared length is too much, or the user's quota is full.
            OutputError: The disk is full.
        """
        self.check(caller, session_id, declared_bytes)
        return self._receiver(filename)

    def apply(self, caller: Caller, session_id: str | None, receivers: Sequence[Receiver]) -> dict[str, Any]:
        """Looks at the files received, keeps the good ones and makes them part of the session.

        Returns:
            `files`, `errors` (`filename`, `code` and `message` each) and `session_state_applied`.

        Raises:
            WavereelError: The first file's error, where not one file is good.
            UnreadableError: No file was sent, or too many.
        """
        try:
            caller.need("upload")
            if not receivers:
                raise UnreadableError("No file was sent", hint="send it as the form's field files")
            if len(receivers) > MAX_FILES:
                raise too_many(len(receivers))
            with self._core.database.read() as tx:
                if session_id is not None:
                    session_of(tx, caller, session_id)
            return self._answer(caller, session_id, [self._shelving.look(caller, receiver) for receiver in receivers])
        finally:
            for receiver in receivers:
                receiver.abort()

    def fetch(self, caller: Caller, session_id: str, urls: object) -> dict[str, Any]:
        """Fetches files by address; answers and raises as `apply` does.

        Raises:
            AddressError: An address that is not fetched, where not one file is good.
            RateError: The caller has too many of these running.
        """
        self.check(caller, session_id)
        wanted = _texts(urls, "urls")
        settings = self._core.settings
        fetcher = Fetcher(Guard(settings.url_allow), FetchLimits(max_bytes=settings.max_upload_bytes))
        with self._turn_to_fetch(caller), ThreadPoolExecutor(_FETCHED_AT_ONCE, "fetch") as pool:
            taken = list(pool.map(partial(self._fetched, caller, fetcher), wanted))
        try:
            return self._answer(caller, session_id, taken)
        finally:
            for one in taken:
                if one.receiver is not None:
                    one.receiver.abort()

    def attach(self, caller: Caller, session_id: str, file_ids: object) -> dict[str, Any]:
        """Brings the caller's files into another session; answers and raises as `apply` does.

        Raises:
            NotFoundError: No such file of the caller, where not one is.
        """
        caller.need("upload")
        wanted = list(dict.fromkeys(_texts(file_ids, "file_ids")))
        with self._core.database.read() as tx:
            session_of(tx, caller, session_id)
            known = files.get_many(tx, caller.user_id, wanted)
        taken: list[Taken] = []
        for file_id in wanted:
            file = known.get(file_id)
            if file is None or file.lost:
                shown = plain_line(file_id, 40)
                taken.append(Taken(shown, error=NotFoundError(f"File not found: {shown}")))
            else:
                taken.append(Taken(file.filename, file=file))
        return self._answer(caller, session_id, taken)

    def post(self, caller: Caller, session_id: str, body: object) -> dict[str, Any]:
        """A JSON body on the upload endpoint: `urls`, or `file_ids`.

        Raises:
            UnreadableError: Neither, or both.
        """
        fields = cast("dict[str, object]", body) if isinstance(body, dict) else {}
        if ("urls" in fields) == ("file_ids" in fields):
            raise UnreadableError("The body names no files", hint='send {"urls": [...]} or {"file_ids": [...]}')
        if "urls" in fields:
            return self.fetch(caller, session_id, fields["urls"])
        return self.attach(caller, session_id, fields["file_ids"])

    def supported(self) -> dict[str, Any]:
        """`supported`, `also` and `limit_bytes`: what a client may tell its user before anything is sent."""
        return self._shelving.supported() | {"limit_bytes": self._core.settings.max_upload_bytes}

    def _receiver(self, filename: str) -> Receiver:
        return Receiver(self._core.parts / secrets.token_hex(16), filename, self._core.settings.max_upload_bytes)

    def _fetched(self, caller: Caller, fetcher: Fetcher, url: str) -> Taken:
        receiver = self._receiver("file")

        def name(given: str) -> None:
            receiver.filename = display_name(given)

        try:
            fetcher.fetch(url, receiver.write, name)
            taken = self._shelving.look(caller, receiver)
        except WavereelError as error:
            taken = Taken(receiver.filename, error=error)
        except BaseException:
            receiver.abort()
            raise
        if taken.receiver is None:
            receiver.abort()
        return taken

    def _answer(self, caller: Caller, session_id: str | None, taken: list[Taken]) -> dict[str, Any]:
        errors = [one.error for one in taken if one.error is not None]
        if len(errors) == len(taken):
            raise errors[0]
        return self._shelving.shelve(caller, session_id, taken)

    def _check_disk(self, bytes_: int) -> None:
        try:
            free = shutil.disk_usage(self._core.parts).free
        except OSError:  # writing will say what is wrong
            return
        if free < bytes_ + _SPARE_BYTES:
            raise OutputError("the disk is full", hint="make room in the data folder")

    @contextmanager
    def _turn_to_fetch(self, caller: Caller) -> Generator[None]:
        with self._lock:
            mine = self._fetching.get(caller.user_id, 0)
            if mine >= MAX_FETCHING_PER_USER:
                raise RateError("Too many files are being fetched for you", hint="wait", retry_after_s=_RETRY_S)
            if sum(self._fetching.values()) >= MAX_FETCHING:
                raise OverloadedError("Too many files are being fetched", hint="wait", retry_after_s=_RETRY_S)
            self._fetching[caller.user_id] = mine + 1
        try:
            yield
        finally:
            with self._lock:
                left = self._fetching[caller.user_id] - 1
                if left:
                    self._fetching[caller.user_id] = left
                else:
                    del self._fetching[caller.user_id]


def too_many(count: int) -> UnreadableError:
    """The refusal of a request with more files than one may have."""
    return UnreadableError(f"{count} files at once", hint=f"send {MAX_FILES} at most, and the rest afterwards")


def _texts(value: object, name: str) -> list[str]:
    listed = cast("list[object]", value) if isinstance(value, list) else []
    texts = [entry for entry in listed if isinstance(entry, str) and entry.strip()]
    if not listed or len(texts) != len(listed):
        raise UnreadableError(f"{name} is not a list of texts", hint=f'send {{"{name}": ["..."]}}')
    if len(texts) > MAX_FILES:
        raise too_many(len(texts))
    return texts
