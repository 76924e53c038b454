"""Who asks: the token of a request, in the three ways in which clients send it, and the skill that sends it."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from wavereel.errors import NotLetInError
from wavereel.server.context import context_of
from wavereel.service.backend.caller import MAX_HEADER_CHARS, ME, Attribution, Caller

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import HTTPConnection

MAX_TOKEN_CHARS = 256


def attribution_of(request: HTTPConnection) -> Attribution:
    """The three headers that say which skill asks."""

    def header(name: str) -> str:
        return request.headers.get(name, "").strip()[:MAX_HEADER_CHARS]

    return Attribution(header("x-skill-source"), header("x-skill-version"), header("x-skill-platform"))


def secret_of(request: HTTPConnection) -> tuple[str, bool]:
    """The token of a request, and whether it came as a password.

    Raises:
        NotLetInError: There is none, or it is written in no way that is known.
    """
    scheme, _, rest = request.headers.get("authorization", "").partition(" ")
    rest = rest.strip()
    if scheme.lower() == "bearer" and rest:
        return _sound(rest), False
    if scheme.lower() == "basic" and rest:
        return _sound(_password(rest)), True
    if not scheme and (key := request.headers.get("x-api-key", "").strip()) and "x-user-id" in request.headers:
        return _sound(key), False
    raise _no_token()


async def authenticate(request: Request) -> Caller:
    """Whose token a request carries.

    Raises:
        NotLetInError: It carries none, or one that is not good.
        RateError: The token asks too often.
    """
    secret, as_password = secret_of(request)
    context = context_of(request)
    caller = await context.call(context.backend.accounts.caller, secret, attribution_of(request), any_user=as_password)
    if not request.headers.get("authorization") and request.headers["x-user-id"].strip() not in (ME, caller.user_id):
        raise _no_token()
    return caller


def scoped(scope: str) -> Callable[[Request], Awaitable[Caller]]:
    """A dependency: a caller whose token allows this."""

    async def caller(request: Request) -> Caller:
        found = await authenticate(request)
        found.need(scope)
        return found

    return caller


AnyCaller = Annotated[Caller, Depends(authenticate)]
"""Whoever has a good token."""

Reader = Annotated[Caller, Depends(scoped("read"))]
Writer = Annotated[Caller, Depends(scoped("write"))]
Uploader = Annotated[Caller, Depends(scoped("upload"))]


def _password(encoded: str) -> str:
    try:
        text = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, ValueError):
        raise _no_token() from None
    return text.partition(":")[2]


def _sound(secret: str) -> str:
    if not secret or len(secret) > MAX_TOKEN_CHARS or not secret.isascii() or not secret.isprintable():
        raise _no_token()
    return secret


def _no_token() -> NotLetInError:
    return NotLetInError("The token is missing or not valid", hint="ask for a new anonymous token")
