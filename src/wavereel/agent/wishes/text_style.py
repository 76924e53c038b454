"""How words on screen are wished to look: colours, size, weight, lines, place, movement; titles and captions alike."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from wavereel.agent.wishes.common import factor_of, strength
from wavereel.timeline.edits.surgery import effective_style, select
from wavereel.timeline.palette import mix

if TYPE_CHECKING:
    from wavereel.agent.bench import Bench
    from wavereel.agent.frames import Frame
    from wavereel.agent.tokens import Token

BIGGER = 1.25
STEP = 0.06
"""How far "a bit higher" moves, as a share of the canvas; "higher" moves twice as far."""

FAMILIES = (
    *("Inter", "Manrope", "Unbounded", "Fraunces", "Newsreader", "Bricolage Grotesque", "Space Grotesk"),
    *("JetBrains Mono", "Righteous", "Barlow Condensed", "Heebo", "Noto Sans"),
)
"""The families that come with the program."""

_ATTRIBUTES = ("highlight", "box", "outline")
_INITIALS = {"黑": "#000000", "白": "#ffffff"}
_WEIGHTS = {"bold": 800, "regular": 400, "light": 300}
_FROM = {
    "slide_right": ("from the left", "从左", "左边滑", "左侧滑", "左边飞"),
    "slide_left": ("from the right", "从右", "右边滑", "右侧滑", "右边飞"),
    "slide_down": ("from the top", "from above", "从上", "从顶"),
}
"""Sides that a text comes from, and how it moves then."""

_PLACES: dict[str, tuple[str | None, str | None]] = {
    "top": ("top", None),
    "bottom": ("bottom", None),
    "center": ("center", None),
    "left": (None, "left"),
    "right": (None, "right"),
    "top_left": ("top", "left"),
    "top_right": ("top", "right"),
    "bottom_left": ("bottom", "left"),
    "bottom_right": ("bottom", "right"),
}

_LEAVES = ("淡出", "滑出", "飞出", "移出", "渐出", "渐隐")
_TOWARDS = {("dy", -1): ("top",), ("dy", 1): ("bottom",)}


def style_fields(frame: Frame, bench: Bench, target: str) -> dict[str, Any]:
    """The fields of `set_style` that a wish gives; empty where it says nothing about style."""
    fields = color_fields(frame, bench, target)
    fields |= _size_fields(frame)
    weight = frame.get("weight")
    outlined = frame.has("attr", "outline")
    if (
        weight == "bold"
        and (frame.has("off") or frame.has("not") or frame.acts("remove"))
        and not frame.has("attr", "outline", "box")
    ):
        weight = "regular"
    if weight and not (outlined and frame.has("dir", "thicker", "thinner")):
        fields["weight"] = _WEIGHTS[weight]
    if outlined and "outline_color" not in fields and "outline_width" not in fields:
        if frame.acts("remove") or frame.has("off") or frame.has("not"):
            fields["outline_width"] = 0
        elif frame.has("dir", "thicker", "bigger", "wider", "bolder"):
            fields["outline_width"] = 6 * strength(frame)
        elif frame.has("dir", "thinner", "smaller"):
            fields["outline_width"] = 2 / strength(frame)
        elif frame.acts("add", "set"):
            fields |= {"outline_width": 4, "outline_color": "#000000"}
    if frame.has("attr", "outline") and frame.value("pixels") is not None:
        fields["outline_width"] = frame.value("pixels")
        fields.pop("size", None)
    fields |= _box_fields(frame, fields)
    if family := family_of(frame):
        fields["family"] = family
    if rows := frame.get("rows"):
        fields["max_lines"] = int(rows)
    elif frame.has("attr", "lines") and (lines := frame.value("number", "count")):
        fields["max_lines"] = int(lines)
    if frame.has("attr", "characters") and (count := frame.value("number", "count")):
        fields["max_characters"] = int(count)
    return fields


def color_fields(frame: Frame, bench: Bench, target: str) -> dict[str, Any]:
    """Which of a text's colours a wish sets, by the word next to each colour."""
    fields: dict[str, Any] = {}
    colors = frame.value_tokens("color")
    left = None
    if len(colors) == 2 and frame.has("from"):
        left, colors = colors[0], colors[1:]  # "from white to yellow"
    for token in colors:
        attribute = _attribute_of(frame, token) or (left and _attribute_of(frame, left))
        if attribute is None and bench.attribute == "highlight" and not frame.parts and not frame.has("rest"):
            attribute = "highlight"
        name = {"highlight": "highlight", "box": "box_color", "outline": "outline_color"}.get(attribute or "", "color")
        fields[name] = token.amount("color")
        if name == "outline_color" and "outline_width" not in fields:
            fields["outline_width"] = 4
    for token in frame.tokens:  # 黑底, 白边: colour and attribute in one word
        color = _INITIALS.get(token.text[:1])
        if color and token.says("attr", "box", "outline") and len(token.text) > 1:
            fields["box_color" if token.says("attr", "box") else "outline_color"] = color
    if not fields and frame.has("dir", "brighter", "darker"):
        spot = select(bench.timeline, target)[0]
        color = effective_style(bench.timeline.tracks[spot.track], spot.segment).color or "#ffffff"
        other = "#ffffff" if frame.has("dir", "brighter") else "#000000"
        fields["color"] = mix(color[:7], other, min(0.8, 0.3 * strength(frame)))
    return fields


