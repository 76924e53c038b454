"""One job in a worker: kept whole, charged once, and undone where it is not the worker's any more."""

import errno
import os
import threading
import time
from contextlib import contextmanager

import pytest
from tests.worker.jobs import Place, drawn, heard

from wavereel.errors import Cancelled, DraftError, InputError, OutputError, OverloadedError
from wavereel.media.probe import probe
from wavereel.service.backend.render_endings import take_from_the_dead
from wavereel.service.tasks.render import Rendered
from wavereel.store import webhooks
from wavereel.worker import render_job, render_worker
from wavereel.worker.render_job import WORK_FOLDER, Claim, Jobs
from wavereel.worker.render_settings import WorkerSettings, worker_settings
from wavereel.worker.render_worker import RenderWorker, renderer

RENDERED = Rendered(160, 90, 10.0, 500, 5, ("a warning",))


@pytest.fixture
def place(tmp_path):
    made = Place(tmp_path, price_export=3, lease_s=15.0)
    yield made
    made.close()


@pytest.fixture
def caller(place):
    return place.user()


@pytest.fixture
def claim(place, caller):
    place.renders.submit(caller, place.body(place.session(caller)))
    return Claim(place.claim())


def settings_of(place, **values):
    return WorkerSettings(place.core.folder, place.core.folder / "cache", owner="worker", **values)


def folder_of(place):
    folder = place.core.folder / WORK_FOLDER
    folder.mkdir(exist_ok=True)
    return folder


def really(place, **values):
    """Jobs as a worker does them."""
    return jobs_of(place, renderer(settings_of(place, **values), place.core.blobs))


def jobs_of(place, render, **values):
    return Jobs(place.core.database, place.core.blobs, settings_of(place, **values), folder_of(place), render)


def written(job, destination, on_share, cancelled):
    destination.write_bytes(b"video")
    on_share(0.5)
    return RENDERED


def failing(error):
    def render(job, destination, on_share, cancelled):
        destination.write_bytes(b"half")
        raise error

    return render


def waiting(job, destination, on_share, cancelled):
    destination.write_bytes(b"half")
    assert cancelled.wait(20)
    raise Cancelled("stopped")


def blobs_of(place):
    return sorted(place.core.blobs.keys())


def nothing_left(place):
    return list((place.core.folder / WORK_FOLDER).iterdir()) == []


def test_a_video_is_kept_and_charged_in_one_step(place, caller, claim):
    jobs_of(place, written).do(claim)
    row = place.row(caller)
    assert (row.state, row.progress, row.warnings) == ("completed", 100, ["a warning"])
    assert row.result == {"duration": 0.5, "size": 5, "width": 160, "height": 90, "fps": 10.0, "format": "mp4"}
    assert blobs_of(place) == [row.blob] and nothing_left(place)
    assert (place.balance(caller).available, place.balance(caller).frozen) == (97, 0)


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (DraftError("the draft has no length", hint="put something on it"), "the draft has no length"),
        (OSError(errno.ENOSPC, "No space left on device"), "the disk is full"),
        (OutputError("the disk is full", hint="make room"), "the disk is full"),
        (MemoryError(), "more memory"),
        (ZeroDivisionError("secret"), "internal error"),
        (KeyboardInterrupt(), "internal error"),
    ],
)
def test_a_failure_says_why_is_refunded_and_leaves_nothing_behind(place, caller, claim, error, text):
    jobs_of(place, failing(error)).do(claim)
    row = place.row(caller)
    assert row.state == "failed" and text in row.error and "secret" not in row.error
    assert place.balance(caller).available == 100
    assert blobs_of(place) == [] and nothing_left(place)


def test_messages_carry_no_paths_of_this_machine(place, caller):
    name = place.file(caller)
    place.renders.submit(caller, place.body(place.session(caller), draft=heard(f"asset://{name}")))
    claim = Claim(place.claim())
    path = place.core.blobs.path(claim.job.sources[name])
    error = InputError(f"cannot read {path} or {path.name}, nor {place.core.folder / 'x'}")
    jobs_of(place, failing(error)).do(claim)
    text = place.row(caller).error
    assert text == "cannot read talk.wav or talk.wav, nor the data folder/x"


def test_a_full_disk_at_the_last_step_fails_the_job(place, caller, claim, monkeypatch):
    def full(path, key=""):
        raise OutputError("the disk is full", hint="make room")

    monkeypatch.setattr(place.core.blobs, "adopt", full)
    jobs_of(place, written).do(claim)
    assert place.row(caller).error == "the video could not be written: the disk is full"
    assert blobs_of(place) == [] and nothing_left(place)


