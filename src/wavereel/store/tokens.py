"""Bearer tokens and the clients that asked for them; of both only hashes are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, or_, select, update

from wavereel.store.ids import digest_of, new_key, new_token
from wavereel.store.schema import clients, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.engine import RowMapping

    from wavereel.store.database import Tx


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token; `None` in a time: never."""

    id: str
    user_id: str
    name: str
    scopes: frozenset[str]
    created_at_ms: int
    expires_at_ms: int | None
    revoked_at_ms: int | None


_COLUMNS = (
    tokens.c.id,
    tokens.c.user_id,
    tokens.c.name,
    tokens.c.scopes,
    tokens.c.created_at_ms,
    tokens.c.expires_at_ms,
    tokens.c.revoked_at_ms,
)


def issue(
    tx: Tx,
    user_id: str,
    *,
    name: str,
    scopes: Iterable[str],
    now_ms: int,
    expires_at_ms: int | None,
    client_id: str | None = None,
    address: str = "",
) -> tuple[Token, str]:
    """A new token and its secret, which nobody can find out again.

    Args:
        tx: An open transaction.
        user_id: Whose it is.
        name: For a person to tell tokens apart.
        scopes: What it may do.
        now_ms: The time.
        expires_at_ms: From when it does not count.
        client_id: Which client asked; that client gets this user from now on.
        address: From where it was asked for.
    """
    secret = new_token()
    token = Token(f"tok_{new_key()}", user_id, name, frozenset(scopes), now_ms, expires_at_ms, None)
    client = None if client_id is None else digest_of(client_id)
    tx.execute(
        insert(tokens).values(
            id=token.id,
            user_id=user_id,
            name=name,
            scopes=" ".join(sorted(token.scopes)),
            secret_sha256=digest_of(secret),
            client_sha256=client,
            address=address,
            created_at_ms=now_ms,
            expires_at_ms=expires_at_ms,
        )
    )
    if client is not None:
        moved = tx.execute(update(clients).where(clients.c.client_sha256 == client).values(user_id=user_id))
        if not moved.rowcount:
            tx.execute(insert(clients).values(client_sha256=client, user_id=user_id, created_at_ms=now_ms))
    return token, secret


def find(tx: Tx, secret: str, now_ms: int) -> Token | None:
    """The token of a secret, while it is neither expired nor revoked."""
    query = select(*_COLUMNS).where(tokens.c.secret_sha256 == digest_of(secret), *_live(now_ms))
    row = tx.execute(query).mappings().first()
    return None if row is None else _token(row)


def list_of(tx: Tx, user_id: str) -> list[Token]:
    """All tokens of a user, the oldest first."""
    query = select(*_COLUMNS).where(tokens.c.user_id == user_id).order_by(tokens.c.created_at_ms, tokens.c.id)
    return [_token(row) for row in tx.execute(query).mappings()]


def revoke(tx: Tx, user_id: str, token_id: str, now_ms: int) -> bool:
    """Ends a token; `False` where the user has no such token. One that is revoked already stays as it is."""
    mine = (tokens.c.id == token_id, tokens.c.user_id == user_id)
    done = tx.execute(update(tokens).where(*mine).values(revoked_at_ms=func.coalesce(tokens.c.revoked_at_ms, now_ms)))
    return done.rowcount == 1


def revoke_of_client(tx: Tx, client_id: str, now_ms: int) -> int:
    """Ends all tokens that a client was given, and says how many lived."""
    mine = (tokens.c.client_sha256 == digest_of(client_id), tokens.c.revoked_at_ms.is_(None))
    return tx.execute(update(tokens).where(*mine).values(revoked_at_ms=now_ms)).rowcount


def user_of_client(tx: Tx, client_id: str) -> str | None:
    """Id of the user that a client was given last."""
    return tx.execute(select(clients.c.user_id).where(clients.c.client_sha256 == digest_of(client_id))).scalar()


def live_of_client(tx: Tx, client_id: str, now_ms: int, window_ms: int) -> Token | None:
    """The latest token that a client was given within the window and that was not revoked."""
    query = select(*_COLUMNS).where(
        tokens.c.client_sha256 == digest_of(client_id),
        tokens.c.revoked_at_ms.is_(None),
        tokens.c.created_at_ms > now_ms - window_ms,
    )
    row = tx.execute(query.order_by(tokens.c.created_at_ms.desc()).limit(1)).mappings().first()
    return None if row is None else _token(row)


def issued_from(tx: Tx, address: str, since_ms: int) -> int:
    """How many tokens an address was given after a time."""
    query = select(func.count()).where(tokens.c.address == address, tokens.c.created_at_ms > since_ms)
    return tx.execute(query).scalar_one()


def first_issued_from(tx: Tx, address: str, since_ms: int) -> int | None:
    """When an address was given the first of those tokens: when that one leaves the window, there is room again."""
    query = select(func.min(tokens.c.created_at_ms)).where(
        tokens.c.address == address, tokens.c.created_at_ms > since_ms
    )
    return tx.execute(query).scalar()


def purge(tx: Tx, before_ms: int) -> int:
    """Forgets tokens that ended before a time; the client keeps its user."""
    ended = or_(tokens.c.expires_at_ms < before_ms, tokens.c.revoked_at_ms < before_ms)
    return tx.execute(delete(tokens).where(ended, tokens.c.created_at_ms < before_ms)).rowcount


def _live(now_ms: int) -> tuple[Any, Any]:
    return tokens.c.revoked_at_ms.is_(None), or_(tokens.c.expires_at_ms.is_(None), tokens.c.expires_at_ms > now_ms)


def _token(row: RowMapping) -> Token:
    return Token(
        id=row["id"],
        user_id=row["user_id"],
        name=row["name"],
        scopes=frozenset(row["scopes"].split()),
        created_at_ms=row["created_at_ms"],
        expires_at_ms=row["expires_at_ms"],
        revoked_at_ms=row["revoked_at_ms"],
    )
