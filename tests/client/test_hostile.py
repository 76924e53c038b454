"""The skill against a backend that misbehaves: it ends in time, sends nothing twice, and says what happened."""

import json
import threading
import time
from pathlib import Path

import pytest
from tests.client.fake_backend import HEARTBEAT, TOOL, VIDEO, event
from tests.client.hostile import Request, Wire

from wavereel.client.bases import Waits
from wavereel.client.connection import Connection
from wavereel.client.words import STILL_WORKING

CHAT, STATE, RENDER = "/run_sse", "/api/state", "/api/render/proxy/lambda"
HTML = b"<html><body><h1>502 Bad Gateway</h1>\x1b[31m</body></html>"


@pytest.fixture(autouse=True)
def _fast(skill, monkeypatch):
    """Waits of minutes take a part of a second."""
    monkeypatch.setenv("WAVEREEL_TIME_SCALE", "0.002")


@pytest.fixture
def pauses(monkeypatch) -> list[float]:
    """The pauses that the client would have made, in seconds; none of them is waited for."""
    made: list[float] = []
    monkeypatch.setattr(Connection, "pause", lambda self, seconds: made.append(seconds))
    return made


def refuse(code: int, status: int, message: str = "No", data=None, **headers: str):
    return lambda request, wire: wire.json({"code": code, "message": message, "data": data}, status, **headers)


def page(status: int):
    return lambda request, wire: wire.whole(status, HTML, "text/html")


def hold(request: Request, wire: Wire) -> None:
    wire.hold()


@pytest.mark.promise("CLIENT-TIMEOUT", "CLIENT-TIME-SCALE", "CLIENT-EXIT-CODES")
def test_silence(skill, server):
    server.when("GET", "/api/credits", hold)
    start_s = time.monotonic()
    ran = skill("credits")
    assert ran.code == 6
    assert time.monotonic() - start_s < 10
    assert Waits().request_s == 30


@pytest.mark.promise("CLIENT-CHAT-CEILING", "CLIENT-NOTICES")
def test_a_silent_stream_ends_after_ten_minutes_with_notices(skill, server, fake):
    server.when("POST", CHAT, lambda request, wire: (wire.stream(), wire.hold()))
    ran = skill("send", "make it blue")
    assert ran.code == 6
    assert 3 <= ran.err.count(STILL_WORKING) <= 5
    assert len(server.asked("POST", CHAT)) == 1


def test_a_stream_without_a_head_ends_as_well(skill, server):
    server.when("POST", CHAT, hold)
    assert skill("send", "make it blue").code == 6
    assert len(server.asked("POST", CHAT)) == 1


@pytest.mark.promise("CLIENT-CHAT-CEILING")
def test_heartbeats_only(skill, server):
    def beat(request: Request, wire: Wire) -> None:
        wire.stream()
        for _ in range(1000):
            wire.send(HEARTBEAT + b": ping\n\n")
            time.sleep(0.01)

    server.when("POST", CHAT, beat)
    start_s = time.monotonic()
    ran = skill("send", "make it blue")
    assert ran.code == 6
    assert time.monotonic() - start_s < 10
    assert ran.err.count(STILL_WORKING) <= 5  # ten minutes of them, not fifteen


@pytest.mark.promise("CLIENT-CHAT-CEILING")
def test_tools_without_an_end(skill, server):
    def busy(request: Request, wire: Wire) -> None:
        wire.stream()
        for _ in range(1000):
            wire.send(TOOL)
            time.sleep(0.01)

    server.when("POST", CHAT, busy)
    start_s = time.monotonic()
    assert skill("send", "make it blue").code == 6
    assert 1.5 < time.monotonic() - start_s < 10


def test_work_that_outlives_the_ceiling_but_was_done(skill, server, fake):
    def late(request: Request, wire: Wire) -> None:
        wire.stream(TOOL)
        fake.edit(request.json["session_id"], "late")
        wire.hold()

    server.when("POST", CHAT, late)
    ran = skill("send", "make it blue")
    assert ran.code == 0
    assert "made a timeline of 2s: Title" in ran.out


