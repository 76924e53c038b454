"""Files as answers: whole or one range of them, with validators; RFC 9110, sections 13 and 14."""

from __future__ import annotations

import re
from email.utils import formatdate, parsedate_to_datetime
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse

from wavereel.errors import GoneError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path
    from typing import BinaryIO

    from starlette.requests import Request

    from wavereel.server.context import Context

CHUNK_BYTES = 256 << 10
_RANGE = re.compile(r"bytes=\s*(\d{0,19})-(\d{0,19})\s*", re.ASCII)
INLINE_TYPES = frozenset(
    {"video/mp4", "video/webm", "video/quicktime", "image/png", "image/jpeg", "image/webp", "image/gif"}
    | {"audio/mpeg", "audio/mp4", "audio/wav", "audio/x-wav", "audio/aac", "audio/ogg", "audio/flac", "audio/webm"}
    | {"video/x-matroska", "video/x-msvideo", "text/vtt"}
)
"""What a browser may show where it is; everything else is a download."""

SHOWN_POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'"
"""Lets the page that a browser makes around a picture or a video load it; `sandbox` would keep a video from playing."""

SAVED_POLICY = "default-src 'none'; sandbox"


class Served(NamedTuple):
    """A file that is to be sent.

    Attributes:
        path: Its bytes.
        filename: The name to offer.
        mime: Its type; one that is not in `INLINE_TYPES` is sent as bytes of no type.
        etag: Quoted.
        download: Whether it is to be saved rather than shown.
    """

    path: Path
    filename: str
    mime: str
    etag: str
    download: bool = False


async def send_file(request: Request, context: Context, served: Served) -> Response:
    """The answer to GET or HEAD.

    Raises:
        GoneError: The file is not there any more.
    """
    try:
        file: BinaryIO = await context.transfer(served.path.open, "rb")
    except OSError:
        raise GoneError("The file is not there any more") from None
    size, modified_s = await context.transfer(_facts, file)
    headers = _headers(served, modified_s)
    if _is_known(request, served.etag, modified_s):
        file.close()
        return Response(None, 304, headers)
    first, stop, status = 0, size, 200
    asked = request.headers.get("range")
    if asked is not None and request.method == "GET" and _may_be_part(request, served.etag, modified_s):
        found = requested_range(asked, size)
        if found is None:
            file.close()
            return Response(None, 416, {**headers, "content-range": f"bytes */{size}"})
        if found:
            first, stop, status = *found, 206
            headers["content-range"] = f"bytes {first}-{stop - 1}/{size}"
    headers["content-length"] = str(stop - first)
    if request.method == "HEAD":
        file.close()
        return Response(None, status, headers)
    return StreamingResponse(_read(context, file, first, stop), status, headers)


def requested_range(text: str, size: int) -> tuple[int, int] | tuple[()] | None:
    """What part of a file a `Range` header asks for.

    Returns:
        The half-open part; `()` where the header is to be ignored (other units, several parts, or nonsense); `None`
        where there is no such part.
    """
    match = _RANGE.fullmatch(text)
    if match is None or match.groups() == ("", ""):
        return ()
    first_text, last_text = match.groups()
    if not first_text:
        length = min(int(last_text), size)
        return (size - length, size) if length else None
    first = int(first_text)
    if last_text and int(last_text) < first:
        return ()
    if first >= size:
        return None
    return first, min(int(last_text) + 1, size) if last_text else size


def disposition(filename: str, *, download: bool) -> str:
    """`Content-Disposition` for any name: a plain one for old clients, and the exact one beside it."""
    plain = "".join(mark if mark.isascii() and mark.isprintable() and mark not in '"\\%;' else "_" for mark in filename)
    kind = "attachment" if download else "inline"
    exact = quote(filename.encode("utf-8", "replace"), safe="")
    return f"{kind}; filename=\"{plain or 'file'}\"; filename*=UTF-8''{exact or 'file'}"


def matches_etag(header: str, etag: str) -> bool:
    """Whether a list of ETags, as `If-None-Match` has it, names this one; compared weakly."""
    if header.strip() == "*":
        return True
    return etag.removeprefix("W/") in {item.strip().removeprefix("W/") for item in header.split(",")}


def _facts(file: BinaryIO) -> tuple[int, int]:
    import os

    facts = os.fstat(file.fileno())
    return facts.st_size, int(facts.st_mtime)


def _headers(served: Served, modified_s: int) -> dict[str, str]:
    shown = served.mime in INLINE_TYPES
    return {
        "content-type": served.mime if shown else "application/octet-stream",
        "content-disposition": disposition(served.filename, download=served.download or not shown),
        "accept-ranges": "bytes",
        "etag": served.etag,
        "last-modified": formatdate(modified_s, usegmt=True),
        "cache-control": "private, max-age=3600",
        "cross-origin-resource-policy": "cross-origin",
        "content-security-policy": SHOWN_POLICY if shown else SAVED_POLICY,
    }


def _is_known(request: Request, etag: str, modified_s: int) -> bool:
    if (known := request.headers.get("if-none-match")) is not None:
        return matches_etag(known, etag)
    return _date_s(request.headers.get("if-modified-since", "")) >= modified_s


def _may_be_part(request: Request, etag: str, modified_s: int) -> bool:
    """`If-Range`: a part only of the same bytes as before, else the whole."""
    condition = request.headers.get("if-range", "").strip()
    if not condition:
        return True
    return condition == etag if '"' in condition else _date_s(condition) == modified_s


def _date_s(text: str) -> int:
    try:
        return int(parsedate_to_datetime(text).timestamp())
    except (TypeError, ValueError, IndexError, OverflowError):
        return -1


async def _read(context: Context, file: BinaryIO, first: int, stop: int) -> AsyncGenerator[bytes]:
    try:
        await context.transfer(file.seek, first)
        left = stop - first
        while left > 0:
            chunk = await context.transfer(file.read, min(CHUNK_BYTES, left))
            if not chunk:  # cut while it was read: fewer bytes come than were announced, and the client sees it
                return
            left -= len(chunk)
            yield chunk
    finally:
        file.close()
