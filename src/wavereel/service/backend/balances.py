"""Credits: what a user has, and holding some back while work runs."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from wavereel.errors import NoCreditsError, UsageError
from wavereel.service.backend.caller import LOCAL_USER
from wavereel.store import credits as accounts
from wavereel.store import users

if TYPE_CHECKING:
    from wavereel.service.backend.caller import Caller
    from wavereel.service.backend.core import Core
    from wavereel.service.backend.links import Links
    from wavereel.store.credits import Balance
    from wavereel.store.database import Tx
    from wavereel.store.users import User

MAX_GIFT = 1_000_000_000
SHOWN_ENTRIES = 20


class Balances:
    """Balances of users. What a user of this machine does costs nothing, and nothing does under `--no-credits`."""

    def __init__(self, core: Core, links: Links) -> None:
        self._core = core
        self._links = links

    def balance(self, caller: Caller) -> dict[str, Any]:
        """`available`, `frozen` and `total`.

        Raises:
            ScopeError: The caller may not read.
        """
        caller.need("read")
        with self._core.database.read() as tx:
            return _wire(accounts.balance(tx, caller.user_id))

    def counts(self, tx: Tx, user_id: str) -> bool:
        """Whether what this user does has a price."""
        return self._core.counts_credits(tx, user_id)

    def reserve(self, tx: Tx, user_id: str, amount: int, reference: str) -> None:
        """Holds credits back for work that begins in the same transaction; where nothing has a price, nothing happens.

        `wavereel.store.credits.settle` or `refund` end it by the reference, and do nothing where nothing was held.

        Raises:
            NoCreditsError: The balance does not cover it; its data are those of the wire.
        """
        if amount <= 0 or not self.counts(tx, user_id):
            return
        if not accounts.freeze(tx, user_id, amount, reference, self._core.clock()):
            raise self._too_little(tx, user_id, amount)

    def reserve_up_to(self, tx: Tx, user_id: str, amount: int, reference: str) -> int:
        """Holds back what there is, `amount` at most; how much."""
        if amount <= 0 or not self.counts(tx, user_id):
            return 0
        return accounts.freeze_up_to(tx, user_id, amount, reference, self._core.clock())

    def refuse(self, tx: Tx, user_id: str, required: int) -> None:
        """Raises NoCreditsError where the user could not pay this now, and holds nothing back."""
        if required > 0 and self.counts(tx, user_id) and accounts.balance(tx, user_id).available < required:
            raise self._too_little(tx, user_id, required)

    def add(self, user: str, amount: int, note: str = "") -> dict[str, Any]:
        """The machine's owner gives credits, or takes some; the new balance.

        Args:
            user: The id, or the name of a named user.
            amount: How many; below 0 takes them.
            note: Why.

        Raises:
            UsageError: No such user, or a number that is no gift.
        """
        if not 0 < abs(amount) <= MAX_GIFT:
            raise UsageError(f"{amount} credits cannot be given", hint=f"give 1 to {MAX_GIFT}")
        with self._core.database.write() as tx:
            found = _user(tx, user)
            if not accounts.add(tx, found.id, amount, note, self._core.clock()):
                raise UsageError(f"{user} has not so many credits", hint="see wavereel credits show")
        return self.show(found.id)

    def show(self, user: str) -> dict[str, Any]:
        """A user's balance, for the machine's owner: `user_id`, `kind`, `name`, the balance, and the last `entries`.

        Raises:
            UsageError: No such user.
        """
        with self._core.database.read() as tx:
            found = _user(tx, user)
            shown: dict[str, Any] = {"user_id": found.id, "kind": found.kind, "name": found.name}
            entries = [asdict(entry) for entry in accounts.entries(tx, found.id, SHOWN_ENTRIES)]
            return shown | _wire(accounts.balance(tx, found.id)) | {"entries": entries}

    def _too_little(self, tx: Tx, user_id: str, required: int) -> NoCreditsError:
        user = users.get(tx, user_id)
        data: dict[str, Any] = {
            "available": 0 if user is None else user.available,
            "required": required,
            "user_id": user_id,
        }
        if user is not None and user.kind == "anonymous":
            data["registration_url"] = self._links.register_url(user_id)
            return NoCreditsError("Insufficient credits", hint=f"register at {data['registration_url']}", data=data)
        command = f"wavereel credits add {user_id} N"
        data["top_up"] = command
        return NoCreditsError("Insufficient credits", hint=f"the operator tops up with: {command}", data=data)


def _wire(balance: Balance) -> dict[str, Any]:
    return {"available": balance.available, "frozen": balance.frozen, "total": balance.total}


def _user(tx: Tx, user: str) -> User:
    found = users.get(tx, user) or (users.named(tx, user) if user else None)
    if found is None:
        raise UsageError(f"there is no user {user!r}", hint="give a user's id, as the state shows it")
    if found.id == LOCAL_USER:
        raise UsageError("the user of this machine needs no credits", hint="give a user's id")
    return found
