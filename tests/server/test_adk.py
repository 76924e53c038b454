"""ADK's endpoints and the stream of messages: who is let in, what is refused and when, what is passed on."""

import asyncio
import base64
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.server.scripted import ScriptedRun, event

from wavereel.app import build_app
from wavereel.errors import BusyError, NoCreditsError, NotFoundError
from wavereel.server.application import build_server
from wavereel.server.sse import frame
from wavereel.service.backend.caller import Caller
from wavereel.settings import Settings

BASE = "http://127.0.0.1:8080"
ME = "/apps/nemo_agent/users/me/sessions"
DONE = event("ev-3", "Done.")


class NoTasks:
    """No child is needed for what is tested here."""

    def call(self, name: str, *_: Any, **__: Any) -> dict[str, Any]:
        raise AssertionError(f"the task {name} was called")


class ScriptedChat:
    """Answers every message with one event."""

    def __init__(self) -> None:
        self.started: list[dict[str, Any]] = []
        self.refuses: Exception | None = None

    def start(
        self,
        caller: Caller,
        sid: str,
        text: str,
        *,
        streaming: bool = False,
        state_delta: Mapping[str, Any] | None = None,
    ) -> ScriptedRun:
        if self.refuses:
            raise self.refuses
        self.started.append({
            "user": caller.user_id, "sid": sid, "text": text, "streaming": streaming, "delta": state_delta
        })  # fmt: skip
        return ScriptedRun([DONE], ended=True)

    def resume(self, caller: Caller, sid: str, last: str) -> ScriptedRun:
        if last != "ev-1":
            raise NotFoundError("There is no such event")
        return ScriptedRun([event("ev-1", "One."), DONE], ended=True, start=1)

    def take_up(self) -> int:
        return 0

    def close(self) -> None: ...


