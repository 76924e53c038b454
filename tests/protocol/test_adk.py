"""ADK's own paths, byte by byte as its clients expect them."""

import base64
import json

import pytest
from tests.protocol.serving import Wire

SESSIONS = "/apps/nemo_agent/users/me/sessions"


@pytest.mark.promise("ADK-LIST-APPS", "ADK-VERSION", "ADK-HEALTH")
def test_what_the_server_tells_anybody(wire: Wire):
    http = wire.http
    assert http.get("/list-apps").json() == ["nemo_agent"]
    (app,) = http.get("/list-apps", params={"detailed": "true"}).json()["apps"]
    assert app["name"] == "nemo_agent"
    assert app.keys() >= {"rootAgentName", "description", "language"}
    assert http.get("/version").json().keys() >= {"version", "language", "language_version"}
    assert http.get("/version").json()["language"] == "python"
    assert http.get("/health").json()["status"] == "ok"


@pytest.mark.promise("ADK-SESSION-SHAPE", "ADK-CREATE", "ADK-GET", "ADK-LIST", "ADK-DELETE")
def test_a_session_and_its_end(wire: Wire):
    made = wire.post(SESSIONS).json()
    assert made.keys() == {"id", "appName", "userId", "state", "events", "lastUpdateTime"}
    assert (made["appName"], made["events"], made["state"]["draft"]) == ("nemo_agent", [], {})
    assert isinstance(made["lastUpdateTime"], float)
    assert 1_700_000_000 < made["lastUpdateTime"] < 10_000_000_000
    named = wire.post(SESSIONS, {"session_id": "s-1", "state": {"mood": "calm"}}).json()
    assert (named["id"], named["state"]["mood"]) == ("s-1", "calm")
    wire.say("s-1", "hello")
    assert wire.get(f"{SESSIONS}/s-1").json()["events"]
    listed = wire.get(SESSIONS).json()
    assert {one["id"] for one in listed} == {made["id"], "s-1"}
    assert all(one["events"] == [] for one in listed)
    assert wire.get("/api/state/nemo_agent/me/s-1/latest").json()["code"] == 0
    for _ in range(2):
        gone = wire.call("DELETE", f"{SESSIONS}/s-1")
        assert (gone.status_code, gone.json()) == (200, None)
    unknown = wire.get(f"{SESSIONS}/s-1")
    assert (unknown.status_code, unknown.json()) == (404, {"detail": "Session not found"})


@pytest.mark.promise("ADK-CREATE-BY-ID")
def test_the_deprecated_creation(wire: Wire):
    made = wire.post(f"{SESSIONS}/old", {"mood": "calm"})
    assert (made.status_code, made.json()["state"]["mood"]) == (200, "calm")
    again = wire.post(f"{SESSIONS}/old", {})
    assert again.status_code == 409
    assert again.json()["detail"].startswith("Session already exists")


@pytest.mark.promise("ADK-PATCH", "USER-ADK-READ-ONLY")
@pytest.mark.parametrize("key", ["state_delta", "stateDelta"])
def test_a_change_of_the_state(wire: Wire, key: str):
    session = wire.post(SESSIONS).json()
    draft = {"t": [{"tt": 7, "sg": [{"d": 100, "txt": "a"}]}]}
    delta = {"draft": draft, "mood": "bright"}
    for ours in ({"video_infos": [{"file_id": "x"}]}, {"generated_media": []}, {"canvas_config": {"width": 1}}):
        refused = wire.call("PATCH", f"{SESSIONS}/{session['id']}", json={key: delta | ours})
        assert refused.status_code == 422, refused.text
    assert wire.get(f"{SESSIONS}/{session['id']}").json()["state"] == session["state"]
    answer = wire.call("PATCH", f"{SESSIONS}/{session['id']}", json={key: delta})
    assert answer.status_code == 200, answer.text
    state = answer.json()["state"]
    assert (state["mood"], state["video_infos"], state["draft"]["rev"]) == ("bright", [], 1)
    assert state["canvas_config"]["width"] != 1
    bad = wire.call("PATCH", f"{SESSIONS}/{session['id']}", json={key: {"draft": {"t": 5}}})
    assert bad.status_code == 422
    assert isinstance(bad.json()["detail"], str)


@pytest.mark.promise("ADK-RUN", "ADK-UNKNOWN", "ADK-DETAIL-ERRORS")
def test_a_run(wire: Wire):
    session = wire.post(SESSIONS).json()["id"]
    body = {
        "appName": "nemo_agent",
        "userId": "me",
        "sessionId": session,
        "newMessage": {"role": "user", "parts": [{"text": "hi"}]},
    }
    events = wire.post("/run", body).json()
    assert isinstance(events, list)
    assert events[-1]["content"]["parts"][0]["text"]
    unknown = wire.post("/run", body | {"sessionId": "none"})
    assert unknown.status_code == 404
    assert unknown.json()["detail"].startswith("Session not found")
    other = wire.post("/run", body | {"appName": "other"})
    assert other.status_code == 404
    assert isinstance(other.json()["detail"], str)


@pytest.mark.promise("ADK-ORIGIN")
def test_a_foreign_origin(wire: Wire):
    answer = wire.post(SESSIONS, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403


@pytest.mark.promise("ADK-ARTIFACTS")
def test_artifacts(wire: Wire):
    session = wire.post(SESSIONS).json()["id"]
    assert wire.get(f"{SESSIONS}/{session}/artifacts").json() == []
    assert wire.get(f"{SESSIONS}/{session}/artifacts/none").status_code == 404


@pytest.mark.promise("ADK-RUN-SSE", "ADK-AUTH")
def test_the_stream_as_the_stock_client_reads_it(wire: Wire, sound: bytes):
    """Basic for authentication, camelCase in, a user of its own choice, and every line either data or to be skipped."""
    session = wire.post(SESSIONS).json()["id"]
    wire.upload(session, ("talk.wav", sound))
    secret = base64.b64encode(f"x:{wire.token}".encode()).decode()
    body = {
        "appName": "nemo_agent",
        "userId": "somebody",
        "sessionId": session,
        "newMessage": {"role": "user", "parts": [{"text": "make a video without captions"}]},
        "streaming": False,
    }
    with wire.http.stream("POST", "/run_sse", json=body, headers={"Authorization": f"Basic {secret}"}) as answer:
        assert answer.status_code == 200
        data = [line[5:].strip() for line in answer.iter_lines() if line.startswith("data:")]
    events = [json.loads(one) for one in data if one]
    assert all("error" not in event and event["author"] == "nemo_agent" for event in events)
    assert events[-1]["content"]["parts"][0]["text"]
    told = wire.get(f"{SESSIONS}/{session}").json()
    assert [event["id"] for event in events] == [event["id"] for event in told["events"] if event["author"] != "user"]
    assert told["state"]["draft"]["t"]
