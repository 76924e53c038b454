"""Grounds that move: patterns, and animated pictures in a box, as layers."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from wavereel.picture.background_patterns import PatternStyle, pattern_rgb
from wavereel.picture.canvas import plate_from_rgb
from wavereel.picture.geometry import Rect
from wavereel.picture.identity import NOTHING, identity, stretches
from wavereel.picture.images import Fit, Picture, fitted
from wavereel.picture.layers import PlateLayer
from wavereel.picture.sprite import Sprite

if TYPE_CHECKING:
    from wavereel.picture.canvas import Canvas
    from wavereel.picture.layer import Layer

_TICKS_A_SECOND = 10
_TURN_S = 60
_CACHED_BYTES = 96 << 20


class PatternLayer:
    """A pattern over the whole canvas that moves through one turn a minute, in ten steps a second.

    A moving ground repaints everything at each step, which is why it steps no faster than the eye needs for something
    this slow, and why a still one is the default of whoever asks.

    Args:
        style: Which pattern.
        size: Width and height in px, even.
        colors: The ground first.
        fps: Of the video.
        seed: Decides all that is random.
    """

    def __init__(
        self, style: PatternStyle, size: tuple[int, int], colors: Sequence[str], *, fps: Fraction, seed: int = 1
    ) -> None:
        self._style: PatternStyle = style
        self._size, self._colors, self._fps, self._seed = size, tuple(colors), fps, seed
        self._plate: tuple[int, Canvas] | None = None

    def damage(self, previous: int, frame: int) -> Sequence[Rect]:
        if self._tick(previous) == self._tick(frame):
            return ()
        return [Rect(0, 0, *self._size)]

    def is_still(self, first: int, stop: int) -> bool:
        return stop - first <= 1 or self._tick(first) == self._tick(stop - 1)

    def paint(self, canvas: Canvas, frame: int, clip: Rect) -> None:
        tick = self._tick(frame)
        if self._plate is None or self._plate[0] != tick:
            phase = tick / (_TICKS_A_SECOND * _TURN_S)
            rgb = pattern_rgb(self._style, self._size, self._colors, seed=self._seed, phase=phase)
            self._plate = tick, plate_from_rgb(rgb)
        canvas.copy_from(self._plate[1], clip)

    def digest(self, first: int, stop: int) -> bytes:
        ticks = stretches(self._tick, first, stop)
        return identity("pattern", self._style, self._size, self._colors, self._seed, ticks)

    def fork(self) -> PatternLayer:
        return PatternLayer(self._style, self._size, self._colors, fps=self._fps, seed=self._seed)

    def _tick(self, frame: int) -> int:
        return int(frame * _TICKS_A_SECOND / self._fps)


class AnimatedPictureLayer:
    """An animated picture in a box, repeating while it is seen.

    Args:
        picture: Still ones work too.
        box: Where it stands, in px.
        fit: How it fills the box.
        span: Frames of the video, half-open.
        fps: Of the video.
        opacity: 0..255.
    """

    def __init__(
        self, picture: Picture, box: Rect, fit: Fit, *, span: tuple[int, int], fps: Fraction, opacity: int = 255
    ) -> None:
        self._picture, self._box = picture, box
        self._fit: Fit = fit
        self._first, self._stop = span
        self._fps, self._opacity = fps, opacity
        self._sprites: OrderedDict[int, Sprite] = OrderedDict()
        self._cached = max(2, _CACHED_BYTES // max(1, 4 * box.area))

    def damage(self, previous: int, frame: int) -> Sequence[Rect]:
        return () if self._index(previous) == self._index(frame) else [self._box.even()]

    def is_still(self, first: int, stop: int) -> bool:
        if stop <= self._first or first >= self._stop:
            return True
        if not self._first <= first < stop <= self._stop:
            return stop - first <= 1
        if not self._picture.is_animated:
            return True
        seen = self._index(first)
        return all(self._index(frame) == seen for frame in range(first + 1, stop))

    def paint(self, canvas: Canvas, frame: int, clip: Rect) -> None:
        index = self._index(frame)
        if index < 0 or not self._box.even().intersect(clip):
            return
        sprite = self._sprites.get(index)
        if sprite is None:
            pixels = fitted(self._picture.frame(index), self._box.width, self._box.height, self._fit)
            sprite = self._sprites[index] = Sprite.from_rgba(pixels, self._box.x0, self._box.y0)
            while len(self._sprites) > self._cached:
                self._sprites.popitem(last=False)
        self._sprites.move_to_end(index)
        sprite.blend(canvas, clip, opacity=self._opacity)

    def digest(self, first: int, stop: int) -> bytes:
        seen = stretches(self._index, first, stop)
        if all(index < 0 for index, _ in seen):
            return NOTHING
        return identity("moving", self._picture.identity, tuple(self._box), self._fit, self._opacity, seen)

    def fork(self) -> AnimatedPictureLayer:
        return AnimatedPictureLayer(
            self._picture.fork(),
            self._box,
            self._fit,
            span=(self._first, self._stop),
            fps=self._fps,
            opacity=self._opacity,
        )

    def _index(self, frame: int) -> int:
        """The picture's frame on screen; -1 outside the span."""
        if not self._first <= frame < self._stop:
            return -1
        return self._picture.frame_at(int((frame - self._first) * 1000 / self._fps))


def pattern_layer(
    style: PatternStyle,
    size: tuple[int, int],
    colors: Sequence[str],
    *,
    fps: Fraction,
    seed: int = 1,
    moving: bool = False,
) -> Layer:
    """A pattern over the whole canvas: a plate, or a `PatternLayer` where it moves.

    Raises:
        UsageError: No such pattern.
    """
    if moving:
        return PatternLayer(style, size, colors, fps=fps, seed=seed)
    return PlateLayer(plate_from_rgb(pattern_rgb(style, size, colors, seed=seed)))
