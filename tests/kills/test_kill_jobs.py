"""Twenty kills at random moments: every job ends once, is charged once, and its bytes are those of a quiet render.

Not part of the quick tests: `make test-kills`. `KILLS_SEED` repeats a run, `KILLS` sets another number.
"""

import hashlib
import os
import random
import subprocess
import sys
import threading
import time

import pytest
from tests.worker.hosting import ROOT, Host, go_on, is_gone, kill, stop
from tests.worker.jobs import ENDED, Place, drawn, heard

from wavereel.service.tasks.render import RenderOrder, render_order
from wavereel.worker.render_job import WORK_FOLDER
from wavereel.worker.workspace import sweep

KILLS = int(os.environ.get("KILLS", "20"))
PRICE = 3
LEASE_S = 1.5
JOBS = 12


@pytest.fixture
def rng():
    seed = int(os.environ.get("KILLS_SEED", time.time_ns() % 1_000_000))
    print(f"KILLS_SEED={seed}")  # noqa: T201 - repeats the run
    return random.Random(seed)


@pytest.fixture
def place(tmp_path):
    made = Place(tmp_path / "data", price_export=PRICE, lease_s=LEASE_S)
    yield made
    made.close()


def drafts(place, caller):
    """Short and longer ones, silent and over a file, all different."""
    name = place.file(caller, seconds=20.0)
    for number in range(JOBS):
        length_ms = (2_000, 15_000, 40_000)[number % 3]
        draft = heard(f"asset://{name}", length_ms) if number % 2 else drawn(length_ms, text=f"Number {number}")
        draft["m"] |= {"width": 640, "height": 360, "fps": 25, "title": f"Number {number}"}
        yield draft


class Trouble:
    """What goes wrong on a machine with workers on it."""

    def __init__(self, place, rng):
        self._folder, self._rng = place.core.folder, rng
        self.host = Host(self._folder, count=2, lease_s=LEASE_S)
        self.counts = {}

    def make(self):
        kind = self._rng.choice(["worker", "worker", "host", "machine", "pause"])
        self.counts[kind] = self.counts.get(kind, 0) + 1
        pids = self.host.pids()
        if kind == "worker":
            kill(self._rng.choice(pids))
        elif kind == "pause":
            self._pause(self._rng.choice(pids))
        else:
            self.host.kill()
            if kind == "machine":
                for pid in pids:
                    kill(pid)
            self.host = Host(self._folder, count=2, lease_s=LEASE_S)
        return pids

    def _pause(self, pid):
        stop(pid)
        time.sleep(LEASE_S * self._rng.uniform(0.3, 2.0))
        go_on(pid)


def quiet(place, job, folder):
    """What the same job gives where nobody disturbs it."""
    from wavereel.store import renders

    with place.core.database.read() as tx:
        row = renders.by_seq(tx, job.seq, with_draft=True)
    order = RenderOrder(row.draft, row.output, {n: place.core.blobs.path(b) for n, b in row.sources.items()})
    made = folder / "quiet.mp4"
    render_order(order, made, None, threads=1, on_share=lambda _: None, cancelled=threading.Event())
    return hashlib.sha256(made.read_bytes()).hexdigest()


def test_every_job_ends_once_and_is_charged_once(place, rng, tmp_path):
    caller = place.user(available=1000)
    bodies = [
        place.body(place.session(caller), f"r{number}", draft=draft)
        for number, draft in enumerate(drafts(place, caller))
    ]
    trouble = Trouble(place, rng)
    seen, cancelled = set(), set()
    for body in bodies[: JOBS // 2]:
        place.renders.submit(caller, body)
    for number in range(KILLS):
        time.sleep(rng.uniform(0.05, 1.2))
        seen.update(trouble.make())
        for body in rng.sample(bodies, 3):  # clients that heard no answer ask again
            place.renders.submit(caller, body)
        if number % 7 == 3:
            one = rng.choice(bodies)["id"]
            if (row := place.row(caller, one)) is not None and row.state not in ENDED:
                place.renders.cancel(caller, one)
                cancelled.add(one)
    for body in bodies:
        place.renders.submit(caller, body)
    found = place.ended(caller, [body["id"] for body in bodies], patience_s=180)
    trouble.host.close()
    seen.update(trouble.host._pids)
    print(trouble.counts, [(one["id"], one["status"], one.get("error")) for one in found])  # noqa: T201

    completed = [one["id"] for one in found if one["status"] == "completed"]
    assert (place.balance(caller).available, place.balance(caller).frozen) == (1000 - PRICE * len(completed), 0)
    for one in found:
        if one["status"] == "failed":
            assert one["id"] in cancelled or "interrupted" in one["error"], one
    assert len(completed) >= JOBS // 2
    for name in completed:
        row = place.row(caller, name)
        assert hashlib.sha256(place.core.blobs.path(row.blob).read_bytes()).hexdigest() == quiet(place, row, tmp_path)
    assert all(is_gone(pid) for pid in seen)
    sweep(place.core.folder / WORK_FOLDER)
    assert list((place.core.folder / WORK_FOLDER).iterdir()) == []


def test_two_hosts_over_one_folder_do_each_job_once(place, tmp_path):
    caller = place.user(available=1000)
    hosts = [Host(place.core.folder, count=1, lease_s=LEASE_S) for _ in range(2)]
    names = []
    for number, draft in enumerate(drafts(place, caller)):
        names.append(f"r{number}")
        place.renders.submit(caller, place.body(place.session(caller), names[-1], draft=draft))
    place.ended(caller, names[:3])
    hosts[0].kill()
    found = place.ended(caller, names, patience_s=180)
    hosts[1].close()
    assert {one["status"] for one in found} == {"completed"}
    assert (place.balance(caller).available, place.balance(caller).frozen) == (1000 - PRICE * JOBS, 0)
    assert len(list(place.core.blobs.keys())) == JOBS + 1


FULL = """
import resource, sys
from pathlib import Path
from tests.worker.jobs import Place, drawn
from wavereel.worker.render_job import Claim, Jobs
from wavereel.worker.render_settings import WorkerSettings
from wavereel.worker.render_worker import renderer

folder = Path(sys.argv[1])
place = Place(folder, price_export=3)
caller = place.user()
noise = {"tt": 0, "sg": [{"d": 8000, "g": {"k": "pattern", "sty": "aurora", "c": "#804020", "c2": "#2040A0"}}]}
draft = {"d": 8000, "m": {"width": 1280, "height": 720, "fps": 30}, "t": [noise]}
place.renders.submit(caller, place.body(place.session(caller), draft=draft, output={"crf": 0}))
settings = WorkerSettings(folder, folder / "cache", owner="w", threads=2)
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, resource.RLIM_INFINITY))
Jobs(place.core.database, place.core.blobs, settings, folder / "parts", renderer(settings, place.core.blobs)).do(
    Claim(place.claim())
)
row = place.row(caller)
print(row.state, "|", row.error, "|", place.balance(caller).available, "|", list(place.core.blobs.keys()))
print(sorted(path.name for path in (folder / "parts").iterdir()))
"""


def test_a_file_system_that_takes_no_more_fails_the_job_and_nothing_is_left(tmp_path):
    ran = subprocess.run(
        [sys.executable, "-c", FULL, tmp_path / "data"],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    end, left = ran.stdout.splitlines()
    state, error, available, blobs = end.split(" | ")
    assert (state, available, blobs, left) == ("failed", "100", "[]", "[]"), ran.stdout
    assert error == "the video could not be written: the disk is full"
