"""Starts render workers, watches them, and ends them."""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO, cast

from wavereel.errors import OutputError, OverloadedError, WavereelError
from wavereel.service.backend.render_endings import take_from_the_dead
from wavereel.store.database import Database, wall_ms
from wavereel.store.ids import new_key
from wavereel.worker.framing import write_message
from wavereel.worker.limits import clean_environment
from wavereel.worker.render_job import WORK_FOLDER
from wavereel.worker.render_settings import worker_settings
from wavereel.worker.workspace import has_owner, sweep

if TYPE_CHECKING:
    from pathlib import Path

    from wavereel.settings import Settings
    from wavereel.worker.render_settings import WorkerSettings

LOG = logging.getLogger(__name__)

LOG_NAME = "renders.log"
MAX_LOG_BYTES = 4 << 20

_LOOK_EVERY_S = 0.25
_SHORT_LIFE_S = 10.0
"""A worker that dies sooner is started again only after a pause, which doubles from one to the next."""

_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 30.0


@dataclass(frozen=True, slots=True)
class SupervisorFacts:
    """What `/metrics` says of the workers."""

    wanted: int
    alive: int
    restarts: int


class _Place:
    """One worker's place: the process that has it, and when the next may have it."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.born = 0.0
        self.not_before = 0.0
        self.pause_s = _FIRST_PAUSE_S

    def fill(self, settings: WorkerSettings, log: Path) -> None:
        """Starts a worker."""
        self.born = time.monotonic()
        with log.open("ab") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "wavereel.worker.render_worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                cwd=settings.data_dir,
                env=clean_environment(os.environ),
                start_new_session=True,
            )
        with contextlib.suppress(OSError):  # where it is dead already, the next look finds out
            write_message(self.stdin, {"settings": replace(settings, owner=f"w-{new_key()[:16]}").told()})
            if os.name != "nt":
                os.set_blocking(self.stdin.fileno(), False)

    def wake(self) -> None:
        """Tells the worker that there is news; one that has not read the last piece of it needs no further one."""
        with contextlib.suppress(OSError):
            os.write(self.stdin.fileno(), b"\n")

    def emptied(self, now: float) -> None:
        """Notes that the worker is gone."""
        code = self.process.returncode if self.process else 0
        with contextlib.suppress(OSError):
            self.stdin.close()
        self.process = None
        if code == 0 or now - self.born >= _SHORT_LIFE_S:
            self.pause_s, self.not_before = _FIRST_PAUSE_S, now
        else:
            self.not_before = now + self.pause_s
            self.pause_s = min(_LONGEST_PAUSE_S, 2 * self.pause_s)

    @property
    def stdin(self) -> BinaryIO:
        assert self.process is not None
        return cast("BinaryIO", self.process.stdin)


class Supervisor:
    """Keeps render workers alive over one data folder; a `Notifier` of `wavereel.service.backend.ports`.

    Args:
        settings: The program's settings.
        data_dir: The data folder.
        count: How many workers; by default what the settings say.
    """

    def __init__(self, settings: Settings, data_dir: Path, *, count: int | None = None) -> None:
        self._settings = worker_settings(settings, data_dir)
        self._data_dir = data_dir
        self._count = settings.render_processes if count is None else count
        self._places = [_Place() for _ in range(self._count)]
        self._lock = threading.RLock()
        self._ending = threading.Event()
        self._watch: threading.Thread | None = None
        self._database: Database | None = None
        self._starts = 0
        self._offset_s = _clock_offset_s()

    def start(self) -> None:
        """Starts the workers and a thread that watches them; does not wait for them.

        Raises:
            OutputError: The data folder cannot be used.
            OverloadedError: No process can be started.
        """
        self._database = Database.open(self._data_dir)
        try:
            (self._data_dir / "logs").mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise OutputError(f"cannot write into {self._data_dir} ({error.strerror})") from None
        sweep(self._data_dir / WORK_FOLDER)
        try:
            self._look()
        except OSError as error:
            self.close()
            raise OverloadedError(f"no render worker can be started ({error.strerror})", hint="try again") from None
        self._watch = threading.Thread(target=self._watching, name="supervisor", daemon=True)
        self._watch.start()

    def render_queued(self) -> None:
        """Tells the workers that there is a job, so that none waits for its next look."""
        with self._lock:
            for place in self._places:
                if place.process is not None:
                    place.wake()

    def delivery_queued(self) -> None:
        """Deliveries are not a worker's work."""

    def close(self, grace_s: float = 5.0) -> None:
        """Ends the workers; running jobs are given back to the queue. Kills what is left after `grace_s`."""
        self._ending.set()
        if self._watch is not None:
            self._watch.join()
        with self._lock:
            left = [place for place in self._places if place.process is not None]
            for place in left:
                with contextlib.suppress(OSError):
                    place.stdin.close()
            give_up_at = time.monotonic() + grace_s
            for place in left:
                self._awaited(place, give_up_at)
        with contextlib.suppress(WavereelError):
            self._take_back()
        if self._database is not None:
            self._database.close()

    def facts(self) -> SupervisorFacts:
        """How many workers there are."""
        with self._lock:
            alive = sum(place.process is not None and place.process.poll() is None for place in self._places)
            return SupervisorFacts(self._count, alive, max(0, self._starts - self._count))

    def pids(self) -> list[int]:
        """The processes at work."""
        with self._lock:
            return [place.process.pid for place in self._places if place.process is not None]

    def _watching(self) -> None:
        next_reap = 0.0
        while not self._ending.wait(_LOOK_EVERY_S):
            try:
                self._look()
                now, offset_s = time.monotonic(), _clock_offset_s()
                if abs(offset_s - self._offset_s) > self._settings.lease_s / 3:
                    # The clock was set, or the machine slept: leases seem over until those who hold them could beat.
                    self._offset_s, next_reap = offset_s, now + self._settings.lease_s
                if now >= next_reap:
                    next_reap = now + self._settings.lease_s / 3
                    self._take_back()
            except Exception:
                LOG.exception("the workers could not be looked after")  # the top of this thread, which must go on

    def _look(self) -> None:
        """Replaces workers that ended."""
        now = time.monotonic()
        gone = False
        with self._lock:
            for place in self._places:
                if place.process is not None and place.process.poll() is not None:
                    LOG.warning("render worker %d ended with %s", place.process.pid, place.process.returncode)
                    gone = True
                    place.emptied(now)
        if gone:
            self._take_back()
        with self._lock:
            for place in self._places:
                if place.process is None and now >= place.not_before:
                    place.fill(self._settings, self._log())
                    self._starts += 1

    def _awaited(self, place: _Place, give_up_at: float) -> None:
        process = place.process
        assert process is not None
        try:
            process.wait(max(0.0, give_up_at - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        place.process = None

    def _take_back(self) -> None:
        """Puts jobs back into the queue whose workers are gone, or silent for too long."""
        folder = self._data_dir / WORK_FOLDER
        if self._database is None:
            return
        if take_from_the_dead(self._database, wall_ms(), is_dead=lambda owner: not has_owner(folder, owner)):
            self.render_queued()

    def _log(self) -> Path:
        """Where workers write what they log; turned over here, between two workers, since they share it."""
        path = self._data_dir / "logs" / LOG_NAME
        with contextlib.suppress(OSError):
            if path.stat().st_size > MAX_LOG_BYTES:
                path.replace(path.with_suffix(".1.log"))
        return path


def _clock_offset_s() -> float:
    """How far the clock on the wall is ahead of the one that nobody sets and that stands while the machine sleeps."""
    return wall_ms() / 1000 - time.monotonic()
