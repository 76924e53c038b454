"""docs/draft.schema.json and the model accept the same drafts."""

import copy
import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from wavereel.errors import InputError
from wavereel.timeline import model
from wavereel.timeline.codec import timeline_from_tree, timeline_tree

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "draft.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)

OBJECTS = {
    "timelineMeta": model.TimelineMeta,
    "itemMeta": model.ItemMeta,
    "track": model.Track,
    "segment": model.Segment,
    "animation": model.Animation,
    "textStyle": model.TextStyle,
    "transform": model.Transform,
    "generator": model.Generator,
}

SAMPLES: dict[str, Any] = {"string": "x", "integer": 300, "number": 0.5, "boolean": True}


def keys(cls: type[model.Timeline]) -> set[str]:
    return {field.alias or name for name, field in cls.model_fields.items()}


@pytest.mark.parametrize(("name", "cls"), OBJECTS.items())
def test_model_and_schema_have_the_same_keys(name: str, cls):
    assert keys(cls) == set(SCHEMA["$defs"][name]["properties"])


def test_timelines_have_the_same_keys():
    assert keys(model.Timeline) == set(SCHEMA["properties"])


def test_the_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)


def full_draft() -> dict[str, Any]:
    """A draft in which every key that the schema knows has a legal value."""

    def fill(schema: dict[str, Any]) -> Any:
        if "$ref" in schema:
            return fill(SCHEMA["$defs"][schema["$ref"].rsplit("/", 1)[-1]])
        if "enum" in schema:
            return schema["enum"][0]
        if schema["type"] == "object":
            return {key: fill(value) for key, value in schema.get("properties", {}).items()}
        if schema["type"] == "array":
            return [fill(schema["items"])]
        if "pattern" in schema:
            return "16:9" if ":" in schema["pattern"] else "#102030"
        value = SAMPLES[schema["type"]]
        if "maximum" in schema and value > schema["maximum"]:
            value = schema["maximum"]
        return max(value, schema.get("minimum", value))

    tree = fill(SCHEMA)
    tree["t"] = [tree["t"][0] | {"tt": kind} for kind in (0, 1, 7, 9)]
    return tree


FULL = full_draft()
NASTY = [
    None,
    True,
    "",
    "x",
    "#fff",
    "#ggg",
    "5",
    "16:9",
    0,
    1,
    -1,
    2,
    5.0,
    0.5,
    4.5,
    17,
    95,
    99,
    301,
    901,
    1025,
    7681,
    1e9,
]
NASTY += [86_400_001, [], {}, [1], [{}], {"k": "x"}, {"d": 0}, "left", "cover", "music"]


def places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(place for key, child in children for place in places(child, (*path, key)))]


PLACES = [place for place in places(FULL) if place]


def accepts(tree: Any) -> bool:
    try:
        timeline = timeline_from_tree(copy.deepcopy(tree))
    except InputError:
        return False
    assert timeline_tree(timeline) == tree, "a draft must come back as it was"
    return True


def test_every_key_with_a_legal_value_is_accepted():
    assert not list(VALIDATOR.iter_errors(FULL))
    assert accepts(FULL)


def change(tree: Any, place: tuple[Any, ...], value: Any, *, remove: bool) -> None:
    for key in place[:-1]:
        tree = tree[key]
    if remove:
        del tree[place[-1]]
    else:
        tree[place[-1]] = value


def check(changes: list[tuple[tuple[Any, ...], Any, bool]]) -> None:
    tree = copy.deepcopy(FULL)
    for place, value, remove in changes:
        try:
            change(tree, place, copy.deepcopy(value), remove=remove)
        except (KeyError, IndexError, TypeError):
            return
    assert accepts(tree) == VALIDATOR.is_valid(tree), f"model and schema differ on {changes}"


def test_one_wrong_value_anywhere_is_judged_alike():
    for number, place in enumerate(PLACES):
        check([(place, None, True)])
        values = random.Random(number).sample(NASTY, 4)
        for value in values:
            check([(place, value, False)])


CHANGES = st.tuples(st.sampled_from(PLACES), st.sampled_from(NASTY), st.booleans())


@given(st.lists(CHANGES, min_size=2, max_size=6))
def test_several_changes_are_judged_alike(changes):
    check(changes)
