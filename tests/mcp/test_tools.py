"""The tools, called by the official SDK's client over both generations of the protocol."""

import asyncio
import base64
from pathlib import Path
from typing import Any

import pytest
from mcp.types import CallToolResult, ImageContent, ResourceLink, TextContent
from tests.mcp.fakes import ANONYMOUS, DRAFT, SID, FakeBackend, client_of, server_over
from tests.server.scripted import ScriptedRun

from wavereel.errors import NoCreditsError, UnreadableError
from wavereel.mcp import editing_tools, render_tools
from wavereel.mcp.tools import MANNERS
from wavereel.service.backend.caller import Attribution, Caller

TOOLS = {
    "create_session", "upload_asset", "edit_video", "get_timeline", "save_draft", "preview_frame", "render_video",
    "get_render_status", "cancel_render", "get_credits", "list_sessions", "list_renders",
}  # fmt: skip
READ_ONLY = {"get_timeline", "preview_frame", "get_render_status", "get_credits", "list_sessions", "list_renders"}


@pytest.fixture
def backend() -> FakeBackend:
    return FakeBackend()


def call(
    backend: FakeBackend, name: str, arguments: dict[str, Any], *, mode: str = "auto", **surface: Any
) -> CallToolResult:
    async def play() -> Any:
        async with client_of(server_over(backend, **surface), mode) as client:
            return await client.call_tool(name, arguments)

    return asyncio.run(play())


def text_of(result: CallToolResult) -> str:
    return "\n".join(block.text for block in result.content if isinstance(block, TextContent))


@pytest.mark.promise("MCP-ANNOTATIONS")
@pytest.mark.parametrize("mode", ["legacy", "2026-07-28"])
def test_all_tools_are_listed_with_what_they_do(backend: FakeBackend, mode: str):
    async def play() -> Any:
        async with client_of(server_over(backend), mode) as client:
            return client.protocol_version, (await client.list_tools()).tools

    version, tools = asyncio.run(play())
    assert version == {"legacy": "2025-11-25", "2026-07-28": "2026-07-28"}[mode]
    assert {tool.name for tool in tools} == TOOLS
    notes = {tool.name: tool.annotations for tool in tools}
    assert {name for name, note in notes.items() if note.read_only_hint} == READ_ONLY
    assert {name for name, note in notes.items() if note.destructive_hint} == {"cancel_render"}
    assert {name for name, note in notes.items() if note.idempotent_hint} == {"save_draft"}
    assert {name for name, note in notes.items() if note.open_world_hint} == {"upload_asset"}
    assert all(tool.description and tool.output_schema for tool in tools)


@pytest.mark.promise("MCP-CREATE-SESSION", "MCP-EDIT-VIDEO")
@pytest.mark.parametrize("mode", ["legacy", "2026-07-28"])
def test_a_session_is_made_and_a_message_edits_it(backend: FakeBackend, mode: str):
    made = call(backend, "create_session", {"language": "de", "title": "Folge 12"}, mode=mode)
    assert made.structured_content["session_id"] == SID
    assert made.structured_content["task_id"] == "task_1"
    assert backend.calls == [("create", "local", {"task_name": "Folge 12", "language": "de"})]
    edited = call(backend, "edit_video", {"session_id": SID, "message": "add captions"}, mode=mode)
    assert edited.is_error is False
    assert edited.structured_content["text"] == "Added captions."
    assert edited.structured_content["changes"] == [{"op": "add_captions"}]
    assert edited.structured_content["draft_rev"] == 4
    assert edited.structured_content["timeline"].startswith("Timeline (1 tracks)")
    assert text_of(edited).startswith("Added captions.\nTimeline")


def test_a_failed_message_is_an_error_with_its_code(backend: FakeBackend):
    backend.said |= {"text": "I could not hear this file.", "error": {"code": 4001, "message": "no audio stream"}}
    result = call(backend, "edit_video", {"session_id": SID, "message": "add captions"})
    assert result.is_error
    assert result.structured_content["code"] == 4001
    assert "could not hear" in text_of(result)


