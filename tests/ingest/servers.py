"""Servers on loopback that answer as a test wants, and resolvers that say what a test wants."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator


class Server:
    """Takes connections one after the other; `answer` gets each with the bytes of its request's head.

    Without `reads`, it gets the connection alone, as it came.
    """

    def __init__(self, answer: Callable[..., None], *, reads: bool = True) -> None:
        self._answer = answer
        self._reads = reads
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.requests: list[bytes] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                connection.settimeout(20)
                if not self._reads:
                    self._answer(connection)
                    continue
                head = b""
                while b"\r\n\r\n" not in head:
                    received = connection.recv(4096)
                    if not received:
                        break
                    head += received
                self.requests.append(head)
                self._answer(connection, head)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)


@contextlib.contextmanager
def serving(answer: Callable[..., None] | bytes, *, reads: bool = True) -> Iterator[Server]:
    """A server that answers every request with these bytes, or as the function does."""
    given = answer if callable(answer) else lambda connection, _: connection.sendall(answer)
    server = Server(given, reads=reads)
    try:
        yield server
    finally:
        server.close()


def http(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    """A whole answer; an underscore in a header's name is a dash."""
    lines = [f"HTTP/1.1 {status}", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    if "Content_Length" not in headers and "Transfer_Encoding" not in headers:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


class Names:
    """A name server: each name gives its answers one after the other, and the last one again and again."""

    def __init__(self, **answers: list[list[str]] | list[str]) -> None:
        self._answers = {
            name.replace("_", "."): [list(one) for one in given] if isinstance(given[0], list) else [given]
            for name, given in answers.items()
        }
        self.asked: list[str] = []

    def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        answers = self._answers.get(host, [[]])
        return answers.pop(0) if len(answers) > 1 else answers[0]
