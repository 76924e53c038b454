"""A plain message as tokens: values, words of the lexicon, data, signs, and what was not understood."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from wavereel.agent.lexicon.index import Reading, chinese_at, english_at, word_at
from wavereel.agent.message import is_mark
from wavereel.agent.values.model import Span, Value
from wavereel.agent.values.numerals import HAN_NUMERALS
from wavereel.agent.values.scan import value_at

if TYPE_CHECKING:
    from wavereel.agent.message import Datum, Message

_SIGNS = ",;.!?:()[]{}\n/|&+"
MAX_TOKENS = 1000
"""What follows is not read: words are looked at beside each other, so a message costs the square of their number."""

_HYPHEN = re.compile(r"(?<=[a-z])-(?=[a-z])")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a message and everything that it may mean.

    Attributes:
        text: As in the plain text.
        start: Half-open range in the plain text.
        end: Its end.
        readings: Kinds and values of the lexicon.
        value: A number, time, colour and the like.
        datum: A quoted text or a file's name.
        slip: Whether a slip of spelling was forgiven.
        raw: As it was typed.
    """

    text: str
    start: int
    end: int
    readings: tuple[Reading, ...] = ()
    value: Value | None = None
    datum: Datum | None = None
    slip: bool = False
    raw: str = ""

    def get(self, kind: str) -> str | None:
        """The first value of a kind of the lexicon."""
        for name, value in self.readings:
            if name == kind:
                return value
        return None

    def all(self, kind: str) -> list[str]:
        """All values of a kind of the lexicon."""
        return [value for name, value in self.readings if name == kind]

    def says(self, kind: str, *values: str) -> bool:
        """Whether it may mean one of these values of a kind, or anything of it where none is given."""
        return any(name == kind and (not values or value in values) for name, value in self.readings)

    def amount(self, *kinds: str) -> Any:
        """The value where it is a number, time or colour of one of these kinds."""
        return self.value.value if self.value is not None and self.value.kind in kinds else None

    def is_value(self, *kinds: str) -> bool:
        """Whether it is a number, time or colour of one of these kinds."""
        return self.value is not None and (not kinds or self.value.kind in kinds)

    @property
    def sign(self) -> bool:
        """Whether it is punctuation."""
        return self.text in _SIGNS or self.text == "\n"

    @property
    def unknown(self) -> bool:
        """Whether nothing is known of it."""
        return not (self.readings or self.value or self.datum or self.sign)

    @property
    def content(self) -> bool:
        """Whether it means more than the words that hold sentences together."""
        return bool(self.value or self.datum) or any(kind not in ("stop", "good") for kind, _ in self.readings)


def tokens_of(message: Message) -> list[Token]:
    """The tokens of a message, in order; blanks are left out."""
    if not message.tokens:
        message.tokens.extend(_read(message))
    return list(message.tokens)


def _read(message: Message) -> list[Token]:
    text = message.text
    phrases = _HYPHEN.sub(" ", text)
    found: list[Token] = []
    at = 0
    while at < len(text) and len(found) < MAX_TOKENS:
        if phrases[at] == " ":
            at += 1
            continue
        token = _again(text, at) or _token_at(message, phrases, at)
        if token.unknown and found and found[-1].unknown and _is_han(token.text) and found[-1].end == token.start:
            last = found.pop()
            token = Token(last.text + token.text, last.start, token.end)
        if token.text == "儿" and token.unknown and found and not found[-1].unknown:
            token = replace(token, readings=(("stop", "stop"),))
        if not token.raw:
            token = replace(token, raw=message.original(token.start, token.end))
        found.append(token)
        at = token.end
    if " more " in text or " extra " in text:
        found = _with_more(found)
    if " last " in text or " first " in text:
        found = _with_bare_edges(found)
    return _paired(found) if any(datum.kind == "wrong" for datum in message.data) else found


def _again(text: str, at: int) -> Token | None:
    """The 一挪 of 挪一挪, which adds nothing to its verb."""
    if (
        text[at] != "一"
        or not at
        or text[at - 1] != text[at + 1 : at + 2]
        or not _is_han(text[at - 1])
        or text[at - 1] in HAN_NUMERALS
    ):
        return None
    return Token(text[at : at + 2], at, at + 2, (("stop", "stop"),))


