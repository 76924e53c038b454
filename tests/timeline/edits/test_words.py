# ruff: noqa: E501 - tables read best with one case a line
"""Words on screen: adding, changing, styling, placing and animating them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.timeline.edits.timelines import TEXT_ROLES, check_valid, timelines, unknown_values

from wavereel.errors import EditError
from wavereel.timeline.codec import timeline_from_tree, timeline_tree
from wavereel.timeline.edits.base import Edit, Note
from wavereel.timeline.edits.texts import PlaceText, SetStyle
from wavereel.timeline.edits.words import AddText, Animate, SetText
from wavereel.timeline.model import Timeline

VOICE = {"tt": 1, "m": {"role": "voice"}, "sg": [{"src": "asset://f_1", "s": 0, "d": 60_000}]}


def draft(*tracks: dict[str, Any], **keys: Any) -> Timeline:
    return timeline_from_tree({"t": [VOICE, *tracks], "d": 60_000, "m": {"theme": "midnight"}} | keys)


def titled(*segments: dict[str, Any], role: str = "title", **track: Any) -> Timeline:
    return draft({"tt": 7, "m": {"role": role}, "sg": list(segments)} | track)


def texts(timeline: Timeline, role: str) -> list[dict[str, Any]]:
    tree = check_valid(timeline)
    return [segment for track in tree["t"] if track.get("m", {}).get("role") == role for segment in track["sg"]]


def track_of_role(timeline: Timeline, role: str) -> dict[str, Any]:
    return next(track for track in timeline_tree(timeline)["t"] if track.get("m", {}).get("role") == role)


def reason(edit: Edit, timeline: Timeline) -> str:
    before = timeline_tree(timeline)
    with pytest.raises(EditError) as caught:
        edit.apply(timeline)
    assert timeline_tree(timeline) == before
    return caught.value.reason


@pytest.mark.parametrize(
    ("fields", "start_ms", "length_ms"),
    [
        ({"role": "title"}, 0, 60_000),
        ({"role": "text"}, 0, 60_000),
        ({"role": "chapter"}, 0, 4000),
        ({"role": "lower_third"}, 0, 5000),
        ({"role": "cta"}, 56_000, 4000),
        ({"role": "cta", "length_ms": 2500}, 57_500, 2500),
        ({"role": "title", "length_ms": 3000}, 0, 3000),
        ({"role": "title", "start_ms": 2000}, 2000, 4000),
        ({"role": "lower_third", "start_ms": 2000}, 2000, 5000),
        ({"role": "title", "start_ms": 58_000}, 58_000, 2000),
        ({"role": "text", "start_ms": 3000, "length_ms": 5000}, 3000, 5000),
    ],
)
def test_a_text_has_its_usual_time(fields: dict[str, Any], start_ms: int, length_ms: int):
    result = AddText(text="夜班", **fields).apply(draft())
    (segment,) = texts(result, fields["role"])
    assert (segment["s"], segment["d"], segment["txt"]) == (start_ms, length_ms, "夜班")
    assert segment["m"]["name"]
    assert result.length == 60_000


def test_what_is_too_long_ends_with_the_video_and_says_so():
    notes: list[Note] = []
    result = AddText(text="X", start_ms=58_000, length_ms=5000).run(draft(), notes)
    assert texts(result, "title")[0]["d"] == 2000
    assert notes == [Note("shortened", {"what": "title", "length_s": "2"})]
    assert reason(AddText(text="X", start_ms=60_000), draft()) == "past_end"


@pytest.mark.parametrize(
    ("tree", "fields", "total_ms", "span"),
    [
        ({"t": []}, {}, 4000, (0, 4000)),
        ({"t": [], "d": 0}, {"length_ms": 3000}, 3000, (0, 3000)),
        ({"t": []}, {"start_ms": 1000}, 5000, (1000, 4000)),
    ],
)
def test_an_empty_timeline_becomes_as_long_as_its_title(
    tree: dict[str, Any], fields: dict[str, Any], total_ms: int, span: tuple[int, int]
):
    result = AddText(text="Night Shift", **fields).apply(timeline_from_tree(tree))
    (segment,) = texts(result, "title")
    assert (result.length, (segment["s"], segment["d"])) == (total_ms, span)
    assert result.meta.title == "Night Shift"


def test_a_title_stands_in_the_slot_of_the_theme_and_wears_its_style():
    result = AddText(text=" Night Shift ").apply(draft())
    track = track_of_role(result, "title")
    assert track["st"] == {"ff": "Manrope", "fs": 124.0, "fw": 800, "c": "#FFFFFF"}
    assert track["id"] == "title"
    assert track["sg"] == [
        {"id": "title-1", "s": 0, "d": 60_000, "txt": "Night Shift", "m": {"name": "title", "slot": "title"}}
    ]


def test_style_place_and_motion_are_the_segments_own():
    edit = AddText(text="Hi", color="#FFE14D", size=1000, position="bottom", enter="slide_up", leave="none")
    notes: list[Note] = []
    (segment,) = texts(edit.run(draft(), notes), "title")
    assert segment["st"] == {"c": "#FFE14D", "fs": 400.0, "pos": "bottom"}
    assert segment["an"] == {"in": {"k": "slide_up"}}
    assert notes == [Note("clamped", {"asked": "1000", "used": "400", "low": "8", "high": "400"})]
    (card,) = texts(AddText(role="chapter", text="One", leave="none").apply(draft()), "chapter")
    assert card["an"] == {"in": {"k": "fade", "d": 300}}


def test_a_second_title_goes_on_the_same_track_where_that_is_free():
    first = titled({"id": "a", "d": 3000, "txt": "One"})
    second = AddText(text="Two", start_ms=5000).apply(first)
    assert [len(track.segments) for track in second.with_role("title")] == [2]
    assert "st" not in texts(second, "title")[1]


def test_two_titles_at_a_time_do_not_cover_each_other():
    first = AddText(text="One").apply(draft())
    second = AddText(text="Two", start_ms=5000).apply(first)
    assert len(second.with_role("title")) == 2
    assert texts(second, "title")[1]["st"]["pos"] in ("top", "center", "bottom")
    assert second.meta.title == "One"


def test_a_free_text_keeps_off_the_track_of_a_small_line():
    small = titled({"d": 1000, "txt": "Show", "m": {"slot": "kicker"}}, role="text")
    result = AddText(role="text", text="Hello", start_ms=5000, position="top").apply(small)
    assert len(result.with_role("text")) == 2
    assert timeline_tree(result)["t"][2]["st"]["fs"] == 64.0


@pytest.mark.parametrize(("title", "after"), [(None, "B"), ("A", "B"), ("Else", "Else")])
def test_the_drafts_title_follows_where_it_read_the_same_or_was_empty(title: str | None, after: str):
    meta = {"theme": "midnight"} | ({"title": title} if title else {})
    before = draft({"tt": 7, "m": {"role": "title"}, "sg": [{"d": 1000, "txt": "A", "zz": 1}]}, m=meta)
    result = SetText(target="title", text="B").apply(before)
    assert texts(result, "title") == [{"d": 1000, "txt": "B", "zz": 1}]
    assert result.meta.title == after


def test_which_title_has_to_be_said_where_they_differ():
    two = titled({"id": "a", "d": 1000, "txt": "A"}, {"id": "b", "d": 1000, "txt": "B"})
    assert reason(SetText(target="title", text="C"), two) == "several_there"
    assert [s["txt"] for s in texts(SetText(target="title#2", text="C").apply(two), "title")] == ["A", "C"]
    assert [s["txt"] for s in texts(SetText(target="a", text="C").apply(two), "title")] == ["C", "B"]
    same = titled({"d": 1000, "txt": "A"}, {"d": 1000, "txt": "A"})
    assert [s["txt"] for s in texts(SetText(target="title", text="C").apply(same), "title")] == ["C", "C"]


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (SetText(target="title", text="A"), "same_already"),
        (SetText(target="title", text="  "), "nothing_to_change"),
        (SetText(target="voice", text="A"), "wrong_kind"),
        (SetText(target="cta", text="A"), "nothing_there"),
        (AddText(text=" "), "nothing_to_change"),
        (SetStyle(target="title"), "nothing_to_change"),
        (SetStyle(target="voice", color="#FFFFFF"), "wrong_kind"),
        (SetStyle(target="title", color="#FFE14D", size=96), "same_already"),
        (SetStyle(target="title", box_color="none"), "same_already"),
        (SetStyle(target="caption", size=80), "nothing_there"),
        (PlaceText(target="title"), "nothing_to_change"),
        (PlaceText(target="title", position="top"), "same_already"),
        (Animate(target="title"), "nothing_to_change"),
        (Animate(target="title", length_ms=300), "nothing_to_change"),
        (Animate(target="title", enter="none"), "same_already"),
        (Animate(target="voice", enter="fade"), "wrong_kind"),
    ],
)
def test_what_cannot_be_done_says_why(edit: Edit, why: str):
    title = {"d": 1000, "txt": "A", "st": {"c": "#FFE14D", "fs": 96, "pos": "top"}}
    assert reason(edit, titled(title)) == why


@pytest.mark.parametrize(
    ("track", "segment", "fields", "style"),
    [
        ({}, {}, {"size_factor": 1.25}, {"fs": 155.0}),  # the slot's 124
        ({"st": {"fs": 80}}, {}, {"size_factor": 0.5}, {"fs": 40.0}),
        ({"st": {"fs": 80}}, {"st": {"fs": 60, "zz": 1}}, {"size_factor": 1.5}, {"fs": 90.0, "zz": 1}),
        ({}, {}, {"size_factor": 0.01}, {"fs": 8.0}),
        ({}, {}, {"size": 90, "weight": 950, "family": "Inter"}, {"fs": 90.0, "fw": 900, "ff": "Inter"}),
        ({}, {"st": {"bg": "#000000"}}, {"box_color": "none", "align": "left"}, {"al": "left"}),
        ({"st": {"bg": "#000000"}}, {}, {"box_color": "none"}, {"bg": "#00000000"}),
        ({}, {}, {"outline_color": "#000000", "outline_width": 99}, {"oc": "#000000", "ow": 60.0}),
        ({}, {}, {"max_characters": 20, "max_lines": 1}, {"mc": 20, "ml": 1}),
    ],
)
def test_the_style_of_a_title(track: dict[str, Any], segment: dict[str, Any], fields: dict[str, Any], style: Any):
    before = titled({"d": 1000, "txt": "A"} | segment, **track)
    result = SetStyle(target="title", **fields).apply(before)
    assert texts(result, "title")[0]["st"] == style
    assert track_of_role(result, "title").get("st") == track.get("st")


def test_size_is_the_same_on_every_canvas():
    for width, height in ((1080, 1920), (3840, 2160)):
        before = draft(
            {"tt": 7, "m": {"role": "text"}, "sg": [{"d": 1000, "txt": "A"}]}, m={"width": width, "height": height}
        )
        result = SetStyle(target="text", size_factor=2).apply(before)
        assert texts(result, "text")[0]["st"] == {"fs": 128.0}


def test_a_position_takes_the_place_set_by_hand_away():
    before = titled({"d": 1000, "txt": "A", "x": {"x": 0.2, "y": 0.3, "w": 0.5, "o": 0.5, "zz": 1}})
    result = PlaceText(target="title", position="top", align="left").apply(before)
    assert texts(result, "title")[0]["x"] == {"o": 0.5, "zz": 1}
    assert texts(result, "title")[0]["st"] == {"al": "left", "pos": "top"}


def test_a_way_starts_where_the_text_stands():
    slot = titled({"d": 60_000, "txt": "Night Shift", "m": {"slot": "title"}})
    up = texts(PlaceText(target="title", dy=-0.05).apply(slot), "title")[0]
    down = texts(PlaceText(target="title", dy=0.05).apply(slot), "title")[0]
    assert round(down["x"]["y"] - up["x"]["y"], 4) == 0.1
    assert up["x"]["x"] == 0.5
    assert up["st"] == {"al": "left", "pos": "custom"}  # the slot's side, which a place of its own would lose
    again = PlaceText(target="title", dy=-0.1, dx=0.1).apply(PlaceText(target="title", x=0.3, y=0.6).apply(slot))
    assert texts(again, "title")[0]["x"] == {"x": 0.4, "y": 0.5}
    below = texts(PlaceText(target="title", position="bottom", dy=-0.1).apply(slot), "title")[0]
    assert 0.7 < below["x"]["y"] < 0.9


def test_a_text_that_leaves_its_plate_takes_the_colour_along():
    news = AddText(text="A").apply(draft(m={"theme": "news"}))
    assert "st" not in texts(news, "title")[0]
    moved = texts(PlaceText(target="title", dy=-0.1).apply(news), "title")[0]["st"]
    assert moved == {"al": "left", "pos": "custom", "bg": "#FFFFFFFF"}
    assert texts(PlaceText(target="title", position="top").apply(news), "title")[0]["st"]["bg"] == "#FFFFFFFF"
    second = AddText(text="B", position="top").apply(news)
    assert texts(second, "title")[1]["st"] == {"pos": "top", "bg": "#FFFFFFFF"}


def test_a_text_stays_on_the_canvas():
    notes: list[Note] = []
    result = PlaceText(target="title", x=1.5, y=-1).run(titled({"d": 1000, "txt": "A", "st": {"fs": 90}}), notes)
    place = texts(result, "title")[0]["x"]
    assert (place["x"], place["y"]) == (1.0, 0.0442)
    assert [note.facts["asked"] for note in notes] == ["150%", "-100%"]


@pytest.mark.parametrize(
    ("animation", "fields", "after"),
    [
        (None, {"enter": "slide_up"}, {"in": {"k": "slide_up"}}),
        (None, {"leave": "fade", "length_ms": 500}, {"out": {"k": "fade", "d": 500}}),
        (None, {"enter": "pop", "length_ms": 5000}, {"in": {"k": "pop", "d": 1000}}),
        ({"in": {"k": "fade", "d": 300, "zz": 1}}, {"enter": "zoom_in"}, {"in": {"k": "zoom_in", "zz": 1}}),
        ({"in": {"k": "fade"}, "out": {"k": "fade"}}, {"enter": "none"}, {"out": {"k": "fade"}}),
        ({"in": {"k": "fade"}}, {"enter": "none", "leave": "none"}, None),
        ({"in": {"k": "fade"}}, {"length_ms": 200}, {"in": {"k": "fade", "d": 200}}),
        ({"in": {"k": "fade", "d": 300}}, {"leave": "fade", "length_ms": 200}, {"in": {"k": "fade", "d": 300}, "out": {"k": "fade", "d": 200}}),
    ],
)  # fmt: skip
def test_how_a_text_comes_and_goes(animation: Any, fields: dict[str, Any], after: Any):
    before = titled({"d": 1000, "txt": "A"} | ({"an": animation} if animation else {}))
    result = Animate(target="title", **fields).apply(before)
    assert texts(result, "title")[0].get("an") == after


def test_a_logo_moves_too_and_captions_do_not():
    logo = draft({"tt": 0, "id": "logo", "m": {"role": "overlay"}, "sg": [{"src": "asset://f_2", "d": 1000}]})
    assert texts(Animate(target="logo", enter="fade").apply(logo), "overlay")[0]["an"] == {"in": {"k": "fade"}}
    captions = draft({"tt": 7, "m": {"role": "caption"}, "sg": []})
    assert reason(Animate(target="caption", enter="fade"), captions) == "wrong_kind"


STYLES = st.fixed_dictionaries(
    {},
    optional={
        "color": st.sampled_from(["#FFE14D", "#00000080"]),
        "size": st.floats(0.1, 5000),
        "size_factor": st.floats(0.01, 50),
        "weight": st.integers(1, 1000),
        "box_color": st.sampled_from(["none", "#112233"]),
        "outline_width": st.floats(0, 500),
        "highlight": st.just("#FFA500"),
        "max_lines": st.integers(1, 9),
    },
)
PLACES = st.fixed_dictionaries(
    {},
    optional={
        "position": st.sampled_from(["top", "center", "bottom"]),
        "align": st.sampled_from(["left", "center", "right"]),
        **{name: st.floats(-4, 4) for name in ("x", "y", "dx", "dy")},
    },
)
TARGETS = st.sampled_from([*TEXT_ROLES, "caption", "title#2", "caption#1", "voice", "@0", "@1.0", "text-1"])
EDITS = st.one_of(
    st.builds(lambda t, f: SetStyle(target=t, **f), TARGETS, STYLES),
    st.builds(lambda t, f: PlaceText(target=t, **f), TARGETS, PLACES),
    st.builds(lambda t, x: SetText(target=t, text=x), TARGETS, st.sampled_from(["Night\nShift", "夜班 wave", " "])),
    st.builds(
        lambda t, a, b, n: Animate(target=t, enter=a, leave=b, length_ms=n),
        TARGETS,
        st.sampled_from([None, "fade", "none", "typewriter"]),
        st.sampled_from([None, "slide_left", "none"]),
        st.sampled_from([None, 1, 90_000]),
    ),
    st.builds(
        lambda r, s, d, p: AddText(role=r, text="Hello 你好", start_ms=s, length_ms=d, position=p),
        st.sampled_from(TEXT_ROLES),
        st.sampled_from([None, 0, 900, 80_000]),
        st.sampled_from([None, 1, 3000, 86_400_000]),
        st.sampled_from([None, "top", "bottom"]),
    ),
)


@given(timeline=timelines(), edit=EDITS)
def test_edits_of_texts_leave_a_valid_draft_and_everything_else(timeline: Timeline, edit: Edit):
    before = timeline_tree(timeline)
    try:
        result = edit.apply(timeline)
    except EditError as error:
        assert error.reason
        assert timeline_tree(timeline) == before
        return
    after = check_valid(result)
    assert after != before
    # Words that were retyped, and an entrance taken away, take what they held with them.
    if not isinstance(edit, SetText | Animate):
        assert unknown_values(after) == unknown_values(before)
    assert result.length_ms == timeline.length_ms or not timeline.length_ms
    touched = {"title", "lower_third", "chapter", "cta", "text", "caption", "overlay", "main", "waveform", "progress"}
    for role in ("voice", "audio", "bgm", "sfx", "background"):
        assert role in touched or result.with_role(role) == timeline.with_role(role)
    for track in result.tracks:
        for segment in track.segments if track.type == 7 else ():
            if (
                isinstance(edit, PlaceText)
                and segment.transform
                and segment.style
                and segment.style.position == "custom"
            ):
                assert 0 <= (segment.transform.x or 0) <= 1 or edit.dx is edit.x is None
                assert 0 <= (segment.transform.y or 0) <= 1 or edit.dy is edit.y is None
