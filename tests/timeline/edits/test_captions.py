"""Captions as a whole: on and off screen, look, language, style and place."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.timeline.edits.timelines import check_valid, timelines, unknown_values

from wavereel.errors import EditError
from wavereel.timeline.codec import timeline_from_tree, timeline_tree
from wavereel.timeline.edits.base import Edit, Note
from wavereel.timeline.edits.captions import AddCaptions, Cue, CueWord, SetCaptionLanguage, SetCaptionLook
from wavereel.timeline.edits.texts import PlaceText, SetStyle
from wavereel.timeline.model import Timeline

VOICE = {"tt": 1, "m": {"role": "voice"}, "sg": [{"src": "asset://f_1", "d": 10_000}]}
CUES = (
    Cue(
        start_ms=2000,
        end_ms=3000,
        text="wave real",
        words=(CueWord(text="wave", start_ms=2000, end_ms=2400), CueWord(text="real", start_ms=2400, end_ms=2900)),
    ),
    Cue(start_ms=500, end_ms=1500, text="你好"),
)


def draft(*tracks: dict[str, Any], **keys: Any) -> Timeline:
    return timeline_from_tree({"t": [VOICE, *tracks], "d": 10_000, "m": {"theme": "midnight"}} | keys)


def captioned(*cues: dict[str, Any], meta: dict[str, Any] | None = None, **track: Any) -> Timeline:
    return draft({"tt": 7, "m": {"role": "caption"} | (meta or {}), "sg": list(cues)} | track)


CUE = {"s": 0, "d": 1000, "txt": "hello"}


def caption_of(timeline: Timeline) -> dict[str, Any]:
    tree = check_valid(timeline)
    return next(track for track in tree["t"] if track.get("m", {}).get("role") == "caption")


def reason(edit: Edit, timeline: Timeline) -> str:
    with pytest.raises(EditError) as caught:
        edit.apply(timeline)
    return caught.value.reason


def test_captions_without_a_transcript_wait_for_it():
    notes: list[Note] = []
    track = caption_of(AddCaptions(lang="zh").run(draft(), notes))
    assert track["sg"] == []
    assert track["m"] == {"role": "caption", "name": "captions", "look": "karaoke", "lang": "zh", "pending": True}
    assert track["st"]["hl"] == "#6EF3D6"
    assert notes == [Note("captions_pending")]


def test_cues_are_placed_in_order_and_within_the_video():
    late = Cue(start_ms=9000, end_ms=12_000, text="end", words=(CueWord(text="end", start_ms=9000, end_ms=12_000),))
    track = caption_of(AddCaptions(cues=(*CUES, late, Cue(start_ms=11_000, end_ms=12_000, text="x"))).apply(draft()))
    assert "pending" not in track["m"]
    assert track["sg"] == [
        {"id": "cue-1", "s": 500, "d": 1000, "txt": "你好"},
        {
            "id": "cue-2",
            "s": 2000,
            "d": 1000,
            "txt": "wave real",
            "wd": [{"w": "wave", "s": 0, "d": 400}, {"w": "real", "s": 400, "d": 500}],
        },
        {"id": "cue-3", "s": 9000, "d": 1000, "txt": "end", "wd": [{"w": "end", "s": 0, "d": 1000}]},
    ]


def test_cues_fill_what_was_pending_and_replace_what_was_there():
    old = captioned(CUE | {"id": "cue-7"}, meta={"pending": True, "look": "pop", "zz": 1}, st={"fs": 80}, hid=True)
    track = caption_of(AddCaptions(cues=CUES, lang="en").apply(old))
    assert [cue["id"] for cue in track["sg"]] == ["cue-1", "cue-2"]
    assert track["m"] == {"role": "caption", "look": "pop", "zz": 1, "lang": "en"}
    assert track["st"] == {"fs": 80}
    assert "hid" not in track


def test_an_empty_timeline_becomes_as_long_as_its_captions():
    result = AddCaptions(cues=CUES).apply(timeline_from_tree({"t": []}))
    assert result.length == 3000
    check_valid(result)


def test_hidden_captions_are_shown_again():
    assert "hid" not in caption_of(AddCaptions().apply(captioned(CUE, hid=True)))


@pytest.mark.parametrize(
    ("edit", "timeline", "why"),
    [
        (AddCaptions(), captioned(CUE), "same_already"),
        (AddCaptions(), captioned(meta={"pending": True}), "same_already"),
        (AddCaptions(), timeline_from_tree({"t": []}), "no_sound"),
        (AddCaptions(cues=()), draft(), "no_speech"),
        (SetCaptionLook(look="pop"), draft(), "nothing_there"),
        (SetCaptionLook(look="pop"), captioned(CUE, meta={"look": "pop"}, st={"hl": "#FFFFFF"}), "same_already"),
        (SetCaptionLanguage(lang="EN"), captioned(CUE, meta={"lang": "en"}), "same_already"),
        (SetStyle(target="caption", size=60), captioned(CUE, st={"fs": 60}), "same_already"),
        (PlaceText(target="caption", dy=-0.1), captioned(), "no_words"),
    ],
)
def test_what_cannot_be_done_says_why(edit: Edit, timeline: Timeline, why: str):
    assert reason(edit, timeline) == why


@pytest.mark.parametrize(
    ("look", "style", "after"),
    [
        ("pop", {"fs": 60}, {"fs": 60, "hl": "#6EF3D6"}),
        ("classic", {"fs": 60, "hl": "#6EF3D6"}, {"fs": 60}),  # the theme's light goes with the look that lights
        ("classic", {"hl": "#FFA500"}, {"hl": "#FFA500"}),
        ("karaoke", {"hl": "#FFA500"}, {"hl": "#FFA500"}),
    ],
)
def test_a_look_keeps_colours_and_lights_or_not(look: Any, style: dict[str, Any], after: dict[str, Any]):
    before = captioned(CUE, meta={"look": "boxed", "lang": "en"}, st=style)
    track = caption_of(SetCaptionLook(look=look).apply(before))
    assert track["m"] == {"role": "caption", "look": look, "lang": "en"}
    assert (track["st"], track["sg"]) == (after, [CUE])


def test_another_language_is_listened_for():
    notes: list[Note] = []
    track = caption_of(SetCaptionLanguage(lang="zh").run(captioned(CUE, meta={"lang": "en"}, st={"fs": 60}), notes))
    assert (track["sg"], track["m"]["lang"], track["m"]["pending"], track["st"]) == ([], "zh", True, {"fs": 60})
    assert notes == [Note("captions_pending")]
    assert caption_of(SetCaptionLanguage(lang="es").apply(draft()))["m"]["lang"] == "es"


def test_the_captions_style_is_the_tracks_and_wins_over_single_cues():
    own = CUE | {"st": {"c": "#000000", "fs": 40, "zz": 1}}
    track = caption_of(SetStyle(target="caption", color="#FFFFFF", size_factor=1.5).apply(captioned(own, CUE)))
    assert track["st"] == {"c": "#FFFFFF", "fs": 90.0}
    assert [cue.get("st") for cue in track["sg"]] == [{"fs": 60.0, "zz": 1}, None]
    track = caption_of(SetStyle(target="caption", size=70).apply(captioned(own)))
    assert (track["st"], track["sg"][0]["st"]) == ({"fs": 70.0}, {"c": "#000000", "zz": 1})
    track = caption_of(SetStyle(target="caption#1", size=70).apply(captioned(CUE)))
    assert ("st" in track, track["sg"][0]["st"]) == (False, {"fs": 70.0})


def test_no_box_is_no_boxed_look():
    track = caption_of(SetStyle(target="caption", box_color="none").apply(captioned(CUE, meta={"look": "boxed"})))
    assert track["m"]["look"] == "classic"


def test_captions_stand_where_they_are_put():
    moved = CUE | {"x": {"x": 0.5, "y": 0.5, "o": 0.5}, "st": {"pos": "center"}}
    track = caption_of(PlaceText(target="caption", position="top").apply(captioned(moved, CUE)))
    assert track["st"] == {"pos": "top"}
    assert track["sg"] == [CUE | {"x": {"o": 0.5}}, CUE]


def test_a_bit_up_starts_from_the_themes_place():
    result = PlaceText(target="caption", dy=-0.05).apply(captioned(CUE, CUE | {"s": 1000}))
    track = caption_of(result)
    assert track["st"] == {"pos": "custom"}
    assert [cue["x"] for cue in track["sg"]] == [{"x": 0.5, "y": 0.7843}] * 2  # the slot's centre is at 0.8343
    cues = result.with_role("caption")[0].segments
    assert cues[0].transform is cues[1].transform
    again = caption_of(PlaceText(target="caption", dy=-0.05).apply(result))
    assert again["sg"][1]["x"] == {"x": 0.5, "y": 0.7343}
    back = caption_of(PlaceText(target="caption", position="bottom").apply(result))
    assert (back["st"], "x" in back["sg"][0]) == ({"pos": "bottom"}, False)


CUE_LISTS = st.lists(
    st.builds(
        lambda start, length, text: Cue(start_ms=start, end_ms=start + length, text=text),
        st.integers(0, 40_000),
        st.integers(0, 4000),
        st.sampled_from(["", "wave real", "今天"]),
    ),
    max_size=4,
).map(tuple)
EDITS = st.one_of(
    st.builds(
        lambda c, g, k: AddCaptions(cues=c, lang=g, look=k),
        st.none() | CUE_LISTS,
        st.sampled_from([None, "en", "zh-Hans"]),
        st.sampled_from([None, "pop", "classic"]),
    ),
    st.builds(lambda k: SetCaptionLook(look=k), st.sampled_from(["classic", "karaoke", "pop", "boxed", "minimal"])),
    st.builds(lambda g: SetCaptionLanguage(lang=g), st.sampled_from(["en", "zh"])),
)


@given(timeline=timelines(), edit=EDITS)
def test_edits_of_captions_leave_a_valid_draft_and_everything_else(timeline: Timeline, edit: Edit):
    before = timeline_tree(timeline)
    try:
        result = edit.apply(timeline)
    except EditError as error:
        assert error.reason
        assert timeline_tree(timeline) == before
        return
    after = check_valid(result)
    assert after != before
    others = [track for track in timeline.tracks if track.role != "caption"]
    assert [track for track in result.tracks if track.role != "caption"] == others
    if isinstance(edit, SetCaptionLook):
        assert unknown_values(after) == unknown_values(before)
