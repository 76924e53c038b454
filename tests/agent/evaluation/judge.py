"""The cases of the evaluation set, whether a turn of a conversation meets one, and how many were met."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from tests.agent.evaluation.bases import BASE_NAMES, base, medium, with_media
from tests.agent.evaluation.places import is_place, same_draft, shown_at, value_at

from wavereel.timeline.model import Timeline

AREAS = (
    *("make", "canvas", "theme", "sound", "cut", "waveform", "background", "video", "overlay", "zoom", "progress"),
    *("title", "text", "captions", "history", "refer", "relative", "multi", "ask", "refuse", "answer", "propose"),
    *("action", "data", "partial"),
)
ACTIONS = ("export", "credits", "status", "upload", None)
LANGUAGES = ("en", "zh")

_FIELDS = {"id", "intent", "base", "history", "media", "say", "expect"}
_NEEDED = {"id", "intent", "base", "say", "expect"}
_OPERATORS = {"any", "not", "min", "max", "rel", "has", "times", "plus"}
_TOLERANCE = 1e-3
_TIMES_TOLERANCE = 0.01
_COLOR = re.compile(r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})", re.IGNORECASE)
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|「[^」]*」|『[^』]*』|《[^》]*》|‘[^’]*’|(?<!\w)'[^']*'(?!\w)")
_FILE = re.compile(r"[^\s，。、：；“”]+\.[A-Za-z0-9]{2,5}\b")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]{2,}")


class Turn(Protocol):
    """What a conversation gives back for one message."""

    @property
    def reply(self) -> str: ...
    @property
    def timeline(self) -> Timeline: ...
    @property
    def changes(self) -> Sequence[Any]: ...
    @property
    def questions(self) -> Sequence[Any]: ...
    @property
    def refused(self) -> Sequence[Any]: ...
    @property
    def action(self) -> str | None: ...


Run = Callable[[Timeline, tuple[str, ...], str], tuple[Timeline, Turn]]
"""Replays a history on a draft, then says: the draft before `say`, and the turn."""


@dataclass(frozen=True)
class Case:
    """One line of the set."""

    id: str
    intent: str
    base: str
    say: str
    expect: dict[str, Any]
    history: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    lang: str = "en"
    held_out: bool = False

    @property
    def area(self) -> str:
        """The first part of the intent."""
        return self.intent.partition(".")[0]

    def timeline(self) -> Timeline:
        """The draft before the history."""
        return with_media(base(self.base), self.media)


@dataclass(frozen=True)
class Result:
    """A case, and the expectations that failed."""

    case: Case
    failed: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether none failed."""
        return not self.failed


def load_cases(path: Path) -> list[Case]:
    """The cases of a file; its name says the language, and whether they are held out.

    Raises:
        ValueError: Lines that are no cases; named by number and fault, never by what they say.
    """
    lang = next((lang for lang in LANGUAGES if path.name.startswith(f"{lang}-")), LANGUAGES[0])
    cases: list[Case] = []
    faults: list[str] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if not line.strip():
            continue
        try:
            tree = json.loads(line)
            wrong = _faults(tree)
        except ValueError as error:
            tree, wrong = {}, [f"no JSON ({error})"]
        if not wrong and any(case.id == tree["id"] for case in cases):
            wrong = ["its id was used before"]
        faults += [f"{path.name}:{number}: {fault}" for fault in wrong]
        if not wrong:
            tree |= {key: tuple(tree.get(key, ())) for key in ("history", "media")}
            cases.append(Case(**tree, lang=lang, held_out="held-out" in path.name))
    if faults:
        raise ValueError("\n".join(faults))
    return cases


def judge(case: Case, run: Run) -> list[str]:
    """The expectations that the turn fails, each with what is there instead; empty where it passed."""
    before, turn = run(case.timeline(), case.history, case.say)
    failed: list[str] = []
    for key, wanted in case.expect.items():
        check = _WHOLE_TURN.get(key)
        fault = check(before, turn, wanted) if check else _place_fault(before, turn.timeline, key, wanted)
        if fault:
            failed.append(f"{key}: {fault}")
    return failed


def report(results: Sequence[Result]) -> str:
    """Accuracy by area of the intent, tuned and held out, by language, as a table in Markdown."""
    columns: list[tuple[str, Callable[[Case], bool]]] = [
        *((f"{lang} tuned", lambda case, lang=lang: case.lang == lang and not case.held_out) for lang in LANGUAGES),
        *((f"{lang} held out", lambda case, lang=lang: case.lang == lang and case.held_out) for lang in LANGUAGES),
        ("tuned", lambda case: not case.held_out),
        ("held out", lambda case: case.held_out),
        ("all", lambda case: True),
    ]
    lines = [
        "| intent | " + " | ".join(name for name, _ in columns) + " |",
        "| --- |" + " ---: |" * len(columns),
    ]
    areas = [area for area in AREAS if any(result.case.area == area for result in results)]
    for area in (*areas, None):
        rows = [result for result in results if area is None or result.case.area == area]
        cells = [_share([result for result in rows if column(result.case)]) for _, column in columns]
        name = "**all**" if area is None else f"`{area}`"
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def failures_by_intent(results: Sequence[Result]) -> dict[str, int]:
    """How many cases failed, by intent, most first."""
    return dict(Counter(result.case.intent for result in results if not result.passed).most_common())


