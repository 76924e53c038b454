"""The damage contract, checked: repairing what a layer calls damaged gives the picture painted from nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from wavereel.picture.canvas import Canvas
from wavereel.picture.geometry import Rect, gather
from wavereel.picture.layer import Layer


def noise_plate(width: int, height: int, seed: int = 0) -> Canvas:
    """A ground on which every stale pixel shows."""
    rng = np.random.default_rng(seed)
    canvas = Canvas(width, height)
    for plane in (canvas.y, canvas.u, canvas.v):
        plane[...] = rng.integers(16, 236, plane.shape, dtype=np.uint8)
    return canvas


def painted(plate: Canvas, layers: Sequence[Layer], frame: int) -> Canvas:
    """One frame from nothing."""
    canvas = Canvas(plate.width, plate.height)
    canvas.copy_from(plate)
    for layer in layers:
        layer.paint(canvas, frame, canvas.bounds)
    return canvas


def same(a: Canvas, b: Canvas) -> bool:
    area = (slice(0, a.height), slice(0, a.width)), (slice(0, a.height // 2), slice(0, a.width // 2))
    return (
        np.array_equal(a.y[area[0]], b.y[area[0]])
        and np.array_equal(a.u[area[1]], b.u[area[1]])
        and np.array_equal(a.v[area[1]], b.v[area[1]])
    )


def where_different(a: Canvas, b: Canvas) -> str:
    rows, columns = np.nonzero((a.y != b.y)[: a.height, : a.width])
    if len(rows):
        return f"luma differs in x {columns.min()}..{columns.max()}, y {rows.min()}..{rows.max()} ({len(rows)} px)"
    return "chroma differs"


def assert_damage_is_enough(plate: Canvas, layers: Sequence[Layer], frames: Iterable[int]) -> None:
    """Walks through frames in any order, repairing only what is damaged, against forks that paint everything."""
    fresh = [layer.fork() for layer in layers]
    canvas: Canvas | None = None
    previous = 0
    for frame in frames:
        expected = painted(plate, fresh, frame)
        if canvas is None:
            canvas = painted(plate, layers, frame)
        else:
            damage = gather((rect for layer in layers for rect in layer.damage(previous, frame)), plate.bounds)
            for rect in damage:
                canvas.copy_from(plate, rect)
                for layer in layers:
                    layer.paint(canvas, frame, rect)
        assert same(canvas, expected), f"frame {previous} -> {frame}: {where_different(canvas, expected)}"
        previous = frame


def assert_stillness_is_true(plate: Canvas, layer: Layer, first: int, stop: int) -> None:
    """A layer that calls itself still must have equal frames, and one that has unequal frames must not."""
    pictures = [painted(plate, [layer], frame) for frame in range(first, stop)]
    equal = all(same(pictures[0], picture) for picture in pictures[1:])
    if layer.is_still(first, stop):
        assert equal


def tiles(bounds: Rect, step: int) -> list[Rect]:
    """The canvas in pieces, for painting clip by clip."""
    return [
        Rect(x, y, min(x + step, bounds.x1), min(y + step, bounds.y1))
        for y in range(0, bounds.y1, step)
        for x in range(0, bounds.x1, step)
    ]
