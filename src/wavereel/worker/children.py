"""Warm child processes that answer one task at a time; see `wavereel.service.tasks`."""

from __future__ import annotations

import contextlib
import itertools
import logging
import shutil
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wavereel.errors import Cancelled, OutputError, OverloadedError
from wavereel.service.tasks.registry import TASKS, WARM_UP
from wavereel.settings import usable_cpus
from wavereel.worker.fair_queue import FairQueue
from wavereel.worker.limits import QUICK, SLOW
from wavereel.worker.one_child import KilledError, OneChild, UnstartedError
from wavereel.worker.workspace import workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from wavereel.service.backend.ports import Lane
    from wavereel.settings import Settings
    from wavereel.worker.limits import Limits

LOG = logging.getLogger(__name__)

MAX_LOG_BYTES = 4 << 20

_WAIT_S: dict[Lane, float] = {"quick": 30.0, "slow": 900.0, "model": 120.0}
"""How long a task waits for a free child."""

_LOOK_EVERY_S = 0.2


@dataclass(frozen=True, slots=True)
class ChildrenSettings:
    """How many children there are and what each may use.

    Attributes:
        cache_dir: See `TaskContext`.
        model_dir: See `TaskContext`.
        log_dir: Where children write what they log; nowhere where it is `None`.
        work_dir: Where they keep files while they work; the system's folder for temporary files where it is `None`.
        quick: Children of the quick lane.
        slow: Children of the slow lane.
        model: Children for turns that wait for a language model; each is started when it is first needed.
        workers: Threads that a task of the slow lane may render with.
        tasks: Name of a task -> `module:function`.
        warm_up: What a child that is to be quick does before its first task, as `module:function`; empty for nothing.
        limits: What a child of each lane may use.
    """

    cache_dir: Path
    model_dir: Path | None = None
    log_dir: Path | None = None
    work_dir: Path | None = None
    quick: int = 2
    slow: int = 1
    model: int = 4
    workers: int = 1
    tasks: Mapping[str, str] = field(default_factory=lambda: TASKS)
    warm_up: str = WARM_UP
    limits: Mapping[Lane, Limits] = field(default_factory=lambda: {"quick": QUICK, "slow": SLOW, "model": QUICK})


def children_settings(settings: Settings, data_dir: Path) -> ChildrenSettings:
    """What the settings say for the children of a data folder."""
    return ChildrenSettings(
        cache_dir=settings.cache_dir,
        model_dir=settings.model_dir,
        log_dir=data_dir / "logs",
        work_dir=data_dir / "work",
        quick=settings.quick_children,
        slow=settings.slow_children,
        workers=usable_cpus(),
    )


class _Waiter:
    """A task that waits for a child; served without one where there will be none."""

    def __init__(self) -> None:
        self.is_served = threading.Event()
        self.child: OneChild | None = None


