"""The OpenAPI document: what each route takes and answers, said where the route is added."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from wavereel.server.answers import WireResponse
from wavereel.server.shapes import Envelope, Failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI
    from pydantic import BaseModel

_REASONS = {
    304: "What the client has is still right",
    400: "The client id is missing, or the body broke off",
    401: "The token is missing, unknown, expired or revoked (1001)",
    402: "Exports are not open to this traffic (402)",
    403: "The token does not allow this (1003), the credits do not (2001), or the request comes from elsewhere (4030)",
    404: "No such session (1002), or nothing at this address (4040)",
    409: "In the way of something that is already there (4090, 4091, 4092)",
    410: "It was there, and is not any more (4100)",
    412: "It was changed meanwhile (4120)",
    413: "Too large (4002)",
    415: "Of a kind that is not taken (4001)",
    416: "No such part",
    422: "It cannot be read (4220), is no draft (4003), or is an address that is not fetched (4004)",
    429: "Too often (429); `Retry-After` says when it is possible again",
    500: "A fault of the server (5000)",
    503: "No room for more work just now (5030)",
    507: "The disk is full (5000)",
}
_ALWAYS = (403, 422, 429, 500, 503)
_BODY = (400, 413)
SECURITY: list[dict[str, list[str]]] = [{"bearer": []}, {"basic": []}]
MULTIPART = "multipart/form-data"


def add(
    app: FastAPI,
    method: str,
    path: str,
    endpoint: Callable[..., Any],
    *,
    summary: str,
    answer: type[BaseModel] | None = None,
    raw: type[BaseModel] | None = None,
    body: type[BaseModel] | None = None,
    optional_body: bool = False,
    files: bool = False,
    errors: tuple[int, ...] = (),
    status: int = 200,
    media: str = "",
    open_to_all: bool = False,
    headers: tuple[str, ...] = (),
) -> None:
    """Adds a route with what the document says of it.

    Args:
        app: Gets the route.
        method: Its verb.
        path: With parameters in braces.
        endpoint: What answers.
        summary: One line for people.
        answer: `data` of a good answer, or the whole envelope where members are repeated at its top.
        raw: The good answer where it is no envelope.
        body: The body of JSON; `optional_body`: it may be absent; `files`: files are taken as well.
        optional_body: See `body`.
        files: See `body`.
        errors: Statuses besides those that any route of its kind may have.
        status: Of a good answer, and `media`: its types where it is not JSON.
        media: See `status`.
        open_to_all: Whether no token is needed.
        headers: Request headers that are heeded.
    """
    listed = {*errors, *_ALWAYS, *(() if open_to_all else (401,)), *(_BODY if body else ())}
    responses = _refusals(listed) | _sent(summary, status, media.split(), in_parts="Range" in headers)
    extra: dict[str, Any] = {"security": [] if open_to_all else SECURITY}
    if headers:
        extra["parameters"] = [{"name": name, "in": "header", "schema": {"type": "string"}} for name in headers]
    if body is not None or files:
        extra["requestBody"] = _request_body(body, files=files, required=not optional_body)
    app.add_api_route(
        path,
        endpoint,
        methods=[method],
        summary=summary,
        response_model=raw or _enveloped(answer),
        responses=responses,
        status_code=status,
        openapi_extra=extra,
        response_class=WireResponse,
        operation_id=f"{method.lower()}{re.sub(r'[^A-Za-z0-9]+', '_', path)}".rstrip("_"),
    )


def _refusals(codes: set[int]) -> dict[int | str, dict[str, Any]]:
    return {
        code: {"description": _REASONS[code]} | ({} if code == 304 else {"model": Failure}) for code in sorted(codes)
    }


def _sent(summary: str, status: int, kinds: list[str], *, in_parts: bool) -> dict[int | str, dict[str, Any]]:
    """What is said of an answer of bytes; nothing of one of JSON, which has a model."""
    if not kinds:
        return {}
    sent = {"description": summary, "content": {kind: {"schema": {"type": "string"}} for kind in kinds}}
    return {status: sent, 206: sent} if in_parts else {status: sent}


def _enveloped(answer: Any) -> Any:
    named = answer is None or issubclass(answer, cast("Any", Envelope))
    return answer if named else cast("Any", Envelope)[answer]


def _request_body(body: type[BaseModel] | None, *, files: bool, required: bool) -> dict[str, Any]:
    content: dict[str, Any] = {}
    if body is not None:
        schema = body.model_json_schema(ref_template="#/components/schemas/{model}")
        schema.pop("$defs", None)
        content["application/json"] = {"schema": schema}
    if files:
        parts = {"type": "array", "items": {"type": "string", "format": "binary"}, "minItems": 1, "maxItems": 20}
        schema = {"type": "object", "properties": {"files": parts}, "required": ["files"]}
        content[MULTIPART] = {"schema": schema}
    return {"content": content, "required": required}
