"""Words go in, ADK's events come out."""

import json
import threading
import time
from collections.abc import Iterator

import pytest
from tests.protocol.serving import Served, Wire, anonymous, events_of, serving, text_of, tiny_draft

ADK_KEYS = {
    *("content", "partial", "turnComplete", "errorCode", "errorMessage", "invocationId", "author", "actions"),
    *("longRunningToolIds", "id", "timestamp", "customMetadata", "finishReason", "usageMetadata", "interrupted"),
}
MAKE = "make a vertical video from this recording without captions"


@pytest.fixture
def session(wire: Wire, sound: bytes) -> str:
    session = wire.session()
    assert wire.upload(session, ("talk.wav", sound)).json()["code"] == 0
    return session


@pytest.mark.promise(
    "CHAT-ADK-EVENTS", "CHAT-TOOL-EVENTS", "CHAT-TEXT-LAST", "CHAT-NO-FOREIGN-KEYS", "CHAT-NO-ERROR-KEY"
)
@pytest.mark.promise("CHAT-HEADERS", "CHAT-NO-PARTIAL")
def test_a_message(wire: Wire, session: str):
    answer = wire.say(session, MAKE)
    assert answer.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert answer.headers["Cache-Control"].startswith("no-cache")
    assert answer.headers["X-Accel-Buffering"] == "no"
    events = events_of(answer)
    for event in events:
        assert event.keys() <= ADK_KEYS
        assert event.keys() >= {"invocationId", "author", "actions", "id", "timestamp"}
        assert event["author"] == "nemo_agent"
        assert "partial" not in event
        assert event["actions"].keys() >= {"stateDelta", "artifactDelta"}
    assert len({event["id"] for event in events}) == len(events)
    assert len({event["invocationId"] for event in events}) == 1
    parts = [part for event in events for part in event["content"]["parts"]]
    calls = [part["functionCall"] for part in parts if "functionCall" in part]
    responses = [part["functionResponse"] for part in parts if "functionResponse" in part]
    assert calls
    assert [call["id"] for call in calls] == [response["id"] for response in responses]
    assert {one["name"] for one in calls + responses} == {"edit_timeline"}
    assert all(call["args"]["op"] for call in calls)
    assert all(response["response"]["ok"] is True for response in responses)
    deltas = [event["actions"]["stateDelta"] for event in events if event["actions"]["stateDelta"]]
    assert deltas[-1]["draft_rev"] == wire.state(session)["state"]["draft"]["rev"]
    assert events[-1]["content"]["role"] == "model"
    assert events[-1]["content"]["parts"][-1]["text"]


@pytest.mark.promise("CHAT-ADK-EVENTS")
def test_the_bytes_of_a_stream(wire: Wire, session: str):
    text = wire.say(session, "标题写“深夜电台”").text
    assert "深夜电台" in text
    for block in text.split("\n\n"):
        lines = block.split("\n")
        assert all(
            line.startswith(("data: {", "id: ", ": heartbeat", "event: heartbeat", "data:")) or not line
            for line in lines
        )
    data = [line[6:] for line in text.split("\n") if line.startswith("data: ")]
    assert data == [json.dumps(json.loads(line), ensure_ascii=False, separators=(",", ":")) for line in data]


@pytest.mark.promise("CHAT-REQUEST")
@pytest.mark.parametrize(
    "body",
    [
        {"session_id": "", "new_message": {"parts": [{"text": "hello"}]}},
        {"sessionId": "", "newMessage": {"parts": [{"text": "hello"}]}, "appName": "nemo_agent", "userId": "me"},
        {"session_id": "", "user_id": "{user}", "new_message": {"role": "user", "parts": [{"text": "hello"}]}},
        {"session_id": "", "streaming": False, "new_message": {"parts": [{"text": "hel"}, {"text": "lo"}]}, "foo": 1},
    ],
)
def test_both_spellings(wire: Wire, session: str, body: dict):
    filled = json.loads(json.dumps(body).replace("{user}", wire.user))
    filled["sessionId" if "sessionId" in body else "session_id"] = session
    events = events_of(wire.post("/run_sse", filled))
    assert text_of(events)