@pytest.mark.promise("CLIENT-DROPPED")
@pytest.mark.parametrize("how", ["reset", "short chunk", "cut event", "garbage", "before the head"])
def test_a_drop_is_looked_after_and_never_sent_again(skill, server, fake, how: str):
    def drop(request: Request, wire: Wire) -> None:
        sid = request.json["session_id"]
        threading.Timer(0.05, lambda: fake.edit(sid, "done all the same")).start()
        match how:
            case "reset":
                wire.chunked(TOOL, b"data: {", end=False)
                wire.reset()
            case "short chunk":
                wire.chunked(TOOL, end=False)
            case "cut event":
                wire.stream(TOOL + b'data: {"content": {"pa')
            case "garbage":
                wire.chunked(TOOL, end=False)
                wire.send(b"zzzz\r\nnonsense")
            case _:
                wire.reset()

    server.when("POST", CHAT, drop)
    ran = skill("send", "make it blue")
    assert ran.code == 0
    assert "It was done all the same" in ran.out
    assert "made a timeline of 2s" in ran.out
    assert len(server.asked("POST", CHAT)) == 1


@pytest.mark.promise("CLIENT-DROPPED")
def test_a_drop_after_which_nothing_changes(skill, server, pauses):
    server.when("POST", CHAT, lambda request, wire: wire.reset())
    ran = skill("send", "make it blue")
    assert ran.code == 6
    assert "say it again" in ran.err
    assert len(server.asked("POST", CHAT)) == 1
    assert len(server.asked("GET", STATE)) == 1 + 5
    assert pauses == [30, 60, 60, 60, 60]


def test_a_drop_after_which_nobody_answers(skill, server, fake):
    def fall(request: Request, wire: Wire) -> None:
        server.when("GET", STATE, lambda request, wire: wire.reset())
        wire.reset()

    server.when("POST", CHAT, fall)
    ran = skill("send", "make it blue")
    assert ran.code == 5
    assert len(server.asked("POST", CHAT)) == 1


def test_a_drop_after_the_text(skill, server):
    server.when("POST", CHAT, lambda request, wire: wire.chunked(event("Bars, a line or dots?"), end=False))
    ran = skill("send", "make it better")
    assert ran.code == 0
    assert "Bars, a line or dots?" in ran.out


@pytest.mark.parametrize("status", [500, 502, 503])
@pytest.mark.promise("CLIENT-EXIT-CODES")
def test_pages_of_html_and_5xx(skill, server, status: int):
    for method, prefix, command in (("GET", "/api/credits", "credits"), ("POST", CHAT, "send")):
        server.when(method, prefix, page(status))
        ran = skill(command, *(["make it blue"] if command == "send" else []))
        assert ran.code == 5
        assert "<html>" not in ran.all
        assert "\x1b" not in ran.all
    assert len(server.asked("POST", CHAT)) == 1


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (HTML, "text/html"),
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b'{"code": 0, "data": {"available": NaN}}', "application/json"),
        (b'{"code": 0, "data": {"available": "\xff\xfe"}}', "application/json"),
        (b"", "application/json"),
        (b'{"code": 0}', "image/png"),
    ],
)
def test_answers_that_make_no_sense(skill, server, body: bytes, kind: str):
    server.when("GET", "/api/credits", lambda request, wire: wire.whole(200, body, kind))
    ran = skill("credits")
    assert ran.code == 5
    assert len(ran.all) < 600


def test_an_answer_that_never_ends(skill, server):
    def flood(request: Request, wire: Wire) -> None:
        wire.head(200, Content_Type="application/json")
        for _ in range(100_000):
            wire.send(b" " * 65536)

    server.when("GET", "/api/credits", flood)
    assert skill("credits").code in (5, 6)  # too long, or for too long: whichever is noticed first


def test_a_slow_drip(skill, server):
    def drip(request: Request, wire: Wire) -> None:
        wire.head(200, Content_Type="application/json")
        for _ in range(1000):
            wire.send(b" ")
            time.sleep(0.02)

    server.when("GET", "/api/credits", drip)
    start_s = time.monotonic()
    assert skill("credits").code == 6
    assert time.monotonic() - start_s < 10


