"""Words and shapes that can be made out: what lies behind them, measured, and inks for where the theme's would drown.

Only what nobody chose by hand changes: a theme's white becomes dark on a user's white ground. Words in a colour of the
user's own get an outline instead.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from wavereel.picture.background_grounds import mean_luminance_span
from wavereel.picture.layer import close_layers
from wavereel.render.scene import Scene
from wavereel.timeline.palette import SHAPE_CONTRAST, TEXT_CONTRAST, luminance, mix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from wavereel.picture.geometry import Rect
    from wavereel.picture.layer import Layer
    from wavereel.picture.text import TextStyle
    from wavereel.render.look import Look
    from wavereel.timeline.arrangement import Plate

Span = tuple[float, float]
"""Relative luminance of the darkest and of the lightest that lies behind something."""

_LARGE_PX = 48
_BOLD = 600
_OPAQUE = 0.6
_GRACE = 0.8
"""Share of the contrast that is wanted which lets a theme's own ink stay: it is what goes with the rest."""

_SEEN = 2.0
"""Contrast below which a colour that somebody chose for words is helped by an outline."""

_PLATE_OPACITY = 0.86


class Backdrop:
    """What lies behind words: the ground with the theme's shapes on it, painted when somebody asks.

    Args:
        layers: Makes the layers of ground, pictures and furniture.
        frames: The frames that are looked at.
        size: Of the canvas in px.
        known: Whether it stays as it is at those frames; a video over it does not.
        own: Whether it is all the theme's own, on which its words hold.
    """

    def __init__(
        self,
        layers: Callable[[], Iterable[Layer]],
        frames: Sequence[int],
        size: tuple[int, int],
        *,
        known: bool,
        own: bool,
    ) -> None:
        self.own = own
        self._layers, self._frames, self._size, self._known = layers, frames, size, known
        self._painted: list[NDArray[np.uint8]] = []

    def span(self, rect: Rect) -> Span:
        """What lies behind a rectangle of the canvas, at all times."""
        if not self._known:
            return 0.0, 1.0
        width, height = self._size
        x0, x1 = max(0, min(rect.x0, width - 1)), max(1, min(rect.x1, width))
        y0, y1 = max(0, min(rect.y0, height - 1)), max(1, min(rect.y1, height))
        spans = [
            mean_luminance_span(
                picture[y0 : max(y1, y0 + 1), x0 : max(x1, x0 + 1)].astype(np.float32) / np.float32(255)
            )
            for picture in self._pictures()
        ]
        return min(low for low, _ in spans), max(high for _, high in spans)

    def _pictures(self) -> list[NDArray[np.uint8]]:
        if not self._painted:
            layers = list(self._layers())
            for frame in self._frames:
                self._painted.append(Scene(layers, *self._size).still(frame).to_rgb())
            close_layers(layers)
        return self._painted


def legible(
    look: Look,
    style: TextStyle,
    rect: Rect,
    *,
    plate: Plate | None = None,
    chosen: bool = False,
    plated: bool = False,
    at_home: bool = True,
    outlined: bool = False,
) -> TextStyle:
    """A style in which a text can be read where it stands.

    Args:
        look: Theme and backdrop.
        style: As theme and draft have it.
        rect: What the text covers.
        plate: The theme's plate under it.
        chosen: Whether somebody chose the colour of its letters.
        plated: Whether it stands over a cover, a waveform or other words, so that it needs a box.
        at_home: Whether it stands where its theme has it, and so needs no care on the theme's own ground.
        outlined: Whether its outline is wanted as it is, by somebody or by the look of captions.
    """
    style = _apart(look, style, chosen=chosen)
    if plated and not _has_box(style):
        style = _boxed(look, style, chosen=chosen)
    if _has_box(style):
        behind = _mixed(look, style.box_color or "", rect)
    elif plate is not None and plate.opacity >= _OPAQUE:
        behind = _plain(plate.color)
    elif look.backdrop is None or (look.backdrop.own and at_home):
        return style
    else:
        behind = look.backdrop.span(rect)
    needed = SHAPE_CONTRAST if style.size_px >= _LARGE_PX * look.scale and style.weight >= _BOLD else TEXT_CONTRAST
    held = _held(style.color, behind)
    set_off = style.outline_color and style.outline_px and _ratio(style.outline_color, style.color) >= SHAPE_CONTRAST
    if held >= _GRACE * needed or (set_off and (chosen or outlined)):
        return style
    if chosen:
        faint = look.themed and held < _SEEN
        return _outlined(style) if faint and not style.outline_px and not _has_box(style) else style
    found = first_ink(look, behind, needed)
    if found and style.outline_color and _ratio(style.outline_color, found) < _SEEN:
        return replace(style, color=found, outline_color=None, outline_px=0.0)
    if found:
        return replace(style, color=found)
    return _boxed(look, style, chosen=False)


