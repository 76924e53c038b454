"""Tokens, claim links and credits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Request, Response

from wavereel.server import shapes
from wavereel.server.answers import answer
from wavereel.server.auth import AnyCaller, Reader
from wavereel.server.bodies import read_object
from wavereel.server.context import context_of
from wavereel.server.documents import add
from wavereel.server.origins import address_of

if TYPE_CHECKING:
    from fastapi import FastAPI


async def anonymous_token(request: Request) -> Response:
    """A token for whoever holds a client id; no body is read."""
    context = context_of(request)
    address = address_of(request, context.settings.trusted_proxies)
    data = await context.call(context.backend.accounts.anonymous_token, request.headers.get("x-client-id"), address)
    return answer(data, copies={"token": data["token"]})


async def create_token(request: Request, caller: AnyCaller) -> Response:
    """A further token of the same user."""
    caller.need("*")
    body = await read_object(request)
    context = context_of(request)
    fields = body.get("name"), body.get("scopes"), body.get("expires_in_days")
    return answer(await context.call(context.backend.accounts.create_token, caller, *fields))


async def list_tokens(request: Request, caller: AnyCaller) -> Response:
    """The user's tokens, without their secrets."""
    caller.need("*")
    context = context_of(request)
    return answer(await context.call(context.backend.accounts.tokens, caller))


async def revoke_token(request: Request, caller: AnyCaller, token_id: str) -> Response:
    """Ends a token."""
    caller.need("*")
    context = context_of(request)
    return answer(await context.call(context.backend.accounts.revoke, caller, token_id))


async def claim_token(request: Request, caller: Reader) -> Response:
    """What lets others look at a session."""
    body = await read_object(request)
    context = context_of(request)
    ids = body.get("task_id"), body.get("session_id")
    return answer(await context.call(context.backend.accounts.claim_token, caller, *ids))


async def balance(request: Request, caller: Reader) -> Response:
    """Credits: what can be spent, what is held back, and both together."""
    context = context_of(request)
    data = await context.call(context.backend.credits.balance, caller)
    return answer(data, copies=data)


def add_routes(app: FastAPI) -> None:
    """Adds all of them."""
    add(
        app,
        "POST",
        "/api/auth/anonymous-token",
        anonymous_token,
        summary="An anonymous token for a client id",
        answer=shapes.AnonymousTokenAnswer,
        errors=(400,),
        open_to_all=True,
        headers=("X-Client-Id",),
    )
    add(
        app,
        "POST",
        "/api/auth/claim-token",
        claim_token,
        summary="A token that lets others look at a session",
        answer=shapes.ClaimToken,
        body=shapes.ClaimRequest,
        errors=(404,),
    )
    add(
        app,
        "POST",
        "/api/tokens",
        create_token,
        summary="A further token of the same user",
        answer=shapes.TokenFacts,
        body=shapes.NewToken,
    )
    add(app, "GET", "/api/tokens", list_tokens, summary="The tokens of the user", answer=shapes.Tokens)
    add(
        app,
        "POST",
        "/api/tokens/{token_id}/revoke",
        revoke_token,
        summary="End a token",
        answer=shapes.Revoked,
        errors=(404,),
    )
    add(
        app,
        "GET",
        "/api/credits/balance/simple",
        balance,
        summary="The balance",
        answer=shapes.BalanceAnswer,
    )
