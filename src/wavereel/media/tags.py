"""Tags, chapters and cover art, under one set of names whatever the container."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import av.error
from av.stream import AttachmentStream, Disposition

from wavereel.times import round_half_up

if TYPE_CHECKING:
    from collections.abc import Mapping

    from av.container import InputContainer
    from av.stream import Stream

    from wavereel.media.sniff import MediaLimits

_MAX_TAG_CHARACTERS = 4_000
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT")

_NAMES: dict[str, tuple[str, ...]] = {
    "title": ("title", "tit2", "nam", "inam"),
    "artist": ("artist", "author", "performer", "iart", "album_artist"),
    "album": ("album", "iprd"),
    "album_artist": ("album_artist", "albumartist"),
    "track": ("track", "tracknumber", "itrk", "episode_sort", "episode"),
    "show": ("show", "podcast", "series", "tvsh"),
    "genre": ("genre", "ignr"),
    "date": ("date", "year", "tyer", "tdrc", "icrd", "creation_time"),
    "comment": ("comment", "description", "synopsis", "desc", "icmt"),
    "language": ("language", "tlan", "ilng"),
}


@dataclass(frozen=True, slots=True)
class Chapter:
    """A named stretch `[start_ms, end_ms)` of the file."""

    start_ms: int
    end_ms: int
    title: str


def read_tags(container: InputContainer, stream: Stream | None) -> dict[str, str]:
    """Tags under the names title, artist, album, album_artist, track, show, genre, date, comment and language.

    Tags of the container win over those of the stream, where Ogg keeps them.
    """
    raw = {key.lower(): value for key, value in stream.metadata.items()} if stream is not None else {}
    if container.format.name != "ogg":
        # MP4 and Matroska mark streams as English, and with the time of muxing, where nobody said anything.
        raw = {key: value for key, value in raw.items() if key not in {"language", "creation_time"}}
    raw |= {key.lower(): value for key, value in container.metadata.items()}
    found: dict[str, str] = {}
    for name, keys in _NAMES.items():
        value = next((text for key in keys if (text := clean_text(raw.get(key, "")))), "")
        if name == "date" and _DATE_TIME.match(value):
            value = value[:10]
        if value and not (name == "language" and value.lower() == "und"):
            found[name] = value
    return found


def clean_text(text: str) -> str:
    """One line of readable text: undecoded bytes guessed, control characters and runs of spaces gone."""
    if any("\udc80" <= character <= "\udcff" for character in text):
        text = _guess(text.encode("utf-8", "surrogateescape"))
    text = text.split("\0", maxsplit=1)[0]
    plain = "".join(character if character.isprintable() or character == "\u200d" else " " for character in text)
    return " ".join(plain.split())[:_MAX_TAG_CHARACTERS]


def _guess(data: bytes) -> str:
    """Text of a tag that is not UTF-8: Chinese if its high bytes pair up into common characters, else Western."""
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
    others = [character for character in text if ord(character) > 127]
    common = sum("\u4e00" <= character <= "\u9fff" or "\u3000" <= character <= "\u303f" for character in others)
    return text if len(others) >= 2 and common == len(others) else data.decode("cp1252", "replace")


def read_chapters(container: InputContainer, *, length_ms: int, limits: MediaLimits) -> tuple[Chapter, ...]:
    """Chapters in order of time, each inside the file and ending no later than the next one starts."""
    found: list[tuple[int, int, str]] = []
    for entry in container.chapters()[: limits.max_chapters]:
        base = entry["time_base"] or Fraction(1, 1000)
        metadata: Mapping[str, str] = {key.lower(): value for key, value in entry["metadata"].items()}
        start_ms = max(0, round_half_up(entry["start"] * base * 1000))
        end_ms = round_half_up(entry["end"] * base * 1000)
        if start_ms < length_ms:
            found.append((start_ms, end_ms, clean_text(metadata.get("title", ""))))
    found.sort(key=lambda chapter: chapter[0])
    result: list[Chapter] = []
    for at, (start_ms, end_ms, title) in enumerate(found):
        next_ms = found[at + 1][0] if at + 1 < len(found) else length_ms
        stop_ms = min(end_ms if end_ms > start_ms else next_ms, next_ms, length_ms)
        if stop_ms > start_ms:
            result.append(Chapter(start_ms, stop_ms, title))
    return tuple(result)


def is_cover(stream: Stream) -> bool:
    """Whether a video stream is a picture that was attached to the sound."""
    return bool(stream.disposition & Disposition.attached_pic)


def read_cover(container: InputContainer, *, limits: MediaLimits) -> bytes | None:
    """Bytes of the embedded picture, the front cover if several are there; `None` without one or if it is too big."""
    pictures = [stream for stream in container.streams.video if is_cover(stream)]
    pictures.sort(key=lambda stream: "front" not in stream.metadata.get("comment", "").lower())
    for stream in pictures:
        try:
            data = next((bytes(packet) for packet in container.demux(stream) if packet.size), b"")
        except av.error.FFmpegError:
            continue
        if 0 < len(data) <= limits.max_cover_bytes:
            return data
    for stream in container.streams:
        if isinstance(stream, AttachmentStream) and (stream.mimetype or "").startswith("image/"):
            data = stream.data
            if 0 < len(data) <= limits.max_cover_bytes:
                return data
    return None
