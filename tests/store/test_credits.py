import threading

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from wavereel.errors import NotFoundError
from wavereel.store import credits, users  # noqa: A004
from wavereel.store.credits import Balance
from wavereel.store.database import Database
from wavereel.store.users import User


def test_frozen_credits_are_charged_once(database: Database, user: User):
    with database.write() as tx:
        assert credits.freeze(tx, user.id, 3, "run")
        assert credits.balance(tx, user.id) == Balance(97, 3)
        assert credits.balance(tx, user.id).total == 100
        assert credits.settle(tx, "run", 1) == 1
        assert credits.settle(tx, "run", 1) is None
        assert not credits.refund(tx, "run")
        assert credits.balance(tx, user.id) == Balance(99, 0)


def test_frozen_credits_are_refunded_once(database: Database, user: User):
    with database.write() as tx:
        assert credits.freeze(tx, user.id, 3, "run")
        assert credits.refund(tx, "run")
        assert not credits.refund(tx, "run")
        assert credits.settle(tx, "run", 3) is None
        assert credits.balance(tx, user.id) == Balance(100, 0)


def test_never_more_is_charged_than_was_frozen(database: Database, user: User):
    with database.write() as tx:
        assert credits.freeze(tx, user.id, 2, "run")
        assert credits.settle(tx, "run", 5) == 2
        assert credits.balance(tx, user.id) == Balance(98, 0)


def test_what_is_not_there_cannot_be_frozen(database: Database, user: User):
    with database.write() as tx:
        assert not credits.freeze(tx, user.id, 101, "run")
        assert not credits.freeze(tx, "nobody", 0, "other")
        assert credits.balance(tx, user.id) == Balance(100, 0)
        assert credits.freeze_up_to(tx, user.id, 250, "run") == 100
        assert credits.freeze_up_to(tx, user.id, 1, "another") == 0
        assert credits.balance(tx, user.id) == Balance(0, 100)


def test_a_reference_freezes_once(database: Database, user: User):
    with database.write() as tx:
        other = users.create(tx, kind="anonymous", available=10)
        assert credits.freeze(tx, user.id, 3, "run")
        assert credits.freeze(tx, user.id, 3, "run")
        assert credits.freeze_up_to(tx, user.id, 3, "run") == 0
        assert not credits.freeze(tx, other.id, 3, "run")
        assert credits.balance(tx, user.id) == Balance(97, 3)
        credits.refund(tx, "run")
        assert not credits.freeze(tx, user.id, 3, "run")


def test_credits_are_given_and_taken(database: Database, user: User):
    with database.write() as tx:
        assert credits.add(tx, user.id, 20, "a present", now_ms=2)
        assert credits.add(tx, user.id, -120, "a mistake", now_ms=3)
        assert not credits.add(tx, user.id, -1)
        assert not credits.add(tx, "nobody", 1)
        assert credits.balance(tx, user.id) == Balance(0, 0)
        with pytest.raises(NotFoundError):
            credits.balance(tx, "nobody")


def test_the_account_tells_what_came_and_went(database: Database, user: User):
    with database.write() as tx:
        credits.add(tx, user.id, 20, "a present", now_ms=1)
        credits.freeze(tx, user.id, 3, "one", now_ms=2)
        credits.freeze(tx, user.id, 3, "two", now_ms=3)
        credits.freeze(tx, user.id, 4, "three", now_ms=4)
        credits.settle(tx, "one", 1)
        credits.refund(tx, "two")
        assert [(line.kind, line.amount, line.note) for line in credits.entries(tx, user.id)] == [
            ("frozen", -4, "three"),
            ("charge", -1, "one"),
            ("grant", 20, "a present"),
        ]


def test_threads_that_freeze_at_once_never_overdraw(database: Database, user: User):
    frozen: list[bool] = []

    def work(number: int) -> None:
        for step in range(10):
            with database.write() as tx:
                frozen.append(credits.freeze(tx, user.id, 3, f"{number}-{step}"))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert frozen.count(True) == 33
    with database.read() as tx:
        assert credits.balance(tx, user.id) == Balance(1, 99)


def test_threads_that_settle_and_refund_at_once_end_it_once(database: Database, user: User):
    with database.write() as tx:
        credits.freeze(tx, user.id, 10, "run")
    ended: list[bool] = []

    def work(number: int) -> None:
        with database.write() as tx:
            ended.append(credits.refund(tx, "run") if number % 2 else credits.settle(tx, "run", 4) is not None)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ended.count(True) == 1
    with database.read() as tx:
        assert credits.balance(tx, user.id) in (Balance(100, 0), Balance(96, 0))


class Account(RuleBasedStateMachine):
    """An account against its model: what was given is what is there, set aside, or was charged."""

    references = Bundle("references")

    def __init__(self) -> None:
        super().__init__()
        import tempfile
        from pathlib import Path

        self.folder = tempfile.TemporaryDirectory()
        self.database = Database.open(Path(self.folder.name))
        with self.database.write() as tx:
            self.user = users.create(tx, kind="anonymous", available=20).id
        self.available = 20
        self.frozen: dict[str, int] = {}
        self.used: set[str] = set()

    @rule(target=references, amount=st.integers(0, 30), number=st.integers(0, 5), partly=st.booleans())
    def freeze(self, amount: int, number: int, partly: bool) -> str:
        reference = f"r{number}"
        with self.database.write() as tx:
            if partly:
                taken = credits.freeze_up_to(tx, self.user, amount, reference)
                expected = 0 if reference in self.used else min(amount, self.available)
                assert taken == expected
                done = taken > 0
            else:
                taken = amount
                done = credits.freeze(tx, self.user, amount, reference)
                if reference in self.used:
                    assert done == (reference in self.frozen)
                    return reference
                assert done == (amount <= self.available)
        if done:
            self.used.add(reference)
            self.frozen[reference] = taken
            self.available -= taken
        return reference

    @rule(reference=references, price=st.integers(0, 30))
    def settle(self, reference: str, price: int) -> None:
        with self.database.write() as tx:
            charged = credits.settle(tx, reference, price)
        if reference in self.frozen:
            held = self.frozen.pop(reference)
            assert charged == min(held, price)
            self.available += held - charged
        else:
            assert charged is None

    @rule(reference=references)
    def refund(self, reference: str) -> None:
        with self.database.write() as tx:
            done = credits.refund(tx, reference)
        assert done == (reference in self.frozen)
        self.available += self.frozen.pop(reference, 0)

    @rule(amount=st.integers(-10, 10))
    def add(self, amount: int) -> None:
        with self.database.write() as tx:
            done = credits.add(tx, self.user, amount)
        assert done == (self.available + amount >= 0)
        self.available += amount if done else 0

    @invariant()
    def the_balance_is_the_models(self) -> None:
        with self.database.read() as tx:
            assert credits.balance(tx, self.user) == Balance(self.available, sum(self.frozen.values()))

    def teardown(self) -> None:
        self.database.close()
        self.folder.cleanup()


TestAccount = Account.TestCase
TestAccount.settings = settings(max_examples=10, stateful_step_count=20, deadline=None)
