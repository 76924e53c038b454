from wavereel.store import removals, resumable, secrets, webhooks
from wavereel.store.database import Database
from wavereel.store.removals import Removal
from wavereel.store.resumable import Resumable
from wavereel.store.users import User


def test_a_delivery_goes_to_those_who_want_it_until_it_arrives(database: Database, user: User):
    with database.write() as tx:
        every = webhooks.create(tx, user.id, url="https://a.example/", secret="s1", events=[], now_ms=0)
        some = webhooks.create(tx, user.id, url="https://b.example/", secret="s2", events=["render.failed"], now_ms=1)
        assert webhooks.list_of(tx, user.id) == [every, some]
        assert webhooks.enqueue(tx, user.id, "render.completed", {"id": "r"}, 100) == 1
        assert webhooks.next_due_ms(tx) == 100
        assert webhooks.take_due(tx, 99, 10) is None
        first = webhooks.take_due(tx, 100, 10)
        assert first is not None
        assert (first.url, first.secret, first.body, first.attempts) == ("https://a.example/", "s1", {"id": "r"}, 1)
        assert webhooks.take_due(tx, 100, 10) is None
        assert webhooks.postpone(tx, first.id, "503", 500)
        second = webhooks.take_due(tx, 500, 10)
        assert second is not None
        assert (second.id, second.attempts) == (first.id, 2)
        assert webhooks.close(tx, first.id, "done", "200", 501)
        assert not webhooks.close(tx, first.id, "dead", "", 502)
        assert not webhooks.postpone(tx, first.id, "", 600)
        assert webhooks.next_due_ms(tx) is None
        assert webhooks.purge(tx, 501) == 0
        assert webhooks.purge(tx, 502) == 1


def test_a_delivery_goes_with_its_webhook(database: Database, user: User):
    with database.write() as tx:
        hook = webhooks.create(tx, user.id, url="https://a.example/", secret="s", events=[], now_ms=0)
        webhooks.enqueue(tx, user.id, "render.completed", {}, 0)
        assert not webhooks.delete(tx, "another", hook.id)
        assert webhooks.delete(tx, user.id, hook.id)
        assert webhooks.take_due(tx, 1, 1) is None


def upload(database: Database, user: User) -> Resumable:
    with database.write() as tx:
        return resumable.create(
            tx,
            user.id,
            upload_id="u1",
            session_id=None,
            filename="talk.mp3",
            details={"filetype": "audio/mpeg"},
            part="p1",
            length=10,
            now_ms=0,
            expires_at_ms=100,
        )


def test_an_upload_advances_from_where_it_was(database: Database, user: User):
    made = upload(database, user)
    with database.write() as tx:
        assert resumable.get(tx, user.id, "u1") == made
        assert resumable.get(tx, "another", "u1") is None
        assert resumable.pending_bytes(tx, user.id) == 10
        assert resumable.advance(tx, "u1", expected_offset=0, offset=4, expires_at_ms=200)
        assert not resumable.advance(tx, "u1", expected_offset=0, offset=4, expires_at_ms=200)
        assert not resumable.advance(tx, "u1", expected_offset=4, offset=11, expires_at_ms=200)
        assert not resumable.finish(tx, "u1", "f_1")
        assert resumable.parts_in_use(tx) == {"p1"}
        assert resumable.advance(tx, "u1", expected_offset=4, offset=10, expires_at_ms=200)
        assert resumable.finish(tx, "u1", "f_1")
        assert not resumable.finish(tx, "u1", "f_1")
        assert resumable.parts_in_use(tx) == set()
        assert resumable.pending_bytes(tx, user.id) == 0
        assert resumable.expired(tx, 200) == []
        assert [one.id for one in resumable.expired(tx, 201)] == ["u1"]
        assert not resumable.delete(tx, "another", "u1")
        assert resumable.delete(tx, user.id, "u1")


def test_a_key_is_made_once(database: Database):
    with database.write() as tx:
        assert secrets.get(tx, "links") is None
        key = secrets.ensure(tx, "links")
        assert len(key) == 32
        assert secrets.ensure(tx, "links") == key
        assert secrets.ensure(tx, "other") != key


def test_what_was_removed_can_be_told(database: Database):
    with database.write() as tx:
        for number in range(3):
            removals.record(tx, Removal("render", f"r{number}", f"user_{number % 2}", 5, "older than 30 days", number))
        assert [one.subject for one in removals.recent(tx, 2)] == ["r2", "r1"]
        assert [one.subject for one in removals.recent(tx, user_id="user_0")] == ["r2", "r0"]
        assert removals.purge(tx, 2) == 2
