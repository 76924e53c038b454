"""`Client` and `AsyncClient`: every call of the wire, blocking and not, and where the token goes."""

import asyncio
import inspect
import json
import os
import subprocess
import sys
from base64 import b64decode
from pathlib import Path

import pytest
from tests.client.fake_backend import HEARTBEAT, PNG, TOOL, VIDEO, event
from tests.client.hostile import Hostile, Request, Wire

import wavereel.client
from wavereel.client import AsyncClient, Client
from wavereel.client.bases import Waits, base_of
from wavereel.client.errors import DroppedError, FaultError, NonsenseError, TimedOutError, UnreachableError, error_of
from wavereel.client.parts import FilePart
from wavereel.client.wire import Skill
from wavereel.errors import (
    BusyError,
    ChangedError,
    NotLetInError,
    PlanError,
    RateError,
    RefusedError,
    UsageError,
    WavereelError,
)

SKILL = Skill("video-a2e", "1.0.0", "unknown")
WAITS = Waits(scale=0.001)


class Both:
    """The two clients behind one face: calls of the asynchronous one are waited for."""

    def __init__(self, kind: type, url: str) -> None:
        self.loop = asyncio.new_event_loop()
        self.client = kind(url, skill=SKILL, waits=WAITS)

    def __getattr__(self, name: str):
        member = getattr(self.client, name)

        def call(*args, **kwargs):
            result = member(*args, **kwargs)
            return self.loop.run_until_complete(result) if inspect.isawaitable(result) else result

        return call

    def chat(self, *args, **kwargs) -> list:
        if isinstance(self.client, Client):
            with self.client.chat(*args, **kwargs) as events:
                return list(events)

        async def read():
            async with self.client.chat(*args, **kwargs) as events:
                return [item async for item in events]

        return self.loop.run_until_complete(read())

    def done(self) -> None:
        self.close()
        self.loop.close()


@pytest.fixture(params=[Client, AsyncClient])
def client(request, server):
    both = Both(request.param, server.url)
    yield both
    both.done()


@pytest.fixture
def session(client):
    client.client.token = client.anonymous_token("me").token
    return client.create_session(language="zh-CN").id


def test_the_exported_names():
    assert sorted(wavereel.client.__all__) == ["AsyncClient", "Client"]
    public = {name for name in vars(Client) if not name.startswith("_")}
    assert public == {name for name in vars(AsyncClient) if not name.startswith("_")}
    for name in public:
        assert (
            inspect.signature(getattr(Client, name)).parameters
            == inspect.signature(getattr(AsyncClient, name)).parameters
        )
    with pytest.raises(AttributeError):
        wavereel.client.Nothing  # noqa: B018


def test_importing_the_package_is_light():
    program = "import sys, wavereel.client.command; print(sorted({'httpx2', 'rich', 'pydantic'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_session_from_token_to_video(client, session, server, tmp_path):
    assert client.client.token not in repr(client.anonymous_token("me"))
    assert client.balance().total == 98
    file = tmp_path / "tälk 1.mp3"
    file.write_bytes(b"ID3")
    told: list[tuple[int, int]] = []
    upload = client.upload(session, [file], lambda sent, total: told.append((sent, total)))
    assert [media.duration_ms for media in upload.files] == [2000]
    assert told[-1] == (3, 3)
    with file.open("rb") as opened:
        assert client.upload(session, [FilePart("b.mp3", opened)]).files[0].filename == "b.mp3"
    assert client.upload_urls(session, ["https://example.org/c.mp3"]).files[0].filename == "c.mp3"
    events = client.chat(session, "make it blue")
    assert [item.kind for item in events] == ["tool", "heartbeat", "text"]
    state = client.state(session)
    assert (len(state.media), state.draft["rev"]) == (3, 1)
    assert client.preview_frame(session, 0, width=320) == PNG
    render = client.submit_render("r1", session, state.draft, {"resolution": "720p"})
    assert (render.id, render.status, render.is_ended) == ("r1", "pending", False)
    assert server.requests[-1].json["output"] == {"format": "mp4", "quality": "high", "resolution": "720p"}
    found = [client.render("r1") for _ in range(3)][-1]
    assert (found.status, found.size_bytes, found.duration_ms) == ("completed", len(VIDEO), 2000)
    assert client.download(found.url, tmp_path / "a.mp4", size_bytes=found.size_bytes).read_bytes() == VIDEO
    assert client.cancel_render("r1").error == "cancelled"
    sent = server.requests[-1].headers
    assert sent["authorization"] == f"Bearer {client.client.token}"
    assert (sent["x-skill-source"], sent["x-skill-version"], sent["x-skill-platform"]) == (
        "video-a2e",
        "1.0.0",
        "unknown",
    )


