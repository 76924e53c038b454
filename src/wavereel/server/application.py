"""The server's parts put together: routes, the edge around them, and what runs beside."""

from __future__ import annotations

import logging
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any

import anyio
from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.routing import Route

from wavereel import __version__
from wavereel.errors import WavereelError
from wavereel.server import (
    account_routes,
    faults,
    file_routes,
    health_routes,
    page_routes,
    render_routes,
    session_routes,
    tus_routes,
    upload_routes,
    webhook_routes,
)
from wavereel.server.adk import adk_routes
from wavereel.server.context import Context
from wavereel.server.edge import Edge
from wavereel.server.mcp_mount import McpMount
from wavereel.server.metrics import Metrics
from wavereel.server.origins import Origins
from wavereel.server.sse_routes import chat_routes

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator

    from fastapi.telemetry import TelemetryConfig
    from starlette.routing import BaseRoute

    from wavereel.service.backend.backend import Backend
    from wavereel.settings import Settings
    from wavereel.worker.supervisor import Supervisor

_LOG = logging.getLogger(__name__)

SILENT: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
"""Nothing is told to anybody, whatever variables of other programs say."""

TAKE_UP_S = 5.0
DELIVER_S = 2.0
SWEEP_S = 300.0
ROUTES = (
    account_routes,
    session_routes,
    upload_routes,
    tus_routes,
    render_routes,
    file_routes,
    page_routes,
    webhook_routes,
    health_routes,
)


def build_server(backend: Backend, settings: Settings, *, supervisor: Supervisor | None = None) -> FastAPI:
    """The ASGI application over a backend.

    Args:
        backend: The use cases; whoever made it also closes it.
        settings: What the owner wants.
        supervisor: Who keeps render workers alive, for `/metrics`.
    """
    context = Context(backend, settings, Metrics(), supervisor)
    mcp = McpMount(backend)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(mcp.running())
            chores = await stack.enter_async_context(anyio.create_task_group())
            _start_chores(chores.start_soon, context)
            yield
            chores.cancel_scope.cancel()

    app = FastAPI(
        title="Wavereel",
        version=__version__,
        summary="Turns sound into video people share",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        telemetry=SILENT,
        redirect_slashes=False,  # the framework would build an address from the Host header
    )
    app.state.context = context
    for routes in ROUTES:
        routes.add_routes(app)
    for router in (chat_routes(), adk_routes()):
        app.router.routes.extend(_flat(router))
    app.router.routes.append(Route("/mcp", mcp, methods=None, include_in_schema=False))
    faults.install(app)
    app.add_middleware(
        Edge,
        origins=Origins(settings),
        metrics=context.metrics,
        always_200=settings.http_status_style == "always_200",
        room=context.room,
    )
    app.openapi = lambda: document(app)
    return app


def _flat(router: APIRouter) -> Iterator[BaseRoute]:
    """The routes of a router and of those in it: only side by side they tell which methods a path takes."""
    for route in router.routes:
        inner = getattr(route, "original_router", None)
        if isinstance(inner, APIRouter):
            yield from _flat(inner)
        else:
            yield route


def document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document."""
    if app.openapi_schema is None:
        schema = get_openapi(
            title=app.title, version=app.version, summary=app.summary, routes=app.routes, openapi_version="3.1.0"
        )
        schema["components"]["securitySchemes"] = {
            "bearer": {"type": "http", "scheme": "bearer"},
            "basic": {"type": "http", "scheme": "basic", "description": "The token is the password"},
        }
        _tell_true_refusals(schema)
        app.openapi_schema = schema
    return app.openapi_schema


def _tell_true_refusals(schema: dict[str, Any]) -> None:
    """Where the framework names its own shape for what it refuses, `faults` sends a text as `detail`."""
    told = {"type": "object", "required": ["detail"], "properties": {"detail": {"type": "string"}}}
    for methods in schema["paths"].values():
        for operation in methods.values():
            refusal = operation["responses"].get("422", {})
            if "HTTPValidationError" in str(refusal):
                refusal["content"] = {"application/json": {"schema": told}}
    for name in ("HTTPValidationError", "ValidationError"):
        schema["components"]["schemas"].pop(name, None)


def _start_chores(start: Callable[..., object], context: Context) -> None:
    backend = context.backend
    start(_every, context.work, TAKE_UP_S, backend.chat.take_up)
    start(_every, context.fetch, DELIVER_S, backend.webhooks.deliver_due)
    start(_every, context.work, SWEEP_S, backend.retention.sweep)


async def _every(
    run: Callable[[Callable[[], object]], Awaitable[object]], pause_s: float, chore: Callable[[], object]
) -> None:
    """Does something now and then; when it fails, it is tried again at its next turn."""
    while True:
        try:
            await run(chore)
        except WavereelError as error:
            _LOG.warning("a chore failed: %s", error)
        except Exception:  # noqa: BLE001 - the top of a job: the server goes on
            _LOG.exception("a fault in a chore")
        await anyio.sleep(pause_s)
