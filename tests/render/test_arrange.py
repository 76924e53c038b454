"""Edited drafts stand as well as fresh ones: no word on another, on a picture or off the canvas."""

import pytest
from tests.timeline.test_build import FACTS, FakeCue, FakeWord

from wavereel.picture.geometry import Rect
from wavereel.render.arrange import arrange
from wavereel.render.captions import caption_groups, caption_place
from wavereel.render.look import look_of, progress_box, slot_name, slot_rect, wave_box
from wavereel.render.sources import Sources
from wavereel.render.words import fitted_text, ink_rect, measure_texts, text_place
from wavereel.timeline.build import Wishes, build_timeline
from wavereel.timeline.catalogue import parse_edit
from wavereel.timeline.layouts import CANVASES
from wavereel.timeline.themes import THEME_NAMES, load_theme

CUES = (FakeCue("the quick brown fox jumps over the lazy dog", 0, 9000, [FakeWord("the", 0, 400)]),)
TITLE = "The Shape of a Voice"


def arranged(theme, ratio, *edits, title=TITLE):
    width, height = (side // 2 for side in CANVASES[ratio])
    width, height = width - width % 2, height - height % 2
    facts = FACTS.__class__(
        file_id="f_0123456789abcdef",
        name="a.mp3",
        length_ms=10_000,
        title=title,
        show="Radio",
        number="42",
        has_speech=True,
    )
    timeline = build_timeline(facts, load_theme(theme), Wishes(width=width, height=height, cues=CUES))
    for edit in edits:
        timeline = parse_edit(edit).run(timeline, [])
    look = look_of(timeline, Sources({}))
    arrange(look)
    return look


def rects(look):
    """Where everything that is seen stands, texts as large as they are set."""
    sizes = measure_texts(look)
    found = {}
    for track in look.timeline.tracks:
        for segment in track.segments:
            name = slot_name(track, segment)
            if track.role == "waveform":
                found["wave"] = wave_box(look, segment)
            elif track.role == "progress":
                found["progress"] = progress_box(look, segment)
            elif track.role == "caption":
                place = caption_place(look, track, caption_groups(track)[0])
                spot = look.spots.get(id(caption_groups(track)[0][0][1]))
                found["caption"] = place.rect.move(0, spot.box.y0 - place.box.y0) if spot else place.rect
            elif segment.text:
                spot = look.spots.get(id(segment)) or text_place(look, track, segment)
                found[segment.id] = ink_rect(fitted_text(look, track, segment, spot.box), spot)
            elif name == "cover" and name in look.layout.present:
                found["cover"] = slot_rect(look.layout.slots["cover"])
    assert sizes is not None
    return found


def title_of(look):
    return rects(look)["title-1"]


def covered(look, name):
    """What a thing lies on, besides what its theme puts together: a ring and the cover in it."""
    own = rects(look)
    return {other for other, rect in own.items() if other != name and rect.intersect(own[name])}


@pytest.mark.parametrize("ratio", list(CANVASES))
@pytest.mark.parametrize("theme", THEME_NAMES)
@pytest.mark.parametrize("position", ["top", "center", "bottom"])
def test_a_title_that_was_moved_lies_on_nothing(theme, ratio, position):
    look = arranged(theme, ratio, {"op": "place_text", "target": "title", "position": position})
    title = title_of(look)
    assert covered(look, "title-1") == set()
    assert title.union(look.safe) == look.safe


@pytest.mark.parametrize("ratio", list(CANVASES))
@pytest.mark.parametrize("theme", THEME_NAMES)
@pytest.mark.parametrize("position", ["top", "center", "bottom"])
def test_captions_that_were_moved_lie_on_nothing(theme, ratio, position):
    look = arranged(theme, ratio, {"op": "place_text", "target": "caption", "position": position})
    assert covered(look, "caption") == set()


@pytest.mark.parametrize("ratio", list(CANVASES))
@pytest.mark.parametrize("theme", THEME_NAMES)
def test_larger_words_are_larger_and_lie_on_nothing(theme, ratio):
    plain = arranged(theme, ratio)
    look = arranged(theme, ratio, {"op": "set_style", "target": "title", "size_factor": 1.5})
    assert title_of(look).height > title_of(plain).height
    assert covered(look, "title-1") == set()
    large = arranged(theme, ratio, {"op": "set_style", "target": "caption", "size_factor": 1.6})
    assert rects(large)["caption"].height > rects(plain)["caption"].height
    assert covered(large, "caption") == set()


@pytest.mark.parametrize("theme", THEME_NAMES)
@pytest.mark.parametrize("way", [{"dy": -0.05}, {"dy": 0.05}])
def test_a_title_that_was_moved_by_a_little_stays_near_its_neighbours(theme, way):
    plain = arranged(theme, "wide")
    look = arranged(theme, "wide", {"op": "place_text", "target": "title", **way})
    assert covered(look, "title-1") == set()
    before, after = rects(plain)["kicker-1"], rects(look)["kicker-1"]
    assert abs(after.y0 - before.y0) < 0.2 * look.bounds.height


@pytest.mark.parametrize("ratio", ["wide", "tall"])
@pytest.mark.parametrize("theme", ["clean", "midnight", "sunset", "paper", "news"])
def test_a_waveform_that_was_moved_or_made_higher_leaves_words_readable(theme, ratio):
    for edit in (
        {"op": "place", "target": "waveform", "corner": "top"},
        {"op": "place", "target": "waveform", "corner": "bottom"},
        {"op": "resize", "target": "waveform", "height_factor": 2},
    ):
        look = arranged(theme, ratio, edit)
        assert covered(look, "wave") <= {"cover"}, edit


def test_a_ring_takes_its_cover_along():
    look = arranged("neon", "wide", {"op": "place", "target": "waveform", "corner": "top"})
    ring, cover = rects(look)["wave"], rects(look)["cover"]
    assert abs(ring.x0 + ring.x1 - cover.x0 - cover.x1) <= 2
    assert abs(ring.y0 + ring.y1 - cover.y0 - cover.y1) <= 2


def test_words_that_would_be_cut_off_come_back_into_the_safe_area():
    look = arranged("midnight", "wide", {"op": "place_text", "target": "title", "x": 0.02, "y": 0.05})
    assert title_of(look).x0 == look.safe.x0
    assert covered(look, "title-1") == set()


def test_titles_keep_to_the_margin_of_their_theme_but_in_the_middle():
    sides = {}
    for position in ("top", "center"):
        look = arranged("sunset", "wide", {"op": "place_text", "target": "title", "position": position})
        sides[position] = title_of(look).x0 == look.safe.x0
    assert sides == {"top": True, "center": False}
    centred = title_of(arranged("clean", "wide", {"op": "place_text", "target": "title", "position": "top"}))
    assert abs(centred.x0 + centred.x1 - 960) <= 2


def test_what_is_shown_for_a_while_moves_nothing_and_gets_a_plate_where_it_lies_on_something():
    plain = rects(arranged("midnight", "tall"))
    edit = {"op": "add_text", "role": "title", "text": "Second title", "start_ms": 1000, "length_ms": 2000}
    look = arranged("midnight", "tall", edit)
    assert {name: rect for name, rect in rects(look).items() if name in plain} == plain
    assert len(look.plated) == 1


def test_a_ring_of_progress_is_as_large_as_a_ring():
    look = arranged("midnight", "wide", {"op": "set_progress", "style": "ring"})
    ring = rects(look)["progress"]
    assert ring == Rect(look.safe.x1 - 44, look.safe.y1 - 44, look.safe.x1, look.safe.y1)
    assert covered(look, "progress") == set()
