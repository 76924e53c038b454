"""`wavereel mcp`: the tools over standard input and output, for a client on this machine."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

Data = Annotated[Path | None, Parameter(show_default=False, help="Folder of sessions, files and exports.")]
Workers = Annotated[int | None, Parameter(show_default=False, help="Render processes; as many as CPUs by default.")]


def mcp(*, data: Data = None, workers: Workers = None) -> int:
    """Serve tools to an MCP client on standard input and output, until it closes standard input.

    The client works as the default user of the data folder: no token is needed, and nothing costs credits.

    Log lines go to logs/mcp.log in that folder.
    """
    from wavereel.settings import load_settings

    settings = load_settings(flags={"data_dir": data, "workers": workers})
    if sys.stdin.isatty():
        sys.stderr.write("wavereel: this waits for an MCP client on standard input; Ctrl-C ends it\n")
    from wavereel.mcp.stdio import serve

    serve(settings)
    return 0
