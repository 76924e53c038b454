"""Instruments made of sums: every function draws one note as float32 samples at 48 kHz, at any convenient level.

Methods: frequency modulation (Chowning 1973), plucked strings (Karplus and Strong 1983), sums of decaying partials, and
pads from one inverse transform of a spectrum whose harmonics are spread like those of an ensemble (Nasca's PADsynth).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from wavereel.media.music_theory import hertz
from wavereel.times import SAMPLE_RATE_HZ

if TYPE_CHECKING:
    from numpy.typing import NDArray

PAD_SAMPLES = 1 << 17
"""Period of a pad's loop, 2.7 s."""


def electric_piano(note: int, _rng: np.random.Generator) -> NDArray[np.float32]:
    """A tine piano: two operators, the second an echo of the hammer."""
    time_s = _time(3.2)
    hz = hertz(note)
    phase = _turn(hz, time_s)
    hammer = _turn(min(hz * 14, 5200.0), time_s)
    index = np.exp(-time_s * 2.4) * np.float32(1.9) + np.float32(0.5)
    body = np.sin(phase + index * np.sin(phase))
    tine = np.sin(hammer) * np.exp(-time_s * 22) * np.float32(0.10)
    return (body + tine) * np.exp(-time_s * np.float32(0.75 + hz / 900)) * _attack(time_s, 0.004)


