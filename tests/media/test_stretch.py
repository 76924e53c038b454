"""Speed: exact length, the same pitch, sounds where they belong."""

from __future__ import annotations

from math import prod

import numpy as np
import pytest

from wavereel.media.signals import silence, tone
from wavereel.media.stretch import stretch_blocks, stretched_length, tempo_steps

SPEEDS = [0.1, 0.25, 0.5, 0.8, 0.99, 1.1, 1.25, 2.0, 3.0, 5.0, 16.0]


@pytest.mark.parametrize("speed", SPEEDS)
def test_steps_multiply_to_the_speed(speed: float):
    steps = tempo_steps(speed)
    assert prod(steps) == pytest.approx(speed)
    assert all(0.5 <= step <= 2 for step in steps)


@pytest.mark.parametrize("speed", SPEEDS)
@pytest.mark.parametrize("samples", [0, 1, 4_801, 144_001])
def test_length_is_exact(speed: float, samples: int):
    blocks = stretch_blocks(np.array_split(tone(samples), 7), speed)
    assert sum(len(block) for block in blocks) == stretched_length(samples, speed) == int(samples / speed + 0.5)


@pytest.mark.parametrize("speed", [0.5, 0.8, 1.5, 3.0])
def test_pitch_and_level_are_kept(speed: float):
    sound = tone(480_000, hz=440, dbfs=-12)
    result = np.concatenate(list(stretch_blocks(np.split(sound, 10), speed)))
    middle = result[len(result) // 2 : len(result) // 2 + 48_000, 0]
    assert int(np.abs(np.fft.rfft(middle * np.hanning(48_000))).argmax()) == 440
    assert np.sqrt(np.mean(middle**2)) == pytest.approx(10 ** (-12 / 20) / np.sqrt(2), rel=0.02)
    assert np.abs(np.diff(result[9600:-9600, 0])).max() < 10 ** (-12 / 20) * 2 * np.pi * 440 / 48_000 * 1.2


@pytest.mark.parametrize("speed", [0.5, 0.8, 1.25, 2.0, 4.0])
def test_sounds_stand_at_their_times(speed: float):
    sound = silence(480_000)
    at = [100_000, 250_000, 400_000]
    for place in at:
        sound[place : place + 9600] = tone(9600, hz=300, dbfs=-6)
    result = np.concatenate(list(stretch_blocks([sound], speed)))[:, 0]
    for place in at:
        around = int(place / speed)
        onset = int(np.argmax(np.abs(result[around - 4800 : around + 4800]) > 0.05)) - 4800
        assert abs(onset) * min(1, speed) < 1440, "within 30 ms"


def test_normal_speed_is_left_alone():
    sound = tone(1000)
    assert next(stretch_blocks([sound], 1.0)) is sound
