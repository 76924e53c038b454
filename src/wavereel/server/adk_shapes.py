"""What ADK's endpoints take and answer, for the OpenAPI document."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from wavereel.server.documents import SECURITY
from wavereel.service.backend.core import APP

ERRORS = {
    401: "The token is missing, unknown, expired or revoked",
    403: "The token does not allow this, or the request comes from elsewhere",
    404: "No such app, session or artifact",
    409: "In the way of something that is already there",
    413: "Too large",
    415: "Of a kind that is not taken",
    422: "It cannot be read",
    429: "Too often",
    500: "A fault of the server",
    503: "No room for more work just now",
    507: "The disk is full",
}


class _Shape(BaseModel):
    model_config = ConfigDict(extra="allow")


class _Camel(_Shape):
    model_config = ConfigDict(extra="allow", alias_generator=to_camel)


class AdkFailure(_Shape):
    """An error, as ADK says it."""

    detail: str


class Part(_Shape):
    """A piece of a message; pieces that are no text are for other endpoints."""

    text: str | None = None


class Content(_Shape):
    """A message."""

    parts: list[Part] | None = None
    role: str | None = None


class RunBody(_Shape):
    """A message for a session; every field is taken in camel case as well."""

    app_name: str = APP
    user_id: str = "me"
    session_id: str = Field(min_length=1, max_length=200)
    new_message: Content | None = None
    streaming: bool = False
    state_delta: dict[str, Any] | None = None
    invocation_id: str | None = None


class AdkEvent(_Camel):
    """Something that happened in a run."""

    id: str
    author: str
    invocation_id: str
    timestamp: float
    content: Content | None = None
    actions: dict[str, Any]


class AdkSession(_Camel):
    """A session."""

    id: str
    app_name: str
    user_id: str
    state: dict[str, Any]
    events: list[AdkEvent]
    last_update_time: float


class CreateBody(_Camel):
    """What a session starts with."""

    session_id: str | None = None
    state: dict[str, Any] | None = None
    events: list[dict[str, Any]] | None = None


class StateBody(_Shape):
    """A state."""


class PatchBody(_Shape):
    """Changes of a state."""

    state_delta: dict[str, Any]


class AdkApp(_Camel):
    """An agent."""

    name: str
    root_agent_name: str
    description: str
    language: Literal["python"]


class AdkApps(_Shape):
    """The agents, described."""

    apps: list[AdkApp]


class AdkVersion(_Shape):
    """Which program answers."""

    version: str
    language: Literal["python"]
    language_version: str


class SaveBody(_Shape):
    """A file inside a request."""

    filename: str
    artifact: dict[str, Any]


class ArtifactVersion(_Camel):
    """One version of a file."""

    version: int
    canonical_uri: str
    custom_metadata: dict[str, Any]
    create_time: float
    mime_type: str | None = None


def described(
    answer: Any, *, errors: tuple[int, ...] = (), body: type[BaseModel] | None = None, open_to_all: bool = False
) -> dict[str, Any]:
    """What a route's registration says for the document.

    Args:
        answer: The type of a good answer.
        errors: Statuses besides those that any route may have.
        body: What is sent.
        open_to_all: Whether no token is needed.
    """
    always = (403, 429, 500, 503) if open_to_all else (401, 403, 404, 422, 429, 500, 503)
    responses: dict[int | str, dict[str, Any]] = {200: {"model": answer}} if answer is not None else {}
    for status in sorted({*always, *errors, *((413,) if body else ())}):
        responses[status] = {"description": ERRORS[status], "model": AdkFailure}
    extra: dict[str, Any] = {"security": [] if open_to_all else SECURITY}
    if body is not None:
        schema = body.model_json_schema(ref_template="#/components/schemas/{model}")
        schema.pop("$defs", None)
        extra["requestBody"] = {"content": {"application/json": {"schema": schema}}}
    return {"responses": responses, "openapi_extra": extra, "response_model": None}
