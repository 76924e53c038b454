"""Who asks at ADK's endpoints: a token as everywhere, or nobody in particular on a loopback address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wavereel.errors import NotFoundError
from wavereel.server.answers import one_line
from wavereel.server.auth import attribution_of, authenticate
from wavereel.server.context import context_of
from wavereel.server.origins import is_loopback
from wavereel.service.backend.core import APP

if TYPE_CHECKING:
    from starlette.requests import Request

    from wavereel.server.context import Context
    from wavereel.service.backend.caller import Caller
    from wavereel.settings import Settings


async def adk_caller(request: Request) -> Caller:
    """Whose token a request carries; the default user where none is needed and none is sent.

    ADK's own client can send no header, but writes a password of its base address as Basic. A token that is sent is
    always looked at, so that a client which has one never works as somebody else.

    Raises:
        NotLetInError: A token is needed, or the one that is sent is not good.
        RateError: The token asks too often.
    """
    context = context_of(request)
    sends_one = "authorization" in request.headers or "x-api-key" in request.headers
    if not sends_one and open_to_all(context.settings):
        return context.backend.accounts.local_caller(attribution_of(request))
    return await authenticate(request)


def open_to_all(settings: Settings) -> bool:
    """Whether whoever reaches ADK's endpoints may use them: only asked for, and only where that is this machine."""
    return settings.adk_no_auth and is_loopback(settings.host)


def check_path(context: Context, caller: Caller, app: str, user: str) -> None:
    """Refuses a path of another app, and of another user.

    Raises:
        NotFoundError: There is no such app.
        SessionNotFoundError: The caller is not that user.
    """
    if app != APP:
        raise NotFoundError(f"Agent not found: {one_line(app)[:100]}")
    context.backend.accounts.check_user(caller, user)
