"""Boxes, and the sample entries of an MP4: what a track says about its pictures (`avc1`) or its sound (`mp4a`)."""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from wavereel.media.bits import BitReader, unescape

if TYPE_CHECKING:
    from collections.abc import Iterator

PROFILES = {
    66: "Baseline",
    77: "Main",
    88: "Extended",
    100: "High",
    110: "High 10",
    122: "High 4:2:2",
    244: "High 4:4:4",
}
"""`profile_idc` of ITU-T H.264, Annex A."""

_CHROMA_PROFILES = frozenset({100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135})
"""The profiles whose parameter set states the chroma format (H.264, 7.3.2.1.1)."""

_AAC_OBJECTS = {1: "AAC Main", 2: "AAC-LC", 3: "AAC-SSR", 4: "AAC-LTP", 5: "HE-AAC", 29: "HE-AAC v2", 42: "xHE-AAC"}


@dataclass(frozen=True, slots=True)
class ColourBox:
    """Colour as the codes of ITU-T H.273: 1, 1, 1 is BT.709. `full_range` is `None` where nothing is said."""

    primaries: int
    transfer: int
    matrix: int
    full_range: bool | None


@dataclass(frozen=True, slots=True)
class AvcConfig:
    """What `avcC` and the sequence parameter set in it say.

    Attributes:
        profile: Name of the profile; `Constrained` is not told apart.
        level: Level times ten.
        nal_bytes: Bytes of the length before each unit in the samples.
        chroma: 0 monochrome, 1 4:2:0, 2 4:2:2, 3 4:4:4.
        bit_depth: Bits of luma.
        interlaced: Whether fields are allowed.
        colour: The stream's own colour; `None` where it says nothing.
        tick_rate: Pictures a second by the stream's own clock; `None` where it says nothing.
    """

    profile: str
    level: int
    nal_bytes: int
    chroma: int = 1
    bit_depth: int = 8
    interlaced: bool = False
    colour: ColourBox | None = None
    tick_rate: Fraction | None = None


@dataclass(frozen=True, slots=True)
class VideoEntry:
    """Size in pixels, and what the boxes in the entry say."""

    width: int
    height: int
    avc: AvcConfig | None
    colour: ColourBox | None


@dataclass(frozen=True, slots=True)
class AacConfig:
    """What `esds` says; `bit_rate` is the larger of its two figures."""

    object_type: str
    sample_rate_hz: int
    channels: int
    bit_rate: int


def boxes(data: bytes, start: int = 0) -> Iterator[tuple[str, bytes]]:
    """Name and contents of each box in `data`.

    Raises:
        ValueError: A box reaches out of the data around it.
    """
    while start < len(data):
        if len(data) - start < 8:
            if any(data[start:]):
                raise ValueError("a box is cut off")
            return  # QuickTime ends a list of boxes with a zero
        size, name = struct.unpack_from(">I4s", data, start)
        head = 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, start + 8)
            head = 16
        elif size == 0:
            size = len(data) - start
        if size < head or size > len(data) - start:
            raise ValueError(f"the box {box_text(name)} has a wrong size")
        yield box_text(name), data[start + head : start + size]
        start += size


def box_text(data: bytes) -> str:
    """The characters of a box's name or brand."""
    return data.decode("latin-1").strip()


def read_video_entry(entry: bytes) -> VideoEntry:
    """A visual sample entry, without its own box header (14496-12, 12.1.3).

    Raises:
        ValueError: It is cut off.
    """
    width, height = struct.unpack_from(">HH", entry, 24)
    avc = colour = None
    for name, contents in boxes(entry, 78):
        if name == "avcC":
            avc = read_avc_config(contents)
        elif name == "colr" and contents[:4] in {b"nclx", b"nclc"}:
            primaries, transfer, matrix = struct.unpack_from(">HHH", contents, 4)
            full = bool(contents[10] & 0x80) if contents[:4] == b"nclx" else None
            colour = ColourBox(primaries, transfer, matrix, full)
    return VideoEntry(width, height, avc, colour)


def read_audio_entry(entry: bytes) -> AacConfig:
    """An `mp4a` sample entry, without its own box header; QuickTime's longer versions too.

    Raises:
        ValueError: It is cut off.
    """
    (version,) = struct.unpack_from(">H", entry, 8)
    channels, _, _, _, rate = struct.unpack_from(">HHHHI", entry, 16)
    start = {0: 28, 1: 44, 2: 64}.get(version, 28)
    plain = AacConfig("", rate >> 16, channels, 0)
    for name, contents in boxes(entry, start):
        if name == "esds":
            return _read_esds(contents[4:], plain)
        if name == "wave":
            for inner, data in boxes(contents):
                if inner == "esds":
                    return _read_esds(data[4:], plain)
    return plain