def test_further_calls(client, session, server):
    good = lambda data, **headers: lambda request, wire: wire.json({"code": 0, "data": data}, **headers)  # noqa: E731
    server.when("GET", "/api/sessions", good({"draft": {"rev": 3, "t": []}, "rev": 3}, ETag='"3"'))
    draft = client.draft(session)
    assert (draft.rev, draft.etag) == (3, '"3"')
    server.when("PUT", "/api/sessions", good({"draft": {"rev": 4}, "rev": 4}))
    assert client.save_draft(session, {"t": []}, base=draft).rev == 4
    assert server.requests[-1].headers["if-match"] == '"3"'
    assert server.requests[-1].json == {"draft": {"t": []}, "base_rev": 3}
    server.when("GET", f"/api/sessions/{session}/revisions", good({"revisions": [{"rev": 1}]}))
    assert client.revisions(session) == [{"rev": 1}]
    server.when("POST", "/api/auth/claim-token", good({"claim_token": "clm_x", "expires_in": 604800}))
    assert client.claim_token("task_1", session) == ("clm_x", 604800)
    server.when("POST", "/api/tokens", good({"id": "t1", "name": "n", "token": "nmv_usr_x", "scopes": ["read"]}))
    assert client.create_token("n", ["read"], expires_in_days=7).scopes == ("read",)
    server.when("GET", "/api/tokens", good({"tokens": [{"id": "t1", "name": "n", "scopes": ["read"]}]}))
    assert [token.id for token in client.tokens()] == ["t1"]
    server.when("POST", "/api/tokens/t1/revoke", good({"id": "t1", "revoked": True}))
    assert client.revoke_token("t1") is None
    server.when("GET", "/api/state", lambda request, wire: wire.head(304))
    assert client.state_since(session, '"7"') is None
    assert server.requests[-1].headers["if-none-match"] == '"7"'
    server.when("POST", "/api/upload", good({"files": [{"filename": "a.mp3"}]}))
    assert client.attach_files(session, ["f_1"]).files[0].filename == "a.mp3"
    assert server.requests[-1].json == {"file_ids": ["f_1"]}
    server.when("POST", "/run_sse", lambda request, wire: wire.chunked(event("rest")))
    assert client.chat(session, "", last_event_id="ev-7")[0].text == "rest"
    assert server.requests[-1].headers["last-event-id"] == "ev-7"
    assert server.requests[-1].json["new_message"]["parts"] == []


def test_ids_cannot_leave_their_place_in_a_path(client, session, server):
    for hostile in ("../../x", "a/b?c#d", "..", "ü"):
        with pytest.raises(WavereelError):
            client.state(hostile)
        path = server.requests[-1].path
        assert path.startswith("/api/state/nemo_agent/me/")
        assert path.count("/") == 6
        assert "?" not in path


def test_the_token_stays_with_its_origin(client, session, server, tmp_path):
    def usual(request: Request, wire: Wire) -> None:
        wire.whole(200, VIDEO, "video/mp4")

    with Hostile(usual) as other:
        client.download(f"{other.url}/x.mp4", tmp_path / "a.mp4")
        server.when(
            "GET", "/files", lambda request, wire: wire.head(302, Location=f"{other.url}/y.mp4", Content_Length="0")
        )
        client.download(f"{server.url}/files/r.mp4", tmp_path / "b.mp4")
        server.when("GET", "/files", lambda request, wire: wire.head(302, Location="/elsewhere", Content_Length="0"))
        server.when("GET", "/elsewhere", usual)
        client.download(f"{server.url}/files/r.mp4", tmp_path / "c.mp4")
        assert "authorization" not in server.requests[-1].headers
        for request in other.requests:
            assert not {"authorization", "x-skill-source"} & set(request.headers)
        server.when("GET", "/api/credits", lambda request, wire: wire.head(307, Location=other.url, Content_Length="0"))
        count = len(other.requests)
        with pytest.raises(NonsenseError):
            client.balance()
        assert len(other.requests) == count


@pytest.mark.parametrize(
    "link", ["file:///etc/passwd", "ftp://x/y", "http://user:pw@127.0.0.1/x", "http://[", "javascript:x"]
)
def test_links_that_are_not_followed(client, tmp_path, link: str):
    with pytest.raises(NonsenseError):
        client.download(link, tmp_path / "a.mp4")


