"""Layers of things drawn once: plates that fill the canvas, and sprites that enter, stay and leave."""

from __future__ import annotations

import copy
import dataclasses
import math
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from wavereel.errors import UsageError
from wavereel.picture.geometry import Rect
from wavereel.picture.identity import NOTHING, identity, stretches

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from wavereel.picture.canvas import Canvas
    from wavereel.picture.sprite import Sprite

MotionKind = Literal[
    "fade", "slide_up", "slide_down", "slide_left", "slide_right", "zoom_in", "zoom_out", "pop", "typewriter"
]

DEFAULT_MOTION_MS = 320
_TYPE_MS = 45
_MAX_TYPE_MS = 2400
_MIN_SCALE = 0.9
_POP_SCALE = 0.6


@dataclasses.dataclass(frozen=True, slots=True)
class Motion:
    """How a sprite comes or goes, in whole frames.

    Attributes:
        kind: `slide_up` moves up when it enters and goes on upward when it leaves; likewise the others.
        frames: How long it takes; the frame after is at rest.
        distance_px: How far a slide travels.
    """

    kind: MotionKind
    frames: int
    distance_px: int = 48


def motion(
    kind: str | None, fps: Fraction, *, duration_ms: int = DEFAULT_MOTION_MS, distance_px: int = 48
) -> Motion | None:
    """A motion of about `duration_ms`; `None`, empty and `none` give `None`.

    Raises:
        UsageError: The kind is unknown. `slide` is `slide_up`, `type` is `typewriter`, `zoom` is `zoom_in`.
    """
    if not kind or kind == "none":
        return None
    word = {"slide": "slide_up", "type": "typewriter", "zoom": "zoom_in"}.get(kind, kind)
    for known in get_args(MotionKind):
        if known == word:
            return Motion(known, max(1, round(duration_ms * fps / 1000)), distance_px)
    raise UsageError(f"{kind!r} is no entrance or exit", hint=f"use one of {', '.join(get_args(MotionKind))}")


def typing_ms(sprite: Sprite) -> int:
    """How long a typewriter should take for a sprite: by the number of its separate shapes."""
    return min(_MAX_TYPE_MS, _TYPE_MS * len(_glyph_runs(sprite.planes.a)))


class PlateLayer:
    """A canvas that covers everything and never changes."""

    def __init__(self, plate: Canvas) -> None:
        self._plate = plate
        self._identity: bytes | None = None

    def damage(self, previous: int, frame: int) -> Sequence[Rect]:
        del previous, frame
        return ()

    def is_still(self, first: int, stop: int) -> bool:
        del first, stop
        return True

    def paint(self, canvas: Canvas, frame: int, clip: Rect) -> None:
        del frame
        canvas.copy_from(self._plate, clip)

    def digest(self, first: int, stop: int) -> bytes:
        del first, stop
        if self._identity is None:
            self._identity = self._plate.identity()
        return self._identity

    def fork(self) -> PlateLayer:
        return self


@dataclasses.dataclass(frozen=True, slots=True)
class _Pose:
    """What a sprite looks like in one frame; equal poses have equal pixels."""

    opacity: int = 255
    dx: int = 0
    dy: int = 0
    scale: float = 1.0
    shown: int = -1  # how many glyph runs, -1 for all