def meets(value: Any, wanted: Any, before: Any = None, shown: tuple[Any, Any] | None = None) -> bool:
    """Whether a value is what a case wants.

    Args:
        value: What the draft states after `say`; `None` where the key is absent.
        wanted: A literal, `None` for an absent key, or operators that all have to hold.
        before: What the draft stated before `say`.
        shown: What was, and what is, seen or heard, for comparisons where one of the two states nothing.
    """
    if not _is_operators(wanted):
        return same(value, wanted)
    was, now = shown or (before, value)
    return all(_holds(name, operand, value, before, was, now) for name, operand in wanted.items())


def same(one: Any, other: Any) -> bool:
    """Numbers within 1e-3, colours without case and in their long form, lists and objects by their parts."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if _is_number(one) and _is_number(other):
        return math.isclose(one, other, rel_tol=0, abs_tol=_TOLERANCE + 1e-12)
    if isinstance(one, str) and isinstance(other, str):
        return _plain(one) == _plain(other)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return one == other


def language_of(reply: str) -> str | None:
    """`zh` or `en`: of which there are more words outside quotes and names of files; `None` where there are none.

    A Chinese word is taken to have one and a half characters.
    """
    text = _FILE.sub(" ", _QUOTED.sub(" ", reply))
    han, latin = len(_HAN.findall(text)), len(_LATIN.findall(text))
    if not han and not latin:
        han, latin = len(_HAN.findall(reply)), len(_LATIN.findall(reply))
    if not han and not latin:
        return None
    return "zh" if han > 1.5 * latin else "en"


def op_of(change: Any) -> str:
    """The name of a typed edit, whether it is an object or its JSON."""
    return str(change.get("op") if isinstance(change, dict) else getattr(change, "op", type(change).__name__))


def _holds(name: str, operand: Any, value: Any, before: Any, was: Any, now: Any) -> bool:
    both = _is_number(was) and _is_number(now)
    match name:
        case "any":
            return any(meets(value, choice, before, (was, now)) for choice in operand)
        case "not":
            return not meets(value, operand, before, (was, now))
        case "has":
            return isinstance(value, str) and operand in value
        case "min":
            return _is_number(value) and value >= operand - _TOLERANCE
        case "max":
            return _is_number(value) and value <= operand + _TOLERANCE
        case "times":
            return both and math.isclose(now, was * operand, rel_tol=_TIMES_TOLERANCE, abs_tol=1e-9)
        case "plus":
            return both and same(now, was + operand)
        case _:
            return _compares(operand, value, before, was, now)


def _compares(relation: str, value: Any, before: Any, was: Any, now: Any) -> bool:
    if relation == "=":
        return same(value, before) or (was is not None and same(now, was))
    if not (_is_number(was) and _is_number(now)) or same(now, was):
        return False
    return now > was if relation == ">" else now < was


def _place_fault(before: Timeline, after: Timeline, place: str, wanted: Any) -> str:
    value, old = value_at(after, place), value_at(before, place)
    shown = (shown_at(before, place), shown_at(after, place)) if isinstance(wanted, dict) else None
    if meets(value, wanted, old, shown):
        return ""
    return f"{_text(value)}, before {_text(old)}, wanted {_text(wanted)}"


def _unchanged(before: Timeline, turn: Turn, wanted: bool) -> str:
    if same_draft(before, turn.timeline) == wanted:
        return ""
    ops = ", ".join(op_of(change) for change in turn.changes) or "no edit named"
    return f"the draft changed ({ops})" if wanted else "the draft is as it was"


def _asks(before: Timeline, turn: Turn, wanted: bool) -> str:
    return "" if bool(turn.questions) == wanted else f"{len(turn.questions)} questions"


def _refuses(before: Timeline, turn: Turn, wanted: bool) -> str:
    return "" if bool(turn.refused) == wanted else f"{len(turn.refused)} refusals"


def _answers(before: Timeline, turn: Turn, wanted: bool) -> str:
    faults = [
        *(["no reply"] if not turn.reply.strip() else []),
        *(["it asks"] if turn.questions else []),
        *(["it refuses"] if turn.refused else []),
        *([_unchanged(before, turn, True)] if not same_draft(before, turn.timeline) else []),
    ]
    if not wanted:
        return "" if faults else "it answers"
    return ", ".join(faults)


def _action(before: Timeline, turn: Turn, wanted: str | None) -> str:
    return "" if turn.action == wanted else f"{_text(turn.action)}, wanted {_text(wanted)}"


def _reply_has(before: Timeline, turn: Turn, wanted: list[str]) -> str:
    missing = [text for text in wanted if text.casefold() not in turn.reply.casefold()]
    return f"the reply lacks {_text(missing)}" if missing else ""


def _reply_lang(before: Timeline, turn: Turn, wanted: str) -> str:
    found = language_of(turn.reply)
    return "" if found == wanted else f"the reply is {found or 'in no language'}"


_WHOLE_TURN: dict[str, Callable[[Timeline, Turn, Any], str]] = {
    "unchanged": _unchanged,
    "asks": _asks,
    "refuses": _refuses,
    "answers": _answers,
    "action": _action,
    "reply_has": _reply_has,
    "reply_lang": _reply_lang,
    "names": _reply_has,
}


def _faults(tree: Any) -> list[str]:
    """What is wrong with a line, in words that quote nothing it says."""
    if not isinstance(tree, dict):
        return ["no object"]
    if tree.keys() - _FIELDS or _NEEDED - tree.keys():
        return [f"keys {sorted(tree.keys() - _FIELDS)} unknown, {sorted(_NEEDED - tree.keys())} missing"]
    faults: list[str] = []
    if not all(isinstance(tree[key], str) and tree[key] for key in ("id", "intent", "base", "say")):
        faults.append("id, intent, base and say are texts")
    elif tree["base"] not in BASE_NAMES:
        faults.append(f"no base {tree['base']!r}")
    elif tree["intent"].partition(".")[0] not in AREAS or not tree["intent"].partition(".")[2]:
        faults.append(f"no intent {tree['intent']!r}")
    faults += [f"{key} is a list of texts" for key in ("history", "media") if not _is_texts(tree.get(key, []))]
    if not isinstance(tree["expect"], dict) or not tree["expect"]:
        return [*faults, "expect is an object that is not empty"]
    faults += _media_faults(tree.get("media", []))
    return faults + [fault for key, wanted in tree["expect"].items() for fault in _expectation_faults(key, wanted)]


def _media_faults(media: Any) -> list[str]:
    try:
        for name in media if _is_texts(media) else ():
            medium(name)
    except ValueError as error:
        return [str(error)]
    return []


def _expectation_faults(key: str, wanted: Any) -> list[str]:
    legal = {
        "action": lambda: wanted in ACTIONS,
        "reply_has": lambda: _is_texts(wanted) and bool(wanted),
        "names": lambda: _is_texts(wanted) and bool(wanted),
        "reply_lang": lambda: wanted in LANGUAGES,
    }
    if key in _WHOLE_TURN:
        return [] if legal.get(key, lambda: isinstance(wanted, bool))() else [f"{key} cannot want this"]
    if not is_place(key):
        return [f"no place {key!r}"]
    return _operator_faults(key, wanted)


def _operator_faults(key: str, wanted: Any) -> list[str]:
    if not isinstance(wanted, dict):
        return []
    if not _is_operators(wanted):
        # An object as a literal has none of the operators' names; a mixture is a slip.
        return [f"{key}: operators and other keys in one"] if wanted.keys() & _OPERATORS else []
    faults: list[str] = []
    for name, operand in wanted.items():
        if name == "any":
            legal = isinstance(operand, list) and bool(operand)
            faults += [fault for choice in operand for fault in _operator_faults(key, choice)] if legal else []
        elif name == "not":
            legal = True
            faults += _operator_faults(key, operand)
        elif name == "rel":
            legal = operand in ("<", "=", ">")
        else:
            legal = isinstance(operand, str) if name == "has" else _is_number(operand)
        faults += [] if legal else [f"{key}: {name} cannot take this"]
    return faults


def _is_operators(wanted: Any) -> bool:
    return isinstance(wanted, dict) and bool(wanted) and wanted.keys() <= _OPERATORS


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def _plain(text: str) -> str:
    """A colour as `#rrggbb`, or `#rrggbbaa` where it is not opaque; any other text as it is."""
    if not _COLOR.fullmatch(text):
        return text
    digits = text[1:].lower()
    if len(digits) < 6:
        digits = "".join(2 * digit for digit in digits)
    return "#" + (digits[:6] if digits[6:] == "ff" else digits)


def _text(value: Any) -> str:
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False)


def _share(results: Sequence[Result]) -> str:
    if not results:
        return ""
    passed = sum(result.passed for result in results)
    return f"{100 * passed / len(results):.1f} % ({passed}/{len(results)})"
