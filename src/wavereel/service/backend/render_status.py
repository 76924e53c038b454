"""How a job stands, in one shape for all readers: flat fields for some, the same below `data` for others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wavereel.service.backend.core import wire_id

if TYPE_CHECKING:
    from wavereel.store.queue import Ahead
    from wavereel.store.renders import Render

_GUESSED_PACE = 8.0
"""Before anything was rendered here: speech with a waveform, on one slow core."""

_START_S = 2.0
"""Opening media and verifying the file take this beside the rendering itself."""

_TELLING_SHARE = 5
"""Percent of a job from which on its own progress says more about it than other jobs do."""


def status_of(job: Render, *, url: str | None, left_s: int | None = None, ahead: int = 0) -> dict[str, Any]:
    """The body that answers a submission and a poll.

    Args:
        job: The row.
        url: Where the video can be fetched; `None` before the end, and where it was removed since.
        left_s: Seconds to the end, as far as can be told.
        ahead: Jobs whose turn comes before.
    """
    facts: dict[str, Any] = {"id": job.id, "status": job.state, "progress": job.progress}
    if job.state == "failed":
        facts["error"] = job.error or "internal error"
    if job.state == "completed":
        output: dict[str, Any] = {"url": url} | (job.result or {}) if url else dict(job.result or {})
        facts["output"] = output
        if url:
            facts["outputUrl"] = url
    data: dict[str, Any] = facts | {
        "render_id": job.id,
        "session_id": wire_id(job.session_id),
        "createdAt": job.created_at_ms,
        "warnings": job.warnings,
    }
    if job.completed_at_ms is not None:
        data["completedAt"] = job.completed_at_ms
    if job.state in ("pending", "processing"):
        data |= {"eta_s": left_s, "queue_position": ahead}
    return {"code": 0, "success": True, "taskId": job.id} | facts | {"data": data}


def row_of(job: Render) -> dict[str, Any]:
    """A job in a list of them."""
    row: dict[str, Any] = {
        "id": job.id,
        "session_id": wire_id(job.session_id),
        "status": job.state,
        "progress": job.progress,
        "created_at": job.created_at_ms,
    }
    if job.completed_at_ms is not None:
        row["completed_at"] = job.completed_at_ms
    if job.error is not None:
        row["error"] = job.error
    return row


def seconds_left(job: Render, ahead: Ahead, pace: float | None, workers: int, now_ms: int) -> int:
    """Seconds to the end of a job that has not ended: by its own progress, else by what such work took before.

    Args:
        job: The row.
        ahead: What is to be done before it begins.
        pace: Milliseconds of video that a worker makes in a millisecond; `None` where nobody knows.
        workers: How many of them there are.
        now_ms: The time.
    """
    pace = pace or _GUESSED_PACE
    own_s = job.length_ms / pace / 1000 + _START_S
    if job.state == "processing":
        spent_s = max(0, now_ms - (job.started_at_ms or now_ms)) / 1000
        if job.progress >= _TELLING_SHARE:
            return max(1, round(spent_s * (100 - job.progress) / job.progress))
        return max(1, round(own_s - spent_s))
    waiting_s = (ahead.length_ms / pace / 1000 + ahead.jobs * _START_S) / workers
    return max(1, round(waiting_s + own_s))
