"""Users: anonymous ones, named ones, and the local one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sqlalchemy import insert, select, update

from wavereel.store.database import wall_ms
from wavereel.store.ids import new_user_id
from wavereel.store.schema import users

if TYPE_CHECKING:
    from wavereel.store.database import Tx

UserKind = Literal["anonymous", "named", "local"]


@dataclass(frozen=True, slots=True)
class User:
    """Who owns sessions, files and renders; `available` and `frozen` are credits."""

    id: str
    kind: UserKind
    name: str
    available: int
    frozen: int
    created_at_ms: int


_COLUMNS = (users.c.id, users.c.kind, users.c.name, users.c.available, users.c.frozen, users.c.created_at_ms)


def create(
    tx: Tx, *, kind: UserKind, available: int, name: str = "", user_id: str = "", now_ms: int | None = None
) -> User:
    """A new user with as many credits available; the id is made up where none is given."""
    user = User(user_id or new_user_id(kind), kind, name, available, 0, wall_ms() if now_ms is None else now_ms)
    tx.execute(
        insert(users).values(
            id=user.id, kind=kind, name=name, available=available, frozen=0, created_at_ms=user.created_at_ms
        )
    )
    return user


def get(tx: Tx, user_id: str) -> User | None:
    """The user of an id."""
    row = tx.execute(select(*_COLUMNS).where(users.c.id == user_id)).mappings().first()
    return None if row is None else User(**row)


def ensure(tx: Tx, user_id: str, kind: UserKind, available: int, now_ms: int | None = None) -> User:
    """The user of an id, made where there is none."""
    return get(tx, user_id) or create(tx, kind=kind, available=available, user_id=user_id, now_ms=now_ms)


def bind(tx: Tx, user_id: str, name: str) -> bool:
    """Turns an anonymous user into a named one, with everything kept; `False` where there is no such anonymous user."""
    done = tx.execute(
        update(users).where(users.c.id == user_id, users.c.kind == "anonymous").values(kind="named", name=name)
    )
    return done.rowcount == 1


def named(tx: Tx, name: str) -> User | None:
    """The oldest named user of a name."""
    query = select(*_COLUMNS).where(users.c.kind == "named", users.c.name == name)
    row = tx.execute(query.order_by(users.c.created_at_ms, users.c.id).limit(1)).mappings().first()
    return None if row is None else User(**row)
