"""Parsing a command line and running its command: the one place where any exception becomes an exit code."""

from __future__ import annotations

import logging
import os
import sys
from typing import TYPE_CHECKING, Any

from cyclopts import App, CycloptsError

from wavereel import __version__
from wavereel.cli.main import COMMANDS, EXIT_CODES
from wavereel.cli.output import fault, print_error
from wavereel.errors import Cancelled, UsageError, WavereelError
from wavereel.logs import keep_quiet, start_logging, stop_logging
from wavereel.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

_LOG = logging.getLogger(__name__)


def run(tokens: Sequence[str]) -> int:
    """Runs one command and returns its exit code; one line on standard error says what went wrong.

    Args:
        tokens: The command and its options. `--debug` may stand anywhere before a `--`.
    """
    rest, debug = _take_debug(tokens)
    wants_json = "--json" in rest
    handler = None
    keep_quiet()
    try:
        settings = load_settings()
        if debug:
            handler = start_logging(settings.log_file, settings.log_level)
            _LOG.debug("wavereel %s: %s", __version__, _without_token(rest))
        return _dispatch(rest)
    except WavereelError as error:
        _LOG.debug("the command ends", exc_info=True)
        print_error(error, as_json=wants_json)
        return error.exit_code
    except KeyboardInterrupt:
        print_error(Cancelled("interrupted"), as_json=wants_json)
        return Cancelled.exit_code
    except BrokenPipeError:
        # Whoever read standard output has gone; Python would complain again when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 - the top of a command: nothing may end in a traceback on the screen
        _LOG.exception("a fault")
        print_error(fault(error), as_json=wants_json)
        return WavereelError.exit_code
    finally:
        if handler is not None:
            stop_logging(handler)
            sys.stderr.write(f"wavereel: the log is in {load_settings().log_file}\n")


def build_cli() -> App:
    """The commands, each imported when it is run or when its own help is asked for."""
    app = App(
        name="wavereel",
        version=__version__,
        help_format="plaintext",
        help_flags=["--help", "-h"],
        version_flags=["--version"],
        help_epilogue="With every command, --debug writes a log with tracebacks and says where it is.",
        print_error=False,
        exit_on_error=False,
        result_action="return_value",
        suppress_keyboard_interrupt=False,
    )
    for name, command in COMMANDS.items():
        usage = {"usage": f"Usage: wavereel {name} {command.arguments}".rstrip()} if command.arguments else {}
        app.command(command.target, name=name, **usage)
    return app


def _dispatch(tokens: Sequence[str]) -> int:
    try:
        result: Any = build_cli()(list(tokens))
    except CycloptsError as error:
        message = str(error).rstrip(".").replace('"', "'")
        command = f" {tokens[0]}" if tokens and tokens[0] in COMMANDS else ""
        hint = "" if message.endswith("?") else f"see wavereel{command} --help"
        raise UsageError(message[:1].lower() + message[1:], hint=hint) from None
    code = result if isinstance(result, int) else 0
    assert code in EXIT_CODES, f"{code} is not a documented exit code"
    return code


def _take_debug(tokens: Sequence[str]) -> tuple[list[str], bool]:
    end = tokens.index("--") if "--" in tokens else len(tokens)
    head = [text for text in tokens[:end] if text != "--debug"]
    return [*head, *tokens[end:]], len(head) < end


def _without_token(tokens: Sequence[str]) -> list[str]:
    """A command line for the log: a token that stands in it does not get there."""
    shown = [text if not text.startswith("--token=") else "--token=..." for text in tokens]
    return ["..." if place and shown[place - 1] == "--token" else text for place, text in enumerate(shown)]
