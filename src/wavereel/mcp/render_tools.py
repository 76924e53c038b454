"""Tools for exports: start one, wait for it, stop it, find it again."""

# ruff: noqa: TC001, TC002 - the SDK reads annotations when a tool is registered

from __future__ import annotations

import json
import time
import uuid
from typing import TYPE_CHECKING, Annotated, Any

import anyio
from mcp.server.mcpserver import Context
from mcp.types import CallToolResult, ResourceLink
from pydantic import Field

from wavereel.errors import DraftError, UnreadableError
from wavereel.mcp.calls import Surface, answering, told
from wavereel.mcp.results import RenderQueued, Renders, RenderStatus
from wavereel.mcp.session_tools import SessionId

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from wavereel.service.backend.caller import Caller

MAX_WAIT_S = 60
"""Longer waits run into the time limits of clients; a client asks again instead."""

POLL_S = 0.5
PROGRESS_S = 5.0
"""At most this long without a sign of life while a client waits."""

ENDED = frozenset({"completed", "failed"})

RenderId = Annotated[str, Field(description="What render_video answered", max_length=128)]


class RenderTools:
    """Tools that make the video."""

    def __init__(self, surface: Surface) -> None:
        self._surface = surface

    def functions(self) -> Iterable[Callable[..., Any]]:
        """The tools, as the server registers them."""
        tools = (self.render_video, self.get_render_status, self.cancel_render, self.list_renders)
        return [answering(self._surface, tool) for tool in tools]

    async def render_video(
        self,
        ctx: Context[Any, Any],
        session_id: SessionId,
        output: Annotated[
            dict[str, Any] | None,
            Field(description='Like {"format": "mp4", "quality": "high", "resolution": "1080p", "fps": 30}; optional'),
        ] = None,
    ) -> RenderQueued:
        """Export a session's timeline as an MP4. Answers at once; follow it with get_render_status."""
        backend, caller = self._surface.backend, self._surface.caller(ctx)
        draft, _, _ = await self._surface.call(backend.drafts.get, caller, session_id)
        if not draft:
            hint = "upload a file and say what is wanted with edit_video first"
            raise DraftError("there is nothing to export yet", hint=hint)
        body: dict[str, Any] = {"id": f"render_{uuid.uuid4().hex}", "sessionId": session_id, "draft": draft}
        if output is not None:
            body["output"] = finite(output)
        queued = await self._surface.work(backend.renders.submit, caller, body)
        return RenderQueued(render_id=str(queued["id"]), status=str(queued["status"]))

    async def get_render_status(
        self,
        ctx: Context[Any, Any],
        render_id: RenderId,
        wait_s: Annotated[
            float | None,
            Field(description="Wait so many seconds for the end, 60 at most; 0 answers at once", ge=0, le=MAX_WAIT_S),
        ] = 0,
    ) -> Annotated[CallToolResult, RenderStatus]:
        """Say how an export stands; a finished one comes with a link to its MP4."""
        caller = self._surface.caller(ctx)
        until = time.monotonic() + (wait_s or 0)
        shown, shown_at = -1, 0.0
        while True:
            found = await self._surface.call(self._surface.backend.renders.status, caller, render_id)
            left_s = until - time.monotonic()
            if found["status"] in ENDED or left_s <= 0:
                return await self._answer(caller, found)
            progress = int(found.get("progress") or 0)
            if progress > shown or time.monotonic() - shown_at >= PROGRESS_S:
                # The protocol wants every report to be higher than the one before, so waiting adds a little.
                shown = max(float(progress), shown + 0.01)
                shown_at = time.monotonic()
                await ctx.report_progress(shown, 100, f"{found['status']}, {progress} %")
            await anyio.sleep(min(POLL_S, left_s))

    async def cancel_render(
        self, ctx: Context[Any, Any], render_id: RenderId
    ) -> Annotated[CallToolResult, RenderStatus]:
        """Stop an export that has not ended; what it had rendered is thrown away."""
        caller = self._surface.caller(ctx)
        found = await self._surface.call(self._surface.backend.renders.cancel, caller, render_id)
        return await self._answer(caller, found)

    async def _answer(self, caller: Caller, found: dict[str, Any]) -> CallToolResult:
        """A status as a result; a client on this machine is told the video's file, since no server may be running."""
        if self._surface.local and found["status"] == "completed":
            path = await self._surface.work(self._surface.backend.renders.local_file, caller, str(found["id"]))
            found = found | {"output": dict(found["output"]) | {"url": path.as_uri()}}
        return status_result(found)

    async def list_renders(
        self,
        ctx: Context[Any, Any],
        session_id: Annotated[str | None, Field(description="Only those of this session", max_length=128)] = None,
    ) -> Renders:
        """List your exports, newest first."""
        backend, caller = self._surface.backend, self._surface.caller(ctx)
        if session_id is None:
            found = await self._surface.call(backend.renders.listing, caller)
        else:
            found = await self._surface.call(backend.renders.of_session, caller, session_id)
        return Renders(renders=list(reversed(found)))


def finite(output: dict[str, Any]) -> dict[str, Any]:
    """An `output` that JSON has words for: unlike the API's own reader, the SDK's takes NaN and infinity.

    Raises:
        UnreadableError: It has one of those.
    """
    try:
        json.dumps(output, allow_nan=False)
    except ValueError as error:
        raise UnreadableError("output holds a number that is none") from error
    return output


def status_result(found: dict[str, Any]) -> CallToolResult:
    """The wire's status object as a result: a line, the facts, and a link where there is a video."""
    status = RenderStatus(
        render_id=str(found["id"]),
        status=str(found["status"]),
        progress=int(found.get("progress") or 0),
        error=found.get("error"),
        output=found.get("output"),
    )
    facts = status.model_dump(exclude_none=True)
    data: dict[str, Any] = found.get("data") or {}
    if data.get("warnings"):
        facts["warnings"] = data["warnings"]
    if status.status == "failed":
        return told(f"The export failed: {status.error}", facts)
    if status.status != "completed" or status.output is None:
        return told(f"The export is {status.status}, {status.progress} % done.", facts)
    output = status.output
    link = ResourceLink(
        type="resource_link",
        uri=str(output["url"]),
        name=f"{status.render_id}.mp4",
        mime_type="video/mp4",
        size=output.get("size"),
        description="The finished video",
    )
    size_mb = int(output.get("size") or 0) / 1e6
    return told(f"The export is done: {float(output['duration']):.1f} s, {size_mb:.1f} MB.", facts, link)
