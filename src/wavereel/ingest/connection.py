"""One request over a connection to an address that was checked, and an end to it that no server can put off."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from wavereel.errors import AddressError

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from wavereel.ingest.guard import Address, Target

AGENT = "Wavereel"
IDLE_S = 30.0
"""How long a server may send nothing."""


class Deadline:
    """A time after which nothing is waited for, whatever a server does meanwhile."""

    def __init__(self, seconds: float) -> None:
        self._end_s = time.monotonic() + seconds
        self._seconds = seconds

    @property
    def left_s(self) -> float:
        """How much of it is left, 0 at least."""
        return max(0.0, self._end_s - time.monotonic())

    def check(self) -> None:
        """Raises AddressError when it is over."""
        if self.left_s == 0:
            raise AddressError(f"the server took longer than {self._seconds:g} s", hint="try again, or send the file")


@contextmanager
def request(
    target: Target,
    deadline: Deadline,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    connect_s: float = 30.0,
    idle_s: float = IDLE_S,
    tls: ssl.SSLContext | None = None,
) -> Generator[http.client.HTTPResponse]:
    """Sends one request to the addresses of a target, and gives the answer with its body still to be read.

    No proxy, cookie, password file or redirect is looked at.

    Args:
        target: Where to.
        deadline: When all of it has to be over, the reading of the body included.
        method: What to do.
        headers: Further headers.
        body: What to send.
        connect_s: How long connecting may take, over all addresses.
        idle_s: How long the server may send nothing.
        tls: Whose certificates are believed; by default those that the system believes.

    Raises:
        AddressError: No address answers, or what answers is no web server; also out of the block.
    """
    raw = _connected(target, min(connect_s, deadline.left_s))
    with _ended_at(deadline, raw) as hold, _explained(target, deadline):
        plain = raw
        if target.scheme == "https":
            context = tls or ssl.create_default_context()
            plain = context.wrap_socket(raw, server_hostname=target.host)
            hold.append(plain)
        plain.settimeout(idle_s)
        connection = http.client.HTTPConnection(target.host, target.port)
        connection.sock = plain
        try:
            connection.putrequest(method, target.path, skip_host=True, skip_accept_encoding=True)
            for name, value in _headers(target, headers or {}, body).items():
                connection.putheader(name, value)
            connection.endheaders(body)
            with connection.getresponse() as response:
                yield response
        finally:
            connection.close()


def _headers(target: Target, further: Mapping[str, str], body: bytes | None) -> dict[str, str]:
    headers = {"Host": target.authority, "User-Agent": AGENT, "Accept-Encoding": "identity", "Connection": "close"}
    if body is not None:
        headers["Content-Length"] = str(len(body))
    return headers | dict(further)


def _connected(target: Target, seconds: float) -> socket.socket:
    end_s = time.monotonic() + seconds
    for address in target.addresses:
        left_s = end_s - time.monotonic()
        if left_s <= 0:
            break
        found = _try_address(address, target.port, left_s)
        if found is not None:
            return found
    raise AddressError(f"{target.host} does not answer", hint="check the address, or try again")


def _try_address(address: Address, port: int, seconds: float) -> socket.socket | None:
    made = socket.socket(socket.AF_INET if address.version == 4 else socket.AF_INET6, socket.SOCK_STREAM)
    try:
        made.settimeout(seconds)
        made.connect((str(address), port))
    except OSError:
        made.close()
        return None
    return made


@contextmanager
def _ended_at(deadline: Deadline, raw: socket.socket) -> Generator[list[socket.socket]]:
    """Shuts the connection down when the time is over: a byte now and then would put a timeout of the socket off."""
    held = [raw]

    def end() -> None:
        # The method of TLS sockets would take its state away from under the thread that reads.
        try:
            socket.socket.shutdown(held[-1], socket.SHUT_RDWR)
        except OSError:
            return

    timer = threading.Timer(deadline.left_s, end)
    timer.daemon = True
    timer.start()
    try:
        yield held
    finally:
        timer.cancel()
        for one in held:
            one.close()


@contextmanager
def _explained(target: Target, deadline: Deadline) -> Generator[None]:
    """Says in words of ours what the network said."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        deadline.check()
        message = f"the certificate of {target.host} is not good ({error.verify_message})"
        raise AddressError(message, hint="give an address with a good one") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        deadline.check()
        reason = "it sends nothing" if isinstance(error, TimeoutError) else type(error).__name__
        raise AddressError(f"{target.host} does not answer as a web server does ({reason})") from None
