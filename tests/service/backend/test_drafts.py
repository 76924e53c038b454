"""Drafts that clients read and save."""

import threading

import pytest
from tests.service.backend.here import HereTasks, anyone, new_session, open_here, put_file, talk_wav

from wavereel.errors import (
    ChangedError,
    DraftError,
    LimitError,
    ScopeError,
    SessionNotFoundError,
    UnreadableError,
)

COLOR = {"tt": 0, "sg": [{"d": 2000, "g": {"k": "color", "c": "#204060"}}]}
TITLE = {"tt": 7, "sg": [{"d": 2000, "txt": "Hello"}]}
DRAFT = {"m": {"width": 320, "height": 180, "fps": 10}, "t": [COLOR, TITLE]}


@pytest.fixture
def place(tmp_path):
    backend = open_here(tmp_path / "data")
    caller = anyone(backend)
    yield backend, caller, new_session(backend, caller)
    backend.chat.close()
    backend.core.database.close()


def state(place):
    backend, caller, session = place
    return backend.sessions.state(caller, session)


def test_a_new_session_has_an_empty_draft(place):
    backend, caller, session = place
    assert backend.drafts.get(caller, session) == ({}, 0, '"rev-0"')
    assert backend.drafts.revisions(caller, session) == {"revisions": [], "rev": 0}
    assert backend.drafts.captions(caller, session) == ""
    assert backend.drafts.summary(caller, session)["line"] == "Timeline (empty)"


@pytest.mark.promise("DRAFT-ENDPOINT")
def test_a_draft_is_saved_and_read(place):
    backend, caller, session = place
    saved = backend.drafts.put(caller, session, DRAFT)
    assert saved.rev == 1
    assert saved.etag == '"rev-1"'
    assert saved.draft["t"] == DRAFT["t"]
    assert backend.drafts.get(caller, session) == saved
    assert state(place)["state"]["canvas_config"] == {"width": 320, "height": 180, "fps": 10, "ratio": "16:9"}
    assert backend.drafts.summary(caller, session)["length_ms"] == 2000


def test_drafts_and_their_revisions_count_into_the_quota(tmp_path):
    backend = open_here(tmp_path / "data", user_quota_bytes=20_000)
    caller = anyone(backend)
    session = new_session(backend, caller)

    def fill():
        for number in range(100):
            backend.drafts.put(caller, session, DRAFT | {"x": f"{number:09}" * 100})

    with pytest.raises(LimitError, match="all the room") as refused:
        fill()
    assert backend.drafts.get(caller, session).rev > 3
    assert 18_000 < refused.value.data["used_bytes"] <= 20_000
    backend.drafts.put(caller, session, backend.drafts.get(caller, session).draft)
    other = anyone(backend, "anon_fedcba9876543210")
    backend.drafts.put(other, new_session(backend, other), DRAFT)
    with pytest.raises(LimitError, match="all the room"):
        backend.uploads.begin(caller, session, "a.wav", 3000)
    backend.sessions.delete(caller, session)
    backend.uploads.begin(caller, new_session(backend, caller), "a.wav", 3000).abort()
    backend.close()


@pytest.mark.promise("STATE-VERSION")
def test_the_same_draft_again_is_no_change(place):
    backend, caller, session = place
    saved = backend.drafts.put(caller, session, DRAFT)
    version = state(place)["version"]
    assert backend.drafts.put(caller, session, saved.draft | {"rev": 99}) == saved
    assert backend.drafts.put(caller, session, saved.draft, base_rev=0) == saved
    assert backend.drafts.put(caller, session, saved.draft, if_match='"rev-0"') == saved
    assert state(place)["version"] == version
    backend.drafts.put(caller, session, DRAFT | {"t": [TITLE]})
    assert state(place)["version"] > version


@pytest.mark.promise("DRAFT-ENDPOINT")
@pytest.mark.parametrize(
    ("guard", "good"),
    [
        ({"if_match": '"rev-1"'}, True),
        ({"if_match": 'W/"rev-1"'}, True),
        ({"if_match": '"rev-0", "rev-1"'}, True),
        ({"if_match": "*"}, True),
        ({"base_rev": 1}, True),
        ({"if_match": '"rev-0"'}, False),
        ({"if_match": "nonsense"}, False),
        ({"base_rev": 0}, False),
        ({"base_rev": 2}, False),
        ({"base_rev": 1, "if_match": '"rev-0"'}, False),
        ({}, True),
    ],
)
def test_a_save_on_another_revision_is_refused_with_the_present_one(place, guard, good):
    backend, caller, session = place
    present = backend.drafts.put(caller, session, DRAFT)
    fresh = DRAFT | {"t": [TITLE]}
    if good:
        assert backend.drafts.put(caller, session, fresh, **guard).rev == 2
        return
    with pytest.raises(ChangedError) as told:
        backend.drafts.put(caller, session, fresh, **guard)
    assert told.value.data == {"draft": present.draft, "rev": 1}
    assert told.value.http_status == 412
    assert backend.drafts.get(caller, session).rev == 1


