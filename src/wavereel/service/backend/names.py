"""Names that strangers give: made fit to be shown, and never used as a path."""

from __future__ import annotations

import re
import unicodedata

MAX_FILENAME_BYTES = 200
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
_FORBIDDEN = re.compile(r'[<>:"|?*]')


def plain_line(text: str, max_chars: int) -> str:
    """A text as one line of what can be seen: no controls, no marks that turn the direction of what follows."""
    kept = "".join(char if _is_shown(char) else " " for char in text[: max_chars * 4])
    return " ".join(kept.split())[:max_chars].rstrip()


def display_name(name: str, fallback: str = "file") -> str:
    """A file's name as it may stand in a list, in an address and behind "save as", on every system.

    Folders before it go, with either slash; so do characters that some system refuses, and dots at its ends. What is
    too long is cut before its ending.
    """
    last = re.split(r"[/\\]", name[-4096:])[-1]
    text = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", plain_line(last, 1000))).strip(" .")
    if not text:
        return fallback
    if _RESERVED.fullmatch(text):
        text = f"_{text}"
    return _cut(text)


def _is_shown(char: str) -> bool:
    # Cf holds the marks of direction, but also the joiners without which some scripts and emoji fall apart.
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} or char in "\u200c\u200d"


def _cut(text: str) -> str:
    if len(text.encode()) <= MAX_FILENAME_BYTES:
        return text
    stem, dot, ending = text.rpartition(".")
    if not dot or not stem or len(ending.encode()) > 16:
        stem, dot, ending = text, "", ""
    room = MAX_FILENAME_BYTES - len((dot + ending).encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(" .") + dot + ending
