"""The protocol's requests: method, path, body, and how the answer is read. Nothing here sends anything."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import quote, urlencode

from wavereel.client.answers import MAX_ANSWER_BYTES, Answer, body_of, check, data_of
from wavereel.client.errors import NonsenseError
from wavereel.client.wire import (
    APP,
    Balance,
    Draft,
    Render,
    Session,
    Skill,
    State,
    Token,
    Upload,
    balance_of,
    number_at,
    object_at,
    objects_at,
    render_of,
    session_of,
    state_of,
    text_at,
    token_of,
    token_row,
    upload_of,
)
from wavereel.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

T = TypeVar("T")

MAX_PICTURE_BYTES = 64 << 20

COMMON_HEADERS = {"User-Agent": "wavereel-client", "Accept": "application/json, */*", "Accept-Encoding": "identity"}


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """A request, and what its answer becomes.

    Attributes:
        path: Path and query, from the base on.
        body: The body, sent as JSON.
        read: Makes a value of the answer, or raises.
        signed: Whether the token goes along.
        max_bytes: The longest answer that is read.
        slow: Whether the backend may work on it for minutes before it answers.
    """

    method: str
    path: str
    read: Callable[[Answer], T]
    body: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    signed: bool = True
    max_bytes: int = MAX_ANSWER_BYTES
    slow: bool = False


def request_headers(headers: Mapping[str, str], token: str, skill: Skill | None) -> dict[str, str]:
    """The headers of a request; those of the skill go along with every one."""
    named = (skill.headers() if skill else {}) | dict(headers)
    return named | ({"Authorization": f"Bearer {token}"} if token else {})


def encoded(body: Mapping[str, Any]) -> tuple[bytes, dict[str, str]]:
    """A body as bytes, and the header of its type.

    Raises:
        UsageError: It holds what JSON has no word for.
    """
    try:
        try:
            data = json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
        except UnicodeEncodeError:  # half of a pair of surrogates, which only an escape can carry
            data = json.dumps(body, allow_nan=False, separators=(",", ":")).encode()
    except (ValueError, TypeError, RecursionError) as error:
        raise UsageError(f"what is to be sent is no JSON ({error})", hint="correct the draft") from None
    return data, {"Content-Type": "application/json"}


def anonymous_token(client_id: str) -> Call[Token]:
    """A new anonymous token for a client id."""
    path = "/api/auth/anonymous-token"
    return Call("POST", path, lambda a: token_of(data_of(a)), headers={"X-Client-Id": client_id}, signed=False)


def create_session(task_name: str, language: str) -> Call[Session]:
    """A new session."""
    body = {"task_name": task_name, "language": language}
    return Call("POST", f"/api/tasks/me/with-session/{APP}", lambda a: session_of(data_of(a)), body)


def balance() -> Call[Balance]:
    """The credits."""
    return Call("GET", "/api/credits/balance/simple", lambda a: balance_of(data_of(a)))


def state(session_id: str, etag: str) -> Call[State | None]:
    """A session's state; `None` where it still is the one with this tag."""

    def read(answer: Answer) -> State | None:
        return None if answer.status == 304 and etag else state_of(data_of(answer), answer.header("etag"))

    headers = {"If-None-Match": etag} if etag else {}
    return Call("GET", f"/api/state/{APP}/me/{_part(session_id)}/latest", read, headers=headers)


def upload_path(session_id: str) -> str:
    """Where files go."""
    return f"/api/upload-video/{APP}/me/{_part(session_id)}"


def read_upload(answer: Answer) -> Upload:
    """What an upload answers."""
    return upload_of(data_of(answer))


def upload_urls(session_id: str, urls: Sequence[str]) -> Call[Upload]:
    """Files that the backend fetches itself."""
    body = {"urls": list(urls), "source_type": "url"}
    return Call("POST", upload_path(session_id), read_upload, body, slow=True)


def attach_files(session_id: str, file_ids: Sequence[str]) -> Call[Upload]:
    """Files of the same user, brought into another session."""
    return Call("POST", upload_path(session_id), read_upload, {"file_ids": list(file_ids)}, slow=True)


def chat_body(session_id: str, text: str, *, streaming: bool = False) -> dict[str, Any]:
    """The body of a message; an empty one only takes up a stream."""
    body: dict[str, Any] = {
        "app_name": APP,
        "user_id": "me",
        "session_id": session_id,
        "new_message": {"parts": [{"text": text}] if text else []},
    }
    return body | ({"streaming": True} if streaming else {})


CHAT_PATH = "/run_sse"


