"""Sessions: a draft, what the talk about it has to remember, and the media that belong to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete as sql_delete
from sqlalchemy import func, insert, literal, select, update

from wavereel.store.files import File, file_of_row
from wavereel.store.files import columns as file_columns
from wavereel.store.ids import new_session_id, new_task_id
from wavereel.store.schema import files, session_media, sessions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.engine import RowMapping

    from wavereel.store.database import Tx


@dataclass(frozen=True, slots=True)
class Session:
    """A project of one user.

    Attributes:
        id: 19 digits.
        user_id: Whose it is.
        app: Name under which an agent's client knows the program.
        task_id: The wire's second name for it.
        task_name: What the user calls it.
        language: Of replies.
        version: Rises with every change of anything in the session.
        rev: Rises with the draft only.
        canvas: The wire's `canvas_config`.
        generated: The wire's `generated_media`.
        asked: What an open question needs to be answered in a later message; `None` where none is open.
        state: Further keys that an agent's client keeps here.
        created_at_ms: When it was made.
        updated_at_ms: When it was changed last.
        draft: JSON; empty while there is none.
    """

    id: str
    user_id: str
    app: str
    task_id: str
    task_name: str
    language: str
    version: int
    rev: int
    canvas: dict[str, Any]
    generated: list[dict[str, Any]]
    asked: dict[str, Any] | None
    state: dict[str, Any]
    created_at_ms: int
    updated_at_ms: int
    draft: str


@dataclass(frozen=True, slots=True)
class Medium:
    """A file of a session; `generated` says how the program made it, and is `None` for what was uploaded."""

    file: File
    generated: dict[str, Any] | None
    created_at_ms: int


_LIGHT = (*(column for column in sessions.c if column.name != "draft"), literal("").label("draft"))


def create(
    tx: Tx,
    user_id: str,
    *,
    app: str,
    task_name: str,
    language: str,
    canvas: Mapping[str, Any],
    now_ms: int,
    session_id: str = "",
    state: Mapping[str, Any] | None = None,
) -> Session | None:
    """A new session; `None` where the id that was asked for is taken, by whomever."""
    session = Session(
        id=session_id or new_session_id(),
        user_id=user_id,
        app=app,
        task_id=new_task_id(),
        task_name=task_name,
        language=language,
        version=1,
        rev=0,
        canvas=dict(canvas),
        generated=[],
        asked=None,
        state=dict(state or {}),
        created_at_ms=now_ms,
        updated_at_ms=now_ms,
        draft="",
    )
    if session_id and tx.execute(select(sessions.c.id).where(sessions.c.id == session_id)).first() is not None:
        return None
    tx.execute(insert(sessions).values({name: getattr(session, name) for name in Session.__slots__}))
    return session


def get(tx: Tx, user_id: str, session_id: str) -> Session | None:
    """A user's session; `None` where there is none of that id, or it is another user's."""
    query = select(sessions).where(sessions.c.id == session_id, sessions.c.user_id == user_id)
    row = tx.execute(query).mappings().first()
    return None if row is None else Session(**row)


def version_of(tx: Tx, user_id: str, session_id: str) -> int | None:
    """The version alone: all that an answer "nothing new" needs."""
    query = select(sessions.c.version).where(sessions.c.id == session_id, sessions.c.user_id == user_id)
    return tx.execute(query).scalar()


def list_of(tx: Tx, user_id: str, limit: int = 1000) -> list[Session]:
    """A user's sessions, the one changed last first, without their drafts."""
    query = select(*_LIGHT).where(sessions.c.user_id == user_id)
    query = query.order_by(sessions.c.updated_at_ms.desc(), sessions.c.id).limit(limit)
    return [Session(**row) for row in tx.execute(query).mappings()]


def count_of(tx: Tx, user_id: str) -> int:
    """How many sessions a user has."""
    return tx.execute(select(func.count()).where(sessions.c.user_id == user_id)).scalar_one()


def delete(tx: Tx, user_id: str, session_id: str) -> bool:
    """Removes a session with its history, runs and events. Files and renders are the user's and stay."""
    done = tx.execute(sql_delete(sessions).where(sessions.c.id == session_id, sessions.c.user_id == user_id))
    return done.rowcount == 1


