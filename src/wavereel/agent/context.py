"""What the words around a word settle: 去 that removes, "turn … down", the "one" that was better."""

from __future__ import annotations

from dataclasses import replace
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


def in_context(tokens: list[Token], place: int) -> Token:
    """A word whose neighbours settle what it means: 去 removes only what stands behind it, "turn … down" is quieter."""
    token = tokens[place]
    if token.text == "去" and (
        not (place + 1 < len(tokens) and tokens[place + 1].says("obj"))
        or (place and tokens[place - 1].says("act", "move", "add"))
    ):
        return replace(token, readings=(("stop", "stop"),))
    if (
        token.text in ("tall", "wide")
        and place
        and (tokens[place - 1].text in ("as", "this", "that", "so") or tokens[place - 1].is_value("percent", "factor"))
    ):
        return replace(token, readings=tuple(reading for reading in token.readings if reading[0] != "ratio"))
    if (
        token.says("act", "reset")
        and token.text.endswith("everything")
        and place + 1 < len(tokens)
        and tokens[place + 1].is_value("span")
    ):
        return replace(token, readings=(("act", "cut"),))
    if token.text in _GOES and any(
        one.says("place") or one.says("dir") or one.says("to") for one in _piece_behind(tokens, place)[:4]
    ):
        return replace(token, readings=(("act", "move"),))
    if _numbers_wish(tokens, place):
        return replace(token, readings=(("and", "and"),), value=None)
    if token.text == "turn" and [
        one.says("place", "left", "right")
        for one in _piece_behind(tokens, place)
        if one.content and not one.says("pron")
    ] == [True]:
        return replace(token, readings=(("act", "rotate"),))
    if token.text in ("a mistake", "by mistake") and any(
        one.is_value("span", "clock") for one in _piece_behind(tokens, place)
    ):
        return replace(token, readings=(("stop", "stop"),))
    if (
        token.text in ("show", "shows", "showing")
        and place
        and tokens[place - 1].text in ("that", "which")
        and place + 1 < len(tokens)
        and tokens[place + 1].datum is None
    ):
        return replace(token, readings=(("stop", "stop"),))
    if (
        token.text == "off"
        and any(one.text.startswith(("take", "knock")) for one in piece_before(tokens, place))
        and any(
            one.is_value("duration") or (one.is_value("span") and one.amount("span").kind == "for")
            for one in piece_before(tokens, place)
        )
    ):
        return replace(token, readings=(("act", "cut"),))
    if (
        token.text == "without sound"
        and any(one.says("obj", "video", "main") for one in piece_before(tokens, place))
        and not any(one.text in ("watch", "people", "viewers") for one in tokens)
    ):
        return replace(token, readings=(("act", "mute"),))
    if (
        token.text in ("words", "word")
        and place + 1 < len(tokens)
        and tokens[place + 1].datum is not None
        and tokens[place + 1].datum.kind == "quote"
        and any(one.text in ("show", "put", "display", "write", "add", "flash") for one in piece_before(tokens, place))
    ):
        return replace(token, readings=(("obj", "text"),))
    if token.text in ("out", "out of") and any(one.text in ("take", "pull") for one in piece_before(tokens, place)):
        return replace(token, readings=(("act", "remove"),))
    if token.text in _HAVE_YOU and any(
        one.says("mood") or one.says("attr", "take") for one in _piece_behind(tokens, place)
    ):
        return replace(
            token, readings=(("act", "set"),) if any(one.says("attr", "take") for one in tokens) else (("act", "add"),)
        )
    if token.text == "哔" and place + 1 < len(tokens) and tokens[place + 1].unknown:
        return replace(token, readings=())
    if token.text in ("底色", "背景", "背景色", "背景颜色", "底板", "底") and _owner_before(tokens, place):
        return replace(token, readings=(("attr", "box"),))
    if token.text in ("黑底", "白底") and not _speaks_of_text(tokens, place):
        return replace(
            token,
            readings=(("obj", "background"),),
            value=Value("color", "#000000" if token.text == "黑底" else "#ffffff", token.start, token.end),
        )
    if (
        token.text == "底"
        and not piece_before(tokens, place)
        and place + 1 < len(tokens)
        and tokens[place + 1].says("act", "set")
        and not _speaks_of_text(tokens, place)
    ):
        return replace(token, readings=(("obj", "background"),))
    if (
        token.text == "底"
        and place
        and tokens[place - 1].is_value("color")
        and not any(
            one.says("obj", "caption", "title", "text", "lower_third", "cta") for one in piece_before(tokens, place)
        )
    ):
        return replace(token, readings=(("obj", "background"),))
    if (
        token.text in ("多", "少")
        and token.unknown
        and any(one.is_value("count") for one in tokens[place + 1 : place + 3])
    ):
        return replace(token, readings=(("dir", "more" if token.text == "多" else "fewer"),))
    if token.text == "背景" and _is_heard(tokens[place + 1 :]):
        return replace(token, readings=(("obj", "music"),))
    if token.raw.startswith("細") or token.raw.endswith("細"):
        if token.says("dir", "thinner") and any(
            one.says("obj", "title", "caption", "text", "logo", "cover", "lower_third")
            for one in piece_before(tokens, place)
        ):
            return replace(token, readings=(("dir", "smaller"),))
    if token.text == "点" and not any(one.says("obj", "waveform") for one in tokens):
        return replace(token, readings=tuple(reading for reading in token.readings if reading[0] != "style"))
    if token.text == "还是" and any(one.text in ("是", "现在是", "它是") for one in piece_before(tokens, place)):
        return replace(token, readings=(("ask", "is"),))
    blends = token.text == "from black" and any(one.is_value("color") for one in tokens[place + 1 : place + 4])
    if blends or (
        token.text in ("to black", "from black")
        and any(
            one.says("attr", "gradient") or one.text == "from" or one.is_value("color")
            for one in piece_before(tokens, place)
        )
    ):
        return replace(token, readings=(("to", "to"),), value=Value("color", "#000000", token.start, token.end))
    if token.text == "出" and token.unknown and place + 1 < len(tokens) and tokens[place + 1].says("obj"):
        return replace(token, readings=(("act", "add"),))
    if token.text in ("up", "down") and any(
        one.text in ("turn", "crank", "dial") for one in piece_before(tokens, place)[-5:]
    ):
        return replace(token, readings=(("dir", "louder" if token.text == "up" else "quieter"),))
    return token


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
