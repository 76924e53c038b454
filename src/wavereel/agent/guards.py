"""Wishes that only look like one: what tells of somebody, and what takes something out of a part, not the part away."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from wavereel.agent.frames import BEFORE_ANOTHER

if TYPE_CHECKING:
    from wavereel.agent.bench import Bench
    from wavereel.agent.frames import Frame
    from wavereel.agent.tokens import Token

_TELLERS = frozenset(
    (
        "i",
        "we",
        "he",
        "she",
        "they",
        "you",
        "everyone",
        "everybody",
        "somebody",
        "someone",
        "nobody",
        "i'm",
        "we're",
        "i've",
        "we've",
        "我",
        "我们",
        "他",
        "他们",
        "她",
        "她们",
        "你们",
        "嘉宾",
        "大家",
    )
)
_WISHING = frozenset(
    (
        *(
            "want",
            "need",
            "like",
            "love",
            "prefer",
            "think",
            "wish",
            "hope",
            "can",
            "could",
            "should",
            "must",
            "would",
            "please",
            "if",
            "want to",
            "would like",
            "maybe",
            "trying",
            "going",
            "gonna",
        ),
        *(
            "post",
            "posting",
            "upload",
            "hear",
            "see",
            "read",
            "can't",
            "cannot",
            "not",
            "don't",
            "feel",
            "keep",
            "find",
            "make",
            "get",
            "have",
            "要",
            "想",
            "想要",
            "希望",
            "需要",
            "觉得",
            "喜欢",
            "打算",
            "准备",
            "请",
            "帮",
            "发",
            "能",
            "得",
            "用",
            "给",
            "看",
            "听",
            "是",
            "选",
        ),
    )
)
_ARTICLES = frozenset(
    (
        "the",
        "a",
        "an",
        "my",
        "your",
        "our",
        "that",
        "this",
        "those",
        "these",
        "all",
        "any",
        "every",
        "it",
        "them",
        "of",
        "whole",
        "entire",
        "please",
        "just",
        "out",
        "off",
        "away",
        "up",
    )
)
_STATE = re.compile(r"(?<![a-z])(?:is|are|was|were|had|has|went|came|lives)(?![a-z'])")
_STATE_ZH = re.compile(r"(?:很[大小多高低快慢]|[坏死完]了)$|以前|从前|去年|小时候")
"""What says how something is, or was."""

_INSTRUMENTS = frozenset(
    (
        "guitar",
        "guitars",
        "drum",
        "drums",
        "piano",
        "bass",
        "violin",
        "synth",
        "trumpet",
        "吉他",
        "鼓",
        "鼓声",
        "钢琴",
        "贝斯",
        "小提琴",
    )
)
_SMALL = ("voice", "music", "sound", "bgm", "sfx")


def guarded(frame: Frame, bench: Bench) -> bool | None:
    """`False` where a wish is none, `True` where it is answered; `None` where nothing speaks against it."""
    if _tells(frame):
        return False
    remove = next((place for place, token in enumerate(frame.tokens) if token.says("act", "remove")), None)
    if (
        remove is not None
        and not bench.there("bgm")
        and any(token.text in _INSTRUMENTS for token in frame.tokens[remove:])
    ):
        return _refuse_separation(frame, bench)
    if remove is None or not frame.parts or frame.quotes or frame.values("span", "duration", "clock"):
        return None
    if _takes_voice_out(frame, bench):
        return _refuse_separation(frame, bench)
    verb = frame.tokens[remove]
    if verb.text in ("drop", "pull", "bring") and frame.tokens[-1].says("dir"):
        _put(frame, remove, replace(verb, readings=(("stop", "stop"),)))  # "drop the captions lower"
        return None
    if frame.has("attr", "volume") and any(token.text == "out of" for token in frame.tokens[remove:]):
        return False
    if _takes_a_little(frame, remove):
        if frame.part not in _SMALL:
            return False
        _put(frame, remove, replace(frame.tokens[remove], readings=(("dir", "quieter"),)))
        return None
    if _takes_out_of(frame, remove):
        words = frame.words
        bench.refuse(
            words,
            "that is a piece of something and cannot be taken out of it by itself",
            "这只是其中的一部分，不能单独去掉",
        )
        return True
    return None


def _tells(frame: Frame) -> bool:
    """Whether it tells something: nothing is named or done that the program knows, something is not understood, and the
    rest is a sentence about somebody, or a state, or the word that is known only describes what is not.
    """
    tokens = [token for token in frame.tokens if not token.sign]
    unknown = [token for token in tokens if token.unknown and token.text not in ("enough", "plain")]
    if (
        not unknown
        or frame.own_acts
        or frame.acts_before
        or frame.parts
        or frame.quotes
        or frame.files
        or frame.has("ask")
    ):
        return False
    if any(
        token.text in _WISHING
        or (not token.text.isascii() and any(word in token.text for word in ("准备", "打算", "想", "按")))
        for token in tokens
    ):
        return False
    if tokens[0].text in _TELLERS and not frame.has("dir"):
        return True
    if _STATE.search(frame.words.lower()) or _STATE_ZH.search(frame.words):
        return True
    describes = ("ratio", "theme", "pattern", "style", "look")
    modifies = any(
        one.text.isascii() and any(one.says(kind) for kind in describes) and two.unknown
        for one, two in itertools.pairwise(tokens)
    )
    return modifies and len(unknown) > 1


def _takes_a_little(frame: Frame, remove: int) -> bool:
    """Whether less of it is wished, or lower, but not away: "lose the voice a little", 把标题拿下来一点."""
    if frame.has("dir") or frame.values() or frame.has("attr"):
        return False
    behind = frame.tokens[remove + 1 :]
    if not frame.tokens[remove].text.isascii():
        return any(token.says("amt", "little") for token in behind[:2] if token.text != "有点") and not frame.has(
            "good"
        )
    return any(token.says("amt", "little") for token in behind[-1:])


def _takes_out_of(frame: Frame, remove: int) -> bool:
    """Whether what goes is a trait of a part: "get rid of the yellow in the captions", 把标题的阴影去掉."""
    before = frame.tokens[:remove]
    if len(before) > 2 and before[-1].unknown and before[-2].text == "的" and before[-3].says("obj"):
        return True
    tokens = frame.tokens[remove + 1 :]
    named: list[Token] = []
    for token in tokens:
        if (
            token.says("obj")
            or (token.says("attr") and not token.says("attr", "weight"))
            or token.says("pron")
            or token.datum is not None
        ):
            return False
        if (token.text in BEFORE_ANOTHER and token.text != "of") or token.text == "around":
            break
        if token.text not in _ARTICLES:
            named.append(token)
    else:
        return False
    return bool(named) and any(
        token.unknown
        or token.says("stop")
        or token.is_value("color")
        or token.says("mood")
        or token.says("pattern")
        or token.says("attr", "weight")
        for token in named
    )


def _takes_voice_out(frame: Frame, bench: Bench) -> bool:
    """Whether a voice is to go that is a part of the only sound there is."""
    return frame.names("voice") and not bench.there("voice") and bench.there("audio")


def _refuse_separation(frame: Frame, bench: Bench) -> bool:
    bench.refuse(
        frame.words,
        "voices and instruments cannot be taken apart here; whole tracks can be muted or turned down",
        "这里不能分离人声和乐器；可以把整条音轨静音或调小",
    )
    return True


def _put(frame: Frame, place: int, token: Token) -> None:
    frame.tokens = [*frame.tokens[:place], token, *frame.tokens[place + 1 :]]
