"""Exports over the wire: submitted once, polled, cancelled, downloaded."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from wavereel.errors import (
    DraftError,
    GoneError,
    IdTakenError,
    NotFinishedError,
    NotFoundError,
    OverloadedError,
    PlanError,
    RateError,
    UnreadableError,
)
from wavereel.service.backend.core import session_of
from wavereel.service.backend.named_files import named_file
from wavereel.service.backend.queue_view import QueueView
from wavereel.service.backend.quota import check_quota
from wavereel.service.backend.render_endings import after_failure, reference_of
from wavereel.service.backend.render_status import row_of, seconds_left, status_of
from wavereel.store import files, queue, renders, sessions

if TYPE_CHECKING:
    from pathlib import Path

    from wavereel.service.backend.balances import Balances
    from wavereel.service.backend.caller import Caller
    from wavereel.service.backend.core import Core
    from wavereel.service.backend.links import Links
    from wavereel.store.database import Tx
    from wavereel.store.files import File
    from wavereel.store.renders import Render

_ID = re.compile(r"[A-Za-z0-9._-]{1,128}", re.ASCII)


class _Asked(NamedTuple):
    """A submission whose fields have the right types."""

    id: str
    session_id: str
    draft: dict[str, Any]
    output: dict[str, Any]
    sha: str


class Submission(NamedTuple):
    """An export that was checked, to be queued in a transaction; `checked` is `None` where it is known already."""

    asked: _Asked
    checked: dict[str, Any] | None


class Renders:
    """The part of the backend that deals with exports."""

    def __init__(self, core: Core, links: Links, balances: Balances) -> None:
        self._core = core
        self._links = links
        self._balances = balances
        self._queue = QueueView()

    def admit(self, caller: Caller) -> None:
        """Says whether a caller may export at all; `submit` asks this first, and a server before it reads the body.

        Raises:
            PlanError: Neither the token's scopes nor the headers allow it.
        """
        if caller.may("render") or caller.attribution.complete:
            return
        missing = caller.attribution.missing
        raise PlanError(
            "Export is not available on the free plan. Register or upgrade your plan to unlock export.",
            hint=f"missing attribution headers: {', '.join(missing)}",
            data={"missing": missing},
        )

    def submit(self, caller: Caller, body: object) -> dict[str, Any]:
        """Queues an export; the same body again gives the job's present status.

        Args:
            caller: Who asks.
            body: `id`, `sessionId` (or `session_id`), `draft`, and `output` where the defaults are not wanted.

        Returns:
            The whole body of the answer, as `status` gives it.

        Raises:
            PlanError: Neither the scope nor the headers allow it.
            UnreadableError: A field is missing or means nothing.
            SessionNotFoundError: No such session of the caller.
            DraftError: The draft cannot be exported, or names files that are not the caller's.
            IdTakenError: The id names another job already.
            NoCreditsError: The balance does not cover the price.
            LimitError: The user's quota is full.
            RateError: Too many jobs of this caller wait.
            OverloadedError: Too many jobs wait, whosesoever.
        """
        ready = self.check(caller, body)
        if ready.checked is None:
            return self.status_unasked(caller.user_id, ready.asked.id)
        with self._core.database.write() as tx:
            job = self.enqueue(tx, caller, ready)
        self._core.notifier.render_queued()
        with self._core.database.read() as tx:
            return self._status(tx, job)

    def check(self, caller: Caller, body: object) -> Submission:
        """Looks at a submission, for `enqueue`; raises as `submit`."""
        self.admit(caller)
        asked = _read(body)
        with self._core.database.read() as tx:
            known = renders.get(tx, caller.user_id, asked.id)
            if known is not None and known.body_sha == asked.sha:
                return Submission(asked, None)
            session_of(tx, caller, asked.session_id)
            mine = files.ids_of_user(tx, caller.user_id)
        checked = self._core.tasks.call("check_draft", {"draft": asked.draft, "files": mine, "owner": caller.user_id})
        longest_s = self._core.settings.max_media_s
        if checked["length_ms"] > longest_s * 1000:
            raise DraftError(f"the draft is longer than {longest_s} s", hint="export it in parts")
        if known is not None:
            raise _taken(asked.id)
        return Submission(asked, checked)

    def status(self, caller: Caller, render_id: str) -> dict[str, Any]:
        """How a job stands: the whole body of the answer, flat fields and `data`.

        Raises:
            ScopeError: The caller may not read.
            NotFoundError: No such job of the caller.
        """
        caller.need("read")
        with self._core.database.read() as tx:
            return self._status(tx, self._job(tx, caller, render_id))

    def cancel(self, caller: Caller, render_id: str) -> dict[str, Any]:
        """Stops a job; returns its status.

        Raises:
            ScopeError: The caller may not write.
            NotFoundError: No such job of the caller.
            NotFinishedError: It has ended already.
        """
        caller.need("write")
        now_ms = self._core.clock()
        with self._core.database.write() as tx:
            job = self._job(tx, caller, render_id)
            how = renders.request_cancel(tx, caller.user_id, render_id, now_ms)
            if how == "cancelled":
                after_failure(tx, job, renders.CANCELLED, now_ms)
        if how in ("ended", "unknown"):
            raise NotFinishedError(f"The export {render_id} has ended already", hint="start another one")
        return self.status_unasked(caller.user_id, render_id)

    def download(self, caller: Caller, render_id: str) -> tuple[Path, str, int]:
        """The finished video: its path, the name to offer, and its size in bytes.

        Raises:
            ScopeError: The caller may not read.
            NotFoundError: No such job of the caller.
            NotFinishedError: It has not ended, or it failed.
            GoneError: Retention removed it.
        """
        job, path, size = self._video(caller, render_id)
        return path, f"{job.id}.mp4", size

    def _video(self, caller: Caller, render_id: str) -> tuple[Render, Path, int]:
        caller.need("read")
        with self._core.database.read() as tx:
            job = self._job(tx, caller, render_id)
        if job.state != "completed":
            how = f"failed ({job.error})" if job.state == "failed" else f"is {job.state}"
            raise NotFinishedError(f"The export {render_id} {how}", hint="poll it until it is completed")
        gone = GoneError(f"The video of {render_id} was removed, as it was too old", hint="export it again")
        if job.blob is None:
            raise gone
        try:
            path = self._core.blobs.path(job.blob)
            return job, path, path.stat().st_size
        except (NotFoundError, OSError):
            raise gone from None

    def local_file(self, caller: Caller, render_id: str) -> Path:
        """The finished video under a name with an ending, for clients on this machine; raises as `download`.

        Raises:
            OutputError: The disk is full or cannot be written.
        """
        job, path, _ = self._video(caller, render_id)
        return named_file(self._core.folder, path, f"export-{job.seq}.mp4")

    def link(self, caller: Caller, render_id: str) -> str:
        """Where the video can be fetched once it is finished: without a token, where the caller may read it at all.

        Raises:
            NotFoundError: No such job of the caller.
        """
        with self._core.database.read() as tx:
            return self.link_of(caller, self._job(tx, caller, render_id))

    def link_of(self, caller: Caller, job: Render) -> str:
        """As `link`, of a job that is at hand."""
        if not caller.may("read"):
            return f"{self._core.base_url}/api/render/proxy/{job.id}/download"
        return self._links.job_url(job.id, job.seq)

    def of_session(self, caller: Caller, session_id: str) -> list[dict[str, Any]]:
        """The exports of a session, newest last: `id`, `session_id`, `status`, `progress`, `created_at` and more.

        Raises:
            ScopeError: The caller may not read.
            SessionNotFoundError: No such session of the caller.
        """
        caller.need("read")
        with self._core.database.read() as tx:
            session = session_of(tx, caller, session_id)
            return [row_of(job) for job in renders.of_session(tx, caller.user_id, session.id)]

    def listing(self, caller: Caller) -> list[dict[str, Any]]:
        """All exports of the caller, newest last; as `of_session`."""
        caller.need("read")
        with self._core.database.read() as tx:
            return [row_of(job) for job in renders.of_user(tx, caller.user_id)]

    def status_unasked(self, user_id: str, render_id: str) -> dict[str, Any]:
        """As `status`, for those who have asked already whether it may be told.

        Raises:
            NotFoundError: No such job of the user.
        """
        with self._core.database.read() as tx:
            job = renders.get(tx, user_id, render_id)
            if job is None:
                raise _unknown(render_id)
            return self._status(tx, job)

    def enqueue(self, tx: Tx, caller: Caller, ready: Submission) -> Render:
        """Queues an export together with the caller's other writes; the workers are told after that.

        What is refused is refused before anything is written. Raises as `submit`.
        """
        asked, checked = ready
        now_ms, price = self._core.clock(), self._core.settings.price_export
        known = renders.get(tx, caller.user_id, asked.id)  # somebody else may have been faster
        if known is not None:
            if known.body_sha != asked.sha:
                raise _taken(asked.id)
            return known
        if checked is None:  # it was removed meanwhile
            raise _unknown(asked.id)
        session = session_of(tx, caller, asked.session_id)
        used = _used(checked["sources"], files.get_many(tx, caller.user_id, checked["sources"]))
        called = {medium.file.id: medium.file.filename for medium in sessions.media_of(tx, session.id)}
        self._limit(tx, caller)
        draft = json.dumps(checked["draft"], ensure_ascii=True, separators=(",", ":"))
        check_quota(self._core, tx, caller.user_id, len(draft))
        self._balances.reserve(tx, caller.user_id, price, reference_of(caller.user_id, asked.id))
        job = renders.enqueue(
            tx,
            render_id=asked.id,
            user_id=caller.user_id,
            session_id=session.id,
            body_sha=asked.sha,
            draft=draft,
            output=asked.output,
            sources={file.id: file.blob for file in used},
            length_ms=int(checked["length_ms"]),
            now_ms=now_ms,
            options={
                "price": price,
                "names": {file.id: called.get(file.id, file.filename) for file in used},
                "draft_bytes": len(draft),
                "source": caller.attribution.source[:100],
            },
            warnings=list(checked.get("warnings", ())),
        )
        if job is None:
            raise _taken(asked.id)
        sessions.bump(tx, session.id, now_ms)
        return job

    def _limit(self, tx: Tx, caller: Caller) -> None:
        most = self._core.settings.renders_waiting_per_user
        if queue.active_of_user(tx, caller.user_id).pending >= most:
            raise RateError(
                f"{most} exports are waiting already",
                hint="wait until one is done, or cancel one",
                data={"limit": most, "retry_after": 30},
                retry_after_s=30,
            )
        if queue.load(tx).pending >= self._core.settings.renders_waiting:
            raise OverloadedError("too many exports are waiting", hint="try again later", retry_after_s=60)

    def _job(self, tx: Tx, caller: Caller, render_id: str) -> Render:
        job = renders.get(tx, caller.user_id, render_id) if _ID.fullmatch(render_id) else None
        if job is None:
            raise _unknown(render_id)
        return job

    def _status(self, tx: Tx, job: Render) -> dict[str, Any]:
        url = self._links.render_url(job.id, job.blob) if job.state == "completed" and job.blob else None
        if job.state in ("completed", "failed"):
            return status_of(job, url=url)
        ahead, speed = self._queue.ahead(tx, job.seq)
        workers = max(1, self._core.settings.render_processes)
        left_s = seconds_left(job, ahead, speed, workers, self._core.clock())
        return status_of(job, url=None, left_s=left_s, ahead=ahead.jobs)


def _read(body: object) -> _Asked:
    """The fields of a submission.

    Raises:
        UnreadableError: One is missing or means nothing.
    """
    from wavereel.service.output import read_output

    if not isinstance(body, dict):
        raise UnreadableError("The body is not an object")
    fields = cast("dict[str, Any]", body)
    render_id = fields.get("id")
    if not isinstance(render_id, str) or not _ID.fullmatch(render_id):
        raise UnreadableError(
            "id is missing or means nothing", hint="use 1 to 128 letters, digits, dots, dashes and underscores"
        )
    session_id = fields.get("sessionId", fields.get("session_id"))
    if not isinstance(session_id, str) or not session_id:
        raise UnreadableError("sessionId is missing", hint="give the session's id as a string")
    draft = fields.get("draft")
    if not isinstance(draft, dict):
        raise UnreadableError("draft is missing", hint="send the draft that the state shows")
    output = fields.get("output")
    read_output(output)
    output = cast("dict[str, Any]", output or {})
    try:
        canonical = json.dumps([session_id, draft, output], sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError):
        raise UnreadableError("The body is nested too deep, or holds what is not JSON") from None
    sha = hashlib.sha256(canonical.encode()).hexdigest()
    return _Asked(render_id, session_id, cast("dict[str, Any]", draft), output, sha)


def _used(names: list[str], mine: dict[str, File]) -> list[File]:
    """The files that a draft names.

    Raises:
        DraftError: One of them was removed.
    """
    for name in names:
        if name not in mine or mine[name].lost:
            raise DraftError(f"source {name} is missing", hint="upload it again")
    return [mine[name] for name in names]


def _taken(render_id: str) -> IdTakenError:
    return IdTakenError(f"The id {render_id} names another export already", hint="choose a new id for each export")


def _unknown(render_id: str) -> NotFoundError:
    shown = render_id[:40] if render_id.isprintable() else "?"
    return NotFoundError(f"Export not found: {shown}")
