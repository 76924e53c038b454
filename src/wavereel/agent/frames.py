"""A wish as the grammar reads it: what is to be done, to what, with which values; word order does not matter."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from wavereel.agent.message import Datum, Message
    from wavereel.agent.tokens import Token

PREDICATES = frozenset(
    (
        *("dir", "place", "style", "look", "theme", "mood", "pattern", "fit", "anim", "trans", "weight", "platform"),
        *("ratio", "half", "normal", "max", "min", "off", "on", "lang", "res"),
    )
)
"""Kinds of words that say what something is to be like."""

HARD_ACTS = frozenset(
    (
        *(
            "add",
            "remove",
            "set",
            "cut",
            "keep",
            "make_video",
            "split",
            "duplicate",
            "undo",
            "redo",
            "reset",
            "back_to",
        ),
        *(
            "mute",
            "unmute",
            "hide",
            "unhide",
            "replace",
            "speed",
            "normalize",
            "rotate",
            "crop",
            "export",
            "join",
            "move",
        ),
        *("next", "mask", "transcribe"),
    )
)
"""Acts that begin a wish of their own; the others say more about one that has begun."""

WEAK_PARTS = frozenset({"video", "sound", "timeline", "canvas", "text", "main", "caption_word", "picture"})
"""Parts whose names also stand for the whole thing, or for what another part is made of."""

BEFORE_ANOTHER = frozenset(
    (
        *("on", "over", "under", "above", "below", "behind", "to", "of", "in", "from", "for", "into", "onto", "around"),
        *("inside", "beneath", "underneath", "across", "beside", "against", "near", "at", "during", "as", "between"),
        *("compared to", "compared with", "relative to"),
        *("than", "until", "upon", "within", "by", "when", "while", "在", "从", "比", "跟着", "随着", "作为", "当"),
    )
)

LIST_ACTS = (
    "add",
    "remove",
    "mute",
    "unmute",
    "hide",
    "unhide",
    "make_video",
    "duplicate",
    "join",
    "keep",
    "cut",
    "blur",
)
"""Acts that go on for the next thing of a list: "remove the logo and the music"."""


@dataclass
class Frame:
    """One wish.

    Attributes:
        message: Where it stands.
        tokens: Its words, in order.
        acts_before: Acts of an earlier wish that hold for this one too, where it has none.
        also: Parts that share what is said, from a list such as "title and captions".
        fixes: It corrects the wish before it.
        subject: The part that the wish before it was about.
        new_sentence: Whether it starts a sentence.
        mixed: Whether its words stand in more than one message.
    """

    message: Message
    tokens: list[Token]
    acts_before: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    fixes: bool = False
    subject: str = ""
    new_sentence: bool = True
    mixed: bool = False
    ignored: set[int] = field(default_factory=set[int])
    _known: tuple[list[Token], int, dict[str, list[str]]] | None = field(default=None, repr=False, compare=False)

    @property
    def _meanings(self) -> dict[str, list[str]]:
        """Everything that its words may mean, by kind, in order; a list of words is read once."""
        if self._known is not None and self._known[0] is self.tokens and self._known[1] == len(self.tokens):
            return self._known[2]
        found: dict[str, list[str]] = {}
        for token in self.tokens:
            for kind, value in token.readings:
                found.setdefault(kind, []).append(value)
        self._known = (self.tokens, len(self.tokens), found)
        return found

    def has(self, kind: str, *values: str) -> bool:
        """Whether a word may mean one of these values of a kind, or anything of it."""
        found = self._meanings.get(kind)
        if found is None:
            return False
        return not values or any(value in values for value in found)

    def get(self, kind: str) -> str | None:
        """The first value of a kind."""
        found = self._meanings.get(kind)
        return found[0] if found else None

    def all(self, kind: str) -> list[str]:
        """All values of a kind, in order."""
        return list(self._meanings.get(kind, ()))

    def first(self, kind: str, *values: str) -> Token | None:
        """The first word that may mean it."""
        return next((token for token in self.tokens if token.says(kind, *values)), None)

    def acts(self, *acts: str) -> bool:
        """Whether one of these acts is asked for, here or by the wish that this one continues."""
        return self.has("act", *acts) or any(act in acts for act in self.acts_before)

    @property
    def own_acts(self) -> list[str]:
        """The acts that its own words say."""
        return self.all("act")

    def value(self, *kinds: str) -> Any:
        """The first number, time or colour of one of these kinds."""
        return next((token.amount(*kinds) for token in self.tokens if token.is_value(*kinds)), None)

    def values(self, *kinds: str) -> list[Any]:
        """All numbers, times or colours of these kinds, in order."""
        return [token.amount(*kinds) for token in self.tokens if token.is_value(*kinds)]

    def value_tokens(self, *kinds: str) -> list[Token]:
        """The words behind `values`."""
        return [token for token in self.tokens if token.is_value(*kinds)]

    @property
    def quotes(self) -> list[str]:
        """Quoted texts and names, in order."""
        return [datum.text for datum in self.data if datum.kind != "file"]

    @property
    def files(self) -> list[str]:
        """Names of files, in order."""
        return [datum.text for datum in self.data if datum.kind == "file"]

    @property
    def data(self) -> Iterator[Datum]:
        """Quoted texts, names and files."""
        return (token.datum for token in self.tokens if token.datum is not None)

    @property
    def parts(self) -> list[str]:
        """The parts of the timeline that it names, the one that it is about first; those of `also` after it."""
        named: list[tuple[bool, str]] = []
        speaks_of_fillers = any(
            token.says("act", "remove", "cut", "mask", "tidy")
            or token.says("off")
            or token.text in ("filler", "fillers")
            for token in self.tokens
        )
        for place, token in enumerate(self.tokens):
            part = token.get("obj")
            if part is None or place in self.ignored:
                continue
            if (
                part == "filler"
                and not speaks_of_fillers
                and (len(token.text) < 4 if token.text.isascii() else len(token.text) < 2)
            ):
                continue  # "uh, captions bigger"
            before = self.tokens[place - 1].text if place else ""
            if before in ("the", "my", "a", "an", "your", "our", "this", "all") and place > 1:
                before = self.tokens[place - 2].text
            named.append((before in BEFORE_ANOTHER and place > 0, part))
        strong = [item for item in named if item[1] not in WEAK_PARTS] or named
        ordered = [part for behind, part in strong if not behind] + [part for behind, part in strong if behind]
        return list(dict.fromkeys((*ordered, *self.also)))

    @property
    def part(self) -> str:
        """The part that it is about, by its own words; empty where it names none."""
        parts = self.parts
        return parts[0] if parts else ""

    def names(self, *parts: str) -> bool:
        """Whether a word names one of these parts, whatever else is named."""
        return self.has("obj", *parts) or any(part in parts for part in self.also)

    @property
    def says_something(self) -> bool:
        """Whether it has any content."""
        return any(token.content or token.unknown for token in self.tokens)

    @property
    def has_predicate(self) -> bool:
        """Whether it says what something is to be like."""
        return any(is_predicate(token) for token in self.tokens)

    @property
    def unknown_words(self) -> list[str]:
        """What was not understood in it, as it was typed."""
        return [token.raw for token in self.tokens if token.unknown]

    @property
    def words(self) -> str:
        """The wish as it was typed; of one that a correction put together, its pieces."""
        if not self.tokens:
            return ""
        if self.mixed:
            return " ".join(token.raw for token in self.tokens)
        return self.message.original(self.tokens[0].start, self.tokens[-1].end)

    def with_tokens(self, tokens: Iterable[Token]) -> Frame:
        """The same wish in other words."""
        return replace(self, tokens=list(tokens), ignored=set())


def is_predicate(token: Token) -> bool:
    """Whether a word says what something is to be like."""
    if token.value is not None and token.value.kind != "ordinal":
        return True
    return token.datum is not None or any(kind in PREDICATES for kind, _ in token.readings)


def is_act(token: Token) -> bool:
    """Whether a word begins a wish of its own."""
    return any(kind == "act" and value in HARD_ACTS for kind, value in token.readings)


def is_part(token: Token) -> bool:
    """Whether a word names a part of the timeline."""
    return token.says("obj")