class SpriteLayer:
    """A sprite that is seen during `[span[0], span[1])`, with an entrance and an exit.

    Where the span is too short for both, they share it. Slides and zooms fade as well.

    Args:
        sprite: What is seen at rest.
        span: Frames, half-open.
        enter: The entrance; `None` is a cut.
        leave: The exit.
        opacity: At rest, 0..255.
    """

    def __init__(
        self,
        sprite: Sprite,
        span: tuple[int, int],
        *,
        enter: Motion | None = None,
        leave: Motion | None = None,
        opacity: int = 255,
    ) -> None:
        self._sprite = sprite
        self._first, self._stop = span
        room = max(0, self._stop - self._first)
        wanted = (enter.frames if enter else 0) + (leave.frames if leave else 0)
        share = min(1.0, room / wanted) if wanted else 1.0
        self._enter = dataclasses.replace(enter, frames=max(1, int(enter.frames * share))) if enter else None
        self._leave = dataclasses.replace(leave, frames=max(1, int(leave.frames * share))) if leave else None
        self._opacity = opacity
        types = any(m is not None and m.kind == "typewriter" for m in (enter, leave))
        self._runs = _glyph_runs(sprite.planes.a) if types else []
        self._scaled: tuple[float, Sprite] | None = None

    def damage(self, previous: int, frame: int) -> Sequence[Rect]:
        before, after = self._pose(previous), self._pose(frame)
        if before == after:
            return ()
        if before and after and before.shown != after.shown and min(before.shown, after.shown) >= 0:
            first, last = sorted((before.shown, after.shown))
            return [self._run_rect(k) for k in range(first, last)]
        return [self._area(pose) for pose in (before, after) if pose]

    def is_still(self, first: int, stop: int) -> bool:
        enter_stop = self._first + (self._enter.frames if self._enter else 0)
        leave_start = self._stop - (self._leave.frames if self._leave else 0)
        turns = {first, stop - 1, *range(self._first - 1, enter_stop + 1), *range(leave_start - 1, self._stop + 1)}
        return len({self._pose(frame) for frame in turns if first <= frame < stop}) <= 1

    def paint(self, canvas: Canvas, frame: int, clip: Rect) -> None:
        pose = self._pose(frame)
        if pose is None or not self._area(pose).intersect(clip):
            return
        if pose.shown >= 0:
            for k in range(pose.shown):
                area = self._run_rect(k).intersect(clip)
                if area:
                    self._sprite.blend(canvas, area, opacity=pose.opacity)
            return
        self._picture(pose.scale).blend(canvas, clip, opacity=pose.opacity, dx=pose.dx, dy=pose.dy)

    def digest(self, first: int, stop: int) -> bytes:
        still = self.is_still(first, stop)
        poses = [(self._pose(first), stop - first)] if still else stretches(self._pose, first, stop)
        if all(pose is None for pose, _ in poses):
            return NOTHING
        return identity(self._sprite.identity, poses)

    def fork(self) -> SpriteLayer:
        return copy.copy(self)

    def _pose(self, frame: int) -> _Pose | None:
        """The pose of a frame; `None` where nothing is seen."""
        if not self._first <= frame < self._stop:
            return None
        if self._enter and frame < self._first + self._enter.frames:
            return self._moving(self._enter, (frame - self._first + 1) / (self._enter.frames + 1), leaving=False)
        if self._leave and frame >= self._stop - self._leave.frames:
            return self._moving(self._leave, (self._stop - frame) / (self._leave.frames + 1), leaving=True)
        return _Pose(self._opacity)

    def _moving(self, how: Motion, there: float, *, leaving: bool) -> _Pose | None:
        """The pose when the sprite is `there` (0 away, 1 at rest), eased: out of the frame fast, to rest gently."""
        eased = 1 - (1 - there) ** 3
        opacity = round(self._opacity * min(1.0, 1.6 * there))
        away = _even(how.distance_px * (1 - eased)) * (-1 if leaving else 1)
        match how.kind:
            case "slide_up":
                return _Pose(opacity, dy=away)
            case "slide_down":
                return _Pose(opacity, dy=-away)
            case "slide_left":
                return _Pose(opacity, dx=away)
            case "slide_right":
                return _Pose(opacity, dx=-away)
            case "zoom_in" | "zoom_out":
                small = (how.kind == "zoom_in") != leaving
                edge = _MIN_SCALE if small else 2 - _MIN_SCALE
                return _Pose(opacity, scale=edge + (1 - edge) * eased)
            case "pop":
                return _Pose(opacity, scale=_POP_SCALE + (1 - _POP_SCALE) * _overshoot(there))
            case "typewriter":
                shown = math.ceil(there * len(self._runs))
                return _Pose(self._opacity, shown=min(shown, len(self._runs)))
            case "fade":
                smooth = there * there * (3 - 2 * there)
                return _Pose(round(self._opacity * smooth))

    def _picture(self, scale: float) -> Sprite:
        if scale == 1.0:
            return self._sprite
        if self._scaled is None or self._scaled[0] != scale:
            self._scaled = scale, self._sprite.scaled(scale)
        return self._scaled[1]

    def _area(self, pose: _Pose) -> Rect:
        rect = self._sprite.rect
        if pose.scale != 1.0:
            grow_x, grow_y = (math.ceil(max(0.0, pose.scale - 1) * side / 2) + 6 for side in (rect.width, rect.height))
            rect = Rect(rect.x0 - grow_x, rect.y0 - grow_y, rect.x1 + grow_x, rect.y1 + grow_y)
        return rect.move(pose.dx, pose.dy).even()

    def _run_rect(self, index: int) -> Rect:
        return self._runs[index].move(self._sprite.rect.x0, self._sprite.rect.y0)


def _even(value: float) -> int:
    return 2 * round(value / 2)


def _overshoot(there: float) -> float:
    """Past 1 by about 6 % and back, 0 at 0 and 1 at 1 (the `back` ease of Penner with a smaller constant)."""
    back, rest = 1.25, there - 1
    return 1 + (back + 1) * rest**3 + back * rest**2


def _glyph_runs(alpha: NDArray[np.uint8]) -> list[Rect]:
    """Disjoint rectangles with even edges around the separate shapes of a text, line by line, left to right.

    They cover every pixel that is not clear.
    """
    found: list[Rect] = []
    covered = alpha.reshape(alpha.shape[0] // 2, 2, alpha.shape[1]).max(1) > 0
    for top, bottom in _true_ranges(covered.any(1)):
        columns = covered[top:bottom].any(0).reshape(-1, 2).any(1)
        found += [Rect(2 * x0, 2 * top, 2 * x1, 2 * bottom) for x0, x1 in _true_ranges(columns)]
    return found


def _true_ranges(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """The half-open ranges where flags are set."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]
