"""What a session looks like from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wavereel.service.backend.core import draft_of
from wavereel.store import renders, sessions

if TYPE_CHECKING:
    from wavereel.service.backend.links import Links
    from wavereel.store.database import Tx
    from wavereel.store.files import File
    from wavereel.store.sessions import Medium, Session

NEW_CANVAS: dict[str, Any] = {"width": 1920, "height": 1080, "ratio": "16:9", "fps": 30}
"""The canvas of a session in which nothing has happened yet."""

READ_ONLY = frozenset({"video_infos", "generated_media", "canvas_config", "video_analyses"})
"""Keys of the state that follow from what happened, so nobody writes them."""

_MADE: dict[str, Any] = {"mime": None, "size": None, "cdn_url": None, "fps": None, "has_audio": False}
"""What an entry of something that is made while a video is rendered lacks: there is no file of it."""

_TOLD = ("title", "show", "number", "chapters")


def file_entry(file: File, links: Links) -> dict[str, Any]:
    """A file as the answer to an upload and the state list it."""
    fields = {
        "file_id": file.id,
        "filename": file.filename,
        "file_type": None,
        "mime": None,
        "size": file.size,
        "cdn_url": links.file_url(file),
        "duration": None,
        "width": None,
        "height": None,
        "fps": None,
        "has_audio": False,
    }
    known = {key: value for key, value in file.entry.items() if key not in ("file_id", "filename", "size", "cdn_url")}
    return fields | known | {"hash": f"sha256:{file.sha256}"}


def medium_entry(medium: Medium, links: Links) -> dict[str, Any]:
    """A medium of a session; what the program made says how."""
    entry = file_entry(medium.file, links)
    if medium.file.lost:
        entry["cdn_url"] = None
    if medium.generated is None:
        return entry
    made = {"kind": None, "prompt": None, "seed": None} | medium.generated
    return entry | made | {"created_at": medium.created_at_ms}


def state_of(tx: Tx, session: Session, links: Links) -> dict[str, Any]:
    """The state of a session: what a client may keep there itself, and over it what happened."""
    media = sessions.media_of(tx, session.id)
    return session.state | {
        "draft": draft_of(session),
        "video_infos": [medium_entry(medium, links) for medium in media if medium.generated is None],
        "generated_media": [
            *(_MADE | made for made in session.generated),
            *(medium_entry(medium, links) for medium in media if medium.generated is not None),
        ],
        "canvas_config": session.canvas,
        "video_analyses": {
            medium.file.id: told for medium in media if (told := _told(medium.file)) and medium.generated is None
        },
    }


def renders_of(tx: Tx, session: Session) -> list[dict[str, Any]]:
    """The exports of a session, so that one whose id was lost is found again."""
    return [
        {"id": job.id, "status": job.state, "progress": job.progress, "created_at": job.created_at_ms}
        for job in renders.of_session(tx, session.user_id, session.id)
    ]


def _told(file: File) -> dict[str, Any]:
    """What a file says of itself."""
    return {key: file.facts[key] for key in _TOLD if file.facts.get(key)}
