"""How often somebody may ask: buckets that fill at a steady rate and hold a bounded number of turns."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_BUCKETS = 20_000


class Buckets:
    """One token bucket for each key, of those that asked last.

    Args:
        rate_per_s: Turns that come back in a second; 0 takes no account of anything.
        burst: Turns that a full bucket holds.
        clock_s: A clock that never goes back.
    """

    def __init__(self, rate_per_s: float, burst: int, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._rate_per_s = rate_per_s
        self._burst = max(1, burst)
        self._clock_s = clock_s
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> int:
        """Takes a turn: 0, or after how many seconds there will be one."""
        if self._rate_per_s <= 0:
            return 0
        now_s = self._clock_s()
        with self._lock:
            turns, since_s = self._buckets.pop(key, (float(self._burst), now_s))
            turns = min(float(self._burst), turns + (now_s - since_s) * self._rate_per_s)
            taken = turns >= 1
            self._buckets[key] = (turns - 1 if taken else turns, now_s)
            if len(self._buckets) > MAX_BUCKETS:
                self._buckets.popitem(last=False)
        return 0 if taken else max(1, math.ceil((1 - turns) / self._rate_per_s))
