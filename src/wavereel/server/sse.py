"""A run as a stream of server-sent events: exactly the bytes that the original service's clients read.

Each event is one JSON object on one `data:` line. The stream ends by closing; silence is filled with heartbeats; a
client that goes away takes nothing with it, because the run does not belong to the connection.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from typing import TYPE_CHECKING, Any, cast

from anyio import to_thread
from starlette.responses import StreamingResponse

from wavereel.service.backend.watching import watching

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from starlette.requests import HTTPConnection
    from starlette.types import Send

    from wavereel.service.backend.chat import Run
    from wavereel.settings import Settings

COMMENT_BEAT = b": heartbeat\n\n"
"""Nothing at all to a strict reader, a word to one that shows raw lines."""

EVENT_BEAT = b"event: heartbeat\ndata:\n\n"
"""What the skills' texts describe. ADK's web page loses everything after an empty `data:` line: never for ADK."""

HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
MEDIA_TYPE = "text/event-stream; charset=utf-8"

CEILING_GRACE_S = 15.0
"""A run ends itself at its limit; a stream whose run does not, ends so much later."""

_LINE_ENDS = re.compile("[\x85\u2028\u2029]")
"""Raw in JSON these are allowed, but ADK's client reads lines as `str.splitlines` does, and would cut there."""


def frame(event: dict[str, Any]) -> bytes:
    """An event as the bytes of the stream: its id, where a replay can start from it, then its JSON."""
    data = json.dumps(event, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    data = _LINE_ENDS.sub(lambda found: f"\\u{ord(found.group()):04x}", data)
    text = f"data: {data}\n\n"
    # Fragments are in no store, so that nothing can be replayed from one.
    if "id" in event and not event.get("partial"):
        text = f"id: {event['id']}\n{text}"
    return text.encode("utf-8", "replace")


def beat_of(settings: Settings, connection: HTTPConnection) -> bytes:
    """How silence is filled for a client: by the settings, else as the client's kind can read it."""
    style = settings.heartbeat
    if style == "auto":
        style = "event" if connection.headers.get("x-skill-source", "").strip() else "comment"
    return EVENT_BEAT if style == "event" else COMMENT_BEAT


async def frames(run: Run, *, beat: bytes, beat_s: float, ceiling_s: float) -> AsyncGenerator[bytes]:
    """The frames of a run from where it is to be read on, until it has ended.

    Args:
        run: What is told.
        beat: Fills silence.
        beat_s: After so many seconds of it.
        ceiling_s: The stream is closed after so many seconds, come what may.
    """
    loop = asyncio.get_running_loop()
    until = loop.time() + ceiling_s
    async with watching(run) as news:
        position = run.start
        while True:
            news.clear()
            events, ended = await to_thread.run_sync(run.read, position)  # perhaps from the store
            position += len(events)
            for event in events:
                yield frame(event)
            if ended or loop.time() >= until:
                return
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(news.wait(), min(beat_s, max(0.0, until - loop.time())))
                continue
            yield beat


async def whole(run: Run, ceiling_s: float) -> list[dict[str, Any]]:
    """All events of a run, once it has ended; what there is where it does not end in time."""
    loop = asyncio.get_running_loop()
    until = loop.time() + ceiling_s
    async with watching(run) as news:
        while True:
            news.clear()
            events, ended = await to_thread.run_sync(run.read, run.start)
            if ended or loop.time() >= until:
                return events
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(news.wait(), max(0.0, until - loop.time()))


def ceiling_of(settings: Settings) -> float:
    """How long a client is kept waiting at most, in seconds."""
    return settings.run_limit_s + CEILING_GRACE_S


class EventStream(StreamingResponse):
    """A stream that lets go of its run at once when the client goes away."""

    async def stream_response(self, send: Send) -> None:
        """Sends the frames."""
        async with contextlib.aclosing(cast("AsyncGenerator[bytes]", self.body_iterator)):
            await super().stream_response(send)


def stream(run: Run, settings: Settings, connection: HTTPConnection) -> EventStream:
    """The answer that tells a run."""
    beat = beat_of(settings, connection)
    told = frames(run, beat=beat, beat_s=settings.heartbeat_s, ceiling_s=ceiling_of(settings))
    return EventStream(told, media_type=MEDIA_TYPE, headers=HEADERS)
