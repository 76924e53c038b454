"""Wishes about the waveform."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wavereel.agent.wishes.common import factor_of, strength
from wavereel.agent.wishes.when import when_of
from wavereel.timeline.edits.placing import Place, Resize
from wavereel.timeline.edits.removing import Remove
from wavereel.timeline.edits.spans import Hide, SetTime
from wavereel.timeline.edits.waveform import AddWaveform, SetWaveform
from wavereel.timeline.palette import mix
from wavereel.timeline.reasons import cannot

if TYPE_CHECKING:
    from wavereel.agent.bench import Bench
    from wavereel.agent.frames import Frame
    from wavereel.timeline.model import Generator

STEP = 0.08
_BARLIKE = ("bars", "mirror", "blocks", "spectrum")
_COUNT_WORDS = ("bars", "dots", "blocks", "line")
_FULL_WIDTH = (
    "span the",
    "across the whole screen",
    "full width",
    "entire width",
    "whole width",
    "edge to edge",
    "all the way across",
    "拉满宽度",
    "全宽",
    "满宽",
    "占满宽度",
    "撑满宽度",
    "通栏",
    "整个宽度",
    "画面宽度",
    "铺满宽度",
    "最宽",
    "一样宽",
    "横跨整个画面",
)
_SCALED = ("bigger", "smaller", "taller", "flatter", "wider", "narrower")


def waveform_wish(frame: Frame, bench: Bench) -> bool:
    """Does a wish about the waveform; `False` where it says nothing about it."""
    if _is_removal(frame):
        bench.need("waveform")
        if frame.has("attr", "gradient"):
            bench.make(SetWaveform, color2="none", focus="waveform")
        else:
            bench.make(Remove, target="waveform", focus="")
        return True
    if frame.acts("hide", "unhide"):
        bench.make(Hide, target="waveform", hidden=not frame.acts("unhide"))
        return True
    shaped = (
        frame.has("style")
        or frame.has("dir")
        or frame.has("place")
        or frame.acts("follow")
        or frame.values("color", "percent", "number", "count", "span")
    )
    if frame.has("on", "on") and not shaped and not frame.acts("fade"):
        bench.make(Hide, target="waveform", hidden=False) if bench.there("waveform") else bench.make(
            AddWaveform, focus="waveform"
        )
        return True
    fields = _fields(frame, bench)
    did = False
    if not bench.there("waveform"):
        own = {name: value for name, value in fields.items() if name in ("style", "color", "color2", "count")}
        bench.make(AddWaveform, focus="waveform", **own)
        fields = {name: value for name, value in fields.items() if name not in own}
        did = True
    if fields:
        bench.make(SetWaveform, focus="waveform", **fields)
        did = True
    did = _sized(frame, bench) or did
    did = _placed(frame, bench) or did
    when = when_of(frame, bench.end_ms)
    if when.said and not fields.get("smooth_ms"):
        bench.make(
            SetTime,
            target="waveform",
            whole=when.whole or None,
            **when.span,
        )
        did = True
    if not did and frame.acts("add"):
        raise cannot("same_already", what="waveform")
    return did


def _is_removal(frame: Frame) -> bool:
    if frame.has("dir") or frame.values("color", "count") or (frame.has("style") and not frame.names("waveform")):
        return False
    return frame.acts("remove") or frame.has("not", "no") or frame.has("off", "off")


def _generator(bench: Bench) -> Generator | None:
    spots = bench.spots("waveform")
    return spots[0].segment.generator if spots else None


def _fields(frame: Frame, bench: Bench) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    present = _generator(bench)
    counted = _count_fields(frame, present)
    style = _style(frame, counted=bool(counted)) or _bars_again(frame, present)
    if style and (present is None or present.style != style or counted or frame.values("color")):
        if present is None or present.style != style:
            fields["style"] = style
    elif style and present is not None and not _says_more(frame):
        raise cannot("same_already", what="waveform")
    fields |= counted
    fields |= _color_fields(frame, present)
    smooth = (
        frame.value("duration") if frame.has("attr", "smooth") or frame.has("dir", "smoother", "snappier") else None
    )
    if smooth:
        fields["smooth_ms"] = smooth
    elif frame.has("dir", "smoother") or (
        (frame.acts("follow") or frame.names("waveform")) and frame.has("dir", "slower")
    ):
        fields["smooth_factor"] = 1.8 ** strength(frame)
    elif frame.has("dir", "snappier") or (
        (frame.acts("follow") or frame.names("waveform")) and frame.has("dir", "faster")
    ):
        fields["smooth_factor"] = 0.55 ** strength(frame)
    fields |= opacity_fields(frame, present=1.0)
    if frame.acts("follow"):
        unwanted = frame.first("not")
        named = [token for token in frame.tokens if unwanted is None or token.start < unwanted.start]
        driver = next((part for token in named for part in token.all("obj") if part in ("music", "voice", "sound")), "")
        if driver:
            fields["of"] = {"music": "bgm", "voice": bench.speaking_part, "sound": "*"}[driver]
    return fields


def opacity_fields(frame: Frame, present: float) -> dict[str, Any]:
    """`opacity` where a wish says how transparent something is to be."""
    share = frame.value("percent")
    number = frame.value("number")
    if share is None and number is not None and 1 < number <= 100 and frame.has("attr", "opacity"):
        share = number / 100
    if share is None and frame.has("attr", "opacity") and any("quarter" in token.text for token in frame.tokens):
        share = 0.25
    if share is not None and frame.acts("fade") and not frame.has("attr", "opacity"):
        return {"opacity": min(1.0, share)}
    if frame.has("attr", "opacity") or frame.has("dir", "clearer", "denser"):
        clear = any(
            token.text in ("transparent", "transparency", "see-through", "see through", "透明", "透明度", "半透明")
            for token in frame.tokens
        )
        if share is not None:
            return {"opacity": 1 - share if clear else share}
        if frame.has("half") or any(
            token.text in ("半透明", "semi-transparent", "semitransparent", "translucent", "semi transparent")
            for token in frame.tokens
        ):
            return {"opacity": 0.5}
        if frame.has("dir", "denser") or frame.has("not"):
            return {"opacity": min(1.0, present * 1.4 ** strength(frame))}
        return {"opacity": round(present * 0.7 ** strength(frame), 3)}
    return {}


def _says_more(frame: Frame) -> bool:
    return frame.has("dir") or frame.has("place") or bool(frame.values("color", "percent", "factor"))


def _bars_again(frame: Frame, present: Generator | None) -> str:
    """The style of "turn it into bars", which elsewhere only names what the waveform is made of."""
    named = (
        any(token.text in ("bars", "柱子") for token in frame.tokens)
        and present is not None
        and present.style not in _BARLIKE
    )
    turned = frame.has("into") or frame.acts("set", "back_to", "replace") or not frame.has_predicate
    return "bars" if named and turned and not frame.has("dir") and not frame.values("color", "count", "percent") else ""


def _style(frame: Frame, *, counted: bool) -> str:
    if frame.has("style", "mirror") and frame.has("style", "bars"):
        return "mirror"
    for place, token in enumerate(frame.tokens):
        if (
            token.text == "点"
            and place
            and (frame.tokens[place - 1].says("dir") or frame.tokens[place - 1].says("amt"))
        ):
            continue  # 柔和点: a bit, no dots
        for style in token.all("style"):
            counts = style in _COUNT_WORDS and counted
            if not counts and not (token.says("obj") and not token.says("obj", "waveform")):
                return style
    return ""


def _count_by(frame: Frame) -> int:
    """1 or -1 where a count is by how many more or fewer there are to be: 柱子少十根."""
    place = next((place for place, token in enumerate(frame.tokens) if token.is_value("count")), 0)
    said = {token.text for token in frame.tokens[max(0, place - 2) : place]}
    return 1 if "多" in said else -1 if "少" in said else 0


def _count_fields(frame: Frame, present: Generator | None) -> dict[str, Any]:
    count = frame.value("count")
    if count is None and frame.has("attr", "count"):
        number = frame.value("number")
        count = int(number) if number is not None and number >= 2 else None
    if count is not None and (by := _count_by(frame)) and present is not None and present.count:
        return {"count": max(1, present.count + by * int(count))}
    if count is not None:
        return {"count": int(count)}
    if frame.has("dir", "more", "fewer") and not frame.has("attr", "height", "width", "opacity", "smooth"):
        more = frame.has("dir", "more") and not frame.has("dir", "fewer")
        if frame.has("attr", "count") or frame.has("style") or not frame.values("percent", "decibel"):
            return {"count_factor": factor_of(frame, 1.5, down=not more)}
    bars = frame.has("attr", "count") or frame.has("style", *_BARLIKE)
    if frame.has("half") and bars and not frame.has("dir", *_SCALED):
        return {"count_factor": 0.5}
    if frame.values("factor") and bars and not frame.has("dir", *_SCALED):
        return {"count_factor": factor_of(frame, 1.5, down=False)}
    if frame.has("dir", "thicker", "bolder") and not frame.has("style", "line"):
        return {"count_factor": factor_of(frame, 1.5, down=True)}
    if frame.has("dir", "thinner") and not frame.has("style", "line"):
        return {"count_factor": factor_of(frame, 1.5, down=False)}
    return {}


def _color_fields(frame: Frame, present: Generator | None) -> dict[str, Any]:
    colors = frame.values("color")
    if len(colors) >= 2:
        if (
            frame.has("from")
            and present is not None
            and not frame.has("attr", "gradient")
            and _near(present.color, colors[0])
        ):
            return {"color": colors[1]}
        return {"color": colors[0], "color2": colors[1]}
    if colors:
        if frame.has("attr", "gradient") and present is not None and present.color:
            return {"color2": colors[0]}
        return {"color": colors[0]}
    if frame.has("dir", "brighter", "darker") and present is not None and present.color:
        other = "#ffffff" if frame.has("dir", "brighter") else "#000000"
        share = min(0.8, 0.3 * strength(frame))
        fields = {"color": mix(present.color[:7], other, share)}
        return fields | ({"color2": mix(present.color2[:7], other, share)} if present.color2 else {})
    return {}


def _near(one: str | None, other: str) -> bool:
    if one is None:
        return False
    pairs = [(int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5)] if len(one) >= 7 else []
    return bool(pairs) and sum(abs(a - b) for a, b in pairs) < 120


def _sized(frame: Frame, bench: Bench) -> bool:
    fields = size_fields(frame)
    if fields:
        bench.make(Resize, target="waveform", **fields)
    return bool(fields)


def size_fields(frame: Frame) -> dict[str, Any]:
    """The fields of `resize` that a wish gives."""
    fields: dict[str, Any] = {}
    if (frame.has("dir", "bigger") and not frame.has("dir", "louder")) or (frame.has("dir", "bigger") and frame.parts):
        fields["factor"] = factor_of(frame, 1.3, down=False)
    elif frame.has("dir", "smaller"):
        fields["factor"] = factor_of(frame, 1.3, down=True)
    if frame.has("dir", "taller") and not (frame.has("dir", "up") and frame.acts("move")):
        fields["height_factor"] = factor_of(frame, 1.35, down=False)
    elif frame.has("dir", "flatter") and not (frame.has("dir", "down") and frame.acts("move")):
        fields["height_factor"] = factor_of(frame, 1.35, down=True)
    if frame.has("dir", "wider"):
        texts = " ".join(token.text for token in frame.tokens)
        if any(full in texts for full in _FULL_WIDTH) or frame.has("fit", "cover"):
            fields["width"] = 1.0
        else:
            fields["width_factor"] = factor_of(frame, 1.3, down=False)
    elif frame.has("dir", "narrower"):
        fields["width_factor"] = factor_of(frame, 1.3, down=True)
    if frame.has("dir", "more", "fewer", "louder", "quieter") and not fields:
        less = frame.has("dir", "fewer", "quieter")
        fields = {
            f"{side}_factor": factor_of(frame, 1.3, down=less)
            for side in ("width", "height")
            if frame.has("attr", side)
        }
    share = frame.value("percent")
    if frame.has("max") and not fields:
        fields = {side: 1.0 for side in ("width", "height") if frame.has("attr", side)}
    if share and frame.has("attr", "width") and not frame.has("dir"):
        fields["width"] = min(1.0, share)
    if share and frame.has("attr", "height") and not frame.has("dir"):
        fields["height"] = min(1.0, share)
    if not fields and frame.value("factor") and (frame.has("attr", "size", "height", "width") or frame.acts("set")):
        name = (
            "height_factor"
            if frame.has("attr", "height")
            else "width_factor"
            if frame.has("attr", "width")
            else "factor"
        )
        fields[name] = frame.value("factor")
    if frame.has("half") and frame.has("attr", "size", "height", "width"):
        whole = any(
            token.text in ("picture", "screen", "frame", "canvas", "画面", "屏幕", "画布") for token in frame.tokens
        )
        side = "height" if frame.has("attr", "height") else "width" if frame.has("attr", "width") else ""
        fields = {side: 0.5} if whole and side else {f"{side}_factor" if side else "factor": 0.5}
    return fields


def _placed(frame: Frame, bench: Bench) -> bool:
    fields = move_fields(frame, STEP)
    if fields:
        bench.make(Place, target="waveform", **fields)
    return bool(fields)


def move_fields(frame: Frame, step: float) -> dict[str, Any]:
    """The fields of `place` that a wish gives: a corner or an edge, the middle, or a move."""
    fields: dict[str, Any] = {}
    share = frame.value("percent")
    by = (
        min(0.9, share)
        if share and frame.has("dir", "up", "down", "leftward", "rightward")
        else step * 1.5 * strength(frame)
    )
    sizes = frame.has("dir", "taller", "flatter") and not frame.acts("move")
    if frame.has("dir", "up") and not (sizes and frame.has("dir", "taller") and not _only_up(frame)):
        fields["dy"] = -by
    if frame.has("dir", "down") and not (sizes and frame.has("dir", "flatter") and not frame.acts("move")):
        fields["dy"] = by
    if frame.has("dir", "leftward"):
        fields["dx"] = -by
    if frame.has("dir", "rightward"):
        fields["dx"] = by
    if "dx" in fields and "dy" in fields and frame.has("place", "corner"):
        return {"corner": f"{'top' if fields['dy'] < 0 else 'bottom'}_{'left' if fields['dx'] < 0 else 'right'}"}
    if fields:
        return fields
    places = [place for place in frame.all("place") if place not in ("behind", "corner")]
    if frame.acts("center") and not places:
        places = ["center"]
    if "center" in places and len(places) > 1:
        places.remove("center")
    if (
        set(places) >= {"top", "left"}
        or set(places) >= {"top", "right"}
        or set(places) >= {"bottom", "left"}
        or set(places) >= {"bottom", "right"}
    ):
        side = "left" if "left" in places else "right"
        return {"corner": f"{'top' if 'top' in places else 'bottom'}_{side}"}
    return {"corner": places[0]} if places else {}


def _only_up(frame: Frame) -> bool:
    token = frame.first("dir", "up")
    return token is not None and not token.says("dir", "taller")
