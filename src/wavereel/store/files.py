"""Files of users: what was uploaded or made, known by their content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, func, insert, select, update

from wavereel.store.schema import files, session_media

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.engine import RowMapping

    from wavereel.store.database import Tx


@dataclass(frozen=True, slots=True)
class File:
    """A file of one user.

    Attributes:
        user_id: Whose it is.
        id: `f_` and the first 16 hex digits of its SHA-256: the same content is the same file to a user.
        blob: Key of its bytes.
        filename: For display only.
        size: In bytes.
        sha256: 64 hex digits.
        entry: Its fields on the wire, without addresses.
        facts: What a chat turn knows of it: tags, cover, chapters.
        created_at_ms: When it came.
        used_at_ms: When it was brought into a session last.
        lost: Its bytes were removed; the row says what it was.
    """

    user_id: str
    id: str
    blob: str
    filename: str
    size: int
    sha256: str
    entry: dict[str, Any]
    facts: dict[str, Any]
    created_at_ms: int
    used_at_ms: int
    lost: bool


columns = tuple(files.c[name] for name in File.__slots__)
"""What a query selects for `file_of_row`."""


def file_of_row(row: RowMapping) -> File:
    """A file from a row that holds all of `columns`."""
    return File(**{name: row[name] for name in File.__slots__})


def put(tx: Tx, file: File) -> File:
    """Keeps a file and gives the one that is there: where the user had that content already, the earlier one.

    Where the earlier one's bytes were lost, it lives again with the new blob. The caller removes its own blob where
    the file that it gets has another.
    """
    known = get(tx, file.user_id, file.id)
    if known is None:
        tx.execute(insert(files).values({name: getattr(file, name) for name in File.__slots__}))
        return file
    fresh: dict[str, Any] = {"used_at_ms": max(known.used_at_ms, file.used_at_ms)}
    if known.lost:
        fresh |= {"lost": False, "blob": file.blob}
    tx.execute(update(files).where(files.c.user_id == file.user_id, files.c.id == file.id).values(**fresh))
    return get(tx, file.user_id, file.id) or file


def get(tx: Tx, user_id: str, file_id: str) -> File | None:
    """A user's file."""
    query = select(*columns).where(files.c.user_id == user_id, files.c.id == file_id)
    row = tx.execute(query).mappings().first()
    return None if row is None else file_of_row(row)


def of_blob(tx: Tx, blob: str) -> File | None:
    """The file whose bytes have a key, whoever's it is."""
    row = tx.execute(select(*columns).where(files.c.blob == blob)).mappings().first()
    return None if row is None else file_of_row(row)


def get_many(tx: Tx, user_id: str, file_ids: Iterable[str]) -> dict[str, File]:
    """Those of the files that the user has, by id."""
    query = select(*columns).where(files.c.user_id == user_id, files.c.id.in_(set(file_ids)))
    return {row["id"]: file_of_row(row) for row in tx.execute(query).mappings()}


def ids_of_user(tx: Tx, user_id: str, limit: int = 100_000) -> list[str]:
    """Ids of a user's files, the latest first: all that a draft may name."""
    query = select(files.c.id).where(files.c.user_id == user_id).order_by(files.c.created_at_ms.desc(), files.c.id)
    return list(tx.execute(query.limit(limit)).scalars())


def bytes_of_user(tx: Tx, user_id: str) -> int:
    """How much of the disk a user's files take."""
    query = select(func.coalesce(func.sum(files.c.size), 0))
    return int(tx.execute(query.where(files.c.user_id == user_id, files.c.lost.is_(False))).scalar_one())


def touch(tx: Tx, user_id: str, file_id: str, now_ms: int) -> None:
    """Says that a file is in use."""
    tx.execute(update(files).where(files.c.user_id == user_id, files.c.id == file_id).values(used_at_ms=now_ms))


def lose(tx: Tx, user_id: str, file_id: str) -> bool:
    """Says that a file's bytes are gone; `False` where that was said already. The caller then removes the blob."""
    mine = (files.c.user_id == user_id, files.c.id == file_id, files.c.lost.is_(False))
    return tx.execute(update(files).where(*mine).values(lost=True)).rowcount == 1


def unused_since(tx: Tx, before_ms: int, *, in_sessions: bool, limit: int = 100) -> list[File]:
    """Files with bytes that nobody brought into a session since a time, the oldest first.

    Args:
        tx: An open transaction.
        before_ms: The time.
        in_sessions: Also those that are part of a session.
        limit: How many at most.
    """
    query = select(*columns).where(files.c.lost.is_(False), files.c.used_at_ms < before_ms)
    if not in_sessions:
        part = (session_media.c.user_id == files.c.user_id) & (session_media.c.file_id == files.c.id)
        query = query.where(~exists().where(part))
    return [file_of_row(row) for row in tx.execute(query.order_by(files.c.used_at_ms).limit(limit)).mappings()]


def blobs_in_use(tx: Tx, keys: Iterable[str]) -> set[str]:
    """Those of the keys that a file names."""
    query = select(files.c.blob).where(files.c.blob.in_(set(keys)), files.c.lost.is_(False))
    return set(tx.execute(query).scalars())
