"""`/mcp` inside the server: what answers there is another package, loaded when somebody first asks."""

from __future__ import annotations

import contextlib
import importlib
import logging
from typing import TYPE_CHECKING, Any, cast

import anyio

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from starlette.types import ASGIApp, Receive, Scope, Send

    from wavereel.service.backend.backend import Backend

_LOG = logging.getLogger(__name__)

ENDPOINT = "wavereel.mcp.endpoint:Endpoint"
"""Named as commands are: surfaces do not import each other, and the SDK costs 25 MB that most servers never need."""


class McpMount:
    """An ASGI application that hands over to the MCP endpoint.

    Args:
        backend: The use cases.
    """

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._wanted = anyio.Event()
        self._ready = anyio.Event()
        self._endpoint: ASGIApp | None = None

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Answers inside the block, which belongs into the server's lifespan; open streams end with it."""
        async with anyio.create_task_group() as group:
            group.start_soon(self._serve)
            yield
            group.cancel_scope.cancel()

    async def _serve(self) -> None:
        await self._wanted.wait()
        try:
            endpoint: Any = await anyio.to_thread.run_sync(self._load)
            async with endpoint.running():
                self._endpoint = cast("ASGIApp", endpoint)
                self._ready.set()
                await anyio.sleep_forever()
        except Exception:  # noqa: BLE001 - the top of this job: without it, the rest of the server goes on
            _LOG.exception("the MCP endpoint has stopped")
        finally:
            self._endpoint = None
            self._ready.set()

    def _load(self) -> object:
        module, _, name = ENDPOINT.partition(":")
        return getattr(importlib.import_module(module), name)(self._backend)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request; the first one waits for the endpoint to be there."""
        self._wanted.set()
        await self._ready.wait()
        if self._endpoint is None:
            raise RuntimeError("the MCP endpoint has stopped")
        await self._endpoint(scope, receive, send)
