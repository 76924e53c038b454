"""Messages over the backend: what they lead to, what they cost, and the events that tell of it."""

import json
import re
import threading
from dataclasses import replace

import pytest
from tests.service.backend.here import HereTasks, anyone, new_session, put_file, talk_wav

from wavereel.errors import (
    BusyError,
    LimitError,
    NoCreditsError,
    NotFoundError,
    OutputError,
    RateError,
    ScopeError,
    SessionNotFoundError,
    UnreadableError,
    WavereelError,
)
from wavereel.service.backend.caller import Attribution
from wavereel.service.backend.chat_actions import WORDS as ACTION_WORDS
from wavereel.service.backend.chat_work import WORDS
from wavereel.store import credits as accounts
from wavereel.store import events as stored_events
from wavereel.store import renders, runs, sessions

WAIT_S = 30


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    return talk_wav(tmp_path_factory.mktemp("sound"))


@pytest.fixture
def place(opened, sound, ears):
    """A backend, a user of it, and a session with a sound."""
    backend = opened()
    caller = anyone(backend)
    session = new_session(backend, caller)
    put_file(backend, caller, session, sound, "talk.wav")
    return backend, caller, session


def say(place, text, **more):
    backend, caller, session = place
    events, ended = backend.chat.start(caller, session, text, **more).wait(WAIT_S)
    assert ended
    return events


def text_of(events):
    return events[-1]["content"]["parts"][0].get("text", "")


def balance(place):
    backend, caller, _ = place
    return backend.credits.balance(caller)


def draft(place):
    backend, caller, session = place
    return backend.drafts.get(caller, session)


@pytest.mark.promise("CHAT-TOOL-EVENTS", "CHAT-NO-FOREIGN-KEYS", "CHAT-NO-ERROR-KEY")
def test_an_edit_is_told_as_call_response_and_text(place):
    say(place, "make a video")
    call, response, text = say(place, "make it vertical")
    assert call["content"] == {
        "parts": [
            {"functionCall": {"id": "call_1", "name": "edit_timeline", "args": {"op": "set_ratio", "ratio": "9:16"}}}
        ],
        "role": "model",
    }
    assert response["content"]["parts"] == [
        {"functionResponse": {"id": "call_1", "name": "edit_timeline", "response": {"ok": True, "rev": 2}}}
    ]
    assert response["content"]["role"] == "user"
    assert response["actions"] == {"stateDelta": {"draft_rev": 2}, "artifactDelta": {}}
    assert "vertical" in text["content"]["parts"][0]["text"]
    for event in (call, response, text):
        assert event["author"] == "nemo_agent"
        assert event.keys() <= {*("content", "invocationId", "author", "actions", "id", "timestamp", "customMetadata")}
        assert re.fullmatch(r"e-[0-9a-f-]{36}", event["invocationId"])
    assert text["customMetadata"]["draft_rev"] == 2
    assert draft(place).rev == 2


@pytest.mark.promise("PRICE-EDIT")
def test_prices(place, ears):
    assert balance(place) == {"available": 100, "frozen": 0, "total": 100}
    say(place, "make a video")
    assert ears.heard == 1
    assert balance(place)["available"] == 97
    say(place, "make it vertical")
    assert balance(place)["available"] == 96
    say(place, "make a video")
    assert ears.heard == 1


@pytest.mark.promise("PRICE-NOTHING")
@pytest.mark.parametrize(
    "text", ["what is on the timeline?", "make the moon blue", "make the logo bigger", "credits", "help", "quxx"]
)
def test_what_changes_nothing_costs_nothing(place, text):
    say(place, "make a video without captions")
    before = balance(place)
    rev = draft(place).rev
    say(place, text)
    assert balance(place) == before
    assert draft(place).rev == rev


def test_captions_that_nobody_spoke_cost_no_more_than_the_edit(place, ears):
    ears.said = ""
    say(place, "make a video")
    assert balance(place) == {"available": 99, "frozen": 0, "total": 99}


