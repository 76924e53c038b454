"""Drafts over the wire: read, saved whole on the revision that they were read at, and looked up in words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from wavereel.errors import ChangedError, LimitError, OverloadedError, UnreadableError
from wavereel.service.backend.chat_events import short_args
from wavereel.service.backend.core import draft_of, no_session, session_of
from wavereel.service.backend.drafts_desk import request_of, save_result
from wavereel.service.backend.quota import check_quota
from wavereel.service.backend.state import READ_ONLY
from wavereel.store import files, history, sessions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wavereel.service.backend.caller import Caller
    from wavereel.service.backend.core import Core
    from wavereel.service.backend.links import Links
    from wavereel.store.database import Tx
    from wavereel.store.sessions import Session

Tree = dict[str, Any]

MAX_STATE_CHARS = 65_536
"""Of everything that a client keeps in a session's state beside the draft, as JSON."""

TRIES = 3
"""So often a change is made anew where something else saved the draft meanwhile."""

_PROTECTED = READ_ONLY | {"draft_rev"}


class Draft(NamedTuple):
    """A session's draft as it is now.

    Attributes:
        draft: Under its short keys; empty where there is none yet.
        rev: Its revision, 0 where there is none yet.
        etag: Stands for the revision: `"rev-4"`, quotes included.
    """

    draft: dict[str, Any]
    rev: int
    etag: str


class Patch(NamedTuple):
    """A change of a session's state that was checked, to be applied in a transaction.

    Attributes:
        session: As it was when it was checked.
        kept: What is kept beside the draft.
        result: Of the task that looked at its draft; `None` where it changes none.
    """

    session: Session
    kept: dict[str, Any]
    result: Tree | None


class Drafts:
    """The part of the backend that deals with drafts."""

    def __init__(self, core: Core, links: Links) -> None:
        self._core = core
        self._links = links

    def get(self, caller: Caller, session_id: str) -> Draft:
        """The draft of a session.

        Raises:
            ScopeError: The token may not read.
            SessionNotFoundError: No such session of the caller.
        """
        caller.need("read")
        with self._core.database.read() as tx:
            return _present(session_of(tx, caller, session_id))

    def put(
        self,
        caller: Caller,
        session_id: str,
        draft: object,
        *,
        if_match: str | None = None,
        base_rev: int | None = None,
    ) -> Draft:
        """Saves a whole draft as one revision; the same draft again changes nothing.

        Args:
            caller: Who saves; needs the scope `write`.
            session_id: Whose draft.
            draft: The tree as it came.
            if_match: The header `If-Match`: an ETag, several, or `*`.
            base_rev: The revision that the draft was made from; without this and `if_match` it replaces any.

        Raises:
            ScopeError: The token may not write.
            SessionNotFoundError: No such session of the caller.
            ChangedError: Another revision is there; `data` has `draft` and `rev`.
            DraftError: No draft, or one that names files that are not the caller's.
            LimitError: It is larger or nested deeper than a draft may be, or the user's quota is full.
        """
        caller.need("write")
        guarded = base_rev is not None or bool(if_match)
        for _ in range(TRIES):
            with self._core.database.read() as tx:
                session = session_of(tx, caller, session_id)
                owned = files.ids_of_user(tx, caller.user_id)
                request = request_of(self._core, tx, session)
            if not _expected(session.rev, if_match, base_rev):
                if _same(draft, draft_of(session)):
                    return _present(session)
                raise _changed(session)
            saved = self._saved(session, request | {"fresh": draft, "files": owned})
            if saved is not None:
                return saved
            if guarded:
                with self._core.database.read() as tx:
                    raise _changed(session_of(tx, caller, session_id))
        raise moving()

    def _saved(self, session: Session, request: Tree) -> Draft | None:
        """Saves a draft; `None` where another one was saved meanwhile.

        Raises:
            DraftError, LimitError: It is none, or the user's quota is full.
            SessionNotFoundError: The session was deleted meanwhile.
        """
        core = self._core
        result = core.tasks.call("save", request)
        if not result["changed"]:
            return _present(session)
        with core.database.write() as tx:
            if not self._save(tx, session, result):
                return None
        rev = int(result["rev"])
        return Draft(json.loads(bytes(result["draft"])), rev, etag_of(rev))

    def _save(self, tx: Tx, session: Session, result: Tree) -> bool:
        """Stores what the task `save` gave; `False` where another draft was saved meanwhile.

        Raises:
            LimitError: The user's quota is full.
            SessionNotFoundError: The session was deleted meanwhile.
        """
        core = self._core
        if sessions.get(tx, session.user_id, session.id) is None:
            raise no_session(session.id)
        check_quota(core, tx, session.user_id, 0 if result["whole"] else len(result["lines"]))
        if not save_result(core, tx, session, result, session.asked or {}):
            return False
        for identity in result["sources"]:
            sessions.add_media(tx, session.id, session.user_id, identity, now_ms=core.clock())
        return True

    def revisions(self, caller: Caller, session_id: str) -> dict[str, Any]:
        """What was done, oldest first: `{"revisions": [{rev, turn, of, said, ops}], "rev"}`.

        Raises:
            ScopeError: The token may not read.
            SessionNotFoundError: No such session of the caller.
        """
        caller.need("read")
        with self._core.database.read() as tx:
            session = session_of(tx, caller, session_id)
            lines = history.read(tx, session.id).split(b"\n")
        return {
            "revisions": [_revision(json.loads(line)) for line in lines if line.startswith(b'{"rev":')],
            "rev": session.rev,
        }

    def patch_state(self, caller: Caller, session_id: str, delta: Mapping[str, Any]) -> None:
        """Applies a change of the session's state: `draft` is saved, unknown keys are kept, the others are read-only.

        Raises:
            ScopeError: The token may not write.
            SessionNotFoundError: No such session of the caller.
            UnreadableError: It sets what is read-only.
            LimitError: The state would be larger than a state may be.
            DraftError: Its draft is none.
        """
        for _ in range(TRIES):
            patch = self.check_patch(caller, session_id, delta)
            with self._core.database.write() as tx:
                if self.apply_patch(tx, patch):
                    return
        raise moving()

    def check_patch(self, caller: Caller, session_id: str, delta: Mapping[str, Any]) -> Patch:
        """Checks a change of the state, for `apply_patch`; raises as `patch_state`."""
        caller.need("write")
        protected = sorted(_PROTECTED & delta.keys())
        if protected:
            raise UnreadableError(f"These are read-only: {', '.join(protected)}", hint="leave them out")
        kept = {key: value for key, value in delta.items() if key != "draft"}
        with self._core.database.read() as tx:
            session = session_of(tx, caller, session_id)
            _check_state(session.state | kept)
            request = request_of(self._core, tx, session) if delta.get("draft") else {}
            owned = files.ids_of_user(tx, caller.user_id) if request else []
        if not request:
            return Patch(session, kept, None)
        return Patch(session, kept, self._core.tasks.call("save", request | {"fresh": delta["draft"], "files": owned}))

    def apply_patch(self, tx: Tx, patch: Patch) -> bool:
        """Applies what `check_patch` gave; `False` where another draft was saved meanwhile, and nothing is done.

        Raises:
            SessionNotFoundError: The session was deleted meanwhile.
            LimitError: The state would be larger than a state may be, or the user's quota is full.
        """
        if patch.result is not None and patch.result["changed"] and not self._save(tx, patch.session, patch.result):
            return False
        if patch.kept:
            session = sessions.get(tx, patch.session.user_id, patch.session.id)
            if session is None:
                raise no_session(patch.session.id)
            state = session.state | patch.kept
            _check_state(state)
            sessions.set_state(tx, session.id, state, self._core.clock())
        return True

    def summary(self, caller: Caller, session_id: str) -> dict[str, Any]:
        """The timeline in words: `{"line", "text", "rev", "length_ms"}`.

        Raises:
            ScopeError: The token may not read.
            SessionNotFoundError: No such session of the caller.
        """
        told = self._told(caller, session_id)
        return {key: told[key] for key in ("line", "text", "rev", "length_ms")}

    def captions(self, caller: Caller, session_id: str) -> str:
        """The captions as an SRT file's text; empty where there are none. Raises as `summary`."""
        return str(self._told(caller, session_id)["srt"])

    def _told(self, caller: Caller, session_id: str) -> Tree:
        caller.need("read")
        with self._core.database.read() as tx:
            session = session_of(tx, caller, session_id)
            request = request_of(self._core, tx, session, with_history=False)
        return self._core.tasks.call("summary", request | {"lang": session.language})


