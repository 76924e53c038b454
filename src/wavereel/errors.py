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
    └── Cancelled             the user or a supervisor stopped the work

Each class carries the word that a machine reads (`code`), the HTTP status a server answers with, the exit code of
the command line and, in the instance, a hint: the one thing to do next.
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
    http_status = 400
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
    http_status = 422
    exit_code = 3


class NotMediaError(InputError):
    """The bytes are not media of a kind that is accepted."""

    code = "not_media"
    http_status = 415


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
    http_status = 413


class DraftError(InputError):
    """Not a draft, or a draft that breaks the schema."""

    code = "bad_draft"


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


class Cancelled(WavereelError):
    """The user or a supervisor stopped the work."""

    code = "cancelled"
    http_status = 499
    exit_code = 130
