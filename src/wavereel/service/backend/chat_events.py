"""The events of a run, as the agent kit's own clients read them: nothing in them that the older ones refuse."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any, cast

from wavereel.service.backend.core import APP

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


Event = dict[str, Any]

TOOL = "edit_timeline"
USER = "user"
MAX_ARGS_CHARS = 8192
"""Longer arguments of an edit are told without their lists: a thousand cues are no news on a stream."""

_FRAGMENT_CHARS = 80
_PART = "~"
"""Between the id of a whole text and the number of a fragment of it."""


def new_event(run_id: str, now_ms: int, **fields: Any) -> Event:
    """An event of the agent's; `fields` come first, in order."""
    return {
        **fields,
        "invocationId": run_id,
        "author": APP,
        "actions": {"stateDelta": {}, "artifactDelta": {}},
        "id": str(uuid.uuid4()),
        "timestamp": now_ms / 1000,
    }


def of_agent(event: Mapping[str, Any]) -> bool:
    """Whether an event is told on the run's own stream: the user's message is not."""
    return event.get("author") != USER


def message_event(run_id: str, text: str, now_ms: int, delta: Mapping[str, Any] | None = None) -> Event:
    """What the user said."""
    event = new_event(run_id, now_ms, content={"parts": [{"text": text}], "role": "user"})
    return event | {"author": USER, "actions": {"stateDelta": dict(delta or {}), "artifactDelta": {}}}


def edit_events(run_id: str, edits: Sequence[Mapping[str, Any]], rev: int, now_ms: int) -> Iterator[Event]:
    """For each edit the call and its response."""
    for number, edit in enumerate(edits, 1):
        call = {"id": f"call_{number}", "name": TOOL, "args": short_args(edit)}
        yield new_event(run_id, now_ms, content={"parts": [{"functionCall": call}], "role": "model"})
        response = {"id": f"call_{number}", "name": TOOL, "response": {"ok": True, "rev": rev}}
        event = new_event(run_id, now_ms, content={"parts": [{"functionResponse": response}], "role": "user"})
        event["actions"]["stateDelta"] = {"draft_rev": rev}
        yield event


def short_args(edit: Mapping[str, Any]) -> dict[str, Any]:
    """An edit without its lists where it would be too long; their lengths are told instead."""
    args = dict(edit)
    if len(json.dumps(args, ensure_ascii=False)) <= MAX_ARGS_CHARS:
        return args
    short: dict[str, Any] = {}
    for key, value in args.items():
        if isinstance(value, list | dict):
            short[f"{key}_count"] = len(cast("list[Any] | dict[str, Any]", value))
        else:
            short[key] = value[:500] if isinstance(value, str) else value
    return short


def text_event(run_id: str, text: str, now_ms: int, metadata: Mapping[str, Any]) -> Event:
    """The reply; what programs want to know of it stands in `customMetadata`, which both versions accept."""
    event = new_event(run_id, now_ms, content={"parts": [{"text": text}], "role": "model"})
    if metadata:
        event["customMetadata"] = dict(metadata)
    return event


def failed_event(event: Event, code: int, message: str) -> Event:
    """A reply that also says that something failed."""
    rest = {key: value for key, value in event.items() if key not in ("content", "errorCode", "errorMessage")}
    rest["customMetadata"] = {**event.get("customMetadata", {}), "code": code}
    return {"content": event["content"], "errorCode": str(code), "errorMessage": message, **rest}


def fragments(event: Event) -> Iterator[Event]:
    """A text in pieces, for clients that ask for streaming: the whole follows them and repeats it."""
    text = str(event["content"]["parts"][0]["text"])
    for number, start in enumerate(range(0, len(text), _FRAGMENT_CHARS)):
        piece = text[start : start + _FRAGMENT_CHARS]
        yield {
            "content": {"parts": [{"text": piece}], "role": "model"},
            "partial": True,
            "invocationId": event["invocationId"],
            "author": event["author"],
            "actions": {"stateDelta": {}, "artifactDelta": {}},
            "id": f"{event['id']}{_PART}{number}",
            "timestamp": event["timestamp"],
        }


def whole_of(event_id: str) -> tuple[str, bool]:
    """The id of the stored event behind an id, and whether that is only a fragment's."""
    whole, mark, _ = event_id.partition(_PART)
    return whole, bool(mark)
