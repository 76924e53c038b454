"""Resources and the prompt."""

import asyncio
import base64
import json
from pathlib import Path
from typing import Any

import pytest
from mcp.shared.exceptions import MCPError
from tests.mcp.fakes import DRAFT, SID, FakeBackend, client_of, server_over

from wavereel.mcp import resources
from wavereel.service.backend.caller import Caller


def read(backend: FakeBackend, uri: str, *, mode: str = "auto", **surface: Any) -> Any:
    async def play() -> Any:
        async with client_of(server_over(backend, **surface), mode) as client:
            try:
                (content,) = (await client.read_resource(uri)).contents
            except MCPError as error:  # outside, it would be wrapped in a group
                return error
            return content

    return asyncio.run(play())


@pytest.mark.promise("MCP-RESOURCES")
@pytest.mark.parametrize("mode", ["legacy", "2026-07-28"])
def test_a_sessions_timeline_draft_and_captions_are_read(mode: str):
    backend = FakeBackend()
    base = f"wavereel://session/{SID}"
    assert read(backend, f"{base}/timeline", mode=mode).text.startswith("Timeline (1 tracks)")
    draft = read(backend, f"{base}/draft.json", mode=mode)
    assert (json.loads(draft.text), draft.mime_type) == (DRAFT, "application/json")
    captions = read(backend, f"{base}/captions.srt", mode=mode)
    assert "-->" in captions.text
    assert captions.mime_type == "application/x-subrip"


@pytest.mark.promise("MCP-RESOURCES")
def test_a_finished_video_is_bytes_or_where_it_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    backend = FakeBackend()
    backend.core.video = tmp_path / "r1.mp4"
    backend.core.video.write_bytes(b"video")
    assert base64.b64decode(read(backend, "wavereel://render/r1").blob) == b"video"
    monkeypatch.setattr(resources, "MAX_BLOB_BYTES", 4)
    assert read(backend, "wavereel://render/r1").text == backend.core.video.as_uri()
    backend.statuses = [{"id": "r1", "status": "completed", "output": {"url": "http://here/r1.mp4"}}]
    assert read(backend, "wavereel://render/r1", local=False).text == "http://here/r1.mp4"


@pytest.mark.parametrize(
    "uri", ["wavereel://session/1/timeline", "wavereel://session/1/draft.json", "wavereel://nothing/at/all"]
)
def test_what_is_not_there_is_said_to_be_missing(uri: str):
    assert read(FakeBackend(), uri).error.code == -32602


def test_a_token_that_may_not_read_reads_nothing():
    writer = Caller("u", "named", frozenset({"write"}))
    error = read(FakeBackend(), f"wavereel://session/{SID}/timeline", caller=writer)
    assert "scope read" in error.error.message


def test_templates_and_the_users_own_are_listed():
    async def play() -> Any:
        async with client_of(server_over(FakeBackend())) as client:
            templates = (await client.list_resource_templates()).resource_templates
            return [one.uri_template for one in templates], [
                one.uri for one in (await client.list_resources()).resources
            ]

    templates, found = asyncio.run(play())
    assert set(templates) == {
        "wavereel://session/{session_id}/timeline",
        "wavereel://session/{session_id}/draft.json",
        "wavereel://session/{session_id}/captions.srt",
        "wavereel://render/{render_id}",
    }
    assert found == [
        f"wavereel://session/{SID}/timeline",
        f"wavereel://session/{SID}/draft.json",
        "wavereel://render/r1",
    ]


@pytest.mark.promise("MCP-PROMPT")
def test_the_prompt_leads_from_a_recording_to_a_video():
    async def play() -> Any:
        async with client_of(server_over(FakeBackend())) as client:
            (listed,) = (await client.list_prompts()).prompts
            got = await client.get_prompt("audiogram", {"file": "/tmp/talk.mp3", "wish": "captions and bars"})
            return listed, got.messages[0].content.text

    listed, text = asyncio.run(play())
    assert listed.name == "audiogram"
    assert {one.name: one.required for one in listed.arguments} == {"file": True, "wish": False, "language": False}
    assert "/tmp/talk.mp3" in text
    assert "captions and bars" in text
