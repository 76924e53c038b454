"""MCP on the running server: the official client takes a recording to a video, with a token of the API."""

import asyncio
import base64
from pathlib import Path
from typing import Any

import httpx2
import pytest
from mcp.client.streamable_http import streamable_http_client
from mcp.types import ImageContent, ResourceLink
from tests.protocol.serving import Served, Wire

from mcp import Client
from wavereel.media.probe import probe

TOOLS = {
    *("create_session", "upload_asset", "edit_video", "get_timeline", "save_draft", "preview_frame", "render_video"),
    *("get_render_status", "cancel_render", "get_credits", "list_sessions", "list_renders"),
}


@pytest.mark.promise("MCP-TRANSPORTS", "MCP-EDIT-VIDEO", "MCP-RENDER-STATUS", "MCP-SAVE-DRAFT", "MCP-GET-TIMELINE")
@pytest.mark.promise("MCP-CREATE-SESSION", "MCP-UPLOAD-ASSET", "MCP-PREVIEW-FRAME", "MCP-LISTS", "MCP-ERRORS")
@pytest.mark.parametrize("mode", ["legacy", "2026-07-28"])
def test_from_a_recording_to_a_video(served: Served, wire: Wire, other: Wire, sound: bytes, tmp_path: Path, mode: Any):
    headers = wire.headers | {"Authorization": f"Bearer {wire.token}"}

    async def play() -> str:
        async with (
            httpx2.AsyncClient(headers=headers, timeout=90, trust_env=False) as http,
            Client(streamable_http_client(f"{served.base}/mcp", http_client=http), mode=mode) as client,
        ):
            assert {tool.name for tool in (await client.list_tools()).tools} == TOOLS

            async def call(tool: str, /, **given: Any) -> Any:
                result = await client.call_tool(tool, given)
                assert not result.is_error, result
                return result

            session = (await call("create_session", language="en", title="By MCP")).structured_content["session_id"]
            data = base64.b64encode(sound).decode()
            asset = await call("upload_asset", session_id=session, base64=data, name="talk.wav")
            assert asset.structured_content["duration"] == 2.0
            wish = "make a video from this recording without captions, 320x180, 10 fps"
            edited = (await call("edit_video", session_id=session, message=wish)).structured_content
            assert edited["draft_rev"] == 1
            assert edited["changes"]
            assert "Timeline (5 tracks)" in edited["timeline"]
            found = (await call("get_timeline", session_id=session)).structured_content
            assert found["rev"] == 1
            draft = found["draft"]
            draft["m"]["title"] = "Saved"
            saved = (await call("save_draft", session_id=session, draft=draft, base_rev=1)).structured_content
            assert saved["rev"] == 2
            again = (await call("save_draft", session_id=session, draft=draft, base_rev=1)).structured_content
            assert again["rev"] == 2
            draft["m"]["title"] = "Stale"
            stale = await client.call_tool("save_draft", {"session_id": session, "draft": draft, "base_rev": 1})
            assert stale.is_error
            assert stale.structured_content["code"] == 4120
            assert "draft" in str(stale.structured_content)
            seen = await call("preview_frame", session_id=session, at_ms=500)
            assert any(isinstance(block, ImageContent) for block in seen.content)
            job = (await call("render_video", session_id=session)).structured_content["render_id"]
            done = await call("get_render_status", render_id=job, wait_s=60)
            assert done.structured_content["status"] == "completed"
            listed = await call("list_renders")
            assert job in str(listed.structured_content)
            foreign = other.session()
            for session_id in (foreign, "1111111111111111111"):
                refused = await client.call_tool("get_timeline", {"session_id": session_id})
                assert refused.is_error
                assert refused.structured_content["code"] == 1002
            (link,) = [block for block in done.content if isinstance(block, ResourceLink)]
            return str(link.uri)

    link = asyncio.run(play())
    poll = wire.get(f"/api/render/proxy/lambda/{wire.get('/api/renders').json()['data']['renders'][0]['id']}").json()
    url = link if link.startswith("http") else poll["output"]["url"]
    (tmp_path / "v.mp4").write_bytes(httpx2.get(url, trust_env=False).content)
    (video,) = probe(tmp_path / "v.mp4").video
    assert (video.width, video.height, video.frames) == (320, 180, 20)


@pytest.mark.promise("MCP-TRANSPORTS")
@pytest.mark.parametrize("header", [None, "Bearer nmv_usr_no"])
def test_without_a_token(http: httpx2.Client, header: str | None):
    headers = {"Accept": "application/json, text/event-stream"} | ({} if header is None else {"Authorization": header})
    answer = http.post("/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"}, headers=headers)
    assert answer.status_code == 401
