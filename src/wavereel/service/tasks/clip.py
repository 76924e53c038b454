"""`clip`: a part of a draft as a small MP4, to look at before it is exported.

draft, media, paths: as for a session (`desk`), and

    from_ms, to_ms   half-open; what lies past the end does not count
    folder           where the file goes
    →
    path, length_ms, size
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wavereel.errors import UsageError
from wavereel.service.tasks.desk import names_of_files, sources_in, timeline_of

if TYPE_CHECKING:
    from wavereel.service.tasks.context import TaskContext

MAX_CLIP_MS = 30_000
_SHORT_SIDE_PX = 360


def clip(request: dict[str, Any], context: TaskContext) -> dict[str, Any]:
    """Renders a part of a draft.

    Raises:
        UsageError: The part means nothing, or is too long.
        DraftError: The draft means nothing.
        InputError: A medium cannot be read.
        Cancelled: The context's event was set.
    """
    from wavereel.render.export import ExportSettings, export
    from wavereel.service.drafts import faults_of_draft
    from wavereel.service.exporting import fitted
    from wavereel.service.output import Output
    from wavereel.timeline.edits.ripple import keep_ranges

    first_ms, stop_ms = int(request["from_ms"]), int(request["to_ms"])
    with names_of_files(request):
        timeline = timeline_of(request)
        stop_ms = min(stop_ms, timeline.length_ms)
        if not 0 <= first_ms < stop_ms:
            raise UsageError("this part is not in the draft", hint=f"it is {timeline.length_ms} ms long")
        if stop_ms - first_ms > MAX_CLIP_MS:
            raise UsageError(f"a clip has {MAX_CLIP_MS // 1000} s at most", hint="ask for a shorter part")
        path = Path(request["folder"]) / f"clip-{secrets.token_hex(8)}.mp4"
        with faults_of_draft():
            whole = keep_ranges(timeline, [(first_ms, stop_ms)])
            part = fitted(whole, Output(size_px=small(*whole.size)))
            report = export(
                part.timeline,
                sources_in(request),
                path,
                ExportSettings(frame_px=part.frame_px, workers=context.workers, depth="quick"),
                report=lambda progress: context.on_progress(progress.done, progress.stage),
                cancelled=context.cancelled,
            )
    return {"path": str(path), "length_ms": report.length_ms, "size": report.total_bytes}


def small(width: int, height: int) -> tuple[int, int]:
    """A canvas's shape with a short side of 360 px, even; itself where it is no larger."""
    short = min(width, height)
    if short <= _SHORT_SIDE_PX:
        return width - width % 2, height - height % 2
    return 2 * round(width * _SHORT_SIDE_PX / short / 2), 2 * round(height * _SHORT_SIDE_PX / short / 2)
