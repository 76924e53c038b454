"""The MCP server: tools, resources and the prompt put together, each client seeing what its token allows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from mcp.server import MCPServer

from wavereel import __version__
from wavereel.errors import NotFoundError, UnreadableError, WavereelError
from wavereel.mcp.editing_tools import EditingTools
from wavereel.mcp.prompts import audiogram
from wavereel.mcp.render_tools import RenderTools
from wavereel.mcp.resources import Resources
from wavereel.mcp.session_tools import SessionTools
from wavereel.mcp.tools import MANNERS

if TYPE_CHECKING:
    from mcp.server.context import CallNext, HandlerResult, ServerRequestContext

    from wavereel.mcp.calls import Surface

NAME = "wavereel"

INSTRUCTIONS = """\
Wavereel makes videos from sound: captions, a waveform, titles, music, in the ratio of any platform.
Start with create_session, add files with upload_asset, and say what is wanted with edit_video, in the user's own words.
Look with preview_frame. Make the MP4 with render_video and follow it with get_render_status until it is completed.
The timeline can also be read with get_timeline and replaced with save_draft. All times are in milliseconds."""

STRUCTURED_SINCE = "2025-06-18"
"""The first version of the protocol in which a result has structured content."""


def build(surface: Surface) -> MCPServer[Any]:
    """The server over a backend, for any transport and both generations of the protocol."""
    server: MCPServer[Any] = MCPServer(
        NAME,
        title="Wavereel",
        description="Turns sound into video people share",
        instructions=INSTRUCTIONS,
        version=__version__,
        subscriptions=False,
        middleware=[Visibility(surface)],
    )
    for group in (SessionTools(surface), EditingTools(surface), RenderTools(surface)):
        for tool in group.functions():
            name = tool.__name__
            server.add_tool(tool, name=name, title=MANNERS[name].title, annotations=MANNERS[name].annotations())
    Resources(surface).register(server)
    server.prompt(name="audiogram", title="Make a video from a recording")(audiogram)
    return server


class Visibility:
    """What passes between client and server, fitted to who the client is.

    Tools that a token does not allow are not listed, resources are the user's own, and every error of a tool carries
    its code, whichever layer it came from.
    """

    def __init__(self, surface: Surface) -> None:
        self._surface = surface
        self._resources = Resources(surface)

    async def __call__(self, ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
        result = await call_next(ctx)
        if not isinstance(result, dict):
            return result
        match ctx.method:
            case "tools/list":
                caller = self._surface.caller_of(ctx)
                return result | {"tools": [one for one in result["tools"] if MANNERS[one["name"]].allowed(caller)]}
            case "resources/list":
                listed = await self._resources.listed(self._surface.caller_of(ctx))
                trees = [one.model_dump(mode="json", by_alias=True, exclude_none=True) for one in listed]
                return result | {"resources": [*result["resources"], *trees]}
            case "tools/call" if result.get("isError") and ctx.protocol_version >= STRUCTURED_SINCE:
                return with_code(result, str((ctx.params or {}).get("name")))
            case _:
                return result


def with_code(result: dict[str, Any], name: str) -> dict[str, Any]:
    """A tool's error with the wire's code, where the SDK itself made it: a bad argument, an unknown tool, a fault."""
    if result.get("structuredContent") is not None:
        return result
    blocks = cast("list[dict[str, Any]]", result.get("content") or [])
    said = str(blocks[0].get("text", "")) if blocks else ""
    text = plain(said)
    kind: type[WavereelError] = WavereelError
    if name not in MANNERS:
        kind = NotFoundError
    elif text != said:
        kind = UnreadableError
    facts = {"code": kind.wire_code, "error": kind.code, "message": text}
    return result | {"content": [{"type": "text", "text": text}], "structuredContent": facts}


def plain(text: str) -> str:
    """What the SDK says of bad arguments as one line, without its addresses and the values that were sent.

    It writes a heading, and for each fault the field's path on a line and the reason, indented, on the next.
    """
    heading, _, rest = text.partition("\n")
    if "validation error" not in heading:
        return text
    told: list[str] = []
    for line in rest.splitlines():
        if "errors.pydantic.dev" in line:
            continue
        if line.startswith(" "):
            reason = re.sub(r" ?\[type=\w+, input_value=.*", "", line.strip())
            told.append(f"{told.pop()}: {reason}" if told else reason)
        else:
            told.append(line.strip())
    return "; ".join(told) or heading
