"""The desk at which a model works: every tool call comes here, and nothing else that a model says has an effect.

What guards the draft is here and not in the prompt. Edits go through the bench like the grammar's; files are only those
at hand; facts are looked up, never taken from the model; an action needs the user's own words to ask for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from wavereel.agent.bench import Bench
from wavereel.agent.grammar import plan
from wavereel.agent.llm.prompt import caption_lines, fenced
from wavereel.agent.llm.schemas import AREAS, HIDDEN, kinds
from wavereel.agent.llm.words import claims_a_change, marked, plain
from wavereel.agent.turn import Choice, Refusal
from wavereel.errors import EditError, UsageError
from wavereel.timeline.catalogue import parse_edit
from wavereel.timeline.difference import differences
from wavereel.timeline.difference_words import difference_text
from wavereel.timeline.edits.captions import AddCaptions
from wavereel.timeline.edits.facts import entry_of, next_entry
from wavereel.timeline.reasons import reason_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from wavereel.agent.llm.endpoint import Limits
    from wavereel.agent.turn import Action
    from wavereel.timeline.edits.base import Edit

Tree = dict[str, Any]

MAX_TOLD_CHARACTERS = 600
MAX_READ_CHARACTERS = 6000
MAX_CHOICES = 6
DEFAULT_GAP_MS = 700
_TALK = frozenset({"answer", "ask", "refuse", "action", "read_captions", "more_tools"})
_BUILDERS = frozenset({"build", "same_look", "next_file", "join_sounds"})


class StoppedError(Exception):
    """A bound was met: the model may go no further."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the grammar makes of the user's message, on a bench of its own.

    Attributes:
        action: The action that the message asks for.
        output: What it says about the export.
        areas: The areas of the edits that it names; all where it was not understood through and through.
        asks: Whether it asks something.
    """

    action: Action | None
    output: Mapping[str, Any]
    areas: frozenset[str]
    asks: bool


def read(text: str, bench: Bench) -> Reading:
    """Reads a message with the grammar; the bench stays as it is."""
    own = Bench(bench.history, bench.timeline, lang=bench.lang, focus=bench.focus, message=text)
    plan(text, own, ())
    understood = not own.unknown and not own.refusals and not own.questions
    asks = "?" in text or "？" in text
    said = bool(own.changes or own.action or (own.answers and asks))
    areas = frozenset[str](edit.area for edit in own.changes) if understood and said else frozenset[str](AREAS)
    return Reading(own.action, dict(own.output), areas, asks=asks or bool(own.answers))


@dataclass
class Desk:
    """Takes the tool calls for one message.

    Attributes:
        bench: What the edits act on.
        text: The user's message.
        reading: What the grammar makes of it.
        limits: How many calls there may be.
        again: Does the message once more, with a question and its answer.
        answers: What the model answered, fit to be shown.
        fault: An error of an edit that is ours, not the model's.
    """

    bench: Bench
    text: str
    reading: Reading
    limits: Limits
    again: Callable[[str, str, Bench], None]
    answers: list[str] = field(default_factory=list[str])
    fault: Exception | None = None
    calls: int = 0
    touched: bool = False
    asked: str = ""
    _failed: dict[str, UsageError] = field(default_factory=dict[str, UsageError])
    _refusals: list[Refusal] = field(default_factory=list[Refusal])
    _came_to_nothing: int = 0
    _areas: set[str] = field(default_factory=set[str])

    def __post_init__(self) -> None:
        self._areas |= self.reading.areas

    def open_names(self) -> frozenset[str]:
        """The names of the tools that are shown now; calling another one does it as well."""
        return _TALK | {op for op, kind in kinds().items() if kind.area in self._areas}

    def call(self, name: str, arguments: Mapping[str, Any]) -> str:
        """Does what a tool call asks, or says why not.

        Args:
            name: One of the tools that are open.
            arguments: As the model gave them.

        Returns:
            For the model, as JSON.

        Raises:
            StoppedError: A bound is met; this call was not done.
        """
        self.calls += 1
        if self.calls > self.limits.calls:
            raise StoppedError
        given = {key: value for key, value in arguments.items() if value is not None}
        talk: dict[str, Callable[[Tree], Tree]] = {
            "answer": self._answer,
            "ask": self._ask,
            "refuse": self._refuse,
            "action": self._action,
            "read_captions": self._read,
            "more_tools": self._open,
        }
        try:
            result = talk[name](given) if name in talk else self._edit(name, given)
        except UsageError as error:
            if name not in talk:
                self._failed[name] = error
            self._came_to_nothing += 1
            if self._came_to_nothing > self.limits.refusals:
                raise StoppedError from None
            result = {"error": error.message} | ({"hint": error.hint} if error.hint else {})
        except Exception as error:
            self.fault = error
            raise
        return fenced(result)

    def finish(self, words: str, *, stopped: bool = False) -> bool:
        """Puts onto the bench what is to be said, and tells whether anything came of the message.

        Args:
            words: What the model wrote beside its calls.
            stopped: Whether it was stopped at a bound; what it wrote is then not known to be meant.
        """
        bench = self.bench
        errors = [] if bench.questions else list(self._failed.values())
        if bench.changes:  # a call that was only malformed was made good by another one
            errors = [error for error in errors if isinstance(error, EditError) and error.reason]
        for error in errors:
            if isinstance(error, EditError) and error.reason == "same_already":
                sentence = reason_text(error.reason, error.facts, bench.lang)
                bench.answer(f"{sentence[:1].upper()}{sentence[1:]}.", f"{sentence}。")
            else:
                bench.refuse_error(plain(self.text, 120), error)
        if not errors:
            bench.refusals += self._refusals
        if bench.changes:
            if self.reading.asks:
                bench.answers += [marked(text, bench.lang) for text in self.answers]
        elif not (bench.questions or bench.refusals or bench.action or errors):
            free = [] if stopped or self.touched else [plain(words, 600)]
            shown = [text for text in (self.answers or free) if text and text != "OK" and not claims_a_change(text)]
            nothing = bench.say(" Nothing was changed.", "什么都没改。")
            bench.answers += [marked(text, bench.lang) + nothing for text in shown]
        return bool(bench.changes or bench.questions or bench.refusals or bench.action or bench.answers)

    # edits

    def _edit(self, op: str, given: Tree) -> Tree:
        kind = kinds()[op]
        self.touched = True
        allowed = [name for name in _fields(kind) if name not in HIDDEN.get(op, ())]
        if foreign := [name for name in given if name not in allowed]:
            raise UsageError(f"{op} has no field {foreign[0]!r}", hint=f"its fields are {', '.join(allowed) or 'none'}")
        before = self.bench.timeline
        notes = len(self.bench.notes)
        try:
            edit = parse_edit({"op": op} | given)
        except UsageError as error:
            raise UsageError(error.message, hint=f"its fields are {', '.join(allowed) or 'none'}") from None
        if facts := self._facts(op, given):
            edit = parse_edit({"op": op} | given | facts)
        self.bench.do(edit, "" if op in _BUILDERS else None)
        self._failed.pop(op, None)
        if op in _BUILDERS:
            self._write_captions()
        told = difference_text(differences(before, self.bench.timeline))[:MAX_TOLD_CHARACTERS]
        also = [reason_text(note.key, note.facts) for note in self.bench.notes[notes:]]
        return {"done": op, "changed": told, "length_ms": self.bench.end_ms} | ({"notes": also} if also else {})

    def _facts(self, op: str, given: Tree) -> Tree:
        """The fields that are looked up: what the media and the sound hold."""
        bench = self.bench
        match op:
            case "build" | "same_look":
                entry = entry_of(bench.timeline, _name(given), None)
            case "next_file":
                entry = entry_of(bench.timeline, _name(given), None) if _name(given) else next_entry(bench.timeline)
            case "add_captions":
                cues = bench.resolver.cues(bench.timeline)
                return {"cues": [dict(cue) for cue in cues]} if cues else {}
            case "remove_silences":
                gap = given.get("gap_ms", DEFAULT_GAP_MS)
                gap_ms = gap if isinstance(gap, int) and not isinstance(gap, bool) and gap > 0 else DEFAULT_GAP_MS
                found = bench.resolver.silences(bench.timeline, gap_ms)
                return {} if found is None else {"ranges": tuple((int(start), int(end)) for start, end in found)}
            case _:
                return {}
        facts = bench.resolver.facts(bench.timeline, entry)
        return {"file": str(entry["file_id"])} | ({"facts": facts} if facts else {})

    def _write_captions(self) -> None:
        """The cues of a transcript that is kept already, into captions that wait for them."""
        bench = self.bench
        if any(track.meta and track.meta.pending for track in bench.timeline.with_role("caption")):
            cues = bench.resolver.cues(bench.timeline)
            if cues:
                bench.make(AddCaptions, "", cues=[dict(cue) for cue in cues])

    # what is no edit

    def _answer(self, given: Tree) -> Tree:
        text = plain(_string(given, "text"), 600)
        if claims_a_change(text):
            raise UsageError("an answer says what is there; what was done is told by the program")
        self.answers.append(text)
        return {"ok": True}

    def _ask(self, given: Tree) -> Tree:
        text = plain(_string(given, "text"), 300)
        raw = given.get("choices")
        offered = cast("list[object]", raw) if isinstance(raw, list) else []
        labels = [label for one in offered if isinstance(one, str) and (label := plain(one, 80))]
        labels = list(dict.fromkeys(labels))[:MAX_CHOICES]
        if self.bench.questions:
            raise UsageError("one question at a time")
        if not text.endswith(("?", "？")) or claims_a_change(text):
            raise UsageError("that is no question")

        def choice(label: str) -> Choice:
            return Choice(label, (label,), lambda later: self.again(text, label, later))

        self.bench.ask(text, text, [choice(label) for label in labels])
        self.asked = text
        return {"ok": "the user will answer in the next message"}

    def _refuse(self, given: Tree) -> Tree:
        wish, reason = plain(_string(given, "wish"), 120), plain(_string(given, "reason"), 300)
        if claims_a_change(reason):
            raise UsageError("a reason says why not")
        if len(self._refusals) < 4:
            self._refusals.append(Refusal(wish, marked(reason, self.bench.lang)))
        return {"ok": True}

    def _action(self, given: Tree) -> Tree:
        name = given.get("name")
        if name is None or name != self.reading.action:
            raise UsageError("the user's message does not ask for that action")
        self.bench.action = self.reading.action
        self.bench.output = dict(self.reading.output)
        return {"ok": True}

    def _read(self, given: Tree) -> Tree:
        from_ms, to_ms = given.get("from_ms", 0), given.get("to_ms")
        if not isinstance(from_ms, int) or not isinstance(to_ms, int | None):
            raise UsageError("times are whole milliseconds")
        lines, more = caption_lines(self.bench, from_ms, to_ms, MAX_READ_CHARACTERS)
        return {"captions": lines, "more": more}

    def _open(self, given: Tree) -> Tree:
        areas = given.get("areas")
        wanted = [one for one in cast("list[object]", areas) if one in AREAS] if isinstance(areas, list) else []
        if not wanted:
            raise UsageError("no such area", hint=f"the areas are {', '.join(AREAS)}")
        self._areas |= {str(one) for one in wanted}
        return {"open": sorted(self._areas)}


def _fields(kind: type[Edit]) -> list[str]:
    return [info.alias or name for name, info in kind.model_fields.items() if name != "op"]


def _name(given: Tree) -> str | None:
    name = given.get("file")
    return name if isinstance(name, str) and name else None


def _string(given: Tree, name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str) or not value.strip():
        raise UsageError(f"{name} is missing")
    return value
