"""What the events of a chat mean to a client: text to show, work that goes on, a heartbeat, an error."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wavereel.client.sse import Frame

Kind = Literal["text", "partial", "tool", "error", "heartbeat", "other"]

MAX_REPLY_CHARACTERS = 100_000
"""What is kept of a reply: more than anybody reads."""

_TROUBLE = re.compile(
    r"^\W*(?:sorry,?\s+)?(?:i(?:'ve| have)?\s+(?:encountered|ran into|hit)|there was)\s+an?\s+"
    r"(?:temporary|transient)\s+(?:issue|problem|error)\b",
    re.IGNORECASE,
)
"""A remark that some backends put behind a turn that went well."""


_TOOL_PARTS = ("functionCall", "function_call", "functionResponse", "function_response")


@dataclass(frozen=True, slots=True)
class ChatEvent:
    """One event of a chat.

    Attributes:
        kind: `text` is whole, `partial` a piece of a text that follows whole, `tool` a call or its result, `error` the
            end of a turn that failed, `heartbeat` a sign of life, `other` what no client knows.
        text: What is said; empty where nothing is.
        id: By which the stream can be taken up again.
        code: The number or word of an error.
        tools: Names of tools that were called or have answered.
        metadata: The event's `customMetadata`.
        raw: The whole event.
    """

    kind: Kind
    text: str = ""
    id: str = ""
    code: str = ""
    tools: tuple[str, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict[str, Any])
    raw: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False)


def event_of(frame: Frame) -> ChatEvent:
    """What a frame of the stream means. Nothing that a backend sends makes it raise."""
    if frame.cut:
        return ChatEvent("other", id=frame.id)
    if frame.comment or frame.data is None or not frame.data.strip():
        return ChatEvent("heartbeat", id=frame.id)
    try:
        tree: object = json.loads(frame.data)
    except (ValueError, RecursionError):
        word = frame.data.strip().lower()
        return ChatEvent("heartbeat" if word in ("heartbeat", "ping") else "other", id=frame.id)
    if not isinstance(tree, dict):
        return ChatEvent("other", id=frame.id)
    body = cast("dict[str, Any]", tree)
    event_id = frame.id or _string(body.get("id"))
    if isinstance(body.get("type"), str):
        return _plain_event(body, event_id)
    return _agent_event(body, event_id)


def is_whole(frame: Frame) -> bool:
    """Whether a frame that the end of the stream cut off carries a whole event all the same."""
    if frame.comment or not frame.data or frame.cut:
        return True
    try:
        json.loads(frame.data)
    except (ValueError, RecursionError):
        return False
    return True


def is_trouble_remark(text: str) -> bool:
    """Whether a text only says that something temporary went wrong."""
    return len(text) < 300 and _TROUBLE.match(text) is not None


def _plain_event(body: dict[str, Any], event_id: str) -> ChatEvent:
    """The form `{"type": ..., "content": ...}`, which some backends speak."""
    match body["type"]:
        case "text":
            return ChatEvent("text", _string(body.get("content")), event_id, raw=body)
        case "heartbeat" | "ping":
            return ChatEvent("heartbeat", id=event_id, raw=body)
        case "tool_call" | "tool_result":
            return ChatEvent("tool", id=event_id, tools=(_string(body.get("name")),), raw=body)
        case "error":
            words = _string(body.get("content")) or _string(body.get("message"))
            return ChatEvent("error", words, event_id, _string(body.get("code")) or "error", raw=body)
        case _:
            return ChatEvent("other", id=event_id, raw=body)


def _agent_event(body: dict[str, Any], event_id: str) -> ChatEvent:
    """The form of Google's Agent Development Kit, which the protocol uses."""
    texts: list[str] = []
    tools: list[str] = []
    for part in _parts(body.get("content")):
        if isinstance(part.get("text"), str) and not part.get("thought"):
            texts.append(part["text"])
        calls = [part.get(key) for key in _TOOL_PARTS]
        tools += [_string(cast("dict[str, Any]", call).get("name")) for call in calls if isinstance(call, dict)]
    text = "".join(texts)
    metadata = body.get("customMetadata") or body.get("custom_metadata")
    known: dict[str, Any] = cast("dict[str, Any]", metadata) if isinstance(metadata, dict) else {}
    code = body.get("errorCode") or body.get("error_code") or ("error" if body.get("error") else "")
    if code:
        words = text or _string(body.get("errorMessage")) or _string(body.get("error_message"))
        words = words or _string(body.get("error"))
        return ChatEvent("error", words, event_id, str(code)[:60], tuple(tools), known, body)
    if text.strip():
        kind: Kind = "partial" if body.get("partial") is True else "text"
        return ChatEvent(kind, text, event_id, tools=tuple(tools), metadata=known, raw=body)
    return ChatEvent("tool" if tools else "other", id=event_id, tools=tuple(tools), metadata=known, raw=body)


def _parts(content: object) -> list[dict[str, Any]]:
    parts: object = cast("dict[str, Any]", content).get("parts") if isinstance(content, dict) else None
    if not isinstance(parts, list):
        return []
    return [cast("dict[str, Any]", part) for part in cast("list[object]", parts) if isinstance(part, dict)]


def _string(value: object) -> str:
    return value if isinstance(value, str) else str(value) if isinstance(value, int) else ""


@dataclass(slots=True)
class Reply:
    """A chat's events put together as what a person reads.

    Attributes:
        error: The event that ended the turn with an error.
        worked: Whether a tool was called.
        metadata: The last event's.
    """

    error: ChatEvent | None = None
    worked: bool = False
    metadata: Mapping[str, Any] = field(default_factory=dict[str, Any])
    _texts: list[str] = field(default_factory=list[str])
    _pieces: list[str] = field(default_factory=list[str])
    _characters: int = 0
    _piece_characters: int = 0

    def take(self, event: ChatEvent) -> None:
        """Adds an event."""
        if event.metadata:
            self.metadata = event.metadata
        self.worked = self.worked or bool(event.tools)
        match event.kind:
            case "text":
                self._pieces.clear()
                self._piece_characters = 0
                if self._characters < MAX_REPLY_CHARACTERS:
                    self._texts.append(event.text[:MAX_REPLY_CHARACTERS])
                    self._characters += len(self._texts[-1])
            case "partial":
                if self._piece_characters < MAX_REPLY_CHARACTERS:
                    self._pieces.append(event.text[:MAX_REPLY_CHARACTERS])
                    self._piece_characters += len(self._pieces[-1])
            case "error":
                self.error = event
            case _:
                pass

    @property
    def text(self) -> str:
        """All that was said: whole texts, and pieces that no whole text followed."""
        texts = [text.strip() for text in [*self._texts, "".join(self._pieces)] if text.strip()]
        while len(texts) > 1 and is_trouble_remark(texts[-1]):
            texts.pop()
        if self.worked and len(texts) == 1 and is_trouble_remark(texts[0]):
            return ""
        return "\n".join(texts)