def test_a_stream_that_drips(skill, server, fake):
    def drip(request: Request, wire: Wire) -> None:
        wire.stream()
        for byte in event("Slowly, but it came."):
            wire.send(bytes([byte]))

    server.when("POST", CHAT, drip)
    ran = skill("send", "make it blue")
    assert (ran.code, "Slowly, but it came." in ran.out) == (0, True)


def test_giant_lines(skill, server):
    giant = b"data: " + b"x" * (5 << 20) + b"\n\n"
    server.when("POST", CHAT, lambda request, wire: wire.chunked(giant, event("Here I am."), giant))
    ran = skill("send", "make it blue")
    assert (ran.code, "Here I am." in ran.out) == (0, True)
    assert len(ran.all) < 2000


@pytest.mark.parametrize("kind", ["application/json", "text/html", "image/png"])
def test_a_stream_of_another_type(skill, server, kind: str):
    server.when("POST", CHAT, lambda request, wire: wire.whole(200, b"data: {}\n\n", kind))
    assert skill("send", "make it blue").code == 5


@pytest.mark.promise("CLIENT-NO-SECRETS")
def test_texts_that_drive_a_terminal(skill, server, fake):
    text = (
        '\x1b]0;owned\x07\x1b[31mRed\x1b[0m \u202eevil\x00 nmv_usr_0000000000000000000000000000000000000000001 {"a": 1}'
    )
    server.when("POST", CHAT, lambda request, wire: wire.chunked(event(text), event('{"draft": {"t": []}}')))
    ran = skill("send", "make it blue")
    assert not {"\x1b", "\x07", "\x00", "\u202e"} & set(ran.all)
    assert "nmv_usr_" not in ran.all
    assert "Red" in ran.out


@pytest.mark.promise("CLIENT-RETRIES")
class TestRetries:
    def test_1001_gets_one_new_token(self, skill, server, fake):
        skill("credits")
        fake.tokens.clear()
        ran = skill("credits")
        assert ran.code == 0
        assert len(server.asked("POST", "/api/auth")) == 2

    @pytest.mark.parametrize("code", [1001, 1010, 1011])
    def test_1001_again_is_the_end(self, skill, server, code: int):
        server.when("GET", "/api/credits", refuse(code, 401))
        ran = skill("credits")
        assert ran.code == 4
        assert len(server.asked("GET", "/api/credits")) == 2

    def test_1002_gets_one_new_session(self, skill, server, fake):
        skill("send", "one")
        fake.sessions.clear()
        ran = skill("send", "two")
        assert ran.code == 0
        assert "files have to be sent again" in ran.err
        assert fake.said == ["one", "two"]

    def test_400_gets_one_new_client_id(self, skill, server, fake):
        server.when("POST", "/api/auth", refuse(400, 400), fake)
        assert skill("credits").code == 0
        ids = [request.headers["x-client-id"] for request in server.asked("POST", "/api/auth")]
        assert len(set(ids)) == 2

    def test_400_again_is_the_end(self, skill, server):
        server.when("POST", "/api/auth", refuse(400, 400))
        assert skill("credits").code == 3
        assert len(server.asked("POST", "/api/auth")) == 2

    @pytest.mark.parametrize("headers", [{}, {"Retry_After": "7"}, {"Retry_After": "604312"}, {"Retry_After": "soon"}])
    def test_429_is_waited_for_once(self, skill, server, fake, headers):
        server.when("GET", "/api/credits", refuse(429, 429, **headers), fake)
        ran = skill("credits")
        assert ran.code == 0
        wait = 7 if headers.get("Retry_After") == "7" else 30
        assert f"trying once more in {wait} s" in ran.err

    @pytest.mark.parametrize("prefix", ["/api/auth", "/run_sse"])
    def test_429_again_is_the_end(self, skill, server, prefix: str):
        server.when("POST", prefix, refuse(429, 429, "Too many", Retry_After="604312"))
        ran = skill("send", "make it blue")
        assert ran.code == 4
        assert len(server.asked("POST", prefix)) == 2

    def test_a_status_alone_is_enough(self, skill, server, fake):
        skill("credits")
        fake.tokens.clear()
        server.when("GET", "/api/credits", lambda request, wire: wire.whole(401, b"", "text/plain"), fake)
        assert skill("credits").code == 0

    def test_an_envelope_alone_is_enough(self, skill, server, fake):
        skill("credits")
        server.when("GET", "/api/credits", refuse(1001, 200), fake)
        assert skill("credits").code == 0


