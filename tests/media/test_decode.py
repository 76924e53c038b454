"""Clicks come back on their samples, and nothing before the first or after the last sample, whatever the file."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from wavereel.errors import InputError, NoSoundError, TruncatedError
from wavereel.media.decode import decode_audio, measured_samples
from wavereel.media.probe import probe
from wavereel.media.signals import channel_ids, clicks, sweep, tone, white_noise, write_sound

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


def decoded(path: Path, **options) -> NDArray[np.float32]:
    blocks = list(decode_audio(path, **options))
    assert all(block.dtype == np.float32 for block in blocks)
    return np.concatenate(blocks) if blocks else np.zeros((0, 2), np.float32)


def resampled(samples: int, rate_hz: int) -> int:
    return -(-samples * 48_000 // rate_hz)


def highest_near(sound: NDArray[np.float32], at: int, around: int = 3000) -> int:
    start = max(0, at - around)
    return int(np.argmax(np.abs(sound[start : at + around, 0]))) + start


EXACT = [
    ("mp3", "libmp3lame", 44_100),
    ("mp3", "libmp3lame", 48_000),
    ("mp3", "libmp3lame", 22_050),
    ("mp3", "libmp3lame", 8_000),
    ("m4a", "aac", 44_100),
    ("m4a", "aac", 48_000),
    ("m4a", "aac", 96_000),
    ("mov", "aac", 44_100),
    ("mp4", "aac", 8_000),
    ("mp4", "alac", 44_100),
    ("mov", "pcm_s16le", 22_050),
    ("flac", "flac", 44_100),
    ("flac", "flac", 192_000),
    ("ogg", "flac", 44_100),
    ("opus", "libopus", 48_000),
    ("ogg", "libopus", 48_000),
    ("wav", "pcm_s16le", 8_000),
    ("wav", "pcm_s24le", 44_100),
    ("wav", "pcm_f32le", 192_000),
    ("wav", "pcm_u8", 22_050),
    ("aiff", "pcm_s16be", 44_100),
    ("caf", "pcm_s16le", 48_000),
    ("avi", "pcm_s16le", 48_000),
]


@pytest.mark.parametrize(("ending", "codec", "rate_hz"), EXACT)
def test_length_and_clicks_are_exact(tmp_path: Path, ending: str, codec: str, rate_hz: int):
    samples = rate_hz * 2 + 1234
    at = [rate_hz // 2 + 7, rate_hz, rate_hz * 2 - 100]
    path = tmp_path / f"clicks.{ending}"
    write_sound(path, clicks(samples, at), rate_hz=rate_hz, codec=codec)

    assert probe(path).audio[0].samples == samples
    assert probe(path).duration_ms == -(-samples * 1000 // rate_hz)
    sound = decoded(path)
    assert sound.shape == (resampled(samples, rate_hz), 2)
    assert measured_samples(path) == len(sound)
    for place in at:
        assert abs(highest_near(sound, round(place * 48_000 / rate_hz)) - place * 48_000 / rate_hz) <= 1


LOOSE = [
    ("mka", "aac"),
    ("mkv", "libmp3lame"),
    ("mkv", "flac"),
    ("webm", "libopus"),
    ("webm", "vorbis"),
    ("ogg", "vorbis"),
]


@pytest.mark.parametrize(("ending", "codec"), LOOSE)
def test_clicks_are_exact_where_the_container_tells_no_exact_length(tmp_path: Path, ending: str, codec: str):
    samples = 48_000 * 2 + 777
    at = [24_007, 48_000, 95_900]
    path = tmp_path / f"clicks.{ending}"
    write_sound(path, clicks(samples, at), codec=codec)
    sound = decoded(path)
    assert 0 <= len(sound) - samples < 1024
    assert [highest_near(sound, place) for place in at] == at
    assert measured_samples(path) == len(sound)
    assert abs(probe(path).duration_ms - samples / 48) < 40


SEEKABLE = [
    ("mp3", "libmp3lame", 44_100),
    ("m4a", "aac", 44_100),
    ("mka", "aac", 44_100),
    ("aac", "aac", 48_000),
    ("flac", "flac", 44_100),
    ("wav", "pcm_s16le", 44_100),
    ("opus", "libopus", 48_000),
    ("ogg", "vorbis", 44_100),
    ("webm", "vorbis", 44_100),
    ("avi", "libmp3lame", 44_100),
]


@pytest.mark.parametrize(("ending", "codec", "rate_hz"), SEEKABLE)
def test_a_part_is_what_reading_from_the_start_gives(tmp_path: Path, ending: str, codec: str, rate_hz: int):
    path = tmp_path / f"sweep.{ending}"
    write_sound(path, sweep(rate_hz * 16 + 333, rate_hz=rate_hz), rate_hz=rate_hz, codec=codec)
    whole = decoded(path)
    for start, stop in ((48_000 * 12 + 1234, 48_000 * 14 + 5), (100, 700), (0, 1), (len(whole) - 10, len(whole) + 99)):
        part = decoded(path, start_sample=start, stop_sample=stop)
        assert part.shape == whole[start:stop].shape
        assert np.abs(part - whole[start:stop]).max() < 1e-4


def test_a_range_behind_the_end_is_empty(tmp_path: Path):
    path = tmp_path / "short.wav"
    write_sound(path, tone(4800), codec="pcm_s16le")
    assert len(decoded(path, start_sample=4800)) == 0
    assert len(decoded(path, start_sample=100, stop_sample=100)) == 0


def test_blocks_are_one_second_but_the_last(tmp_path: Path):
    path = tmp_path / "tone.flac"
    write_sound(path, tone(120_001), codec="flac")
    assert [len(block) for block in decode_audio(path)] == [48_000, 48_000, 24_001]


def test_pcm_at_48_khz_comes_back_bit_for_bit(tmp_path: Path):
    path = tmp_path / "noise.wav"
    noise = white_noise(50_000)
    write_sound(path, noise, codec="pcm_f32le")
    np.testing.assert_array_equal(decoded(path), noise)


def test_one_channel_becomes_two_equal_ones_at_the_same_level(tmp_path: Path):
    path = tmp_path / "mono.wav"
    sound = tone(9600, channels=1)
    write_sound(path, sound, codec="pcm_f32le")
    np.testing.assert_array_equal(decoded(path), np.repeat(sound, 2, axis=1))
    np.testing.assert_array_equal(decoded(path, mono=True), sound)


def test_mono_is_the_mean_of_left_and_right(tmp_path: Path):
    path = tmp_path / "stereo.wav"
    sound = white_noise(9600)
    write_sound(path, sound, codec="pcm_f32le")
    np.testing.assert_allclose(decoded(path, mono=True)[:, 0], sound.mean(axis=1), atol=1e-7)


def test_surround_is_mixed_down_with_the_weights_of_bs_775(tmp_path: Path):
    path = tmp_path / "surround.wav"
    write_sound(path, channel_ids(6 * 8000), codec="pcm_f32le")
    power = np.sqrt((decoded(path).reshape(6, 8000, 2) ** 2).mean(axis=1)) / (10 ** (-12 / 20) / np.sqrt(2))
    half = np.sqrt(0.5)
    expected = [[1, 0], [0, 1], [half, half], [0, 0], [half, 0], [0, half]]
    np.testing.assert_allclose(power, expected, atol=0.01)


def test_another_rate_can_be_asked_for(tmp_path: Path):
    path = tmp_path / "clicks.flac"
    write_sound(path, clicks(88_200, [44_100]), rate_hz=44_100, codec="flac")
    sound = decoded(path, rate_hz=16_000, mono=True)
    assert sound.shape == (32_000, 1)
    assert highest_near(sound, 16_000) == 16_000


def test_the_edit_list_of_an_mp4_cuts_the_sound(tmp_path: Path):
    path = tmp_path / "cut.m4a"
    write_sound(path, clicks(48_000, [10_000, 40_000]), codec="aac")
    data = bytearray(path.read_bytes())
    at = data.index(b"elst")
    data[at + 12 : at + 16] = (500).to_bytes(4, "big")
    path.write_bytes(data)
    assert probe(path).audio[0].samples == 24_000
    sound = decoded(path)
    assert len(sound) == 24_000
    assert highest_near(sound, 10_000) == 10_000


def itunes_tag(text: str) -> bytes:
    """`udta` with one freeform tag of iTunes."""

    def box(kind: bytes, body: bytes) -> bytes:
        return (8 + len(body)).to_bytes(4, "big") + kind + body

    name = box(b"mean", b"\0\0\0\0com.apple.iTunes") + box(b"name", b"\0\0\0\0iTunSMPB")
    item = box(b"----", name + box(b"data", b"\0\0\0\1\0\0\0\0" + text.encode()))
    handler = box(b"hdlr", b"\0\0\0\0\0\0\0\0mdirappl" + b"\0" * 9)
    return box(b"udta", box(b"meta", b"\0\0\0\0" + handler + box(b"ilst", item)))


def test_the_gapless_tag_of_itunes_cuts_both_ends(tmp_path: Path):
    path = tmp_path / "gapless.m4a"
    write_sound(path, clicks(50_000, [20_000, 45_000]), codec="aac")
    data = path.read_bytes().replace(b"elst", b"free").replace(b"udta", b"free")
    at = data.index(b"moov") - 4
    tag = itunes_tag(f" 00000000 {1024:08X} {176:08X} {50_000:016X} 00000000")
    size = int.from_bytes(data[at : at + 4], "big") + len(tag)
    path.write_bytes(data[:at] + size.to_bytes(4, "big") + data[at + 4 :] + tag)
    assert probe(path).audio[0].samples == 50_000
    sound = decoded(path)
    assert len(sound) == 50_000
    assert [highest_near(sound, place) for place in (20_000, 45_000)] == [20_000, 45_000]


def test_sound_that_starts_after_the_picture_is_led_in_by_silence(tmp_path: Path):
    path = tmp_path / "late.mkv"
    with av.open(str(path), "w") as container:
        video = container.add_stream("mpeg4", rate=25)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        audio = container.add_stream("pcm_s16le", rate=48_000)
        audio.layout = "stereo"
        for number in range(25):
            frame = av.VideoFrame(64, 48, "yuv420p")
            frame.pts = number
            frame.time_base = Fraction(1, 25)
            container.mux(video.encode(frame))
        samples = (clicks(24_000, [100]) * 32_767).astype(np.int16).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(samples, "s16", "stereo")
        frame.sample_rate, frame.pts, frame.time_base = 48_000, 12_000, Fraction(1, 48_000)
        container.mux(audio.encode(frame))
        container.mux(video.encode(None))
        container.mux(audio.encode(None))
    sound = decoded(path)
    assert highest_near(sound, 12_100) == 12_100
    assert len(sound) == 36_000
    np.testing.assert_array_equal(decoded(path, start_sample=11_000, stop_sample=13_000), sound[11_000:13_000])


def test_damaged_packets_do_not_move_what_follows(tmp_path: Path):
    path = tmp_path / "damaged.m4a"
    write_sound(path, clicks(48_000 * 4, [20_000, 150_000]), codec="aac", bit_rate=128_000)
    data = bytearray(path.read_bytes())
    with av.open(str(path)) as container:
        packets = [(packet.pos, packet.size) for packet in container.demux(audio=0) if packet.size]
    for start, size in packets[60:66]:
        data[start : start + size] = b"\xff" * size
    path.write_bytes(data)
    sound = decoded(path)
    assert len(sound) == 48_000 * 4
    assert highest_near(sound, 150_000) == 150_000


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_values_that_are_no_numbers_are_refused_or_silenced(tmp_path: Path, value: float):
    path = tmp_path / "broken.wav"
    sound = tone(96_000)
    sound[50_000] = value
    write_sound(path, sound, codec="pcm_f32le")
    # The resampler of the writer passes them on as they are.
    with pytest.raises(InputError, match="no numbers, near 0:01"):
        decoded(path)
    saved = decoded(path, salvage=True)
    assert len(saved) == 96_000
    assert np.isfinite(saved).all()
    assert (saved[50_000] == 0).all()
    np.testing.assert_array_equal(saved[:50_000], sound[:50_000])


def test_a_cut_file_is_refused_and_salvaged(tmp_path: Path):
    path = tmp_path / "cut.wav"
    write_sound(path, tone(48_000), codec="pcm_s16le")
    path.write_bytes(path.read_bytes()[: 78 + 4 * 12_000])
    with pytest.raises(TruncatedError) as caught:
        decoded(path)
    assert (caught.value.present_ms, caught.value.expected_ms) == (250, 1000)
    assert len(decoded(path, salvage=True)) == 12_000


def test_a_picture_holds_no_sound(tmp_path: Path):
    path = tmp_path / "picture.gif"
    path.write_bytes(b"GIF89a\x01\x00\x01\x00\x00\x00\x00;")
    with pytest.raises(NoSoundError):
        decoded(path)


def test_the_named_stream_is_decoded(tmp_path: Path):
    path = tmp_path / "two.mka"
    with av.open(str(path), "w") as container:
        streams = [container.add_stream("pcm_s16le", rate=48_000) for _ in range(2)]
        for number, stream in enumerate(streams):
            values = np.full((1, 9600), 1000 * (number + 1), np.int16)
            frame = av.AudioFrame.from_ndarray(values, "s16", "stereo")
            frame.sample_rate, frame.pts, frame.time_base = 48_000, 0, Fraction(1, 48_000)
            container.mux(stream.encode(frame))
    assert decoded(path)[100, 0] == 1000 / 32_768
    assert decoded(path, stream=1)[100, 0] == 2000 / 32_768
    with pytest.raises(NoSoundError, match="stream 7"):
        decoded(path, stream=7)


@pytest.mark.corpus
def test_every_file_of_the_corpus_decodes_to_its_length(corpus: Path):
    for path in sorted(corpus.iterdir()):
        if path.suffix in {".csv", ".rttm"}:
            continue
        stream = probe(path).audio[0]
        assert stream.samples is not None
        samples = sum(len(block) for block in decode_audio(path))
        assert samples == resampled(stream.samples, stream.sample_rate_hz), path.name
