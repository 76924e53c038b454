"""The protocol's page: from no token to an MP4 that plays, request by request."""

import json
import re
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from tests.protocol.serving import ATTRIBUTION, Served, Wire, events_of, job_id, text_of

from wavereel.media.probe import probe

MAKE = "make a video from this recording without captions, 320x180, 10 fps"


@pytest.mark.promise("RENDER-COMPLETED", "CHAT-DETACHED", "LINK-SIGNED", "PRICE-EXPORT", "RENDER-SUBMIT")
def test_the_page_of_the_protocol(served: Served, sound: bytes, picture: bytes, tmp_path: Path):
    """A quick workflow as a shell would do it: no client class, the very headers and bodies."""
    with served.client(headers=ATTRIBUTION) as http:
        told = http.post("/api/auth/anonymous-token", headers={"X-Client-Id": str(uuid.uuid4())}).json()
        bearer = {"Authorization": f"Bearer {told['data']['token']}"}
        body = {"task_name": "project", "language": "en"}
        made = http.post("/api/tasks/me/with-session/nemo_agent", headers=bearer, json=body).json()
        session = made["data"]["session_id"]

        files = [("files", ("talk.wav", sound)), ("files", ("cover.png", picture))]
        sent = http.post(f"/api/upload-video/nemo_agent/me/{session}", headers=bearer, files=files).json()
        assert [one["filename"] for one in sent["data"]["files"]] == ["talk.wav", "cover.png"]

        message = {
            "app_name": "nemo_agent",
            "user_id": "me",
            "session_id": session,
            "new_message": {"parts": [{"text": MAKE}]},
        }
        with http.stream("POST", "/run_sse", headers=bearer | {"Accept": "text/event-stream"}, json=message) as stream:
            assert stream.status_code == 200
            stream.read()
        assert text_of(events_of(stream))

        state = http.get(f"/api/state/nemo_agent/me/{session}/latest", headers=bearer).json()["data"]["state"]
        assert any(track["sg"] for track in state["draft"]["t"])
        before = http.get("/api/credits/balance/simple", headers=bearer).json()["data"]

        job = job_id()
        body = {
            "id": job,
            "sessionId": session,
            "draft": state["draft"],
            "output": {"format": "mp4", "quality": "high"},
        }
        queued = http.post("/api/render/proxy/lambda", headers=bearer, json=body).json()
        assert (queued["code"], queued["id"], queued["data"]["id"]) == (0, job, job)
        assert queued["status"] in ("pending", "processing")

        done = Wire(http, told["data"]["token"]).ended(job)
        assert done["status"] == "completed", done
        video = tmp_path / "out.mp4"
        video.write_bytes(httpx2.get(done["output"]["url"], trust_env=False).content)
        after = http.get("/api/credits/balance/simple", headers=bearer).json()["data"]

    facts = probe(video)
    assert len(facts.video) == len(facts.audio) == 1
    assert done["output"]["size"] == video.stat().st_size
    assert done["output"]["duration"] == pytest.approx(2.0, abs=0.11)
    assert (done["output"]["width"], done["output"]["height"]) == (facts.video[0].width, facts.video[0].height)
    assert done["outputUrl"] == done["data"]["outputUrl"] == done["output"]["url"] == done["data"]["output"]["url"]
    assert done["data"]["createdAt"] <= done["data"]["completedAt"]
    assert before == after


@pytest.mark.promise("TOKEN-ANONYMOUS", "TOKEN-TOP-LEVEL")
def test_an_anonymous_token(http: httpx2.Client):
    answer = http.post("/api/auth/anonymous-token", headers={"X-Client-Id": str(uuid.uuid4())})
    told = answer.json()
    data = told["data"]
    assert (answer.status_code, told["code"]) == (200, 0)
    assert re.fullmatch(r"nmv_usr_[A-Za-z0-9_-]{43}", data["token"])
    assert re.fullmatch(r"anon_[0-9a-f]+", data["user_id"])
    assert (data["credits"], data["scopes"]) == (100, ["read", "write", "upload"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", data["expires_at"])
    left = datetime.fromisoformat(data["expires_at"]) - datetime.now(UTC)
    assert timedelta(days=7) - timedelta(minutes=2) < left <= timedelta(days=7)
    assert told["token"] == data["token"]


@pytest.mark.promise("SESSION-CREATE", "SESSION-TOP-LEVEL")
def test_a_session(wire: Wire):
    told = wire.post("/api/tasks/me/with-session/nemo_agent", {"task_name": "Editing", "language": "zh-CN"}).json()
    data = told["data"]
    assert re.fullmatch(r"\d{19}", data["session_id"])
    assert re.fullmatch(r"task_[A-Z0-9a-z]+", data["task_id"])
    assert (data["user_id"], data["task_name"], data["language"]) == (wire.user, "Editing", "zh-CN")
    assert (told["session_id"], told["task_id"]) == (data["session_id"], data["task_id"])


@pytest.mark.promise("SESSION-DEFAULTS")
@pytest.mark.parametrize("body", [b"", b"{}", b'{"language": null}'])
def test_a_session_without_a_word(wire: Wire, body: bytes):
    answer = wire.post("/api/tasks/me/with-session/nemo_agent", content=body)
    assert answer.status_code == 200, answer.text
    data = answer.json()["data"]
    assert (data["task_name"], data["language"]) == ("project", "en")


@pytest.mark.promise("SESSION-APP", "ERROR-UNKNOWN-APP")
def test_a_session_of_another_app(wire: Wire):
    answer = wire.post("/api/tasks/me/with-session/other_agent", {})
    assert (answer.status_code, answer.json()["code"]) == (404, 4040)
    assert isinstance(answer.json()["detail"], str)


@pytest.mark.promise("CREDITS-BALANCE")
def test_a_balance(wire: Wire):
    told = wire.get("/api/credits/balance/simple").json()
    assert told["data"] == {"available": 100, "frozen": 0, "total": 100}
    assert {key: told[key] for key in told["data"]} == told["data"]


@pytest.mark.promise("STATE-NEW", "STATE-CANVAS", "STATE-SHAPE")
def test_the_state_of_a_new_session(wire: Wire):
    session = wire.session()
    data = wire.state(session)
    assert data["state"] == {
        "draft": {},
        "video_infos": [],
        "generated_media": [],
        "canvas_config": {"width": 1920, "height": 1080, "ratio": "16:9", "fps": 30},
        "video_analyses": {},
    } | {key: data["state"][key] for key in data["state"].keys() - STATE_KEYS}
    assert (data["session_id"], data["user_id"], data["task_name"], data["renders"]) == (
        session,
        wire.user,
        "project",
        [],
    )
    assert isinstance(data["version"], int)
    assert data["task_id"].startswith("task_")


STATE_KEYS = {"draft", "video_infos", "generated_media", "canvas_config", "video_analyses"}


@pytest.mark.promise("ANSWER-SNAKE-CASE")
def test_keys_are_snake_case(wire: Wire, sound: bytes):
    """All but the names that renders have of old."""
    session = wire.session()
    answers = [
        wire.upload(session, ("talk.wav", sound)),
        wire.get(f"/api/state/nemo_agent/me/{session}/latest"),
        wire.get("/api/credits/balance/simple"),
        wire.post("/api/auth/claim-token", {"session_id": session}),
    ]
    for answer in answers:
        assert answer.status_code == 200, answer.text
        keys = set(re.findall(r'"([A-Za-z_0-9]+)":', json.dumps(answer.json())))
        assert {key for key in keys if key != key.lower()} == set()
