"""One user who asks for much takes one child process, and not all of them."""

import threading

import pytest
from tests.server.live import until
from tests.service.backend.here import HereTasks, anyone, new_session, open_here

from wavereel.errors import RateError
from wavereel.service.backend.previews import MAX_WAITING, SLOW_MS

DRAFT = {"t": [{"tt": 0, "sg": [{"d": 500, "g": {"k": "color", "c": "#FF0000"}}]}]}


class Counted(HereTasks):
    """Paints nothing, and says how often it is asked at a time."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.lanes = []
        self.begun = 0
        self.goes_on = threading.Event()

    def call(self, name, request, **options):
        if name != "frame":
            return super().call(name, request, **options)
        self.lanes.append(options.get("lane", "quick"))
        self.begun += 1
        assert self.goes_on.wait(20)
        return {"png": b"painted"}


@pytest.fixture
def place(tmp_path):
    backend = open_here(tmp_path / "data")
    tasks = Counted(tmp_path / "tasks")
    backend.core.tasks = tasks
    yield backend, tasks
    tasks.goes_on.set()
    backend.chat.close()
    backend.core.database.close()


def test_previews_of_a_user_take_turns(place):
    backend, tasks = place
    caller, other = anyone(backend), anyone(backend, "anon_fedcba9876543210")
    sessions = {one.user_id: new_session(backend, one) for one in (caller, other)}
    for one in (caller, other):
        backend.drafts.put(one, sessions[one.user_id], DRAFT)
    waiting = [
        threading.Thread(target=backend.previews.frame, args=(caller, sessions[caller.user_id], 0), daemon=True)
        for _ in range(MAX_WAITING)
    ]
    for thread in waiting:
        thread.start()

    def is_full() -> bool:
        turns = backend.previews._turns.get(caller.user_id)
        return turns is not None and turns.count == MAX_WAITING

    until(is_full)
    with pytest.raises(RateError):
        backend.previews.frame(caller, sessions[caller.user_id], 0)
    until(lambda: tasks.begun)
    assert tasks.begun == 1
    threading.Thread(target=backend.previews.frame, args=(other, sessions[other.user_id], 0), daemon=True).start()
    until(lambda: tasks.begun == 2)
    tasks.goes_on.set()
    for thread in waiting:
        thread.join(20)
    until(lambda: not backend.previews._turns)


@pytest.mark.parametrize(("length_ms", "lane"), [(500, "quick"), (SLOW_MS + 1, "slow")])
def test_pictures_of_long_drafts_are_slow_work(place, length_ms, lane):
    backend, tasks = place
    tasks.goes_on.set()
    caller = anyone(backend)
    session = new_session(backend, caller)
    backend.drafts.put(caller, session, DRAFT | {"d": length_ms})
    assert backend.previews.frame(caller, session, 0) == b"painted"
    assert tasks.lanes == [lane]