def test_an_export_asked_for_in_words_is_named_as_the_resource_that_it_will_be(backend: FakeBackend):
    link = "http://127.0.0.1:8080/api/render/proxy/r1/download"
    text = f"The export is queued as r1. When it is done, the MP4 is at {link}"
    backend.said |= {"text": text, "action": "export", "render_id": "r1", "status": "pending", "link": link}
    result = call(backend, "edit_video", {"session_id": SID, "message": "export"})
    assert result.structured_content["action"] == "export"
    assert result.structured_content["render_id"] == "r1"
    assert "wavereel://render/r1" in text_of(result)
    assert "http" not in str(result.structured_content)


def test_a_message_that_takes_long_shows_life(backend: FakeBackend, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(editing_tools, "PROGRESS_S", 0.01)
    backend.run = ScriptedRun()
    heard: list[float] = []

    async def play() -> CallToolResult:
        async def progress(value: float, total: float | None, message: str | None) -> None:
            heard.append(value)
            await asyncio.to_thread(backend.run.tell, ended=True)

        async with client_of(server_over(backend), "legacy") as client:
            return await client.call_tool(
                "edit_video", {"session_id": SID, "message": "add captions"}, progress_callback=progress
            )

    assert asyncio.run(play()).is_error is False
    assert heard[0] == 1
    assert backend.run.watchers == []


@pytest.mark.promise("MCP-UPLOAD-ASSET")
@pytest.mark.parametrize("source", ["path", "base64"])
def test_a_file_is_sent(backend: FakeBackend, tmp_path: Path, source: str):
    content = bytes(range(200))
    path = tmp_path / "talk.mp3"
    path.write_bytes(content)
    given = (
        {"path": str(path)} if source == "path" else {"base64": base64.b64encode(content).decode(), "name": "talk.mp3"}
    )
    result = call(backend, "upload_asset", {"session_id": SID, **given})
    assert result.structured_content["file_id"] == "f_1"
    assert result.structured_content["filename"] == "talk.mp3"
    (receiver,) = backend.receivers
    assert (receiver.content, receiver.declared, receiver.state) == (content, 200, "finished")


@pytest.mark.promise("MCP-UPLOAD-ASSET")
def test_an_address_is_fetched(backend: FakeBackend):
    result = call(backend, "upload_asset", {"session_id": SID, "url": "https://example.org/talk.mp3"})
    assert result.structured_content["filename"] == "talk.mp3"
    assert backend.calls == [("fetch", ["https://example.org/talk.mp3"])]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({}, 4220),
        ({"url": "https://example.org/a.mp3", "path": "/a.mp3"}, 4220),
        ({"base64": "AAAA"}, 4220),
        ({"base64": "no base64!", "name": "a.mp3"}, 4220),
        ({"base64": "A" * 2000, "name": "a.mp3"}, 4002),
        ({"path": "/nowhere/a.mp3"}, 4001),
        ({"path": "/dev/zero"}, 4001),
        ({"path": "/"}, 4001),
        ({"path": "a\0.mp3"}, 4001),
    ],
)
def test_what_is_no_file_is_refused(backend: FakeBackend, arguments: dict[str, Any], code: int):
    result = call(backend, "upload_asset", {"session_id": SID, **arguments})
    assert result.is_error
    assert result.structured_content["code"] == code
    assert backend.receivers == []


@pytest.mark.promise("MCP-PATHS-STDIO-ONLY")
def test_over_http_no_file_of_the_server_is_read(backend: FakeBackend, tmp_path: Path):
    path = tmp_path / "secret.mp3"
    path.write_bytes(b"secret")
    result = call(backend, "upload_asset", {"session_id": SID, "path": str(path)}, local=False)
    assert result.is_error
    assert result.structured_content["code"] == 4220
    assert backend.receivers == []


