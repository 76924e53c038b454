"""Known signals have their known loudness, and what is delivered has the loudness that was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from wavereel.errors import UsageError
from wavereel.media.aac import decode_track
from wavereel.media.limiter import Limiting, limit_blocks
from wavereel.media.loudness import Loudness, LoudnessMeter, encode_levelled, gain_to, level_to, measure
from wavereel.media.signals import clicks, silence, speech_like, sweep, tone, white_noise

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


def join(blocks) -> NDArray[np.float32]:
    return np.concatenate(list(blocks))


@pytest.mark.parametrize("dbfs", [-33.0, -23.0, -16.0, -3.0])
def test_a_tone_has_its_level_as_loudness(dbfs: float):
    found = measure([tone(48_000 * 5, dbfs=dbfs)])
    assert found.integrated_lufs == pytest.approx(dbfs, abs=0.1)
    assert found.true_peak_dbtp == pytest.approx(dbfs, abs=0.1)
    assert found.range_lu == pytest.approx(0, abs=0.1)


def test_one_channel_alone_is_three_lu_quieter():
    sound = tone(48_000 * 3)
    sound[:, 1] = 0
    assert measure([sound]).integrated_lufs == pytest.approx(-26.0, abs=0.1)


def test_pauses_are_gated():
    """EBU Tech 3341, case 3: 10 s at -36, 60 s at -23 and 10 s at -36 LUFS are -23."""
    parts = [tone(48_000 * 10, dbfs=-36), tone(48_000 * 60, dbfs=-23), tone(48_000 * 10, dbfs=-36)]
    assert measure(parts).integrated_lufs == pytest.approx(-23.0, abs=0.1)


def test_range():
    """EBU Tech 3342, case 1: 20 s at -20 and 20 s at -30 LUFS have a range of 10 LU."""
    assert measure([tone(48_000 * 20, dbfs=-20), tone(48_000 * 20, dbfs=-30)]).range_lu == pytest.approx(10, abs=1)


def test_true_peak_lies_between_the_samples():
    wave = np.sin(2 * np.pi * 12_000 / 48_000 * np.arange(96_000) + np.pi / 4) * 0.5
    wave *= np.minimum(1, np.minimum(np.arange(96_000), np.arange(96_000)[::-1]) / 9600)
    sound = np.repeat(wave.astype(np.float32)[:, None], 2, axis=1)
    assert np.abs(sound).max() == pytest.approx(0.3535, abs=0.001)
    assert measure([sound]).true_peak_dbtp == pytest.approx(-6.02, abs=0.2)


def test_block_lengths_do_not_matter():
    sound = speech_like(200_003)
    meter = LoudnessMeter()
    for part in np.array_split(sound, 17):
        meter.feed(part)
    assert meter.result() == measure([sound])


def test_a_peak_in_the_last_moment_counts():
    sound = silence(48_000 + 1000)
    sound[-1] = 0.5
    assert measure([sound]).true_peak_dbtp == pytest.approx(-6.02, abs=0.5)


@pytest.mark.parametrize("sound", [silence(48_000), silence(0), tone(9600)])
def test_silence_and_very_short_sound_have_no_loudness(sound: NDArray[np.float32]):
    found = measure([sound])
    assert found.is_silent
    assert gain_to(found, -16) == 0


def test_gain():
    assert gain_to(Loudness(-23, -10, 5), -16) == 7
    assert gain_to(Loudness(-65, -50, 5), -16) == 40
    with pytest.raises(UsageError, match="out of range"):
        gain_to(Loudness(-23, -10, 5), 3)


@pytest.mark.parametrize("cuts", [[], [1], [47, 48, 49, 48_000, 48_001, 99_999]])
def test_what_is_under_the_ceiling_is_left_alone(cuts: list[int]):
    sound = white_noise(100_000, dbfs=-12)
    report = Limiting()
    result = join(limit_blocks(np.split(sound, cuts), ceiling_dbtp=-1, report=report))
    np.testing.assert_array_equal(result, sound)
    assert (report.most_db, report.limited_hops) == (0, 0)


@pytest.mark.parametrize("samples", [0, 1, 47, 48, 48_000, 48_001, 143_999])
def test_the_limiter_keeps_the_length(samples: int):
    sound = white_noise(samples, dbfs=3)
    assert sum(len(block) for block in limit_blocks([sound], ceiling_dbtp=-1)) == samples


@pytest.mark.parametrize(
    "sound",
    [
        white_noise(240_000, dbfs=0),
        speech_like(240_000, dbfs=-3) * 2,
        sweep(240_000, dbfs=6),
        clicks(240_000, [0, 47_999, 48_000, 100_000, 239_999], height=4.0),
    ],
    ids=["noise", "speech", "sweep", "clicks"],
)
def test_the_true_peak_stays_under_the_ceiling(sound: NDArray[np.float32]):
    report = Limiting()
    result = join(limit_blocks([sound], ceiling_dbtp=-1, report=report))
    # FFmpeg's meter oversamples with a longer filter than the limiter.
    assert measure([result]).true_peak_dbtp < -0.8
    assert np.abs(result).max() <= 10 ** (-1 / 20) + 1e-6
    assert report.most_db > 3


def test_limiting_is_smooth_and_recovers():
    sound = tone(240_000, hz=100, dbfs=-12)
    sound[96_000:96_100] *= 8
    result = join(limit_blocks([sound], ceiling_dbtp=-6))
    gain = result[:, 0] / np.where(np.abs(sound[:, 0]) < 1e-3, np.nan, sound[:, 0])
    assert np.nanmax(np.abs(gain[:95_700] - 1)) < 1e-5
    assert np.nanmax(np.abs(gain[180_000:] - 1)) < 1e-2
    steps = np.abs(np.diff(gain[95_000:120_000]))
    assert np.nanmax(steps[np.isfinite(steps)]) < 0.01


@pytest.mark.parametrize("target", [-23.0, -16.0, -14.0])
def test_level_to_meets_the_target(target: float):
    sound = speech_like(480_000, dbfs=-30)
    report = Limiting()
    found = measure(level_to([sound], measured=measure([sound]), target_lufs=target, report=report))
    assert found.integrated_lufs == pytest.approx(target, abs=0.5)
    assert found.true_peak_dbtp < -0.8


@pytest.mark.parametrize(("level", "target"), [(-30, -16.0), (-30, -14.0), (-12, -23.0)])
def test_what_is_coded_has_the_loudness_and_keeps_under_the_ceiling(tmp_path: Path, level: float, target: float):
    sound = speech_like(480_000, dbfs=level)
    result = encode_levelled(
        lambda: iter([sound]), 480_000, measured=measure([sound]), target_lufs=target, spool=tmp_path / "spool"
    )
    again = measure(decode_track(result.track))
    assert again == result.loudness
    assert again.integrated_lufs == pytest.approx(target, abs=0.5)
    assert again.true_peak_dbtp <= -1.0
    assert result.track.samples == 480_000


def test_heavy_limiting_is_said(tmp_path: Path):
    sound = speech_like(480_000, dbfs=-30)
    sound[::24_000] = 0.9
    result = encode_levelled(
        lambda: iter([sound]), 480_000, measured=measure([sound]), target_lufs=-14, spool=tmp_path / "spool"
    )
    assert result.limiting_db > 6
    assert "limited by up to" in result.notices[0]
    assert result.loudness.true_peak_dbtp <= -1.0


def test_silence_is_coded_as_it_is_with_a_notice(tmp_path: Path):
    sound = silence(48_000)
    result = encode_levelled(
        lambda: iter([sound]), 48_000, measured=measure([sound]), target_lufs=-14, spool=tmp_path / "spool"
    )
    assert not join(decode_track(result.track)).any()
    assert "silent" in result.notices[0]


@pytest.mark.corpus
@pytest.mark.parametrize("name", ["en_two_cities.ogg", "song_lets_go_fishin.ogg", "en_sonnet1.mp3"])
def test_real_sound_meets_podcast_loudness(corpus: Path, tmp_path: Path, name: str):
    from wavereel.media.decode import decode_audio

    blocks = list(decode_audio(corpus / name, stop_sample=48_000 * 40))
    samples = sum(len(block) for block in blocks)
    result = encode_levelled(
        lambda: iter(blocks), samples, measured=measure(blocks), target_lufs=-16, spool=tmp_path / "spool"
    )
    assert result.loudness.integrated_lufs == pytest.approx(-16, abs=0.5)
    assert result.loudness.true_peak_dbtp <= -1.0
