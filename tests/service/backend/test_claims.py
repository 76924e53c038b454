"""Links that let others look: what they show, and that they open nothing else."""

import base64
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.service.backend.here import anyone, new_session, open_here
from tests.service.backend.test_retention import finished

from wavereel.errors import GoneError, NotFoundError, NotLetInError, OverloadedError, ScopeError, SessionNotFoundError
from wavereel.service.backend.caller import Caller

DRAFT = {"d": 1000, "t": [{"tt": 0, "sg": [{"d": 1000, "g": {"k": "color", "c": "#101820"}, "m": {"name": "night"}}]}]}


@pytest.fixture
def backend(tmp_path):
    opened = open_here(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def caller(backend):
    return anyone(backend)


@pytest.mark.promise("CLAIM-TOKEN")
def test_a_claim_shows_and_does_nothing_else(backend, caller):
    made = backend.sessions.create(caller, {"task_name": "Folge 12"})
    backend.drafts.put(caller, made["session_id"], DRAFT)
    data = backend.accounts.claim_token(caller, made["task_id"], made["session_id"])
    assert data["claim_token"].startswith("clm_")
    assert data["expires_in"] == 604_800
    assert data["url"].endswith(f"/workspace/claim?ct={data['claim_token']}")
    shown = backend.accounts.claimed(data["claim_token"])
    assert (shown["title"], shown["has_draft"], shown["videos"]) == ("Folge 12", True, [])
    assert "night" in shown["summary"]
    assert base64.b64decode(shown["poster"].removeprefix("data:image/png;base64,")).startswith(b"\x89PNG")
    backend.core.tasks.asked.clear()
    assert backend.accounts.claimed(data["claim_token"])["poster"] == shown["poster"]
    assert backend.core.tasks.asked == []
    backend.drafts.put(caller, made["session_id"], DRAFT | {"m": {"title": "Night music"}})
    assert backend.accounts.claimed(data["claim_token"])["title"] == "Night music"
    with pytest.raises(NotLetInError):
        backend.accounts.caller(data["claim_token"])


def test_many_viewers_at_once_cost_one_picture(backend, caller):
    made = backend.sessions.create(caller)
    backend.drafts.put(caller, made["session_id"], DRAFT)
    token = backend.accounts.claim_token(caller, None, made["session_id"])["claim_token"]
    with ThreadPoolExecutor(4) as pool:
        shown = list(pool.map(lambda _: backend.accounts.claimed(token)["poster"], range(4)))
    assert len(set(shown)) == 1 and shown[0]
    assert backend.core.tasks.asked.count("frame") == 1


def test_what_failed_is_tried_again(backend, caller):
    made = backend.sessions.create(caller)
    backend.drafts.put(caller, made["session_id"], DRAFT)
    token = backend.accounts.claim_token(caller, None, made["session_id"])["claim_token"]

    def busy(name, request, cancelled):
        raise OverloadedError("no child is free")

    backend.core.tasks.before, before = busy, backend.core.tasks.before
    shown = backend.accounts.claimed(token)
    assert (shown["summary"], shown["poster"], shown["has_draft"]) == ("", None, True)
    backend.core.tasks.before = before
    assert backend.accounts.claimed(token)["poster"]


def test_finished_videos_are_shown(backend, caller):
    blob = finished(backend, caller)
    session_id = backend.sessions.listing(caller)[0]["session_id"]
    shown = backend.accounts.claimed(backend.accounts.claim_token(caller, None, session_id)["claim_token"])
    assert [(video["size"], blob in video["url"]) for video in shown["videos"]] == [(5, True)]
    assert (shown["poster"], shown["videos"][0]["filename"]) == (None, "r.mp4")


@pytest.mark.promise("CLAIM-UNKNOWN-SESSION")
def test_sessions_of_others_cannot_be_claimed(backend, caller):
    made = backend.sessions.create(anyone(backend, "anon_fedcba9876543210"))
    mine = new_session(backend, caller)
    for task_id, session_id in (
        (made["task_id"], made["session_id"]),
        (None, made["session_id"]),
        (made["task_id"], mine),
        (None, None),
        (None, 7),
        (7, mine),
    ):
        with pytest.raises(SessionNotFoundError):
            backend.accounts.claim_token(caller, task_id, session_id)
    with pytest.raises(ScopeError):
        backend.accounts.claim_token(Caller(caller.user_id, "anonymous", frozenset({"write"})), None, mine)


def test_a_claim_ends_with_its_time_and_with_its_session(backend, caller):
    first, second = new_session(backend, caller), new_session(backend, caller)
    one, two = (backend.accounts.claim_token(caller, None, session)["claim_token"] for session in (first, second))
    backend.sessions.delete(caller, second)
    with pytest.raises(NotFoundError):
        backend.accounts.claimed(two)
    backend.core.clock.ms += 604_800_000
    with pytest.raises(GoneError):
        backend.accounts.claimed(one)
    for other in ("", "clm_", "clm_" + "x" * 500, "ü"):
        with pytest.raises(NotFoundError):
            backend.accounts.claimed(other)
