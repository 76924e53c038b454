"""A message as the grammar reads it: quoted texts and file names set aside, the rest made plain.

What stands in quotes, and what names a file, is data: each becomes one private-use character, which no word of the
grammar can match, so nothing in it can act. Every character of the plain text knows where it stands in the message.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from wavereel.agent.values.han import simplified

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wavereel.agent.tokens import Token

DataKind = Literal["quote", "file", "name", "wrong", "right"]

MAX_CHARACTERS = 4000
"""Longer messages are cut: nobody types that many wishes, and the work is linear in it."""

_FIRST_DATUM = 0xE000
_LAST_DATUM = 0xF8FF
_PAIRS = {
    "“": "”",
    "„": "“”",
    "«": "»",
    "‹": "›",
    "《": "》",
    "〈": "〉",
    "「": "」",
    "『": "』",
    "【": "】",
    "〝": "〞",
    '"': '"',
    "＂": "＂",
    "`": "`",
}
_SINGLE = "'‘’＇"
_EXTENSIONS = (
    "mp4|mov|avi|webm|mkv|m4v|jpg|jpeg|png|gif|webp|mp3|wav|m4a|aac|flac|ogg|opus|srt|vtt|ass|json|txt|pdf|svg|aiff|wma"
)
_FILE = re.compile(
    rf"[^\s,;:!?，。；：！？、“”\"'《》「」()（）]{{1,120}}?\.(?:{_EXTENSIONS})(?![A-Za-z0-9])", re.IGNORECASE
)
_LEAD = re.compile(
    r"(?:现在|然后|请|帮我|麻烦)?(?:把|将|用|拿|给|换成|改成|换|加上?|放上?|插入?|上传|使用|接上?|做|对|和|跟|以)(?=.)"
)
"""Verbs that stand before a file's name without a blank."""

MARK = "[\ue000-\uf8ff]"
"""A character that stands for data of a message."""

_MARK = re.compile(MARK)
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufe0f]")


@dataclass(frozen=True, slots=True)
class Datum:
    """Something in a message that is not words of the grammar: a quoted text, or the name of a file."""

    kind: DataKind
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Message:
    """A message made plain.

    Attributes:
        raw: As it was typed, without control characters.
        text: Lower case, simplified characters, half-width signs; data as single private-use characters.
        source: For every character of `text`, where it stands in `raw`; one more at the end.
        data: What the private-use characters stand for.
        tokens: What `tokens_of` read of it, so that it is read once however many wishes look at it.
    """

    raw: str
    text: str
    source: tuple[int, ...]
    data: tuple[Datum, ...]
    tokens: list[Token] = field(default_factory=list["Token"], init=False, repr=False, compare=False)

    def datum(self, mark: str) -> Datum | None:
        """What a private-use character stands for."""
        number = ord(mark) - _FIRST_DATUM if len(mark) == 1 else -1
        return self.data[number] if 0 <= number < len(self.data) else None

    def original(self, start: int, end: int) -> str:
        """A part of the message as it was typed; half-open in `text`."""
        return self.raw[self.source[start] : self.source[end]].strip()


def read_message(raw: str, files: Sequence[str] = ()) -> Message:
    """A message made plain.

    Args:
        raw: What the user typed.
        files: Names of the files at hand; they are recognised whatever they look like.
    """
    clean = _cleaned(raw)
    data = _data(clean, files)
    letters: list[str] = []
    source: list[int] = []
    at = 0
    for number, datum in enumerate(data):
        _plain(clean, at, datum.start, letters, source)
        letters.append(chr(_FIRST_DATUM + number))
        source.append(datum.start)
        at = datum.end
    _plain(clean, at, len(clean), letters, source)
    source.append(len(clean))
    return Message(clean, simplified("".join(letters)), tuple(source), tuple(data))


def with_data(message: Message, start: int, end: int, kind: DataKind = "name") -> Message:
    """The message with a part of its text turned into data: a title that stands without quotes."""
    begin, stop = message.source[start], message.source[end]
    text = message.raw[begin:stop].strip()
    if not text or _MARK.search(message.text[start:end]) or len(message.data) >= _LAST_DATUM - _FIRST_DATUM:
        return message
    datum = Datum(kind, text, begin, stop)
    mark = chr(_FIRST_DATUM + len(message.data))
    plain = f"{message.text[:start]}{mark}{message.text[end:]}"
    return Message(message.raw, plain, (*message.source[: start + 1], *message.source[end:]), (*message.data, datum))


def with_kind(message: Message, mark: str, kind: DataKind) -> Message:
    """The message with data of another kind: a quoted text that turns out to be a wrong wording."""
    number = ord(mark) - _FIRST_DATUM
    data = (*message.data[:number], replace(message.data[number], kind=kind), *message.data[number + 1 :])
    return replace(message, data=data)


