"""Render jobs as rows: who asked, what is to be rendered, who works on it, what came of it.

A worker claims a row and holds it by a lease that it moves on. Each claim raises the row's fence; a worker that was
paused past its lease carries an old fence and can neither move the lease on nor end the job.

    pending ──claim──► processing ──finish──► completed | failed
       ▲                   │
       └──── give_back ────┘   (its worker stops, or its lease is over)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from sqlalchemy import delete, func, insert, select, update

from wavereel.store.schema import renders

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wavereel.store.database import Tx

RenderState = Literal["pending", "processing", "completed", "failed"]
Cancelling = Literal["cancelled", "requested", "ended", "unknown"]

CANCELLED = "cancelled"
"""The error of a job that its user stopped: the wire's word."""


@dataclass(frozen=True, slots=True)
class Render:
    """A job.

    Attributes:
        seq: Its place in the order of arrival, unique.
        user_id: Whose it is.
        id: The client's name for it, unique to the user; never a file name.
        session_id: Where it came from; the session may be gone.
        body_sha: SHA-256 of what was asked, to tell a repeated request from another one with the same id.
        state: Where it stands.
        progress: 0 to 100.
        length_ms: Of the video.
        error: Why it failed.
        owner: The worker that holds it, or held it last.
        fence: Rises with every claim.
        attempts: How often it was claimed.
        cancel_requested: Its user wants it to stop.
        blob: Key of the video; `None` before the end, and after retention has removed it.
        lease_until_ms: Until when its owner is believed to live.
        created_at_ms: When it was asked for.
        started_at_ms: When it was claimed last.
        completed_at_ms: When it ended.
        output: What was asked of the output.
        options: What else the job has to know.
        warnings: What its user should know.
        result: Facts of the video.
        sources: Blob keys by file id.
        draft: JSON; empty where the query did not ask for it.
    """

    seq: int
    user_id: str
    id: str
    session_id: str
    body_sha: str
    state: RenderState
    progress: int
    length_ms: int
    error: str | None
    owner: str
    fence: int
    attempts: int
    cancel_requested: bool
    blob: str | None
    lease_until_ms: int
    created_at_ms: int
    started_at_ms: int | None
    completed_at_ms: int | None
    output: dict[str, Any]
    options: dict[str, Any]
    warnings: list[str]
    result: dict[str, Any] | None
    sources: dict[str, str]
    draft: str = ""


_LIGHT = tuple(column for column in renders.c if column.name != "draft")


def enqueue(
    tx: Tx,
    *,
    render_id: str,
    user_id: str,
    session_id: str,
    body_sha: str,
    draft: str,
    output: Mapping[str, Any],
    sources: Mapping[str, str],
    length_ms: int,
    now_ms: int,
    options: Mapping[str, Any] | None = None,
    warnings: Sequence[str] = (),
) -> Render | None:
    """A new job at the end of the queue; `None` where the user has one of that id already."""
    if get(tx, user_id, render_id) is not None:
        return None
    row = (
        tx.execute(
            insert(renders)
            .values(
                user_id=user_id,
                id=render_id,
                session_id=session_id,
                body_sha=body_sha,
                state="pending",
                progress=0,
                length_ms=length_ms,
                owner="",
                fence=0,
                attempts=0,
                cancel_requested=False,
                lease_until_ms=0,
                created_at_ms=now_ms,
                output=dict(output),
                options=dict(options or {}),
                warnings=list(warnings),
                sources=dict(sources),
                draft=draft,
            )
            .returning(*_LIGHT)
        )
        .mappings()
        .one()
    )
    return Render(**row, draft=draft)


def get(tx: Tx, user_id: str, render_id: str, *, with_draft: bool = False) -> Render | None:
    """A user's job."""
    columns = tuple(renders.c) if with_draft else _LIGHT
    query = select(*columns).where(renders.c.user_id == user_id, renders.c.id == render_id)
    row = tx.execute(query).mappings().first()
    return None if row is None else Render(**row)


def by_seq(tx: Tx, seq: int, *, with_draft: bool = False) -> Render | None:
    """The job at a place."""
    columns = tuple(renders.c) if with_draft else _LIGHT
    row = tx.execute(select(*columns).where(renders.c.seq == seq)).mappings().first()
    return None if row is None else Render(**row)


def of_session(tx: Tx, user_id: str, session_id: str, limit: int = 200) -> list[Render]:
    """The latest jobs of a session in order of arrival, without their drafts."""
    query = select(*_LIGHT).where(renders.c.session_id == session_id, renders.c.user_id == user_id)
    found = [Render(**row) for row in tx.execute(query.order_by(renders.c.seq.desc()).limit(limit)).mappings()]
    return found[::-1]


def of_user(tx: Tx, user_id: str, limit: int = 200) -> list[Render]:
    """The latest jobs of a user in order of arrival, without their drafts."""
    query = select(*_LIGHT).where(renders.c.user_id == user_id).order_by(renders.c.seq.desc()).limit(limit)
    return [Render(**row) for row in tx.execute(query).mappings()][::-1]


def beat(
    tx: Tx, seq: int, fence: int, *, progress: int, now_ms: int, lease_ms: int
) -> Literal["cancelled", "lost", "alive"]:
    """Moves the lease on and notes the progress.

    Returns:
        `cancelled` where the user wants the job to stop; `lost` where the job is not this claim's any more.
    """
    done = tx.execute(
        update(renders)
        .where(renders.c.seq == seq, renders.c.fence == fence, renders.c.state == "processing")
        .values(progress=progress, lease_until_ms=now_ms + lease_ms)
        .returning(renders.c.cancel_requested)
    ).first()
    if done is None:
        return "lost"
    return "cancelled" if done.cancel_requested else "alive"


