"""MCP over HTTP: the tokens of the API open it, and each token sees its own."""

from __future__ import annotations

import base64
import binascii
import json
from collections import deque
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, cast

from anyio import fail_after
from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken
from mcp.server.transport_security import TransportSecuritySettings
from mcp.types import INVALID_REQUEST

from wavereel.errors import LimitError, NotLetInError, OverloadedError, UnreadableError, WavereelError
from wavereel.mcp.assembly import build
from wavereel.mcp.calls import Surface
from wavereel.service.backend.caller import Attribution, Caller

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator

    from mcp.server.context import ServerRequestContext
    from starlette.types import Message, Receive, Scope, Send

    from wavereel.service.backend.backend import Backend

MAX_BODY_BYTES = 32 << 20
"""A draft as large as the API takes; larger files come by `url`."""

MAX_MARKS = 300_000
"""Commas, brackets and texts of a body: the SDK reads it in the loop that answers everybody."""

MAX_HELD_BYTES = 4 * MAX_BODY_BYTES
"""Bodies of all requests that are being answered: parsed, each takes several times its length."""

SILENCE_S = 60.0
"""A body of which nothing more comes for so long is given up."""

MAX_SESSIONS = 1_000
CALLER = "wavereel.caller"
"""Where a request's scope holds who asks."""


class Endpoint:
    """An ASGI application for one path. It answers while `running` is entered."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._surface = Surface(backend, _caller_of, local=False)
        server = build(self._surface)
        # The server around this has checked Host and Origin already, by its own settings.
        unchecked = TransportSecuritySettings(enable_dns_rebinding_protection=False)
        server.streamable_http_app(
            transport_security=unchecked, max_request_body_size=MAX_BODY_BYTES, max_sessions=MAX_SESSIONS
        )
        self._manager = server.session_manager
        self._held_bytes = 0

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Keeps the sessions of clients; their streams end with the block. Can be entered once."""
        async with self._manager.run():
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]}
        with self._room() as hold:
            try:
                caller = await self._surface.call(self._let_in, headers)
                if scope["method"] == "POST":
                    receive = await _looked_at(receive, hold)
            except WavereelError as error:
                await _refuse(error, send)
                return
            token = AccessToken(
                token="",
                client_id=caller.user_id,
                subject=caller.token_id,
                scopes=sorted(caller.scopes),
            )
            scope = {**scope, "user": AuthenticatedUser(token), CALLER: caller}
            await self._manager.handle_request(scope, receive, send)

    @contextmanager
    def _room(self) -> Generator[Callable[[int], None]]:
        """What says how many bytes of a request's body have come; they count until the block ends."""
        held_bytes = 0

        def hold(size_bytes: int) -> None:
            nonlocal held_bytes
            if self._held_bytes + size_bytes > MAX_HELD_BYTES:
                raise OverloadedError("Too many long requests at once", hint="try again soon", retry_after_s=5)
            self._held_bytes += size_bytes
            held_bytes += size_bytes

        try:
            yield hold
        finally:
            self._held_bytes -= held_bytes

    def _let_in(self, headers: dict[str, str]) -> Caller:
        secret = secret_of(headers.get("authorization", ""))
        if not secret:
            raise NotLetInError("A token is needed", hint="send Authorization: Bearer TOKEN")
        attribution = Attribution(
            headers.get("x-skill-source", ""),
            headers.get("x-skill-version", ""),
            headers.get("x-skill-platform", ""),
        )
        return self._backend.accounts.caller(secret, attribution)


def secret_of(authorization: str) -> str:
    """The token of an `Authorization` header: `Bearer TOKEN`, or `Basic` with the token as password; else empty."""
    scheme, _, rest = authorization.partition(" ")
    match scheme.lower():
        case "bearer":
            return rest.strip()
        case "basic":
            try:
                return base64.b64decode(rest.strip(), validate=True).decode().partition(":")[2]
            except (binascii.Error, ValueError):
                return ""
        case _:
            return ""


async def _looked_at(receive: Receive, hold: Callable[[int], None]) -> Receive:
    """The same body again, once all of it, or more than is read, has come.

    Raises:
        OverloadedError: There is no room for it.
        LimitError: It holds too many values.
        UnreadableError: It stopped coming.
    """
    come: deque[Message] = deque()
    size = marks = 0
    is_open = True
    while is_open and size <= MAX_BODY_BYTES:
        try:
            with fail_after(SILENCE_S):
                message = await receive()
        except TimeoutError:
            raise UnreadableError("The body stopped coming", hint="send it again") from None
        come.append(message)
        piece: bytes = message.get("body", b"")
        is_open = message["type"] == "http.request" and message.get("more_body", False)
        hold(len(piece))
        size += len(piece)
        marks += sum(piece.count(mark) for mark in (b",", b"[", b"{")) + piece.count(b'"') // 2
        if marks > MAX_MARKS:
            raise LimitError("The body holds too many values", hint="send less")

    async def again() -> Message:
        return come.popleft() if come else await receive()

    return again


def _caller_of(ctx: ServerRequestContext[Any, Any]) -> Caller:
    return cast("Caller", cast("Any", ctx.request).scope[CALLER])


async def _refuse(error: WavereelError, send: Send) -> None:
    """Answers before the protocol begins, as JSON-RPC wants an answer without a request's id to be."""
    facts: dict[str, Any] = {"code": error.wire_code}
    headers = [(b"content-type", b"application/json")]
    if isinstance(error, NotLetInError):
        headers.append((b"www-authenticate", b'Bearer realm="wavereel"'))
    retry_after_s = getattr(error, "retry_after_s", None)
    if retry_after_s is not None:
        headers.append((b"retry-after", str(retry_after_s).encode()))
    body = {"jsonrpc": "2.0", "id": None, "error": {"code": INVALID_REQUEST, "message": str(error), "data": facts}}
    await send({"type": "http.response.start", "status": error.http_status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(body).encode()})
