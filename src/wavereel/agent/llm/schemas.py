"""The tools as a model is told of them: the edits of the catalogue, and the few that are no edits.

A tool's parameters are the edit's own JSON Schema without its `op`, without what says nothing (titles, `null`), and
without the fields that carry facts: those are looked up when the tool is called, never taken from a model.
"""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from pydantic import TypeAdapter

from wavereel.timeline.catalogue import EDITS, op_of, schemas
from wavereel.timeline.edits.base import Target

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wavereel.timeline.edits.base import Area, Edit

Tree = dict[str, Any]

HIDDEN: dict[str, frozenset[str]] = {
    "build": frozenset({"facts"}),
    "same_look": frozenset({"facts"}),
    "next_file": frozenset({"facts"}),
    "join_sounds": frozenset({"lengths_ms"}),
    "add_captions": frozenset({"cues"}),
    "remove_silences": frozenset({"ranges"}),
    "set_background_media": frozenset({"source"}),
}
"""Fields by edit that a model neither sees nor sets: facts about media, and addresses outside the media at hand."""

AREAS: tuple[Area, ...] = ("canvas", "picture", "time", "sound", "words", "captions", "whole")

_TARGET_WORDS = TypeAdapter(Target).json_schema()["description"]
"""What a target is stands in the rules once, and not in each tool."""

_DRAWN = re.compile(r"\S {2,}\S|^\s*(before|after) ")


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """What a model is told about a tool."""

    name: str
    about: str
    parameters: Tree


def kinds() -> dict[str, type[Edit]]:
    """The edits by name."""
    return {op_of(kind): kind for kind in EDITS}


def edit_tools(areas: Iterable[str] = AREAS) -> list[ToolSpec]:
    """The tools of the edits of some areas, in the catalogue's order."""
    wanted = set(areas)
    trees = schemas()
    return [ToolSpec(op, about(kind), parameters(op, trees[op])) for op, kind in kinds().items() if kind.area in wanted]


def all_tools() -> list[ToolSpec]:
    """Every tool that there is."""
    return [*talk_tools(), *edit_tools()]


def about(kind: type[Edit]) -> str:
    """What an edit does, in the words of its docstring, without the drawings."""
    blocks = inspect.cleandoc(kind.__doc__ or "").split("\n\n")
    words = [" ".join(block.split()) for block in blocks if not any(_DRAWN.search(line) for line in block.splitlines())]
    return " ".join(words)


def parameters(op: str, schema: Tree) -> Tree:
    """The parameters of an edit's tool, from the edit's schema."""
    hidden = HIDDEN.get(op, frozenset[str]()) | {"op"}
    definitions = cast("Tree", schema.get("$defs", {}))
    fields: Tree = {
        name: _slim(field, definitions) for name, field in schema["properties"].items() if name not in hidden
    }
    tree: Tree = {"type": "object", "properties": fields, "additionalProperties": False}
    required = [name for name in schema.get("required", []) if name not in hidden]
    return tree | ({"required": required} if required else {})


def _slim(node: Any, definitions: Tree) -> Any:
    """A schema with its references resolved, without titles, and without the `null` that leaving out says as well."""
    if isinstance(node, list):
        return [_slim(one, definitions) for one in cast("list[Any]", node)]
    if not isinstance(node, dict):
        return node
    tree = dict(cast("Tree", node))
    if "$ref" in tree:
        inner = cast("Tree", definitions[str(tree.pop("$ref")).rpartition("/")[2]])
        tree = inner | tree
    tree.pop("title", None)
    if tree.get("description") == _TARGET_WORDS:
        tree["description"] = "a target"
    if tree.get("default", 0) is None:
        del tree["default"]
    if "anyOf" in tree:
        choices = [one for one in cast("list[Tree]", tree["anyOf"]) if one.get("type") != "null"]
        if len(choices) == 1:
            del tree["anyOf"]
            tree = cast("Tree", _slim(choices[0], definitions)) | tree
        else:
            tree["anyOf"] = choices
    return {
        key: {name: _slim(one, definitions) for name, one in value.items()}
        if key == "properties"
        else value
        if key in ("enum", "const", "default", "required", "examples")
        else _slim(value, definitions)
        for key, value in tree.items()
    }


def _object(required: Iterable[str], **fields: Tree) -> Tree:
    return {"type": "object", "properties": fields, "required": list(required), "additionalProperties": False}


def _text(words: str, longest: int) -> Tree:
    return {"type": "string", "minLength": 1, "maxLength": longest, "description": words}


def talk_tools() -> list[ToolSpec]:
    """The tools that change nothing: to answer, ask, refuse, hand over an action, read captions and open more tools."""
    by_area = "; ".join(
        f"{area}: {', '.join(op for op, kind in kinds().items() if kind.area == area)}" for area in AREAS
    )
    choices: Tree = {
        "type": "array",
        "items": _text("one answer", 80),
        "maxItems": 6,
        "description": "what can be chosen",
    }
    ms: Tree = {"type": "integer", "minimum": 0, "description": "ms of the timeline"}
    area: Tree = {"type": "array", "items": {"type": "string", "enum": list(AREAS)}, "minItems": 1}
    return [
        ToolSpec(
            "answer",
            "Answers a question of the user's, when the message asks something. Never for reporting edits.",
            _object(["text"], text=_text("the answer, in the user's language", 600)),
        ),
        ToolSpec(
            "ask",
            "Asks the user, when the message has two real readings and a wrong guess would be bad. Do not guess then.",
            _object(["text"], text=_text("one question, in the user's language", 300), choices=choices),
        ),
        ToolSpec(
            "refuse",
            "Says that a part of the message cannot be done here, and why.",
            _object(["wish", "reason"], wish=_text("that part, in the user's words", 120), reason=_text("why", 300)),
        ),
        ToolSpec(
            "action",
            "Hands over what is no edit. Only when the user's own message asks for it.",
            _object(["name"], name={"type": "string", "enum": ["export", "credits", "status", "upload"]}),
        ),
        ToolSpec(
            "read_captions",
            "The captions between two times, where the excerpt does not reach.",
            _object([], from_ms=ms, to_ms=ms),
        ),
        ToolSpec(
            "more_tools",
            f"Opens the tools of further areas; they can be called in the next step. {by_area}",
            _object(["areas"], areas=area),
        ),
    ]
