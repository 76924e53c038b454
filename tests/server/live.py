"""A server on a socket, in a thread of the test: for what only bytes on a connection show."""

import contextlib
import http.client
import json
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import uvicorn
from tests.service.backend.here import HereTasks, open_here

from wavereel.server.application import build_server
from wavereel.server.running import listen
from wavereel.server.transport import server_options
from wavereel.service.backend.backend import Backend

WAIT_S = 20.0


def until(condition: Callable[[], Any], wait_s: float = WAIT_S) -> Any:
    """Polls until something holds, and returns it."""
    deadline = time.monotonic() + wait_s
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.005)
    return found


class Live:
    """A running server: its port, its backend, and plain requests to it."""

    def __init__(self, port: int, backend: Backend, app: Any) -> None:
        self.port = port
        self.backend = backend
        self.app = app

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def call(
        self, method: str, path: str, token: str = "", headers: dict[str, str] | None = None, body: bytes = b""
    ) -> tuple[int, dict[str, str], Any]:
        """A request on a connection of its own: status, headers in lower case, and the body as JSON if any."""
        given = ({"Authorization": f"Bearer {token}"} if token else {}) | (headers or {})
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=WAIT_S)) as connection:
            connection.request(method, path, body or None, given)
            answer = connection.getresponse()
            data = answer.read()
        return answer.status, {k.lower(): v for k, v in answer.headers.items()}, json.loads(data) if data else {}

    def token(self) -> str:
        """Of somebody who has just come."""
        return self.call("POST", "/api/auth/anonymous-token", headers={"X-Client-Id": str(uuid.uuid4())})[2]["token"]

    def session(self, token: str) -> str:
        """A new one."""
        return self.call("POST", "/api/tasks/me/with-session/nemo_agent", token)[2]["session_id"]

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=WAIT_S)

    def exchange(self, head: str, body: bytes = b"") -> bytes:
        """Sends bytes and reads until the server closes."""
        with self.connect() as sock:
            sock.sendall(head.encode("latin-1") + body)
            return b"".join(iter(lambda: sock.recv(65536), b""))

    def parts(self) -> list[Path]:
        """What uploads have left in flight."""
        return [path for path in (self.backend.core.folder / "parts").rglob("*") if path.is_file()]


@contextlib.contextmanager
def live(folder: Path, tasks: Any = None, **settings: Any) -> Iterator[Live]:
    """Serves a fresh backend on a free port."""
    backend = open_here(folder, tasks or HereTasks(folder), **settings)
    backend.core.clock = lambda: time.time_ns() // 1_000_000
    listener = listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    backend.core.bound = f"http://127.0.0.1:{port}"
    app = build_server(backend, backend.core.settings)
    server = uvicorn.Server(uvicorn.Config(app, lifespan="on", timeout_graceful_shutdown=2, **server_options()))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        until(lambda: server.started)
        yield Live(port, backend, app)
    finally:
        server.should_exit = True
        thread.join(WAIT_S)
        listener.close()
        backend.close()
