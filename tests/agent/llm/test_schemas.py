"""What a model is told of the tools is the catalogue, no less; and nothing that it could set facts with."""

import copy
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from wavereel.agent.llm.schemas import AREAS, HIDDEN, edit_tools, kinds, talk_tools
from wavereel.timeline.catalogue import EDITS, op_of, ops, schemas

SPECS = {spec.name: spec for spec in edit_tools()}
EDGES: tuple[Any, ...] = (
    *(-1, 0, 1, 2, 0.5, -0.5, 90, 361, 10**12, True, "", "x", "x" * 5000, "9:16", "#ffffff", "#ffffff80", "#fff"),
    *("title", "bars", "top_left", "none", [], ["x"], [[0, 10]], [[10]], {}, {"a": "b"}),
)


def test_every_edit_is_a_tool_and_every_tool_has_one_name():
    assert list(SPECS) == [op_of(kind) for kind in sorted(EDITS, key=EDITS.index)] == list(ops())
    assert not set(SPECS) & {spec.name for spec in talk_tools()}
    assert {kind.area for kind in EDITS} <= set(AREAS)
    assert {spec.name for area in AREAS for spec in edit_tools([area])} == set(ops())
    told = next(spec.about for spec in talk_tools() if spec.name == "more_tools")
    assert all(op in told for op in ops())


@pytest.mark.parametrize("op", ops())
def test_a_tool_takes_what_the_edit_takes(op: str):
    tree = schemas()[op]
    whole = Draft202012Validator(tree)
    tool = Draft202012Validator(SPECS[op].parameters)
    Draft202012Validator.check_schema(SPECS[op].parameters)
    hidden = HIDDEN.get(op, frozenset())
    names = [name for name in tree["properties"] if name != "op" and name not in hidden]
    assert list(SPECS[op].parameters["properties"]) == names
    assert hidden <= set(tree["properties"])
    assert not hidden & set(tree.get("required", []))
    examples = [example for example in kinds()[op].examples if not hidden & set(example)] or [{}]
    for example in examples:
        assert tool.is_valid(example) == whole.is_valid({"op": op} | example)
        for name in names:
            without = {key: value for key, value in example.items() if key != name}
            assert tool.is_valid(without) == whole.is_valid({"op": op} | without)
            for edge in EDGES:
                changed = copy.deepcopy(example) | {name: edge}
                assert tool.is_valid(changed) == whole.is_valid({"op": op} | changed), changed
        assert not tool.is_valid(example | {"zz": 1})
        for name in hidden:
            assert not tool.is_valid(example | {name: []})


@pytest.mark.parametrize("op", ops())
def test_a_tool_is_explained(op: str):
    spec = SPECS[op]
    assert spec.about and "  " not in spec.about and spec.about[:7] != "before "
    about = schemas()[op]["properties"]
    for name, field in spec.parameters["properties"].items():
        assert field["description"] in (about[name].get("description"), "a target") or "$ref" in about[name]
    assert "$ref" not in repr(spec.parameters) and "'title': 'T" not in repr(spec.parameters)


def test_fields_that_carry_facts_or_addresses_are_hidden():
    for op, tree in schemas().items():
        for name, field in tree["properties"].items():
            risky = "$ref" in repr(field) or "asset" in repr(field) or name in ("facts", "cues", "lengths_ms", "source")
            assert not risky or name in HIDDEN.get(op, ()), f"{op}.{name}"


def test_tools_are_not_many_words():
    def size(areas: tuple[str, ...]) -> int:
        return sum(len(repr(spec.parameters)) + len(spec.about) for spec in [*talk_tools(), *edit_tools(areas)])

    assert size(AREAS) < 60_000
    assert all(size((area,)) < 22_000 for area in AREAS)


def test_the_desk_knows_the_tools_that_are_no_edits():
    from wavereel.agent.llm.tools import _TALK

    assert {spec.name for spec in talk_tools()} == _TALK
