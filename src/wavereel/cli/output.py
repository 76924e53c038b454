"""What the command line writes: results to standard output, one line a problem to standard error."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any, TextIO

from wavereel.errors import OutputError, WavereelError

if TYPE_CHECKING:
    from collections.abc import Mapping


def print_json(value: Mapping[str, Any]) -> None:
    """One JSON object on a line of standard output."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:  # a terminal that is not UTF-8, or a name whose bytes are not
        text = json.dumps(value, ensure_ascii=True, allow_nan=False)
    _write(sys.stdout, text)


def print_line(text: str) -> None:
    """A line on standard output, whatever the terminal's encoding."""
    _write(sys.stdout, text)


def print_note(text: str) -> None:
    """A remark on standard error, on one line."""
    _write(sys.stderr, f"wavereel: {one_line(text)}")


def print_error(error: WavereelError, *, about: str = "", as_json: bool = False) -> None:
    """An error on standard error, on one line, and as JSON on standard output where a program is listening."""
    place = f"{about}: " if about and about not in str(error) else ""
    print_note(f"error: {place}{error}")
    if as_json:
        print_json({"ok": False} | ({"input": about} if about else {}) | error_fields(error))


def fault(error: Exception) -> WavereelError:
    """What a person is told of an exception that nobody foresaw."""
    hint = "run it again with --debug and report the log"
    return WavereelError(f"internal error ({type(error).__name__}: {error})", hint=hint)


def error_fields(error: WavereelError) -> dict[str, Any]:
    """An error as a program reads it."""
    fields: dict[str, Any] = {
        "code": error.code,
        "message": one_line(error.message),
        "hint": one_line(error.hint),
        "exit_code": error.exit_code,
    }
    for name in ("present_ms", "expected_ms"):
        if hasattr(error, name):
            fields[name] = getattr(error, name)
    return {"error": fields}


def one_line(text: str) -> str:
    """Printable text without line breaks: a file's name or tags must not drive the terminal."""
    return " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())


def _write(stream: TextIO | None, text: str) -> None:
    """A line, if anybody listens; raises `OutputError` where standard output takes no more."""
    if stream is None:  # closed before the start
        return
    encoding = stream.encoding or "utf-8"
    try:
        stream.write(text.encode(encoding, "replace").decode(encoding) + "\n")
        stream.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        # Python would complain again when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if stream is sys.stdout:
            message = f"standard output cannot be written ({error.strerror})"
            raise OutputError(message, hint="free some space, or send it elsewhere") from None
