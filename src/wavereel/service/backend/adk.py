"""Sessions as a client of Google's ADK sees them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from wavereel.errors import IdTakenError, UnreadableError, WavereelError
from wavereel.service.backend.core import APP, chosen_id, session_of, wire_id
from wavereel.service.backend.sessions import DEFAULT_LANGUAGE, DEFAULT_NAME, Sessions, add_session
from wavereel.service.backend.state import READ_ONLY, state_of
from wavereel.store import events as told_events
from wavereel.store import sessions

if TYPE_CHECKING:
    from wavereel.service.backend.caller import Caller
    from wavereel.service.backend.core import Core
    from wavereel.service.backend.drafts import Drafts
    from wavereel.service.backend.links import Links
    from wavereel.store.database import Tx
    from wavereel.store.sessions import Session

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@-]{0,99}", re.ASCII)


class AdkSessions(Sessions):
    """The same sessions in a second shape; `user` is how the path names the caller, which the answers repeat."""

    def __init__(self, core: Core, links: Links, drafts: Drafts) -> None:
        super().__init__(core, links)
        self._drafts = drafts

    def adk_create(
        self, caller: Caller, user: str, *, session_id: str | None = None, state: object = None, events: object = None
    ) -> dict[str, Any]:
        """A new session.

        Args:
            caller: Who asks; needs the scope `write`.
            user: The user as the path names it.
            session_id: The id that the client wants; it is the caller's own and says nothing of other users' ids.
            state: What the state starts with: `draft` is checked like a save, other keys are kept as they are.
            events: Not taken over: the events of this backend are its own.

        Raises:
            IdTakenError: The caller has a session of that id already.
            DraftError: The draft breaks the schema.
            UnreadableError: The state is no object, it sets what is read-only, or the id is none.
            RateError: The caller has as many sessions as a user may have.
        """
        del events
        caller.need("write")
        if session_id and not _ID.fullmatch(session_id):
            hint = "use letters, digits, dots, dashes and underscores, 100 at most"
            raise UnreadableError("This cannot be the id of a session", hint=hint)
        initial = _object(state)
        with self._core.database.write() as tx:
            stored = ""
            if session_id:
                stored = chosen_id(caller.user_id, session_id)
                if sessions.get(tx, caller.user_id, stored) or sessions.get(tx, caller.user_id, session_id):
                    raise IdTakenError(f"Session already exists: {session_id}")
            session = add_session(self._core, tx, caller, DEFAULT_NAME, DEFAULT_LANGUAGE, session_id=stored)
        if initial:
            try:
                self._drafts.patch_state(caller, session.id, initial)
            except WavereelError:
                with self._core.database.write() as tx:
                    sessions.delete(tx, caller.user_id, session.id)
                raise
        return self._told(caller, user, session.id)

    def adk_get(self, caller: Caller, user: str, session_id: str) -> dict[str, Any]:
        """A session with its events.

        Raises:
            SessionNotFoundError: No such session of the caller.
        """
        caller.need("read")
        return self._told(caller, user, session_id)

    def _told(self, caller: Caller, user: str, session_id: str) -> dict[str, Any]:
        with self._core.database.read() as tx:
            session = session_of(tx, caller, session_id)
            told = [event.body for event in told_events.of_session(tx, session.id)]
            return self._shape(tx, session, user, told)

    def adk_list(self, caller: Caller, user: str) -> list[dict[str, Any]]:
        """The caller's sessions, the one changed last first, with neither events nor state, as ADK lists them."""
        caller.need("read")
        with self._core.database.read() as tx:
            return [_frame(session, user) for session in sessions.list_of(tx, caller.user_id)]

    def adk_patch(self, caller: Caller, user: str, session_id: str, state_delta: object) -> dict[str, Any]:
        """Applies a delta to the state, as `Drafts.patch_state` does; the session afterwards.

        Raises:
            SessionNotFoundError: No such session of the caller.
            UnreadableError: The delta is no object, or sets what is read-only.
            DraftError: The draft breaks the schema.
        """
        caller.need("write")
        delta = _object(state_delta)
        with self._core.database.read() as tx:
            session = session_of(tx, caller, session_id)
        if delta:
            self._drafts.patch_state(caller, session.id, delta)
        return self._told(caller, user, session.id)

    def _shape(self, tx: Tx, session: Session, user: str, told: list[dict[str, Any]]) -> dict[str, Any]:
        state = state_of(tx, session, self._links) | {"draft_rev": session.rev}
        return _frame(session, user) | {"state": state, "events": told}


def _frame(session: Session, user: str) -> dict[str, Any]:
    return {
        "id": wire_id(session.id),
        "appName": APP,
        "userId": user,
        "state": {},
        "events": [],
        "lastUpdateTime": session.updated_at_ms / 1000,
    }


def _object(value: object) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise UnreadableError("The state is not an object", hint="send keys and values")
    fields = cast("dict[str, Any]", value)
    for key in fields:
        if key in READ_ONLY:
            raise UnreadableError(f"{key} cannot be set", hint="upload files, or save the draft")
    return fields
