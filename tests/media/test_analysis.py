from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest

from wavereel.media.analysis import BANDS, HISTORY_HZ, SCOPE_POINTS, Analyser, Analysis

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

RATE_HZ = 48_000


def stereo(mono: NDArray[np.floating]) -> NDArray[np.float32]:
    return np.repeat(mono.astype(np.float32)[:, None], 2, axis=1)


def tone(hz: float, seconds: float, amplitude: float = 0.5) -> NDArray[np.float64]:
    return amplitude * np.sin(2 * np.pi * hz * np.arange(round(seconds * RATE_HZ)) / RATE_HZ)


def talk(seconds: float) -> NDArray[np.float64]:
    """Bursts of a rich tone with pauses of faint noise: the rhythm of speech."""
    rng = np.random.default_rng(5)
    count = round(seconds * RATE_HZ)
    time_s = np.arange(count) / RATE_HZ
    voice = sum(tone(140 * k, seconds, 0.3 / k) for k in range(1, 30))
    return voice * (np.sin(2 * np.pi * 1.7 * time_s) > 0) + rng.standard_normal(count) * 0.0005


def analyse(
    sound: NDArray[np.float32], fps: Fraction, seconds: float, *, block: int = 48_000, want_scope: bool = False
) -> Analysis:
    analyser = Analyser(fps, round(fps * Fraction(seconds)), want_scope=want_scope)
    for start in range(0, len(sound), block):
        analyser.feed(sound[start : start + block])
    return analyser.finish()


def test_shapes_and_kinds() -> None:
    result = analyse(stereo(talk(2)), Fraction(25), 2, want_scope=True)

    assert (result.frames, result.fps) == (50, Fraction(25))
    assert (result.bands.shape, result.bands.dtype) == ((50, BANDS), np.uint8)
    assert (result.level.shape, result.level.dtype) == ((50,), np.uint8)
    assert (result.history.shape, result.history.dtype) == ((2 * HISTORY_HZ,), np.uint8)
    assert result.scope is not None
    assert (result.scope.shape, result.scope.dtype) == ((50, SCOPE_POINTS), np.int8)


def test_the_same_moment_is_the_same_at_every_frame_rate() -> None:
    sound = stereo(talk(4))
    results = {fps: analyse(sound, Fraction(fps), 4, want_scope=True) for fps in (24, 25, 30, 60)}

    for seconds in range(4):
        rows = [result.bands[seconds * fps] for fps, result in results.items()]
        levels = {int(result.level[seconds * fps]) for fps, result in results.items()}
        assert all(np.array_equal(row, rows[0]) for row in rows)
        assert len(levels) == 1
    assert all(np.array_equal(result.history, results[24].history) for result in results.values())
    sixty, thirty = results[60], results[30]
    assert np.array_equal(sixty.bands[::2], thirty.bands)
    assert np.array_equal(sixty.level[::2], thirty.level)


def test_blocks_of_any_size_give_the_same() -> None:
    sound = stereo(talk(3))
    whole = analyse(sound, Fraction(30_000, 1001), 3, block=len(sound), want_scope=True)
    pieces = analyse(sound, Fraction(30_000, 1001), 3, block=777, want_scope=True)

    assert whole.scope is not None
    assert pieces.scope is not None
    assert np.array_equal(whole.bands, pieces.bands)
    assert np.array_equal(whole.level, pieces.level)
    assert np.array_equal(whole.history, pieces.history)
    assert np.array_equal(whole.scope, pieces.scope)


@pytest.mark.parametrize("noise", [0.0, 0.0005, 0.003])
def test_silence_and_room_noise_stay_at_zero(noise: float) -> None:
    sound = np.random.default_rng(1).standard_normal(3 * RATE_HZ) * noise
    result = analyse(stereo(sound), Fraction(30), 3, want_scope=True)

    assert result.scope is not None
    assert (result.bands.max(), result.level.max(), result.history.max()) == (0, 0, 0)
    assert np.abs(result.scope).max() == 0


def test_noise_in_pauses_does_not_show() -> None:
    time_s = np.arange(6 * RATE_HZ) / RATE_HZ
    noise = np.random.default_rng(2).standard_normal(len(time_s)) * 0.004
    result = analyse(stereo(tone(200, 6) * (time_s % 2 < 1) + noise), Fraction(30), 6)

    pause = result.level[30 + 15 : 60]
    assert pause.max() == 0
    assert result.bands[30 + 15 : 60].max() == 0
    assert result.level[10:25].min() > 180


