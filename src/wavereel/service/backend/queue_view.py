"""What waits before each export, looked up once for all who ask within a second.

A thousand jobs with a thousand clients that poll them would otherwise count the queue a thousand times.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

from wavereel.store.pace import active, pace
from wavereel.store.queue import Ahead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wavereel.store.database import Tx
    from wavereel.store.pace import Active

_FRESH_S = 1.0
_AT_LEAST_S = 0.1
"""A job that is not in the view yet makes a new one, but not more often than this."""

_LATER_MS = 1 << 60
"""Later than any start that has happened."""


class QueueView:
    """The queue as it was a moment ago; for any number of threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen_at = float("-inf")
        self._ahead: dict[int, Ahead] = {}
        self._last = Ahead(0, 0)
        self._pace: float | None = None

    def ahead(self, tx: Tx, seq: int) -> tuple[Ahead, float | None]:
        """What is to be done before a job begins, and how fast this machine is; see `wavereel.store.pace.pace`."""
        with self._lock:
            age_s = time.monotonic() - self._seen_at
            if age_s > _FRESH_S or (seq not in self._ahead and age_s > _AT_LEAST_S):
                jobs = active(tx)
                self._ahead, self._last = turns(jobs)
                self._pace = pace(tx)
                self._seen_at = time.monotonic()
            return self._ahead.get(seq, self._last), self._pace


def turns(jobs: Sequence[Active]) -> tuple[dict[int, Ahead], Ahead]:
    """What lies before each job, by its `seq`, and before one that came now.

    The jobs are taken as `wavereel.store.queue.claim` takes them: always one of the user with the fewest at work, among
    equals of the one whose last start is longest ago.
    """
    at_work = Counter(job.user_id for job in jobs if job.state == "processing")
    queues: dict[str, deque[Active]] = {}
    for job in jobs:
        if job.state == "pending":
            queues.setdefault(job.user_id, deque()).append(job)
    running = [job for job in jobs if job.state == "processing"]
    found = {job.seq: Ahead(0, 0) for job in running}
    count, length_ms = len(running), sum(job.length_ms * (100 - job.progress) // 100 for job in running)
    waiting = [(at_work[user], own[0].last_render_ms, own[0].seq, user) for user, own in queues.items()]
    heapify(waiting)
    while waiting:
        turn, _, _, user = heappop(waiting)
        job = queues[user].popleft()
        found[job.seq] = Ahead(count, length_ms)
        count, length_ms = count + 1, length_ms + job.length_ms
        if queues[user]:
            heappush(waiting, (turn + 1, _LATER_MS + count, queues[user][0].seq, user))
    return found, Ahead(count, length_ms)
