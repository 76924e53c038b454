"""Exports as clients ask for them: who may, what is the same, what is refused, and how a job stands."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.worker.jobs import Place, drawn, heard

from wavereel.errors import (
    DraftError,
    GoneError,
    IdTakenError,
    LimitError,
    NoCreditsError,
    NotFinishedError,
    NotFoundError,
    OverloadedError,
    PlanError,
    RateError,
    ScopeError,
    SessionNotFoundError,
    UnreadableError,
)
from wavereel.service.backend.caller import Attribution
from wavereel.service.backend.render_endings import complete, fail, take_from_the_dead
from wavereel.service.backend.render_status import seconds_left
from wavereel.store import renders as rows
from wavereel.store import sessions
from wavereel.store.queue import Ahead

RESULT = {"duration": 0.5, "size": 7, "width": 160, "height": 90, "format": "mp4"}


@pytest.fixture
def place(tmp_path):
    made = Place(tmp_path, price_export=2)
    yield made
    made.close()


@pytest.fixture
def caller(place):
    return place.user()


@pytest.fixture
def session_id(place, caller):
    return place.session(caller)


def finish(place, job, error=None):
    with place.core.database.write() as tx:
        now_ms = place.core.clock()
        if error is not None:
            return fail(tx, job, error=error, now_ms=now_ms)
        made = place.core.parts / "made.mp4"
        made.write_bytes(b"video..")
        blob = place.core.blobs.adopt(made)
        return complete(tx, job, blob=blob, result=RESULT, warnings=["scaled down"], now_ms=now_ms)


def test_drafts_that_are_handed_in_count_into_the_quota(tmp_path):
    place = Place(tmp_path, user_quota_bytes=30_000)
    caller = place.user()
    session_id = place.session(caller)
    body = place.body(session_id)
    body["draft"] = body["draft"] | {"x": "y" * 9000}
    place.renders.submit(caller, body)
    place.renders.submit(caller, body | {"id": "render_2"})
    place.renders.submit(caller, body | {"id": "render_3"})
    with pytest.raises(LimitError, match="all the room"):
        place.renders.submit(caller, body | {"id": "render_4"})
    assert place.renders.submit(caller, body)["status"] == "pending"
    place.close()


@pytest.mark.promise("RENDER-SUBMIT", "RENDER-NO-OUTPUT-YET", "RENDER-SESSION-ALIAS")
def test_a_submission_is_queued_and_answered_flat_and_under_data(place, caller, session_id):
    body = place.body(session_id)
    answer = place.renders.submit(caller, body)
    flat = {"id": "render_1", "taskId": "render_1", "status": "pending", "progress": 0, "code": 0, "success": True}
    assert {key: answer[key] for key in flat} == flat
    wanted = {"id": "render_1", "render_id": "render_1", "status": "pending", "progress": 0}
    assert {key: answer["data"][key] for key in wanted} == wanted
    assert "output" not in answer and "output" not in answer["data"]
    assert place.core.notifier.renders == 1
    body["session_id"] = body.pop("sessionId")
    assert place.renders.submit(caller, body | {"id": "render_2"})["status"] == "pending"


@pytest.mark.promise("RENDER-IDEMPOTENT", "RENDER-SAME-BODY")
def test_the_same_body_again_is_the_same_job_however_it_is_written(place, caller, session_id):
    body = place.body(session_id, output={"format": "mp4", "quality": "high"})
    place.renders.submit(caller, body)
    again = json.loads(json.dumps(body, sort_keys=True))
    again["session_id"] = again.pop("sessionId")
    job = place.claim()
    assert place.renders.submit(caller, again)["status"] == "processing"
    finish(place, job)
    assert place.renders.submit(caller, body)["status"] == "completed"
    assert place.tasks.calls == ["check_draft"]
    assert place.balance(caller).total == 98


@pytest.mark.promise("RENDER-ID-TAKEN")
@pytest.mark.parametrize("change", ["draft", "output", "session"])
def test_the_same_id_with_another_body_is_taken(place, caller, session_id, change):
    body = place.body(session_id)
    place.renders.submit(caller, body)
    other = {
        "draft": {"draft": drawn(text="Other")},
        "output": {"output": {"quality": "low"}},
        "session": {"sessionId": place.session(caller)},
    }[change]
    with pytest.raises(IdTakenError):
        place.renders.submit(caller, body | other)
    assert place.balance(caller).frozen == 2


@pytest.mark.promise("RENDER-ID-RULES")
def test_an_id_is_unique_to_its_user_alone(place, caller, session_id):
    other = place.user()
    place.renders.submit(caller, place.body(session_id))
    place.renders.submit(other, place.body(place.session(other)))
    with pytest.raises(NotFoundError):
        place.renders.status(place.user(), "render_1")


@pytest.mark.promise("RENDER-PLAN")
@pytest.mark.parametrize(
    ("attribution", "missing"),
    [
        (Attribution(), ["X-Skill-Source", "X-Skill-Version", "X-Skill-Platform"]),
        (Attribution("a", " ", "c"), ["X-Skill-Version"]),
    ],
)
def test_without_the_headers_an_export_is_refused_before_anything_is_looked_at(place, attribution, missing):
    caller = place.user(attribution=attribution)
    for body in ({}, {"id": "/", "sessionId": "nobody's"}):
        with pytest.raises(PlanError) as caught:
            place.renders.submit(caller, body)
    assert caught.value.wire_code == caught.value.http_status == 402
    assert caught.value.data == {"missing": missing}
    assert "free plan" in str(caught.value)
    assert all(name in str(caught.value) for name in missing)


@pytest.mark.promise("RENDER-SCOPE")
@pytest.mark.parametrize("scopes", [("render",), ("*",)])
def test_the_scope_alone_is_enough(place, scopes):
    caller = place.user(scopes=scopes, attribution=Attribution())
    assert place.renders.submit(caller, place.body(place.session(caller)))["status"] == "pending"


@pytest.mark.promise("RENDER-READ-SCOPE")
def test_polling_needs_read_and_cancelling_write_and_no_headers(place, caller, session_id):
    place.renders.submit(caller, place.body(session_id))

    def with_scopes(*scopes):
        return type(caller)(caller.user_id, "anonymous", frozenset(scopes))

    for call in (place.renders.status, place.renders.download, place.renders.of_session):
        with pytest.raises(ScopeError):
            call(with_scopes("write", "render"), "render_1")
    with pytest.raises(ScopeError):
        place.renders.cancel(with_scopes("read", "render"), "render_1")
    assert place.renders.status(with_scopes("read"), "render_1")["status"] == "pending"
    assert place.renders.cancel(with_scopes("write"), "render_1")["status"] == "failed"


@pytest.mark.promise("RENDER-ID-RULES", "ERROR-UNREADABLE")
@pytest.mark.parametrize(
    "change",
    [
        {"id": None}, {"id": ""}, {"id": "a/b"}, {"id": "x" * 129}, {"id": 7}, {"id": "é"}, {"id": "a\n"},
        {"sessionId": None}, {"sessionId": 5}, {"sessionId": ""}, {"draft": None}, {"draft": []}, {"draft": "{}"},
        {"output": "mp4"}, {"output": {"format": "webm"}},
    ],
)  # fmt: skip
def test_fields_that_mean_nothing_are_4220_before_the_session_is_looked_up(place, caller, change):
    with pytest.raises(UnreadableError) as caught:
        place.renders.submit(caller, place.body("no session") | change)
    assert (caught.value.wire_code, caught.value.http_status) == (4220, 422)


@pytest.mark.parametrize("body", [None, [], "x", 3])
def test_a_body_that_is_no_object_is_4220(place, caller, body):
    with pytest.raises(UnreadableError):
        place.renders.submit(caller, body)


def test_a_draft_that_is_nested_without_end_is_refused(place, caller, session_id):
    deep = draft = {}
    for _ in range(5000):
        deep["a"] = {}
        deep = deep["a"]
    with pytest.raises(UnreadableError):
        place.renders.submit(caller, place.body(session_id, draft={"t": [draft]}))


@pytest.mark.promise("RENDER-UNKNOWN-SESSION", "RENDER-BAD-DRAFT", "ERROR-ORDER")
def test_the_session_comes_before_the_draft_and_the_draft_before_the_id(place, caller, session_id):
    other = place.user()
    bad = {"t": [{"tt": 0, "sg": [{"d": -1}]}]}
    for unknown in ("1", place.session(other), "x" * 500):
        with pytest.raises(SessionNotFoundError):
            place.renders.submit(caller, place.body(unknown, draft=bad))
    place.renders.submit(caller, place.body(session_id))
    for draft in (bad, {"t": []}, {"x": 1}):
        with pytest.raises(DraftError) as caught:
            place.renders.submit(caller, place.body(session_id, draft=draft))
        assert (caught.value.wire_code, caught.value.http_status) == (4003, 422)


def test_a_draft_may_name_only_files_of_its_user_and_is_kept_by_their_ids(place, caller, session_id):
    name = place.file(caller)
    other = place.user()
    place.file(other, "f_00000000000000bb")
    for source in ("asset://f_00000000000000bb", "/etc/passwd", "file:///etc/passwd", "http://a/files/f_nobody/x"):
        with pytest.raises(DraftError):
            place.renders.submit(caller, place.body(session_id, draft=heard(source)))
    url = f"http://elsewhere/files/{name}/talk.wav?sig=1"
    place.renders.submit(caller, place.body(session_id, draft=heard(url)))
    with place.core.database.read() as tx:
        job = rows.get(tx, caller.user_id, "render_1", with_draft=True)
    assert list(job.sources) == [name] and f"asset://{name}" in job.draft and "elsewhere" not in job.draft


def test_a_draft_over_a_file_that_was_removed_is_refused(place, caller, session_id):
    name = place.file(caller, lost=True)
    with pytest.raises(DraftError, match="is missing"):
        place.renders.submit(caller, place.body(session_id, draft=heard(f"asset://{name}")))


def test_a_draft_longer_than_media_may_be_is_refused(tmp_path):
    place = Place(tmp_path, max_media_s=5)
    caller = place.user()
    with pytest.raises(DraftError, match="longer than 5 s"):
        place.renders.submit(caller, place.body(place.session(caller), draft=drawn(5001)))
    place.close()


def test_credits_are_held_back_with_the_job_and_never_without(place, session_id, caller):
    poor = place.user(available=1)
    with pytest.raises(NoCreditsError):
        place.renders.submit(poor, place.body(place.session(poor)))
    assert place.row(poor) is None
    place.renders.submit(caller, place.body(session_id))
    assert (place.balance(caller).available, place.balance(caller).frozen) == (98, 2)


def test_so_many_jobs_of_a_user_may_wait(tmp_path):
    place = Place(tmp_path, renders_waiting_per_user=2)
    caller = place.user()
    session_id = place.session(caller)
    for number in range(2):
        place.renders.submit(caller, place.body(session_id, f"r{number}"))
    with pytest.raises(RateError) as caught:
        place.renders.submit(caller, place.body(session_id, "r2"))
    assert caught.value.retry_after_s
    assert place.renders.submit(caller, place.body(session_id, "r0"))["status"] == "pending"
    place.close()


def test_so_many_jobs_of_all_users_may_wait(tmp_path):
    place = Place(tmp_path, renders_waiting=2)
    for _ in range(2):
        caller = place.user()
        place.renders.submit(caller, place.body(place.session(caller)))
    caller = place.user()
    with pytest.raises(OverloadedError) as caught:
        place.renders.submit(caller, place.body(place.session(caller)))
    assert caught.value.retry_after_s and place.row(caller) is None
    place.close()


@pytest.mark.promise("RENDER-POLL", "RENDER-COMPLETED", "RENDER-WARNINGS", "RENDER-DOWNLOAD")
def test_a_finished_job_has_its_output_in_both_spellings(place, caller, session_id):
    place.renders.submit(caller, place.body(session_id))
    with pytest.raises(NotFinishedError):
        place.renders.download(caller, "render_1")
    assert finish(place, place.claim())
    answer = place.renders.status(caller, "render_1")
    assert (answer["code"], answer["success"], answer["status"], answer["progress"]) == (0, True, "completed", 100)
    url = answer["output"]["url"]
    assert url.startswith("http://127.0.0.1:8080/files/r/render_1.mp4?")
    assert url == answer["outputUrl"] == answer["data"]["outputUrl"] == answer["data"]["output"]["url"]
    assert answer["output"] == {"url": url} | RESULT
    assert answer["data"]["warnings"] == ["scaled down"]
    assert answer["data"]["completedAt"] >= answer["data"]["createdAt"] > 1_600_000_000_000
    path, name, size = place.renders.download(caller, "render_1")
    assert (path.read_bytes(), name, size) == (b"video..", "render_1.mp4", 7)
    assert place.balance(caller).total == 98 and not place.balance(caller).frozen


@pytest.mark.promise("RENDER-FAILED")
def test_a_failed_job_is_a_successful_poll_and_costs_nothing(place, caller, session_id):
    place.renders.submit(caller, place.body(session_id))
    finish(place, place.claim(), "source f_9 is missing")
    answer = place.renders.status(caller, "render_1")
    assert (answer["code"], answer["success"], answer["status"]) == (0, True, "failed")
    assert answer["error"] == answer["data"]["error"] == "source f_9 is missing"
    assert "output" not in answer
    assert place.balance(caller).available == 100
    with pytest.raises(NotFinishedError):
        place.renders.download(caller, "render_1")


@pytest.mark.promise("RENDER-CANCEL", "RENDER-CANCELLED", "ERROR-NOT-FINISHED")
def test_a_waiting_job_is_cancelled_at_once_and_refunded(place, caller, session_id):
    place.renders.submit(caller, place.body(session_id))
    answer = place.renders.cancel(caller, "render_1")
    assert (answer["status"], answer["error"]) == ("failed", "cancelled")
    assert place.balance(caller).available == 100
    assert place.claim() is None
    with pytest.raises(NotFinishedError) as caught:
        place.renders.cancel(caller, "render_1")
    assert (caught.value.wire_code, caught.value.http_status) == (4092, 409)


def test_a_job_at_work_is_asked_to_stop(place, caller, session_id):
    place.renders.submit(caller, place.body(session_id))
    job = place.claim()
    assert place.renders.cancel(caller, "render_1")["status"] == "processing"
    assert place.row(caller).cancel_requested
    # Its worker died meanwhile: whoever finds the job ends it as its user wished.
    assert take_from_the_dead(place.core.database, place.core.clock(), is_dead=lambda owner: owner == job.owner) == 1
    assert place.renders.status(caller, "render_1")["error"] == "cancelled"
    assert place.balance(caller).available == 100


@pytest.mark.promise("RENDER-UNKNOWN")
def test_jobs_of_others_and_jobs_that_never_were_are_the_same(place, caller, session_id):
    place.renders.submit(caller, place.body(session_id))
    other = place.user()
    for render_id in ("render_1", "never", "../../etc/passwd", "x" * 10_000, "\0"):
        for call in (place.renders.status, place.renders.cancel, place.renders.download):
            with pytest.raises(NotFoundError) as caught:
                call(other, render_id)
            assert (caught.value.wire_code, caught.value.http_status) == (4040, 404)


def test_the_video_of_a_finished_job_can_be_gone(place, caller, session_id):
    place.renders.submit(caller, place.body(session_id))
    finish(place, place.claim())
    job = place.row(caller)
    with place.core.database.write() as tx:
        rows.lose(tx, job.seq)
    answer = place.renders.status(caller, "render_1")
    assert answer["status"] == "completed" and "outputUrl" not in answer and "url" not in answer["output"]
    with pytest.raises(GoneError):
        place.renders.download(caller, "render_1")


@pytest.mark.promise("RENDER-OUTLIVES-SESSION")
def test_a_job_goes_on_when_its_session_is_deleted(place, caller, session_id):
    body = place.body(session_id)
    place.renders.submit(caller, body)
    with place.core.database.write() as tx:
        sessions.delete(tx, caller.user_id, session_id)
    assert finish(place, place.claim())
    assert place.renders.status(caller, "render_1")["status"] == "completed"
    assert place.renders.submit(caller, body)["status"] == "completed"
    with pytest.raises(SessionNotFoundError):
        place.renders.of_session(caller, session_id)
    assert [row["id"] for row in place.renders.listing(caller)] == ["render_1"]


def test_every_step_of_a_job_raises_the_sessions_version(place, caller, session_id):
    seen = [place.version(session_id, caller)]
    place.renders.submit(caller, place.body(session_id))
    seen.append(place.version(session_id, caller))
    finish(place, place.claim())
    seen.append(place.version(session_id, caller))
    assert seen == sorted(set(seen))


def test_the_exports_of_a_session_are_listed_in_order(place, caller, session_id):
    for number in range(3):
        place.renders.submit(caller, place.body(session_id, f"r{number}"))
    place.renders.submit(caller, place.body(place.session(caller), "elsewhere"))
    finish(place, place.claim(), "broken")
    listed = place.renders.of_session(caller, session_id)
    assert [row["id"] for row in listed] == ["r0", "r1", "r2"]
    assert listed[0]["error"] == "broken" and listed[1]["status"] == "pending"


def test_only_who_holds_a_job_can_end_it(place, caller, session_id):
    place.renders.submit(caller, place.body(session_id))
    stale = place.claim("first")
    assert take_from_the_dead(place.core.database, place.core.clock(), is_dead=lambda owner: owner == "first") == 1
    fresh = place.claim("second")
    assert not finish(place, stale)
    assert not finish(place, stale, "late")
    assert place.row(caller).state == "processing"
    assert finish(place, fresh)
    assert not finish(place, fresh)
    assert place.balance(caller).total == 98


def test_a_job_that_took_three_workers_with_it_has_failed(place, caller, session_id):
    place.renders.submit(caller, place.body(session_id))
    for number in range(3):
        assert place.claim(f"w{number}").attempts == number + 1
        take_from_the_dead(place.core.database, place.core.clock(), is_dead=lambda _: True)
    answer = place.renders.status(caller, "render_1")
    assert answer["status"] == "failed" and "3 times" in answer["error"]
    assert place.balance(caller).available == 100


def test_a_lease_that_is_moved_on_is_left_alone(place, caller, session_id):
    place.renders.submit(caller, place.body(session_id))
    place.claim()
    assert take_from_the_dead(place.core.database, place.core.clock()) == 0
    assert take_from_the_dead(place.core.database, place.core.clock() + 16_000) == 1
    assert place.row(caller).state == "pending"


def job_of(**values):
    facts = {"state": "processing", "progress": 50, "length_ms": 60_000, "started_at_ms": 1} | values
    return rows.Render(**({name: None for name in rows.Render.__slots__ if name != "draft"} | facts))


@given(
    st.sampled_from(["pending", "processing"]), st.integers(0, 99), st.integers(0, 10**8), st.integers(0, 1000),
    st.none() | st.floats(0.001, 1000), st.integers(1, 64), st.integers(0, 10**7),
)  # fmt: skip
def test_the_time_left_is_a_number_of_seconds_whatever_is_known(state, progress, length_ms, jobs, pace, workers, spent):
    job = job_of(state=state, progress=progress, length_ms=length_ms, started_at_ms=0)
    left_s = seconds_left(job, Ahead(jobs, jobs * 1000), pace, workers, spent)
    assert isinstance(left_s, int) and left_s >= 1


def test_the_time_left_follows_a_jobs_own_progress_and_else_what_jobs_took_before():
    assert seconds_left(job_of(), Ahead(0, 0), 2.0, 1, 30_001) == 30
    assert seconds_left(job_of(progress=0), Ahead(0, 0), 2.0, 1, 1) == 32
    waiting = job_of(state="pending", progress=0, started_at_ms=None)
    assert seconds_left(waiting, Ahead(2, 120_000), 2.0, 2, 0) == 64
