"""Uploads that arrive in pieces: how much of each is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete as sql_delete
from sqlalchemy import func, insert, select, update

from wavereel.store.schema import resumable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wavereel.store.database import Tx


@dataclass(frozen=True, slots=True)
class Resumable:
    """An upload in pieces.

    Attributes:
        id: Names it on the wire.
        user_id: Whose it is.
        session_id: The session it is for, where it is for one.
        filename: For display only.
        details: What the client said about it.
        part: Name of the file that holds what has come.
        length: Bytes in all.
        offset: Bytes that have come.
        file_id: The file that it became.
        created_at_ms: When it began.
        expires_at_ms: Until when it may go on.
    """

    id: str
    user_id: str
    session_id: str | None
    filename: str
    details: dict[str, Any]
    part: str
    length: int
    offset: int
    file_id: str | None
    created_at_ms: int
    expires_at_ms: int


def create(
    tx: Tx,
    user_id: str,
    *,
    upload_id: str,
    session_id: str | None,
    filename: str,
    details: Mapping[str, Any],
    part: str,
    length: int,
    now_ms: int,
    expires_at_ms: int,
) -> Resumable:
    """A new upload of which nothing has come yet."""
    made = Resumable(
        id=upload_id,
        user_id=user_id,
        session_id=session_id,
        filename=filename,
        details=dict(details),
        part=part,
        length=length,
        offset=0,
        file_id=None,
        created_at_ms=now_ms,
        expires_at_ms=expires_at_ms,
    )
    tx.execute(insert(resumable).values({column.name: getattr(made, column.name) for column in resumable.c}))
    return made


def get(tx: Tx, user_id: str, upload_id: str) -> Resumable | None:
    """A user's upload, also one that is over."""
    query = select(resumable).where(resumable.c.id == upload_id, resumable.c.user_id == user_id)
    row = tx.execute(query).mappings().first()
    return None if row is None else Resumable(**row)


def advance(tx: Tx, upload_id: str, *, expected_offset: int, offset: int, expires_at_ms: int) -> bool:
    """Says that more has come; `False` where somebody else has said so since, or the upload is over or finished."""
    done = tx.execute(
        update(resumable)
        .where(
            resumable.c.id == upload_id,
            resumable.c.offset == expected_offset,
            resumable.c.length >= offset,
            resumable.c.file_id.is_(None),
        )
        .values(offset=offset, expires_at_ms=expires_at_ms)
    )
    return done.rowcount == 1


def finish(tx: Tx, upload_id: str, file_id: str) -> bool:
    """Says which file it became; `False` where that was said already, or not all has come."""
    done = tx.execute(
        update(resumable)
        .where(resumable.c.id == upload_id, resumable.c.file_id.is_(None), resumable.c.offset == resumable.c.length)
        .values(file_id=file_id)
    )
    return done.rowcount == 1


def delete(tx: Tx, user_id: str, upload_id: str) -> bool:
    """Forgets an upload. The caller removes its part afterwards."""
    done = tx.execute(sql_delete(resumable).where(resumable.c.id == upload_id, resumable.c.user_id == user_id))
    return done.rowcount == 1


def pending_bytes(tx: Tx, user_id: str) -> int:
    """How many bytes a user's unfinished uploads will take."""
    query = select(func.coalesce(func.sum(resumable.c.length), 0))
    return int(tx.execute(query.where(resumable.c.user_id == user_id, resumable.c.file_id.is_(None))).scalar_one())


def pending_of(tx: Tx, user_id: str) -> int:
    """How many unfinished uploads a user has."""
    query = select(func.count()).where(resumable.c.user_id == user_id, resumable.c.file_id.is_(None))
    return tx.execute(query).scalar_one()


def expired(tx: Tx, now_ms: int, limit: int = 100) -> list[Resumable]:
    """Uploads whose time is over, the oldest first."""
    query = select(resumable).where(resumable.c.expires_at_ms < now_ms).order_by(resumable.c.expires_at_ms).limit(limit)
    return [Resumable(**row) for row in tx.execute(query).mappings()]


def parts_in_use(tx: Tx) -> set[str]:
    """Names of the files that unfinished uploads are made of."""
    return set(tx.execute(select(resumable.c.part).where(resumable.c.file_id.is_(None))).scalars())
