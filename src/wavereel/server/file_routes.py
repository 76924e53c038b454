"""Bytes behind signed addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Request, Response

from wavereel.server.context import context_of
from wavereel.server.documents import add
from wavereel.server.ranges import Served, send_file

if TYPE_CHECKING:
    from fastapi import FastAPI


async def signed_file(request: Request, path: str) -> Response:
    """What a link leads to; the signature is all that is needed."""
    context = context_of(request)
    opened = await context.call(context.backend.links.open, path, dict(request.query_params))
    served = Served(opened.path, opened.filename, opened.mime, opened.etag, "download" in request.query_params)
    return await send_file(request, context, served)


def add_routes(app: FastAPI) -> None:
    """Adds it."""
    for method in ("GET", "HEAD"):
        add(
            app,
            method,
            "/files/{path:path}",
            signed_file,
            summary="A file, by its signed address",
            media="application/octet-stream",
            errors=(304, 404, 409, 410, 416),
            open_to_all=True,
            headers=("Range", "If-Range", "If-None-Match"),
        )
