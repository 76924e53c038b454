"""What a message may be, whoever reads it then."""

from __future__ import annotations

from wavereel.errors import LimitError

MAX_MESSAGE_CHARACTERS = 4000


def check_message(text: str) -> None:
    """Raises `LimitError` where a message is longer than anyone types."""
    if len(text) > MAX_MESSAGE_CHARACTERS:
        hint = "say it in several messages"
        raise LimitError(f"a message has {len(text)} characters, and {MAX_MESSAGE_CHARACTERS} are possible", hint=hint)


def whole_characters(text: str) -> str:
    """Text with half characters (lone surrogates) replaced, so that it can be written back."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
