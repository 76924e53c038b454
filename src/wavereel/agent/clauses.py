"""A message split into wishes: at signs and connecting words, then put together again where a piece needs another."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from wavereel.agent.complaints import complained
from wavereel.agent.context import in_context, is_praise, piece_before
from wavereel.agent.frames import Frame, is_act, is_part, is_predicate
from wavereel.agent.joining import (
    follows_time,
    goes_on_apart,
    goes_on_fading,
    goes_on_in_time,
    is_nothing_else,
    limits_silence,
    speaks_apart,
    speaks_behind_blank,
    speaks_of_next,
    speaks_while,
)

if TYPE_CHECKING:
    from wavereel.agent.message import Message
    from wavereel.agent.tokens import Token

_LIST_ACTS = (
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

_NEEDS_PREDICATE = ("set", "move", "animate", "fade", "align")
"""Acts that say nothing until it is said what something is to be like."""

_TAKES = ("把", "将", "给")
"""Before what a Chinese verb acts on; a new wish begins here."""

_RATHER = ("instead of", "rather than", "而不是")
"""What follows is what is not to be done: "letterbox it instead of cropping"."""

_REGRETS = frozenset(("点错", "点错了", "按错", "按错了", "手滑", "手滑了", "反悔", "改得不好", "oops", "misclick"))
"""Ways to say why something is to be undone, which the wish behind them then says."""

_OR_ELSE = frozenset(("不然", "要不然", "否则", "免得", "省得", "以免", "唔系", "唔系就", "otherwise", "or else"))
"""Before what would be if the wish were not done."""

_LISTENS = frozenset(("听", "听听", "看", "看看", "hear", "listen"))
"""What the user does, not what is to be done."""

_SIDES = frozenset(("top", "bottom", "left", "right"))
_HAVE = frozenset(("have", "got", "uploaded", "sent", "upload", "有", "传了", "上传了", "发了"))
"""What says of a file only that it is there."""

_SHOWS = ("add", "transcribe", "keep")
"""Acts that hide where they are not to be done."""

_VALUE_SLOTS = ("duration", "span", "percent", "decibel", "pixels", "factor", "clock", "degrees", "lufs")
"""Kinds of values that belong to the wish before where they stand alone."""

_CARRIERS = ("caption", "title", "waveform", "background", "logo", "progress", "lower_third", "chapter", "cta")
"""Parts that begin a wish of their own behind one that is said in full."""

_SOUND_ENDINGS = (".mp3", ".wav", ".m4a", ".flac", ".ogg", ".aac", ".opus")
"""How names of sounds end; two of them with an "and" between are meant together."""

_SHORTENED = (" sec", " secs", " min", " mins", " approx")
_SIGNS_OF_END = frozenset(".!?;\n")

_SHORT_ACTS = frozenset("加删剪换改调")
"""Chinese verbs of one character that begin a wish; others are too often a part of something else."""

_WORDED = ("title", "lower_third", "chapter", "cta", "text")
"""Parts that carry words, which may be said apart: 结尾来张卡片，写着“下周见”."""


def frames_of(message: Message, tokens: list[Token]) -> list[Frame]:
    """The wishes of a message, in order."""
    tokens = negated(complained(tokens))
    pieces = [part for piece in _pieces(message, tokens) for part in _run_ons(piece)]
    pieces = [
        piece
        for number, piece in enumerate(pieces)
        if piece.tokens and not (number and piece.tokens[0].text in _OR_ELSE and not piece.own_acts)
    ]
    return _joined(_without_interjections(pieces))


def negated(tokens: list[Token]) -> list[Token]:
    """The tokens with what a "not" before a verb does to it: "don't remove" removes nothing, "don't show" hides.

    "Everything but" becomes "except".
    """
    result: list[Token] = []
    for place, token in enumerate(tokens):
        token = in_context(tokens, place)
        last = next((one for one in reversed(result) if one.content or one.sign), None)
        if (
            token.text == "but"
            and last is not None
            and (last.says("pron", "all") or last.says("not", "no") or _excepts(tokens, place))
        ):
            token = replace(token, readings=(("out", "except"),))
        elif last is not None and _is_negator(last) and _is_negatable(token):
            place = result.index(last)
            acts = token.all("act")
            if any(
                act in ("fade", "duck", "normalize") for act in acts
            ):  # it is not to be: their wishes read the "not" themselves
                result.append(token)
                continue
            if "mute" in acts:
                token = replace(token, readings=(("act", "unmute"),))
            elif any(act in _SHOWS for act in acts) and not token.says("act", "cut", "remove"):
                token = replace(token, readings=(("act", "remove"),))
            else:
                rest = tuple(reading for reading in token.readings if reading[0] != "act")
                token = replace(token, readings=(*rest, ("neg", acts[0])))
            result[place] = replace(last, readings=(("stop", "stop"),))
        elif last is not None and last.text in _RATHER and _is_negatable(token) and not is_predicate(token):
            token = replace(token, readings=(("neg", token.all("act")[0]),))
        result.append(token)
    return result


def _excepts(tokens: list[Token], place: int) -> bool:
    """Whether a "but" leaves something out: "make everything yellow but the captions"."""
    behind = [token for token in tokens[place + 1 :] if token.text not in ("the", "my")]
    ends = len(behind) == 1 or (len(behind) > 1 and behind[1].sign)
    return (
        bool(behind)
        and behind[0].says("obj")
        and ends
        and any(one.says("pron", "all") for one in piece_before(tokens, place))
    )


def _is_negator(token: Token) -> bool:
    return token.says("not", "not") and not token.says("wont") and not token.value


def _is_negatable(token: Token) -> bool:
    return token.says("act") and not token.says("obj") and not token.says("dir") and token.value is None


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


def _pieces(message: Message, tokens: list[Token]) -> list[Frame]:
    """The message cut at every sign and connecting word."""
    pieces = [Frame(message, [])]
    new_sentence, fixes = True, False
    for place, token in enumerate(tokens):
        if token.sign and token.text in ":/()[]{}|":
            continue
        if (
            token.text == "."
            and place
            and place + 1 < len(tokens)
            and tokens[place - 1].text.endswith(_SHORTENED)
            and tokens[place + 1].raw[:1].islower()
        ):
            continue  # "at 30 sec. pop in a text"
        if token.sign:
            if token.text in _SIGNS_OF_END and pieces[-1].tokens:
                new_sentence = True
        elif not _connects(tokens, place):
            if token.says("fix") and _is_fix(tokens, place):
                fixes = True
                if pieces[-1].tokens:
                    pieces.append(Frame(message, []))
                continue
            if not pieces[-1].tokens:
                pieces[-1].new_sentence, pieces[-1].fixes = new_sentence, fixes
                new_sentence = fixes = False
            pieces[-1].tokens.append(token)
            continue
        if pieces[-1].tokens:
            pieces.append(Frame(message, []))
    return pieces


def _connects(tokens: list[Token], place: int) -> bool:
    """Whether a word only joins what stands before and after it."""
    token = tokens[place]
    if not token.says("and") and not token.says("but"):
        return False
    if token.text in ("with", "plus") or token.value is not None:
        return False
    if token.text in ("和", "跟", "与", "同", "and") and _overlap(tokens, place):
        return False
    if 0 < place < len(tokens) - 1 and _is_sound_file(tokens[place - 1]) and _is_sound_file(tokens[place + 1]):
        return False
    before = piece_before(tokens, place)
    if any(one.says("with") for one in before) and _ends_in_video(tokens, place):
        return False
    if before and before[-1].says("stop") and before[-1].text in ("不要", "别", "don't", "not", "do not"):
        return False
    if token.text in ("再", "也", "还", "就", "后", "且", "too", "also", "next", "further") and not any(
        is_act(one)
        or (is_predicate(one) and not one.is_value("span", "clock", "duration") and not one.says("place"))
        or (one.says("act") and not is_part(before[-1]))
        for one in before
    ):
        return token.text in ("also", "next", "further") and not any(one.content for one in before)
    if any(kind not in ("and", "but", "stop", "with", "act") for kind, _ in token.readings):
        return False
    if token.text == "加上" and place + 1 < len(tokens) and tokens[place + 1].datum is not None:
        return False
    if token.text == "加上" and all(one.says("place") or one.is_value("span") or not one.content for one in before):
        return False  # 右上角加上我的logo
    if token.text in ("加上", "还", "也", "就", "后", "再") and token.says("act"):
        return bool(place) and any(before.content for before in tokens[:place])
    return True


def _ends_in_video(tokens: list[Token], place: int) -> bool:
    """Whether a Chinese list describes a video that is named at its end: 带字幕和进度条的抖音视频."""
    for one in tokens[place:]:
        if one.sign or (one.text.isascii() and one.text.isalpha()):
            return False
        if one.says("obj", "video"):
            return True
    return False


def _is_sound_file(token: Token) -> bool:
    return token.datum is not None and token.datum.kind == "file" and token.datum.text.lower().endswith(_SOUND_ENDINGS)


def _overlap(tokens: list[Token], place: int) -> bool:
    """Whether two things are said to lie on each other: the wish is about the first."""
    for token in tokens[place + 1 :]:
        if token.sign:
            return False
        if token.text in (
            "重叠",
            "重叠了",
            "重合",
            "重合了",
            "叠在一起",
            "叠在一起了",
            "撞在一起",
            "撞了",
            "太近",
            "太像",
            "撞色",
            "撞色了",
            "接近",
            "混在一起",
            "分不清",
            "糊在一起",
            "overlap",
            "overlaps",
            "overlapping",
            "collide",
        ):
            return True
    return False


def _is_fix(tokens: list[Token], place: int) -> bool:
    """Whether a word takes back what was said: at the start of a message or a piece, or after a sign."""
    token = tokens[place]
    if token.text in ("instead", "rather"):
        return False
    if token.text in ("其实", "还是", "保持", "不是", "应该是", "actually", "sorry", "wait"):
        if token.text in ("应该是", "其实", "不是", "actually") and any(
            one.says("act", "replace") and one.datum is None for one in tokens[:place]
        ):
            return False
        before = tokens[place - 1] if place else None
        return before is None or before.sign or before.says("not") or before.says("no") or before.says("fix")
    return True


def _run_ons(frame: Frame) -> list[Frame]:
    """A piece cut before a verb, or a Chinese object, that begins a wish of its own without any sign."""
    parts: list[list[Token]] = [[]]
    acted = named = said = False
    for place, token in enumerate(frame.tokens):
        begins = _begins(token, parts[-1], acted=acted, named=named, said=said)
        begins = (
            begins
            or speaks_apart(token, parts[-1], frame.tokens[place + 1 :])
            or speaks_behind_blank(parts[-1], frame.tokens[place:])
            or _pairs_apart(parts[-1], frame.tokens[place:])
        )
        if begins:
            parts.append([])
            acted = named = said = False
        parts[-1].append(token)
        acted = acted or (is_act(token) and token.text != "给")
        named = named or is_part(token)
        said = said or is_predicate(token)
    frames = [replace(frame, tokens=part, fixes=frame.fixes and not number) for number, part in enumerate(parts)]
    return [replace(one, new_sentence=one.new_sentence and not number) for number, one in enumerate(frames)]


def _pairs_apart(before: list[Token], rest: list[Token]) -> bool:
    """Whether a second colour with its part follows a first: 白色背景黑色波形."""
    if not before or len(rest) < 2 or not rest[0].is_value("color"):
        return False
    return (
        any(one.is_value("color") for one in before[-2:])
        and is_part(before[-1])
        and is_part(rest[1])
        and rest[1].get("obj") != before[-1].get("obj")
    )


def _begins(token: Token, before: list[Token], *, acted: bool, named: bool, said: bool) -> bool:
    if not before:
        return False
    if token.text in _TAKES:
        return acted and (named or said)
    if token.text in _RATHER:
        return False
    last = before[-1]
    if is_act(token) and not is_part(token) and not is_predicate(token):
        if (
            last.says("not")
            or last.says("ask")
            or last.text in ("to", "and", "that", "which", "来", "去", "能", "can", "will")
        ):
            return False
        if (len(token.text) == 1 and token.text not in _SHORT_ACTS) or last.text.endswith("的"):
            return False
        if token.all("act") == ["rotate"] and any(one.says("act", "rotate") for one in before):
            return False
        if not acted:
            return False
        hard = [value for value in token.all("act") if value in ("set", "move")]
        complement = len(hard) == len([value for value in token.all("act")])
        if complement and not said and named:  # "把标题改成": the object has waited for this verb
            return any(one.says("act") and not one.says("act", "add", "set", "move") for one in before)
        return (named and (said or _is_whole(before))) or (said and _is_said(before))
    if (
        is_part(token)
        and acted
        and is_predicate(last)
        and _is_said(before)
        and not token.text.isascii()
        and token.get("obj") in _CARRIERS
    ):
        return not any(one.is_value("span") for one in before)
    if is_part(token) and not token.text.isascii() and named and said and is_predicate(last) and not acted:
        return not last.text.endswith("的") and not last.text.startswith(("盖", "压过"))
    if (
        is_part(token)
        and is_part(last)
        and named
        and said
        and not acted
        and token.get("obj") in _CARRIERS
        and last.get("obj") in _CARRIERS
        and last.text.isascii()
    ):
        return last.get("obj") != token.get("obj")
    return is_part(token) and named and said and speaks_of_next(token, before)


def _is_said(before: list[Token]) -> bool:
    """Whether a verb and what it does say a wish in full without any part: "cut the last ten seconds", 改成方形."""
    cuts = any(token.says("act", "cut", "keep") for token in before) and any(token.is_value("span") for token in before)
    shapes = is_predicate(before[-1]) and any(
        token.is_value("ratio")
        or token.says("ratio")
        or token.says("theme")
        or token.says("platform")
        or token.says("mood")
        for token in before
    )
    return (cuts and before[-1].is_value("span", "duration", "clock")) or shapes


def _is_whole(before: list[Token]) -> bool:
    """Whether a wish is said in full by a verb and a part: "remove the logo"."""
    return any(token.says("act", *_LIST_ACTS) for token in before)


def _joined(pieces: list[Frame]) -> list[Frame]:
    """Pieces that cannot stand alone, joined to what they belong to."""
    frames: list[Frame] = []
    waiting: tuple[str, ...] = ()
    waiting_tokens: list[Token] = []
    for number, piece in enumerate(pieces):
        if waiting or waiting_tokens:
            piece = replace(piece, tokens=[*waiting_tokens, *piece.tokens], also=(*piece.also, *waiting))
            waiting, waiting_tokens = (), []
        if frames and follows_time(frames[-1], piece):
            frames[-1] = replace(frames[-1], tokens=[*frames[-1].tokens, *piece.tokens])
            continue
        if frames and not piece.new_sentence:
            last = frames[-1]
            if (
                _continues_colors(last, piece)
                or _colors_of_gradient(last, piece)
                or _speaks_of_file(last, piece)
                or _rids_of_bars(last, piece)
                or _turns_further(last, piece)
                or _says_nothing(piece)
                or _is_value_of(last, piece)
                or _goes_on(last, piece)
            ):
                frames[-1] = replace(last, tokens=[*last.tokens, *piece.tokens])
                continue
            follower = pieces[number + 1] if number + 1 < len(pieces) else None
            shares = (
                follower is not None
                and _waits(piece)
                and not follower.new_sentence
                and bool(follower.parts)
                and not _acts_first(follower)
                and _says_both(follower)
            )
            if follower is not None and shares:
                waiting = tuple(piece.parts)
                continue
            piece = _with_act_of(last, piece)
        if _index(pieces, piece) + 1 < len(pieces) and _describes_next(piece, pieces[_index(pieces, piece) + 1]):
            waiting_tokens = piece.tokens
            continue
        if _waits(piece) and piece is not pieces[-1] and not _next_starts(pieces, piece):
            parts = piece.parts
            follower = pieces[_index(pieces, piece) + 1]
            denies = any(
                token.text in ("not", "not the", "不是", "而不是")
                for token in (*follower.tokens[:2], *piece.tokens[:2])
            )
            if follower.parts and not denies and not _acts_first(follower):
                waiting = tuple(parts)
                waiting_tokens = [token for token in piece.tokens if not is_part(token)]
                continue
        frames.append(piece)
    if waiting or waiting_tokens:
        frames.append(Frame(pieces[-1].message, waiting_tokens, also=waiting))
    return frames


def _says_both(piece: Frame) -> bool:
    return bool(piece.own_acts) and (
        piece.has("pron", "both") or any(token.text.startswith("都") for token in piece.tokens)
    )


def _acts_first(piece: Frame) -> bool:
    """Whether its verb stands before what it acts on, and so acts on nothing before it: 字幕都不要 shares its verb."""
    act = next((place for place, token in enumerate(piece.tokens) if token.says("act", *_LIST_ACTS)), None)
    part = next((place for place, token in enumerate(piece.tokens) if is_part(token)), len(piece.tokens))
    return act is not None and (act <= part or not piece.tokens[act].says("act", "remove", "hide", "mute"))


def _index(pieces: list[Frame], piece: Frame) -> int:
    for number, other in enumerate(pieces):
        if other.tokens and piece.tokens and other.tokens[-1] is piece.tokens[-1]:
            return number
    return len(pieces) - 1


def _next_starts(pieces: list[Frame], piece: Frame) -> bool:
    number = _index(pieces, piece) + 1
    return number >= len(pieces) or pieces[number].new_sentence


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
    """A copy or a cut whose time is said apart: "copy the lower third and show it again at 0:40"."""
    if (
        last.acts("add")
        and piece.quotes
        and not last.quotes
        and not piece.parts
        and any(part in _WORDED for part in last.parts)
    ):
        return not piece.own_acts or piece.acts("rename")
    if last.acts("add") and piece.quotes and not last.quotes and last.part in ("lower_third", "chapter", "cta"):
        return piece.parts in (["title"], ["text"]) and not piece.own_acts
    if last.acts("replace") and last.part in _WORDED and not last.quotes and piece.quotes and not piece.parts:
        return True
    if (
        last.own_acts == ["set"]
        and last.part in _WORDED
        and not (last.has_predicate or last.values())
        and piece.quotes
        and piece.acts("rename")
        and not piece.parts
    ):
        return True
    content = [token for token in piece.tokens if token.content or token.unknown]
    if (
        content
        and all(token.is_value("number") or token.says("limit") for token in content)
        and last.has("dir", "bigger", "smaller")
    ):
        return any(token.is_value("number") for token in content)
    if (
        piece.names("caption")
        and last.has("lang")
        and not (
            piece.has("lang")
            or set(last.parts) - {"sound", "voice", "video"}
            or last.own_acts
            or piece.acts("remove", "hide")
        )
    ):
        return True
    if _waits(last) and last.own_acts and piece.has_predicate and not (piece.parts or piece.own_acts or piece.quotes):
        return True
    if piece.names("glossary") and not piece.quotes and not piece.unknown_words and not last.parts:
        return bool(last.quotes or last.unknown_words)
    if (
        goes_on_in_time(last, piece)
        or goes_on_fading(last, piece)
        or is_nothing_else(last, piece)
        or limits_silence(last, piece)
        or speaks_while(last, piece)
        or goes_on_apart(last, piece)
    ):
        return True
    if last.own_acts == ["normalize"] and piece.acts("normalize") and not piece.parts and not piece.values():
        return True
    if (
        last.acts("undo")
        and piece.acts("undo", "redo", "reset", "back_to")
        and all(token.text in _REGRETS or not token.content for token in last.tokens)
    ):
        return True
    if (
        any(part in _WORDED for part in last.parts)
        and set(piece.own_acts) == {"length"}
        and piece.values("duration")
        and not piece.parts
        and not piece.quotes
    ):
        return [span.kind for span in last.values("span")] == ["at"] and not last.values("duration")
    if last.acts("duplicate", "split") and not last.values(*_VALUE_SLOTS):
        return bool(piece.values("span", "clock", "duration")) and (not piece.parts or piece.has("pron"))
    if (
        piece.acts("undo", "back_to")
        and not (piece.parts or piece.has_predicate or piece.values("number", "count"))
        and is_praise(last)
    ):
        return True
    if last.has("platform", "podcast") and not last.own_acts and piece.names("loudness"):
        return not piece.has("platform") and not piece.values("lufs")
    return False


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
    acts = [act for act in last.own_acts or last.acts_before if act in _LIST_ACTS]
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