def finish(
    tx: Tx,
    seq: int,
    fence: int,
    *,
    now_ms: int,
    blob: str | None = None,
    result: Mapping[str, Any] | None = None,
    error: str | None = None,
    warnings: Sequence[str] = (),
) -> bool:
    """Ends a job, completed where there is no error; `False` where it is not this claim's any more.

    A caller that hears `False` must undo what it did for the job: nothing of this transaction may be kept.
    """
    values: dict[str, Any] = {
        "state": "completed" if error is None else "failed",
        "error": error,
        "warnings": list(warnings),
        "completed_at_ms": now_ms,
    }
    if error is None:
        values |= {"progress": 100, "blob": blob, "result": dict(result or {})}
    done = tx.execute(
        update(renders)
        .where(renders.c.seq == seq, renders.c.fence == fence, renders.c.state == "processing")
        .values(**values)
    )
    return done.rowcount == 1


def give_back(tx: Tx, seq: int, fence: int) -> bool:
    """Puts a job back into the queue at its old place; a worker does that when it is told to stop."""
    done = tx.execute(
        update(renders)
        .where(renders.c.seq == seq, renders.c.fence == fence, renders.c.state == "processing")
        .values(state="pending", progress=0, owner="", fence=renders.c.fence + 1, attempts=renders.c.attempts - 1)
    )
    return done.rowcount == 1


def requeue(tx: Tx, seq: int, fence: int, now_ms: int) -> bool:
    """Puts a job whose lease is over back into the queue; the attempt counts."""
    done = tx.execute(
        update(renders)
        .where(
            renders.c.seq == seq,
            renders.c.fence == fence,
            renders.c.state == "processing",
            renders.c.lease_until_ms < now_ms,
        )
        .values(state="pending", progress=0, owner="", fence=renders.c.fence + 1)
    )
    return done.rowcount == 1


def expired(tx: Tx, now_ms: int) -> list[Render]:
    """Jobs whose worker has not moved its lease on."""
    query = select(*_LIGHT).where(renders.c.state == "processing", renders.c.lease_until_ms < now_ms)
    return [Render(**row) for row in tx.execute(query.order_by(renders.c.seq)).mappings()]


def request_cancel(tx: Tx, user_id: str, render_id: str, now_ms: int) -> Cancelling:
    """Stops a job.

    Returns:
        `cancelled`: it had not begun, and has failed now with `CANCELLED`; the caller refunds it. `requested`: its
        worker will hear of it. `ended`: too late. `unknown`: the user has no such job.
    """
    mine = (renders.c.user_id == user_id, renders.c.id == render_id)
    waiting = tx.execute(
        update(renders)
        .where(*mine, renders.c.state == "pending")
        .values(state="failed", error=CANCELLED, cancel_requested=True, completed_at_ms=now_ms)
    )
    if waiting.rowcount:
        return "cancelled"
    running = tx.execute(update(renders).where(*mine, renders.c.state == "processing").values(cancel_requested=True))
    if running.rowcount:
        return "requested"
    return "unknown" if get(tx, user_id, render_id) is None else "ended"


def finished_before(tx: Tx, before_ms: int, limit: int = 100) -> list[Render]:
    """Jobs that ended before a time and whose video is still kept, the oldest first."""
    query = select(*_LIGHT).where(renders.c.completed_at_ms < before_ms, renders.c.blob.is_not(None))
    return [Render(**row) for row in tx.execute(query.order_by(renders.c.completed_at_ms).limit(limit)).mappings()]


def lose(tx: Tx, seq: int) -> bool:
    """Says that a job's video is gone; `False` where that was said already. The caller then removes the blob."""
    return (
        tx.execute(update(renders).where(renders.c.seq == seq, renders.c.blob.is_not(None)).values(blob=None)).rowcount
        == 1
    )


def purge(tx: Tx, before_ms: int) -> int:
    """Empties the drafts of jobs that ended before a time: what they were is not needed any more."""
    over = (renders.c.completed_at_ms < before_ms, renders.c.draft != "")
    return tx.execute(update(renders).where(*over).values(draft="")).rowcount


class Forgotten(NamedTuple):
    """A job whose row is gone."""

    seq: int
    user_id: str
    id: str


def forget(tx: Tx, before_ms: int, limit: int = 100) -> list[Forgotten]:
    """Deletes jobs that ended before a time and have no video any more, the oldest first; their ids are free again.

    The newest job stays, so that its place in the queue, which links name, is never given to another one.
    """
    over = (renders.c.completed_at_ms < before_ms, renders.c.blob.is_(None))
    newest = select(func.max(renders.c.seq)).scalar_subquery()
    oldest = (
        select(renders.c.seq).where(*over, renders.c.seq != newest).order_by(renders.c.completed_at_ms).limit(limit)
    )
    done = delete(renders).where(renders.c.seq.in_(oldest)).returning(renders.c.seq, renders.c.user_id, renders.c.id)
    return [Forgotten(*row) for row in tx.execute(done)]


def blobs_in_use(tx: Tx, keys: Sequence[str]) -> set[str]:
    """Those of the keys that a job's video has."""
    return set(tx.execute(select(renders.c.blob).where(renders.c.blob.in_(set(keys)))).scalars())


def blobs_awaited(tx: Tx) -> set[str]:
    """Keys of media that jobs which have not ended will read: they must not be removed."""
    query = select(renders.c.sources).where(renders.c.state.in_(("pending", "processing")))
    return {key for sources in tx.execute(query).scalars() for key in sources.values()}
