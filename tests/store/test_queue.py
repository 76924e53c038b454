import subprocess
import sys
import threading
from collections import Counter

import pytest
from tests.store.jobs import job

from wavereel.store import queue, renders, users
from wavereel.store.database import Database
from wavereel.store.queue import Load
from wavereel.store.renders import Render
from wavereel.store.users import User

LEASE_MS = 15_000


def run_all(database: Database, at_once: int = 1) -> list[Render]:
    """Claims and ends all jobs, `at_once` of them at a time, and gives them in the order of their claims."""
    claimed: list[Render] = []
    working: list[Render] = []
    clock = 1000
    while True:
        clock += 1
        with database.write() as tx:
            found = queue.claim(tx, "w", now_ms=clock, lease_ms=LEASE_MS)
            if found is not None:
                claimed.append(found)
                working.append(found)
            if working and (found is None or len(working) == at_once):
                ended = working.pop(0)
                assert renders.finish(tx, ended.seq, ended.fence, now_ms=clock)
            elif found is None:
                return claimed


def test_one_users_jobs_run_in_order_of_arrival(database: Database, user: User):
    with database.write() as tx:
        for number in range(4):
            job(tx, user.id, number)
    assert [one.id for one in run_all(database)] == [f"render_{number}" for number in range(4)]


@pytest.mark.parametrize("at_once", [1, 2, 3])
def test_a_users_thousand_jobs_delay_anothers_by_one(database: Database, user: User, at_once: int):
    with database.write() as tx:
        late = users.create(tx, kind="anonymous", available=0)
        for number in range(30):
            job(tx, user.id, number)
        for number in range(3):
            job(tx, late.id, number)
    order = [one.user_id for one in run_all(database, at_once)]
    places = [place for place, who in enumerate(order) if who == late.id]
    assert places == [1, 3, 5]


def test_who_waited_longest_comes_first(database: Database):
    with database.write() as tx:
        names = [users.create(tx, kind="anonymous", available=0).id for _ in range(3)]
        for number in range(3):
            for name in names:
                job(tx, name, number)
    assert [one.user_id for one in run_all(database)] == names * 3


def test_turns_alternate_also_where_the_clock_was_set_back(database: Database, user: User):
    with database.write() as tx:
        job(tx, user.id)
        before = queue.claim(tx, "w", now_ms=10**9, lease_ms=LEASE_MS)
        assert before is not None
        assert renders.finish(tx, before.seq, before.fence, now_ms=10**9)
        fresh = users.create(tx, kind="anonymous", available=0)
        for number in range(1, 4):
            job(tx, user.id, number)
            job(tx, fresh.id, number)
    assert [one.user_id for one in run_all(database)] == [fresh.id, user.id] * 3


def test_one_job_of_a_session_at_a_time(database: Database, user: User):
    with database.write() as tx:
        first = job(tx, user.id, 1, session_id="s")
        second = job(tx, user.id, 2, session_id="s")
        third = job(tx, user.id, 3, session_id="t")
        claims = [queue.claim(tx, "w", now_ms=number, lease_ms=LEASE_MS) for number in range(3)]
        assert [one.seq if one else None for one in claims] == [first.seq, third.seq, None]
        assert renders.finish(tx, first.seq, 1, now_ms=5)
        after = queue.claim(tx, "w", now_ms=6, lease_ms=LEASE_MS)
        assert after is not None
        assert after.seq == second.seq


def test_a_user_has_no_more_jobs_at_work_than_allowed(database: Database, user: User):
    with database.write() as tx:
        other = users.create(tx, kind="anonymous", available=0)
        for number in range(3):
            job(tx, user.id, number)
        job(tx, other.id)
        claims = [queue.claim(tx, "w", now_ms=number, lease_ms=LEASE_MS, per_user=1) for number in range(3)]
        assert [one.user_id if one else None for one in claims] == [user.id, other.id, None]
        assert queue.active_of_user(tx, user.id) == Load(pending=2, processing=1)
        assert queue.load(tx) == Load(pending=2, processing=2)


def test_threads_that_claim_at_once_get_each_job_once(database: Database):
    with database.write() as tx:
        for name in [users.create(tx, kind="anonymous", available=0).id for _ in range(3)]:
            for number in range(20):
                job(tx, name, number)
    got: list[int] = []

    def work(name: str) -> None:
        while True:
            with database.write() as tx:
                found = queue.claim(tx, name, now_ms=1, lease_ms=LEASE_MS)
            if found is None:
                return
            got.append(found.seq)

    threads = [threading.Thread(target=work, args=(f"w{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == sorted(set(got))
    assert len(got) == 60


WORKER = """
import sys
from pathlib import Path
from wavereel.store import queue
from wavereel.store.database import Database
database = Database.open(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
while True:
    with database.write() as tx:
        found = queue.claim(tx, sys.argv[2], now_ms=1, lease_ms=1000)
    if found is None:
        break
    print(found.seq, flush=True)
"""


def test_processes_that_claim_at_once_get_each_job_once(database: Database, user: User):
    with database.write() as tx:
        made = [job(tx, user.id, number).seq for number in range(40)]
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, str(database.path.parent), f"w{number}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(2)
    ]
    for worker in workers:
        assert worker.stdout is not None
        worker.stdout.readline()
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    got = Counter(int(line) for worker in workers for line in worker.communicate()[0].split())
    assert got == Counter(made)