@pytest.mark.promise("PRICE-PLAN-FIRST", "CREDITS-EMPTY")
def test_without_credits_a_question_is_answered_and_an_edit_is_not(opened, sound, ears):
    backend = opened()
    caller = anyone(backend, credits=2)
    session = new_session(backend, caller)
    put_file(backend, caller, session, sound, "talk.wav")
    place = backend, caller, session
    with pytest.raises(NoCreditsError) as told:
        backend.chat.start(caller, session, "make a video")
    assert told.value.data["required"] == 3
    assert told.value.data["available"] == 2
    assert caller.user_id in told.value.data["registration_url"]
    assert draft(place).rev == 0
    assert ears.heard == 0
    assert "help" in text_of(say(place, "help")) or text_of(say(place, "help"))
    assert balance(place) == {"available": 2, "frozen": 0, "total": 2}


@pytest.mark.promise("SETTINGS-NO-CREDITS")
def test_without_prices_nothing_is_counted(opened, sound, ears):
    backend = opened(no_credits=True)
    caller = anyone(backend, credits=0)
    session = new_session(backend, caller)
    put_file(backend, caller, session, sound, "talk.wav")
    assert say((backend, caller, session), "make a video")
    assert draft((backend, caller, session)).rev == 1
    assert "Nothing costs" in text_of(say((backend, caller, session), "credits"))


def test_captions_are_in_the_same_revision_as_the_video(place):
    events = say(place, "make a video")
    assert draft(place).rev == 1
    captions = [track for track in draft(place).draft["t"] if track["m"]["role"] == "caption"]
    assert captions[0]["sg"]
    assert "captions" in text_of(events)
    say(place, "undo")
    assert draft(place).draft["t"] == []


def test_where_hearing_fails_the_rest_is_done(place, ears):
    ears.error = WavereelError("the engine broke")
    events = say(place, "make a video")
    assert draft(place).rev == 1
    assert "the engine broke" in text_of(events)
    assert balance(place)["available"] == 99


@pytest.mark.promise("CHAT-BUSY", "CHAT-DETACHED")
def test_one_message_at_a_time(place):
    backend, caller, session = place
    begun, gate = threading.Event(), threading.Event()

    def hold(name, request, cancelled):
        if name == "hear":
            begun.set()
            gate.wait(WAIT_S)

    backend.core.tasks.before = hold
    run = backend.chat.start(caller, session, "make a video")
    assert begun.wait(WAIT_S)
    with pytest.raises(BusyError):
        backend.chat.start(caller, session, "make it vertical")
    assert backend.chat.running(session) is run
    assert run.read() == ([], False)
    assert balance(place) == {"available": 97, "frozen": 3, "total": 100}
    put_file(backend, caller, session, backend.core.blobs.path(_blob(backend, session)), "again.wav")
    gate.set()
    events, ended = run.wait(WAIT_S)
    assert ended
    assert events
    assert backend.chat.running(session) is None or backend.chat.running(session).read()[1]
    assert draft(place).rev == 1


def _blob(backend, session):
    from wavereel.store import sessions

    with backend.core.database.read() as tx:
        return sessions.media_of(tx, session)[0].file.blob


def test_other_sessions_are_not_busy(place):
    backend, caller, session = place
    other = new_session(backend, caller)
    gate = threading.Event()
    backend.core.tasks.before = lambda name, request, cancelled: (
        (gate.wait(WAIT_S) and None) if name == "hear" else None
    )
    run = backend.chat.start(caller, session, "make a video")
    assert say((backend, caller, other), "help")
    gate.set()
    run.wait(WAIT_S)


def test_a_draft_saved_meanwhile_is_not_lost(place):
    backend, caller, session = place
    say(place, "make a video")
    seen = []

    def save_first(name, request, cancelled):
        if name == "turn" and not seen:
            seen.append(request["rev"])
            answer = HereTasks.call(tasks, name, request, cancelled=cancelled)
            fresh = backend.drafts.get(caller, session).draft
            fresh["m"]["title"] = "By hand"
            backend.drafts.put(caller, session, fresh)
            return answer
        return None

    tasks = backend.core.tasks
    tasks.before = save_first
    say(place, "make it vertical")
    result = draft(place)
    assert result.rev == 3
    assert result.draft["m"]["title"] == "By hand"
    assert result.draft["m"]["ratio"] == "9:16"
    assert balance(place) == {"available": 96, "frozen": 0, "total": 96}


