"""Turning music down while somebody speaks."""

from __future__ import annotations

from collections import deque
from math import log10
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

HOP = 480
"""Samples of one step of the detector: 10 ms."""

LOOK_HOPS = 10
"""How far the detector sees ahead: the sound is down 20 ms before a voice starts."""

_ATTACK_HOPS = 8
_HOLD_HOPS = 30
_RELEASE_HOPS = 40
_FLOOR_DB = -55.0
_START_DB = -30.0
_BELOW_PEAK_DB = 26.0
_DECAY_DB = 0.03


class Ducker:
    """Follows a voice and answers with how far to be down, 0 (not) to 1 (all the way), every 10 ms.

    A step is speech when its level is above -55 dBFS and no more than 26 dB under the loudest of the last seconds
    (falling 3 dB a second). Going down takes 80 ms and ends before the speech starts, since the detector sees 100 ms
    ahead; 300 ms after the last speech it takes 400 ms to come up again.
    """

    def __init__(self) -> None:
        self._peak_db = _START_DB
        self._active: deque[bool] = deque()
        self._held = 0
        self._down = 0.0

    def listen(self, voice: NDArray[np.float32]) -> None:
        """Takes the next samples of the voice: `(n, 2)` float32, whole steps of 480."""
        power = np.square(voice, dtype=np.float64).reshape(-1, HOP * 2).mean(axis=1)
        for value in power.tolist():
            level_db = 10 * log10(value + 1e-12)
            self._peak_db = max(level_db, self._peak_db - _DECAY_DB)
            self._active.append(level_db > max(_FLOOR_DB, self._peak_db - _BELOW_PEAK_DB))

    def depth(self, hops: int) -> NDArray[np.float64]:
        """Depth at the `hops + 1` edges of the next steps; `listen` must be ahead by `LOOK_HOPS` or at the end."""
        edges = np.empty(hops + 1)
        edges[0] = self._down
        waiting = list(self._active)
        soonest = len(waiting)
        ahead = [0] * (len(waiting) + 1)
        for at in range(len(waiting) - 1, -1, -1):
            soonest = at if waiting[at] else soonest
            ahead[at] = soonest
        for hop in range(hops):
            near = hop < len(waiting) and ahead[hop] <= hop + LOOK_HOPS and ahead[hop] < len(waiting)
            if hop < len(waiting) and waiting[hop]:
                self._held = _HOLD_HOPS
            if near or self._held > 0:
                self._down = min(1.0, self._down + 1 / _ATTACK_HOPS)
            else:
                self._down = max(0.0, self._down - 1 / _RELEASE_HOPS)
            self._held = max(0, self._held - 1)
            edges[hop + 1] = self._down
        for _ in range(min(hops, len(self._active))):
            self._active.popleft()
        return edges


def ducked_gain(depth: NDArray[np.float64], duck: float) -> NDArray[np.float32]:
    """Gain of each sample, `(hops * 480, 1)`: from 1 to `duck` along a smooth step of the depth."""
    smooth = depth * depth * (3 - 2 * depth)
    share = np.arange(HOP) / HOP
    steps = smooth[:-1, None] * (1 - share) + smooth[1:, None] * share
    return (1 + (duck - 1) * steps).reshape(-1, 1).astype(np.float32)
