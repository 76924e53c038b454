"""What a video is to be made without, said inside the wish that makes it: "a video without captions or a title".

Such a phrase becomes one word whose meanings are the parts that are left out, so that nothing cuts it in two and no
part in it counts as wished.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wavereel.agent.wishes.common import ROLE_OF, TEXT_PARTS
from wavereel.timeline.edits.background import SetBackgroundColor
from wavereel.timeline.edits.removing import Remove

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wavereel.agent.bench import Bench
    from wavereel.agent.tokens import Token

_PARTS = frozenset(
    (
        *("caption", "waveform", "cover", "progress", "chapter", "background", "music", "logo", "lower_third", "title"),
        *("cta", "text"),
    )
)
"""What can be left out. A sound is none of it: the video is made of it."""

_DENIALS = frozenset(
    (
        *("no", "without", "w/o", "minus", "sans", "neither", "没有", "无", "没", "冇", "不带", "不加", "不要", "不含"),
        *("不包含", "不包括", "不放", "不配", "不显示", "不需要", "不用", "不想要", "别加", "别放", "别带", "唔要"),
        *("去掉", "without any", "不添加", "不附带", "不使用"),
    )
)
_UNWANTED = frozenset(
    (
        *("don't want", "do not want", "dont want", "don't need", "do not need", "dont need", "doesn't need", "skip"),
        *("no need for", "leave out", "omit", "skipping", "leaving out", "omitting", "won't need"),
    )
)
"""Verbs that deny what they take, where nothing more is said: "I don't want captions to move" leaves them."""

_EXCEPTIONS = frozenset(("except", "except for", "apart from", "aside from", "other than", "excluding", "but not"))
"""Before what is left out of a video that is being made; of one that is there, it is what stays as it is."""

_HAVE_NOT = frozenset(("doesn't", "does not", "don't", "do not", "not", "doesnt", "dont"))
_HAVE = frozenset(("have", "include", "show", "contain", "feature", "having", "including", "showing", "has"))
_ARTICLES = frozenset(("a", "an", "some"))
_DETERMINERS = frozenset(("the", "any", "all", "my", "its", "default", "extra", "任何", "那个", "这个", *_ARTICLES))
_PATTERNS = frozenset(("pattern", "patterns", "图案", "花纹", "纹理"))
_GAPS = frozenset(("gap", "gaps", "space", "spaces", "pauses", "间隙", "空隙", "间隔"))
_SHADOWS = frozenset(("shadow", "shadows", "glow", "阴影", "影子", "光晕"))
"""What no part is called, and nothing here has."""

_OR = frozenset(("or", "nor", "or a", "or the", "或", "或者", "或是"))
_AND = frozenset(("and", "和", "与", "跟", "及", "以及", "还有", "&", "/", "+"))
_ALSO = frozenset(("and", "but", "also", "也", "还", "又", "并", "并且", "而且", "同时", "nor", "or"))
"""Before a denial that goes on with a list of them: 没有字幕也没有波形."""

_LEADS = frozenset(("with", "but", "and", "yet", "既", "而且"))
"""What only leads to a denial."""

_TIMED = frozenset(("for", "in", "during", "until", "till", "at", "after", "before", "over", "on", "between", "from"))
_SAYS_MORE = ("attr", "dir", "look", "style", "anim", "place", "trans", "weight", "fit", "limit", "amt")
"""Kinds of words that make of a part something else: "no title animation", "no captions below"."""

_SILENT = (("stop", "stop"),)
"""What a word means that says nothing."""

_WHOLE = ("video", "sound", "voice", "main", "timeline", "music", "canvas", "theme")


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A denial and the parts that it denies, half-open in the tokens; each end of a list with what it holds then."""

    start: int
    first: int
    ends: tuple[tuple[int, tuple[str, ...]], ...]
    ors: tuple[int, ...] = ()

    def settled(self, tokens: list[Token]) -> tuple[int, tuple[str, ...]] | None:
        """The longest list that really ends where it ends."""
        ends = _closes if tokens[self.first - 1].text in _UNWANTED else _ends
        return next(((end, parts) for end, parts in reversed(self.ends) if ends(tokens, end)), None)


