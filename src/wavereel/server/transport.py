"""The connection below the application: what it says of a request that is none, and how long it waits for one."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    from uvicorn.protocols.http.h11_impl import RequestResponseCycle

MAX_HEAD_BYTES = 32 << 10
"""Of the request line and all headers."""

HEAD_S = 30.0
"""So long a connection may take until a request's headers are there."""

KEEP_ALIVE_S = 30


class _Framed(h11.Connection):
    """Reads requests, and refuses one whose length is said in two ways: a proxy may have believed the other one."""

    def next_event(self) -> h11.Event | type[h11.NEED_DATA | h11.PAUSED]:
        event = super().next_event()
        if isinstance(event, h11.Request) and {b"content-length", b"transfer-encoding"} <= dict(event.headers).keys():
            raise h11.RemoteProtocolError("Content-Length together with Transfer-Encoding")
        return event


class Connection(H11Protocol):
    """HTTP/1.1 over one connection, with the envelope for what never becomes a request, and no patience for silence."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.conn = _Framed(h11.SERVER, MAX_HEAD_BYTES)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._waiting is None and self.conn.their_state is h11.IDLE:
            self._wait()
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._stop_waiting()

    def send_400_response(self, msg: str) -> None:
        """Says what is wrong in the envelope, and closes."""
        del msg
        self._leave_alone()
        too_long = self.conn.their_state is h11.ERROR and len(self.conn.trailing_data[0]) >= MAX_HEAD_BYTES
        status, code = (431, 4002) if too_long else (400, 4220)
        message = "The headers are too long" if too_long else "The request is not HTTP"
        body = json.dumps({"code": code, "message": message, "detail": message, "data": None}).encode()
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):  # an answer is on its way already
            self.transport.close()
            return
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"connection", b"close"),
        ]
        head = h11.Response(status_code=status, headers=headers, reason=b"")
        for event in (head, h11.Data(data=body), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _leave_alone(self) -> None:
        """Lets the application end whose request broke: nothing that it sends goes anywhere."""
        cycle = cast("RequestResponseCycle | None", self.cycle)
        if cycle is not None and not cycle.response_complete:
            cycle.disconnected = True
            cycle.message_event.set()

    def _wait(self) -> None:
        self._stop_waiting()
        self._waiting = self.loop.call_later(HEAD_S, self._give_up)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _give_up(self) -> None:
        self._waiting = None
        if not self.transport.is_closing():
            self.transport.close()


def server_options() -> dict[str, Any]:
    """Options of uvicorn that belong to this connection."""
    return {
        "http": Connection,
        "ws": "none",
        "h11_max_incomplete_event_size": MAX_HEAD_BYTES,
        "timeout_keep_alive": KEEP_ALIVE_S,
        "server_header": False,
        "proxy_headers": False,
        "access_log": False,
        "log_config": None,
    }