def test_a_draft_that_came_to_nothing_is_not_exported(place):
    backend, caller, session = place
    say(place, "make a video")
    seen = []

    def save_first(name, request, cancelled):
        if name == "check_draft" and not seen:
            seen.append(1)
            answer = HereTasks.call(Plain(backend.core.tasks), name, request)
            fresh = backend.drafts.get(caller, session).draft
            fresh["m"]["title"] = "By hand"
            backend.drafts.put(caller, session, fresh)
            return answer
        return None

    backend.core.tasks.before = save_first
    event = say(place, "make it vertical and export")[-1]
    (job,) = backend.renders.of_session(caller, session)
    assert job["status"] == "pending"
    assert event["customMetadata"]["render_id"] == job["id"]
    assert draft(place).rev == 3


def test_a_turn_that_cannot_be_stored_leaves_no_export(place, monkeypatch):
    backend, caller, session = place
    say(place, "make a video")
    append = stored_events.append

    def full(tx, session_id, run_id, bodies):
        if any(body.get("customMetadata", {}).get("render_id") for body in bodies):
            raise OutputError("the disk is full")
        return append(tx, session_id, run_id, bodies)

    before = balance(place)
    monkeypatch.setattr(stored_events, "append", full)
    event = say(place, "make it vertical and export")[-1]
    assert "the disk is full" in event["errorMessage"]
    assert backend.renders.of_session(caller, session) == []
    assert draft(place).rev == 1
    assert balance(place) == before


def begin(backend, caller, session, number):
    """A run of another process."""
    with backend.core.database.write() as tx:
        now_ms = backend.core.clock()
        assert runs.start(
            tx,
            run_id=f"e-{number}",
            session_id=session,
            user_id=caller.user_id,
            message="make a video",
            owner="elsewhere",
            now_ms=now_ms,
            lease_ms=60_000,
        )


def test_a_message_that_is_refused_as_busy_changes_no_state(place):
    backend, caller, session = place

    def another_first(name, request, cancelled):
        if name == "save":
            begin(backend, caller, session, 1)

    backend.core.tasks.before = another_first
    delta = {"draft": {"m": {"width": 320, "height": 180, "fps": 10}, "t": []}, "mood": "calm"}
    with pytest.raises(BusyError):
        backend.chat.start(caller, session, "help", state_delta=delta)
    assert draft(place).rev == 0
    with backend.core.database.read() as tx:
        assert "mood" not in sessions.get(tx, caller.user_id, session).state


def test_one_user_has_so_many_messages_answered_at_a_time(opened):
    backend = opened(runs_per_user=2)
    caller, other = anyone(backend), anyone(backend, "anon_1111111111111111")
    for number in range(2):
        begin(backend, caller, new_session(backend, caller), number)
    with pytest.raises(RateError) as raised:
        backend.chat.start(caller, new_session(backend, caller), "help")
    assert raised.value.data["limit"] == 2
    assert backend.chat.start(other, new_session(backend, other), "help").wait(WAIT_S)[1]


def test_messages_are_refused_when_the_quota_is_full(opened, sound, ears):
    backend = opened(user_quota_bytes=sound.stat().st_size + 30_000)
    caller = anyone(backend)
    session = new_session(backend, caller)
    put_file(backend, caller, session, sound, "talk.wav")

    def fill():
        for number in range(200):
            say((backend, caller, session), f"title '{'long ' * 40}{number}'")

    with pytest.raises(LimitError, match="all the room"):
        fill()
    assert backend.drafts.get(caller, session).rev > 2


@pytest.mark.promise("CHAT-NO-PARTIAL")
def test_streaming_gives_fragments_and_then_the_whole(place):
    events = say(place, "help", streaming=True)
    parts = [event["content"]["parts"][0]["text"] for event in events if event.get("partial")]
    whole = [event for event in events if not event.get("partial")]
    assert len(parts) > 1
    assert "".join(parts) == text_of(whole)
    assert events[-1] is whole[-1]
    backend, _, session = place
    with backend.core.database.read() as tx:
        assert not any(one.body.get("partial") for one in stored_events.of_session(tx, session))
    assert not any(event.get("partial") for event in say(place, "help"))


