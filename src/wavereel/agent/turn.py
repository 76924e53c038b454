"""What a turn of a conversation gives, and the ports through which a planner learns what a timeline does not hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from wavereel.timeline.edits.base import Edit
    from wavereel.timeline.edits.facts import Facts
    from wavereel.timeline.model import Timeline

Action = Literal["export", "credits", "status", "upload"]

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Question:
    """Something that the user has to decide, with what can be chosen."""

    text: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """A wish that was not met, in the user's words, and why, with the nearest thing that can be done."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Turn:
    """What a message led to.

    Attributes:
        reply: For the user, in the language of the message; made from the difference of the two drafts.
        timeline: The draft afterwards; the same object as before where nothing changed.
        changes: The edits that were done, in order.
        questions: What the user has to decide.
        refused: What was not done.
        action: What whoever holds the conversation has to do: export and the like.
        output: What the user said about the export: `format`, `resolution`, `quality`, `fps`.
        unknown: Words that were not understood.
        lang: Language of the reply.
    """

    reply: str
    timeline: Timeline
    changes: tuple[Edit, ...] = ()
    questions: tuple[Question, ...] = ()
    refused: tuple[Refusal, ...] = ()
    action: Action | None = None
    output: Mapping[str, Any] = field(default_factory=dict[str, Any])
    unknown: tuple[str, ...] = ()
    lang: str = "en"


class Resolver(Protocol):
    """Where facts come from that are in the media and not in the draft. `None` means that nobody knows."""

    def facts(self, timeline: Timeline, entry: Mapping[str, Any]) -> Facts | None:
        """What the tags of a file at hand say, its length, its cover."""
        ...

    def silences(self, timeline: Timeline, gap_ms: int) -> Sequence[Range] | None:
        """Where nobody speaks for `gap_ms` or longer, half-open in ms of the timeline, found in the sound."""
        ...

    def cues(self, timeline: Timeline) -> Sequence[Mapping[str, Any]] | None:
        """The captions of the timeline where a transcript of its sound is kept, as `add_captions` takes them."""
        ...


class NoResolver:
    """Knows nothing beyond the draft."""

    def facts(self, timeline: Timeline, entry: Mapping[str, Any]) -> Facts | None:  # noqa: ARG002
        """Nothing."""
        return None

    def silences(self, timeline: Timeline, gap_ms: int) -> Sequence[Range] | None:  # noqa: ARG002
        """Nothing."""
        return None

    def cues(self, timeline: Timeline) -> Sequence[Mapping[str, Any]] | None:  # noqa: ARG002
        """Nothing."""
        return None


Chosen = Callable[[Any], None]
"""What a choice does with the bench of a later turn."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers to a question: its words in both languages, and what it does.

    Where `again` is not empty, all of the message that it holds waits for the answer, and is done after `act`.
    """

    label: str
    words: tuple[str, ...]
    act: Chosen
    again: str = ""


@dataclass(frozen=True, slots=True)
class Pending:
    """A question that waits for its answer; `together` says that "yes" or "both" takes all choices, in order."""

    question: Question
    choices: tuple[Choice, ...]
    together: bool = False
