"""Wishes about the canvas: size, ratio, platform, frame rate; and about the theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wavereel.agent.lexicon.index import chinese_at, english_at
from wavereel.errors import EditError
from wavereel.timeline.edits.canvas import SetFps, SetPlatform, SetRatio, SetResolution, SetSize, SetTheme
from wavereel.timeline.edits.sound import SetLoudness
from wavereel.timeline.platforms import PODCAST_LOUDNESS_LUFS, load_platform, platform_names
from wavereel.timeline.themes import THEME_NAMES

if TYPE_CHECKING:
    from wavereel.agent.bench import Bench
    from wavereel.agent.frames import Frame

_PODCAST = ("podcast", "podcasts", "podcasting", "播客")
_NOT_CANVAS = (
    "waveform",
    "progress",
    "logo",
    "title",
    "caption",
    "text",
    "lower_third",
    "chapter",
    "cta",
    "overlay",
    "cover",
)
_OTHER = {"16:9": "9:16"}
_PRECISE = ("reels", "shorts")
"""They are said together with the platform that has them: "IG stories"."""


def canvas_wish(frame: Frame, bench: Bench) -> bool:
    """Does a wish about canvas, platform or frame rate; `False` where it says nothing about them."""
    did = False
    if frame.has("platform"):
        if frame.names("loudness") or frame.acts("normalize"):
            return False
        did = _platform(frame, bench)
    size = frame.value("size")
    about_other = any(frame.names(part) for part in _NOT_CANVAS)
    ratio = _ratio_value(frame) or _ratio_word(frame)
    unwanted = _unwanted_ratio(frame)
    if unwanted and not ratio:
        ratio = _OTHER.get(unwanted, "16:9") if bench.timeline.meta.ratio == unwanted else None
        did = True
    if size:
        _set_size(bench, size, did=did or bool(frame.values("fps")))
        did = True
    elif ratio and not (about_other and not frame.names("canvas")):
        if not (did and _allowed(bench, ratio)):
            _set_ratio(bench, ratio, did=did)
        did = True
    if (side := frame.value("resolution") or int(frame.get("res") or 0)) and not frame.acts("export"):
        bench.make(SetResolution, short_side=side, focus="")
        did = True
    fps = next(iter(frame.values("fps")[::-1]), None)
    if fps is None and frame.has("attr", "fps"):
        fps = frame.value("number")
    if fps:
        bench.make(SetFps, fps=float(fps), focus="")
        did = True
    return did


def _set_size(bench: Bench, size: tuple[int, int], *, did: bool) -> None:
    try:
        bench.make(SetSize, width=_even(size[0]), height=_even(size[1]), focus="")
    except EditError as error:
        if not (did and error.reason == "same_already"):
            raise


def _even(side: int) -> int:
    return side + side % 2


def _unwanted_ratio(frame: Frame) -> str | None:
    """The shape that it is not to have: "not vertical", 不要竖的."""
    return next(
        (
            token.get("ratio")
            for place, token in enumerate(frame.tokens)
            if token.says("ratio") and _is_refused(frame, place)
        ),
        None,
    )


def _is_refused(frame: Frame, place: int) -> bool:
    before = [
        token for token in frame.tokens[:place] if not token.says("stop") or token.says("not") or token.says("act")
    ]
    return bool(before) and (
        before[-1].says("not")
        or before[-1].says("act", "remove")
        or before[-1].text in ("instead of", "rather than", "而不是")
    )


def _ratio_value(frame: Frame) -> str | None:
    """The ratio that is said; of "16:9 to 9:16" the latter."""
    said = [
        str(token.amount("ratio"))
        for place, token in enumerate(frame.tokens)
        if token.is_value("ratio") and not _is_refused(frame, place)
    ]
    return said[-1] if said else None


def _ratio_word(frame: Frame) -> str | None:
    for place, token in enumerate(frame.tokens):
        ratio = token.get("ratio")
        if ratio is None or _is_refused(frame, place):
            continue
        if token.says("obj") and not token.says("obj", "canvas"):
            continue
        return ratio
    return None


def _allowed(bench: Bench, ratio: str) -> bool:
    return bench.timeline.meta.ratio == ratio


def _set_ratio(bench: Bench, ratio: str, *, did: bool) -> None:
    try:
        bench.make(SetRatio, ratio=ratio, focus="")
    except EditError as error:
        if not (did and error.reason == "same_already"):
            raise


def _platform(frame: Frame, bench: Bench) -> bool:
    named = [name for name in frame.all("platform") if name not in ("unknown", "podcast")]
    name = next((name for name in named if name in _PRECISE), named[0] if named else None)
    if name is None:
        if frame.has("platform", "podcast"):
            return False
        token = frame.first("platform", "unknown")
        words = frame.message.original(token.start, token.end) if token else ""
        known = ", ".join(platform_names())
        bench.refuse(
            words,
            f"{words} is not among the platforms whose rules are known ({known}); say a ratio such as 9:16 instead",
            f"不认识{words}的规格（认识的有 {known}）；可以直接说比例，比如9:16",
        )
        return True
    if frame.acts("remove") or (frame.has("not") and not frame.acts("add", "set")):
        bench.make(SetPlatform, off=True, focus="")
        return True
    try:
        bench.make(SetPlatform, platform=name, focus="")
    except EditError as error:
        if error.reason != "same_already" or not (frame.value("ratio") or _ratio_word(frame)):
            raise
    return True


def _quoted_themes(frame: Frame) -> list[str]:
    """The themes that are named in quotes: "apply the 'vintage' style"."""
    if not (frame.names("theme") or frame.has("attr", "style")):
        return []
    words = [quote.casefold() for quote in frame.quotes]
    found = [english_at(word, 0) if word.isascii() else chinese_at(word, 0) for word in words if word]
    return [
        value
        for one, word in zip(found, words, strict=True)
        if one is not None and one.end == len(word)
        for kind, value in one.readings
        if kind == "theme"
    ]


def theme_wish(frame: Frame, bench: Bench) -> bool:
    """Puts the timeline into a theme; the parts that the message keeps stay as they are."""
    theme = next((name for name in [*frame.all("theme"), *_quoted_themes(frame)] if name in THEME_NAMES), None)
    if theme is None:
        if frame.names("theme") and frame.acts("set", "add") and (frame.unknown_words or frame.quotes):
            asked = (frame.quotes or frame.unknown_words)[0]
            bench.refuse(
                asked,
                f"there is no theme of that name; there are {', '.join(THEME_NAMES)}",
                f"没有这个主题；有的是 {'、'.join(THEME_NAMES)}",
            )
            return True
        return False
    keep = tuple(part for part in bench.kept if bench.there(part))
    bench.make(SetTheme, theme=theme, keep=keep or None, focus="")
    return True


def loudness_wish(frame: Frame, bench: Bench) -> bool:
    """Sets the loudness of the whole; `False` where a wish says nothing about it."""
    lufs = frame.value("lufs")
    name = frame.get("platform") or ""
    if (
        lufs is None
        and not name
        and (frame.names("loudness") or frame.acts("normalize"))
        and any(token.text in _PODCAST for token in frame.tokens)
    ):
        lufs = PODCAST_LOUDNESS_LUFS["podcast"]
    if lufs is None and frame.has("platform"):
        name = frame.get("platform") or ""
        if name == "podcast":
            mono = any(token.text in ("mono", "单声道") for token in frame.tokens)
            lufs = PODCAST_LOUDNESS_LUFS["podcast-mono" if mono else "podcast"]
        elif name != "unknown":
            lufs = load_platform(name).loudness_lufs
    if (lufs is None and frame.names("loudness")) or (frame.acts("normalize") and lufs is None):
        number = frame.value("number", "decibel")
        if number is not None and 5 <= abs(number) <= 40:
            lufs = -abs(number)
    if lufs is not None:
        bench.make(SetLoudness, lufs=float(-abs(lufs)), focus="loudness")
        return True
    if (frame.acts("remove") and frame.names("loudness")) or (
        frame.acts("normalize") and frame.has("not", "not", "no")
    ):
        bench.make(SetLoudness, off=True, focus="loudness")
        return True
    evens = frame.names("loudness") and any(
        token.text in ("统一", "一致", "统一成", "consistent", "even") for token in frame.tokens
    )
    if frame.acts("normalize") or evens:
        spoken = bench.there("voice")
        bench.make(SetLoudness, lufs=-16.0 if spoken else -14.0, focus="loudness")
        bench.assumptions.append(
            bench.say(
                "-16 LUFS is usual for speech" if spoken else "-14 LUFS is usual for music",
                "人声一般用-16 LUFS" if spoken else "音乐一般用-14 LUFS",
            )
        )
        return True
    return False
