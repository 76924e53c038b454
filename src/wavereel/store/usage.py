"""How much room a user takes, beside files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from wavereel.store.schema import history, renders, sessions

if TYPE_CHECKING:
    from wavereel.store.database import Tx


def bytes_of_drafts(tx: Tx, user_id: str) -> int:
    """How many bytes a user's drafts take: all their revisions, and those that were handed in for export.

    No text is read for it: the length of a blob stands in its row, and that of an export's draft in its options.
    """
    revisions = select(func.coalesce(func.sum(func.length(history.c.lines)), 0)).where(
        history.c.session_id.in_(select(sessions.c.id).where(sessions.c.user_id == user_id))
    )
    exported = select(func.coalesce(func.sum(renders.c.options["draft_bytes"].as_integer()), 0)).where(
        renders.c.user_id == user_id
    )
    return int(tx.execute(revisions).scalar_one()) + int(tx.execute(exported).scalar_one())
