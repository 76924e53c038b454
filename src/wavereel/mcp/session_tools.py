"""Tools for sessions, the files in them, and balances."""

# ruff: noqa: TC002 - the SDK reads annotations when a tool is registered

from __future__ import annotations

import base64
import binascii
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from mcp.server.mcpserver import Context
from mcp.types import CallToolResult
from pydantic import Field

from wavereel.errors import InputError, LimitError, UnreadableError
from wavereel.mcp.calls import Surface, answering, told
from wavereel.mcp.results import Asset, Credits, SessionMade, Sessions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from wavereel.service.backend.caller import Caller

SessionId = Annotated[str, Field(description="What create_session answered", max_length=128)]

_PIECE_BYTES = 1 << 20


class SessionTools:
    """Tools that begin work: a session, files for it, and what it may cost."""

    def __init__(self, surface: Surface) -> None:
        self._surface = surface

    def functions(self) -> Iterable[Callable[..., Any]]:
        """The tools, as the server registers them."""
        tools = (self.create_session, self.upload_asset, self.get_credits, self.list_sessions)
        return [answering(self._surface, tool) for tool in tools]

    async def create_session(
        self,
        ctx: Context[Any, Any],
        language: Annotated[
            str | None, Field(description="Language of replies, like en or zh-CN", max_length=35)
        ] = None,
        title: Annotated[str | None, Field(description="A name for the project", max_length=200)] = None,
    ) -> SessionMade:
        """Start a session: one project with its own files, timeline and exports."""
        caller = self._surface.caller(ctx)
        body = {key: value for key, value in (("task_name", title), ("language", language)) if value}
        made = await self._surface.call(self._surface.backend.sessions.create, caller, body)
        return SessionMade.model_validate(made)

    async def upload_asset(
        self,
        ctx: Context[Any, Any],
        session_id: SessionId,
        path: Annotated[
            str | None, Field(description="A file on this machine; only where the server runs on it as you (stdio)")
        ] = None,
        url: Annotated[
            str | None, Field(description="An http or https address the server fetches the file from")
        ] = None,
        base64: Annotated[str | None, Field(description="The file itself, with name; for small files")] = None,
        name: Annotated[str | None, Field(description="The file's name, with base64", max_length=255)] = None,
    ) -> Asset:
        """Add a sound, picture or video file to a session. Give exactly one of path, url, or base64 with name."""
        given = [one for one in (path, url, base64) if one is not None]
        if len(given) != 1:
            raise UnreadableError("exactly one of path, url and base64 is needed", hint="name one source of the file")
        caller = self._surface.caller(ctx)
        if url is not None:
            data = await self._surface.fetch(self._surface.backend.uploads.fetch, caller, session_id, [url])
        elif path is not None:
            if not self._surface.local:
                hint = "give a url, or base64 with a name"
                raise UnreadableError("files of this machine are not read over HTTP", hint=hint)
            data = await self._surface.work(self._take_path, caller, session_id, path)
        else:
            if not name:
                raise UnreadableError("base64 needs a name", hint="say what the file is called, as name")
            data = await self._surface.work(self._take_text, caller, session_id, name, base64 or "")
        file = data["files"][0]
        if self._surface.local:  # no server may be running that would answer at that address
            file = file | {"cdn_url": None}
        return Asset.model_validate(file)

    def _take_path(self, caller: Caller, session_id: str, given: str) -> dict[str, Any]:
        path = Path(given).expanduser()
        try:
            facts = path.stat()
            if not stat.S_ISREG(facts.st_mode):
                raise InputError(f"{given} is not a file", hint="name a file")
            with path.open("rb") as source:
                pieces = iter(lambda: source.read(_PIECE_BYTES), b"")
                return self._take(caller, session_id, path.name, facts.st_size, pieces)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "its name cannot be"
            raise InputError(f"cannot read {given} ({reason})", hint="name a file that can be read") from error

    def _take_text(self, caller: Caller, session_id: str, name: str, text: str) -> dict[str, Any]:
        limit = self._surface.backend.core.settings.max_upload_bytes
        if len(text) // 4 * 3 > limit + 2:
            raise LimitError(f"{name} is larger than {limit} bytes", hint="give a path or a url")
        try:
            content = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError) as error:
            raise UnreadableError(
                "base64 cannot be decoded", hint="send standard base64 without line breaks"
            ) from error
        return self._take(caller, session_id, name, len(content), iter([content]))

    def _take(self, caller: Caller, session_id: str, name: str, size: int, pieces: Iterator[bytes]) -> dict[str, Any]:
        uploads = self._surface.backend.uploads
        receiver = uploads.begin(caller, session_id, name, size)
        try:
            for piece in pieces:
                receiver.write(piece)
            receiver.finish()
        except BaseException:
            receiver.abort()
            raise
        return uploads.apply(caller, session_id, [receiver])

    async def get_credits(self, ctx: Context[Any, Any]) -> Annotated[CallToolResult, Credits]:
        """Say how many credits there are."""
        backend = self._surface.backend
        found = await self._surface.call(backend.credits.balance, self._surface.caller(ctx))
        balance = Credits.model_validate(found)
        if self._surface.local or backend.core.settings.no_credits:
            text = "Nothing costs credits here."
        else:
            text = f"{balance.available} credits are left, and {balance.frozen} are held back for what runs now."
        return told(text, balance.model_dump())

    async def list_sessions(self, ctx: Context[Any, Any]) -> Sessions:
        """List your sessions, newest first."""
        found = await self._surface.call(self._surface.backend.sessions.listing, self._surface.caller(ctx))
        return Sessions(sessions=found)