class Wired:
    """A server over a real backend, whose chat is scripted."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.settings = replace(Settings(cache_dir=folder / "cache", data_dir=folder / "data"), **settings)
        self.backend = build_app(self.settings).backend(tasks=NoTasks())
        self.chat = ScriptedChat()
        self.backend.chat = self.chat  # type: ignore[assignment]
        self.token = self.backend.accounts.operator_token(["read", "write", "upload"])
        self.reader = self.backend.accounts.operator_token(["read"])
        self.app = build_server(self.backend, self.settings)

    @asynccontextmanager
    async def client(self, **headers: str) -> AsyncGenerator[httpx2.AsyncClient]:
        transport = httpx2.ASGITransport(self.app)
        async with httpx2.AsyncClient(transport=transport, base_url=BASE, headers=headers) as client:
            yield client

    def ask(self, method: str, path: str, *, token: str | None = "", **more: Any) -> httpx2.Response:
        headers = dict(more.pop("headers", {}))
        if token is not None:
            headers["Authorization"] = f"Bearer {token or self.token}"

        async def play() -> httpx2.Response:
            async with self.client(**headers) as client:
                return await client.request(method, path, **more)

        return asyncio.run(play())


@pytest.fixture(scope="module")
def one_server(tmp_path_factory: pytest.TempPathFactory):
    made = Wired(tmp_path_factory.mktemp("wired"))
    yield made
    made.backend.close()


@pytest.fixture
def wired(one_server: Wired) -> Wired:
    one_server.chat.__init__()
    return one_server


@pytest.fixture(scope="module")
def open_server(tmp_path_factory: pytest.TempPathFactory):
    made = Wired(tmp_path_factory.mktemp("open"), adk_no_auth=True)
    yield made
    made.backend.close()


@pytest.fixture
def open_wired(open_server: Wired) -> Wired:
    open_server.chat.__init__()
    return open_server


def basic(token: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"x:{token}".encode()).decode()}


def said(sid: str, text: str = "add captions", **more: Any) -> dict[str, Any]:
    return {"session_id": sid, "new_message": {"parts": [{"text": text}]}, **more}


def made(wired: Wired) -> str:
    return wired.ask("POST", ME).json()["id"]


@pytest.mark.promise("CHAT-REQUEST")
@pytest.mark.parametrize(
    "body",
    [
        {"session_id": "SID", "new_message": {"parts": [{"text": "add captions"}]}},
        {
            "app_name": "nemo_agent",
            "user_id": "me",
            "session_id": "SID",
            "new_message": {"parts": [{"text": "add captions"}]},
        },
        {
            "appName": "nemo_agent",
            "userId": "me",
            "sessionId": "SID",
            "newMessage": {"role": "user", "parts": [{"text": "add captions"}]},
            "streaming": False,
            "functionCallEventId": None,
            "customMetadata": {"a": 1},
        },
        {"session_id": "SID", "new_message": {"parts": [{"text": "add"}, {"inlineData": {}}, {"text": " "}]}},
    ],
)
def test_a_message_is_taken_in_every_spelling(wired: Wired, body: dict[str, Any]):
    sid = made(wired)
    body = json.loads(json.dumps(body).replace("SID", sid))
    answer = wired.ask("POST", "/run_sse", json=body)
    assert answer.status_code == 200
    assert answer.content == frame(DONE)
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    (started,) = wired.chat.started
    assert started["sid"] == sid
    assert started["text"] in ("add captions", "add")
    assert (started["streaming"], started["delta"]) == (False, None)


def test_how_it_is_to_be_answered_is_passed_on(wired: Wired):
    sid = made(wired)
    wired.ask("POST", "/run_sse", json=said(sid, streaming=True, stateDelta={"mood": "calm"}, invocationId="e-1"))
    (started,) = wired.chat.started
    assert (started["streaming"], started["delta"]) == (True, {"mood": "calm"})


@pytest.mark.promise("CHAT-ERRORS-BEFORE", "CHAT-NO-TEXT")
@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, 4220),
        ({"session_id": 5}, 422, 4220),
        ({"session_id": "x" * 300, "new_message": {"parts": [{"text": "a"}]}}, 422, 4220),
        ({"session_id": "SID"}, 422, 4220),
        ({"session_id": "SID", "new_message": "add captions"}, 422, 4220),
        ({"session_id": "SID", "new_message": {"parts": "add"}}, 422, 4220),
        ({"session_id": "SID", "new_message": {"parts": ["add"]}}, 422, 4220),
        ({"session_id": "SID", "new_message": {"parts": [{"text": 5}]}}, 422, 4220),
        ({"session_id": "SID", "new_message": {"parts": [{"text": "  \n"}]}}, 422, 4220),
        ({"session_id": "SID", "new_message": {"parts": [{"text": "a"}]}, "streaming": "yes"}, 422, 4220),
        ({"session_id": "SID", "new_message": {"parts": [{"text": "a"}]}, "state_delta": []}, 422, 4220),
        ({"session_id": "SID", "app_name": "other", "new_message": {"parts": [{"text": "a"}]}}, 404, 4040),
        ({"session_id": "SID", "user_id": "anon_1", "new_message": {"parts": [{"text": "a"}]}}, 404, 1002),
    ],
)
def test_what_can_be_refused_is_refused_before_the_stream(wired: Wired, body: Any, status: int, code: int):
    answer = wired.ask("POST", "/run_sse", json=json.loads(json.dumps(body).replace("SID", made(wired))))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert isinstance(answer.json()["detail"], str)
    assert wired.chat.started == []


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [(BusyError("busy"), 409, 4091), (NoCreditsError("none", data={"available": 0}), 403, 2001)],
)
def test_refusals_of_the_chat_are_no_stream(wired: Wired, error: Exception, status: int, code: int):
    wired.chat.refuses = error
    answer = wired.ask("POST", "/run_sse", json=said(made(wired)))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/json"


def test_the_token_comes_first_then_its_scope_then_the_body(wired: Wired):
    assert wired.ask("POST", "/run_sse", token=None, content=b"{").json()["code"] == 1001
    assert wired.ask("POST", "/run_sse", token=wired.reader, content=b"{").json()["code"] == 1003
    assert wired.ask("POST", "/run_sse", content=b"{").json()["code"] == 4220


@pytest.mark.promise("CHAT-REPLAY")
def test_a_stream_goes_on_from_the_last_event(wired: Wired):
    sid = made(wired)
    for empty in ({"session_id": sid}, said(sid, "")):
        answer = wired.ask("POST", "/run_sse", json=empty, headers={"Last-Event-ID": "ev-1"})
        assert answer.content == frame(DONE)
    unknown = wired.ask("POST", "/run_sse", json={"session_id": sid}, headers={"Last-Event-ID": "ev-9"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, 4040)
    assert wired.chat.started == []
    wired.ask("POST", "/run_sse", json=said(sid), headers={"Last-Event-ID": "ev-9"})
    assert len(wired.chat.started) == 1


@pytest.mark.promise("ADK-AUTH", "USER-ADK")
def test_a_token_as_password_takes_any_user_and_a_bearer_token_takes_its_own(wired: Wired):
    path = "/apps/nemo_agent/users/somebody/sessions"
    answer = wired.ask("POST", path, token=None, headers=basic(wired.token))
    assert (answer.status_code, answer.json()["userId"]) == (200, "somebody")
    assert wired.ask("POST", path).status_code == 404
    assert wired.ask("POST", path, token=None, headers=basic("nmv_usr_wrong")).status_code == 401
    assert wired.ask("POST", path, token=None).status_code == 401
    body = said(answer.json()["id"], user_id="somebody")
    assert wired.ask("POST", "/run_sse", token=None, headers=basic(wired.token), json=body).status_code == 200
    assert wired.ask("POST", "/run_sse", json=body).json()["code"] == 1002


@pytest.mark.promise("ADK-AUTH", "SETTINGS-ADK-NO-AUTH", "USER-ADK")
def test_without_tokens_adks_endpoints_work_as_the_default_user_and_nothing_else_opens(open_wired: Wired):
    path = "/apps/nemo_agent/users/user/sessions"
    made = open_wired.ask("POST", path, token=None).json()
    assert made["userId"] == "user"
    assert open_wired.ask("GET", f"{path}/{made['id']}", token=None).status_code == 200
    assert open_wired.ask("POST", "/run_sse", token=None, json=said(made["id"])).status_code == 200
    assert open_wired.chat.started[0]["user"] == "local"
    assert open_wired.ask("GET", "/api/credits/balance/simple", token=None).status_code == 401
    assert open_wired.ask("POST", path, token="nmv_usr_wrong").status_code == 401
    state = open_wired.ask("GET", f"/api/state/nemo_agent/me/{made['id']}/latest")
    assert state.json()["code"] == 1002


@pytest.mark.promise("ADK-AUTH", "SETTINGS-ADK-NO-AUTH")
def test_the_mode_without_tokens_is_closed_where_others_can_reach(tmp_path: Path):
    wired = Wired(tmp_path, adk_no_auth=True, host="0.0.0.0")
    assert wired.ask("POST", "/apps/nemo_agent/users/user/sessions", token=None).status_code == 401
    wired.backend.close()


@pytest.mark.promise("ADK-ORIGIN")
def test_no_page_of_another_site_uses_the_open_mode(open_wired: Wired):
    path = "/apps/nemo_agent/users/user/sessions"
    for headers in ({"Origin": "https://evil.example"}, {"Host": "evil.example"}):
        answer = open_wired.ask("POST", path, token=None, headers=headers)
        assert answer.status_code == 403
        assert answer.json().keys() == {"detail"}


def test_the_mcp_endpoint_stands_behind_the_same_door(open_wired: Wired):
    for headers in ({"Origin": "https://evil.example"}, {"Host": "evil.example"}):
        assert open_wired.ask("POST", "/mcp", headers=headers, json={}).json()["code"] == 4030


@pytest.mark.promise("ADK-DETAIL-ERRORS", "ADK-UNKNOWN")
@pytest.mark.parametrize(
    ("method", "path", "body", "status", "detail"),
    [
        ("GET", f"{ME}/none", None, 404, "Session not found"),
        ("PATCH", f"{ME}/none", {"state_delta": {}}, 404, "Session not found"),
        ("PATCH", f"{ME}/none", {"state_delta": 5}, 422, "state_delta is not an object"),
        ("GET", "/apps/nemo_agent/users/other/sessions/none", None, 404, "Session not found"),
        ("POST", "/apps/other/users/me/sessions", None, 404, "Agent not found: other"),
        ("POST", ME, {"sessionId": 5}, 422, "sessionId is not a text"),
        ("POST", "/run", {"sessionId": "none"}, 422, "there is no text in new_message"),
    ],
)
def test_errors_are_in_adks_shape(wired: Wired, method: str, path: str, body: Any, status: int, detail: str):
    answer = wired.ask(method, path, json=body) if body is not None else wired.ask(method, path)
    assert (answer.status_code, answer.json()) == (status, {"detail": detail})


@pytest.mark.promise("ADK-RUN")
def test_a_run_without_a_stream_is_a_list(wired: Wired):
    sid = made(wired)
    answer = wired.ask("POST", "/run", json={"appName": "nemo_agent", "userId": "me", "sessionId": sid, "newMessage": {
        "role": "user", "parts": [{"text": "add captions"}]}})  # fmt: skip
    assert answer.json() == [DONE]


@pytest.mark.promise("ADK-DELETE")
def test_deleting_answers_null_also_for_what_is_not_there(wired: Wired):
    sid = made(wired)
    for _ in range(2):
        answer = wired.ask("DELETE", f"{ME}/{sid}")
        assert (answer.status_code, answer.content) == (200, b"null")
    assert wired.ask("DELETE", f"{ME}/{sid}", token=wired.reader).status_code == 403


@pytest.mark.promise("ADK-CREATE", "ADK-SESSION-SHAPE")
@pytest.mark.parametrize("body", [None, {}, {"sessionId": None, "state": None, "events": None}])
def test_a_session_needs_no_body(wired: Wired, body: Any):
    answer = wired.ask("POST", ME) if body is None else wired.ask("POST", ME, json=body)
    session = answer.json()
    assert session.keys() == {"id", "appName", "userId", "state", "events", "lastUpdateTime"}
    assert isinstance(session["lastUpdateTime"], float)
    assert session["events"] == []


@pytest.mark.promise("ADK-CREATE-BY-ID")
def test_an_id_is_given_once(wired: Wired):
    assert wired.ask("POST", f"{ME}/s1", json={}).json()["id"] == "s1"
    again = wired.ask("POST", f"{ME}/s1")
    assert (again.status_code, again.json()) == (409, {"detail": "Session already exists: s1"})


@pytest.mark.promise("ADK-LIST-APPS", "ADK-VERSION")
def test_what_anybody_may_know(wired: Wired):
    assert wired.ask("GET", "/list-apps?relative_path=./", token=None).json() == ["nemo_agent"]
    (app,) = wired.ask("GET", "/list-apps?detailed=true", token=None).json()["apps"]
    assert (app["name"], app["rootAgentName"], app["language"]) == ("nemo_agent", "nemo_agent", "python")
    version = wired.ask("GET", "/version", token=None).json()
    assert version.keys() == {"version", "language", "language_version"}


@pytest.mark.promise("ADK-ARTIFACTS")
def test_artifacts_are_the_files_of_a_session(wired: Wired, monkeypatch: pytest.MonkeyPatch):
    sid = made(wired)
    path = f"{ME}/{sid}/artifacts"
    assert wired.ask("GET", path).json() == []
    state = wired.backend.sessions.state(wired.backend.accounts.caller(wired.token), sid)
    talk = {"filename": "my/talk.mp3", "cdn_url": "http://here/f_1", "mime": "audio/mpeg", "created_at": 1500}
    state["state"]["video_infos"] = [talk]
    monkeypatch.setattr(wired.backend.sessions, "state", lambda *_: state)
    assert wired.ask("GET", path).json() == ["my/talk.mp3"]
    part = {"fileData": {"fileUri": "http://here/f_1", "mimeType": "audio/mpeg", "displayName": "my/talk.mp3"}}
    assert wired.ask("GET", f"{path}/my/talk.mp3").json() == part
    assert wired.ask("GET", f"{path}/my/talk.mp3/versions/latest").json() == part
    assert wired.ask("GET", f"{path}/my/talk.mp3/versions").json() == [0]
    told = {"version": 0, "canonicalUri": "http://here/f_1", "customMetadata": {}, "createTime": 1.5} | {
        "mimeType": "audio/mpeg"
    }
    assert wired.ask("GET", f"{path}/my/talk.mp3/versions/metadata").json() == [told]
    assert wired.ask("GET", f"{path}/my/talk.mp3/versions/0/metadata").json() == told
    missing = wired.ask("GET", f"{path}/other.mp3")
    assert (missing.status_code, missing.json()) == (404, {"detail": "Artifact not found"})
    assert wired.ask("GET", f"{path}/my/talk.mp3/versions/1").status_code == 404
    assert wired.ask("GET", f"{path}/my/talk.mp3/versions/first").status_code == 422
    assert wired.ask("DELETE", f"{path}/my/talk.mp3").status_code == 409


@pytest.mark.promise("ADK-ARTIFACTS")
@pytest.mark.parametrize("artifact", [None, {}, {"inlineData": {}}, {"inlineData": {"data": "!"}}, {"text": "a"}])
def test_an_artifact_without_bytes_is_not_saved(wired: Wired, artifact: Any):
    answer = wired.ask("POST", f"{ME}/{made(wired)}/artifacts", json={"filename": "a.mp3", "artifact": artifact})
    assert answer.status_code == 422
