"""What a file is, told by its first bytes, and the one door through which FFmpeg opens it.

A name's ending says nothing. Only containers of the table below are opened, with exactly their demuxer and with no
protocol but `file`, so that no playlist, concat script, manifest or device can make the library read another file.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import av
import av.error

from wavereel.errors import InputError, LimitError, NotMediaError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.stream import Stream

HEAD_BYTES = 65_536
ACCEPTED = "mp3, wav, m4a, aac, flac, ogg, opus, aiff, mp4, mov, avi, webm, mkv, jpg, png, gif or webp"
_OPEN_TIMEOUT_S = 60.0
_READ_TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True)
class MediaLimits:
    """What is refused as too much. Every bound is inclusive."""

    max_bytes: int = 64 * 2**30
    max_duration_ms: int = 86_400_000
    max_channels: int = 8
    min_rate_hz: int = 8_000
    max_rate_hz: int = 192_000
    max_side_px: int = 16_384
    max_pixels: int = 100_000_000
    max_streams: int = 64
    max_chapters: int = 2_000
    max_cover_bytes: int = 32 * 2**20


DEFAULT_LIMITS = MediaLimits()


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What the first bytes say.

    Attributes:
        container: Our name: `mp3`, `wav`, `mp4`, `matroska`, `ogg`, `png` and so on.
        demuxer: FFmpeg's name of the reader; empty for a picture.
        is_picture: Whether it is a still or animated picture.
        bytes: Size of the whole file.
    """

    container: str
    demuxer: str
    is_picture: bool
    bytes: int


def sniff(path: Path, *, limits: MediaLimits = DEFAULT_LIMITS) -> Sniffed:
    """Names the container of a file without handing it to any library.

    Raises:
        InputError: Missing, empty, a directory, a device or pipe, or unreadable.
        NotMediaError: Not of a kind that is accepted; playlists and manifests are among these.
        LimitError: Too many bytes.
    """
    size, head, body = _read_head(path)
    if size == 0:
        raise InputError(f"{path.name} is empty", hint="give a file that holds sound")
    if size > limits.max_bytes:
        raise LimitError(f"{path.name} has {size} bytes, more than {limits.max_bytes}", hint="give a shorter file")
    found = _by_magic(head) or _by_magic(body) or _by_frames(body, is_tagged=head[:3] == b"ID3")
    if found is None:
        raise NotMediaError(f"{path.name} {_what_else(head)}", hint=f"give {ACCEPTED}")
    container, demuxer = found
    return Sniffed(container, demuxer, is_picture=not demuxer, bytes=size)


@contextmanager
def open_media(path: Path, sniffed: Sniffed) -> Generator[InputContainer]:
    """Opens a sniffed file with its own demuxer alone; no other protocol, format or referenced file is reachable.

    Raises:
        InputError: The container's header cannot be read.
    """
    try:
        container = av.open(
            f"file:{path.absolute()}",
            mode="r",
            format=sniffed.demuxer,
            container_options={"protocol_whitelist": "file", "format_whitelist": sniffed.demuxer},
            metadata_errors="surrogateescape",
            timeout=(_OPEN_TIMEOUT_S, _READ_TIMEOUT_S),
        )
    except (av.error.FFmpegError, ValueError, OverflowError) as error:
        reason = _reason(error)
        hint = "export it again, or give another copy"
        raise InputError(f"{path.name} cannot be read as {sniffed.container} ({reason})", hint=hint) from error
    try:
        yield container
    finally:
        container.close()


def sound_streams(container: InputContainer) -> list[AudioStream]:
    """The streams of sound that can be decoded; a phone may add one in a format of its own."""
    return [stream for stream in container.streams.audio if has_decoder(stream)]


def has_decoder(stream: Stream) -> bool:
    """Whether the library has a decoder for a stream; PyAV then gives it a context, whatever its stubs say."""
    return cast("object | None", stream.codec_context) is not None


def _reason(error: Exception) -> str:
    if isinstance(error, av.error.FFmpegError) and error.strerror:
        return error.strerror.lower()
    return "its header is damaged"


