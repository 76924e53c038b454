"""Place, size, angle and opacity; logo, cover, pictures, progress bar."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.timeline.edits.look import (
    BEACH,
    COVER,
    LOGO,
    applied,
    boxes,
    done,
    empty,
    refused,
    talk,
    try_on,
    with_keys,
)
from tests.timeline.edits.timelines import timelines
from tests.timeline.test_build import only, roles

from wavereel.timeline.codec import timeline_from_tree, timeline_tree
from wavereel.timeline.edits.boxes import layout_of, safe_edges
from wavereel.timeline.edits.canvas import SetRatio
from wavereel.timeline.edits.overlays import AddLogo, AddPicture, AddProgress, SetCover, SetProgress
from wavereel.timeline.edits.placing import Place, Resize, Rotate, SetOpacity
from wavereel.timeline.edits.surgery import select

SAFE = safe_edges(layout_of(talk()))


def the(timeline, target: str):
    """The first segment of a target as the draft writes it."""
    spot = select(timeline, target)[0]
    return timeline_tree(timeline)["t"][spot.track]["sg"][spot.index]


def wave_box(timeline):
    slot = layout_of(timeline).slots["wave"]
    return slot.x / 1920, slot.y / 1080, slot.width / 1920, slot.height / 1080


def test_the_waveform_moves_to_the_middle():
    after = applied(Place(target="waveform", y=0.5), talk())
    assert the(after, "waveform")["x"] == {"y": 0.5}
    assert refused(Place(target="waveform", y=0.5), after) == "same_already"


def test_a_bit_further_and_not_off_the_canvas():
    _, y, _, height = wave_box(talk())
    after = applied(Place(target="waveform", dy=-0.1), talk())
    assert the(after, "waveform")["x"]["y"] == pytest.approx(y + height / 2 - 0.1, abs=1e-4)
    low, notes = done(Place(target="waveform", y=2), talk())
    assert the(low, "waveform")["x"]["y"] == pytest.approx(1 - height / 2, abs=1e-4)
    assert [note.key for note in notes] == ["clamped"]


@pytest.mark.parametrize(
    ("corner", "x", "y"),
    [
        ("top_left", SAFE[0] + 0.11 * 1080 / 1920, SAFE[1] + 0.055),
        ("bottom_right", SAFE[2] - 0.11 * 1080 / 1920, SAFE[3] - 0.055),
        ("top", 0.5, SAFE[1] + 0.055),
        ("left", SAFE[0] + 0.11 * 1080 / 1920, 0.5),
        ("center", 0.5, 0.5),
    ],
)
def test_corners_lie_inside_the_safe_area(corner, x: float, y: float):
    after = applied(AddLogo(file="logo.png", corner=corner), talk())
    logo = the(after, "logo")
    assert (logo["x"]["x"], logo["x"]["y"]) == (pytest.approx(x, abs=1e-3), pytest.approx(y, abs=1e-3))
    assert logo["x"] | {"x": 0, "y": 0} == {"x": 0, "y": 0, "w": 0.1237, "h": 0.11, "fit": "contain"}
    moved = applied(
        Place(target="logo", corner=corner), applied(AddLogo(file="logo.png", corner="bottom_left"), talk())
    )
    assert the(moved, "logo")["x"]["x"] == pytest.approx(x, abs=1e-3)


def test_a_logo():
    after = applied(AddLogo(size="small"), talk())
    logo = the(after, "logo")
    assert (logo["src"], logo["d"], logo["m"]) == (
        LOGO,
        60_000,
        {"name": "logo", "file_id": LOGO.removeprefix("asset://")},
    )
    assert logo["x"]["h"] == 0.07
    assert roles(after).count("overlay") == 2
    assert refused(AddLogo(size="small"), after) == "same_already"
    larger = applied(AddLogo(size="large"), after)
    assert (roles(larger).count("overlay"), the(larger, "logo")["x"]["h"]) == (2, 0.18)


def test_which_logo_is_meant():
    assert the(applied(AddLogo(), talk("beach.jpg")), "logo")["src"] == BEACH
    assert refused(AddLogo(), talk("beach.jpg", "cover.png")) == "no_file"
    assert refused(AddLogo(file="clip.mp4"), talk()) == "not_a_picture"
    assert applied(AddLogo(), empty()).length == 4000


def test_a_logo_in_a_slot_of_the_theme_states_its_place():
    before = talk(logo=LOGO)
    after = applied(Place(target="logo", corner="bottom_left"), before)
    logo = the(after, "logo")
    assert "slot" not in logo["m"]
    assert set(logo["x"]) == {"x", "y", "w", "h"}
    assert logo["x"]["w"] * 1920 == pytest.approx(2 * logo["x"]["h"] * 1080, rel=1e-2)
    assert logo["x"]["x"] - logo["x"]["w"] / 2 == pytest.approx(SAFE[0], abs=1e-3)


def test_a_logo_that_only_its_slot_names_stays_one():
    before = with_keys(talk(), "overlay", m={"slot": "top_right", "name": "brand.png"}, src=LOGO, g=None)
    tree = timeline_tree(before)
    track = next(track for track in tree["t"] if track["m"]["role"] == "overlay")
    track |= {"id": "art", "m": {"role": "overlay"}}
    after = applied(Resize(target="logo", factor=0.5), timeline_from_tree(tree))
    assert the(after, "logo")["m"] == {"name": "brand.png", "slot": "logo"}


def test_a_waveform_grows_upward_where_there_is_no_room():
    _, y, _, height = wave_box(talk())
    after = applied(Resize(target="waveform", height_factor=1.3), talk())
    assert the(after, "waveform")["x"]["h"] == pytest.approx(1.3 * height, abs=1e-4)
    assert "w" not in the(after, "waveform")["x"]
    most, notes = done(Resize(target="waveform", height=3), talk())
    assert the(most, "waveform")["x"] == {"y": 0.5, "h": 1.0}
    assert notes[0].facts == {"asked": "300%", "used": "100%", "low": "2%", "high": "100%"}
    assert 0 < y < 1


def test_a_picture_keeps_its_shape_and_its_corner():
    before = applied(AddLogo(), talk())
    after = applied(Resize(target="logo", width=0.2), before)
    box = the(after, "logo")["x"]
    assert box["w"] * 1920 == pytest.approx(2 * box["h"] * 1080, rel=1e-3)
    assert box["x"] + box["w"] / 2 == pytest.approx(SAFE[2], abs=1e-3)
    assert box["y"] - box["h"] / 2 == pytest.approx(SAFE[1], abs=1e-3)


def test_a_ring_around_the_cover_states_its_place_once_it_has_a_size():
    before = with_keys(talk(theme="midnight"), "waveform", g={"k": "waveform", "sty": "circle", "of": "*"})
    cover = layout_of(before).slots["cover"]
    after = applied(Resize(target="waveform", factor=0.5), before)
    assert the(after, "waveform")["x"]["x"] == pytest.approx((cover.x + cover.width / 2) / 1920, abs=1e-3)


@pytest.mark.parametrize(
    ("edit", "value"),
    [
        (Rotate(target="cover", degrees=90), 90.0),
        (Rotate(target="cover", by=-15), 345.0),
        (Rotate(target="title", by=5), 5.0),
    ],
)
def test_turning(edit, value: float):
    assert the(applied(edit, talk()), edit.target)["x"] == {"r": value}


def test_turning_back_takes_the_key_away():
    before = applied(Rotate(target="cover", degrees=90), talk())
    assert "x" not in the(applied(Rotate(target="cover", degrees=360), before), "cover")
    assert refused(Rotate(target="waveform", degrees=90), talk()) == "wrong_kind"
    assert refused(Rotate(target="cover"), talk()) == "nothing_to_change"


def test_opacity():
    after = applied(SetOpacity(target="cover", opacity=0.5), talk())
    assert the(applied(SetOpacity(target="cover", factor=0.5), after), "cover")["x"] == {"o": 0.25}
    back, notes = done(SetOpacity(target="cover", factor=3), after)
    assert ("x" in the(back, "cover"), [note.key for note in notes]) == (False, ["clamped"])
    assert refused(SetOpacity(target="caption", opacity=0.5), talk()) == "wrong_kind"


def test_the_cover():
    after = applied(SetCover(), talk())
    assert (the(after, "cover")["src"], "g" in the(after, "cover")) == (COVER, False)
    drawn = applied(SetCover(drawn=True), after)
    assert the(drawn, "cover") == the(talk(), "cover")
    assert refused(SetCover(drawn=True), talk()) == "same_already"
    assert refused(SetCover(), talk("talk.mp3")) == "no_file"


def test_a_cover_where_there_was_none_makes_room():
    before = talk(theme="clean")
    tree = timeline_tree(before)
    tree["t"] = [track for track in tree["t"] if track["id"] != "cover"]
    after = applied(SetCover(drawn=True), timeline_from_tree(tree))
    assert the(after, "cover")["m"] == {"name": "cover", "slot": "cover"}
    assert only(after, "title").style == only(before, "title").style


def test_a_picture_at_a_time():
    after = applied(AddPicture(file="beach.jpg", start_ms=2000, length_ms=3000), talk())
    segment = the(after, "picture-1")
    assert (segment["s"], segment["d"], segment["m"]["name"]) == (2000, 3000, "beach.jpg")
    assert segment["x"] == {"x": 0.5, "y": 0.5, "w": 0.3333, "h": 0.3333}
    assert roles(after).index("voice") > roles(after).index("overlay")
    again = applied(AddPicture(file="beach.jpg", start_ms=2000, length_ms=3000), after)
    assert roles(again).count("overlay") == 3
    late, notes = done(
        AddPicture(file="cover.png", start_ms=59_000, length_ms=3000, corner="top_left", size="small"), talk()
    )
    assert (the(late, "picture-1")["d"], [note.key for note in notes]) == (1000, ["shortened"])
    assert the(applied(AddPicture(file="clip.mp4"), talk()), "picture-1")["d"] == 20_000
    assert refused(AddPicture(file="beach.jpg", start_ms=60_000), talk()) == "past_end"
    assert refused(AddPicture(file="talk.mp3"), talk()) == "not_a_picture"
    assert applied(AddPicture(file="clip.mp4", start_ms=500), empty()).length == 20_500


def test_the_progress_bar():
    bare = talk(progress=False)
    after = applied(AddProgress(at="top", color="#FFCC00"), bare)
    assert the(after, "progress")["g"] == {"k": "progress", "sty": "bar", "c": "#FFCC00", "at": "top"}
    assert refused(AddProgress(), after) == "same_already"
    assert refused(AddProgress(), empty()) == "empty_timeline"
    assert refused(SetProgress(at="top"), bare) == "nothing_there"
    assert refused(SetProgress(), after) == "nothing_to_change"
    placed = applied(Place(target="progress", y=0.3), after)
    back = applied(SetProgress(at="bottom", style="ring"), placed)
    assert ("x" in the(back, "progress"), the(back, "progress")["g"]["sty"]) == (False, "ring")
    round_one = applied(Resize(target="progress", factor=2), back)
    size = the(round_one, "progress")["x"]
    assert size["w"] * 1920 == pytest.approx(2 * 88, abs=1)
    assert size["h"] * 1080 == pytest.approx(2 * 88, abs=1)
    thin = applied(Resize(target="progress", height_factor=0.6), after)
    assert 0.002 <= the(thin, "progress")["x"]["h"] < 0.02


def test_what_cannot_be_placed():
    for target in ("title", "voice", "background", "caption"):
        assert refused(Place(target=target, corner="top"), talk()) == "wrong_kind"
    assert refused(Place(target="logo", corner="top"), talk()) == "nothing_there"
    assert refused(Place(target="cover"), talk()) == "nothing_to_change"
    assert refused(Resize(target="cover"), talk()) == "nothing_to_change"
    assert the(applied(SetRatio(ratio="9:16"), talk()), "cover")


TARGETS = st.sampled_from(["waveform", "overlay", "progress", "main", "overlay#-1", "background", "title"])
NUMBERS = st.none() | st.floats(-2, 3)
FACTORS = st.none() | st.floats(0.01, 20)
EDITS = st.one_of(
    st.builds(Place, target=TARGETS, x=NUMBERS, y=NUMBERS, dx=NUMBERS, dy=NUMBERS),
    st.builds(Place, target=TARGETS, corner=st.sampled_from(["top_left", "bottom", "center", "right"])),
    st.builds(Resize, target=TARGETS, width=NUMBERS, height_factor=FACTORS, factor=FACTORS),
    st.builds(Rotate, target=TARGETS, degrees=st.floats(-400, 400)),
    st.builds(SetOpacity, target=TARGETS, opacity=st.floats(-1, 2)),
    st.builds(AddLogo, file=st.sampled_from([None, "photo.jpg"]), size=st.sampled_from(["small", "large"])),
    st.builds(SetCover, drawn=st.booleans()),
    st.builds(AddPicture, file=st.sampled_from(["photo.jpg", "clip.mp4"]), start_ms=st.integers(0, 40_000)),
    st.builds(AddProgress, style=st.sampled_from(["bar", "ring"])),
    st.builds(SetProgress, at=st.sampled_from(["top", "bottom"]), color=st.just("#0000FF")),
)


@given(timelines(), EDITS)
def test_any_edit_leaves_a_valid_draft_on_the_canvas(timeline, edit):
    after = try_on(edit, timeline)
    if after is None:
        return
    before = [box for _, box in boxes(timeline)]
    for role, box in boxes(after):
        if box in before or role == "background":
            continue
        for middle, extent in (("x", "w"), ("y", "h")):
            if middle in box and extent in box:
                low, high = sorted((box[extent] / 2, 1 - box[extent] / 2))
                assert low - 1e-3 <= box[middle] <= high + 1e-3, box
