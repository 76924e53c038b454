"""Cover art for a sound that brings none: a few large shapes in the theme's colours, decided by the title.

Ten compositions, each with its own measures, so that two titles of one theme look like two records of one label.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from wavereel.picture.palette import chroma, contrast, luminance, mixed
from wavereel.picture.svg import render_svg

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SIDE = 1000
_SPARE = ("#F3C9A2", "#F26B4E", "#2E4A7B", "#1C2A4A")


class _Random:
    """Numbers drawn from a title: the same on every machine and in every version of NumPy."""

    def __init__(self, key: str) -> None:
        self._key, self._count = key, 0

    def next(self) -> float:
        """In [0, 1)."""
        self._count += 1
        digest = hashlib.sha256(f"{self._key}/{self._count}".encode()).digest()
        return int.from_bytes(digest[:6], "big") / (1 << 48)

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self.next()

    def choice(self, count: int) -> int:
        return min(count - 1, int(self.next() * count))


class _Inks:
    """The parts that a palette's colours play: ground, the two that speak, and the deepest."""

    def __init__(self, colors: Sequence[str], random: _Random) -> None:
        shades = list(dict.fromkeys(colors)) or list(_SPARE)
        shades += [color for color in _SPARE if color not in shades][: max(0, 4 - len(shades))]
        self.ground = shades[0]
        rest = shades[1:]
        self.deep = min(rest, key=luminance)
        bright = sorted((color for color in rest if color != self.deep), key=self._shine, reverse=True) or rest
        turn = random.choice(max(1, sum(self._shine(color) > 0.75 for color in bright)))
        self.first = bright.pop(turn)
        self.second = bright[0] if bright else self.deep
        self.third = bright[1] if len(bright) > 1 else mixed(self.second if bright else self.first, self.deep, 0.5)

    def _shine(self, color: str) -> float:
        """How well a colour makes a sun: warm or vivid, and clear of the ground."""
        return chroma(color) + min(1.0, (contrast(color, self.ground) - 1) / 2) * 0.6


def _circle(x: float, y: float, r: float, fill: str, *, opacity: float = 1.0) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" fill="{fill}" fill-opacity="{opacity:.2f}"/>'


def _rings(x: float, y: float, start: float, step: float, count: int, color: str, width: float, opacity: float) -> str:
    parts = [
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{start + k * step:.1f}" fill="none" stroke="{color}" '
        f'stroke-width="{width:.1f}" stroke-opacity="{opacity:.2f}"/>'
        for k in range(count)
    ]
    return "".join(parts)


def _ridge(points: Sequence[tuple[float, float]], fill: str, *, opacity: float = 1.0) -> str:
    """A smooth line through points, filled down to the lower edge (Catmull-Rom as cubic Béziers)."""
    ends = [points[0], *points, points[-1]]
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for a, b, c, d in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        path += (
            f"C{b[0] + (c[0] - a[0]) / 6:.1f} {b[1] + (c[1] - a[1]) / 6:.1f} "
            f"{c[0] - (d[0] - b[0]) / 6:.1f} {c[1] - (d[1] - b[1]) / 6:.1f} {c[0]:.1f} {c[1]:.1f}"
        )
    return f'<path d="{path}V1010H-10Z" fill="{fill}" fill-opacity="{opacity:.2f}"/>'


def _hill(random: _Random, level: float, swell: float, bumps: int) -> list[tuple[float, float]]:
    start = random.next() * 2 * math.pi
    count = 2 * bumps + 2
    return [
        (
            -20 + 1040 * k / (count - 1),
            level
            + swell * math.sin(start + math.pi * k) * random.between(0.7, 1.1)
            + 0.25 * swell * random.between(-1, 1),
        )
        for k in range(count)
    ]


def _sun_and_hills(random: _Random, inks: _Inks) -> str:
    x, y, r = random.between(300, 720), random.between(300, 430), random.between(210, 300)
    line = inks.deep if contrast(inks.deep, inks.ground) > 1.6 else inks.second
    parts = _rings(x, y, r + 42, 48, 5, line, 7, 0.55) if random.next() < 0.7 else ""
    parts += _circle(x, y, r, inks.first)
    level = random.between(640, 710)
    parts += _ridge(_hill(random, level, random.between(50, 95), 1), inks.second)
    return parts + _ridge(_hill(random, level + random.between(150, 190), random.between(40, 70), 1), inks.deep)


