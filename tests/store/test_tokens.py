import pytest

from wavereel.store import claims, tokens, users
from wavereel.store.database import Database
from wavereel.store.sessions import Session
from wavereel.store.users import User

DAY_MS = 86_400_000
WEEK_MS = 7 * DAY_MS


def test_a_token_is_found_by_its_secret_until_it_ends(database: Database, user: User):
    with database.write() as tx:
        token, secret = tokens.issue(tx, user.id, name="ci", scopes={"read", "write"}, now_ms=0, expires_at_ms=WEEK_MS)
        assert secret.startswith("nmv_usr_")
        assert len(secret) == len("nmv_usr_") + 43
        assert tokens.find(tx, secret, WEEK_MS - 1) == token
        assert tokens.find(tx, secret, WEEK_MS) is None
        assert tokens.find(tx, secret + "x", 0) is None
        assert tokens.revoke(tx, user.id, token.id, 5)
        assert tokens.revoke(tx, user.id, token.id, 9)
        assert tokens.find(tx, secret, 6) is None
        assert [one.revoked_at_ms for one in tokens.list_of(tx, user.id)] == [5]
        assert not tokens.revoke(tx, "another", token.id, 5)


@pytest.mark.promise("TOKEN-HASHED", "TOKEN-SECRET-CLIENT-ID")
def test_secrets_and_client_ids_are_not_in_the_database(database: Database, user: User):
    with database.write() as tx:
        _, secret = tokens.issue(
            tx, user.id, name="", scopes=["read"], now_ms=0, expires_at_ms=None, client_id="a-client-of-mine"
        )
    database.close()
    kept = b"".join(path.read_bytes() for path in database.path.parent.iterdir())
    assert secret.encode() not in kept
    assert secret.removeprefix("nmv_usr_").encode() not in kept
    assert b"a-client-of-mine" not in kept


@pytest.mark.promise("TOKEN-WINDOW-START")
def test_a_clients_window_starts_at_the_issue_and_is_freed_by_revoking(database: Database, user: User):
    with database.write() as tx:
        assert tokens.user_of_client(tx, "c") is None
        token, _ = tokens.issue(tx, user.id, name="", scopes=[], now_ms=0, expires_at_ms=DAY_MS, client_id="c")
        assert tokens.live_of_client(tx, "c", WEEK_MS - 1, WEEK_MS) == token
        assert tokens.live_of_client(tx, "c", WEEK_MS, WEEK_MS) is None
        assert tokens.live_of_client(tx, "d", 1, WEEK_MS) is None
        tokens.revoke(tx, user.id, token.id, 1)
        assert tokens.live_of_client(tx, "c", 2, WEEK_MS) is None
        tokens.issue(tx, user.id, name="", scopes=[], now_ms=3, expires_at_ms=None, client_id="c")
        assert tokens.revoke_of_client(tx, "c", 4) == 1


def test_a_client_keeps_its_user_when_tokens_are_forgotten(database: Database, user: User):
    with database.write() as tx:
        tokens.issue(tx, user.id, name="", scopes=[], now_ms=0, expires_at_ms=1, client_id="c")
        tokens.issue(tx, user.id, name="", scopes=[], now_ms=0, expires_at_ms=None)
        assert tokens.purge(tx, WEEK_MS) == 1
        assert len(tokens.list_of(tx, user.id)) == 1
        assert tokens.user_of_client(tx, "c") == user.id
        other = users.create(tx, kind="anonymous", available=0)
        tokens.issue(tx, other.id, name="", scopes=[], now_ms=0, expires_at_ms=1, client_id="c")
        assert tokens.user_of_client(tx, "c") == other.id


def test_tokens_of_an_address_are_counted(database: Database, user: User):
    with database.write() as tx:
        for now_ms in (0, 10, 20):
            tokens.issue(tx, user.id, name="", scopes=[], now_ms=now_ms, expires_at_ms=None, address="192.0.2.1")
        assert tokens.issued_from(tx, "192.0.2.1", 0) == 2
        assert tokens.first_issued_from(tx, "192.0.2.1", 0) == 10
        assert tokens.issued_from(tx, "192.0.2.2", -1) == 0
        assert tokens.first_issued_from(tx, "192.0.2.2", -1) is None


def test_an_anonymous_user_is_bound_once(database: Database, user: User):
    with database.write() as tx:
        assert users.bind(tx, user.id, "Ada")
        assert not users.bind(tx, user.id, "Eve")
        assert not users.bind(tx, "nobody", "Ada")
        now = users.get(tx, user.id)
        assert now is not None
        assert (now.kind, now.name, now.available) == ("named", "Ada", 100)
        assert users.ensure(tx, "local", "local", 0) == users.ensure(tx, "local", "local", 5)


def test_a_claim_opens_its_session(database: Database, session: Session):
    with database.write() as tx:
        secret = claims.create(tx, session.user_id, session.id, now_ms=0, expires_at_ms=WEEK_MS)
        assert secret.startswith("clm_")
        found = claims.find(tx, secret)
        assert found is not None
        assert (found.user_id, found.session_id, found.expires_at_ms) == (session.user_id, session.id, WEEK_MS)
        assert claims.find(tx, "clm_other") is None
        assert claims.purge(tx, WEEK_MS) == 0
        assert claims.purge(tx, WEEK_MS + 1) == 1
