"""The envelope: how every answer of the API is wrapped, good or bad."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fastapi.responses import JSONResponse

from wavereel.errors import (
    Cancelled,
    MissingPartError,
    NotLetInError,
    OutputError,
    OverloadedError,
    RefusedError,
    WavereelError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

OK_MESSAGE = "ok"
BUSY_RETRY_S = 5


class WireResponse(JSONResponse):
    """Compact JSON in raw UTF-8; what is no JSON raises instead of being sent."""

    def render(self, content: Any) -> bytes:
        """The bytes of a value."""
        return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def answer(
    data: object,
    *,
    status: int = 200,
    copies: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> WireResponse:
    """A good answer in its envelope.

    Args:
        data: What the client asked for.
        status: The HTTP status.
        copies: Members of `data` that stand at the top level, too, for clients that look there.
        headers: Further headers.
    """
    body = {"code": 0, "message": OK_MESSAGE, **(copies or {}), "data": data}
    return WireResponse(body, status, None if headers is None else dict(headers))


def error_body(error: WavereelError) -> dict[str, Any]:
    """The envelope of an error; what is our own fault tells nothing about this machine."""
    told = told_of(error)
    data: dict[str, object] | None = dict(told.data) if isinstance(told, RefusedError) and told.data else None
    if data is None and isinstance(getattr(told, "data", None), dict):
        data = getattr(told, "data")  # noqa: B009 - errors of inputs may carry facts for the wire as well
    retry_after_s = retry_after_of(told)
    if retry_after_s is not None:
        data = {"retry_after": retry_after_s, **(data or {})}
    return {"code": told.wire_code, "message": one_line(told.message), "detail": one_line(str(told)), "data": data}


def error_headers(error: WavereelError) -> dict[str, str]:
    """The headers that belong to an error."""
    headers: dict[str, str] = {}
    if isinstance(error, NotLetInError):
        headers["WWW-Authenticate"] = 'Bearer realm="wavereel"'
    if (retry_after_s := retry_after_of(error)) is not None:
        headers["Retry-After"] = str(retry_after_s)
    return headers


def refusal(error: WavereelError) -> WireResponse:
    """An error in its envelope, with its status and headers."""
    told = told_of(error)
    return WireResponse(error_body(told), told.http_status, error_headers(told))


def told_of(error: WavereelError) -> WavereelError:
    """What the client is told of an error: the error itself, or that something is wrong here."""
    if isinstance(error, Cancelled):
        return OverloadedError("The server stopped working on this", hint="try again", retry_after_s=BUSY_RETRY_S)
    if isinstance(error, RefusedError | MissingPartError) or error.http_status < 500:
        return error
    if isinstance(error, OutputError):
        return OutputError("The server cannot store this just now", hint="try again later")
    return WavereelError("Internal error")


def retry_after_of(error: WavereelError) -> int | None:
    """After how many seconds it is worth trying again; `None` where nobody knows."""
    return error.retry_after_s if isinstance(error, RefusedError) else None


def one_line(text: str) -> str:
    """Text for a log, a terminal or a header's neighbour: printable, on one line, and of one encoding."""
    shown = "".join(mark if mark.isprintable() else " " for mark in text)
    return " ".join(shown.split())
