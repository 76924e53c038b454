"""Drafts as bytes: reading with limits, writing whole, unknown keys kept."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any, NoReturn, cast

from pydantic import ValidationError

from wavereel.errors import DraftError, LimitError, OutputError
from wavereel.timeline.model import Timeline, TrackType

MAX_DRAFT_BYTES = 64 * 1024 * 1024
"""A day of speech with word times is about 20 MB; more is not a draft but an attack."""

MAX_DEPTH = 24
"""The format nests nine deep; the rest is room for unknown keys."""

_HINT = "give a draft saved by wavereel, or one that follows docs/draft.md"


def decode_draft(data: bytes | str) -> Timeline:
    """The timeline in a draft's JSON.

    Raises:
        DraftError: Not JSON, or JSON that breaks the schema; the message names the first place that is wrong.
        LimitError: Larger than `MAX_DRAFT_BYTES`, or nested deeper than `MAX_DEPTH`.
    """
    if len(data) > MAX_DRAFT_BYTES:
        raise LimitError(f"the draft is larger than {MAX_DRAFT_BYTES >> 20} MiB", hint="split it into several drafts")
    try:
        tree = json.loads(data, parse_constant=_refuse_constant)
    except RecursionError:
        raise LimitError("the draft is nested too deeply", hint=_HINT) from None
    except (ValueError, UnicodeDecodeError) as error:
        raise DraftError(f"the draft is not JSON ({error})", hint=_HINT) from None
    return timeline_from_tree(tree)


def timeline_from_tree(tree: Any) -> Timeline:
    """The timeline in an already parsed draft; raises as `decode_draft` does."""
    if not isinstance(tree, dict):
        raise DraftError("the draft is not a JSON object", hint=_HINT)
    if _depth(tree) > MAX_DEPTH:
        raise LimitError("the draft is nested too deeply", hint=_HINT)
    try:
        timeline = Timeline.model_validate(tree)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(step) for step in first["loc"]) or "draft"
        raise DraftError(f"the draft is not valid at {place}: {first['msg']}", hint=_HINT) from None
    _check_contents(timeline)
    return timeline


def encode_draft(timeline: Timeline) -> bytes:
    """The draft as UTF-8 JSON, one line for each track's keys, only the keys that are set."""
    return (json.dumps(timeline_tree(timeline), ensure_ascii=False, indent=1) + "\n").encode()


def timeline_tree(timeline: Timeline) -> dict[str, Any]:
    """The draft as plain dictionaries and lists under its short keys."""
    return timeline.model_dump(mode="json", by_alias=True, exclude_unset=True)


def load_draft(path: Path) -> Timeline:
    """Reads a draft file; raises as `decode_draft` does, and `DraftError` where the file cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_DRAFT_BYTES + 1)
    except OSError as error:
        raise DraftError(f"cannot read {path} ({error.strerror})", hint="check the path and its permissions") from None
    return decode_draft(data)


def save_draft(timeline: Timeline, path: Path) -> None:
    """Writes a draft file whole: a reader sees the old bytes or the new, never a part.

    Raises:
        OutputError: The folder cannot be written.
    """
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(encode_draft(timeline))
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OutputError(
            f"cannot write {path} ({error.strerror})", hint="choose a folder that can be written"
        ) from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _depth(tree: Any) -> int:
    level: list[Any] = [tree]
    depth = 0
    while level and depth <= MAX_DEPTH:
        depth += 1
        children: list[Any] = []
        for node in level:
            if isinstance(node, dict):
                children.extend(cast("dict[str, Any]", node).values())
            elif isinstance(node, list):
                children.extend(cast("list[Any]", node))
        level = children
    return depth


def _check_contents(timeline: Timeline) -> None:
    """The schema's conditions across keys, which the field types cannot say."""
    for number, track in enumerate(timeline.tracks):
        for index, segment in enumerate(track.segments):
            place = f"t.{number}.sg.{index}"
            if track.type == TrackType.TEXT and segment.text is None:
                raise DraftError(f"the draft is not valid at {place}: a text segment needs txt", hint=_HINT)
            if (
                track.type in (TrackType.VIDEO, TrackType.AUDIO)
                and segment.source is None
                and segment.generator is None
            ):
                raise DraftError(f"the draft is not valid at {place}: a segment needs src or g", hint=_HINT)
