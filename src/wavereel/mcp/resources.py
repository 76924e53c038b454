"""What a client can read without calling a tool: timelines, drafts, captions and finished videos."""

# ruff: noqa: TC001, TC002 - the SDK reads annotations when a tool is registered

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError
from mcp.types import Resource

from wavereel.errors import GoneError, NotFinishedError, NotFoundError, SessionNotFoundError, WavereelError
from wavereel.mcp.calls import Surface

if TYPE_CHECKING:
    from collections.abc import Callable

    from mcp.server import MCPServer

    from wavereel.service.backend.caller import Caller

MAX_LISTED = 50
"""Sessions and exports that a list names, the newest ones; all others can be read as well."""

MAX_BLOB_BYTES = 8 << 20
"""A larger video is answered as its address: in base64 it would fill a client's memory several times over."""


class Resources:
    """The resources of a server."""

    def __init__(self, surface: Surface) -> None:
        self._surface = surface

    def register(self, server: MCPServer[Any]) -> None:
        """Adds the templates to a server."""
        session = "wavereel://session/{session_id}"
        for uri, read, name, mime, what in (
            (f"{session}/timeline", self.timeline, "timeline", "text/plain", "A session's timeline in words"),
            (f"{session}/draft.json", self.draft, "draft", "application/json", "A session's draft"),
            (f"{session}/captions.srt", self.captions, "captions", "application/x-subrip", "A session's captions"),
            ("wavereel://render/{render_id}", self.video, "video", "video/mp4", "A finished video, or its address"),
        ):
            server.resource(uri, name=name, description=what, mime_type=mime)(read)

    async def timeline(self, session_id: str, ctx: Context[Any, Any]) -> str:
        """The timeline in words."""
        found = await self._read(ctx, self._surface.backend.drafts.summary, session_id)
        return str(found["text"])

    async def draft(self, session_id: str, ctx: Context[Any, Any]) -> str:
        """The draft as JSON."""
        found = await self._read(ctx, self._surface.backend.drafts.get, session_id)
        return json.dumps(found.draft, ensure_ascii=False, separators=(",", ":"))

    async def captions(self, session_id: str, ctx: Context[Any, Any]) -> str:
        """The captions as an SRT file."""
        return await self._read(ctx, self._surface.backend.drafts.captions, session_id)

    async def video(self, render_id: str, ctx: Context[Any, Any]) -> bytes | str:
        """The video's bytes, or its address where it is large."""
        renders = self._surface.backend.renders
        path, _, size = await self._read(ctx, renders.download, render_id)
        if size <= MAX_BLOB_BYTES:
            return await self._surface.work(path.read_bytes)
        if self._surface.local:
            return (await self._read(ctx, renders.local_file, render_id)).as_uri()
        status = await self._read(ctx, renders.status, render_id)
        return str(status["output"]["url"])

    async def _read(self, ctx: Context[Any, Any], call: Callable[[Caller, str], Any], name: str) -> Any:
        caller = self._surface.caller(ctx)
        try:
            caller.need("read")
            return await self._surface.work(call, caller, name)
        except (SessionNotFoundError, NotFoundError, NotFinishedError, GoneError) as error:
            raise ResourceNotFoundError(str(error)) from error
        except WavereelError as error:
            raise ResourceError(str(error)) from error

    async def listed(self, caller: Caller) -> list[Resource]:
        """The newest sessions' timelines and the newest finished videos of a user, for clients that show a list."""
        if not caller.may("read"):
            return []
        backend = self._surface.backend
        sessions = await self._surface.call(backend.sessions.listing, caller)
        renders = await self._surface.call(backend.renders.listing, caller)
        found: list[Resource] = []
        for one in sessions[:MAX_LISTED]:
            base, name = f"wavereel://session/{one['session_id']}", str(one.get("task_name") or one["session_id"])
            found.append(Resource(uri=f"{base}/timeline", name=f"{name}: timeline", mime_type="text/plain"))
            found.append(Resource(uri=f"{base}/draft.json", name=f"{name}: draft", mime_type="application/json"))
        done = [one for one in reversed(renders) if one["status"] == "completed"]
        for one in done[:MAX_LISTED]:
            uri = f"wavereel://render/{one['id']}"
            found.append(Resource(uri=uri, name=f"{one['id']}.mp4", mime_type="video/mp4"))
        return found
