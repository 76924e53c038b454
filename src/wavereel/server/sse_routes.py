"""`POST /run_sse`: a message comes in, and its run is told as a stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from starlette.responses import Response

from wavereel.errors import UnreadableError
from wavereel.server.adk_callers import adk_caller
from wavereel.server.adk_shapes import RunBody, described
from wavereel.server.bodies import read_object
from wavereel.server.context import context_of
from wavereel.server.shapes import Failure
from wavereel.server.sse import MEDIA_TYPE, stream
from wavereel.server.sse_request import RunRequest, run_request

if TYPE_CHECKING:
    from wavereel.server.context import Context
    from wavereel.service.backend.caller import Caller
    from wavereel.service.backend.chat import Run


def chat_routes() -> APIRouter:
    """The route of messages."""
    router = APIRouter(tags=["chat"])
    about = described(None, errors=(409,), body=RunBody)
    about["responses"] = {code: told | {"model": Failure} for code, told in about["responses"].items()}
    about["responses"][200] = {"description": "ADK events", "content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}
    about["openapi_extra"]["parameters"] = [
        {"name": "Last-Event-ID", "in": "header", "required": False, "schema": {"type": "string"}}
    ]
    summary = "Say something, and read what comes of it as server-sent events"
    router.add_api_route("/run_sse", run_sse, methods=["POST"], summary=summary, response_class=Response, **about)
    return router


async def run_sse(request: Request) -> Response:
    """A message, answered as a stream; with `Last-Event-ID` and no text, the rest of a run that is known."""
    context = context_of(request)
    caller = await adk_caller(request)
    caller.need("write")
    asked = run_request(await read_object(request))
    await check_names(context, caller, asked)
    last = request.headers.get("last-event-id", "").strip()
    if last and not asked.text:
        run = await context.work(context.backend.chat.resume, caller, asked.session_id, last)
    else:
        run = await started(context, caller, asked)
    return stream(run, context.settings, request)


async def started(context: Context, caller: Caller, asked: RunRequest) -> Run:
    """The run that answers a message; what can be refused is refused here, before a stream begins."""
    if not asked.text:
        hint = "put a text into new_message.parts; files go to the upload endpoint"
        raise UnreadableError("there is no text in new_message", hint=hint)
    return await context.work(
        context.backend.chat.start,
        caller,
        asked.session_id,
        asked.text,
        streaming=asked.streaming,
        state_delta=asked.state_delta,
    )


async def check_names(context: Context, caller: Caller, asked: RunRequest) -> None:
    """Refuses another app, and another user's name."""
    if asked.app_name:
        context.backend.accounts.check_app(asked.app_name)
    if asked.user_id:
        context.backend.accounts.check_user(caller, asked.user_id, asked.session_id)
