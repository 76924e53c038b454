"""Words can be read on the ground that they stand on, measured on its pixels in every theme and ratio."""

import math

import numpy as np
import pytest

from wavereel.picture.background_grounds import Glow, gradient_rgb, mean_luminance_span
from wavereel.picture.svg import render_svg
from wavereel.timeline.layouts import CANVASES, Layout, Slot, layout_for
from wavereel.timeline.palette import SHAPE_CONTRAST, TEXT_CONTRAST, contrast, luminance
from wavereel.timeline.themes import THEME_NAMES, Theme, load_theme

THEMES = {name: load_theme(name) for name in THEME_NAMES}
SCALE = 0.25
LARGE_PX = 48


def ground_of(theme: Theme, layout: Layout) -> np.ndarray:
    """Ground, art and furniture as `(h, w, 3)` float32."""
    ground = layout.arrangement.ground
    glows = [
        Glow(*glow.center, glow.radius * layout.scale, glow.color, glow.opacity, glow.stretch) for glow in ground.glows
    ]
    stops = [(stop.at, stop.color) for stop in ground.stops]
    size = (layout.width, layout.height)
    rgb = gradient_rgb(size, stops, ground.angle, glows, ground.grain)
    for name in (layout.art, layout.furniture):
        if name:
            view = " ".join(f"{value:g}" for value in layout.view)
            drawn = render_svg(theme.svg(name), {**theme.palette, "view": view}, size).astype(np.float32) / 255
            rgb = rgb + (drawn[..., :3] - rgb) * drawn[..., 3:]
    return rgb


def worst(color: str, rgb: np.ndarray, slot: Slot) -> float:
    """Contrast of a colour against the lightest and darkest that lies in a slot."""
    part = rgb[slot.y : slot.y + slot.height, slot.x : slot.x + slot.width].astype(np.float32)
    ink = luminance(color)
    pairs = [sorted((ink, span)) for span in mean_luminance_span(part)]
    return min((light + 0.05) / (dark + 0.05) for dark, light in pairs)


@pytest.mark.parametrize("ratio", CANVASES)
@pytest.mark.parametrize("name", THEME_NAMES)
def test_words_stand_out_from_the_ground(name: str, ratio: str):
    theme = THEMES[name]
    width, height = (round(side * SCALE / 2) * 2 for side in CANVASES[ratio])
    layout = layout_for(theme, width, height)
    texts = ("title", "kicker", "number", "chapter")
    sizes = {slot: (layout.slots[slot].width, layout.slots[slot].height) for slot in texts}
    layout = layout.flow(sizes)
    rgb = ground_of(theme, layout)
    faint: list[str] = []
    for slot in (*(layout.slots[name] for name in texts), *layout.labels, *layout.clocks, layout.slots["caption"]):
        if slot.type is None:
            continue
        colors = [slot.type.color]
        if slot.name == "caption":
            colors = [layout.caption.color, layout.caption.spoken or layout.caption.color]
        bold = slot.type.weight >= 600 or slot.type.family == "Righteous"  # has one weight, and that is bold
        large = bold and slot.size_px / layout.scale >= LARGE_PX
        for color in colors:
            least = SHAPE_CONTRAST if large else TEXT_CONTRAST
            on_title = slot.name == "clock" and layout.slots["title"].plate
            plate = layout.slots["title"].plate if on_title else slot.plate
            found = contrast(color, plate.color) if plate and plate.opacity == 1 else worst(color, rgb, slot)
            if found < least:
                faint.append(f"{slot.name} {color}: {found:.2f} < {least}")
    assert faint == []


@pytest.mark.parametrize("ratio", CANVASES)
@pytest.mark.parametrize("name", THEME_NAMES)
def test_waves_and_bars_stand_out_from_the_ground(name: str, ratio: str):
    theme = THEMES[name]
    layout = layout_for(theme, *(round(side * SCALE / 2) * 2 for side in CANVASES[ratio]))
    rgb = ground_of(theme, layout)
    wave = layout.arrangement.wave
    for color in filter(None, (wave.color, wave.color2, *wave.colors)):
        assert worst(color, rgb, layout.slots["wave"]) >= SHAPE_CONTRAST, color


@pytest.mark.parametrize("name", THEME_NAMES)
def test_cards_and_plates_can_be_read(name: str):
    palette = THEMES[name].palette
    assert contrast(palette["plate_ink"], palette["plate"]) >= TEXT_CONTRAST
    assert contrast(palette["plate_spoken"], palette["plate"]) >= TEXT_CONTRAST
    assert contrast(palette["card_ink"], palette["card"]) >= TEXT_CONTRAST
    for ratio in CANVASES:
        slots = THEMES[name].arrangement(ratio).slots
        for slot in slots.values():
            if slot.plate and slot.size and slot.plate.opacity == 1:
                style = THEMES[name].type[slot.style or next(key for key, value in slots.items() if value is slot)]
                assert contrast(style.color, slot.plate.color[:7]) >= TEXT_CONTRAST


def test_the_ground_has_no_step_that_shows():
    """Neighbours differ by less than the dither covers, so that what is left of banding is noise."""
    for theme in THEMES.values():
        layout = layout_for(theme, 480, 270)
        ground = layout.arrangement.ground
        glows = [Glow(*g.center, g.radius * layout.scale, g.color, g.opacity, g.stretch) for g in ground.glows]
        rgb = gradient_rgb((480, 270), [(s.at, s.color) for s in ground.stops], ground.angle, glows)
        assert float(np.abs(np.diff(rgb, axis=1)).max()) < 4 / 255
        assert math.isfinite(float(rgb.sum()))
