"""Fetching: what comes, what is refused, and what no server can do to us."""

import socket
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ingest.servers import Names, Server, http, serving

from wavereel.errors import AddressError, LimitError
from wavereel.ingest.fetch import Fetched, Fetcher, FetchLimits, _filename
from wavereel.ingest.guard import Guard
from wavereel.ingest.post import post


def fetch(server: Server, path: str = "/talk.mp3", **limits) -> tuple[Fetched, bytes]:
    fetcher = Fetcher(Guard(["127.0.0.0/8"]), FetchLimits(**limits))
    got = bytearray()
    return fetcher.fetch(f"http://127.0.0.1:{server.port}{path}", got.extend), bytes(got)


def test_a_file_comes_as_it_is():
    body = bytes(range(256)) * 1000
    with serving(http(body, Content_Type="audio/mpeg; x=y")) as server:
        fetched, got = fetch(server, "/a/Folge%2012.mp3?sig=1")
    assert got == body
    assert (fetched.filename, fetched.mime, fetched.size) == ("Folge 12.mp3", "audio/mpeg", len(body))
    head = server.requests[0].decode().lower()
    assert head.startswith("get /a/folge%2012.mp3?sig=1 http/1.1\r\n")
    assert f"host: 127.0.0.1:{server.port}\r\n" in head
    assert "accept-encoding: identity" in head


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="talk.wav"', "talk.wav"),
        ("attachment; filename*=UTF-8''Folge%20%C3%BC.wav", "Folge ü.wav"),
        ('attachment; filename="../../x.wav"', "../../x.wav"),
        ("attachment", "talk.mp3"),
        (";;;=", "talk.mp3"),
        ('attachment; filename="Folge Ã¼.wav"', "Folge ü.wav"),
        ('attachment; filename="caf\xe9.wav"', "café.wav"),
        ("attachment; filename*=nothing''x%ff.wav", "xÿ.wav"),
        ("attachment; filename*0*=UTF-8''a; filename*1=b.wav", "ab.wav"),
    ],
)
def test_the_server_may_name_the_file(disposition: str, name: str):
    with serving(http(b"x", Content_Disposition=disposition)) as server:
        assert fetch(server)[0].filename == name


def test_chunks_without_a_length_come_too():
    body = b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"
    with serving(http(body, Transfer_Encoding="chunked")) as server:
        assert fetch(server)[1] == b"hello world"


def test_a_body_that_ends_with_the_connection_comes_too():
    with serving(b"HTTP/1.0 200 OK\r\n\r\nhello") as server:
        assert fetch(server)[1] == b"hello"


def test_the_limit_is_inclusive():
    with serving(http(b"x" * 100)) as server:
        assert fetch(server, max_bytes=100)[0].size == 100
        with pytest.raises(LimitError, match="exceeds 99 bytes") as raised:
            fetch(server, max_bytes=99)
    assert raised.value.data == {"limit_bytes": 99}


@pytest.mark.promise("UPLOAD-URL-LIMITS")
def test_a_body_without_end_is_cut_off():
    def endless(connection: socket.socket, _: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65536)

    with serving(endless) as server, pytest.raises(LimitError):
        fetch(server, max_bytes=1_000_000)


@pytest.mark.promise("UPLOAD-URL-LIMITS")
@pytest.mark.parametrize("framing", ["headers", "body", "silence"])
def test_a_server_that_drips_is_left_at_the_deadline(framing: str):
    def drip(connection: socket.socket, _: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + (b"\r\n" if framing == "body" else b""))
        connection.settimeout(0.02)
        while True:  # until the other side has closed
            if framing == "headers":
                connection.sendall(b"X-A: b\r\n")
            elif framing == "body":
                connection.sendall(b"x")
            try:
                if not connection.recv(1):
                    return
            except TimeoutError:
                continue

    with serving(drip) as server:
        began_s = time.monotonic()
        with pytest.raises(AddressError, match="longer than"):
            fetch(server, total_s=0.3)
        assert time.monotonic() - began_s < 5


def test_silence_is_told_before_the_deadline():
    def silent(connection: socket.socket, _: bytes) -> None:
        connection.recv(1)

    with serving(silent) as server, pytest.raises(AddressError, match="sends nothing"):
        fetch(server, idle_s=0.1)


def test_a_body_that_stops_in_the_middle_is_no_file():
    with serving(http(b"half", Content_Length="8")) as server, pytest.raises(AddressError):
        fetch(server)
    with serving(http(b"8\r\nhalf", Transfer_Encoding="chunked")) as server, pytest.raises(AddressError):
        fetch(server)


@pytest.mark.parametrize(
    "answer",
    [
        http(b"", "404 Not Found"),
        http(b"", "500 Oh"),
        http(b"", "204 No Content"),
        http(b"", "206 Partial Content"),
        http(b"", "304 Not Modified"),
        http(b"packed", Content_Encoding="gzip"),
        b"SSH-2.0-OpenSSH_9.9\r\n",
        b"",
        b"HTTP/1.1 banana\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 300 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
        http(b"zz\r\nhello", Transfer_Encoding="chunked"),
    ],
)
def test_other_answers_are_refused(answer: bytes):
    with serving(answer) as server, pytest.raises(AddressError):
        fetch(server)


