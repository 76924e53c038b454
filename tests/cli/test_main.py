"""The entry point: help without imports, commands, documented options."""

import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

from wavereel import __version__
from wavereel.cli.main import COMMANDS, EXIT_CODES, help_text, main
from wavereel.cli.run import build_cli, run

PAGE = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("line", [["--help"], ["-h"], ["help"]])
def test_help_names_every_command_and_exit_code(line: list[str], capsys):
    with pytest.raises(SystemExit) as caught:
        main(line)
    assert caught.value.code == 0
    out = capsys.readouterr().out
    assert out == help_text()
    assert all(f"  {name} " in out for name in COMMANDS)
    assert all(f"{code:>5}  {meaning}" in out for code, meaning in EXIT_CODES.items())


def test_nothing_is_a_usage_error_with_the_help(capsys):
    with pytest.raises(SystemExit) as caught:
        main([])
    assert caught.value.code == 2
    assert capsys.readouterr().out == help_text()


@pytest.mark.parametrize("line", [["--version"], ["version"]])
def test_version(line: list[str], capsys):
    with pytest.raises(SystemExit) as caught:
        main(line)
    assert caught.value.code == 0
    assert capsys.readouterr().out.splitlines()[0] == f"wavereel {__version__}"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_a_line_in_the_page(name: str, capsys):
    assert run([name, "--help"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"Usage: wavereel {name} ")
    assert f"`wavereel {name}" in PAGE


@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_broken_by_the_terminal_alone(name: str):
    module, _, function = COMMANDS[name].target.partition(":")
    told = inspect.getdoc(getattr(importlib.import_module(module), function)) or ""
    assert not [part for part in told.split("\n\n") if "\n" in part.strip() and not part.startswith(("Args", "Raises"))]


def test_the_options_of_make_are_those_that_were_promised(capsys):
    run(["make", "--help"])
    options = set(re.findall(r"--[a-z][a-z-]+", capsys.readouterr().out))
    promised = "language model theme platform size fps clip captions title background waveform music loudness quality"
    promised += (
        " preset logo progress-bar sidecars draft save-draft overwrite salvage verify workers json out quiet say"
    )
    assert options - {"--debug", "--no-progress-bar"} == {f"--{name}" for name in promised.split()}


def test_an_unknown_command_is_answered_with_the_commands(capsys):
    assert run(["bogus"]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and "make" in err and "wavereel --help" in err


def test_commands_are_resolved_lazily():
    run_in = (
        "from wavereel.cli.run import build_cli; import sys; build_cli(); print('wavereel.cli.make' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", run_in], capture_output=True, text=True, check=True)
    assert result.stdout == "False\n"
    assert build_cli().name == ("wavereel",)


def test_a_reader_that_goes_away_is_no_error():
    command = f"{sys.executable} -m wavereel version | true"
    result = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True, check=False)
    assert "Traceback" not in result.stderr and "Exception" not in result.stderr