def test_redirects_in_circles(client, session, server, tmp_path):
    server.when("GET", "/files", lambda request, wire: wire.head(302, Location="/files/again", Content_Length="0"))
    with pytest.raises(NonsenseError):
        client.download(f"{server.url}/files/x", tmp_path / "a.mp4")
    assert not list(tmp_path.iterdir())


class TestDownloads:
    def cut(self, *, etag: str = '"v1"', start: int = 0, count: int = 1000):
        def script(request: Request, wire: Wire) -> None:
            headers = {"ETag": etag} if etag else {}
            if start:
                headers["Content_Range"] = f"bytes {start}-{len(VIDEO) - 1}/{len(VIDEO)}"
            wire.head(
                206 if start else 200, Content_Type="video/mp4", Content_Length=str(len(VIDEO) - start), **headers
            )
            wire.send(VIDEO[start : start + count])

        return script

    def test_it_goes_on_where_it_stopped(self, client, session, server, fake, tmp_path):
        server.when("GET", "/files", self.cut(), self.cut(start=1000), fake)
        client.download(f"{server.url}/files/x", tmp_path / "a.mp4")
        assert (tmp_path / "a.mp4").read_bytes() == VIDEO
        asked = [request.headers.get("range") for request in server.asked("GET", "/files")]
        assert asked == [None, "bytes=1000-", "bytes=2000-"]
        assert server.requests[-1].headers["if-range"] == '"v1"'

    def test_it_begins_again_where_the_file_has_changed_or_has_no_tag(self, client, session, server, fake, tmp_path):
        server.when(
            "GET", "/files", self.cut(etag=""), self.cut(etag='"old"'), lambda r, w: w.whole(200, VIDEO, "video/mp4")
        )
        client.download(f"{server.url}/files/x", tmp_path / "a.mp4")
        assert (tmp_path / "a.mp4").read_bytes() == VIDEO

    def test_another_part_than_the_wanted_one_is_refused(self, client, session, server, tmp_path):
        server.when("GET", "/files", self.cut(), self.cut(start=500))
        with pytest.raises(NonsenseError):
            client.download(f"{server.url}/files/x", tmp_path / "a.mp4")
        assert not list(tmp_path.iterdir())

    def test_it_gives_up_after_five_attempts_without_a_byte(self, client, session, server, tmp_path):
        server.when("GET", "/files", lambda request, wire: wire.reset())
        with pytest.raises(DroppedError):
            client.download(f"{server.url}/files/x", tmp_path / "a.mp4")
        assert len(server.asked("GET", "/files")) == 5

    def test_a_length_that_only_the_export_told(self, client, session, server, tmp_path):
        def endless(request: Request, wire: Wire) -> None:
            wire.head(200, Content_Type="video/mp4")
            wire.send(VIDEO[:1000])

        server.when("GET", "/files", endless)
        with pytest.raises(DroppedError):
            client.download(f"{server.url}/files/x", tmp_path / "a.mp4", size_bytes=len(VIDEO))
        assert not list(tmp_path.iterdir())

    @pytest.mark.promise("CLIENT-EXPORT-FILE")
    def test_it_never_replaces_a_file(self, client, session, server, tmp_path):
        target = tmp_path / "a.mp4"
        target.write_bytes(b"mine")
        with pytest.raises(UsageError):
            client.download(f"{server.url}/files/x", target)
        assert target.read_bytes() == b"mine"
        target.unlink()

        def meanwhile(request: Request, wire: Wire) -> None:
            target.write_bytes(b"mine")
            wire.whole(200, VIDEO, "video/mp4")

        server.when("GET", "/files", meanwhile)
        with pytest.raises(UsageError):
            client.download(f"{server.url}/files/x", target)
        assert target.read_bytes() == b"mine"
        assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]


class Tus:
    """A backend for resumable uploads that breaks off after each piece as told."""

    def __init__(self, *pieces: int) -> None:
        self.data = b""
        self.pieces = list(pieces)
        self.metadata = ""
        self.length = 0

    def __call__(self, request: Request, wire: Wire) -> None:
        assert request.headers["tus-resumable"] == "1.0.0"
        if request.method == "POST":
            self.metadata, self.length = request.headers["upload-metadata"], int(request.headers["upload-length"])
            return wire.head(201, Location="/api/uploads/u1", Content_Length="0")
        if request.method == "HEAD":
            return wire.head(200, Upload_Offset=str(len(self.data)), Content_Length="0")
        assert int(request.headers["upload-offset"]) == len(self.data)
        if self.pieces:
            self.data += request.body[: self.pieces.pop(0)]
            return wire.reset()
        self.data += request.body
        return wire.head(204, Upload_Offset=str(len(self.data)))


