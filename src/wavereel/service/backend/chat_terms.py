"""On what terms a message is answered: for whom, by what, at what price, and how often it is tried."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wavereel.service.backend.caller import Attribution, Caller
from wavereel.store import credits as accounts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wavereel.settings import Settings
    from wavereel.store.database import Tx
    from wavereel.store.runs import Run as Row

Tree = dict[str, Any]

MAX_ATTEMPTS = 3
"""So often a message is planned anew where the draft was saved by something else meanwhile, or its process died."""


def give_back_all(tx: Tx, row: Row, now_ms: int) -> None:
    """Gives back what an earlier owner of a run held for it when it died."""
    for earlier in range(1, row.attempts):
        for attempt in range(MAX_ATTEMPTS):
            for end in ("", "+"):
                accounts.refund(tx, f"{row.id}/{earlier}.{attempt}{end}", now_ms)


def options_of(caller: Caller, *, streaming: bool, lang: str) -> Tree:
    """What a run has to know of whoever sent its message, to be answered by another process."""
    mark = caller.attribution
    return {
        "kind": caller.kind,
        "scopes": sorted(caller.scopes),
        "token_id": caller.token_id,
        "attribution": [mark.source, mark.version, mark.platform],
        "streaming": streaming,
        "lang": lang,
    }


def caller_of(row: Row) -> Caller:
    """Whoever sent a run's message."""
    options = row.options
    return Caller(
        user_id=row.user_id,
        kind=options["kind"],
        scopes=frozenset(options["scopes"]),
        token_id=options["token_id"],
        attribution=Attribution(*options["attribution"]),
    )


def job_id_of(row: Row, result: Mapping[str, Any]) -> str:
    """The id of an export that a message asks for: the same draft of the same message is the same job."""
    return f"chat-{row.id.removeprefix('e-')[:18]}-{result['rev']}"


def language_model(settings: Settings) -> Tree | None:
    """The language model of the settings as the task `turn` takes it; `None` where the grammar reads messages."""
    if not settings.llm_url or not settings.llm_model:
        return None
    return {
        "url": settings.llm_url,
        "model": settings.llm_model,
        "key": settings.llm_key,
        "timeout_s": settings.llm_timeout_s,
    }


def charge(tx: Tx, held: Mapping[str, int], price: int, now_ms: int) -> None:
    """Charges a price to what is held for it, and gives the rest back."""
    for reference, amount in held.items():
        part = min(price, amount)
        if part:
            accounts.settle(tx, reference, part, now_ms)
        else:
            accounts.refund(tx, reference, now_ms)
        price -= part
