"""`turn`: one message about a session, planned and done on its draft; nothing is stored here.

A session's request (`desk`), and

    message   what the user says
    asked     what the turn before left to be remembered, as it gave it
    llm       url, model, key and timeout_s of a language model; left out where the grammar reads messages
    →
    what `Desk.result` gives, and
    changed   whether the draft is another one now; `rev` rose then
    waiting   whether captions wait to be written that did not wait before
    asked     for the next turn
    reply     what is to be said; what is to be done (`action`) is not told in it
    changes, questions, refused, action, output, unknown, lang, notices: as `Turn` has them, as plain data
    summary   the draft in words
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from wavereel.agent.replies import action_text
from wavereel.service.media_at_hand import for_each
from wavereel.service.talk import is_waiting
from wavereel.service.tasks.desk import Desk, named, names_of_files, open_desk
from wavereel.timeline.edits.surgery import changed
from wavereel.timeline.history import edit_tree
from wavereel.timeline.summary import summary_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wavereel.agent.llm.planner import LanguageModelPlanner
    from wavereel.agent.turn import Turn
    from wavereel.service.tasks.context import TaskContext
    from wavereel.timeline.history import History
    from wavereel.timeline.model import Timeline

Tree = dict[str, Any]

REMEMBERED = 4
"""So many messages are said again before a new one, so that "no, bigger" and "the second one" mean what they meant."""


def turn(request: dict[str, Any], context: TaskContext) -> dict[str, Any]:
    """Does one message.

    Raises:
        LimitError: It is longer than anyone types.
        DraftError: The draft is none.
    """
    with names_of_files(request):
        return turned(request, context)


def turned(request: Mapping[str, Any], context: TaskContext, *, spoken: str | None = None) -> Tree:
    """Does one message; raises as `turn` does. Its sounds were heard in the language `spoken`, where one was named."""
    asked = cast("Tree", request.get("asked") or {})
    planner = _planner(request.get("llm"))
    lang = asked.get("lang") or request.get("language")
    desk = open_desk({**request, "language": lang}, context, planner=None if planner is None else lambda: planner)
    talk = desk.talk
    talk.resolver.language = spoken
    _recall(desk, asked, planner)
    before = talk.history
    waiting = is_waiting(talk.history.timeline)
    message = str(request["message"])
    told = talk.say(message)
    timeline = talk.history.timeline
    return desk.result() | {
        "changed": talk.history.present.number != before.present.number,
        "waiting": is_waiting(timeline) and not waiting,
        "reply": _reply(told, timeline),
        "changes": [edit_tree(edit) for edit in told.changes],
        "questions": [{"text": one.text, "choices": list(one.choices)} for one in told.questions],
        "refused": [{"text": one.text, "reason": one.reason} for one in told.refused],
        "action": told.action,
        "output": dict(told.output),
        "unknown": list(told.unknown),
        "lang": told.lang,
        "notices": [named(notice, request) for notice in talk.notices()],
        "summary": summary_text(timeline, told.lang),
        "asked": _to_remember(asked, before, message, told.lang, planner, desk),
    }


def _reply(told: Turn, timeline: Timeline) -> str:
    if told.action is None:
        return told.reply
    line = action_text(told.action, timeline, told.lang)
    return "\n".join(one for one in told.reply.splitlines() if one != line)


def _planner(llm: object) -> LanguageModelPlanner | None:
    if not isinstance(llm, dict) or not llm:
        return None
    from wavereel.agent.llm.endpoint import Endpoint
    from wavereel.agent.llm.planner import LanguageModelPlanner

    facts = cast("Tree", llm)
    return LanguageModelPlanner(Endpoint(facts["url"], facts["model"], facts.get("key", ""), facts["timeout_s"]))


def _recall(desk: Desk, asked: Mapping[str, Any], planner: LanguageModelPlanner | None) -> None:
    """Makes the conversation know what the messages before this one left open."""
    conversation, history = desk.talk.conversation, desk.talk.history
    opened = asked.get("open")
    if planner is not None and opened:
        planner.remember(history, str(opened["about"]), str(opened["question"]))
        return
    if planner is not None and not asked.get("grammar"):
        return
    for said in cast("list[Tree]", asked.get("turns") or []):
        hand = frozenset(cast("list[str]", said["hand"]))
        conversation.remember(str(said["text"]), _with_hand(history.until(int(said["rev"])), hand))
    desk.talk.resolver.notices.clear()


def _with_hand(history: History, hand: frozenset[str]) -> History:
    """A history as it was while only these media were at hand."""

    def fewer(media: tuple[Tree, ...]) -> tuple[Tree, ...]:
        return tuple(entry for entry in media if str(entry.get("file_id")) in hand)

    return for_each(history, lambda one: changed(one, media=fewer(one.media or ())))


def _to_remember(
    asked: Mapping[str, Any],
    before: History,
    message: str,
    lang: str,
    planner: LanguageModelPlanner | None,
    desk: Desk,
) -> Tree:
    said = {"text": message, "rev": before.present.number, "hand": sorted(desk.hand)}
    remembered: Tree = {"turns": [*cast("list[Tree]", asked.get("turns") or []), said][-REMEMBERED:], "lang": lang}
    if planner is None:
        return remembered
    if planner.asked is not None:
        about, question = planner.asked
        remembered["open"] = {"about": about, "question": question}
    elif desk.talk.conversation.pending is not None:  # the grammar stood in, and asked
        remembered["grammar"] = True
    return remembered