class Children:
    """The pool; `call` is the `Tasks` port of `wavereel.service.backend.ports`. Safe to call from any thread."""

    def __init__(self, settings: ChildrenSettings) -> None:
        self.settings = settings
        self._lock = threading.Lock()
        self._idle: dict[Lane, list[OneChild]] = {"quick": [], "slow": [], "model": []}
        self._unborn: dict[Lane, int] = {"quick": 0, "slow": 0, "model": settings.model}
        self._busy: set[OneChild] = set()
        self._ids = itertools.count(1)
        self._waiting: dict[Lane, FairQueue[_Waiter]] = {
            "quick": FairQueue(),
            "slow": FairQueue(),
            "model": FairQueue(),
        }
        self._folder: Path | None = None
        self._stack = contextlib.ExitStack()
        self._closed = False

    def start(self) -> None:
        """Starts all children and does not wait until they are warm.

        Raises:
            OutputError: There is no room for temporary files.
            OverloadedError: No process can be started.
        """
        try:
            if self.settings.log_dir is not None:
                self.settings.log_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"cannot make {self.settings.log_dir} ({error.strerror})") from None
        if self.settings.work_dir is not None:
            self._folder = self._stack.enter_context(workspace(self.settings.work_dir))
        else:
            self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="wavereel-tasks.")))
        counts: dict[Lane, int] = {"quick": self.settings.quick, "slow": self.settings.slow}
        with self._lock:
            for lane, count in counts.items():
                self._idle[lane].extend(self._started(lane) for _ in range(count))

    def close(self) -> None:
        """Ends all children; running tasks end with `Cancelled` or with what their child died of."""
        with self._lock:
            self._closed = True
            children = [*itertools.chain(*self._idle.values()), *self._busy]
            self._idle = {"quick": [], "slow": [], "model": []}
            for waiter in itertools.chain(*self._waiting.values()):
                waiter.is_served.set()
        for child in children:
            child.kill()
        self._stack.close()

    def call(
        self,
        name: str,
        request: dict[str, Any],
        *,
        lane: Lane = "quick",
        on_progress: Callable[[float, str], None] | None = None,
        cancelled: threading.Event | None = None,
        timeout_s: float | None = None,
    ) -> dict[str, Any]:
        """Runs a task in a child and returns its result.

        Args:
            name: A task of the registry.
            request: Plain data: what JSON knows, and `bytes`. Those of different `owner`s take turns where they wait.
            lane: `slow` for what takes more than a few seconds.
            on_progress: Called in this thread with the share that is done and the name of the stage.
            cancelled: When set, the task stops within seconds.
            timeout_s: Bound of its running time, where the lane's own is too long or too short.

        Raises:
            Cancelled: `cancelled` was set, or the pool was closed.
            InputError: The media made the child crash.
            LimitError: The task passed a limit of memory, of time, or of bytes written.
            OverloadedError: All children of the lane are busy and stay so.
            WavereelError: What the task raised, or `code` "internal" where it, or its process, failed.
        """
        for is_last in (False, True):
            try:
                return self._once(name, request, lane, on_progress, cancelled, timeout_s)
            except (KilledError, UnstartedError):  # a task changes nothing, so another child may begin it anew
                if is_last:
                    raise
        raise AssertionError("a task has two tries")

    def facts(self) -> dict[str, int]:
        """For `/metrics`: how many tasks of each lane run and wait."""
        with self._lock:
            waiting = {f"waiting_{lane}": len(waiters) for lane, waiters in self._waiting.items()}
            return {"running": len(self._busy)} | waiting

    def _once(
        self,
        name: str,
        request: dict[str, Any],
        lane: Lane,
        on_progress: Callable[[float, str], None] | None,
        cancelled: threading.Event | None,
        timeout_s: float | None,
    ) -> dict[str, Any]:
        limits = self.settings.limits[lane]
        with self._child(lane, str(request.get("owner") or ""), cancelled) as child, self._scratch() as scratch:
            task = {
                "id": next(self._ids),
                "name": name,
                "request": request,
                "scratch": str(scratch),
                "cpu_s": limits.cpu_s,
            }
            try:
                return child.do(
                    task, timeout_s=timeout_s or limits.wall_s, on_progress=on_progress, cancelled=cancelled
                )
            except BaseException:
                if self._closed:
                    raise Cancelled("the program is ending") from None
                raise

    @contextlib.contextmanager
    def _child(self, lane: Lane, owner: str, cancelled: threading.Event | None) -> Generator[OneChild]:
        child = self._taken(lane, owner, cancelled)
        try:
            yield child
        finally:
            self._give_back(lane, child)

    def _taken(self, lane: Lane, owner: str, cancelled: threading.Event | None) -> OneChild:
        """A child of the lane; where none is free, owners take turns, and who came first is first among one's own."""
        with self._lock:
            if self._closed:
                raise Cancelled("the program is ending")
            idle = self._idle[lane]
            if not idle and self._unborn[lane]:
                idle.append(self._started(lane))
                self._unborn[lane] -= 1
            if idle:
                ready = next((index for index in reversed(range(len(idle))) if idle[index].is_ready), -1)
                child = self._sound(lane, idle.pop(ready))
                self._busy.add(child)
                return child
            waiter = _Waiter()
            self._waiting[lane].append(owner, waiter)
        give_up_at = time.monotonic() + _WAIT_S[lane]
        while not waiter.is_served.wait(_LOOK_EVERY_S if cancelled is not None else _WAIT_S[lane]):
            is_unwanted = cancelled is not None and cancelled.is_set()
            if not is_unwanted and time.monotonic() < give_up_at:
                continue
            with self._lock:
                if waiter.is_served.is_set():
                    break
                self._waiting[lane].remove(owner, waiter)
            if is_unwanted:
                raise Cancelled("stopped")
            raise OverloadedError("the server is busy", hint="try again soon", retry_after_s=5)
        if waiter.child is None:
            raise Cancelled("the program is ending")
        return waiter.child

    def _give_back(self, lane: Lane, child: OneChild) -> None:
        with self._lock:
            self._busy.discard(child)
            if self._closed:
                return
            if child.is_unsure or child.is_worn:
                child.kill()
            try:
                child = self._sound(lane, child)
            except OverloadedError:
                LOG.exception("a child could not be replaced")
                return
            if self._waiting[lane]:
                waiter = self._waiting[lane].pop()
                waiter.child = child
                self._busy.add(child)
                waiter.is_served.set()
            else:
                self._idle[lane].append(child)

    def _sound(self, lane: Lane, child: OneChild) -> OneChild:
        """The child, or another one in its place where it is dead.

        Raises:
            OverloadedError: No process can be started; the dead one is kept, for whoever comes next to try again.
        """
        if child.is_alive:
            return child
        child.kill()
        try:
            return self._started(lane)
        except OverloadedError:
            self._idle[lane].append(child)
            raise

    def _started(self, lane: Lane) -> OneChild:
        """A new child.

        Raises:
            OverloadedError: No process can be started.
        """
        try:
            return self._born(lane)
        except (OSError, RuntimeError) as error:  # neither a process nor the thread that listens to it
            raise OverloadedError("no process can be started just now", hint="try again", retry_after_s=5) from error

    def _born(self, lane: Lane) -> OneChild:
        settings, limits = self.settings, self.settings.limits[lane]
        hello = {
            "kind": "hello",
            "id": 0,
            "memory_bytes": limits.memory_bytes,
            "file_bytes": limits.file_bytes,
            "nice": limits.nice,
            "tasks": dict(settings.tasks),
            "warm_up": "" if lane == "slow" else settings.warm_up,
            "folder": str(self._folder),
            "cache_dir": str(settings.cache_dir),
            "model_dir": str(settings.model_dir) if settings.model_dir else None,
            "workers": settings.workers if lane == "slow" else 1,
        }
        assert self._folder is not None, "the pool was not started"
        return OneChild(limits, hello, self._folder, self._log())

    def _log(self) -> Path | None:
        """The file that children append to; turned over here, between two children, since they share it."""
        if self.settings.log_dir is None:
            return None
        path = self.settings.log_dir / "tasks.log"
        with contextlib.suppress(OSError):
            if path.stat().st_size > MAX_LOG_BYTES:
                path.replace(path.with_suffix(".1.log"))
        return path

    @contextlib.contextmanager
    def _scratch(self) -> Generator[Path]:
        try:
            folder = Path(tempfile.mkdtemp(dir=self._folder))
        except OSError as error:
            raise OutputError(f"cannot make a temporary folder ({error.strerror})", hint="free some space") from None
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
