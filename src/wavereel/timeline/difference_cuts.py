"""Which ranges of a timeline were cut, told from what still sounds of its sources."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from wavereel.timeline.model import Timeline

_SLACK_MS = 2
"""Pieces are placed to the millisecond, sources are not."""


class _Piece(NamedTuple):
    """A clip: the range of its source in ms, its place on the timeline, and its speed."""

    source: str
    start: float
    end: float
    at_ms: int
    speed: float


def cut_ranges(before: Timeline, after: Timeline) -> tuple[tuple[int, int], ...]:
    """The half-open ranges of ms of the timeline before that were cut; empty where it was not (only) cut.

    A cut shows in two ways at once: parts of a source sound no longer, and the timeline is shorter by just that.
    """
    shorter_ms = before.length_ms - after.length_ms
    if shorter_ms <= 0:
        return ()
    old, new = _pieces(before), _pieces(after)
    if not old or not new or {piece.speed for piece in old} != {piece.speed for piece in new}:
        return ()
    ranges: list[tuple[int, int]] = []
    for piece in sorted(old, key=lambda piece: piece.at_ms):
        kept = sorted((other.start, other.end) for other in new if other.source == piece.source)
        for start, end in _without(piece.start, piece.end, kept):
            start_ms = piece.at_ms + round((start - piece.start) / piece.speed)
            end_ms = piece.at_ms + round((end - piece.start) / piece.speed)
            if end_ms - start_ms < 1:
                continue
            if ranges and start_ms - ranges[-1][1] <= _SLACK_MS:
                ranges[-1] = (ranges[-1][0], end_ms)
            else:
                ranges.append((start_ms, end_ms))
    lost_ms = sum(end_ms - start_ms for start_ms, end_ms in ranges)
    return tuple(ranges) if ranges and abs(lost_ms - shorter_ms) <= _SLACK_MS * (len(ranges) + 1) else ()


def _pieces(timeline: Timeline) -> list[_Piece]:
    """The clips of the sound that carries the timeline; none where one of them repeats another."""
    for role in ("voice", "audio", "main"):
        pieces = [
            _Piece(
                segment.source,
                segment.source_start_ms or 0,
                (segment.source_start_ms or 0) + segment.length_ms * (segment.speed or 1.0),
                start_ms,
                segment.speed or 1.0,
            )
            for track in timeline.with_role(role)
            for start_ms, segment in track.placed()
            if segment.source is not None and not segment.loop
        ]
        if pieces:
            ordered = sorted(pieces)
            repeated = any(
                one.source == other.source and other.start < one.end - _SLACK_MS for one, other in pairwise(ordered)
            )
            return [] if repeated else pieces
    return []


def _without(start: float, end: float, kept: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """A range without the ranges that are kept, which are in order."""
    lost: list[tuple[float, float]] = []
    cursor = start
    for low, high in kept:
        if high <= cursor or low >= end:
            continue
        if low - cursor >= 1:
            lost.append((cursor, low))
        cursor = max(cursor, high)
    if end - cursor >= 1:
        lost.append((cursor, end))
    return lost
