"""Sessions, their state, and the draft by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import Request, Response

from wavereel.errors import UnreadableError
from wavereel.server import shapes
from wavereel.server.answers import answer
from wavereel.server.auth import Reader, Writer
from wavereel.server.bodies import MAX_DRAFT_BYTES, read_json, read_object
from wavereel.server.context import Context, context_of
from wavereel.server.documents import add
from wavereel.server.ranges import matches_etag

if TYPE_CHECKING:
    from fastapi import FastAPI

    from wavereel.service.backend.caller import Caller


async def create_session(request: Request, caller: Writer, user: str, app: str) -> Response:
    """A new session; an empty body is enough."""
    context = context_of(request)
    context.backend.accounts.check_app(app)
    body = await read_json(request, optional=True)
    context.backend.accounts.check_user(caller, user)
    data = await context.call(context.backend.sessions.create, caller, body)
    return answer(data, copies={"session_id": data["session_id"], "task_id": data["task_id"]})


async def list_sessions(request: Request, caller: Reader) -> Response:
    """The sessions of the user."""
    context = context_of(request)
    return answer({"sessions": await context.call(context.backend.sessions.listing, caller)})


async def delete_session(request: Request, caller: Writer, sid: str) -> Response:
    """Removes a session; that it is not there is what was wanted."""
    context = context_of(request)
    return answer({"deleted": await context.call(context.backend.sessions.delete, caller, sid)})


async def state(request: Request, caller: Reader, app: str, user: str, sid: str) -> Response:
    """What a session holds, or that it is as the client knows it."""
    context = context_of(request)
    known = request.headers.get("if-none-match", "")
    found = await context.call(_state, context, caller, (app, user, sid), known)
    headers = {
        "ETag": _etag(found if isinstance(found, int) else found["version"]),
        "Cache-Control": "private, no-cache",
    }
    return Response(None, 304, headers) if isinstance(found, int) else answer(found, headers=headers)


async def get_draft(request: Request, caller: Reader, sid: str) -> Response:
    """The draft and its revision."""
    context = context_of(request)
    found = await context.call(context.backend.drafts.get, caller, sid)
    headers = {"ETag": found.etag, "Cache-Control": "private, no-cache"}
    if matches_etag(request.headers.get("if-none-match", ""), found.etag):
        return Response(None, 304, headers)
    return answer({"draft": found.draft, "rev": found.rev}, headers=headers)


async def put_draft(request: Request, caller: Writer, sid: str) -> Response:
    """Saves a whole draft: `{"draft": ..., "base_rev": ...}`, or the draft itself with `If-Match`."""
    context = context_of(request)
    body = await read_object(request, MAX_DRAFT_BYTES)
    draft: Any = body.get("draft") if "draft" in body and "t" not in body else body
    base_rev = body.get("base_rev") if draft is not body else None
    if base_rev is not None and (not isinstance(base_rev, int) or isinstance(base_rev, bool) or base_rev < 0):
        raise UnreadableError("base_rev is not a revision")
    saved = await context.work(
        context.backend.drafts.put,
        caller,
        sid,
        draft,
        if_match=request.headers.get("if-match"),
        base_rev=base_rev,
    )
    return answer({"draft": saved.draft, "rev": saved.rev}, headers={"ETag": saved.etag})


async def revisions(request: Request, caller: Reader, sid: str) -> Response:
    """What was done to the draft."""
    context = context_of(request)
    return answer(await context.call(context.backend.drafts.revisions, caller, sid))


def _state(context: Context, caller: Caller, names: tuple[str, str, str], known: str) -> dict[str, Any] | int:
    """The state; only its version where the client has it already."""
    app, user, sid = names
    backend = context.backend
    backend.accounts.check_app(app)
    backend.accounts.check_user(caller, user, sid)
    if known:
        version = backend.sessions.version(caller, sid)
        if matches_etag(known, _etag(version)):
            return version
    return backend.sessions.state(caller, sid)


def _etag(version: int) -> str:
    """Weak: addresses in the state are signed anew each time, and that is no change."""
    return f'W/"v{version}"'


def add_routes(app: FastAPI) -> None:
    """Adds all of them."""
    add(
        app,
        "POST",
        "/api/tasks/{user}/with-session/{app}",
        create_session,
        summary="A new session",
        answer=shapes.SessionAnswer,
        body=shapes.NewSession,
        optional_body=True,
        errors=(404,),
    )
    add(
        app,
        "GET",
        "/api/state/{app}/{user}/{sid}/latest",
        state,
        summary="What a session holds",
        answer=shapes.State,
        errors=(304, 404),
        headers=("If-None-Match",),
    )
    add(app, "GET", "/api/sessions", list_sessions, summary="The sessions of the user", answer=shapes.SessionList)
    add(app, "DELETE", "/api/sessions/{sid}", delete_session, summary="Remove a session", answer=shapes.Deleted)
    add(
        app,
        "GET",
        "/api/sessions/{sid}/draft",
        get_draft,
        summary="The draft",
        answer=shapes.DraftFacts,
        errors=(304, 404),
        headers=("If-None-Match",),
    )
    add(
        app,
        "PUT",
        "/api/sessions/{sid}/draft",
        put_draft,
        summary="Save a draft",
        answer=shapes.DraftFacts,
        body=shapes.SaveDraft,
        errors=(404, 412),
        headers=("If-Match",),
    )
    add(
        app,
        "GET",
        "/api/sessions/{sid}/revisions",
        revisions,
        summary="What was done to the draft",
        answer=shapes.Revisions,
        errors=(404,),
    )
