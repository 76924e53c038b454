"""What a stream of events is, and how it may end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wavereel.client.errors import DroppedError, NonsenseError
from wavereel.client.events import ChatEvent, event_of, is_whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wavereel.client.sse import SseParser

CHAT_HEADERS = {"Accept": "text/event-stream", "Cache-Control": "no-cache"}


def is_stream(status: int, content_type: str) -> bool:
    """Whether an answer is a stream of events; a backend may leave the type out, a page or JSON is none."""
    kind = content_type.partition(";")[0].strip().lower()
    return status == 200 and kind in ("text/event-stream", "", "text/plain", "application/octet-stream")


def stream_end(parser: SseParser) -> Iterator[ChatEvent]:
    """What the end of the bytes leaves: an event that is whole but for its blank line counts.

    Raises:
        DroppedError: The stream was cut in the middle of an event.
    """
    frame = parser.finish()
    if frame is None:
        return
    if not is_whole(frame):
        raise DroppedError("the stream was cut in the middle of an event")
    yield event_of(frame)


def no_stream() -> NonsenseError:
    """The error of a message that is answered with something else than events."""
    return NonsenseError("the answer to a message is no stream of events", hint="is it a backend? see --base")