def _with_more(tokens: list[Token]) -> list[Token]:
    """A length that something is to be longer by: "4 more seconds"."""
    for place in range(len(tokens) - 2):
        number, more, unit = tokens[place : place + 3]
        unit_ms = {"second": 1000, "sec": 1000, "minute": 60_000, "min": 60_000}.get(unit.text.rstrip("s"))
        if unit_ms and number.is_value("number") and more.text in ("more", "extra", "additional"):
            value = Value("duration", round(number.amount("number") * unit_ms), number.start, unit.end)
            length = replace(number, text=more.text, end=unit.end, readings=(("dir", "more"),), value=value)
            return [*tokens[:place], length, *tokens[place + 3 :]]
    return tokens


def _with_bare_edges(tokens: list[Token]) -> list[Token]:
    """The second length has the unit of the first: "the first 3 seconds and the last 2"."""
    known = next(
        (token for token in tokens if token.is_value("span") and token.amount("span").kind in ("first", "last")), None
    )
    if known is None:
        return tokens
    unit_ms = 60_000 if " min" in known.text else 1000
    for place in range(len(tokens) - 1):
        edge, number = tokens[place], tokens[place + 1]
        bare = place + 2 == len(tokens) or tokens[place + 2].sign or tokens[place + 2].text in ("of", "and", "too")
        if edge.is_value("ordinal") and edge.amount("ordinal") in (1, -1) and number.is_value("number") and bare:
            length_ms = round(number.amount("number") * unit_ms)
            span = Span("first", end_ms=length_ms) if edge.amount("ordinal") == 1 else Span("last", start_ms=length_ms)
            token = replace(
                edge,
                text=f"{edge.text} {number.text}",
                end=number.end,
                readings=(),
                value=Value("span", span, edge.start, number.end),
                raw=f"{edge.raw} {number.raw}",
            )
            return [*tokens[:place], token, *tokens[place + 2 :]]
    return tokens


def _paired(tokens: list[Token]) -> list[Token]:
    """A wrong and a right wording as one: what stands between them only says which is which."""
    places = [
        place
        for place, token in enumerate(tokens)
        if token.datum is not None and token.datum.kind in ("wrong", "right")
    ]
    if len(places) == 1:
        place = places[0]
        return [*tokens[:place], replace(tokens[place], readings=(("act", "replace"),)), *tokens[place + 1 :]]
    if len(places) != 2:
        return tokens
    first, last = places
    pair = (replace(tokens[first], readings=(("act", "replace"),)), tokens[last])
    return [*tokens[:first], *pair, *tokens[last + 1 :]]


def _token_at(message: Message, phrases: str, at: int) -> Token:
    text = message.text
    if is_mark(text[at]):
        return Token(text[at], at, at + 1, datum=message.datum(text[at]))
    value = value_at(text, at)
    phrase = (english_at(phrases, at) if text[at].isascii() else None) or chinese_at(text, at)
    value_end, phrase_end = (value.end if value else at), (phrase.end if phrase else at)
    if value and value.kind == "ordinal" and text[value_end - 1] == "章":
        return Token(text[at:value_end], at, value_end, (("obj", "chapter"),), value=value)
    if value and (value_end > phrase_end or (value_end == phrase_end and phrase and phrase.slip)):
        return Token(text[at:value_end], at, value_end, value=value)
    if (
        phrase
        and phrase.slip
        and at
        and all(kind == "stop" for kind, _ in phrase.readings)
        and message.original(at, phrase.end)[:1].isupper()
    ):
        phrase = None  # "a photo of Paris" is no slip of "parts"
    if phrase:
        same = value if value_end == phrase_end else None
        return Token(text[at:phrase_end], at, phrase_end, phrase.readings, value=same, slip=phrase.slip)
    end = at + max(1, len(word_at(text, at)))
    return Token(text[at:end], at, end)


def _is_han(text: str) -> bool:
    return all("\u4e00" <= letter <= "\u9fff" for letter in text)