def test_a_cancelled_job_stops_within_a_second(place, caller, claim):
    thread = threading.Thread(target=jobs_of(place, waiting).do, args=(claim,))
    thread.start()
    place.renders.cancel(caller, "render_1")
    started = time.monotonic()
    thread.join()
    assert time.monotonic() - started < 1
    assert place.row(caller).error == "cancelled"
    assert place.balance(caller).available == 100 and blobs_of(place) == []


def test_a_worker_that_lost_its_job_leaves_the_next_one_alone(place, caller, claim):
    held, go = threading.Event(), threading.Event()

    def paused(job, destination, on_share, cancelled):
        held.set()
        assert go.wait(20)
        return written(job, destination, on_share, cancelled)

    thread = threading.Thread(target=jobs_of(place, paused).do, args=(claim,))
    thread.start()
    assert held.wait(20)
    take_from_the_dead(place.core.database, place.core.clock(), is_dead=lambda owner: owner == "worker")
    fresh = Claim(place.claim("other"))
    go.set()
    thread.join()
    assert place.row(caller).state == "processing" and blobs_of(place) == []
    jobs_of(place, written).do(fresh)
    assert place.row(caller).state == "completed" and len(blobs_of(place)) == 1
    assert place.balance(caller).total == 97


def test_a_worker_that_ends_gives_its_job_back_and_the_attempt_does_not_count(place, caller, claim):
    thread = threading.Thread(target=jobs_of(place, waiting).do, args=(claim,))
    thread.start()
    claim.end("quit")
    thread.join()
    row = place.row(caller)
    assert (row.state, row.attempts, row.progress) == ("pending", 0, 0)
    assert place.balance(caller).frozen == 3 and nothing_left(place)


def test_a_job_without_end_is_ended(place, caller, claim):
    jobs_of(place, waiting, patience_s=0.1, slowest_pace=1e9).do(claim)
    assert place.row(caller).error == "the rendering took too long"
    assert place.balance(caller).available == 100


def test_a_worker_whose_work_does_not_stop_ends_itself(place, caller, claim, monkeypatch):
    exits = threading.Event()

    def hanging(job, destination, on_share, cancelled):
        assert exits.wait(20)
        raise Cancelled("stopped")

    monkeypatch.setattr(render_job, "STUCK_S", 0.1)
    monkeypatch.setattr(render_job.os, "_exit", lambda code: exits.set())
    jobs_of(place, hanging, patience_s=0.1, slowest_pace=1e9).do(claim)
    assert place.row(caller).error == "the rendering took too long"
    assert place.balance(caller).available == 100


def test_a_job_that_takes_too_long_has_ended_before_its_work_has(place, caller, claim):
    heard = threading.Event()

    def deaf(job, destination, on_share, cancelled):
        assert heard.wait(20)
        return written(job, destination, on_share, cancelled)

    jobs = jobs_of(place, deaf, patience_s=0.1, slowest_pace=1e9)
    thread = threading.Thread(target=jobs.do, args=(claim,))
    thread.start()
    (found,) = place.ended(caller, ["render_1"])
    assert found["error"] == "the rendering took too long" and thread.is_alive()
    heard.set()
    thread.join()
    assert blobs_of(place) == [] and place.balance(caller).available == 100


def test_a_cancelled_job_has_ended_at_once_even_where_its_work_has_not(place, caller, claim):
    heard = threading.Event()

    def deaf(job, destination, on_share, cancelled):
        assert heard.wait(20)
        return written(job, destination, on_share, cancelled)

    thread = threading.Thread(target=jobs_of(place, deaf).do, args=(claim,))
    thread.start()
    place.renders.cancel(caller, "render_1")
    (found,) = place.ended(caller, ["render_1"])
    assert found["error"] == "cancelled" and thread.is_alive()
    heard.set()
    thread.join()
    assert place.row(caller).error == "cancelled" and blobs_of(place) == []
    assert place.balance(caller).available == 100


def test_progress_is_told_while_the_work_goes_on(place, caller, claim):
    def render(job, destination, on_share, cancelled):
        on_share(0.42)
        deadline = time.monotonic() + 20
        while place.row(caller).progress != 42:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        on_share(0.1)
        return written(job, destination, on_share, cancelled)

    lease_ms = place.row(caller).lease_until_ms
    jobs_of(place, render, lease_s=0.5).do(claim)
    assert place.row(caller).state == "completed"
    assert place.row(caller).lease_until_ms != lease_ms


def test_the_end_is_written_down_as_soon_as_the_database_lets_it(place, caller, claim, monkeypatch):
    write, refusals = place.core.database.write, iter([OverloadedError("busy"), OutputError("the disk is full")])

    def busy():
        for error in refusals:
            raise error
        return write()

    monkeypatch.setattr(place.core.database, "write", busy)
    jobs_of(place, written).do(claim)
    assert place.row(caller).state == "completed"


