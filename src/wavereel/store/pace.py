"""How fast this machine renders: measured on the jobs that it did last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from sqlalchemy import select

from wavereel.store.schema import renders, users

if TYPE_CHECKING:
    from wavereel.store.database import Tx

_JOBS = 20


def pace(tx: Tx) -> float | None:
    """Milliseconds of video that one worker makes in a millisecond; `None` where nothing was rendered yet."""
    query = (
        select(renders.c.length_ms, renders.c.started_at_ms, renders.c.completed_at_ms)
        .where(renders.c.completed_at_ms > 0, renders.c.error.is_(None))  # in the order of the index on that time
        .order_by(renders.c.completed_at_ms.desc())
        .limit(_JOBS)
    )
    made_ms, spent_ms = 0, 0
    for row in tx.execute(query):
        made_ms += row.length_ms
        spent_ms += max(1, row.completed_at_ms - (row.started_at_ms or row.completed_at_ms))
    return made_ms / spent_ms if spent_ms else None


def standing(tx: Tx, seq: int, fence: int) -> Literal["cancelled", "lost", "alive"]:
    """What `renders.beat` would say, without writing anything."""
    query = select(renders.c.cancel_requested).where(
        renders.c.seq == seq, renders.c.fence == fence, renders.c.state == "processing"
    )
    row = tx.execute(query).first()
    if row is None:
        return "lost"
    return "cancelled" if row.cancel_requested else "alive"


class Active(NamedTuple):
    """A job that has not ended, as far as its turn depends on it."""

    seq: int
    user_id: str
    state: str
    progress: int
    length_ms: int
    last_render_ms: int


def active(tx: Tx) -> list[Active]:
    """All jobs that have not ended, in order of arrival."""
    query = (
        select(*(renders.c[name] for name in Active._fields[:-1]), users.c.last_render_ms)
        .join(users, users.c.id == renders.c.user_id)
        .where(renders.c.state.in_(("pending", "processing")))
        .order_by(renders.c.seq)
    )
    return [Active(*row) for row in tx.execute(query)]
