"""Webhooks and their outbox: a delivery is written in the transaction that ends a job, and sent afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import delete as sql_delete
from sqlalchemy import func, insert, select, update

from wavereel.store.ids import new_key
from wavereel.store.schema import deliveries, webhooks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from wavereel.store.database import Tx


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that wants to know; `events` are the names of what it wants to know of, empty for all."""

    id: str
    user_id: str
    url: str
    secret: str
    events: list[str]
    created_at_ms: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message to be sent: `attempts` counts from 1 at the first one; `url` and `secret` are its webhook's."""

    id: str
    webhook_id: str
    user_id: str
    url: str
    secret: str
    event: str
    body: dict[str, Any]
    attempts: int
    created_at_ms: int


def create(tx: Tx, user_id: str, *, url: str, secret: str, events: Iterable[str], now_ms: int) -> Webhook:
    """A new webhook."""
    made = Webhook(f"wh_{new_key()}", user_id, url, secret, sorted(set(events)), now_ms)
    tx.execute(insert(webhooks).values({column.name: getattr(made, column.name) for column in webhooks.c}))
    return made


def list_of(tx: Tx, user_id: str) -> list[Webhook]:
    """All webhooks of a user, the oldest first."""
    query = select(webhooks).where(webhooks.c.user_id == user_id).order_by(webhooks.c.created_at_ms, webhooks.c.id)
    return [Webhook(**row) for row in tx.execute(query).mappings()]


def delete(tx: Tx, user_id: str, webhook_id: str) -> bool:
    """Removes a webhook and what was to be sent to it."""
    done = tx.execute(sql_delete(webhooks).where(webhooks.c.id == webhook_id, webhooks.c.user_id == user_id))
    return done.rowcount == 1


def enqueue(tx: Tx, user_id: str, event: str, body: Mapping[str, Any], now_ms: int) -> int:
    """Writes a delivery for each of the user's webhooks that wants the event, and says how many."""
    wanting = [hook for hook in list_of(tx, user_id) if not hook.events or event in hook.events]
    for hook in wanting:
        tx.execute(
            insert(deliveries).values(
                id=f"dl_{new_key()}",
                webhook_id=hook.id,
                event=event,
                body=dict(body),
                state="pending",
                attempts=0,
                answer="",
                next_at_ms=now_ms,
                created_at_ms=now_ms,
            )
        )
    return len(wanting)


def take_due(tx: Tx, now_ms: int, lease_ms: int) -> Delivery | None:
    """The delivery that is due longest, and not due again before the lease is over; `None` where none is due."""
    due = (deliveries.c.state == "pending", deliveries.c.next_at_ms <= now_ms)
    oldest = (
        select(deliveries.c.id)
        .where(*due)
        .order_by(deliveries.c.next_at_ms, deliveries.c.created_at_ms, deliveries.c.id)
        .limit(1)
        .scalar_subquery()
    )
    row = tx.execute(
        update(deliveries)
        .where(deliveries.c.id == oldest, *due)
        .values(next_at_ms=now_ms + lease_ms, attempts=deliveries.c.attempts + 1)
        .returning(deliveries)
    ).first()
    if row is None:
        return None
    hook = tx.execute(select(webhooks).where(webhooks.c.id == row.webhook_id)).one()
    return Delivery(
        id=row.id,
        webhook_id=hook.id,
        user_id=hook.user_id,
        url=hook.url,
        secret=hook.secret,
        event=row.event,
        body=row.body,
        attempts=row.attempts,
        created_at_ms=row.created_at_ms,
    )


def close(tx: Tx, delivery_id: str, state: Literal["done", "dead"], answer: str, now_ms: int) -> bool:
    """Ends a delivery: it arrived, or it is given up; `answer` is the last thing that was heard."""
    return _changed(tx, delivery_id, state=state, answer=answer[:500], ended_at_ms=now_ms)


def postpone(tx: Tx, delivery_id: str, answer: str, next_at_ms: int) -> bool:
    """A delivery did not arrive, and is due again later."""
    return _changed(tx, delivery_id, answer=answer[:500], next_at_ms=next_at_ms)


def next_due_ms(tx: Tx) -> int | None:
    """When the next delivery is due."""
    return tx.execute(select(func.min(deliveries.c.next_at_ms)).where(deliveries.c.state == "pending")).scalar()


def purge(tx: Tx, before_ms: int) -> int:
    """Forgets deliveries that ended before a time."""
    over = (deliveries.c.state != "pending", deliveries.c.ended_at_ms < before_ms)
    return tx.execute(sql_delete(deliveries).where(*over)).rowcount


def _changed(tx: Tx, delivery_id: str, **values: object) -> bool:
    pending = (deliveries.c.id == delivery_id, deliveries.c.state == "pending")
    return tx.execute(update(deliveries).where(*pending).values(**values)).rowcount == 1
