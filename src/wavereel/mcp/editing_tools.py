"""Tools for the timeline: say what is wanted, read it, look at it, save one of your own making."""

# ruff: noqa: TC001, TC002 - the SDK reads annotations when a tool is registered

from __future__ import annotations

import asyncio
import base64
import contextlib
import struct
from typing import TYPE_CHECKING, Annotated, Any

from mcp.server.mcpserver import Context
from mcp.types import CallToolResult, ImageContent, ResourceLink
from pydantic import Field

from wavereel.errors import WavereelError
from wavereel.mcp.calls import Surface, answering, told
from wavereel.mcp.results import DraftSaved, Edited, Frame, TimelineRead
from wavereel.mcp.session_tools import SessionId
from wavereel.service.backend.watching import watching

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from wavereel.service.backend.caller import Caller

PROGRESS_S = 5.0
"""At most this long without a sign of life while a message is answered."""

FRAME_WIDTH_PX = 960
"""Wide enough to judge captions by, and a third of the tokens of a whole frame."""


class EditingTools:
    """Tools that read and change a timeline."""

    def __init__(self, surface: Surface) -> None:
        self._surface = surface

    def functions(self) -> Iterable[Callable[..., Any]]:
        """The tools, as the server registers them."""
        tools = (self.edit_video, self.get_timeline, self.save_draft, self.preview_frame)
        return [answering(self._surface, tool) for tool in tools]

    async def edit_video(
        self,
        ctx: Context[Any, Any],
        session_id: SessionId,
        message: Annotated[
            str,
            Field(
                description="What is wanted, in plain words, English or Chinese: 'add captions', 'cut the first 10 s'"
            ),
        ],
    ) -> Annotated[CallToolResult, Edited]:
        """Change a video by saying what is wanted; several wishes in one message are fine.

        The reply tells what was done, asks where something was unclear, or says why not. Writing captions listens to
        the sound first, which takes a while.
        """
        caller = self._surface.caller(ctx)
        told_all = addressed(await self._said(ctx, caller, session_id, message))
        edited = Edited.model_validate(told_all | {"changes": told_all.get("changes") or []})
        facts = edited.model_dump(exclude_none=True)
        failed: dict[str, Any] = told_all.get("error") or {}
        if failed:
            facts["code"] = int(failed.get("code") or WavereelError.wire_code)
        lines = [edited.text or str(failed.get("message", "")), edited.timeline]
        return told("\n".join(line for line in lines if line), facts, is_error=bool(failed))

    async def _said(self, ctx: Context[Any, Any], caller: Caller, session_id: str, message: str) -> dict[str, Any]:
        """Says something and waits for what comes of it, with signs of life for the client meanwhile.

        No thread waits: messages may take minutes, and many of them must not keep others from being answered.
        """
        chat = self._surface.backend.chat
        run = await self._surface.work(chat.start, caller, session_id, message)
        steps = 0
        async with watching(run) as news:
            while True:
                news.clear()
                if run.read()[1]:
                    break
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(news.wait(), PROGRESS_S)
                    continue
                steps += 1
                await ctx.report_progress(steps, None, "still working")
        return await self._surface.work(chat.outcome, caller, run)

    async def get_timeline(
        self, ctx: Context[Any, Any], session_id: SessionId
    ) -> Annotated[CallToolResult, TimelineRead]:
        """Read a session's timeline: a summary in words, and the draft with its revision."""
        drafts, caller = self._surface.backend.drafts, self._surface.caller(ctx)
        draft, rev, _ = await self._surface.call(drafts.get, caller, session_id)
        summary = await self._surface.work(drafts.summary, caller, session_id)
        read = TimelineRead(draft=draft, rev=rev, summary=summary["text"])
        link = ResourceLink(
            type="resource_link",
            uri=f"wavereel://session/{session_id}/draft.json",
            name="draft.json",
            mime_type="application/json",
            description=f"The draft, revision {rev}",
        )
        return told(read.summary, read.model_dump(), link)

    async def save_draft(
        self,
        ctx: Context[Any, Any],
        session_id: SessionId,
        draft: Annotated[dict[str, Any], Field(description="The whole draft, as get_timeline answers it")],
        base_rev: Annotated[int, Field(description="The revision that it was made from", ge=0)],
    ) -> DraftSaved:
        """Replace a session's draft. If it was changed meanwhile, nothing is saved and the present one is answered."""
        drafts, caller = self._surface.backend.drafts, self._surface.caller(ctx)
        saved = await self._surface.work(drafts.put, caller, session_id, draft, base_rev=base_rev)
        return DraftSaved(rev=saved.rev)

    async def preview_frame(
        self,
        ctx: Context[Any, Any],
        session_id: SessionId,
        at_ms: Annotated[int, Field(description="When, in milliseconds from the start", ge=0)],
        width: Annotated[
            int | None, Field(description="Width of the picture in pixels", ge=16, le=1920)
        ] = FRAME_WIDTH_PX,
    ) -> Annotated[CallToolResult, Frame]:
        """Look at the video at a moment: exactly what an export shows then."""
        caller = self._surface.caller(ctx)
        png = await self._surface.work(
            self._surface.backend.previews.frame, caller, session_id, at_ms, width or FRAME_WIDTH_PX
        )
        picture = ImageContent(type="image", data=base64.b64encode(png).decode(), mime_type="image/png")
        width_px, height_px = png_size(png)
        facts = Frame(at_ms=at_ms, width=width_px, height=height_px).model_dump()
        return told(f"The picture at {at_ms / 1000:g} s.", facts, picture)


def addressed(said: dict[str, Any]) -> dict[str, Any]:
    """An outcome whose addresses a client of this protocol can use: it has no token for those of the API.

    An export that was asked for in words is the resource that it will be; files come in through a tool.
    """
    kept = {key: value for key, value in said.items() if key not in ("link", "upload")}
    if "link" in said:
        resource = f"wavereel://render/{said['render_id']}"
        kept["text"] = str(said["text"]).replace(str(said["link"]), resource)
    return kept


def png_size(png: bytes) -> tuple[int, int]:
    """Width and height in pixels, from a PNG's header (PNG specification, 11.2.1)."""
    return struct.unpack(">II", png[16:24])