def _read_head(path: Path) -> tuple[int, bytes, bytes]:
    """Size, first bytes, and the first bytes after any ID3v2 tags."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except OSError as error:
        raise _cannot_open(path, error) from error
    except ValueError as error:
        raise InputError("a file name holds a zero byte", hint="check the name") from error
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        os.close(handle)
        if stat.S_ISDIR(status.st_mode):
            raise InputError(f"{path} is a folder", hint="name a file in it")
        raise InputError(f"{path} is a device or a pipe", hint="write the sound to a file first")
    with os.fdopen(handle, "rb") as file:
        try:
            head = file.read(HEAD_BYTES)
            file.seek(skip_id3(file))
            body = file.read(HEAD_BYTES)
        except OSError as error:
            raise _cannot_open(path, error) from error
    return status.st_size, head, body


def skip_id3(file: BinaryIO) -> int:
    """Where the bytes after the ID3v2 tags start (id3.org, id3v2.4.0-structure, 3.1)."""
    offset = 0
    while True:
        file.seek(offset)
        tag = file.read(10)
        if len(tag) < 10 or tag[:3] != b"ID3" or max(tag[6:]) > 127:
            return offset
        offset += 10 + (tag[6] << 21 | tag[7] << 14 | tag[8] << 7 | tag[9]) + (10 if tag[5] & 0x10 else 0)


def _cannot_open(path: Path, error: OSError) -> InputError:
    if error.errno == errno.ENOENT:
        return InputError(f"{path} does not exist", hint="check the name")
    if error.errno in {errno.EACCES, errno.EPERM}:
        if path.is_dir():
            return InputError(f"{path} is a folder", hint="name a file in it")
        return InputError(f"{path} may not be read", hint="change its permissions")
    if error.errno == errno.EISDIR:
        return InputError(f"{path} is a folder", hint="name a file in it")
    if error.errno == errno.ENXIO:
        return InputError(f"{path} is a device or a pipe", hint="write the sound to a file first")
    reason = (error.strerror or "error").lower()
    return InputError(f"{path} cannot be read ({reason})", hint="check the name and the disk")


_PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"\xff\xd8\xff", "jpeg"),
)
_SOUNDS = (
    (b"fLaC", "flac", "flac"),
    (b"OggS", "ogg", "ogg"),
    (b"\x1a\x45\xdf\xa3", "matroska", "matroska"),
    (b"caff\x00\x01", "caf", "caf"),
    (b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00", "w64", "w64"),
)
_MP4_BOXES = {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot"}
_MP4_PICTURE_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis", b"crx "}


def _by_magic(head: bytes) -> tuple[str, str] | None:
    for magic, name in _PICTURES:
        if head.startswith(magic):
            return name, ""
    for magic, name, demuxer in _SOUNDS:
        if head.startswith(magic):
            return name, demuxer
    form = head[8:12]
    if head[:4] in {b"RIFF", b"RF64", b"BW64"}:
        return {b"WAVE": ("wav", "wav"), b"AVI ": ("avi", "avi"), b"WEBP": ("webp", "")}.get(form)
    if head[:4] == b"FORM" and form in {b"AIFF", b"AIFC"}:
        return "aiff", "aiff"
    if head[4:8] in _MP4_BOXES and not (head[4:8] == b"ftyp" and form in _MP4_PICTURE_BRANDS):
        return "mp4", "mov"
    return None


_CUT_BYTES = 2048
"""What is left of a frame that a file begins in the middle of has no more, of any layer of MPEG audio or of AAC."""

_IN_A_ROW = 3
"""Headers at the start of a file, or behind a tag."""

_IN_A_ROW_BEHIND = 6
"""Headers behind something else: every file of some length has a few bytes that look like them."""


def _by_frames(body: bytes, *, is_tagged: bool) -> tuple[str, str] | None:
    """MPEG audio and ADTS have no magic: headers of one kind must follow each other at the right distance.

    They begin where the file does, but for silence of zero bytes and the rest of a frame; behind a tag, which says
    what a file is, they may begin later. A file cut off inside its first frame has one header only, at its very start:
    that of ADTS or of layer III.
    """
    start = len(body) - len(body.lstrip(b"\0"))
    last = len(body) - 7 if is_tagged else min(len(body) - 7, start + _CUT_BYTES)
    for at in range(last):
        if body[at] != 0xFF or body[at + 1] & 0xE0 != 0xE0:
            continue
        for name, demuxer, length_of in (("aac", "aac", _adts_bytes), ("mp3", "mp3", mpeg_audio_bytes)):
            length = length_of(body, at)
            alone = at == 0 and length >= len(body) and (name == "aac" or body[1] & 0x06 == 0x02)
            times = _IN_A_ROW if is_tagged or at == start else _IN_A_ROW_BEHIND
            if length and (alone or _repeats(body, at, length_of, times)):
                return name, demuxer
    return None


def _repeats(body: bytes, at: int, length_of: Callable[[bytes, int], int], times: int) -> bool:
    """Whether headers of one kind and rate stand in a row: `times`, or two thirds of that up to the end of `body`."""
    count, position = 0, at
    while count < times and position + 7 <= len(body):
        length = length_of(body, position)
        if not length or (body[position + 1] ^ body[at + 1]) & 0xFE or (body[position + 2] ^ body[at + 2]) & 0x0C:
            return False
        count += 1
        position += length
    return count >= times * 2 // 3


_MP3_KBITS = {
    (3, 3): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (3, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (3, 1): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 3): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 1): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_MP3_RATES = (44_100, 48_000, 32_000)


def mpeg_audio_bytes(body: bytes, at: int) -> int:
    """Length of the MPEG audio frame at `at`, 0 where there is none (ISO/IEC 11172-3, 2.4.1.3 and 2.4.3.1)."""
    version, layer = body[at + 1] >> 3 & 3, body[at + 1] >> 1 & 3
    kbit, rate, padding = body[at + 2] >> 4, body[at + 2] >> 2 & 3, body[at + 2] >> 1 & 1
    if body[at] != 0xFF or body[at + 1] & 0xE0 != 0xE0 or version == 1 or layer == 0 or kbit in {0, 15} or rate == 3:
        return 0
    bits = _MP3_KBITS[3 if version == 3 else 2, layer][kbit] * 1000
    rate_hz = _MP3_RATES[rate] >> (0 if version == 3 else 1 if version == 2 else 2)
    if layer == 3:
        return (12 * bits // rate_hz + padding) * 4
    slots = 72 if layer == 1 and version != 3 else 144
    return slots * bits // rate_hz + padding


def _adts_bytes(body: bytes, at: int) -> int:
    """Length of the ADTS frame at `at`, 0 where there is none (ISO/IEC 13818-7, 6.2)."""
    if body[at] != 0xFF or body[at + 1] & 0xF6 != 0xF0 or body[at + 2] >> 2 & 15 > 12:
        return 0
    length = (body[at + 3] & 3) << 11 | body[at + 4] << 3 | body[at + 5] >> 5
    return length if length > 7 else 0


_OTHERS = (
    (b"#EXTM3U", "is a playlist, which only names other files"),
    (b"ffconcat", "is a list of other files"),
    (b"[playlist]", "is a playlist, which only names other files"),
    (b"%PDF", "is a PDF document"),
    (b"PK\x03\x04", "is a zip archive or an office document"),
    (b"Rar!", "is an archive"),
    (b"7z\xbc\xaf", "is an archive"),
    (b"\x1f\x8b", "is a compressed archive"),
    (b"MThd", "is MIDI, which holds notes and no sound"),
    (b"\x30\x26\xb2\x75", "is Windows Media, which is not accepted"),
    (b"#!AMR", "is AMR, which is not accepted"),
    (b"FLV", "is Flash video, which is not accepted"),
    (b"BM", "is a BMP picture, which is not accepted"),
    (b"II*\x00", "is a TIFF picture, which is not accepted"),
    (b"MM\x00*", "is a TIFF picture, which is not accepted"),
)


def _what_else(head: bytes) -> str:
    """What to call bytes that are not accepted."""
    plain = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    for magic, words in _OTHERS:
        if plain.startswith(magic):
            return words
    if head[4:8] == b"ftyp":
        return "is a HEIF or AVIF picture, which is not accepted"
    start = plain[:1024].lower()
    if b"<mpd" in start or b"<asx" in start or b"<playlist" in start or b"<smil" in start:
        return "is a playlist, which only names other files"
    if b"<svg" in start:
        return "is an SVG drawing, which is not accepted"
    if b"<html" in start or start.startswith(b"<!doctype"):
        return "is a web page"
    if _is_text(head):
        return "is text"
    return "is not sound, video or a picture of a known kind"


def _is_text(head: bytes) -> bool:
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return True
    sample = head[:4096]
    return not any(byte < 9 or 13 < byte < 27 or 27 < byte < 32 for byte in sample)
