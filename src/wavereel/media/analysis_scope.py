"""The wave itself, as an oscilloscope shows it: low-passed, and cut so that a steady tone stands still."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from wavereel.media.analysis_bands import DECIMATION, SLOW_HZ

if TYPE_CHECKING:
    from numpy.typing import NDArray

SCOPE_POINTS = 512
"""Points of a trace; at 12 kHz they are 42.7 ms."""

_SEARCH = SLOW_HZ // 100
_TRACE_HZ = 1300.0
_TRIGGER_HZ = 260.0
_TRACE_TAPS = 25
_TRIGGER_TAPS = 121
_ROWS_AT_ONCE = 4096


class ScopeTracer:
    """Fills `(frames, 512)` int8 with traces, each at its own scale until the file's is known."""

    def __init__(self, traces: NDArray[np.int8]) -> None:
        self._traces = traces
        self._peaks = np.zeros(len(traces), np.float32)
        self._trace_taps = _low_pass(_TRACE_HZ, _TRACE_TAPS)
        self._trigger_taps = _low_pass(_TRIGGER_HZ, _TRIGGER_TAPS)

    def trace(self, slow: NDArray[np.float32], centres: NDArray[np.int64], frame: int) -> None:
        """Trace the moments at `centres` (48 kHz samples into the chunk of `slow`) as the frames from `frame` on."""
        if not len(centres):
            return
        wave = _one_channel(slow)
        smooth = np.convolve(wave, self._trace_taps, mode="same")
        trigger = np.convolve(wave, self._trigger_taps, mode="same")
        start = centres // DECIMATION + _rising(trigger, centres // DECIMATION) - SCOPE_POINTS // 2
        rows = sliding_window_view(smooth, SCOPE_POINTS)[start]
        peaks = np.abs(rows).max(axis=1)
        scale = 127 / np.maximum(peaks, np.float32(1e-9))
        self._traces[frame : frame + len(rows)] = np.rint(rows * scale[:, None])
        self._peaks[frame : frame + len(rows)] = peaks

    def finish(self, level: NDArray[np.uint8]) -> NDArray[np.int8]:
        """The traces at the file's scale: its loud parts reach 85 %, its silence lies flat."""
        heard = self._peaks[level > 0]
        loud = float(np.percentile(heard, 90)) if len(heard) else 1.0
        gain = 0.85 * self._peaks / max(loud, 1e-4)
        gain = np.where(gain > 0.7, 0.7 + 0.3 * np.tanh((gain - 0.7) / 0.3), gain)
        gain *= np.minimum(level.astype(np.float32) / 24, 1)
        for start in range(0, len(gain), _ROWS_AT_ONCE):
            part = self._traces[start : start + _ROWS_AT_ONCE]
            part[:] = np.rint(part * gain[start : start + _ROWS_AT_ONCE, None].astype(np.float32))
        return self._traces


def _one_channel(slow: NDArray[np.float32]) -> NDArray[np.float32]:
    """The middle, or the left channel where the two cancel out."""
    middle = slow.mean(axis=1)
    if float(np.dot(middle, middle)) < 0.05 * float(np.dot(slow[:, 0], slow[:, 0])):
        return np.ascontiguousarray(slow[:, 0])
    return middle


def _rising(trigger: NDArray[np.float32], centres: NDArray[np.int64]) -> NDArray[np.int64]:
    """Offset of the upward crossing within 10 ms of each centre that leads to the highest crest."""
    near = sliding_window_view(trigger, 2 * _SEARCH + 1)[centres - _SEARCH]
    crosses = (near[:, :-1] < 0) & (near[:, 1:] >= 0)
    crest = sliding_window_view(trigger, _SEARCH // 2).max(axis=1)
    strength = np.where(crosses, sliding_window_view(crest, 2 * _SEARCH)[centres - _SEARCH + 1], np.float32(-1))
    best = strength.argmax(axis=1)
    return np.where(crosses.any(axis=1), best + 1 - _SEARCH, 0)


def _low_pass(cutoff_hz: float, taps: int) -> NDArray[np.float32]:
    span = np.arange(taps) - (taps - 1) / 2
    kernel = np.sinc(2 * cutoff_hz / SLOW_HZ * span) * np.hamming(taps)
    return (kernel / kernel.sum()).astype(np.float32)
