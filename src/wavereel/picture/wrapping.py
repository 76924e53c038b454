"""Where the lines of a text end: as few lines as fit, then as even as the words allow."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from wavereel.picture import linebreak

if TYPE_CHECKING:
    from wavereel.picture.shaping import FontRequest, ShapedLine, Shaper

_COSTS = {linebreak.POOR: 0.15, linebreak.FAIR: 0.06}
_AFTER_STOP_GAIN = 0.02
_STOPS = frozenset(",.;:!?…，。；：！？、—")


class Unit(NamedTuple):
    """What stays together: characters `[start, stop)`, its width and the width without the space that ends it."""

    start: int
    stop: int
    width: float
    solid: float
    quality: int


def cluster_widths(line: ShapedLine) -> list[float]:
    """The advance that each character of a shaped line adds; 0 inside a cluster."""
    widths = [0.0] * len(line.text)
    for glyph in line.glyphs:
        widths[glyph.cluster] += glyph.advance
    return widths


def split_units(text: str, shaper: Shaper, request: FontRequest) -> list[Unit]:
    """The unbreakable pieces of a text, measured in one pass."""
    flat = text.replace("\n", " ")
    widths = cluster_widths(shaper.shape(flat, request))
    units: list[Unit] = []
    start = 0
    for stop, quality in linebreak.break_qualities(text):
        if quality == linebreak.NEVER:
            continue
        body = start + len(text[start:stop].rstrip())
        units.append(Unit(start, stop, sum(widths[start:stop]), sum(widths[start:body]), quality))
        start = stop
    return units


def cut_unit(unit: Unit, text: str, shaper: Shaper, request: FontRequest, width_px: float) -> list[Unit]:
    """A piece that is wider than a line, cut between clusters."""
    piece = text[unit.start : unit.stop].replace("\n", " ")
    widths = cluster_widths(shaper.shape(piece, request))
    result: list[Unit] = []
    start, used = 0, 0.0
    edges = [stop for stop, _ in linebreak.break_qualities(piece)]
    before = 0
    for stop in edges:
        width = sum(widths[before:stop])
        if used + width > width_px and before > start:
            result.append(Unit(unit.start + start, unit.start + before, used, used, linebreak.POOR))
            start, used = before, 0.0
        used += width
        before = stop
    body = start + len(piece[start:].rstrip())
    result.append(Unit(unit.start + start, unit.stop, used, sum(widths[start:body]), unit.quality))
    return result


def _line_width(units: Sequence[Unit], sums: Sequence[float], first: int, stop: int) -> float:
    return sums[stop - 1] - sums[first] + units[stop - 1].solid


def fill(units: Sequence[Unit], width_px: float) -> list[tuple[int, int]]:
    """Greedy lines: ranges of units, each as long as fits."""
    lines: list[tuple[int, int]] = []
    first, used = 0, 0.0
    for index, unit in enumerate(units):
        if index > first and used + unit.solid > width_px:
            lines.append((first, index))
            first, used = index, 0.0
        used += unit.width
        if unit.quality == linebreak.FORCED:
            lines.append((first, index + 1))
            first, used = index + 1, 0.0
    return lines


def balance(units: Sequence[Unit], text: str, count: int, width_px: float) -> list[tuple[int, int]]:
    """`count` lines of one paragraph with the least sum of squared slack, breaks between words preferred.

    `count` must be what `fill` needs or more.
    """
    n = len(units)
    if count <= 1 or n < count:
        return fill(units, width_px)
    sums = [0.0]
    for unit in units:
        sums.append(sums[-1] + unit.width)
    mean = sums[-1] / count
    best: list[list[tuple[float, int]]] = [[(float("inf"), 0)] * (n + 1) for _ in range(count + 1)]
    best[0][0] = (0.0, 0)
    for k in range(1, count + 1):
        for stop in range(k, n + 1):
            # Lines start no earlier than what fits: widths only grow to the left.
            earliest = max(k - 1, bisect_right(sums, sums[stop - 1] + units[stop - 1].solid - width_px - 1e-6))
            ends = units[stop - 1]
            cost_here = _COSTS.get(ends.quality, 0.0) if stop < n else 0.0
            cost_here -= _AFTER_STOP_GAIN * (stop < n and text[ends.start : ends.stop].rstrip()[-1:] in _STOPS)
            for first in range(earliest if earliest < stop else stop - 1, stop):
                before = best[k - 1][first][0]
                if before == float("inf"):
                    continue
                width = _line_width(units, sums, first, stop)
                if width > width_px and stop - first > 1:
                    continue
                cost = before + ((width - mean) / max(mean, 1.0)) ** 2 + cost_here
                if cost < best[k][stop][0]:
                    best[k][stop] = (cost, first)
    if best[count][n][0] == float("inf"):
        return fill(units, width_px)
    lines: list[tuple[int, int]] = []
    stop = n
    for k in range(count, 0, -1):
        first = best[k][stop][1]
        lines.append((first, stop))
        stop = first
    return lines[::-1]


def wrap(units: Sequence[Unit], text: str, width_px: float, max_lines: int) -> list[tuple[int, int]]:
    """Lines as ranges of units: the fewest that fit each paragraph, evened out where `max_lines` hold them."""
    lines = fill(units, width_px)
    if len(lines) > max_lines:
        return lines
    lines = list[tuple[int, int]]()
    first = 0
    for index, unit in enumerate(units):
        if unit.quality != linebreak.FORCED:
            continue
        paragraph = units[first : index + 1]
        needed = len(fill(paragraph, width_px))
        lines += [(first + a, first + b) for a, b in balance(paragraph, text, needed, width_px)]
        first = index + 1
    return lines
