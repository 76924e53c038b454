"""What a waveform is drawn from, and how it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

WaveKind = Literal[
    "bars", "mirror", "line", "filled", "dots", "blocks", "circle", "ring",
    "spectrum", "spectrum_line", "scope", "scroll", "pulse",
]  # fmt: skip
WAVE_KINDS: tuple[str, ...] = get_args(WaveKind)

BANDS = 64
SCOPE_POINTS = 512


@dataclass(frozen=True, slots=True)
class WaveData:
    """A sound as the eye sees it; row `n` belongs to frame `n` of the timeline, and there is silence past the end.

    Attributes:
        fps: Frames a second.
        bands: `(frames, 64)` uint8, logarithmic bands from low to high.
        level: `(frames,)` uint8, loudness.
        history: `(ticks,)` uint8, amplitude in steps of `1 / history_hz`.
        history_hz: Ticks a second.
        scope: `(frames, 512)` int8, the wave itself around each frame; `None` when it was not traced.
    """

    fps: Fraction
    bands: NDArray[np.uint8]
    level: NDArray[np.uint8]
    history: NDArray[np.uint8]
    history_hz: int = 50
    scope: NDArray[np.int8] | None = None

    def around(self, first: int, stop: int) -> tuple[object, ...]:
        """All that is known of the frames `[first, stop)`, to tell it from another sound; the ends may lie outside."""
        rows = slice(max(0, first), max(0, stop))
        ticks = slice(
            *(max(0, int(frame * self.history_hz / self.fps) + more) for frame, more in ((first, -2), (stop, 3)))
        )
        scope = None if self.scope is None else self.scope[rows]
        return self.fps, self.history_hz, self.bands[rows], self.level[rows], self.history[ticks], scope

    def bands_at(self, frame: int) -> NDArray[np.float64]:
        """`(64,)` in 0..1."""
        if 0 <= frame < len(self.bands):
            return self.bands[frame].astype(np.float64) / 255
        return np.zeros(BANDS)

    def level_at(self, frame: int) -> float:
        """In 0..1."""
        return float(self.level[frame]) / 255 if 0 <= frame < len(self.level) else 0.0

    def scope_at(self, frame: int) -> NDArray[np.float64]:
        """`(512,)` in -1..1; where no scope was traced, a wave made of the bands stands in for it."""
        if self.scope is None:
            return self._made_of_bands(frame)
        if 0 <= frame < len(self.scope):
            return self.scope[frame].astype(np.float64) / 127
        return np.zeros(SCOPE_POINTS)

    def _made_of_bands(self, frame: int) -> NDArray[np.float64]:
        """Sines from one to twelve periods wide, each as strong as its bands, in phase at the middle.

        Their phases turn at a constant pace, so that a held sound ripples instead of jumping.
        """
        strength = self.bands_at(frame).reshape(16, 4).mean(1)[:12]
        at = np.linspace(-1, 1, SCOPE_POINTS)[None, :]
        number = np.arange(1, 13, dtype=np.float64)[:, None]
        turned = 0.35 * float(frame / self.fps)
        wave = np.sin(np.pi * number * (0.9 * at + turned))
        return ((strength[:, None] / number**0.6) * wave).sum(0) / 2.6


@dataclass(frozen=True, slots=True)
class WaveStyle:
    """How a waveform looks.

    Attributes:
        style: One of `WAVE_KINDS`.
        color: `#RRGGBB`.
        color2: Far end of a gradient; `None` for one colour.
        count: Bars, columns or rays; 0 for what suits the box.
        glow: Strength of a light around the shape, 0 none to about 1.
        rounded: Round ends; square ones otherwise (`bars`, `mirror`, `scroll`, `spectrum`).
        thickness: Of bars and strokes in px; `None` for what suits the box.
        colors: Of the zones of `blocks` from low to high; empty for `color`.
        dim: Of what is not lit (`blocks`, `dots`) or not yet heard (`scroll`), `#RRGGBBAA`; `None` for a faint `color`.
        gradient_angle: Of the gradient in degrees, 0 to the right, 90 downward; `None` for the style's own.
        opacity: 0..1.
        inner: Radius of the free circle inside `ring`, `circle` and `pulse` as a share of the outer one; `None` for
            the style's own, see `inner_share`.
        bleed: Whether a flowing wave runs off the sides of its box instead of fading; `None` for the style's own.
        window_s: Seconds of sound across the box of a flowing wave; `None` for the style's own.
    """

    style: str
    color: str
    color2: str | None = None
    count: int = 0
    glow: float = 0.0
    rounded: bool = True
    thickness: float | None = None
    colors: tuple[str, ...] = ()
    dim: str | None = None
    gradient_angle: float | None = None
    opacity: float = 1.0
    inner: float | None = None
    bleed: bool | None = None
    window_s: float | None = None


_INNER_SHARES = {"ring": 0.68, "circle": 0.6, "pulse": 0.62}


def inner_share(style: WaveStyle) -> float:
    """Radius of the circle that a round style leaves free for a cover, as a share of half its box."""
    return _INNER_SHARES.get(style.style, 0.0) if style.inner is None else style.inner
