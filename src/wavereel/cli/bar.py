"""The progress bar: stage, speed as a multiple of real time, and a time left that does not jump about."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from wavereel.times import format_time

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

    from wavereel.render.progress import Progress

SMOOTHING_S = 4.0
"""The time constant with which an estimate follows: shorter jumps about, longer lies after a change of stage."""

WARM_UP_S = 1.0
"""No time left is named before: there is nothing to judge by."""


class TimeLeft:
    """An estimate of the end, smoothed as a point in time, so that it counts down by itself between reports."""

    def __init__(self) -> None:
        self._end_s: float | None = None
        self._heard_s = 0.0
        self._first_s: float | None = None

    def update(self, now_s: float, left_s: float | None) -> float | None:
        """Takes a new estimate, or `None`, and gives the one to show, in seconds; `None` while there is none."""
        if self._first_s is None:
            self._first_s = now_s
        if left_s is not None:
            end_s = now_s + max(0.0, left_s)
            if self._end_s is None:
                self._end_s = end_s
            else:
                weight = min(1.0, (now_s - self._heard_s) / SMOOTHING_S)
                self._end_s += (end_s - self._end_s) * weight
            self._heard_s = now_s
        if self._end_s is None or now_s - self._first_s < WARM_UP_S:
            return None
        return max(0.0, self._end_s - now_s)


def describe(progress: Progress, left_s: float | None) -> str:
    """The words beside the bar, such as `painting  31x real time  0:12 left`."""
    parts = [progress.stage]
    if progress.speed is not None:
        parts.append(f"{progress.speed:.0f}x real time" if progress.speed >= 10 else f"{progress.speed:.1f}x real time")
    if left_s is not None:
        parts.append(f"{format_time(round(left_s) * 1000)} left")
    return "  ".join(parts)


@contextmanager
def show_progress(name: str, *, quiet: bool) -> Generator[Callable[[Progress], None]]:
    """Shows a bar on standard error while the block runs, where that is a terminal and `quiet` is not set.

    The value takes the progress from any thread.
    """
    if quiet or sys.stderr is None or not sys.stderr.isatty():  # closed before the start
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn
    from rich.progress import Progress as RichProgress

    columns = (
        TextColumn("{task.fields[name]}"),
        BarColumn(None),
        TaskProgressColumn(),
        TextColumn("{task.description}"),
    )
    bar = RichProgress(*columns, console=Console(stderr=True), transient=True, expand=True)
    with bar:
        task = bar.add_task("starting", total=1.0, name=_short(name))
        yield _reporter(bar, task)


def _reporter(bar: RichProgress, task: TaskID) -> Callable[[Progress], None]:
    left = TimeLeft()

    def report(progress: Progress) -> None:
        words = describe(progress, left.update(time.monotonic(), progress.left_s))
        bar.update(task, completed=progress.done, description=words)

    return report


def _short(name: str, width: int = 24) -> str:
    plain = name.replace("[", "(").replace("]", ")")
    return plain if len(plain) <= width else plain[: width - 1] + "…"
