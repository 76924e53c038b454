"""The files and addresses that a line names, and what is left of the line without them."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

ACCEPTED = ("mp4", "mov", "avi", "webm", "mkv", "jpg", "png", "gif", "webp", "mp3", "wav", "m4a", "aac")
"""The 13 types that the protocol names."""

ALSO_ACCEPTED = ("jpeg", "flac", "ogg", "opus")

_ROLES = r"(?:music|background|backdrop|cover|logo|watermark|intro|outro|jingle|bgm|soundtrack|picture|image)\b"
_PLACING = re.compile(
    r"(?:(?:please\s+)?(?:use|take|add|put|set|play|make)\s+(?:it|this|that|them|these)\s+|(?=as\b))"
    r"(?:(?:as|for|in|behind|under|into|the|a|an|some|my|our|quiet|soft|calm|low|gentle)\s+){1,4}" + _ROLES + r"|"
    r"(?:(?:这是|用它|用这|把它|把这|拿来|作为|当)[^，。；]{0,6}?|做)(?:背景音乐|配乐|音乐|背景|封面|片头|片尾|标志|logo|bgm)(?!\w)",
    re.IGNORECASE,
)
"""What is said of a file as a part of a video: without its name nobody knew what "it" is."""

MAX_LINE_CHARACTERS = 20_000
"""A longer line is not searched."""

_MAX_NAME_CHARACTERS = 300

_URL = re.compile(r"https?://[^\s<>\"'“”‘’「」『』《》，。；！？、（）]+", re.IGNORECASE)
_QUOTED = re.compile(r"\"([^\"]+)\"|'([^']+)'|“([^”]+)”|‘([^’]+)’|「([^」]+)」|『([^』]+)』")
_ENDING = re.compile(r"\.(?:" + "|".join(ACCEPTED + ALSO_ACCEPTED) + r")(?![A-Za-z0-9])", re.IGNORECASE)
_WORD = re.compile(r"(?:\\.|[^\s\\])+")
_LEAD = re.compile(
    r"^(?:[\s,;.:，。；：、+&-]|\b(?:and|then|also|please|now|plus|with)\b|然后|接着|再|并且|并|和|请|，)+",
    re.IGNORECASE,
)
_TAIL = re.compile(r"(?:[\s,;:，；：、+&-]|\b(?:and|then|with|from|of|for|to|at|in)\b|和|与|及)+$", re.IGNORECASE)
_BRINGING = re.compile(
    r"(?:\s|[,:，：]|\b(?:please|can|could|you|i|want|to|would|like|upload|uploading|add|use|take|open|load|attach|import|here|is|"
    r"here's|are|my|the|this|these|a|an|file|files|audio|sound|song|recording|video|picture|image|and|also|from|now|first)\b|"
    r"请|帮我|我要|我想|上传|添加|打开|使用|这是|文件|音频|视频|图片|和|把|一下)*",
    re.IGNORECASE,
)


_BELONGING = re.compile(
    r"\s*(?:(?:as|for|in|on|at|into|over|behind|under|below|above|instead)\b|作为|当|设|放|用作|做(?:背景|封面))",
    re.IGNORECASE,
)
"""What goes on with the sentence that the file stands in: use COVER as the background."""


_REFERRING = re.compile(r"\b(?:for|from|of|to|on|using|with)\s*$|(?:给|为|对|用|从)\s*$", re.IGNORECASE)
"""What needs the file's name behind it: the same for TALK."""


@dataclass(frozen=True, slots=True)
class File:
    """A file on this machine."""

    path: Path

    @property
    def ending(self) -> str:
        """What follows the last dot of its name, in small letters."""
        return self.path.suffix.lower().removeprefix(".")

    @property
    def is_accepted(self) -> bool:
        """Whether its name says that it is of a type that backends take."""
        return self.ending in ACCEPTED or self.ending in ALSO_ACCEPTED


@dataclass(frozen=True, slots=True)
class Found:
    """What a line names.

    Attributes:
        rest: The line without the files that stand at its ends; those inside it are called by their names.
    """

    files: tuple[File, ...] = ()
    urls: tuple[str, ...] = ()
    rest: str = ""


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    name: str
    file: File | None = None


