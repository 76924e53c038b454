"""The backend under load, on one machine: many sessions beside renders, a very large upload, a long queue."""

from __future__ import annotations

import asyncio
import os
import random
import secrets
import socket
import statistics
import struct
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

WAVEREEL = [sys.executable, "-m", "wavereel"]
SKILL = {"X-Skill-Source": "bench", "X-Skill-Version": "1", "X-Skill-Platform": "unknown"}
WISHES = ("title 'Night {n}'", "make it vertical", "make it landscape", "background #{n:06x}", "add a progress bar")
ROOM = {"WAVEREEL_RENDERS_WAITING_PER_USER": "1000", "WAVEREEL_REQUESTS_PER_S": "0"}
"""One user of the bench queues more, and asks more often, than a server lets one user."""


@dataclass(frozen=True)
class Load:
    """How much is asked of the backend."""

    sessions: int = 200
    seconds: int = 30
    upload_bytes: int = 524_288_000
    queued: int = 1000
    users: int = 20


FULL = Load()
QUICK = Load(sessions=20, seconds=8, upload_bytes=50_000_000, queued=60, users=6)


def backend(folder: Path, load: Load) -> str:
    """The section of the report."""
    parts = [
        asyncio.run(_crowd(folder / "crowd", load)),
        _upload(folder / "upload", load),
        _queue(folder / "queue", load),
    ]
    return "\n\n".join(["## The backend on one machine", *parts])


@contextmanager
def serving(data: Path, *options: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A server of its own on a free port; its address and its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data.mkdir(parents=True, exist_ok=True)
    log = (data / "bench.log").open("wb")
    command = [*WAVEREEL, "serve", "--data", str(data), "--port", str(port), *options]
    environment = os.environ | ROOM
    process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=environment)
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            if process.poll() is not None:
                raise RuntimeError((data / "bench.log").read_text())
            try:
                if httpx2.get(f"{base}/health", timeout=1).status_code == 200:
                    break
            except httpx2.HTTPError:
                time.sleep(0.1)
        yield base, process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
        log.close()


@dataclass
class Times:
    """How long answers took, in ms, and what went wrong."""

    polls: list[float] = field(default_factory=list)
    chats: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)

    def row(self, name: str, values: list[float]) -> str:
        """A line of the table."""
        ordered = sorted(values) or [0.0]
        shares = [ordered[min(len(ordered) - 1, int(share * len(ordered)))] for share in (0.5, 0.95, 0.99, 1.0)]
        return " | ".join(["| " + name, str(len(values)), *(f"{value:.0f} ms" for value in shares)]) + " |"


async def _crowd(data: Path, load: Load) -> str:
    times = Times()
    with serving(data) as (base, _):
        limits = httpx2.Limits(max_connections=400, max_keepalive_connections=400)
        async with httpx2.AsyncClient(base_url=base, timeout=60, limits=limits) as http:
            renders = [await _long_render(http) for _ in range(2)]
            people = [await _person(http) for _ in range(load.sessions)]
            until = time.monotonic() + load.seconds
            await asyncio.gather(*(_use(http, one, until, times) for one in people))
            states = [
                (await http.get(f"/api/render/proxy/lambda/{name}", headers=head)).json()["status"]
                for head, name in renders
            ]
    lines = [
        f"{load.sessions} sessions, each with a message every 10 s or so and a poll every 3 s, for {load.seconds} s,",
        f"while two renders run (afterwards they were {' and '.join(states)}). Errors: {dict(times.errors) or 'none'}.",
        "",
        "| request | count | median | 95 % | 99 % | longest |",
        "| --- | --- | --- | --- | --- | --- |",
        times.row("polls of state, credits and renders", times.polls),
        times.row("messages, until their stream ends", times.chats),
    ]
    return "\n".join(lines)


async def _person(http: httpx2.AsyncClient) -> tuple[dict[str, str], str]:
    head = dict(SKILL)
    answer = await http.post("/api/auth/anonymous-token", headers=head | {"X-Client-Id": secrets.token_hex(16)})
    head["Authorization"] = f"Bearer {answer.json()['data']['token']}"
    answer = await http.post("/api/tasks/me/with-session/nemo_agent", headers=head, json={})
    return head, answer.json()["data"]["session_id"]


