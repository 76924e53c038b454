"""What the words around a word settle: 去 that removes, "turn … down", the "one" that was better."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wavereel.agent.frames import is_act
from wavereel.agent.values.model import Value

if TYPE_CHECKING:
    from wavereel.agent.frames import Frame
    from wavereel.agent.tokens import Token

_VERSIONS = frozenset(("one", "version", "look", "版本", "版", "那版", "那个", "那", "那种", "样子", "那样"))
_GOES = frozenset(("should go", "must go", "has to go", "needs to go", "can go", "go", "goes"))
"""Ways to say that something is to be gone, or is to go somewhere."""

_HAVE_YOU = frozenset(("do you have", "have you got", "do we have", "is there", "is there any", "are there"))
"""Questions that are wishes where they say of what kind: "do you have some calm music?"."""

_PUTS = frozenset(("show", "put", "display", "write", "add", "flash"))
"""Verbs whose "words" are a text."""

_GROUNDS = frozenset(("底色", "背景", "背景色", "背景颜色", "底板", "底"))
"""What may be the ground of words."""

_BETTER = frozenset(("liked", "like", "better", "nicer", "prefer", "preferred", "好", "好看", "喜欢", "之前"))
"""Words by which an earlier state is praised."""


def _owner_before(tokens: list[Token], place: int) -> bool:
    """Whether words on screen stand right before, whose own ground is spoken of: 字幕的底色."""
    before = tokens[:place]
    if before and before[-1].text == "的":
        before.pop()
    return (
        bool(before)
        and before[-1].says("obj", "caption", "title", "lower_third", "cta", "chapter")
        and tokens[place - 1].end == tokens[place].start
    )


def _speaks_of_text(tokens: list[Token], place: int) -> bool:
    """Whether words on screen are spoken of, before a word or in its piece, whose ground it may be."""
    end = next((number for number in range(place, len(tokens)) if tokens[number].sign), len(tokens))
    return any(
        one.says("obj", "caption", "title", "text", "lower_third", "cta", "chapter") or one.says("look")
        for one in (*tokens[:place], *tokens[place + 1 : end])
    )


def _is_heard(behind: list[Token]) -> bool:
    """Whether what is put in the background is music: 背景放点吉他民谣."""
    piece = behind[: next((place for place, token in enumerate(behind) if token.sign), len(behind))]
    shown = any(
        token.is_value("color") or token.datum or token.says("pattern") or token.says("attr") or token.says("obj")
        for token in piece
    )
    return (
        not shown
        and any(token.says("act", "add") for token in piece)
        and any(token.says("mood", "acoustic", "jazz", "lofi", "upbeat") for token in piece)
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """A word where it stands."""

    tokens: list[Token]
    number: int

    @property
    def token(self) -> Token:
        return self.tokens[self.number]

    @property
    def previous(self) -> Token | None:
        return self.tokens[self.number - 1] if self.number else None

    @property
    def following(self) -> Token | None:
        return self.tokens[self.number + 1] if self.number + 1 < len(self.tokens) else None

    @property
    def before(self) -> list[Token]:
        """What stands before it in its piece."""
        return piece_before(self.tokens, self.number)

    @property
    def behind(self) -> list[Token]:
        """What stands behind it in its piece."""
        return _piece_behind(self.tokens, self.number)

    def after(self, word: str) -> bool:
        """Whether a word stands right before it."""
        return self.previous is not None and self.previous.text == word


def in_context(tokens: list[Token], place: int) -> Token:
    """A word whose neighbours settle what it means: 去 removes only what stands behind it, "turn … down" is quieter."""
    at = _Place(tokens, place)
    for settle in (_act_in_context, _sense_in_context, _ground_in_context, _measure_in_context):
        settled = settle(at)
        if settled is not None:
            return settled
    return tokens[place]


def _means(token: Token, kind: str, meaning: str) -> Token:
    return replace(token, readings=((kind, meaning),))


def _without(token: Token, kind: str) -> Token:
    return replace(token, readings=tuple(reading for reading in token.readings if reading[0] != kind))


def _act_in_context(at: _Place) -> Token | None:
    """Words that are verbs beside some others only, and verbs that mean another act there."""
    token, following = at.token, at.following
    if token.text == "去" and (
        not (following and following.says("obj")) or (at.previous and at.previous.says("act", "move", "add"))
    ):
        return _means(token, "stop", "stop")
    if _resets_stretch(at):
        return _means(token, "act", "cut")
    if token.text in _GOES and any(one.says("place") or one.says("dir") or one.says("to") for one in at.behind[:4]):
        return _means(token, "act", "move")
    if token.text == "turn":
        behind = [one for one in at.behind if one.content and not one.says("pron")]
        if len(behind) == 1 and behind[0].says("place", "left", "right"):
            return _means(token, "act", "rotate")
    if token.text == "off" and _takes_time_off(at.before):
        return _means(token, "act", "cut")
    if (
        token.text == "without sound"
        and any(one.says("obj", "video", "main") for one in at.before)
        and not any(one.text in ("watch", "people", "viewers") for one in at.tokens)
    ):
        return _means(token, "act", "mute")
    if token.text in ("out", "out of") and any(one.text in ("take", "pull") for one in at.before):
        return _means(token, "act", "remove")
    if token.text in _HAVE_YOU and any(one.says("mood") or one.says("attr", "take") for one in at.behind):
        return _means(token, "act", "set" if any(one.says("attr", "take") for one in at.tokens) else "add")
    if token.text == "出" and token.unknown and following and following.says("obj"):
        return _means(token, "act", "add")
    return None


def _resets_stretch(at: _Place) -> bool:
    """Whether all in a stretch of time is to go: "clear everything before 0:10"."""
    says = at.token.says("act", "reset") and at.token.text.endswith("everything")
    return says and at.following is not None and at.following.is_value("span")


def _takes_time_off(before: list[Token]) -> bool:
    """Whether an "off" ends a wish to shorten: "take 5 seconds off"."""
    return any(one.text.startswith(("take", "knock")) for one in before) and any(
        one.is_value("duration") or (one.is_value("span") and one.amount("span").kind == "for") for one in before
    )


def _sense_in_context(at: _Place) -> Token | None:
    """Words that only join, count or ask beside some others, and "words" that are those of a text."""
    token, following = at.token, at.following
    if _numbers_wish(at.tokens, at.number):
        return replace(token, readings=(("and", "and"),), value=None)
    if token.text in ("a mistake", "by mistake") and any(one.is_value("span", "clock") for one in at.behind):
        return _means(token, "stop", "stop")
    if (
        token.text in ("show", "shows", "showing")
        and (at.after("that") or at.after("which"))
        and following is not None
        and following.datum is None
    ):
        return _means(token, "stop", "stop")
    if (
        token.text in ("words", "word")
        and following is not None
        and following.datum is not None
        and following.datum.kind == "quote"
        and any(one.text in _PUTS for one in at.before)
    ):
        return _means(token, "obj", "text")
    if token.text == "哔" and following and following.unknown:
        return replace(token, readings=())
    if token.text == "还是" and any(one.text in ("是", "现在是", "它是") for one in at.before):
        return _means(token, "ask", "is")
    return None


def _ground_in_context(at: _Place) -> Token | None:
    """底, 背景 and "black": the ground of words, the background, music, or a colour to blend with."""
    token, following = at.token, at.following
    if token.text in _GROUNDS and _owner_before(at.tokens, at.number):
        return _means(token, "attr", "box")
    if token.text in ("黑底", "白底") and not _speaks_of_text(at.tokens, at.number):
        color = "#000000" if token.text == "黑底" else "#ffffff"
        return replace(token, readings=(("obj", "background"),), value=Value("color", color, token.start, token.end))
    if token.text == "底":
        set_alone = not at.before and following is not None and following.says("act", "set")
        colored = at.previous is not None and at.previous.is_value("color")
        if (set_alone and not _speaks_of_text(at.tokens, at.number)) or (
            colored and not any(one.says("obj", "caption", "title", "text", "lower_third", "cta") for one in at.before)
        ):
            return _means(token, "obj", "background")
    if token.text == "背景" and _is_heard(at.tokens[at.number + 1 :]):
        return _means(token, "obj", "music")
    if _blends_with_black(at):
        return replace(token, readings=(("to", "to"),), value=Value("color", "#000000", token.start, token.end))
    return None


def _blends_with_black(at: _Place) -> bool:
    """Whether "to black" is a colour of a gradient, and no fade: "from red to black"."""
    if at.token.text not in ("to black", "from black"):
        return False
    if at.token.text == "from black" and any(one.is_value("color") for one in at.tokens[at.number + 1 : at.number + 4]):
        return True
    return any(one.says("attr", "gradient") or one.text == "from" or one.is_value("color") for one in at.before)


def _measure_in_context(at: _Place) -> Token | None:
    """Words of size, number and loudness whose sense what is measured settles."""
    token = at.token
    if token.text in ("tall", "wide") and at.previous is not None:
        compares = at.previous.text in ("as", "this", "that", "so")
        if compares or at.previous.is_value("percent", "factor"):
            return _without(token, "ratio")
    if token.text in ("多", "少") and token.unknown:
        if any(one.is_value("count") for one in at.tokens[at.number + 1 : at.number + 3]):
            return _means(token, "dir", "more" if token.text == "多" else "fewer")
        return None
    if (
        (token.raw.startswith("細") or token.raw.endswith("細"))
        and token.says("dir", "thinner")
        and any(one.says("obj", "title", "caption", "text", "logo", "cover", "lower_third") for one in at.before)
    ):
        return _means(token, "dir", "smaller")
    if token.text == "点" and not any(one.says("obj", "waveform") for one in at.tokens):
        return _without(token, "style")
    if token.text in ("up", "down") and any(one.text in ("turn", "crank", "dial") for one in at.before[-5:]):
        return _means(token, "dir", "louder" if token.text == "up" else "quieter")
    return None


def _numbers_wish(tokens: list[Token], place: int) -> bool:
    """Whether it only counts the wishes: "(a) … (b) …", "1) … 2) …"."""
    token = tokens[place]
    if (
        len(token.text) != 1
        or not token.text.isascii()
        or not (token.unknown or token.text == "a" or token.is_value("number"))
    ):
        return False
    if place + 2 >= len(tokens) or tokens[place + 1].text != ")":
        return False
    return place == 0 or tokens[place - 1].sign


def _piece_behind(tokens: list[Token], place: int) -> list[Token]:
    """What stands behind a word in its piece, up to the next sign."""
    end = next((number for number in range(place + 1, len(tokens)) if tokens[number].sign), len(tokens))
    return tokens[place + 1 : end]


def piece_before(tokens: list[Token], place: int) -> list[Token]:
    """What stands before a word in its piece, back to the last sign."""
    start = place
    while start and not tokens[start - 1].sign:
        start -= 1
    return tokens[start:place]


def is_praise(piece: Frame) -> bool:
    """Whether it says which earlier state was better: "the blue one was nicer", 还是红色背景那版好."""
    if not piece.has_predicate or any(is_act(token) for token in piece.tokens):
        return False
    texts = {token.text for token in piece.tokens}
    return bool(texts & _VERSIONS) and (
        piece.has("yes") or piece.has("chat") or piece.acts("improve") or bool(texts & _BETTER)
    )