def felt_piano(note: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """A muted piano: stiff-string partials, each with its decay."""
    hz = hertz(note)
    partials = [(k * np.sqrt(1 + 0.00035 * k * k), k**-1.15, 0.55 + 0.42 * k + hz / 1200) for k in range(1, 11)]
    time_s = _time(3.6)
    tone = _partials(hz, partials, time_s)
    thump = rng.standard_normal(len(time_s), np.float32) * np.exp(-time_s * 90)
    return ((tone + _smooth(thump, 40) * np.float32(0.6)) * _attack(time_s, 0.007)).astype(np.float32)


def vibraphone(note: int, _rng: np.random.Generator) -> NDArray[np.float32]:
    """Bars tuned to the double octave, with slow discs."""
    time_s = _time(3.0)
    tone = _partials(hertz(note), [(1, 1.0, 0.9), (3.98, 0.32, 3.2), (9.6, 0.08, 12.0)], time_s)
    return tone * (1 + np.float32(0.14) * np.sin(_turn(4.6, time_s))) * _attack(time_s, 0.003)


def bell(note: int, _rng: np.random.Generator) -> NDArray[np.float32]:
    """A soft glass bell."""
    time_s = _time(4.0)
    tone = _partials(hertz(note), [(1, 1.0, 0.9), (2.0, 0.28, 1.5), (2.76, 0.1, 2.6), (5.4, 0.03, 6.0)], time_s)
    return tone * _attack(time_s, 0.012)


def guitar(note: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """A steel-string guitar played with the fingers."""
    return _pluck(hertz(note), rng, seconds=3.0, hardness=0.30, damping=0.32, ring_s=2.6)


def pluck(note: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """A short bright string, between harp and marimba."""
    return _pluck(hertz(note), rng, seconds=1.3, hardness=0.45, damping=0.42, ring_s=0.7)


def upright_bass(note: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """A double bass, plucked."""
    time_s = _time(1.6)
    hz = hertz(note)
    partials = [(k, (1.0, 0.75, 0.42, 0.25, 0.12, 0.07, 0.04)[k - 1], 1.6 + 1.3 * k) for k in range(1, 8)]
    finger = _smooth(rng.standard_normal(len(time_s), np.float32), 30) * np.exp(-time_s * 70)
    tone = _partials(hz, partials, time_s) + finger * np.float32(0.7)
    return (tone * _attack(time_s, 0.008)).astype(np.float32)


def round_bass(note: int, _rng: np.random.Generator) -> NDArray[np.float32]:
    """An electric bass with the treble turned down."""
    time_s = _time(2.0)
    partials = [(1, 1.0, 1.0), (2, 0.45, 2.2), (3, 0.2, 4.0), (4, 0.08, 7.0)]
    return np.tanh(_partials(hertz(note), partials, time_s) * np.float32(1.2)) * _attack(time_s, 0.009)


def synth_bass(note: int, _rng: np.random.Generator) -> NDArray[np.float32]:
    """A saw whose upper partials close quickly."""
    time_s = _time(1.2)
    partials = [(k, 1 / k, 0.8 + 1.7 * (k - 1)) for k in range(1, 9)]
    return np.tanh(_partials(hertz(note), partials, time_s)) * _attack(time_s, 0.005)


def staccato(note: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Short bows of a string section."""
    seconds = 0.55
    loop = pad_loop(note, rng, brightness=1.15, spread_cents=14)
    time_s = _time(seconds)
    shape = np.exp(-np.maximum(time_s - np.float32(0.07), 0) * 7) * _attack(time_s, 0.022)
    return loop[: len(time_s)] * shape[:, None]


def pad_loop(
    note: int,
    rng: np.random.Generator,
    *,
    brightness: float,
    spread_cents: float = 22,
    odd: float = 1.0,
    air: float = 0.0,
) -> NDArray[np.float32]:
    """`(PAD_SAMPLES, 2)` of an ensemble that loops without a seam; both channels share half of their phases.

    Args:
        note: MIDI note.
        rng: Where the phases come from.
        brightness: Harmonics fall as `k ** -(2.2 - brightness)`.
        spread_cents: Width of a harmonic.
        odd: Level of even harmonics against odd ones.
        air: Level of breath around 2 kHz.
    """
    hz = hertz(note)
    bins = PAD_SAMPLES // 2 + 1
    resolution_hz = SAMPLE_RATE_HZ / PAD_SAMPLES
    amplitude = np.zeros(bins, np.float32)
    for k in range(1, int(min(40, 7000 / hz)) + 1):
        centre = k * hz / resolution_hz
        width = max(0.6, centre * (2 ** (spread_cents / 2400) - 1) * k**-0.15)
        first, last = int(centre - 4 * width), int(centre + 4 * width) + 2
        offset = (np.arange(first, last) - centre) / width
        level = k ** -(2.2 - brightness) * (odd if k % 2 == 0 else 1.0) / np.sqrt(width)
        amplitude[first:last] += (level * np.exp(-offset * offset / 2)).astype(np.float32)
    if air:
        bins_hz = np.arange(1, bins) * resolution_hz
        amplitude[1:] += (air * 0.004 * np.exp(-(np.log2(bins_hz / 2200) ** 2) * 1.5)).astype(np.float32)
    shared = rng.random(bins, np.float32)
    out = np.empty((PAD_SAMPLES, 2), np.float32)
    for channel in range(2):
        turn = shared + np.float32(0.09) * rng.standard_normal(bins, np.float32)
        spectrum = amplitude * np.exp(np.complex64(2j * np.pi) * turn)
        out[:, channel] = np.fft.irfft(spectrum, PAD_SAMPLES)
    return out / np.float32(np.sqrt(np.mean(out * out)) + 1e-12)


Instrument = Callable[[int, np.random.Generator], "NDArray[np.float32]"]

INSTRUMENTS: dict[str, Instrument] = {
    "electric_piano": electric_piano,
    "felt_piano": felt_piano,
    "vibraphone": vibraphone,
    "bell": bell,
    "guitar": guitar,
    "pluck": pluck,
    "upright_bass": upright_bass,
    "round_bass": round_bass,
    "synth_bass": synth_bass,
    "staccato": staccato,
}


def _time(seconds: float) -> NDArray[np.float32]:
    return np.arange(round(seconds * SAMPLE_RATE_HZ), dtype=np.float32) / np.float32(SAMPLE_RATE_HZ)


def _turn(hz: float, time_s: NDArray[np.float32]) -> NDArray[np.float32]:
    """Phase of a tone, wrapped so that float32 stays exact enough."""
    cycles = np.arange(len(time_s), dtype=np.float64) * (hz / SAMPLE_RATE_HZ)
    return ((cycles - np.floor(cycles)) * (2 * np.pi)).astype(np.float32)


def _attack(time_s: NDArray[np.float32], seconds: float) -> NDArray[np.float32]:
    rise = np.minimum(time_s / np.float32(seconds), 1)
    return rise * rise * (3 - 2 * rise)


def _partials(
    hz: float, partials: Sequence[tuple[float, float, float]], time_s: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Sum of sines: (ratio, amplitude, decay per second); those above 7 kHz are left out."""
    out = np.zeros(len(time_s), np.float32)
    for ratio, amplitude, decay in partials:
        if hz * ratio < 7000:
            # A partial is computed only as long as it is above -80 dB.
            count = min(len(time_s), int(9.2 / decay * SAMPLE_RATE_HZ) + 1)
            part = np.sin(_turn(hz * ratio, time_s[:count])) * np.exp(time_s[:count] * np.float32(-decay))
            out[:count] += part * np.float32(amplitude)
    return out


def _pluck(
    hz: float, rng: np.random.Generator, *, seconds: float, hardness: float, damping: float, ring_s: float
) -> NDArray[np.float32]:
    period = max(8, round(SAMPLE_RATE_HZ / hz))
    count = round(seconds * SAMPLE_RATE_HZ) + period
    burst = _smooth(rng.standard_normal(period + 1).astype(np.float32), max(1, round(period * (1 - hardness) * 0.12)))
    burst -= burst.mean()
    position = max(1, period // 6)
    burst = burst - 0.7 * np.roll(burst, position)
    out = np.zeros(count + period + 1, np.float32)
    out[: period + 1] = burst
    loss = np.float32(10 ** (-3 * period / (ring_s * SAMPLE_RATE_HZ)))
    soft = np.float32(min(0.5, damping * (hz / 330) ** 0.35))
    for start in range(period + 1, count, period):
        one = out[start - period : start]
        before = out[start - period - 1 : start - 1]
        out[start : start + period] = (one + (before - one) * soft)[: len(out) - start] * loss
    # The loop is a whole number of samples long, plus the delay of the averaging: reading it at another speed tunes it.
    speed = hz * (period + float(soft)) / SAMPLE_RATE_HZ
    places = np.arange(round(seconds * SAMPLE_RATE_HZ)) * speed
    tuned = np.interp(places, np.arange(count), out[:count]).astype(np.float32)
    time_s = _time(seconds)
    return tuned * _attack(time_s, 0.002)


def _smooth(noise: NDArray[np.float32], width: int) -> NDArray[np.float32]:
    """Noise through a Hann window of `width` samples, wrapped around."""
    if width < 2:
        return noise
    kernel = np.hanning(width + 2)[1:-1]
    spectrum = np.fft.rfft(noise) * np.fft.rfft(kernel / kernel.sum(), len(noise))
    return np.fft.irfft(spectrum, len(noise)).astype(np.float32)
