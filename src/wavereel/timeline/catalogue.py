"""The catalogue of edits: the one list from which schemas, tools, the docs page and the command line are made."""

from __future__ import annotations

import difflib
import inspect
import json
import re
from typing import TYPE_CHECKING, Annotated, Any, Union, cast

from pydantic import Field, ValidationError

from wavereel.errors import UsageError
from wavereel.timeline.edits.background import (
    SetBackgroundColor,
    SetBackgroundFit,
    SetBackgroundGradient,
    SetBackgroundMedia,
    SetBackgroundPattern,
    SetBackgroundTheme,
    UseCoverAsBackground,
)
from wavereel.timeline.edits.canvas import (
    SetCanvasColor,
    SetFps,
    SetPlatform,
    SetRatio,
    SetResolution,
    SetSize,
    SetTheme,
)
from wavereel.timeline.edits.caption_text import MaskProfanity, ReplaceText, SetCueText, SetGlossary
from wavereel.timeline.edits.captions import AddCaptions, SetCaptionLanguage, SetCaptionLook
from wavereel.timeline.edits.clips import Duplicate, Move, Trim
from wavereel.timeline.edits.cuts import Cut, CutMany, Keep, KeepMany, Split
from wavereel.timeline.edits.framing import Crop, SetFit, Zoom
from wavereel.timeline.edits.music import AddMusic, Duck, SetMusic
from wavereel.timeline.edits.overlays import AddLogo, AddPicture, AddProgress, SetCover, SetProgress
from wavereel.timeline.edits.pauses import RemoveFillers, RemoveSilences
from wavereel.timeline.edits.placing import Place, Resize, Rotate, SetOpacity
from wavereel.timeline.edits.removing import Remove
from wavereel.timeline.edits.sound import AddSound, Fade, Mask, Mute, SetLoudness, SetVolume
from wavereel.timeline.edits.spans import Hide, SetTime
from wavereel.timeline.edits.speed import SetSpeed
from wavereel.timeline.edits.texts import PlaceText, SetStyle
from wavereel.timeline.edits.video import JoinVideo, PlaceVideo, SetTransition
from wavereel.timeline.edits.waveform import AddWaveform, SetWaveform
from wavereel.timeline.edits.whole import Build, GoTo, JoinSounds, NextFile, Redo, Reset, SameLook, Undo
from wavereel.timeline.edits.words import AddText, Animate, SetText

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wavereel.timeline.edits.base import Area, Edit

Tree = dict[str, Any]

EDITS: tuple[type[Edit], ...] = (
    SetSize,
    SetRatio,
    SetResolution,
    SetPlatform,
    SetFps,
    SetCanvasColor,
    SetTheme,
    SetBackgroundColor,
    SetBackgroundGradient,
    SetBackgroundPattern,
    SetBackgroundMedia,
    SetBackgroundTheme,
    SetBackgroundFit,
    UseCoverAsBackground,
    AddWaveform,
    SetWaveform,
    AddLogo,
    SetCover,
    AddPicture,
    AddProgress,
    SetProgress,
    SetFit,
    Crop,
    Zoom,
    Place,
    Resize,
    Rotate,
    SetOpacity,
    PlaceVideo,
    JoinVideo,
    SetTransition,
    Cut,
    CutMany,
    Keep,
    KeepMany,
    Split,
    Move,
    Duplicate,
    Trim,
    Remove,
    SetTime,
    Hide,
    RemoveSilences,
    RemoveFillers,
    SetSpeed,
    SetVolume,
    Mute,
    Fade,
    SetLoudness,
    AddSound,
    Mask,
    AddMusic,
    SetMusic,
    Duck,
    AddText,
    SetText,
    Animate,
    SetStyle,
    PlaceText,
    AddCaptions,
    SetCaptionLook,
    SetCaptionLanguage,
    ReplaceText,
    SetCueText,
    SetGlossary,
    MaskProfanity,
    Build,
    SameLook,
    NextFile,
    JoinSounds,
    Undo,
    Redo,
    Reset,
    GoTo,
)
"""All edits, area by area."""

if TYPE_CHECKING:
    AnyEdit = Edit
else:
    AnyEdit = Annotated[Union[EDITS], Field(discriminator="op")]  # noqa: UP007
    """Any edit, told apart by its `op`, for models that hold edits."""

_COLUMNS = re.compile(r"\S {2,}\S|^before ")
"""What no sentence has: two words with a gap between them."""

_AREAS: dict[Area, str] = {
    "canvas": "Canvas and delivery",
    "picture": "Picture",
    "time": "Time",
    "sound": "Sound",
    "words": "Words on screen",
    "captions": "Captions",
    "whole": "The whole timeline",
}
_INTRO = """# Edits

Made by `wavereel.timeline.catalogue` from the edits themselves; a test compares. An edit is a JSON object: its `op`,
and its fields. It is a pure function from a timeline to a timeline; where a timeline cannot take it, it says why and
nothing changes. Times are in milliseconds, lengths and places in fractions of the canvas, volumes 1 for 100 %. A
field without a default has to be given.

A target is the id of a segment or track, a role (`title`, `bgm`, `caption`), `logo` or `cover`, `title#2` for the
second segment of a role (`title#-1` the last), or `@3.0` for the first segment of the fourth track.
"""


