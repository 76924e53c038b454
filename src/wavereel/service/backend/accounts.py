"""Who may come in: anonymous and named tokens, and what they allow."""

from __future__ import annotations

import ipaddress
import time
from typing import TYPE_CHECKING, Any, cast

from wavereel.errors import (
    ClientIdError,
    NotFoundError,
    NotLetInError,
    RateError,
    SessionNotFoundError,
    UnreadableError,
    UsageError,
)
from wavereel.service.backend.caller import (
    ALL_SCOPES,
    ANONYMOUS_SCOPES,
    LOCAL_USER,
    ME,
    SCOPES,
    Attribution,
    Caller,
)
from wavereel.service.backend.core import APP, no_session
from wavereel.service.backend.names import plain_line
from wavereel.service.backend.rates import Buckets
from wavereel.store import tokens, users

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wavereel.service.backend.claims import Claims
    from wavereel.service.backend.core import Core
    from wavereel.store.database import Tx
    from wavereel.store.tokens import Token
    from wavereel.store.users import User

WINDOW_S = 604_800
"""A client gets one token, and an address a number of them, in 7 days."""

MAX_CLIENT_ID_CHARS = 64
MAX_SECRET_CHARS = 256
MAX_NAME_CHARS = 100
MAX_DAYS = 36_500
MAX_TOKENS = 200
MAX_SCOPES = 20
"""In one request, repetitions counted."""

_DAY_MS = 86_400_000
_V6_PREFIX = 64
"""An IPv6 customer has at least this network, so a limit by single addresses would limit nobody."""


