"""Links that let others look at a session, and do nothing else."""

from __future__ import annotations

import base64
import threading
from collections import OrderedDict
from concurrent.futures import Future
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from wavereel.errors import GoneError, NotFoundError, WavereelError
from wavereel.service.backend.caller import Caller
from wavereel.service.backend.core import draft_of, no_session, session_of
from wavereel.store import claims, renders, sessions, users

if TYPE_CHECKING:
    from collections.abc import Callable

    from wavereel.service.backend.core import Core
    from wavereel.service.backend.drafts import Drafts
    from wavereel.service.backend.links import Links
    from wavereel.service.backend.previews import Previews
    from wavereel.store.sessions import Session

LIFE_S = 604_800
MAX_SHOWN = 20
MAX_REMEMBERED = 96
"""Titles, summaries and posters, of a third as many sessions."""

POSTER_WIDTH_PX = 640
PATIENCE_S = 10.0
"""So long a viewer waits for what is being made for another one."""


class Claims:
    """Claim tokens and what they show."""

    def __init__(self, core: Core, links: Links, drafts: Drafts, previews: Previews) -> None:
        self._core = core
        self._links = links
        self._drafts = drafts
        self._previews = previews
        self._lock = threading.Lock()
        self._made: OrderedDict[tuple[str, str, int], str] = OrderedDict()
        self._making: dict[tuple[str, str, int], Future[str]] = {}

    def issue(self, caller: Caller, task_id: object, session_id: object) -> dict[str, Any]:
        """`claim_token`, `expires_in` and `url`.

        Raises:
            SessionNotFoundError: No such session of the caller, or it belongs to another task.
        """
        caller.need("read")
        now_ms = self._core.clock()
        named = session_id if isinstance(session_id, str) else ""
        with self._core.database.write() as tx:
            session = session_of(tx, caller, named)
            if task_id is not None and task_id != session.task_id:
                raise no_session(named)
            token = claims.create(tx, caller.user_id, session.id, now_ms=now_ms, expires_at_ms=now_ms + LIFE_S * 1000)
        return {"claim_token": token, "expires_in": LIFE_S, "url": self._links.claim_url(token)}

    def view(self, claim_token: str) -> dict[str, Any]:
        """What a link shows.

        Returns:
            `title` (the draft's, else the task's name), `task_name`, `language`, `created_at`, `updated_at`,
            `expires_at`, `summary` (the timeline in words, empty where there is none), `has_draft`, `videos` (`url`,
            `filename`, `created_at`, `duration`, `width`, `height` and `size` of finished exports, the newest last),
            and `poster`: where there is no video yet, a picture as a `data:` address, else `None`.

        Raises:
            NotFoundError: Not one of ours, or its session was deleted.
            GoneError: Its time is over.
        """
        claim, caller, session = self._opened(claim_token)
        videos = self._videos(session)
        return {
            "title": self._title(session) or session.task_name,
            "task_name": session.task_name,
            "language": session.language,
            "created_at": session.created_at_ms,
            "updated_at": session.updated_at_ms,
            "expires_at": claim.expires_at_ms,
            "summary": self._summary(caller, session),
            "has_draft": bool(session.draft),
            "videos": videos,
            "poster": None if videos or not session.draft else self._poster(caller, session),
        }

    def _title(self, session: Session) -> str:
        def told() -> str:
            about: dict[str, Any] = draft_of(session).get("m") or {}
            return str(about.get("title") or "")

        return self._once(("title", session.id, session.rev), told) if session.draft else ""

    def _summary(self, caller: Caller, session: Session) -> str:
        def told() -> str:
            return str(self._drafts.summary(caller, session.id)["text"])

        return self._once(("summary", session.id, session.rev), told) if session.draft else ""

    def _poster(self, caller: Caller, session: Session) -> str | None:
        def painted() -> str:
            picture = self._previews.frame(caller, session.id, None, POSTER_WIDTH_PX)
            return "data:image/png;base64," + base64.b64encode(picture).decode()

        return self._once(("poster", session.id, session.rev), painted) or None

    def _once(self, key: tuple[str, str, int], make: Callable[[], str]) -> str:
        """What was made of a revision; made once, since anybody with the link may ask again. Empty where it fails."""
        with self._lock:
            if (known := self._made.get(key)) is not None:
                self._made.move_to_end(key)
                return known
            waited = self._making.get(key)
            made = self._making.setdefault(key, Future())
        if waited is None:
            self._make(key, make, made)
        try:
            return made.result(PATIENCE_S)
        except TimeoutError:  # the rest of the page can be shown
            return ""

    def _make(self, key: tuple[str, str, int], make: Callable[[], str], made: Future[str]) -> None:
        known = None
        try:
            with suppress(WavereelError):
                known = make()
        finally:
            with self._lock:
                del self._making[key]
                if known is not None:
                    self._made[key] = known
                while len(self._made) > MAX_REMEMBERED:
                    self._made.popitem(last=False)
            made.set_result(known or "")

    def _opened(self, claim_token: str) -> tuple[claims.Claim, Caller, Session]:
        unknown = NotFoundError("This link leads nowhere", hint="ask for a new one")
        with self._core.database.read() as tx:
            claim = claims.find(tx, claim_token) if 0 < len(claim_token) <= 100 else None
            if claim is None:
                raise unknown
            if claim.expires_at_ms <= self._core.clock():
                raise GoneError("This link has expired", hint="ask for a new one")
            session = sessions.get(tx, claim.user_id, claim.session_id)
            user = users.get(tx, claim.user_id)
        if session is None or user is None:
            raise unknown
        return claim, Caller(user.id, user.kind, frozenset({"read"})), session

    def _videos(self, session: Session) -> list[dict[str, Any]]:
        with self._core.database.read() as tx:
            jobs = renders.of_session(tx, session.user_id, session.id)
        finished = [job for job in jobs if job.state == "completed" and job.blob is not None]
        return [
            {
                "url": self._links.render_url(job.id, job.blob or ""),
                "filename": f"{job.id}.mp4",
                "created_at": job.created_at_ms,
                "duration": (job.result or {}).get("duration"),
                "width": (job.result or {}).get("width"),
                "height": (job.result or {}).get("height"),
                "size": (job.result or {}).get("size"),
            }
            for job in finished[-MAX_SHOWN:]
        ]