@pytest.mark.promise("MCP-GET-TIMELINE", "MCP-SAVE-DRAFT")
def test_the_timeline_is_read_and_saved_on_its_revision(backend: FakeBackend):
    read = call(backend, "get_timeline", {"session_id": SID})
    assert read.structured_content["draft"] == DRAFT
    assert read.structured_content["rev"] == 4
    assert text_of(read) == read.structured_content["summary"]
    links = [block for block in read.content if isinstance(block, ResourceLink)]
    assert [link.uri for link in links] == [f"wavereel://session/{SID}/draft.json"]
    saved = call(backend, "save_draft", {"session_id": SID, "draft": DRAFT, "base_rev": 4})
    assert saved.structured_content == {"rev": 5}


@pytest.mark.promise("MCP-SAVE-DRAFT")
def test_a_conflict_carries_the_draft_that_is_there(backend: FakeBackend):
    result = call(backend, "save_draft", {"session_id": SID, "draft": DRAFT, "base_rev": 3})
    assert result.is_error
    assert result.structured_content["code"] == 4120
    assert result.structured_content["data"] == {"draft": DRAFT, "rev": 4}


@pytest.mark.promise("MCP-PREVIEW-FRAME")
@pytest.mark.parametrize(("given", "width"), [({}, 960), ({"width": 320}, 320)])
def test_a_moment_is_a_picture(backend: FakeBackend, given: dict[str, int], width: int):
    result = call(backend, "preview_frame", {"session_id": SID, "at_ms": 1500, **given})
    (picture,) = [block for block in result.content if isinstance(block, ImageContent)]
    assert picture.mime_type == "image/png"
    assert base64.b64decode(picture.data).startswith(b"\x89PNG")
    assert result.structured_content == {"at_ms": 1500, "width": width, "height": 3}
    assert backend.calls == [("frame", 1500, width)]


def done(size: int = 15_728_640) -> dict[str, Any]:
    output = {"url": "http://127.0.0.1:8080/files/r/r1.mp4?exp=1&sig=2", "duration": 120.03, "size": size}
    data = {"id": "r1", "status": "completed", "warnings": ["scaled down"]}
    return {"id": "r1", "status": "completed", "progress": 100, "output": output, "data": data}


@pytest.mark.promise("MCP-RENDER-VIDEO")
def test_an_export_is_queued_with_the_present_draft(backend: FakeBackend):
    result = call(backend, "render_video", {"session_id": SID, "output": {"quality": "low"}})
    assert result.structured_content["status"] == "pending"
    ((_, body),) = backend.calls
    assert body["id"] == result.structured_content["render_id"]
    assert body["draft"] == DRAFT
    assert body["output"] == {"quality": "low"}


@pytest.mark.promise("MCP-RENDER-STATUS")
def test_a_finished_export_comes_with_a_link(backend: FakeBackend):
    backend.statuses = [done()]
    result = call(backend, "get_render_status", {"render_id": "r1"}, local=False)
    (link,) = [block for block in result.content if isinstance(block, ResourceLink)]
    assert link.uri == "http://127.0.0.1:8080/files/r/r1.mp4?exp=1&sig=2"
    assert link.mime_type == "video/mp4"
    assert link.size == 15_728_640
    assert text_of(result) == "The export is done: 120.0 s, 15.7 MB."
    assert result.structured_content["progress"] == 100
    assert result.structured_content["warnings"] == ["scaled down"]


def test_on_this_machine_the_link_is_the_file(backend: FakeBackend, tmp_path: Path):
    backend.core.video = tmp_path / "r1.mp4"
    backend.core.video.write_bytes(b"video")
    backend.statuses = [done()]
    result = call(backend, "get_render_status", {"render_id": "r1"})
    assert result.structured_content["output"]["url"] == backend.core.video.as_uri()


