from dataclasses import replace

from wavereel.store import files, sessions, users
from wavereel.store.database import Database
from wavereel.store.files import File
from wavereel.store.sessions import Session
from wavereel.store.users import User


def a_file(user_id: str, number: int = 1, **values: object) -> File:
    made = File(
        user_id=user_id,
        id=f"f_{number:016x}",
        blob=f"{number:032x}",
        filename="talk.mp3",
        size=100,
        sha256=f"{number:064x}",
        entry={"file_type": "audio"},
        facts={"title": "Talk"},
        created_at_ms=1,
        used_at_ms=1,
        lost=False,
    )
    return replace(made, **values)  # type: ignore[arg-type]


def test_a_session_is_its_users_alone(database: Database, session: Session):
    with database.write() as tx:
        other = users.create(tx, kind="anonymous", available=0)
        assert sessions.get(tx, session.user_id, session.id) == session
        assert sessions.get(tx, other.id, session.id) is None
        assert sessions.version_of(tx, other.id, session.id) is None
        assert not sessions.delete(tx, other.id, session.id)
        assert sessions.list_of(tx, other.id) == []
        assert sessions.delete(tx, session.user_id, session.id)
        assert sessions.get(tx, session.user_id, session.id) is None
    assert len(session.id) == 19
    assert session.id.isdigit()


def test_an_id_that_is_taken_is_not_given_again(database: Database, session: Session):
    with database.write() as tx:
        other = users.create(tx, kind="anonymous", available=0)
        for user_id in (session.user_id, other.id):
            made = sessions.create(
                tx, user_id, app="a", task_name="", language="en", canvas={}, now_ms=1, session_id=session.id
            )
            assert made is None


def test_a_draft_is_saved_only_over_the_one_that_was_seen(database: Database, session: Session):
    with database.write() as tx:
        first = {
            "draft": '{"rev": 1}',
            "rev": 1,
            "canvas": {"fps": 25},
            "asked": {"question": "which?"},
            "generated": [],
        }
        assert sessions.save_draft(tx, session.id, expected_rev=0, now_ms=9, **first)
        assert not sessions.save_draft(tx, session.id, expected_rev=0, now_ms=10, **first)
        now = sessions.get(tx, session.user_id, session.id)
        assert now is not None
        assert (now.draft, now.rev, now.canvas, now.version) == ('{"rev": 1}', 1, {"fps": 25}, 2)
        assert (now.asked, now.updated_at_ms) == ({"question": "which?"}, 9)
        sessions.set_asked(tx, session.id, None)
        sessions.set_state(tx, session.id, {"theme": "dark"}, 11)
        then = sessions.get(tx, session.user_id, session.id)
        assert then is not None
        assert (then.asked, then.state, then.version) == (None, {"theme": "dark"}, 3)


def test_a_job_may_outlive_its_session(database: Database):
    with database.write() as tx:
        assert sessions.bump(tx, "gone", 1) == 0


def test_media_come_in_order_and_once(database: Database, session: Session):
    with database.write() as tx:
        for number in (2, 1):
            files.put(tx, a_file(session.user_id, number))
            assert sessions.add_media(tx, session.id, session.user_id, f"f_{number:016x}", now_ms=number)
        assert not sessions.add_media(tx, session.id, session.user_id, f"f_{1:016x}", now_ms=9)
        files.put(tx, a_file(session.user_id, 3))
        made = {"kind": "music", "seed": 7}
        sessions.add_media(tx, session.id, session.user_id, f"f_{3:016x}", now_ms=5, generated=made)
        media = sessions.media_of(tx, session.id)
        assert [medium.file.id[-1] for medium in media] == ["2", "1", "3"]
        assert [medium.generated for medium in media] == [None, None, made]
        assert [medium.created_at_ms for medium in media] == [2, 1, 5]
        sessions.delete(tx, session.user_id, session.id)
        assert len(files.ids_of_user(tx, session.user_id)) == 3


def test_the_same_content_is_one_file_to_a_user(database: Database, user: User):
    with database.write() as tx:
        first = files.put(tx, a_file(user.id))
        again = files.put(tx, a_file(user.id, blob="e" * 32, filename="other.mp3", used_at_ms=5))
        assert (again.blob, again.filename, again.used_at_ms) == (first.blob, "talk.mp3", 5)
        assert files.lose(tx, user.id, first.id)
        assert not files.lose(tx, user.id, first.id)
        assert files.bytes_of_user(tx, user.id) == 0
        back = files.put(tx, a_file(user.id, blob="e" * 32))
        assert (back.blob, back.lost) == ("e" * 32, False)
        assert files.bytes_of_user(tx, user.id) == 100
        assert files.blobs_in_use(tx, ["e" * 32, first.blob]) == {"e" * 32}


def test_another_user_has_the_file_to_himself(database: Database, user: User):
    with database.write() as tx:
        other = users.create(tx, kind="anonymous", available=0)
        files.put(tx, a_file(user.id))
        assert files.get(tx, other.id, f"f_{1:016x}") is None
        files.put(tx, a_file(other.id, blob="d" * 32))
        assert files.lose(tx, user.id, f"f_{1:016x}")
        assert not files.get(tx, other.id, f"f_{1:016x}").lost
        assert files.get_many(tx, other.id, [f"f_{1:016x}", "f_no"]).keys() == {f"f_{1:016x}"}


def test_files_that_nobody_uses_are_found(database: Database, session: Session):
    with database.write() as tx:
        for number in (1, 2, 3):
            files.put(tx, a_file(session.user_id, number, used_at_ms=number))
        sessions.add_media(tx, session.id, session.user_id, f"f_{1:016x}", now_ms=1)
        assert [one.id[-1] for one in files.unused_since(tx, 3, in_sessions=True)] == ["1", "2"]
        assert [one.id[-1] for one in files.unused_since(tx, 3, in_sessions=False)] == ["2"]
        files.touch(tx, session.user_id, f"f_{2:016x}", 50)
        assert files.unused_since(tx, 3, in_sessions=False) == []
        assert [one.id for one in sessions.unused_since(tx, session.updated_at_ms + 1)] == [session.id]
        assert sessions.unused_since(tx, session.updated_at_ms) == []
