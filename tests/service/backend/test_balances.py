"""Credits: what a user has, what is held back, and who needs none."""

import pytest
from tests.service.backend.here import anyone, open_here

from wavereel.errors import NoCreditsError, ScopeError, UsageError
from wavereel.service.backend.caller import Caller
from wavereel.store import credits as rows


@pytest.fixture
def backend(tmp_path):
    opened = open_here(tmp_path)
    yield opened
    opened.close()


@pytest.mark.promise("CREDITS-BALANCE")
def test_a_balance_has_three_numbers(backend):
    caller = anyone(backend)
    with backend.core.database.write() as tx:
        backend.credits.reserve(tx, caller.user_id, 3, "run-1")
    assert backend.credits.balance(caller) == {"available": 97, "frozen": 3, "total": 100}
    with backend.core.database.write() as tx:
        rows.settle(tx, "run-1", 1)
    assert backend.credits.balance(caller) == {"available": 99, "frozen": 0, "total": 99}
    with pytest.raises(ScopeError):
        backend.credits.balance(Caller(caller.user_id, "anonymous", frozenset({"write"})))


@pytest.mark.promise("CREDITS-EMPTY")
def test_who_cannot_pay_is_told_where_to_go(backend):
    caller = anyone(backend, credits=1)
    for ask in (backend.credits.reserve, lambda tx, user, amount, _: backend.credits.refuse(tx, user, amount)):
        with backend.core.database.write() as tx, pytest.raises(NoCreditsError) as refused:
            ask(tx, caller.user_id, 2, "run-1")
        assert (refused.value.wire_code, refused.value.http_status) == (2001, 403)
        assert refused.value.data == {
            "available": 1,
            "required": 2,
            "user_id": caller.user_id,
            "registration_url": f"http://127.0.0.1:8080/register?bind={caller.user_id}",
        }
    assert backend.credits.balance(caller)["frozen"] == 0


def test_a_named_user_is_told_how_to_top_up(backend):
    caller = backend.accounts.caller(backend.accounts.operator_token(["*"], name="ann"))
    with backend.core.database.write() as tx, pytest.raises(NoCreditsError) as refused:
        backend.credits.reserve(tx, caller.user_id, 1000, "run-1")
    assert refused.value.data["top_up"] == f"wavereel credits add {caller.user_id} N"
    assert "registration_url" not in refused.value.data


def test_what_there_is_can_be_held_back(backend):
    caller = anyone(backend, credits=3)
    with backend.core.database.write() as tx:
        assert backend.credits.reserve_up_to(tx, caller.user_id, 5, "run-1") == 3
        assert backend.credits.reserve_up_to(tx, caller.user_id, 0, "run-2") == 0


@pytest.mark.promise("SETTINGS-NO-CREDITS")
def test_where_nothing_has_a_price_nothing_is_held_back(tmp_path):
    free = open_here(tmp_path / "free", no_credits=True)
    priced = open_here(tmp_path / "priced")
    for backend, caller in ((free, anyone(free, credits=0)), (priced, priced.accounts.local_caller())):
        with backend.core.database.write() as tx:
            backend.credits.reserve(tx, caller.user_id, 5, "run-1")
            backend.credits.refuse(tx, caller.user_id, 5)
            assert backend.credits.reserve_up_to(tx, caller.user_id, 5, "run-2") == 0
            rows.settle(tx, "run-1", 5)
        assert backend.credits.balance(caller) == {"available": 0, "frozen": 0, "total": 0}
        backend.close()


@pytest.mark.promise("ACCOUNT-CREDITS-COMMAND")
def test_the_owner_gives_and_looks(backend):
    caller = anyone(backend, credits=0)
    shown = {"user_id": caller.user_id, "kind": "anonymous", "name": "", "available": 50, "frozen": 0, "total": 50}
    given = backend.credits.add(caller.user_id, 50, "thanks")
    assert backend.credits.show(caller.user_id) == given
    (entry,) = given.pop("entries")
    assert (entry["kind"], entry["amount"], entry["note"]) == ("grant", 50, "thanks")
    assert given == shown
    assert backend.credits.add(caller.user_id, -20)["available"] == 30
    backend.accounts.operator_token(["*"], name="ann")
    assert backend.credits.add("ann", 1)["available"] == 101
    for user, amount in (
        (caller.user_id, -31),
        (caller.user_id, 0),
        (caller.user_id, 10**12),
        ("nobody", 1),
        ("", 1),
        ("local", 1),
    ):
        with pytest.raises(UsageError):
            backend.credits.add(user, amount)
    with pytest.raises(UsageError):
        backend.credits.show("nobody")
