"""The endpoints of the Agent Development Kit's own server, so that its stock client and its web page work unchanged."""

from __future__ import annotations

import platform
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Query, Request

from wavereel import __version__
from wavereel.errors import IdTakenError, SessionNotFoundError, UnreadableError
from wavereel.server.adk_artifacts import artifact_routes
from wavereel.server.adk_callers import adk_caller, check_path
from wavereel.server.adk_shapes import (
    AdkApps,
    AdkEvent,
    AdkSession,
    AdkVersion,
    CreateBody,
    PatchBody,
    RunBody,
    StateBody,
    described,
)
from wavereel.server.answers import WireResponse
from wavereel.server.bodies import MAX_DRAFT_BYTES, read_object
from wavereel.server.context import context_of
from wavereel.server.sse import ceiling_of, whole
from wavereel.server.sse_request import run_request
from wavereel.server.sse_routes import check_names, started
from wavereel.service.backend.caller import Caller
from wavereel.service.backend.core import APP

DESCRIPTION = "Edits videos made from sound: say what you want, in English or Chinese"
SESSIONS = "/apps/{app}/users/{user}/sessions"


def adk_routes() -> APIRouter:
    """All of ADK's routes but `/run_sse` and `/health`."""
    router = APIRouter(tags=["adk"], default_response_class=WireResponse)
    one = SESSIONS + "/{session_id}"
    for path, handler, method, about in (
        ("/list-apps", list_apps, "GET", described(list[str] | AdkApps, open_to_all=True)),
        ("/version", version, "GET", described(AdkVersion, open_to_all=True)),
        ("/run", run, "POST", described(list[AdkEvent], errors=(409,), body=RunBody)),
        (SESSIONS, create, "POST", described(AdkSession, errors=(409, 415), body=CreateBody)),
        (SESSIONS, listing, "GET", described(list[AdkSession])),
        (one, create_named, "POST", described(AdkSession, errors=(409, 415), body=StateBody)),
        (one, get, "GET", described(AdkSession)),
        (one, patch, "PATCH", described(AdkSession, errors=(409,), body=PatchBody)),
        (one, delete, "DELETE", described(None)),
    ):
        router.add_api_route(path, handler, methods=[method], **about)
    router.include_router(artifact_routes())
    return router


async def _named(request: Request, app: str, user: str) -> Caller:
    """Who asks, and that the path speaks of the app there is and of a user that the caller is."""
    caller = await adk_caller(request)
    try:
        check_path(context_of(request), caller, app, user)
    except SessionNotFoundError as error:
        raise _not_found() from error
    return caller


Named = Annotated[Caller, Depends(_named)]


async def list_apps(
    detailed: Annotated[bool, Query()] = False,
    relative_path: Annotated[str, Query()] = "./",
) -> WireResponse:
    """The agents there are: one."""
    del relative_path
    if not detailed:
        return WireResponse([APP])
    app = {"name": APP, "rootAgentName": APP, "description": DESCRIPTION, "language": "python", "isComputerUse": False}
    return WireResponse({"apps": [app]})


async def version() -> WireResponse:
    """Which version answers."""
    return WireResponse({"version": __version__, "language": "python", "language_version": platform.python_version()})


async def create(request: Request, caller: Named, user: str) -> WireResponse:
    """A new session, with a state where one is sent."""
    caller.need("write")
    body = await read_object(request, MAX_DRAFT_BYTES, optional=True)
    session_id = body.get("sessionId", body.get("session_id"))
    if session_id is not None and not isinstance(session_id, str):
        raise UnreadableError("sessionId is not a text")
    return await _created(request, caller, user, session_id, body.get("state"), body.get("events"))


async def create_named(request: Request, caller: Named, user: str, session_id: str) -> WireResponse:
    """A new session of a name; the body is its state."""
    caller.need("write")
    state = await read_object(request, MAX_DRAFT_BYTES, optional=True)
    return await _created(request, caller, user, session_id, state or None, None)


async def _created(
    request: Request, caller: Caller, user: str, session_id: str | None, state: object, events: object
) -> WireResponse:
    context = context_of(request)
    sessions = context.backend.sessions
    try:
        made = await context.work(
            sessions.adk_create, caller, user, session_id=session_id or None, state=state, events=events
        )
    except IdTakenError as error:
        raise IdTakenError(f"Session already exists: {session_id}") from error
    return WireResponse(made)


async def listing(request: Request, caller: Named, user: str) -> WireResponse:
    """The user's sessions, without their events."""
    caller.need("read")
    context = context_of(request)
    return WireResponse(await context.call(context.backend.sessions.adk_list, caller, user))


async def get(request: Request, caller: Named, user: str, session_id: str) -> WireResponse:
    """One session with its events."""
    caller.need("read")
    context = context_of(request)
    try:
        return WireResponse(await context.call(context.backend.sessions.adk_get, caller, user, session_id))
    except SessionNotFoundError as error:
        raise _not_found() from error


async def patch(request: Request, caller: Named, user: str, session_id: str) -> WireResponse:
    """Changes the state without saying anything."""
    caller.need("write")
    context = context_of(request)
    body = await read_object(request, MAX_DRAFT_BYTES)
    delta = body.get("stateDelta", body.get("state_delta"))
    if not isinstance(delta, dict):
        raise UnreadableError("state_delta is not an object")
    delta = cast("dict[str, Any]", delta)
    try:
        changed = await context.work(context.backend.sessions.adk_patch, caller, user, session_id, delta)
    except SessionNotFoundError as error:
        raise _not_found() from error
    return WireResponse(changed)


async def delete(request: Request, caller: Named, session_id: str) -> WireResponse:
    """Removes a session; one that is not there is gone already."""
    caller.need("write")
    context = context_of(request)
    await context.work(context.backend.sessions.delete, caller, session_id)
    return WireResponse(None)


async def run(request: Request) -> WireResponse:
    """A message, answered when all of it is done: its events as one list."""
    context = context_of(request)
    caller = await adk_caller(request)
    caller.need("write")
    asked = run_request(await read_object(request))
    await check_names(context, caller, asked)
    events: list[dict[str, Any]] = await whole(await started(context, caller, asked), ceiling_of(context.settings))
    return WireResponse(events)


def _not_found() -> SessionNotFoundError:
    return SessionNotFoundError("Session not found")