def bump(tx: Tx, session_id: str, now_ms: int) -> int:
    """Raises the version, and gives the new one; 0 where the session is gone, which is no error: a job outlives it."""
    done = tx.execute(
        update(sessions)
        .where(sessions.c.id == session_id)
        .values(version=sessions.c.version + 1, updated_at_ms=now_ms)
        .returning(sessions.c.version)
    )
    return done.scalar() or 0


def save_draft(
    tx: Tx,
    session_id: str,
    *,
    expected_rev: int,
    draft: str,
    rev: int,
    canvas: Mapping[str, Any],
    generated: Sequence[Mapping[str, Any]],
    asked: Mapping[str, Any] | None,
    now_ms: int,
) -> bool:
    """Writes a draft and raises the version; `False` where its `rev` is not the expected one any more."""
    done = tx.execute(
        update(sessions)
        .where(sessions.c.id == session_id, sessions.c.rev == expected_rev)
        .values(
            draft=draft,
            rev=rev,
            canvas=dict(canvas),
            generated=[dict(one) for one in generated],
            asked=None if asked is None else dict(asked),
            version=sessions.c.version + 1,
            updated_at_ms=now_ms,
        )
    )
    return done.rowcount == 1


def set_asked(tx: Tx, session_id: str, asked: Mapping[str, Any] | None) -> None:
    """Remembers an open question, or that there is none."""
    value = None if asked is None else dict(asked)
    tx.execute(update(sessions).where(sessions.c.id == session_id).values(asked=value))


def set_state(tx: Tx, session_id: str, state: Mapping[str, Any], now_ms: int) -> None:
    """Writes the further keys of an agent's client and raises the version."""
    tx.execute(
        update(sessions)
        .where(sessions.c.id == session_id)
        .values(state=dict(state), version=sessions.c.version + 1, updated_at_ms=now_ms)
    )


def add_media(
    tx: Tx,
    session_id: str,
    user_id: str,
    file_id: str,
    *,
    now_ms: int,
    generated: Mapping[str, Any] | None = None,
    filename: str | None = None,
) -> bool:
    """Makes a user's file part of a session; `False` where it is that already. The caller bumps the version.

    `filename` is how the file is called in this session from now on; `None` leaves it the name that it has.
    """
    mine = (session_media.c.session_id == session_id, session_media.c.file_id == file_id)
    if tx.execute(select(session_media.c.seq).where(*mine)).first() is not None:
        if filename is not None:
            tx.execute(update(session_media).where(*mine).values(filename=filename))
        return False
    tx.execute(
        insert(session_media).values(
            session_id=session_id,
            user_id=user_id,
            file_id=file_id,
            generated=None if generated is None else dict(generated),
            created_at_ms=now_ms,
            filename=filename,
        )
    )
    return True


def media_of(tx: Tx, session_id: str) -> list[Medium]:
    """The media of a session in the order in which they came, called as they are called in it."""
    query = (
        select(
            *file_columns,
            session_media.c.generated.label("how"),
            session_media.c.created_at_ms.label("since_ms"),
            session_media.c.filename.label("called"),
        )
        .join(files, (files.c.user_id == session_media.c.user_id) & (files.c.id == session_media.c.file_id))
        .where(session_media.c.session_id == session_id)
        .order_by(session_media.c.seq)
    )
    return [Medium(_called(row), row["how"], row["since_ms"]) for row in tx.execute(query).mappings()]


def _called(row: RowMapping) -> File:
    file = file_of_row(row)
    return file if row["called"] is None else replace(file, filename=row["called"])


def unused_since(tx: Tx, before_ms: int, limit: int = 100) -> list[Session]:
    """Sessions that nobody changed since a time, the oldest first, without their drafts."""
    query = select(*_LIGHT).where(sessions.c.updated_at_ms < before_ms).order_by(sessions.c.updated_at_ms).limit(limit)
    return [Session(**row) for row in tx.execute(query).mappings()]
