"""Messages that come with a request: done one after another before the video is made."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from wavereel.errors import LimitError
from wavereel.render.sources import Sources, sources_of
from wavereel.service.drafts import captions_heard, is_pending
from wavereel.service.messages import check_message
from wavereel.service.talk import MAX_HISTORY_MESSAGES
from wavereel.timeline.difference import differences
from wavereel.timeline.difference_words import difference_text

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator

    from wavereel.agent.turn import Turn
    from wavereel.service.requests import MakeRequest
    from wavereel.service.talk import Talker
    from wavereel.timeline.model import Timeline


@dataclass(frozen=True, slots=True)
class Said:
    """What came of the messages: the timeline, its media, what the user should know, whether a voice was heard."""

    timeline: Timeline
    sources: Sources
    notices: tuple[str, ...]
    heard: bool = False


def check_messages(request: MakeRequest) -> None:
    """Raises `LimitError` where there are more messages, or longer ones, than anyone says."""
    if len(request.say) > MAX_HISTORY_MESSAGES:
        hint = f"say at most {MAX_HISTORY_MESSAGES}"
        raise LimitError(f"there are {len(request.say)} messages", hint=hint)
    for text in request.say:
        check_message(text)


def say_all(
    talker: Talker,
    request: MakeRequest,
    timeline: Timeline,
    sources: Sources,
    *,
    on_share: Callable[[float], None],
    cancelled: threading.Event,
) -> Said:
    """Does what the messages of a request say, in order, and writes the captions that wait afterwards.

    Args:
        talker: Opens conversations.
        request: With the messages.
        timeline: What they are about.
        sources: Its media.
        on_share: Told the share of a recognition.
        cancelled: When set, the work stops.

    Raises:
        Cancelled: `cancelled` was set.
        LanguageError: The user named a language that no installed model writes down.
    """
    folder = request.draft.resolve().parent if request.draft is not None else Path.cwd()
    talk = talker.begin(
        timeline,
        folder,
        known=dict(sources.paths),
        salvage=request.salvage,
        language=request.language,
        model=request.model,
    )
    notices: list[str] = []
    for text in request.say:
        before = talk.timeline
        turn = talk.say(text)
        notices += [*_notices(turn, before), *talk.notices()]
    result = talk.timeline
    found = sources_of(result, folder, dict(sources.paths))
    found.salvage = sources.salvage
    heard = is_pending(result)
    if heard:
        result, more = captions_heard(
            talker.recognise,
            result,
            found,
            request,
            recall=talk.resolver.recall,
            on_share=on_share,
            cancelled=cancelled,
        )
        notices += more
    return Said(result, found, tuple(notices), heard)


def _notices(turn: Turn, before: Timeline) -> Iterator[str]:
    """What a message did, what it did not, and what it left open."""
    changes = differences(before, turn.timeline)
    if changes:
        yield difference_text(changes, turn.lang)
    for refusal in turn.refused:
        yield f"not done, {refusal.text!r}: {refusal.reason}"
    for question in turn.questions:
        yield " ".join([question.text, *(f"({choice})" for choice in question.choices)])
    if turn.unknown:
        yield "not understood: " + ", ".join(turn.unknown)
    if not changes and not turn.refused and not turn.questions and not turn.unknown and turn.action != "export":
        yield turn.reply
