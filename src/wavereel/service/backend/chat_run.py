"""A run as its readers see it: events that grow until it ends, here or in another process."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, Protocol

from wavereel.errors import WavereelError
from wavereel.service.backend.chat_events import of_agent
from wavereel.store import events as stored_events
from wavereel.store import runs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from wavereel.service.backend.core import Core

Event = dict[str, Any]

_LOOK_EVERY_S = 0.5


class Run(Protocol):
    """A message that is being answered, or was.

    Attributes:
        id: Its name, `e-<uuid>`: the `invocationId` of its events.
        session_id: Whose it is.
        start: Index of the first event that a reader of this object is to be told: not 0 after `Chat.resume`.
    """

    @property
    def id(self) -> str: ...
    @property
    def session_id(self) -> str: ...
    @property
    def start(self) -> int: ...

    def subscribe(self, wake: Callable[[], None]) -> Callable[[], None]:
        """Calls `wake`, from any thread, whenever `read` may have something new; returns what ends that."""
        ...

    def read(self, after: int = 0) -> tuple[list[Event], bool]:
        """The events from an index on, and whether that are all there will ever be. Never blocks for long.

        Events are ADK events, ready to be written as JSON. The message of the user is none of them. With `streaming`,
        those with `partial` are among them; they are in no store, and have no place in a replay.
        """
        ...

    def wait(self, timeout_s: float | None = None) -> tuple[list[Event], bool]:
        """All events once the run has ended, or what there is when the time is over."""
        ...


class LiveRun:
    """A run of this process.

    Attributes:
        cancelled: Set when it is to stop.
        planned: Set when it is known what the message leads to, or that it failed.
        refused: What it failed of before it was planned, for whoever waits for that.
        closing: Whether it stops because the program ends.
        late: Whether it stops because its time is over.
        lost: Whether it stops because it goes on in another process, or went with its session.
        progress: The share of the recognition that is done.
        request: What the task that planned it was asked.
        outcome: What came of it, for callers that wait.
    """

    def __init__(self, run_id: str, session_id: str, ceiling_s: float) -> None:
        self.id = run_id
        self.session_id = session_id
        self.start = 0
        self.cancelled = threading.Event()
        self.planned = threading.Event()
        self.refused: WavereelError | None = None
        self.closing = False
        self.late = False
        self.lost = False
        self.progress = 0.0
        self.request: dict[str, Any] = {}
        self.outcome: dict[str, Any] = {}
        self._deadline_s = time.monotonic() + ceiling_s
        self._events: list[Event] = []
        self._ended = False
        self._changed = threading.Condition()
        self._wakes: list[Callable[[], None]] = []

    def left_s(self) -> float:
        """How much of its time is left, and a second at least."""
        return max(1.0, self._deadline_s - time.monotonic())

    def on_progress(self, share: float, stage: str = "") -> None:
        """Takes the share of the recognition that is done."""
        del stage
        self.progress = share

    def stop(self, *, late: bool = False, closing: bool = False, lost: bool = False) -> None:
        """Stops it: nothing more of it is applied, but for what was planned where it is only late."""
        self.late = self.late or late
        self.closing = self.closing or closing
        self.lost = self.lost or lost
        self.cancelled.set()

    def is_late(self) -> bool:
        """Whether its time is over."""
        return time.monotonic() >= self._deadline_s

    def subscribe(self, wake: Callable[[], None]) -> Callable[[], None]:
        """See `Run`."""
        with self._changed:
            self._wakes.append(wake)

        def end() -> None:
            with self._changed:
                if wake in self._wakes:
                    self._wakes.remove(wake)

        return end

    def read(self, after: int = 0) -> tuple[list[Event], bool]:
        """See `Run`."""
        with self._changed:
            return self._events[after:], self._ended

    def wait(self, timeout_s: float | None = None) -> tuple[list[Event], bool]:
        """See `Run`."""
        with self._changed:
            self._changed.wait_for(lambda: self._ended, timeout_s)
            return list(self._events), self._ended

    def tell(self, events: Iterable[Event], *, ended: bool = False) -> None:
        """Gives readers more events, and with `ended` the last ones."""
        with self._changed:
            self._events.extend(events)
            self._ended = self._ended or ended
            self._changed.notify_all()
            wakes = list(self._wakes)
        for wake in wakes:
            wake()


class LaterRun:
    """A run of this process, for a reader who knows its first events already."""

    def __init__(self, run: LiveRun, start: int) -> None:
        self.id = run.id
        self.session_id = run.session_id
        self.start = start
        self.subscribe = run.subscribe
        self.read = run.read
        self.wait = run.wait


class StoredRun:
    """A run that ended, or that another process works on: its events are looked up in the store."""

    def __init__(self, core: Core, run_id: str, session_id: str, start: int) -> None:
        self.id = run_id
        self.session_id = session_id
        self.start = start
        self._core = core

    def subscribe(self, wake: Callable[[], None]) -> Callable[[], None]:
        """See `Run`; a thread looks into the store until the run has ended, never the one that asks."""
        over = threading.Event()

        def look() -> None:
            known = -1
            while not over.is_set():
                try:
                    events, ended = self.read()
                    if len(events) != known or ended:
                        known = len(events)
                        wake()
                    if ended:
                        return
                except WavereelError:  # the store is busy; a reader must hear of the end all the same
                    pass
                over.wait(_LOOK_EVERY_S)

        threading.Thread(target=look, name="run-follower", daemon=True).start()
        return over.set

    def read(self, after: int = 0) -> tuple[list[Event], bool]:
        """See `Run`."""
        with self._core.database.read() as tx:
            row = runs.get(tx, self.id)
            events = [one.body for one in stored_events.of_run(tx, self.id) if of_agent(one.body)]
        return events[after:], row is None or row.state != "running"

    def wait(self, timeout_s: float | None = None) -> tuple[list[Event], bool]:
        """See `Run`."""
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        pause = threading.Event()
        while True:
            events, ended = self.read()
            if ended or (deadline is not None and time.monotonic() >= deadline):
                return events, ended
            pause.wait(_LOOK_EVERY_S)
