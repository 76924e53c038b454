"""The three workflows on recorded speech, by clients that know nothing of this program: ADK's and MCP's."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2
import pytest
from mcp.client.streamable_http import streamable_http_client
from tests.compat.mcp_hand import McpHand
from tests.compat.run import VERSIONS, environment, own_environment, serving, token_of
from tests.compat.workflows import LENGTHS_MS, WORKFLOWS

from mcp import Client, StdioServerParameters
from wavereel.media.playback import play_all
from wavereel.media.probe import probe

ADK_HAND = Path(__file__).with_name("adk_hand.py")
RUN_S = 600


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory):
    """A server, its address and a token for everything."""
    data = tmp_path_factory.mktemp("served")
    with serving(data, {}) as base:
        yield base, token_of(data)


def check(made: list[Path], name: str) -> None:
    """The videos play to their ends, and are as long as their sounds."""
    assert len(made) == len(LENGTHS_MS[name])
    for video, length_ms in zip(made, LENGTHS_MS[name], strict=True):
        (track,) = probe(video).video
        assert abs(track.frames / 30 * 1000 - length_ms) < 100, (video, track)
        assert play_all(video) == track.frames


@pytest.mark.corpus
@pytest.mark.parametrize("name", WORKFLOWS)
@pytest.mark.parametrize("version", VERSIONS)
def test_by_the_stock_adk_client(served: tuple[str, str], corpus: Path, tmp_path: Path, version: str, name: str):
    command = [str(environment(version)), "-W", "ignore", str(ADK_HAND), *served, str(corpus), str(tmp_path), name]
    run = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=RUN_S)
    check([Path(path) for path in json.loads(run.stdout)], name)


@pytest.mark.corpus
@pytest.mark.parametrize("name", WORKFLOWS)
def test_by_mcp_on_stdio(corpus: Path, tmp_path: Path, name: str):
    arguments = ["-m", "wavereel", "mcp", "--data", str(tmp_path / "data")]
    kept = {key: value for key, value in os.environ.items() if key == "WAVEREEL_CACHE_DIR"}
    server = StdioServerParameters(command=sys.executable, args=arguments, env=own_environment() | kept)

    async def play() -> list[Path]:
        async with Client(server, read_timeout_seconds=RUN_S) as client:
            return await WORKFLOWS[name](McpHand(client, by_path=True), corpus, tmp_path)

    check(asyncio.run(play()), name)


@pytest.mark.corpus
@pytest.mark.parametrize("name", WORKFLOWS)
@pytest.mark.parametrize("mode", ["legacy", "2026-07-28"])
def test_by_mcp_over_http(served: tuple[str, str], corpus: Path, tmp_path: Path, mode: Any, name: str):
    base, token = served

    async def play() -> list[Path]:
        async with (
            httpx2.AsyncClient(headers={"Authorization": f"Bearer {token}"}, timeout=RUN_S) as web,
            Client(streamable_http_client(f"{base}/mcp", http_client=web), mode=mode) as client,
        ):
            return await WORKFLOWS[name](McpHand(client, by_path=False), corpus, tmp_path)

    check(asyncio.run(play()), name)
