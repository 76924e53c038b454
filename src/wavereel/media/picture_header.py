"""Size of a picture from its header alone, so that a bomb is refused before anything is decoded."""

from __future__ import annotations

import struct
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PictureHeader:
    """What a picture's header says; `width` and `height` are those seen after the EXIF orientation is applied."""

    kind: str
    width: int
    height: int
    rotation: int = 0


def read_picture_header(data: bytes) -> PictureHeader | None:
    """Kind and size of a PNG, GIF, JPEG or WebP from its first bytes; `None` if they are none of these or damaged.

    A JPEG's size may stand behind its EXIF block, so give at least 64 KiB.
    """
    try:
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            return PictureHeader("png", *struct.unpack(">II", data[16:24]))
        if data.startswith((b"GIF87a", b"GIF89a")):
            return PictureHeader("gif", *struct.unpack("<HH", data[6:10]))
        if data.startswith(b"\xff\xd8\xff"):
            return _jpeg(data)
        if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
            return _webp(data)
    except (struct.error, IndexError):
        return None
    return None


def _jpeg(data: bytes) -> PictureHeader | None:
    """Walks the markers to the frame header (ITU-T T.81, B.2.2)."""
    at, orientation = 2, 1
    while at + 9 <= len(data):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        (length,) = struct.unpack(">H", data[at + 2 : at + 4])
        if marker == 0xE1 and data[at + 4 : at + 10] == b"Exif\0\0":
            orientation = _orientation(data[at + 10 : at + 2 + length])
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            rotation = {3: 180, 4: 180, 5: 90, 6: 90, 7: 270, 8: 270}.get(orientation, 0)
            return PictureHeader("jpeg", *((height, width) if rotation in {90, 270} else (width, height)), rotation)
        at += 2 + length
    return None


def _orientation(exif: bytes) -> int:
    """Tag 0x0112 of the first directory (EXIF 2.32, 4.6.4)."""
    order = "<" if exif[:2] == b"II" else ">"
    try:
        (directory,) = struct.unpack(f"{order}I", exif[4:8])
        (count,) = struct.unpack(f"{order}H", exif[directory : directory + 2])
        for entry in range(min(count, 64)):
            at = directory + 2 + 12 * entry
            tag, _kind, _number, value = struct.unpack(f"{order}HHIH", exif[at : at + 10])
            if tag == 0x0112:
                return value
    except struct.error:
        pass
    return 1


def _webp(data: bytes) -> PictureHeader | None:
    """The first chunk tells (RFC 9649, section 2)."""
    kind = data[12:16]
    if kind == b"VP8X":
        width, height = (1 + int.from_bytes(data[at : at + 3], "little") for at in (24, 27))
    elif kind == b"VP8L":
        (bits,) = struct.unpack("<I", data[21:25])
        width, height = 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    elif kind == b"VP8 ":
        width, height = (size & 0x3FFF for size in struct.unpack("<HH", data[26:30]))
    else:
        return None
    return PictureHeader("webp", width, height)
