"""The main picture: placed, joined, cropped, zoomed, and how its clips give way to each other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.timeline.edits.look import CLIP, TALL, applied, done, empty, first, refused, talk, try_on
from tests.timeline.edits.timelines import timelines, unknown_values
from tests.timeline.test_build import only, roles

from wavereel.timeline.codec import timeline_from_tree, timeline_tree
from wavereel.timeline.edits.background import SetBackgroundColor, SetBackgroundMedia
from wavereel.timeline.edits.framing import Crop, SetFit, Zoom
from wavereel.timeline.edits.placing import Rotate
from wavereel.timeline.edits.video import JoinVideo, PlaceVideo, SetTransition


def clips(*lengths: int, **keys):
    """A main track of clips, one behind the other."""
    segments = [{"d": length, "src": CLIP} for length in lengths]
    return timeline_from_tree({"t": [{"tt": 0, "m": {"role": "main"}, "sg": segments}]} | keys)


def x(timeline, role: str = "main"):
    return first(timeline, role)["x"]


def test_over_a_talk_a_video_is_a_picture_only():
    after = applied(PlaceVideo(), talk("talk.mp3", "clip.mp4"))
    segment = first(after, "main")
    assert (segment["s"], segment["d"], segment["ss"], segment["se"]) == (0, 20_000, 0, 20_000)
    assert (segment["src"], segment["mu"], segment["m"]["name"]) == (CLIP, True, "clip.mp4")
    assert segment["x"] == {"x": 0.5, "y": 0.5, "w": 1.0, "h": 1.0, "fit": "blur"}
    assert roles(after)[:3] == ["background", "main", "overlay"]
    assert after.length_ms == 60_000
    assert only(after, "voice") == only(talk(), "voice")
    assert only(after, "caption").meta.look == "boxed"
    assert refused(PlaceVideo(), after) == "same_already"


def test_beside_a_talk_it_sounds_where_that_is_asked_for():
    after = applied(PlaceVideo(file="clip.mp4", as_picture=False), talk())
    assert ("mu" in first(after, "main"), first(after, "audio")["src"]) == (False, CLIP)


def test_an_empty_timeline_takes_its_length_and_its_sound():
    after = applied(PlaceVideo(file="clip.mp4", fit="cover"), empty())
    assert (after.length, roles(after)) == (20_000, ["main", "voice"])
    assert first(after, "voice")["m"] == {"name": "clip.mp4", "file_id": CLIP.removeprefix("asset://")}
    silent = applied(PlaceVideo(file="tall.mp4"), applied(SetBackgroundColor(color="#000000"), empty()))
    assert (silent.length, roles(silent)) == (7500, ["background", "main"])
    assert first(silent, "background")["d"] == 7500


def test_another_video_takes_the_place_of_the_first():
    before = applied(PlaceVideo(file="clip.mp4"), talk())
    after = applied(PlaceVideo(file="tall.mp4"), before)
    assert (roles(after).count("main"), first(after, "main")["src"]) == (1, TALL)
    beside = applied(PlaceVideo(file="tall.mp4", at_ms=5000), before)
    assert [track.segments[0].source for track in beside.with_role("main")] == [CLIP, TALL]
    assert beside.with_role("main")[1].segments[0].start == 5000


def test_videos_that_cannot_be_placed():
    assert refused(PlaceVideo(), talk()) == "no_file"
    assert refused(PlaceVideo(file="beach.jpg"), talk()) == "not_a_video"
    assert refused(PlaceVideo(file="clip.mp4", at_ms=60_000), talk()) == "past_end"
    tree = timeline_tree(talk("clip.mp4"))
    del tree["video_infos"][0]["duration"]
    assert refused(PlaceVideo(), timeline_from_tree(tree)) == "no_length"


def test_joining():
    before = applied(PlaceVideo(file="clip.mp4"), empty())
    after = applied(JoinVideo(file="clip.mp4", transition="dissolve"), before)
    (main,) = after.with_role("main")
    assert [(start, segment.length_ms) for start, segment in main.placed()] == [(0, 20_000), (20_000, 20_000)]
    assert timeline_tree(after)["t"][0]["sg"][0]["tr"] == {"k": "dissolve", "d": 500}
    assert [start for start, _ in only(after, "voice").placed()] == [0, 20_000]
    assert after.length == 40_000
    mute = applied(JoinVideo(file="tall.mp4"), before)
    assert (mute.length, len(only(mute, "voice").segments)) == (27_500, 1)
    assert roles(applied(JoinVideo(file="clip.mp4"), empty())) == ["main", "voice"]


def test_what_lasts_to_the_end_lasts_to_the_new_one():
    music = {"src": "asset://f_bed"}
    before = applied(PlaceVideo(file="clip.mp4"), talk(music=music, end_card="Bye"))
    after = applied(JoinVideo(file="tall.mp4"), before)
    ends = {track.id: (start, segment.length_ms) for track in after.tracks for start, segment in track.placed()[-1:]}
    assert after.length == 67_500
    for name in ("background", "waveform", "bgm", "title", "cover", "progress"):
        assert ends[name] == (0, 67_500), name
    assert ends["end"] == (63_500, 4000)
    assert ends["voice"] == (0, 60_000)


def test_transitions():
    before = clips(5000, 300, 4000)
    after, notes = done(SetTransition(kind="dissolve"), before)
    assert [segment.get("tr") for segment in timeline_tree(after)["t"][0]["sg"]] == [
        {"k": "dissolve", "d": 300},
        {"k": "dissolve", "d": 300},
        None,
    ]
    assert [note.facts["used"] for note in notes] == ["0.3 s"]
    assert applied(SetTransition(kind="cut"), after) == before
    one = applied(SetTransition(target="main#1", kind="fade_black", length_ms=200), after)
    assert [segment.get("tr", {}).get("k") for segment in timeline_tree(one)["t"][0]["sg"]] == [
        "fade_black",
        "dissolve",
        None,
    ]
    assert refused(SetTransition(kind="dissolve"), clips(5000)) == "no_next"
    assert refused(SetTransition(target="main#3", kind="dissolve"), before) == "no_next"
    assert refused(SetTransition(target="voice", kind="dissolve"), talk()) == "wrong_kind"


def placed(*, fit: str = "blur"):
    return applied(PlaceVideo(file="clip.mp4", fit=fit), talk())


@pytest.mark.parametrize(
    ("edit", "box"),
    [
        (Crop(to="center"), {"x": 0.5, "y": 0.5, "w": 1.0, "h": 1.0}),
        (Crop(to="square"), {"x": 0.5, "y": 0.5, "w": 0.5625, "h": 1.0}),
        (Crop(left=0.2, right=0.2, top=0.2, bottom=0.2), {"x": 0.5, "y": 0.5, "w": 1.6667, "h": 1.6667}),
        (Crop(left=0.5, top=0.5), {"x": 0.0, "y": 0.0, "w": 2.0, "h": 2.0}),
        (Crop(right=0.5), {"x": 1.0, "y": 0.5, "w": 2.0, "h": 2.0}),
    ],
)
def test_cropping(edit, box):
    assert x(applied(edit, placed())) == box | {"fit": "cover"}


def test_cropping_what_has_been_turned():
    turned = applied(Rotate(degrees=90), placed())
    box = x(applied(Crop(left=0.25, right=0.25), turned))
    assert box["h"] * 1080 * 9 == pytest.approx(box["w"] * 1920 * 16, rel=1e-3)


def test_crops_that_are_refused():
    assert refused(Crop(), placed()) == "nothing_to_change"
    assert refused(Crop(left=0.6, right=0.6), placed()) == "nothing_left"
    assert refused(Crop(target="cover", left=0.1), talk()) == "wrong_kind"
    assert refused(Crop(target="waveform", to="center"), talk()) == "wrong_kind"
    picture = applied(SetBackgroundMedia(file="beach.jpg", fit="blur"), talk())
    assert first(applied(Crop(target="background", to="center"), picture), "background")["x"] == {"fit": "cover"}
    assert refused(Crop(target="background", to="square"), picture) == "wrong_kind"


def test_a_crop_is_clamped():
    after, notes = done(Crop(left=0.9), placed())
    assert (x(after)["w"], [note.key for note in notes]) == (4.0, ["clamped"])


def test_a_video_turns_by_quarters():
    after, notes = done(Rotate(degrees=80), placed())
    assert (x(after)["r"], notes[0].facts["used"]) == (90.0, "90")
    assert x(applied(Rotate(by=180), after))["r"] == 270.0


def test_the_fit():
    assert x(applied(SetFit(target="main", fit="contain"), placed()))["fit"] == "contain"
    assert refused(SetFit(target="main", fit="blur"), placed()) == "same_already"
    assert refused(SetFit(target="waveform", fit="blur"), placed()) == "wrong_kind"


def test_zoom():
    assert first(applied(Zoom(), placed()), "main")["fx"] == [{"k": "zoom", "from": 1.0, "to": 1.1}]
    before = applied(Zoom(), talk())
    assert first(before, "background")["fx"] == [{"k": "zoom", "from": 1.0, "to": 1.1}]
    out = Zoom.model_validate({"op": "zoom", "target": "background", "from": 9, "to": 1})
    after, notes = done(out, before)
    assert first(after, "background")["fx"] == [{"k": "zoom", "from": 4.0, "to": 1.0}]
    assert [note.key for note in notes] == ["clamped"]
    assert applied(Zoom(off=True), after) == talk()
    assert refused(Zoom(off=True), talk()) == "same_already"
    assert refused(Zoom(target="title"), talk()) == "wrong_kind"
    assert refused(Zoom(), empty()) == "nothing_there"


EDITS = st.one_of(
    st.builds(PlaceVideo, at_ms=st.none() | st.integers(0, 30_000), as_picture=st.booleans()),
    st.builds(JoinVideo, file=st.just("clip.mp4"), transition=st.sampled_from([None, "cut", "dissolve"])),
    st.builds(
        SetTransition,
        target=st.sampled_from(["main", "overlay", "main#1"]),
        kind=st.sampled_from(["cut", "dissolve", "fade_black"]),
        length_ms=st.integers(1, 5000),
    ),
    st.builds(Crop, left=st.floats(0, 0.9), top=st.floats(0, 0.5), right=st.floats(0, 0.4)),
    st.builds(
        Crop, target=st.sampled_from(["main", "overlay", "background"]), to=st.sampled_from(["center", "square"])
    ),
    st.builds(SetFit, target=st.sampled_from(["main", "overlay", "background"]), fit=st.just("stretch")),
    st.builds(Zoom, target=st.sampled_from([None, "main", "background"]), off=st.booleans()),
)


@given(timelines(must=("main",)) | timelines(), EDITS)
def test_any_edit_leaves_a_valid_draft(timeline, edit):
    mains = [track for track in timeline_tree(timeline)["t"] if (track.get("m") or {}).get("role") == "main"]
    replaces = isinstance(edit, PlaceVideo) and edit.at_ms is None
    after = try_on(edit, timeline, forgets=len(unknown_values(mains)) if replaces else 0)
    if after is None:
        return
    if isinstance(edit, JoinVideo) and timeline.with_role("main"):
        assert after.length_ms == timeline.length_ms + 45_000
    elif not isinstance(edit, PlaceVideo | JoinVideo):
        assert after.length_ms == timeline.length_ms
