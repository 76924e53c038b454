"""`frame`: the picture of a draft at a time, exactly as an export holds it before coding.

draft, media, paths: as for a session (`desk`), and

    at_ms     when; left out for a time that tells what the draft looks like
    width     as wide as this at most, in px; left out for the export's own width
    kept      folder, max_bytes, max_age_s and scope of a cache; left out where nothing is kept
    →
    png, at_ms, width, height
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from wavereel.errors import UsageError
from wavereel.service.tasks.desk import names_of_files, sources_in, timeline_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wavereel.render.segment_cache import SegmentCache
    from wavereel.service.tasks.context import TaskContext


def frame(request: dict[str, Any], context: TaskContext) -> dict[str, Any]:
    """Paints one picture.

    Raises:
        UsageError: The time is past the end, or there is nothing to show.
        DraftError: The draft means nothing.
        InputError: A medium cannot be read.
    """
    from wavereel.picture.images import encode_png, resized
    from wavereel.service.drafts import faults_of_draft
    from wavereel.service.views import frames_of

    with names_of_files(request):
        timeline = timeline_of(request)
        length_ms = timeline.length_ms
        if not length_ms:
            raise UsageError("there is nothing to show yet", hint="put something on the timeline first")
        at_ms = request.get("at_ms")
        at_ms = length_ms // 3 if at_ms is None else int(at_ms)
        if not 0 <= at_ms < length_ms:
            raise UsageError(f"{at_ms} ms is not in the draft", hint=f"it is {length_ms} ms long")
        cache = _cache(request.get("kept"))
        with faults_of_draft():
            (picture,) = frames_of(timeline, sources_in(request), [at_ms], cache=cache, cancelled=context.cancelled)
        if cache is not None:
            cache.trim()
    height, width = picture.shape[:2]
    wanted = request.get("width")
    if wanted is not None and int(wanted) < width:
        height, width = max(1, round(height * int(wanted) / width)), int(wanted)
        picture = resized(picture, width, height)
    return {"png": encode_png(picture), "at_ms": at_ms, "width": width, "height": height}


def _cache(kept: Mapping[str, Any] | None) -> SegmentCache | None:
    if not kept or not kept["max_bytes"]:
        return None
    from wavereel.render.segment_cache import SegmentCache

    folder, scope = Path(str(kept["folder"])), str(kept["scope"])
    return SegmentCache(folder, max_bytes=int(kept["max_bytes"]), max_age_s=float(kept["max_age_s"]), scope=scope)