def _attribute_of(frame: Frame, color: Token) -> str | None:
    place = frame.tokens.index(color)
    after = [token for token in frame.tokens[place + 1 : place + 3] if token.content]
    for token in after[:1]:
        for name in _ATTRIBUTES:
            if token.says("attr", name) or (name == "highlight" and token.says("act", "highlight")):
                return name
        if token.says("look", "boxed") or token.says("obj", "background"):
            return "box"
    for token in reversed(frame.tokens[:place]):
        if token.is_value("color"):
            return None
        for name in _ATTRIBUTES:
            if token.says("attr", name) or (name == "highlight" and token.says("act", "highlight")):
                return name
        if token.says("look", "boxed"):
            return "box"
        if token.says("obj", "caption", "title", "text", "caption_word") and not token.says("attr"):
            return None
    for token in frame.tokens[place + 1 :]:
        if token.says("act", "highlight"):
            return "highlight"
    return None


def _size_fields(frame: Frame) -> dict[str, Any]:
    pixels = frame.value("pixels")
    if pixels is not None:
        return {"size": float(pixels)}
    number = frame.value("number")
    if number is not None and frame.has("attr", "size", "font") and number >= 8:
        return {"size": float(number)}
    if (
        number is not None
        and number >= 24
        and frame.has("dir", "bigger", "smaller")
        and not frame.has("attr", "characters", "lines")
    ):
        return {"size": float(number)}
    if frame.has("dir", "bigger") and not frame.has("attr", "outline"):
        return {"size_factor": factor_of(frame, BIGGER, down=False)}
    if frame.has("dir", "smaller") and not frame.has("attr", "outline"):
        return {"size_factor": factor_of(frame, BIGGER, down=True)}
    if (
        frame.value("percent", "factor")
        and any(token.says("dir", "thinner") and token.text.startswith(("细", "再细")) for token in frame.tokens)
        and not frame.has("attr", "outline", "weight")
    ):
        return {"size_factor": factor_of(frame, BIGGER, down=True)}
    times = frame.value("factor")
    if times is not None:
        return {"size_factor": times}
    if frame.has("half") and frame.has("attr", "size"):
        return {"size_factor": 0.5}
    return {}


def _box_fields(frame: Frame, fields: dict[str, Any]) -> dict[str, Any]:
    if not frame.has("attr", "box") or "box_color" in fields:
        return {}
    if frame.acts("remove") or frame.has("off") or frame.has("not"):
        return {"box_color": "none"}
    return {"box_color": "#000000b3"} if frame.acts("add", "set") else {}


