"""Sample `k` of the mix is at `k` in the MP4, and both ways of making a track keep its length."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from wavereel.errors import InputError, OutputError
from wavereel.media.aac import AacTrack, copy_aac, decode_track, encode_aac
from wavereel.media.decode import decode_audio
from wavereel.media.signals import clicks, sweep, tone, write_sound

if TYPE_CHECKING:
    from pathlib import Path


def mux(track: AacTrack, path: Path) -> None:
    options = {"use_editlist": "1" if track.keeps_edit_list else "0"}
    with av.open(str(path), "w", options=options) as container:
        stream = track.add_to(container)
        for coded in track.packets():
            packet = av.Packet(coded.data)
            packet.stream = stream
            packet.time_base = Fraction(1, track.sample_rate_hz)
            packet.pts = packet.dts = coded.pts
            packet.duration = coded.duration
            packet.is_keyframe = True
            container.mux_one(packet)


@pytest.mark.parametrize("samples", [1, 1000, 1024, 1025, 47_104, 48_000, 100_001])
def test_length_is_exact(tmp_path: Path, samples: int):
    track = encode_aac([tone(samples)], samples, spool=tmp_path / "spool")
    packets = list(track.packets())
    assert [packet.pts for packet in packets] == list(range(0, samples, 1024))
    assert sum(packet.duration for packet in packets) == samples
    assert sum(len(block) for block in decode_track(track)) == samples
    assert not track.keeps_edit_list


def test_clicks_are_on_their_samples_in_an_mp4_without_edit_list(tmp_path: Path):
    at = [5_000, 20_001, 46_000]
    track = encode_aac([clicks(48_000, at)], 48_000, spool=tmp_path / "spool")
    mux(track, tmp_path / "out.mp4")
    assert b"elst" not in (tmp_path / "out.mp4").read_bytes()
    for sound in (
        np.concatenate(list(decode_audio(tmp_path / "out.mp4"))),
        np.concatenate(list(decode_track(track))),
    ):
        assert len(sound) == 48_000
        assert [int(np.argmax(np.abs(sound[place - 900 : place + 900, 0]))) - 900 for place in at] == [0, 0, 0]


def test_block_lengths_do_not_matter(tmp_path: Path):
    sound = sweep(30_000)
    parts = np.split(sound, [1, 500, 1524, 9_999, 29_999])
    whole = encode_aac([sound], 30_000, spool=tmp_path / "one")
    pieces = encode_aac(parts, 30_000, spool=tmp_path / "two")
    assert whole.path.read_bytes() == pieces.path.read_bytes()
    assert list(whole.sizes) == list(pieces.sizes)


def test_too_little_is_filled_with_silence_and_too_much_left_out(tmp_path: Path):
    short = encode_aac([tone(10_000, dbfs=-6)], 20_000, spool=tmp_path / "one")
    sound = np.concatenate(list(decode_track(short)))
    assert len(sound) == 20_000
    assert np.abs(sound[13_000:]).max() < 1e-4
    long = encode_aac([tone(30_000)], 20_000, spool=tmp_path / "two")
    assert sum(len(block) for block in decode_track(long)) == 20_000


def test_a_spool_that_cannot_be_written_is_said(tmp_path: Path):
    with pytest.raises(OutputError, match="cannot be written"):
        encode_aac([tone(48_000)], 48_000, spool=tmp_path / "missing" / "spool")


@pytest.mark.parametrize(
    ("ending", "rate_hz", "channels"), [("m4a", 44_100, 2), ("m4a", 48_000, 1), ("mka", 44_100, 2)]
)
def test_copied_packets_decode_to_the_same_samples(tmp_path: Path, ending: str, rate_hz: int, channels: int):
    path = tmp_path / f"in.{ending}"
    write_sound(path, sweep(rate_hz * 2, rate_hz=rate_hz)[:, :channels], rate_hz=rate_hz, codec="aac")
    track = copy_aac(path, spool=tmp_path / "spool")
    assert track.priming_samples == 1024
    assert track.keeps_edit_list
    original = np.concatenate(list(decode_audio(path, rate_hz=rate_hz)))
    mux(track, tmp_path / "out.mp4")
    again = np.concatenate(list(decode_audio(tmp_path / "out.mp4", rate_hz=rate_hz)))
    copied = np.concatenate(list(decode_track(track)))
    common = min(len(original), len(copied), len(again))
    assert len(original) - common < 50
    np.testing.assert_array_equal(copied[:common], original[:common])
    np.testing.assert_array_equal(again[:common], original[:common])


def test_a_bare_stream_is_copied(tmp_path: Path):
    path = tmp_path / "in.aac"
    write_sound(path, tone(48_000, dbfs=-6), codec="aac")
    track = copy_aac(path, spool=tmp_path / "spool")
    assert (track.priming_samples, track.sample_rate_hz, track.channels) == (0, 48_000, 2)
    assert len(track.extradata) >= 2
    copied = np.concatenate(list(decode_track(track)))
    np.testing.assert_array_equal(copied, np.concatenate(list(decode_audio(path))))


def test_a_copy_is_made_longer_with_silence_and_shorter(tmp_path: Path):
    path = tmp_path / "in.m4a"
    write_sound(path, tone(48_000, dbfs=-6), codec="aac")
    longer = np.concatenate(list(decode_track(copy_aac(path, spool=tmp_path / "long", samples=60_000))))
    assert len(longer) == 60_000
    assert np.abs(longer[51_000:]).max() == 0
    shorter = copy_aac(path, spool=tmp_path / "short", samples=10_000)
    assert sum(packet.duration for packet in shorter.packets()) == 11_024
    assert sum(len(block) for block in decode_track(shorter)) == 10_000


@pytest.mark.parametrize(
    ("ending", "codec", "channels"), [("mp3", "libmp3lame", 2), ("m4a", "aac", 6), ("m4a", "alac", 2)]
)
def test_what_is_not_aac_in_stereo_is_not_copied(tmp_path: Path, ending: str, codec: str, channels: int):
    path = tmp_path / f"in.{ending}"
    write_sound(path, tone(9600, channels=channels), codec=codec)
    with pytest.raises(InputError, match="not AAC-LC"):
        copy_aac(path, spool=tmp_path / "spool")
