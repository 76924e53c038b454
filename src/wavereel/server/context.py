"""What the routes share: the backend, the settings, threads to call it in, and what is counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

from anyio import CapacityLimiter, to_thread

from wavereel.errors import OverloadedError

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

    from starlette.requests import HTTPConnection

    from wavereel.server.metrics import Metrics
    from wavereel.service.backend.backend import Backend
    from wavereel.settings import Settings
    from wavereel.worker.supervisor import Supervisor

_P = ParamSpec("_P")
_R = TypeVar("_R")

QUICK_THREADS = 32
SLOW_THREADS = 64
FETCH_THREADS = 16
DISK_THREADS = 16
HELD_BODIES_BYTES = 64 << 20
HELD_KEY = "wavereel.held"


class Room:
    """What long bodies may take of the memory, over all requests: parsed, each is many times what came.

    Args:
        total_bytes: Of bodies as they came.
    """

    def __init__(self, total_bytes: int = HELD_BODIES_BYTES) -> None:
        self.total_bytes = total_bytes
        self.held_bytes = 0

    def hold(self, scope: MutableMapping[str, Any], size_bytes: int) -> None:
        """Says how much of a request's body is there by now; it is held until the request has been answered.

        Raises:
            OverloadedError: There is no room for it.
        """
        more_bytes = size_bytes - scope.get(HELD_KEY, 0)
        if self.held_bytes + more_bytes > self.total_bytes:
            raise OverloadedError("Too many long requests at once", hint="try again soon", retry_after_s=5)
        self.held_bytes += more_bytes
        scope[HELD_KEY] = size_bytes

    def free(self, scope: MutableMapping[str, Any]) -> None:
        """The request has been answered."""
        self.held_bytes -= scope.pop(HELD_KEY, 0)


@dataclass
class Context:
    """One server's parts.

    Attributes:
        backend: The use cases.
        settings: What the owner wants.
        metrics: What is counted.
        supervisor: Who keeps render workers alive; `None` where the server has none.
        quick: Threads for calls that answer in milliseconds.
        slow: Threads for calls that may wait for a child process.
        disk: Threads for bytes of files and long bodies: one chunk at a time, so that they are soon free again.
        far: Threads for calls that wait for servers of others, minutes at worst.
        room: What long bodies take of the memory.
    """

    backend: Backend
    settings: Settings
    metrics: Metrics
    supervisor: Supervisor | None = None
    quick: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(QUICK_THREADS))
    slow: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(SLOW_THREADS))
    disk: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(DISK_THREADS))
    far: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(FETCH_THREADS))
    room: Room = field(default_factory=Room)

    async def call(self, function: Callable[_P, _R], *args: _P.args, **kwargs: _P.kwargs) -> _R:
        """Runs what reads or writes a few rows, in a thread; polls never wait behind `work`."""
        return await to_thread.run_sync(partial(function, *args, **kwargs), limiter=self.quick)

    async def work(self, function: Callable[_P, _R], *args: _P.args, **kwargs: _P.kwargs) -> _R:
        """Runs what may take a while, in a thread."""
        return await to_thread.run_sync(partial(function, *args, **kwargs), limiter=self.slow)

    async def transfer(self, function: Callable[_P, _R], *args: _P.args, **kwargs: _P.kwargs) -> _R:
        """Runs what reads, writes or parses bytes, in a thread; downloads and uploads never wait behind `work`."""
        return await to_thread.run_sync(partial(function, *args, **kwargs), limiter=self.disk)

    async def fetch(self, function: Callable[_P, _R], *args: _P.args, **kwargs: _P.kwargs) -> _R:
        """Runs what waits for other servers, in a thread."""
        return await to_thread.run_sync(partial(function, *args, **kwargs), limiter=self.far)


def context_of(connection: HTTPConnection) -> Context:
    """The parts of the server that got this request."""
    state: Any = connection.app.state
    return cast("Context", state.context)
