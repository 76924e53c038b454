"""Uploads in pieces, as tus 1.0.0 has them (https://tus.io/protocols/resumable-upload): creation, with-upload,
expiration and termination. A connection that broke costs only what was under way.
"""

from __future__ import annotations

import base64
import binascii
from email.utils import formatdate
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from anyio import CancelScope
from fastapi import Request, Response

from wavereel.errors import ChangedError, LimitError, UnreadableError
from wavereel.server.auth import Uploader
from wavereel.server.bodies import announced_bytes, chunks_of
from wavereel.server.context import context_of
from wavereel.server.documents import add
from wavereel.server.upload_routes import gathered

if TYPE_CHECKING:
    from fastapi import FastAPI

    from wavereel.service.backend.caller import Caller
    from wavereel.service.backend.resumable import Piecewise

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,expiration,termination"
PIECE_TYPE = "application/offset+octet-stream"
MAX_METADATA_CHARS = 4096
_COMMON = {"Tus-Resumable": VERSION, "Cache-Control": "no-store"}


class TusVersionError(ChangedError):
    """A version of tus that is not spoken here."""

    code = "tus_version"


class PieceTypeError(UnreadableError):
    """A piece that does not say that it is one."""

    code = "piece_type"
    http_status = 415


async def tus_options(request: Request) -> Response:
    """What is spoken here; needs no token."""
    limit_bytes = context_of(request).settings.max_upload_bytes
    return Response(
        None,
        204,
        {**_COMMON, "Tus-Version": VERSION, "Tus-Extension": EXTENSIONS, "Tus-Max-Size": str(limit_bytes)},
    )


async def tus_create(request: Request, caller: Uploader) -> Response:
    """Begins an upload, and takes its first bytes where they come along."""
    _check_version(request)
    context = context_of(request)
    length = _number(request.headers.get("upload-length"), "Upload-Length")
    if length > context.settings.max_upload_bytes:
        raise LimitError(
            f"The file is longer than {context.settings.max_upload_bytes} bytes", hint="compress or trim it"
        )
    if announced_bytes(request):
        _check_piece(request)
    raw = request.headers.get("upload-metadata", "")
    begun = await context.work(context.backend.resumable.create, caller, length, metadata_of(raw), raw)
    below = urlsplit(context.backend.core.base_url).path  # a proxy may put the server below a path of its own
    headers = {**_COMMON, "Location": f"{below}/api/uploads/{begun.id}"}
    if announced_bytes(request) or length == 0:
        begun = await _append(request, caller, begun.id, 0)
    return _told(begun, 201, headers)


async def tus_head(request: Request, caller: Uploader, upload_id: str) -> Response:
    """How far an upload is."""
    _check_version(request)
    context = context_of(request)
    found = await context.call(context.backend.resumable.head, caller, upload_id)
    headers = {**_COMMON, "Upload-Length": str(found.length)}
    if found.metadata:
        headers["Upload-Metadata"] = found.metadata
    return _told(found, 200, headers)


async def tus_patch(request: Request, caller: Uploader, upload_id: str) -> Response:
    """Takes the next bytes; the last one makes it a file of the session."""
    _check_version(request)
    _check_piece(request)
    offset = _number(request.headers.get("upload-offset"), "Upload-Offset")
    return _told(await _append(request, caller, upload_id, offset), 204, _COMMON)


async def tus_delete(request: Request, caller: Uploader, upload_id: str) -> Response:
    """Forgets an upload."""
    _check_version(request)
    context = context_of(request)
    await context.call(context.backend.resumable.terminate, caller, upload_id)
    return Response(None, 204, _COMMON)


def metadata_of(header: str) -> dict[str, str]:
    """The pairs of `Upload-Metadata`: names, each with a value in base64.

    Raises:
        UnreadableError: It is not written like that.
    """
    if len(header) > MAX_METADATA_CHARS:
        raise UnreadableError("Upload-Metadata is too long")
    pairs: dict[str, str] = {}
    for item in header.split(","):
        name, _, value = item.strip().partition(" ")
        if not name:
            continue
        try:
            pairs[name] = base64.b64decode(value.strip(), validate=True).decode()
        except (binascii.Error, ValueError):
            raise UnreadableError("Upload-Metadata is not base64 of UTF-8") from None
    return pairs


async def _append(request: Request, caller: Caller, upload_id: str, offset: int) -> Piecewise:
    """Takes a piece as it comes. No thread waits for a slow client: each is borrowed for one write."""
    context = context_of(request)
    piece = await context.work(context.backend.resumable.begin, caller, upload_id, offset)
    try:
        async for chunk in gathered(chunks_of(request)):
            await context.transfer(piece.write, chunk)
        return await context.work(piece.finish)
    finally:
        with CancelScope(shield=True):
            await context.transfer(piece.stop)


def _told(upload: Piecewise, status: int, headers: dict[str, str]) -> Response:
    headers = {**headers, "Upload-Offset": str(upload.offset)}
    if upload.offset < upload.length:
        headers["Upload-Expires"] = formatdate(upload.expires_at_ms / 1000, usegmt=True)
    elif upload.result is not None and upload.result["files"]:
        headers["X-File-Id"] = upload.result["files"][0]["file_id"]
    return Response(None, status, headers)


def _check_version(request: Request) -> None:
    if request.headers.get("tus-resumable") != VERSION:
        raise TusVersionError("Tus-Resumable does not name a version that is spoken here", hint=f"send {VERSION}")


def _check_piece(request: Request) -> None:
    if request.headers.get("content-type", "").lower() != PIECE_TYPE:
        raise PieceTypeError("The piece is not marked as one", hint=f"send Content-Type: {PIECE_TYPE}")


def _number(text: str | None, name: str) -> int:
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 18:
        raise UnreadableError(f"{name} is not a number of bytes")
    return int(text)


def add_routes(app: FastAPI) -> None:
    """Adds all of them."""
    one = "/api/uploads/{upload_id}"
    tus = ("Tus-Resumable",)
    app.add_api_route("/api/uploads", tus_options, methods=["OPTIONS"], include_in_schema=False)
    app.add_api_route(one, tus_options, methods=["OPTIONS"], include_in_schema=False)
    add(
        app,
        "POST",
        "/api/uploads",
        tus_create,
        summary="Begin an upload in pieces (tus 1.0.0)",
        errors=(400, 404, 412, 413, 415, 422),
        status=201,
        headers=(*tus, "Upload-Length", "Upload-Metadata"),
    )
    add(app, "HEAD", one, tus_head, summary="How far an upload is", errors=(404, 410, 412), headers=tus)
    add(
        app,
        "PATCH",
        one,
        tus_patch,
        summary="Send the next bytes",
        errors=(400, 404, 409, 410, 412, 413, 415, 422, 507),
        status=204,
        headers=(*tus, "Upload-Offset"),
    )
    add(app, "DELETE", one, tus_delete, summary="Forget an upload", errors=(404, 410, 412), status=204, headers=tus)
