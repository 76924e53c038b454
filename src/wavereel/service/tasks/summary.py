"""`summary`: a draft in words, and its captions as a subtitle file.

draft, media: as for a session (`desk`), and

    lang      of the words, `en` or `zh`
    →
    line, text, srt, rev, length_ms
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wavereel.service.tasks.desk import timeline_of
from wavereel.timeline.summary import summary_line, summary_text

if TYPE_CHECKING:
    from wavereel.service.tasks.context import TaskContext


def summary(request: dict[str, Any], context: TaskContext) -> dict[str, Any]:
    """Tells what is on a draft.

    Raises:
        DraftError: It is none.
    """
    from wavereel.service.cues import timeline_cues
    from wavereel.speech.subtitles_write import write_subtitles

    del context
    timeline = timeline_of(request)
    lang = "zh" if str(request.get("lang") or "").startswith("zh") else "en"
    cues = timeline_cues(timeline)
    return {
        "line": summary_line(timeline, lang),
        "text": summary_text(timeline, lang),
        "srt": write_subtitles(cues, "srt", language=timeline.meta.lang or "") if cues else "",
        "rev": timeline.revision or 0,
        "length_ms": timeline.length_ms,
    }
