"""Running a program and measuring it from outside: CPU of all its processes, clock, and memory summed over them."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
SAMPLE_EVERY_S = 0.1


@dataclass(frozen=True)
class Cost:
    """What a run cost. `peak_bytes` is the greatest sum of resident memory over the process and its descendants."""

    cpu_s: float
    wall_s: float
    peak_bytes: int
    output: str


def run(command: list[str], *, cwd: Path | None = None) -> Cost:
    """Runs a program to its end.

    CPU is the program's own and that of all children it waited for (`wait4`, as `RUSAGE_CHILDREN` counts).

    Raises:
        RuntimeError: It failed.
    """
    started = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=cwd) as process:
        sampler = _Sampler(process.pid)
        sampler.start()
        errors: list[str] = []
        reader = threading.Thread(target=lambda: errors.append(process.stderr.read()))
        reader.start()
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        sampler.finish()
        reader.join()
    if process.returncode:
        raise RuntimeError(f"{command[0]} failed ({process.returncode}): {errors[0][-2000:]}")
    return Cost(usage.ru_utime + usage.ru_stime, time.monotonic() - started, sampler.peak_bytes, output)


class _Sampler(threading.Thread):
    """Adds up the resident memory of a process tree, ten times a second."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._over = threading.Event()
        self.peak_bytes = 0

    def run(self) -> None:
        while not self._over.wait(SAMPLE_EVERY_S):
            self.peak_bytes = max(self.peak_bytes, sum(_resident_bytes(pid) for pid in _tree(self._pid)))

    def finish(self) -> None:
        self._over.set()
        self.join()


def _tree(root: int) -> list[int]:
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            try:
                waiting += [int(word) for word in children.read_text().split()]
            except OSError:
                continue  # the thread ended in between
    return found


def _resident_bytes(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_BYTES
    except (OSError, IndexError):
        return 0
