"""Runs whose process dies, closes or is slow: each message is answered once, and paid once."""

import threading

import pytest
from tests.service.backend.here import anyone, new_session, put_file, talk_wav

from wavereel.service.backend import chat_events as events
from wavereel.service.backend.chat_terms import MAX_ATTEMPTS, options_of
from wavereel.store import credits as accounts
from wavereel.store import events as stored_events
from wavereel.store import runs, sessions

WAIT_S = 30


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def place(opened, tmp_path, ears):
    backend = opened()
    caller = anyone(backend)
    session = new_session(backend, caller)
    put_file(backend, caller, session, talk_wav(tmp_path), "talk.wav")
    return backend, caller, session


def left_behind(place, text="make a video", attempts=1):
    """A run whose process died while credits were held for it."""
    backend, caller, session = place
    with backend.core.database.write() as tx:
        now_ms = backend.core.clock()
        row = runs.start(
            tx,
            run_id="e-00000000-0000-4000-8000-000000000000",
            session_id=session,
            user_id=caller.user_id,
            message=text,
            owner="dead",
            now_ms=now_ms - 10**6,
            lease_ms=1000,
            options=options_of(caller, streaming=False, lang="en"),
        )
        stored_events.append(tx, session, row.id, [events.message_event(row.id, text, now_ms)])
        for attempt in range(1, attempts):
            taken = runs.take_up(tx, f"dead {attempt}", now_ms - 10**6 + 2000 * attempt, 1000)
            assert taken.attempts == attempt + 1
        accounts.freeze(tx, caller.user_id, 3, f"{row.id}/{attempts}.0", now_ms)
    return row.id


def ended(backend, session, run_id):
    """All events of a run, as they are kept."""
    run = backend.chat.running(session)
    if run is not None:
        run.wait(WAIT_S)
    with backend.core.database.read() as tx:
        return runs.get(tx, run_id), [one.body for one in stored_events.of_run(tx, run_id)]


def test_a_message_whose_process_died_is_answered_once(place):
    backend, caller, session = place
    run_id = left_behind(place)
    assert backend.credits.balance(caller)["frozen"] == 3
    assert backend.chat.take_up() == 1
    row, told = ended(backend, session, run_id)
    assert (row.state, row.attempts) == ("done", 2)
    assert [event["author"] for event in told].count("user") == 1
    assert told[-1]["content"]["parts"][0]["text"]
    assert backend.drafts.get(caller, session).rev == 1
    assert backend.credits.balance(caller) == {"available": 97, "frozen": 0, "total": 97}
    assert backend.chat.take_up() == 0


def test_a_message_that_kills_its_process_again_and_again_is_given_up(place):
    backend, caller, session = place
    run_id = left_behind(place, attempts=MAX_ATTEMPTS)
    assert backend.chat.take_up() == 0
    row, told = ended(backend, session, run_id)
    assert row.state == "failed"
    assert told[-1]["errorCode"] == "5000"
    assert backend.credits.balance(caller) == {"available": 100, "frozen": 0, "total": 100}
    assert backend.chat.start(caller, session, "help").wait(WAIT_S)[1]


def test_what_runs_when_the_program_ends_is_taken_up_by_the_next(place, opened, ears):
    backend, caller, session = place
    ears.wait = True
    run = backend.chat.start(caller, session, "make a video")
    backend.chat.close()
    told, over = run.wait(WAIT_S)
    assert over
    assert told == []
    assert backend.drafts.get(caller, session).rev == 0
    ears.wait = False
    later = opened()
    assert later.chat.take_up() == 1
    row, told = ended(later, session, run.id)
    assert row.state == "done"
    assert later.drafts.get(caller, session).rev == 1
    assert later.credits.balance(caller) == {"available": 97, "frozen": 0, "total": 97}
    assert len([event for event in told if event["author"] == "user"]) == 1


def test_a_process_that_slept_past_its_lease_changes_nothing(place, opened, ears):
    backend, caller, session = place
    begun, gate = threading.Event(), threading.Event()

    def hold(name, request, cancelled):
        if name == "hear":
            begun.set()
            gate.wait(WAIT_S)

    backend.core.tasks.before = hold
    slow = backend.chat.start(caller, session, "make a video")
    assert begun.wait(WAIT_S)
    later = opened()
    later.core.clock.ms = backend.core.clock.ms + 10**7
    assert later.chat.take_up() == 1
    row, told = ended(later, session, slow.id)
    assert row.state == "done"
    gate.set()
    mine, over = slow.wait(WAIT_S)
    assert over
    assert mine == []
    with later.core.database.read() as tx:
        assert [one.body for one in stored_events.of_run(tx, slow.id)] == told
    assert later.drafts.get(caller, session).rev == 1
    assert later.credits.balance(caller) == {"available": 97, "frozen": 0, "total": 97}


