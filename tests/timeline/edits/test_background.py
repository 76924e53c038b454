"""What lies under everything."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.timeline.edits.look import (
    BEACH,
    CLIP,
    COVER,
    applied,
    done,
    empty,
    first,
    refused,
    talk,
    try_on,
    with_keys,
)
from tests.timeline.edits.timelines import timelines, unknown_values
from tests.timeline.test_build import only, roles

from wavereel.timeline.codec import timeline_from_tree, timeline_tree
from wavereel.timeline.edits.background import (
    SetBackgroundColor,
    SetBackgroundFit,
    SetBackgroundGradient,
    SetBackgroundMedia,
    SetBackgroundPattern,
    SetBackgroundTheme,
    UseCoverAsBackground,
)
from wavereel.timeline.themes import load_theme


@pytest.mark.parametrize(
    ("edit", "generator"),
    [
        (SetBackgroundColor(color="#000000"), {"k": "color", "c": "#000000"}),
        (
            SetBackgroundGradient(color="#000080", color2="#008080"),
            {"k": "gradient", "c": "#000080", "c2": "#008080", "angle": 90.0},
        ),
        (
            SetBackgroundGradient(color="#000080", color2="#008080", angle=-90),
            {"k": "gradient", "c": "#000080", "c2": "#008080", "angle": 270.0},
        ),
        (
            SetBackgroundPattern(pattern="stars", color="#101010", seed=7),
            {"k": "pattern", "sty": "stars", "c": "#101010", "c2": load_theme("midnight").palette["accent"], "seed": 7},
        ),
    ],
)
def test_grounds_that_are_made(edit, generator):
    after = applied(edit, talk())
    segment = first(after, "background")
    assert segment == {"id": "background-1", "s": 0, "d": 60_000, "g": generator, "m": {"name": "background"}}
    assert refused(edit, after) == "same_already"


def test_a_picture_gives_way_to_a_colour_and_comes_back():
    picture = applied(SetBackgroundMedia(file="beach.jpg", fit="blur"), talk())
    assert first(picture, "background") == {
        "id": "background-1",
        "s": 0,
        "d": 60_000,
        "src": BEACH,
        "x": {"fit": "blur"},
        "m": {"name": "beach.jpg", "file_id": BEACH.removeprefix("asset://")},
    }
    color = applied(SetBackgroundColor(color="#000000"), picture)
    assert set(first(color, "background")) == {"id", "s", "d", "g", "m"}
    assert applied(SetBackgroundTheme(), color) == talk()


def test_a_video_repeats():
    segment = first(applied(SetBackgroundMedia(file="CLIP.mp4"), talk()), "background")
    assert (segment["src"], segment["lp"], segment["x"]) == (CLIP, True, {"fit": "cover"})


def test_which_file_is_meant():
    assert first(applied(SetBackgroundMedia(), talk("beach.jpg", "clip.mp4")), "background")["src"] == BEACH
    assert first(applied(SetBackgroundMedia(), talk("clip.mp4")), "background")["src"] == CLIP
    assert refused(SetBackgroundMedia(), talk()) == "no_file"
    assert refused(SetBackgroundMedia(file="nothing.png"), talk()) == "no_file"
    assert refused(SetBackgroundMedia(file="talk.mp3"), talk()) == "not_a_picture"
    free = applied(SetBackgroundMedia(source="asset://f_ffffffffffffffff", name="sea"), talk())
    assert first(free, "background")["m"]["name"] == "sea"


def test_all_that_lay_under_everything_gives_way():
    tree = timeline_tree(talk())
    tree["t"].insert(1, {"tt": 0, "m": {"role": "background"}, "sg": [{"s": 500, "d": 900, "src": BEACH}]})
    tree["t"][0]["sg"] = [{"d": 1000, "src": BEACH, "fi": 300, "mine": 1}, {"d": 59_000, "src": COVER}]
    tree["t"][0]["hid"] = True
    after = applied(SetBackgroundColor(color="#000000"), timeline_from_tree(tree))
    assert roles(after).count("background") == 1
    segment = first(after, "background")
    assert (segment["d"], segment["fi"], segment["mine"]) == (60_000, 300, 1)
    assert only(after, "background").hidden is None


def test_an_empty_timeline_gets_a_length():
    after = applied(SetBackgroundColor(color="#000000"), empty())
    assert (after.length, first(after, "background")["d"]) == (4000, 4000)


def test_a_ground_that_says_no_role_is_one():
    bare = timeline_from_tree({"t": [{"tt": 0, "sg": [{"d": 900, "g": {"k": "color", "c": "#101820"}}]}]})
    after = applied(SetBackgroundGradient(color="#000000", color2="#333333"), bare)
    assert [len(after.tracks), after.tracks[0].segments[0].length_ms] == [1, 900]
    assert (
        refused(SetBackgroundColor(color="#101820"), applied(SetBackgroundColor(color="#101820"), bare))
        == "same_already"
    )


def test_the_fit():
    picture = applied(SetBackgroundMedia(file="beach.jpg"), talk())
    assert first(applied(SetBackgroundFit(fit="contain"), picture), "background")["x"] == {"fit": "contain"}
    assert refused(SetBackgroundFit(fit="cover"), picture) == "same_already"
    assert refused(SetBackgroundFit(fit="cover"), talk()) == "wrong_kind"
    assert refused(SetBackgroundFit(fit="cover"), empty()) == "nothing_there"


def test_the_cover_as_background():
    shown = with_keys(talk("talk.mp3", "cover.png"), "overlay", src=COVER, g=None)
    after, notes = done(UseCoverAsBackground(fit="blur"), shown)
    assert (first(after, "background")["src"], first(after, "background")["x"]) == (COVER, {"fit": "blur"})
    assert [note.key for note in notes] == ["cover_used"]
    after, notes = done(UseCoverAsBackground(), talk())
    assert (first(after, "background")["src"], notes) == (COVER, [])


def test_a_drawn_ground_where_there_is_no_cover():
    after, notes = done(UseCoverAsBackground(), talk("talk.mp3"))
    colors = load_theme("midnight").cover_art.colors
    seed = zlib.crc32(b"Why We Still Read Sonnets")
    assert first(after, "background")["g"] == {
        "k": "pattern",
        "sty": "mesh",
        "c": colors[0],
        "c2": colors[1],
        "seed": seed,
    }
    assert [note.key for note in notes] == ["drawn"]
    assert done(UseCoverAsBackground(), empty())[0].length_ms == 4000


EDITS = st.sampled_from(
    [
        SetBackgroundColor(color="#000000"),
        SetBackgroundGradient(color="#000080", color2="#008080"),
        SetBackgroundPattern(pattern="mesh"),
        SetBackgroundMedia(file="photo.jpg", fit="contain"),
        SetBackgroundMedia(file="clip.mp4"),
        SetBackgroundMedia(),
        SetBackgroundTheme(),
        SetBackgroundFit(fit="blur"),
        UseCoverAsBackground(),
    ]
)


@given(timelines(), EDITS)
def test_any_edit_leaves_a_valid_draft(timeline, edit):
    grounds = [track for track in timeline_tree(timeline)["t"] if (track.get("m") or {}).get("role") == "background"]
    gone = [segment.get("g") for track in grounds[:1] for segment in track["sg"]]  # a picture has no generator
    after = try_on(edit, timeline, forgets=len(unknown_values([*grounds[1:], *gone])))
    if after is not None:
        (ground,) = after.with_role("background") if not isinstance(edit, SetBackgroundFit) else [grounds[0]]
        assert isinstance(edit, SetBackgroundFit) or ground.segments[0].length_ms == after.length_ms
        others = [track for track in timeline.tracks if track.role != "background"]
        assert [track for track in after.tracks if track.role != "background"] == others