@pytest.mark.promise("MCP-RENDER-STATUS")
def test_waiting_reports_progress_and_ends_with_the_export(backend: FakeBackend, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(render_tools, "POLL_S", 0.001)
    backend.statuses = [
        {"id": "r1", "status": "pending", "progress": 0},
        {"id": "r1", "status": "processing", "progress": 41},
        {"id": "r1", "status": "processing", "progress": 41},
        done(),
    ]
    heard: list[tuple[float, float | None]] = []

    async def play() -> CallToolResult:
        async def progress(value: float, total: float | None, message: str | None) -> None:
            heard.append((value, total))

        async with client_of(server_over(backend, local=False), "legacy") as client:
            return await client.call_tool(
                "get_render_status", {"render_id": "r1", "wait_s": 60}, progress_callback=progress
            )

    assert asyncio.run(play()).structured_content["status"] == "completed"
    assert heard == [(0, 100), (41, 100)]


@pytest.mark.promise("MCP-WAIT-LIMIT")
def test_waiting_ends_when_its_time_is_over(backend: FakeBackend, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(render_tools, "POLL_S", 0.001)
    backend.statuses = [{"id": "r1", "status": "processing", "progress": 41}]
    result = call(backend, "get_render_status", {"render_id": "r1", "wait_s": 0.02})
    assert result.structured_content == {"render_id": "r1", "status": "processing", "progress": 41}
    assert text_of(result) == "The export is processing, 41 % done."


@pytest.mark.promise("MCP-CANCEL-RENDER", "MCP-LISTS")
def test_exports_are_stopped_and_listed(backend: FakeBackend):
    stopped = call(backend, "cancel_render", {"render_id": "r1"})
    assert stopped.is_error is False
    assert stopped.structured_content["error"] == "cancelled"
    listed = call(backend, "list_renders", {"session_id": SID})
    assert [one["id"] for one in listed.structured_content["renders"]] == ["r2", "r1"]
    sessions = call(backend, "list_sessions", {})
    assert [one["session_id"] for one in sessions.structured_content["sessions"]] == [SID]


@pytest.mark.promise("MCP-ERRORS", "MCP-WAIT-LIMIT")
@pytest.mark.parametrize("mode", ["legacy", "2026-07-28"])
@pytest.mark.parametrize(
    ("name", "arguments", "code"),
    [
        ("get_timeline", {"session_id": "1"}, 1002),
        ("edit_video", {"session_id": "1", "message": "x"}, 1002),
        ("get_render_status", {"render_id": "r9"}, 4040),
        ("get_render_status", {"render_id": "r9", "wait_s": 61}, 4220),
        ("edit_video", {"session_id": SID}, 4220),
        ("preview_frame", {"session_id": SID, "at_ms": "soon"}, 4220),
        ("make_coffee", {}, 4040),
    ],
)
def test_errors_are_results_with_their_code(backend: FakeBackend, mode: str, name: str, arguments: Any, code: int):
    result = call(backend, name, arguments, mode=mode)
    assert result.is_error
    assert result.structured_content["code"] == code
    assert result.structured_content["message"]
    assert "pydantic" not in text_of(result)
    assert "\n" not in text_of(result)


def test_bad_arguments_are_told_in_a_line(backend: FakeBackend):
    result = call(backend, "preview_frame", {"session_id": "x" * 200, "at_ms": "soon"})
    assert text_of(result).startswith("session_id: String should have at most 128 characters; at_ms: Input should be")


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_is_no_number_in_json_is_none_here(number: float):
    with pytest.raises(UnreadableError):
        render_tools.finite({"a": [{"fps": number}]})


def test_what_may_be_left_out_may_be_null(backend: FakeBackend):
    backend.statuses = [{"id": "r1", "status": "pending", "progress": 0}]
    assert call(backend, "get_render_status", {"render_id": "r1", "wait_s": None}).is_error is False
    assert call(backend, "create_session", {"language": None, "title": None}).is_error is False
    assert backend.calls == [("create", "local", {})]


@pytest.mark.promise("MCP-ERRORS")
def test_a_fault_of_ours_tells_nothing_of_this_machine(backend: FakeBackend, monkeypatch: pytest.MonkeyPatch):
    def broken(*_: Any) -> Any:
        raise OSError("/srv/secret/wavereel.db is locked")

    monkeypatch.setattr(backend, "summary", broken)
    result = call(backend, "get_timeline", {"session_id": SID})
    assert result.is_error
    assert result.structured_content["code"] == 5000
    assert "secret" not in str(result)


def test_what_belongs_to_an_error_comes_along(backend: FakeBackend, monkeypatch: pytest.MonkeyPatch):
    def poor(*_: Any, **__: Any) -> Any:
        raise NoCreditsError("Insufficient credits", data={"available": 0, "required": 2}, retry_after_s=9)

    monkeypatch.setattr(backend, "start", poor)
    facts = call(backend, "edit_video", {"session_id": SID, "message": "x"}).structured_content
    assert (facts["code"], facts["data"]["required"], facts["retry_after_s"]) == (2001, 2, 9)


@pytest.mark.parametrize(
    ("scopes", "attribution", "missing"),
    [
        ({"read"}, Attribution(), TOOLS - READ_ONLY),
        (ANONYMOUS, Attribution(), {"render_video"}),
        (ANONYMOUS, Attribution("video-a2e", "1.0.0", "unknown"), set()),
        ({"*"}, Attribution(), set()),
    ],
)
def test_a_token_sees_the_tools_that_it_allows(
    backend: FakeBackend, scopes: set[str], attribution: Attribution, missing: set[str]
):
    caller = Caller("user_1", "named", frozenset(scopes), "t", attribution)

    async def play() -> set[str]:
        async with client_of(server_over(backend, caller)) as client:
            return {tool.name for tool in (await client.list_tools()).tools}

    assert asyncio.run(play()) == TOOLS - missing


def test_a_tool_that_a_token_does_not_allow_is_refused(backend: FakeBackend):
    reader = Caller("user_1", "named", frozenset({"read"}), "t")
    assert (
        call(backend, "edit_video", {"session_id": SID, "message": "x"}, caller=reader).structured_content["code"]
        == 1003
    )
    result = call(backend, "render_video", {"session_id": SID}, caller=reader)
    assert result.structured_content["code"] == 402
    assert backend.calls == []


@pytest.mark.promise("MCP-GET-CREDITS", "MCP-STDIO-USER")
@pytest.mark.parametrize(
    ("local", "said"), [(True, "Nothing costs"), (False, "96 credits are left, and 2 are held back")]
)
def test_the_balance_is_told(backend: FakeBackend, monkeypatch: pytest.MonkeyPatch, local: bool, said: str):
    balance = {"available": 96, "frozen": 2, "total": 98}
    monkeypatch.setattr(backend, "balance", lambda _: balance, raising=False)
    result = call(backend, "get_credits", {}, local=local)
    assert result.structured_content == balance
    assert text_of(result).startswith(said)


def test_the_page_of_the_manual_lists_the_tools_as_they_are(backend: FakeBackend):
    page = (Path(__file__).parents[2] / "docs" / "mcp.md").read_text(encoding="utf-8")
    rows = {row[0].strip("`"): row for row in (
        [cell.strip() for cell in line.strip("| ").split(" |")] for line in page.splitlines() if line.startswith("| `"))
    }  # fmt: skip
    assert rows.keys() == MANNERS.keys()
    for name, manner in MANNERS.items():
        assert rows[name][3] == manner.scope
        said = {"read only": manner.reads, "destructive": manner.destroys, "idempotent": manner.idempotent}
        said["open world"] = manner.open_world
        assert [word for word, true in said.items() if true] == [word for word in rows[name][4:] if word]
