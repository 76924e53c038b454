"""Which addresses on the network a stranger may make this machine speak to.

A URL is taken apart by rules stricter than a browser's, its host is resolved once, and every address that came out is
checked; whoever connects then uses these addresses and resolves nothing again, so that an answer of the name server
that changes meanwhile changes nothing. The tables are the registries of special addresses of RFC 6890 and its updates,
and the addresses where cloud providers keep what only a machine itself may know.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from wavereel.errors import AddressError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

MAX_URL_CHARS = 2048
MAX_ADDRESSES = 16
RESOLVE_TIMEOUT_S = 20.0

_REFUSED_V4 = tuple(
    ipaddress.IPv4Network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",  # the host agent of one provider: outside every reserved range
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
_REFUSED_V6 = tuple(
    ipaddress.IPv6Network(text)
    for text in (
        "2001::/23",  # Teredo and other protocols' own
        "2001:db8::/32",
        "2002::/16",  # 6to4: an IPv4 address in disguise
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)
_MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

REFUSED_PORTS = frozenset(
    (
        *(1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109),
        *(110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530),
        *(531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045),
        *(4190, 5060, 5061, 6000, 6379, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080, 11211),
    )
)
"""Ports of other protocols, which a request could speak to by accident: those of the Fetch standard, and two caches."""

_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\<>\"]")


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that may be asked, and where.

    Attributes:
        url: As it was given.
        scheme: `http` or `https`.
        host: The name to send as `Host` and to check the certificate against; an IPv6 address without brackets.
        port: The port.
        path: Path and query, percent-encoded.
        addresses: The only addresses to connect to, in order.
    """

    url: str
    scheme: str
    host: str
    port: int
    path: str
    addresses: tuple[Address, ...]

    @property
    def authority(self) -> str:
        """The value of the `Host` header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.scheme == "https" else 80) else f"{host}:{self.port}"


def system_resolver(host: str, port: int) -> list[str]:
    """The addresses of a host as this machine finds them, each once.

    Raises:
        AddressError: There is none, or the name servers take too long.
    """
    answers: list[list[str]] = []

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return
        answers.append([str(entry[4][0]) for entry in found])

    # getaddrinfo cannot be given a time: a thread that nobody waits for any longer ends by itself.
    thread = threading.Thread(target=ask, name="resolve", daemon=True)
    thread.start()
    thread.join(RESOLVE_TIMEOUT_S)
    if not answers:
        raise AddressError(f"{host} cannot be found", hint="check the address")
    return list(dict.fromkeys(answers[0]))


class Guard:
    """Decides what may be asked.

    Args:
        allow: Networks that may be reached although the tables refuse them, as CIDR.
        resolver: Finds the addresses of a host and port.

    Raises:
        UsageError: An entry of `allow` is no network.
    """

    def __init__(
        self, allow: Iterable[str] = (), resolver: Callable[[str, int], Sequence[str]] = system_resolver
    ) -> None:
        self._allow = tuple(_network(text) for text in allow)
        self._resolver = resolver

    def check(self, url: str) -> Target:
        """Takes a URL apart, resolves its host and checks where it leads.

        Raises:
            AddressError: It may not be asked, and why.
        """
        scheme, host, port, path = take_apart(url)
        try:
            found: list[Address] = [ipaddress.ip_address(host)]
        except ValueError:
            found = [_resolved(text, host) for text in self._resolver(host, port)]
        if not found:
            raise AddressError(f"{host} cannot be found", hint="check the address")
        allowed = [address for address in found if self._is_allowed(address)]
        if not allowed and not all(is_public(address) for address in found):
            raise AddressError(f"{host} is not a public address", hint="give an address on the internet, or the file")
        return Target(url, scheme, host, port, path, tuple((allowed or found)[:MAX_ADDRESSES]))

    def _is_allowed(self, address: Address) -> bool:
        plain = _unwrapped(address)
        return any(plain.version == network.version and plain in network for network in self._allow)


def take_apart(url: str) -> tuple[str, str, int, str]:
    """Scheme, host, port and path of a URL that leaves no room for two readings.

    Raises:
        AddressError: It does.
    """
    text = url.strip()
    hint = "give it as https://host/path"
    if not text or len(text) > MAX_URL_CHARS or _UNSAFE.search(text):
        raise AddressError("this is not an address on the web", hint=hint)
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise AddressError("this is not an address on the web", hint=hint) from None
    if parts.scheme not in ("http", "https"):
        raise AddressError("only http and https addresses are fetched", hint=hint)
    if "@" in parts.netloc:
        raise AddressError("an address with a user name in it is not fetched", hint="give it without")
    host = _plain_host(host, bracketed=parts.netloc.startswith("["))
    port = (443 if parts.scheme == "https" else 80) if port is None else port
    if port == 0 or port in REFUSED_PORTS:
        raise AddressError(f"port {port} is not one of web servers", hint="give an address of a web server")
    return parts.scheme, host, port, _encoded_path(parts.path, parts.query)


def is_public(address: Address) -> bool:
    """Whether an address belongs to somebody on the internet, and neither to a network behind it nor to a protocol."""
    plain = _unwrapped(address)
    if isinstance(plain, ipaddress.IPv4Address):
        return not any(plain in network for network in _REFUSED_V4)
    return plain in _GLOBAL_V6 and not any(plain in network for network in _REFUSED_V6)


def _unwrapped(address: Address) -> Address:
    """The IPv4 address inside one of the two forms that lead to exactly it."""
    if isinstance(address, ipaddress.IPv6Address) and (address in _MAPPED or address in _NAT64):
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


def _resolved(text: str, host: str) -> Address:
    try:
        return ipaddress.ip_address(text)
    except ValueError:  # an address with a zone, say
        raise AddressError(f"{host} is not a public address", hint="give an address on the internet") from None


def _plain_host(host: str, *, bracketed: bool) -> str:
    refused = AddressError("this is not the name of a host", hint="give it as https://host/path")
    if bracketed:
        try:
            return str(ipaddress.IPv6Address(host))
        except ValueError:
            raise refused from None
    try:
        plain = host.encode("idna").decode("ascii").lower() if not host.isascii() else host.lower()
    except UnicodeError:
        raise refused from None
    plain = plain.removesuffix(".")
    if not plain or len(plain) > 253 or not _HOST.fullmatch(plain):
        raise refused
    if _NUMBER.fullmatch(plain.rsplit(".", 1)[-1]):  # numbers in other bases and with fewer dots have many readings
        try:
            return str(ipaddress.IPv4Address(plain))
        except ValueError:
            raise refused from None
    return plain


def _encoded_path(path: str, query: str) -> str:
    from urllib.parse import quote

    encoded = quote(path or "/", safe="/%:@!$&'()*+,;=~-._")
    return f"{encoded}?{quote(query, safe='/%:@!$&()*+,;=~-._?' + chr(39))}" if query else encoded


def _network(text: str) -> Network:
    try:
        return ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        raise UsageError(f"{text} is not a network", hint="write it as 10.0.0.0/8 or fd00::/8") from None
