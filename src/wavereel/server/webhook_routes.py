"""Who is told when an export ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Request, Response

from wavereel.server import shapes
from wavereel.server.answers import answer
from wavereel.server.auth import Reader, Writer
from wavereel.server.bodies import read_object
from wavereel.server.context import context_of
from wavereel.server.documents import add

if TYPE_CHECKING:
    from fastapi import FastAPI


async def create_webhook(request: Request, caller: Writer) -> Response:
    """A new one; its secret is shown only now."""
    body = await read_object(request)
    context = context_of(request)
    return answer(await context.work(context.backend.webhooks.register, caller, body))


async def list_webhooks(request: Request, caller: Reader) -> Response:
    """All of the user, without their secrets."""
    context = context_of(request)
    return answer(await context.call(context.backend.webhooks.listing, caller))


async def delete_webhook(request: Request, caller: Writer, webhook_id: str) -> Response:
    """Ends one."""
    context = context_of(request)
    return answer(await context.call(context.backend.webhooks.delete, caller, webhook_id))


def add_routes(app: FastAPI) -> None:
    """Adds all of them."""
    add(
        app,
        "POST",
        "/api/webhooks",
        create_webhook,
        summary="Be told about ends of exports",
        answer=shapes.Webhook,
        body=shapes.NewWebhook,
    )
    add(app, "GET", "/api/webhooks", list_webhooks, summary="Who is told", answer=shapes.WebhookList)
    add(
        app,
        "DELETE",
        "/api/webhooks/{webhook_id}",
        delete_webhook,
        summary="Be told no more",
        answer=shapes.DeletedWebhook,
        errors=(404,),
    )
