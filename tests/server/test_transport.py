"""Bytes on a connection: what never becomes a request, what comes slowly, and what breaks off."""

import contextlib
import http.client
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.server.live import Live, live, until

from wavereel.server import transport
from wavereel.server.transport import MAX_HEAD_BYTES

LIMIT_BYTES = 800_000


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with live(tmp_path_factory.mktemp("live"), max_upload_bytes=LIMIT_BYTES) as running:
        yield running


@pytest.fixture(scope="module")
def token(server: Live) -> str:
    return server.token()


@pytest.fixture
def session(server: Live, token: str) -> str:
    return server.session(token)


def head(method: str, path: str, token: str = "", *more: str) -> str:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *more]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    return "\r\n".join(lines) + "\r\n\r\n"


def form(content: bytes, name: str = "a.mp3") -> bytes:
    opening = f'--XX\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
    return opening.encode() + content + b"\r\n--XX--\r\n"


FORM = "Content-Type: multipart/form-data; boundary=XX"


def told(answer: bytes) -> tuple[int, dict]:
    first, _, rest = answer.partition(b"\r\n")
    return int(first.split()[1]), json.loads(rest.partition(b"\r\n\r\n")[2])


@pytest.mark.parametrize(
    ("request_head", "status", "code"),
    [
        ("nonsense\r\n\r\n", 400, 4220),
        ("GET / HTTP/1.1\r\n\r\n", 400, 4220),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, 4220),
        ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400, 4220),
        ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400, 4220),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: " + "y" * (MAX_HEAD_BYTES + 10_000), 431, 4002),
        ("GET /" + "y" * (MAX_HEAD_BYTES + 10_000), 431, 4002),
        ("GET / HTTP/1.1\r\nHost: a\r\n" + "X: y\r\n" * 20_000, 431, 4002),
        ("\x16\x03\x01\x02", 400, 4220),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400, 4220),
        ("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\ncontent-length: 0\r\n\r\n0\r\n\r\n", 400, 4220),
    ],
)
def test_what_is_no_request_gets_the_envelope(server: Live, request_head: str, status: int, code: int):
    answer = server.exchange(request_head)
    assert (told(answer)[0], told(answer)[1]["code"]) == (status, code)
    assert b"nosniff" in answer


def test_a_body_that_is_no_http_is_told_so_and_nothing_breaks(
    server: Live, token: str, caplog: pytest.LogCaptureFixture
):
    path = "/api/tasks/me/with-session/nemo_agent"
    answer = server.exchange(head("POST", path, token, "Transfer-Encoding: chunked"), b"5\r\nhello\r\nzz\r\n")
    assert (told(answer)[0], told(answer)[1]["code"]) == (400, 4220)
    assert server.call("GET", "/health")[0] == 200
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def test_a_path_may_not_be_text(server: Live):
    status, body = told(server.exchange(head("GET", "/api/%ff%fe", "", "Connection: close")))
    assert (status, body["code"]) == (404, 4040)


def test_a_connection_that_says_nothing_is_closed(server: Live, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(transport, "HEAD_S", 0.05)
    with server.connect() as sock:
        assert sock.recv(1) == b""
    with server.connect() as sock:
        sock.sendall(b"GET /health HTT")
        assert sock.recv(1) == b""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port)) as connection:
        for _ in range(3):
            connection.request("GET", "/health")
            assert json.loads(connection.getresponse().read()) == {"status": "ok"}


@pytest.mark.promise("UPLOAD-CONTINUE")
def test_what_is_refused_is_refused_before_the_body(server: Live, token: str, session: str):
    """A client that waits for `100 Continue` sends nothing of an upload that cannot be taken."""
    path = f"/api/upload-video/nemo_agent/me/{session}"
    more = (FORM, "Content-Length: 1000", "Expect: 100-continue", "Connection: close")
    huge = (FORM, f"Content-Length: {LIMIT_BYTES * 100}", "Expect: 100-continue", "Connection: close")
    cases = [
        (head("POST", path, "", *more), 1001),
        (head("POST", path, "nmv_usr_bad", *more), 1001),
        (head("POST", path.replace(session, "1"), token, *more), 1002),
        (head("POST", path.replace("/me/", "/other/"), token, *more), 1002),
        (head("POST", path, token, *huge), 4002),
        (head("POST", "/api/tasks/me/with-session/nemo_agent", token, f"Content-Length: {2 << 20}", *more[2:]), 4002),
    ]
    for request_head, code in cases:
        answer = server.exchange(request_head)
        assert b"100 Continue" not in answer, code
        assert told(answer)[1]["code"] == code


