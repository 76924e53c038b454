"""`wavereel serve`, and what the owner of a server does at its side: tokens and credits."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from wavereel.errors import UsageError

if TYPE_CHECKING:
    from wavereel.service.backend.backend import Backend
    from wavereel.settings import Settings


def _option(text: str) -> Parameter:
    return Parameter(help=text, show_default=False)


def _flag(text: str) -> Parameter:
    return Parameter(help=text, show_default=False, negative=())


Data = Annotated[Path | None, _option("Folder of users, sessions, files and exports.")]


def serve(
    *,
    host: Annotated[str | None, _option("Address to listen on; 127.0.0.1 by default.")] = None,
    port: Annotated[int | None, _option("Port to listen on; 8080 by default, 0 takes any that is free.")] = None,
    data: Data = None,
    workers: Annotated[int | None, _option("Render processes; as many as CPUs by default, 0 for none.")] = None,
    public_url: Annotated[str | None, _option("Address that links carry, where a proxy stands before it.")] = None,
    no_credits: Annotated[bool, _flag("Nothing costs anything.")] = False,
) -> int:
    """Serve the API until it is interrupted.

    Everything is kept in the data folder.

    What no flag says is read from the environment and from wavereel.toml in that folder.

    All settings are listed in docs/settings.md.
    """
    from wavereel.settings import load_settings

    flags = {
        "host": host,
        "port": port,
        "data_dir": data,
        "workers": workers,
        "public_url": public_url,
        "no_credits": no_credits or None,
    }
    from wavereel.server.running import run_server

    run_server(load_settings(flags=flags))
    return 0


def token(
    action: Literal["create"],
    /,
    *,
    data: Data = None,
    scopes: Annotated[
        str, _option("read,write,upload,render, separated by commas, or *.")
    ] = "read,write,upload,render",
    name: Annotated[str, _option("What the token is for.")] = "",
    days: Annotated[int | None, _option("After how many days it ends; never by default.")] = None,
    bind: Annotated[str, _option("Give the anonymous user of this id a name; all that is theirs is kept.")] = "",
) -> int:
    """Make a token, and print it alone on a line of standard output.

    It is shown only now; what is stored is its hash.
    """
    del action
    wanted = [scope for item in scopes.split(",") if (scope := item.strip())]
    if not wanted:
        raise UsageError("--scopes names no scope", hint="use read,write,upload,render or '*'")
    with _Aside(data) as backend:
        sys.stdout.write(backend.accounts.operator_token(wanted, name=name, days=days, bind=bind) + "\n")
    return 0


def credits(  # noqa: A001 - the command's name
    action: Literal["add", "show"],
    user: str,
    amount: int | None = None,
    /,
    *,
    data: Data = None,
) -> int:
    """Give a user credits, or say what a user has and what came and went lately."""
    if (amount is None) != (action == "show"):
        hint = "wavereel credits add USER N" if action == "add" else "wavereel credits show USER"
        raise UsageError(f"credits {action} takes {'a number' if action == 'add' else 'no number'}", hint=hint)
    with _Aside(data) as backend:
        found = backend.credits.show(user) if amount is None else backend.credits.add(user, amount)
    sys.stdout.write("".join(f"{key}: {found[key]}\n" for key in ("available", "frozen", "total")))
    if action == "show":
        sys.stdout.write("".join(_line(entry) for entry in found["entries"]))
    return 0


def _line(entry: dict[str, Any]) -> str:
    at = datetime.fromtimestamp(entry["created_at_ms"] // 1000, UTC)
    note = "".join(char if char.isprintable() else " " for char in entry["note"])
    return f"{at:%Y-%m-%d %H:%M}  {entry['amount']:+d}  {entry['kind']}  {note}".rstrip() + "\n"


class _Aside:
    """The backend for one command, beside a server that may be running; no children are started."""

    def __init__(self, data: Path | None) -> None:
        from wavereel.settings import load_settings

        self._settings: Settings = load_settings(flags={"data_dir": data})
        self._backend: Backend | None = None

    def __enter__(self) -> Backend:
        from wavereel.app import build_app
        from wavereel.server.idle import Idle

        self._backend = build_app(self._settings).backend(self._settings.data_folder, tasks=Idle())
        return self._backend

    def __exit__(self, *_: object) -> None:
        if self._backend is not None:
            self._backend.close()
