"""The error tree: drawn as it is, one line a message, a code of its own for every class."""

import re
from pathlib import Path

import pytest

from wavereel import errors
from wavereel.errors import InputError, TruncatedError, WavereelError

ROOT = Path(__file__).parents[1]
CLASSES = [item for item in vars(errors).values() if isinstance(item, type) and issubclass(item, WavereelError)]


def test_the_drawing_at_the_top_is_the_tree():
    drawn: dict[str, str] = {}
    stack: list[tuple[int, str]] = []
    for line in errors.__doc__.splitlines():
        if match := re.match(r"^( {4}[│├└─ ]*)(\w+)", line):
            depth, name = len(match[1]), match[2]
            while stack and stack[-1][0] >= depth:
                stack.pop()
            drawn[name] = stack[-1][1] if stack else "Exception"
            stack.append((depth, name))
    assert drawn == {cls.__name__: cls.__bases__[0].__name__ for cls in CLASSES}


def test_codes_are_unique():
    codes = [cls.code for cls in CLASSES]
    assert len(set(codes)) == len(codes)


def test_exit_codes_are_documented():
    table = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    documented = {int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)}
    assert {cls.exit_code for cls in CLASSES} | {0, 4} == documented


@pytest.mark.parametrize("cls", [cls for cls in CLASSES if cls is not TruncatedError])
def test_a_message_is_one_line_with_its_hint(cls: type[WavereelError]):
    error = cls("the file\nis bad", hint="take\tanother")
    assert str(error) == "the file is bad: take another"
    assert str(cls("alone")) == "alone"


def test_truncation_says_how_much_there_is():
    error = TruncatedError("ends early", present_ms=1500, expected_ms=9000)
    assert isinstance(error, InputError)
    assert (error.present_ms, error.expected_ms, error.exit_code) == (1500, 9000, 3)
