"""The manifest of promises and the tests that hold them, checked both ways."""

import ast
import re
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
MANIFEST = TESTS / "promises.toml"

ENDPOINTS = [f"a {row}" for row in range(1, 18)]
EXAMPLES = [f"a.{number}" for number in range(1, 11)]
DRAFT_RULES = [f"b {rule}" for rule in range(1, 11)]
CLIENT_PARTS = [f"14.{number}" for number in range(1, 6)]
SETTLED = [
    *("Accounts", "Actions over chat", "Chat", "Client ids", "Further endpoints", "Greeting", "Links", "MCP"),
    *("Order of errors", "Platform header", "Preview", "Prices", "Quality", "Render", "Router", "Scopes"),
    *("Session language", "State", "Summary line", "Uploads", "Users in paths", "generated_media"),
]
SECTIONS = [
    *("a", "b Summary", "9.3", "17.1", "19", "e Settings", "e Client"),
    *(ENDPOINTS + EXAMPLES + DRAFT_RULES + CLIENT_PARTS),
    *(f"d {title}" for title in SETTLED),
]

# Rows of the table of endpoints whose promises stand under the example of the same endpoint.
ROWS_WITH_AN_EXAMPLE = {"a 1", "a 3", "a 5", "a 16"}


@cache
def manifest() -> dict[str, dict[str, list[str]]]:
    with MANIFEST.open("rb") as file:
        return tomllib.load(file)


def promises() -> dict[str, list[str]]:
    return {name: entry for area in manifest().values() for name, entry in area.items()}


def marks_of(tree: ast.AST) -> list[tuple[str | None, int]]:
    """The ids that `pytest.mark.promise(...)` names anywhere in a module, with their lines; None: no literal."""
    found: list[tuple[str | None, int]] = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr != "promise":
            continue
        if not (isinstance(node.func.value, ast.Attribute) and node.func.value.attr == "mark"):
            continue
        for argument in node.args:
            literal = isinstance(argument, ast.Constant) and isinstance(argument.value, str)
            found.append((argument.value if literal else None, argument.lineno))
        if not node.args:
            found.append((None, node.lineno))
    return found


def bears_tests(tree: ast.AST) -> bool:
    names = (node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return any(name.startswith("test") for name in names)


@cache
def marked() -> dict[str, list[str]]:
    """Ids that tests are marked with, and where."""
    places: dict[str, list[str]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        source = path.read_text(encoding="utf-8")
        if "mark.promise" not in source:
            continue
        tree = ast.parse(source)
        assert bears_tests(tree), f"{path.relative_to(TESTS)} marks a promise and has no test"
        for name, line in marks_of(tree):
            place = f"{path.relative_to(TESTS)}:{line}"
            assert name is not None, f"{place}: a promise is named by a literal"
            places.setdefault(name, []).append(place)
    return places


def test_every_mark_names_a_promise():
    unknown = {name: places for name, places in marked().items() if name not in promises()}
    assert not unknown


def test_every_promise_is_held_by_a_test():
    unheld = sorted(set(promises()) - set(marked()))
    assert not unheld, "no test is marked with these promises"


@pytest.mark.parametrize("name", promises())
def test_a_promise_is_well_formed(name: str):
    origin, says = promises()[name]
    assert re.fullmatch(r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)*", name)
    assert origin in SECTIONS
    assert says.endswith(".")
    assert 10 < len(says) < 140


def test_ids_are_unique_over_the_areas():
    names = Counter(name for area in manifest().values() for name in area)
    assert [name for name, count in names.items() if count > 1] == []


def test_every_section_that_promises_has_its_promises():
    told = {origin for origin, _ in promises().values()}
    assert set(SECTIONS) - told - ROWS_WITH_AN_EXAMPLE == set()


def test_marks_are_found_wherever_they_stand():
    source = """
pytestmark = pytest.mark.promise("ONE")
@pytest.mark.promise("TWO", "THREE")
def test_a(): ...
@pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.promise("FOUR"))])
def test_b(x): ...
"""
    assert {name for name, _ in marks_of(ast.parse(source))} == {"ONE", "TWO", "THREE", "FOUR"}
    assert [name for name, _ in marks_of(ast.parse("x = pytest.mark.promise(NAME)"))] == [None]
