"""Wishes about what lies under everything: colours, gradients, patterns, pictures, videos, the cover."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wavereel.agent.wishes.common import strength
from wavereel.timeline.edits.background import (
    SetBackgroundColor,
    SetBackgroundFit,
    SetBackgroundGradient,
    SetBackgroundMedia,
    SetBackgroundPattern,
    SetBackgroundTheme,
    UseCoverAsBackground,
)
from wavereel.timeline.edits.removing import Remove
from wavereel.timeline.edits.spans import Hide
from wavereel.timeline.palette import mix
from wavereel.timeline.reasons import cannot

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wavereel.agent.bench import Bench
    from wavereel.agent.frames import Frame
    from wavereel.timeline.model import Generator

MADE = (
    "colours, gradients, the patterns mesh, grain, stars, bokeh and waves, and drawn covers",
    "纯色、渐变、mesh、颗粒、星空、光斑、波浪这几种图案，以及画出来的封面",
)
"""What the program makes itself, in both languages."""

_SIDE_ANGLES = {"left": 0.0, "right": 0.0, "top": 90.0, "bottom": 90.0}


def background_wish(frame: Frame, bench: Bench) -> bool:
    """Does a wish about the background; `False` where it says nothing about it."""
    fit = _fit(frame)
    colors = frame.values("color")
    pattern = frame.get("pattern")
    if frame.acts("hide", "unhide"):
        bench.make(Hide, target="background", hidden=not frame.acts("unhide"))
        return True
    if frame.files or _wants_media(frame, colors):
        return _media(frame, bench, fit)
    if pattern and not (pattern == "waves" and frame.names("waveform")):
        fields = dict(zip(("color", "color2"), colors, strict=False))
        bench.make(SetBackgroundPattern, pattern=pattern, focus="background", **fields)
        return True
    sides = [place for place in frame.all("place") if place in _SIDE_ANGLES]
    if len(colors) >= 2 and len(sides) >= 2:
        if sides[0] in ("bottom", "right"):
            colors = colors[1::-1]
        bench.make(
            SetBackgroundGradient, color=colors[0], color2=colors[1], angle=_SIDE_ANGLES[sides[0]], focus="background"
        )
        return True
    if len(colors) >= 2:
        bench.make(SetBackgroundGradient, color=colors[0], color2=colors[1], angle=_angle(frame), focus="background")
        return True
    if colors:
        return _one_color(frame, bench, colors[0])
    if frame.has("attr", "gradient") or _turns_gradient(frame, bench):
        return _gradient_of_present(frame, bench)
    if frame.has("dir", "brighter", "darker"):
        return _lit(frame, bench)
    own = frame.has("normal") or frame.acts("reset", "back_to") or frame.names("theme")
    if own or (frame.has("theme") and frame.names("background") and not frame.has("not")):
        bench.make(SetBackgroundTheme, focus="background")
        return True
    if _is_removal(frame):
        bench.need("background")
        bench.make(Remove, target="background", focus="")
        return True
    if frame.acts("generate") and frame.own_acts:
        return _generate(frame, bench)
    if fit and (frame.acts("remove") or frame.has("not")):
        fit = "cover"
    if fit:
        bench.make(SetBackgroundFit, fit=fit, focus="background")
        return True
    unclear = (
        frame.unknown_words and not frame.names("picture") and file_by_words(bench, frame, ("image", "video")) is None
    )
    if frame.acts("add") and frame.names("background", "picture") and not unclear:
        return _media(frame, bench, fit)
    return False


def _is_removal(frame: Frame) -> bool:
    return frame.acts("remove") or frame.has("not", "no") or frame.has("off", "off")


def _fit(frame: Frame) -> str | None:
    if frame.acts("blur") and not frame.has("not"):
        return "blur"
    for token in frame.tokens:
        fit = token.get("fit")
        if fit and not token.says("obj"):
            return fit
    return None


def _wants_media(frame: Frame, colors: list[str]) -> bool:
    """Whether a picture, a video or the cover is to lie in the background, not a colour."""
    turned = frame.has("into") and frame.names("cover", "picture")
    if colors or frame.has("pattern") or _is_removal(frame) or (frame.has("dir") and not turned):
        return False
    if frame.acts("generate") and not frame.acts("add", "blur"):
        return False
    if frame.names("cover", "picture", "avatar"):
        return True
    if not frame.names("main", "video") or not (frame.has("into") or frame.acts("set", "add", "loop")):
        return False
    own = ("my", "clip", "footage", "片段", "video clip", "my video")
    return (frame.has("into") and frame.names("background")) or any(
        token.text in own or token.says("obj", "main") for token in frame.tokens
    )


def _media(frame: Frame, bench: Bench, fit: str | None) -> bool:
    if frame.files:
        entry = bench.entry(frame.files[0])
        if entry is None:
            raise cannot("no_file", name=frame.files[0], hint="send the file")
        bench.make(SetBackgroundMedia, file=str(entry["file_id"]), fit=fit, focus="background")
        return True
    if frame.names("cover") and not _unplaced(bench, "cover"):
        bench.make(UseCoverAsBackground, fit=fit, focus="background")
        return True
    kinds = ("video", "image") if frame.names("main", "video") and not frame.names("picture", "cover") else ("image",)
    entry = chosen_picture(bench, frame, kinds)
    if entry is not None:
        bench.make(SetBackgroundMedia, file=str(entry["file_id"]), fit=fit, focus="background")
        return True
    if "video" in kinds:
        raise cannot("no_file", name=bench.say("video", "视频"), hint="send the file")
    bench.make(UseCoverAsBackground, fit=fit, focus="background")
    return True


def _unplaced(bench: Bench, word: str) -> bool:
    return any(word in str(entry.get("filename", "")).casefold() for entry in bench.at_hand("image"))


def chosen_picture(bench: Bench, frame: Frame, kinds: tuple[str, ...]) -> Mapping[str, Any] | None:
    """The file at hand that a wish for "the picture" means: one it names, else the only or latest unplaced one."""
    named = file_by_words(bench, frame, kinds)
    if named is not None:
        return named
    unplaced = [entry for entry in bench.at_hand(*kinds, unplaced=True) if not _is_logo(entry)]
    if kinds[0] == "video":
        unplaced = [entry for entry in unplaced if entry.get("file_type") == "video"] or unplaced
    if frame.names("cover"):
        covers = [entry for entry in unplaced if _is_cover(entry)]
        unplaced = covers or unplaced
    elif len(unplaced) > 1:
        unplaced = [entry for entry in unplaced if not _is_cover(entry)] or unplaced
    if unplaced:
        return unplaced[-1]
    anything = [entry for entry in bench.at_hand(*kinds) if not _is_logo(entry)]
    return anything[-1] if anything else None


def file_by_words(bench: Bench, frame: Frame, kinds: tuple[str, ...]) -> Mapping[str, Any] | None:
    """The file at hand whose name holds a word of the wish: "the beach photo" is beach.jpg."""
    words = [token.text for token in frame.tokens if len(token.text) > 1 and not token.says("act")]
    for entry in bench.at_hand(*kinds):
        stem = str(entry.get("filename", "")).casefold().rpartition(".")[0]
        for word in words:
            if (
                word in stem
                and (not word.isascii() or word in _split(stem))
                and word not in ("clip", "video", "music", "song", "image", "photo", "picture", "audio", "talk")
            ):
                return entry
    return None


def _split(stem: str) -> list[str]:
    return "".join(letter if letter.isalpha() else " " for letter in stem).split()


def _is_logo(entry: Mapping[str, Any]) -> bool:
    return any(word in str(entry.get("filename", "")).casefold() for word in ("logo", "watermark", "标志", "水印"))


def _is_cover(entry: Mapping[str, Any]) -> bool:
    return any(word in str(entry.get("filename", "")).casefold() for word in ("cover", "封面"))


def _generator(bench: Bench) -> Generator | None:
    spots = bench.spots("background")
    return spots[0].segment.generator if spots else None


def _angle(frame: Frame) -> float | None:
    degrees = frame.value("degrees")
    if degrees is not None:
        return float(degrees)
    texts = " ".join(token.text for token in frame.tokens)
    if any(word in texts for word in ("left to right", "horizontal", "从左到右", "水平", "横向", "左右")):
        return 0.0
    if any(word in texts for word in ("top to bottom", "vertical", "从上到下", "垂直", "竖向", "上下")):
        return 90.0
    if any(word in texts for word in ("diagonal", "对角", "斜")):
        return 45.0
    return None


def _one_color(frame: Frame, bench: Bench, color: str) -> bool:
    present = _generator(bench)
    if frame.has("attr", "gradient") and present is not None and present.color:
        bench.make(
            SetBackgroundGradient, color=present.color[:7], color2=color, angle=_angle(frame), focus="background"
        )
        return True
    if (
        present is not None
        and present.kind == "pattern"
        and frame.subject == "background"
        and not frame.names("background")
    ):
        bench.make(SetBackgroundPattern, pattern=present.style or "mesh", color=color, focus="background")
        return True
    bench.make(SetBackgroundColor, color=color, focus="background")
    return True


def _turns_gradient(frame: Frame, bench: Bench) -> bool:
    """Whether a gradient that is there is to run another way: "rotate the background 90 degrees"."""
    present = _generator(bench)
    return present is not None and present.kind == "gradient" and frame.value("degrees") is not None


def _gradient_of_present(frame: Frame, bench: Bench) -> bool:
    """A gradient whose colours nobody said: from the present colour to a darker one."""
    present = _generator(bench)
    if _is_removal(frame):
        if present is None or present.kind != "gradient" or not present.color:
            raise cannot("same_already", what="background")
        bench.make(SetBackgroundColor, color=present.color[:7], focus="background")
        return True
    if (
        present is not None
        and present.kind == "gradient"
        and present.color
        and present.color2
        and (angle := _angle(frame)) is not None
    ):
        bench.make(
            SetBackgroundGradient, color=present.color[:7], color2=present.color2[:7], angle=angle, focus="background"
        )
        return True
    color = (present.color if present is not None and present.color else bench.timeline.meta.background) or "#101830"
    bench.make(
        SetBackgroundGradient,
        color=color[:7],
        color2=mix(color[:7], "#000000", 0.6),
        angle=_angle(frame),
        focus="background",
    )
    return True


def _lit(frame: Frame, bench: Bench) -> bool:
    present = _generator(bench)
    if present is None or not present.color or present.kind == "pattern":
        raise cannot("wrong_kind", what="background", hint="name a colour for it")
    other = "#ffffff" if frame.has("dir", "brighter") else "#000000"
    share = min(0.8, 0.3 * strength(frame))
    color = mix(present.color[:7], other, share)
    if present.color2:
        bench.make(
            SetBackgroundGradient,
            color=color,
            color2=mix(present.color2[:7], other, share),
            angle=present.angle,
            focus="background",
        )
    else:
        bench.make(SetBackgroundColor, color=color, focus="background")
    return True


def _generate(frame: Frame, bench: Bench) -> bool:
    """Something that is to be made: a pattern where nothing particular is named, else what can be made is said."""
    if frame.unknown_words or frame.quotes:
        words = frame.words
        bench.refuse(
            words,
            f"pictures of that kind are not made here; what is made: {MADE[0]}. Send me the file and I will use it",
            f"这里不会生成这样的图片；能生成的有：{MADE[1]}。把图片发给我就可以用",
        )
        return True
    bench.make(SetBackgroundPattern, pattern="mesh", focus="background")
    bench.assumptions.append(
        bench.say(
            "a mesh of the theme's colours was made, since nothing particular was named",
            "没有指定内容，所以用主题的颜色做了一张mesh图案",
        )
    )
    return True
