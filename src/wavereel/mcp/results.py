"""What the tools answer, as schemas that clients are told of.

Fields have the wire's names. Keys beyond those named here are passed on as the backend says them.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Result(BaseModel):
    """Base of all answers."""

    model_config = ConfigDict(extra="allow")


class SessionMade(Result):
    """A new session."""

    session_id: str = Field(description="Names the session in all other tools")
    task_id: str


class Asset(Result):
    """A file that is part of a session now."""

    file_id: str = Field(description="Drafts name it as asset://FILE_ID")
    filename: str
    file_type: str = Field(description="video, image or audio")
    cdn_url: str | None = None
    duration: float | None = Field(default=None, description="Seconds")


class Edited(Result):
    """What a message led to."""

    text: str = Field(description="The reply")
    changes: list[dict[str, Any]] = Field(description="The edits that were made, in order")
    draft_rev: int = Field(description="Revision of the draft afterwards")
    timeline: str = Field(description="The timeline afterwards, in a line")
    action: str | None = Field(
        default=None, description="What was done beside editing: export, status, credits, upload"
    )


class TimelineRead(Result):
    """A session's timeline."""

    draft: dict[str, Any] = Field(description="The draft; empty while there is none")
    rev: int
    summary: str


class DraftSaved(Result):
    """A draft that was written."""

    rev: int


class Frame(Result):
    """Of which moment a picture is."""

    at_ms: int
    width: int
    height: int


class RenderQueued(Result):
    """An export that was accepted."""

    render_id: str
    status: str


class RenderStatus(Result):
    """How an export stands."""

    render_id: str
    status: str = Field(description="pending, processing, completed or failed")
    progress: int = Field(description="0 to 100")
    error: str | None = None
    output: dict[str, Any] | None = Field(default=None, description="url, duration in seconds, size in bytes")


class Credits(Result):
    """A balance."""

    available: int
    frozen: int
    total: int


class Sessions(Result):
    """The user's sessions, newest first."""

    sessions: list[dict[str, Any]]


class Renders(Result):
    """The user's exports, newest first."""

    renders: list[dict[str, Any]]
