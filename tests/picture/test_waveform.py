from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.picture.repaint import assert_damage_is_enough, assert_stillness_is_true, noise_plate, painted, same, tiles
from tests.picture.sounds import silence, talk

from wavereel.errors import UsageError
from wavereel.picture.canvas import Canvas
from wavereel.picture.colors import yuv
from wavereel.picture.geometry import Rect
from wavereel.picture.waveform import WAVE_KINDS, WaveStyle, inner_share, wave_layer

WIDTH, HEIGHT = 256, 144
BOX = Rect(26, 30, 228, 118)
TALK = talk()


def style_of(kind: str, **more) -> WaveStyle:
    meter = ("#3DDC84", "#FFC53D", "#FF5A4D") if kind == "blocks" else ()
    return WaveStyle(kind, "#8FA2FF", **{"colors": meter, **more})


def ink(layer, frame: int) -> np.ndarray:
    """How far each luma pixel of a black canvas is from black."""
    canvas = Canvas(WIDTH, HEIGHT)
    layer.paint(canvas, frame, canvas.bounds)
    return canvas.y[:HEIGHT, :WIDTH].astype(int) - 16


steps = st.lists(st.integers(0, 119), min_size=2, max_size=9)
looks = st.fixed_dictionaries(
    {},
    optional={
        "color2": st.just("#6EF3D6"),
        "glow": st.sampled_from([0.0, 0.7]),
        "rounded": st.booleans(),
        "count": st.integers(3, 70),
        "thickness": st.floats(1, 12),
        "bleed": st.booleans(),
        "opacity": st.sampled_from([1.0, 0.6]),
        "dim": st.just("#FFFFFF40"),
        "window_s": st.sampled_from([0.5, 3.0, 20.0]),
        "inner": st.sampled_from([0.0, 0.3, 0.8]),
    },
)


@pytest.mark.parametrize("kind", WAVE_KINDS)
@settings(max_examples=14)
@given(frames=steps, look=looks, walk=st.integers(0, 110), x=st.integers(-40, 60), y=st.integers(-30, 40))
def test_repairing_damage_gives_the_whole_picture(kind, frames, look, walk, x, y):
    """Over steps of one frame and over jumps, for boxes that also reach outside the canvas."""
    layer = wave_layer(BOX.move(x, y), style_of(kind, **look), TALK, (8, 112))
    plate = noise_plate(WIDTH, HEIGHT)
    assert_damage_is_enough(plate, [layer], [*frames, *range(walk, walk + 5)])


@pytest.mark.parametrize("kind", WAVE_KINDS)
@pytest.mark.parametrize("glow", [0.0, 0.8])
def test_painting_in_pieces_gives_the_whole_picture(kind, glow):
    layer = wave_layer(BOX, style_of(kind, color2="#6EF3D6", glow=glow), TALK, (0, 120))
    plate = noise_plate(WIDTH, HEIGHT)
    pieces = Canvas(WIDTH, HEIGHT)
    pieces.copy_from(plate)
    for clip in tiles(pieces.bounds, 46):
        layer.paint(pieces, 33, clip)
    assert same(pieces, painted(plate, [layer.fork()], 33))


@pytest.mark.parametrize("kind", WAVE_KINDS)
def test_nothing_outside_the_clip_is_touched(kind):
    layer = wave_layer(BOX, style_of(kind, glow=0.8), TALK, (0, 120))
    plate, canvas = noise_plate(WIDTH, HEIGHT), noise_plate(WIDTH, HEIGHT)
    clip = Rect(60, 50, 130, 90)
    layer.paint(canvas, 33, clip)
    canvas.copy_from(plate, clip)
    assert same(canvas, plate)


@pytest.mark.parametrize("kind", WAVE_KINDS)
def test_it_stays_in_its_box_without_a_glow(kind):
    layer = wave_layer(BOX, style_of(kind), TALK, (0, 120))
    assert layer.area == BOX
    for frame in (0, 20, 33, 77):
        outside = ink(layer, frame)
        outside[BOX.y0 : BOX.y1, BOX.x0 : BOX.x1] = 0
        assert not outside.any()


@pytest.mark.parametrize("kind", WAVE_KINDS)
def test_silence_is_small_and_not_nothing(kind):
    quiet, loud = (wave_layer(BOX, style_of(kind, dim="#00000000"), data, (0, 60)) for data in (silence(60), TALK))
    assert ink(quiet, 30).sum() > 0
    assert ink(quiet, 30).sum() < 0.8 * max(ink(loud, n).sum() for n in range(10, 60))


@pytest.mark.parametrize("kind", sorted(set(WAVE_KINDS) - {"mirror", "scroll"}))
def test_silence_stands_still(kind):
    layer = wave_layer(BOX, style_of(kind, bleed=True), silence(90), (0, 90))
    assert painted_equal(layer, 40, 60)
    if kind not in {"line", "filled"}:
        assert layer.is_still(40, 60)
        assert not layer.damage(40, 41)


def painted_equal(layer, a: int, b: int) -> bool:
    return bool(np.array_equal(ink(layer, a), ink(layer, b)))


@pytest.mark.parametrize("kind", WAVE_KINDS)
def test_stillness_is_never_claimed_wrongly(kind):
    layer = wave_layer(BOX, style_of(kind), TALK, (8, 112))
    plate = noise_plate(WIDTH, HEIGHT)
    for first, stop in ((0, 8), (5, 12), (8, 9), (48, 56), (104, 118), (112, 119)):
        assert_stillness_is_true(plate, layer, first, stop)
    assert layer.is_still(0, 8)
    assert layer.is_still(112, 119)
    assert not layer.is_still(5, 12)


