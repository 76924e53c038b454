"""The bodies of the API as models: what the OpenAPI document says of requests and answers.

Requests are read by `bodies` and checked by the use cases, since a token, a plan and a session come before a body;
these models describe the same, and a test sends what they allow and what they do not.
"""

from __future__ import annotations

from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from wavereel.service.backend.accounts import MAX_DAYS

_T = TypeVar("_T")


class Shape(BaseModel):
    """Members that are not listed may come as well, now or later."""

    model_config = ConfigDict(extra="allow", strict=True)


class Envelope(Shape, Generic[_T]):
    """Every good answer of the API."""

    code: Literal[0] = 0
    message: str = "ok"
    data: _T


class Failure(Shape):
    """Every bad answer of the API."""

    code: int = Field(description="What went wrong, for a program; never 0", examples=[1002])
    message: str = Field(examples=["Session not found: 123"])
    detail: str
    data: dict[str, Any] | None = None


class AnonymousToken(Shape):
    """A token for whoever holds a client id."""

    token: str
    user_id: str
    credits: int
    expires_at: str
    scopes: list[str]


class AnonymousTokenAnswer(Envelope[AnonymousToken]):
    """The token stands at the top level, too."""

    token: str


class NewToken(Shape):
    """What a further token of the same user is to be."""

    name: str | None = None
    scopes: list[Literal["read", "write", "upload", "render", "*"]] = Field(min_length=1)
    expires_in_days: float | None = Field(default=None, gt=0, le=MAX_DAYS)


class TokenFacts(Shape):
    """A token; its secret only where it was just made."""

    id: str
    name: str
    scopes: list[str]
    created_at: int
    expires_at: int | None = None
    token: str | None = None


class Tokens(Shape):
    """The tokens of a user."""

    tokens: list[TokenFacts]


class Revoked(Shape):
    """A token that ended."""

    id: str
    revoked: bool


class ClaimRequest(Shape):
    """Which session others may look at."""

    task_id: str = Field(max_length=128)
    session_id: str = Field(max_length=128)


class ClaimToken(Shape):
    """What makes the link."""

    claim_token: str
    expires_in: int


class NewSession(Shape):
    """What a session may be told at its start."""

    task_name: str | None = Field(default=None, max_length=200)
    language: str | None = Field(default=None, max_length=35)


class Session(Shape):
    """A session that was made."""

    task_id: str
    session_id: str
    user_id: str
    task_name: str
    language: str


class SessionAnswer(Envelope[Session]):
    """Both ids stand at the top level, too."""

    session_id: str
    task_id: str


class SessionRow(Shape):
    """A session in a list."""

    session_id: str
    task_id: str
    task_name: str
    language: str
    version: int
    created_at: int
    updated_at: int


class SessionList(Shape):
    """The sessions of a user, the last changed first."""

    sessions: list[SessionRow]


class Deleted(Shape):
    """Something that is no more."""

    deleted: bool


class Balance(Shape):
    """Credits."""

    available: int
    frozen: int
    total: int


class BalanceAnswer(Envelope[Balance]):
    """The numbers stand at the top level, too."""

    available: int
    frozen: int
    total: int


class Media(Shape):
    """A file of a session."""

    file_id: str
    filename: str
    file_type: Literal["video", "image", "audio"]
    cdn_url: str
    mime: str | None = None
    size: int | None = None
    duration: float | None = None
    width: int | None = None
    height: int | None = None
    fps: float | None = None
    has_audio: bool | None = None
    sample_rate: int | None = None
    channels: int | None = None
    hash: str | None = None


class UploadError(Shape):
    """Why one of several files was not taken."""

    filename: str
    code: int
    message: str


class Uploaded(Shape):
    """The files that are part of the session now."""

    files: list[Media]
    errors: list[UploadError]
    session_state_applied: bool


class UploadAnswer(Envelope[Uploaded]):
    """The files, and the address of the first, stand at the top level, too."""

    files: list[Media]
    url: str


class UploadByReference(Shape):
    """Files by address, or files that another session has."""

    urls: list[str] | None = Field(default=None, min_length=1, max_length=20)
    source_type: str | None = None
    file_ids: list[str] | None = Field(default=None, min_length=1, max_length=20)


class State(Shape):
    """What a session holds."""

    session_id: str
    task_id: str
    task_name: str
    user_id: str
    version: int
    state: dict[str, Any]
    renders: list[dict[str, Any]]


class DraftFacts(Shape):
    """A draft and its revision."""

    draft: dict[str, Any]
    rev: int


class SaveDraft(Shape):
    """A whole draft, and the revision that it was made from where there is no `If-Match`."""

    draft: dict[str, Any]
    base_rev: int | None = Field(default=None, ge=0)


class Revisions(Shape):
    """What was done to a draft, oldest first."""

    revisions: list[dict[str, Any]]
    rev: int


class RenderRequest(Shape):
    """An export: the client chooses the id and sends the draft."""

    id: str = Field(pattern=r"^[A-Za-z0-9._-]{1,128}$")
    sessionId: str | None = Field(default=None, description="`session_id` is taken as well")  # noqa: N815 - the wire's name
    draft: dict[str, Any]
    output: dict[str, Any] | None = None


class RenderStatus(Shape):
    """How an export stands; `data` says it again for clients that read envelopes."""

    code: Literal[0]
    success: Literal[True]
    id: str
    taskId: str  # noqa: N815 - the wire's name
    status: Literal["pending", "processing", "completed", "failed"]
    progress: int = Field(ge=0, le=100)
    output: dict[str, Any] | None = None
    outputUrl: str | None = None  # noqa: N815 - the wire's name
    error: str | None = None
    data: dict[str, Any]


class NewWebhook(Shape):
    """Where to tell about ends of jobs."""

    url: str = Field(max_length=2000)
    events: list[Literal["render.completed", "render.failed"]] | None = None


class Webhook(Shape):
    """Who is told."""

    id: str
    url: str
    events: list[str]
    created_at: int
    secret: str | None = None


class WebhookList(Shape):
    """All of a user."""

    webhooks: list[Webhook]


class DeletedWebhook(Shape):
    """One that is told no more."""

    id: str
    deleted: bool


class Health(BaseModel):
    """Whether the server works."""

    status: Literal["ok", "degraded"]


class RenderList(Shape):
    """The exports of a user."""

    renders: list[dict[str, Any]]
