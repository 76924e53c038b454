"""Who is told when a job ends, and the telling.

A delivery is written in the transaction that ends the job, and sent afterwards until it arrives or is given up. It is
signed: `X-Wavereel-Signature: t=<seconds>,v1=<hex>`, where the digits are HMAC-SHA256 of `<seconds>.<body>` under the
webhook's secret, so that a receiver can tell who sent it, and when.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, cast

from wavereel.errors import AddressError, NotFoundError, RateError, UnreadableError
from wavereel.ingest.guard import Guard
from wavereel.ingest.post import post
from wavereel.store import webhooks

if TYPE_CHECKING:
    from wavereel.service.backend.caller import Caller
    from wavereel.service.backend.core import Core
    from wavereel.store.webhooks import Delivery, Webhook

_LOG = logging.getLogger(__name__)

SIGNATURE_HEADER = "X-Wavereel-Signature"
EVENTS = ("render.completed", "render.failed")
MAX_WEBHOOKS = 10
WAITS_S = (10, 30, 120, 600, 1800, 7200, 21_600)
"""Between one attempt and the next; after the last one it is given up."""

AT_ONCE = 8
"""A receiver that does not answer keeps nobody else's messages waiting for long."""

_SECRET_PREFIX = "whsec_"  # noqa: S105 - how one begins
_LEASE_MS = 60_000
_ANSWER_S = 10.0


def signature(secret: str, body: bytes, at_s: int) -> str:
    """The value of the signature's header."""
    digits = hmac.new(secret.encode(), f"{at_s}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at_s},v1={digits}"


class Webhooks:
    """Addresses of users that are told about ends of jobs."""

    def __init__(self, core: Core, guard: Guard | None = None) -> None:
        self._core = core
        self._guard = guard or Guard(core.settings.url_allow)

    def register(self, caller: Caller, body: object) -> dict[str, Any]:
        """A new webhook: `id`, `url`, `events`, `created_at`, and `secret`, which is shown only now.

        Args:
            caller: Who asks; needs the scope `write`.
            body: `url`; `events` (all where it is missing); `secret` of 16 to 200 characters (else one is made).

        Raises:
            UnreadableError: A field means nothing.
            AddressError: An address that nobody is told at.
            RateError: The user has too many already.
        """
        caller.need("write")
        fields = cast("dict[str, object]", body) if isinstance(body, dict) else {}
        url, events, secret = _url(fields), _events(fields), _secret(fields)
        self._guard.check(url)
        with self._core.database.write() as tx:
            if len(webhooks.list_of(tx, caller.user_id)) >= MAX_WEBHOOKS:
                raise RateError(f"{MAX_WEBHOOKS} webhooks are there already", hint="delete one")
            hook = webhooks.create(tx, caller.user_id, url=url, secret=secret, events=events, now_ms=self._core.clock())
        return _shown(hook) | {"secret": secret}

    def listing(self, caller: Caller) -> dict[str, Any]:
        """`webhooks`: those of the user, without their secrets."""
        caller.need("read")
        with self._core.database.read() as tx:
            return {"webhooks": [_shown(hook) for hook in webhooks.list_of(tx, caller.user_id)]}

    def delete(self, caller: Caller, webhook_id: str) -> dict[str, Any]:
        """Ends one, and what was still to be sent to it: `id`, `deleted`.

        Raises:
            NotFoundError: No such webhook of the user.
        """
        caller.need("write")
        with self._core.database.write() as tx:
            if not webhooks.delete(tx, caller.user_id, webhook_id):
                raise NotFoundError("Webhook not found")
        return {"id": webhook_id, "deleted": True}

    def deliver_due(self, limit: int = AT_ONCE) -> int:
        """Sends what is due, all at once and each once at a time whatever else runs; how many were tried."""
        taken: list[Delivery] = []
        while len(taken) < limit and self._is_due():
            with self._core.database.write() as tx:
                delivery = webhooks.take_due(tx, self._core.clock(), _LEASE_MS)
            if delivery is None:
                break
            taken.append(delivery)
        if taken:
            with ThreadPoolExecutor(AT_ONCE, "deliver") as pool:
                list(pool.map(self._deliver, taken))
        return len(taken)

    def next_due_ms(self) -> int | None:
        """When the next delivery is due, in milliseconds since 1970."""
        with self._core.database.read() as tx:
            return webhooks.next_due_ms(tx)

    def _is_due(self) -> bool:
        due_ms = self.next_due_ms()
        return due_ms is not None and due_ms <= self._core.clock()

    def _deliver(self, delivery: Delivery) -> None:
        message = {
            "id": delivery.id,
            "event": delivery.event,
            "created_at": delivery.created_at_ms,
            "data": delivery.body,
        }
        body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
        headers = {
            "Content-Type": "application/json",
            "X-Wavereel-Event": delivery.event,
            "X-Wavereel-Delivery": delivery.id,
            SIGNATURE_HEADER: signature(delivery.secret, body, self._core.clock() // 1000),
        }
        try:
            status = post(self._guard, delivery.url, body, headers, total_s=_ANSWER_S)
            arrived, told = 200 <= status < 300, f"it answers {status}"
        except AddressError as error:
            arrived, told = False, error.message
        now_ms = self._core.clock()
        with self._core.database.write() as tx:
            if arrived:
                webhooks.close(tx, delivery.id, "done", told, now_ms)
            elif delivery.attempts > len(WAITS_S):
                webhooks.close(tx, delivery.id, "dead", told, now_ms)
            else:
                webhooks.postpone(tx, delivery.id, told, now_ms + WAITS_S[delivery.attempts - 1] * 1000)
        if not arrived:
            _LOG.warning("delivery %s, attempt %d: %s", delivery.id, delivery.attempts, told)


def _shown(hook: Webhook) -> dict[str, Any]:
    return {"id": hook.id, "url": hook.url, "events": hook.events or list(EVENTS), "created_at": hook.created_at_ms}


def _url(fields: dict[str, object]) -> str:
    value = fields.get("url")
    if not isinstance(value, str) or not value.strip():
        raise UnreadableError("The body names no url", hint='send {"url": "https://..."}')
    return value.strip()


def _events(fields: dict[str, object]) -> list[str]:
    value = fields.get("events")
    if value is None:
        return []
    listed = cast("list[object]", value) if isinstance(value, list) else []
    known = [entry for entry in listed if isinstance(entry, str) and entry in EVENTS]
    if not known or len(known) != len(listed):
        raise UnreadableError("events are not known", hint=f"give a list of {', '.join(EVENTS)}")
    return known


def _secret(fields: dict[str, object]) -> str:
    value = fields.get("secret")
    if value is None:
        return _SECRET_PREFIX + secrets.token_urlsafe(32)
    if not isinstance(value, str) or not 16 <= len(value) <= 200 or not value.isascii() or not value.isprintable():
        raise UnreadableError("secret is not a text of 16 to 200 ASCII characters", hint="leave it out to be given one")
    return value