def test_of_saves_at_once_each_is_kept_or_told(place):
    backend, caller, session = place
    backend.drafts.put(caller, session, DRAFT)
    barrier = threading.Barrier(4)
    results: list[object] = []

    def save(number):
        barrier.wait()
        fresh = DRAFT | {"m": DRAFT["m"] | {"title": f"Number {number}"}}
        try:
            results.append(backend.drafts.put(caller, session, fresh, base_rev=1).rev)
        except ChangedError as error:
            results.append(error)

    threads = [threading.Thread(target=save, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [result for result in results if isinstance(result, int)] == [2]
    assert backend.drafts.get(caller, session).rev == 2


def test_an_unguarded_save_comes_after_what_was_saved_meanwhile(place):
    backend, caller, session = place
    tasks = backend.core.tasks
    seen = []

    def save_first(name, request, cancelled):
        if name == "save" and not seen:
            seen.append(1)
            answer = HereTasks.call(tasks, name, request)
            backend.drafts.put(caller, session, DRAFT | {"t": [TITLE]})
            return answer
        return None

    tasks.before = save_first
    assert backend.drafts.put(caller, session, DRAFT).rev == 2
    assert backend.drafts.get(caller, session).draft["t"] == DRAFT["t"]


@pytest.mark.promise("DRAFT-OWN-FILES", "DRAFT-ADDRESS-BY-ID")
def test_a_draft_names_files_of_its_user_only(place, tmp_path):
    backend, caller, session = place
    other = anyone(backend, "anon_fedcba9876543210")
    theirs = put_file(backend, other, new_session(backend, other), talk_wav(tmp_path), "theirs.wav")

    def with_sound(source):
        return {"t": [{"tt": 1, "sg": [{"d": 1000, "src": source}]}]}

    for source in (f"asset://{theirs}", "asset://f_0000000000000000", "/etc/passwd"):
        with pytest.raises(DraftError) as told:
            backend.drafts.put(caller, session, with_sound(source))
        assert told.value.wire_code == 4003
    mine = put_file(backend, caller, new_session(backend, caller), talk_wav(tmp_path), "mine.wav")
    assert mine == theirs
    saved = backend.drafts.put(caller, session, with_sound(f"https://old.example/files/{mine}/x.wav?sig=1"))
    assert saved.draft["t"][0]["sg"][0]["src"] == f"asset://{mine}"
    assert [one["file_id"] for one in state(place)["state"]["video_infos"]] == [mine]


@pytest.mark.promise("DRAFT-REVISIONS")
def test_revisions_are_listed(place):
    backend, caller, session = place
    backend.drafts.put(caller, session, DRAFT)
    backend.chat.start(caller, session, "title 'Night Shift'").wait(30)
    backend.chat.start(caller, session, "undo").wait(30)
    listed = backend.drafts.revisions(caller, session)
    assert listed["rev"] == 3
    assert [(one["rev"], one["turn"]) for one in listed["revisions"]] == [
        (0, "start"),
        (1, "edit"),
        (2, "edit"),
        (3, "undo"),
    ]
    assert listed["revisions"][2]["said"] == "title 'Night Shift'"
    assert listed["revisions"][2]["ops"][0]["op"]
    assert backend.drafts.get(caller, session).draft["t"] == DRAFT["t"]


def test_captions_are_a_subtitle_file(place):
    backend, caller, session = place
    spoken = {"tt": 7, "m": {"role": "caption"}, "sg": [{"s": 100, "d": 900, "txt": "Good evening"}]}
    backend.drafts.put(caller, session, {"t": [spoken]})
    assert "00:00:00,100 --> 00:00:01,000\nGood evening" in backend.drafts.captions(caller, session)


@pytest.mark.promise("USER-ADK-READ-ONLY")
def test_the_state_takes_a_draft_and_further_keys(place):
    backend, caller, session = place
    backend.drafts.patch_state(caller, session, {"draft": DRAFT, "mood": "calm", "n": None})
    shown = state(place)["state"]
    assert shown["draft"]["rev"] == 1
    assert shown["mood"] == "calm"
    backend.drafts.patch_state(caller, session, {"mood": "loud", "draft": {}})
    assert state(place)["state"]["mood"] == "loud"
    assert state(place)["state"]["draft"]["rev"] == 1
    for key in ("video_infos", "generated_media", "canvas_config", "video_analyses", "draft_rev"):
        with pytest.raises(UnreadableError):
            backend.drafts.patch_state(caller, session, {key: [], "mood": "gone"})
    with pytest.raises(DraftError):
        backend.drafts.patch_state(caller, session, {"draft": {"t": 5}, "mood": "gone"})
    with pytest.raises(LimitError):
        backend.drafts.patch_state(caller, session, {"draft": DRAFT | {"t": []}, "big": "x" * 70_000})
    assert state(place)["state"]["mood"] == "loud"
    assert state(place)["state"]["draft"]["rev"] == 1


def test_drafts_of_others_are_not_there(place):
    backend, _, session = place
    other = anyone(backend, "anon_fedcba9876543210")
    for act in (
        lambda: backend.drafts.get(other, session),
        lambda: backend.drafts.put(other, session, DRAFT),
        lambda: backend.drafts.revisions(other, session),
        lambda: backend.drafts.patch_state(other, session, {"mood": 1}),
        lambda: backend.drafts.summary(other, session),
        lambda: backend.drafts.captions(other, session),
    ):
        with pytest.raises(SessionNotFoundError):
            act()


def test_scopes(place):
    from dataclasses import replace

    backend, caller, session = place
    reader, writer = (replace(caller, scopes=frozenset({scope})) for scope in ("read", "write"))
    assert backend.drafts.get(reader, session)
    with pytest.raises(ScopeError):
        backend.drafts.put(reader, session, DRAFT)
    assert backend.drafts.put(writer, session, DRAFT)
    with pytest.raises(ScopeError):
        backend.drafts.get(writer, session)
