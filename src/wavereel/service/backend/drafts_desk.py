"""What a child process is told of a session, and what of its answer is stored."""

from __future__ import annotations

import hashlib
import mimetypes
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from wavereel.errors import NotFoundError, OutputError
from wavereel.service.backend.caller import LOCAL_USER
from wavereel.store import history, sessions
from wavereel.store.files import File

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from wavereel.service.backend.core import Core
    from wavereel.store.database import Tx
    from wavereel.store.sessions import Medium, Session

Tree = dict[str, Any]


def request_of(core: Core, tx: Tx, session: Session, *, with_history: bool = True) -> Tree:
    """A session for a task; see `wavereel.service.tasks.desk`."""
    media = sessions.media_of(tx, session.id)
    return {
        "draft": session.draft.encode(),
        "history": history.read(tx, session.id) if with_history else b"",
        "rev": session.rev,
        "media": [entry_of(medium) for medium in media],
        "paths": paths_of(core, (medium.file for medium in media)),
        "contents": {medium.file.id: medium.file.blob for medium in media},
        "facts": {medium.file.id: medium.file.facts for medium in media if medium.file.facts},
        "language": session.language,
        "owner": "" if session.user_id == LOCAL_USER else session.user_id,
        "asked": session.asked,
    }


def entry_of(medium: Medium) -> Tree:
    """A medium as conversations know it: what the wire says of it but its address."""
    file = medium.file
    return {**file.entry, "filename": file.filename, "file_id": file.id, "size": file.size}


def paths_of(core: Core, found: Iterable[File]) -> dict[str, str]:
    """Where files lie, by id; those whose bytes are gone are left out."""
    paths: dict[str, str] = {}
    for file in found:
        try:
            if not file.lost:
                paths[file.id] = str(core.blobs.path(file.blob))
        except NotFoundError:
            continue
    return paths


def kept_media(core: Core, user_id: str, fresh: Iterable[Mapping[str, Any]]) -> list[File]:
    """Media that a turn found inside others, as files whose bytes are in the store; their rows are not yet.

    Raises:
        OutputError: The disk is full.
    """
    found: list[File] = []
    for one in fresh:
        entry = dict(cast("Mapping[str, Any]", one["entry"]))
        path = Path(str(one["path"]))
        try:
            data = path.read_bytes()
        except OSError as error:
            raise OutputError(f"a cover cannot be read ({error.strerror})") from None
        now_ms = core.clock()
        sha256 = hashlib.sha256(data).hexdigest()
        identity = f"f_{sha256[:16]}"
        filename = f"cover{path.suffix}"
        mime = mimetypes.types_map.get(path.suffix, "image/jpeg")
        entry |= {"filename": filename, "file_type": "image", "mime": mime, "has_audio": False}
        entry |= {"duration": None, "fps": None}
        entry.pop("file_id", None)
        found.append(
            File(
                user_id=user_id,
                id=identity,
                blob=core.blobs.put(data),
                filename=filename,
                size=len(data),
                sha256=sha256,
                entry=entry,
                facts={},
                created_at_ms=now_ms,
                used_at_ms=now_ms,
                lost=False,
            )
        )
    return found


def save_result(core: Core, tx: Tx, session: Session, result: Mapping[str, Any], asked: Mapping[str, Any]) -> bool:
    """Stores what a task made of a session's draft; `False` where another revision is there by now.

    Args:
        core: The backend's own.
        tx: Open; the caller's other writes go with these or not at all.
        session: As it was when the task was asked.
        result: Of a task; see `Desk.result`.
        asked: What the next message has to know.
    """
    now_ms = core.clock()
    saved = sessions.save_draft(
        tx,
        session.id,
        expected_rev=session.rev,
        draft=bytes(result["draft"]).decode(),
        rev=int(result["rev"]),
        canvas=result["canvas"],
        generated=dated(result["generated"], session.generated, now_ms),
        asked=asked,
        now_ms=now_ms,
    )
    if saved:
        history.append(tx, session.id, bytes(result["lines"]), whole=bool(result["whole"]))
    return saved


def dated(made: Iterable[Mapping[str, Any]], before: Iterable[Mapping[str, Any]], now_ms: int) -> list[Tree]:
    """What the program made, each with the time at which it was first there."""
    known = {one.get("file_id"): one.get("created_at") for one in before}
    return [{**one, "created_at": known.get(one["file_id"]) or now_ms} for one in made]
