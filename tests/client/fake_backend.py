"""A small honest backend that speaks the wire: enough for every action of the client, nothing behind it."""

import itertools
import json
import re
from typing import Any

from tests.client.hostile import Hostile, Request, Wire

VIDEO = bytes(range(256)) * 40
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def event(text: str = "", **fields: Any) -> bytes:
    """One event as the protocol's streams carry it."""
    parts = {"content": {"parts": [{"text": text}], "role": "model"}} if text else {}
    tree = {**parts, "author": "nemo_agent", "id": f"ev-{abs(hash((text, str(fields)))) % 10**8}", **fields}
    return b"data: " + json.dumps(tree).encode() + b"\n\n"


TOOL = event(content={"parts": [{"functionCall": {"id": "c", "name": "edit_timeline", "args": {}}}], "role": "model"})
HEARTBEAT = b"event: heartbeat\ndata:\n\n"


class Fake:
    """Its state, and the script that answers requests; `silent` edits without a word, `nothing` does nothing."""

    def __init__(self) -> None:
        self.numbers = itertools.count(1)
        self.tokens: list[str] = []
        self.sessions: dict[str, dict[str, Any]] = {}
        self.renders: dict[str, dict[str, Any]] = {}
        self.polls: dict[str, int] = {}
        self.said: list[str] = []
        self.progress = 55
        self.reply = ""
        self.warnings: list[str] = []
        self.user_id = "anon_9f2c41d07be84a16"
        self.url = ""

    def __call__(self, request: Request, wire: Wire) -> None:
        path = request.path.partition("?")[0]
        if path == "/api/auth/anonymous-token":
            return self._token(request, wire)
        if path.startswith("/files/"):
            return self._file(request, wire)
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
            return wire.json({"code": 1001, "message": "Token expired", "detail": "x", "data": None}, 401)
        if path.startswith("/api/tasks/"):
            return self._session(request, wire)
        if path == "/api/credits/balance/simple":
            return self._good(wire, {"available": 96, "frozen": 2, "total": 98})
        if path == "/run_sse":
            return self._chat(request, wire)
        if match := re.match(r"/api/(?:state|upload-video|preview)/nemo_agent/me/([^/?]+)", path):
            if match[1] not in self.sessions:
                return wire.json({"code": 1002, "message": "Session not found", "detail": "x", "data": None}, 404)
            return self._in_session(request, wire, match[1])
        if path.startswith("/api/render/proxy/"):
            return self._render(request, wire, path)
        return wire.json({"code": 4040, "message": "Not found", "detail": "x", "data": None}, 404)

    def _good(self, wire: Wire, data: Any) -> None:
        wire.json({"code": 0, "message": "ok", "data": data})

    def _token(self, request: Request, wire: Wire) -> None:
        if not request.headers.get("x-client-id"):
            return wire.json({"code": 400, "message": "X-Client-Id header is required", "data": None}, 400)
        self.tokens.append(f"nmv_usr_{next(self.numbers):043d}")
        return self._good(wire, {"token": self.tokens[-1], "user_id": self.user_id, "credits": 100, "scopes": ["read"]})

    def _session(self, request: Request, wire: Wire) -> None:
        sid = f"55297987060244152{next(self.numbers):02d}"
        self.sessions[sid] = {"draft": {}, "video_infos": [], "generated_media": [], "canvas_config": {}}
        self._good(wire, {"task_id": "task_1", "session_id": sid, "user_id": self.user_id, **request.json})

    def _in_session(self, request: Request, wire: Wire, sid: str) -> None:
        state = self.sessions[sid]
        if request.path.startswith("/api/state"):
            renders = [{"id": key, "status": "completed", "created_at": 1} for key in self.renders]
            data = {"session_id": sid, "user_id": self.user_id, "state": state, "renders": renders, "version": 1}
            return self._good(wire, data)
        if request.path.startswith("/api/preview"):
            return wire.whole(200, PNG, "image/png")
        if request.headers["content-type"].startswith("multipart"):
            names = re.findall(rb'filename="([^"]+)"', request.body)
        else:
            names = [url.rpartition("/")[2].encode() for url in request.json["urls"]]
        files = [self._entry(name.decode()) for name in names]
        state["video_infos"].extend(files)
        return self._good(wire, {"files": files, "errors": [], "session_state_applied": True})

    def _entry(self, name: str) -> dict[str, Any]:
        number = next(self.numbers)
        seconds = float(match[1]) if (match := re.search(r"(\d+)s", name)) else 2.0
        entry = {"file_id": f"f_{number}", "filename": name, "file_type": "audio", "duration": seconds, "size": 3}
        return entry | {"cdn_url": f"{self.url}/files/f_{number}/{name}"}

    def _chat(self, request: Request, wire: Wire) -> None:
        body = request.json
        text, sid = body["new_message"]["parts"][0]["text"], body["session_id"]
        if sid not in self.sessions:
            return wire.json({"code": 1002, "message": "Session not found", "detail": "x", "data": None}, 404)
        self.said.append(text)
        if text != "nothing":
            self.edit(sid, text)
        if text in ("silent", "nothing"):
            return wire.chunked(HEARTBEAT, TOOL)
        return wire.chunked(TOOL, HEARTBEAT, event(self.reply or f"The title now says {text}, as you wished."))

    def edit(self, sid: str, title: str) -> None:
        """Puts a title onto the timeline, or changes it."""
        state = self.sessions[sid]
        text = {"id": "x1", "tt": 7, "m": {"role": "title"}, "sg": [{"id": "x1a", "s": 0, "d": 2000, "txt": title}]}
        rev = state["draft"].get("rev", 0) + 1
        state["draft"] = {"v": 1, "rev": rev, "d": 2000, "m": {"width": 1920, "height": 1080}, "t": [text]}

    def _render(self, request: Request, wire: Wire, path: str) -> None:
        if request.method == "POST" and not path.endswith("/cancel"):
            body = request.json
            self.renders[body["id"]] = body
            told = {"code": 0, "success": True, "id": body["id"], "status": "pending", "progress": 0}
            return wire.json(told | {"data": {"warnings": self.warnings}})
        key = path.removesuffix("/cancel").removesuffix("/download").rpartition("/")[2]
        if key not in self.renders:
            return wire.json({"code": 4040, "message": "No such export", "detail": "x", "data": None}, 404)
        if path.endswith("/download"):
            return self._file(request, wire)
        if path.endswith("/cancel"):
            return wire.json({"code": 0, "id": key, "status": "failed", "error": "cancelled"})
        self.polls[key] = self.polls.get(key, 0) + 1
        if self.polls[key] < 3:
            return wire.json(
                {"code": 0, "id": key, "status": "processing", "progress": self.progress * (self.polls[key] - 1)}
            )
        output = {"url": f"{self.url}/files/r/{key}.mp4?sig=1", "duration": 2.0, "size": len(VIDEO)}
        told = {"code": 0, "success": True, "id": key, "status": "completed", "progress": 100, "output": output}
        return wire.json(told | {"data": {"warnings": self.warnings}})

    def _file(self, request: Request, wire: Wire) -> None:
        span = re.fullmatch(r"bytes=(\d+)-", request.headers.get("range", ""))
        if span is None:
            return wire.whole(200, VIDEO, "video/mp4", ETag='"v1"')
        start = int(span[1])
        where = f"bytes {start}-{len(VIDEO) - 1}/{len(VIDEO)}"
        return wire.whole(206, VIDEO[start:], "video/mp4", ETag='"v1"', Content_Range=where)


def backend() -> tuple[Fake, Hostile]:
    """A fake and the server that it answers through; enter the server before it is asked."""
    fake = Fake()
    return fake, Hostile(fake)
