"""What a bed goes through: a room, a tone control, a slow tape, and a level that stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from wavereel.times import SAMPLE_RATE_HZ

if TYPE_CHECKING:
    from numpy.typing import NDArray

_STEADY_WINDOW_S = 2.5


def room(seconds: float, rng: np.random.Generator) -> NDArray[np.float32]:
    """`(n, 2)` impulse response that falls by 60 dB in `seconds`, faster at the top; each channel has energy 1."""
    count = round(seconds * 1.15 * SAMPLE_RATE_HZ)
    time_s = np.arange(count, dtype=np.float32) / SAMPLE_RATE_HZ
    hz = np.fft.rfftfreq(count, 1 / SAMPLE_RATE_HZ)
    out = np.zeros((count, 2), np.float32)
    for channel in range(2):
        spectrum = np.fft.rfft(rng.standard_normal(count, np.float32))
        for low_hz, high_hz, share in ((200, 800, 1.0), (800, 2600, 0.75), (2600, 6500, 0.42)):
            gain = (hz / low_hz) ** 2 / (1 + (hz / low_hz) ** 2) / (1 + (hz / high_hz) ** 4)
            band = np.fft.irfft(spectrum * gain, count).astype(np.float32)
            out[:, channel] += band * np.exp(time_s * np.float32(-6.9 / (seconds * share)))
    delay = round(0.014 * SAMPLE_RATE_HZ)
    rise = np.clip((time_s - np.float32(0.014)) / np.float32(0.02), 0, 1)
    out = np.concatenate([np.zeros((delay, 2), np.float32), out[:-delay]]) * rise[:, None]
    return out / np.sqrt((out * out).sum(axis=0))


def tone_curve(bins: int, samples: int, *, low_hz: float, high_hz: float) -> NDArray[np.complex64]:
    """Response of a first-order-pair low cut at `low_hz` and a gentle top end above `high_hz`; causal."""
    turn = 1j * np.arange(bins) * (SAMPLE_RATE_HZ / samples)
    cut = (turn / (turn + low_hz)) ** 2
    top = 1 / (1 + turn / high_hz)
    return (cut * top).astype(np.complex64)


class Desk:
    """A room and a tone control for sections of one length.

    Args:
        response: `(n, 2)` impulse response of the room.
        count: Samples of what is mixed, a length from `fast_length`; what passes its end would come back at its start.
        low_hz: Corner of the low cut.
        high_hz: Where the treble starts to fall.
    """

    def __init__(self, response: NDArray[np.float32], count: int, *, low_hz: float, high_hz: float) -> None:
        self._count = count
        self._curve = tone_curve(count // 2 + 1, count, low_hz=low_hz, high_hz=high_hz)
        self._room = [np.fft.rfft(response[:, channel], count) * self._curve for channel in range(2)]
        self._slow = count // 4
        self._weight = loudness_curve(count)[: self._slow // 2 + 1]

    def mix(
        self, dry: NDArray[np.float32], send: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """`(n, 2)` dry sound plus what the room answers to `send`; and its heard power.

        The second result is `(n // 480,)`: the K-weighted power of both channels in each 10 ms, up to 6 kHz.
        """
        out = np.empty_like(dry)
        ticks = self._slow // 120
        power = np.zeros(ticks, np.float32)
        for channel in range(2):
            spectrum = np.fft.rfft(dry[:, channel])
            spectrum *= self._curve
            spectrum += np.fft.rfft(send[:, channel]) * self._room[channel]
            out[:, channel] = np.fft.irfft(spectrum, self._count)
            heard = np.fft.irfft(spectrum[: self._slow // 2 + 1] * self._weight, self._slow)[: ticks * 120]
            rows = heard.reshape(-1, 120) * np.float32(self._slow / self._count)
            power += np.einsum("ij,ij->i", rows, rows) / np.float32(120)
        return out, power


def loudness_curve(samples: int) -> NDArray[np.float32]:
    """Gain of the K weighting of ITU-R BS.1770-4 (tables 1 and 2, 48 kHz) at the bins of a transform."""
    turn = np.exp(-2j * np.pi * np.arange(samples // 2 + 1) / samples).astype(np.complex64)
    shelf = (1.53512485958697 - 2.69169618940638 * turn + 1.19839281085285 * turn * turn) / (
        1 - 1.69065929318241 * turn + 0.73248077421585 * turn * turn
    )
    cut = (1 - 2 * turn + turn * turn) / (1 - 1.99004745483398 * turn + 0.99007225036621 * turn * turn)
    return np.abs(shelf * cut).astype(np.float32)


def fast_length(samples: int) -> int:
    """The next multiple of 8 of form 2^a 3^b 5^c, for which transforms are quick."""
    best = 1 << (samples - 1).bit_length()
    five = 1
    while five < best:
        three = five
        while three < best:
            size = three
            while size < samples:
                size *= 2
            if size % 8 == 0:
                best = min(best, size)
            three *= 3
        five *= 5
    return best


def tape(sound: NDArray[np.float32], cycles: int, length: int, depth_ms: float) -> NDArray[np.float32]:
    """The same sound on a tape whose speed sways `cycles` times in `length` samples; delays only."""
    place = np.arange(len(sound), dtype=np.float64)
    sway = depth_ms * SAMPLE_RATE_HZ / 1000
    moved = place - sway * (1 - np.cos(place * (2 * np.pi * cycles / length))) / 2
    out = np.empty_like(sound)
    for channel in range(2):
        out[:, channel] = np.interp(moved, place, sound[:, channel])
    return out


def steady_gain(power: NDArray[np.float32], target: float, strength: float) -> NDArray[np.float32]:
    """Gain for each 10 ms that brings the power over 2.5 s nearer to `target`; `strength` 1 would make it constant."""
    width = round(_STEADY_WINDOW_S * 100)
    kernel = np.hanning(width + 2)[1:-1].astype(np.float32)
    edge = np.concatenate([power[width // 2 : 0 : -1], power, power[-2 : -width // 2 - 2 : -1]])
    mean = float(power.mean())
    windows = sliding_window_view(edge, width)[: len(power)]
    local = windows @ (kernel / kernel.sum())
    steadier = (mean / np.maximum(local, np.float32(mean * 0.05))) ** (strength / 2)
    return (steadier * (target / mean) ** 0.5).astype(np.float32)
