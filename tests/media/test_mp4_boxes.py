"""The box reader: exact facts of files made here, and an error of ours for any other bytes."""

import contextlib
import struct
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.media.mp4_files import make_mp4

from wavereel.errors import InputError, LimitError, NotMediaError, TruncatedError
from wavereel.media import mp4_boxes
from wavereel.media.bits import BitReader, unescape
from wavereel.media.mp4_boxes import read_mp4
from wavereel.media.mp4_entries import ColourBox, boxes, read_avc_config


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("mp4") / "plain.mp4"
    make_mp4(path)
    return path


def test_facts_of_a_plain_file(plain: Path):
    facts = read_mp4(plain)
    assert facts.moov_first and not facts.fragmented
    assert facts.file_bytes == plain.stat().st_size
    (video,) = facts.of_kind("vide")
    assert (video.codec, video.width, video.height) == ("avc1", 64, 48)
    assert (video.samples, video.length, video.fps) == (25, Fraction(1), Fraction(25))
    assert video.uniform and not video.offsets and video.edits == ()
    assert video.key_samples.tolist() == [0, 10, 20]
    assert (video.avc.profile, video.avc.chroma, video.avc.bit_depth, video.avc.interlaced) == ("High", 1, 8, False)
    assert video.avc.colour == ColourBox(1, 1, 1, full_range=False) == video.colour
    assert video.avc.tick_rate == 25
    (audio,) = facts.of_kind("soun")
    assert (audio.codec, audio.samples, audio.key_samples) == ("mp4a", 47, None)
    assert audio.sample_ticks == 47 * 1024
    assert (audio.aac.object_type, audio.aac.sample_rate_hz, audio.aac.channels) == ("AAC-LC", 48000, 2)
    assert facts.length == max(Fraction(track.header_ticks, facts.timescale) for track in facts.tracks)


def test_places_of_samples_hold_their_bytes(plain: Path):
    (video,) = read_mp4(plain).of_kind("vide")
    with av.open(str(plain)) as file:
        packets = [bytes(packet) for packet in file.demux(video=0) if packet.size]
    data = plain.read_bytes()
    places = video.sample_places(np.arange(-1, 30))
    assert [data[place : place + size] for place, size in places] == packets
    assert video.media_bytes == sum(map(len, packets))


def test_moov_behind_the_media_is_seen(tmp_path: Path):
    make_mp4(tmp_path / "late.mp4", movflags="")
    assert not read_mp4(tmp_path / "late.mp4").moov_first


def test_edit_lists_and_reordering_are_seen(tmp_path: Path):
    make_mp4(tmp_path / "edits.mp4", edit_list=True, encoder="keyint=10:scenecut=0:bframes=2:b-adapt=0")
    facts = read_mp4(tmp_path / "edits.mp4")
    (video,), (audio,) = facts.of_kind("vide"), facts.of_kind("soun")
    assert video.offsets and video.edits[0].media_time > 0 and video.real_edits == video.edits
    assert audio.edits[0].media_time == 1024 and audio.real_edits


def test_an_edit_that_changes_nothing_is_none(tmp_path: Path):
    make_mp4(tmp_path / "edits.mp4", edit_list=True, sound=False)
    (video,) = read_mp4(tmp_path / "edits.mp4").tracks
    assert len(video.edits) == 1 and video.real_edits == ()


def test_fragments_are_seen(tmp_path: Path):
    make_mp4(tmp_path / "fragments.mp4", movflags="frag_keyframe+empty_moov")
    assert read_mp4(tmp_path / "fragments.mp4").fragmented


def test_other_profiles_are_named(tmp_path: Path):
    make_mp4(tmp_path / "444.mp4", pixel_format="yuv444p", profile="high444", sound=False)
    (video,) = read_mp4(tmp_path / "444.mp4").tracks
    assert (video.avc.profile, video.avc.chroma) == ("High 4:4:4", 3)
    make_mp4(tmp_path / "base.mp4", encoder="keyint=10", profile="baseline", sound=False)
    assert read_mp4(tmp_path / "base.mp4").tracks[0].avc.profile == "Baseline"


