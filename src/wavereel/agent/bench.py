"""The workbench of a turn: the timeline as it stands while a message is being done, and what is to be said about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from wavereel.agent.turn import Choice, NoResolver, Pending, Question, Refusal
from wavereel.agent.values.han import simplified
from wavereel.errors import EditError, UsageError
from wavereel.timeline.edits.surgery import of_role
from wavereel.timeline.edits.whole import HistoryEdit
from wavereel.timeline.reasons import cannot, reason_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wavereel.agent.turn import Action, Resolver
    from wavereel.timeline.edits.base import Edit, Note
    from wavereel.timeline.edits.surgery import Spot
    from wavereel.timeline.history import History
    from wavereel.timeline.model import Timeline


@dataclass
class Bench:
    """What a turn works on.

    Attributes:
        history: All that was done before; undo and redo act on it at once.
        timeline: As it stands now; edits that are not in the history yet are in `pending_edits`.
        lang: Language of the reply, `en` or `zh`.
        resolver: Knows what is in the media.
        focus: Target of what was touched last: what "it" means.
        kept: Parts that the message says are to stay as they are.
        message: What the user said.
    """

    history: History
    timeline: Timeline
    lang: str = "en"
    resolver: Resolver = field(default_factory=NoResolver)
    focus: str = ""
    attribute: str = ""
    kept: tuple[str, ...] = ()
    message: str = ""
    picked: dict[str, str] = field(default_factory=dict[str, str])
    changes: list[Edit] = field(default_factory=list["Edit"])
    pending_edits: list[Edit] = field(default_factory=list["Edit"])
    notes: list[Note] = field(default_factory=list["Note"])
    questions: list[Pending] = field(default_factory=list[Pending])
    refusals: list[Refusal] = field(default_factory=list[Refusal])
    answers: list[str] = field(default_factory=list[str])
    assumptions: list[str] = field(default_factory=list[str])
    action: Action | None = None
    output: dict[str, Any] = field(default_factory=dict[str, Any])
    unknown: list[str] = field(default_factory=list[str])

    def say(self, english: str, chinese: str) -> str:
        """One of two texts, by the language of the turn."""
        return chinese if self.lang == "zh" else english

    def do(self, edit: Edit, focus: str | None = None) -> None:
        """Does an edit.

        Args:
            edit: What is done.
            focus: Target of what it touches; by default what it adds, else its own target.

        Raises:
            EditError: This timeline cannot take it; nothing has changed.
        """
        if isinstance(edit, HistoryEdit):
            self._turn_back(edit)
            return
        notes: list[Note] = []
        before = self.timeline
        self.timeline = edit.run(before, notes)
        self.notes.extend(notes)
        self.changes.append(edit)
        self.pending_edits.append(edit)
        added = _added(before, self.timeline)
        target = focus if focus is not None else added or str(getattr(edit, "target", "") or "")
        if target:
            self.focus = target

    def make(self, kind: type[Edit], /, focus: str | None = None, **fields: Any) -> None:
        """Makes an edit of these fields, those that are `None` left out, and does it.

        Raises:
            EditError: A field is out of its bounds, or the timeline cannot take the edit.
        """
        given = {name: value for name, value in fields.items() if value is not None}
        try:
            edit = kind.model_validate(given)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            place = ".".join(str(step) for step in first["loc"]) or kind.__name__
            raise EditError(f"{place}: {first['msg']}", hint="say it with another value") from None
        self.do(edit, focus)

    def _turn_back(self, edit: HistoryEdit) -> None:
        self.commit()
        self.history = self.history.turned(edit, self.message)
        self.timeline = self.history.timeline
        self.focus = self.history.present.focus
        self.changes.append(edit)

    def commit(self) -> None:
        """Puts what was done into the history as one change."""
        if self.pending_edits:
            self.history = self.history.accept(self.timeline, self.pending_edits, self.focus, self.message)
            self.timeline = self.history.timeline
            self.pending_edits = []

    @property
    def waits(self) -> bool:
        """Whether the whole message waits for an answer, because what is asked decides all of it."""
        return any(choice.again for pending in self.questions for choice in pending.choices)

    def take_back(self) -> None:
        """Leaves of the message nothing but what is asked: the answer does it again from its beginning."""
        self.timeline = self.history.timeline
        self.changes, self.pending_edits, self.notes = [], [], []
        self.refusals, self.answers, self.assumptions, self.unknown = [], [], [], []
        self.action, self.output = None, {}

    def ask(self, english: str, chinese: str, choices: Sequence[Choice], *, together: bool = False) -> None:
        """Asks the user; only the first question of a turn can be answered by a word, the others are told as well."""
        question = Question(self.say(english, chinese), tuple(choice.label for choice in choices))
        self.questions.append(Pending(question, tuple(choices), together))

    def refuse(self, words: str, english: str, chinese: str) -> None:
        """Says that a wish is not met, and why."""
        self.refusals.append(Refusal(words, self.say(english, chinese)))

    def refuse_error(self, words: str, error: UsageError) -> None:
        """Says that a wish is not met, by the reason of an error."""
        reason = error.message
        if isinstance(error, EditError) and error.reason:
            reason = reason_text(error.reason, error.facts, self.lang)
        if error.hint and self.lang == "en":
            reason = f"{reason}; {error.hint}"
        self.refusals.append(Refusal(words, reason))

    def answer(self, english: str, chinese: str) -> None:
        """Answers a question of the user's."""
        self.answers.append(self.say(english, chinese))

    # what is there

    def spots(self, part: str) -> list[Spot]:
        """The segments of a part, in order of time."""
        return of_role(self.timeline, part)

    def there(self, part: str) -> bool:
        """Whether a part is on the timeline, captions that wait to be written included."""
        if part in ("logo", "cover"):
            return bool(self.spots(part))
        return any(track.segments or part == "caption" for track in self.timeline.with_role(part))

    @property
    def empty(self) -> bool:
        """Whether nothing is on the timeline."""
        return not any(track.segments for track in self.timeline.tracks)

    @property
    def sound_part(self) -> str:
        """The part that is heard first: the voice, else another sound, else the music; empty where it is silent."""
        return next((part for part in ("voice", "audio", "bgm") if self.there(part)), "")

    @property
    def speaking_part(self) -> str:
        """The part that speeds, cuts and silences are about."""
        return next((part for part in ("voice", "audio", "main", "bgm") if self.there(part)), "voice")

    @property
    def media(self) -> list[Mapping[str, Any]]:
        """The files at hand."""
        return list(self.timeline.media or ())

    def placed_sources(self) -> set[str]:
        """The `src` of everything on the timeline."""
        return {
            segment.source for track in self.timeline.tracks for segment in track.segments if segment.source is not None
        }

    def at_hand(self, *kinds: str, unplaced: bool = False) -> list[Mapping[str, Any]]:
        """The files at hand of these types, with `unplaced` only those that are not on the timeline."""
        placed = self.placed_sources() if unplaced else set[str]()
        return [
            entry
            for entry in self.media
            if entry.get("file_type") in kinds and f"asset://{entry.get('file_id')}" not in placed
        ]

    def entry(self, name: str) -> Mapping[str, Any] | None:
        """The file at hand of a name; the name without its ending does where it is the only one."""
        folded = simplified(name.casefold())
        named = [(simplified(str(entry.get("filename", "")).casefold()), entry) for entry in self.media]
        for filename, entry in named:
            if folded in (filename, str(entry.get("file_id", "")).casefold()):
                return entry
        stems = [entry for filename, entry in named if filename.rpartition(".")[0] == folded]
        return stems[0] if len(stems) == 1 else None

    @property
    def end_ms(self) -> int:
        """Length of the timeline."""
        return self.timeline.length_ms

    def need(self, part: str) -> None:
        """Raises `EditError` where a part is not on the timeline."""
        if not self.there(part):
            raise cannot("nothing_there", what=part)


def _added(before: Timeline, after: Timeline) -> str:
    """The id of the first segment that is new, else of a new track; empty where nothing was added."""
    known = {id(track) for track in before.tracks}
    old_ids = {segment.id for track in before.tracks for segment in track.segments}
    old_tracks = {track.id for track in before.tracks}
    for track in after.tracks:
        if id(track) in known:
            continue
        for segment in track.segments:
            if segment.id and segment.id not in old_ids and (track.role != "caption"):
                return segment.id
        if track.id and track.id not in old_tracks:
            return track.role or track.id
    return ""
