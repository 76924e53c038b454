"""MCP over HTTP: who is let in, and what the wire carries, in both generations of the protocol."""

import asyncio
import threading
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from anyio import create_task_group, fail_after, sleep, to_thread
from mcp.client.streamable_http import streamable_http_client
from tests.mcp.fakes import SID, FakeBackend

from mcp import Client
from wavereel.errors import OverloadedError
from wavereel.mcp import endpoint
from wavereel.mcp.calls import Lane
from wavereel.mcp.endpoint import secret_of
from wavereel.server.mcp_mount import McpMount

URL = "http://127.0.0.1:8080/mcp"
JSON_BOTH = {"content-type": "application/json", "accept": "application/json, text/event-stream"}


@asynccontextmanager
async def http(app: Any, token: str | None = "good", **headers: str) -> AsyncGenerator[httpx2.AsyncClient]:
    sent = {key.replace("_", "-"): value for key, value in headers.items()}
    if token is not None:
        sent["authorization"] = f"Bearer {token}"
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), headers=sent, timeout=20) as client:
        yield client


@asynccontextmanager
async def running() -> AsyncGenerator[tuple[FakeBackend, Any]]:
    backend = FakeBackend()
    app = McpMount(backend)  # type: ignore[arg-type]
    async with app.running():
        yield backend, app


@pytest.mark.promise("MCP-TRANSPORTS")
@pytest.mark.parametrize(("mode", "version"), [("legacy", "2025-11-25"), ("2026-07-28", "2026-07-28")])
def test_the_sdks_client_works_over_http(mode: Any, version: str):
    async def play() -> Any:
        async with running() as (backend, app), http(app) as web:
            transport = streamable_http_client(URL, http_client=web)
            async with Client(transport, mode=mode) as client:
                tools = {tool.name for tool in (await client.list_tools()).tools}
                said = await client.call_tool("edit_video", {"session_id": SID, "message": "add captions"})
                return client.protocol_version, tools, said.structured_content, backend.calls

    found, tools, facts, calls = asyncio.run(play())
    assert found == version
    assert len(tools) == 12
    assert facts["text"] == "Added captions."
    assert calls == [("say", "user_1", "add captions")]


@pytest.mark.parametrize(("headers", "allowed"), [({}, False), ({
    "x_skill_source": "video-a2e", "x_skill_version": "1.0.0", "x_skill_platform": "unknown"}, True)])  # fmt: skip
def test_attributed_traffic_may_export(headers: dict[str, str], allowed: bool):
    async def play() -> Any:
        async with (
            running() as (_, app),
            http(app, "anon", **headers) as web,
            Client(streamable_http_client(URL, http_client=web), mode="2026-07-28") as client,
        ):
            tools = {tool.name for tool in (await client.list_tools()).tools}
            return tools, await client.call_tool("render_video", {"session_id": SID})

    tools, result = asyncio.run(play())
    assert ("render_video" in tools) is allowed
    assert result.is_error is not allowed
    if not allowed:
        assert result.structured_content["code"] == 402


@pytest.mark.promise("MCP-TRANSPORTS")
@pytest.mark.parametrize("token", [None, "", "bad"])
def test_without_a_good_token_nobody_is_let_in(token: str | None):
    async def play() -> httpx2.Response:
        async with running() as (_, app), http(app, token) as web:
            return await web.post(URL, json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"}, headers=JSON_BOTH)

    answer = asyncio.run(play())
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["error"]["data"] == {"code": 1001}
    assert answer.json()["id"] is None


def test_a_session_belongs_to_the_token_that_opened_it():
    hello = {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    }

    async def play() -> tuple[int, int]:
        async with running() as (_, app), http(app) as mine, http(app, "anon") as other:
            message = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello}
            opened = await mine.post(URL, json=message, headers=JSON_BOTH)
            ours = JSON_BOTH | {"mcp-session-id": opened.headers["mcp-session-id"]}
            ping = {"jsonrpc": "2.0", "id": 2, "method": "ping"}
            return (await mine.post(URL, json=ping, headers=ours)).status_code, (
                await other.post(URL, json=ping, headers=ours)
            ).status_code

    assert asyncio.run(play()) == (200, 404)


def test_a_body_may_be_as_large_as_a_draft_and_no_larger(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(endpoint, "MAX_BODY_BYTES", 1000)

    async def play() -> int:
        async with running() as (_, app), http(app) as web:
            return (await web.post(URL, content=b" " * 1001, headers=JSON_BOTH)).status_code

    assert asyncio.run(play()) == 413


def test_bodies_take_only_so_much_room_together(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(endpoint, "MAX_HELD_BYTES", 1000)

    async def play() -> Any:
        message = {"jsonrpc": "2.0", "id": 1, "method": "ping", "params": {"_meta": {"x": "y" * 700}}}
        async with running() as (_, app), http(app) as web:
            large = await web.post(URL, content=b" " * 1001, headers=JSON_BOTH)
            small = [await web.post(URL, json=message, headers=JSON_BOTH) for _ in range(2)]
            return [answer.status_code for answer in (large, *small)]

    refused, *taken = asyncio.run(play())
    assert refused == 503
    assert 503 not in taken


def test_old_clients_are_served_without_structure():
    async def play() -> Any:
        async with running() as (_, app), http(app) as web:
            hello = {"protocolVersion": "2024-11-05", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
            message = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello}
            opened = await web.post(URL, json=message, headers=JSON_BOTH)
            ours = JSON_BOTH | {"mcp-session-id": opened.headers["mcp-session-id"]}
            await web.post(URL, json={"jsonrpc": "2.0", "method": "notifications/initialized"}, headers=ours)
            call = {"name": "make_coffee", "arguments": {}}
            message = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": call}
            return opened.text, (await web.post(URL, json=message, headers=ours)).text

    opened, answer = asyncio.run(play())
    assert '"protocolVersion":"2024-11-05"' in opened
    assert '"isError":true' in answer
    assert "structuredContent" not in answer


def test_a_mount_whose_endpoint_cannot_start_leaves_the_server_alone(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("wavereel.server.mcp_mount.ENDPOINT", "wavereel.mcp.endpoint:Nothing")

    async def play() -> None:
        async with running() as (_, app), http(app) as web:
            with pytest.raises(RuntimeError, match="has stopped"):
                await web.post(URL, json={}, headers=JSON_BOTH)

    asyncio.run(play())


@pytest.mark.parametrize(
    ("header", "secret"),
    [
        ("Bearer abc", "abc"),
        ("bearer  abc ", "abc"),
        ("Basic eDphYmM=", "abc"),
        ("Basic !!!", ""),
        ("Basic /w==", ""),
        ("Digest abc", ""),
        ("", ""),
    ],
)
def test_where_the_token_stands(header: str, secret: str):
    assert secret_of(header) == secret


def test_threads_that_nobody_waits_for_are_not_piled_up():
    gate, begun = threading.Event(), threading.Semaphore(0)

    def held() -> None:
        begun.release()
        gate.wait(20)

    async def play() -> None:
        lane = Lane(1)
        for _ in range(2):
            async with create_task_group() as group:
                group.start_soon(lane.run, held)
                await to_thread.run_sync(begun.acquire)
                group.cancel_scope.cancel()
        with pytest.raises(OverloadedError):
            await lane.run(held)
        gate.set()
        with fail_after(20):
            while True:
                try:
                    return await lane.run(lambda: None)
                except OverloadedError:
                    await sleep(0.01)

    asyncio.run(play())
