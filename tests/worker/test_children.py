"""Task children: one task at a time, under limits, replaced when they die, and never a way in."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from wavereel.errors import (
    Cancelled,
    EditError,
    InputError,
    LimitError,
    NoCreditsError,
    OutputError,
    OverloadedError,
    TruncatedError,
    WavereelError,
)
from wavereel.worker import children as children_module
from wavereel.worker import one_child
from wavereel.worker.children import Children, ChildrenSettings
from wavereel.worker.limits import Limits, clean_environment

ROOT = Path(__file__).parents[2]
NAMES = "echo counting waiting deaf burn hoard crash kill leave chatter write fail environment unsayable".split()
LIMITS = Limits(memory_bytes=1 << 30, cpu_s=1, wall_s=20.0, file_bytes=1 << 20, tasks=50)


@pytest.fixture(scope="module")
def make(tmp_path_factory):
    made = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.setenv("WAVEREEL_LLM_KEY", "secret")

        def make(**settings):
            folder = tmp_path_factory.mktemp("children")
            settings = {
                "quick": 1,
                "slow": 0,
                "warm_up": "",
                "limits": dict.fromkeys(("quick", "slow", "model"), LIMITS),
            } | settings
            tasks = {name: f"tests.worker.odd_tasks:{name}" for name in NAMES}
            pool = Children(ChildrenSettings(cache_dir=folder, log_dir=folder / "logs", tasks=tasks, **settings))
            pool.start()
            made.append(pool)
            return pool

        yield make
        for pool in made:
            pool.close()


@pytest.fixture(scope="module")
def pool(make):
    return make()


def test_a_task_answers_and_its_scratch_folder_is_gone_afterwards(pool):
    answer = pool.call("echo", {"text": "ü", "bytes": b"\x00\xff", "list": [1, 2.5, None]})
    assert answer["request"] == {"text": "ü", "bytes": b"\x00\xff", "list": [1, 2.5, None]}
    assert not Path(answer["scratch"]).exists()
    assert pool.call("echo", {})["pid"] == answer["pid"] != os.getpid()


def test_progress_arrives_in_order(pool):
    heard = []
    pool.call("counting", {}, on_progress=lambda share, stage: heard.append((share, stage)))
    assert heard == [(0.0, "count"), (1 / 3, "count"), (2 / 3, "count"), (1.0, "count")]


def test_a_child_knows_no_secrets_and_prints_nothing_into_the_protocol(pool):
    assert clean_environment({"SSL_CERT_FILE": "/ca.pem", "NEMO_TOKEN": "x"})["SSL_CERT_FILE"] == "/ca.pem"
    environ = pool.call("environment", {})["environ"]
    assert not [key for key in environ if key.startswith("WAVEREEL_LLM") or "TOKEN" in key or "KEY" in key]
    assert pool.call("chatter", {}) == {"ok": True}
    log = (pool.settings.log_dir / "tasks.log").read_text()
    assert "must not reach" in log and "neither must this" in log


@pytest.mark.parametrize(
    ("kind", "error", "facts"),
    [
        ("edit", EditError, {"reason": "why", "facts": {"a": 1}, "hint": "do"}),
        ("credits", NoCreditsError, {"data": {"required": 2}, "retry_after_s": 9}),
        ("truncated", TruncatedError, {"present_ms": 5, "expected_ms": None}),
        ("own", InputError, {"message": "kept"}),
    ],
)
def test_errors_of_the_tree_arrive_whole(pool, kind, error, facts):
    with pytest.raises(error) as caught:
        pool.call("fail", {"kind": kind})
    assert type(caught.value) is error
    assert {key: vars(caught.value)[key] for key in facts} == facts


@pytest.mark.parametrize("task", ["fail", "unsayable", "nonexistent"])
def test_other_errors_tell_nothing_but_that_they_happened(pool, task):
    with pytest.raises(WavereelError) as caught:
        pool.call(task, {"kind": "fault"})
    assert caught.value.wire_code == 5000 and str(caught.value) == "internal error"
    assert "secret detail" in (pool.settings.log_dir / "tasks.log").read_text() or task != "fail"


def test_memory_and_files_are_bounded_and_the_child_lives_on(pool):
    before = pool.call("echo", {})["pid"]
    if sys.platform == "linux":
        with pytest.raises(LimitError, match="memory"):
            pool.call("hoard", {})
    with pytest.raises(OutputError, match="full"):
        pool.call("write", {"bytes": 2 << 20})
    assert pool.call("echo", {})["pid"] == before


@pytest.mark.parametrize(
    ("task", "error", "match"),
    [
        ("burn", LimitError, "computing time"),
        ("crash", InputError, "cannot be processed"),
        ("leave", WavereelError, "ended before"),
    ],
)
def test_a_child_that_dies_is_replaced(pool, task, error, match):
    before = pool.call("echo", {})["pid"]
    with pytest.raises(error, match=match):
        pool.call(task, {})
    assert pool.call("echo", {})["pid"] != before


def test_a_task_whose_child_is_killed_from_outside_is_begun_anew_once(pool):
    heard = []

    def on_progress(share, stage):
        if len(heard) < 1:
            os.kill(next(iter(pool._busy)).pid, signal.SIGKILL)
        heard.append(share)

    assert pool.call("counting", {}, on_progress=on_progress) == {}
    assert heard[-1] == 1.0
    with pytest.raises(LimitError, match="memory"):
        pool.call("kill", {})


def test_a_task_that_outstays_its_time_is_killed(pool):
    started = time.monotonic()
    with pytest.raises(LimitError, match=r"longer than 0\.2 s"):
        pool.call("deaf", {}, timeout_s=0.2)
    assert time.monotonic() - started < 5
    assert pool.call("echo", {})


@pytest.mark.parametrize("task", ["waiting", "deaf"])
def test_a_cancelled_task_stops_or_is_stopped(pool, task, monkeypatch):
    monkeypatch.setattr(one_child, "CANCEL_GRACE_S", 0.2)
    cancelled = threading.Event()
    threading.Timer(0.1, cancelled.set).start()
    with pytest.raises(Cancelled):
        pool.call(task, {}, cancelled=cancelled)
    assert pool.call("echo", {})


def test_an_error_in_a_progress_report_leaves_no_answer_behind_for_the_next_task(pool):
    def broken(share, stage):
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        pool.call("counting", {}, on_progress=broken)
    assert "request" in pool.call("echo", {})


def test_a_pool_that_cannot_start_a_child_says_so_and_recovers(make, monkeypatch):
    pool = make()

    def refuse(*_):
        raise OSError(11, "Resource temporarily unavailable")

    with monkeypatch.context() as patch:
        patch.setattr(children_module, "OneChild", refuse)
        with pytest.raises(InputError):
            pool.call("crash", {})
        with pytest.raises(OverloadedError, match="no process"):
            pool.call("echo", {})
    assert pool.call("echo", {})


def test_an_idle_child_that_died_is_replaced_before_anyone_notices(make):
    pool = make()
    pid = pool.call("echo", {})["pid"]
    os.kill(pid, signal.SIGKILL)
    assert pool.call("echo", {})["pid"] != pid


def test_children_are_replaced_after_so_many_tasks(make):
    limits = Limits(memory_bytes=1 << 30, cpu_s=5, wall_s=20.0, tasks=3)
    pool = make(limits=dict.fromkeys(("quick", "slow", "model"), limits))
    pids = [pool.call("echo", {})["pid"] for _ in range(7)]
    assert len(set(pids[0:3])) == len(set(pids[3:6])) == 1 and len(set(pids)) == 3


def test_tasks_run_side_by_side_and_wait_for_a_free_child(make):
    pool = make(quick=2)
    answers = []
    threads = [
        threading.Thread(target=lambda n=n: answers.append(pool.call("echo", {"n": n})["request"]["n"]))
        for n in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == list(range(20))


def in_background(pool, name, lane="quick", running=1):
    """A task that is at work when this returns; its error comes into the list."""
    errors = []

    def run():
        try:
            pool.call(name, {}, lane=lane)
        except WavereelError as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    while pool.facts()["running"] < running:
        time.sleep(0.005)
    return thread, errors


def test_a_lane_that_stays_busy_is_said_to_be_overloaded(make, monkeypatch):
    pool = make()
    thread, errors = in_background(pool, "deaf")
    monkeypatch.setitem(children_module._WAIT_S, "quick", 0.1)
    with pytest.raises(OverloadedError) as caught:
        pool.call("echo", {})
    assert caught.value.retry_after_s
    monkeypatch.setitem(children_module._WAIT_S, "quick", 30)
    cancelled = threading.Event()
    cancelled.set()
    with pytest.raises(Cancelled):
        pool.call("echo", {}, cancelled=cancelled)
    pool.close()
    thread.join()
    assert isinstance(errors[0], Cancelled)


def test_users_who_wait_take_turns(make):
    pool = make()
    blocker, _ = in_background(pool, "burn")
    order, threads = [], []

    def ask(owner):
        pool.call("echo", {"owner": owner})
        order.append(owner)

    for waiting, owner in enumerate(("a", "a", "a", "a", "b"), 1):
        threads.append(threading.Thread(target=ask, args=(owner,), daemon=True))
        threads[-1].start()
        deadline = time.monotonic() + 20
        while pool.facts()["waiting_quick"] < waiting:
            assert time.monotonic() < deadline
            time.sleep(0.001)
    for thread in (blocker, *threads):
        thread.join(20)
    assert sorted(order) == ["a", "a", "a", "a", "b"]
    assert "b" in order[:3]


def test_turns_that_wait_for_a_model_keep_nobody_else_waiting(make):
    pool = make(model=2)
    busy = [in_background(pool, "deaf", lane="model", running=number) for number in (1, 2)]
    assert pool.call("echo", {})
    pool.close()
    for thread, errors in busy:
        thread.join()
        assert isinstance(errors[0], Cancelled)


def test_closing_ends_running_tasks(make):
    pool = make()
    thread, errors = in_background(pool, "deaf")
    pool.close()
    thread.join()
    assert isinstance(errors[0], Cancelled)
    with pytest.raises(Cancelled):
        pool.call("echo", {})


def test_children_end_when_their_parent_is_killed(tmp_path):
    program = (
        "import sys, time; from pathlib import Path; from wavereel.worker.children import *\n"
        "tasks = {name: 'tests.worker.odd_tasks:' + name for name in ('echo', 'deaf')}\n"
        f"pool = Children(ChildrenSettings(Path({str(tmp_path)!r}), quick=1, slow=0, warm_up='', tasks=tasks))\n"
        "pool.start(); print(pool.call('echo', {})['pid'], flush=True); pool.call('deaf', {})\n"
    )
    environ = os.environ | {"PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, env=environ) as parent:
        pid = int(parent.stdout.readline())
        parent.kill()
        parent.wait()
    deadline = time.monotonic() + 10
    while is_alive(pid):
        assert time.monotonic() < deadline, "the child outlived its parent"
        time.sleep(0.005)


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not (stat.exists() and stat.read_text().split()[2] == "Z")
