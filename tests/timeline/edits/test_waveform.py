"""The waveform: added, restyled, driven."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.timeline.edits.look import applied, done, empty, first, refused, talk, try_on, with_keys
from tests.timeline.edits.timelines import timelines
from tests.timeline.test_build import only, roles

from wavereel.timeline.codec import timeline_from_tree, timeline_tree
from wavereel.timeline.edits.surgery import changed
from wavereel.timeline.edits.waveform import AddWaveform, SetWaveform
from wavereel.timeline.themes import load_theme

OWN = load_theme("midnight").wide.wave


def without(role: str, **wishes):
    timeline = talk(**wishes)
    return changed(timeline, tracks=tuple(track for track in timeline.tracks if track.role != role))


def wave(timeline):
    return first(timeline, "waveform")["g"]


def test_adding_the_theme_s_own():
    assert applied(AddWaveform(), without("waveform")) == talk()
    assert refused(AddWaveform(), talk()) == "same_already"
    assert refused(AddWaveform(), empty()) == "no_sound"


def test_beside_music_the_voice_drives_it():
    before = without("waveform", music={"g": {"k": "music", "mood": "lofi"}})
    assert wave(applied(AddWaveform(), before))["of"] == "voice"
    nameless = timeline_from_tree(
        {"t": [{"tt": 1, "m": {"role": role}, "sg": [{"d": 900, "src": "asset://f_1"}]} for role in ("voice", "bgm")]}
    )
    after = applied(AddWaveform(style="bars", color="#FF0000", count=2000), nameless)
    assert (only(after, "voice").id, wave(after)["of"]) == ("voice", "voice")
    assert (wave(after)["sty"], wave(after)["c"], wave(after)["n"]) == ("bars", "#FF0000", 1024)
    assert roles(after) == ["waveform", "voice", "bgm"]


def test_a_hidden_one_is_shown():
    tree = timeline_tree(talk())
    next(track for track in tree["t"] if track["m"]["role"] == "waveform")["hid"] = True
    assert applied(AddWaveform(), timeline_from_tree(tree)) == talk()
    restyled = applied(AddWaveform(color="#FF0000"), timeline_from_tree(tree))
    assert (only(restyled, "waveform").hidden, wave(restyled)["c"]) == (None, "#FF0000")


def test_another_style_drops_the_theme_s_number_of_bars():
    after = applied(SetWaveform(style="circle"), talk())
    assert (wave(after)["sty"], "n" in wave(after)) == ("circle", False)
    by_hand = applied(SetWaveform(count=40), talk())
    assert wave(applied(SetWaveform(style="circle"), by_hand))["n"] == 40


def test_a_colour_alone_is_plain():
    before = applied(SetWaveform(color="#FF2E97", color2="#19E3FF"), talk())
    assert (wave(before)["c"], wave(before)["c2"]) == ("#FF2E97", "#19E3FF")
    assert "c2" not in wave(applied(SetWaveform(color="#00FF00"), before))
    assert "c2" not in wave(applied(SetWaveform(color2="none"), before))
    assert wave(applied(SetWaveform(color2="#FFFFFF"), before))["c"] == "#FF2E97"


@pytest.mark.parametrize(
    ("edit", "key", "value", "clamped"),
    [
        (SetWaveform(count=24), "n", 24, False),
        (SetWaveform(count=0), "n", 1, True),
        (SetWaveform(count_factor=0.5), "n", round(OWN.count / 2), False),
        (SetWaveform(count_factor=100), "n", 1024, True),
        (SetWaveform(count_factor=0.999), "n", OWN.count - 1, False),
        (SetWaveform(smooth_ms=300), "smooth", 300, False),
        (SetWaveform(smooth_ms=90_000), "smooth", 5000, True),
        (SetWaveform(smooth_factor=2), "smooth", 2 * OWN.smooth_ms, False),
        (SetWaveform(of="voice"), "of", "voice", False),
    ],
)
def test_numbers(edit, key: str, value, clamped: bool):
    after, notes = done(edit, talk())
    assert wave(after)[key] == value
    assert [note.key for note in notes] == ["clamped"] * clamped


def test_a_number_that_is_not_stated_is_the_theme_s():
    before = applied(SetWaveform(style="circle"), talk())
    assert wave(applied(SetWaveform(count_factor=2), before))["n"] == 2 * OWN.count


def test_what_drives_it():
    after = applied(SetWaveform(of="voice"), talk())
    assert wave(applied(SetWaveform(of="*"), after))["of"] == "*"
    assert wave(applied(SetWaveform(of="voice#1"), talk()))["of"] == "voice-1"
    assert refused(SetWaveform(of="title"), talk()) == "wrong_kind"
    assert refused(SetWaveform(of="bgm"), talk()) == "nothing_there"
    nameless = with_keys(talk(), "voice", id=None)
    after = applied(SetWaveform(of="voice#1"), nameless)
    assert wave(after)["of"] == first(after, "voice")["id"]


def test_opacity():
    after, notes = done(SetWaveform(opacity=0.5), talk())
    assert first(after, "waveform")["x"] == {"o": 0.5}
    back, notes = done(SetWaveform(opacity=3), after)
    assert ("x" in first(back, "waveform"), notes[0].facts["used"]) == (False, "100%")


def test_what_is_refused():
    assert refused(SetWaveform(), talk()) == "nothing_to_change"
    assert refused(SetWaveform(style="bars"), without("waveform")) == "nothing_there"
    assert refused(SetWaveform(style=OWN.style), talk()) == "same_already"


EDITS = st.one_of(
    st.builds(AddWaveform, style=st.sampled_from([None, "ring"]), count=st.sampled_from([None, 7])),
    st.builds(
        SetWaveform,
        style=st.sampled_from([None, "bars", "circle"]),
        color=st.sampled_from([None, "#0000FF"]),
        color2=st.sampled_from([None, "none", "#00FF00"]),
        count_factor=st.none() | st.floats(0.01, 100),
        smooth_factor=st.none() | st.floats(0.01, 100),
        of=st.sampled_from([None, "*", "voice", "bgm#1"]),
        opacity=st.none() | st.floats(-1, 2),
    ),
)


@given(timelines(), EDITS)
def test_any_edit_leaves_a_valid_draft(timeline, edit):
    after = try_on(edit, timeline)
    if after is not None:
        assert after.length_ms == timeline.length_ms
