"""Keys of the program's own, such as the one that signs links: made once, kept with the data."""

from __future__ import annotations

import secrets as random
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from wavereel.store.schema import secrets

if TYPE_CHECKING:
    from wavereel.store.database import Tx

KEY_BYTES = 32


def get(tx: Tx, name: str) -> bytes | None:
    """A key; `None` where it was never made."""
    return tx.execute(select(secrets.c.value).where(secrets.c.name == name)).scalar()


def ensure(tx: Tx, name: str) -> bytes:
    """A key, made where there is none; the transaction must be one that may write."""
    known = get(tx, name)
    if known is not None:
        return known
    value = random.token_bytes(KEY_BYTES)
    tx.execute(insert(secrets).values(name=name, value=value))
    return value
