"""Tells an address of a user something: one small message, no redirects, the answer's body unread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wavereel.errors import AddressError
from wavereel.ingest.connection import Deadline, request

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

    from wavereel.ingest.guard import Guard


def post(
    guard: Guard,
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    total_s: float = 10.0,
    tls: ssl.SSLContext | None = None,
) -> int:
    """Posts to an address that the guard lets through; the status of the answer.

    Raises:
        AddressError: The address may not be asked, or does not answer.
    """
    target = guard.check(url)
    deadline = Deadline(total_s)
    with request(
        target, deadline, method="POST", headers=headers, body=body, connect_s=total_s, idle_s=total_s, tls=tls
    ) as response:
        status = response.status
    if status >= 600:
        raise AddressError(f"the server answers {status}")
    return status
