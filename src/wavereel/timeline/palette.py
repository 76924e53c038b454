"""Colours against each other: contrast as WCAG 2 measures it, and which colour of a cover may speak for a theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

TEXT_CONTRAST = 4.5
"""Least contrast of small text, WCAG 2.2, 1.4.3."""

SHAPE_CONTRAST = 3.0
"""Least contrast of shapes and of large bold text, WCAG 2.2, 1.4.11 and 1.4.3."""


def luminance(color: str) -> float:
    """Relative luminance, 0 to 1, of `#RGB`, `#RRGGBB` or `#RRGGBBAA` (alpha is ignored); WCAG 2.2."""
    digits = color.lstrip("#")
    if len(digits) in (3, 4):
        digits = "".join(digit * 2 for digit in digits)
    channels = [int(digits[index : index + 2], 16) / 255 for index in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21; WCAG 2.2."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def strongest(colors: Sequence[str], grounds: Sequence[str], least: float) -> str | None:
    """The first of a cover's colours, strongest first, that holds `least` against every ground; `None` where none does.

    Greys are passed over: they are what a theme's own accent is there to avoid.
    """
    for color in colors:
        if _chroma(color) >= 0.2 and all(contrast(color, ground) >= least for ground in grounds):
            return color
    return None


def mix(under: str, over: str, opacity: float) -> str:
    """`#RRGGBB` of one colour laid over another."""
    channels = [
        round(int(a, 16) * (1 - opacity) + int(b, 16) * opacity)
        for a, b in zip(_pairs(under), _pairs(over), strict=True)
    ]
    return "#" + "".join(f"{channel:02X}" for channel in channels)


def _pairs(color: str) -> list[str]:
    digits = color.lstrip("#")
    return [digits[index : index + 2] for index in (0, 2, 4)]


def _chroma(color: str) -> float:
    channels = [int(pair, 16) / 255 for pair in _pairs(color)]
    return max(channels) - min(channels)
