"""Which of the choices of an open question a message takes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from wavereel.agent.message import read_message
from wavereel.agent.tokens import tokens_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wavereel.agent.tokens import Token
    from wavereel.agent.turn import Choice, Pending

_CUT = re.compile(r"\s*[,;.!，；。！]\s*(?:and then |and |then |然后|再|并且|顺便)?")
_LIMITS = re.compile(r"(?:but|except|only|not|without|但|不过|可是|除了|只|别|不)", re.IGNORECASE)
"""How a second half begins that says which part of the answer is not meant."""

_COUNTED = {"first": 1, "second": 2, "third": 3, "last": -1}
"""Numbers that stand without "the"; in a wish "first" is more often "at first"."""

_MOST_WORDS = 9
"""Longer messages are wishes of their own, unless they name a choice."""


def chosen(text: str, pending: Pending) -> Sequence[Choice] | None:
    """The choices that a message takes, none for a "no"; `None` where it is no answer.

    Args:
        text: The message.
        pending: The open question.
    """
    message = read_message(text)
    tokens = [token for token in tokens_of(message) if not token.sign]
    content = [token for token in tokens if token.content or token.unknown]
    if not pending.choices:
        return None
    named = _named(text, pending.choices)
    if not content:
        return [named] if named else None
    numbered = any(_places(token, len(pending.choices)) for token in content)
    others = [token for token in content if _is_wish(token, numbered=numbered)]
    if named and len(tokens) <= _MOST_WORDS:
        return [named]
    timed = [place for token in content for place in _at_time(token, pending)]
    if len(timed) == 1 and len(tokens) <= _MOST_WORDS and not any(token.says("act") for token in content):
        return [pending.choices[timed[0]]]
    if others or len(tokens) > _MOST_WORDS:
        return None
    numbers = [place for token in content for place in _places(token, len(pending.choices))]
    if numbers:
        return [pending.choices[place] for place in dict.fromkeys(numbers)]
    refused = [
        token.says("no") or token.says("not") or token.says("chat") or token.says("stop") or token.says("pron")
        for token in content
    ]
    if any(token.says("no") or token.says("not") for token in content) and all(refused):
        return []
    if any(token.says("pron", "both", "all") for token in content) and (everything := _everything(pending)):
        return everything
    if any(token.says("yes") for token in content) and not any(token.says("no") for token in content):
        return _everything(pending) or [pending.choices[0]]
    return None


def answer_and_rest(text: str) -> tuple[str, str]:
    """A message cut behind its answer: "first please, and make it square"; no rest where that limits the answer."""
    match = _CUT.search(text)
    if match is None:
        return text, ""
    head, rest = text[: match.start()], text[match.end() :].strip()
    return (text, "") if _LIMITS.match(rest) else (head, rest)


def _everything(pending: Pending) -> Sequence[Choice]:
    if pending.together:
        return pending.choices
    last = pending.choices[-1]
    return [last] if {"all", "both"} & set(last.words) else []


def _named(text: str, choices: Sequence[Choice]) -> Choice | None:
    """The choice one of whose words stands in the message; the longest word decides."""
    folded = f" {text.casefold()} "
    found: list[tuple[int, int]] = []
    for place, choice in enumerate(choices):
        for word in (*choice.words, choice.label):
            plain = word.casefold().removeprefix("the ").strip()
            if not plain:
                continue
            hit = (
                f" {plain}"
                in folded.replace(",", " ").replace(".", " ").replace("“", " ").replace('"', " ").replace("'", " ")
                if plain.isascii()
                else plain in folded
            )
            if hit:
                found.append((len(plain), -place))
    if not found:
        return None
    return choices[-max(found)[1]]


def _is_wish(token: Token, *, numbered: bool) -> bool:
    """Whether a word means more than an answer does; beside a number, a noun only says of what: "the second title"."""
    if (
        token.text in _COUNTED
        or token.says("yes")
        or token.says("no")
        or token.says("ord")
        or token.says("pron")
        or token.says("chat")
    ):
        return False
    if token.is_value("ordinal", "number", "count"):
        return False
    if token.datum is not None or token.value is not None or token.unknown:
        return True
    acts = [
        act
        for act in token.all("act")
        if act not in ("set", "add", "make_video") and not (act == "keep" and token.says("only"))
    ]
    if numbered and (token.says("obj") or token.says("file")) and not acts:
        return False
    return bool(acts) or token.says("obj") or token.says("dir")


def _at_time(token: Token, pending: Pending) -> list[int]:
    """The choice whose label says the time that a word says: "the one at 1:00"."""
    span = token.amount("span")
    start_ms = span.start_ms if span is not None and span.kind == "at" else token.amount("clock")
    if start_ms is None:
        return []
    label = f"{start_ms / 1000:g}"
    return [
        place
        for place, choice in enumerate(pending.choices)
        if choice.label.endswith((f"({label} s)", f"（{label}秒）"))
    ]


def _places(token: Token, count: int) -> list[int]:
    number = token.amount("ordinal", "number")
    if number is None:
        number = {"former": 1, "second": 2, "third": 3}.get(token.get("ord") or "") or _COUNTED.get(token.text)
    if number is None:
        return []
    place = int(number) - 1 if number > 0 else count + int(number)
    return [place] if 0 <= place < count else []
