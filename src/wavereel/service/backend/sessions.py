"""Sessions: made, looked at, listed and deleted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from wavereel.errors import RateError, SessionNotFoundError, UnreadableError
from wavereel.service.backend.core import APP, no_session, session_of, wire_id
from wavereel.service.backend.names import plain_line
from wavereel.service.backend.state import NEW_CANVAS, renders_of, state_of
from wavereel.store import sessions

if TYPE_CHECKING:
    from wavereel.service.backend.caller import Caller
    from wavereel.service.backend.core import Core
    from wavereel.service.backend.links import Links
    from wavereel.store.database import Tx
    from wavereel.store.sessions import Session

DEFAULT_NAME = "project"
DEFAULT_LANGUAGE = "en"
MAX_NAME_CHARS = 200
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8}){0,3}", re.ASCII)


class Sessions:
    """Sessions of users."""

    def __init__(self, core: Core, links: Links) -> None:
        self._core = core
        self._links = links

    def create(self, caller: Caller, body: object = None) -> dict[str, Any]:
        """A new session: `task_id`, `session_id`, `user_id`, `task_name`, `language`.

        Args:
            caller: Who asks; needs the scope `write`.
            body: `task_name` and `language`, both optional; `None` for an empty body.

        Raises:
            UnreadableError: A field is of the wrong type.
            RateError: The caller has as many sessions as a user may have.
        """
        caller.need("write")
        if body is not None and not isinstance(body, dict):
            raise UnreadableError("The body is not an object", hint='send {"task_name": "project", "language": "en"}')
        fields = cast("dict[str, object]", body or {})
        name = _text(fields, "task_name", DEFAULT_NAME)
        language = _text(fields, "language", DEFAULT_LANGUAGE)
        with self._core.database.write() as tx:
            session = add_session(self._core, tx, caller, name, language)
        return {
            "task_id": session.task_id,
            "session_id": session.id,
            "user_id": caller.user_id,
            "task_name": session.task_name,
            "language": session.language,
        }

    def state(self, caller: Caller, session_id: str) -> dict[str, Any]:
        """The whole state of a session, `version` included.

        Raises:
            SessionNotFoundError: No such session of the caller.
        """
        caller.need("read")
        with self._core.database.read() as tx:
            session = session_of(tx, caller, session_id)
            return {
                "session_id": wire_id(session.id),
                "task_id": session.task_id,
                "task_name": session.task_name,
                "language": session.language,
                "user_id": caller.user_id,
                "version": session.version,
                "state": state_of(tx, session, self._links),
                "renders": renders_of(tx, session),
            }

    def version(self, caller: Caller, session_id: str) -> int:
        """What the ETag is made of; raises as `state` does."""
        caller.need("read")
        with self._core.database.read() as tx:
            found = sessions.version_of(tx, caller.user_id, session_id)
            return session_of(tx, caller, session_id).version if found is None else found

    def listing(self, caller: Caller) -> list[dict[str, Any]]:
        """The caller's sessions, the one changed last first.

        Each has `session_id`, `task_id`, `task_name`, `language`, `version`, `has_draft`, `created_at`, `updated_at`.
        """
        caller.need("read")
        with self._core.database.read() as tx:
            found = sessions.list_of(tx, caller.user_id)
        return [
            {
                "session_id": wire_id(session.id),
                "task_id": session.task_id,
                "task_name": session.task_name,
                "language": session.language,
                "version": session.version,
                "has_draft": session.rev > 0,
                "created_at": session.created_at_ms,
                "updated_at": session.updated_at_ms,
            }
            for session in found
        ]

    def delete(self, caller: Caller, session_id: str) -> bool:
        """Removes a session with its draft and events; files and exports stay. False where there was none."""
        caller.need("write")
        with self._core.database.write() as tx:
            try:
                session = session_of(tx, caller, session_id)
            except SessionNotFoundError:
                return False
            return sessions.delete(tx, caller.user_id, session.id)


def add_session(core: Core, tx: Tx, caller: Caller, name: str, language: str, *, session_id: str = "") -> Session:
    """A new session of a caller.

    Raises:
        RateError: The caller has as many as a user may have.
        SessionNotFoundError: The id that was wanted is taken.
    """
    allowed = core.settings.sessions_per_user
    if sessions.count_of(tx, caller.user_id) >= allowed:
        raise RateError(f"{allowed} sessions are there already", hint="delete one that is not used")
    made = sessions.create(
        tx,
        caller.user_id,
        app=APP,
        task_name=plain_line(name, MAX_NAME_CHARS) or DEFAULT_NAME,
        language=language if _LANGUAGE.fullmatch(language) else DEFAULT_LANGUAGE,
        canvas=NEW_CANVAS,
        now_ms=core.clock(),
        session_id=session_id,
    )
    if made is None:
        raise no_session(session_id)
    return made


def _text(fields: dict[str, object], key: str, default: str) -> str:
    value = fields.get(key)
    if value is None:
        return default
    if not isinstance(value, str):
        raise UnreadableError(f"{key} is not a text", hint="give it in quotes, or leave it out")
    return value.strip() or default
