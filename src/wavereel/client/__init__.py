"""The HTTP client and the skill's command: they know the wire protocol and nothing of how a backend works.

`Client` and `AsyncClient` are the library; `wavereel skill` is the program that people and agents run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wavereel.client.aio import AsyncClient
    from wavereel.client.sync import Client

__all__ = ["AsyncClient", "Client"]


def __getattr__(name: str) -> Any:
    """The two classes, imported when they are asked for: the command line must not wait for the HTTP library."""
    if name == "Client":
        from wavereel.client.sync import Client

        return Client
    if name == "AsyncClient":
        from wavereel.client.aio import AsyncClient

        return AsyncClient
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