def test_loud_is_tall_and_quiet_is_low() -> None:
    time_s = np.arange(6 * RATE_HZ) / RATE_HZ
    loudness = np.where(time_s < 2, 0.5, np.where(time_s < 4, 0.05, 0.0))
    level = analyse(stereo(tone(300, 6, 1.0) * loudness), Fraction(30), 6).level

    assert 205 <= level[30] <= 230
    assert 40 <= level[105] <= 140
    assert level[150] == 0


def test_a_quiet_file_fills_the_height_too() -> None:
    loud = analyse(stereo(talk(3)), Fraction(30), 3)
    quiet = analyse(stereo(talk(3) * 0.1), Fraction(30), 3)

    assert abs(int(loud.level.max()) - int(quiet.level.max())) <= 2


def test_attack_and_release() -> None:
    time_s = np.arange(4 * RATE_HZ) / RATE_HZ
    level = analyse(stereo(tone(300, 4) * ((time_s >= 1) & (time_s < 2))), Fraction(100), 4).level.astype(int)
    full = int(level[150])

    assert level[95] == 0
    assert level[102] >= 0.8 * full
    fall_ms = 10 * int(np.argmax(level[200:] <= 0.37 * full))
    assert 120 <= fall_ms <= 250
    assert level[240:].max() == 0


@pytest.mark.parametrize("hz", [60, 125, 440, 1000, 2500, 6000, 12_000])
def test_a_tone_lights_its_own_band(hz: float) -> None:
    noise = np.fft.rfft(np.random.default_rng(3).standard_normal(3 * RATE_HZ))
    pink = np.fft.irfft(noise / np.sqrt(1 + np.arange(len(noise)))) * 0.3
    row = analyse(stereo(pink + tone(hz, 3, 0.5)), Fraction(30), 3).bands[45].astype(int)
    expected = np.log(hz / 50) / np.log(16_000 / 50) * BANDS

    assert abs(float(np.argmax(row)) - expected) <= 4


def test_channels_in_opposite_phase_are_heard() -> None:
    wave = talk(3).astype(np.float32)
    against = analyse(np.stack([wave, -wave], axis=1), Fraction(30), 3, want_scope=True)
    together = analyse(stereo(wave), Fraction(30), 3)

    assert against.scope is not None
    assert np.abs(against.level.astype(int) - together.level.astype(int)).max() <= 1
    assert np.abs(against.scope).max() > 90


def test_a_steady_wave_stands_still_in_the_scope() -> None:
    result = analyse(stereo(tone(173, 3)), Fraction(30), 3, want_scope=True)

    assert result.scope is not None
    middle = result.scope[10:80].astype(int)
    assert np.abs(middle - middle[0]).max() <= 12
    assert middle.max() > 90


def test_missing_sound_is_silence_and_surplus_is_left_out() -> None:
    short = analyse(stereo(tone(300, 1)), Fraction(30), 3)
    surplus = analyse(stereo(tone(300, 5)), Fraction(30), 3)

    assert short.level[45:].max() == 0
    assert short.history.shape == surplus.history.shape == (150,)
    assert surplus.level[89] > 200


def test_large_traces_live_in_files(tmp_path: Path) -> None:
    frames = (64 << 20) // SCOPE_POINTS + 1
    analyser = Analyser(Fraction(120), frames, want_scope=True, spill=tmp_path)

    assert [path.stat().st_size for path in tmp_path.iterdir()] == [frames * SCOPE_POINTS]
    del analyser


def test_no_frames() -> None:
    result = analyse(stereo(tone(300, 1)), Fraction(30), 0)

    assert (len(result.bands), len(result.level), len(result.history)) == (0, 0, 0)


def test_telephone_sound_uses_all_bands() -> None:
    spectrum = np.fft.rfft(talk(4))
    hz = np.fft.rfftfreq(4 * RATE_HZ, 1 / RATE_HZ)
    spectrum[(hz < 280) | (hz > 3500)] = 0
    result = analyse(stereo(np.fft.irfft(spectrum)), Fraction(30), 4)

    assert (result.bands.max(axis=0) > 100).sum() >= 60
