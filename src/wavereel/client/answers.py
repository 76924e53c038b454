"""One reading of every answer: the envelope where there is one, the status alone where there is none."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn, cast

from wavereel.client.errors import NonsenseError, error_of
from wavereel.client.text import one_line
from wavereel.client.wire import object_at, text_at

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_ANSWER_BYTES = 48 << 20
"""A state with the largest draft, and room."""

MAX_ERROR_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer that has been read whole."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    def header(self, name: str) -> str:
        """A header's value; empty where it is missing."""
        return self.headers.get(name, "")

    @property
    def retry_after_s(self) -> int | None:
        """What `Retry-After` says in seconds; `None` where it says nothing, or names a date."""
        return retry_after(self.header("retry-after"))


def retry_after(text: str) -> int | None:
    """Seconds of a `Retry-After`; a date counts as unknown, since the clocks need not agree."""
    plain = text.strip()
    if not plain.isascii() or len(plain) > 12:
        return None
    try:
        seconds = float(plain)
    except ValueError:
        return None
    return math.ceil(seconds) if 0 <= seconds < 1e9 else None


def body_of(answer: Answer) -> dict[str, Any]:
    """The JSON object of an answer that means success.

    Raises:
        RefusedError: The backend refuses, by its envelope's code or by the status.
        NonsenseError: The answer is not the protocol's.
    """
    body = _parsed(answer)
    code = _code(body)
    if answer.status < 400 and code == 0 and body is not None and body.get("success") is not False:
        if answer.status >= 300:
            raise NonsenseError(f"the backend sends elsewhere (HTTP {answer.status})", hint="correct the base address")
        return body
    if body is None and answer.status < 400:
        kind = one_line(answer.header("content-type").partition(";")[0], limit=60) or "no type"
        raise NonsenseError(f"the answer is {kind} and no JSON", hint="is it a backend? see --base")
    error = error_of(
        code,
        answer.status,
        _message(body),
        data=object_at(body, "data") if body else None,
        retry_after_s=answer.retry_after_s,
    )
    error.hint = error.hint or _hint(body)
    raise error


def data_of(answer: Answer) -> dict[str, Any]:
    """The envelope's `data`; the whole object where a backend leaves the envelope out."""
    body = body_of(answer)
    return object_at(body, "data") or body


def check(answer: Answer) -> Answer:
    """The answer itself, of any type of content, where it means success; raises what `body_of` does."""
    if 200 <= answer.status < 300 and "json" not in answer.header("content-type"):
        return answer
    body_of(answer)
    return answer


def _parsed(answer: Answer) -> dict[str, Any] | None:
    try:
        tree: object = json.loads(answer.content, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", tree) if isinstance(tree, dict) else None


def _code(body: Mapping[str, Any] | None) -> int:
    value = body.get("code") if body else 0
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 7:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1_000_000 else 0


def _message(body: Mapping[str, Any] | None) -> str:
    if not body:
        return ""
    for key in ("message", "detail", "error"):
        if text := one_line(text_at(body, key)).rstrip("."):
            return text
    return ""


def _hint(body: Mapping[str, Any] | None) -> str:
    """What to do about it: the rest of a `detail` that begins with the message."""
    message, detail = (one_line(text_at(body or {}, key)) for key in ("message", "detail"))
    return detail[len(message) :].removeprefix(": ") if message and detail.startswith(f"{message}: ") else ""


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