@pytest.mark.promise("CHAT-REPLAY")
def test_a_run_is_read_on_from_any_event(place):
    backend, caller, session = place
    events = say(place, "make a video")
    for number, event in enumerate(events, 1):
        run = backend.chat.resume(caller, session, event["id"])
        assert run.start == number
        assert run.read(run.start) == (events[number:], True)
        assert run.wait(1) == (events, True)
    with backend.core.database.read() as tx:
        mine = stored_events.of_session(tx, session)[0]
    assert mine.body["author"] == "user"
    run = backend.chat.resume(caller, session, mine.id)
    assert run.read(run.start)[0] == events
    for unknown in ("nothing", "", "x" * 4000):
        with pytest.raises(NotFoundError):
            backend.chat.resume(caller, session, unknown)
    with pytest.raises(SessionNotFoundError):
        backend.chat.resume(anyone(backend, "anon_fedcba9876543210"), session, events[0]["id"])


@pytest.mark.promise("CHAT-REPLAY")
def test_a_run_that_goes_on_is_read_on_too(place):
    backend, caller, session = place
    begun, gate = threading.Event(), threading.Event()

    def hold(name, request, cancelled):
        if name == "hear":
            begun.set()
            gate.wait(WAIT_S)

    backend.core.tasks.before = hold
    first = backend.chat.start(caller, session, "make a video", streaming=True)
    assert begun.wait(WAIT_S)
    with backend.core.database.read() as tx:
        mine = stored_events.of_session(tx, session)[0]
    run = backend.chat.resume(caller, session, mine.id)
    woken = threading.Event()
    end = run.subscribe(woken.set)
    gate.set()
    assert woken.wait(WAIT_S)
    end()
    events, _ = run.wait(WAIT_S)
    assert events == first.read()[0]
    fragment = next(event for event in events if event.get("partial"))
    later = backend.chat.resume(caller, session, fragment["id"])
    rest, ended = later.read(later.start)
    assert ended
    assert rest[-1] == events[-1]


def test_readers_are_woken_until_they_leave(place):
    backend, caller, session = place
    run = backend.chat.start(caller, session, "help")
    run.wait(WAIT_S)
    calls = []
    end = run.subscribe(lambda: calls.append(1))
    end()
    end()
    run.tell(())
    assert calls == []


@pytest.mark.promise("CHAT-ACTIONS")
@pytest.mark.parametrize(
    ("text", "action", "said"),
    [
        ("credits", "credits", "97 credits are left"),
        ("积分", "credits", "还剩 97 积分"),
        ("status", "status", "Nothing is being exported"),
        ("upload a file", "upload", "Files come in by upload"),
        ("export", "export", "is queued as chat-"),
        ("导出", "export", "任务号是 chat-"),
    ],
)
def test_actions_are_done_and_named(place, text, action, said):
    say(place, "make a video")
    event = say(place, text)[-1]
    assert event["customMetadata"]["action"] == action
    assert said in text_of([event])
    assert "errorCode" not in event


@pytest.mark.promise("CHAT-ACTIONS")
def test_an_export_is_queued_with_what_was_said_of_it(place):
    backend, caller, session = place
    say(place, "make a video")
    event = say(place, "make it vertical and export as 720p")[-1]
    facts = event["customMetadata"]
    (job,) = backend.renders.of_session(caller, session)
    assert job["id"] == facts["render_id"]
    assert facts["link"] in text_of([event])
    assert f"/files/r/{job['id']}.mp4?" in facts["link"]
    with backend.core.database.read() as tx:
        row = renders.get(tx, caller.user_id, job["id"])
    assert row.output["resolution"] == "720p"
    assert facts["draft_rev"] == draft(place).rev == 2
    assert job["id"] in text_of(say(place, "status"))


@pytest.mark.promise("CHAT-ACTION-PLAN")
def test_an_export_without_headers_is_refused_in_words(place):
    backend, caller, session = place
    say(place, "make a video")
    bare = replace(caller, attribution=Attribution("video-a2e", "", "unknown"))
    event = say((backend, bare, session), "make it vertical, then export")[-1]
    assert event["errorCode"] == "402"
    assert event["customMetadata"]["action"] == "export"
    assert "not started" in text_of([event])
    assert draft(place).draft["m"]["ratio"] == "9:16"
    assert backend.renders.of_session(caller, session) == []


def test_an_export_of_nothing_or_of_another_format_is_told(place):
    assert "nothing to export yet" in text_of(say(place, "export"))
    say(place, "make a video")
    event = say(place, "export as gif")[-1]
    if event["customMetadata"].get("action") == "export":
        assert "MP4" in text_of([event])


