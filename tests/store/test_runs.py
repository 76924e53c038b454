import pytest

from wavereel.errors import WavereelError
from wavereel.store import events, history, runs, sessions
from wavereel.store.database import Database, Tx
from wavereel.store.runs import Run
from wavereel.store.sessions import Session

LEASE_MS = 10_000


def begin(tx: Tx, session: Session, run_id: str = "e-1", now_ms: int = 0) -> Run | None:
    return runs.start(
        tx,
        run_id=run_id,
        session_id=session.id,
        user_id=session.user_id,
        message="make the bars blue",
        owner="server-1",
        now_ms=now_ms,
        lease_ms=LEASE_MS,
        options={"streaming": True},
    )


def test_one_run_of_a_session_at_a_time(database: Database, session: Session):
    with database.write() as tx:
        first = begin(tx, session)
        assert first is not None
        assert runs.running_of(tx, session.id) == first == runs.get(tx, "e-1")
        assert begin(tx, session, "e-2") is None
        assert runs.running_count(tx) == runs.running_count(tx, session.user_id) == 1
        assert runs.end(tx, "e-1", "server-1", "done", 5)
        assert not runs.end(tx, "e-1", "server-1", "failed", 6)
        assert begin(tx, session, "e-2", 7) is not None
        assert [runs.get(tx, run_id).state for run_id in ("e-1", "e-2")] == ["done", "running"]


def test_the_database_itself_refuses_a_second_run(database: Database, session: Session):
    with pytest.raises(WavereelError), database.write() as tx:  # noqa: PT012
        begin(tx, session)
        columns = "session_id, user_id, message, options, state, owner, attempts, lease_until_ms, created_at_ms"
        tx.exec_driver_sql(f"INSERT INTO runs (id, {columns}) SELECT 'e-2', {columns} FROM runs")


def test_a_run_whose_owner_died_is_taken_up_once(database: Database, session: Session):
    with database.write() as tx:
        begin(tx, session)
        assert runs.beat(tx, "e-1", "server-1", 100, LEASE_MS)
        assert runs.take_up(tx, "server-2", 100 + LEASE_MS, LEASE_MS) is None
        late = 101 + LEASE_MS
        assert [run.id for run in runs.expired(tx, late)] == ["e-1"]
        taken = runs.take_up(tx, "server-2", late, LEASE_MS)
        assert taken is not None
        assert (taken.id, taken.owner, taken.attempts, taken.options) == ("e-1", "server-2", 2, {"streaming": True})
        assert runs.take_up(tx, "server-3", late, LEASE_MS) is None
        assert not runs.beat(tx, "e-1", "server-1", late, LEASE_MS)
        assert not runs.end(tx, "e-1", "server-1", "done", late)
        assert runs.end(tx, "e-1", "server-2", "done", late)


def test_a_run_goes_with_its_session(database: Database, session: Session):
    with database.write() as tx:
        begin(tx, session)
        sessions.delete(tx, session.user_id, session.id)
        assert not runs.beat(tx, "e-1", "server-1", 1, LEASE_MS)


def test_events_are_read_on_from_any_place(database: Database, session: Session):
    bodies = [{"id": f"ev-{number}", "content": {"parts": [{"text": "é🎧\ud800"}]}} for number in range(4)]
    with database.write() as tx:
        places = events.append(tx, session.id, "e-1", bodies[:3])
        places += events.append(tx, session.id, "e-2", bodies[3:])
        assert places == sorted(places)
        assert [event.body for event in events.of_run(tx, "e-1")] == bodies[:3]
        third = events.find(tx, session.id, "ev-1")
        assert third is not None
        assert [event.id for event in events.of_run(tx, third.run_id, third.seq)] == ["ev-2"]
        assert [event.id for event in events.of_session(tx, session.id)] == ["ev-0", "ev-1", "ev-2", "ev-3"]
        assert events.find(tx, "another", "ev-1") is None


def test_history_grows_or_is_written_anew(database: Database, session: Session):
    with database.write() as tx:
        assert history.read(tx, session.id) == b""
        history.append(tx, session.id, b"one\n", whole=False)
        history.append(tx, session.id, b"two\n", whole=False)
        assert history.read(tx, session.id) == b"one\ntwo\n"
        history.append(tx, session.id, b"", whole=False)
        history.append(tx, session.id, b"all\n", whole=True)
        assert history.read(tx, session.id) == b"all\n"
