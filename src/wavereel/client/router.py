"""What a line means before anything is sent: an action of the client's own, files to bring along, or a message.

An action is taken only where it is the whole wish: every word of the line must be the action's keyword, one of its
parameters, or a word that adds nothing. Anything else, a keyword in quotes or beside an edit included, is a message.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from wavereel.client.files import File, Found, find_files
from wavereel.client.router_words import (
    ACTION_WORDS,
    CHINESE_ACTIONS,
    CHINESE_ADDS_NOTHING,
    CHINESE_EXTRA,
    CHINESE_FORMATS,
    ENGLISH_ADDS_NOTHING,
    ENGLISH_EXTRA,
    FORMATS,
    PHRASES,
    QUALITIES,
    READY,
    SIZES,
    WISHES_MORE,
    WISHES_MUSIC,
    Action,
)
from wavereel.client.text import is_chinese

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_ACTION_CHARACTERS = 200
"""A longer line is a message, whatever it holds."""

_QUOTES = re.compile(r"[\"“”„«»「」『』《》`]|(?<![a-z0-9])['‘’]|['‘’](?![a-z])", re.IGNORECASE)
_TOKEN = re.compile(r"[a-z0-9][a-z0-9'’.:_/-]*|[\u4e00-\u9fff]+|×|\*|\S", re.IGNORECASE)
_PUNCTUATION = frozenset(".,!?;:…。，！？；：、~-–—()（）")
_SIZE = re.compile(r"(\d{2,5})\s*[x×*]\s*(\d{2,5})", re.IGNORECASE)
_RATE = re.compile(r"(\d{1,3}(?:\.\d{1,3})?)\s*(?:fps|帧(?:每秒|/秒)?)", re.IGNORECASE)
_LINES = re.compile(r"\d{3,4}p", re.IGNORECASE)
_CRF = re.compile(r"crf\s*=?\s*(\d{1,2})", re.IGNORECASE)
_TIME = re.compile(
    r"(?:(\d{1,2}):)?(\d{1,3}):(\d{1,2}(?:\.\d{1,3})?)|(\d{1,6}(?:\.\d{1,3})?)\s*(?:seconds?|secs?|s|秒)"
)
_OUT = re.compile(r"\b(?:to|as|into)\s+(?P<name>[^\s,;\"']{1,200}\.mp4)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Route:
    """What to do with a line.

    Attributes:
        action: What the line wants.
        text: What is said to the backend, for `chat` and after the files of `upload`.
        files: Files on this machine.
        urls: Addresses for the backend to fetch.
        output: What an export should be like, in the wire's words.
        out: The file that an export should be written to; empty where none was named.
        at_ms: The time of a preview.
    """

    action: Action
    text: str = ""
    files: tuple[File, ...] = ()
    urls: tuple[str, ...] = ()
    output: Mapping[str, Any] = field(default_factory=dict[str, Any])
    out: str = ""
    at_ms: int | None = None


def route(line: str) -> Route:
    """What a line means; looks at the disk for the files that it names."""
    text = line.strip()
    found = find_files(text)
    if found.files or found.urls:
        return _uploading(text, found)
    return _action(text) or Route("chat", text)


def wishes_in(line: str, *, even_negated: bool = False) -> frozenset[Action]:
    """The actions that a message speaks of beside other things: what a reply's wording may set off.

    Keywords in quotes do not count, and neither does any in a line that says what is not to be done, unless
    `even_negated` is set: a backend that has read the line knows better what it negates.
    """
    text = re.sub(r"[\"“«「『《`].*?[\"”»」』》`]|(?<!\w)['‘].*?['’](?!\w)", " ", line.lower())
    if not even_negated and re.search(r"\b(?:not|don'?t|without|never|no)\b|不要|别|不用|先不", text):
        return frozenset()
    found: set[Action] = set()
    for action, words in ACTION_WORDS.items():
        if any(re.search(rf"\b{re.escape(word)}\b", text) for word in words):
            found.add(action)
    for word, action in CHINESE_ACTIONS.items():
        if word in text:
            found.add(action)
    if re.search(r"\b(?:end|closing|opening|film|movie|rolling)\s+credits\b|片尾|片头", text):
        found.discard("credits")
    return frozenset(found)


def _uploading(text: str, found: Found) -> Route:
    rest = found.rest
    if WISHES_MORE.fullmatch(rest):
        if not text.startswith(rest):
            return Route("upload", rest, found.files, found.urls)
        if len(found.files) == 1 and WISHES_MUSIC.search(rest):
            name, chinese = found.files[0].path.name, is_chinese(rest)
            said = f"用{name}做背景音乐" if chinese else f"use {name} as the background music"
            return Route("upload", said, found.files, found.urls)
    return Route("upload", "" if _adds_nothing(rest, "upload") else rest, found.files, found.urls)


def _action(text: str) -> Route | None:
    """The action that is a line's whole wish."""
    if not text or len(text) > MAX_ACTION_CHARACTERS or "\n" in text or _QUOTES.search(text):
        return None
    plain = text.lower().replace("’", "'")
    if READY.fullmatch(plain.strip(" ?!.。？！")):
        return Route("status")
    out = ""
    if match := _OUT.search(text):
        out = match["name"]
        plain = _OUT.sub(" ", plain)
    for pattern, word in PHRASES:
        plain = pattern.sub(f" {word} ", plain)
    output, plain = _output_in(plain)
    at_ms, plain = _time_in(plain)
    actions = _keywords(plain)
    if "status" in actions and actions <= {"status", "export"}:
        actions.discard("export")
    if "preview" in actions and actions <= {"preview", "status"}:
        actions.discard("status")
    if len(actions) != 1:
        return None
    action = actions.pop()
    if (
        not _adds_nothing(plain, action)
        or (output and action != "export")
        or (at_ms is not None and action != "preview")
    ):
        return None
    return Route(action, output=output, out=out if action == "export" else "", at_ms=at_ms)


