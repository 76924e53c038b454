from tests.store.jobs import job

from wavereel.store import queue, renders, users
from wavereel.store.database import Database
from wavereel.store.renders import CANCELLED
from wavereel.store.users import User

LEASE_MS = 15_000


def test_a_job_from_the_queue_to_its_end(database: Database, user: User):
    with database.write() as tx:
        made = job(tx, user.id, 1, options={"language": "en"}, warnings=["small"])
        assert (made.state, made.progress, made.attempts, made.warnings) == ("pending", 0, 0, ["small"])
        claimed = queue.claim(tx, "w1", now_ms=100, lease_ms=LEASE_MS)
        assert claimed is not None
        assert (claimed.id, claimed.draft, claimed.sources) == (made.id, '{"t": []}', made.sources)
        assert (claimed.state, claimed.fence, claimed.attempts) == ("processing", 1, 1)
        assert renders.beat(tx, made.seq, 1, progress=40, now_ms=200, lease_ms=LEASE_MS) == "alive"
        assert renders.finish(tx, made.seq, 1, now_ms=300, blob="a" * 32, result={"size": 7}, warnings=["dark"])
        ended = renders.get(tx, user.id, made.id)
    assert ended is not None
    assert (ended.state, ended.progress, ended.blob, ended.result) == ("completed", 100, "a" * 32, {"size": 7})
    assert (ended.started_at_ms, ended.completed_at_ms, ended.warnings) == (100, 300, ["dark"])
    assert ended.draft == ""


def test_an_id_is_unique_to_its_user(database: Database, user: User):
    with database.write() as tx:
        other = users.create(tx, kind="anonymous", available=0)
        mine = job(tx, user.id, 1)
        theirs = job(tx, other.id, 1)
        assert mine.seq != theirs.seq
        again = renders.enqueue(
            tx,
            render_id=mine.id,
            user_id=user.id,
            session_id="s",
            body_sha="",
            draft="",
            output={},
            sources={},
            length_ms=1,
            now_ms=1,
        )
        assert again is None
        assert renders.get(tx, user.id, mine.id, with_draft=True) == mine
        assert renders.get(tx, "nobody", mine.id) is None


def test_a_worker_that_was_paused_past_its_lease_changes_nothing(database: Database, user: User):
    with database.write() as tx:
        made = job(tx, user.id)
        first = queue.claim(tx, "paused", now_ms=0, lease_ms=LEASE_MS)
        assert first is not None
        assert renders.expired(tx, LEASE_MS) == []
        assert not renders.requeue(tx, made.seq, first.fence, LEASE_MS)
        assert [late.seq for late in renders.expired(tx, LEASE_MS + 1)] == [made.seq]
        assert renders.requeue(tx, made.seq, first.fence, LEASE_MS + 1)
        assert not renders.requeue(tx, made.seq, first.fence, LEASE_MS + 1)
        second = queue.claim(tx, "fresh", now_ms=LEASE_MS + 2, lease_ms=LEASE_MS)
        assert second is not None
        assert second.fence > first.fence
        assert second.attempts == 2
        assert renders.beat(tx, made.seq, first.fence, progress=99, now_ms=LEASE_MS + 3, lease_ms=1) == "lost"
        assert not renders.finish(tx, made.seq, first.fence, now_ms=1, error="late")
        assert not renders.give_back(tx, made.seq, first.fence)
        assert renders.finish(tx, made.seq, second.fence, now_ms=LEASE_MS + 4, blob="b" * 32)
        assert not renders.finish(tx, made.seq, second.fence, now_ms=LEASE_MS + 5, error="twice")


def test_a_job_that_is_given_back_keeps_its_place_and_its_attempts(database: Database, user: User):
    with database.write() as tx:
        first, _second = job(tx, user.id, 1), job(tx, user.id, 2)
        claimed = queue.claim(tx, "w", now_ms=0, lease_ms=LEASE_MS)
        assert claimed is not None
        assert renders.give_back(tx, first.seq, claimed.fence)
        again = queue.claim(tx, "w", now_ms=1, lease_ms=LEASE_MS)
        assert again is not None
        assert (again.seq, again.attempts) == (first.seq, 1)


def test_cancelling_at_each_stage(database: Database, user: User):
    with database.write() as tx:
        waiting, running = job(tx, user.id, 1), job(tx, user.id, 2)
        assert renders.request_cancel(tx, user.id, waiting.id, 5) == "cancelled"
        ended = renders.get(tx, user.id, waiting.id)
        assert ended is not None
        assert (ended.state, ended.error, ended.completed_at_ms) == ("failed", CANCELLED, 5)
        claimed = queue.claim(tx, "w", now_ms=6, lease_ms=LEASE_MS)
        assert claimed is not None
        assert claimed.seq == running.seq
        assert renders.request_cancel(tx, user.id, running.id, 7) == "requested"
        assert renders.beat(tx, running.seq, 1, progress=1, now_ms=8, lease_ms=1) == "cancelled"
        assert renders.finish(tx, running.seq, 1, now_ms=9, error=CANCELLED)
        assert renders.request_cancel(tx, user.id, running.id, 10) == "ended"
        assert renders.request_cancel(tx, user.id, "render_9", 10) == "unknown"
        assert renders.request_cancel(tx, "nobody", running.id, 10) == "unknown"


def test_listings_are_in_order_and_without_drafts(database: Database, user: User):
    with database.write() as tx:
        made = [job(tx, user.id, number, session_id="one" if number < 3 else "two") for number in range(5)]
        assert [found.id for found in renders.of_session(tx, user.id, "one")] == [one.id for one in made[:3]]
        assert renders.of_session(tx, "nobody", "one") == []
        assert [found.id for found in renders.of_user(tx, user.id, limit=2)] == [one.id for one in made[3:]]
        assert {found.draft for found in renders.of_user(tx, user.id)} == {""}
        full = renders.get(tx, user.id, made[0].id, with_draft=True)
        assert full is not None
        assert full.draft == '{"t": []}'
        assert renders.by_seq(tx, made[0].seq, with_draft=True) == full


def test_retention_takes_videos_and_drafts_of_jobs_that_ended(database: Database, user: User):
    with database.write() as tx:
        made = job(tx, user.id)
        assert renders.blobs_awaited(tx) == {"0" * 32}
        queue.claim(tx, "w", now_ms=1, lease_ms=LEASE_MS)
        renders.finish(tx, made.seq, 1, now_ms=100, blob="c" * 32)
        assert renders.blobs_awaited(tx) == set()
        assert renders.finished_before(tx, 100) == []
        assert [old.blob for old in renders.finished_before(tx, 101)] == ["c" * 32]
        assert renders.blobs_in_use(tx, ["c" * 32, "d" * 32]) == {"c" * 32}
        assert renders.lose(tx, made.seq)
        assert not renders.lose(tx, made.seq)
        assert renders.finished_before(tx, 101) == []
        assert renders.purge(tx, 101) == 1
        left = renders.get(tx, user.id, made.id, with_draft=True)
        assert left is not None
        assert (left.state, left.blob, left.draft) == ("completed", None, "")
