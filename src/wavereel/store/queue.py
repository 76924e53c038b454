"""The queue of render jobs: whose turn it is, and how many there are.

Fair to users, not to jobs: first the user with the fewest jobs at work, then the one whose last start is longest ago,
then the order of arrival. A user with a thousand jobs delays another one's by a single job.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import exists, func, select, update

from wavereel.store.renders import Render
from wavereel.store.schema import renders, users

if TYPE_CHECKING:
    from sqlalchemy import Select

    from wavereel.store.database import Tx


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is to be done before a job starts: jobs (those at work too) and milliseconds of video not yet rendered."""

    jobs: int
    length_ms: int


@dataclass(frozen=True, slots=True)
class Load:
    """How many jobs wait and how many are at work."""

    pending: int
    processing: int


def claim(tx: Tx, owner: str, *, now_ms: int, lease_ms: int, per_user: int = 0) -> Render | None:
    """Makes the job whose turn it is the owner's; `None` where there is none to be had.

    Args:
        tx: A transaction that may write.
        owner: Names the worker.
        now_ms: The time.
        lease_ms: How long the worker is believed to live without a beat.
        per_user: How many jobs of one user may be at work; 0 = any number. Of one session it is always one.
    """
    seq = tx.execute(_next_turn(per_user)).scalar()
    if seq is None:
        return None
    row = (
        tx.execute(
            update(renders)
            .where(renders.c.seq == seq, renders.c.state == "pending")
            .values(
                state="processing",
                owner=owner,
                fence=renders.c.fence + 1,
                attempts=renders.c.attempts + 1,
                lease_until_ms=now_ms + lease_ms,
                started_at_ms=now_ms,
                progress=0,
            )
            .returning(renders)
        )
        .mappings()
        .first()
    )
    if row is None:
        return None
    # Behind all who wait, also where the clock was set back since they had their turn.
    waiting = select(renders.c.user_id).where(renders.c.state == "pending")
    latest_ms = tx.execute(select(func.max(users.c.last_render_ms)).where(users.c.id.in_(waiting))).scalar() or 0
    started_ms = max(now_ms, latest_ms + 1)
    tx.execute(update(users).where(users.c.id == row["user_id"]).values(last_render_ms=started_ms))
    return Render(**row)


def _next_turn(per_user: int) -> Select[tuple[int]]:
    """Whose turn it is: who has the fewest jobs at work, then who had a turn the longest ago, then the oldest job."""
    at_work = (
        select(renders.c.user_id, func.count().label("jobs"))
        .where(renders.c.state == "processing")
        .group_by(renders.c.user_id)
        .subquery()
    )
    jobs = func.coalesce(at_work.c.jobs, 0)
    other = renders.alias()
    same_session = exists().where(
        other.c.state == "processing",
        other.c.user_id == renders.c.user_id,
        other.c.session_id == renders.c.session_id,
    )
    turn = (
        select(renders.c.seq)
        .join(users, users.c.id == renders.c.user_id)
        .outerjoin(at_work, at_work.c.user_id == renders.c.user_id)
        .where(renders.c.state == "pending", ~same_session)
        .order_by(jobs, users.c.last_render_ms, renders.c.seq)
        .limit(1)
    )
    return turn.where(jobs < per_user) if per_user else turn


def active_of_user(tx: Tx, user_id: str) -> Load:
    """A user's jobs that have not ended."""
    return _load(tx, user_id)


def load(tx: Tx) -> Load:
    """All jobs that have not ended."""
    return _load(tx, None)


def _load(tx: Tx, user_id: str | None) -> Load:
    query = select(renders.c.state, func.count()).where(renders.c.state.in_(("pending", "processing")))
    if user_id is not None:
        query = query.where(renders.c.user_id == user_id)
    counts: dict[str, int] = {row[0]: row[1] for row in tx.execute(query.group_by(renders.c.state))}
    return Load(counts.get("pending", 0), counts.get("processing", 0))
