"""What can go wrong on the client's side of the wire, and the answer's number turned into an error.

The refusals that the whole program knows come from `wavereel.errors`; here are those that only a client meets. The
exit code of each is what `wavereel skill` ends with: 3 refused, 4 not let in, 5 unreachable or unreadable, 6 timed out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wavereel.errors import (
    BusyError,
    ChangedError,
    ClientIdError,
    GoneError,
    IdTakenError,
    NoCreditsError,
    NotFinishedError,
    NotFoundError,
    NotLetInError,
    PlanError,
    RateError,
    RefusedError,
    ScopeError,
    SessionNotFoundError,
    SignatureError,
    UnreadableError,
    WavereelError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


class UnreachableError(WavereelError):
    """Nothing answers at the base address."""

    code = "unreachable"
    http_status = 502
    exit_code = 5


class DroppedError(UnreachableError):
    """The connection ended after the request was sent and before its answer was whole: it may have had its effect."""

    code = "dropped"


class NonsenseError(WavereelError):
    """An answer that is none of the protocol's: a page of HTML, broken JSON, a wrong type, too many bytes."""

    code = "nonsense"
    http_status = 502
    exit_code = 5


class FaultError(NonsenseError):
    """The backend says that it failed itself: 5xx. The same request may work later."""

    code = "fault"


class TimedOutError(WavereelError):
    """Nothing came for as long as this kind of request may take."""

    code = "timed_out"
    http_status = 504
    exit_code = 6


class FileRefusedError(RefusedError):
    """A file of a kind that the backend does not take."""

    code = "file_refused"
    wire_code = 4001
    http_status = 415


class FileTooLargeError(RefusedError):
    """A file above the limit."""

    code = "file_too_large"
    wire_code = 4002
    http_status = 413


class DraftRefusedError(RefusedError):
    """A draft that is empty, or that the backend cannot read."""

    code = "draft_refused"
    wire_code = 4003
    http_status = 422


class RenderFailedError(RefusedError):
    """The export ended without a video."""

    code = "render_failed"


class StoppedError(RefusedError):
    """The message was taken and then given up: the stream carries an error instead of an end."""

    code = "stopped"


class OtherRefusalError(RefusedError):
    """A refusal whose number the protocol does not list; `number` has it."""

    code = "other_refusal"

    def __init__(self, message: str, *, number: int, data: Mapping[str, object] | None = None) -> None:
        super().__init__(message, data=data)
        self.number = number


_BY_NUMBER: Mapping[int, type[RefusedError]] = {
    **{
        kind.wire_code: kind
        for kind in (
            NotLetInError,
            ScopeError,
            ClientIdError,
            PlanError,
            NoCreditsError,
            RateError,
            UnreadableError,
            SessionNotFoundError,
            NotFoundError,
            GoneError,
            SignatureError,
            IdTakenError,
            BusyError,
            NotFinishedError,
            ChangedError,
            FileRefusedError,
            FileTooLargeError,
            DraftRefusedError,
        )
    },
    1010: NotLetInError,
    1011: NotLetInError,
}

_BY_STATUS: Mapping[int, type[RefusedError]] = {
    400: UnreadableError,
    401: NotLetInError,
    402: PlanError,
    404: NotFoundError,
    410: GoneError,
    412: ChangedError,
    413: FileTooLargeError,
    415: FileRefusedError,
    422: UnreadableError,
    429: RateError,
}
"""What a status means where the body says nothing: a proxy's answer, or a backend that leaves the envelope out."""


PLAIN_STATUSES = (401, 429)
"""These say what to do next whatever number a backend puts beside them."""


def error_of(
    number: int,
    status: int,
    message: str,
    *,
    data: Mapping[str, object] | None = None,
    retry_after_s: int | None = None,
) -> WavereelError:
    """The error that an answer means.

    Args:
        number: The envelope's `code`; 0 where there is none.
        status: The HTTP status.
        message: Clean text on one line.
        data: The envelope's `data`.
        retry_after_s: What `Retry-After` said, in seconds.
    """
    kind = _BY_NUMBER.get(number)
    if kind is None and (not number or status in PLAIN_STATUSES):
        kind = _BY_STATUS.get(status)
    if kind is not None:
        return kind(message or "the backend refuses", data=data, retry_after_s=retry_after_s)
    if status >= 500 or 5000 <= number < 6000:
        return FaultError(message or f"the backend failed (HTTP {status})", hint="try again later")
    if number or 400 <= status < 500:
        return OtherRefusalError(message or f"the backend refuses (HTTP {status})", number=number or status, data=data)
    return NonsenseError(
        message or f"an answer of HTTP {status} makes no sense here", hint="is it a backend? see --base"
    )


def number_of(error: WavereelError) -> int:
    """The protocol's number of an error; 0 for those that no answer carried."""
    if isinstance(error, OtherRefusalError):
        return error.number
    return error.wire_code if isinstance(error, RefusedError) and error.wire_code != RefusedError.wire_code else 0
