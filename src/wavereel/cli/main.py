"""The entry point: help at once, then one command, then an exit code.

Nothing heavy is imported before a command is known: `wavereel --help` reads this module and no other of ours.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType


class Command(NamedTuple):
    """A command: where its function is, what it takes (empty for a group, which says it itself), and what it is for."""

    target: str
    arguments: str
    summary: str


COMMANDS = {
    "make": Command("wavereel.cli.make:make", "[AUDIO...] [OPTIONS]", "Turn sounds into videos"),
    "edit": Command(
        "wavereel.cli.edit:edit", "DRAFT --say TEXT [OPTIONS]", "Change a draft by what is said, or by a typed edit"
    ),
    "chat": Command("wavereel.cli.chat:chat", "[FILES...] [OPTIONS]", "Talk about a video until it is as you want it"),
    "probe": Command("wavereel.cli.look:probe", "FILE... [OPTIONS]", "Say what a file holds"),
    "frame": Command(
        "wavereel.cli.look:frame",
        "DRAFT --at TIME [OPTIONS]",
        "Write one picture of a draft, exactly as it is painted for the video",
    ),
    "styles": Command("wavereel.cli.look:styles", "[OPTIONS]", "Write a contact sheet of waveforms and themes"),
    "check": Command(
        "wavereel.cli.check:check",
        "FILE... --platform NAME [OPTIONS]",
        "Judge a finished file by what a platform takes",
    ),
    "serve": Command("wavereel.server.command:serve", "[OPTIONS]", "Serve the API, with everything it needs"),
    "skill": Command("wavereel.client.command:skill", "", "Work with a server, in words or by command"),
    "mcp": Command("wavereel.mcp.command:mcp", "[OPTIONS]", "Serve tools to an MCP client on stdin and stdout"),
    "token": Command("wavereel.server.command:token", "create [OPTIONS]", "Make a token for a server's data folder"),
    "credits": Command(
        "wavereel.server.command:credits",
        "add USER N | show USER [OPTIONS]",
        "Give a server's user credits, or show them",
    ),
    "doctor": Command("wavereel.cli.doctor:doctor", "[OPTIONS]", "Say what is installed and what is missing"),
    "version": Command("wavereel.cli.doctor:version", "[OPTIONS]", "Say which version this is"),
}

EXIT_CODES = {
    0: "done",
    1: "a fault of Wavereel itself; --debug keeps a log",
    2: "the command line asks for something that does not exist or contradicts itself",
    3: "an input cannot be used",
    4: "some of several inputs failed, or failed for different reasons",
    5: "the output cannot be written, or must not be",
    6: "something has to be installed, or the language is not covered",
    7: "a finished file failed its check",
    130: "interrupted; nothing was left behind",
}
"""What a program may rely on. docs/cli.md says the same."""

_SUMMARY = "Wavereel turns audio into video people share: captions, waveform, titles; offline, on your own machine."


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command line and exits.

    Args:
        arguments: Without the program's name; those of the process by default.

    Raises:
        SystemExit: Always, with one of `EXIT_CODES`.
    """
    tokens = list(sys.argv[1:] if arguments is None else arguments)
    if not tokens or tokens in (["--help"], ["-h"], ["help"]):
        sys.stdout.write(help_text())
        raise SystemExit(0 if tokens else 2)
    if tokens == ["--version"]:
        tokens = ["version"]
    # NumPy's threads burn a tenth of the CPU waiting for small products; segments already use every core.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    heeded = [number for number in numbers if _is_main_thread() and signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, _interrupt) for number in heeded}
    try:
        from wavereel.cli.run import run

        code = run(tokens)
    except KeyboardInterrupt:  # while modules were still being imported
        sys.stderr.write("wavereel: error: interrupted\n")
        code = 130
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    raise SystemExit(code)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """A supervisor's request to stop ends a command as Ctrl-C does, until the command listens itself."""
    raise KeyboardInterrupt


def _is_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


def help_text() -> str:
    """The page that `wavereel --help` prints."""
    width = max(len(name) for name in COMMANDS)
    lines = [_SUMMARY, "", "Usage: wavereel COMMAND [OPTIONS]", "", "Commands:"]
    lines += [f"  {name:<{width}}  {command.summary}" for name, command in COMMANDS.items()]
    lines += ["", "  wavereel COMMAND --help lists a command's options. With every command:"]
    lines += ["  --debug  write a log, with tracebacks, and say where it is", "", "Exit codes:"]
    lines += [f"  {code:>3}  {meaning}" for code, meaning in EXIT_CODES.items()]
    return "\n".join(lines) + "\n"
