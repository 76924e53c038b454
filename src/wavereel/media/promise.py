"""How many bytes a container promises, read from its own tables, so that a file that was cut short is noticed.

FFmpeg shortens what it reports to what is there and says nothing. These readers look at sizes in headers only: no media
is decoded, and at most a few kilobytes are read.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from wavereel.errors import TruncatedError
from wavereel.media.sniff import HEAD_BYTES, mpeg_audio_bytes, skip_id3

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from wavereel.media.sniff import Sniffed

_UNKNOWN_32 = 0xFFFF_FFFF
_MP3_SLACK_BYTES = 2_048


@dataclass(frozen=True, slots=True)
class Promise:
    """What the headers of a container say.

    Attributes:
        missing_bytes: How many promised bytes the file does not have; 0 where it is whole or promises nothing.
        payload_bytes: Bytes of sound that are there, of a container that holds one run of samples (wav, aiff, caf,
            w64); `None` elsewhere.
        promised_bytes: What `payload_bytes` should be; `None` where the container does not say.
        end_mark: Whether an Ogg file ends with a page that says so; true of every other container.
        exact_mp3: Whether an mp3 has a Xing, Info or VBRI table that agrees with the size of the file.
        movie_rate: Units a second in which an MP4 writes the lengths of its edits; 0 elsewhere.
    """

    missing_bytes: int = 0
    payload_bytes: int | None = None
    promised_bytes: int | None = None
    end_mark: bool = True
    exact_mp3: bool = False
    movie_rate: int = 0


def read_promise(path: Path, sniffed: Sniffed) -> Promise:
    """Reads the sizes that a sniffed file promises.

    Raises:
        TruncatedError: An MP4 without its index, of which nothing can be read.
    """
    readers = {
        "wav": _riff_wave,
        "aiff": _aiff,
        "caf": _caf,
        "w64": _w64,
        "mp4": _mp4,
        "mp3": _mp3,
        "ogg": _ogg,
        "matroska": _matroska,
        "avi": _avi,
    }
    reader = readers.get(sniffed.container)
    if reader is None:
        return Promise()
    try:
        with path.open("rb") as file:
            return reader(file, sniffed.bytes, path.name)
    except (struct.error, OSError, OverflowError):
        return Promise()


def _payload(start: int, promised: int | None, size: int) -> Promise:
    present = max(0, size - start)
    if promised is None:
        return Promise(payload_bytes=present)
    # A pad byte at the very end is often left out.
    missing = promised - present if promised > present + 1 else 0
    return Promise(missing, min(present, promised), promised)


def _riff_wave(file: BinaryIO, size: int, _name: str) -> Promise:
    long_bytes = None
    for tag, start, length in _chunks(file, size, "<I", 12):
        if tag == b"ds64" and length >= 16:
            long_bytes = struct.unpack("<QQ", _read_at(file, start, 16))[1]
        if tag == b"data":
            if length == _UNKNOWN_32:
                return _payload(start, long_bytes, size)
            return _payload(start, length or None, size)
    return Promise(payload_bytes=0)


def _aiff(file: BinaryIO, size: int, _name: str) -> Promise:
    for tag, start, length in _chunks(file, size, ">I", 12):
        if tag == b"SSND" and length >= 8:
            return _payload(start + 8, length - 8, size)
    return Promise(payload_bytes=0)


def _chunks(file: BinaryIO, size: int, layout: str, offset: int) -> Iterator[tuple[bytes, int, int]]:
    """Tag, start and length of the chunks of an IFF or RIFF file."""
    while offset + 8 <= size:
        header = _read_at(file, offset, 8)
        (length,) = struct.unpack(layout, header[4:])
        yield header[:4], offset + 8, length
        offset += 8 + length + length % 2


def _caf(file: BinaryIO, size: int, _name: str) -> Promise:
    offset = 8
    while offset + 12 <= size:
        tag, length = struct.unpack(">4sq", _read_at(file, offset, 12))
        if tag == b"data":
            return _payload(offset + 16, length - 4 if length >= 4 else None, size)
        if length < 0:
            break
        offset += 12 + length
    return Promise(payload_bytes=0)


def _w64(file: BinaryIO, size: int, _name: str) -> Promise:
    offset = 40
    while offset + 24 <= size:
        tag, length = struct.unpack("<4s12xQ", _read_at(file, offset, 24))
        if tag == b"data":
            return _payload(offset + 24, length - 24 if length > 24 else None, size)
        if length < 24:
            break
        offset += (length + 7) & ~7
    return Promise(payload_bytes=0)


def _mp4(file: BinaryIO, size: int, name: str) -> Promise:
    offset, missing, movie_rate, has_index = 0, 0, 0, False
    while offset + 8 <= size:
        head = _read_at(file, offset, 16)
        length, tag = struct.unpack(">I4s", head[:8])
        if length == 1:
            (length,) = struct.unpack(">Q", head[8:16])
        elif length == 0:
            length = size - offset
        if length < 8:
            break
        missing = max(missing, offset + length - size)
        if tag == b"moov":
            has_index = offset + length <= size
            movie_rate = _movie_rate(file, offset + 8)
        offset += length
    if not has_index:
        message = f"{name} is cut off before its index, so nothing of it can be read"
        raise TruncatedError(message, present_ms=0, hint="copy or record it again, to the end")
    return Promise(missing, movie_rate=movie_rate)


def _movie_rate(file: BinaryIO, start: int) -> int:
    """The time scale of `mvhd` (ISO/IEC 14496-12, 8.2.2), the first box of `moov` in practice."""
    head = _read_at(file, start, 32)
    if head[4:8] != b"mvhd":
        return 0
    return struct.unpack(">I", head[28:32] if head[8] == 1 else head[20:24])[0]


def _mp3(file: BinaryIO, size: int, _name: str) -> Promise:
    """Compares the byte count of the Xing, Info or VBRI table with the file."""
    start = skip_id3(file)
    body = _read_at(file, start, HEAD_BYTES)
    first = next((at for at in range(len(body) - 7) if mpeg_audio_bytes(body, at)), None)
    if first is None:
        return Promise()
    frame = body[first:]
    low_rate, mono = frame[1] & 8 == 0, frame[3] >> 6 == 3
    table = 4 + ((9 if mono else 17) if low_rate else (17 if mono else 32))
    frames = promised = 0
    if frame[table : table + 4] in {b"Xing", b"Info"}:
        flags, frames, promised = struct.unpack(">III", frame[table + 4 : table + 16])
        if flags & 1 == 0:
            promised, frames = frames if flags & 2 else 0, 0
        elif flags & 2 == 0:
            promised = 0
    elif frame[36:40] == b"VBRI":
        promised, frames = struct.unpack(">II", frame[46:54])
    if not promised:
        return Promise()
    difference = size - (start + first) - promised
    # Tags may follow the sound (ID3v1, APE), so a longer file is not wrong; a far longer one makes the count doubtful.
    missing = -difference if difference < -_MP3_SLACK_BYTES else 0
    return Promise(missing, exact_mp3=bool(frames) and not missing and difference <= 4 * HEAD_BYTES)


def _ogg(file: BinaryIO, size: int, _name: str) -> Promise:
    """Looks at the last page: it is whole, and its header says that it is the last (RFC 3533, section 6)."""
    start = max(0, size - 2 * HEAD_BYTES)
    tail = _read_at(file, start, 2 * HEAD_BYTES)
    at = tail.rfind(b"OggS")
    while at >= 0:
        page = tail[at:]
        if len(page) >= 27 and len(page) >= 27 + page[26]:
            length = 27 + page[26] + sum(page[27 : 27 + page[26]])
            if len(page) >= length:
                return Promise(end_mark=bool(page[5] & 4) and len(page) - length < HEAD_BYTES)
        return Promise(end_mark=False)
    return Promise(end_mark=False)


def _matroska(file: BinaryIO, size: int, _name: str) -> Promise:
    """Compares the size of the segment with the file; a live recording does not know it (RFC 8794, section 6.2)."""
    head = _read_at(file, 0, HEAD_BYTES)
    offset = 4
    length, width = _ebml_size(head, offset)
    offset += width + length
    if head[offset : offset + 4] != b"\x18\x53\x80\x67":
        return Promise()
    length, width = _ebml_size(head, offset + 4)
    if length == (1 << 7 * width) - 1:
        return Promise()
    return Promise(max(0, offset + 4 + width + length - size))


def _ebml_size(data: bytes, at: int) -> tuple[int, int]:
    if at >= len(data) or data[at] == 0:
        raise struct.error("no size")
    width = 9 - data[at].bit_length()
    value = int.from_bytes(data[at : at + width], "big") & (1 << 7 * width) - 1
    return value, width


def _avi(file: BinaryIO, size: int, _name: str) -> Promise:
    end = 0
    for tag, start, length in _chunks(file, size, "<I", 0):
        if tag != b"RIFF":
            break
        end = start + length
    return Promise(max(0, end - size - 1))


def _read_at(file: BinaryIO, offset: int, length: int) -> bytes:
    file.seek(offset)
    return file.read(length)