def family_of(frame: Frame) -> str:
    """A family of type that a wish names; empty where it names none."""
    raw = frame.message.raw.casefold()
    for family in FAMILIES:
        if re.search(rf"(?<![a-z]){family.casefold()}(?![a-z])", raw) and (
            frame.has("attr", "font") or frame.has("obj", "text") or frame.acts("set")
        ):
            return family
    if frame.has("attr", "font") and frame.quotes:
        return frame.quotes[0]
    return ""


def _places_said(frame: Frame) -> list[str]:
    """The places where something is to be, without those that it is to leave: "from the bottom to the middle"."""
    said: list[str] = []
    for place, token in enumerate(frame.tokens):
        before = [one for one in frame.tokens[max(0, place - 2) : place] if one.text != "the"][-1:]
        if not (before and before[0].says("from")):
            said += token.all("place")
    return said


def place_fields(frame: Frame) -> dict[str, Any]:
    """The fields of `place_text` that a wish gives; empty where it says nothing about the place."""
    aligned = frame.acts("align")
    places = [value for value in _places_said(frame) if value in _PLACES]
    fields: dict[str, Any] = {}
    for place in places:
        position, align = _PLACES[place]
        if aligned and place == "center":
            position, align = None, "center"
        if position and "position" not in fields:
            fields["position"] = position
        if align:
            fields["align"] = align
    if frame.acts("center") and not fields:
        fields["position"] = "center"
    moved = {"up": ("dy", -1), "down": ("dy", 1), "leftward": ("dx", -1), "rightward": ("dx", 1)}
    relative = {name: value for way, value in moved.items() if frame.has("dir", way) for name in (way,)}
    for axis, sign in relative.values():
        share = frame.value("percent")
        step = share or 2 * STEP * strength(frame)
        explicit = any(token.says("dir", *relative) and not token.says("place") for token in frame.tokens)
        if sign and fields.get("position") in _TOWARDS.get((axis, sign), ()):
            continue  # "down to the bottom"
        if explicit or "position" not in fields:
            fields.pop("position", None)
            fields[axis] = sign * min(step, 0.9)
    return fields


def _side_of(frame: Frame) -> str:
    """The slide from a side that is said apart from its verb: 从左边滑进来; empty where none is."""
    ways = {"left": "slide_right", "right": "slide_left", "top": "slide_down", "bottom": "slide_up"}
    for before, token in zip(frame.tokens, frame.tokens[1:], strict=False):
        if before.says("from") and not token.text.isascii() and token.get("place") in ways:
            return ways[token.get("place") or ""]
    return ""


def motion_fields(frame: Frame) -> dict[str, Any]:
    """The fields of `animate` that a wish gives; empty where it says nothing about movement."""
    kinds = frame.all("anim")
    if not kinds:
        return {}
    kinds = ["typewriter" if kind == "type" else kind for kind in kinds]
    if (side := _side_of(frame)) and kinds[0].startswith("slide"):
        kinds[0] = side
    texts = " ".join(token.text for token in frame.tokens)
    if kinds[0] == "slide_up" and (
        side := next((side for side, words in _FROM.items() if any(word in texts for word in words)), "")
    ):
        kinds[0] = side
    first = kinds[0]
    token = frame.first("anim")
    text = token.text if token else ""
    leaving = (
        "out" in text.split() or text.endswith("out") or "exit" in text or text in _LEAVES
    ) and "in and out" not in text
    leaving = leaving and first != "typewriter"
    both = "in and out" in text or text == "淡入淡出" or frame.has("inout")
    fields: dict[str, Any] = {}
    if both or not leaving:
        fields["enter"] = first
    if both or leaving:
        fields["leave"] = first
    if (
        len(kinds) > 1
        and frame.has("act", "fade")
        and len({token.text for token in frame.tokens if token.says("anim")}) > 1
    ):
        fields["leave"] = kinds[-1]
    length = frame.value("duration")
    over = next((token.amount("span") for token in frame.value_tokens("span") if token.text.startswith("over ")), None)
    if length is None and over is not None and over.kind == "for":
        length = over.end_ms
    if length is not None:
        fields["length_ms"] = length
    return fields
