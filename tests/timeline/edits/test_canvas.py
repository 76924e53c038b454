"""Size, ratio, platform, rate and theme of a timeline."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.timeline.edits.look import applied, done, empty, first, refused, talk, try_on, with_keys
from tests.timeline.edits.timelines import timelines, unknown_values
from tests.timeline.test_build import only

from wavereel.timeline.codec import timeline_from_tree, timeline_tree
from wavereel.timeline.edits.canvas import (
    SetCanvasColor,
    SetFps,
    SetPlatform,
    SetRatio,
    SetResolution,
    SetSize,
    SetTheme,
)
from wavereel.timeline.edits.overlays import AddLogo
from wavereel.timeline.themes import THEME_NAMES

BARE = timeline_from_tree({"t": [{"tt": 7, "sg": [{"d": 500, "txt": "hi"}]}]})


@pytest.mark.parametrize(
    ("ratio", "size", "said"),
    [
        ("9:16", (1080, 1920), "9:16"),
        ("1:1", (1080, 1080), "1:1"),
        ("4:5", (1080, 1350), "4:5"),
        ("3:4", (1080, 1440), "3:4"),
        ("21:9", (2520, 1080), "21:9"),
        ("18:32", (1080, 1920), "9:16"),
        ("100:1", (7680, 76), "100:1"),
    ],
)
def test_a_ratio_has_a_short_side_of_1080(ratio: str, size: tuple[int, int], said: str):
    after = applied(SetRatio(ratio=ratio), talk())
    assert (after.size, after.meta.ratio) == (size, said)


def test_the_ratio_that_is_there_already():
    assert refused(SetRatio(ratio="16:9"), talk()) == "same_already"
    assert applied(SetRatio(ratio="16:9"), BARE).meta.width == 1920


def test_an_extreme_ratio_is_clamped():
    after, notes = done(SetRatio(ratio="9999:1"), talk())
    assert after.size == (7680, 64)
    assert [note.key for note in notes] == ["clamped"]


def test_a_platform_goes_where_it_does_not_take_the_ratio():
    after, notes = done(SetRatio(ratio="1:1"), talk(platform="youtube"))
    assert after.meta.platform is None
    assert [(note.key, note.facts) for note in notes] == [("platform_left", {"platform": "YouTube"})]
    kept, notes = done(SetRatio(ratio="1:1"), talk(platform="x"))
    assert (kept.meta.platform, notes) == ("x", [])


@pytest.mark.parametrize(
    ("width", "height", "size", "clamped"),
    [(1280, 720, (1280, 720), False), (1081, 1921, (1082, 1922), True), (10, 99_999, (64, 7680), True)],
)
def test_sizes_are_even_and_within_bounds(width: int, height: int, size: tuple[int, int], clamped: bool):
    after, notes = done(SetSize(width=width, height=height), talk())
    assert after.size == size
    assert [note.key for note in notes] == ["clamped"] * clamped


@pytest.mark.parametrize(
    ("short_side", "size"), [(720, (1280, 720)), (2160, (3840, 2160)), (480, (854, 480)), (5000, (7680, 4320))]
)
def test_a_resolution_keeps_the_ratio(short_side: int, size: tuple[int, int]):
    after = applied(SetResolution(short_side=short_side), talk())
    assert (after.size, after.meta.ratio) == (size, "16:9")


@pytest.mark.parametrize(
    ("platform", "name", "size", "loudness"),
    [
        ("tiktok", "tiktok", (1080, 1920), -14),
        ("抖音", "tiktok", (1080, 1920), -14),
        ("instagram", "instagram", (1080, 1350), -14),
        ("x", "x", (1920, 1080), -14),
        ("xiaohongshu", "xiaohongshu", (1080, 1440), None),
        ("B站", "bilibili", (1920, 1080), None),
    ],
)
def test_platforms(platform: str, name: str, size: tuple[int, int], loudness: float | None):
    after = applied(SetPlatform(platform=platform), talk())
    assert (after.meta.platform, after.size, after.meta.loudness) == (name, size, loudness)


def test_platforms_that_keep_an_allowed_ratio():
    square = applied(SetRatio(ratio="1:1"), talk())
    assert applied(SetPlatform(platform="facebook"), square).size == (1080, 1080)
    wide = applied(SetSize(width=2520, height=1080), talk())
    assert applied(SetPlatform(platform="facebook"), wide).size == (1920, 1080)


def test_loudness_follows_the_platform_unless_somebody_set_it():
    by_hand = applied(SetPlatform(platform="youtube"), talk(loudness=-16))
    assert by_hand.meta.loudness == -16
    by_platform = applied(SetPlatform(platform="spotify"), applied(SetPlatform(platform="tiktok"), talk()))
    assert (by_platform.meta.loudness, by_platform.meta.platform) == (-14, "spotify")
    off = applied(SetPlatform(off=True), by_platform)
    assert (off.meta.platform, off.meta.loudness, off.size) == (None, None, (1920, 1080))


def test_what_platforms_refuse():
    assert refused(SetPlatform(platform="myspace"), talk()) == "no_such_platform"
    assert refused(SetPlatform(), talk()) == "nothing_to_change"
    assert refused(SetPlatform(off=True), talk()) == "same_already"
    assert refused(SetPlatform(platform="youtube"), applied(SetPlatform(platform="youtube"), talk())) == "same_already"


def test_a_fine_canvas_stays_fine_on_its_platform():
    fine = applied(SetResolution(short_side=2160), talk())
    assert applied(SetPlatform(platform="youtube"), fine).size == (3840, 2160)


@pytest.mark.parametrize(
    ("fps", "used", "clamped"), [(60, 60, False), (23.976, 23.976, False), (500, 120, True), (0.1, 1, True)]
)
def test_frames_a_second(fps: float, used: float, clamped: bool):
    after, notes = done(SetFps(fps=fps), talk())
    assert after.meta.fps == used
    assert after.fps > 0
    assert [note.key for note in notes] == ["clamped"] * clamped


def test_the_colour_under_everything():
    after = applied(SetCanvasColor(color="#123456"), empty())
    assert after.meta.background == "#123456"
    assert refused(SetCanvasColor(color="#123456"), after) == "same_already"


def test_a_theme_keeps_what_is_named():
    before = with_keys(talk(theme="clean"), "title", st={"c": "#FFFF00"})
    after = applied(SetTheme(theme="neon", keep=("title", "background", "cover#1")), before)
    assert after.meta.theme == "neon"
    assert only(after, "title") == only(before, "title")
    assert only(after, "background") == only(before, "background")
    assert after.meta.background == before.meta.background
    assert first(after, "waveform")["g"]["sty"] == "ring"
    assert first(applied(SetTheme(theme="neon"), before), "title").get("st") is None


def test_one_text_of_a_track_keeps_its_look():
    tree = timeline_tree(talk(theme="clean"))
    chapters = next(track for track in tree["t"] if track["m"]["role"] == "chapter")
    after = applied(SetTheme(theme="neon", keep=("chapter#2",)), timeline_from_tree(tree))
    one, two = only(after, "chapter").segments
    assert one.style is None
    assert two.style is not None
    assert (two.style.color, two.style.size) == (chapters["st"]["c"], chapters["st"]["fs"])


def test_themes_that_are_refused():
    assert refused(SetTheme(theme="disco"), talk()) == "no_such_theme"
    assert refused(SetTheme(theme="midnight"), talk()) == "same_already"
    assert refused(SetTheme(theme="neon", keep=("nobody",)), talk()) == "no_such_target"
    assert applied(SetTheme(theme="neon", keep=("bgm",)), talk()).meta.theme == "neon"


def test_a_theme_shares_the_cues():
    before = talk()
    after = applied(SetTheme(theme="neon"), before)
    assert only(after, "caption").segments[0] is only(before, "caption").segments[0]


def test_a_progress_bar_that_is_kept_stays():
    before = talk(theme="midnight", progress=True)
    assert only(applied(SetTheme(theme="sunset", keep=("progress",)), before), "progress") == only(before, "progress")


def test_an_empty_timeline_has_a_canvas_and_a_theme():
    after = applied(SetTheme(theme="neon"), applied(SetRatio(ratio="9:16"), empty()))
    assert (after.size, after.meta.theme, after.tracks) == ((1080, 1920), "neon", ())


def test_a_logo_stays_in_its_corner_on_another_canvas():
    before = applied(AddLogo(file="logo.png", corner="bottom_right"), talk())
    after = applied(SetRatio(ratio="9:16"), before)
    assert first(after, "overlay")["m"]["slot"] == "cover"
    logo = next(s for t in timeline_tree(after)["t"] for s in t["sg"] if s["m"].get("name") == "logo")["x"]
    assert logo["x"] + logo["w"] / 2 == pytest.approx(900 / 1080, abs=1e-3)
    assert logo["y"] + logo["h"] / 2 == pytest.approx(1420 / 1920, abs=1e-3)
    assert logo["w"] * 1080 == pytest.approx(2 * logo["h"] * 1920, rel=1e-2)
    assert applied(SetRatio(ratio="16:9"), after).tracks[-1] == before.tracks[-1]


EDITS = st.one_of(
    st.builds(SetSize, width=st.integers(1, 9000), height=st.integers(1, 9000)),
    st.sampled_from(["9:16", "1:1", "16:9", "4:5", "3:1"]).map(lambda ratio: SetRatio(ratio=ratio)),
    st.integers(1, 5000).map(lambda side: SetResolution(short_side=side)),
    st.sampled_from(["youtube", "tiktok", "x", "weibo"]).map(lambda name: SetPlatform(platform=name)),
    st.builds(SetPlatform, off=st.just(True)),
    st.floats(0.01, 1000).map(lambda fps: SetFps(fps=fps)),
    st.builds(SetCanvasColor, color=st.just("#0A0B0C")),
    st.builds(
        SetTheme,
        theme=st.sampled_from(THEME_NAMES),
        keep=st.sampled_from([(), ("title",), ("caption", "waveform#1"), ("background",)]),
    ),
)


@given(timelines(), EDITS)
def test_any_edit_leaves_a_valid_draft(timeline, edit):
    bars = [track for track in timeline_tree(timeline)["t"] if (track.get("m") or {}).get("role") == "progress"]
    after = try_on(edit, timeline, forgets=len(unknown_values(bars)) if isinstance(edit, SetTheme) else 0)
    if after is not None:
        assert after.length_ms == timeline.length_ms
        width, height = after.size
        assert not isinstance(edit, SetSize | SetRatio | SetResolution) or (width % 2, height % 2) == (0, 0)