def with_exclusions(tokens: list[Token], *, fresh: bool) -> list[Token]:
    """The tokens with what a video is made without as one word each.

    Args:
        tokens: A message.
        fresh: Whether nothing is on the timeline.
    """
    result: list[Token] = []
    place = 0
    while place < len(tokens):
        known = len(result)
        if _frees(tokens, place) and _makes(tokens, place, fresh=fresh):
            result.append(_folded(tokens[place : place + 2], (tokens[place].get("obj") or "",)))
            place += 2
            continue
        phrase = _phrase(tokens, place, excepts=fresh)
        settled = phrase.settled(tokens) if phrase else None
        if phrase is None or settled is None or (result and result[-1].text in ("not", "never", "不是", "并不是")):
            result += _of_trait(tokens, place)
            place += len(result) - known
            continue
        end, parts = settled
        head = _head(tokens, place)
        if parts == ("background",) and head in ("caption", *TEXT_PARTS):
            result += [*tokens[place : end - 1], replace(tokens[end - 1], readings=(("attr", "box"),))]
        elif set(parts) <= {"background", "pattern", "text"} and head and head not in _WHOLE:
            result += [replace(token, readings=() if token.get("obj") else _SILENT) for token in tokens[place:end]]
        elif _makes(tokens, place, fresh=fresh):
            end += end < len(tokens) and tokens[end].text == "的"
            result.append(_folded(tokens[phrase.start : end], parts))
        else:
            start, stop = _sentence(tokens, place)
            asked = any(token.says("ask") for token in tokens[start:stop])
            result += _spread(tokens[place:end], phrase, place, asked=asked)
        place = end
    return result


def leave_out(parts: Iterable[str], bench: Bench) -> bool:
    """Takes parts off the timeline, those that are there; whether any was."""
    did = False
    for part in dict.fromkeys(parts):
        if part == "pattern":
            did = _without_pattern(bench) or did
            continue
        roles = (*TEXT_PARTS, "caption") if part == "text" else (ROLE_OF.get(part, part),)
        for role in roles:
            if bench.there(role):
                bench.make(Remove, target=role, focus="")
                did = True
    return did


def _without_pattern(bench: Bench) -> bool:
    """The plain ground of a background that is a pattern."""
    drawn = next((spot.segment.generator for spot in bench.spots("background") if spot.segment.generator), None)
    color = getattr(drawn, "color", None)
    if drawn is None or drawn.kind != "pattern" or not isinstance(color, str):
        return False
    bench.make(SetBackgroundColor, color=color, focus="")
    return True


def _frees(tokens: list[Token], place: int) -> bool:
    """Whether a video is free of a part: "a caption-free video"."""
    behind = tokens[place + 1 : place + 3]
    return (
        len(behind) == 2
        and behind[0].text == "free"
        and behind[1].says("obj", "video")
        and tokens[place].get("obj") in _PARTS
    )


def _of_trait(tokens: list[Token], place: int) -> list[Token]:
    """The next word, or a denial with what it denies of the part before it, which stays: "a title without a shadow"."""
    token = tokens[place]
    if token.text not in ("without", "no", "不带", "没有", "不要", "无"):
        return [token]
    end = place + 1
    while end < len(tokens) and tokens[end].text in _DETERMINERS:
        end += 1
    if end >= len(tokens):
        return [token]
    trait = tokens[end]
    bars = trait.text in _GAPS or trait.says("attr", "outline", "box")
    if not (bars or trait.unknown or trait.text in _SHADOWS):
        return [token]
    head = _head(tokens, place)
    denied = (trait.unknown and head and head not in _WHOLE) or trait.text in _SHADOWS
    if not denied and not (bars and head in ("waveform", "progress")):
        return [token]
    return [*(replace(one, readings=_SILENT) for one in tokens[place:end]), replace(trait, readings=())]


def _folded(tokens: list[Token], parts: tuple[str, ...]) -> Token:
    return replace(
        tokens[0],
        text=" ".join(token.text for token in tokens),
        end=tokens[-1].end,
        readings=tuple(("without", part) for part in parts),
        value=None,
        raw=" ".join(token.raw for token in tokens),
    )


def _spread(tokens: list[Token], phrase: _Phrase, place: int, *, asked: bool) -> list[Token]:
    """A list behind one denial as a denial each: "no captions or waveform"."""
    ors = set[int]() if asked else {number - place for number in phrase.ors}
    denial = tokens[: phrase.first - place]
    spread: list[Token] = []
    for number, token in enumerate(tokens):
        spread += [replace(token, text=",", readings=()), *denial] if number in ors else [token]
    return spread


def _makes(tokens: list[Token], place: int, *, fresh: bool) -> bool:
    """Whether a video is being made where a denial stands: in the message, or in its sentence where one is there."""
    start, end = (0, len(tokens)) if fresh else _sentence(tokens, place)
    around = tokens[start:end]
    if any(token.says("ask", "why") for token in around):
        return False
    named = any(token.says("obj", "video") for token in around)
    makes = any(token.says("act", "make_video", "convert") for token in around)
    makes = makes or (fresh and any(token.says("ratio") or token.says("platform") for token in around))
    return makes or (named and (fresh or any(token.says("into") for token in around)))


def _sentence(tokens: list[Token], place: int) -> tuple[int, int]:
    ends = [number for number, token in enumerate(tokens) if token.sign and token.text in ".!?;\n"]
    start = next((number + 1 for number in reversed(ends) if number < place), 0)
    return start, next((number for number in ends if number >= place), len(tokens))


