"""What every part of the backend stands on."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from wavereel.errors import OutputError, SessionNotFoundError
from wavereel.service.backend.caller import LOCAL_USER
from wavereel.service.backend.ports import Unheard
from wavereel.store import sessions, users
from wavereel.store.database import wall_ms

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wavereel.service.backend.caller import Caller
    from wavereel.service.backend.ports import Notifier, Tasks
    from wavereel.settings import Settings
    from wavereel.store.blobs import Blobs
    from wavereel.store.database import Database, Tx
    from wavereel.store.sessions import Session

APP = "nemo_agent"
"""The one agent that this backend serves, by the name that clients put into their paths."""

FOLDERS = ("blobs", "parts", "segments", "cache", "logs")
"""What a data folder holds beside the database."""

MAX_SESSION_ID_CHARS = 128
_MARK = "~"
"""Stands in the ids of sessions whose id a client chose."""


@dataclass
class Core:
    """The store, the settings and the ports.

    Attributes:
        folder: The folder of the data.
        settings: What this machine's owner wants.
        database: Everything that is not bytes of media.
        blobs: The bytes of media.
        tasks: Children for heavy work.
        clock: The time now, in milliseconds since 1970.
        notifier: Who is told about new work.
        bound: The address that the server listens at, as `http://127.0.0.1:8080`; the server says it when it knows.
    """

    folder: Path
    settings: Settings
    database: Database
    blobs: Blobs
    tasks: Tasks
    clock: Callable[[], int] = wall_ms
    notifier: Notifier = field(default_factory=Unheard)
    bound: str = ""

    @property
    def parts(self) -> Path:
        """Where uploads in flight lie: on the blobs' file system, so that they are moved and not copied."""
        return self.folder / "parts"

    @property
    def base_url(self) -> str:
        """What addresses handed out begin with; no header of a request has a say in it."""
        if self.settings.public_url:
            return self.settings.public_url.rstrip("/")
        if self.bound:
            return self.bound
        host = f"[{self.settings.host}]" if ":" in self.settings.host else self.settings.host
        return f"http://{host}:{self.settings.port}"

    def counts_credits(self, tx: Tx, user_id: str) -> bool:
        """Whether what this user does has a price."""
        if self.settings.no_credits or user_id == LOCAL_USER:
            return False
        user = users.get(tx, user_id)
        return user is None or user.kind != "local"


def open_core(folder: Path, settings: Settings, tasks: Tasks, *, notifier: Notifier | None = None) -> Core:
    """Opens a data folder, and makes it where it is missing.

    Raises:
        OutputError: The folder cannot be written, or belongs to a newer version.
    """
    from wavereel.store.blobs import Blobs
    from wavereel.store.database import Database

    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name in FOLDERS:
            (folder / name).mkdir(exist_ok=True, mode=0o700)
    except OSError as error:
        hint = "choose another folder with --data"
        raise OutputError(f"cannot write into {folder} ({error.strerror})", hint=hint) from None
    database = Database.open(folder)
    return Core(folder, settings, database, Blobs(folder / "blobs"), tasks, notifier=notifier or Unheard())


def session_of(tx: Tx, caller: Caller, session_id: str) -> Session:
    """A caller's session.

    Raises:
        SessionNotFoundError: There is none of that name, or it is somebody else's: no way to tell which.
    """
    found = None
    if 0 < len(session_id) <= MAX_SESSION_ID_CHARS and session_id.isascii():
        found = sessions.get(tx, caller.user_id, session_id)
        if found is None and _MARK not in session_id:
            found = sessions.get(tx, caller.user_id, chosen_id(caller.user_id, session_id))
    if found is None:
        raise no_session(session_id)
    return found


def chosen_id(user_id: str, wanted: str) -> str:
    """How an id that a client chose is stored: one word of two users is two ids, so neither learns of the other."""
    return f"{wanted}{_MARK}{hashlib.sha256(user_id.encode()).hexdigest()[:12]}"


def wire_id(stored: str) -> str:
    """A session's id as its user knows it."""
    return stored.partition(_MARK)[0]


def no_session(session_id: str) -> SessionNotFoundError:
    """The one answer for sessions that are not there and for those of others."""
    shown = wire_id(session_id)[:40] if session_id.isprintable() else "?"
    return SessionNotFoundError(f"Session not found: {shown}")


def draft_of(session: Session) -> dict[str, Any]:
    """A session's draft as an object; empty before the first edit."""
    return json.loads(session.draft) if session.draft else {}
