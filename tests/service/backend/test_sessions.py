"""Sessions in both shapes, and that nobody learns of another's."""

import pytest
from tests.service.backend.here import anyone, new_session, open_here, put_file, talk_wav

from wavereel.errors import IdTakenError, RateError, ScopeError, SessionNotFoundError, UnreadableError
from wavereel.service.backend.caller import Caller
from wavereel.store import events, files, renders, sessions


@pytest.fixture
def backend(tmp_path):
    opened = open_here(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def caller(backend):
    return anyone(backend)


@pytest.fixture
def other(backend):
    return anyone(backend, "anon_fedcba9876543210")


@pytest.mark.promise("SESSION-CREATE")
def test_a_session_answers_its_ids(backend, caller):
    data = backend.sessions.create(caller, {"task_name": " My\tproject ", "language": "zh-CN", "more": 1})
    assert data == {
        "task_id": data["task_id"],
        "session_id": data["session_id"],
        "user_id": caller.user_id,
        "task_name": "My project",
        "language": "zh-CN",
    }
    assert len(data["session_id"]) == 19
    assert data["session_id"].isdigit()
    assert data["task_id"].startswith("task_")


@pytest.mark.promise("SESSION-DEFAULTS")
@pytest.mark.parametrize(
    "body", [None, {}, {"task_name": None}, {"task_name": "  ", "language": ""}, {"language": "../x"}]
)
def test_an_empty_body_is_a_project_in_english(backend, caller, body):
    data = backend.sessions.create(caller, body)
    assert (data["task_name"], data["language"]) == ("project", "en")


@pytest.mark.parametrize("body", [[], "x", 7, {"task_name": 1}, {"language": ["en"]}])
def test_fields_of_wrong_types_are_unreadable(backend, caller, body):
    with pytest.raises(UnreadableError):
        backend.sessions.create(caller, body)


def test_names_are_one_line_of_what_can_be_seen(backend, caller):
    data = backend.sessions.create(caller, {"task_name": "\u202eevil\x1b[31m\n" + "x" * 500})
    assert data["task_name"].isprintable()
    assert "\u202e" not in data["task_name"]
    assert len(data["task_name"]) == 200


@pytest.mark.promise("STATE-NEW", "STATE-SHAPE", "STATE-CANVAS")
def test_a_new_session_is_empty(backend, caller):
    made = backend.sessions.create(caller)
    data = backend.sessions.state(caller, made["session_id"])
    assert data["state"] == {
        "draft": {},
        "video_infos": [],
        "generated_media": [],
        "canvas_config": {"width": 1920, "height": 1080, "ratio": "16:9", "fps": 30},
        "video_analyses": {},
    }
    assert data["renders"] == []
    assert {key: data[key] for key in made} == made
    assert data["version"] == 1


@pytest.mark.promise("STATE-SHAPE", "STATE-GENERATED")
def test_the_state_lists_media_and_exports(backend, caller, tmp_path):
    session_id = backend.sessions.create(caller)["session_id"]
    file_id = put_file(backend, caller, session_id, talk_wav(tmp_path), "talk.wav")
    with backend.core.database.write() as tx:
        medium = files.get(tx, caller.user_id, file_id)
        how = {"kind": "music", "prompt": "lo-fi", "seed": 7}
        files.put(tx, type(medium)(**{**fields(medium), "id": "f_1", "blob": "0" * 32}))
        sessions.add_media(tx, session_id, caller.user_id, "f_1", now_ms=5, generated=how)
        job = {"render_id": "r.1", "user_id": caller.user_id, "session_id": session_id, "body_sha": "", "draft": "{}"}
        renders.enqueue(tx, **job, output={}, sources={}, length_ms=1, now_ms=77)
    data = backend.sessions.state(caller, session_id)
    entry = data["state"]["video_infos"][0]
    assert entry["file_id"] == file_id
    assert (entry["filename"], entry["file_type"], entry["duration"]) == ("talk.wav", "audio", 4.0)
    assert entry["cdn_url"].startswith(f"http://127.0.0.1:8080/files/{file_id}/talk.wav?")
    assert entry["hash"].startswith("sha256:")
    made = data["state"]["generated_media"][0]
    assert (made["file_id"], made["kind"], made["prompt"], made["seed"], made["created_at"]) == (
        "f_1",
        "music",
        "lo-fi",
        7,
        5,
    )
    assert [(job["id"], job["status"], job["created_at"]) for job in data["renders"]] == [("r.1", "pending", 77)]


def fields(file) -> dict:
    return {name: getattr(file, name) for name in type(file).__slots__}


@pytest.mark.promise("STATE-UNKNOWN")
def test_sessions_of_others_are_as_if_they_were_not_there(backend, caller, other):
    theirs = backend.sessions.create(other)["session_id"]
    nobody_s = "5529798706024415232"
    for ask in (backend.sessions.state, backend.sessions.version):
        told = []
        for session_id in (theirs, nobody_s, "", "x" * 200, "ü", "a\x00b"):
            with pytest.raises(SessionNotFoundError) as refused:
                ask(caller, session_id)
            told.append(refused.value.message.replace(session_id, "ID") if session_id else "")
        assert told[0] == told[1] == "Session not found: ID"
    assert backend.sessions.delete(caller, theirs) is False
    assert backend.sessions.version(other, theirs) == 1
    assert backend.sessions.listing(caller) == []


def test_sessions_are_listed_last_changed_first_and_deleted(backend, caller):
    first, second = (backend.sessions.create(caller, {"task_name": name})["session_id"] for name in "ab")
    with backend.core.database.write() as tx:
        sessions.bump(tx, first, backend.core.clock())
    listed = backend.sessions.listing(caller)
    assert [entry["session_id"] for entry in listed] == [first, second]
    assert (listed[0]["task_name"], listed[0]["version"], listed[0]["has_draft"]) == ("a", 2, False)
    assert backend.sessions.delete(caller, first) is True
    assert backend.sessions.delete(caller, first) is False
    with pytest.raises(SessionNotFoundError):
        backend.sessions.state(caller, first)


def test_scopes_are_needed(backend):
    nobody = Caller("anon_0123456789abcdef", "anonymous", frozenset({"upload"}))
    for ask in (
        lambda: backend.sessions.create(nobody),
        lambda: backend.sessions.state(nobody, "1"),
        lambda: backend.sessions.listing(nobody),
        lambda: backend.sessions.delete(nobody, "1"),
        lambda: backend.sessions.adk_create(nobody, "me"),
        lambda: backend.sessions.adk_get(nobody, "me", "1"),
        lambda: backend.sessions.adk_patch(nobody, "me", "1", {}),
    ):
        with pytest.raises(ScopeError):
            ask()


def test_a_user_has_a_number_of_sessions(tmp_path):
    backend = open_here(tmp_path, sessions_per_user=2)
    caller = anyone(backend)
    backend.sessions.create(caller)
    backend.sessions.adk_create(caller, "me")
    for ask in (lambda: backend.sessions.create(caller), lambda: backend.sessions.adk_create(caller, "me")):
        with pytest.raises(RateError):
            ask()
    backend.close()


@pytest.mark.promise("ADK-SESSION-SHAPE")
def test_adk_sees_the_same_sessions(backend, caller):
    session_id = new_session(backend, caller)
    with backend.core.database.write() as tx:
        events.append(tx, session_id, "e-1", [{"id": "1", "author": "user"}, {"id": "2", "author": "nemo_agent"}])
    seen = backend.sessions.adk_get(caller, "someone", session_id)
    assert set(seen) == {"id", "appName", "userId", "state", "events", "lastUpdateTime"}
    assert (seen["id"], seen["appName"], seen["userId"]) == (session_id, "nemo_agent", "someone")
    assert [event["id"] for event in seen["events"]] == ["1", "2"]
    assert seen["state"]["draft"] == {}
    assert seen["state"]["draft_rev"] == 0
    assert isinstance(seen["lastUpdateTime"], float)
    listed = backend.sessions.adk_list(caller, "me")
    assert [(entry["id"], entry["events"]) for entry in listed] == [(session_id, [])]


def test_an_adk_client_may_choose_the_id(backend, caller):
    made = backend.sessions.adk_create(caller, "me", session_id="s1", state={"mood": "calm"}, events=[{"id": "x"}])
    assert made["id"] == "s1"
    assert made["state"]["mood"] == "calm"
    assert made["events"] == []
    with pytest.raises(IdTakenError, match="Session already exists: s1"):
        backend.sessions.adk_create(caller, "me", session_id="s1")
    assert backend.sessions.state(caller, "s1")["session_id"] == "s1"
    assert backend.sessions.adk_patch(caller, "me", "s1", {"mood": "glad"})["state"]["mood"] == "glad"
    assert backend.sessions.listing(caller)[0]["session_id"] == "s1"
    assert backend.sessions.delete(caller, "s1")


@pytest.mark.promise("STATE-UNKNOWN")
def test_an_id_that_another_user_chose_is_free(backend, caller, other):
    backend.sessions.adk_create(other, "me", session_id="s1", state={"secret": 1})
    theirs = backend.sessions.create(other)["session_id"]
    with pytest.raises(SessionNotFoundError):
        backend.sessions.state(caller, "s1")
    assert "secret" not in backend.sessions.adk_create(caller, "me", session_id="s1")["state"]
    assert backend.sessions.adk_create(caller, "me", session_id=theirs)["id"] == theirs
    assert backend.sessions.state(other, "s1")["state"]["secret"] == 1


@pytest.mark.parametrize("session_id", ["../x", "a/b", "a b", "ü", "x" * 101, "a~b", ".", "-x", "a\n"])
def test_ids_that_are_none_are_unreadable(backend, caller, session_id):
    with pytest.raises(UnreadableError):
        backend.sessions.adk_create(caller, "me", session_id=session_id)


@pytest.mark.parametrize(
    "state", [[], "x", {"video_infos": []}, {"generated_media": []}, {"canvas_config": {}}, {"draft": {"t": 7}}]
)
def test_a_state_that_is_none_leaves_no_session(backend, caller, state):
    from wavereel.errors import DraftError

    with pytest.raises((UnreadableError, DraftError)):
        backend.sessions.adk_create(caller, "me", session_id="s1", state=state)
    assert backend.sessions.listing(caller) == []


def test_a_chosen_id_names_the_session_everywhere(backend, caller, other, tmp_path):
    """Whatever is done to `s1` is done to the caller's `s1`, and is told under that name."""
    draft = {"d": 1000, "t": [{"tt": 0, "sg": [{"d": 1000, "g": {"k": "color", "c": "#101820"}}]}]}
    for user in (other, caller):
        backend.sessions.adk_create(user, "me", session_id="s1")
    assert backend.drafts.put(caller, "s1", draft).rev == 1
    before = backend.sessions.version(caller, "s1")
    asked = backend.renders.submit(caller, {"id": "r1", "sessionId": "s1", "draft": draft})
    assert asked["data"]["session_id"] == "s1"
    assert backend.sessions.version(caller, "s1") == before + 1
    assert [job["id"] for job in backend.sessions.state(caller, "s1")["renders"]] == ["r1"]
    assert [(job["id"], job["session_id"]) for job in backend.renders.of_session(caller, "s1")] == [("r1", "s1")]
    backend.chat.say(caller, "s1", "how many credits do I have?", timeout_s=60)
    assert len(backend.sessions.adk_get(caller, "me", "s1")["events"]) >= 2
    assert backend.sessions.version(other, "s1") == 1
    assert backend.renders.of_session(other, "s1") == []
