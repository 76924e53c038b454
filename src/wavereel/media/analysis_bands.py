"""Short spectra in logarithmic bands, at three resolutions: long windows below, short ones above."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from wavereel.times import SAMPLE_RATE_HZ

if TYPE_CHECKING:
    from numpy.typing import NDArray

LOWEST_HZ = 50.0
HIGHEST_HZ = 16_000.0
DECIMATION = 4
SLOW_HZ = SAMPLE_RATE_HZ // DECIMATION

# Window in samples of its own rate, rate, and the range of band centres it serves.
_LOW = (1024, SLOW_HZ, 0.0, 480.0)
_MIDDLE = (512, SLOW_HZ, 480.0, 1700.0)
_HIGH = (1024, SAMPLE_RATE_HZ, 1700.0, 24_000.0)
# A chunk of one second with its context, padded to a length that transforms quickly.
_PADDED = 57_600
_PASS_HZ, _STOP_HZ = 2000.0, 3600.0
# Products above this size wake BLAS's threads, which cost more CPU than the work.
_PRODUCT = 200_000

# Long-term average speech in thirds of an octave, dB: Byrne et al., J. Acoust. Soc. Am. 96 (1994), table II, combined.
_SPEECH_HZ = (100, 160, 250, 400, 630, 1000, 1600, 2500, 4000, 6300, 10_000, 16_000)
_SPEECH_DB = (54.4, 56.8, 60.3, 62.1, 60.5, 53.7, 52.0, 48.1, 45.6, 44.3, 43.4, 40.7)


class BandBank:
    """Levels of `bands` bands and, in a last column, of the whole sound, in decibels.

    Both channels count by power, so that sound in opposite phase is not lost.
    """

    def __init__(self, bands: int) -> None:
        self.slow: NDArray[np.float32] = np.zeros((0, 2), np.float32)
        """The chunk last looked at, at 12 kHz, `(n, 2)`; `slow[k]` is at sample `4 * k` of the chunk."""
        edges = np.geomspace(LOWEST_HZ, HIGHEST_HZ, bands + 1)
        self._scales = [_Scale(edges, *scale) for scale in (_LOW, _MIDDLE, _HIGH)]
        hz = np.arange(_PADDED // DECIMATION // 2 + 1) * (SAMPLE_RATE_HZ / _PADDED)
        fall = np.clip((hz - _PASS_HZ) / (_STOP_HZ - _PASS_HZ), 0, 1)
        self._low_pass = ((0.5 + 0.5 * np.cos(np.pi * fall)) / DECIMATION).astype(np.float32)

    def levels(self, sound: NDArray[np.float32], first: int, step: int, count: int) -> NDArray[np.float32]:
        """`(count, bands + 1)` float32 dB around the samples `first + k * step` of `(n, 2)` sound."""
        both = _is_stereo(sound)
        self.slow = self._decimated(sound, both=both)
        fast, slow = (sound, self.slow) if both else (sound[:, :1], self.slow[:, :1])
        power = self._scales[0].power(slow, first // DECIMATION, step // DECIMATION, count)
        power += self._scales[1].power(slow, first // DECIMATION, step // DECIMATION, count)
        power += self._scales[2].power(fast, first, step, count)
        return cast("NDArray[np.float32]", 10 * np.log10(power + np.float32(1e-11)))

    def _decimated(self, sound: NDArray[np.float32], *, both: bool) -> NDArray[np.float32]:
        """Every fourth sample of the low-passed sound; its ends, which are context, blend into each other."""
        out = np.empty((len(sound) // DECIMATION, 2), np.float32)
        for channel in range(1 + both):
            spectrum = np.fft.rfft(sound[:, channel], _PADDED)[: len(self._low_pass)] * self._low_pass
            out[:, channel] = np.fft.irfft(spectrum, _PADDED // DECIMATION)[: len(out)]
        if not both:
            out[:, 1] = out[:, 0]
        return out


class _Scale:
    """One window length: the share of every bin in every band that it serves."""

    def __init__(self, edges: NDArray[np.float64], window: int, rate_hz: int, low_hz: float, high_hz: float) -> None:
        self._window = np.hanning(window + 1)[:-1].astype(np.float32)
        # A full-scale sine has 0 dB: its power is spread over the bins of the window's main lobe.
        unit = 2 * 2 / (window * float((self._window**2).sum()))
        bins_hz = np.arange(window // 2 + 1) * rate_hz / window
        shares = np.zeros((len(bins_hz), len(edges)))
        for band, (below, above) in enumerate(itertools.pairwise(edges)):
            centre = float(np.sqrt(below * above))
            if low_hz <= centre < high_hz:
                shares[:, band] = _overlap(bins_hz, below, above) * 10 ** (speech_tilt_db(centre) / 10)
        heard = (bins_hz >= low_hz) & (bins_hz < high_hz)
        shares[heard, -1] = loudness_weight(bins_hz[heard])
        used = np.flatnonzero(shares.any(axis=1))
        self._bins = slice(int(used[0]), int(used[-1]) + 1)
        served = np.flatnonzero(shares[:, :-1].any(axis=0))
        self._served = np.append(served, len(edges) - 1)
        self._shares = (shares[self._bins][:, self._served] * unit).astype(np.float32)
        self._columns = len(edges)

    def power(self, sound: NDArray[np.float32], first: int, step: int, count: int) -> NDArray[np.float32]:
        size = len(self._window)
        start = first - size // 2
        part = sound[start : start + (count - 1) * step + size]
        if part.shape[1] == 1:
            spectrum = np.fft.rfft(sliding_window_view(part[:, 0], size)[::step] * self._window)
            power = _square(spectrum)
        else:
            # Left as the real, right as the imaginary part: |L|^2 + |R|^2 = (|Z(f)|^2 + |Z(-f)|^2) / 2.
            pair = np.ascontiguousarray(part).view(np.complex64)[:, 0]
            spectrum = np.fft.fft(sliding_window_view(pair, size)[::step] * self._window)
            whole = _square(spectrum)
            half = size // 2
            power = np.empty((count, half + 1), dtype=np.float32)
            power[:, 0] = whole[:, 0] / 2
            power[:, 1:] = (whole[:, 1 : half + 1] + whole[:, : half - 1 : -1]) / 4
        part = np.ascontiguousarray(power[:, self._bins])
        out = np.zeros((count, self._columns), np.float32)
        rows = max(1, _PRODUCT // self._shares.size)
        for row in range(0, count, rows):
            out[row : row + rows, self._served] = part[row : row + rows] @ self._shares
        return out


def _square(spectrum: NDArray[np.complexfloating]) -> NDArray[np.float32]:
    return (spectrum.real**2 + spectrum.imag**2).astype(np.float32, copy=False)


def _is_stereo(sound: NDArray[np.float32]) -> bool:
    return not np.array_equal(sound[:, 0], sound[:, 1])


def _overlap(bins_hz: NDArray[np.float64], below: float, above: float) -> NDArray[np.float64]:
    """How much of each bin lies in a band, the spectrum being read as straight lines between bins."""
    width = float(bins_hz[1])
    grid = below + (np.arange(32, dtype=np.float64) + 0.5) * (above - below) / 32
    near = np.maximum(0.0, 1 - np.abs(grid[:, None] - bins_hz[None, :]) / width)
    return near.sum(axis=0, dtype=np.float64) * ((above - below) / 32 / width)


def speech_tilt_db(hz: float) -> float:
    """Lift in dB that makes average speech level over all bands; no lift for rumble below 100 Hz."""
    known = [math.log(speech_hz) for speech_hz in _SPEECH_HZ]
    return max(_SPEECH_DB) - float(np.interp(math.log(hz), known, _SPEECH_DB))


def loudness_weight(hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Power weight after the K curve of ITU-R BS.1770-4: less below 60 Hz, 4 dB more above 2 kHz."""
    square = hz * hz
    return (square / (square + 60.0**2)) ** 2 * (1 + 1.5 * square / (square + 1700.0**2))
