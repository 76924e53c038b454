"""`save`: a whole draft in place of a session's, as one revision that can be undone like any other.

A session's request (`desk`), and

    fresh     the draft that comes instead, as it was sent
    files     ids of all files of the user
    →
    what `Desk.result` gives, and
    changed   whether it differs from the one that was there
    sources   ids of the files that it names
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from wavereel.service.tasks.check_draft import admitted
from wavereel.service.tasks.desk import names_of_files, open_desk
from wavereel.timeline.edits.surgery import changed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wavereel.service.tasks.context import TaskContext


def save(request: dict[str, Any], context: TaskContext) -> dict[str, Any]:
    """Takes a draft of the user's own making.

    Raises:
        DraftError: It breaks the format or its rules, or names files that are not the user's.
        LimitError: It is larger or nested deeper than a draft may be.
    """
    with names_of_files(request):
        timeline, sources = admitted(request.get("fresh"), cast("Iterable[str]", request.get("files") or ()))
        desk = open_desk(request, context)
        history = desk.talk.history
        present = history.timeline
        fresh = changed(timeline, media=present.media, revision=present.revision)
        same = desk.saved is not None and fresh == present
        if not same:
            desk.talk.conversation.history = history.accept(fresh)
        return desk.result() | {"changed": not same, "sources": sources}
