"""The workflows by the official MCP SDK's client, over either transport."""

# ruff: noqa: ASYNC240 - one client, which has nothing else to do

from __future__ import annotations

import base64
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
from mcp.types import CallToolResult, ImageContent, ResourceLink

from mcp import Client

WAITS = 10


class McpHand:
    """All through tools.

    Args:
        client: Connected.
        by_path: Whether the server may read files of this machine.
    """

    def __init__(self, client: Client, *, by_path: bool) -> None:
        self.client = client
        self.by_path = by_path
        self.sid = ""

    async def _call(self, name: str, /, **arguments: Any) -> CallToolResult:
        result = await self.client.call_tool(name, arguments)
        assert not result.is_error, (name, result)
        return result

    async def begin(self) -> None:
        self.sid = (await self._call("create_session")).structured_content["session_id"]

    async def add(self, sound: Path) -> None:
        given = {"path": str(sound)}
        if not self.by_path:
            given = {"base64": base64.b64encode(sound.read_bytes()).decode(), "name": sound.name}
        asset = await self._call("upload_asset", session_id=self.sid, **given)
        assert asset.structured_content["filename"] == sound.name

    async def say(self, text: str) -> str:
        edited = (await self._call("edit_video", session_id=self.sid, message=text)).structured_content
        seen = await self._call("preview_frame", session_id=self.sid, at_ms=1000, width=320)
        assert any(isinstance(block, ImageContent) for block in seen.content)
        return edited["text"]

    async def titles(self) -> list[str]:
        read = (await self._call("get_timeline", session_id=self.sid)).structured_content
        segments = [one for track in read["draft"]["t"] for one in track["sg"]]
        names = [str((one.get("m") or {}).get("name")) for one in segments if one.get("src")]
        return [one["txt"] for one in segments if "txt" in one] + names

    async def export(self, video: Path) -> None:
        job = (await self._call("render_video", session_id=self.sid)).structured_content["render_id"]
        for _ in range(WAITS):
            status = await self._call("get_render_status", render_id=job, wait_s=60)
            if status.structured_content["status"] not in ("pending", "processing"):
                break
        assert status.structured_content["status"] == "completed", status
        (link,) = [block for block in status.content if isinstance(block, ResourceLink)]
        if link.uri.startswith("file:"):
            shutil.copyfile(urlsplit(link.uri).path, video)
        else:
            async with httpx2.AsyncClient(timeout=60) as web:
                video.write_bytes((await web.get(link.uri)).content)
