"""Render workers as processes: watched, replaced, and of no harm when they are killed or paused."""

import time

import pytest
from tests.worker.hosting import Host, go_on, is_gone, kill, stop
from tests.worker.jobs import Place, drawn

from wavereel.worker import supervisor as supervisor_module
from wavereel.worker.render_job import WORK_FOLDER
from wavereel.worker.supervisor import Supervisor
from wavereel.worker.workspace import workspace

LEASE_S = 2.0
"""Shorter than in use, for the test's sake, and long enough for a busy machine."""

LONG = drawn(60_000, 640, 360)
"""Takes a second or two."""


@pytest.fixture
def place(tmp_path):
    made = Place(tmp_path, price_export=3, lease_s=LEASE_S)
    yield made
    made.close()


def submitted(place):
    caller = place.user()
    place.renders.submit(caller, place.body(place.session(caller), draft=LONG))
    return caller


def assert_done_once(place, caller):
    (found,) = place.ended(caller, ["render_1"])
    assert found["status"] == "completed", found
    assert (place.balance(caller).available, place.balance(caller).frozen) == (97, 0)
    row = place.row(caller)
    assert sorted(place.core.blobs.keys()) == [row.blob]


def until(condition, patience_s=60.0):
    deadline = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_killed_worker_is_replaced_and_its_job_is_done_once(place):
    supervisor = Supervisor(place.settings, place.core.folder, count=1)
    supervisor.start()
    try:
        caller = submitted(place)
        supervisor.render_queued()
        place.until(caller, "render_1", "processing")
        (pid,) = supervisor.pids()
        kill(pid)
        until(lambda: is_gone(pid))
        assert_done_once(place, caller)
        assert place.row(caller).attempts == 2
        assert (supervisor.facts().wanted, supervisor.facts().restarts) == (1, 1)
    finally:
        supervisor.close()
    assert supervisor.facts().alive == 0
    assert list((place.core.folder / WORK_FOLDER).iterdir()) == []


def test_a_worker_paused_past_its_lease_ends_nothing_twice(place):
    host = Host(place.core.folder, count=2, lease_s=LEASE_S)
    try:
        pids = host.pids()
        caller = submitted(place)
        first = place.until(caller, "render_1", "processing")
        for pid in pids:
            stop(pid)
        until(lambda: place.row(caller).fence != first.fence)
        for pid in pids:
            go_on(pid)
        assert_done_once(place, caller)
        assert place.row(caller).fence > first.fence
    finally:
        host.close()
    assert all(is_gone(pid) for pid in pids)


def test_news_for_a_worker_that_does_not_listen_hold_nobody_up(place):
    supervisor = Supervisor(place.settings, place.core.folder, count=1)
    supervisor.start()
    (pid,) = supervisor.pids()
    stop(pid)
    try:
        for _ in range(100_000):  # more than a pipe holds
            supervisor.render_queued()
    finally:
        go_on(pid)
        supervisor.close()


def test_a_clock_that_jumps_takes_no_job_from_a_worker_that_lives(place, monkeypatch):
    caller = submitted(place)
    supervisor = Supervisor(place.settings, place.core.folder, count=0)
    with workspace(place.core.folder / WORK_FOLDER, "w-1"):
        first = place.claim("w-1")
        supervisor.start()
        jumped = time.monotonic()
        monkeypatch.setattr(supervisor_module, "wall_ms", lambda: time.time_ns() // 1_000_000 + 3_600_000)
        try:
            until(lambda: place.row(caller).fence != first.fence)
            assert time.monotonic() - jumped >= LEASE_S
        finally:
            supervisor.close()


def test_closing_gives_a_running_job_back(place):
    supervisor = Supervisor(place.settings, place.core.folder, count=1)
    supervisor.start()
    caller = submitted(place)
    place.until(caller, "render_1", "processing")
    supervisor.close()
    row = place.row(caller)
    assert (row.state, row.attempts) == ("pending", 0)
    assert place.balance(caller).frozen == 3
