"""Reading bodies of JSON: bounded while they come, and refused where they could be read in two ways."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any, NoReturn

import anyio

from wavereel.errors import LimitError, UnreadableError
from wavereel.server.context import context_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from starlette.requests import Request

MAX_JSON_BYTES = 1 << 20
MAX_DRAFT_BYTES = 32 << 20
"""Bodies that hold a draft."""

MAX_NESTING = 64
SILENCE_S = 60.0
"""A body of which nothing more comes for so long is given up."""

WHOLE_S = 180.0
"""So long a body of JSON may take: what came of it holds memory meanwhile, and drops would hold it for ever."""

_INLINE_BYTES = 64 << 10
"""Larger bodies are parsed in a thread."""

MAX_MARKS = 2_000_000
"""Commas, brackets and texts of a body: what a value costs in memory is many times what it costs on the wire."""

_MAX_INTEGER = 1 << 64
_INTEGER_CHARS = 21

_TEXT = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)
"""Nothing is tried twice: a text without an end would else be read again from each quote in it."""

_OPEN_AND_CLOSE = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


class BrokenBodyError(UnreadableError):
    """The body ended before its announced length, or stopped coming."""

    code = "broken_body"
    http_status = 400


class _AmbiguousError(ValueError):
    """JSON that Python would read, and others would not, or otherwise."""


async def read_json(request: Request, limit_bytes: int = MAX_JSON_BYTES, *, optional: bool = False) -> Any:
    """The value of a body of JSON.

    Args:
        request: Its body is read here, so whatever is refused before costs the client no upload.
        limit_bytes: More is refused, at once where the length is announced.
        optional: An empty body is `None`.

    Raises:
        LimitError: It is too long.
        UnreadableError: It is not JSON, nests too deeply, names a member twice, or holds what JSON has no word for.
        OverloadedError: It is long, and so are too many others just now.
        BrokenBodyError: It is not whole, or comes too slowly.
    """
    announced = announced_bytes(request)
    if announced is not None and announced > limit_bytes:
        raise _too_long(limit_bytes)
    if request.headers.get("content-type", "").lower().startswith("multipart/"):
        raise UnreadableError("The body is not JSON", hint="send it as application/json")
    try:
        with anyio.fail_after(WHOLE_S):
            body = await _gathered(request, limit_bytes)
    except TimeoutError:
        raise BrokenBodyError("The body comes too slowly", hint="send it again") from None
    if optional and not body.strip():
        return None
    if len(body) > _INLINE_BYTES:
        return await context_of(request).transfer(parse_json, bytes(body))
    return parse_json(bytes(body))


async def read_object(request: Request, limit_bytes: int = MAX_JSON_BYTES, *, optional: bool = False) -> dict[str, Any]:
    """The members of a body that must be an object; an empty one where the body may be absent."""
    value = await read_json(request, limit_bytes, optional=optional)
    if value is None and optional:
        return {}
    if not isinstance(value, dict):
        raise UnreadableError("The body is not a JSON object")
    return value  # pyright: ignore[reportUnknownVariableType]


async def _gathered(request: Request, limit_bytes: int) -> bytearray:
    body = bytearray()
    async for chunk in chunks_of(request):
        body += chunk
        if len(body) > limit_bytes:
            raise _too_long(limit_bytes)
        if len(body) > MAX_JSON_BYTES:
            context_of(request).room.hold(request.scope, len(body))
    return body


async def chunks_of(request: Request) -> AsyncGenerator[bytes]:
    """The body as it comes.

    Raises:
        BrokenBodyError: The client went away inside it, or sent nothing for too long.
    """
    while True:
        try:
            with anyio.fail_after(SILENCE_S):
                message = await request.receive()
        except TimeoutError:
            raise BrokenBodyError("The body stopped coming", hint="send it again") from None
        if message["type"] == "http.disconnect":
            raise BrokenBodyError("The body is not whole", hint="send it again")
        if chunk := message.get("body", b""):
            yield chunk
        if not message.get("more_body", False):
            return


def announced_bytes(request: Request) -> int | None:
    """The length that the client announces; `None` where it does not."""
    text = request.headers.get("content-length", "")
    return int(text) if text.isascii() and text.isdigit() else None


def parse_json(body: bytes) -> Any:
    """The value of a JSON text in UTF-8.

    Raises:
        UnreadableError: It is none, or could be read in two ways.
        LimitError: It holds more values than any draft needs.
    """
    if (
        len(body) > MAX_MARKS
        and sum(body.count(mark) for mark in (b",", b"[", b"{")) + body.count(b'"') // 2 > MAX_MARKS
    ):
        raise LimitError("The body holds too many values", hint="send less")
    if body.count(b"[") + body.count(b"{") > MAX_NESTING:
        _check_nesting(body)
    try:
        value = json.loads(
            body.decode("utf-8-sig"),
            object_pairs_hook=_members,
            parse_constant=_no_constant,
            parse_float=_finite,
            parse_int=_whole,
        )
        if _SURROGATE.search(body):
            json.dumps(value, ensure_ascii=False).encode()
    except _AmbiguousError as error:
        raise UnreadableError("The body cannot be read", hint=str(error)) from None
    except (ValueError, RecursionError):
        raise UnreadableError("The body cannot be read", hint="it is not JSON in UTF-8") from None
    return value


def _check_nesting(body: bytes) -> None:
    """Takes the innermost pairs of brackets away as often as they may nest: a loop over each would take a minute."""
    left = _TEXT.sub(b"", body).translate(_OPEN_AND_CLOSE, _NO_BRACKETS)
    for _ in range(MAX_NESTING):
        left = left.replace(b"[]", b"")
    if left:
        hint = f"it nests deeper than {MAX_NESTING} levels, or a bracket is missing"
        raise UnreadableError("The body cannot be read", hint=hint)


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _AmbiguousError("it names a member twice")
    return members


def _no_constant(word: str) -> NoReturn:
    raise _AmbiguousError(f"it holds {word}")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _AmbiguousError("it holds a number that is too large")
    return number


def _whole(text: str) -> int:
    number = int(text) if len(text) <= _INTEGER_CHARS else _MAX_INTEGER
    if abs(number) >= _MAX_INTEGER:
        raise _AmbiguousError("it holds a number that is too large")
    return number


def _too_long(limit_bytes: int) -> LimitError:
    return LimitError(f"The body is longer than {limit_bytes >> 20} MiB", hint="send less")
