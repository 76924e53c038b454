"""The view of the queue tells what the store would tell, for all jobs at once."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.worker.jobs import Place

from wavereel.service.backend.queue_view import QueueView, turns
from wavereel.store.pace import Active, active
from wavereel.store.queue import Ahead, claim

JOBS = st.lists(
    st.builds(
        Active,
        seq=st.integers(1, 10**6),
        user_id=st.sampled_from("abcd"),
        state=st.sampled_from(["pending", "processing"]),
        progress=st.integers(0, 99),
        length_ms=st.integers(0, 10**6),
        last_render_ms=st.sampled_from([0, 5, 9]),
    ),
    max_size=30,
    unique_by=lambda job: job.seq,
)


@given(JOBS)
def test_each_waiting_job_has_a_place_of_its_own(jobs):
    found, last = turns(sorted(jobs))
    running = sum(job.state == "processing" for job in jobs)
    places = sorted(found[job.seq].jobs for job in jobs if job.state == "pending")
    assert places == list(range(running, len(jobs)))
    assert last.jobs == len(jobs)
    assert all(found[job.seq] == Ahead(0, 0) for job in jobs if job.state == "processing")


@given(JOBS)
def test_a_user_with_many_jobs_delays_another_by_one_for_each_of_that_ones(jobs):
    found, _ = turns(sorted(jobs))
    for user in "abcd":
        waiting = sorted(job.seq for job in jobs if job.user_id == user and job.state == "pending")
        mine = [found[seq].jobs for seq in waiting]
        assert mine == sorted(mine)


@pytest.fixture
def place(tmp_path):
    made = Place(tmp_path)
    yield made
    made.close()


@pytest.mark.parametrize("seed", range(6))
def test_jobs_are_claimed_in_the_order_of_the_view(place, seed):
    rng = random.Random(seed)
    users = [place.user() for _ in range(4)]
    for number in range(12):
        user = rng.choice(users)
        place.renders.submit(user, place.body(place.session(user), f"r{number}"))
    for _ in range(rng.randrange(5)):
        place.claim()
    with place.core.database.read() as tx:
        found, _ = turns(active(tx))
    order = []
    with place.core.database.write() as tx:
        while (job := claim(tx, "w", now_ms=place.core.clock() + 1 + len(order), lease_ms=1000)) is not None:
            order.append(job.seq)
    assert order == [seq for seq in sorted(found, key=lambda seq: found[seq].jobs) if seq in order]


def test_the_queue_is_counted_once_for_all_who_ask_within_a_second(place, monkeypatch):
    counted = []
    monkeypatch.setattr("wavereel.service.backend.queue_view.active", lambda tx: counted.append(1) or active(tx))
    caller = place.user()
    session_id = place.session(caller)
    for number in range(3):
        place.renders.submit(caller, place.body(session_id, f"r{number}"))
    view = QueueView()
    counted.clear()
    with place.core.database.read() as tx:
        assert [view.ahead(tx, seq)[0].jobs for seq in (1, 2, 3)] == [0, 1, 2]
        assert view.ahead(tx, 99)[0].jobs == 3
    assert len(counted) == 1