async def _long_render(http: httpx2.AsyncClient) -> tuple[dict[str, str], str]:
    head, session = await _person(http)
    draft = {
        "d": 600_000,
        "t": [
            {"tt": 0, "sg": [{"d": 600_000, "g": {"k": "color", "c": "#203040"}}]},
            {"tt": 7, "sg": [{"s": at, "d": 900, "txt": f"Line {at}"} for at in range(0, 599_000, 1000)]},
        ],
    }
    name = f"render_{secrets.token_hex(8)}"
    body = {"id": name, "sessionId": session, "draft": draft, "output": {"format": "mp4"}}
    answer = await http.post("/api/render/proxy/lambda", headers=head, json=body)
    answer.raise_for_status()
    return head, name


async def _use(http: httpx2.AsyncClient, person: tuple[dict[str, str], str], until: float, times: Times) -> None:
    head, session = person
    chance = random.Random(session)
    await asyncio.sleep(chance.uniform(0, 5))
    next_chat = time.monotonic()
    while time.monotonic() < until:
        if time.monotonic() >= next_chat:
            next_chat = time.monotonic() + chance.uniform(7, 13)
            text = chance.choice(WISHES).format(n=chance.randrange(1 << 24))
            await _timed(times.chats, times.errors, _chat(http, head, session, text))
        path = chance.choice((f"/api/state/nemo_agent/me/{session}/latest", "/api/credits/balance/simple"))
        await _timed(times.polls, times.errors, _get(http, path, head))
        await asyncio.sleep(chance.uniform(2, 4))


async def _timed(values: list[float], errors: Counter[str], work: AsyncIterator[str] | object) -> None:
    started = time.monotonic()
    try:
        await work  # type: ignore[misc]
    except Exception as error:  # noqa: BLE001 - counted, whatever it is
        errors[f"{type(error).__name__}: {error}"[:80]] += 1
    values.append((time.monotonic() - started) * 1000)


async def _get(http: httpx2.AsyncClient, path: str, head: dict[str, str]) -> None:
    (await http.get(path, headers=head)).raise_for_status()


async def _chat(http: httpx2.AsyncClient, head: dict[str, str], session: str, text: str) -> None:
    body = {
        "app_name": "nemo_agent",
        "user_id": "me",
        "session_id": session,
        "new_message": {"parts": [{"text": text}]},
    }
    async with http.stream("POST", "/run_sse", headers=head | {"Accept": "text/event-stream"}, json=body) as answer:
        answer.raise_for_status()
        seen = b"".join([chunk async for chunk in answer.aiter_bytes()])
    if b'"text"' not in seen:
        raise RuntimeError("a stream without text")


def _upload(data: Path, load: Load) -> str:
    sound = data / "long.wav"
    data.mkdir(parents=True, exist_ok=True)
    size = load.upload_bytes - 44
    header = (
        b"RIFF" + struct.pack("<I", size + 36) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 2, 48_000, 192_000, 4, 16)
    )
    with sound.open("wb") as file:
        file.write(header + b"data" + struct.pack("<I", size))
        file.truncate(load.upload_bytes)
    store = data / "store"
    with serving(store, "--workers", "0") as (base, process), httpx2.Client(base_url=base, timeout=300) as http:
        head = SKILL | {"X-Client-Id": secrets.token_hex(16)}
        head["Authorization"] = "Bearer " + http.post("/api/auth/anonymous-token", headers=head).json()["data"]["token"]
        session = http.post("/api/tasks/me/with-session/nemo_agent", headers=head, json={}).json()["data"]["session_id"]
        watch = _Watch(process.pid, store)
        watch.start()
        started = time.monotonic()
        with sound.open("rb") as file:
            path = f"/api/upload-video/nemo_agent/me/{session}"
            answer = http.post(path, headers=head, files={"files": ("long.wav", file, "audio/wav")})
        took = time.monotonic() - started
        watch.finish()
        answer.raise_for_status()
        listed = answer.json()["data"]["files"][0]
    return (
        f"An upload of {load.upload_bytes / 1e6:.0f} MB took {took:.1f} s. The server's process held at most"
        f" {watch.resident / 1e6:.0f} MB\n(before: {watch.before / 1e6:.0f} MB), and the data folder at most"
        f" {watch.disk / load.upload_bytes:.2f} times the file. It was listed as {listed['duration']:.0f} s of sound."
    )


