"""Rectangles in pixels of the canvas, and how damage is gathered from them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Rect(NamedTuple):
    """A rectangle in luma pixels, half-open: `x0 <= x < x1`, `y0 <= y < y1`."""

    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def width(self) -> int:
        return self.x1 - self.x0

    @property
    def height(self) -> int:
        return self.y1 - self.y0

    @property
    def area(self) -> int:
        return max(0, self.width) * max(0, self.height)

    def __bool__(self) -> bool:
        return self.x1 > self.x0 and self.y1 > self.y0

    def intersect(self, other: Rect) -> Rect:
        """The common part; false where there is none."""
        return Rect(max(self.x0, other.x0), max(self.y0, other.y0), min(self.x1, other.x1), min(self.y1, other.y1))

    def union(self, other: Rect) -> Rect:
        """The smallest rectangle around both."""
        return Rect(min(self.x0, other.x0), min(self.y0, other.y0), max(self.x1, other.x1), max(self.y1, other.y1))

    def move(self, dx: int, dy: int) -> Rect:
        return Rect(self.x0 + dx, self.y0 + dy, self.x1 + dx, self.y1 + dy)

    def even(self) -> Rect:
        """Grown outward to even edges, so that it covers whole chroma samples of 4:2:0."""
        return Rect(self.x0 & ~1, self.y0 & ~1, (self.x1 + 1) & ~1, (self.y1 + 1) & ~1)


def gather(rects: Iterable[Rect], bounds: Rect) -> list[Rect]:
    """Even, disjoint rectangles inside `bounds` that cover all of `rects`.

    Two that overlap are replaced by the rectangle around both, until none do: simple, and right for damage, where a
    few pixels too many cost less than a pixel too few.
    """
    pending = [clipped for rect in rects if (clipped := rect.even().intersect(bounds))]
    result: list[Rect] = []
    while pending:
        rect = pending.pop()
        for index, other in enumerate(result):
            if rect.intersect(other):
                del result[index]
                pending.append(rect.union(other))
                break
        else:
            result.append(rect)
    return sorted(result, key=lambda r: (r.y0, r.x0))
