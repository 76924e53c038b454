"""The pages that people are sent to."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from fastapi import Request, Response

from wavereel.errors import NotFoundError
from wavereel.server.context import context_of
from wavereel.server.pages import claim_page, register_page

if TYPE_CHECKING:
    from fastapi import FastAPI

MAX_QUERY_CHARS = 256


async def register(request: Request, bind: str = "") -> Response:
    """How an anonymous user becomes one with a name."""
    if not 0 < len(bind) <= MAX_QUERY_CHARS:
        raise NotFoundError("This address says nothing about an account")
    context = context_of(request)
    return register_page(await context.call(context.backend.accounts.registration, bind))


async def claim(request: Request, ct: str = "") -> Response:
    """A session to look at."""
    if not 0 < len(ct) <= MAX_QUERY_CHARS:
        raise NotFoundError("This address leads to no video")
    context = context_of(request)
    facts = await context.work(context.backend.accounts.claimed, ct)
    return claim_page(facts, origin_of(context.backend.core.base_url))


def origin_of(base_url: str) -> str:
    """The scheme, host and port of an address."""
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{parts.netloc}"


def add_routes(app: FastAPI) -> None:
    """Adds all of them."""
    for path, endpoint in (("/register", register), ("/workspace/claim", claim)):
        app.add_api_route(path, endpoint, methods=["GET", "HEAD"], include_in_schema=False)