def _head(tokens: list[Token], place: int) -> str:
    """The part that is named last before a denial, in its piece; of words on screen also behind a quoted text."""
    for token in reversed(tokens[:place]):
        if token.sign or token.says("and") or token.says("but"):
            return ""
        if part := token.get("obj"):
            return part
    return ""


def _phrase(tokens: list[Token], place: int, *, excepts: bool) -> _Phrase | None:
    """The denial that begins at a word, with all that it may deny; `None` where none does."""
    lead = place
    while lead < len(tokens) and tokens[lead].text in _LEADS:
        lead += 1
    length = _denial(tokens, lead, excepts=excepts)
    found = _item(tokens, lead + length) if length else None
    if found is None:
        return None
    ends: list[tuple[int, tuple[str, ...]]] = [(found[1], (found[0],))]
    parts, ors, sure = [found[0]], list[int](), True
    bare = tokens[lead].text == "no"
    while True:
        joint, behind = _joint(tokens, found[1])
        if not joint:
            break
        again = tokens[behind].text in _ARTICLES if behind < len(tokens) else False
        if bare and again and joint in ("and", "comma"):
            break  # "no captions and a waveform"
        following = _item(tokens, behind)
        if following is None:
            break
        if joint == "or":
            ors.append(found[1])
        parts.append(following[0])
        sure = joint != "comma"
        found = following
        if sure:
            ends.append((found[1], tuple(parts)))
    return _Phrase(place, lead + length, tuple(ends), tuple(ors))


def _denial(tokens: list[Token], place: int, *, excepts: bool) -> int:
    """How many words deny what follows."""
    if place >= len(tokens):
        return 0
    first = tokens[place]
    if first.text in _DENIALS or first.text in _UNWANTED or (excepts and first.text in _EXCEPTIONS):
        return 1
    if [token.text for token in tokens[place : place + 3]] == ["w", "/", "o"]:
        return 3
    for length in (2, 3):
        run = tokens[place : place + length]
        if not first.text.isascii() and "".join(token.text for token in run) in _DENIALS:
            return length
    if first.text in _HAVE_NOT and place + 1 < len(tokens) and tokens[place + 1].text in _HAVE:
        return 2
    return 0


def _item(tokens: list[Token], place: int) -> tuple[str, int] | None:
    """The part that is named next, and where its name ends; `None` where something else stands there."""
    while place < len(tokens) and tokens[place].text in _DETERMINERS:
        place += 1
    if place >= len(tokens) or tokens[place].value is not None:
        return None
    token = tokens[place]
    if token.text in _PATTERNS:
        return "pattern", place + 1
    part = token.get("obj")
    if part not in _PARTS:
        return None
    if part == "background" and place + 1 < len(tokens) and tokens[place + 1].text in _PATTERNS:
        return "pattern", place + 2
    return part, place + 1


def _joint(tokens: list[Token], place: int) -> tuple[str, int]:
    """What joins the next part of a list, `or`, `and`, `again` or a mere `comma`, and where it ends; else empty."""
    kind = ""
    if place < len(tokens) and tokens[place].text == ",":
        kind = "and" if tokens[place].raw == "、" else "comma"
        place += 1
    if place < len(tokens) and tokens[place].text in _OR | _AND | _ALSO:
        word = tokens[place].text
        length = _denial(tokens, place + 1, excepts=False)
        if length and word in _ALSO | _AND:
            return "again", place + 1 + length
        if word in _OR | _AND:
            return ("or" if word in _OR and not kind else "and"), place + 1
        return "", place
    if length := _denial(tokens, place, excepts=False):
        return "again", place + length
    return kind, place


def _closes(tokens: list[Token], place: int) -> bool:
    """Whether nothing more is said of what was named."""
    return (
        place >= len(tokens) or tokens[place].sign or any(tokens[place].says(kind) for kind in ("and", "but", "chat"))
    )


def _ends(tokens: list[Token], place: int) -> bool:
    """Whether the name of a part ends before a word: "no title animation" denies no title."""
    if place >= len(tokens):
        return True
    token = tokens[place]
    if token.text in (":", "it"):
        return False  # "… and title it 'Night Shift'"
    if token.sign or token.text in _OR | _AND | _ALSO | {"with"}:
        return True
    if token.text == "的":
        behind = tokens[place + 1] if place + 1 < len(tokens) else None
        return behind is None or behind.sign or not behind.says("obj") or behind.says("obj", "video")
    if token.datum is not None or token.unknown or token.is_value("span", "clock", "duration", "color", "percent"):
        return False
    if token.text in _TIMED:
        return not any(one.is_value("span", "clock", "duration") for one in tokens[place + 1 : place + 4])
    if token.says("obj"):
        return token.says("obj", "video")
    return not any(token.says(kind) for kind in _SAYS_MORE)