def find_files(text: str) -> Found:
    """The existing files and the addresses in a line, as typed, quoted, escaped or dropped as `file:` URLs.

    An address in quotes is part of what is said unless it is all of the line.
    """
    if not text or len(text) > MAX_LINE_CHARACTERS:
        return Found(rest=text)
    if (whole := _file(_bare(text))) is not None:
        return Found((whole,))
    if is_url(_bare(text)):
        return Found(urls=(_bare(text),))
    spans: list[_Span] = []
    quoted: list[tuple[int, int]] = []
    for match in _QUOTED.finditer(text):
        file = _file(next(part for part in match.groups() if part is not None))
        if file is not None:
            spans.append(_Span(*match.span(), file.path.name, file))
        else:
            quoted.append(match.span())
    for match in _URL.finditer(text):
        if not _inside(match.start(), quoted):
            url = match[0].rstrip(".,;:!?)]}")
            spans.append(_Span(match.start(), match.start() + len(url), url))
    spans += _named(text, [*quoted, *((span.start, span.end) for span in spans)])
    spans.sort(key=lambda span: span.start)
    files = tuple(dict.fromkeys(span.file for span in spans if span.file is not None))
    urls = tuple(dict.fromkeys(span.name for span in spans if span.file is None))
    return Found(files, urls, _rest(text, spans))


def is_url(text: str) -> bool:
    """Whether a text is one address of HTTP and nothing else."""
    match = _URL.fullmatch(text.strip())
    if match is None:
        return False
    try:
        return bool(urlsplit(match[0]).hostname)
    except ValueError:
        return False


def _named(text: str, taken: list[tuple[int, int]]) -> list[_Span]:
    """Files outside of quotes: words that are paths, and the longest names before a known ending, spaces and all."""
    found: list[_Span] = []

    def free(start: int, end: int) -> bool:
        return not any(start < other_end and other_start < end for other_start, other_end in taken)

    for match in _ENDING.finditer(text):
        end = match.end()
        starts = range(max(0, end - _MAX_NAME_CHARACTERS), match.start())
        for start in starts:
            if text[start].isspace() or not free(start, end):
                continue
            file = _file(text[start:end])
            if file is not None:
                found.append(_Span(_with_scheme(text, start), end, file.path.name, file))
                taken.append((found[-1].start, end))
                break
    for match in _WORD.finditer(text):
        start, word = match.start(), match[0]
        for candidate in (word, word.rstrip(".,;:!?，。；：！？)）]")):
            end = start + len(candidate)
            if candidate and free(start, end) and (file := _file(candidate)) is not None:
                found.append(_Span(start, end, file.path.name, file))
                taken.append((start, end))
                break
    return found


def _with_scheme(text: str, start: int) -> int:
    """Where a `file:` in front of a path begins."""
    match = re.search(r"file:(?://(?:localhost)?)?$", text[:start], re.IGNORECASE)
    return match.start() if match else start


def _rest(text: str, spans: list[_Span]) -> str:
    """A line without what it names at its ends; between words, a file is called by its name."""
    if not spans:
        return text
    first, last = spans[0], spans[-1]
    head, tail = text[: first.start], text[last.end :]
    middle = "".join(text[one.end : two.start] + (two.name if two is not last else "") for one, two in pairwise(spans))
    if _BRINGING.fullmatch(middle) or not middle.strip(" ,，、"):
        middle = ""
    if _BRINGING.fullmatch(head) and not (head.strip() and _BELONGING.match(tail)):
        rest = f"{middle} {tail}" if middle else tail
        if not middle and all(span.file for span in spans) and _PLACING.match(bare := _LEAD.sub("", tail)):
            return " ".join([*(span.name for span in spans), *bare.split()])
    elif not re.search(r"\w", tail):
        names = " ".join(span.name for span in spans) if _REFERRING.search(head) else ""
        rest = f"{head} {names or middle}"
        return " ".join((rest if names else _TAIL.sub("", rest)).split())
    else:
        rest = text[: first.start]
        for one, two in zip(spans, [*spans[1:], None], strict=True):
            rest += one.name + text[one.end : two.start if two is not None else len(text)]
        return " ".join(rest.split())
    return " ".join(_LEAD.sub("", rest).split())


def _file(text: str) -> File | None:
    for name in dict.fromkeys((text, re.sub(r"\\(.)", r"\1", text))):
        plain = _local(name)
        if not plain or len(plain) > 4096 or "\0" in plain or not (os.sep in plain or "." in plain or "/" in plain):
            continue
        if os.path.isfile(plain):  # noqa: PTH113 - `Path.is_file` raises where a name is too long
            return File(Path(plain))
    return None


def _local(text: str) -> str:
    if text.lower().startswith("file:"):
        try:
            return unquote(urlsplit(text).path, errors="surrogateescape")
        except ValueError:
            return text
    return os.path.expanduser(text) if text.startswith("~") else text  # noqa: PTH111 - text in, text out


def _bare(text: str) -> str:
    plain = text.strip()
    return plain[1:-1].strip() if len(plain) > 2 and plain[0] == plain[-1] and plain[0] in "\"'" else plain


def _inside(place: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= place < end for start, end in spans)
