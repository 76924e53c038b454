"""Credits: frozen when work is accepted, settled or given back when it ends, each once.

A reservation is known by its reference (a run's or a render's id). All changes are single statements with their
condition inside, so two that come at once cannot both spend the same credit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sqlalchemy import case, insert, literal, select, update

from wavereel.errors import NotFoundError
from wavereel.store.database import wall_ms
from wavereel.store.schema import grants, reservations, users

if TYPE_CHECKING:
    from wavereel.store.database import Tx


@dataclass(frozen=True, slots=True)
class Balance:
    """What can be spent and what is set aside for work that goes on."""

    available: int
    frozen: int

    @property
    def total(self) -> int:
        """Both together."""
        return self.available + self.frozen


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a user's account: credits that came (`grant`), went (`charge`) or are set aside (`frozen`)."""

    kind: Literal["grant", "charge", "frozen"]
    amount: int
    note: str
    created_at_ms: int


def balance(tx: Tx, user_id: str) -> Balance:
    """What a user has.

    Raises:
        NotFoundError: There is no such user.
    """
    row = tx.execute(select(users.c.available, users.c.frozen).where(users.c.id == user_id)).first()
    if row is None:
        raise NotFoundError(f"there is no user {user_id}")
    return Balance(row.available, row.frozen)


def freeze(tx: Tx, user_id: str, amount: int, reference: str, now_ms: int | None = None) -> bool:
    """Sets an amount aside for a reference; `False` where the user has not so much.

    A reference that has been used already is not frozen again: `True` where its reservation is the user's and lasts.
    """
    if (known := _reservation(tx, reference)) is not None:
        return known == (user_id, "frozen")
    done = tx.execute(
        update(users)
        .where(users.c.id == user_id, users.c.available >= amount)
        .values(available=users.c.available - amount, frozen=users.c.frozen + amount)
    )
    if not done.rowcount:
        return False
    _reserve(tx, user_id, amount, reference, now_ms)
    return True


def freeze_up_to(tx: Tx, user_id: str, amount: int, reference: str, now_ms: int | None = None) -> int:
    """Sets aside as much of an amount as the user has, and says how much that is.

    A reference that has been used already freezes nothing.
    """
    if _reservation(tx, reference) is not None:
        return 0
    had = tx.execute(select(users.c.available).where(users.c.id == user_id).with_for_update()).scalar()
    taken = min(amount, had or 0)
    if taken <= 0 or not freeze(tx, user_id, taken, reference, now_ms):
        return 0
    return taken


def settle(tx: Tx, reference: str, price: int, now_ms: int | None = None) -> int | None:
    """Charges at most what was frozen for a reference and gives the rest back.

    Returns:
        What was charged; `None` where the reference has been settled or refunded, or was never frozen.
    """
    at_ms = wall_ms() if now_ms is None else now_ms
    charged = case((reservations.c.amount < price, reservations.c.amount), else_=literal(price))
    row = tx.execute(
        update(reservations)
        .where(reservations.c.reference == reference, reservations.c.state == "frozen")
        .values(state="settled", price=charged, ended_at_ms=at_ms)
        .returning(reservations.c.user_id, reservations.c.amount, reservations.c.price)
    ).first()
    if row is None:
        return None
    _release(tx, row.user_id, row.amount, row.amount - row.price)
    return row.price


def refund(tx: Tx, reference: str, now_ms: int | None = None) -> bool:
    """Gives back what was frozen for a reference; `False` where that is over already, or never was."""
    at_ms = wall_ms() if now_ms is None else now_ms
    row = tx.execute(
        update(reservations)
        .where(reservations.c.reference == reference, reservations.c.state == "frozen")
        .values(state="refunded", price=0, ended_at_ms=at_ms)
        .returning(reservations.c.user_id, reservations.c.amount)
    ).first()
    if row is None:
        return False
    _release(tx, row.user_id, row.amount, row.amount)
    return True


def rename(tx: Tx, reference: str, fresh: str) -> None:
    """Calls what is over another name, so that the reference can be used anew."""
    over = (reservations.c.reference == reference, reservations.c.state != "frozen")
    tx.execute(update(reservations).where(*over).values(reference=fresh))


def add(tx: Tx, user_id: str, amount: int, note: str = "", now_ms: int | None = None) -> bool:
    """Gives a user credits, or takes some away; `False` where there is no such user or less to take."""
    done = tx.execute(
        update(users)
        .where(users.c.id == user_id, users.c.available + amount >= 0)
        .values(available=users.c.available + amount)
    )
    if done.rowcount:
        at_ms = wall_ms() if now_ms is None else now_ms
        tx.execute(insert(grants).values(user_id=user_id, amount=amount, note=note, created_at_ms=at_ms))
    return bool(done.rowcount)


def entries(tx: Tx, user_id: str, limit: int = 100) -> list[Entry]:
    """The latest lines of a user's account, newest first; what was refunded is not among them."""
    came = select(grants).where(grants.c.user_id == user_id).order_by(grants.c.id.desc()).limit(limit)
    went = (
        select(reservations)
        .where(reservations.c.user_id == user_id, reservations.c.state != "refunded", reservations.c.amount > 0)
        .order_by(reservations.c.created_at_ms.desc())
        .limit(limit)
    )
    found = [Entry("grant", row.amount, row.note, row.created_at_ms) for row in tx.execute(came)]
    for row in tx.execute(went):
        kind, amount = ("frozen", row.amount) if row.state == "frozen" else ("charge", row.price)
        found.append(Entry(kind, -amount, row.reference, row.created_at_ms))
    return sorted(found, key=lambda entry: entry.created_at_ms, reverse=True)[:limit]


def held_since(tx: Tx, before_ms: int, prefix: str) -> list[str]:
    """References under which something has been frozen since before a time, of those that begin in a certain way."""
    query = select(reservations.c.reference).where(
        reservations.c.state == "frozen",
        reservations.c.created_at_ms < before_ms,
        reservations.c.reference.startswith(prefix, autoescape=True),
    )
    return list(tx.execute(query).scalars())


def _reservation(tx: Tx, reference: str) -> tuple[str, str] | None:
    row = tx.execute(
        select(reservations.c.user_id, reservations.c.state).where(reservations.c.reference == reference)
    ).first()
    return None if row is None else (row.user_id, row.state)


def _reserve(tx: Tx, user_id: str, amount: int, reference: str, now_ms: int | None) -> None:
    tx.execute(
        insert(reservations).values(
            reference=reference,
            user_id=user_id,
            amount=amount,
            state="frozen",
            created_at_ms=wall_ms() if now_ms is None else now_ms,
        )
    )


def _release(tx: Tx, user_id: str, amount: int, back: int) -> None:
    tx.execute(
        update(users)
        .where(users.c.id == user_id)
        .values(frozen=users.c.frozen - amount, available=users.c.available + back)
    )
