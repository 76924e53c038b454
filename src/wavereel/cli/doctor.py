"""`wavereel doctor` and `version`: what is installed."""

from __future__ import annotations

import platform
import sys
from importlib import metadata
from typing import Annotated

from cyclopts import Parameter

from wavereel import __version__
from wavereel.cli.output import print_json, print_line
from wavereel.errors import MissingPartError
from wavereel.settings import load_settings

Json = Annotated[bool, Parameter(negative=(), show_default=False, help="JSON on standard output.")]

_PARTS = ("av", "numpy", "pydantic", "resvg-py", "uharfbuzz", "pillow", "faster-whisper", "ctranslate2", "pocketsphinx")


def doctor(*, json: Json = False) -> int:
    """Say what is installed, what is missing, and what to do about it.

    Exit code 6 where something that should work does not; a part that is optional and absent is only named.
    """
    from wavereel.app import build_app

    findings = build_app(load_settings()).doctor()
    well = not any(finding.state == "broken" for finding in findings)
    if json:
        rows = [{"part": f.part, "state": f.state, "detail": f.detail, "hint": f.hint} for f in findings]
        print_json({"ok": well, "version": __version__, "findings": rows})
    else:
        width = max((len(finding.part) for finding in findings), default=0)
        for finding in findings:
            hint = f": {finding.hint}" if finding.hint else ""
            print_line(f"{finding.state:<7}  {finding.part:<{width}}  {finding.detail}{hint}")
    return 0 if well else MissingPartError.exit_code


def version(*, json: Json = False) -> int:
    """Say which version this is, and of what it is made."""
    parts = {name: found for name in _PARTS if (found := _version_of(name))}
    if json:
        print_json({"wavereel": __version__, "python": platform.python_version(), "parts": parts})
        return 0
    print_line(f"wavereel {__version__}")
    print_line(f"Python {platform.python_version()} on {sys.platform}-{platform.machine()}")
    print_line("  ".join(f"{name} {found}" for name, found in parts.items()))
    return 0


def _version_of(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
