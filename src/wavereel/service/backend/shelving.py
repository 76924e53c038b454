"""From bytes that came to files of a user: looked at in a child process, then kept, all or nothing."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from wavereel.errors import LimitError, NotMediaError, WavereelError
from wavereel.service.backend.core import session_of
from wavereel.service.backend.quota import check_quota
from wavereel.service.backend.state import file_entry
from wavereel.store import files, sessions
from wavereel.store.files import File

if TYPE_CHECKING:
    from wavereel.service.backend.caller import Caller
    from wavereel.service.backend.core import Core
    from wavereel.service.backend.links import Links
    from wavereel.service.backend.receiver import Receiver

_LOG = logging.getLogger(__name__)

SUPPORTED = ("mp4", "mov", "avi", "webm", "mkv", "jpg", "png", "gif", "webp", "mp3", "wav", "m4a", "aac")
"""The kinds that the protocol lists."""

ALSO = ("jpeg", "flac", "ogg", "opus", "aiff")
"""Further ones that are taken."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one file of a request.

    Attributes:
        filename: As its owner calls it.
        error: Why it was not taken.
        file: What is to be kept.
        receiver: Where its bytes are; `None` where they are kept already.
    """

    filename: str
    error: WavereelError | None = None
    file: File | None = None
    receiver: Receiver | None = None


class Shelving:
    """Keeps what came in."""

    def __init__(self, core: Core, links: Links) -> None:
        self._core = core
        self._links = links

    def supported(self) -> dict[str, Any]:
        """What the refusal of a file tells a program."""
        return {"supported": list(SUPPORTED), "also": list(ALSO)}

    def look(self, caller: Caller, receiver: Receiver) -> Taken:
        """Finds out, in a child process, what a file is; its error where it is not taken."""
        if receiver.refusal is not None:
            return Taken(receiver.filename, error=receiver.refusal)
        try:
            receiver.finish()
            request = {"path": str(receiver.path), "filename": receiver.filename, "owner": caller.user_id}
            found = self._core.tasks.call("examine", request)
            self._check_length(found["entry"])
        except NotMediaError as error:
            reason = error.message.removeprefix(f"{receiver.filename} ")
            reason = reason if reason == error.message else f"it {reason}"
            refusal = NotMediaError(f"Unsupported file type: {receiver.filename}", hint=reason)
            vars(refusal)["data"] = self.supported()
            return Taken(receiver.filename, error=refusal)
        except WavereelError as error:
            return Taken(receiver.filename, error=error)
        return Taken(receiver.filename, file=self._file(receiver, found), receiver=receiver)

    def shelve(self, caller: Caller, session_id: str | None, taken: list[Taken]) -> dict[str, Any]:
        """Keeps what is good of a request, in one transaction.

        Raises:
            SessionNotFoundError: The session was deleted meanwhile; nothing is kept.
            OutputError: The disk is full; nothing is kept.
        """
        adopted: dict[int, str] = {}
        unused: list[str] = []
        try:
            for place, one in enumerate(taken):
                if one.receiver is not None and one.file is not None:
                    # A sweep removes what is old and in no row, as this is for a moment.
                    os.utime(one.receiver.path)
                    adopted[place] = self._core.blobs.adopt(one.receiver.path)
            entries = self._record(caller, session_id, taken, adopted, unused)
        except BaseException:
            unused = list(adopted.values())
            raise
        finally:
            for blob in unused:
                self._core.blobs.delete(blob)
        return {
            "files": entries,
            "errors": [
                {"filename": one.filename, "code": one.error.wire_code, "message": one.error.message}
                for one in taken
                if one.error is not None
            ],
            "session_state_applied": session_id is not None,
        }

    def _record(
        self,
        caller: Caller,
        session_id: str | None,
        taken: list[Taken],
        adopted: dict[int, str],
        unused: list[str],
    ) -> list[dict[str, Any]]:
        now_ms = self._core.clock()
        entries: list[dict[str, Any]] = []
        with self._core.database.write() as tx:
            session = None if session_id is None else session_of(tx, caller, session_id)
            for place, one in enumerate(taken):
                if one.file is None:
                    continue
                kept = one.file
                if place in adopted:
                    kept = files.put(tx, _of_user(one.file, caller.user_id, adopted[place], now_ms))
                    if kept.blob != adopted[place]:
                        unused.append(adopted[place])
                else:
                    files.touch(tx, caller.user_id, kept.id, now_ms)
                if session is not None:
                    called = one.filename if place in adopted else None  # what is only attached keeps its name
                    sessions.add_media(tx, session.id, caller.user_id, kept.id, now_ms=now_ms, filename=called)
                entries.append(file_entry(replace(kept, filename=one.filename), self._links))
            if adopted:
                check_quota(self._core, tx, caller.user_id, 0)
            if session is not None:
                sessions.bump(tx, session.id, now_ms)
        _LOG.info("%d files of %s kept", len(entries), caller.user_id)
        return entries

    def _check_length(self, entry: dict[str, Any]) -> None:
        longest_s = self._core.settings.max_media_s
        if (entry.get("duration") or 0) > longest_s:
            error = LimitError(f"File is longer than {longest_s} s", hint="send a part of it")
            vars(error)["data"] = {"limit_s": longest_s}
            raise error

    def _file(self, receiver: Receiver, found: dict[str, Any]) -> File:
        return File(
            user_id="",
            id=f"f_{receiver.sha256[:16]}",
            blob="",
            filename=receiver.filename,
            size=receiver.size,
            sha256=receiver.sha256,
            entry=found["entry"],
            facts=found["facts"],
            created_at_ms=0,
            used_at_ms=0,
            lost=False,
        )


def _of_user(file: File, user_id: str, blob: str, now_ms: int) -> File:
    return replace(file, user_id=user_id, blob=blob, created_at_ms=now_ms, used_at_ms=now_ms)
