"""The scene: layers over a canvas, repainted only where something changed.

Layers are pure functions of the frame number, so a scene can start at any frame and give the same pixels: segments of
a video are rendered in parallel, each by a scene of its own over forked layers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wavereel.picture.canvas import Canvas
from wavereel.picture.geometry import Rect, gather

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from wavereel.picture.layer import Layer

MACROBLOCK_PX = 16


class Scene:
    """Paints the frames of one segment.

    Args:
        layers: Bottom to top; the lowest must cover the canvas.
        width: Canvas width in px, even.
        height: Canvas height in px, even.

    The layers at the bottom that stand still for the whole segment are painted once, onto a plate; a damaged
    rectangle is repaired by copying the plate and painting the other layers over it.
    """

    def __init__(self, layers: Sequence[Layer], width: int, height: int) -> None:
        self._layers = list(layers)
        self._plate = Canvas(width, height)
        self.canvas = Canvas(width, height)
        self._moving: list[Layer] = self._layers

    def frames(self, first: int, stop: int) -> Iterator[tuple[Canvas, list[Rect] | None]]:
        """Each frame of `[first, stop)` with what differs from the one before; `None` for the first: everything.

        The canvas is drawn in place and is the same object every time.
        """
        self._start(first, stop)
        yield self.canvas, None
        for frame in range(first + 1, stop):
            yield self.canvas, self._advance(frame)

    def still(self, frame: int) -> Canvas:
        """One frame, painted from nothing."""
        self._start(frame, frame + 1)
        return self.canvas

    def _start(self, first: int, stop: int) -> None:
        bounds = self.canvas.bounds
        depth = 0
        while depth < len(self._layers) and self._layers[depth].is_still(first, stop):
            self._layers[depth].paint(self._plate, first, bounds)
            depth += 1
        self._moving = self._layers[depth:]
        self.canvas.copy_from(self._plate, bounds)
        for layer in self._moving:
            layer.paint(self.canvas, first, bounds)

    def _advance(self, frame: int) -> list[Rect]:
        bounds = self.canvas.bounds
        damage = gather((rect for layer in self._moving for rect in layer.damage(frame - 1, frame)), bounds)
        for rect in damage:
            self.canvas.copy_from(self._plate, rect)
            for layer in self._moving:
                layer.paint(self.canvas, frame, rect)
        return damage


def damage_share(layers: Sequence[Layer], first: int, stop: int, bounds: Rect, *, samples: int = 12) -> float:
    """The mean share of the canvas that is damaged in a frame of `[first, stop)`, from evenly chosen frames.

    Known before anything is painted, since damage is a function of frame numbers: the encoder chooses by it.
    """
    if stop - first < 2:
        return 0.0
    chosen = sorted({first + 1 + (stop - first - 2) * k // max(1, samples - 1) for k in range(samples)})
    total = 0
    for frame in chosen:
        rects = gather((rect for layer in layers for rect in layer.damage(frame - 1, frame)), bounds)
        total += sum(rect.area for rect in rects)
    return total / (len(chosen) * bounds.area)


def macroblock_map(damage: Sequence[Rect] | None, width: int, height: int) -> NDArray[np.uint8]:
    """One byte per macroblock, `(rows, columns)`: 1 where a damage rectangle touches it, 0 where it is clean."""
    rows, columns = -(-height // MACROBLOCK_PX), -(-width // MACROBLOCK_PX)
    if damage is None:
        return np.ones((rows, columns), np.uint8)
    result = np.zeros((rows, columns), np.uint8)
    for x0, y0, x1, y1 in damage:
        result[y0 // MACROBLOCK_PX : -(-y1 // MACROBLOCK_PX), x0 // MACROBLOCK_PX : -(-x1 // MACROBLOCK_PX)] = 1
    return result
