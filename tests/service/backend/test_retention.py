"""What is removed when its time is over, and that nothing else is."""

import os
import time

import pytest
from tests.service.backend.here import anyone, new_session, open_here
from tests.service.backend.test_uploads import blobs, left_over, send, sound

from wavereel.errors import GoneError, NotFoundError
from wavereel.service.backend.render_endings import reference_of
from wavereel.service.recognition import transcripts_folder
from wavereel.store import claims, files, queue, removals, renders
from wavereel.store import credits as accounts

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


@pytest.fixture
def backend(tmp_path):
    opened = open_here(tmp_path, retention_exports_s=7 * 86_400, retention_sessions_s=0, retention_orphans_s=3600)
    yield opened
    opened.close()


@pytest.fixture
def caller(backend):
    return anyone(backend)


def finished(backend, caller, name: str = "r") -> str:
    """A finished export; the key of its video."""
    session_id = new_session(backend, caller)
    blob = backend.core.blobs.put(b"video")
    with backend.core.database.write() as tx:
        job = {"render_id": name, "user_id": caller.user_id, "session_id": session_id, "body_sha": "", "draft": "{}"}
        renders.enqueue(tx, **job, output={}, sources={}, length_ms=1, now_ms=backend.core.clock())
        row = queue.claim(tx, "w", now_ms=backend.core.clock(), lease_ms=1000)
        assert renders.finish(tx, row.seq, row.fence, now_ms=backend.core.clock(), blob=blob, result={"size": 5})
    return blob


def age(path, seconds: float = 7200) -> None:
    old_s = time.time() - seconds
    os.utime(path, (old_s, old_s))


def test_nothing_young_is_removed(backend, caller):
    session_id = new_session(backend, caller)
    send(backend, caller, session_id, ("a.wav", sound()))
    finished(backend, caller)
    backend.resumable.create(caller, 10, {})
    backend.core.blobs.put(b"just adopted")
    backend.uploads.begin(caller, session_id, "b.wav")
    assert str(backend.retention.sweep()) == "nothing"
    assert len(blobs(backend)) == 3
    assert len(left_over(backend)) == 2


def test_finished_exports_go_after_their_time_and_that_is_recorded(backend, caller):
    blob = finished(backend, caller)
    age(backend.core.blobs.path(blob))
    backend.core.clock.ms += 7 * DAY_MS - HOUR_MS
    assert backend.retention.sweep().renders == 0
    backend.core.clock.ms += 2 * HOUR_MS
    removed = backend.retention.sweep()
    assert (removed.renders, removed.bytes) == (1, 5)
    assert blobs(backend) == []
    with backend.core.database.read() as tx:
        told = removals.recent(tx)
        row = renders.get(tx, caller.user_id, "r", with_draft=True)
    assert [(one.kind, one.subject, one.user_id, one.bytes) for one in told] == [("render", "r", caller.user_id, 5)]
    assert (row.state, row.blob, row.draft) == ("completed", None, "")
    assert backend.retention.sweep().renders == 0


def test_an_export_is_forgotten_when_its_video_is_long_gone(tmp_path):
    backend = open_here(tmp_path, retention_exports_s=7 * 86_400, price_export=3)
    caller = anyone(backend)
    with backend.core.database.write() as tx:
        reference = reference_of(caller.user_id, "a")
        accounts.freeze(tx, caller.user_id, 3, reference)
        accounts.settle(tx, reference, 3)
    for name in "abc":
        finished(backend, caller, name)
    backend.core.clock.ms += 15 * DAY_MS
    assert backend.retention.sweep().renders == 3
    assert [job["id"] for job in backend.renders.listing(caller)] == ["a", "b", "c"]
    assert backend.retention.sweep().jobs == 2
    assert [job["id"] for job in backend.renders.listing(caller)] == ["c"]  # the newest keeps its place taken
    with backend.core.database.write() as tx:
        assert accounts.freeze(tx, caller.user_id, 3, reference)  # an id can be used anew
        assert [(one.kind, one.amount) for one in accounts.entries(tx, caller.user_id)] == [
            ("frozen", -3),
            ("charge", -3),
        ]
    backend.close()


def test_exports_are_kept_for_ever_where_the_owner_wants_that(tmp_path):
    backend = open_here(tmp_path, retention_exports_s=0)
    finished(backend, anyone(backend))
    backend.core.clock.ms += 1000 * DAY_MS
    assert backend.retention.sweep().renders == 0
    assert len(blobs(backend)) == 1
    backend.close()