class _Watch(threading.Thread):
    """The greatest resident memory of one process and the greatest size of a folder, sampled."""

    def __init__(self, pid: int, folder: Path) -> None:
        super().__init__(daemon=True)
        self._pid, self._folder, self._over = pid, folder, threading.Event()
        self.before = self.resident = self._resident()
        self.disk = 0

    def _resident(self) -> int:
        return int(Path(f"/proc/{self._pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def _size(self) -> int:
        total = 0
        for path in self._folder.rglob("*"):
            try:
                total += path.stat().st_size if path.is_file() else 0
            except OSError:
                continue
        return total

    def run(self) -> None:
        while not self._over.wait(0.1):
            self.resident = max(self.resident, self._resident())
            self.disk = max(self.disk, self._size())

    def finish(self) -> None:
        self._over.set()
        self.join()


def _queue(data: Path, load: Load) -> str:
    people: list[tuple[dict[str, str], str]] = []
    jobs: list[tuple[int, str]] = []
    few: list[float] = []
    many: list[float] = []
    with serving(data, "--workers", "0") as (base, _), httpx2.Client(base_url=base, timeout=60) as http:
        for _ in range(load.users):
            head = SKILL | {"X-Client-Id": secrets.token_hex(16)}
            answer = http.post("/api/auth/anonymous-token", headers=head)
            head["Authorization"] = "Bearer " + answer.json()["data"]["token"]
            answer = http.post("/api/tasks/me/with-session/nemo_agent", headers=head, json={})
            people.append((head, answer.json()["data"]["session_id"]))
        while len(jobs) < load.queued:  # the first user asks for everything at once, the others come after
            user = 0 if len(jobs) < load.queued // 2 else len(jobs) % load.users
            jobs.append((user, _short_render(http, people[user])))
            if len(jobs) in (20, load.queued):
                few, many = (
                    (_poll_times(http, people, jobs), many)
                    if len(jobs) == 20
                    else (few, _poll_times(http, people, jobs))
                )
    order = _order(data, people, jobs, load)
    return (
        f"{load.queued} queued renders: a poll takes {statistics.median(many):.1f} ms with all of them queued and"
        f" {statistics.median(few):.1f} ms with 20.\nHalf of the queue is one user's; the first {len(order)} to end"
        f" belong to {len(set(order))} of {load.users} users, {Counter(order).get(0, 0)} of them to that one."
    )


def _short_render(http: httpx2.Client, person: tuple[dict[str, str], str]) -> str:
    name = f"render_{secrets.token_hex(8)}"
    draft = {"d": 200, "m": {"width": 320, "height": 180}, "t": [{"tt": 7, "sg": [{"d": 200, "txt": name}]}]}
    body = {"id": name, "sessionId": person[1], "draft": draft}
    answer = http.post("/api/render/proxy/lambda", headers=person[0], json=body)
    answer.raise_for_status()
    return name


def _poll_times(
    http: httpx2.Client, people: list[tuple[dict[str, str], str]], jobs: list[tuple[int, str]]
) -> list[float]:
    found: list[float] = []
    for user, name in random.Random(1).sample(jobs, min(200, len(jobs))):
        started = time.monotonic()
        http.get(f"/api/render/proxy/lambda/{name}", headers=people[user][0]).raise_for_status()
        found.append((time.monotonic() - started) * 1000)
    return found


def _order(data: Path, people: list[tuple[dict[str, str], str]], jobs: list[tuple[int, str]], load: Load) -> list[int]:
    """Whose renders were done first, once there are workers."""
    wanted = 2 * load.users
    with serving(data) as (base, _), httpx2.Client(base_url=base, timeout=60) as http:

        def ended() -> list[tuple[int, int]]:
            found: list[tuple[int, int]] = []
            for user, name in jobs:
                answer = http.get(f"/api/render/proxy/lambda/{name}", headers=people[user][0]).json()["data"]
                if answer["status"] == "completed":
                    found.append((answer["completedAt"], user))
            return sorted(found)

        deadline = time.monotonic() + 180
        while time.monotonic() < deadline:
            if len(ended()) >= wanted:
                return [user for _, user in ended()[:wanted]]  # asked once more: the first were asked before they ended
            time.sleep(1)
    raise RuntimeError("the queue does not move")