@pytest.mark.parametrize("data", [b"", b"text", b"RIFF\0\0\0\0WAVEfmt ", b"\0\0\0\x08ftyp", b"\0\0\0\x08moov"])
def test_other_files_are_refused(tmp_path: Path, data: bytes):
    (tmp_path / "x.mp4").write_bytes(data)
    with pytest.raises(NotMediaError, match=r"x\.mp4"):
        read_mp4(tmp_path / "x.mp4")


def test_a_file_cut_off_is_truncated(tmp_path: Path, plain: Path):
    data = plain.read_bytes()
    for keep in (len(data) - 1, 700, 100):
        (tmp_path / "cut.mp4").write_bytes(data[:keep])
        with pytest.raises(TruncatedError):
            read_mp4(tmp_path / "cut.mp4")


def test_a_huge_index_is_refused_unread(tmp_path: Path, plain: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(mp4_boxes, "MAX_INDEX_BYTES", 500)
    with pytest.raises(LimitError):
        read_mp4(plain)


def test_a_missing_file_is_an_input_error(tmp_path: Path):
    for path in (tmp_path / "none.mp4", tmp_path):
        with pytest.raises(InputError, match=path.name):
            read_mp4(path)


def test_a_table_may_not_promise_more_than_it_holds(tmp_path: Path, plain: Path):
    data = bytearray(plain.read_bytes())
    for table in (b"stts", b"stsz", b"stss", b"stsc", b"stco"):
        changed = bytearray(data)
        at = changed.index(table) + (12 if table == b"stsz" else 8)
        changed[at : at + 4] = b"\x7f\xff\xff\xff"
        (tmp_path / "lie.mp4").write_bytes(changed)
        with pytest.raises(NotMediaError, match="damaged"):
            read_mp4(tmp_path / "lie.mp4")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("mp4") / "small.mp4"
    make_mp4(path, frames=5, audio_packets=4, edit_list=True)
    return path


@given(st.lists(st.tuples(st.integers(0, 2500), st.integers(0, 255)), min_size=1, max_size=8))
@settings(max_examples=400)
def test_any_damage_ends_in_facts_or_in_our_error(small: Path, changes):
    data = bytearray(small.read_bytes())
    for place, value in changes:
        data[place % len(data)] = value
    path = small.with_name("fuzz.mp4")
    path.write_bytes(data)
    try:
        facts = read_mp4(path)
    except InputError as error:
        assert "\n" not in str(error)
        return
    for track in facts.tracks:
        assert track.fps >= 0 and track.real_edits is not None
        assert all(size >= 0 for _, size in track.sample_places(np.arange(10)))


@given(st.binary(max_size=80))
def test_any_bytes_are_boxes_or_a_value_error(data: bytes):
    try:
        assert sum(8 + len(contents) for _, contents in boxes(data)) <= len(data)
    except ValueError:
        pass
    except struct.error:
        assert len(data) >= 8


@given(st.binary(max_size=60))
def test_any_parameter_set_is_read_or_a_value_error(data: bytes):
    head = b"\1\x64\0\x1e\xff\xe1" + struct.pack(">H", len(data) + 2) + b"\x67\x64"
    with contextlib.suppress(ValueError):
        assert read_avc_config(head + data).nal_bytes == 4


def test_numbers_of_exp_golomb():
    # 1 010 011 00100 00101 of table 9-1: 0, 1, 2, 3, 4; signed 0, 1, -1, 2, -2
    data = int("1010011001000010100000000"[:24], 2).to_bytes(3, "big")
    reader = BitReader(data)
    assert [reader.ue() for _ in range(5)] == [0, 1, 2, 3, 4]
    reader = BitReader(data)
    assert [reader.se() for _ in range(5)] == [0, 1, -1, 2, -2]
    with pytest.raises(ValueError):
        BitReader(b"\0" * 9).ue()


def test_emulation_prevention_is_taken_out():
    assert unescape(b"\1\0\0\3\1\0\0\3\0\0\3\2") == b"\1\0\0\1\0\0\0\0\2"
