"""Layers whose pixels are known by arithmetic, for the scene's own tests."""

from __future__ import annotations

from wavereel.picture.canvas import Canvas
from wavereel.picture.colors import Yuv
from wavereel.picture.geometry import Rect


class Ground:
    """One colour everywhere, always."""

    def __init__(self, luma: int = 40) -> None:
        self.luma = luma
        self.painted = 0

    def damage(self, previous: int, frame: int) -> list[Rect]:
        return []

    def is_still(self, first: int, stop: int) -> bool:
        return True

    def paint(self, canvas: Canvas, frame: int, clip: Rect) -> None:
        self.painted += 1
        canvas.fill(Yuv(self.luma, 128, 128), clip)

    def fork(self) -> Ground:
        return self


class MovingBox:
    """A box of 16 by 8 that walks two pixels a frame and turns round after 20."""

    def __init__(self, luma: int = 200, y: int = 10, alpha: int = 255) -> None:
        self.luma, self.y, self.alpha = luma, y, alpha

    def place(self, frame: int) -> Rect:
        x = 2 * (frame % 20)
        return Rect(x, self.y, x + 16, self.y + 8)

    def damage(self, previous: int, frame: int) -> list[Rect]:
        return [] if previous == frame else [self.place(previous), self.place(frame)]

    def is_still(self, first: int, stop: int) -> bool:
        return stop - first <= 1

    def paint(self, canvas: Canvas, frame: int, clip: Rect) -> None:
        area = self.place(frame).intersect(clip)
        if area:
            canvas.fill(Yuv(self.luma, 100, 150), area, alpha=self.alpha)

    def fork(self) -> MovingBox:
        return MovingBox(self.luma, self.y, self.alpha)
