"""`hear`: a turn once more, this time with the captions that it left waiting, as a part of the same revision.

The request of `turn` and its answer, and

    planned   the answer that `turn` gave
    again     whether the message is planned anew when it is known what is said in the sound, which also tells whether
              anybody speaks at all; where a language model planned, that would cost again, so its draft is completed
    →
    what `turn` gives, and
    heard     whether there are captions now
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from wavereel.service.resolving import Hearing, pending_language
from wavereel.service.talk import is_waiting
from wavereel.service.tasks.desk import Desk, named, names_of_files, open_desk, timeline_of
from wavereel.service.tasks.turn import turned
from wavereel.timeline.difference import differences
from wavereel.timeline.difference_words import difference_text
from wavereel.timeline.history import edit_tree
from wavereel.timeline.reasons import reason_text
from wavereel.timeline.summary import summary_text

if TYPE_CHECKING:
    from wavereel.service.tasks.context import TaskContext
    from wavereel.timeline.edits.captions import AddCaptions
    from wavereel.timeline.model import Timeline

Tree = dict[str, Any]

_SILENT = (
    "Nobody was heard speaking, so there are no captions.",
    "没有听到说话声，所以没有字幕。",
)


@dataclass(frozen=True, slots=True)
class _Heard:
    """A planned draft after its sound was heard.

    Attributes:
        desk: With the captions.
        stored: The draft before the message.
        before: As it was planned.
        edit: What wrote the captions; `None` where there are none.
        notices: What is to be known.
    """

    desk: Desk
    stored: Timeline
    before: Timeline
    edit: AddCaptions | None
    notices: list[str]


def hear(request: dict[str, Any], context: TaskContext) -> dict[str, Any]:
    """Hears what the voices of a draft say, and writes it down as captions.

    Raises:
        Cancelled: The context's event was set.
        LimitError, DraftError: As for `turn`.
    """
    planned = cast("Tree", request["planned"])
    with names_of_files(request):
        heard = _heard(request, planned, context)
        if request.get("again", True):
            result = turned(request, context, spoken=pending_language(heard.before))
            if result["waiting"] and heard.edit is not None:  # a message that leaves captions of any draft for later
                result = _completed(planned, heard)
            silent = not heard.notices and result["waiting"]
            notices = [one for one in heard.notices if one not in result["notices"] and result["waiting"]]
            result["notices"] += notices
            timeline = timeline_of({"draft": result["draft"]})
        else:
            result = _completed(planned, heard)
            silent = heard.edit is None and not heard.notices
            timeline = heard.desk.talk.history.timeline
    if silent:
        result["reply"] = f"{result['reply']}\n{_SILENT[result['lang'] == 'zh']}"
    cues = any(track.segments for track in timeline.with_role("caption"))
    return result | {"heard": cues and not is_waiting(timeline)}


def _heard(request: Tree, planned: Tree, context: TaskContext) -> _Heard:
    """Hears the draft that was planned; transcripts are kept from then on."""
    lines = planned["lines"] if planned["whole"] else bytes(request.get("history") or b"") + planned["lines"]
    fresh = cast("list[Tree]", planned["new_media"])
    made = {
        "draft": planned["draft"],
        "history": lines,
        "rev": planned["rev"],
        "media": [*request.get("media", ()), *(one["entry"] for one in fresh)],
        "paths": {**request.get("paths", {}), **{one["entry"]["file_id"]: one["path"] for one in fresh}},
    }
    old = open_desk(request, context)
    desk = open_desk({**request, **made}, context)
    talk = desk.talk
    before = talk.history.timeline
    hearing = Hearing(talk.recognise, lambda share: context.on_progress(share, "listen"), context.cancelled)
    edit = talk.fill(old.talk.history.present.number, hearing)
    notices = [named(notice, request) for notice in talk.notices()]
    desk = replace(desk, saved=old.saved, stored=old.stored)
    return _Heard(desk, old.talk.history.timeline, before, edit, notices)


def _completed(planned: Tree, heard: _Heard) -> Tree:
    """What a turn led to, with captions put into its revision."""
    timeline = heard.desk.talk.history.timeline
    result: Tree = planned | heard.desk.result()
    if heard.edit is not None:
        result["reply"] = _retold(planned, heard, timeline)
        result["changes"] = [*planned["changes"], edit_tree(heard.edit)]
    return result | {
        "waiting": is_waiting(timeline),
        "new_media": planned["new_media"],
        "notices": [*planned["notices"], *heard.notices],
        "summary": summary_text(timeline, planned["lang"]),
    }


def _retold(planned: Tree, heard: _Heard, timeline: Timeline) -> str:
    """The reply of a turn whose captions were written since: it no longer says that they will be."""
    lang, reply = str(planned["lang"]), str(planned["reply"])
    promise = reason_text("captions_pending", {}, lang).casefold().rstrip("。.")
    lines = [line for line in reply.splitlines() if line.casefold().rstrip("。.") != promise]
    reply = "\n".join(lines)
    first = difference_text(differences(heard.stored, heard.before), lang)
    if first and first in reply:
        return reply.replace(first, difference_text(differences(heard.stored, timeline), lang), 1)
    return f"{reply}\n{difference_text(differences(heard.before, timeline), lang)}".lstrip("\n")
