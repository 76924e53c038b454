"""What retention removed, kept for a year: the table is for the owner of the data folder (docs/backend.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from wavereel.store.schema import removals

if TYPE_CHECKING:
    from wavereel.store.database import Tx


@dataclass(frozen=True, slots=True)
class Removal:
    """One thing that was removed: its kind and name, whose it was, its bytes and why."""

    kind: str
    subject: str
    user_id: str
    bytes: int
    reason: str
    created_at_ms: int


def record(tx: Tx, removal: Removal) -> None:
    """Writes down that something was removed."""
    tx.execute(
        insert(removals).values(
            kind=removal.kind,
            subject=removal.subject,
            user_id=removal.user_id,
            bytes=removal.bytes,
            reason=removal.reason,
            created_at_ms=removal.created_at_ms,
        )
    )


def recent(tx: Tx, limit: int = 100, user_id: str | None = None) -> list[Removal]:
    """What was removed lately, the latest first."""
    columns = (removals.c[name] for name in ("kind", "subject", "user_id", "bytes", "reason", "created_at_ms"))
    query = select(*columns).order_by(removals.c.id.desc()).limit(limit)
    if user_id is not None:
        query = query.where(removals.c.user_id == user_id)
    return [Removal(**row) for row in tx.execute(query).mappings()]


def purge(tx: Tx, before_ms: int) -> int:
    """Forgets removals before a time."""
    return tx.execute(delete(removals).where(removals.c.created_at_ms < before_ms)).rowcount