def test_a_resumable_upload(client, session, server, fake, tmp_path):
    tus = Tus(1000, 0, 500)
    for method in ("POST", "HEAD", "PATCH"):
        server.when(method, "/api/uploads", tus)
    file = tmp_path / "talk.mp3"
    file.write_bytes(VIDEO)
    fake.sessions[session]["video_infos"].append({"filename": "talk.mp3", "file_id": "f_1", "duration": 1.5})
    media = client.upload_resumable(session, file)
    assert tus.data == VIDEO
    assert tus.length == len(VIDEO)
    assert (media.file_id, media.duration_ms) == ("f_1", 1500)
    pairs = dict(part.split(" ") for part in tus.metadata.split(","))
    assert {key: b64decode(value).decode() for key, value in pairs.items()} == {
        "filename": "talk.mp3",
        "session_id": session,
    }


def test_a_resumable_upload_that_gets_nowhere(client, session, server, tmp_path):
    tus = Tus(*[0] * 50)
    for method in ("POST", "HEAD", "PATCH"):
        server.when(method, "/api/uploads", tus)
    file = tmp_path / "talk.mp3"
    file.write_bytes(VIDEO)
    with pytest.raises(DroppedError):
        client.upload_resumable(session, file)


def test_a_resumable_upload_of_which_nothing_more_is_taken(client, session, server, tmp_path):
    server.when("POST", "/api/uploads", Tus())
    server.when("PATCH", "/api/uploads", lambda request, wire: wire.head(204, Upload_Offset="0"))
    file = tmp_path / "talk.mp3"
    file.write_bytes(VIDEO)
    with pytest.raises(NonsenseError):
        client.upload_resumable(session, file)
    assert len(server.asked("PATCH", "/api/uploads")) == 1


def test_a_resumable_upload_outlives_a_question_that_breaks(client, session, server, tmp_path):
    tus = Tus(1000)
    server.when("POST", "/api/uploads", tus)
    server.when("PATCH", "/api/uploads", tus)
    server.when("HEAD", "/api/uploads", lambda request, wire: wire.reset(), tus)
    file = tmp_path / "talk.mp3"
    file.write_bytes(VIDEO)
    client.upload_resumable(session, file)
    assert tus.data == VIDEO


def test_a_resumable_upload_of_a_file_that_becomes_shorter(client, session, server, tmp_path, monkeypatch):
    monkeypatch.setattr("wavereel.client.resumable.CHUNK_BYTES", 1000)
    tus = Tus()
    for method in ("POST", "PATCH"):
        server.when(method, "/api/uploads", tus)
    file = tmp_path / "talk.mp3"
    file.write_bytes(VIDEO)
    with pytest.raises(UsageError, match="shorter"):
        client.upload_resumable(session, file, lambda sent, total: os.truncate(file, 10))
    assert 1000 <= len(tus.data) < len(VIDEO)


def test_failures_of_the_transport(client, session, server):
    server.when("GET", "/api/credits", lambda request, wire: wire.hold())
    with pytest.raises(TimedOutError):
        client.balance()
    server.when("GET", "/api/credits", lambda request, wire: wire.reset())
    with pytest.raises(DroppedError):
        client.balance()
    server.when("GET", "/api/credits", lambda request, wire: wire.send(b"SSH-2.0-OpenSSH_9.7\r\n\r\n"))
    with pytest.raises(NonsenseError):
        client.balance()
    server.when("POST", "/run_sse", lambda request, wire: wire.chunked(TOOL, HEARTBEAT, end=False))
    with pytest.raises(DroppedError):
        client.chat(session, "x")


def test_nobody_there(client):
    other = Both(type(client.client), "http://127.0.0.1:9")
    with pytest.raises(UnreachableError, match="wavereel serve"):
        other.balance()
    other.done()


@pytest.mark.parametrize(
    "text", ["", "x", "ftp://x", "http://", "http://a:0", "http://u:p@h", "http://h?x", "http://[", "http://h:99999"]
)
def test_what_is_no_base(text: str):
    with pytest.raises(UsageError):
        base_of(text)