@pytest.mark.promise("CHAT-UNKNOWN-SESSION", "CHAT-ERRORS-BEFORE")
def test_a_message_into_nothing(wire: Wire):
    answer = wire.say("123", "hello")
    told = answer.json()
    assert (answer.status_code, told["code"], told["data"]) == (404, 1002, None)
    assert answer.headers["Content-Type"].startswith("application/json")
    assert "123" in told["detail"]


@pytest.mark.promise("CHAT-NO-TEXT")
@pytest.mark.parametrize(
    "parts", [[], [{"text": "  "}], [{"inlineData": {"mimeType": "a/b", "data": ""}}], [{}], "x", None]
)
def test_a_message_without_text(wire: Wire, session: str, parts: object):
    answer = wire.post("/run_sse", {"session_id": session, "new_message": {"parts": parts}})
    assert (answer.status_code, answer.json()["code"]) == (422, 4220)
    assert isinstance(answer.json()["detail"], str)


@pytest.mark.promise("CHAT-UNKNOWN-APP")
def test_a_message_to_another_app(wire: Wire, session: str):
    answer = wire.say(session, "hello", app_name="other")
    assert answer.status_code == 404
    assert isinstance(answer.json()["detail"], str)


@pytest.mark.promise("CHAT-NO-PARTIAL")
def test_fragments_where_they_are_asked_for(wire: Wire, session: str):
    events = events_of(wire.say(session, MAKE, streaming=True))
    whole = events[-1]["content"]["parts"][0]["text"]
    partial = [event for event in events if event.get("partial")]
    assert partial
    assert "".join(text_of([event]) for event in partial) == whole
    assert not events[-1].get("partial")


@pytest.mark.promise("CHAT-DETACHED")
def test_work_goes_on_when_the_client_hangs_up(wire: Wire, session: str):
    body = {"session_id": session, "new_message": {"parts": [{"text": MAKE}]}}
    headers = wire.headers | {"Authorization": f"Bearer {wire.token}"}
    with wire.http.stream("POST", "/run_sse", json=body, headers=headers):
        pass
    deadline = time.monotonic() + 30
    while not wire.state(session)["state"]["draft"] and time.monotonic() < deadline:
        time.sleep(0.05)
    assert wire.state(session)["state"]["draft"]["t"]