def lit(look: Look, color: str, style: TextStyle, rect: Rect, *, chosen: bool) -> str:
    """The colour of the spoken word, next to words in a style: it holds against what is behind, and is another."""
    behind = None
    if _has_box(style):
        behind = _mixed(look, style.box_color or "", rect)
    elif look.backdrop is not None and not look.backdrop.own:
        behind = look.backdrop.span(rect)
    if chosen or behind is None or (_held(color, behind) >= SHAPE_CONTRAST and color != style.color):
        return color
    palette = look.theme.palette
    names = ("spoken", "plate_spoken", "accent", "plate_ink", "ink")
    wanted = [palette[name] for name in names if name in palette] + ["#FFD23F", "#1D4ED8", "#B91C1C", "#FFFFFF"]
    for other in wanted:
        if other != style.color and _held(other, behind) >= SHAPE_CONTRAST and _differ(other, style.color):
            return other[:7]
    return color


def seen(look: Look, color: str, rect: Rect, least: float = SHAPE_CONTRAST) -> str:
    """The colour of a shape that a theme chose, or an ink where it cannot be made out on a user's ground."""
    if look.backdrop is None or look.backdrop.own:
        return color
    behind = look.backdrop.span(rect)
    if _held(color, behind) >= least:
        return color
    accent = look.theme.palette["accent"]
    if _held(accent, behind) >= least:
        return accent[:7]
    inks = [color[:7], accent[:7], *_inks(look)]
    return first_ink(look, behind, least) or max(inks, key=lambda ink: _held(ink, behind))


def first_ink(look: Look, behind: Span, least: float) -> str | None:
    """The first of the theme's inks, then of black and white, that holds a contrast against what is behind."""
    return next((ink for ink in _inks(look) if _held(ink, behind) >= least), None)


def _inks(look: Look) -> list[str]:
    palette = look.theme.palette
    return [palette[name][:7] for name in ("ink", "ground", "plate_ink", "plate")] + ["#FFFFFF", "#15161B"]


def _differ(one: str, other: str) -> bool:
    channels = [abs(int(one[at : at + 2], 16) - int(other[at : at + 2], 16)) for at in (1, 3, 5)]
    return max(channels) >= 64


def _has_box(style: TextStyle) -> bool:
    color = style.box_color
    return bool(color) and (len(color or "") < 9 or int((color or "")[7:], 16) >= 255 * _OPAQUE)


def _mixed(look: Look, box: str, rect: Rect) -> Span:
    """What lies behind words on a box that may let something through."""
    opacity = int(box[7:], 16) / 255 if len(box) == 9 else 1.0
    if opacity == 1.0 or look.backdrop is None:
        return _plain(box)
    low, high = look.backdrop.span(rect)
    greys = [f"#{round(255 * _gamma(value)):02X}" + f"{round(255 * _gamma(value)):02X}" * 2 for value in (low, high)]
    lights = [luminance(mix(grey, box[:7], opacity)) for grey in greys]
    return min(lights), max(lights)


def _plain(color: str) -> Span:
    light = luminance(color)
    return light, light


def _gamma(value: float) -> float:
    return 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055


def _held(color: str, behind: Span) -> float:
    light = luminance(color)
    return min((max(light, other) + 0.05) / (min(light, other) + 0.05) for other in behind) * (
        0.0 if behind[0] + 0.02 < light < behind[1] - 0.02 else 1.0
    )


def _ratio(one: str, other: str) -> float:
    return _held(one, _plain(other))


def _apart(look: Look, style: TextStyle, *, chosen: bool) -> TextStyle:
    """Letters that an outline of their own colour would turn into blots take an ink that it sets off."""
    if chosen or not style.outline_color or not style.outline_px or _ratio(style.color, style.outline_color) >= 2:
        return style
    ink = first_ink(look, _plain(style.outline_color), TEXT_CONTRAST)
    return replace(style, color=ink) if ink else style


def _outlined(style: TextStyle) -> TextStyle:
    color = "#15161B" if luminance(style.color) > 0.18 else "#FFFFFF"
    return replace(style, outline_color=color, outline_px=max(1.5, style.size_px * 0.05))


def _boxed(look: Look, style: TextStyle, *, chosen: bool) -> TextStyle:
    """A style on the theme's plate, in the plate's ink, or on black or white where the colour was chosen."""
    palette = look.theme.palette
    plate, ink = palette["plate"][:7], palette["plate_ink"][:7]
    if chosen:
        ink = style.color
        if _ratio(ink, plate) < TEXT_CONTRAST:
            plate = "#15161B" if luminance(ink) > 0.18 else "#FFFFFF"
    return replace(
        style,
        color=ink,
        box_color=f"{plate}{round(255 * _PLATE_OPACITY):02X}",
        box_pad_px=style.box_pad_px or 0.32 * style.size_px,
        box_radius=style.box_radius or 0.18 * style.size_px,
    )
