"""What a person is told of a refusal, by the protocol's table: what it means and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from wavereel.client.errors import FileRefusedError, FileTooLargeError
from wavereel.client.files import ACCEPTED
from wavereel.client.text import one_line
from wavereel.client.wire import text_at
from wavereel.errors import (
    BusyError,
    IdTakenError,
    NoCreditsError,
    NotLetInError,
    PlanError,
    RateError,
    RefusedError,
    WavereelError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


def advise(error: WavereelError, *, user_id: str, web: str, limit_bytes: int = 0) -> WavereelError:
    """The same error with the words for it.

    Args:
        error: As the backend gave it.
        user_id: Whose account it is; anonymous ones begin with `anon_`.
        web: The address where people register.
        limit_bytes: The limit of size in force, where the client knows it.
    """
    if not isinstance(error, RefusedError):
        return error
    data: Mapping[str, object] = error.data or {}
    user = text_at(data, "user_id") or user_id
    match error:
        case NoCreditsError():
            return _as(error, *_no_credits(data, user, web, error))
        case PlanError():
            where = register_link(data, user, web)
            return _as(error, "exports are not open to this account", f"register or upgrade to open them: {where}")
        case FileRefusedError():
            hint = f"these are taken: {', '.join(_types(data))}"
            return _as(error, one_line(error.message), f"{one_line(error.hint)}; {hint}" if error.hint else hint)
        case FileTooLargeError():
            limit = data.get("limit_bytes")
            size = limit if isinstance(limit, int) and limit > 0 else limit_bytes
            words = f"; the limit is {size // 2**20} MB" if size else ""
            return _as(error, one_line(error.message) + words, "compress the file, or cut it, and send it again")
        case BusyError():
            return _as(error, "the last message is still being worked on", "wait for it, then say this again")
        case NotLetInError():
            hint = "name another token with --token or WAVEREEL_TOKEN, or unset it to go on anonymously"
            return _as(error, "the backend lets this token no more in", hint)
        case RateError() if not error.hint:
            return _as(error, one_line(error.message), _wait(error))
        case IdTakenError():
            return _as(error, one_line(error.message), "export again")
        case _:
            return error


def register_link(data: Mapping[str, object], user_id: str, web: str) -> str:
    """Where an anonymous account becomes a named one with everything kept."""
    given = one_line(text_at(data, "registration_url"))
    if given.startswith(("http://", "https://")) and " " not in given:
        return given
    return f"{web}/register?bind={one_line(user_id)}" if user_id else f"{web}/register"


def is_anonymous(user_id: str) -> bool:
    """Whether an account has no name yet."""
    return not user_id or user_id.startswith("anon_")


def _no_credits(data: Mapping[str, object], user: str, web: str, error: RefusedError) -> tuple[str, str]:
    if is_anonymous(user):
        link = register_link(data, user, web)
        return "the credits are used up", f"register to go on, everything is kept: {link}"
    topping = one_line(text_at(data, "top_up")) or one_line(error.hint)
    return "the credits are used up", topping or "top up the account; the operator does it with wavereel credits add"


def _types(data: Mapping[str, object]) -> list[str]:
    supported = data.get("supported")
    if isinstance(supported, list):
        names = [one_line(item, limit=12) for item in cast("list[object]", supported)[:40] if isinstance(item, str)]
        if names:
            return names
    return list(ACCEPTED)


def _wait(error: RateError) -> str:
    seconds = error.retry_after_s
    if seconds is None:
        return "wait a while, then try again"
    if seconds < 120:
        return f"try again in {seconds} s"
    hours = seconds / 3600
    return f"try again in {round(seconds / 60)} minutes" if hours < 2 else f"try again in {round(hours)} hours"


def _as(error: RefusedError, message: str, hint: str) -> WavereelError:
    """The error with other words; its class, and so its exit code, stays."""
    kind = type(error)
    return kind(message.rstrip("."), hint=hint, data=error.data, retry_after_s=error.retry_after_s)
