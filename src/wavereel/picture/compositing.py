"""Layers made of layers: a group seen at an opacity that changes, and a group seen enlarged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from wavereel.picture.canvas import Canvas
from wavereel.picture.identity import NOTHING, group_identity, stretches
from wavereel.picture.kernels.api import kernels
from wavereel.picture.layer import close_layers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wavereel.picture.geometry import Rect
    from wavereel.picture.layer import Layer


class OpacityLayer:
    """Layers painted as one picture, mixed with what lies below at the opacity of the frame.

    Args:
        layers: Bottom to top.
        area: What they may paint, even edges.
        opacity: 0..255 by frame; a pure function.
    """

    def __init__(self, layers: Sequence[Layer], area: Rect, opacity: Callable[[int], int]) -> None:
        self._layers, self._area, self._opacity = list(layers), area, opacity
        self._group: tuple[Canvas, NDArray[np.uint8]] | None = None

    def damage(self, previous: int, frame: int) -> Sequence[Rect]:
        before, after = self._opacity(previous), self._opacity(frame)
        if before != after:
            return (self._area,)
        return [rect for layer in self._layers for rect in layer.damage(previous, frame)] if after else ()

    def is_still(self, first: int, stop: int) -> bool:
        opacities = {self._opacity(frame) for frame in range(first, stop)}
        return opacities <= {0} or (len(opacities) == 1 and all(layer.is_still(first, stop) for layer in self._layers))

    def paint(self, canvas: Canvas, frame: int, clip: Rect) -> None:
        opacity = self._opacity(frame)
        area = self._area.intersect(clip).intersect(canvas.bounds)
        if not opacity or not area:
            return
        if opacity == 255:
            for layer in self._layers:
                layer.paint(canvas, frame, area)
            return
        if self._group is None:
            self._group = Canvas(canvas.width, canvas.height), np.full((canvas.height, canvas.width), 255, np.uint8)
        group, everywhere = self._group
        group.copy_from(canvas, area)
        for layer in self._layers:
            layer.paint(group, frame, area)
        kernels().blend_mask_planes(canvas.planes, everywhere, group.planes, 0, 0, area, opacity)

    def digest(self, first: int, stop: int) -> bytes | None:
        opacities = stretches(self._opacity, first, stop)
        if all(opacity == 0 for opacity, _ in opacities):
            return NOTHING
        inner = (layer.digest(first, stop) for layer in self._layers)
        return group_identity(inner, "opacity", tuple(self._area), opacities)

    def fork(self) -> OpacityLayer:
        return OpacityLayer([layer.fork() for layer in self._layers], self._area, self._opacity)

    def close(self) -> None:
        close_layers(self._layers)


class ZoomLayer:
    """Layers that cover a box, enlarged about its middle by the scale of the frame.

    Args:
        layers: Bottom to top; together opaque over the whole box.
        box: Even edges; may reach beyond the canvas.
        scale: 1 or more by frame; a pure function.
    """

    def __init__(self, layers: Sequence[Layer], box: Rect, scale: Callable[[int], float]) -> None:
        self._layers, self._box, self._scale = list(layers), box, scale
        self._group: Canvas | None = None

    def damage(self, previous: int, frame: int) -> Sequence[Rect]:
        moved = any(layer.damage(previous, frame) for layer in self._layers)
        return (self._box,) if moved or self._scale(previous) != self._scale(frame) else ()

    def is_still(self, first: int, stop: int) -> bool:
        steady = len({self._scale(frame) for frame in range(first, stop)}) <= 1
        return steady and all(layer.is_still(first, stop) for layer in self._layers)

    def paint(self, canvas: Canvas, frame: int, clip: Rect) -> None:
        box = self._box.intersect(canvas.bounds)
        area = box.intersect(clip)
        if not area:
            return
        scale = max(1.0, self._scale(frame))
        if self._group is None:
            self._group = Canvas(canvas.width, canvas.height)
        group = self._group
        group.copy_from(canvas, box)
        for layer in self._layers:
            layer.paint(group, frame, box)
        for target, source, shrink in ((canvas.y, group.y, 1), (canvas.u, group.u, 2), (canvas.v, group.v, 2)):
            rows, columns = slice(box.y0 // shrink, box.y1 // shrink), slice(box.x0 // shrink, box.x1 // shrink)
            middle_x = ((self._box.x0 + self._box.x1) / 2 - box.x0) / shrink
            middle_y = ((self._box.y0 + self._box.y1) / 2 - box.y0) / shrink
            enlarged = _enlarged(np.ascontiguousarray(source[rows, columns]), middle_x, middle_y, scale)
            y0, y1, x0, x1 = (edge // shrink for edge in (area.y0, area.y1, area.x0, area.x1))
            target[y0:y1, x0:x1] = enlarged[y0 - rows.start : y1 - rows.start, x0 - columns.start : x1 - columns.start]

    def digest(self, first: int, stop: int) -> bytes | None:
        inner = (layer.digest(first, stop) for layer in self._layers)
        return group_identity(inner, "zoom", tuple(self._box), stretches(self._scale, first, stop))

    def fork(self) -> ZoomLayer:
        return ZoomLayer([layer.fork() for layer in self._layers], self._box, self._scale)

    def close(self) -> None:
        close_layers(self._layers)


def _enlarged(plane: NDArray[np.uint8], middle_x: float, middle_y: float, scale: float) -> NDArray[np.uint8]:
    """A plane enlarged about a point, the size kept."""
    out = np.empty_like(plane)
    opaque = np.full_like(plane, 255)
    start_x, start_y = (round(((0.5 - middle) / scale + middle - 0.5) * 65536) for middle in (middle_x, middle_y))
    # Positions a little before the first sample, as at a scale near 1, would fade into what is clear.
    kernels().resample(plane, opaque, out, np.empty_like(plane), max(0, start_x), max(0, start_y), int(65536 / scale))
    return out
