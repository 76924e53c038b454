"""Every error that Wavereel raises on purpose.

    WavereelError
    ├── UsageError            the request contradicts itself or names what does not exist
    │   └── EditError             an edit that this timeline cannot take
    ├── InputError            a file, draft or text that was given cannot be used
    │   ├── NotMediaError         its bytes are not media of a kind that is accepted
    │   ├── TruncatedError        its bytes end before its media does
    │   ├── NoSoundError          it holds no sound where sound is needed
    │   ├── LimitError            it passes a limit of size, pixels, length or nesting
    │   ├── DraftError            it is not a draft, or a draft that breaks the schema
    │   └── SubtitleError         it is not a subtitle file that can be read
    ├── MissingPartError      something that has to be installed is not there
    │   ├── FontError             no installed font can draw a script
    │   └── ModelError            recogniser weights are missing or are not the published ones
    ├── LanguageError         the speech is in a language that the installed engine cannot write down
    ├── OutputError           the destination cannot be written, or must not be
    ├── VerifyError           a finished file failed its own check
    ├── RefusedError          the backend does not do what was asked
    │   ├── NotLetInError         the token is missing, unknown, expired or revoked
    │   ├── ScopeError            the token may not do this
    │   ├── ClientIdError         the client did not say who it is
    │   ├── PlanError             exports are not open to this traffic
    │   ├── NoCreditsError        the balance does not cover the price
    │   ├── RateError             too often
    │   ├── UnreadableError       a body that cannot be read, or that says nothing that is known
    │   ├── AddressError          an address that is not fetched
    │   ├── SessionNotFoundError  no such session of this user
    │   ├── NotFoundError         no such thing of this user
    │   ├── GoneError             it was there, and is not any more
    │   ├── SignatureError        a link whose signature is not ours
    │   ├── ForeignError          a Host or Origin that is not ours
    │   ├── MethodError           a path that does not take this method
    │   ├── IdTakenError          the id names another job already
    │   ├── BusyError             the session is busy with a message
    │   ├── NotFinishedError      the job is not, or no longer, in a state for this
    │   ├── ChangedError          the draft was changed meanwhile
    │   └── OverloadedError       no room for more work just now
    └── Cancelled             the user or a supervisor stopped the work

Each class carries the word that a machine reads (`code`), the number of the wire protocol (`wire_code`), the HTTP
status a server answers with, the exit code of the command line and, in the instance, a hint: the one thing to do next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping


class WavereelError(Exception):
    """Base of the tree. `str(error)` is one line for a person: what happened, then the hint.

    Args:
        message: What happened, without a final full stop.
        hint: What the user can do about it, in the imperative.
    """

    code: ClassVar[str] = "internal"
    wire_code: ClassVar[int] = 5000
    http_status: ClassVar[int] = 500
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        text = f"{self.message}: {self.hint}" if self.hint else self.message
        return " ".join(text.split())


class UsageError(WavereelError):
    """The request contradicts itself or names what does not exist."""

    code = "usage"
    wire_code = 4220
    http_status = 422
    exit_code = 2


class EditError(UsageError):
    """An edit that this timeline cannot take.

    Args:
        message: Why not, in English.
        reason: The key of the reason in `wavereel.timeline.reasons`, for a reply in another language.
        facts: What the reason's sentence is filled with.
        hint: The nearest thing that can be done.
    """

    code = "cannot_edit"
    http_status = 422

    def __init__(
        self, message: str, *, reason: str = "", facts: Mapping[str, object] | None = None, hint: str = ""
    ) -> None:
        super().__init__(message, hint=hint)
        self.reason = reason
        self.facts = dict(facts or {})


class InputError(WavereelError):
    """A file, draft or text that was given cannot be used."""

    code = "bad_input"
    wire_code = 4001
    http_status = 415
    exit_code = 3


class NotMediaError(InputError):
    """The bytes are not media of a kind that is accepted."""

    code = "not_media"


class TruncatedError(InputError):
    """The bytes end before the media does.

    Args:
        present_ms: How much can be read, in milliseconds.
        expected_ms: How much the container promises, in milliseconds; `None` where it does not say.
    """

    code = "truncated"

    def __init__(self, message: str, *, present_ms: int, expected_ms: int | None = None, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.present_ms = present_ms
        self.expected_ms = expected_ms


class NoSoundError(InputError):
    """There is no sound where sound is needed."""

    code = "no_sound"


class LimitError(InputError):
    """A limit of size, pixels, length or nesting is passed."""

    code = "limit"
    wire_code = 4002
    http_status = 413


class DraftError(InputError):
    """Not a draft, or a draft that breaks the schema."""

    code = "bad_draft"
    wire_code = 4003
    http_status = 422


class SubtitleError(InputError):
    """Not a subtitle file that can be read."""

    code = "bad_subtitles"


class MissingPartError(WavereelError):
    """Something that has to be installed is not there."""

    code = "missing_part"
    http_status = 503
    exit_code = 6


class FontError(MissingPartError):
    """No installed font can draw a script."""

    code = "no_font"


class ModelError(MissingPartError):
    """Recogniser weights are missing, or are not the published ones."""

    code = "no_model"


class LanguageError(WavereelError):
    """The speech is in a language that the installed engine cannot write down."""

    code = "language"
    http_status = 422
    exit_code = 6


class OutputError(WavereelError):
    """The destination cannot be written, or must not be."""

    code = "output"
    http_status = 507
    exit_code = 5


class VerifyError(WavereelError):
    """A finished file failed its own check; it never got its final name."""

    code = "verify"
    exit_code = 7


class RefusedError(WavereelError):
    """The backend does not do what was asked.

    Args:
        message: What happened, without a final full stop.
        hint: What the user can do about it.
        data: Facts for a program, as the wire protocol names them.
        retry_after_s: After how many seconds it is worth trying again.
    """

    code = "refused"
    http_status = 403
    exit_code = 3

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        data: Mapping[str, object] | None = None,
        retry_after_s: int | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.data = None if data is None else dict(data)
        self.retry_after_s = retry_after_s


class NotLetInError(RefusedError):
    """The token is missing, unknown, expired or revoked."""

    code = "not_let_in"
    wire_code = 1001
    http_status = 401
    exit_code = 4


class ScopeError(RefusedError):
    """The token may not do this."""

    code = "scope"
    wire_code = 1003
    http_status = 403


class ClientIdError(RefusedError):
    """The client did not say who it is."""

    code = "client_id"
    wire_code = 400
    http_status = 400


class PlanError(RefusedError):
    """Exports are not open to this traffic: the headers that say which skill asks are not complete."""

    code = "plan"
    wire_code = 402
    http_status = 402


class NoCreditsError(RefusedError):
    """The balance does not cover the price."""

    code = "no_credits"
    wire_code = 2001
    http_status = 403


class RateError(RefusedError):
    """Too often; `retry_after_s` says when it is possible again."""

    code = "rate"
    wire_code = 429
    http_status = 429
    exit_code = 4


class UnreadableError(RefusedError):
    """A body that cannot be read, or that says nothing that is known."""

    code = "unreadable"
    wire_code = 4220
    http_status = 422


class AddressError(RefusedError):
    """An address that is not fetched."""

    code = "address"
    wire_code = 4004
    http_status = 422


class SessionNotFoundError(RefusedError):
    """There is no such session of this user."""

    code = "session_not_found"
    wire_code = 1002
    http_status = 404


class NotFoundError(RefusedError):
    """There is no such thing of this user."""

    code = "not_found"
    wire_code = 4040
    http_status = 404


class GoneError(RefusedError):
    """It was there, and is not any more: a link that expired."""

    code = "gone"
    wire_code = 4100
    http_status = 410


class SignatureError(RefusedError):
    """A link whose signature is not ours."""

    code = "signature"
    wire_code = 4031
    http_status = 403


class ForeignError(RefusedError):
    """A Host or Origin that is not ours."""

    code = "foreign"
    wire_code = 4030
    http_status = 403


class MethodError(RefusedError):
    """A path that does not take this method."""

    code = "method"
    wire_code = 4050
    http_status = 405


class IdTakenError(RefusedError):
    """The id names another job already."""

    code = "id_taken"
    wire_code = 4090
    http_status = 409


class BusyError(RefusedError):
    """The session is busy with a message."""

    code = "busy"
    wire_code = 4091
    http_status = 409


class NotFinishedError(RefusedError):
    """The job is not, or no longer, in a state for this."""

    code = "not_finished"
    wire_code = 4092
    http_status = 409


class ChangedError(RefusedError):
    """The draft was changed meanwhile; `data` carries the present one."""

    code = "changed"
    wire_code = 4120
    http_status = 412


class OverloadedError(RefusedError):
    """There is no room for more work just now."""

    code = "overloaded"
    wire_code = 5030
    http_status = 503


class Cancelled(WavereelError):
    """The user or a supervisor stopped the work."""

    code = "cancelled"
    http_status = 499
    exit_code = 130
