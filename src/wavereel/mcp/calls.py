"""How a tool reaches the backend: on whose behalf, in a thread, and with errors that a model can read."""

from __future__ import annotations

import functools
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread
from mcp.types import CallToolResult, TextContent

from wavereel.errors import OverloadedError, RefusedError, WavereelError
from wavereel.mcp.tools import MANNERS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from mcp.server.context import ServerRequestContext
    from mcp.server.mcpserver import Context

    from wavereel.service.backend.backend import Backend
    from wavereel.service.backend.caller import Caller

P = ParamSpec("P")
T = TypeVar("T")

QUICK_THREADS = 16
SLOW_THREADS = 32
FAR_THREADS = 16


class Lane:
    """Threads for one kind of calls.

    A client that goes away does not wait for its call, but nothing can end what its thread does. Such threads are
    counted as well: else a client that comes and goes would leave one behind each time.

    Args:
        threads: Calls at a time that somebody waits for; as many again may be left to come to their end.
    """

    def __init__(self, threads: int) -> None:
        self._limiter = CapacityLimiter(threads)
        self._most = 2 * threads
        self._running = 0
        self._lock = threading.Lock()

    async def run(self, function: Callable[[], T]) -> T:
        """Runs a blocking function.

        Raises:
            OverloadedError: Too many are still at work that nobody waits for.
        """
        if self._running >= self._most:
            raise OverloadedError("Too many calls are still at work", hint="try again soon", retry_after_s=5)
        return await to_thread.run_sync(self._counted, function, limiter=self._limiter, abandon_on_cancel=True)

    def _counted(self, function: Callable[[], T]) -> T:
        with self._lock:
            self._running += 1
        try:
            return function()
        finally:
            with self._lock:
                self._running -= 1


@dataclass(frozen=True, slots=True)
class Surface:
    """What the tools stand on.

    Attributes:
        backend: The use cases.
        caller_of: Says on whose behalf a request is made.
        local: Whether the client runs on this machine as this user, so that it may name files by their paths.
        quick: Threads for calls that answer in milliseconds.
        slow: Threads for calls that may wait for a child process or a disk.
        far: Threads for calls that wait for servers of others, minutes at worst.
    """

    backend: Backend
    caller_of: Callable[[ServerRequestContext[Any, Any]], Caller]
    local: bool
    quick: Lane = field(default_factory=lambda: Lane(QUICK_THREADS))
    slow: Lane = field(default_factory=lambda: Lane(SLOW_THREADS))
    far: Lane = field(default_factory=lambda: Lane(FAR_THREADS))

    def caller(self, context: Context[Any, Any]) -> Caller:
        """On whose behalf a tool is called."""
        return self.caller_of(context.request_context)

    async def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs what reads or writes a few rows, in a thread; it never waits behind `work`."""
        return await self.quick.run(functools.partial(function, *args, **kwargs))

    async def work(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs what may take a while, in a thread."""
        return await self.slow.run(functools.partial(function, *args, **kwargs))

    async def fetch(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs what waits for other servers, in a thread."""
        return await self.far.run(functools.partial(function, *args, **kwargs))


def answering(surface: Surface, tool: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """A tool that first asks whether its caller may use it, and that answers with what was refused.

    A model reads results; what is raised, it never sees.
    """
    manner = MANNERS[tool.__name__]

    @functools.wraps(tool)
    async def answered(ctx: Context[Any, Any], **arguments: Any) -> Any:
        try:
            if not manner.attributed:  # else the backend knows who may: that is the one rule with its own answer
                surface.caller(ctx).need(manner.scope)
            return await tool(ctx=ctx, **arguments)
        except WavereelError as error:
            return error_result(error)

    return answered


def error_result(error: WavereelError) -> CallToolResult:
    """An error of ours as a result: a sentence, and the wire's code with what belongs to it."""
    facts: dict[str, Any] = {"code": error.wire_code, "error": error.code, "message": error.message}
    if error.hint:
        facts["hint"] = error.hint
    if isinstance(error, RefusedError):
        if error.data is not None:
            facts["data"] = error.data
        if error.retry_after_s is not None:
            facts["retry_after_s"] = error.retry_after_s
    return told(str(error), facts, is_error=True)


def told(text: str, facts: dict[str, Any], *more: Any, is_error: bool = False) -> CallToolResult:
    """A result that a person can read, with the same facts for a program.

    Args:
        text: A line or a few.
        facts: What the tool's output schema describes.
        more: Further blocks: pictures, links.
        is_error: Whether nothing was done.
    """
    content = [TextContent(type="text", text=text), *more]
    return CallToolResult(content=content, structured_content=facts, is_error=is_error)
