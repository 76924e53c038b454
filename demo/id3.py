"""An ID3v2.3 tag with a cover and chapters, as podcast programs write it (id3.org, ID3v2.3.0 and Chapter Frame 1.0)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_UTF16 = b"\1"
_FRONT_COVER = b"\3"


def id3_tag(texts: Mapping[str, str], chapters: Sequence[tuple[int, int, str]], cover_png: bytes) -> bytes:
    """The tag's bytes, to be put before the first MPEG frame.

    Args:
        texts: Frame names such as `TIT2`, and their text.
        chapters: `(start_ms, end_ms, title)`.
        cover_png: The front cover.
    """
    frames = [_frame(name, _UTF16 + _utf16(text)) for name, text in texts.items()]
    frames.append(_frame("APIC", _UTF16 + b"image/png\0" + _FRONT_COVER + _utf16("") + cover_png))
    names = [f"chapter{number}\0".encode() for number in range(len(chapters))]
    top_level_in_order = b"\3"
    frames.append(_frame("CTOC", b"contents\0" + top_level_in_order + bytes([len(names)]) + b"".join(names)))
    for name, (start_ms, end_ms, title) in zip(names, chapters, strict=True):
        no_byte_offsets = struct.pack(">II", 0xFFFFFFFF, 0xFFFFFFFF)
        times = struct.pack(">II", start_ms, end_ms) + no_byte_offsets
        frames.append(_frame("CHAP", name + times + _frame("TIT2", _UTF16 + _utf16(title))))
    body = b"".join(frames)
    return b"ID3\3\0\0" + _seven_bits(len(body)) + body


def _frame(name: str, contents: bytes) -> bytes:
    return name.encode() + struct.pack(">IH", len(contents), 0) + contents


def _utf16(text: str) -> bytes:
    return b"\xff\xfe" + f"{text}\0".encode("utf-16-le")


def _seven_bits(size: int) -> bytes:
    return bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
