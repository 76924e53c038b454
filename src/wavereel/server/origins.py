"""Which names the server answers to, whose pages may call it, and whose address a request comes from.

A page of another site can make a browser send requests to a server on this machine, and by rebinding a name it can even
read the answers; both show in `Host` and `Origin`.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import HTTPConnection

    from wavereel.settings import Settings

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
MAX_FORWARDED = 32
_HOST = re.compile(r"[A-Za-z0-9._:\[\]-]+", re.ASCII)
"""What a host and a port are made of; whatever else a parser of addresses would take for a user, a path or a query."""


class Origins:
    """The rules about `Host` and `Origin` of one server."""

    def __init__(self, settings: Settings) -> None:
        public = urlsplit(settings.public_url)
        names = {settings.host.lower(), *LOOPBACK_NAMES, *settings.allowed_hosts}
        if public.hostname:
            names.add(public.hostname.lower())
        self._any_host = "*" in names or (not is_loopback(settings.host) and not settings.allowed_hosts)
        self._names = frozenset(name for name in names if not name.startswith("*"))
        self._endings = tuple(name[1:] for name in names if name.startswith("*."))
        self._own = f"{public.scheme}://{public.netloc}".lower() if public.netloc else ""
        self.cross_origins = frozenset(origin.lower() for origin in settings.allowed_origins)

    def refusal(self, headers: Mapping[str, str]) -> str:
        """Why a request is not for us; empty where it is."""
        host = headers.get("host", "")
        if not self._any_host and not self._is_our_host(host):
            return "This server does not answer to that Host"
        origin = headers.get("origin", "").lower()
        if origin and not self._is_our_origin(origin, host.lower()):
            return "Pages of that origin may not call this server"
        return ""

    def cross_origin(self, headers: Mapping[str, str]) -> str:
        """The origin of a page of another site that may read the answer; empty for all others."""
        origin = headers.get("origin", "")
        return origin if origin.lower() in self.cross_origins else ""

    def _is_our_host(self, host: str) -> bool:
        if not _HOST.fullmatch(host):
            return False
        try:
            name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
        except ValueError:
            return False
        return name in self._names or name.endswith(self._endings or ("\0",))

    def _is_our_origin(self, origin: str, host: str) -> bool:
        if origin in self.cross_origins or origin == self._own:
            return True
        return bool(host) and origin in (f"http://{host}", f"https://{host}")


def is_loopback(host: str) -> bool:
    """Whether an address can be reached from this machine only."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def address_of(connection: HTTPConnection, trusted_proxies: tuple[str, ...]) -> str:
    """The address that a request comes from.

    What a proxy forwarded is believed only where the proxy itself is trusted, hop by hop from the end: whoever sends
    the request can write the beginning of that header.
    """
    address = connection.client.host if connection.client else ""
    if not trusted_proxies:
        return address
    networks = [ip_network(text) for text in trusted_proxies]

    def trusted(text: str) -> bool:
        try:
            return any(_plain(text) in network for network in networks)
        except ValueError:
            return False

    hops = [hop.strip().strip("[]") for hop in ",".join(connection.headers.getlist("x-forwarded-for")).split(",")]
    for hop in reversed(hops[-MAX_FORWARDED:]):
        if not trusted(address):
            break
        try:
            address = str(_plain(hop))
        except ValueError:
            break
    return address


def _plain(text: str) -> IPv4Address | IPv6Address:
    """An address as settings write it: a socket for both families tells those of IPv4 in IPv6's form.

    Raises:
        ValueError: It is none.
    """
    address = ip_address(text)
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
