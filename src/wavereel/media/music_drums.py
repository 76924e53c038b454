"""A small drum kit of sines and shaped noise, kept soft at the top so that speech stays in front."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from wavereel.times import SAMPLE_RATE_HZ

if TYPE_CHECKING:
    from numpy.typing import NDArray


def kick(_rng: np.random.Generator) -> NDArray[np.float32]:
    """A round bass drum: a sine that falls from 140 to 48 Hz."""
    time_s = _time(0.42)
    fall = 48 * time_s + (140 - 48) * 0.028 * (1 - np.exp(-time_s / np.float32(0.028)))
    return np.sin(2 * np.pi * fall).astype(np.float32) * np.exp(-time_s * 9) * _attack(time_s, 0.002)


def tom(rng: np.random.Generator) -> NDArray[np.float32]:
    """A large, distant drum."""
    time_s = _time(1.1)
    fall = 62 * time_s + (105 - 62) * 0.05 * (1 - np.exp(-time_s / np.float32(0.05)))
    skin = _band(rng, time_s, 90, 600) * np.exp(-time_s * 16) * np.float32(0.25)
    tone = np.sin(2 * np.pi * fall) * np.exp(-time_s * 4.5)
    return ((tone + skin) * _attack(time_s, 0.006)).astype(np.float32)


def snare(rng: np.random.Generator) -> NDArray[np.float32]:
    """A dusty snare."""
    time_s = _time(0.32)
    body = np.sin(2 * np.pi * 186 * time_s) * np.exp(-time_s * 28) * np.float32(0.6)
    return (body + _band(rng, time_s, 900, 5200) * np.exp(-time_s * 17)) * _attack(time_s, 0.0015)


def clap(rng: np.random.Generator) -> NDArray[np.float32]:
    """Hands: four bursts, then a short room."""
    time_s = _time(0.34)
    shape = np.exp(-np.maximum(time_s - np.float32(0.03), 0) * 19) * np.float32(0.75)
    for at_s in (0.0, 0.010, 0.021):
        since = np.maximum(time_s - np.float32(at_s), 0)
        shape = shape * (time_s >= 0.03) + (time_s < 0.03) * np.maximum(shape, np.exp(-since * 170))
    return _band(rng, time_s, 800, 4200) * shape * _attack(time_s, 0.0015)


def rim(_rng: np.random.Generator) -> NDArray[np.float32]:
    """A stick on the rim."""
    time_s = _time(0.14)
    wood = np.sin(2 * np.pi * 820 * time_s) + np.float32(0.6) * np.sin(2 * np.pi * 1270 * time_s)
    return (wood * np.exp(-time_s * 60)).astype(np.float32) * _attack(time_s, 0.0012)


def hat(rng: np.random.Generator) -> NDArray[np.float32]:
    """A closed hi-hat."""
    time_s = _time(0.10)
    return _band(rng, time_s, 5200, 10_500) * np.exp(-time_s * 62) * _attack(time_s, 0.001)


def open_hat(rng: np.random.Generator) -> NDArray[np.float32]:
    """A hi-hat left open for an eighth."""
    time_s = _time(0.36)
    return _band(rng, time_s, 4800, 10_000) * np.exp(-time_s * 11) * _attack(time_s, 0.0015)


def ride(rng: np.random.Generator) -> NDArray[np.float32]:
    """A ride cymbal, played near the edge with a light stick."""
    time_s = _time(0.9)
    metal = np.zeros(len(time_s), np.float32)
    for hz in (2210.0, 2969.0, 3541.0, 4457.0, 5273.0, 6091.0):
        metal += np.sin(2 * np.pi * hz * time_s.astype(np.float64) + hz).astype(np.float32)
    ping = metal * np.exp(-time_s * 24) * np.float32(0.16)
    wash = _band(rng, time_s, 4200, 9500) * np.exp(-time_s * 6.5) * np.float32(0.5)
    return ((ping + wash) * _attack(time_s, 0.002)).astype(np.float32)


def brush(rng: np.random.Generator) -> NDArray[np.float32]:
    """A brush drawn over the snare."""
    time_s = _time(0.30)
    shape = np.sin(np.pi * np.minimum(time_s / np.float32(0.30), 1)) ** 2
    return _band(rng, time_s, 1500, 6500) * (shape * np.exp(-time_s * 4)).astype(np.float32)


def shaker(rng: np.random.Generator) -> NDArray[np.float32]:
    """Seeds in a gourd."""
    time_s = _time(0.13)
    shape = np.sin(np.pi * np.minimum(time_s / np.float32(0.13), 1)) ** 2
    return _band(rng, time_s, 3800, 8500) * shape.astype(np.float32)


Drum = Callable[[np.random.Generator], "NDArray[np.float32]"]

DRUMS: dict[str, Drum] = {
    "kick": kick,
    "tom": tom,
    "snare": snare,
    "clap": clap,
    "rim": rim,
    "hat": hat,
    "open_hat": open_hat,
    "ride": ride,
    "brush": brush,
    "shaker": shaker,
}


def _time(seconds: float) -> NDArray[np.float32]:
    return np.arange(round(seconds * SAMPLE_RATE_HZ), dtype=np.float32) / np.float32(SAMPLE_RATE_HZ)


def _attack(time_s: NDArray[np.float32], seconds: float) -> NDArray[np.float32]:
    return np.minimum(time_s / np.float32(seconds), 1)


def _band(rng: np.random.Generator, time_s: NDArray[np.float32], low_hz: float, high_hz: float) -> NDArray[np.float32]:
    """Noise between two corner frequencies with gentle slopes, of power 1."""
    count = len(time_s)
    spectrum = np.fft.rfft(rng.standard_normal(count, np.float32))
    hz = np.fft.rfftfreq(count, 1 / SAMPLE_RATE_HZ)
    gain = (hz / low_hz) ** 2 / (1 + (hz / low_hz) ** 2) / (1 + (hz / high_hz) ** 4)
    noise = np.fft.irfft(spectrum * gain, count).astype(np.float32)
    return noise / np.float32(np.sqrt(np.mean(noise * noise)) + 1e-12)
