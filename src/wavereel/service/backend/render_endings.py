"""How a render job ends: in one transaction with its price, its session's version and the news of it.

Everything hangs on the fence: who is not the holder of the job any more changes nothing, and hears so.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from wavereel.service.backend.core import wire_id
from wavereel.store import credits as ledger
from wavereel.store import renders, sessions, webhooks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wavereel.store.database import Database, Tx
    from wavereel.store.renders import Render

LOG = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
"""A job that took so many workers with it, or lost so many, has failed."""

ANYTIME_MS = 1 << 60
"""A time at which every lease is over."""


def reference_of(user_id: str, render_id: str) -> str:
    """The name of a job's reservation of credits."""
    return f"render:{user_id}:{render_id}"


def complete(tx: Tx, job: Render, *, blob: str, result: dict[str, Any], warnings: Sequence[str], now_ms: int) -> bool:
    """Ends a job well and charges it; `False` where it is not this claim's any more, and then nothing happened."""
    if not renders.finish(tx, job.seq, job.fence, now_ms=now_ms, blob=blob, result=result, warnings=warnings):
        return False
    ledger.settle(tx, reference_of(job.user_id, job.id), int(job.options.get("price", 0)), now_ms)
    _tell(tx, job, "completed", {"output": result, "warnings": list(warnings)}, now_ms)
    return True


def fail(tx: Tx, job: Render, *, error: str, warnings: Sequence[str] = (), now_ms: int) -> bool:
    """Ends a job badly and gives its credits back; `False` as `complete`."""
    if not renders.finish(tx, job.seq, job.fence, now_ms=now_ms, error=error, warnings=warnings):
        return False
    after_failure(tx, job, error, now_ms)
    return True


def after_failure(tx: Tx, job: Render, error: str, now_ms: int) -> None:
    """What belongs to a failure beside the row itself."""
    ledger.refund(tx, reference_of(job.user_id, job.id), now_ms)
    _tell(tx, job, "failed", {"error": error}, now_ms)


def give_back(tx: Tx, job: Render, now_ms: int) -> bool:
    """Puts a job back into the queue; `False` as `complete`."""
    if not renders.give_back(tx, job.seq, job.fence):
        return False
    sessions.bump(tx, job.session_id, now_ms)
    return True


def take_from_the_dead(database: Database, now_ms: int, *, is_dead: Callable[[str], bool] | None = None) -> int:
    """Puts jobs whose worker is gone back into the queue, or ends them; how many.

    Args:
        database: Where the jobs are.
        now_ms: The time: who did not move its lease on until then has lost its job.
        is_dead: Knows of a worker that it is gone, whatever its leases say.
    """
    with database.read() as tx:
        at_work = renders.expired(tx, ANYTIME_MS)
    taken = 0
    for job in at_work:
        before_ms = ANYTIME_MS if is_dead is not None and is_dead(job.owner) else now_ms
        if job.lease_until_ms < before_ms:
            with database.write() as tx:
                taken += _taken(tx, job, before_ms, now_ms)
    return taken


def _taken(tx: Tx, job: Render, before_ms: int, now_ms: int) -> bool:
    """Takes a job from its worker; `False` where that has moved its lease on, or ended the job, meanwhile."""
    if job.cancel_requested or job.attempts >= MAX_ATTEMPTS:
        present = renders.by_seq(tx, job.seq)
        if present is None or present.fence != job.fence or present.lease_until_ms >= before_ms:
            return False
        interrupted = f"the rendering was interrupted {job.attempts} times"
        return fail(tx, job, error=renders.CANCELLED if job.cancel_requested else interrupted, now_ms=now_ms)
    if not renders.requeue(tx, job.seq, job.fence, before_ms):
        return False
    LOG.warning("render %d was taken from worker %s", job.seq, job.owner)
    sessions.bump(tx, job.session_id, now_ms)
    return True


def _tell(tx: Tx, job: Render, how: str, facts: dict[str, Any], now_ms: int) -> None:
    sessions.bump(tx, job.session_id, now_ms)
    data = {"id": job.id, "session_id": wire_id(job.session_id), "status": how, "completed_at": now_ms} | facts
    webhooks.enqueue(tx, job.user_id, f"render.{how}", data, now_ms)