def test_unfinished_uploads_and_what_dead_requests_left_go(backend, caller):
    made = backend.resumable.create(caller, 10, {})
    made = backend.resumable.append(caller, made.id, 0, [b"abc"])
    for name in ("dead", "alive"):
        (backend.core.parts / name).write_bytes(b"x" * 7)
    age(backend.core.parts / "dead")
    for path in backend.core.parts.iterdir():
        if len(path.name) == 32:
            age(path)
    removed = backend.retention.sweep()
    assert (removed.parts, removed.uploads) == (1, 0)
    backend.core.clock.ms = made.expires_at_ms + 1000
    removed = backend.retention.sweep()
    assert (removed.uploads, removed.bytes) == (1, 3)
    assert left_over(backend) == ["alive"]
    with pytest.raises(NotFoundError):
        backend.resumable.head(caller, made.id)


def test_bytes_that_no_row_names_go_and_those_of_rows_stay(backend, caller):
    send(backend, caller, new_session(backend, caller), ("a.wav", sound()))
    video, awaited, orphan = (
        finished(backend, caller),
        backend.core.blobs.put(b"source"),
        backend.core.blobs.put(b"lost"),
    )
    with backend.core.database.write() as tx:
        job = {"render_id": "w", "user_id": caller.user_id, "session_id": "s", "body_sha": "", "draft": "{}"}
        renders.enqueue(tx, **job, output={}, sources={"f_1": awaited}, length_ms=1, now_ms=1)
    for key in blobs(backend):
        age(backend.core.blobs.path(key))
    before = set(blobs(backend))
    removed = backend.retention.sweep()
    assert (removed.orphans, removed.bytes) == (1, 4)
    assert before - set(blobs(backend)) == {orphan}
    assert {video, awaited} <= set(blobs(backend))


def test_an_upload_that_took_long_is_no_orphan(backend, caller):
    """Its bytes are old when it becomes a file, and no row names them for a moment."""
    session_id = new_session(backend, caller)
    receiver = backend.uploads.begin(caller, session_id, "a.wav")
    receiver.write(sound())
    receiver.finish()
    age(receiver.path)
    put = files.put

    def sweeping(tx, file):
        assert backend.core.blobs.path(file.blob).stat().st_mtime > time.time() - 600
        return put(tx, file)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "put", sweeping)
        assert backend.uploads.apply(caller, session_id, [receiver])["errors"] == []


def test_sessions_and_files_that_nobody_used_go_where_the_owner_wants_that(tmp_path):
    backend = open_here(tmp_path, retention_sessions_s=86_400)
    caller = anyone(backend)
    old = new_session(backend, caller)
    file_id = send(backend, caller, old, ("a.wav", sound()))["files"][0]["file_id"]
    backend.core.clock.ms += DAY_MS + HOUR_MS
    young = new_session(backend, caller)
    removed = backend.retention.sweep()
    assert (removed.sessions, removed.files) == (1, 1)
    assert [entry["session_id"] for entry in backend.sessions.listing(caller)] == [young]
    assert blobs(backend) == []
    with backend.core.database.read() as tx:
        assert files.get(tx, caller.user_id, file_id).lost
        assert {one.kind for one in removals.recent(tx, user_id=caller.user_id)} == {"session", "file"}
    backend.close()


def test_expired_claims_say_so_for_a_while(backend, caller):
    session_id = new_session(backend, caller)
    token = backend.accounts.claim_token(caller, None, session_id)["claim_token"]
    backend.core.clock.ms += 8 * DAY_MS
    assert backend.retention.sweep().claims == 0
    with pytest.raises(GoneError):
        backend.accounts.claimed(token)
    backend.core.clock.ms += 7 * DAY_MS
    assert backend.retention.sweep().claims == 1
    with backend.core.database.read() as tx:
        assert claims.find(tx, token) is None
    with pytest.raises(NotFoundError):
        backend.accounts.claimed(token)


def test_dead_tokens_are_forgotten_and_their_users_are_not(backend):
    first = backend.accounts.anonymous_token("client", "127.0.0.1")
    backend.core.clock.ms += 40 * DAY_MS
    assert backend.retention.sweep().tokens == 1
    assert backend.accounts.anonymous_token("client", "127.0.0.1")["user_id"] == first["user_id"]


def test_a_sweep_is_logged(backend, caller, caplog):
    caplog.set_level("INFO")
    finished(backend, caller)
    backend.core.clock.ms += 8 * DAY_MS
    backend.retention.sweep()
    assert "removing render r of" in caplog.text
    assert "removed: 1 renders, 5 bytes" in caplog.text


def test_what_was_heard_is_forgotten_and_the_owner_s_own_is_not(tmp_path):
    opened = open_here(tmp_path, retention_transcripts_s=86_400)
    speech = opened.core.settings.cache_dir / "speech"
    old, young = (transcripts_folder(speech.parent, user) / f"{user}.json" for user in ("user_1", "user_2"))
    own = speech / "own.json"
    for path in (old, young, own):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
    age(old, 2 * 86_400)
    age(own, 2 * 86_400)
    swept = opened.retention.sweep()
    assert (swept.transcripts, swept.bytes) == (1, 2)
    assert [path.exists() for path in (old.parent, young, own)] == [False, True, True]
    assert opened.retention.sweep().transcripts == 0
    opened.close()
