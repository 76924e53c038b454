"""Damaged files are read as far as they go or refused in one line; nothing hangs, crashes or gives wild values."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from wavereel.errors import InputError, NotMediaError, WavereelError
from wavereel.media.aac import copy_aac, decode_track
from wavereel.media.decode import decode_audio
from wavereel.media.probe import probe
from wavereel.media.signals import speech_like, write_sound
from wavereel.media.sniff import sniff

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KINDS = [
    ("mp3", "libmp3lame"),
    ("m4a", "aac"),
    ("aac", "aac"),
    ("mka", "aac"),
    ("flac", "flac"),
    ("wav", "pcm_s16le"),
    ("wav", "pcm_f32le"),
    ("opus", "libopus"),
    ("webm", "libopus"),
    ("ogg", "vorbis"),
    ("avi", "libmp3lame"),
    ("mp4", "alac"),
    ("aiff", "pcm_s16be"),
    ("caf", "pcm_s16le"),
]
ROUNDS = 8


@pytest.fixture(scope="module")
def sound() -> np.ndarray:
    return speech_like(72_000, dbfs=-15)


def damaged(data: bytes, dice: random.Random) -> bytes:
    """Cut off, with some bytes changed (half of them near the start), with a hole, or with noise put in."""
    result = bytearray(data)
    at = dice.randrange(len(result))
    kind = dice.randrange(4)
    if kind == 0:
        return bytes(result[:at])
    if kind == 1:
        for _ in range(dice.choice([1, 3, 10, 100])):
            result[dice.randrange(dice.choice([len(result), min(len(result), 2000)]))] = dice.randrange(256)
    elif kind == 2:
        del result[at : at + dice.randrange(1, 5000)]
    else:
        result[at:at] = dice.randbytes(dice.randrange(1, 3000))
    return bytes(result)


def outcome(use: Callable[[], object]) -> bool:
    """Whether `use` worked; an error must be one of ours, and one line."""
    try:
        use()
    except WavereelError as error:
        assert isinstance(error, InputError)
        assert "\n" not in str(error)
        return False
    return True


def check_blocks(path: Path, **options) -> None:
    total = 0
    for block in decode_audio(path, salvage=True, **options):
        assert np.isfinite(block).all()
        assert np.abs(block).max() <= 8
        total += len(block)
    assert total < 48_000 * 60


@pytest.mark.parametrize(("ending", "codec"), KINDS)
def test_damage_is_survived_or_said(tmp_path: Path, sound: np.ndarray, ending: str, codec: str):
    path = tmp_path / f"case.{ending}"
    write_sound(path, sound, codec=codec, tags={"title": "Title"})
    whole = path.read_bytes()
    dice = random.Random(f"{ending} {codec}")
    worked = 0
    for _ in range(ROUNDS):
        path.write_bytes(damaged(whole, dice))
        outcome(lambda: probe(path))
        worked += outcome(lambda: check_blocks(path))
        outcome(lambda: check_blocks(path, start_sample=36_000))
        if codec == "aac":
            outcome(lambda: list(decode_track(copy_aac(path, spool=tmp_path / "spool"))))
    assert worked > 0


@pytest.mark.parametrize(("ending", "codec"), KINDS)
def test_every_short_head_is_survived_or_said(tmp_path: Path, sound: np.ndarray, ending: str, codec: str):
    path = tmp_path / f"head.{ending}"
    write_sound(path, sound[:4800], codec=codec)
    whole = path.read_bytes()
    for length in (1, 2, 3, 4, 7, 8, 11, 12, 16, 20, 27, 28, 36, 40, 43, 44, 60, 100, 200, 400):
        path.write_bytes(whole[:length])
        outcome(lambda: probe(path, salvage=True))
        outcome(lambda: check_blocks(path))


def test_a_codec_that_nobody_knows_is_said(tmp_path: Path, sound: np.ndarray):
    path = tmp_path / "strange.wav"
    write_sound(path, sound, codec="pcm_s16le")
    data = bytearray(path.read_bytes())
    data[20:22] = b"\x77\x77"
    path.write_bytes(data)
    with pytest.raises(InputError, match="coded in an unknown way"):
        probe(path)
    with pytest.raises(InputError):
        list(decode_audio(path))


@pytest.mark.parametrize(("ending", "codec"), [("mp3", "libmp3lame"), ("aac", "aac")])
def test_frames_are_found_where_a_recording_was_cut(tmp_path: Path, sound: np.ndarray, ending: str, codec: str):
    whole = tmp_path / f"whole.{ending}"
    write_sound(whole, sound, codec=codec)
    data = whole.read_bytes()
    data = data[data.index(b"\xff", 200) :] if ending == "mp3" else data
    path = tmp_path / f"cut.{ending}"
    for cut in (1, 77, 300):
        for lead in (b"", bytes(5000)):
            path.write_bytes(lead + data[cut:])
            assert sniff(path).container == ending
    path.write_bytes(random.Random(1).randbytes(4000) + data)
    with pytest.raises(NotMediaError):
        sniff(path)


def test_bytes_of_anything_are_no_sound(tmp_path: Path):
    dice = random.Random(2)
    path = tmp_path / "a.mp3"
    for _ in range(60):
        table = b"".join(dice.randbytes(12) + b"\xff\xff\xff\xff" for _ in range(400))
        path.write_bytes(b"\x7fELF\2\1\1" + bytes(9) + dice.randbytes(3000) + table + dice.randbytes(12_000))
        with pytest.raises(NotMediaError):
            sniff(path)
