"""Revisions of drafts, as the lines that `wavereel.timeline.history` writes and reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from wavereel.store.schema import history

if TYPE_CHECKING:
    from wavereel.store.database import Tx


def append(tx: Tx, session_id: str, lines: bytes, *, whole: bool) -> None:
    """Adds lines to a session's history; with `whole` they take the place of all earlier ones."""
    if whole:
        tx.execute(delete(history).where(history.c.session_id == session_id))
    if lines:
        tx.execute(insert(history).values(session_id=session_id, lines=lines))


def read(tx: Tx, session_id: str) -> bytes:
    """All lines of a session's history, in order."""
    query = select(history.c.lines).where(history.c.session_id == session_id).order_by(history.c.seq)
    return b"".join(tx.execute(query).scalars())
