"""The outermost layer: what holds for every request, whichever route answers it.

Plain ASGI and not the framework's middleware: that one buffers, hides disconnects, and costs a poll as much again.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response

from wavereel.errors import ForeignError, RefusedError, WavereelError
from wavereel.server.faults import has_status_style, respond

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from wavereel.server.context import Room
    from wavereel.server.metrics import Metrics
    from wavereel.server.origins import Origins

_LOG = logging.getLogger(__name__)
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)

CLOSED_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
SECURITY_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "content-security-policy": CLOSED_POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}
"""For every answer that does not say otherwise itself."""

EXPOSED_HEADERS = (
    "ETag, Location, Retry-After, X-Request-Id, Content-Range, Accept-Ranges, Content-Disposition, Upload-Offset, "
    "Upload-Length, Upload-Expires, X-File-Id, Tus-Resumable, Mcp-Session-Id"
)
ALLOWED_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
UNMATCHED = "(none)"
"""Stands for the route of paths that no route takes."""


class Edge:
    """Hosts and origins, the id of a request, headers of safety, the status style, and the last net for exceptions.

    Args:
        app: What answers.
        origins: Which hosts and origins are ours.
        metrics: Where answers are counted.
        always_200: Whether errors of the API go out with status 200.
        room: What long bodies may take; `None` where nothing reads any.
    """

    def __init__(
        self, app: ASGIApp, *, origins: Origins, metrics: Metrics, always_200: bool, room: Room | None = None
    ) -> None:
        self.app = app
        self.origins = origins
        self.metrics = metrics
        self.always_200 = always_200
        self.room = room

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        exchange = _Exchange(self, scope, receive, send)
        self.metrics.open_requests.inc()
        try:
            await self._answer(exchange)
        except WavereelError as error:
            await exchange.fail(error)
        except Exception as error:  # noqa: BLE001 - the top of a request: the server goes on
            await exchange.fail(_fault(error))
        finally:
            if self.room is not None:
                self.room.free(scope)
            self.metrics.open_requests.dec()
            exchange.count()

    async def _answer(self, exchange: _Exchange) -> None:
        scope, headers = exchange.scope, exchange.headers
        if reason := self.origins.refusal(headers):
            raise ForeignError(reason)
        if scope["method"] == "OPTIONS" and "origin" in headers and "access-control-request-method" in headers:
            allowed = {
                "access-control-allow-methods": ALLOWED_METHODS,
                "access-control-allow-headers": headers.get("access-control-request-headers", "")[:1000],
                "access-control-max-age": "600",
            }
            await Response(None, 204, allowed)(scope, exchange.receive, exchange.send)
            return
        await self.app(scope, exchange.receive, exchange.send)


def _fault(error: Exception) -> WavereelError:
    fault = WavereelError(f"a fault: {type(error).__name__}")
    fault.__cause__ = error
    return fault


class _Exchange:
    """One request and its answer, as they pass the edge."""

    def __init__(self, edge: Edge, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self.headers = Headers(scope=scope)
        given = self.headers.get("x-request-id", "")
        self.id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        self._edge = edge
        self._receive = receive
        self._send = send
        self._began = time.perf_counter()
        self._status = 0

    @property
    def route(self) -> str:
        """The template of the route that took the request."""
        return getattr(self.scope.get("route"), "path", None) or UNMATCHED

    async def receive(self) -> Message:
        message = await self._receive()
        if body := message.get("body"):
            self._edge.metrics.received_bytes.inc(len(body))
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            if self._status >= 400 and self._edge.always_200 and has_status_style(self.scope["path"]):
                message["status"] = 200
            self._complete(MutableHeaders(scope=message))
        elif body := message.get("body"):
            self._edge.metrics.sent_bytes.inc(len(body))
        await self._send(message)

    async def fail(self, error: WavereelError) -> None:
        """Answers with an error; an answer that has begun can only be cut off."""
        if self._status:
            _LOG.error("request %s: the answer of %s broke off", self.id, self.route, exc_info=error)
            raise error
        if error.http_status >= 500 and not isinstance(error, RefusedError):  # a refusal is no fault of ours
            _LOG.error("request %s to %s failed", self.id, self.route, exc_info=error)
        await respond(self.scope, error)(self.scope, self._receive, self.send)

    def count(self) -> None:
        """Counts the answer."""
        seconds = time.perf_counter() - self._began
        self._edge.metrics.answered(self.scope["method"], self.route, self._status, seconds)

    def _complete(self, headers: MutableHeaders) -> None:
        for name, value in SECURITY_HEADERS.items():
            headers.setdefault(name, value)
        headers["x-request-id"] = self.id
        if self._edge.origins.cross_origins:
            headers.add_vary_header("Origin")
        if origin := self._edge.origins.cross_origin(self.headers):
            headers["access-control-allow-origin"] = origin
            headers["access-control-expose-headers"] = EXPOSED_HEADERS
