"""Errors as answers: the envelope for the API, ADK's shape for its endpoints, a page for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Match

from wavereel.errors import LimitError, MethodError, NotFoundError, UnreadableError, WavereelError
from wavereel.server.answers import WireResponse, error_body, error_headers, one_line, refusal, told_of
from wavereel.server.pages import error_page

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastapi import FastAPI, Request
    from starlette.responses import Response
    from starlette.types import Scope

PAGES = ("/register", "/workspace/")
VERBS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
ADK_PATHS = ("/apps/", "/apps", "/run", "/list-apps", "/version")


def has_status_style(path: str) -> bool:
    """Whether errors of this path follow the setting of the status style."""
    return path == "/api" or path.startswith("/api/") or path == "/run_sse"


def respond(scope: Scope, error: WavereelError) -> Response:
    """An error in the shape that clients of this path read."""
    path: str = scope["path"]
    if path.startswith(PAGES):
        told = told_of(error)
        return error_page(told.message, told.http_status)
    if path.startswith("/apps/") or path in ADK_PATHS:
        told = told_of(error)
        detail = error_body(told)["message"]
        return WireResponse({"detail": detail}, told.http_status, error_headers(told))
    return refusal(error)


def install(app: FastAPI) -> None:
    """Gives the framework's own refusals the shapes of `respond`."""

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        answer = respond(request.scope, _of_status(error, request.url.path))
        if error.status_code == 405:
            told = (error.headers or {}).get("Allow", "")  # where a router in the router refused, only it knows
            answer.headers["Allow"] = ", ".join(allowed_methods(app, request.scope)) or told
        return answer

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return respond(request.scope, UnreadableError("The request cannot be read", hint=_first(error.errors())))

    app.add_exception_handler(HTTPException, refused)
    app.add_exception_handler(RequestValidationError, invalid)


def allowed_methods(app: FastAPI, scope: Scope) -> list[str]:
    """What a path takes, by all routes that are written like the one that took it."""
    mine = _template(scope)
    return [verb for verb in VERBS if _template_of(app, {**_bare(scope), "method": verb}) == mine]


def _template_of(app: FastAPI, scope: Scope) -> str | None:
    """How the route is written that takes a path with a method; `None` where there is none."""
    for route in app.routes:
        match, found = route.matches(scope)
        if match is Match.FULL:
            return _template(found)
    return None


def _template(scope: Scope) -> str:
    return getattr(scope.get("route"), "path", "")


def _bare(scope: Scope) -> dict[str, Any]:
    """What a router needs to find a route; nothing of what it found before."""
    return {name: scope[name] for name in ("type", "path", "root_path", "headers", "app") if name in scope}


def _of_status(error: HTTPException, path: str) -> WavereelError:
    if error.status_code == 404:
        return NotFoundError("There is nothing at this path")
    if error.status_code == 405:
        return MethodError("This path does not take that method")
    if error.status_code == 413:
        return LimitError("The request is too long")
    if error.status_code < 500:
        return UnreadableError(one_line(str(error.detail)) or f"The request to {path} cannot be read")
    return WavereelError("Internal error")


def _first(errors: Iterable[Any]) -> str:
    """The first complaint of the validator, in one line."""
    for complaint in errors:
        where = ".".join(str(part) for part in complaint.get("loc", ())[1:])
        return one_line(f"{where}: {complaint.get('msg', '')}")[:300]
    return ""