def etag_of(rev: int) -> str:
    """The ETag of a revision."""
    return f'"rev-{rev}"'


def moving() -> OverloadedError:
    """The refusal of a change that others forestall again and again."""
    return OverloadedError("the draft is changed again and again by something else", hint="try again")


def _present(session: Session) -> Draft:
    return Draft(draft_of(session), session.rev, etag_of(session.rev))


def _expected(rev: int, if_match: str | None, base_rev: int | None) -> bool:
    """Whether a revision is the one that a client thinks is there."""
    if base_rev is not None and base_rev != rev:
        return False
    if not if_match:
        return True
    tags = [tag.strip().removeprefix("W/") for tag in if_match.split(",")]
    return "*" in tags or etag_of(rev) in tags


def _same(fresh: object, present: Tree) -> bool:
    """Whether a draft that is sent again is what is there: then it does not matter what it was made from."""
    if not isinstance(fresh, dict):
        return False
    aside = ("rev", "video_infos")
    sent = cast("Tree", fresh)
    return {key: value for key, value in sent.items() if key not in aside} == {
        key: value for key, value in present.items() if key not in aside
    }


def _changed(session: Session) -> ChangedError:
    return ChangedError(
        f"The draft was changed meanwhile: it is at revision {session.rev}",
        hint="make the change on the present draft",
        data={"draft": draft_of(session), "rev": session.rev},
    )


def _check_state(state: Mapping[str, Any]) -> None:
    if len(json.dumps(state)) > MAX_STATE_CHARS:
        raise LimitError(f"the state is larger than {MAX_STATE_CHARS} characters", hint="keep less in it")


def _revision(head: Tree) -> Tree:
    return {
        "rev": head["rev"],
        "turn": head.get("turn"),
        "of": head.get("of"),
        "said": head.get("said", ""),
        "ops": [short_args(op) for op in head.get("ops", ())],
    }
