"""Where nobody speaks on a timeline, found in the sound itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wavereel.errors import MissingPartError
from wavereel.service.captioning import SPEECH_HZ, speech_windows
from wavereel.service.drafts import part_of, voices_of
from wavereel.speech.activity import speech_pieces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from wavereel.timeline.model import Timeline

Range = tuple[int, int]

_EARLY_MS = 100
_LATE_MS = 200
"""The detector adds 250 ms on both sides; measured on speech between digital silences, a voice is heard from 150 ms
before what it detects, and ends with it but for 50 ms."""

_HOP = SPEECH_HZ // 50
_QUIET_DB = 30.0
"""Where no voice is found at all, quiet is what is so far below the loud parts."""

_FLOOR_DB = -60.0


def heard_ranges(path: Path, part_ms: Range) -> tuple[Range, ...]:
    """Where a part of a file is heard, half-open, in ms of the file: its speech, else what is not quiet.

    Memory is constant but for a byte for every 20 ms.

    Raises:
        InputError: The file cannot be read.
    """
    levels: list[NDArray[np.int8]] = []
    windows = _levelled(speech_windows(path, part_ms, salvage=False), levels)
    offset_ms = part_ms[0]
    length_ms = part_ms[1] - part_ms[0]
    try:
        spans = [span for _, pieces in speech_pieces(windows) for piece in pieces for span in piece.spans]
    except MissingPartError:
        spans = []
        for _ in windows:  # the levels of the rest
            pass
    joined: list[list[int]] = []
    for start, stop in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1][1] = max(stop, joined[-1][1])
        else:
            joined.append([start, stop])
    voiced: list[Range] = []
    for start, stop in joined:
        begin_ms = start * 1000 // SPEECH_HZ
        end_ms = min(length_ms, -(-stop * 1000 // SPEECH_HZ))
        begin_ms += _EARLY_MS if begin_ms else 0
        end_ms -= _LATE_MS if end_ms < length_ms else 0
        if end_ms > begin_ms:
            voiced.append((begin_ms + offset_ms, end_ms + offset_ms))
    return tuple(voiced) if voiced else tuple(_loud(levels, offset_ms, length_ms))


def silences_of(timeline: Timeline, gap_ms: int, heard: Callable[[str, Range], Sequence[Range]]) -> list[Range]:
    """The silences of `gap_ms` and more between the first and the last moment of the voices, in ms of the timeline.

    Args:
        timeline: Whose voices are meant: those of role `voice`, else `audio`, else `main`.
        gap_ms: Shorter ones do not count.
        heard: Where a part of a segment's `src` is heard, in ms of its file.
    """
    loud: list[Range] = []
    clips = voices_of(timeline)
    for start_ms, segment, source in clips:
        stop_ms = start_ms + segment.length_ms
        first_ms, last_ms = part_of(segment)
        speed = segment.speed or 1.0
        for begin, end in heard(source, (first_ms, last_ms)):
            low = start_ms + int((max(begin, first_ms) - first_ms) / speed)
            high = start_ms + -int(-(min(end, last_ms) - first_ms) // speed)
            if low < min(high, stop_ms):
                loud.append((low, min(high, stop_ms)))
        played_ms = round((last_ms - first_ms) / speed)
        if segment.loop and played_ms < segment.length_ms:  # what it plays again counts as heard
            loud.append((start_ms + played_ms, stop_ms))
    if not clips:
        return []
    first_ms = min(start_ms for start_ms, _, _ in clips)
    stop_ms = min(timeline.length_ms, max(start_ms + segment.length_ms for start_ms, segment, _ in clips))
    silences: list[Range] = []
    cursor = first_ms
    for begin, end in [*sorted(loud), (stop_ms, stop_ms)]:
        if begin - cursor >= gap_ms:
            silences.append((cursor, begin))
        cursor = max(cursor, end)
    return silences


def _levelled(windows: Iterable[NDArray[np.float32]], levels: list[NDArray[np.int8]]) -> Iterator[NDArray[np.float32]]:
    """The same blocks; the level of every 20 ms is put aside in whole decibels."""
    rest = np.zeros(0, np.float32)
    for window in windows:
        sound = np.concatenate((rest, window))
        whole = len(sound) // _HOP * _HOP
        rest = sound[whole:]
        power = np.mean(sound[:whole].reshape(-1, _HOP).astype(np.float64) ** 2, axis=1)
        levels.append(np.maximum(10 * np.log10(power + 1e-12), -120).astype(np.int8))
        yield window


def _loud(levels: Sequence[NDArray[np.int8]], offset_ms: int, length_ms: int) -> Iterator[Range]:
    """Where the level is not far below that of the loud parts."""
    if not levels:
        return
    whole = np.concatenate(levels)
    if not len(whole):
        return
    limit = max(_FLOOR_DB, float(np.percentile(whole, 95)) - _QUIET_DB)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], whole > limit, [False])).astype(np.int8)))
    for start, stop in edges.reshape(-1, 2).tolist():
        end_ms = length_ms if stop == len(whole) else stop * 20
        yield offset_ms + start * 20, offset_ms + min(length_ms, end_ms)
