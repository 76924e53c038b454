"""The base address, how long things may take, and what a failure of the transport means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from wavereel.client.errors import DroppedError, NonsenseError, TimedOutError, UnreachableError
from wavereel.errors import UsageError

if TYPE_CHECKING:
    from wavereel.errors import WavereelError

DEFAULT_BASE = "http://127.0.0.1:8080"

MIN_WAIT_S = 1.0
"""However short waits are made for a test, a socket gets this long."""

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Waits:
    """How long things may take, in seconds; `scale` multiplies all of it, for tests.

    Attributes:
        request_s: Silence after which a request is given up.
        answer_s: The whole of an answer that is no stream and no file.
        upload_s: Silence while the backend looks at files, or fetches them.
        chat_s: The whole of a message.
        quiet_s: A message of which only heartbeats are heard.
    """

    scale: float = 1.0
    request_s: float = 30.0
    answer_s: float = 300.0
    upload_s: float = 900.0
    chat_s: float = 900.0
    quiet_s: float = 600.0

    def scaled(self, seconds: float) -> float:
        """A waiting time as it is to be waited."""
        return seconds * self.scale

    def socket_s(self, seconds: float) -> float:
        """A waiting time for a socket, which cannot be arbitrarily short."""
        return max(MIN_WAIT_S, seconds * self.scale)


@dataclass(frozen=True, slots=True)
class Base:
    """Where the backend is.

    Attributes:
        address: Scheme, host, port and path, without a final slash.
    """

    address: str

    @property
    def is_local(self) -> bool:
        """Whether it is on this machine, where no proxy of the environment belongs in between."""
        host = (urlsplit(self.address).hostname or "").lower()
        return host in ("localhost", "::1") or host.startswith("127.") or host.endswith(".localhost")

    def url(self, path: str) -> str:
        """The address of a path of the protocol."""
        return self.address + path

    def absolute(self, link: str) -> str:
        """A link of an answer as an address that may be fetched.

        Raises:
            NonsenseError: It is none of HTTP.
        """
        try:
            url = urljoin(self.address + "/", link.strip())
            parts = urlsplit(url)
            fine = parts.scheme in _PORTS and bool(parts.hostname) and parts.port != 0 and "@" not in parts.netloc
        except ValueError:
            fine, url = False, ""
        if not fine or not url.isprintable():
            raise NonsenseError("the backend gave a link that is no address")
        return url

    def owns(self, url: str) -> bool:
        """Whether an address has the base's own origin: only there the token goes."""
        return _origin(url) == _origin(self.address)


def base_of(text: str) -> Base:
    """The base that a person or a variable names.

    Raises:
        UsageError: It is no address of HTTP.
    """
    plain = text.strip().rstrip("/")
    try:
        parts = urlsplit(plain)
        named = parts.scheme in _PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        parts, named = None, False
    if parts is None or not named or "@" in parts.netloc or parts.query or parts.fragment or not plain.isprintable():
        raise UsageError("the base is not an address", hint="write it as http://host:port; a token goes into --token")
    return Base(plain)


def transport_error(error: Exception, base: Base) -> WavereelError:
    """What an exception of the HTTP library means."""
    import httpx2

    match error:
        case httpx2.ConnectError() if "WRONG_VERSION_NUMBER" in str(error):
            hint = f"write the base as http://{base.address.partition('://')[2]}"
            return UnreachableError(f"{base.address} speaks no TLS", hint=hint)
        case httpx2.ConnectError() if "SSL" in str(error) or "certificate" in str(error).lower():
            return UnreachableError(f"the certificate of {base.address} is not trusted", hint="correct it, or the base")
        case httpx2.ConnectError() | httpx2.ConnectTimeout() | httpx2.ProxyError():
            hint = "start it with wavereel serve" if base.is_local else "is the base right? see --base"
            return UnreachableError(f"nothing answers at {base.address}", hint=f"{hint}, or name another with --base")
        case httpx2.TimeoutException():
            return TimedOutError(f"{base.address} has not answered in time", hint="try again later")
        case httpx2.RemoteProtocolError() if not _is_end(error):
            return NonsenseError(f"{base.address} does not speak HTTP as it should", hint="is it a backend? see --base")
        case httpx2.NetworkError() | httpx2.RemoteProtocolError():
            return DroppedError(f"the connection to {base.address} broke", hint="try again")
        case httpx2.LocalProtocolError():
            return UsageError("what was to be sent changed while it was sent", hint="try again")
        case httpx2.InvalidURL() | httpx2.UnsupportedProtocol():
            return NonsenseError("the backend gave a link that is no address")
        case _:
            return NonsenseError(f"the answer of {base.address} cannot be read ({type(error).__name__})")


def _is_end(error: Exception) -> bool:
    """Whether the other side closed the connection, rather than wrote what is not HTTP."""
    words = str(error).lower()
    return "disconnected" in words or "closed" in words or "incomplete" in words


def _origin(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or _PORTS.get(parts.scheme, 0)
