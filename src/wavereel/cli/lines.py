"""Standard input line by line, as bytes: with a limit, and whatever it holds."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, NoReturn, cast

from wavereel.errors import InputError, LimitError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LINE_BYTES = 64 << 20

_BOM = b"\xef\xbb\xbf"
_STEP_BYTES = 1 << 20


def input_lines() -> Iterator[bytes | None]:
    """The lines of standard input without their ends; `None` for one that is longer than `MAX_LINE_BYTES`."""
    stream = None if sys.stdin is None else getattr(sys.stdin, "buffer", None)
    if stream is None:  # closed before the start
        return
    first = True
    while line := stream.readline(MAX_LINE_BYTES + 1):
        whole = line.endswith(b"\n") or len(line) <= MAX_LINE_BYTES
        if not whole:
            while (rest := stream.readline(_STEP_BYTES)) and not rest.endswith(b"\n"):
                pass
        yield line.removeprefix(_BOM if first else b"").rstrip(b"\r\n") if whole else None
        first = False


def request_of_line(line: bytes | None) -> dict[str, Any]:
    """The JSON object on a line.

    Raises:
        InputError: The line holds something else.
        LimitError: It is too long or nested too deeply.
    """
    if line is None:
        raise LimitError(f"the line is longer than {MAX_LINE_BYTES >> 20} MiB", hint="send less on one line")
    try:
        tree: object = json.loads(line, parse_constant=_refuse_constant)
    except RecursionError:
        raise LimitError("the line is nested too deeply", hint="send one JSON object a line") from None
    except UnicodeDecodeError:
        raise InputError("the line is not UTF-8", hint="send one JSON object a line") from None
    except ValueError as error:
        raise InputError(f"the line is not JSON ({error})", hint="send one JSON object a line") from None
    if not isinstance(tree, dict):
        raise InputError("the line is not a JSON object", hint='send {"say": "make it vertical"}')
    return cast("dict[str, Any]", tree)


def text_of(request: dict[str, Any]) -> str:
    """What a request says; raises `InputError` where it says nothing."""
    text: object = request.get("say")
    if not isinstance(text, str):
        raise InputError("the line has no say", hint='send {"say": "make it vertical"}')
    return text


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
