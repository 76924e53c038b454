"""Settings that change what the wire shows: statuses, addresses, tokens, credits."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

import httpx2
import pytest
from tests.protocol.serving import Served, Wire, environment, events_of, free_port, serving, tiny_draft

PUBLIC = "https://video.example.org"


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    settings = {
        "WAVEREEL_HTTP_STATUS_STYLE": "always_200",
        "WAVEREEL_PUBLIC_URL": PUBLIC,
        "WAVEREEL_TOKEN_REISSUE": "same",
        "WAVEREEL_TRUSTED_PROXIES": "127.0.0.0/8",
        "WAVEREEL_TOKENS_PER_ADDRESS": 2,
        "WAVEREEL_ADK_NO_AUTH": 1,
        "WAVEREEL_CREDITS": 0,
        "WAVEREEL_NO_CREDITS": 1,
        "WAVEREEL_HEARTBEAT": "comment",
        "WAVEREEL_HEARTBEAT_S": "0.05",
    }
    with serving(tmp_path_factory.mktemp("odd"), "--workers", "0", **settings) as server:
        yield server


def token(http: httpx2.Client, client_id: str, address: str) -> httpx2.Response:
    return http.post("/api/auth/anonymous-token", headers={"X-Client-Id": client_id, "X-Forwarded-For": address})


@pytest.fixture
def caller(odd: Served, request: pytest.FixtureRequest) -> Iterator[Wire]:
    with odd.client() as http:
        data = token(http, request.node.name, f"203.0.113.{crc32(request.node.name.encode()) % 200}").json()["data"]
        yield Wire(http, data["token"], data["user_id"])


@pytest.mark.promise("STATUS-ALWAYS-200", "STATUS-ALWAYS-200-LIMITS")
def test_every_status_is_200(caller: Wire):
    http = caller.http
    answers = {
        1001: http.get("/api/credits/balance/simple"),
        1002: caller.get("/api/state/nemo_agent/me/1/latest"),
        4040: caller.get("/api/nothing"),
        4050: caller.call("PATCH", "/api/credits/balance/simple"),
        4220: caller.post("/api/render/proxy/lambda", content=b"{"),
        402: Wire(http, caller.token, headers={}).post("/api/render/proxy/lambda", {}),
        400: http.post("/api/auth/anonymous-token"),
    }
    assert {code: (answer.status_code, answer.json()["code"]) for code, answer in answers.items()} == {
        code: (200, code) for code in answers
    }
    before = caller.say("1", "hello")
    assert (before.status_code, before.json()["code"]) == (200, 1002)
    assert caller.get("/apps/nemo_agent/users/me/sessions/1").status_code == 404
    assert http.get("/files/f_1/a.png?exp=1&sig=2").status_code in (403, 404, 410)
    assert caller.post("/run", {}).status_code in (404, 422)


@pytest.mark.promise("LINK-BASE")
def test_addresses_carry_the_public_url(caller: Wire, picture: bytes):
    (file,) = caller.upload(caller.session(), ("a.png", picture)).json()["data"]["files"]
    assert file["cdn_url"].startswith(f"{PUBLIC}/files/")
    path = file["cdn_url"].removeprefix(PUBLIC)
    assert caller.http.get(path).content == picture


@pytest.mark.promise("SETTINGS-REISSUE", "TOKEN-WINDOW-START")
def test_the_same_user_again(odd: Served):
    with odd.client() as http:
        first = token(http, "again", "203.0.113.201").json()["data"]
        session = Wire(http, first["token"]).session()
        second = token(http, "again", "203.0.113.201").json()["data"]
        assert second["user_id"] == first["user_id"]
        assert second["token"] != first["token"]
        assert Wire(http, first["token"]).get("/api/credits/balance/simple").json()["code"] == 1001
        assert Wire(http, second["token"]).state(session)["session_id"] == session


@pytest.mark.promise("TOKEN-PER-ADDRESS")
def test_tokens_an_address(odd: Served):
    with odd.client() as http:
        codes = [token(http, f"many-{number}", "198.51.100.7").json()["code"] for number in range(3)]
        assert codes == [0, 0, 429]
        assert token(http, "elsewhere", "198.51.100.8").json()["code"] == 0
        assert token(http, "chain", "198.51.100.8, 198.51.100.7").json()["code"] == 429


@pytest.mark.promise("SETTINGS-NO-CREDITS")
def test_nothing_is_charged(caller: Wire, sound: bytes):
    session = caller.session()
    caller.upload(session, ("talk.wav", sound))
    events_of(caller.say(session, "make a video without captions"))
    assert caller.state(session)["state"]["draft"]["t"]


@pytest.mark.promise("CHAT-HEARTBEAT-AUTO")
def test_the_framing_can_be_forced(caller: Wire, sound: bytes):
    session = caller.session()
    caller.upload(session, ("talk.wav", sound))
    text = caller.say(session, "make a video with captions").text
    assert "event: heartbeat" not in text
    assert ": heartbeat\n\n" in text


@pytest.mark.promise("ADK-AUTH", "USER-ADK")
def test_adk_without_a_token(odd: Served, caller: Wire):
    with odd.client() as http:
        made = http.post("/apps/nemo_agent/users/anybody/sessions", json={"sessionId": "mine"})
        assert made.status_code == 200, made.text
        assert http.get("/apps/nemo_agent/users/somebody/sessions/mine").status_code == 200
        assert http.get("/api/credits/balance/simple").json()["code"] == 1001
        assert caller.get("/apps/nemo_agent/users/me/sessions/mine").status_code == 404


@pytest.mark.promise("SETTINGS-ADK-NO-AUTH")
def test_no_auth_is_for_loopback(tmp_path: Path):
    words = [
        sys.executable,
        "-m",
        "wavereel",
        "serve",
        "--host",
        "0.0.0.0",
        "--port",
        str(free_port()),
        "--data",
        str(tmp_path),
    ]
    done = subprocess.run(
        words, env=environment(WAVEREEL_ADK_NO_AUTH=1), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2, done.stderr
    assert "loopback" in done.stderr


@pytest.mark.promise("SETTINGS-UNKNOWN")
def test_an_unknown_setting(tmp_path: Path):
    words = [sys.executable, "-m", "wavereel", "serve", "--data", str(tmp_path)]
    done = subprocess.run(
        words, env=environment(WAVEREEL_PROT="1"), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2, done.stderr
    assert "WAVEREEL_PROT" in done.stderr


@pytest.mark.promise("SETTINGS-NO-CREDITS")
def test_an_export_needs_none(caller: Wire):
    assert caller.submit(caller.session(), tiny_draft()).json()["code"] == 0