def _output_in(text: str) -> tuple[dict[str, Any], str]:
    """What a line says of an export's format, size, rate and quality; the line without it."""
    output: dict[str, Any] = {}
    if match := _SIZE.search(text):
        output["resolution"] = f"{match[1]}x{match[2]}"
        text = _SIZE.sub(" ", text)
    if match := _RATE.search(text):
        rate = float(match[1])
        output["fps"] = int(rate) if rate.is_integer() else rate
        text = _RATE.sub(" ", text)
    if match := _CRF.search(text):
        output["crf"] = int(match[1])
        text = _CRF.sub(" ", text)
    if match := _LINES.search(text):
        output["resolution"] = match[0]
        text = _LINES.sub(" ", text)
    for pattern, size in SIZES:
        if pattern.search(text):
            output.setdefault("resolution", size)
            text = pattern.sub(" ", text)
    for pattern, quality in QUALITIES:
        if pattern.search(text):
            output["quality"] = quality
            text = pattern.sub(" ", text)
    for word in re.findall(r"[a-z0-9]+(?:\.\d+)?", text):
        if word in FORMATS:
            output[FORMATS[word]] = {"quicktime": "mov", "x264": "h264", "h.264": "h264", "avc": "h264"}.get(word, word)
            text = re.sub(rf"(?<![a-z0-9.])\.?{re.escape(word)}(?![a-z0-9])", " ", text)
    for word, form in CHINESE_FORMATS.items():
        if word in text:
            output["format"] = form
            text = text.replace(word, " ")
    return output, text


def _time_in(text: str) -> tuple[int | None, str]:
    match = _TIME.search(text)
    if match is None:
        return None, text
    hours, minutes, seconds, plain = match.groups()
    length_s = float(plain) if plain else int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds)
    return round(length_s * 1000), _TIME.sub(" ", text, count=1)


def _keywords(text: str) -> set[Action]:
    found: set[Action] = set()
    words = set(re.findall(r"[a-z]+", text))
    for action, names in ACTION_WORDS.items():
        if words & names:
            found.add(action)
    for word, action in CHINESE_ACTIONS.items():
        if word in text:
            found.add(action)
    return found


def _adds_nothing(text: str, action: Action) -> bool:
    """Whether every word of a text is a keyword of the action or a word that says nothing beside it."""
    english = ENGLISH_ADDS_NOTHING | ENGLISH_EXTRA.get(action, frozenset()) | ACTION_WORDS.get(action, frozenset())
    chinese = [word for word, its in CHINESE_ACTIONS.items() if its == action]
    chinese += [*CHINESE_ADDS_NOTHING, *CHINESE_EXTRA.get(action, ())]
    chinese.sort(key=len, reverse=True)
    for token in _TOKEN.findall(text.lower().replace("’", "'")):
        if token in _PUNCTUATION:
            continue
        if "\u4e00" <= token[0] <= "\u9fff":
            if not _is_made_of(token, chinese):
                return False
        elif token.strip(".,:-/'") not in english:
            return False
    return True


def _is_made_of(text: str, words: list[str]) -> bool:
    """Whether a run of Chinese can be read as these words one after the other."""
    reached = {0}
    for place in range(len(text)):
        if place in reached:
            reached |= {place + len(word) for word in words if text.startswith(word, place)}
    return len(text) in reached
