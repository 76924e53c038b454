"""Real titles in every theme and ratio, set in the theme's own faces."""

import math

import pytest

from wavereel.picture.text import TextStyle, Typesetter
from wavereel.timeline.layouts import ALL_PARTS, CANVASES, Slot, layout_for
from wavereel.timeline.themes import THEME_NAMES, load_theme

THEMES = {name: load_theme(name) for name in THEME_NAMES}
NINETY = "The Unreasonable Persistence of Fourteen Lines: Why Sonnets Survive Every Century of Taste"
TITLES = ["Sea", "Why We Still Read Sonnets", NINETY, "为什么我们今天还在读十四行诗", "لماذا ما زلنا نقرأ السونيتات"]


@pytest.fixture(scope="module")
def typesetter() -> Typesetter:
    return Typesetter()


def style_of(slot: Slot) -> TextStyle:
    kind = slot.type
    assert kind is not None
    return TextStyle(
        family=kind.family,
        size_px=slot.size_px,
        weight=kind.weight,
        tracking_px=kind.tracking_em * slot.size_px,
        line_height=kind.line_height,
        capitals=kind.capitals,
    )


@pytest.mark.parametrize("ratio", CANVASES)
@pytest.mark.parametrize("name", THEME_NAMES)
@pytest.mark.parametrize("parts", [ALL_PARTS, ALL_PARTS - {"cover"}], ids=["cover", "no cover"])
def test_titles_fit_whole(name: str, ratio: str, parts: frozenset[str], typesetter: Typesetter):
    slot = layout_for(THEMES[name], *CANVASES[ratio], present=parts).slots["title"]
    assert len(NINETY) == 90
    for title in TITLES:
        block = typesetter.fit(
            title,
            style_of(slot),
            width_px=slot.width,
            max_lines=slot.lines,
            min_size_px=slot.min_size_px,
            height_px=slot.height,
        )
        assert not block.shortened, f"{title!r} is cut at {block.size_px:.0f} px"
        assert block.missing == ()
        assert block.width <= slot.width + 0.5
        assert block.height <= slot.height


@pytest.mark.parametrize("ratio", CANVASES)
@pytest.mark.parametrize("name", THEME_NAMES)
def test_a_measured_line_fits_the_place_that_flows_around_it(name: str, ratio: str, typesetter: Typesetter):
    """What has been measured must not shrink when it is set into a slot of its own size."""
    layout = layout_for(THEMES[name], *CANVASES[ratio])
    slot = layout.slots["kicker"]
    style = style_of(slot)
    block = typesetter.fit("The Long Way Home", style, width_px=slot.width, max_lines=1, min_size_px=slot.min_size_px)
    placed = layout.flow({"kicker": (math.ceil(block.width), math.ceil(block.height))}).slots["kicker"]
    again = typesetter.fit(
        "The Long Way Home",
        style,
        width_px=placed.width,
        max_lines=1,
        min_size_px=slot.min_size_px,
        height_px=placed.height,
    )
    assert again.size_px == block.size_px