@pytest.mark.promise("UPLOAD-CONTINUE")
def test_what_can_be_taken_is_waited_for(server: Live, token: str, session: str):
    body = form(b"no media")
    more = (FORM, f"Content-Length: {len(body)}", "Expect: 100-continue", "Connection: close")
    with server.connect() as sock:
        sock.sendall(head("POST", f"/api/upload-video/nemo_agent/me/{session}", token, *more).encode())
        assert sock.recv(1000).startswith(b"HTTP/1.1 100 ")
        sock.sendall(body)
        answer = b"".join(iter(lambda: sock.recv(65536), b""))
    assert told(answer)[1]["code"] == 4001


@pytest.mark.parametrize("cut", [0, 40, 90, 150, -20, -6])
def test_an_upload_that_breaks_off_leaves_nothing(server: Live, token: str, session: str, cut: int):
    body = form(b"x" * 600_000)
    length = (FORM, f"Content-Length: {len(body)}")
    with server.connect() as sock:
        sock.sendall(head("POST", f"/api/upload-video/nemo_agent/me/{session}", token, *length).encode())
        sock.sendall(body[:cut] if cut else b"")
        if cut == -20:
            until(server.parts)
        sock.shutdown(socket.SHUT_WR)
    until(lambda: not server.parts())
    found = server.call("GET", f"/api/state/nemo_agent/me/{session}/latest", token)[2]
    assert found["data"]["state"]["video_infos"] == []


def test_a_form_whose_end_is_missing_is_told_so(server: Live, token: str, session: str):
    body = form(b"x" * 1000)[:-8]
    more = (FORM, f"Content-Length: {len(body)}", "Connection: close")
    status, answer = told(
        server.exchange(head("POST", f"/api/upload-video/nemo_agent/me/{session}", token, *more), body)
    )
    assert (status, answer["code"]) == (422, 4220)
    assert not server.parts()


@pytest.mark.promise("UPLOAD-TOO-LARGE")
def test_a_file_that_is_too_long_is_refused_and_the_connection_lives(server: Live, token: str, session: str):
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "multipart/form-data; boundary=XX"}
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port)) as connection:
        for content in (b"x" * (LIMIT_BYTES + 1), b"x" * (4 * LIMIT_BYTES)):
            connection.request("POST", f"/api/upload-video/nemo_agent/me/{session}", form(content), headers)
            answer = connection.getresponse()
            body = json.loads(answer.read())
            assert (answer.status, body["code"], body["data"]["limit_bytes"]) == (413, 4002, LIMIT_BYTES)
        assert not server.parts()
        connection.request("GET", "/health")
        assert connection.getresponse().status == 200


def test_an_upload_costs_no_memory(tmp_path: Path):
    import tracemalloc

    chunk = bytes(1 << 20)
    opening, closing = form(b"").split(b"\r\n\r\n", 1)
    length = len(opening) + 4 + 24 * len(chunk) + len(closing)
    with live(tmp_path, max_upload_bytes=64 << 20) as server, server.connect() as sock:
        token = server.token()
        path = f"/api/upload-video/nemo_agent/me/{server.session(token)}"
        sock.sendall(head("POST", path, token, FORM, f"Content-Length: {length}", "Connection: close").encode())
        tracemalloc.start()
        try:
            sock.sendall(opening + b"\r\n\r\n")
            for _ in range(24):
                sock.sendall(chunk)
            sock.sendall(closing)
            answer = b"".join(iter(lambda: sock.recv(65536), b""))
            peak_bytes = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert told(answer)[1]["code"] == 4001, "zeros are no media"
        assert peak_bytes < 6 << 20
        assert not server.parts()
