"""A message cut into pieces: at signs, at connecting words, and before what begins a wish of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from wavereel.agent.context import piece_before
from wavereel.agent.frames import LIST_ACTS, Frame, is_act, is_part, is_predicate
from wavereel.agent.joining import (
    speaks_apart,
    speaks_behind_blank,
    speaks_of_next,
)
from wavereel.agent.negation import RATHER

if TYPE_CHECKING:
    from wavereel.agent.message import Message
    from wavereel.agent.tokens import Token

_TAKES = ("把", "将", "给")
"""Before what a Chinese verb acts on; a new wish begins here."""

_CARRIERS = ("caption", "title", "waveform", "background", "logo", "progress", "lower_third", "chapter", "cta")
"""Parts that begin a wish of their own behind one that is said in full."""

_SOUND_ENDINGS = (".mp3", ".wav", ".m4a", ".flac", ".ogg", ".aac", ".opus")
"""How names of sounds end; two of them with an "and" between are meant together."""

_SHORTENED = (" sec", " secs", " min", " mins", " approx")

_SIGNS_OF_END = frozenset(".!?;\n")

_SHORT_ACTS = frozenset("加删剪换改调")
"""Chinese verbs of one character that begin a wish; others are too often a part of something else."""


def pieces_of(message: Message, tokens: list[Token]) -> list[Frame]:
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


def run_ons(frame: Frame) -> list[Frame]:
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
    if token.text in RATHER:
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
        complement = len(hard) == len(list(token.all("act")))
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
        shaped = token.says("obj", "video") and last.says("ratio")  # 竖屏视频
        return not shaped and not last.text.endswith("的") and not last.text.startswith(("盖", "压过"))
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
    if before[-1].is_value("span", "duration", "clock"):
        cuts = any(token.says("act", "cut", "keep") for token in before)
        if cuts and any(token.is_value("span") for token in before):
            return True
    return is_predicate(before[-1]) and any(
        token.is_value("ratio")
        or token.says("ratio")
        or token.says("theme")
        or token.says("platform")
        or token.says("mood")
        for token in before
    )


def _is_whole(before: list[Token]) -> bool:
    """Whether a wish is said in full by a verb and a part: "remove the logo"."""
    return any(token.says("act", *LIST_ACTS) for token in before)
