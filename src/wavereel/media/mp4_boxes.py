"""What an MP4 says about itself, read from its boxes: order, edit lists, tables, headers and durations.

Only the index (`moov`) is read, with every length checked against the box around it, so that any bytes end in facts or
in an error of ours. Names and layouts are those of ISO/IEC 14496-12 (boxes), 14496-14 (`esds`) and 14496-15 (`avcC`).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, BinaryIO, cast

import numpy as np

from wavereel.errors import InputError, LimitError, NotMediaError, TruncatedError
from wavereel.media.mp4_entries import (
    AacConfig,
    AvcConfig,
    ColourBox,
    box_text,
    boxes,
    read_audio_entry,
    read_video_entry,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

MAX_INDEX_BYTES = 1 << 28
"""The index of a day at 60 pictures a second is 60 MB; a larger one is refused unread."""

MAX_TOP_BOXES = 1_000_000
"""Boxes at the top level: a fragmented file of a day has some hundred thousand."""

_HINT = "give an MP4 or MOV file"


@dataclass(frozen=True, slots=True)
class Edit:
    """An entry of an edit list: `length` in the movie's time scale, `media_time` in the track's (-1: an empty edit)."""

    length: int
    media_time: int
    rate: Fraction


@dataclass(frozen=True, slots=True)
class Mp4Track:
    """One track.

    Attributes:
        kind: The handler: `vide`, `soun`, `text` and the like.
        codec: Four characters of the sample entry, such as `avc1` or `mp4a`.
        timescale: Ticks a second of the media.
        media_ticks: Length that the media header states.
        header_ticks: Length that the track header states, in the movie's time scale.
        edits: The edit list; empty where there is none.
        samples: How many samples the size table lists.
        sample_ticks: Length by the sum of the time table.
        offsets: Whether samples are shown in another order than they are stored (`ctts`).
        key_samples: Numbers of the key samples, from 0; `None` where every sample is one.
        media_bytes: Sum of the samples' sizes.
        first_offset_ticks: Composition offset of the first sample.
        uniform: Whether every sample but the last has the same length: a constant frame rate.
        avc: The coded pictures' description, for H.264.
        colour: The container's colour description.
        aac: The sound's description, for AAC.
    """

    kind: str
    codec: str
    timescale: int
    media_ticks: int
    header_ticks: int
    edits: tuple[Edit, ...]
    samples: int
    sample_ticks: int
    offsets: bool
    key_samples: NDArray[np.int64] | None
    media_bytes: int
    first_offset_ticks: int
    uniform: bool
    width: int = 0
    height: int = 0
    avc: AvcConfig | None = None
    colour: ColourBox | None = None
    aac: AacConfig | None = None
    _sizes: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64), repr=False)
    _chunks: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64), repr=False)
    _runs: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 3), np.int64), repr=False)

    @property
    def length(self) -> Fraction:
        """Length of the media in seconds, by its table of times."""
        return Fraction(self.sample_ticks, self.timescale)

    @property
    def fps(self) -> Fraction:
        """Samples a second; 0 for an empty track."""
        return Fraction(self.samples * self.timescale, self.sample_ticks) if self.sample_ticks else Fraction(0)

    @property
    def real_edits(self) -> tuple[Edit, ...]:
        """The edits that change what is played: not the one that says "everything, from the start"."""
        if (
            len(self.edits) == 1
            and self.edits[0].media_time == self.first_offset_ticks == 0
            and self.edits[0].rate == 1
        ):
            return ()
        return self.edits

    def sample_places(self, numbers: NDArray[np.int64]) -> list[tuple[int, int]]:
        """Place and size in the file, in bytes, of the samples of these numbers (from 0, rising)."""
        if (
            not len(self._runs)
            or not len(self._chunks)
            or self._runs[0, 0] != 1
            or (np.diff(self._runs[:, 0]) < 1).any()
        ):
            return []
        lasts = np.append(self._runs[1:, 0] - 1, len(self._chunks))
        counts = np.clip(lasts - self._runs[:, 0] + 1, 0, len(self._chunks))
        per_chunk = np.repeat(self._runs[:, 1], counts)[: len(self._chunks)]
        firsts = np.concatenate(([0], np.cumsum(per_chunk)))
        starts = np.concatenate(([0], np.cumsum(self._sizes)))
        places: list[tuple[int, int]] = []
        wanted = numbers[(numbers >= 0) & (numbers < min(self.samples, int(firsts[-1])))]
        for number in cast("list[int]", wanted.tolist()):
            chunk = int(np.searchsorted(firsts, number, side="right")) - 1
            offset = int(self._chunks[chunk] + starts[number] - starts[firsts[chunk]])
            places.append((offset, int(self._sizes[number])))
        return places


@dataclass(frozen=True, slots=True)
class Mp4Facts:
    """A whole file.

    Attributes:
        brand: The major brand.
        moov_first: Whether the index stands before the media.
        fragmented: Whether the media comes in fragments with tables of their own, which are not read.
        timescale: Ticks a second of the movie.
        header_ticks: Length that the movie header states.
        tracks: In the file's order.
        file_bytes: Size of the file.
    """

    brand: str
    moov_first: bool
    fragmented: bool
    timescale: int
    header_ticks: int
    tracks: tuple[Mp4Track, ...]
    file_bytes: int

    @property
    def length(self) -> Fraction:
        """Length that the movie header states, in seconds."""
        return Fraction(self.header_ticks, self.timescale)

    def of_kind(self, kind: str) -> tuple[Mp4Track, ...]:
        """The tracks of a kind: `vide` or `soun`."""
        return tuple(track for track in self.tracks if track.kind == kind)


def read_mp4(path: Path) -> Mp4Facts:
    """The facts of an MP4 or MOV file.

    Raises:
        NotMediaError: It is none, or its boxes contradict themselves.
        TruncatedError: It ends inside a box.
        LimitError: Its index is larger than `MAX_INDEX_BYTES`.
        InputError: It cannot be read.
    """
    try:
        if path.exists() and not path.is_file():  # opening a pipe would wait for its writer for ever
            raise InputError(f"{path} is a folder, a device or a pipe", hint="name a video file")
        with path.open("rb") as file:
            return _read(file, path.name)
    except OSError as error:
        raise InputError(f"cannot read {path} ({error.strerror})", hint="check the path and its permissions") from None
    except (struct.error, ValueError, IndexError, OverflowError) as error:
        raise NotMediaError(f"the index of {path.name} is damaged ({error})", hint=_HINT) from None


def _read(file: BinaryIO, name: str) -> Mp4Facts:
    file_bytes = file.seek(0, 2)
    place, count, order = 0, 0, list[str]()
    brand, moov = "", None
    while place + 8 <= file_bytes and count < MAX_TOP_BOXES:
        count += 1
        file.seek(place)
        head = file.read(16)
        size, kind = struct.unpack_from(">I4s", head)
        skip = 8
        if size == 1 and len(head) == 16:
            (size,) = struct.unpack_from(">Q", head, 8)
            skip = 16
        elif size == 0:
            size = file_bytes - place
        box = box_text(kind)
        if size < skip or (place == 0 and box not in {"ftyp", "moov", "mdat", "free", "skip", "wide", "pnot"}):
            raise NotMediaError(f"{name} is not an MP4 file", hint=_HINT)
        if place + size > file_bytes:
            raise TruncatedError(f"{name} ends inside its box {box}", present_ms=0, hint="copy or download it again")
        if box not in order:
            order.append(box)
        if box in {"ftyp", "moov"}:
            if size > MAX_INDEX_BYTES:
                raise LimitError(f"the index of {name} is larger than {MAX_INDEX_BYTES >> 20} MiB", hint=_HINT)
            file.seek(place + skip)
            contents = file.read(size - skip)
            brand, moov = (box_text(contents[:4]), moov) if box == "ftyp" else (brand, contents)
        place += size
    if moov is None:
        raise NotMediaError(f"{name} is not an MP4 file with an index", hint=_HINT)
    first = "mdat" not in order or order.index("moov") < order.index("mdat")
    return _movie(moov, brand=brand, first=first, fragmented="moof" in order, file_bytes=file_bytes)


def _movie(moov: bytes, *, brand: str, first: bool, fragmented: bool, file_bytes: int) -> Mp4Facts:
    timescale, ticks = 0, 0
    tracks: list[Mp4Track] = []
    for name, contents in boxes(moov):
        if name == "mvhd":
            timescale, ticks = _times(contents)
        elif name == "trak":
            tracks.append(_track(contents))
        elif name == "mvex":
            fragmented = True
    if timescale < 1:
        raise ValueError("no movie header")
    return Mp4Facts(brand, first, fragmented, timescale, ticks, tuple(tracks), file_bytes)


def _track(trak: bytes) -> Mp4Track:
    found = dict[str, bytes]()
    for name, contents in _deep(trak, {"edts", "mdia", "minf", "stbl"}):
        found.setdefault(name, contents)
    timescale, media_ticks = _times(found["mdhd"]) if "mdhd" in found else (0, 0)
    if timescale < 1:
        raise ValueError("a track has no media header")
    kind = box_text(found.get("hdlr", b"")[8:12])
    codec, entry = next(boxes(found.get("stsd", b"")[8:]), ("", b""))
    sizes = _sizes(found.get("stsz", b""))
    times = _table(found.get("stts", b""), 2)
    shifts = _table(found.get("ctts", b""), 2, signed=True)
    keys = _table(found["stss"], 1)[:, 0] - 1 if "stss" in found else None
    wide = "co64" in found
    picture = read_video_entry(entry) if kind == "vide" and entry else None
    return Mp4Track(
        kind=kind,
        codec=codec,
        timescale=timescale,
        media_ticks=media_ticks,
        header_ticks=_header_ticks(found.get("tkhd", b"")),
        edits=_edits(found.get("elst", b"")),
        samples=len(sizes),
        sample_ticks=_sum_of_products(times),
        offsets=bool(len(shifts)) and bool((shifts[:, 1] != shifts[0, 1]).any()),
        key_samples=keys,
        media_bytes=int(sizes.sum()),
        first_offset_ticks=int(shifts[0, 1]) if len(shifts) else 0,
        uniform=_is_uniform(times),
        width=picture.width if picture else 0,
        height=picture.height if picture else 0,
        avc=picture.avc if picture else None,
        colour=picture.colour if picture else None,
        aac=read_audio_entry(entry) if kind == "soun" and codec == "mp4a" else None,
        _sizes=sizes,
        _chunks=_offsets(found.get("co64" if wide else "stco", b""), wide=wide),
        _runs=_table(found.get("stsc", b""), 3),
    )


def _deep(data: bytes, containers: set[str]) -> Iterator[tuple[str, bytes]]:
    for name, contents in boxes(data):
        if name in containers:
            # Each container holds the others at most once over, so the depth is bounded by their number.
            yield from _deep(contents, containers - {name})
        else:
            yield name, contents


def _times(box: bytes) -> tuple[int, int]:
    """Time scale and length of `mvhd` or `mdhd`; an unknown length is all ones."""
    long = box[:1] == b"\1"
    timescale, length = struct.unpack_from(">IQ" if long else ">II", box, 20 if long else 12)
    return timescale, 0 if length == (2**64 - 1 if long else 2**32 - 1) else length


def _header_ticks(box: bytes) -> int:
    if not box:
        return 0
    long = box[:1] == b"\1"
    return struct.unpack_from(">Q" if long else ">I", box, 28 if long else 20)[0]


def _edits(box: bytes) -> tuple[Edit, ...]:
    if not box:
        return ()
    layout = struct.Struct(">Qqhh" if box[:1] == b"\1" else ">Iihh")
    (count,) = struct.unpack_from(">I", box, 4)
    if count > (len(box) - 8) // layout.size:
        raise ValueError("the edit list is cut off")
    rows = layout.iter_unpack(box[8 : 8 + count * layout.size])
    return tuple(Edit(length, time, Fraction(whole * 65536 + part, 65536)) for length, time, whole, part in rows)


def _table(box: bytes, columns: int, *, signed: bool = False) -> NDArray[np.int64]:
    """A counted table of 32 bit numbers as `(rows, columns)` int64. The last column may be signed."""
    if not box:
        return np.zeros((0, columns), np.int64)
    (count,) = struct.unpack_from(">I", box, 4)
    if count > (len(box) - 8) // (4 * columns):
        raise ValueError("a table is cut off")
    rows = np.frombuffer(box, ">u4", count * columns, 8).astype(np.int64).reshape(count, columns)
    if signed and box[:1] == b"\1" and count:
        rows[:, -1] -= (rows[:, -1] >= 2**31) * 2**32
    return rows


def _sizes(box: bytes) -> NDArray[np.int64]:
    if not box:
        return np.zeros(0, np.int64)
    each, count = struct.unpack_from(">II", box, 4)
    if each:
        if count > MAX_INDEX_BYTES // 8:
            raise ValueError("the table of sizes is too long")
        return np.full(count, each, np.int64)
    if count > (len(box) - 12) // 4:
        raise ValueError("the table of sizes is cut off")
    return np.frombuffer(box, ">u4", count, 12).astype(np.int64)


def _offsets(box: bytes, *, wide: bool) -> NDArray[np.int64]:
    if not box:
        return np.zeros(0, np.int64)
    (count,) = struct.unpack_from(">I", box, 4)
    width = 8 if wide else 4
    if count > (len(box) - 8) // width:
        raise ValueError("the table of chunks is cut off")
    # A place past 2^62 is damage; masking keeps sums within 64 bits.
    return np.frombuffer(box, f">u{width}", count, 8).astype(np.uint64).astype(np.int64) & (2**62 - 1)


def _sum_of_products(times: NDArray[np.int64]) -> int:
    # Python's integers: 2^32 samples of 2^32 ticks do not fit in 64 bits.
    return sum(count * length for count, length in times.tolist())


def _is_uniform(times: NDArray[np.int64]) -> bool:
    lengths = times[times[:, 0] > 0] if len(times) else times
    return len(lengths) <= 1 or (len(lengths) == 2 and int(lengths[1, 0]) == 1)
