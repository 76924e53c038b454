"""Complaints: which only say what is wrong or why, and which wish behind them says what is to be done."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from wavereel.agent.wishes.common import TEXT_PARTS

if TYPE_CHECKING:
    from wavereel.agent.frames import Frame

_TOO = (
    *("too", "can", "hard", "not enough"),
    *("太", "偏", "有点", "听不", "看不", "听唔", "睇唔", "盖", "抢", "压过", "压住", "吵"),
)
"""How words begin that say that there is too much or too little of something."""

_PLAIN_WAYS = (("quieter", ("down", "smaller", "fewer")), ("louder", ("up", "bigger", "more")))
"""What "lower it" and "raise it" mean behind a complaint about loudness."""

_LESS_OR_MORE = frozenset(("quieter", "louder", "smoother", "fewer", "more"))
"""What "tone it down", "calm it", "turn it up" mean of a sound, and by what they stand for less or more of anything."""


def is_complaint(frame: Frame) -> bool:
    """Whether a wish only says what is wrong: "the bars are too thin", 字幕太靠下了."""
    if frame.has("bad") and not frame.own_acts and not frame.quotes:
        return True
    dirs = [token for token in frame.tokens if token.says("dir")]
    if not dirs or frame.own_acts or frame.values("percent", "decibel", "factor", "span"):
        return False
    hedged = {after.text for before, after in pairwise(frame.tokens) if before.text in ("有点", "有些")}
    return all(token.text in hedged or token.text.startswith(_TOO) for token in dirs)


def is_reason(before: Frame, frame: Frame) -> bool:
    """Whether a complaint only says why the wish before it was made: 音乐小点，听不清他说话."""
    if frame.parts or frame.quotes or frame.values() or not is_complaint(frame) or is_complaint(before):
        return False
    if not frame.has("dir"):
        return bool(before.own_acts or before.has_predicate)
    if before.acts("remove", "mute", "hide"):
        return True
    wished, complained = set(before.all("dir")), set(frame.all("dir"))
    return bool(wished & complained) or (
        "quieter" in wished and "louder" in complained and before.part in ("music", "sound", "bgm")
    )


def tells_of_other(frame: Frame) -> bool:
    """Whether a complaint names what suffers, not what is complained of: 盖过说话了."""
    return (
        bool(frame.tokens)
        and not frame.own_acts
        and frame.tokens[0].text.startswith(("盖", "压过", "压住", "抢", "挡"))
    )


def _says_exactly(frame: Frame, following: Frame) -> bool:
    """Whether the next wish says by how much: "the music drowns out the host, bring it down 6 dB"."""
    if set(frame.own_acts) - {"set"} or frame.quotes or frame.values() or following.part not in ("", frame.part):
        return False
    compares = following.parts and any(token.text in ("比", "than", "compared to") for token in frame.tokens)
    return (
        frame.has("dir") and following.has("dir") and (bool(following.values("decibel", "percent")) or bool(compares))
    )


def _echoes(frame: Frame, following: Frame) -> bool:
    """Whether a wish only says "less" or "more" of what was complained of: "too bright, tone it down"."""
    if following.parts or frame.part in ("", "sound", "voice", "music", "sfx", "loudness"):
        return False
    dirs = following.all("dir")
    return (
        bool(dirs)
        and set(dirs) <= _LESS_OR_MORE
        and not following.values("percent", "factor", "number", "color", "decibel", "duration")
    )


def _goes_same_way(frame: Frame, following: Frame) -> bool:
    """Whether the wish behind a complaint about loudness says the same in plainer words: "it's too loud, lower it"."""
    if following.parts or len(following.all("dir")) != 1 or following.has("place"):
        return False
    return any(frame.has("dir", loud) and following.has("dir", *plain) for loud, plain in _PLAIN_WAYS)


def _answers_complaint(frame: Frame, following: Frame) -> bool:
    """Whether the wish behind a complaint says what is to be done about it."""
    if _echoes(frame, following):
        return True
    if frame.has("bad"):
        return bool(
            following.own_acts or following.has_predicate or following.has("attr", "take")
        ) and following.part in ("", frame.part)
    if (
        following.parts
        and following.part != frame.part
        and following.part not in ("sound", "video", "voice", "timeline")
        and not (frame.part == "text" and following.part in (*TEXT_PARTS, "caption"))
    ):
        return False
    if set(following.all("dir")) & set(frame.all("dir")) or _goes_same_way(frame, following):
        return True
    if frame.has("dir", "longer", "briefer") and following.values("duration") and following.part in ("", frame.part):
        return True
    counts = frame.has("dir", "more", "fewer") and following.values("number")
    return (
        bool(counts or following.values("percent", "decibel", "factor", "pixels", "count"))
        or following.acts("keep", "cut")
        or (following.has("half") and not following.parts)
        or (following.acts("remove") and bool(following.values("span")))
    )


def is_answered(frame: Frame, following: Frame) -> bool:
    """Whether a wish complains, and the one behind it says what is to be done: "too bright, tone it down"."""
    return (is_complaint(frame) or _says_exactly(frame, following)) and _answers_complaint(frame, following)


def with_complaint(frame: Frame, following: Frame) -> Frame:
    """A complaint and the wish behind it as one."""
    following.fixes = False
    if _echoes(frame, following):
        frame.tokens += [token for token in following.tokens if token.says("amt")]
        return frame
    following.tokens[:0] = [
        token for token in frame.tokens if token.says("attr", "count") or token.datum or token.is_value("ordinal")
    ]
    return following
