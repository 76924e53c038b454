"""Runs: a chat message that is being answered. One at a time a session, each owned by the process that works on it.

An owner shows that it lives by moving its lease on. A run whose lease is over is taken up by another owner, and the
former one finds out at its next beat, or when it wants to end the run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import func, insert, select, update

from wavereel.store.schema import runs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wavereel.store.database import Tx

RunState = Literal["running", "done", "failed"]


@dataclass(frozen=True, slots=True)
class Run:
    """An answer in the making, or one that was given."""

    id: str
    session_id: str
    user_id: str
    message: str
    options: dict[str, Any]
    state: RunState
    owner: str
    attempts: int
    lease_until_ms: int
    created_at_ms: int
    ended_at_ms: int | None


def start(
    tx: Tx,
    *,
    run_id: str,
    session_id: str,
    user_id: str,
    message: str,
    owner: str,
    now_ms: int,
    lease_ms: int,
    options: Mapping[str, Any] | None = None,
) -> Run | None:
    """A new run; `None` where the session has one that goes on."""
    if running_of(tx, session_id) is not None:
        return None
    run = Run(
        id=run_id,
        session_id=session_id,
        user_id=user_id,
        message=message,
        options=dict(options or {}),
        state="running",
        owner=owner,
        attempts=1,
        lease_until_ms=now_ms + lease_ms,
        created_at_ms=now_ms,
        ended_at_ms=None,
    )
    tx.execute(insert(runs).values({column.name: getattr(run, column.name) for column in runs.c}))
    return run


def get(tx: Tx, run_id: str) -> Run | None:
    """The run of an id."""
    row = tx.execute(select(runs).where(runs.c.id == run_id)).mappings().first()
    return None if row is None else Run(**row)


def running_of(tx: Tx, session_id: str) -> Run | None:
    """The run of a session that goes on."""
    row = tx.execute(select(runs).where(runs.c.session_id == session_id, runs.c.state == "running")).mappings().first()
    return None if row is None else Run(**row)


def beat(tx: Tx, run_id: str, owner: str, now_ms: int, lease_ms: int) -> bool:
    """Moves the lease on; `False` where the run is not the owner's any more, was ended, or went with its session."""
    done = tx.execute(
        update(runs)
        .where(runs.c.id == run_id, runs.c.owner == owner, runs.c.state == "running")
        .values(lease_until_ms=now_ms + lease_ms)
    )
    return done.rowcount == 1


def end(tx: Tx, run_id: str, owner: str, state: Literal["done", "failed"], now_ms: int) -> bool:
    """Ends a run; `False` where it is not the owner's any more: then nothing of its work may be kept."""
    done = tx.execute(
        update(runs)
        .where(runs.c.id == run_id, runs.c.owner == owner, runs.c.state == "running")
        .values(state=state, ended_at_ms=now_ms)
    )
    return done.rowcount == 1


def take_up(tx: Tx, owner: str, now_ms: int, lease_ms: int) -> Run | None:
    """Makes the run whose lease is over longest the owner's; `None` where all are in good hands."""
    over = (runs.c.state == "running", runs.c.lease_until_ms < now_ms)
    oldest = select(runs.c.id).where(*over).order_by(runs.c.lease_until_ms, runs.c.id).limit(1).scalar_subquery()
    row = (
        tx.execute(
            update(runs)
            .where(runs.c.id == oldest, *over)
            .values(owner=owner, lease_until_ms=now_ms + lease_ms, attempts=runs.c.attempts + 1)
            .returning(runs)
        )
        .mappings()
        .first()
    )
    return None if row is None else Run(**row)


def expired(tx: Tx, now_ms: int) -> list[Run]:
    """Runs whose lease is over."""
    query = select(runs).where(runs.c.state == "running", runs.c.lease_until_ms < now_ms)
    return [Run(**row) for row in tx.execute(query.order_by(runs.c.lease_until_ms)).mappings()]


def running_count(tx: Tx, user_id: str | None = None) -> int:
    """How many runs go on, of one user or of all."""
    query = select(func.count()).select_from(runs).where(runs.c.state == "running")
    return tx.execute(query if user_id is None else query.where(runs.c.user_id == user_id)).scalar_one()
