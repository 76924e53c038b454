"""Layouts: hand-made places in four ratios, scaled to any canvas, closed up around what is there."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavereel.timeline.layouts import (
    ALL_PARTS,
    CANVASES,
    SAFE_MARGINS,
    Layout,
    Slot,
    clock_text,
    layout_for,
    ratio_for,
)
from wavereel.timeline.themes import THEME_NAMES, load_theme

THEMES = {name: load_theme(name) for name in THEME_NAMES}
TEXTS = ("title", "kicker", "number")
OTHER_CANVASES = [(320, 180), (3840, 2160), (2560, 1080), (1080, 1440), (1440, 1080), (1080, 1620), (720, 720)]


def flowed(theme: str, width: int, height: int, present: frozenset[str], fill: float = 1.0) -> Layout:
    """A layout whose texts take the share `fill` of the largest size they may have."""
    layout = layout_for(THEMES[theme], width, height, present=present)
    sizes = {
        name: (math.floor(layout.slots[name].width * fill), math.floor(layout.slots[name].height * fill))
        for name in TEXTS
        if name in present
    }
    return layout.flow(sizes)


def rect(slot: Slot) -> tuple[int, int, int, int]:
    x, y, width, height = slot.plate_rect(slot.width, slot.height)
    return x, y, x + width, y + height


def meet(one: Slot, other: Slot) -> bool:
    a, b = rect(one), rect(other)
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def shown(layout: Layout) -> dict[str, Slot]:
    names = (layout.present & ALL_PARTS) | {"chapter"}
    slots = {name: layout.slots[name] for name in names}
    return slots | {slot.name: slot for slot in (*layout.labels, *layout.clocks)}


def may_meet(layout: Layout, one: str, other: str) -> bool:
    pair = {one, other}
    if pair == {"cover", "wave"}:  # a round cover sits inside its ring
        return layout.slots["cover"].shape == "round"
    if pair == {"title", "clock"}:  # the clock stands on the title's plate, beside the words
        return layout.slots["title"].x + layout.slots["title"].width <= layout.slots["clock"].x
    if pair == {"chapter", "wave"}:  # a card inside the empty corner of a ring's box
        return layout.arrangement.wave.style == "ring"
    return False


SUBSETS = [
    ALL_PARTS,
    ALL_PARTS - {"title"},
    ALL_PARTS - {"cover"},
    ALL_PARTS - {"kicker"},
    ALL_PARTS - {"number"},
    ALL_PARTS - {"caption"},
    ALL_PARTS - {"kicker", "number"},
    ALL_PARTS - {"title", "kicker", "number"},
    ALL_PARTS - {"title", "kicker", "number", "cover"},
    frozenset({"main", "wave", "caption", "progress"}),
    frozenset({"main", "wave", "caption", "title"}),
]


@pytest.mark.parametrize("theme", THEME_NAMES)
@pytest.mark.parametrize("ratio", CANVASES)
@pytest.mark.parametrize("present", SUBSETS, ids=lambda parts: "+".join(sorted(parts)))
@pytest.mark.parametrize("fill", [0.3, 1.0])
def test_nothing_touches_anything(theme: str, ratio: str, present: frozenset[str], fill: float):
    layout = flowed(theme, *CANVASES[ratio], present, fill)
    slots = shown(layout)
    touching = [
        (one, other)
        for one, other in itertools.combinations(sorted(slots), 2)
        if meet(slots[one], slots[other]) and not may_meet(layout, one, other)
    ]
    assert touching == []


@pytest.mark.parametrize("theme", THEME_NAMES)
@pytest.mark.parametrize("ratio", CANVASES)
@pytest.mark.parametrize("present", SUBSETS, ids=lambda parts: "+".join(sorted(parts)))
def test_words_keep_the_safe_area(theme: str, ratio: str, present: frozenset[str]):
    layout = flowed(theme, *CANVASES[ratio], present)
    left, top, right, bottom = SAFE_MARGINS[ratio]
    width, height = CANVASES[ratio]
    assert layout.safe == (left, top, width - left - right, height - top - bottom)
    for name, slot in (shown(layout) | {"lower_third": layout.slots["lower_third"]}).items():
        if name in ("wave", "cover", "progress", "chapter"):
            continue
        x0, y0, x1, y1 = rect(slot)
        assert x0 >= left, name
        assert y0 >= top, name
        assert x1 <= width - right, name
        assert y1 <= height - bottom, name


@pytest.mark.parametrize("theme", THEME_NAMES)
@pytest.mark.parametrize("size", [*CANVASES.values(), *OTHER_CANVASES])
def test_everything_lies_on_the_canvas(theme: str, size: tuple[int, int]):
    layout = flowed(theme, *size, ALL_PARTS)
    for name, slot in layout.slots.items():
        x0, y0, x1, y1 = rect(slot)
        assert x0 >= 0, name
        assert y0 >= 0, name
        assert x1 <= size[0], name
        assert y1 <= size[1], name


@pytest.mark.parametrize("theme", THEME_NAMES)
@pytest.mark.parametrize("ratio", CANVASES)
def test_a_lower_third_leaves_the_captions_alone(theme: str, ratio: str):
    layout = flowed(theme, *CANVASES[ratio], ALL_PARTS)
    for name in ("caption", "title", "kicker", "number", "progress"):
        assert not meet(layout.slots["lower_third"], layout.slots[name]), name


@pytest.mark.parametrize("theme", THEME_NAMES)
@pytest.mark.parametrize("ratio", CANVASES)
def test_logo_corners_hit_no_words(theme: str, ratio: str):
    layout = flowed(theme, *CANVASES[ratio], ALL_PARTS, 0.5)
    for corner in ("top_left", "top_right", "bottom_left", "bottom_right"):
        for name in ("caption", "title", "kicker", "number", "progress"):
            assert not meet(layout.slots[corner], layout.slots[name]), (corner, name)


@pytest.mark.parametrize("theme", THEME_NAMES)
@pytest.mark.parametrize("size", [(320, 180), (3840, 2160)])
def test_a_canvas_of_the_same_shape_is_the_design_scaled(theme: str, size: tuple[int, int]):
    design, scaled = layout_for(THEMES[theme], 1920, 1080), layout_for(THEMES[theme], *size)
    scale = size[0] / 1920
    assert scaled.scale == scale
    assert scaled.view == (0, 0, 1920, 1080)
    for name, slot in design.slots.items():
        assert abs(scaled.slots[name].x - slot.x * scale) <= 0.5
        assert scaled.slots[name].size_px == slot.size_px * scale


def test_a_wider_canvas_centres_the_design_and_shows_more_of_its_ground():
    layout = layout_for(THEMES["clean"], 2560, 1080)
    assert layout.view == (-320, 0, 2560, 1080)
    assert layout.slots["cover"].x == 112 + 320


def test_waves_from_edge_to_edge_stay_so_on_any_canvas():
    slot = layout_for(THEMES["sunset"], 2560, 1080).slots["wave"]
    assert (slot.x, slot.width) == (0, 2560)


@pytest.mark.parametrize(
    ("width", "height", "ratio"),
    [
        (1920, 1080, "wide"),
        (2560, 1080, "wide"),
        (1080, 1920, "tall"),
        (1080, 1080, "square"),
        (1080, 1350, "portrait"),
        (1080, 1440, "portrait"),
        (1000, 1001, "square"),
    ],
)
def test_nearest_ratio(width: int, height: int, ratio: str):
    assert ratio_for(width, height) == ratio


def test_a_stack_closes_around_what_is_there():
    layout = layout_for(THEMES["clean"], 1920, 1080)
    full = layout.flow({"kicker": (400, 34), "number": (150, 34), "title": (800, 200)}).slots
    assert full["title"].y == full["kicker"].y + 34 + 14
    assert full["number"].y == full["kicker"].y
    assert full["number"].x == full["kicker"].x + 400 + 28
    bare = layout.flow({"title": (800, 100)}).slots
    assert bare["wave"].y == bare["title"].y + 100 + 52


def test_a_wave_gives_way_to_a_long_title():
    layout = layout_for(THEMES["clean"], 1920, 1080)
    short = layout.flow({"kicker": (400, 34), "title": (800, 100)}).slots["wave"]
    long = layout.flow({"kicker": (400, 34), "title": (800, 200)}).slots["wave"]
    assert short.height > long.height >= 120


def test_a_cover_that_shrinks_stays_square_and_centred():
    slot = layout_for(THEMES["clean"], 1080, 1920).flow({"kicker": (400, 34), "title": (700, 190)}).slots["cover"]
    assert slot.width == slot.height < 640
    assert slot.x + slot.width / 2 == pytest.approx(540, abs=1)


def test_a_strap_takes_the_room_that_is_left():
    layout = layout_for(THEMES["news"], 1920, 1080, present=ALL_PARTS - {"cover"})
    slots = layout.flow({"number": (120, 44), "kicker": (300, 44), "title": (900, 84)}).slots
    assert slots["number"].width == 120
    x, _, width, _ = slots["kicker"].plate_rect(300, 44)
    assert x == 112 + 120 + 2 * 28
    assert x + width == 1808


def test_a_mirrored_slot_changes_sides_for_words_that_run_left():
    layout = layout_for(THEMES["paper"], 1920, 1080)
    turned = layout.flow({}, leftward=True).slots
    assert (layout.slots["kicker"].x, layout.slots["kicker"].align) == (112, "left")
    assert turned["kicker"].x + turned["kicker"].width == 1808
    assert (turned["kicker"].align, turned["number"].align) == ("right", "left")


def test_rows_run_from_the_right_for_words_that_run_left():
    layout = layout_for(THEMES["clean"], 1920, 1080)
    slots = layout.flow({"kicker": (400, 34), "number": (150, 34)}, leftward=True).slots
    assert slots["kicker"].x + 400 == 1808
    assert slots["number"].x + 150 == slots["kicker"].x - 28


def test_a_mirrored_row_and_the_cover_beside_it_change_sides_of_the_canvas():
    layout = layout_for(THEMES["sunset"], 1920, 1080)
    slots = layout.flow({"kicker": (400, 44), "number": (150, 44), "title": (900, 240)}, leftward=True).slots
    assert slots["cover"].x == 112
    assert slots["kicker"].x + 400 == slots["title"].x + slots["title"].width == 1808
    assert slots["number"].x + 150 == slots["kicker"].x - 36


def test_flow_leaves_the_original_alone():
    layout = layout_for(THEMES["midnight"], 1920, 1080)
    before = dict(layout.slots)
    layout.flow({"title": (10, 10)})
    assert dict(layout.slots) == before


def test_a_text_that_leaves_its_slot_keeps_to_its_margin_at_top_and_bottom():
    sunset, clean, news = (layout_for(THEMES[name], 1920, 1080) for name in ("sunset", "clean", "news"))
    assert [sunset.kept_align("title", place) for place in ("top", "center", "bottom", None)] == [
        "left",
        "center",
        "left",
        "center",
    ]
    assert {layout.kept_align("title", "top") for layout in (clean, news)} == {"center"}
    assert sunset.kept_align("nowhere", "top") == "center"


def test_clocks_keep_their_width():
    assert clock_text("{elapsed:hms} / {total:hms}", 801_999, 2_095_000) == "00:13:21 / 00:34:55"
    assert clock_text("{elapsed}", 801_999, 2_095_000) == "13:21"
    assert clock_text("-{left}", 60_000, 3_665_000) == "-1:00:05"


@given(st.integers(64, 4096), st.integers(64, 4096), st.sampled_from(THEME_NAMES), st.floats(0, 1))
def test_any_canvas_has_a_layout(width: int, height: int, theme: str, fill: float):
    layout = flowed(theme, width, height, ALL_PARTS, fill)
    for slot in layout.slots.values():
        assert slot.width >= 1
        assert slot.height >= 1
