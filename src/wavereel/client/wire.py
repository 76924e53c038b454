"""What the backend's answers hold, as typed values.

Reading is lenient where backends differ (a member may be missing, a number may be text) and strict where a client would
act on nonsense: an id that is no text, a token that is none.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, cast

from wavereel.client.errors import NonsenseError

if TYPE_CHECKING:
    from collections.abc import Mapping

APP = "nemo_agent"
"""The application's name in paths; the protocol fixes it."""

RenderState = Literal["pending", "processing", "completed", "failed"]

_MAX_ID_CHARACTERS = 512


@dataclass(frozen=True, slots=True)
class Skill:
    """Which skill asks: the three headers of attribution. A member that is empty is not sent."""

    source: str
    version: str
    platform: str = "unknown"

    def headers(self) -> dict[str, str]:
        """The headers, in the protocol's spelling."""
        named = {
            "X-Skill-Source": self.source,
            "X-Skill-Version": self.version,
            "X-Skill-Platform": self.platform,
        }
        return {name: value for name, value in named.items() if value}


@dataclass(frozen=True, slots=True)
class Token:
    """A token with what came along; the token itself is never shown."""

    token: str = field(repr=False)
    user_id: str = ""
    credits: int | None = None
    expires_at: str = ""
    scopes: tuple[str, ...] = ()
    id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """A session as it was created."""

    id: str
    task_id: str = ""
    user_id: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Media:
    """A file of a session.

    Attributes:
        duration_ms: Length of sound and video; `None` for pictures.
    """

    filename: str
    file_type: str = ""
    file_id: str = ""
    cdn_url: str = ""
    duration_ms: int | None = None
    width: int | None = None
    height: int | None = None
    size_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """What became of the files of one upload: those that were taken, and one line for each that was not."""

    files: tuple[Media, ...]
    errors: tuple[tuple[str, int, str], ...] = ()
    """Name, number and reason."""


@dataclass(frozen=True, slots=True)
class Balance:
    """Credits."""

    available: float
    frozen: float
    total: float


@dataclass(frozen=True, slots=True)
class RenderRow:
    """An export as the state lists it."""

    id: str
    status: str
    created_at_ms: int = 0


@dataclass(frozen=True, slots=True)
class State:
    """A session as it stands.

    Attributes:
        draft: The timeline; empty where there is none yet.
        etag: By which an unchanged state need not be sent again.
    """

    session_id: str
    draft: Mapping[str, Any]
    media: tuple[Media, ...] = ()
    generated: tuple[Media, ...] = ()
    canvas: Mapping[str, Any] = field(default_factory=dict[str, Any])
    renders: tuple[RenderRow, ...] = ()
    version: int = 0
    user_id: str = ""
    task_id: str = ""
    etag: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft with its revision and the tag that a save must name."""

    draft: Mapping[str, Any]
    rev: int = 0
    etag: str = ""


@dataclass(frozen=True, slots=True)
class Render:
    """An export: where it stands, and once it is completed, where its video is.

    Attributes:
        progress: 0 to 100.
        duration_ms: Length of the finished video.
    """

    id: str
    status: RenderState
    progress: int = 0
    url: str = ""
    duration_ms: int | None = None
    size_bytes: int | None = None
    width: int | None = None
    height: int | None = None
    error: str = ""
    warnings: tuple[str, ...] = ()
    left_s: float | None = None

    @property
    def is_ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.status in ("completed", "failed")


def token_of(data: Mapping[str, Any]) -> Token:
    """A token from `data`, or from the top level where a backend leaves the envelope out."""
    token = text_at(data, "token") or text_at(data, "access_token")
    if not token or len(token) > 4096 or not token.isascii() or not token.isprintable() or " " in token:
        raise NonsenseError("the backend gave no token", hint="is it a backend? see --base")
    given = number_at(data, "credits")
    return Token(
        token=token,
        user_id=text_at(data, "user_id"),
        credits=None if given is None else int(given),
        expires_at=text_at(data, "expires_at"),
        scopes=tuple(item for item in list_at(data, "scopes") if isinstance(item, str)),
        id=text_at(data, "id"),
        name=text_at(data, "name"),
    )


def token_row(data: Mapping[str, Any]) -> Token:
    """A token of a list, which has everything but the token."""
    return Token(
        token="",
        scopes=tuple(item for item in list_at(data, "scopes") if isinstance(item, str)),
        expires_at=text_at(data, "expires_at"),
        id=text_at(data, "id"),
        name=text_at(data, "name"),
    )


def session_of(data: Mapping[str, Any]) -> Session:
    """A session that was created."""
    session_id = text_at(data, "session_id") or text_at(data, "id")
    if not session_id or len(session_id) > _MAX_ID_CHARACTERS or not session_id.isprintable():
        raise NonsenseError("the backend gave no session", hint="is it a backend? see --base")
    return Session(session_id, text_at(data, "task_id"), text_at(data, "user_id"), text_at(data, "language"))


def media_of(entry: Mapping[str, Any]) -> Media:
    """A file as uploads and states list it; its length is in seconds there."""
    length_s = number_at(entry, "duration")
    return Media(
        filename=text_at(entry, "filename") or text_at(entry, "file_id"),
        file_type=text_at(entry, "file_type"),
        file_id=text_at(entry, "file_id"),
        cdn_url=text_at(entry, "cdn_url") or text_at(entry, "url"),
        duration_ms=None if length_s is None or length_s < 0 else round(length_s * 1000),
        width=_whole(number_at(entry, "width")),
        height=_whole(number_at(entry, "height")),
        size_bytes=_whole(number_at(entry, "size")),
    )


def upload_of(data: Mapping[str, Any]) -> Upload:
    """What an upload answers."""
    errors = tuple(
        (text_at(entry, "filename"), _whole(number_at(entry, "code")) or 0, text_at(entry, "message"))
        for entry in objects_at(data, "errors")
    )
    return Upload(tuple(media_of(entry) for entry in objects_at(data, "files")), errors)


def balance_of(data: Mapping[str, Any]) -> Balance:
    """Credits; `total` is the sum where it is not given."""
    available = number_at(data, "available")
    if available is None:
        raise NonsenseError("the backend gave no balance")
    frozen = number_at(data, "frozen") or 0
    total = number_at(data, "total")
    return Balance(available, frozen, available + frozen if total is None else total)


def state_of(data: Mapping[str, Any], etag: str = "") -> State:
    """A session's state."""
    inner = object_at(data, "state")
    if inner is None:
        raise NonsenseError("the backend gave no state")
    return State(
        session_id=text_at(data, "session_id"),
        draft=object_at(inner, "draft") or {},
        media=tuple(media_of(entry) for entry in objects_at(inner, "video_infos")),
        generated=tuple(media_of(entry) for entry in objects_at(inner, "generated_media")),
        canvas=object_at(inner, "canvas_config") or {},
        renders=tuple(
            RenderRow(text_at(row, "id"), text_at(row, "status"), _whole(number_at(row, "created_at")) or 0)
            for row in objects_at(data, "renders")
        ),
        version=_whole(number_at(data, "version")) or 0,
        user_id=text_at(data, "user_id"),
        task_id=text_at(data, "task_id"),
        etag=etag,
    )