@pytest.mark.promise("CLIENT-EXIT-CODES")
def test_no_credits_and_no_plan(skill, server, fake):
    link = "http://localhost:8080/register?bind=anon_1"
    server.when("POST", CHAT, refuse(2001, 403, "Insufficient credits", {"registration_url": link}))
    ran = skill("send", "make it blue")
    assert ran.code == 3
    assert link in ran.err
    server.when("POST", CHAT, refuse(2001, 403, "Insufficient credits", {"available": 0}))
    assert f"{server.url}/register?bind={fake.user_id}" in skill("send", "make it blue").err
    fake.user_id = "user_9f2c41d07be84a16"
    server.when("POST", CHAT, refuse(2001, 403, "Insufficient credits", {"user_id": fake.user_id}))
    ran = skill("send", "--new", "make it blue")
    assert "register" not in ran.err
    assert "top up" in ran.err
    server.when("POST", CHAT, fake)
    skill("send", "make it blue")
    server.when("POST", RENDER, refuse(402, 402, "Export is not available on the free plan."))
    ran = skill("export")
    assert ran.code == 3
    assert "register" in ran.err
    assert "credit" not in ran.err


@pytest.mark.parametrize(
    ("code", "status", "told"),
    [
        (4001, 415, "mp4, mov"),
        (4002, 413, "compress"),
        (4004, 422, "No"),
        (4091, 409, "still being worked on"),
        (9999, 418, "No"),
    ],
)
def test_other_refusals(skill, server, talk_mp3, code: int, status: int, told: str):
    server.when("POST", "/api/upload", refuse(code, status))
    ran = skill("upload", "talk.mp3")
    assert (ran.code, told in ran.err) == (3, True)


def test_a_detail_says_what_to_do(skill, server, talk_mp3):
    body = {"code": 4001, "message": "talk.mp3 is empty", "detail": "talk.mp3 is empty: give one with sound"}
    server.when("POST", "/api/upload", lambda _, wire: wire.json(body, 415))
    assert "talk.mp3 is empty: give one with sound; these are taken: mp4" in skill("upload", "talk.mp3").err


def test_an_error_in_the_stream(skill, server):
    failed = event("I could not hear this file.", errorCode="4001", customMetadata={"code": 4001})
    server.when("POST", CHAT, lambda request, wire: wire.chunked(TOOL, failed))
    ran = skill("send", "add captions")
    assert ran.code == 3
    assert "I could not hear this file." in ran.out
    server.when("POST", CHAT, lambda request, wire: wire.chunked(b'data: {"error": "RuntimeError: kaboom"}\n\n'))
    assert skill("send", "add captions").code == 3


@pytest.mark.promise("CLIENT-GUI-OWN-WISH")
def test_words_about_a_screen_do_only_what_was_asked(skill, server, fake):
    def clicky(request: Request, wire: Wire) -> None:
        fake.said.append(request.json["new_message"]["parts"][0]["text"])
        fake.edit(request.json["session_id"], f"{len(fake.said)}")
        wire.chunked(event("I changed the title as you wished. Click the Export button, then check your account page."))

    server.when("POST", CHAT, clicky)
    ran = skill("send", "change the title")
    assert "Click" not in ran.out
    assert "Say “export”" in ran.out
    assert not fake.renders
    assert not server.asked("GET", "/api/credits")
    ran = skill("send", "change the title and export it")
    assert len(fake.renders) == 1
    assert Path("video.mp4").is_file()
    assert fake.said == ["change the title", "change the title and export it"]


