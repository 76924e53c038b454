import io
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image
from tests.picture.repaint import assert_damage_is_enough, assert_stillness_is_true, noise_plate, painted, same

from wavereel.errors import UsageError
from wavereel.picture.background import AnimatedPictureLayer, pattern_layer
from wavereel.picture.background_grounds import Glow, gradient_rgb, picture_rgb, stretch
from wavereel.picture.background_patterns import pattern_rgb
from wavereel.picture.geometry import Rect
from wavereel.picture.images import load_picture

PATTERNS = ["mesh", "grain", "stars", "bokeh", "waves"]


def blinking():
    frames = [Image.new("RGBA", (16, 12), color) for color in ((255, 0, 0, 255), (0, 255, 0, 120), (0, 0, 255, 255))]
    buffer = io.BytesIO()
    frames[0].save(
        buffer, "WEBP", save_all=True, append_images=frames[1:], duration=[100, 200, 100], loop=0, lossless=True
    )
    return load_picture(buffer.getvalue())


def test_one_stop_is_a_colour():
    rgb = gradient_rgb((6, 4), [(0.3, "#336699")])
    assert rgb.shape == (4, 6, 3)
    assert rgb.dtype == np.float32
    assert np.allclose(rgb * 255, (0x33, 0x66, 0x99), atol=1e-4)


@pytest.mark.parametrize(
    ("angle", "first", "last"), [(0, (0, 0), (0, -1)), (90, (0, 0), (-1, 0)), (180, (0, -1), (0, 0))]
)
def test_a_gradient_runs_along_its_angle(angle: float, first: tuple[int, int], last: tuple[int, int]):
    rgb = gradient_rgb((400, 300), [(0, "#000000"), (1, "#FFFFFF")], angle)
    assert rgb[first].max() < 0.02
    assert rgb[last].min() > 0.98
    across = rgb[150, :, 0] if angle in (0, 180) else rgb[:, 200, 0]
    steps = np.diff(across)
    assert (steps >= -1e-6).all() or (steps <= 1e-6).all()


def test_a_diagonal_gradient_ends_in_the_corners():
    rgb = gradient_rgb((320, 180), [(0, "#000000"), (1, "#FFFFFF")], 45)
    assert rgb[0, 0].max() < 0.02
    assert rgb[-1, -1].min() > 0.98


def test_stops_are_met_in_any_order():
    rgb = gradient_rgb((1001, 1), [(1, "#0000FF"), (0, "#FF0000"), (0.5, "#00FF00")], 0)
    for column, color in ((0, (1, 0, 0)), (500, (0, 1, 0)), (1000, (0, 0, 1))):
        assert np.abs(rgb[0, column] - color).max() < 0.02


def test_a_dark_gradient_has_more_steps_than_eight_bits():
    rgb = gradient_rgb((1920, 2), [(0, "#0A0E23"), (1, "#161D4A")], 0)
    assert len(np.unique(rgb[0, :, 2])) > 1000


def test_a_glow_is_strongest_in_its_middle_and_ends():
    rgb = gradient_rgb((200, 200), [(0, "#000000")], 90, [Glow(0.5, 0.5, 60, "#FFFFFF", 0.5)])
    assert rgb[100, 100, 0] == pytest.approx(0.5, abs=0.01)
    assert (rgb[100, 161:] == 0).all()
    assert (np.diff(rgb[100, 100:, 0]) <= 0).all()
    wide = gradient_rgb((200, 200), [(0, "#000000")], 90, [Glow(0.5, 0.5, 40, "#FFFFFF", 0.5, stretch=2)])
    assert wide[100, 170, 0] > 0
    assert wide[170, 100, 0] == 0
    outside = gradient_rgb((50, 50), [(0, "#123456")], 90, [Glow(9, 9, 10, "#FFFFFF")])
    assert np.array_equal(outside, gradient_rgb((50, 50), [(0, "#123456")]))