def _nested_arches(random: _Random, inks: _Inks) -> str:
    x = random.between(330, 670)
    base, r = random.between(820, 1010), random.between(520, 620)
    colors = [inks.first, inks.second, inks.third, inks.deep, inks.ground]
    width = r / random.between(5.6, 6.6)
    parts = ""
    for k, color in enumerate(colors):
        size = r - k * width
        parts += (
            f'<path d="M{x - size:.1f} 1010V{base:.1f}A{size:.1f} {size:.1f} 0 0 1 {x + size:.1f} {base:.1f}V1010Z" '
            f'fill="{color}"/>'
        )
    small = random.between(56, 84)
    side = 170 if x > 500 else 830
    return _circle(side, random.between(150, 250), small, inks.first) + parts


def _quarters(random: _Random, inks: _Inks) -> str:
    """A grid of quarter and half discs, as on tiles."""
    cells = 3 if random.next() < 0.5 else 4
    side = _SIDE / cells
    colors = [inks.first, inks.second, inks.deep, inks.third]
    parts = ""
    for row in range(cells):
        for column in range(cells):
            x, y = column * side, row * side
            color, kind, corner = colors[random.choice(4)], random.choice(5), random.choice(4)
            if kind == 4:
                parts += _circle(x + side / 2, y + side / 2, side * 0.5, color)
                parts += _circle(x + side / 2, y + side / 2, side * 0.22, inks.ground)
                continue
            px, py = x + side * (corner in {1, 2}), y + side * (corner in {2, 3})
            qx, qy = x + side * (corner in {0, 3}), y + side * (corner in {0, 1})
            if kind == 3:
                parts += f'<rect x="{x:.1f}" y="{y:.1f}" width="{side:.1f}" height="{side:.1f}" fill="{color}"/>'
                color = inks.ground if color != inks.ground else inks.first
            sweep = 1 if corner in {0, 2} else 0
            parts += (
                f'<path d="M{px:.1f} {py:.1f}L{qx:.1f} {py:.1f}A{side:.1f} {side:.1f} 0 0 {sweep} {px:.1f} {qy:.1f}Z" '
                f'fill="{color}"/>'
            )
    return parts


def _eclipse(random: _Random, inks: _Inks) -> str:
    x, y, r = random.between(420, 580), random.between(420, 560), random.between(270, 330)
    turn = random.between(0.15, 0.85) * math.pi
    shift = r * random.between(0.30, 0.45)
    parts = _rings(x, y, r + 60, 62, 6, inks.second, random.between(8, 14), 0.9)
    parts += _circle(x, y, r, inks.first)
    return parts + _circle(x + shift * math.cos(turn), y - shift * math.sin(turn), r * 0.82, inks.deep)


def _sea(random: _Random, inks: _Inks) -> str:
    """A sun that goes down over bands of waves."""
    horizon = random.between(430, 520)
    x, r = random.between(330, 670), random.between(210, 280)
    parts = f'<clipPath id="sky"><rect x="-10" y="-10" width="1020" height="{horizon + 60:.1f}"/></clipPath>'
    parts += f'<g clip-path="url(#sky)">{_circle(x, horizon - 20, r, inks.first)}</g>'
    shades = [inks.second, inks.third, inks.second, inks.deep]
    step = (1010 - horizon) / 4
    for k, color in enumerate(shades):
        top, start, swell = horizon + k * step, random.next() * 2 * math.pi, 12 + 7 * k
        count = 11
        points = [
            (-20 + 1040 * i / (count - 1), top + swell * math.sin(start + i * math.pi * 0.5)) for i in range(count)
        ]
        parts += _ridge(points, color)
    return parts


def _peaks(random: _Random, inks: _Inks) -> str:
    """Mountains in three depths, each of its own height, under a small sun."""
    parts = _circle(random.between(220, 780), random.between(200, 300), random.between(105, 150), inks.first)
    for k, (color, count) in enumerate(((inks.second, 3), (inks.third, 2), (inks.deep, 3))):
        base, most = 700 + 130 * k, (330, 300, 150)[k]
        at = -140.0 - random.between(0, 160)
        path = f"M{at:.1f} 1010V{base + 80:.1f}"
        while at < 1140:
            half = random.between(0.75, 1.25) * 660 / count
            top, foot = base - most * random.between(0.55, 1.0), base + random.between(10, 70)
            path += f"L{at + half:.1f} {top:.1f}L{at + 2 * half:.1f} {foot:.1f}"
            at += 2 * half
        look = f'fill="{color}" stroke="{color}" stroke-width="16" stroke-linejoin="round"'
        parts += f'<path d="{path}V1010Z" {look}/>'
    return parts