def test_a_process_that_lost_its_run_does_not_say_that_nothing_was_changed(place, opened, ears):
    backend, caller, session = place
    ears.wait = True
    slow = backend.chat.start(caller, session, "make a video")
    with backend.core.database.write() as tx:
        assert runs.take_up(tx, "another", backend.core.clock() + 10**7, 60_000)
    backend.chat._beat([slow])
    events, over = slow.wait(WAIT_S)
    assert over
    assert events == []


def test_another_process_can_be_listened_to(place, opened, monkeypatch):
    monkeypatch.setattr("wavereel.service.backend.chat_run._LOOK_EVERY_S", 0.02)
    backend, caller, session = place
    begun, gate = threading.Event(), threading.Event()

    def hold(name, request, cancelled):
        if name == "hear":
            begun.set()
            gate.wait(WAIT_S)

    backend.core.tasks.before = hold
    run = backend.chat.start(caller, session, "make a video")
    assert begun.wait(WAIT_S)
    with backend.core.database.read() as tx:
        first = stored_events.of_session(tx, session)[0].id
    elsewhere = opened().chat.resume(caller, session, first)
    assert elsewhere.read() == ([], False)
    assert elsewhere.wait(0.05) == ([], False)
    woken = threading.Event()
    end = elsewhere.subscribe(lambda: woken.set() if elsewhere.read()[1] else None)
    gate.set()
    assert woken.wait(WAIT_S)
    end()
    assert elsewhere.wait(WAIT_S) == run.wait(WAIT_S)


@pytest.mark.parametrize("answer", ["the second one", "2"])
def test_a_question_is_answered_after_a_restart(place, opened, answer):
    backend, caller, session = place
    backend.chat.start(caller, session, "make a video").wait(WAIT_S)
    asked = backend.chat.say(caller, session, "bigger")
    if not asked["questions"]:
        asked = backend.chat.say(caller, session, "make it smaller")
    (question,) = asked["questions"]
    backend.chat.close()
    later = opened()
    done = later.chat.say(caller, session, answer)
    assert done["changes"]
    assert question["choices"][1].split()[-1] in done["text"]


def test_what_is_held_for_a_message_that_is_gone_is_given_back(place):
    backend, caller, session = place
    left_behind(place)
    with backend.core.database.write() as tx:
        sessions.delete(tx, caller.user_id, session)
    assert backend.credits.balance(caller)["frozen"] == 3
    backend.chat.take_up()
    assert backend.credits.balance(caller)["frozen"] == 3
    backend.core.clock.ms += 10**7
    backend.chat.take_up()
    assert backend.credits.balance(caller) == {"available": 100, "frozen": 0, "total": 100}


def test_runs_of_this_process_keep_their_lease(place, ears, monkeypatch):
    backend, caller, session = place
    object.__setattr__(backend.core.settings, "lease_s", 0.06)
    ears.wait = True
    run = backend.chat.start(caller, session, "make a video")
    seen = set()
    for _ in range(400):
        with backend.core.database.read() as tx:
            seen.add(runs.get(tx, run.id).lease_until_ms)
        if len(seen) > 2:
            break
        threading.Event().wait(0.02)
    assert len(seen) > 2
    assert runs_attempts(backend, run.id) == 1
    ears.wait = False
    run.stop()
    run.wait(WAIT_S)


def runs_attempts(backend, run_id):
    with backend.core.database.read() as tx:
        return runs.get(tx, run_id).attempts


def test_there_is_a_bound_of_messages_at_a_time(place, monkeypatch):
    from wavereel.errors import OverloadedError

    monkeypatch.setattr("wavereel.service.backend.chat.MAX_RUNS", 0)
    backend, caller, session = place
    with pytest.raises(OverloadedError):
        backend.chat.start(caller, session, "help")
    with backend.core.database.read() as tx:
        assert runs.running_of(tx, session) is None