@pytest.mark.promise("CHAT-REPLAY")
def test_a_stream_is_read_again_from_the_middle(wire: Wire, session: str):
    first = wire.say(session, MAKE)
    events = events_of(first)
    before = wire.state(session)["version"]
    ids = [line[4:] for line in first.text.split("\n") if line.startswith("id: ")]
    assert len(ids) == len(events)
    body = {"session_id": session, "new_message": {"parts": [{"text": ""}]}}
    rest = wire.post("/run_sse", body, headers={"Last-Event-ID": ids[0]})
    assert events_of(rest) == events[1:]
    assert wire.state(session)["version"] == before
    unknown = wire.post("/run_sse", body, headers={"Last-Event-ID": "nothing"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, 4040)


@pytest.mark.promise("CHAT-BUSY")
def test_one_message_at_a_time(wire: Wire, session: str, picture: bytes):
    codes: list[int] = []

    def send():
        answer = wire.say(session, MAKE)
        codes.append(0 if answer.headers["Content-Type"].startswith("text/event-stream") else answer.json()["code"])

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert wire.upload(session, ("a.png", picture)).json()["code"] == 0
    for thread in threads:
        thread.join()
    assert set(codes) <= {0, 4091}
    assert 0 in codes


@pytest.mark.promise("CHAT-ACTIONS", "CHAT-ACTION-PLAN")
def test_actions_said_in_chat(wire: Wire, session: str):
    wire.say(session, MAKE)
    for words, action in (("credits", "credits"), ("status", "status"), ("upload", "upload"), ("export", "export")):
        events = events_of(wire.say(session, words))
        assert events[-1]["customMetadata"]["action"] == action
        assert text_of(events)
    (job,) = wire.state(session)["renders"]
    assert job["id"] in text_of(events)
    wire.post(f"/api/render/proxy/lambda/{job['id']}/cancel")
    bare = Wire(wire.http, wire.token, headers={})
    events = events_of(bare.say(session, "export"))
    assert len(wire.state(session)["renders"]) == 1
    assert events[-1]["customMetadata"]["action"] == "export"


@pytest.mark.promise("PRICE-NOTHING", "PRICE-EDIT")
def test_prices(wire: Wire, session: str):
    def available() -> int:
        return wire.get("/api/credits/balance/simple").json()["data"]["available"]

    wire.say(session, MAKE)
    assert available() == 99
    for words in ("how long is it?", "make it fly to the moon", "asdf qwer"):
        wire.say(session, words)
        assert available() == 99
    wire.say(session, "make it square and add a title 'Night'")
    assert available() == 98


@pytest.fixture(scope="module")
def poor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    settings = {
        "WAVEREEL_CREDITS": 1,
        "WAVEREEL_PRICE_CAPTIONS": 0,
        "WAVEREEL_HEARTBEAT_S": "0.05",
        "WAVEREEL_SILENT_EDIT_RATE": 1,
        "WAVEREEL_WORKERS": 0,
    }
    with serving(tmp_path_factory.mktemp("poor"), **settings) as server:
        yield server


@pytest.mark.promise("CREDITS-EMPTY", "PRICE-PLAN-FIRST", "CHAT-SILENT-SWITCH", "ACCOUNT-TOP-UP")
def test_when_the_credits_are_used_up(poor: Served, sound: bytes):
    with poor.client() as http:
        wire = anonymous(http)
        session = wire.session()
        wire.upload(session, ("talk.wav", sound))
        silent = events_of(wire.say(session, MAKE))
        assert text_of(silent) == ""
        state = wire.state(session)
        assert state["state"]["draft"]["t"]
        answer = wire.say(session, "make it square")
        told = answer.json()
        assert (answer.status_code, told["code"]) == (403, 2001)
        assert told["data"]["available"] == 0
        assert told["data"]["required"] == 1
        assert told["data"]["user_id"] == wire.user
        assert told["data"]["registration_url"] == f"{poor.base}/register?bind={wire.user}"
        assert wire.state(session) == state
        assert text_of(events_of(wire.say(session, "how long is it?")))

        done = poor.command("token", "create", "--bind", wire.user, "--scopes", "*")
        named = Wire(http, done.stdout.strip())
        told = named.say(session, "make it square").json()
        assert told["code"] == 2001
        assert "wavereel credits add" in told["detail"]
        assert "registration_url" not in told["data"]


@pytest.mark.promise("CHAT-HEARTBEAT-AUTO")
@pytest.mark.parametrize("skill", [True, False])
def test_heartbeats(poor: Served, sound: bytes, skill: bool):
    """With one every 50 ms of silence there are some while captions are heard, in a process of its own."""
    with poor.client() as http:
        wire = anonymous(http)
        session = wire.session()
        wire.upload(session, ("talk.wav", sound))
        if not skill:
            wire.headers = {}
        text = wire.say(session, "make a video from this recording with captions").text
    beats = {block for block in text.split("\n\n") if "heartbeat" in block}
    assert beats == ({"event: heartbeat\ndata:"} if skill else {": heartbeat"})


@pytest.mark.promise("CHAT-NO-GUI")
def test_replies_speak_of_no_gui(wire: Wire, session: str):
    replies = [
        text_of(events_of(wire.say(session, words)))
        for words in (MAKE, "help", "export", "status", "upload", "打开预览")
    ]
    for reply in replies:
        assert not any(word in reply.lower() for word in ("click", "tap ", "drag", "button", "点击", "拖拽", "按钮"))


@pytest.mark.promise("SESSION-LANGUAGE")
def test_the_language_of_replies(wire: Wire, sound: bytes):
    session = wire.session(language="zh-CN")
    wire.upload(session, ("talk.wav", sound))
    assert any("\u4e00" <= letter <= "\u9fff" for letter in text_of(events_of(wire.say(session, "9:16"))))
    english = text_of(events_of(wire.say(session, "what can you do?")))
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in english)


@pytest.mark.promise("STATE-VERSION")
def test_versions(wire: Wire, session: str, picture: bytes):
    def now() -> tuple[int, int]:
        data = wire.state(session)
        return data["version"], data["state"]["draft"].get("rev", 0)

    start = now()
    wire.upload(session, ("a.png", picture))
    uploaded = now()
    wire.say(session, MAKE)
    edited = now()
    wire.submit(session, tiny_draft())
    queued = now()
    versions = [version for version, _ in (start, uploaded, edited, queued)]
    assert versions == sorted(set(versions))
    assert start[1] == uploaded[1] < edited[1] == queued[1]
