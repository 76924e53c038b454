"""A run that a test writes: its events come when the test says so."""

import threading
from collections.abc import Callable
from typing import Any

Event = dict[str, Any]


class ScriptedRun:
    """As `wavereel.service.backend.chat.Run`, told by a test instead of by a plan."""

    def __init__(self, events: list[Event] | None = None, *, ended: bool = False, start: int = 0) -> None:
        self.id = "e-run"
        self.session_id = "42"
        self.start = start
        self.watchers: list[Callable[[], None]] = []
        self._events = list(events or [])
        self._ended = ended
        self._lock = threading.Lock()

    def subscribe(self, wake: Callable[[], None]) -> Callable[[], None]:
        self.watchers.append(wake)
        return lambda: self.watchers.remove(wake)

    def read(self, after: int = 0) -> tuple[list[Event], bool]:
        with self._lock:
            return self._events[after:], self._ended

    def tell(self, *events: Event, ended: bool = False) -> None:
        with self._lock:
            self._events += events
            self._ended = ended
        for wake in list(self.watchers):
            wake()


def event(name: str, text: str, **more: Any) -> Event:
    """An event of ADK's shape."""
    return {
        "content": {"parts": [{"text": text}], "role": "model"},
        "invocationId": "e-run",
        "author": "nemo_agent",
        "actions": {"stateDelta": {}, "artifactDelta": {}},
        "id": name,
        "timestamp": 1795230255.4,
        **more,
    }