def render_of(body: Mapping[str, Any]) -> Render:
    """An export's status from the flat answer, the nested one, or both at once."""
    inner = object_at(body, "data") or {}
    output = object_at(body, "output") or object_at(inner, "output") or {}

    def text(key: str) -> str:
        return text_at(body, key) or text_at(inner, key)

    status = text("status").lower()
    if status not in ("pending", "processing", "completed", "failed"):
        status = {"queued": "pending", "running": "processing", "rendering": "processing", "done": "completed"}.get(
            status, "failed" if status in ("error", "cancelled", "canceled") else status
        )
    if status not in ("pending", "processing", "completed", "failed"):
        raise NonsenseError("the backend gave no status of the export")
    progress = number_at(body, "progress")
    progress = number_at(inner, "progress") if progress is None else progress
    length_s = number_at(output, "duration")
    warnings = list_at(inner, "warnings") or list_at(body, "warnings")
    return Render(
        id=text("id") or text("taskId") or text("render_id"),
        status=status,
        progress=max(0, min(100, int(progress or 0))),
        url=text_at(output, "url") or text("outputUrl"),
        duration_ms=None if length_s is None or length_s < 0 else round(length_s * 1000),
        size_bytes=_whole(number_at(output, "size")),
        width=_whole(number_at(output, "width")),
        height=_whole(number_at(output, "height")),
        error=text("error"),
        warnings=tuple(item for item in warnings if isinstance(item, str))[:50],
        left_s=number_at(inner, "eta_s"),
    )


def text_at(data: Mapping[str, Any], key: str) -> str:
    """Text under a key; a number becomes text, anything else is empty."""
    value = data.get(key)
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def number_at(data: Mapping[str, Any], key: str) -> float | None:
    """A finite number under a key, also where it is written as text."""
    value = data.get(key)
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return value if abs(value) < 1e15 and math.isfinite(value) else None


def object_at(data: Mapping[str, Any], key: str) -> dict[str, Any] | None:
    """An object under a key."""
    value = data.get(key)
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def list_at(data: Mapping[str, Any], key: str) -> list[Any]:
    """A list under a key; an empty one where there is none."""
    value = data.get(key)
    return cast("list[Any]", value) if isinstance(value, list) else []


def objects_at(data: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """The objects in a list under a key."""
    return [cast("dict[str, Any]", item) for item in list_at(data, key) if isinstance(item, dict)]


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)
