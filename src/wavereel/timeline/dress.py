"""What a theme writes into a draft: styles of text and generators, as the draft's own short keys.

A draft states its look in full, so that any program that reads it sees colours and sizes without knowing the theme.
Places are not stated: a segment without `x` stands where the theme's layout puts it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wavereel.timeline.palette import SHAPE_CONTRAST, TEXT_CONTRAST, mix, strongest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wavereel.timeline.layouts import Layout
    from wavereel.timeline.themes import Theme

Tree = dict[str, Any]

TEXT_SLOTS = ("title", "kicker", "number", "chapter", "lower_third", "end_card", "caption")
"""Slots of text that a draft's segments fill."""


def text_style(layout: Layout, slot_name: str, *, accent: str | None = None) -> Tree:
    """`st` of a text in a slot: family, size, weight, colour.

    Args:
        layout: The theme on the draft's canvas.
        slot_name: One of `TEXT_SLOTS`.
        accent: A colour from the cover that replaces the theme's accent.
    """
    slot = layout.slots[slot_name]
    if slot.type is None:
        return {}
    short_side = min(layout.width, layout.height)
    size = round(slot.size_px * 1080 / short_side, 1)
    style: Tree = {"ff": slot.type.family, "fs": size, "fw": slot.type.weight, "c": slot.type.color}
    if accent and slot_name in ("kicker", "number") and slot.type.color == layout.accent:
        style["c"] = accent
    if slot_name == "caption":
        style["c"] = layout.caption.color
        if layout.caption.spoken:
            style["hl"] = layout.caption.spoken
    return style


def ground_generator(theme: Theme, layout: Layout) -> Tree:
    """`g` of the theme's own background: what a plain reader can paint, and `art` for who knows the theme."""
    stops = layout.arrangement.ground.stops
    if len(stops) == 1:
        return {"k": "color", "c": stops[0].color, "art": theme.name}
    angle = layout.arrangement.ground.angle
    return {"k": "gradient", "c": stops[0].color, "c2": stops[-1].color, "angle": angle, "art": theme.name}


def wave_generator(theme: Theme, layout: Layout, *, of: str = "*", colors: Sequence[str] = ()) -> Tree:
    """`g` of the theme's waveform, driven by `of`; `colors` are the cover's that hold, as `cover_colors` gives them."""
    spec = layout.arrangement.wave
    tree: Tree = {"k": "waveform", "of": of, "sty": spec.style, "c": spec.color}
    if spec.color2:
        tree["c2"] = spec.color2
    if colors and "wave" in theme.from_cover:
        tree |= {"c": colors[0]} | ({"c2": colors[-1]} if spec.color2 else {})
    return tree | {"n": spec.count, "smooth": spec.smooth_ms}


def progress_generator(layout: Layout, *, accent: str | None = None) -> Tree:
    """`g` of the theme's progress bar."""
    color = layout.arrangement.progress.color
    if accent and color == layout.accent:
        color = accent
    return {"k": "progress", "sty": "bar", "c": color, "at": "bottom"}


def cover_generator(theme: Theme, title: str, seed: int) -> Tree:
    """`g` of a cover that the program draws: `pattern` in the style `cover`, seeded, in the theme's colours."""
    colors = theme.cover_art.colors
    return {"k": "pattern", "sty": "cover", "seed": seed, "c": colors[0], "c2": colors[1], "txt": title}


def cover_colors(theme: Theme, layout: Layout, colors: Sequence[str]) -> tuple[str, ...]:
    """Of a cover's colours, strongest first, at most two that hold their contrast on all of the theme's ground.

    The first may stand for the accent and for the wave, the second is where a wave's gradient ends.
    """
    if not theme.from_cover:
        return ()
    ground = layout.arrangement.ground
    grounds = [stop.color for stop in ground.stops]
    grounds += [mix(stop.color, glow.color, glow.opacity * 0.6) for stop in ground.stops for glow in ground.glows]
    first = strongest(colors, grounds, TEXT_CONTRAST if "accent" in theme.from_cover else SHAPE_CONTRAST)
    if first is None:
        return ()
    second = strongest([color for color in colors if color != first], grounds, SHAPE_CONTRAST)
    return (first, second) if second else (first,)
