"""Colours of a picture, and whether one colour can be read on another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from wavereel.picture.colors import rgba

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ROUNDS = 8


def luminance(color: str | tuple[int, int, int]) -> float:
    """Relative luminance of an sRGB colour, 0 to 1 (WCAG 2.2, definition "relative luminance")."""
    parts = np.array(rgba(color)[:3] if isinstance(color, str) else color, np.float64) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ np.array([0.2126, 0.7152, 0.0722]))


def contrast(first: str | tuple[int, int, int], second: str | tuple[int, int, int]) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2, definition "contrast ratio")."""
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def mixed(first: str, second: str, share: float) -> str:
    """The colour that lies `share` (0 to 1) of the way from one to the other, mixed as a veil of that opacity does."""
    a, b = rgba(first), rgba(second)
    return to_hex([round(x + (y - x) * share) for x, y in zip(a[:3], b[:3], strict=True)])


def to_hex(color: Sequence[int]) -> str:
    """`#RRGGBB` of three components 0..255."""
    return "#" + "".join(f"{max(0, min(255, int(part))):02X}" for part in color[:3])


def chroma(color: str) -> float:
    """How colourful, 0 for greys: the distance from the grey axis of gamma-encoded sRGB, opponent axes alike."""
    red, green, blue = (part / 255 for part in rgba(color)[:3])
    return float(np.hypot(red - green, (red + green) / 2 - blue))


def clustered(pixels: NDArray[np.uint8], count: int = 6) -> list[str]:
    """The main colours of `(n, 3)` uint8 sRGB pixels, `#RRGGBB`, by their share of it and how colourful.

    k-means with starts as far from each other as can be (Gonzalez 1985), so that the same picture gives the same
    colours, and colours too near to each other are merged.
    """
    points = pixels.reshape(-1, 3).astype(np.float32)
    if not len(points):
        return []
    centers = points.mean(0)[None]
    centers = points[[int(((points - centers) ** 2).sum(1).argmin())]]
    while len(centers) < count:
        distance = ((points[:, None] - centers[None]) ** 2).sum(2).min(1)
        if distance.max() < 16**2:
            break
        centers = np.concatenate([centers, points[[int(distance.argmax())]]])
    nearest = np.zeros(len(points), np.intp)
    for _ in range(_ROUNDS):
        nearest = ((points[:, None] - centers[None]) ** 2).sum(2).argmin(1)
        sizes = np.bincount(nearest, minlength=len(centers))
        sums = np.stack([np.bincount(nearest, points[:, k], len(centers)) for k in range(3)], axis=1)
        centers = np.where(sizes[:, None] > 0, sums / np.maximum(sizes, 1)[:, None], centers).astype(np.float32)
    shares = np.bincount(nearest, minlength=len(centers)) / len(points)
    found: list[tuple[float, str]] = []
    for center, share in zip(centers, shares, strict=True):
        if share < 0.004:
            continue
        color = to_hex([round(float(part)) for part in center])
        found.append((float(np.sqrt(share)) * (0.25 + chroma(color)), color))
    found.sort(reverse=True)
    return list(dict.fromkeys(color for _, color in found))
