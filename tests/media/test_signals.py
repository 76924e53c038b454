"""The signals that the other tests measure with."""

from __future__ import annotations

import numpy as np
import pytest

from wavereel.media.signals import channel_ids, clicks, pink_noise, silence, speech_like, sweep, tone, white_noise


def test_shapes_and_ranges():
    for sound in (tone(1000), clicks(1000, [5]), sweep(1000), white_noise(1000), pink_noise(1000), silence(1000)):
        assert sound.shape == (1000, 2)
        assert sound.dtype == np.float32
    assert channel_ids(6000).shape == (6000, 6)
    assert np.abs(speech_like(48_000, dbfs=0)).max() <= 1


def test_clicks_are_single_samples():
    assert np.flatnonzero(clicks(100, [3, 99])[:, 1]).tolist() == [3, 99]


def test_levels():
    assert np.abs(tone(48_000, dbfs=-6)).max() == pytest.approx(10 ** (-6 / 20), rel=1e-4)
    assert np.sqrt(np.mean(white_noise(480_000, dbfs=-20) ** 2)) == pytest.approx(0.1, rel=0.01)
    assert np.sqrt(np.mean(pink_noise(480_000, dbfs=-20) ** 2)) == pytest.approx(0.1, rel=0.01)


def test_pink_noise_has_equal_power_in_octaves():
    power = np.abs(np.fft.rfft(pink_noise(480_000)[:, 0].astype(np.float64))) ** 2
    octaves = [power[low * 10 : low * 20].sum() for low in (100, 400, 1600, 6400)]
    assert max(octaves) / min(octaves) < 1.15


def test_the_sweep_rises_from_one_frequency_to_the_other():
    sound = sweep(480_000, start_hz=100, stop_hz=1600)[:, 0]
    crossings = np.flatnonzero((sound[:-1] < 0) & (sound[1:] >= 0))
    assert 48_000 / np.diff(crossings[:5]).mean() == pytest.approx(105, abs=8)
    assert 48_000 / np.diff(crossings[-50:]).mean() == pytest.approx(1590, abs=20)


def test_pauses_are_silent_and_seeds_differ():
    sound = speech_like(48_000, pauses=[(10_000, 20_000)])
    assert not sound[10_000:20_000].any()
    assert not np.array_equal(white_noise(100, seed=1), white_noise(100, seed=2))
    np.testing.assert_array_equal(white_noise(100, seed=1), white_noise(100, seed=1))
