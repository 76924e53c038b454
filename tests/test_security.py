"""The claims of docs/security.md, each with a test that is there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PAGE = TESTS.parent / "docs" / "security.md"
ROWS = re.findall(r"^\| (?!claim|party|---)(.+?) \| (.+?) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
CLAIMS = [(claim, re.findall(r"`([\w/]+\.py)(?:::(\w+))?`", held)) for claim, held in ROWS if ".py" in held]


@cache
def functions(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize(("claim", "held"), CLAIMS, ids=lambda value: value if isinstance(value, str) else "")
def test_a_claim_is_held_by_tests_that_exist(claim: str, held: list[tuple[str, str]]):
    assert held
    for name, test in held:
        path = TESTS / name
        assert path.is_file(), name
        assert not test or test in functions(path), f"{name}::{test}"


def test_every_row_of_claims_names_a_test():
    text = PAGE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| .+ \|$", text.partition("## Claims")[2].partition("## Known limits")[0], re.MULTILINE)
    assert len([row for row in rows if not row.startswith(("| claim", "| ---"))]) == len(CLAIMS)
    assert len(CLAIMS) > 20
