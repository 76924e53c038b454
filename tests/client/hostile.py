"""A server on loopback that says exactly what a test wants, byte for byte, and remembers what it was asked."""

import json
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Wire:
    """The answering side of one connection."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def send(self, data: bytes) -> None:
        self._connection.sendall(data)

    def head(self, status: int = 200, **headers: str) -> None:
        lines = [f"HTTP/1.1 {status} X"] + [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.send(("\r\n".join([*lines, "Connection: close"]) + "\r\n\r\n").encode())

    def whole(self, status: int, body: bytes, kind: str = "application/json", **headers: str) -> None:
        self.head(status, Content_Type=kind, Content_Length=str(len(body)), **headers)
        self.send(body)

    def json(self, tree: Any, status: int = 200, **headers: str) -> None:
        self.whole(status, json.dumps(tree).encode(), **headers)

    def stream(self, data: bytes = b"") -> None:
        """The head of a stream of events without a length, and its first bytes."""
        self.head(200, Content_Type="text/event-stream; charset=utf-8")
        self.send(data)

    def chunked(self, *pieces: bytes, end: bool = True) -> None:
        """A stream of events in chunks, whose end is told or left out."""
        self.head(200, Content_Type="text/event-stream; charset=utf-8", Transfer_Encoding="chunked")
        for piece in pieces:
            self.send(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        if end:
            self.send(b"0\r\n\r\n")

    def reset(self) -> None:
        """Ends the connection the hard way."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._connection.close()

    def hold(self) -> None:
        """Says nothing until the other side has gone."""
        with suppress(OSError):
            while self._connection.recv(4096):
                pass


Script = Callable[[Request, Wire], None]


@dataclass
class Hostile:
    """The server. Scripts of `when` are used up in order, the last one stays; what nothing matches goes to `usual`."""

    usual: Script
    requests: list[Request] = field(default_factory=list)
    _scripts: list[tuple[str, str, list[Script]]] = field(default_factory=list)

    def __enter__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        accepting = threading.Thread(target=self._accept, daemon=True)
        accepting.start()
        self._threads.append(accepting)
        return self

    def __exit__(self, *_):
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            connections = list(self._open)
        for connection in connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def when(self, method: str, prefix: str, *scripts: Script) -> None:
        self._scripts.insert(0, (method, prefix, list(scripts)))

    def asked(self, method: str, prefix: str) -> list[Request]:
        return [request for request in self.requests if request.method == method and request.path.startswith(prefix)]

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self._open.add(connection)
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with suppress(OSError), connection:
                request = _read(connection)
                if request is None:
                    return
                with self._lock:
                    self.requests.append(request)
                    script = self._script(request)
                script(request, Wire(connection))
                # The rest of what the client sends is read, so that closing does not reset what was answered.
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_WR)
                    connection.settimeout(5)
                    while connection.recv(65536):
                        pass
        finally:
            with self._lock:
                self._open.discard(connection)

    def _script(self, request: Request) -> Script:
        for method, prefix, scripts in self._scripts:
            if request.method == method and request.path.startswith(prefix) and scripts:
                return scripts.pop(0) if len(scripts) > 1 else scripts[0]
        return self.usual


def _read(connection: socket.socket) -> Request | None:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return None
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    length = int(headers.get("content-length", 0))
    while len(body) < length:
        piece = connection.recv(65536)
        if not piece:
            return None
        body += piece
    method, path, _ = first.split(" ", 2)
    return Request(method, path, headers, body)
