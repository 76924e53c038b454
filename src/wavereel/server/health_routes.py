"""Whether the server works, and what it counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Request, Response

from wavereel.errors import OverloadedError, WavereelError
from wavereel.server import shapes
from wavereel.server.answers import WireResponse
from wavereel.server.context import context_of
from wavereel.server.documents import add
from wavereel.server.figures import figures_of
from wavereel.server.metrics import CONTENT_TYPE

if TYPE_CHECKING:
    from fastapi import FastAPI


async def health(request: Request) -> Response:
    """`ok` where the database answers."""
    context = context_of(request)
    try:
        await context.call(figures_of, context)
    except WavereelError:
        raise OverloadedError("The database does not answer", retry_after_s=5) from None
    return WireResponse({"status": "ok"})


async def metrics(request: Request) -> Response:
    """All figures in Prometheus' text format."""
    context = context_of(request)
    return Response(context.metrics.page(await context.call(figures_of, context)), media_type=CONTENT_TYPE)


def add_routes(app: FastAPI) -> None:
    """Adds all of them."""
    for method in ("GET", "HEAD"):
        add(app, method, "/health", health, summary="Whether the server works", raw=shapes.Health, open_to_all=True)
    add(
        app,
        "GET",
        "/metrics",
        metrics,
        summary="Figures for Prometheus",
        media="text/plain",
        open_to_all=True,
    )
