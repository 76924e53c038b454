"""Text from a backend, made fit for a terminal: no escape sequences, no tokens, no endless lines."""

from __future__ import annotations

import re
import unicodedata

MAX_TEXT_CHARACTERS = 20_000
MAX_MESSAGE_CHARACTERS = 500

_TOKEN = re.compile(r"\b(?:nmv|wvr)_[a-z]{2,8}_[A-Za-z0-9_\-]{8,}|\bclm_[A-Za-z0-9_\-]{8,}|(?<=Bearer )[^\s\"']{8,}")
_ESCAPE = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_].*?(?:\x1b\\|\x07|$)|\x1b.?|\x9b[0-?]*[ -/]*[@-~]", re.DOTALL
)
_DIRECTION = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
"""Marks that make text read otherwise than it is written."""

_JSON_BLOCK = re.compile(r"```(?:json)?\s*[\[{].*?```", re.DOTALL)


def clean_text(text: str, *, limit: int = MAX_TEXT_CHARACTERS) -> str:
    """Several lines of printable text."""
    shown = hide_tokens(_ESCAPE.sub("", text[: 4 * limit]))
    lines = shown.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    clean = "\n".join(_printable(line).rstrip() for line in lines).strip("\n")
    return clean if len(clean) <= limit else clean[: limit - 1].rstrip() + "…"


def one_line(text: str, *, limit: int = MAX_MESSAGE_CHARACTERS) -> str:
    """Printable text without line breaks."""
    clean = " ".join(clean_text(text, limit=4 * limit).split())
    return clean if len(clean) <= limit else clean[: limit - 1].rstrip() + "…"


def hide_tokens(text: str) -> str:
    """The text with everything that looks like a token taken out."""
    return _TOKEN.sub("[token]", text)


def without_json(text: str) -> str:
    """A reply without the blocks of JSON that an agent may put into it; all of it where nothing else is left."""
    stripped = _JSON_BLOCK.sub("", text).strip()
    return "" if is_json(stripped) else stripped


def is_json(text: str) -> bool:
    """Whether a text is an object or a list of JSON and no sentence."""
    import json

    plain = text.strip()
    if not (plain.startswith("{") and plain.endswith("}")) and not (plain.startswith("[") and plain.endswith("]")):
        return False
    try:
        json.loads(plain)
    except (ValueError, RecursionError):
        return False
    return True


def is_chinese(text: str) -> bool:
    """Whether a message is written in Chinese: it has Han characters, and no kana."""
    return any("\u4e00" <= mark <= "\u9fff" for mark in text) and not any("\u3040" <= mark <= "\u30ff" for mark in text)


def seconds_text(ms: int) -> str:
    """Milliseconds as seconds without trailing zeros: `0`, `3`, `0.2`, `118.4`."""
    return (
        f"{ms / 1000:.3f}".rstrip("0").rstrip(".")
        if abs(ms) < 1000
        else f"{round(ms / 100) / 10:.1f}".removesuffix(".0")
    )


def _printable(line: str) -> str:
    return "".join(
        mark if mark.isprintable() and mark not in _DIRECTION else "" if mark in _DIRECTION else _replacement(mark)
        for mark in line
    )


def _replacement(mark: str) -> str:
    """A joiner stays, for emoji and some scripts; another mark that cannot be printed becomes a space or nothing."""
    if mark in "\u200d\u200c":
        return mark
    category = unicodedata.category(mark)
    return " " if category == "Zs" or mark in "\t\x0b\x0c\x85\u2028\u2029" else ""