class Accounts:
    """Tokens and their users."""

    def __init__(self, core: Core, claims: Claims) -> None:
        self._core = core
        self._claims = claims
        self._proxies = tuple(ipaddress.ip_network(text, strict=False) for text in core.settings.trusted_proxies)
        self._buckets = Buckets(core.settings.requests_per_s, core.settings.requests_burst)

    def anonymous_token(self, client_id: str | None, address: str) -> dict[str, Any]:
        """A token for whoever holds a client id: `token`, `user_id`, `credits`, `expires_at`, `scopes`.

        Args:
            client_id: The header as it came; `None` where there was none.
            address: The peer's address, or the one that a trusted proxy forwarded.

        Raises:
            ClientIdError: No client id, or none of 1 to 64 visible ASCII characters.
            RateError: The client has a live token of this window, or its address has had too many.
        """
        client = _client_id(client_id)
        place, limited = self._place(address)
        self._take(f"address {place}")
        now_ms = self._core.clock()
        ttl_ms = self._core.settings.token_ttl_s * 1000
        with self._core.database.write() as tx:
            reissued = self._check_client(tx, client, now_ms)
            if limited and not reissued:
                self._check_place(tx, place, now_ms)
            user = self._user_of_client(tx, client, now_ms)
            token, secret = tokens.issue(
                tx,
                user.id,
                name="anonymous",
                scopes=ANONYMOUS_SCOPES,
                now_ms=now_ms,
                expires_at_ms=now_ms + ttl_ms,
                client_id=client,
                address=place,
            )
        return {
            "token": secret,
            "user_id": user.id,
            "credits": user.available,
            "expires_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime((now_ms + ttl_ms) // 1000)),
            "scopes": [scope for scope in SCOPES if scope in token.scopes],
        }

    def caller(self, secret: str, attribution: Attribution | None = None, *, any_user: bool = False) -> Caller:
        """Whose token this is.

        Raises:
            NotLetInError: No token of ours, or one that expired or was revoked.
            RateError: This token asks too often.
        """
        token, user = None, None
        if 0 < len(secret) <= MAX_SECRET_CHARS and secret.isascii():
            with self._core.database.read() as tx:
                token = tokens.find(tx, secret, self._core.clock())
                user = users.get(tx, token.user_id) if token is not None else None
        if token is None or user is None:
            raise NotLetInError("Invalid or expired token", hint="ask for a new anonymous token")
        self._take(token.id)
        return Caller(user.id, user.kind, token.scopes, token.id, attribution or Attribution(), any_user=any_user)

    def local_caller(self, attribution: Attribution | None = None) -> Caller:
        """The user of a surface without tokens, made where it is not there yet; nothing that it does costs credits."""
        with self._core.database.read() as tx:
            known = users.get(tx, LOCAL_USER)
        if known is None:
            with self._core.database.write() as tx:
                users.ensure(tx, LOCAL_USER, "local", 0, self._core.clock())
        return Caller(LOCAL_USER, "local", ALL_SCOPES, "", attribution or Attribution(), any_user=True)

    def create_token(
        self, caller: Caller, name: object, scopes: object, expires_in_days: object = None
    ) -> dict[str, Any]:
        """A further token of the same user: `id`, `name`, `token`, `scopes`, `created_at`, `expires_at`.

        Raises:
            ScopeError: The caller may not make tokens.
            UnreadableError: A field means nothing.
            RateError: The user has as many tokens as a user may have.
        """
        caller.need("*")
        wanted = _scopes(scopes)
        days = _days(expires_in_days)
        if name is not None and not isinstance(name, str):
            raise UnreadableError("name is not a text", hint="give it in quotes")
        now_ms = self._core.clock()
        with self._core.database.write() as tx:
            if len(_live(tokens.list_of(tx, caller.user_id), now_ms)) >= MAX_TOKENS:
                raise RateError(f"{MAX_TOKENS} tokens are there already", hint="revoke one that is not used")
            token, secret = tokens.issue(
                tx,
                caller.user_id,
                name=plain_line(name or "", MAX_NAME_CHARS),
                scopes=wanted,
                now_ms=now_ms,
                expires_at_ms=None if days is None else now_ms + round(days * _DAY_MS),
            )
        return _shown(token) | {"token": secret}

    def tokens(self, caller: Caller) -> dict[str, Any]:
        """`tokens`: those of the user that live, without their secrets.

        Raises:
            ScopeError: The caller may not see tokens.
        """
        caller.need("*")
        with self._core.database.read() as tx:
            found = tokens.list_of(tx, caller.user_id)
        return {"tokens": [_shown(token) for token in _live(found, self._core.clock())]}

    def revoke(self, caller: Caller, token_id: str) -> dict[str, Any]:
        """Ends a token: `id`, `revoked`.

        Raises:
            ScopeError: The caller may not end tokens.
            NotFoundError: No such token of the user.
        """
        caller.need("*")
        with self._core.database.write() as tx:
            if not tokens.revoke(tx, caller.user_id, token_id, self._core.clock()):
                raise NotFoundError("Token not found")
        return {"id": token_id, "revoked": True}

    def operator_token(
        self, scopes: Iterable[str], *, name: str = "", days: float | None = None, bind: str = ""
    ) -> str:
        """A token that the machine's owner makes; with `bind` the anonymous user of that id becomes a named one.

        Without `bind` it belongs to the named user of that name, who is made where there is none.

        Raises:
            UsageError: Such a scope, user or number of days does not exist.
        """
        try:
            wanted, lasting = _scopes(list(scopes)), _days(days)
        except UnreadableError as error:
            raise UsageError(error.message, hint=error.hint) from None
        shown = plain_line(name, MAX_NAME_CHARS)
        now_ms = self._core.clock()
        with self._core.database.write() as tx:
            user_id = self._bound(tx, bind, shown) if bind else self._named(tx, shown, now_ms).id
            _, secret = tokens.issue(
                tx,
                user_id,
                name=shown or "operator",
                scopes=wanted,
                now_ms=now_ms,
                expires_at_ms=None if lasting is None else now_ms + round(lasting * _DAY_MS),
            )
        return secret

    def claim_token(self, caller: Caller, task_id: object, session_id: object) -> dict[str, Any]:
        """`claim_token`, `expires_in`: what lets others look at a session, and do nothing else.

        Raises:
            SessionNotFoundError: No such session of the caller, or it belongs to another task.
        """
        return self._claims.issue(caller, task_id, session_id)

    def claimed(self, claim_token: str) -> dict[str, Any]:
        """What a claim link shows; see `Claims.view`."""
        return self._claims.view(claim_token)

    def registration(self, user_id: str) -> dict[str, Any]:
        """What the page for anonymous users says: `user_id`, and `command`, with which the operator binds the user.

        It says the same of ids that do not exist: the page must not tell which do.

        Raises:
            NotFoundError: This cannot be anybody's id.
        """
        letters = user_id.replace("_", "")
        if not 0 < len(user_id) <= 40 or not letters.isalnum() or not letters.isascii():
            raise NotFoundError("This is not the id of a user")
        return {"user_id": user_id, "command": f"wavereel token create --bind {user_id} --name NAME --scopes '*'"}

    def check_user(self, caller: Caller, user: str, session_id: str = "") -> None:
        """Takes `me` and the caller's own id in a path; with Basic, and without tokens, any.

        Raises:
            SessionNotFoundError: Somebody else's id: it answers as an unknown session does.
        """
        if caller.any_user or user in (ME, caller.user_id):
            return
        raise no_session(session_id) if session_id else SessionNotFoundError("User not found")

    def check_app(self, app: str) -> None:
        """Takes the one app there is.

        Raises:
            NotFoundError: Another one.
        """
        if app != APP:
            raise NotFoundError(f"Agent not found: {plain_line(app, 40)}", hint=f"use {APP}")

    def _take(self, key: str) -> None:
        if wait_s := self._buckets.take(key):
            raise _too_often("Too many requests", wait_s)

    def _place(self, address: str) -> tuple[str, bool]:
        """What an address is counted as, and whether it is limited at all."""
        try:
            plain = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return address[:64], self._core.settings.tokens_per_address > 0
        if isinstance(plain, ipaddress.IPv6Address) and plain.ipv4_mapped is not None:
            plain = plain.ipv4_mapped
        is_proxy = any(plain.version == network.version and plain in network for network in self._proxies)
        limited = self._core.settings.tokens_per_address > 0 and (not plain.is_loopback or is_proxy)
        if isinstance(plain, ipaddress.IPv6Address) and not plain.is_loopback:
            return str(ipaddress.ip_network((plain, _V6_PREFIX), strict=False)), limited
        return str(plain), limited

    def _check_client(self, tx: Tx, client: str, now_ms: int) -> bool:
        """Whether a live token was ended to make room for a new one."""
        found = tokens.live_of_client(tx, client, now_ms, WINDOW_S * 1000)
        if found is None or (found.expires_at_ms is not None and found.expires_at_ms <= now_ms):
            return False
        if self._core.settings.token_reissue == "same":  # noqa: S105 - a word of the settings
            tokens.revoke_of_client(tx, client, now_ms)
            return True
        free_ms = min(found.created_at_ms + WINDOW_S * 1000, found.expires_at_ms or now_ms + WINDOW_S * 1000)
        raise _too_often("One anonymous token per client every 7 days", _seconds(free_ms - now_ms))

    def _check_place(self, tx: Tx, place: str, now_ms: int) -> None:
        since_ms = now_ms - WINDOW_S * 1000
        allowed = self._core.settings.tokens_per_address
        if tokens.issued_from(tx, place, since_ms) < allowed:
            return
        first_ms = tokens.first_issued_from(tx, place, since_ms) or now_ms
        message = f"{allowed} anonymous tokens per address every 7 days"
        raise _too_often(message, _seconds(first_ms + WINDOW_S * 1000 - now_ms))

    def _user_of_client(self, tx: Tx, client: str, now_ms: int) -> User:
        known = tokens.user_of_client(tx, client)
        user = users.get(tx, known) if known is not None else None
        if user is None:
            user = users.create(tx, kind="anonymous", available=self._core.settings.credits, now_ms=now_ms)
        return user

    def _bound(self, tx: Tx, user_id: str, name: str) -> str:
        user = users.get(tx, user_id)
        if user is None or user.kind == "local":
            raise UsageError(f"there is no anonymous user {user_id}", hint="the state of a session shows the id")
        users.bind(tx, user_id, name or user_id)
        return user_id

    def _named(self, tx: Tx, name: str, now_ms: int) -> User:
        known = users.named(tx, name) if name else None
        if known is not None:
            return known
        return users.create(tx, kind="named", name=name, available=self._core.settings.credits, now_ms=now_ms)


