"""What a child does once before its first request: imports and tables that every task needs are there afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wavereel.service.tasks.context import TaskContext

_DRAFT: dict[str, Any] = {
    "m": {"theme": "midnight"},
    "t": [
        {"tt": 0, "m": {"role": "background"}, "sg": [{"d": 1000, "g": {"k": "color", "c": "#101820"}}]},
        {"tt": 7, "m": {"role": "title"}, "sg": [{"d": 1000, "txt": "Hello"}]},
    ],
}


def warm_up(context: TaskContext) -> None:
    """Does one of each of the frequent things on a small draft."""
    from wavereel.render.look import look_of
    from wavereel.render.sources import Sources
    from wavereel.service.tasks import examine, frame, save
    from wavereel.service.tasks.check_draft import check_draft
    from wavereel.service.tasks.turn import turn
    from wavereel.timeline.codec import timeline_from_tree

    del examine, frame, save
    look_of(timeline_from_tree(_DRAFT), Sources({}))
    check_draft({"draft": _DRAFT, "files": []}, context)
    request: dict[str, Any] = {"draft": _DRAFT, "history": b"", "media": [], "paths": {}, "language": "en"}
    turn(request | {"message": "make the title red and bigger"}, context)
