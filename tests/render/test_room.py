"""What gives way to a thing that was placed by hand: by itself, in rows, or not at all."""

import pytest

from wavereel.picture.geometry import Rect
from wavereel.render.room import Part, Shift, make_room, moved_parts

AREA = Rect(0, 0, 1000, 600)
COVER = Part("cover", Rect(50, 100, 300, 350), 0.5)
KICKER = Part("kicker", Rect(350, 100, 600, 130))
WAVE = Part("wave", Rect(350, 200, 950, 350), 0.4)
CAPTION = Part("caption", Rect(200, 420, 800, 500))
BAR = Part("progress", Rect(50, 580, 950, 586), fixed=True)
PARTS = [COVER, KICKER, WAVE, CAPTION, BAR]


def after(obstacle, parts=PARTS, **more):
    shifts = make_room(parts, obstacle, AREA, 20, **more)
    assert shifts is not None
    moved = moved_parts(parts, shifts)
    rects = [part.rect for part in moved if not part.panel]
    assert not any(rect.intersect(obstacle) for rect in rects)
    assert not any(a.intersect(b) for n, a in enumerate(rects) for b in rects[:n])
    assert all(rect.y0 >= 0 and rect.y1 <= 600 for rect in rects)
    return {part.name: part.rect for part in moved}


def test_nothing_moves_for_what_lies_clear():
    assert make_room(PARTS, Rect(200, 10, 800, 60), AREA, 20) == {}


def test_a_neighbour_goes_aside_by_itself():
    assert after(Rect(350, 85, 600, 95)) == {part.name: part.rect for part in PARTS} | {
        "kicker": Rect(350, 115, 600, 145)
    }


def test_a_picture_gets_smaller_from_the_side_of_the_obstacle():
    moved = after(Rect(60, 330, 290, 380), [COVER, KICKER, WAVE, Part("caption", Rect(200, 390, 800, 500))])
    assert moved["cover"] == Rect(50, 60, 300, 310) or moved["cover"].height < COVER.rect.height
    assert moved["wave"] == WAVE.rect


def test_rows_give_way_together_and_are_squeezed():
    moved = after(Rect(200, 250, 800, 320))
    assert moved["cover"].y1 <= 230
    assert moved["caption"] == CAPTION.rect
    assert 0.5 <= moved["cover"].height / COVER.rect.height < 1
    assert make_room(PARTS, Rect(200, 250, 800, 320), AREA, 20, rows=False) is None


def test_what_stands_still_bounds_the_rows():
    moved = after(Rect(200, 490, 800, 560))
    assert moved["caption"].y1 <= 470
    assert moved["progress"] == BAR.rect
    assert make_room(PARTS, Rect(200, 570, 800, 600), AREA, 20) is None
    still = [Rect(200, 0, 800, 80)]
    below = {
        part.name: part.rect
        for part in moved_parts(PARTS, make_room(PARTS, Rect(200, 490, 800, 560), AREA, 20, still=still))
    }
    assert not any(rect.intersect(still[0]) for rect in below.values())


def test_what_is_pinned_goes_no_further_than_a_little():
    pinned = Part("cover", COVER.rect, 0.5, pinned=True)
    assert make_room([pinned], Rect(50, 200, 300, 260), AREA, 20) is None
    assert after(Rect(50, 60, 300, 100), [pinned])["cover"].y0 == 120


def test_a_panel_is_a_ground_for_what_lies_on_it_and_goes_along_with_its_words():
    panel = Part("furniture0", Rect(40, 80, 960, 370), 0.5, panel=True)
    on_it = Rect(620, 140, 900, 180)
    assert make_room([panel, *PARTS], on_it, AREA, 10) == {}
    moved = after(Rect(200, 40, 800, 100), [panel, *PARTS])
    assert moved["furniture0"].y0 >= 120
    assert moved["kicker"].y0 >= moved["furniture0"].y0


def test_there_is_not_always_room():
    assert make_room(PARTS, Rect(0, 50, 1000, 560), AREA, 20) is None


@pytest.mark.parametrize("rect", [Rect(0, 100, 10, 200), Rect(0, 40, 10, 90)])
def test_a_shift_after_a_shift(rect):
    first, second = Shift(100, 50, 0.5), Shift(40, 140, 2.0)
    assert first.then(second).rect(rect) == second.rect(first.rect(rect))