def read_avc_config(box: bytes) -> AvcConfig:
    """`avcC` (14496-15, 5.3.3.1).

    Raises:
        ValueError: It is cut off.
    """
    if len(box) < 7:
        raise ValueError("avcC is cut off")
    profile = PROFILES.get(box[1], f"profile {box[1]}")
    config = AvcConfig(profile, box[3], (box[4] & 3) + 1)
    if not box[5] & 31:
        return config
    (size,) = struct.unpack_from(">H", box, 6)
    return _read_sps(box[8 : 8 + size], config)


def _read_sps(unit: bytes, config: AvcConfig) -> AvcConfig:
    """A sequence parameter set (H.264, 7.3.2.1.1), as far as its colour and clock."""
    bits = BitReader(unescape(unit[1:]))
    profile = bits.read(8)
    bits.read(16)
    bits.ue()
    chroma, depth = 1, 8
    if profile in _CHROMA_PROFILES:
        chroma = bits.ue()
        if chroma == 3:
            bits.read(1)
        depth = 8 + bits.ue()
        bits.ue()
        bits.read(1)
        if bits.read(1):
            _skip_scaling_lists(bits, 12 if chroma == 3 else 8)
    bits.ue()
    order = bits.ue()
    if order == 0:
        bits.ue()
    elif order == 1:
        bits.read(1)
        bits.ue()
        bits.ue()
        for _ in range(min(bits.ue(), 255)):
            bits.ue()
    bits.ue()
    bits.read(1)
    bits.ue()
    bits.ue()
    interlaced = not bits.read(1)
    if interlaced:
        bits.read(1)
    bits.read(1)
    if bits.read(1):
        for _ in range(4):
            bits.ue()
    config = replace(config, chroma=chroma, bit_depth=depth, interlaced=interlaced)
    return _read_vui(bits, config) if bits.read(1) else config


def _read_vui(bits: BitReader, config: AvcConfig) -> AvcConfig:
    """Video usability information (H.264, E.1.1), as far as the clock."""
    if bits.read(1) and bits.read(8) == 255:
        bits.read(32)
    if bits.read(1):
        bits.read(1)
    colour = None
    if bits.read(1):
        bits.read(3)
        full = bool(bits.read(1))
        codes = (bits.read(8), bits.read(8), bits.read(8)) if bits.read(1) else (2, 2, 2)
        colour = ColourBox(*codes, full)
    if bits.read(1):
        bits.ue()
        bits.ue()
    rate = None
    if bits.read(1):
        units, scale = bits.read(32), bits.read(32)
        rate = Fraction(scale, 2 * units) if units else None
    return replace(config, colour=colour, tick_rate=rate)


def _skip_scaling_lists(bits: BitReader, count: int) -> None:
    for index in range(count):
        if not bits.read(1):
            continue
        last = following = 8
        for _ in range(16 if index < 6 else 64):
            if following:
                following = (last + bits.se()) % 256
            last = following or last


def _read_esds(data: bytes, plain: AacConfig) -> AacConfig:
    """An elementary stream descriptor (14496-1, 7.2.6.5) down to the AudioSpecificConfig (14496-3, 1.6.2.1)."""
    body = dict(_descriptors(data)).get(3, b"")
    if len(body) < 3:
        return plain
    flags = body[2]
    start = 3 + (2 if flags & 0x80 else 0) + (2 if flags & 0x20 else 0)
    if flags & 0x40:
        start += 1 + (body[start] if start < len(body) else 0)
    decoder = dict(_descriptors(body[start:])).get(4, b"")
    if len(decoder) < 13:
        return plain
    highest, average = struct.unpack_from(">II", decoder, 5)
    specific = dict(_descriptors(decoder[13:])).get(5, b"")
    kind = ""
    if specific:
        bits = BitReader(specific)
        number = bits.read(5)
        kind = _AAC_OBJECTS.get(number if number != 31 else 32 + bits.read(6), f"object type {number}")
    return replace(plain, object_type=kind, bit_rate=max(highest, average))


def _descriptors(data: bytes) -> list[tuple[int, bytes]]:
    """Tag and contents of each descriptor: a length of up to four bytes, seven bits each."""
    found: list[tuple[int, bytes]] = []
    place = 0
    while place < len(data):
        tag, size = data[place], 0
        place += 1
        for _ in range(4):
            if place >= len(data):
                return found
            byte = data[place]
            place += 1
            size = size << 7 | byte & 0x7F
            if not byte & 0x80:
                break
        found.append((tag, data[place : place + size]))
        place += size
    return found
