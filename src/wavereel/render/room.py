"""Room for what was put somewhere by hand: the parts of a layout that lie there go up, down, or get smaller."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from wavereel.picture.geometry import Rect

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_FURTHEST, _FURTHEST_PINNED = 0.16, 0.1
"""How far a part goes by itself, in heights of the area; beyond it everything gives way together."""

_KEPT = 0.7
"""Share of its height that a part keeps when it gets smaller by itself."""

_SMALLEST, _STEPS = 0.5, 25
"""Share of its height that a cluster keeps at least, and in how many steps it gets there."""

_TOUCH_PX = 2


@dataclass(frozen=True, slots=True)
class Part:
    """Something that a layout has placed, plate included.

    `least` is the share of its height that it keeps at least, 1 for words; `fixed` stands still, and what is `pinned`
    goes no further than a little. A `panel` is a ground for other parts: what lies wholly on it does not touch it.
    """

    name: str
    rect: Rect
    least: float = 1.0
    fixed: bool = False
    pinned: bool = False
    panel: bool = False


class Shift(NamedTuple):
    """Where a part goes: `y` becomes `to + (y - start) * scale`."""

    start: float
    to: float
    scale: float = 1.0

    def at(self, y: float) -> float:
        """The new `y`."""
        return self.to + (y - self.start) * self.scale

    def then(self, later: Shift) -> Shift:
        """Both shifts, this one first."""
        return Shift(self.start, later.at(self.to), self.scale * later.scale)

    def rect(self, rect: Rect) -> Rect:
        """A rectangle after the shift, as wide as before."""
        return Rect(rect.x0, round(self.at(rect.y0)), rect.x1, round(self.at(rect.y1)))


class _Cluster(NamedTuple):
    """Parts that share rows of the canvas and so move as one."""

    parts: tuple[Part, ...]
    y0: int
    y1: int

    def height(self, scale: float) -> float:
        """Its height at a scale; words alone keep theirs."""
        supple = any(part.least < 1 for part in self.parts)
        return (self.y1 - self.y0) * (scale if supple else 1.0)


def make_room(
    parts: Sequence[Part],
    obstacle: Rect,
    area: Rect,
    gap: int,
    *,
    still: Sequence[Rect] = (),
    rows: bool = True,
) -> dict[str, Shift] | None:
    """How the parts that an obstacle would touch give way.

    First each tries by itself: a little up or down, or smaller from the side of the obstacle. Where that is too little
    the rows of parts go above or below the obstacle as wholes, and are squeezed where they must.

        |kicker     |      |kicker     |
        |cover| wave|  ->  |cover|wave |     all in less height
        |     |     |      |== title ==|
        |captions   |      |captions   |

    Args:
        parts: What may have to move.
        obstacle: What stays.
        area: What is kept free of nothing else: parts do not leave it, unless they have before.
        gap: Distance in px that is kept.
        still: What else stays, and is not lain upon.
        rows: Whether rows may give way as wholes.

    Returns:
        A shift by name for every part that moves, empty where none has to; `None` where there is no room.
    """
    grounds = [part for part in parts if part.panel and _contains(part.rect, obstacle)]
    others = [part for part in parts if part not in grounds]
    if not any(_touches(part.rect, obstacle, gap) for part in others):
        return {}
    inner = area
    for ground in grounds:
        inner = inner.intersect(ground.rect)
    moved = _one_by_one(others, obstacle, inner, gap, still)
    return _in_rows(parts, obstacle, area, gap, still) if moved is None and rows else moved


def moved_parts(parts: Sequence[Part], shifts: Mapping[str, Shift]) -> list[Part]:
    """The parts after their shifts."""
    return [replace(part, rect=shifts[part.name].rect(part.rect)) if part.name in shifts else part for part in parts]


def _contains(outer: Rect, inner: Rect) -> bool:
    return outer.union(inner) == outer


def _grown(rect: Rect, by: int) -> Rect:
    return Rect(rect.x0 - by, rect.y0 - by, rect.x1 + by, rect.y1 + by)


def _touches(one: Rect, other: Rect, gap: int = 0) -> bool:
    return bool(_grown(one, gap).intersect(other))


def _bound(parts: Sequence[Part]) -> list[list[Part]]:
    """Parts that overlap or abut, as a plate and the words on it do, in groups."""
    return _joined(parts, lambda one, other: _touches(one.rect, other.rect, _TOUCH_PX))


def _joined(parts: Sequence[Part], belong: Callable[[Part, Part], bool]) -> list[list[Part]]:
    groups: list[list[Part]] = []
    for part in parts:
        found = [group for group in groups if any(belong(part, other) for other in group)]
        groups = [group for group in groups if group not in found]
        groups.append([other for group in found for other in group] + [part])
    return groups


def _one_by_one(
    parts: Sequence[Part], obstacle: Rect, area: Rect, gap: int, still: Sequence[Rect]
) -> dict[str, Shift] | None:
    result: dict[str, Shift] = {}
    groups = _bound(parts)
    rects = [_hull(group) for group in groups]
    for number, group in enumerate(groups):
        if not any(_touches(part.rect, obstacle, gap) for part in group):
            continue
        if any(part.fixed for part in group):
            return None
        others = [*still, *(rect for index, rect in enumerate(rects) if index != number)]
        least = max((part.least for part in group), default=1.0)
        far = _FURTHEST_PINNED if any(part.pinned for part in group) else _FURTHEST
        shift = _least_shift(rects[number], least, obstacle, others, area, gap, round(far * area.height))
        if shift is None:
            return None
        rects[number] = shift.rect(rects[number])
        result |= {part.name: shift for part in group}
    return result


def _hull(parts: Sequence[Part]) -> Rect:
    rect = parts[0].rect
    for part in parts[1:]:
        rect = rect.union(part.rect)
    return rect


def _least_shift(
    rect: Rect, least: float, obstacle: Rect, others: Sequence[Rect], area: Rect, gap: int, furthest: int
) -> Shift | None:
    up, down = obstacle.y0 - gap, obstacle.y1 + gap
    shifts = [Shift(rect.y1, up), Shift(rect.y0, down)]
    for lost, anchor in ((rect.y1 - up, rect.y0), (down - rect.y0, rect.y1)):
        scale = 1 - lost / rect.height
        if lost > 0 and scale >= max(least, _KEPT):
            shifts.append(Shift(anchor, anchor, scale))
    top, bottom = min(area.y0, rect.y0), max(area.y1, rect.y1)

    def far(shift: Shift) -> float:
        after = shift.rect(rect)
        return abs(after.y0 - rect.y0) + abs(after.y1 - rect.y1)

    def fits(shift: Shift) -> bool:
        after = shift.rect(rect)
        clear = all(
            not _touches(after, other, min(gap, _distance(rect, other)) // 2) or _touches(rect, other)
            for other in others
        )
        return top <= after.y0 and after.y1 <= bottom and clear and far(shift) <= 2 * furthest

    return min(filter(fits, shifts), key=far, default=None)


def _distance(one: Rect, other: Rect) -> int:
    across = max(one.x0 - other.x1, other.x0 - one.x1)
    down = max(one.y0 - other.y1, other.y0 - one.y1)
    return max(0, across, down)


def _in_rows(
    parts: Sequence[Part], obstacle: Rect, area: Rect, gap: int, settled: Sequence[Rect]
) -> dict[str, Shift] | None:
    still = [part.rect for part in parts if part.fixed or part.pinned]
    if any(_touches(rect, obstacle) for rect in still):
        return None
    still.extend(settled)
    supple = [part for part in parts if not (part.fixed or part.pinned)]
    groups = _joined(supple, lambda one, other: one.rect.y0 < other.rect.y1 and other.rect.y0 < one.rect.y1)
    rows = [
        _Cluster(tuple(group), min(part.rect.y0 for part in group), max(part.rect.y1 for part in group))
        for group in groups
    ]
    rows.sort(key=lambda row: row.y0)
    area = _between(area, rows, still, gap)
    best: tuple[float, dict[str, Shift]] | None = None
    for split in range(len(rows) + 1):
        above = _pushed(rows[:split], obstacle, area, gap)
        below = _pushed([_flipped(row) for row in reversed(rows[split:])], _upside_down(obstacle), _turned(area), gap)
        if above is None or below is None:
            continue
        turned = {name: Shift(-shift.start, -shift.to, shift.scale) for name, shift in below[1].items()}
        cost, shifts = above[0] + below[0], above[1] | turned
        if (best is None or cost < best[0]) and not _collide(supple, shifts, still):
            best = cost, shifts
    return best[1] if best else None


def _between(area: Rect, rows: Sequence[_Cluster], still: Sequence[Rect], gap: int) -> Rect:
    """The area without what stands still above or below all rows."""
    if not rows:
        return area
    lowest = min((rect.y0 - gap // 2 for rect in still if rect.y0 >= rows[-1].y1), default=area.y1)
    highest = max((rect.y1 + gap // 2 for rect in still if rect.y1 <= rows[0].y0), default=area.y0)
    return Rect(area.x0, max(area.y0, highest), area.x1, min(area.y1, lowest))


def _collide(parts: Sequence[Part], shifts: Mapping[str, Shift], still: Sequence[Rect]) -> bool:
    return any(
        bool(after.rect.intersect(rect)) and not before.rect.intersect(rect)
        for before, after in zip(parts, moved_parts(parts, shifts), strict=True)
        for rect in still
    )


def _upside_down(rect: Rect) -> Rect:
    return Rect(rect.x0, -rect.y1, rect.x1, -rect.y0)


def _turned(area: Rect) -> Rect:
    return _upside_down(area)


def _flipped(row: _Cluster) -> _Cluster:
    parts = tuple(replace(part, rect=_upside_down(part.rect)) for part in row.parts)
    return _Cluster(parts, -row.y1, -row.y0)


def _pushed(rows: Sequence[_Cluster], obstacle: Rect, area: Rect, gap: int) -> tuple[float, dict[str, Shift]] | None:
    """Rows, from the top down, that have to end above an obstacle: what it costs, and their shifts."""
    for step in range(_STEPS + 1):
        scale = 1 - (1 - _SMALLEST) * step / _STEPS
        tried = _stacked(rows, obstacle, area, gap, scale)
        if tried is not None:
            return tried[0] + 2 * (1 - scale), tried[1]
    return None


def _stacked(
    rows: Sequence[_Cluster], obstacle: Rect, area: Rect, gap: int, scale: float
) -> tuple[float, dict[str, Shift]] | None:
    gaps = [min(gap, max(0, after.y0 - before.y1)) for before, after in pairwise(rows)] + [gap] * bool(rows)
    limit = float("inf")
    cost, shifts = 0.0, dict[str, Shift]()
    for row, below in zip(reversed(rows), reversed(gaps), strict=True):
        bottom = min(row.y1, limit - below)
        meets = any(part.rect.x0 < obstacle.x1 + gap and obstacle.x0 - gap < part.rect.x1 for part in row.parts)
        if meets:
            bottom = min(bottom, obstacle.y0 - gap)
        height = row.height(scale)
        top = bottom - height
        moves = (top, bottom) != (row.y0, row.y1)
        if top < min(area.y0, row.y0):
            return None
        if moves:
            shift = Shift(row.y0, top, height / (row.y1 - row.y0))
            shifts |= {part.name: shift for part in row.parts}
            cost += abs((top + bottom) - (row.y0 + row.y1)) / 2 / area.height
        limit = top
    return cost, shifts