def test_grain_keeps_the_colour():
    plain = gradient_rgb((300, 200), [(0, "#8A8070")])
    paper = gradient_rgb((300, 200), [(0, "#8A8070")], grain=1.0, seed=4)
    assert np.abs(paper.mean((0, 1)) - plain[0, 0]).max() < 0.01
    assert 0.005 < paper.std() < 0.2
    assert np.array_equal(paper, gradient_rgb((300, 200), [(0, "#8A8070")], grain=1.0, seed=4))


def test_stretching_keeps_a_constant_and_never_overshoots():
    flat = np.full((3, 5, 2), 0.25, np.float32)
    assert np.allclose(stretch(flat, 40, 30), 0.25, atol=1e-6)
    steps = np.random.default_rng(1).random((6, 7, 3)).astype(np.float32)
    large = stretch(steps, 90, 80)
    assert large.shape == (80, 90, 3)
    assert steps.min() - 1e-6 <= large.min()
    assert large.max() <= steps.max() + 1e-6


def test_pictures_fill_the_canvas():
    pixels = np.zeros((20, 40, 4), np.uint8)
    pixels[:, :20], pixels[:, 20:] = (255, 0, 0, 255), (0, 0, 255, 255)
    contained = picture_rgb(pixels, (40, 40), "contain", ground="#00FF00")
    assert np.array_equal(contained[0, 0], (0, 1, 0))
    assert np.array_equal(contained[20, 2], (1, 0, 0))
    blurred = picture_rgb(pixels, (320, 180), "blur")
    assert blurred.shape == (180, 320, 3)
    assert np.abs(np.diff(blurred, axis=1)).max() < 0.05
    assert blurred[90, 5, 0] > 0.9
    assert blurred[90, -5, 2] > 0.9
    assert blurred[90, 160, 0] == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("style", PATTERNS)
def test_patterns(style: str):
    colors = ["#101828", "#4257E0", "#FFE08A"]
    one = pattern_rgb(style, (160, 90), colors, seed=3)
    assert one.shape == (90, 160, 3)
    assert one.dtype == np.float32
    assert one.min() >= 0
    assert one.max() <= 1
    assert one.std() > 0.005
    assert np.array_equal(one, pattern_rgb(style, (160, 90), colors, seed=3))
    assert not np.array_equal(one, pattern_rgb(style, (160, 90), colors, seed=4))
    assert np.abs(one - pattern_rgb(style, (160, 90), colors, seed=3, phase=1.0)).max() < 1e-3
    if style != "grain":
        assert not np.array_equal(one, pattern_rgb(style, (160, 90), colors, seed=3, phase=0.3))


def test_an_unknown_pattern_is_refused():
    with pytest.raises(UsageError, match="bokeh"):
        pattern_rgb("plaid", (16, 16), ["#000000"])


@pytest.mark.parametrize("style", ["mesh", "waves"])
def test_moving_patterns_keep_the_damage_contract(style: str):
    layer = pattern_layer(style, (96, 64), ["#101828", "#4257E0"], fps=Fraction(30), seed=2, moving=True)
    plate = noise_plate(96, 64)
    assert_damage_is_enough(plate, [layer], [0, 1, 2, 3, 4, 30, 31, 7, 900])
    assert_stillness_is_true(plate, layer, 0, 3)
    assert layer.is_still(0, 3)
    assert not layer.is_still(0, 4)
    still = pattern_layer(style, (96, 64), ["#101828", "#4257E0"], fps=Fraction(30), seed=2)
    assert still.is_still(0, 10_000)
    assert same(painted(plate, [still], 500), painted(plate, [layer], 0))


@pytest.mark.parametrize("fit", ["cover", "contain"])
def test_an_animated_picture_plays_and_keeps_the_damage_contract(fit: str):
    layer = AnimatedPictureLayer(blinking(), Rect(11, 7, 61, 47), fit, span=(5, 60), fps=Fraction(30))
    plate = noise_plate(96, 64)
    assert_damage_is_enough(plate, [layer], [0, 4, 5, 6, 8, 14, 15, 17, 40, 59, 60, 3])
    for first in range(0, 64, 3):
        assert_stillness_is_true(plate, layer, first, first + 4)
    assert layer.is_still(5, 8)
    assert not layer.is_still(5, 9)
    assert layer.damage(5, 7) == ()
    assert layer.damage(7, 8)
