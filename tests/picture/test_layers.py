from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.picture.repaint import (
    assert_damage_is_enough,
    assert_stillness_is_true,
    noise_plate,
    painted,
    same,
    where_different,
)

from wavereel.errors import UsageError
from wavereel.picture.canvas import Canvas
from wavereel.picture.layers import Motion, PlateLayer, SpriteLayer, motion, typing_ms
from wavereel.picture.sprite import Sprite

KINDS = ["fade", "slide_up", "slide_down", "slide_left", "slide_right", "zoom_in", "zoom_out", "pop", "typewriter"]
WIDTH, HEIGHT = 160, 96


def words(x=31, y=17):
    """A sprite with separate shapes on two lines, soft at the edges."""
    rgba = np.zeros((41, 83, 4), np.uint8)
    rng = np.random.default_rng(5)
    for top in (3, 24):
        for left in range(4, 70, 13):
            rgba[top : top + 13, left : left + 9, :3] = rng.integers(0, 256, 3)
            rgba[top : top + 13, left : left + 9, 3] = 120
            rgba[top + 1 : top + 12, left + 1 : left + 8, 3] = 255
    return Sprite.from_rgba(rgba, x, y)


motions = st.one_of(st.none(), st.builds(Motion, st.sampled_from(KINDS), st.integers(1, 12), st.integers(0, 40)))


@settings(max_examples=150)
@given(
    enter=motions,
    leave=motions,
    length=st.integers(1, 40),
    frames=st.lists(st.integers(0, 60), min_size=2, max_size=8),
    walk=st.integers(0, 55),
    opacity=st.sampled_from([255, 140]),
    x=st.integers(-50, 120),
)
def test_repairing_damage_gives_the_whole_picture(enter, leave, length, frames, walk, opacity, x):
    layer = SpriteLayer(words(x), (8, 8 + length), enter=enter, leave=leave, opacity=opacity)
    assert_damage_is_enough(noise_plate(WIDTH, HEIGHT), [layer], [*frames, *range(walk, walk + 6)])


@settings(max_examples=60)
@given(enter=motions, leave=motions, length=st.integers(1, 30), first=st.integers(0, 45), count=st.integers(1, 9))
def test_stillness_is_never_claimed_wrongly(enter, leave, length, first, count):
    layer = SpriteLayer(words(), (8, 8 + length), enter=enter, leave=leave)
    assert_stillness_is_true(noise_plate(WIDTH, HEIGHT), layer, first, first + count)


@pytest.mark.parametrize("kind", KINDS)
def test_it_rests_between_entrance_and_exit(kind):
    layer = SpriteLayer(words(), (10, 60), enter=Motion(kind, 9), leave=Motion(kind, 9))
    plate = noise_plate(WIDTH, HEIGHT)
    plain = painted(plate, [SpriteLayer(words(), (0, 100))], 30)
    assert same(painted(plate, [layer], 9), plate)
    assert same(painted(plate, [layer], 60), plate)
    for frame in (19, 30, 50):
        assert same(painted(plate, [layer], frame), plain), where_different(painted(plate, [layer], frame), plain)
    assert layer.is_still(19, 51)
    assert not layer.is_still(11, 20)
    assert not same(painted(plate, [layer], 12), plain)
    assert not same(painted(plate, [layer], 57), plain)


def test_a_short_span_shares_its_frames_between_entrance_and_exit():
    layer = SpriteLayer(words(), (0, 6), enter=Motion("fade", 9), leave=Motion("fade", 9))
    canvases = [painted(noise_plate(WIDTH, HEIGHT), [layer], frame) for frame in range(6)]
    assert same(canvases[0], canvases[5])
    assert same(canvases[2], canvases[3])


def test_a_typewriter_shows_whole_shapes_in_reading_order():
    sprite = words(30, 16)
    layer = SpriteLayer(sprite, (0, 100), enter=Motion("typewriter", 12))
    shown = []
    for frame in range(12):
        canvas = Canvas(WIDTH, HEIGHT)
        sprite_only = SpriteLayer(sprite, (0, 100))
        full = painted(canvas, [sprite_only], 0)
        part = painted(canvas, [layer], frame)
        equal = (part.y == full.y)[:HEIGHT, :WIDTH]
        shown.append(int(equal[16:40].all()) + int(equal.all()))
    assert shown == sorted(shown)
    assert shown[0] == 0
    assert 1 in shown
    assert typing_ms(sprite) == 12 * 45


def test_scaling_by_one_keeps_the_picture_and_less_shrinks_it():
    sprite = words(30, 16)
    canvas = Canvas(WIDTH, HEIGHT)
    full = painted(canvas, [SpriteLayer(sprite, (0, 9))], 0)
    copy = Canvas(WIDTH, HEIGHT)
    sprite.scaled(1.0).blend(copy, copy.bounds)
    assert same(copy, full), where_different(copy, full)
    small = Canvas(WIDTH, HEIGHT)
    sprite.scaled(0.5).blend(small, small.bounds)
    rows, columns = np.nonzero(small.y[:HEIGHT, :WIDTH] != 16)
    middle = (rows.min() + rows.max() + 1) / 2, (columns.min() + columns.max() + 1) / 2
    wide = np.nonzero(full.y[:HEIGHT, :WIDTH] != 16)
    assert np.ptp(columns) == pytest.approx(np.ptp(wide[1]) / 2, abs=2)
    assert middle[0] == pytest.approx((wide[0].min() + wide[0].max() + 1) / 2 * 0.5 + 0.5 * (16 + 21), abs=1.5)


def test_a_plate_is_always_still():
    plate = noise_plate(WIDTH, HEIGHT)
    layer = PlateLayer(plate)
    assert layer.is_still(0, 10**6)
    assert not layer.damage(0, 1)
    assert same(painted(Canvas(WIDTH, HEIGHT), [layer.fork()], 5), plate)


def test_motions_are_found_by_name_and_last_as_long_at_any_rate():
    assert motion("slide", Fraction(30)) == Motion("slide_up", 10)
    assert motion("type", Fraction(60), duration_ms=200) == Motion("typewriter", 12)
    assert motion("none", Fraction(30)) is None
    assert motion(None, Fraction(30)) is None
    with pytest.raises(UsageError, match="'spin' is no entrance or exit"):
        motion("spin", Fraction(30))
