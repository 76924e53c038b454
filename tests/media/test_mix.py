"""The mix leaves alone what nobody changed, and what it changes has no clicks."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
import pytest

from wavereel.errors import InputError, TruncatedError
from wavereel.media.decode import decode_audio
from wavereel.media.mix import MixClip, MixSpec, mix_blocks
from wavereel.media.signals import clicks, speech_like, tone, white_noise, write_sound

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

TONE_STEP = 0.25 * 2 * np.pi * 220 / 48_000
"""The largest step between two samples of the test tone: what is larger is a click."""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("sounds")
    sounds = {
        "tone": tone(480_000, hz=220, dbfs=20 * np.log10(0.25)),
        "noise": white_noise(200_000),
        "voice": speech_like(480_000, dbfs=-20, pauses=[(0, 144_000), (240_000, 384_000), (408_000, 480_000)]),
        "clicks": clicks(96_000, [1000, 50_000, 95_000]),
    }
    paths = {}
    for name, sound in sounds.items():
        paths[name] = folder / f"{name}.wav"
        write_sound(paths[name], sound, codec="pcm_f32le")
    return paths


def mixed(spec: MixSpec, **options) -> NDArray[np.float32]:
    return np.concatenate(list(mix_blocks(spec, **options)))


def clip(path: Path | None, start: int, length: int, **options) -> MixClip:
    return MixClip(start, length, path, None, **options)


def steps(sound: NDArray[np.float32]) -> float:
    return float(np.abs(np.diff(sound[:, 0])).max())


def test_one_untouched_clip_is_the_file(files):
    original = np.concatenate(list(decode_audio(files["noise"])))
    np.testing.assert_array_equal(mixed(MixSpec((clip(files["noise"], 0, 200_000),), 200_000)), original)


def test_silence_fills_the_length(files):
    sound = mixed(MixSpec((clip(files["noise"], 60_000, 300_000),), 500_001))
    original = np.concatenate(list(decode_audio(files["noise"])))
    assert sound.shape == (500_001, 2)
    assert not sound[:60_000].any()
    assert not sound[260_000:].any()
    np.testing.assert_array_equal(sound[60_000:260_000], original)


def test_nothing_to_hear_is_silence():
    assert not mixed(MixSpec((), 100_000)).any()
    assert list(mix_blocks(MixSpec((), 0))) == []


def test_clips_are_summed_with_their_gains(files):
    original = np.concatenate(list(decode_audio(files["noise"])))
    spec = MixSpec((clip(files["noise"], 0, 200_000, gain=0.5), clip(files["noise"], 1000, 199_000, gain=2.0)), 200_000)
    expected = original * np.float32(0.5)
    expected[1000:] += original[:199_000] * np.float32(2.0)
    np.testing.assert_allclose(mixed(spec)[:199_700], expected[:199_700], atol=1e-6)


@pytest.mark.parametrize("block", [1, 999, 48_000, 131_072])
def test_blocks_may_have_any_length(files, block: int):
    length = 4000 if block == 1 else 200_000
    spec = MixSpec((clip(files["noise"], 7, length, fade_in=500),), length)
    blocks = list(mix_blocks(spec, block=block))
    assert {len(part) for part in blocks[:-1]} <= {block}
    np.testing.assert_array_equal(np.concatenate(blocks), mixed(spec))


def test_the_same_spec_gives_the_same_bytes(files):
    spec = MixSpec(
        (clip(files["voice"], 0, 480_000), clip(files["tone"], 0, 480_000, duck=0.2, role="bgm", speed=1.3, loop=True)),
        480_000,
    )
    assert mixed(spec).tobytes() == mixed(spec).tobytes()


def test_a_split_cannot_be_heard(files):
    original = np.concatenate(list(decode_audio(files["tone"])))
    parts = (clip(files["tone"], 0, 100_003), clip(files["tone"], 100_003, 379_997, source_start=100_003))
    np.testing.assert_array_equal(mixed(MixSpec(parts, 480_000)), original)
    ended = (clip(files["tone"], 0, 9_000, source_stop=9_000), clip(files["tone"], 9_000, 471_000, source_start=9_000))
    np.testing.assert_array_equal(mixed(MixSpec(ended, 480_000)), original)


def test_a_trim_is_rounded_off(files):
    spec = MixSpec((clip(files["tone"], 5_000, 99_990, source_start=12_345, source_stop=80_045),), 120_000)
    sound = mixed(spec)
    assert steps(sound) <= TONE_STEP * 1.01
    assert not sound[:5000].any()
    assert not sound[5000 + 80_045 - 12_345 :].any()
    original = np.concatenate(list(decode_audio(files["tone"], start_sample=12_345, stop_sample=80_045)))
    np.testing.assert_array_equal(sound[5240 : 5000 + 67_700 - 240], original[240:-240])


def test_a_sound_that_ends_by_itself_is_not_faded(files):
    sound = mixed(MixSpec((clip(files["clicks"], 0, 96_000),), 96_000))
    assert [float(sound[at, 0]) for at in (1000, 50_000, 95_000)] == pytest.approx([0.8] * 3)
    assert sound[:, 0].astype(bool).sum() == 3


@pytest.mark.parametrize(("source_start", "source_stop"), [(0, 50_123), (777, 49_000), (0, None)])
def test_a_loop_keeps_its_period_and_has_no_click(files, source_start: int, source_stop: int | None):
    length = 1_100_000
    spec = MixSpec(
        (clip(files["tone"], 0, length, loop=True, source_start=source_start, source_stop=source_stop),), length
    )
    sound = mixed(spec)
    assert steps(sound) <= TONE_STEP * 1.5
    period = (480_000 if source_stop is None else source_stop) - source_start
    np.testing.assert_array_equal(
        sound[period + 500 : 2 * period],
        sound[500:period] if not source_start else sound[2 * period + 500 : 3 * period],
    )


def test_a_loop_of_a_long_file_is_read_again(files, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("wavereel.media.clip_sound._KEPT_SAMPLES", 1000)
    kept = mixed(MixSpec((clip(files["clicks"], 0, 300_000, loop=True),), 300_000))
    assert [int(at) for at in np.flatnonzero(kept[:, 0] > 0.7)] == [
        at + turn for turn in (0, 96_000, 192_000, 288_000) for at in (1000, 50_000, 95_000) if at + turn < 300_000
    ]


def test_fades_follow_a_quarter_of_a_sine(files):
    spec = MixSpec((clip(files["tone"], 0, 240_000, fade_in=96_000, fade_out=48_000),), 240_000)
    sound = mixed(spec)
    original = np.concatenate(list(decode_audio(files["tone"], stop_sample=240_000)))
    at = np.array([1200, 24_000, 48_000, 90_000])
    loud = np.abs(original[at, 0]) > 0.01
    ratio = sound[at, 0][loud] / original[at, 0][loud]
    np.testing.assert_allclose(ratio, np.sin((at[loud] + 0.5) / 96_000 * np.pi / 2), rtol=1e-4)
    np.testing.assert_array_equal(sound[96_000:192_000], original[96_000:192_000])
    assert np.abs(sound[-20:]).max() < 0.001
    assert steps(sound) <= TONE_STEP * 1.01


def test_two_fades_that_cross_keep_the_power(files):
    spec = MixSpec(
        (
            clip(files["noise"], 0, 100_000, fade_out=48_000),
            clip(files["noise"], 52_000, 100_000, source_start=70_000, fade_in=48_000),
        ),
        152_000,
    )
    sound = mixed(spec)[:, 0]
    power = [float(np.mean(sound[at : at + 12_000] ** 2)) for at in (20_000, 58_000, 70_000, 86_000, 120_000)]
    assert max(power) / min(power) < 1.12


def test_speed_changes_length_and_keeps_pitch(files):
    spec = MixSpec((clip(files["tone"], 0, 240_000, speed=2.0),), 300_000)
    sound = mixed(spec)
    spectrum = np.abs(np.fft.rfft(sound[50_000:98_000, 0] * np.hanning(48_000)))
    assert int(spectrum.argmax()) == 220
    assert np.sqrt(np.mean(sound[200_000:238_000] ** 2)) == pytest.approx(0.25 / np.sqrt(2), rel=0.02)
    assert not sound[240_000:].any()


def test_masks_replace_words_by_a_quiet_tone(files):
    original = np.concatenate(list(decode_audio(files["noise"])))
    sound = mixed(MixSpec((clip(files["noise"], 0, 200_000, masks=((60_000, 90_000),)),), 200_000))
    np.testing.assert_array_equal(sound[:60_000], original[:60_000])
    np.testing.assert_array_equal(sound[90_000:], original[90_000:])
    inside = sound[60_240:89_760, 0]
    spectrum = np.abs(np.fft.rfft(inside[:24_000]))
    assert int(spectrum.argmax()) == 500
    assert np.abs(inside).max() <= 0.1001


def envelope(sound: NDArray[np.float32], reference: float) -> NDArray[np.float64]:
    """Level of each 10 ms as a share of the tone's."""
    return (
        np.sqrt(np.mean(sound[: len(sound) // 480 * 480, 0].astype(np.float64).reshape(-1, 480) ** 2, axis=1))
        / reference
    )


def test_music_is_down_before_speech_starts_and_up_after_it(files):
    spec = MixSpec(
        (clip(files["voice"], 0, 480_000, key="v"), clip(files["tone"], 0, 480_000, duck=0.25, role="bgm", key="b")),
        480_000,
    )
    bed = mixed(spec, only="b")
    level = envelope(bed, 0.25 / np.sqrt(2))
    # A step of 10 ms holds 2.2 periods of the tone: its level swings by 4 %.
    assert (np.abs(level[:289] - 1) < 0.05).all()
    assert (np.abs(level[300:500] - 0.25) < 0.02).all(), "down for as long as somebody speaks"
    assert (np.abs(level[580:789] - 1) < 0.05).all(), "up again 800 ms after the end"
    assert (np.abs(level[800:850] - 0.25) < 0.02).all()
    assert steps(bed) <= TONE_STEP * 1.01
    np.testing.assert_allclose(mixed(spec), bed + mixed(spec, only="v"), atol=1e-6)


def test_without_a_voice_other_sound_ducks_the_music(files):
    sounds = (
        clip(files["voice"], 0, 480_000, role="audio", key="a"),
        clip(files["tone"], 0, 480_000, duck=0.0, role="bgm", key="b"),
    )
    level = envelope(mixed(MixSpec(sounds, 480_000), only="b"), 0.25 / np.sqrt(2))
    assert level[310:490].max() < 0.001
    assert level[600:780].min() > 0.95


def test_quiet_speech_ducks_and_faint_noise_does_not(files, tmp_path: Path):
    for dbfs, ducked in ((-42, True), (-62, False)):
        path = tmp_path / f"{ducked}.wav"
        write_sound(path, speech_like(480_000, dbfs=dbfs, pauses=[(0, 240_000)]), codec="pcm_f32le")
        sounds = (clip(path, 0, 480_000), clip(files["tone"], 0, 480_000, duck=0.25, role="bgm", key="b"))
        level = envelope(mixed(MixSpec(sounds, 480_000), only="b"), 0.25 / np.sqrt(2))
        assert bool(level[520:].max() < 0.3) is ducked
        assert level[:480].min() > 0.95


def test_music_that_the_program_makes_is_asked_for_its_range(monkeypatch: pytest.MonkeyPatch):
    asked = []

    def music_blocks(spec, start: int, stop: int):
        asked.append((spec, start, stop))
        yield np.full((stop - start, 2), 0.125, np.float32)

    module = ModuleType("wavereel.media.music")
    module.music_blocks = music_blocks
    monkeypatch.setitem(sys.modules, "wavereel.media.music", module)
    spec = MixSpec((MixClip(1000, 50_000, None, "lofi", source_start=300, gain=2.0, loop=True),), 60_000)
    sound = mixed(spec)
    assert asked[0][:2] == ("lofi", 300)
    assert asked[0][2] >= 50_300
    assert (sound[1000:50_700] == 0.25).all()
    assert not sound[:1000].any()
    assert not sound[51_000:].any()


def test_a_broken_file_is_said_and_can_be_salvaged(files, tmp_path: Path):
    path = tmp_path / "cut.wav"
    path.write_bytes(files["noise"].read_bytes()[:400_000])
    sounds = (clip(path, 0, 200_000),)
    with pytest.raises(TruncatedError):
        mixed(MixSpec(sounds, 200_000))
    saved = mixed(MixSpec(sounds, 200_000, salvage=True))
    assert saved.shape == (200_000, 2)
    assert saved[40_000:49_000].any()
    with pytest.raises(InputError, match="does not exist"):
        mixed(MixSpec((clip(tmp_path / "gone.wav", 0, 10),), 10))


def test_sources_are_closed_when_the_reader_stops(files, monkeypatch: pytest.MonkeyPatch):
    closed = []

    def source(*_args, **_options):
        try:
            while True:
                yield np.zeros((48_000, 2), np.float32)
        finally:
            closed.append(1)

    monkeypatch.setattr("wavereel.media.clip_sound.decode_audio", source)
    reader = mix_blocks(MixSpec((clip(files["noise"], 0, 480_000),), 480_000))
    next(reader)
    reader.close()
    assert closed == [1]