@pytest.mark.promise("CHAT-SILENT-SWITCH")
def test_the_text_of_edits_can_be_withheld(opened, sound, ears):
    backend = opened(silent_edit_rate=1.0)
    caller = anyone(backend)
    session = new_session(backend, caller)
    put_file(backend, caller, session, sound, "talk.wav")
    events = say((backend, caller, session), "make a video")
    assert events
    assert not any("text" in event["content"]["parts"][0] for event in events)
    assert text_of(say((backend, caller, session), "help"))


_GUI = re.compile(
    r"\b(?:click|tap|press|button|drag|drop|open the|right-click|menu)\w*|点击|打开|拖拽|拖动|按钮|右键", re.IGNORECASE
)


@pytest.mark.promise("CHAT-NO-GUI")
def test_no_text_of_ours_speaks_of_a_screen():
    for english, chinese in (*ACTION_WORDS.values(), *WORDS.values()):
        assert not _GUI.search(english)
        assert not _GUI.search(chinese)


@pytest.mark.promise("CHAT-NO-GUI")
def test_replies_speak_of_buttons_only_where_a_setting_asks_for_it(opened, sound, ears):
    backend = opened(gui_words=True)
    caller = anyone(backend)
    session = new_session(backend, caller)
    put_file(backend, caller, session, sound, "talk.wav")
    assert "Click the Export button" in text_of(say((backend, caller, session), "make a video"))
    assert "点击" in text_of(say((backend, caller, session), "竖屏"))


@pytest.mark.parametrize("text", ["make a video with captions", "hi", "把我的播客做成视频", "add music"])
def test_without_a_file_the_answer_says_how_to_send_one(opened, text):
    backend = opened()
    caller = anyone(backend)
    reply = text_of(say((backend, caller, new_session(backend, caller)), text))
    assert "mp3" in reply
    assert "500 MB" in reply


@pytest.mark.promise("CHAT-NO-TEXT")
@pytest.mark.parametrize("text", ["", " \n\t"])
def test_no_text_is_refused(place, text):
    backend, caller, session = place
    with pytest.raises(UnreadableError):
        backend.chat.start(caller, session, text)


def test_what_nobody_types_is_refused(place):
    backend, caller, session = place
    with pytest.raises(LimitError):
        backend.chat.start(caller, session, "x" * 5000)
    with pytest.raises(ScopeError):
        backend.chat.start(replace(caller, scopes=frozenset({"read"})), session, "help")
    assert say(place, "half a \ud800 character and a \0 zero")


@pytest.mark.promise("CHAT-UNKNOWN-SESSION")
def test_sessions_of_others_are_not_there(place):
    backend, _, session = place
    other = anyone(backend, "anon_fedcba9876543210")
    told = []
    for wanted in (session, "1234567890123456789"):
        with pytest.raises(SessionNotFoundError) as error:
            backend.chat.start(other, wanted, "help")
        told.append(error.value.message.replace(wanted, ""))
    assert told[0] == told[1]


@pytest.mark.promise("CHAT-FAILURE-EVENT")
def test_a_failure_in_the_stream_is_an_event(place, monkeypatch):
    backend, caller, session = place
    monkeypatch.setattr("wavereel.service.backend.chat.PLAN_S", 0.0)

    def fail(name, request, cancelled):
        raise LimitError("this is too much")

    backend.core.tasks.before = fail
    gate = threading.Event()
    backend.core.tasks.before = lambda *_: gate.wait(WAIT_S) and fail(*_)
    run = backend.chat.start(caller, session, "make a video")
    gate.set()
    events, ended = run.wait(WAIT_S)
    assert ended
    (event,) = events
    assert (event["errorCode"], event["errorMessage"]) == ("4002", "this is too much")
    assert event["customMetadata"]["code"] == 4002
    assert "this is too much" in text_of([event])
    assert "error" not in event
    assert balance(place) == {"available": 100, "frozen": 0, "total": 100}


def test_a_fault_of_the_program_is_told_without_its_insides(place, caplog):
    backend, caller, session = place

    def fault(name, request, cancelled):
        raise RuntimeError("secret insides")

    backend.core.tasks.before = fault
    with pytest.raises(WavereelError) as told:
        backend.chat.start(caller, session, "make a video")
    assert "secret" not in str(told.value)
    assert told.value.wire_code == 5000
    backend.core.tasks.before = lambda *_: None
    assert say(place, "help")