def _record(random: _Random, inks: _Inks) -> str:
    """A disc with grooves, half out of its sleeve."""
    x, y = random.between(560, 640), 500.0
    parts = _circle(x, y, 390, inks.deep) + _rings(x, y, 180, 27, 8, inks.ground, 3.5, 0.30)
    parts += _circle(x, y, 140, inks.first) + _circle(x, y, 26, inks.ground)
    split = random.between(300, 430)
    parts = f'<g transform="rotate({random.between(-14, 14):.1f} 500 500)">{parts}</g>'
    parts += f'<rect x="-10" y="-10" width="{split:.1f}" height="1020" fill="{inks.second}"/>'
    return parts + _circle(split * 0.5, random.between(200, 800), split * 0.26, inks.ground)


def _weave(random: _Random, inks: _Inks) -> str:
    """Broad ribbons that run across as one."""
    colors = [inks.first, inks.second, inks.deep, inks.third]
    width = random.between(92, 118)
    start, swell, waves = random.next() * 2 * math.pi, random.between(70, 130), random.between(0.75, 1.15)
    steps = [(-500 + 2000 * i / 60, start + waves * 2 * math.pi * i / 30) for i in range(61)]
    parts = ""
    for k, color in enumerate(colors):
        top = 500 + (k - 2) * width
        upper = [f"{x:.1f} {top + swell * math.sin(turn):.1f}" for x, turn in steps]
        lower = [f"{x:.1f} {top + width + 1 + swell * math.sin(turn):.1f}" for x, turn in reversed(steps)]
        parts += f'<path d="M{"L".join(upper)}L{"L".join(lower)}Z" fill="{color}"/>'
    return f'<g transform="rotate({random.between(-40, 40):.1f} 500 500)">{parts}</g>'


def _orbits(random: _Random, inks: _Inks) -> str:
    tilt = random.between(-32, 32)
    parts = ""
    for k in range(4):
        a = 250 + 105 * k
        b = a * 0.42
        parts += (
            f'<ellipse cx="500" cy="500" rx="{a}" ry="{b:.1f}" fill="none" stroke="{inks.second}" stroke-width="11"/>'
        )
        turn = random.next() * 2 * math.pi
        color = (inks.first, inks.third, inks.deep)[k % 3]
        parts += _circle(500 + a * math.cos(turn), 500 + b * math.sin(turn), random.between(28, 52), color)
    return f'{_circle(500, 500, 165, inks.first)}<g transform="rotate({tilt:.1f} 500 500)">{parts}</g>'


def _moon_and_rays(random: _Random, inks: _Inks) -> str:
    x, y = random.between(420, 580), random.between(600, 720)
    count = 2 * (9 + random.choice(5))
    turn = random.next()
    parts = ""
    for k in range(0, count, 2):
        a, b = (math.pi * 2 * (k + i + turn) / count for i in (0, 1))
        parts += (
            f'<path d="M{x:.1f} {y:.1f}L{x + 1500 * math.cos(a):.1f} {y + 1500 * math.sin(a):.1f}'
            f'L{x + 1500 * math.cos(b):.1f} {y + 1500 * math.sin(b):.1f}Z" fill="{inks.second}"/>'
        )
    r = random.between(230, 290)
    parts += _circle(x, y, r + 46, inks.ground) + _circle(x, y, r, inks.first)
    return parts + _ridge(_hill(random, 850, 46, 1), inks.deep)


_COMPOSITIONS: tuple[Callable[[_Random, _Inks], str], ...] = (
    _sun_and_hills,
    _nested_arches,
    _quarters,
    _eclipse,
    _sea,
    _peaks,
    _record,
    _weave,
    _orbits,
    _moon_and_rays,
)


def draw_cover(title: str, palette: Sequence[str], seed: int = 0, *, side_px: int = _SIDE) -> NDArray[np.uint8]:
    """A square cover `(side_px, side_px, 3)` uint8.

    Args:
        title: Decides composition and measures; case and spaces do not count.
        palette: `#RRGGBB`, the ground first; from three to five. The theme's cover colours.
        seed: Another cover for the same title.
        side_px: Its side.
    """
    random = _Random(f"{seed}:{' '.join(title.lower().split())}")
    drawing = _COMPOSITIONS[random.choice(len(_COMPOSITIONS))]
    inks = _Inks(palette, random)
    body = drawing(random, inks)
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 1000" width="1000" height="1000">'
        f'<rect width="1000" height="1000" fill="{inks.ground}"/>{body}</svg>'
    )
    return np.ascontiguousarray(render_svg(svg, {}, (side_px, side_px))[..., :3])