def test_a_commit_that_came_through_unheard_keeps_the_video(place, caller, claim, monkeypatch):
    write = place.core.database.write
    unheard = iter([True])

    @contextmanager
    def deafened():
        with write() as tx:
            yield tx
        if next(unheard, False):
            raise OutputError("cannot write")

    monkeypatch.setattr(place.core.database, "write", deafened)
    jobs_of(place, written).do(claim)
    assert place.row(caller).state == "completed"
    assert blobs_of(place) == [place.row(caller).blob]
    assert place.balance(caller).total == 97


def test_the_end_of_a_job_is_announced_in_the_same_step(place, caller, claim):
    with place.core.database.write() as tx:
        webhooks.create(tx, caller.user_id, url="https://example.org/", secret="s", events=[], now_ms=1)
    jobs_of(place, written).do(claim)
    with place.core.database.write() as tx:
        delivery = webhooks.take_due(tx, place.core.clock(), 1000)
    assert (delivery.event, delivery.body["id"], delivery.body["status"]) == (
        "render.completed", "render_1", "completed",
    )  # fmt: skip


def test_an_export_again_is_the_same_bytes_from_segments_that_were_kept(place, caller):
    name = place.file(caller)
    jobs = really(place, cache_bytes=1 << 26, cache_age_s=3600)
    session_id, made, kept = place.session(caller), [], []
    for render_id in ("first", "second"):
        place.renders.submit(caller, place.body(session_id, render_id, draft=heard(f"asset://{name}")))
        jobs.do(Claim(place.claim()))
        row = place.row(caller, render_id)
        assert row.state == "completed", row.error
        made.append(place.core.blobs.path(row.blob).read_bytes())
        kept.append(sorted(path for path in (place.core.folder / "segments").rglob("*") if path.is_file()))
    assert made[0] == made[1]
    assert kept[0] == kept[1] and kept[0]


@pytest.mark.promise("RENDER-QUALITY", "RENDER-RESOLUTION", "RENDER-OUTPUT")
def test_a_draft_over_a_file_becomes_a_video_as_the_output_wants_it(place, caller):
    name = place.file(caller)
    output = {"quality": "low", "resolution": "128x128", "fps": 5}
    body = place.body(place.session(caller), draft=heard(f"asset://{name}"), output=output)
    place.renders.submit(caller, body)
    really(place).do(Claim(place.claim()))
    row = place.row(caller)
    assert row.state == "completed", row.error
    assert (row.result["width"], row.result["height"], row.result["fps"]) == (128, 128, 5.0)
    assert any("bars" in warning for warning in row.warnings)
    info = probe(place.core.blobs.path(row.blob))
    assert (info.video[0].width, info.video[0].height, len(info.audio)) == (128, 128, 1)


def test_a_file_that_was_lost_after_the_submission_is_named(place, caller):
    name = place.file(caller)
    place.renders.submit(caller, place.body(place.session(caller), draft=heard(f"asset://{name}")))
    claim = Claim(place.claim())
    place.core.blobs.delete(claim.job.sources[name])
    really(place).do(claim)
    assert place.row(caller).error.startswith(f"source {name} is missing")


def test_a_worker_does_what_waits_and_ends_when_it_is_told(place, caller):
    sessions = [place.session(caller) for _ in range(3)]
    worker = RenderWorker(settings_of(place), place.core.database, place.core.blobs, folder_of(place), written)
    thread = threading.Thread(target=worker.run)
    thread.start()
    for number, session_id in enumerate(sessions):
        place.renders.submit(caller, place.body(session_id, f"r{number}"))
        worker.wake()
    found = place.ended(caller, ["r0", "r1", "r2"])
    assert {one["status"] for one in found} == {"completed"}
    worker.quit()
    thread.join()


def test_a_worn_worker_ends_without_a_job(place, caller, monkeypatch):
    place.renders.submit(caller, place.body(place.session(caller)))
    monkeypatch.setattr(render_worker, "peak_bytes", lambda: render_worker.MAX_PEAK_BYTES + 1)
    RenderWorker(settings_of(place), place.core.database, place.core.blobs, folder_of(place), written).run()
    assert (place.row(caller).state, place.row(caller).attempts) == ("pending", 0)


def test_the_settings_of_a_worker_travel_as_plain_data_and_hold_no_secrets(place):
    settings = worker_settings(place.settings, place.core.folder)
    assert WorkerSettings.heard(settings.told()) == settings
    assert not any("key" in name or "url" in name for name in settings.told())
    assert settings.threads == len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else True
    assert drawn()["d"] == 500
