"""A message as wishes: cut into pieces, which are put together again where one needs another."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from wavereel.agent.complaints import complained
from wavereel.agent.context import is_praise
from wavereel.agent.cutting import pieces_of, run_ons
from wavereel.agent.frames import LIST_ACTS, Frame, is_part, is_predicate
from wavereel.agent.joining import (
    follows_time,
    goes_on_apart,
    goes_on_fading,
    goes_on_in_time,
    is_nothing_else,
    limits_silence,
    speaks_while,
)
from wavereel.agent.negation import negated

if TYPE_CHECKING:
    from wavereel.agent.message import Message
    from wavereel.agent.tokens import Token

_NEEDS_PREDICATE = ("set", "move", "animate", "fade", "align")
"""Acts that say nothing until it is said what something is to be like."""

_REGRETS = frozenset(("点错", "点错了", "按错", "按错了", "手滑", "手滑了", "反悔", "改得不好", "oops", "misclick"))
"""Ways to say why something is to be undone, which the wish behind them then says."""

_OR_ELSE = frozenset(("不然", "要不然", "否则", "免得", "省得", "以免", "唔系", "唔系就", "otherwise", "or else"))
"""Before what would be if the wish were not done."""

_DENIES = frozenset(("not", "not the", "不是", "而不是"))
"""Before what is not meant."""

_LISTENS = frozenset(("听", "听听", "看", "看看", "hear", "listen"))
"""What the user does, not what is to be done."""

_SIDES = frozenset(("top", "bottom", "left", "right"))
_HAVE = frozenset(("have", "got", "uploaded", "sent", "upload", "有", "传了", "上传了", "发了"))
"""What says of a file only that it is there."""

_VALUE_SLOTS = ("duration", "span", "percent", "decibel", "pixels", "factor", "clock", "degrees", "lufs")
"""Kinds of values that belong to the wish before where they stand alone."""

_WORDED = ("title", "lower_third", "chapter", "cta", "text")
"""Parts that carry words, which may be said apart: 结尾来张卡片，写着“下周见”."""


def frames_of(message: Message, tokens: list[Token]) -> list[Frame]:
    """The wishes of a message, in order."""
    tokens = negated(complained(tokens))
    pieces = [part for piece in pieces_of(message, tokens) for part in run_ons(piece)]
    pieces = [
        piece
        for number, piece in enumerate(pieces)
        if piece.tokens and not (number and piece.tokens[0].text in _OR_ELSE and not piece.own_acts)
    ]
    return _joined(_without_interjections(pieces))


def _without_interjections(pieces: list[Frame]) -> list[Frame]:
    """Without a leading "no," or "well," that only takes back what was said: what follows is a correction."""
    while len(pieces) > 1 and all(
        token.says("no") or token.says("fix") or token.says("chat") or not (token.content or token.unknown)
        for token in pieces[0].tokens
    ):
        takes_back = any(token.says("no") or token.says("fix") for token in pieces[0].tokens)
        pieces = pieces[1:]
        if takes_back:
            pieces[0].fixes = True
    return pieces


def _joined(pieces: list[Frame]) -> list[Frame]:
    """Pieces that cannot stand alone, joined to what they belong to."""
    frames: list[Frame] = []
    waiting: tuple[str, ...] = ()
    waiting_tokens: list[Token] = []
    for number, cut in enumerate(pieces):
        follower = pieces[number + 1] if number + 1 < len(pieces) else None
        piece = cut
        if waiting or waiting_tokens:
            piece = replace(cut, tokens=[*waiting_tokens, *cut.tokens], also=(*cut.also, *waiting))
            waiting, waiting_tokens = (), []
        if frames and (follows_time(frames[-1], piece) or (not piece.new_sentence and _belongs(frames[-1], piece))):
            frames[-1] = replace(frames[-1], tokens=[*frames[-1].tokens, *piece.tokens])
            continue
        if frames and not piece.new_sentence:
            if follower is not None and _shares(piece, follower):
                waiting = tuple(piece.parts)
                continue
            piece = _with_act_of(frames[-1], piece)
        if follower is not None and _describes_next(piece, follower):
            waiting_tokens = piece.tokens
        elif follower is not None and _waits_for(piece, follower):
            waiting = tuple(piece.parts)
            waiting_tokens = [token for token in piece.tokens if not is_part(token)]
        else:
            frames.append(piece)
    if waiting or waiting_tokens:
        frames.append(Frame(pieces[-1].message, waiting_tokens, also=waiting))
    return frames


def _belongs(last: Frame, piece: Frame) -> bool:
    """Whether a piece says more of the wish before it."""
    return (
        _continues_colors(last, piece)
        or _colors_of_gradient(last, piece)
        or _speaks_of_file(last, piece)
        or _rids_of_bars(last, piece)
        or _turns_further(last, piece)
        or _says_nothing(piece)
        or _is_value_of(last, piece)
        or _goes_on(last, piece)
    )


def _shares(piece: Frame, follower: Frame) -> bool:
    """Whether the wish behind it is for both: 标题，字幕都不要."""
    return (
        _waits(piece)
        and not follower.new_sentence
        and bool(follower.parts)
        and not _acts_first(follower)
        and _says_both(follower)
    )


def _waits_for(piece: Frame, follower: Frame) -> bool:
    """Whether what is to be done with what it names is said behind it, for another part as well."""
    if not _waits(piece) or follower.new_sentence or not follower.parts or _acts_first(follower):
        return False
    if any(_behind_denial(one) for one in (piece, follower)):
        return False
    return not any(token.text in _DENIES for token in (*follower.tokens[:2], *piece.tokens[:2]))


def _behind_denial(piece: Frame) -> bool:
    """Whether it stands behind a "not" that was taken for a correction: 我说的是标题，不是字幕."""
    return bool(piece.tokens) and piece.message.text[: piece.tokens[0].start].rstrip().endswith("不是")


def _says_both(piece: Frame) -> bool:
    return bool(piece.own_acts) and (
        piece.has("pron", "both") or any(token.text.startswith("都") for token in piece.tokens)
    )


def _acts_first(piece: Frame) -> bool:
    """Whether its verb stands before what it acts on, and so acts on nothing before it: 字幕都不要 shares its verb."""
    act = next((place for place, token in enumerate(piece.tokens) if token.says("act", *LIST_ACTS)), None)
    part = next((place for place, token in enumerate(piece.tokens) if is_part(token)), len(piece.tokens))
    return act is not None and (act <= part or not piece.tokens[act].says("act", "remove", "hide", "mute"))


def _waits(piece: Frame) -> bool:
    """Whether it names something and does not say yet what is to be done with it."""
    acts = piece.own_acts or list(piece.acts_before)
    if piece.has("good") or piece.has("bad") or any(token.text == "no" for token in piece.tokens):
        return False
    if piece.names("background") and piece.names("picture", "cover", "main", "video") and piece.acts("set", "add"):
        return False  # 用图做背景
    if not piece.parts or piece.has_predicate or piece.has("out") or piece.has("ask"):
        return False
    return not acts or all(act in _NEEDS_PREDICATE for act in acts)


def _describes_next(piece: Frame, following: Frame) -> bool:
    """Whether it is the first of two adjectives: "slower, smoother bars"."""
    content = [token for token in piece.tokens if token.content and not token.says("amt")]
    first = next((token for token in following.tokens if token.content), None)
    described = bool(content) and all(
        token.says("dir") and not token.says("act") and token.text.isascii() for token in content
    )
    return (
        described
        and first is not None
        and first.says("dir")
        and bool(following.parts)
        and not following.own_acts
        and not following.new_sentence
    )


def _says_nothing(piece: Frame) -> bool:
    return not any(token.content for token in piece.tokens)


def _colors_of_gradient(last: Frame, piece: Frame) -> bool:
    """The colours of a gradient that was wished before: "a left-to-right gradient, red to black"."""
    content = [
        token
        for token in piece.tokens
        if token.content and not token.says("to") and not token.says("from") and not token.says("into")
    ]
    named = last.has("attr", "gradient")
    if len(last.values("color")) > 1 and piece.values("color"):
        return False
    named = named and not (last.has("not") or last.has("neg") or last.acts("remove"))
    return (
        named
        and bool(content)
        and all(token.is_value("color") or token.says("attr", "gradient") or token.says("place") for token in content)
    )


def _continues_colors(last: Frame, piece: Frame) -> bool:
    """The second colour of a gradient: "dark green, fading into black"."""
    if not last.values("color") or len(piece.values("color")) != 1 or piece.parts:
        return False
    joins = piece.has("attr", "gradient") or piece.has("into") or piece.has("to")
    if _SIDES & set(last.all("place")) and _SIDES & set(piece.all("place")) and not piece.own_acts:
        return True
    others = [
        token
        for token in piece.tokens
        if token.content
        and not token.is_value("color")
        and not (token.says("attr", "gradient") or token.says("into") or token.says("to") or token.says("act", "fade"))
    ]
    return joins and not others


def _speaks_of_file(last: Frame, piece: Frame) -> bool:
    """What is to be done with a file that was only spoken of: "I have cover.png, show that as the cover"."""
    spoken = bool(last.files) and not last.parts and not piece.files and piece.has("pron", "it")
    return spoken and bool(piece.own_acts) and all(token.text in _HAVE for token in last.tokens if token.says("act"))


def _turns_further(last: Frame, piece: Frame) -> bool:
    """How a video is to be turned that was said to lie wrong: "it's sideways, rotate it 90 degrees"."""
    turned = "rotate" in last.own_acts and not (last.values("degrees") and piece.values("degrees"))
    return turned and piece.acts("rotate") and not piece.parts and set(piece.own_acts) <= {"rotate", "set"}


def _rids_of_bars(last: Frame, piece: Frame) -> bool:
    """What is to be done about bars that were complained of: "there are black bars, get rid of them"."""
    if last.own_acts != ["fit"] or piece.parts:
        return False
    content = [token for token in piece.tokens if token.content and not token.says("pron")]
    return bool(content) and all(token.says("act", "remove") for token in content)


def _is_value_of(last: Frame, piece: Frame) -> bool:
    """A value that stands alone and that the wish before has a place for: "everything should fade out, 3 seconds"."""
    content = [token for token in piece.tokens if token.content]
    if not content or not all(
        token.is_value(*_VALUE_SLOTS) or (token.says("obj") and token.says("attr", "volume")) for token in content
    ):
        return False
    if any(token.unknown for token in piece.tokens) or not (last.own_acts or last.parts):
        return False
    kinds = {token.value.kind for token in content if token.value is not None}
    edges = all(span.kind in ("start", "end") for span in last.values("span"))
    if not kinds or ("lufs" in kinds and not (last.acts("normalize") or last.names("loudness"))):
        return False
    if last.acts("cut", "keep", "remove") and not last.parts:
        return bool(kinds & {"span", "duration", "clock"}) and not last.values("span", "duration", "clock")
    taken = {token.value.kind for token in last.tokens if token.value is not None} - (
        {"span"} if edges and last.names("black") else set()
    )
    times = {"span", "duration", "clock"}
    return (
        not (kinds & taken) and not (kinds & times and taken & times and not last.acts("fade")) and not last.has("ask")
    )


def _goes_on(last: Frame, piece: Frame) -> bool:
    """Whether a piece without a sense of its own says more of the wish before: its words, its time, its value."""
    for says in (_says_words, _says_value):
        known = says(last, piece)
        if known is not None:
            return known
    return (
        goes_on_in_time(last, piece)
        or goes_on_fading(last, piece)
        or is_nothing_else(last, piece)
        or limits_silence(last, piece)
        or speaks_while(last, piece)
        or goes_on_apart(last, piece)
        or _says_same_again(last, piece)
    )


def _says_words(last: Frame, piece: Frame) -> bool | None:
    """Whether it gives the words of what is wished before: 结尾来张卡片，写着“下周见”; `None` where it cannot."""
    if last.quotes or not piece.quotes:
        return None
    if last.acts("add") and any(part in _WORDED for part in last.parts) and not piece.parts:
        return not piece.own_acts or piece.acts("rename")
    if last.acts("add") and last.part in ("lower_third", "chapter", "cta"):
        return piece.parts in (["title"], ["text"]) and not piece.own_acts
    if piece.parts or last.part not in _WORDED:
        return None
    only_set = last.own_acts == ["set"] and not (last.has_predicate or last.values())
    return last.acts("replace") or (only_set and piece.acts("rename")) or None


def _says_value(last: Frame, piece: Frame) -> bool | None:
    """Whether it gives the size, the language or the look of what is wished before; `None` where it cannot."""
    content = [token for token in piece.tokens if token.content or token.unknown]
    numbers = bool(content) and all(token.is_value("number") or token.says("limit") for token in content)
    if numbers and last.has("dir", "bigger", "smaller"):
        return any(token.is_value("number") for token in content)
    if _names_language(last) and piece.names("caption") and not (piece.has("lang") or piece.acts("remove", "hide")):
        return True
    bare = not (piece.parts or piece.own_acts or piece.quotes)
    if _waits(last) and last.own_acts and piece.has_predicate and bare:
        return True
    if piece.names("glossary") and not piece.quotes and not piece.unknown_words and not last.parts:
        return bool(last.quotes or last.unknown_words)
    return None


def _names_language(frame: Frame) -> bool:
    """Whether it says in which language something is, and nothing else."""
    return frame.has("lang") and not (set(frame.parts) - {"sound", "voice", "video"} or frame.own_acts)


def _says_same_again(last: Frame, piece: Frame) -> bool:
    """Whether it says the same act once more, or when and how long what is wished before is to be."""
    if last.own_acts == ["normalize"] and piece.acts("normalize") and not piece.parts and not piece.values():
        return True
    regrets = all(token.text in _REGRETS or not token.content for token in last.tokens)
    if regrets and last.acts("undo") and piece.acts("undo", "redo", "reset", "back_to"):
        return True
    if _gives_length(last, piece):
        return [span.kind for span in last.values("span")] == ["at"] and not last.values("duration")
    if last.acts("duplicate", "split") and not last.values(*_VALUE_SLOTS):
        return bool(piece.values("span", "clock", "duration")) and (not piece.parts or piece.has("pron"))
    goes_back = piece.acts("undo", "back_to") and not (piece.parts or piece.has_predicate)
    if goes_back and not piece.values("number", "count") and is_praise(last):
        return True
    if last.has("platform", "podcast") and not last.own_acts and piece.names("loudness"):
        return not piece.has("platform") and not piece.values("lufs")
    return False


def _gives_length(last: Frame, piece: Frame) -> bool:
    """Whether it says how long words stay: "a title at 0:10, it should last 3 seconds"."""
    return (
        any(part in _WORDED for part in last.parts)
        and set(piece.own_acts) == {"length"}
        and bool(piece.values("duration"))
        and not piece.parts
        and not piece.quotes
    )


def _with_act_of(last: Frame, piece: Frame) -> Frame:
    """A thing of a list takes the verb of the things before it."""
    if (
        piece.own_acts
        or piece.has("ask")
        or piece.has("out")
        or piece.has("not")
        or (piece.has("only") and last.acts("remove", "hide"))
        or any(token.text in _LISTENS for token in piece.tokens)
    ):
        return piece
    acts = [act for act in last.own_acts or last.acts_before if act in LIST_ACTS]
    if not acts and last.has("off", "off") and last.parts:
        acts = ["remove"]
    if not acts:
        return piece
    says_more = any(
        is_predicate(token) and not is_part(token) and not (acts[0] == "remove" and token.datum)
        for token in piece.tokens
    )
    if piece.parts and (not says_more or acts[0] in ("add", "make_video")):
        return replace(piece, acts_before=tuple(acts))
    timed = piece.values("span", "duration", "clock")
    if acts[0] in ("cut", "keep", "remove") and timed and not piece.parts:
        return replace(piece, acts_before=tuple(acts))
    if (
        acts[0] in ("add", "make_video", "remove")
        and (piece.has("mood") or piece.has("style") or piece.quotes)
        and not piece.parts
    ):
        return replace(piece, acts_before=tuple(acts))
    return piece
