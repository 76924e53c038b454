"""Key pictures of an H.264 track in an MP4, read without decoding: are its groups of pictures closed?"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from wavereel.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from wavereel.media.mp4_boxes import Mp4Track

MAX_LOOKED_AT = 20_000
"""Key pictures that are opened; of a longer file an even choice is."""

_HEAD_BYTES = 4096
_IDR, _SLICE = 5, 1
_CONSTANT_QUALITY = (b"rc=crf", b"rc=cqp")
"""In the note that x264 writes into its first picture: a constant rate factor or quantiser."""


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """The groups of pictures of a track.

    Attributes:
        count: How many key pictures there are.
        longest_s: Greatest time from one to the next, or to the end.
        first_is_key: Whether the first picture is one.
        closed: Whether every one that was looked at is an IDR picture, across which no picture refers (ITU-T H.264,
            3.69); `None` where the codec is another one.
        constant_quality: Whether the encoder's own note says that quality, not a rate, was asked for.
    """

    count: int
    longest_s: Fraction
    first_is_key: bool
    closed: bool | None
    constant_quality: bool


def read_keys(path: Path, track: Mp4Track) -> KeyFacts:
    """The key pictures of a video track.

    Raises:
        InputError: The file cannot be read.
    """
    keys = np.arange(track.samples) if track.key_samples is None else track.key_samples
    gaps = np.diff(np.append(keys, track.samples))
    frame_s = track.length / track.samples if track.samples else Fraction(0)
    longest = int(gaps.max()) * frame_s if len(gaps) else track.length
    first = bool(len(keys)) and int(keys[0]) == 0
    if track.avc is None:
        return KeyFacts(len(keys), longest, first, None, constant_quality=False)
    looked_at = keys[:: 1 + len(keys) // MAX_LOOKED_AT]
    closed, noted = True, False
    try:
        with path.open("rb") as file:
            for number, (place, size) in enumerate(track.sample_places(looked_at)):
                head = _head(file, place, size)
                noted = noted or (number == 0 and any(note in head for note in _CONSTANT_QUALITY))
                closed = closed and _is_idr(head, track.avc.nal_bytes)
    except (OSError, OverflowError) as error:
        raise InputError(f"cannot read {path.name} ({error})", hint="check the file and its permissions") from None
    return KeyFacts(len(keys), longest, first, closed, noted)


def _head(file: BinaryIO, place: int, size: int) -> bytes:
    file.seek(place)
    return file.read(min(size, _HEAD_BYTES))


def _is_idr(sample: bytes, nal_bytes: int) -> bool:
    """Whether the first slice in an access unit with length prefixes is of an IDR picture."""
    place = 0
    while place + nal_bytes < len(sample):
        size = int.from_bytes(sample[place : place + nal_bytes], "big")
        kind = sample[place + nal_bytes] & 31
        if kind in {_IDR, _SLICE}:
            return kind == _IDR
        place += nal_bytes + size
    return False
