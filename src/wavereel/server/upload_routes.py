"""Files that come in whole: in a form, by address, or from another session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import Request, Response

from wavereel.errors import UnreadableError
from wavereel.server import shapes
from wavereel.server.answers import answer
from wavereel.server.auth import Uploader
from wavereel.server.bodies import BrokenBodyError, announced_bytes, chunks_of, read_json
from wavereel.server.context import Context, context_of
from wavereel.server.documents import add
from wavereel.server.multipart import FormReader
from wavereel.service.backend.uploads import MAX_FILES

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from fastapi import FastAPI

    from wavereel.service.backend.caller import Caller

WRITE_BYTES = 256 << 10
"""So much is gathered before a thread writes it."""

FORM_OVERHEAD_BYTES = 1 << 20


async def upload(request: Request, caller: Uploader, app: str, user: str, sid: str) -> Response:
    """Makes files part of a session. Whatever can be refused is refused before the first byte of a form is read."""
    context = context_of(request)
    context.backend.accounts.check_app(app)
    if _is_form(request):
        data = await _upload_form(request, context, caller, (user, sid))
    else:
        body = await read_json(request)
        data = await context.fetch(_upload_json, context, caller, (user, sid), body)
    return answer(data, copies={"files": data["files"], "url": _first_url(data)})


async def gathered(chunks: AsyncGenerator[bytes], size_bytes: int = WRITE_BYTES) -> AsyncGenerator[bytes]:
    """The same bytes in larger pieces; what came before a body broke off, too."""
    piece = bytearray()
    try:
        async for chunk in chunks:
            piece += chunk
            if len(piece) >= size_bytes:
                yield bytes(piece)
                piece.clear()
    except BrokenBodyError:
        if piece:
            yield bytes(piece)
        raise
    if piece:
        yield bytes(piece)


async def _upload_form(request: Request, context: Context, caller: Caller, names: tuple[str, str]) -> dict[str, Any]:
    uploads, sid = context.backend.uploads, names[1]
    limit_bytes = context.settings.max_upload_bytes
    await context.call(_check, context, caller, names, announced_bytes(request))
    form = FormReader(
        request.headers.get("content-type", ""),
        lambda filename: uploads.begin(caller, sid, filename),
        max_files=MAX_FILES,
        spare_bytes=limit_bytes,
    )
    try:
        async for piece in gathered(chunks_of(request)):
            await context.transfer(form.feed, piece)
        form.finish()
        return await context.work(uploads.apply, caller, sid, form.receivers)
    finally:
        form.abort()  # at once: where the server is told to stop, nothing that waits is ever done


def _check(context: Context, caller: Caller, names: tuple[str, str], announced: int | None) -> None:
    user, sid = names
    context.backend.accounts.check_user(caller, user, sid)
    limit_bytes = context.settings.max_upload_bytes
    # One form may hold several files, each of which may be as long as the limit.
    declared = None
    if announced is not None and announced > MAX_FILES * limit_bytes + FORM_OVERHEAD_BYTES:
        declared = announced
    context.backend.uploads.check(caller, sid, declared)


def _upload_json(context: Context, caller: Caller, names: tuple[str, str], body: Any) -> dict[str, Any]:
    _check(context, caller, names, None)
    return context.backend.uploads.post(caller, names[1], body)


def _is_form(request: Request) -> bool:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind.startswith("multipart/") and kind != "multipart/form-data":
        raise UnreadableError("The form is not one", hint="send it as multipart/form-data")
    return kind == "multipart/form-data"


def _first_url(data: dict[str, Any]) -> str:
    files = data["files"]
    return files[0]["cdn_url"] if files else ""


def add_routes(app: FastAPI) -> None:
    """Adds it."""
    add(
        app,
        "POST",
        "/api/upload-video/{app}/{user}/{sid}",
        upload,
        summary="Add files to a session",
        answer=shapes.UploadAnswer,
        body=shapes.UploadByReference,
        files=True,
        errors=(400, 404, 415, 507),
    )
