"""A real server as a process on a free port, and clients that know nothing but the wire."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

ATTRIBUTION = {"X-Skill-Source": "video-a2e", "X-Skill-Version": "1.0.0", "X-Skill-Platform": "unknown"}
START_S = 60
STOP_S = 30

Json = dict[str, Any]


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


@dataclass
class Served:
    """A running server."""

    base: str
    data: Path
    log: Path
    process: subprocess.Popen[bytes]

    @property
    def port(self) -> int:
        return int(self.base.rpartition(":")[2])

    def client(self, **options: Any) -> httpx2.Client:
        return httpx2.Client(base_url=self.base, timeout=60, trust_env=False, **options)

    def log_text(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command of the operator on the same data folder."""
        words = [sys.executable, "-m", "wavereel", *arguments, "--data", str(self.data)]
        return subprocess.run(words, env=environment(), capture_output=True, text=True, timeout=60, check=False)


def environment(**settings: object) -> dict[str, str]:
    """What the server gets to see: nothing of the person's who runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("WAVEREEL_", "NEMO_"))}
    for name in ("WAVEREEL_CACHE_DIR", "WAVEREEL_NO_NATIVE"):
        if name in os.environ:
            kept[name] = os.environ[name]
    return kept | {name: str(value) for name, value in settings.items()}


@contextlib.contextmanager
def serving(folder: Path, *arguments: str, **settings: object) -> Iterator[Served]:
    """`wavereel serve` on a data folder, ready to answer; ended with SIGTERM.

    Args:
        folder: Where its data and its log go.
        arguments: Flags of the command.
        settings: Environment variables.
    """
    data, log, port = folder / "data", folder / "server.log", free_port()
    folder.mkdir(parents=True, exist_ok=True)
    words = [sys.executable, "-m", "wavereel", "serve", "--port", str(port), "--data", str(data), *arguments]
    with log.open("ab") as out:
        seen = environment(**{"WAVEREEL_QUICK_CHILDREN": 1} | settings)
        process = subprocess.Popen(words, env=seen, stdout=out, stderr=out, stdin=subprocess.DEVNULL)
    served = Served(f"http://127.0.0.1:{port}", data, log, process)
    try:
        _await_health(served)
        yield served
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await_health(served: Served) -> None:
    deadline = time.monotonic() + START_S
    with served.client() as client:
        while time.monotonic() < deadline:
            assert served.process.poll() is None, f"the server ended: {served.log_text()[-2000:]}"
            with contextlib.suppress(httpx2.TransportError):
                if client.get("/health").status_code == 200:
                    return
            time.sleep(0.05)
    raise AssertionError(f"the server does not answer: {served.log_text()[-2000:]}")


@dataclass
class Wire:
    """A client of the protocol: paths, headers and JSON by hand."""

    http: httpx2.Client
    token: str = ""
    user: str = ""
    headers: dict[str, str] = field(default_factory=lambda: dict(ATTRIBUTION))

    def call(self, method: str, path: str, **options: Any) -> httpx2.Response:
        headers = self.headers | ({"Authorization": f"Bearer {self.token}"} if self.token else {})
        headers |= options.pop("headers", {})
        return self.http.request(method, path, headers=headers, **options)

    def get(self, path: str, **options: Any) -> httpx2.Response:
        return self.call("GET", path, **options)

    def post(self, path: str, body: object = None, **options: Any) -> httpx2.Response:
        if body is not None:
            options["json"] = body
        return self.call("POST", path, **options)

    def session(self, **body: object) -> str:
        """The id of a new session."""
        answer = self.post("/api/tasks/me/with-session/nemo_agent", body)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]["session_id"]

    def upload(self, session: str, *files: tuple[str, bytes], part: str = "files") -> httpx2.Response:
        parts = [(part, (name, content, "application/octet-stream")) for name, content in files]
        return self.post(f"/api/upload-video/nemo_agent/me/{session}", files=parts)

    def state(self, session: str) -> Json:
        answer = self.get(f"/api/state/nemo_agent/me/{session}/latest")
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    def say(self, session: str, text: str, **more: object) -> httpx2.Response:
        """A chat message, read to the end of its stream."""
        body = {"app_name": "nemo_agent", "session_id": session, "new_message": {"parts": [{"text": text}]}} | more
        return self.post("/run_sse", body, headers={"Accept": "text/event-stream"})

    def submit(self, session: str, draft: Json, *, job: str | None = None, **more: object) -> httpx2.Response:
        body = {"id": job or job_id(), "sessionId": session, "draft": draft, "output": TINY_OUTPUT} | more
        return self.post("/api/render/proxy/lambda", body)

    def ended(self, job: str, *, within_s: float = 90) -> Json:
        """The last poll of a job."""
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            answer = self.get(f"/api/render/proxy/lambda/{job}")
            assert answer.status_code == 200, answer.text
            if answer.json()["status"] in ("completed", "failed"):
                return answer.json()
            time.sleep(0.1)
        raise AssertionError(f"{job} does not end: {answer.text}")


TINY_OUTPUT = {"format": "mp4", "quality": "low"}


def job_id() -> str:
    return f"render_{uuid.uuid4().hex[:12]}"


def tiny_draft(text: str = "Hello", ms: int = 500) -> Json:
    """A draft that is rendered in a moment: a colour and a word."""
    return {
        "d": ms,
        "m": {"width": 320, "height": 180, "fps": 10},
        "t": [
            {"tt": 0, "sg": [{"d": ms, "g": {"k": "color", "c": "#101820"}}]},
            {"tt": 7, "sg": [{"d": ms, "txt": text}]},
        ],
    }


def anonymous(http: httpx2.Client) -> Wire:
    """A user who has just come."""
    wire = Wire(http)
    answer = wire.post("/api/auth/anonymous-token", headers={"X-Client-Id": str(uuid.uuid4())})
    assert answer.status_code == 200, answer.text
    data = answer.json()["data"]
    wire.token, wire.user = data["token"], data["user_id"]
    return wire


def events_of(answer: httpx2.Response) -> list[Json]:
    """The events of a stream that ended."""
    assert answer.status_code == 200, answer.text
    lines = answer.text.split("\n")
    return [json.loads(line[len("data:") :]) for line in lines if line.startswith("data:") and line[5:].strip()]


def text_of(events: list[Json]) -> str:
    """What the user gets to read."""
    parts = [part for event in events for part in event.get("content", {}).get("parts", [])]
    return "\n".join(part["text"] for part in parts if "text" in part)