def ops() -> tuple[str, ...]:
    """The names of all edits, in the catalogue's order."""
    return tuple(op_of(kind) for kind in EDITS)


def op_of(kind: type[Edit]) -> str:
    """The name of a kind of edit."""
    return cast("str", kind.model_fields["op"].default)


def parse_edit(tree: Mapping[str, Any]) -> Edit:
    """The edit in a dictionary with its `op` and its fields.

    Raises:
        UsageError: No edit is called so, or a field is unknown, missing or out of its bounds.
    """
    op = tree.get("op")
    known = {op_of(kind): kind for kind in EDITS}
    if not isinstance(op, str) or op not in known:
        close = difflib.get_close_matches(str(op), known, n=1)
        hint = f"did you mean {close[0]}?" if close else "docs/edits.md lists them"
        raise UsageError(f"there is no edit {op!r}" if op is not None else "the edit has no op", hint=hint)
    try:
        return known[op].model_validate(dict(tree))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(step) for step in first["loc"])
        names = [name for name in known[op].model_fields if name != "op"]
        hint = "its fields are " + ", ".join(names) if names else "it has no fields"
        raise UsageError(f"{op}: {place}: {first['msg']}" if place else f"{op}: {first['msg']}", hint=hint) from None


def schemas() -> dict[str, Tree]:
    """The JSON Schema (2020-12) of each edit by its `op`; the description is the edit's own."""
    return {op_of(kind): kind.model_json_schema() for kind in EDITS}


def catalogue_page() -> str:
    """The docs page of all edits, in Markdown."""
    lines = [_INTRO]
    for area, title in _AREAS.items():
        kinds = [kind for kind in EDITS if kind.area == area]
        lines.append(f"## {title}\n")
        lines.append(" · ".join(f"[{op_of(kind)}](#{op_of(kind)})" for kind in kinds) + "\n")
        for kind in kinds:
            lines.extend(_entry(kind))
    return "\n".join(lines).rstrip() + "\n"


def _entry(kind: type[Edit]) -> Iterator[str]:
    """An edit's heading, words, fields and examples."""
    schema = kind.model_json_schema()
    yield f"### {op_of(kind)}\n"
    yield from _paragraphs(kind.__doc__ or "")
    fields: Tree = {name: field for name, field in schema["properties"].items() if name != "op"}
    if fields:
        yield "| field | value | default | |\n| --- | --- | --- | --- |"
        required = schema.get("required", [])
        for name, field in fields.items():
            default = "" if name in required else _default_text(field)
            about = str(field.get("description", "")).replace("|", "\\|").replace("\n", " ")
            yield f"| `{name}` | {_value_text(field, schema.get('$defs', {}))} | {default} | {about} |"
        yield ""
    shown = [json.dumps({"op": op_of(kind)} | example, ensure_ascii=False) for example in kind.examples]
    if shown:
        yield "\n".join(["```json", *shown, "```\n"])


def _paragraphs(words: str) -> Iterator[str]:
    """The paragraphs of a docstring; pictures, which are told by their columns, as code."""
    lines = inspect.cleandoc(words).splitlines()
    for block in "\n".join(lines).split("\n\n"):
        text = inspect.cleandoc("\n" + block)
        drawn = any(_COLUMNS.search(line) for line in text.splitlines())
        yield (f"```text\n{text}\n```" if drawn else text) + "\n"


def _default_text(field: Tree) -> str:
    default = field.get("default")
    return "" if default is None else f"`{json.dumps(default, ensure_ascii=False)}`"


def _value_text(field: Tree, definitions: Tree) -> str:
    """What a field may hold: its type, its choices, its bounds."""
    if "$ref" in field:
        inner: Tree = definitions[field["$ref"].rpartition("/")[2]]
        names = ", ".join(f"`{name}`" for name in inner.get("properties", {}))
        return f"object: {names}" if names else _value_text(inner, definitions)
    for key in ("anyOf", "oneOf", "allOf"):
        if key in field:
            texts = [_value_text(one, definitions) for one in field[key] if one.get("type") != "null"]
            return " or ".join(dict.fromkeys(texts))
    if "const" in field:
        return f"`{field['const']}`"
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    kind = str(field.get("type", "any"))
    if kind == "array":
        parts: list[Tree] = field.get("prefixItems", [])
        items: Tree = field.get("items", {})
        if parts:
            return "[" + ", ".join(_value_text(part, definitions) for part in parts) + "]"
        return f"list of {_value_text(items, definitions)}"
    return kind + _bounds_text(field)


def _bounds_text(field: Tree) -> str:
    """` 0 to 4`, ` above 0`; empty where there are none."""
    low, high = field.get("minimum"), field.get("maximum")
    above, below = field.get("exclusiveMinimum"), field.get("exclusiveMaximum")
    words: list[str] = []
    if low is not None and high is not None:
        words.append(f"{low:g} to {high:g}" if abs(high) < 1e6 else f"{low:g} to {high}")
    elif low is not None:
        words.append(f"from {low:g}")
    elif above is None and high is not None:
        words.append(f"up to {high:g}")
    if above is not None:
        words.append(f"above {above:g}" + (f" up to {high:g}" if high is not None else ""))
    if below is not None:
        words.append(f"below {below:g}")
    return " " + ", ".join(words) if words else ""