def test_a_run_can_be_stopped_before_anything_is_applied(place, ears):
    backend, caller, session = place
    ears.wait = True
    run = backend.chat.start(caller, session, "make a video")
    assert backend.chat.cancel(caller, session)
    events, ended = run.wait(WAIT_S)
    assert ended
    assert "Stopped" in text_of(events)
    assert draft(place).rev == 0
    assert balance(place) == {"available": 100, "frozen": 0, "total": 100}
    ears.wait = False
    assert say(place, "make a video")
    assert draft(place).rev == 1


@pytest.mark.promise("CHAT-CEILING")
def test_at_the_ceiling_what_was_planned_stays(place, ears):
    backend, caller, session = place
    ears.wait = True
    run = backend.chat.start(caller, session, "make a video")
    run.stop(late=True)
    event = run.wait(WAIT_S)[0][-1]
    assert event["errorCode"] == "408"
    assert "15 minutes" in text_of([event])
    assert draft(place).rev == 1
    assert balance(place)["available"] == 99


@pytest.mark.promise("CHAT-CEILING")
def test_a_plan_that_takes_too_long_is_ended(place, monkeypatch):
    backend, caller, session = place
    monkeypatch.setattr("wavereel.service.backend.chat.PLAN_S", 0.0)
    backend.core.tasks.before = lambda name, request, cancelled: cancelled.wait(WAIT_S) and None
    run = backend.chat.start(caller, session, "make a video")
    run.stop(late=True)
    (event,) = run.wait(WAIT_S)[0]
    assert event["errorCode"] == "408"
    assert draft(place).rev == 0


@pytest.mark.promise("CHAT-CEILING")
def test_how_long_a_message_may_take_is_a_setting(opened, ears, monkeypatch):
    monkeypatch.setattr("wavereel.service.backend.chat.PLAN_S", 0.0)
    backend = opened(run_limit_s=0.1, lease_s=0.3)
    caller = anyone(backend)
    backend.core.tasks.before = lambda name, request, cancelled: cancelled.wait(WAIT_S) and None
    events, ended = backend.chat.start(caller, new_session(backend, caller), "make a video").wait(WAIT_S)
    assert ended
    assert events[-1]["errorCode"] == "408"
    assert "0.1 seconds" in text_of(events)


def test_what_could_not_be_given_back_at_once_is_given_back_later(place):
    backend, caller, _ = place
    run_id = say(place, "make a video")[-1]["invocationId"]
    before = balance(place)
    with backend.core.database.write() as tx:
        assert accounts.freeze(tx, caller.user_id, 5, f"{run_id}/1.1", backend.core.clock())
    backend.core.clock.ms += round(3 * backend.core.settings.run_limit_s * 1000)
    backend.chat.take_up()
    assert balance(place) == before


@pytest.mark.promise("STATE-GENERATED")
def test_what_the_program_made_is_listed_with_its_time(place):
    backend, caller, session = place
    say(place, "make a video")
    say(place, "add music")
    made = backend.sessions.state(caller, session)["state"]["generated_media"]
    assert {one["kind"] for one in made} >= {"music", "cover"}
    for one in made:
        assert one.keys() >= {"file_id", "filename", "file_type", "duration", "kind", "prompt", "seed", "created_at"}
        assert one["created_at"] > 10**12
    first = {one["file_id"]: one["created_at"] for one in made}
    say(place, "make it vertical")
    later = backend.sessions.state(caller, session)["state"]["generated_media"]
    assert all(first.get(one["file_id"], one["created_at"]) == one["created_at"] for one in later)


@pytest.mark.promise("STATE-VERSION")
def test_the_version_rises_with_the_draft_and_not_with_a_question(place):
    backend, caller, session = place
    first = backend.sessions.version(caller, session)
    say(place, "make a video")
    second = backend.sessions.version(caller, session)
    assert second > first
    say(place, "help")
    assert backend.sessions.version(caller, session) == second


def test_the_users_message_is_kept_for_the_agents_clients(place):
    backend, caller, session = place
    say(place, "make a video", state_delta={"mood": "calm"})
    told = backend.sessions.adk_get(caller, "me", session)
    assert told["state"]["mood"] == "calm"
    first = told["events"][0]
    assert first["author"] == "user"
    assert first["content"] == {"parts": [{"text": "make a video"}], "role": "user"}
    assert first["actions"]["stateDelta"] == {"mood": "calm"}
    with pytest.raises(UnreadableError):
        backend.chat.start(caller, session, "help", state_delta={"video_infos": []})