def test_nobody_there_is_told():
    with serving(b"") as server:
        port = server.port
    with pytest.raises(AddressError, match="does not answer"):
        Fetcher(Guard(["127.0.0.0/8"])).fetch(f"http://127.0.0.1:{port}/", lambda chunk: None)


def test_the_limits_are_the_protocol_s():
    limits = FetchLimits()
    assert (limits.redirects, limits.connect_s, limits.total_s) == (5, 30, 300)


def test_what_the_taker_raises_ends_the_fetching():
    def full(chunk: bytes) -> None:
        raise LimitError("enough")

    with serving(http(b"x")) as server, pytest.raises(LimitError, match="enough"):
        Fetcher(Guard(["127.0.0.0/8"])).fetch(f"http://127.0.0.1:{server.port}/", full)


@pytest.mark.promise("UPLOAD-URL-LIMITS")
def test_five_redirects_are_followed_and_not_six():
    def onward(connection: socket.socket, head: bytes) -> None:
        step = int(head.split(b"/")[1].split(b" ")[0])
        connection.sendall(http(b"", "302 Found", Location=f"/{step - 1}") if step else http(b"there"))

    with serving(onward) as server:
        fetched, got = fetch(server, "/5")
        assert got == b"there"
        assert fetched.url.endswith("/0")
        with pytest.raises(AddressError, match="redirects"):
            fetch(server, "/6")


@pytest.mark.promise("UPLOAD-URL-LIMITS")
@pytest.mark.parametrize(
    "place",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.2/",
        "http://localhost/",
        "http://[::1]/",
        "http://2130706433/",
        "//10.0.0.1/x",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "http://user@talks.example/",
        "http://[",
        "",
    ],
)
def test_each_redirect_is_checked(place: str):
    names = Names(talks_example=["93.184.216.34"], localhost=["127.0.0.9"])
    with serving(http(b"", "302 Found", Location=place)) as server:
        fetcher = Fetcher(
            Guard(["127.0.0.1/32"], lambda host, port: ["127.0.0.9"] if host == "localhost" else names(host, port))
        )
        with pytest.raises(AddressError):
            fetcher.fetch(f"http://127.0.0.1:{server.port}/", lambda chunk: None)


def test_the_address_that_was_checked_is_the_one_that_is_asked():
    """A name that gives another address the second time gains nothing: nobody asks a second time."""
    names = Names(talks_example=[["127.0.0.1"], ["127.0.0.2"]])
    with serving(http(b"mine")) as server:
        got = bytearray()
        fetcher = Fetcher(Guard(["127.0.0.1/32"], names))
        fetcher.fetch(f"http://talks.example:{server.port}/", got.extend)
        assert got == b"mine"
        assert names.asked == ["talks.example"]
        assert f"Host: talks.example:{server.port}".encode() in server.requests[0]
        with pytest.raises(AddressError, match="not a public address"):
            fetcher.fetch(f"http://talks.example:{server.port}/", got.extend)


def test_a_proxy_of_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    with serving(http(b"direct")) as server:
        assert fetch(server)[1] == b"direct"


def test_plain_text_where_tls_is_expected_is_told():
    with serving(http(b"x")) as server, pytest.raises(AddressError, match="does not answer as"):
        Fetcher(Guard(["127.0.0.0/8"]), FetchLimits(connect_s=0.2)).fetch(
            f"https://127.0.0.1:{server.port}/", lambda chunk: None
        )


def test_a_message_is_posted_and_its_answer_left_unread():
    def answer(connection: socket.socket, head: bytes) -> None:
        connection.sendall(b"HTTP/1.1 202 Accepted\r\n\r\n")

    with serving(answer) as server:
        guard = Guard(["127.0.0.0/8"])
        status = post(guard, f"http://127.0.0.1:{server.port}/hook", b"{}", {"Content-Type": "application/json"})
    assert status == 202
    assert server.requests[0].startswith(b"POST /hook HTTP/1.1\r\n")
    assert b"Content-Length: 2\r\n" in server.requests[0]
    with pytest.raises(AddressError):
        post(Guard(), f"http://127.0.0.1:{server.port}/hook", b"{}", {})


def test_a_redirect_of_a_post_is_an_answer():
    with serving(http(b"", "302 Found", Location="http://169.254.169.254/")) as server:
        assert post(Guard(["127.0.0.0/8"]), f"http://127.0.0.1:{server.port}/", b"{}", {}) == 302


@given(st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=80))
def test_any_name_that_a_server_gives_is_taken_or_left(text: str):
    class Answer:
        def getheader(self, name: str) -> str:
            return f"attachment; filename{text}"

    assert isinstance(_filename("http://talks.example/a.mp3", Answer()), str)