def is_mark(letter: str) -> bool:
    """Whether a character of a plain text stands for data."""
    return bool(_MARK.fullmatch(letter))


def is_chinese(text: str) -> bool:
    """Whether a message is in Chinese: its Han characters outweigh its Latin words."""
    han = sum("\u4e00" <= letter <= "\u9fff" for letter in text)
    words = len(re.findall(r"[A-Za-z]{2,}", text))
    return han > 0 and han >= words


def has_letters(text: str) -> bool:
    """Whether a message shows any language at all."""
    return any(letter.isalpha() for letter in text)


def _cleaned(raw: str) -> str:
    text = _INVISIBLE.sub("", _MARK.sub(" ", raw[:MAX_CHARACTERS]))
    return "".join(letter if letter == "\n" or letter.isprintable() else " " for letter in text)


def _data(text: str, files: Sequence[str]) -> list[Datum]:
    found: list[Datum] = []
    quotes = [_named_file(datum, files) for datum in _quotes(text)]
    for datum in sorted([*quotes, *_files(text, files)], key=lambda datum: (datum.start, -datum.end)):
        if not found or datum.start >= found[-1].end:
            found.append(datum)
    return found[: _LAST_DATUM - _FIRST_DATUM]


def _named_file(datum: Datum, files: Sequence[str]) -> Datum:
    """A quoted name of a file is a file: use "no captions.jpg"."""
    known = any(_folded(datum.text) == _folded(name) for name in files)
    return (
        Datum("file", datum.text, datum.start, datum.end)
        if known or _FILE.fullmatch(datum.text.replace(" ", "_"))
        else datum
    )


def _quotes(text: str) -> list[Datum]:
    found: list[Datum] = []
    at = 0
    while at < len(text):
        closing = _PAIRS.get(text[at])
        end = -1
        if closing:
            ends = [place for mark in closing if (place := text.find(mark, at + 1)) > 0]
            end = min(ends, default=-1)
        elif text[at] in _SINGLE:
            end = _single_end(text, at)
        if end < 0:
            at += 1
            continue
        inner = text[at + 1 : end].strip()
        if inner:
            found.append(Datum("quote", inner, at, end + 1))
        at = end + 1
    return found


def _single_end(text: str, at: int) -> int:
    """The end of a text in single quotes; an apostrophe inside a word neither opens nor closes one."""
    opens = at == 0 or not text[at - 1].isalnum() or "\u4e00" <= text[at - 1] <= "\u9fff"
    if not opens or at + 1 >= len(text) or text[at + 1].isspace():
        return -1
    place = at + 1
    while place < len(text):
        if text[place] in _SINGLE:
            after = text[place + 1 : place + 2]
            if (not after.isalnum() or "\u4e00" <= after <= "\u9fff") and not text[place - 1].isspace():
                return place
        place += 1
    return -1


def _files(text: str, files: Sequence[str]) -> list[Datum]:
    found = [_without_han_lead(Datum("file", match[0], *match.span()), files) for match in _FILE.finditer(text)]
    folded = _folded(text)
    if len(folded) == len(text):
        for name in sorted(files, key=len, reverse=True):
            place = folded.find(_folded(name))
            while name and place >= 0:
                found.append(Datum("file", text[place : place + len(name)], place, place + len(name)))
                place = folded.find(_folded(name), place + len(name))
    return found


def _folded(text: str) -> str:
    """A text without its case and its script: a file is the same one in traditional characters."""
    return simplified(text.casefold())


def _without_han_lead(datum: Datum, files: Sequence[str]) -> Datum:
    """Chinese has no blanks before a file's name: `把talk2.mp3` names talk2.mp3, unless a file at hand is called so."""
    if any(_folded(datum.text) == _folded(name) for name in files):
        return datum
    known = [name for name in files if name and _folded(datum.text).endswith(_folded(name))]
    lead = len(datum.text) - max(map(len, known)) if known else 0
    if not known:
        match = _LEAD.match(datum.text) or re.match(r"[\u4e00-\u9fff]+(?=[A-Za-z0-9])", datum.text)
        lead = match.end() if match else 0
    return Datum("file", datum.text[lead:], datum.start + lead, datum.end)


def _plain(raw: str, start: int, end: int, letters: list[str], source: list[int]) -> None:
    for place in range(start, end):
        letter = raw[place]
        if not letter.isascii():
            folded = unicodedata.normalize("NFKC", letter)
            letter = folded if len(folded) == 1 else letter
            letter = {"。": ".", "、": ",", "’": "'", "‘": "'", "—": "-", "–": "-", "−": "-", "～": "~", "…": "."}.get(
                letter, letter
            )
        lower = letter.lower()
        letter = lower if len(lower) == 1 else letter
        if letter.isspace() and letter != "\n":
            if letters and letters[-1] == " ":
                continue
            letter = " "
        letters.append(letter)
        source.append(place)
