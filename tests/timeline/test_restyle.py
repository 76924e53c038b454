"""Another theme, another canvas."""

import itertools

import pytest
from tests.timeline.test_build import FACTS, FakeCue, build, only, roles

from wavereel.timeline.codec import timeline_tree
from wavereel.timeline.model import Timeline
from wavereel.timeline.restyle import apply_theme, parts_of, set_canvas
from wavereel.timeline.themes import THEME_NAMES, load_theme

CUES = [FakeCue("so it goes", 1000, 2500)]


def edited(timeline: Timeline, role: str, **keys: object) -> Timeline:
    """The timeline with keys set on the first segment of a role, as a hand would."""
    tree = timeline_tree(timeline)
    for track in tree["t"]:
        if track["m"]["role"] == role:
            track["sg"][0] |= keys
    return Timeline.model_validate(tree)


def words(timeline: Timeline) -> list[tuple[str | None, int, int | None, str]]:
    return [
        (segment.text, segment.length_ms, segment.start, track.role)
        for track in timeline.tracks
        for segment in track.segments
        if segment.text is not None
    ]


@pytest.mark.parametrize(("one", "other"), list(itertools.permutations(THEME_NAMES, 2)))
def test_a_theme_applied_is_the_theme_built(one: str, other: str):
    """Track by track what building in it gives, whatever the theme before."""
    target = build(theme=other, cues=CUES)
    result = apply_theme(build(theme=one, cues=CUES), load_theme(other))
    assert sorted(roles(result)) == sorted(roles(target))
    for role in ("background", "waveform", "title", "caption", "chapter"):
        assert only(result, role) == only(target, role), role
    assert result.meta == target.meta


def test_media_words_and_times_stay():
    before = build(cues=CUES, music={"src": "asset://f_bed"}, end_card="Bye")
    after = apply_theme(before, load_theme("retro"))
    assert words(after) == words(before)
    for role in ("voice", "bgm"):
        assert only(after, role) == only(before, role)


def test_what_was_set_by_hand_gives_way():
    before = edited(build(), "waveform", g={"k": "waveform", "sty": "circle", "c": "#00FF00"}, x={"x": 0.5, "y": 0.2})
    before = edited(before, "title", st={"c": "#FFFF00", "pos": "top"})
    after = apply_theme(before, load_theme("clean"))
    wave = only(after, "waveform").segments[0]
    assert (wave.generator.style, wave.generator.color, wave.transform) == ("mirror", "#15161B", None)
    assert only(after, "title").segments[0].style is None


def test_a_colour_behind_changes_and_a_picture_stays():
    color = apply_theme(build(background={"g": {"k": "color", "c": "#000000"}}), load_theme("clean"))
    assert only(color, "background").segments[0].generator.color == "#F6F4EF"
    picture = build(background={"src": "asset://f_pic", "x": {"fit": "cover"}})
    assert only(apply_theme(picture, load_theme("clean")), "background") == only(picture, "background")


def test_a_progress_bar_that_somebody_chose_stays():
    chosen = apply_theme(build(theme="retro", progress=True), load_theme("sunset"))
    assert len(chosen.with_role("progress")) == 1
    habit = apply_theme(build(theme="clean"), load_theme("sunset"))
    assert habit.with_role("progress") == []
    refused = apply_theme(build(theme="clean", progress=False), load_theme("midnight"))
    assert refused.with_role("progress") == []


def test_there_and_back_changes_nothing():
    before = build(theme="clean", cues=CUES)
    again = apply_theme(apply_theme(before, load_theme("paper")), load_theme("clean"))
    assert again == before


def test_the_same_theme_again_changes_nothing():
    before = build(theme="studio", cues=CUES)
    assert apply_theme(before, load_theme("studio")) == before


def test_unknown_keys_survive():
    tree = timeline_tree(build()) | {"mine": 1}
    tree["t"][0]["yours"] = [2]
    after = apply_theme(Timeline.model_validate(tree), load_theme("news"))
    assert after.extra == {"mine": 1}
    assert after.tracks[0].extra == {"yours": [2]}


def test_a_vertical_canvas_takes_the_themes_choices():
    wide = build(theme="neon", cues=CUES)
    tall = set_canvas(wide, 1080, 1920, platform="tiktok")
    assert (tall.size, tall.meta.ratio, tall.meta.platform) == ((1080, 1920), "9:16", "tiktok")
    assert only(tall, "caption").meta.look == "pop"
    assert only(tall, "caption").style.size == load_theme("neon").tall.slots["caption"].size[0]
    assert set_canvas(tall, 1920, 1080) == wide


def test_what_was_set_by_hand_survives_a_canvas():
    tree = timeline_tree(build(theme="clean", cues=CUES))
    for track in tree["t"]:
        if track["m"]["role"] == "caption":
            track["st"]["fs"] = 99
            track["m"]["look"] = "minimal"
        if track["m"]["role"] == "waveform":
            track["sg"][0]["g"]["n"] = 7
    after = set_canvas(Timeline.model_validate(tree), 1080, 1080)
    assert only(after, "caption").style.size == 99
    assert only(after, "caption").meta.look == "minimal"
    assert only(after, "waveform").segments[0].generator.count == 7


def test_a_plain_change_of_ratio_takes_the_platform_away():
    assert set_canvas(build(platform="youtube"), 1080, 1080).meta.platform is None


def test_a_draft_without_a_theme_changes_only_its_canvas():
    bare = Timeline.model_validate({"t": [{"tt": 7, "sg": [{"d": 5, "txt": "hi"}]}]})
    assert set_canvas(bare, 100, 100).tracks == bare.tracks


def test_parts_of_a_timeline():
    assert parts_of(build(cues=CUES)) == {"title", "kicker", "number", "cover", "wave", "caption", "progress"}
    hidden = timeline_tree(build(cues=CUES))
    for track in hidden["t"]:
        track["hid"] = track["m"]["role"] in ("title", "waveform")
    assert parts_of(Timeline.model_validate(hidden)) == {"kicker", "number", "cover", "caption", "progress"}
    assert FACTS.title