def test_bases():
    assert base_of(" https://example.org/prefix/ ").url("/api") == "https://example.org/prefix/api"
    base = base_of("https://Example.org:443")
    assert base.owns("https://example.org/x")
    assert not base.owns("http://example.org/x")
    assert not base.owns("https://example.org:8443/x")
    assert base_of("http://127.0.0.1:1").is_local
    assert not base.is_local


@pytest.mark.parametrize(
    ("number", "status", "kind", "exit_code"),
    [
        (1001, 200, NotLetInError, 4),
        (1010, 401, NotLetInError, 4),
        (0, 401, NotLetInError, 4),
        (7001, 401, NotLetInError, 4),
        (402, 402, PlanError, 3),
        (0, 429, RateError, 4),
        (7002, 429, RateError, 4),
        (4091, 409, BusyError, 3),
        (4120, 412, ChangedError, 3),
        (7777, 200, RefusedError, 3),
        (0, 409, RefusedError, 3),
        (5000, 500, FaultError, 5),
        (0, 503, FaultError, 5),
    ],
)
def test_numbers_and_statuses(number: int, status: int, kind: type[WavereelError], exit_code: int):
    error = error_of(number, status, "")
    assert isinstance(error, kind)
    assert error.exit_code == exit_code
    assert str(error)


@pytest.mark.parametrize(
    "body", [{"token": ""}, {"token": []}, {"token": "a b"}, {"token": "a\nb"}, {}, {"token": "x" * 5000}]
)
def test_what_is_no_token(client, server, body):
    server.when("POST", "/api/auth", lambda request, wire: wire.json({"code": 0, "data": body}))
    with pytest.raises(NonsenseError):
        client.anonymous_token("me")


def test_answers_without_an_envelope(client, session, server):
    server.when("GET", "/api/credits", lambda request, wire: wire.json({"available": "5", "frozen": None}))
    assert (client.balance().available, client.balance().total) == (5, 5)
    nested = {
        "success": True,
        "data": {"id": "r", "status": "completed", "progress": 100, "outputUrl": "http://x/y.mp4"},
    }
    server.when("GET", "/api/render", lambda request, wire: wire.json(nested))
    assert client.render("r").url == "http://x/y.mp4"
    server.when(
        "GET", "/api/render", lambda request, wire: wire.whole(404, json.dumps({"detail": "Not Found"}).encode())
    )
    with pytest.raises(RefusedError, match="Not Found"):
        client.render("r")


def test_files_that_cannot_be_read(client, session, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "missing", tmp_path / "pipe", Path("a\0b")):
        with pytest.raises(UsageError):
            client.upload(session, [path])


@pytest.mark.parametrize("draft", [{"m": {"title": "half \ud800 a pair"}}, {"m": {"title": "中文"}}])
def test_drafts_of_any_text_are_sent(client, session, server, draft):
    assert client.submit_render("r1", session, draft).id == "r1"
    assert server.requests[-1].json["draft"] == draft
    with pytest.raises(UsageError):
        client.submit_render("r2", session, {"x": float("inf")})


def test_the_example_of_the_page_runs(server, folder, monkeypatch):
    page = (Path(__file__).parents[2] / "docs" / "client.md").read_text(encoding="utf-8")
    example = page.partition("```python\n")[2].partition("```")[0]
    (folder / "talk.mp3").write_bytes(b"ID3")
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    exec(compile(example.replace("http://127.0.0.1:8080", server.url), "client.md", "exec"), {})
    assert (folder / "talk.mp4").read_bytes() == VIDEO


def test_a_file_that_changes_while_it_is_sent(client, session, server, tmp_path):
    file = tmp_path / "talk.mp3"
    file.write_bytes(b"x" * 1000)

    def grow(sent: int, total: int) -> None:
        with file.open("ab") as more:
            more.write(b"y" * 100_000)

    assert len(client.upload(session, [file, file], grow).files) == 2
    assert server.requests[-1].body.count(b"x") >= 2000
    assert b"yyyy" not in server.requests[-1].body
    with file.open("wb") as long:
        long.truncate(1 << 20)
    with pytest.raises(UsageError):
        client.upload(session, [file], lambda sent, total: os.truncate(file, 10))


def test_a_video_in_a_coding_nobody_asked_for(client, session, server, tmp_path):
    server.when("GET", "/files", lambda r, w: w.whole(200, VIDEO, "video/mp4", Content_Encoding="gzip"))
    with pytest.raises(WavereelError):
        client.download(f"{server.url}/files/x", tmp_path / "a.mp4")
    assert not list(tmp_path.iterdir())