def _client_id(value: str | None) -> str:
    text = (value or "").strip()
    if not text:
        raise ClientIdError("X-Client-Id header is required", hint="send a UUID that you keep")
    if len(text) > MAX_CLIENT_ID_CHARS or any(not "!" <= char <= "~" for char in text):
        hint = "send a UUID that you keep"
        raise ClientIdError(f"X-Client-Id is not 1 to {MAX_CLIENT_ID_CHARS} visible ASCII characters", hint=hint)
    return text


def _scopes(value: object) -> frozenset[str]:
    listed = cast("list[object]", value) if isinstance(value, list) else []
    found = [scope for scope in listed if isinstance(scope, str) and scope in SCOPES]
    if not found or len(found) != len(listed) or len(listed) > MAX_SCOPES:
        raise UnreadableError("scopes are not known", hint=f"give a list of {', '.join(SCOPES)}")
    return frozenset(found)


def _days(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= MAX_DAYS:
        raise UnreadableError("expires_in_days is not a number of days", hint=f"give 1 to {MAX_DAYS}, or leave it out")
    return float(value)


def _live(found: list[Token], now_ms: int) -> list[Token]:
    return [
        token
        for token in found
        if token.revoked_at_ms is None and (token.expires_at_ms is None or token.expires_at_ms > now_ms)
    ]


def _shown(token: Token) -> dict[str, Any]:
    return {
        "id": token.id,
        "name": token.name,
        "scopes": [scope for scope in SCOPES if scope in token.scopes],
        "created_at": token.created_at_ms,
        "expires_at": token.expires_at_ms,
    }


def _seconds(milliseconds: int) -> int:
    return max(1, -(-milliseconds // 1000))


def _too_often(message: str, wait_s: int) -> RateError:
    return RateError(message, hint=f"try again in {wait_s} s", data={"retry_after": wait_s}, retry_after_s=wait_s)
