"""Fetches what an address of the web holds, so that a file can be given by its address."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.message import Message
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

from wavereel.errors import AddressError, LimitError
from wavereel.ingest.connection import IDLE_S, Deadline, request

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from http.client import HTTPResponse

    from wavereel.ingest.guard import Guard

_CHUNK_BYTES = 1 << 16
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """What a server gets of our time.

    Attributes:
        max_bytes: Bytes of a file, inclusive.
        redirects: How many in a row are followed.
        connect_s: For connecting, over all addresses of a host.
        idle_s: Without a byte.
        total_s: For everything, redirects included.
    """

    max_bytes: int = 524_288_000
    redirects: int = 5
    connect_s: float = 30.0
    idle_s: float = IDLE_S
    total_s: float = 300.0


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came.

    Attributes:
        url: Where it came from in the end.
        filename: How the server, or else its address, calls it; as it came, so not to be trusted.
        mime: What the server says it is.
        size: How many bytes.
    """

    url: str
    filename: str
    mime: str
    size: int


@dataclass(frozen=True)
class Fetcher:
    """Fetches over a guard.

    Attributes:
        guard: Decides about every address, that of each redirect too.
        limits: What a server gets of our time.
        tls: Whose certificates are believed; by default those that the system believes.
    """

    guard: Guard
    limits: FetchLimits = field(default_factory=FetchLimits)
    tls: ssl.SSLContext | None = None

    def fetch(
        self, url: str, write: Callable[[bytes], object], on_name: Callable[[str], None] | None = None
    ) -> Fetched:
        """Fetches one file.

        Args:
            url: Its address.
            write: Takes the bytes as they come; what it raises ends the fetching.
            on_name: Gets the file's name before its first byte.

        Raises:
            AddressError: The address is not one that is fetched, or nothing usable is there.
            LimitError: It is longer than the limit.
        """
        deadline = Deadline(self.limits.total_s)
        for _ in range(self.limits.redirects + 1):
            target = self.guard.check(url)
            deadline.check()
            with request(
                target,
                deadline,
                headers={"Accept": "*/*"},
                connect_s=self.limits.connect_s,
                idle_s=self.limits.idle_s,
                tls=self.tls,
            ) as response:
                if response.status not in _REDIRECTS:
                    return self._taken(url, response, deadline, write, on_name)
                place = response.getheader("Location") or ""
            url = _onward(url, place)
        raise AddressError(f"more than {self.limits.redirects} redirects", hint="give the file's own address")

    def _taken(
        self,
        url: str,
        response: HTTPResponse,
        deadline: Deadline,
        write: Callable[[bytes], object],
        on_name: Callable[[str], None] | None,
    ) -> Fetched:
        if response.status not in (200, 203):
            raise AddressError(f"the server answers {response.status}", hint="check the address")
        if (coding := (response.getheader("Content-Encoding") or "identity").strip().lower()) not in ("", "identity"):
            raise AddressError(f"the server sends it packed ({coding[:20]})", hint="send the file itself")
        if response.length is not None and response.length > self.limits.max_bytes:
            raise self._too_long()
        announced = response.length
        name = _filename(url, response)
        if on_name is not None:
            on_name(name)
        size = 0
        while chunk := response.read1(_CHUNK_BYTES):
            size += len(chunk)
            if size > self.limits.max_bytes:
                raise self._too_long()
            write(chunk)
        deadline.check()
        if announced is not None and size < announced:
            raise AddressError("the server stopped in the middle", hint="try again, or send the file")
        return Fetched(url, name, response.headers.get_content_type(), size)

    def _too_long(self) -> LimitError:
        limit_bytes = self.limits.max_bytes
        size = f"{limit_bytes // 2**20} MB" if limit_bytes >= 2**20 else f"{limit_bytes} bytes"
        error = LimitError(f"File exceeds {size}", hint="send a shorter one")
        vars(error)["data"] = {"limit_bytes": limit_bytes}
        return error


def _onward(url: str, place: str) -> str:
    nowhere = AddressError("the server sends on to nowhere", hint="check the address")
    if not place:
        raise nowhere
    try:
        return urljoin(url, _read_again(place))
    except ValueError:
        raise nowhere from None


def _filename(url: str, response: HTTPResponse) -> str:
    disposition = (response.getheader("Content-Disposition") or "")[:1000]
    named = None
    if disposition:
        message = Message()
        message["Content-Disposition"] = disposition
        try:
            named = message.get_filename()
        except (ValueError, LookupError, TypeError):  # what strangers write there is not always a header
            named = None
    return _read_again(named) if named else unquote(urlsplit(url).path.rsplit("/", 1)[-1])


def _read_again(text: str) -> str:
    """A header's text, which was read byte by byte, as the UTF-8 that it mostly is."""
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text
