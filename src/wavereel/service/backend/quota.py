"""How much one user may keep: files, drafts with all their revisions, and drafts that were handed in for export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wavereel.errors import LimitError
from wavereel.store import files
from wavereel.store.usage import bytes_of_drafts

if TYPE_CHECKING:
    from wavereel.service.backend.core import Core
    from wavereel.store.database import Tx


def held_bytes(tx: Tx, user_id: str) -> int:
    """What a user keeps, without uploads that are not whole."""
    return files.bytes_of_user(tx, user_id) + bytes_of_drafts(tx, user_id)


def check_quota(core: Core, tx: Tx, user_id: str, more_bytes: int) -> None:
    """Asks whether a user may keep so many bytes more.

    Raises:
        LimitError: The quota is full.
    """
    quota = core.settings.user_quota_bytes
    if quota and (held := held_bytes(tx, user_id)) + more_bytes > quota:
        raise full_quota(quota, held)


def full_quota(quota_bytes: int, held_bytes: int) -> LimitError:
    """The refusal of a user whose files and drafts take all that a user's may."""
    hint = "use files that are here already, or delete sessions"
    error = LimitError("Your files and drafts take all the room that there is for them", hint=hint)
    vars(error)["data"] = {"quota_bytes": quota_bytes, "used_bytes": held_bytes}
    return error
