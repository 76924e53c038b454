"""Events of runs, as an agent's wire has them: kept, so that a stream that broke can be read on.

Fragments of a text (`partial`) are not kept: a later event repeats them whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from wavereel.store.schema import events

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wavereel.store.database import Tx


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event and its place: `seq` rises within a session; `body` is what goes over the wire."""

    seq: int
    session_id: str
    run_id: str
    id: str
    body: dict[str, Any]


def append(tx: Tx, session_id: str, run_id: str, bodies: Sequence[Mapping[str, Any]]) -> list[int]:
    """Keeps events in order; each body carries its `id`. Gives their places."""
    places: list[int] = []
    for body in bodies:
        done = tx.execute(
            insert(events)
            .values(session_id=session_id, run_id=run_id, id=str(body["id"]), body=dict(body))
            .returning(events.c.seq)
        )
        places.append(done.scalar_one())
    return places


def of_session(tx: Tx, session_id: str) -> list[StoredEvent]:
    """The events of a session in order."""
    query = select(events).where(events.c.session_id == session_id).order_by(events.c.seq)
    return [StoredEvent(**row) for row in tx.execute(query).mappings()]


def of_run(tx: Tx, run_id: str, after: int = 0) -> list[StoredEvent]:
    """The events of a run behind a place."""
    query = select(events).where(events.c.run_id == run_id, events.c.seq > after).order_by(events.c.seq)
    return [StoredEvent(**row) for row in tx.execute(query).mappings()]


def find(tx: Tx, session_id: str, event_id: str) -> StoredEvent | None:
    """The event of an id, in one session."""
    row = (
        tx.execute(select(events).where(events.c.session_id == session_id, events.c.id == event_id)).mappings().first()
    )
    return None if row is None else StoredEvent(**row)
