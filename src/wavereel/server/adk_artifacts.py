"""ADK's artifacts: the files of a session under the names they came with, each in the one version there is.

The newest of two files of the same name is meant. What is saved is an upload; nothing is deleted, because drafts stand
on these files.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any, cast

from fastapi import APIRouter, Request

from wavereel.errors import NotFinishedError, NotFoundError, UnreadableError
from wavereel.server.adk_callers import adk_caller, check_path
from wavereel.server.adk_shapes import ArtifactVersion, Part, SaveBody, described
from wavereel.server.answers import WireResponse
from wavereel.server.bodies import MAX_DRAFT_BYTES, read_object
from wavereel.server.context import context_of

if TYPE_CHECKING:
    from wavereel.server.context import Context
    from wavereel.service.backend.caller import Caller

ARTIFACTS = "/apps/{app}/users/{user}/sessions/{session_id}/artifacts"
LATEST = "latest"


def artifact_routes() -> APIRouter:
    """The routes, the general ones last: a name may hold slashes."""
    router = APIRouter(tags=["adk"])
    one = ARTIFACTS + "/{name:path}"
    for path, handler, method, about in (
        (f"{one}/versions/{{version}}/metadata", version_metadata, "GET", described(ArtifactVersion)),
        (f"{one}/versions/metadata", versions_metadata, "GET", described(list[ArtifactVersion])),
        (f"{one}/versions/{{version}}", load_version, "GET", described(Part)),
        (f"{one}/versions", versions, "GET", described(list[int])),
        (ARTIFACTS, names, "GET", described(list[str])),
        (ARTIFACTS, save, "POST", described(ArtifactVersion, errors=(415, 507), body=SaveBody)),
        (one, load, "GET", described(Part)),
        (one, delete, "DELETE", described(None, errors=(409,))),
    ):
        router.add_api_route(path, handler, methods=[method], **about)
    return router


async def names(request: Request, app: str, user: str, session_id: str) -> WireResponse:
    """The names of a session's files."""
    found = await _files(request, app, user, session_id)
    return WireResponse(sorted({str(file["filename"]) for file in found}))


async def load(
    request: Request, app: str, user: str, session_id: str, name: str, version: int | None = None
) -> WireResponse:
    """A file as a part: where it can be fetched, and what it is."""
    return _part(await _file(request, app, user, session_id, name, "latest" if version is None else str(version)))


async def load_version(request: Request, app: str, user: str, session_id: str, name: str, version: str) -> WireResponse:
    """One version of a file as a part."""
    return _part(await _file(request, app, user, session_id, name, version))


async def versions(request: Request, app: str, user: str, session_id: str, name: str) -> WireResponse:
    """The versions of a file: one, or none where there is no such file."""
    found = await _files(request, app, user, session_id)
    return WireResponse([0] if any(file["filename"] == name for file in found) else [])


async def versions_metadata(request: Request, app: str, user: str, session_id: str, name: str) -> WireResponse:
    """The versions of a file, described."""
    found = [file for file in await _files(request, app, user, session_id) if file["filename"] == name]
    return WireResponse([_described(file) for file in found[-1:]])


async def version_metadata(
    request: Request, app: str, user: str, session_id: str, name: str, version: str
) -> WireResponse:
    """One version of a file, described."""
    return WireResponse(_described(await _file(request, app, user, session_id, name, version)))


async def save(request: Request, app: str, user: str, session_id: str) -> WireResponse:
    """Takes a file that comes inside the request, as an upload."""
    context = context_of(request)
    caller = await adk_caller(request)
    check_path(context, caller, app, user)
    caller.need("upload")
    body = await read_object(request, MAX_DRAFT_BYTES)
    taken = await context.work(_take, context, caller, session_id, body)
    return WireResponse(_described(taken["files"][0]))


async def delete(request: Request, app: str, user: str, session_id: str, name: str) -> WireResponse:
    """Refuses: files stay with a session as long as it lives."""
    await _file(request, app, user, session_id, name, LATEST)
    raise NotFinishedError("Files of a session are not deleted one by one")


def _take(context: Context, caller: Caller, session_id: str, body: dict[str, Any]) -> dict[str, Any]:
    name, content = _sent(body)
    receiver = context.backend.uploads.begin(caller, session_id, name, len(content))
    try:
        receiver.write(content)
        receiver.finish()
    except BaseException:
        receiver.abort()
        raise
    return context.backend.uploads.apply(caller, session_id, [receiver])


def _sent(body: dict[str, Any]) -> tuple[str, bytes]:
    name = body.get("filename")
    if not isinstance(name, str) or not name:
        raise UnreadableError("filename is missing")
    part = _object(body.get("artifact"))
    data = _object(part.get("inlineData", part.get("inline_data"))).get("data")
    if not isinstance(data, str):
        raise UnreadableError("artifact.inlineData.data is missing", hint="send the file in base64")
    try:  # either alphabet: the client's library writes the one for addresses
        return name, base64.b64decode(data.replace("-", "+").replace("_", "/") + "=" * (-len(data) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise UnreadableError("artifact.inlineData.data is not base64") from error


def _object(value: object) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


async def _files(request: Request, app: str, user: str, session_id: str) -> list[dict[str, Any]]:
    context = context_of(request)
    caller = await adk_caller(request)
    check_path(context, caller, app, user)
    caller.need("read")
    state = await context.call(context.backend.sessions.state, caller, session_id)
    return list(state["state"]["video_infos"])


async def _file(request: Request, app: str, user: str, session_id: str, name: str, version: str) -> dict[str, Any]:
    found = [file for file in await _files(request, app, user, session_id) if file["filename"] == name]
    if not (version == LATEST or (version.isascii() and version.isdigit())):
        raise UnreadableError("Invalid version ID")
    if not found or version not in {LATEST, "0"}:
        raise NotFoundError("Artifact not found")
    return found[-1]


def _part(file: dict[str, Any]) -> WireResponse:
    data = {"fileUri": file["cdn_url"], "mimeType": file.get("mime"), "displayName": file["filename"]}
    return WireResponse({"fileData": {key: value for key, value in data.items() if value is not None}})


def _described(file: dict[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {"version": 0, "canonicalUri": file["cdn_url"], "customMetadata": {}}
    described["createTime"] = float(file.get("created_at") or 0) / 1000
    if file.get("mime"):
        described["mimeType"] = file["mime"]
    return described