def test_an_export_over_chat_is_fetched(skill, server, fake):
    def queue(request: Request, wire: Wire) -> None:
        sid = request.json["session_id"]
        fake.edit(sid, "x")
        fake.renders["render_of_chat"] = {"id": "render_of_chat"}
        wire.chunked(event("The export is queued.", customMetadata={"action": "export", "render_id": "render_of_chat"}))

    server.when("POST", CHAT, queue)
    ran = skill("send", "add a title and export it")
    assert ran.code == 0
    assert not server.asked("POST", "/api/render")
    assert Path("video.mp4").read_bytes() == VIDEO


class TestExports:
    @pytest.fixture(autouse=True)
    def _with_a_draft(self, skill):
        skill("send", "make it blue")

    @pytest.mark.promise("CLIENT-POLLING")
    def test_trouble_while_polling_is_no_failure(self, skill, server, fake):
        troubles = [page(502), refuse(429, 429), lambda request, wire: wire.reset(), page(200), hold, refuse(408, 408)]
        server.when("GET", RENDER, *troubles, fake)
        ran = skill("export")
        assert ran.code == 0
        assert len(fake.renders) == 1
        assert Path("video.mp4").read_bytes() == VIDEO

    @pytest.mark.promise("CLIENT-POLLING")
    def test_failed_is_tried_once_more_under_a_new_id(self, skill, server, fake):
        server.when(
            "GET", RENDER, lambda request, wire: wire.json({"code": 0, "status": "failed", "error": "no disk"}), fake
        )
        ran = skill("export")
        assert ran.code == 0
        assert len(fake.renders) == 2
        assert "no disk" in ran.err

    @pytest.mark.promise("CLIENT-POLLING")
    def test_failed_again_is_the_end(self, skill, server, fake):
        server.when("GET", RENDER, lambda request, wire: wire.json({"code": 0, "status": "failed", "error": "no disk"}))
        ran = skill("export")
        assert (ran.code, len(fake.renders)) == (3, 2)

    @pytest.mark.promise("CLIENT-RENDER-PATIENCE")
    def test_cancelled_is_not_tried_again(self, skill, server, fake):
        server.when(
            "GET", RENDER, lambda request, wire: wire.json({"code": 0, "status": "failed", "error": "cancelled"})
        )
        ran = skill("export")
        assert (ran.code, len(fake.renders)) == (3, 1)

    @pytest.mark.promise("CLIENT-RENDER-PATIENCE")
    def test_five_minutes_are_the_end(self, skill, server, fake):
        server.when("GET", RENDER, lambda request, wire: wire.json({"code": 0, "status": "processing", "progress": 3}))
        ran = skill("export")
        [render_id] = fake.renders
        assert (ran.code, len(fake.renders)) == (6, 1)
        assert render_id in ran.err
        assert STILL_WORKING in ran.err
        server.when("GET", RENDER, fake)
        assert skill("export", "--id", render_id).code == 0

    @pytest.mark.promise("CLIENT-RENDER-PATIENCE")
    @pytest.mark.parametrize(("length_ms", "longest_s"), [(2000, 300), (400_000, 800)])
    def test_the_longest_wait_goes_by_the_length(self, skill, server, fake, pauses, length_ms: int, longest_s: int):
        [state] = fake.sessions.values()
        state["draft"]["t"][0]["sg"][0]["d"] = state["draft"]["d"] = length_ms
        server.when("GET", RENDER, lambda request, wire: wire.json({"code": 0, "status": "processing", "progress": 3}))
        assert skill("export").code == 6
        assert longest_s - 20 < sum(pauses) <= longest_s
        assert max(pauses) == 30

    def test_an_export_is_fetched_without_a_session(self, skill, server, fake):
        skill("export")
        [render_id] = fake.renders
        for path in Path("../config/wavereel/client").iterdir():
            values = json.loads(path.read_text(encoding="utf-8"))
            path.write_text(json.dumps(values | {"session_id": ""}), encoding="utf-8")
        ran = skill("export", "--id", render_id, "-o", "again.mp4")
        assert (ran.code, len(fake.sessions)) == (0, 1)
        assert Path("again.mp4").read_bytes() == VIDEO

    def test_a_submit_that_breaks_is_repeated_under_the_same_id(self, skill, server, fake):
        server.when("POST", RENDER, lambda request, wire: wire.reset(), fake)
        assert skill("export").code == 0
        ids = {request.json["id"] for request in server.asked("POST", RENDER)}
        assert len(ids) == 1

    @pytest.mark.promise("CLIENT-ROUTER-PARAMETERS")
    def test_another_format_is_explained(self, skill, server):
        server.when("POST", RENDER, refuse(4220, 422, "gif is not rendered"))
        ran = skill("send", "export as a GIF")
        assert ran.code == 3
        assert "gif is not rendered" in ran.err
        assert "MP4" in ran.err

    def test_a_truncated_download_goes_on(self, skill, server, fake):
        def cut(request: Request, wire: Wire) -> None:
            wire.head(200, Content_Type="video/mp4", Content_Length=str(len(VIDEO)), ETag='"v1"')
            wire.send(VIDEO[:1000])

        server.when("GET", "/files", cut, fake)
        assert skill("export").code == 0
        assert Path("video.mp4").read_bytes() == VIDEO
        assert server.asked("GET", "/files")[1].headers["range"] == "bytes=1000-"

    @pytest.mark.parametrize("script", [page(200), page(500), refuse(4031, 403)])
    def test_a_link_that_is_dead_is_replaced_by_the_id(self, skill, server, fake, script):
        server.when("GET", "/files", script)
        assert skill("export").code == 0
        assert server.asked("GET", "/api/render/proxy/render_")[-1].path.endswith("/download")
        assert not list(Path().glob("*.part*"))

    def test_nothing_is_left_of_a_download_that_fails(self, skill, server):
        for prefix in ("/files", "/api/render/proxy/render_"):
            server.when("GET", prefix, page(500))
        assert skill("export").code == 5
        assert not list(Path().iterdir())


