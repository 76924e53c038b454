"""Patterns that the program draws: mesh, grain, stars, bokeh, waves. Seeded, still or slowly moving."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from wavereel.errors import UsageError
from wavereel.picture.background_grounds import add_grain, gradient_rgb, rgb_of, stretch
from wavereel.picture.palette import mixed

if TYPE_CHECKING:
    from numpy.typing import NDArray

PatternStyle = Literal["mesh", "grain", "stars", "bokeh", "waves"]

_TURN = 2 * math.pi


def pattern_rgb(
    style: PatternStyle, size: tuple[int, int], colors: Sequence[str], *, seed: int = 1, phase: float = 0.0
) -> NDArray[np.float32]:
    """One picture of a pattern, `(height, width, 3)` float32 in 0..1.

    Args:
        style: Which.
        size: Width and height in px.
        colors: The ground first, then one or more to draw with.
        seed: Decides all that is random.
        phase: Where in its movement, in turns: 0 and 1 look the same, and so does everything a whole turn apart.

    Raises:
        UsageError: No such pattern.
    """
    if style not in get_args(PatternStyle):
        raise UsageError(f"{style!r} is no pattern", hint=f"use one of {', '.join(get_args(PatternStyle))}")
    shades = list(colors) or ["#101828"]
    if len(shades) == 1:
        shades.append("#FFFFFF")
    painters: dict[str, Callable[[tuple[int, int], Sequence[str], np.random.Generator, float], NDArray[np.float32]]] = {
        "mesh": _mesh,
        "grain": _grain,
        "stars": _stars,
        "bokeh": _bokeh,
        "waves": _waves,
    }
    return painters[style](size, shades, np.random.default_rng(seed), phase)


def _mesh(
    size: tuple[int, int], colors: Sequence[str], random: np.random.Generator, phase: float
) -> NDArray[np.float32]:
    """Colours that flow into each other: weighted by the distance from points that wander on ellipses."""
    width, height = size
    small_w, small_h = max(8, width // 24), max(8, height // 24)
    y, x = np.mgrid[0:small_h, 0:small_w].astype(np.float32)
    x, y = (x + 0.5) / small_w * width / height, (y + 0.5) / small_h
    total = np.zeros((small_h, small_w, 1), np.float32)
    blend = np.zeros((small_h, small_w, 3), np.float32)
    points = max(5, len(colors) + 2)
    for index in range(points):
        home = random.random(2) * (width / height, 1)
        swing = 0.10 + 0.12 * random.random(2)
        start, way = random.random(), 1 if random.random() < 0.5 else -1
        turn = _TURN * (start + way * phase)
        at_x, at_y = home[0] + swing[0] * math.cos(turn), home[1] + swing[1] * math.sin(turn)
        spread = 0.09 + 0.08 * random.random()
        near = np.exp(-((x - at_x) ** 2 + (y - at_y) ** 2) / np.float32(spread))[..., None]
        total += near
        blend += near * rgb_of(colors[index % len(colors)])
    base = np.float32(0.04)
    small = ((blend + base * rgb_of(colors[0])) / (total + base)).astype(np.float32)
    return np.clip(stretch(small, width, height), 0, 1)


def _grain(
    size: tuple[int, int], colors: Sequence[str], random: np.random.Generator, phase: float
) -> NDArray[np.float32]:
    del phase
    rgb = gradient_rgb(size, [(k / (len(colors) - 1), color) for k, color in enumerate(colors)], 115)
    add_grain(rgb, 0.9, int(random.integers(1 << 31)))
    return rgb


def _stars(
    size: tuple[int, int], colors: Sequence[str], random: np.random.Generator, phase: float
) -> NDArray[np.float32]:
    """A night sky, deeper at the top; some stars twinkle a whole number of times a turn."""
    width, height = size
    rgb = gradient_rgb(size, [(0.0, colors[0]), (0.4, colors[0]), (1.0, mixed(colors[0], colors[1], 0.13))])
    unit = min(width, height) / 1080
    for _ in range(360):
        at = random.random(2) * (width, height)
        size_px = unit * (0.8 + 2.8 * random.random() ** 4)
        color = rgb_of(colors[1 + int(random.integers(len(colors) - 1))])
        light, start, beats = 0.35 + 0.65 * random.random(), random.random(), int(random.integers(3, 9))
        light *= 0.75 + 0.25 * math.sin(_TURN * (start + beats * phase))
        _spot(rgb, float(at[0]), float(at[1]), size_px, color, light, halo=2.5)
    return rgb


def _spot(
    rgb: NDArray[np.float32],
    x: float,
    y: float,
    radius: float,
    color: NDArray[np.float32],
    light: float,
    *,
    halo: float,
) -> None:
    """A disc with a soft edge `halo` radii wide, in place."""
    height, width = rgb.shape[:2]
    reach = math.ceil(radius * halo + 1)
    x0, x1 = max(0, int(x) - reach), min(width, int(x) + reach + 1)
    y0, y1 = max(0, int(y) - reach), min(height, int(y) + reach + 1)
    if x0 >= x1 or y0 >= y1:
        return
    across = (np.arange(x0, x1, dtype=np.float32) + 0.5 - x)[None, :]
    down = (np.arange(y0, y1, dtype=np.float32) + 0.5 - y)[:, None]
    distance = np.hypot(across, down)
    core = np.clip(radius + np.float32(0.5) - distance, 0, 1)
    rim = np.clip(1 - distance / np.float32(radius * halo), 0, 1) ** 3
    share = (np.maximum(core, rim * np.float32(0.5)) * np.float32(light))[..., None]
    part = rgb[y0:y1, x0:x1]
    part += (color - part) * share


def _bokeh(
    size: tuple[int, int], colors: Sequence[str], random: np.random.Generator, phase: float
) -> NDArray[np.float32]:
    """Lights out of focus: discs a little brighter at the rim, drifting on small ellipses."""
    width, height = size
    rgb = gradient_rgb(size, [(0.0, colors[0]), (1.0, colors[0])])
    unit = min(width, height) / 1080
    for _ in range(30):
        home = random.random(2) * (width, height)
        radius = unit * (36 + 150 * random.random() ** 1.6)
        drift = unit * (18 + 46 * random.random(2))
        start, way = random.random(), 1 if random.random() < 0.5 else -1
        turn = _TURN * (start + way * phase)
        color = rgb_of(colors[1 + int(random.integers(len(colors) - 1))])
        opacity = 0.06 + 0.20 * random.random()
        blur = unit * (3 + 14 * random.random())
        at = home[0] + drift[0] * math.cos(turn), home[1] + drift[1] * math.sin(turn)
        _disc(rgb, float(at[0]), float(at[1]), radius, blur, color, opacity)
    return rgb


def _disc(
    rgb: NDArray[np.float32], x: float, y: float, radius: float, blur: float, color: NDArray[np.float32], opacity: float
) -> None:
    height, width = rgb.shape[:2]
    reach = math.ceil(radius + blur)
    x0, x1 = max(0, int(x) - reach), min(width, int(x) + reach + 1)
    y0, y1 = max(0, int(y) - reach), min(height, int(y) + reach + 1)
    if x0 >= x1 or y0 >= y1:
        return
    across = (np.arange(x0, x1, dtype=np.float32) + 0.5 - x)[None, :]
    down = (np.arange(y0, y1, dtype=np.float32) + 0.5 - y)[:, None]
    distance = np.hypot(across, down)
    inside = np.clip((radius - distance) / np.float32(blur) + np.float32(0.5), 0, 1)
    inside = inside * inside * (3 - 2 * inside)
    share = inside * (np.float32(0.72) + np.float32(0.28) * (distance / np.float32(radius)) ** 3) * np.float32(opacity)
    part = rgb[y0:y1, x0:x1]
    part += (color - part) * np.minimum(share, 1)[..., None]


def _waves(
    size: tuple[int, int], colors: Sequence[str], random: np.random.Generator, phase: float
) -> NDArray[np.float32]:
    """Ridges behind each other, from the ground's colour at the top to the last colour at the bottom."""
    width, height = size
    rgb = gradient_rgb(size, [(0.0, colors[0]), (1.0, colors[0])])
    x = (np.arange(width, dtype=np.float32) + 0.5) / width
    rows = (np.arange(height, dtype=np.float32) + 0.5)[:, None]
    ridges = 5
    for ridge in range(ridges):
        depth = (ridge + 1) / ridges
        line = np.zeros(width, np.float32)
        for harmonic in (1, 2, 3):
            start, way = random.random(), 1 if random.random() < 0.5 else -1
            swell = (0.055 + 0.02 * random.random()) / harmonic
            line += np.float32(swell) * np.sin(_TURN * (harmonic * x * np.float32(0.9) + start + way * phase))
        top = (0.36 + 0.13 * ridge + line) * height
        at = depth * (len(colors) - 1)
        low, share = min(int(at), len(colors) - 2), 0.0
        share = at - low
        color = rgb_of(colors[low]) * np.float32(1 - share) + rgb_of(colors[low + 1]) * np.float32(share)
        cover = np.clip(rows - top[None, :] + np.float32(0.5), 0, 1)[..., None] * np.float32(0.85)
        rgb += (color - rgb) * cover
    return rgb
