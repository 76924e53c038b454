"""Word times where no alignment is to be had: the model's own, moved to where the sound starts and ends."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from wavereel.speech.activity import Sound
    from wavereel.speech.words import Word

_HOP_MS = 10
_HOP = 160
_PAUSE_MS = 120
_REACH_MS = 250
_AROUND_HOPS = 500  # 5 s on either side
_FILL_HOPS = 6
_BURST_HOPS = 3


def voiced_hops(sound: Sound) -> NDArray[np.bool_]:
    """For every 10 ms, whether it is louder than its surroundings' pauses.

    The threshold is the 10th percentile of the level within 5 s on either side plus 35 % of the way to the 90th, after
    a pre-emphasis of 0.97; holes under 60 ms are filled, bursts under 30 ms dropped.
    """
    hops = len(sound) // _HOP
    if hops == 0:
        return np.zeros(0, np.bool_)
    bright = np.append(sound[:1], sound[1:] - np.float32(0.97) * sound[:-1])[: hops * _HOP].reshape(hops, _HOP)
    level_db = 10 * np.log10(np.einsum("ij,ij->i", bright, bright, dtype=np.float64) / _HOP + 1e-10)
    loud = np.zeros(hops, np.bool_)
    for start in range(0, hops, 100):
        low, high = max(0, start - _AROUND_HOPS), min(hops, start + 100 + _AROUND_HOPS)
        floor, top = np.percentile(level_db[low:high], (10, 90))
        loud[start : start + 100] = level_db[start : start + 100] > floor + 0.35 * (top - floor)
    return _without_runs(
        _without_runs(loud, value=False, shorter_than=_FILL_HOPS), value=True, shorter_than=_BURST_HOPS
    )


def _without_runs(flags: NDArray[np.bool_], *, value: bool, shorter_than: int) -> NDArray[np.bool_]:
    """Flip runs of `value` that are short; runs at the ends stay."""
    result = flags.copy()
    edges = np.flatnonzero(np.diff(flags.astype(np.int8))) + 1
    for start, stop in itertools.pairwise(edges):
        if flags[start] == value and stop - start < shorter_than:
            result[start:stop] = not value
    return result


def snap_words(words: Sequence[Word], sound: Sound, origin_ms: int) -> list[Word]:
    """Move word edges that lie in silence or next to a pause to the nearest onset or end of sound, by at most 250 ms.

    Args:
        words: In order of time.
        sound: `(n,)` float32 at 16 kHz.
        origin_ms: Where `sound` begins.
    """
    loud = voiced_hops(sound)
    change = np.diff(loud.astype(np.int8), prepend=0, append=0)
    onsets = np.flatnonzero(change == 1) * _HOP_MS + origin_ms
    ends = np.flatnonzero(change == -1) * _HOP_MS + origin_ms
    result: list[Word] = []
    for index, word in enumerate(words):
        before = word.start_ms - words[index - 1].end_ms if index else _PAUSE_MS + 1
        after = words[index + 1].start_ms - word.end_ms if index + 1 < len(words) else _PAUSE_MS + 1
        start_ms, end_ms = word.start_ms, word.end_ms
        if before > _PAUSE_MS or not _is_loud(loud, start_ms - origin_ms):
            start_ms = _nearest(onsets, start_ms)
        if after > _PAUSE_MS or not _is_loud(loud, end_ms - origin_ms - 1):
            end_ms = _nearest(ends, end_ms)
        result.append(replace(word, start_ms=start_ms, end_ms=end_ms) if start_ms < end_ms else word)
    return result


def _is_loud(loud: NDArray[np.bool_], ms: int) -> bool:
    hop = ms // _HOP_MS
    return 0 <= hop < len(loud) and bool(loud[hop])


def _nearest(edges: NDArray[np.int64], ms: int) -> int:
    """The edge nearest to `ms` within reach, else `ms`."""
    if len(edges) == 0:
        return ms
    at = int(np.searchsorted(edges, ms))
    near = min((int(edge) for edge in edges[max(0, at - 1) : at + 1]), key=lambda edge: abs(edge - ms))
    return near if abs(near - ms) <= _REACH_MS else ms