def test_a_message_for_whoever_waits(place):
    backend, caller, session = place
    told = backend.chat.say(caller, session, "make a video")
    assert told["ended"]
    assert told["changes"][0]["op"] == "build"
    assert told["draft_rev"] == 1
    assert "Timeline (" in told["timeline"]
    assert told["text"].startswith("The ")
    told = backend.chat.say(caller, session, "bigger")
    assert told["changes"] == [] or told["draft_rev"] == 2


def test_long_arguments_are_told_by_their_number(place, ears):
    ears.said = " ".join(f"word{number}" for number in range(250))
    events = say(place, "make a video")
    assert all(len(json.dumps(event)) < 20_000 for event in events)


def test_a_session_that_goes_away_takes_its_run_with_it(place, ears):
    backend, caller, session = place
    ears.wait = True
    run = backend.chat.start(caller, session, "make a video")
    backend.sessions.delete(caller, session)
    ears.wait = False
    run.stop()
    assert run.wait(WAIT_S)[1]
    with backend.core.database.read() as tx:
        assert runs.get(tx, run.id) is None
    assert balance(place) == {"available": 100, "frozen": 0, "total": 100}


@pytest.fixture
def modelled(opened, sound, ears):
    """A place where a language model plans, played by the grammar; `asked` has the requests of turns."""
    backend = opened(llm_url="http://127.0.0.1:9/v1", llm_model="some-model", llm_key="secret")
    caller = anyone(backend)
    session = new_session(backend, caller)
    put_file(backend, caller, session, sound, "talk.wav")
    tasks = backend.core.tasks
    tasks.seen = []

    def plan(name, request, cancelled):
        if name != "turn":
            return None
        tasks.seen.append(dict(request) | {"balance": backend.credits.balance(caller)})
        return HereTasks.call(Plain(tasks), name, {key: value for key, value in request.items() if key != "llm"})

    tasks.before = plan
    return backend, caller, session


class Plain:
    """Tasks that ask nobody before."""

    def __init__(self, tasks):
        self.folder, self.asked = tasks.folder, tasks.asked
        self.before = lambda *_: None


@pytest.mark.promise("PRICE-MODEL")
def test_a_language_models_turn_holds_the_most_and_pays_what_it_cost(modelled, ears):
    backend, _, _ = modelled
    seen = backend.core.tasks.seen
    say(modelled, "make a video, no captions please")
    assert seen[0]["llm"] == {
        "url": "http://127.0.0.1:9/v1",
        "model": "some-model",
        "key": "secret",
        "timeout_s": 60.0,
    }
    assert seen[0]["balance"] == {"available": 97, "frozen": 3, "total": 100}
    assert balance(modelled) == {"available": 99, "frozen": 0, "total": 99}
    say(modelled, "help")
    assert balance(modelled) == {"available": 99, "frozen": 0, "total": 99}


@pytest.mark.promise("PRICE-MODEL")
def test_a_language_models_turn_holds_what_there_is(opened, sound, ears, modelled):
    backend, caller, session = modelled
    with backend.core.database.write() as tx:
        accounts.add(tx, caller.user_id, -98)
    say(modelled, "make a video, no captions please")
    assert backend.core.tasks.seen[0]["balance"] == {"available": 0, "frozen": 2, "total": 2}
    assert balance(modelled) == {"available": 1, "frozen": 0, "total": 1}
    say(modelled, "make it vertical")
    assert balance(modelled) == {"available": 0, "frozen": 0, "total": 0}
    assert say(modelled, "help")
    with pytest.raises(NoCreditsError):
        backend.chat.start(caller, session, "undo")
    assert draft(modelled).rev == 2


def test_a_language_model_is_asked_once_for_a_message_with_captions(modelled, ears):
    say(modelled, "make a video")
    assert len(modelled[0].core.tasks.seen) == 1
    captions = [track for track in draft(modelled).draft["t"] if track["m"]["role"] == "caption"]
    assert captions[0]["sg"]
    assert draft(modelled).rev == 1
    assert balance(modelled) == {"available": 97, "frozen": 0, "total": 97}
