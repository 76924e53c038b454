"""Claim tokens: each opens a read-only page of one session, and has no rights besides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from wavereel.store.ids import digest_of, new_claim
from wavereel.store.schema import claims

if TYPE_CHECKING:
    from wavereel.store.database import Tx


@dataclass(frozen=True, slots=True)
class Claim:
    """What a claim token opens, and until when."""

    user_id: str
    session_id: str
    created_at_ms: int
    expires_at_ms: int


def create(tx: Tx, user_id: str, session_id: str, *, now_ms: int, expires_at_ms: int) -> str:
    """A new claim token; only its hash is kept."""
    secret = new_claim()
    tx.execute(
        insert(claims).values(
            secret_sha256=digest_of(secret),
            user_id=user_id,
            session_id=session_id,
            created_at_ms=now_ms,
            expires_at_ms=expires_at_ms,
        )
    )
    return secret


def find(tx: Tx, secret: str) -> Claim | None:
    """What a claim token opens, also after its time: the caller says that it is over."""
    query = select(claims.c.user_id, claims.c.session_id, claims.c.created_at_ms, claims.c.expires_at_ms)
    row = tx.execute(query.where(claims.c.secret_sha256 == digest_of(secret))).mappings().first()
    return None if row is None else Claim(**row)


def purge(tx: Tx, before_ms: int) -> int:
    """Forgets claims that ended before a time."""
    return tx.execute(delete(claims).where(claims.c.expires_at_ms < before_ms)).rowcount
