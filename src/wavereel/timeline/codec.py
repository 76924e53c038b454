"""Drafts as bytes: reading with limits, writing whole, unknown keys kept."""

from __future__ import annotations

import errno
import json
import math
import os
import secrets
from pathlib import Path
from typing import Any, BinaryIO, NoReturn, cast

from pydantic import BaseModel, ValidationError

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
    except UnicodeDecodeError:
        raise DraftError("the draft is not JSON (it is no text)", hint=_HINT) from None
    except ValueError as error:
        raise DraftError(f"the draft is not JSON ({error})", hint=_HINT) from None
    return timeline_from_tree(tree)


def timeline_from_tree(tree: Any) -> Timeline:
    """The timeline in an already parsed draft; raises as `decode_draft` does."""
    if not isinstance(tree, dict):
        raise DraftError("the draft is not a JSON object", hint=_HINT)
    _check_tree(tree)
    try:
        # By alias only: an unknown key that happens to be called `text` must stay an unknown key.
        timeline = Timeline.model_validate(tree, by_alias=True, by_name=False)
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
        if path.exists() and not path.is_file():  # opening a pipe would wait for its writer for ever
            raise DraftError(f"{path} is a folder, a device or a pipe", hint="name a draft file")
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
    write_whole(path, encode_draft(timeline))


def write_whole(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Writes a file whole: a reader sees the old bytes or the new, never a part, even after a power cut.

    Raises:
        OutputError: The folder cannot be written.
    """
    # A part of the name only: with all of a long one, the partial file's would be too long.
    partial = path.with_name(f".{path.name[:40]}.{secrets.token_hex(6)}")
    try:
        try:
            _write_beside(partial, data)
            partial.chmod(mode)
            os.replace(partial, path)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
    except (OSError, ValueError) as error:
        raise OutputError(f"cannot write {path} ({_reason(error)})", hint=write_hint(error)) from None


def write_hint(error: Exception) -> str:
    """What to do where a file could not be written."""
    match getattr(error, "errno", None):
        case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
            return "free some space, or choose another folder"
        case errno.ENAMETOOLONG:
            return "choose a shorter name"
        case _:
            return "choose a folder that can be written"


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def _write_beside(partial: Path, data: bytes) -> None:
    """Writes a file that has no name before it is whole, where the system has such: a kill leaves nothing behind."""
    nameless = getattr(os, "O_TMPFILE", None)
    if nameless is not None:
        try:
            with os.fdopen(os.open(partial.parent, nameless | os.O_WRONLY, 0o600), "wb") as file:
                _put(file, data)
                # Without a folder, which an absolute path has no need of, Python's link follows no links.
                os.link(f"/proc/self/fd/{file.fileno()}", partial, src_dir_fd=file.fileno())
            return
        except OSError as error:  # a file system without such files, or no /proc
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise
    with open(partial, "xb", opener=_private) as file:
        _put(file, data)


def _put(file: BinaryIO, data: bytes) -> None:
    file.write(data)
    file.flush()
    os.fsync(file.fileno())


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _check_tree(tree: Any) -> None:
    """Refuses depth, and what a JSON reader lets through and no writer can write back: infinities, half characters."""
    level: list[Any] = [tree]
    for _ in range(MAX_DEPTH):
        children: list[Any] = []
        for node in level:
            if isinstance(node, dict):
                branch = cast("dict[str, Any]", node)
                children.extend(branch)
                children.extend(branch.values())
            elif isinstance(node, list):
                children.extend(cast("list[Any]", node))
            elif isinstance(node, str) and not node.isascii() and any("\ud800" <= mark <= "\udfff" for mark in node):
                raise DraftError("the draft holds half a character (a lone surrogate)", hint=_HINT)
            elif isinstance(node, float) and not math.isfinite(node):
                raise DraftError("the draft holds a number without end", hint=_HINT)
        if not children:
            return
        level = children
    raise LimitError("the draft is nested too deeply", hint=_HINT)


def _check_contents(timeline: Timeline) -> None:
    """The schema's conditions across keys, which the field types cannot say."""
    _check_nulls(timeline, "draft")
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


def _check_nulls(node: BaseModel, place: str) -> None:
    """An optional key is absent, never null; only unknown keys may hold what they like."""
    fields = type(node).model_fields
    for name in node.model_fields_set & fields.keys():
        value = getattr(node, name)
        # Pydantic counts an unknown key that is called like a field as that field being set.
        if value is None and name not in (node.model_extra or {}):
            raise DraftError(f"the draft is not valid at {place}.{fields[name].alias or name}: null", hint=_HINT)
        if isinstance(value, BaseModel):
            _check_nulls(value, f"{place}.{fields[name].alias or name}")
        elif isinstance(value, tuple):
            for index, item in enumerate(cast("tuple[object, ...]", value)):
                if isinstance(item, BaseModel):
                    _check_nulls(item, f"{place}.{fields[name].alias or name}.{index}")
