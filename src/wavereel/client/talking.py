"""The conversation of `wavereel skill chat`: lines in, outcomes out, until the lines end."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from wavereel.client.files import File, is_url
from wavereel.client.router import Route
from wavereel.client.text import one_line
from wavereel.client.words import say
from wavereel.errors import LimitError, UsageError, WavereelError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from wavereel.client.runner import Runner

PROMPT = "> "
MAX_LINE_BYTES = 1 << 20
_BOM = b"\xef\xbb\xbf"


def talk(runner: Runner, files: Sequence[str]) -> int:
    """Greets, sends the files, and does what the lines say.

    Returns:
        The exit code: 0, or where nobody sits at a terminal, that of the first line that failed.
    """
    runner.advising(runner.greet)
    runner.connection.terminal.result({"action": "greeting", "session_id": runner.connection.session_id})
    code = 0
    if files:
        from pathlib import Path

        urls = tuple(name for name in files if is_url(name))
        paths = tuple(File(Path(name).expanduser()) for name in files if not is_url(name))
        code = _tried(runner, lambda: runner.take(Route("upload", files=paths, urls=urls), check_names=False))
    for line in _lines():
        if line is None:
            _tell_error(runner, LimitError("that line is too long", hint="say less at a time"))
            continue
        text = line.decode("utf-8", "surrogateescape").strip()
        if not text:
            continue
        if text.lower() in ("/quit", "/exit", "/q"):
            break
        failed = _tried(runner, lambda text=text: _hear(runner, text))
        code = code or failed
    return 0 if _is_terminal() else code


def _hear(runner: Runner, text: str) -> dict[str, Any]:
    if not text.startswith("/") or "/" in text[1:] or "." in text:
        return runner.perform(text)
    name = text.partition(" ")[0].lower()
    match name:
        case "/export" | "/credits" | "/status" | "/upload" | "/preview":
            return runner.perform(text[1:])
        case "/new":
            runner.connection.begin_session()
            runner.connection.terminal.say(say("ready", runner.connection.lang))
            return {"action": "new", "session_id": runner.connection.session_id}
        case "/help":
            chinese = runner.connection.lang == "zh"
            runner.connection.terminal.say("\n".join(runner.profile.examples[chinese] + ("/new", "/quit")))
            return {"action": "help"}
        case _:
            raise UsageError(f"there is no command {one_line(name)}", hint="/new begins a new session, /quit ends")


def _tried(runner: Runner, work: Callable[[], dict[str, Any]]) -> int:
    """Does a line and tells its outcome; the exit code that it would end with."""
    try:
        runner.connection.terminal.result(work())
    except WavereelError as error:
        return _tell_error(runner, error)
    return 0


def _tell_error(runner: Runner, error: WavereelError) -> int:
    terminal = runner.connection.terminal
    terminal.note(f"error: {one_line(str(error))}")
    if terminal.as_json:
        fields = {"code": error.code, "message": one_line(error.message), "hint": one_line(error.hint)}
        tree = {"ok": False, "error": fields | {"exit_code": error.exit_code}}
        sys.stdout.write(terminal.hidden(json.dumps(tree)) + "\n")
        sys.stdout.flush()
    return error.exit_code


def _lines() -> Iterator[bytes | None]:
    """Lines of standard input; `None` for one that is too long."""
    stream = None if sys.stdin is None else getattr(sys.stdin, "buffer", None)
    if stream is None:  # closed before the start
        return
    first = True
    while True:
        if _is_terminal() and sys.stderr is not None:
            sys.stderr.write(PROMPT)
            sys.stderr.flush()
        line: bytes = stream.readline(MAX_LINE_BYTES + 1)
        if not line:
            return
        whole = line.endswith(b"\n") or len(line) <= MAX_LINE_BYTES
        while not whole and (rest := stream.readline(MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
            pass
        yield line.removeprefix(_BOM if first else b"").rstrip(b"\r\n") if whole else None
        first = False


def _is_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()
