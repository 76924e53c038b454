"""How far a job is: named stages, each a known share of the work, reported from any thread."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

_REPORT_EVERY_S = 0.1


@dataclass(frozen=True, slots=True)
class Progress:
    """A moment of a job.

    `done` is the share of the whole job, 0..1; `speed` is how much sound the present stage gets through in a second of
    the clock, as a multiple of real time; `left_s` is the time that the rest will take at the pace so far, in seconds.
    Both are `None` until there is something to judge by.
    """

    stage: str
    done: float
    speed: float | None = None
    left_s: float | None = None


class Stages:
    """The stages of one job, and in `wall_s` how long each took by the clock.

    Args:
        weights: Expected share of the clock of each stage that will run; they need not add up to 1.
        length_s: Length of the sound, in seconds.
        report: Called with the progress, at most ten times a second, from whichever thread moved it.
    """

    def __init__(self, weights: Mapping[str, float], length_s: float, report: Callable[[Progress], None]) -> None:
        self._weights = dict(weights)
        self._length_s = length_s
        self._report = report
        self._lock = threading.Lock()
        self._shares = dict.fromkeys(self._weights, 0.0)
        self._started = time.monotonic()
        self._stage_started: dict[str, float] = {}
        self._last_report = 0.0
        self.wall_s: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Generator[Callable[[float], None]]:
        """Runs a stage; the value is a function that takes the share of it that is done, 0..1."""
        wall = time.monotonic()
        with self._lock:
            self._stage_started[name] = wall
        self.move(name, 0.0)
        try:
            yield lambda share: self.move(name, share)
        finally:
            self.wall_s[name] = self.wall_s.get(name, 0.0) + time.monotonic() - wall
        self.move(name, 1.0)

    def move(self, name: str, share: float) -> None:
        """Says that `share` of the stage is done; never goes backward."""
        now = time.monotonic()
        with self._lock:
            share = min(1.0, max(share, self._shares.get(name, 0.0)))
            self._shares[name] = share
            if share not in (0.0, 1.0) and now - self._last_report < _REPORT_EVERY_S:
                return
            self._last_report = now
            total = sum(self._weights.values()) or 1.0
            done = sum(self._weights.get(stage, 0.0) * value for stage, value in self._shares.items()) / total
            spent = now - self._started
            in_stage = now - self._stage_started.get(name, now)
            speed = share * self._length_s / in_stage if share > 0 and in_stage > 0.2 else None
            left = spent * (1 - done) / done if done > 0.02 else None
        self._report(Progress(name, done, speed, left))
