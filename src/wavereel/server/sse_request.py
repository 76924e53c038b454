"""What a client sends to have a message answered, in either spelling of its fields."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from wavereel.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_ID_CHARS = 200


@dataclass(frozen=True, slots=True)
class RunRequest:
    """A message, and how it is to be answered.

    Attributes:
        app_name: The agent; empty where the client does not say.
        user_id: The user as the client names it; empty where it does not.
        session_id: About which session.
        text: What is said; empty where there is none.
        streaming: Whether fragments of the reply are wanted.
        state_delta: Changes of the state that come with it.
    """

    app_name: str
    user_id: str
    session_id: str
    text: str
    streaming: bool = False
    state_delta: Mapping[str, Any] | None = field(default=None)


def run_request(body: Mapping[str, Any]) -> RunRequest:
    """Reads a body; fields that are not known are left alone.

    Raises:
        UnreadableError: A field that is needed is missing, or one is of the wrong type.
    """
    session_id = _text(body, "session_id", "sessionId")
    if not session_id:
        raise UnreadableError("session_id is missing", hint="create a session and send its id")
    streaming = _member(body, "streaming", "streaming")
    if streaming is not None and not isinstance(streaming, bool):
        raise UnreadableError("streaming is neither true nor false")
    delta = _member(body, "state_delta", "stateDelta")
    if delta is not None and not isinstance(delta, dict):
        raise UnreadableError("state_delta is not an object")
    _text(body, "invocation_id", "invocationId")
    return RunRequest(
        app_name=_text(body, "app_name", "appName"),
        user_id=_text(body, "user_id", "userId"),
        session_id=session_id,
        text=_said(_member(body, "new_message", "newMessage")),
        streaming=bool(streaming),
        state_delta=cast("Mapping[str, Any] | None", delta),
    )


def _member(body: Mapping[str, Any], snake: str, camel: str) -> object:
    value = body.get(snake)
    return body.get(camel) if value is None else value


def _text(body: Mapping[str, Any], snake: str, camel: str) -> str:
    value = _member(body, snake, camel)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > MAX_ID_CHARS:
        raise UnreadableError(f"{snake} is not a text of at most {MAX_ID_CHARS} characters")
    return value


def _said(message: object) -> str:
    """The text of a message: its text parts, one after the other. Parts of other kinds are not for this endpoint."""
    if message is None:
        return ""
    if not isinstance(message, dict):
        raise UnreadableError("new_message is not an object")
    parts = cast("dict[str, object]", message).get("parts")
    if parts is None:
        return ""
    if not isinstance(parts, list):
        raise UnreadableError("new_message.parts is not a list")
    texts: list[str] = []
    for part in cast("list[object]", parts):
        if not isinstance(part, dict):
            raise UnreadableError("a part of new_message is not an object")
        text = cast("dict[str, object]", part).get("text")
        if text is None:
            continue
        if not isinstance(text, str):
            raise UnreadableError("a part's text is not a text")
        if text.strip():
            texts.append(text)
    return "\n".join(texts)
