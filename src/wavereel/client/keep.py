"""What the client remembers between two calls: client id, token and last session, apart for each backend.

All of it is secret: who holds the client id holds the account. So each backend has a file of its own with mode 0600,
and what belongs to one backend is never sent to another. A token that is given by hand is not written down, and has a
last session of its own, under a hash of it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import uuid
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from pathlib import Path

    from wavereel.client.bases import Base

MAX_FILE_BYTES = 64 << 10
MAX_OTHERS = 20
"""Last sessions that are kept for tokens that are given by hand; the oldest go."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of one backend; empty where it is not."""

    client_id: str = ""
    token: str = ""
    user_id: str = ""
    session_id: str = ""
    task_id: str = ""


class Keep:
    """The file of one backend.

    Args:
        folder: The folder of such files; made with mode 0700 when something is written.
        base: Which backend.
    """

    def __init__(self, folder: Path, base: Base) -> None:
        self._folder = folder
        self._base = base
        self.is_writable = True
        self._path = folder / f"{hashlib.sha256(base.address.encode()).hexdigest()[:16]}.json"

    def read(self, token: str = "") -> Kept:
        """What is kept; nothing where the file is missing or broken.

        Args:
            token: One that was given by hand, whose last session is meant; by default the kept token's.
        """
        kept, others = self._stored()
        if not token or token == kept.token:
            return kept
        session_id, task_id = others.get(_key(token), ("", ""))
        return replace(kept, session_id=session_id, task_id=task_id)

    def _stored(self) -> tuple[Kept, dict[str, tuple[str, str]]]:
        """What is kept, and session and task of other tokens by their hashes, the oldest first."""
        try:
            with self._path.open("rb") as file:
                if os.name == "posix" and os.fstat(file.fileno()).st_mode & 0o077:
                    os.fchmod(file.fileno(), 0o600)
                tree: object = json.loads(file.read(MAX_FILE_BYTES))
        except (OSError, ValueError, RecursionError):
            return Kept(), {}
        if not isinstance(tree, dict):
            return Kept(), {}
        values = cast("dict[str, Any]", tree)
        if values.get("base") != self._base.address:
            return Kept(), {}
        kept = Kept(**{key: text for key in Kept.__dataclass_fields__ if (text := _text(values.get(key)))})
        others = values.get("others")
        if not isinstance(others, dict):
            return kept, {}
        found: dict[str, tuple[str, str]] = {}
        for key, row in cast("dict[str, Any]", others).items():
            if isinstance(row, dict):
                session = cast("dict[str, Any]", row)
                found[key] = (_text(session.get("session_id")), _text(session.get("task_id")))
        return kept, found

    def change(self, for_token: str = "", **values: str) -> Kept:
        """Writes what has changed, and keeps the rest; where that cannot be done, `is_writable` tells.

        Args:
            for_token: One that was given by hand, whose `session_id` and `task_id` these are.
            **values: Fields of `Kept`.
        """
        kept, others = self._stored()
        changed = replace(kept, **values)
        if for_token and for_token != kept.token:
            others.pop(_key(for_token), None)
            others[_key(for_token)] = (changed.session_id, changed.task_id)
            kept = replace(changed, session_id=kept.session_id, task_id=kept.task_id)
        else:
            kept = changed
        tree: dict[str, Any] = {"base": self._base.address} | asdict(kept)
        if others:
            last = list(others.items())[-MAX_OTHERS:]
            tree["others"] = {key: {"session_id": session, "task_id": task} for key, (session, task) in last}
        self._write(json.dumps(tree, ensure_ascii=False, indent=1).encode())
        return changed

    def _write(self, data: bytes) -> None:
        scratch = self._path.with_name(f".{self._path.name}.{secrets.token_hex(4)}")
        self.is_writable = False
        with contextlib.suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                    file.write(data)
                os.replace(scratch, self._path)
                self.is_writable = True
            except OSError:
                scratch.unlink(missing_ok=True)

    def client_id(self, *, fresh: bool = False) -> str:
        """The id that names this user to the backend; made once, and again where the backend wants another."""
        kept = self.read()
        if kept.client_id and not fresh:
            return kept.client_id
        return self.change(client_id=str(uuid.uuid4())).client_id


def _key(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()[:16]


def _text(value: object) -> str:
    return value if isinstance(value, str) and value.isprintable() else ""