@pytest.mark.parametrize("kind", WAVE_KINDS)
def test_a_fork_paints_the_same_and_shares_no_memory(kind):
    layer = wave_layer(BOX, style_of(kind, glow=0.5), TALK, (0, 120))
    before = ink(layer, 33)
    twin = layer.fork()
    assert np.array_equal(ink(twin, 77), ink(wave_layer(BOX, style_of(kind, glow=0.5), TALK, (0, 120)), 77))
    assert np.array_equal(ink(layer, 33), before)


@pytest.mark.parametrize("kind", ["mirror", "scroll", "filled", "line"])
@pytest.mark.parametrize("fps", [Fraction(30), Fraction(24), Fraction(30000, 1001), Fraction(60)])
def test_history_moves_as_one_piece(kind, fps):
    """Between two frames everything shifts to the left by the same whole number of px."""
    box = Rect(0, 20, 256, 120)
    layer = wave_layer(box, style_of(kind, window_s=2.0, bleed=True), talk(8, fps), (0, 400))
    speed = round(256 / (2.0 * float(fps)))
    for frame in (50, 51, 90):
        here, there = ink(layer, frame), ink(layer, frame + 1)
        middle = slice(60, 120) if kind == "scroll" else slice(60, 190)
        np.testing.assert_array_equal(here[:, middle], there[:, middle.start - speed : middle.stop - speed])


def test_a_bar_is_as_high_as_its_band():
    """All bands at half: every bar reaches half of what it can travel above its dot."""
    data = talk()
    data.bands[...] = 128
    layer = wave_layer(Rect(0, 0, 256, 128), style_of("bars", count=16, thickness=8), data, (0, 120))
    column = ink(layer, 5)[:, 4]
    top = 128 - 8 - (128 - 8) * 128 / 255
    assert (column > 0).sum() == pytest.approx(128 - top, abs=1)


def test_the_meter_lights_its_lowest_row_in_silence():
    layer = wave_layer(BOX, style_of("blocks", dim="#00000000"), silence(10), (0, 10))
    rows = np.flatnonzero(ink(layer, 5).any(1))
    assert 0 < len(rows) < 12
    assert rows[-1] == BOX.y1 - 1


def test_meter_zones_have_their_colours():
    data = talk()
    data.bands[...] = 255
    layer = wave_layer(Rect(0, 0, 256, 144), style_of("blocks"), data, (0, 120))
    canvas = Canvas(WIDTH, HEIGHT)
    layer.paint(canvas, 5, canvas.bounds)
    seen = {tuple(int(p[y, x]) for p in (canvas.y,)) for y in range(HEIGHT) for x in range(40)}
    for color in ("#3DDC84", "#FFC53D", "#FF5A4D"):
        assert (yuv(color).y,) in seen


@pytest.mark.parametrize("kind", ["ring", "circle", "pulse"])
def test_round_styles_leave_room_for_a_cover(kind):
    style = style_of(kind)
    box = Rect(56, 0, 200, 144)
    layer = wave_layer(box, style, TALK, (0, 120))
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    near = np.hypot(columns + 0.5 - 128, rows + 0.5 - 72) < 71 * inner_share(style) - 2
    for frame in range(0, 100, 7):
        assert not ink(layer, frame)[near].any()


def test_the_ring_is_the_same_on_both_sides():
    layer = wave_layer(Rect(56, 0, 200, 144), style_of("ring"), TALK, (0, 120))
    picture = ink(layer, 33)[:, 56:200]
    assert np.abs(picture - picture[:, ::-1]).max() <= 8


def test_a_scope_without_a_trace_is_made_of_the_bands():
    layer = wave_layer(BOX, style_of("scope"), talk(scope=False), (0, 120))
    rows = np.flatnonzero(ink(layer, 33).any(1))
    assert len(rows) > 20
    assert not painted_equal(layer, 33, 34)


def test_frames_past_the_end_are_silent():
    layer = wave_layer(BOX, style_of("bars"), TALK, (0, 500))
    assert painted_equal(layer, 300, 400)


@pytest.mark.parametrize(
    ("box", "style", "says"),
    [
        (BOX, WaveStyle("zigzag", "#FFFFFF"), "'zigzag' is no waveform: use one of bars, mirror"),
        (BOX, WaveStyle("bars", "blue"), "'blue' is not a colour: write it as #RRGGBB"),
        (Rect(0, 0, 6, 100), WaveStyle("bars", "#FFFFFF"), "a waveform of 6x100 px: give it 8 px"),
    ],
)
def test_what_cannot_be_drawn_is_said(box, style, says):
    with pytest.raises(UsageError) as caught:
        wave_layer(box, style, TALK, (0, 10))
    assert str(caught.value).startswith(says)


@pytest.mark.parametrize("kind", WAVE_KINDS)
@pytest.mark.parametrize("size", [(8, 8), (200, 8), (8, 120)])
def test_small_boxes_are_drawn(kind, size):
    box = Rect(10, 10, 10 + size[0], 10 + size[1])
    layer = wave_layer(box, style_of(kind, glow=0.5, color2="#FFFFFF"), TALK, (0, 120))
    assert_damage_is_enough(noise_plate(WIDTH, HEIGHT), [layer], range(20, 26))
