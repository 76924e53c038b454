"""A backend that answers at once, with what a test puts into it."""

from __future__ import annotations

import struct
import zlib
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

from mcp.server import MCPServer
from tests.server.scripted import ScriptedRun

from mcp import Client
from wavereel.errors import ChangedError, NotFoundError, NotLetInError, PlanError, SessionNotFoundError
from wavereel.mcp.assembly import build
from wavereel.mcp.calls import Surface
from wavereel.service.backend.caller import Attribution, Caller

SID = "5529798706024415232"
DRAFT = {"v": 1, "rev": 4, "d": 3000, "t": [{"tt": 7, "sg": [{"d": 3000, "txt": "Hello"}]}]}
ALL = frozenset({"*"})
ANONYMOUS = frozenset({"read", "write", "upload"})


class Draft(NamedTuple):
    draft: dict[str, Any]
    rev: int
    etag: str


class Receiver:
    def __init__(self, name: str, declared: int | None) -> None:
        self.name, self.declared, self.content, self.state = name, declared, b"", "open"

    def write(self, chunk: bytes) -> None:
        self.content += chunk

    def finish(self) -> None:
        self.state = "finished"

    def abort(self) -> None:
        self.state = "aborted"


class FakeBackend:
    """The parts that the tools call, each method writing down that it was called."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.receivers: list[Receiver] = []
        self.statuses: list[dict[str, Any]] = []
        self.callers = {
            "good": Caller("user_1", "named", ALL, "t1"),
            "anon": Caller("anon_2", "anonymous", ANONYMOUS, "t2"),
        }
        self.run = ScriptedRun(ended=True)
        self.said: dict[str, Any] = {
            "text": "Added captions.",
            "changes": [{"op": "add_captions"}],
            "questions": [],
            "refused": [],
            "action": None,
            "draft_rev": 4,
            "timeline": 'Timeline (1 tracks): 1. Text: "Hello" (0-3s)',
            "run_id": "e-1",
            "ended": True,
        }
        self.core = SimpleNamespace(settings=SimpleNamespace(max_upload_bytes=1000, no_credits=False))
        self.accounts = self.credits = self.sessions = self.uploads = self.drafts = self.chat = self.renders = self
        self.previews = self

    def _note(self, *call: Any) -> None:
        self.calls.append(call)

    def caller(self, secret: str, attribution: Attribution, *, any_user: bool = False) -> Caller:
        if secret not in self.callers:
            raise NotLetInError("The token is not valid")
        found = self.callers[secret]
        return Caller(found.user_id, found.kind, found.scopes, found.token_id, attribution, any_user)

    def _session(self, sid: str) -> None:
        if sid != SID:
            raise SessionNotFoundError(f"Session not found: {sid}")

    def create(self, caller: Caller, body: dict[str, Any]) -> dict[str, Any]:
        self._note("create", caller.user_id, body)
        return {"session_id": SID, "task_id": "task_1", "user_id": caller.user_id, **body}

    def listing(self, caller: Caller) -> list[dict[str, Any]]:
        if len(self.calls) and self.calls[-1][0] == "renders":
            return self.statuses
        return [{"session_id": SID, "task_id": "task_1", "task_name": "project", "id": "r1", "status": "completed"}]

    def begin(self, caller: Caller, sid: str, name: str, declared: int | None = None) -> Receiver:
        self._session(sid)
        self.receivers.append(Receiver(name, declared))
        return self.receivers[-1]

    def apply(self, caller: Caller, sid: str, receivers: list[Receiver]) -> dict[str, Any]:
        return {"files": [self._file(receivers[0].name)], "errors": [], "session_state_applied": True}

    def fetch(self, caller: Caller, sid: str, urls: list[str]) -> dict[str, Any]:
        self._session(sid)
        self._note("fetch", urls)
        return {"files": [self._file(urls[0].rpartition("/")[2])], "errors": [], "session_state_applied": True}

    def _file(self, name: str) -> dict[str, Any]:
        return {"file_id": "f_1", "filename": name, "file_type": "audio", "cdn_url": "http://x/f_1", "duration": 3.0}

    def start(self, caller: Caller, sid: str, text: str) -> ScriptedRun:
        self._session(sid)
        self._note("say", caller.user_id, text)
        return self.run

    def outcome(self, caller: Caller, run: ScriptedRun) -> dict[str, Any]:
        assert run.read()[1]
        return self.said

    def get(self, caller: Caller, sid: str) -> Draft:
        self._session(sid)
        return Draft(DRAFT, 4, '"rev-4"')

    def put(self, caller: Caller, sid: str, draft: object, *, base_rev: int) -> Draft:
        self._session(sid)
        if base_rev != 4:
            raise ChangedError("The draft was changed meanwhile", data={"draft": DRAFT, "rev": 4})
        return Draft(draft, 5, '"rev-5"')  # type: ignore[arg-type]

    def summary(self, caller: Caller, sid: str) -> dict[str, Any]:
        self._session(sid)
        return {"line": self.said["timeline"], "text": self.said["timeline"], "rev": 4, "length_ms": 3000}

    def captions(self, caller: Caller, sid: str) -> str:
        self._session(sid)
        return "1\n00:00:00,000 --> 00:00:03,000\nHello\n"

    def frame(self, caller: Caller, sid: str, at_ms: int | None = None, width_px: int | None = None) -> bytes:
        self._session(sid)
        self._note("frame", at_ms, width_px)
        return png(width_px or 4, 3)

    def submit(self, caller: Caller, body: dict[str, Any]) -> dict[str, Any]:
        self._session(body["sessionId"])
        if not caller.may("render") and not caller.attribution.complete:
            raise PlanError("Export is not available", data={"missing": caller.attribution.missing})
        self._note("submit", body)
        return {"id": body["id"], "status": "pending", "progress": 0}

    def status(self, caller: Caller, render_id: str) -> dict[str, Any]:
        if not self.statuses:
            raise NotFoundError("There is no such export")
        return self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]

    def cancel(self, caller: Caller, render_id: str) -> dict[str, Any]:
        return {"id": render_id, "status": "failed", "progress": 3, "error": "cancelled"}

    def of_session(self, caller: Caller, sid: str) -> list[dict[str, Any]]:
        self._session(sid)
        return [{"id": "r1", "status": "completed"}, {"id": "r2", "status": "pending"}]

    def download(self, caller: Caller, render_id: str) -> tuple[Path, str, int]:
        path = Path(self.core.video)
        return path, "r1.mp4", path.stat().st_size

    def local_file(self, caller: Caller, render_id: str) -> Path:
        return Path(self.core.video)


def png(width_px: int, height_px: int) -> bytes:
    """A grey picture."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = zlib.compress(b"".join(b"\0" + b"\x80" * width_px for _ in range(height_px)))
    header = struct.pack(">IIBBBBB", width_px, height_px, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def local_caller() -> Caller:
    return Caller("local", "local", ALL, "", Attribution(), any_user=True)


def server_over(backend: FakeBackend, caller: Caller | None = None, *, local: bool = True) -> MCPServer[Any]:
    who = caller or local_caller()
    return build(Surface(backend, lambda _: who, local=local))  # type: ignore[arg-type]


@asynccontextmanager
async def client_of(server: MCPServer[Any], mode: Any = "auto", **more: Any):
    async with Client(server, mode=mode, read_timeout_seconds=20, **more) as client:
        yield client