def submit_render(
    render_id: str, session_id: str, draft: Mapping[str, Any], output: Mapping[str, Any] | None
) -> Call[Render]:
    """An export of a draft under an id that the client chooses."""
    body: dict[str, Any] = {"id": render_id, "sessionId": session_id, "draft": dict(draft)}
    body["output"] = {"format": "mp4", "quality": "high"} | dict(output or {})

    def read(answer: Answer) -> Render:
        found = _render(body_of(answer), "pending")
        return found if found.id else Render(render_id, found.status, found.progress)

    return Call("POST", "/api/render/proxy/lambda", read, body)


def render(render_id: str) -> Call[Render]:
    """Where an export stands."""
    return Call("GET", f"/api/render/proxy/lambda/{_part(render_id)}", lambda a: _render(body_of(a)))


def cancel_render(render_id: str) -> Call[Render]:
    """Stops an export."""
    path = f"/api/render/proxy/lambda/{_part(render_id)}/cancel"
    return Call("POST", path, lambda a: _render(body_of(a), "processing"))


def download_path(render_id: str) -> str:
    """Where a finished video can be had with the token."""
    return f"/api/render/proxy/{_part(render_id)}/download"


def draft(session_id: str) -> Call[Draft]:
    """The draft with its revision."""
    return Call("GET", f"/api/sessions/{_part(session_id)}/draft", _draft)


def save_draft(session_id: str, tree: Mapping[str, Any], base: Draft | None) -> Call[Draft]:
    """Replaces the draft; with `base` only where nobody changed it meanwhile."""
    body: dict[str, Any] = {"draft": dict(tree)}
    headers: dict[str, str] = {}
    if base is not None:
        body["base_rev"] = base.rev
        if base.etag:
            headers["If-Match"] = base.etag
    return Call("PUT", f"/api/sessions/{_part(session_id)}/draft", _draft, body, headers)


def revisions(session_id: str) -> Call[list[dict[str, Any]]]:
    """The draft's revisions, oldest first."""
    path = f"/api/sessions/{_part(session_id)}/revisions"
    return Call("GET", path, lambda a: objects_at(data_of(a), "revisions"))


def preview_path(session_id: str, **query: int | None) -> str:
    """A picture of the draft at a time, or a short clip of it."""
    words = urlencode({key: value for key, value in query.items() if value is not None})
    return f"/api/preview/{APP}/me/{_part(session_id)}?{words}"


def preview_frame(session_id: str, at_ms: int, width: int | None) -> Call[bytes]:
    """One picture as PNG."""

    def read(answer: Answer) -> bytes:
        if not check(answer).content.startswith(b"\x89PNG\r\n\x1a\n"):
            raise NonsenseError("the preview is no picture")
        return answer.content

    path = preview_path(session_id, at_ms=at_ms, width=width)
    return Call("GET", path, read, max_bytes=MAX_PICTURE_BYTES)


def claim_token(task_id: str, session_id: str) -> Call[tuple[str, int]]:
    """A token for a link to a read-only page, and how many seconds it lives."""

    def read(answer: Answer) -> tuple[str, int]:
        data = data_of(answer)
        return text_at(data, "claim_token"), int(number_at(data, "expires_in") or 0)

    return Call("POST", "/api/auth/claim-token", read, {"task_id": task_id, "session_id": session_id})


def create_token(name: str, scopes: Sequence[str], expires_in_days: int | None) -> Call[Token]:
    """A named token; it can only have scopes that the asking one has."""
    body: dict[str, Any] = {"name": name, "scopes": list(scopes)}
    if expires_in_days is not None:
        body["expires_in_days"] = expires_in_days
    return Call("POST", "/api/tokens", lambda a: token_of(data_of(a)), body)


def tokens() -> Call[list[Token]]:
    """The user's tokens, without the tokens themselves."""
    return Call("GET", "/api/tokens", lambda a: [token_row(row) for row in objects_at(data_of(a), "tokens")])


def revoke_token(token_id: str) -> Call[None]:
    """Ends a token."""

    def read(answer: Answer) -> None:
        body_of(answer)

    return Call("POST", f"/api/tokens/{_part(token_id)}/revoke", read)


def _render(body: dict[str, Any], missing: str = "") -> Render:
    inner = object_at(body, "data") or {}
    if missing and not text_at(body, "status") and not text_at(inner, "status"):
        body = body | {"status": missing}
    return render_of(body)


def _draft(answer: Answer) -> Draft:
    data = data_of(answer)
    tree = object_at(data, "draft")
    rev = number_at(data, "rev")
    if rev is None:
        rev = number_at(tree or {}, "rev")
    return Draft(tree or {}, int(rev or 0), answer.header("etag"))


def _part(text: str) -> str:
    """An id as one part of a path."""
    return quote(text, safe="") if text not in (".", "..") else text.replace(".", "%2E")