@pytest.mark.promise("CLIENT-EXIT-CODES")
def test_an_interrupt_ends_with_130(skill, server, monkeypatch):
    def interrupt(request: Request, wire: Wire) -> None:
        import os
        import signal

        wire.stream(TOOL)
        os.kill(os.getpid(), signal.SIGINT)
        wire.hold()

    server.when("POST", CHAT, interrupt)
    assert skill("send", "make it blue").code == 130


@pytest.mark.promise("CLIENT-NO-SECRETS")
def test_a_token_that_the_backend_repeats_is_not_shown(skill, server, fake, monkeypatch):
    monkeypatch.setenv("WAVEREEL_TOKEN", "a-token-of-another-form")
    fake.tokens.append("a-token-of-another-form")
    server.when(
        "POST", CHAT, lambda request, wire: wire.chunked(event(request.headers["authorization"] + " is what I got."))
    )
    ran = skill("send", "make it blue", "--json")
    assert "a-token-of-another-form" not in ran.all
    server.when(
        "GET", "/api/credits", lambda request, wire: refuse(4040, 404, request.headers["authorization"])(request, wire)
    )
    for arguments in (["credits"], ["credits", "--json"], ["chat", "--json"]):
        ran = skill(*arguments, lines="credits\n")
        assert ran.code == 3
        assert "a-token-of-another-form" not in ran.all


def test_bytes_that_are_no_text(skill, fake):
    assert skill("send", "make it \udcff blue").code == 0
    assert fake.said == ["make it ? blue"]


@pytest.mark.promise("CLIENT-NOTICES")
def test_a_long_upload_has_notices(skill, server, fake, talk_mp3):
    def slow(request: Request, wire: Wire) -> None:
        time.sleep(0.6)
        fake(request, wire)

    server.when("POST", "/api/upload", slow)
    ran = skill("upload", "talk.mp3")
    assert ran.code == 0
    assert ran.err.count(STILL_WORKING) >= 1
