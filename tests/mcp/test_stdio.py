"""`wavereel mcp` as a client starts it: a process of its own, from the first word to the last child."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from mcp.types import ImageContent, ResourceLink

from mcp import Client, StdioServerParameters
from wavereel.media.probe import probe
from wavereel.media.signals import speech_like, write_sound

COMMAND = [sys.executable, "-m", "wavereel", "mcp", "--workers", "1", "--data"]
DEADLINE_S = 20.0


def family(pid: int) -> set[int]:
    """A process and all below it."""
    found, waiting = set(), [pid]
    while waiting:
        one = waiting.pop()
        found.add(one)
        for children in Path(f"/proc/{one}/task").glob("*/children"):
            waiting += [int(word) for word in children.read_text().split()]
    return found


def alive(pids: set[int]) -> set[int]:
    def runs(pid: int) -> bool:
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except OSError:
            return False

    return {pid for pid in pids if runs(pid)}


def wait_until_gone(pids: set[int]) -> set[int]:
    until = time.monotonic() + DEADLINE_S
    while (left := alive(pids)) and time.monotonic() < until:
        threading.Event().wait(0.02)
    return left


def our_server(parent: int) -> int:
    (server,) = [pid for pid in family(parent) if b"wavereel\0mcp" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    return server


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="processes are found in /proc")
@pytest.mark.promise("MCP-TRANSPORTS", "MCP-STDIO-USER", "MCP-UPLOAD-ASSET")
def test_a_recording_becomes_a_video_and_nothing_is_left_running(tmp_path: Path):
    write_sound(tmp_path / "talk.wav", speech_like(48_000), codec="pcm_s16le")
    command, *arguments = [*COMMAND, str(tmp_path / "data")]
    server = StdioServerParameters(command=command, args=arguments, env=dict(os.environ))
    started: set[int] = set()

    async def play() -> dict[str, Any]:
        async with Client(server, read_timeout_seconds=60) as client:
            started.update(family(our_server(os.getpid())))

            async def call(name: str, **given: Any) -> Any:
                result = await client.call_tool(name, given)
                assert not result.is_error, result
                return result

            sid = (await call("create_session")).structured_content["session_id"]
            asset = await call("upload_asset", session_id=sid, path=str(tmp_path / "talk.wav"))
            assert asset.structured_content["duration"] == 1.0
            wish = "turn my podcast audio into a video with a waveform visual"
            edited = await call("edit_video", session_id=sid, message=wish)
            assert edited.structured_content["draft_rev"] == 1
            assert edited.structured_content["changes"]
            seen = await call("preview_frame", session_id=sid, at_ms=500, width=160)
            assert any(isinstance(block, ImageContent) for block in seen.content)
            job = await call("render_video", session_id=sid, output={"resolution": "320x180"})
            render_id = job.structured_content["render_id"]
            done = await call("get_render_status", render_id=render_id, wait_s=60)
            assert (await call("get_credits")).structured_content["frozen"] == 0
            (link,) = [block for block in done.content if isinstance(block, ResourceLink)]
            started.update(family(our_server(os.getpid())))
            return {"status": done.structured_content, "video": Path(urlsplit(link.uri).path)}

    made = asyncio.run(play())
    assert made["status"]["status"] == "completed"
    (video,) = probe(made["video"]).video
    assert (video.width, video.height, video.frames) == (320, 180, 30)
    assert len(started) >= 3
    assert wait_until_gone(started) == set()
    assert "standard input has ended" in (tmp_path / "data" / "logs" / "mcp.log").read_text()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="processes are found in /proc")
def test_a_signal_ends_it_although_its_input_is_open(tmp_path: Path):
    with subprocess.Popen([*COMMAND, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write(
            b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25",'
            b'"capabilities":{},"clientInfo":{"name":"test","version":"1"}}}\n'
        )
        server.stdin.flush()
        assert server.stdout.readline().startswith(b'{"jsonrpc":"2.0","id":1,"result"')
        started = family(server.pid)
        server.send_signal(signal.SIGTERM)
        assert server.wait(DEADLINE_S) == 130
        assert server.stdout.read() == b""
    assert wait_until_gone(started) == set()


def test_a_folder_that_cannot_be_written_is_said_in_one_line(tmp_path: Path):
    (tmp_path / "file").touch()
    command = [*COMMAND, str(tmp_path / "file" / "data")]
    run = subprocess.run(
        command, check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=DEADLINE_S
    )
    assert run.returncode == 5
    assert run.stdout == ""
    assert len(run.stderr.splitlines()) == 1
