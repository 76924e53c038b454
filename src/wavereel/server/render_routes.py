"""Exports and previews."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Query, Request, Response

from wavereel.errors import UnreadableError
from wavereel.server import shapes
from wavereel.server.answers import WireResponse, answer
from wavereel.server.auth import AnyCaller, Reader, Writer
from wavereel.server.bodies import MAX_DRAFT_BYTES, read_object
from wavereel.server.context import Context, context_of
from wavereel.server.documents import add
from wavereel.server.ranges import Served, send_file

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi import FastAPI

    from wavereel.service.backend.caller import Caller

POLL_S = 5
"""When a job that goes on is worth another look."""

_OPEN = ("pending", "processing")
_MS = Query(ge=0, le=10**9)


async def submit_render(request: Request, caller: AnyCaller) -> Response:
    """Queues an export; the same body again gives how it stands."""
    context_of(request).backend.renders.admit(caller)
    body = await read_object(request, MAX_DRAFT_BYTES)
    context = context_of(request)
    return _status(await context.work(context.backend.renders.submit, caller, body))


async def render_status(request: Request, caller: Reader, render_id: str) -> Response:
    """How an export stands."""
    context = context_of(request)
    return _status(await context.call(context.backend.renders.status, caller, render_id))


async def cancel_render(request: Request, caller: Writer, render_id: str) -> Response:
    """Stops an export."""
    context = context_of(request)
    return _status(await context.call(context.backend.renders.cancel, caller, render_id))


async def list_renders(request: Request, caller: Reader) -> Response:
    """All exports of the user."""
    context = context_of(request)
    return answer({"renders": await context.call(context.backend.renders.listing, caller)})


async def download_render(request: Request, caller: Reader, render_id: str) -> Response:
    """The finished video, whole or in part."""
    context = context_of(request)
    path, name, size = await context.call(context.backend.renders.download, caller, render_id)
    served = Served(path, name, "video/mp4", etag_of(path, size), download=True)
    return await send_file(request, context, served)


async def preview(
    request: Request,
    caller: Reader,
    app: str,
    user: str,
    sid: str,
    at_ms: Annotated[int | None, _MS] = None,
    width: Annotated[int | None, Query(ge=16, le=1920)] = None,
    from_ms: Annotated[int | None, _MS] = None,
    to_ms: Annotated[int | None, _MS] = None,
) -> Response:
    """A picture of exactly what an export holds at a time, or a short piece of it."""
    context = context_of(request)
    context.backend.accounts.check_app(app)
    context.backend.accounts.check_user(caller, user, sid)
    if (from_ms is None) != (to_ms is None):
        raise UnreadableError("A piece has two ends", hint="send from_ms and to_ms")
    if from_ms is not None and to_ms is not None:
        video = await context.work(_clip, context, caller, sid, (from_ms, to_ms))
        return Response(video, 200, {"Cache-Control": "private, no-store"}, "video/mp4")
    picture = await context.work(context.backend.previews.frame, caller, sid, at_ms, width)
    return Response(picture, 200, {"Cache-Control": "private, no-store"}, "image/png")


def etag_of(path: Path, size: int) -> str:
    """A validator for bytes that never change under their name."""
    return f'"{hashlib.sha256(f"{path.name}:{size}".encode()).hexdigest()[:32]}"'


def _clip(context: Context, caller: Caller, sid: str, span: tuple[int, int]) -> bytes:
    with context.backend.previews.clip(caller, sid, *span) as path:
        return path.read_bytes()


def _status(body: dict[str, Any]) -> Response:
    headers = {"Retry-After": str(POLL_S)} if body.get("status") in _OPEN else None
    return WireResponse(body, 200, headers)


def add_routes(app: FastAPI) -> None:
    """Adds all of them; the longer paths first, since the oldest alias takes any id."""
    proxy = "/api/render/proxy"
    for path in (f"{proxy}/lambda", f"{proxy}/draft"):
        add(
            app,
            "POST",
            path,
            submit_render,
            summary="Queue an export",
            raw=shapes.RenderStatus,
            body=shapes.RenderRequest,
            errors=(400, 402, 404, 409),
        )
    for path in (f"{proxy}/lambda/{{render_id}}/cancel", f"{proxy}/{{render_id}}/cancel"):
        add(
            app,
            "POST",
            path,
            cancel_render,
            summary="Stop an export",
            raw=shapes.RenderStatus,
            errors=(404, 409),
        )
    for path in (f"{proxy}/lambda/{{render_id}}/download", f"{proxy}/{{render_id}}/download"):
        for method in ("GET", "HEAD"):
            add(
                app,
                method,
                path,
                download_render,
                summary="The finished video",
                media="video/mp4",
                errors=(304, 404, 409, 410, 416),
                headers=("Range", "If-Range", "If-None-Match"),
            )
    for path in (f"{proxy}/lambda/{{render_id}}", f"{proxy}/{{render_id}}"):
        add(
            app,
            "GET",
            path,
            render_status,
            summary="How an export stands",
            raw=shapes.RenderStatus,
            errors=(404,),
        )
    add(app, "GET", "/api/renders", list_renders, summary="All exports of the user", answer=shapes.RenderList)
    add(
        app,
        "GET",
        "/api/preview/{app}/{user}/{sid}",
        preview,
        summary="A picture, or a short piece, of what an export would hold",
        media="image/png video/mp4",
        errors=(404, 422),
    )
