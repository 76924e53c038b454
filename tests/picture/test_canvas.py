from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.picture.repaint import noise_plate, same, tiles

from wavereel.errors import UsageError
from wavereel.picture.canvas import Canvas, plate_from_rgb
from wavereel.picture.colors import Yuv, mix_oklab, rgba, yuv
from wavereel.picture.geometry import Rect
from wavereel.picture.sprite import MaskSprite, Sprite


def test_planes_are_padded_to_macroblocks_and_contiguous():
    canvas = Canvas(1920, 1080)
    assert canvas.y.shape == (1088, 1920)
    assert canvas.u.shape == canvas.v.shape == (544, 960)
    assert canvas.bounds == Rect(0, 0, 1920, 1080)
    assert all(plane.flags.c_contiguous for plane in (canvas.y, canvas.u, canvas.v))


def test_padding_repeats_the_last_row_and_column():
    canvas = noise_plate(36, 22)
    canvas.pad()
    for plane, width, height in ((canvas.y, 36, 22), (canvas.u, 18, 11), (canvas.v, 18, 11)):
        assert plane.shape[1] > width and plane.shape[0] > height
        assert (plane[:height, width:] == plane[:height, width - 1 : width]).all()
        assert (plane[height:] == plane[height - 1]).all()


@pytest.mark.parametrize("size", [(1921, 1080), (1920, 1), (0, 10)])
def test_odd_and_empty_sizes_are_refused(size):
    with pytest.raises(UsageError, match="both sides must be even and positive"):
        Canvas(*size)


@pytest.mark.parametrize("color", ["#000000", "#FFFFFF", "#F6F4EF", "#2B5BFF", "#FF2E97", "#0A0E23", "#808080"])
def test_colours_come_back(color):
    canvas = Canvas(16, 16)
    canvas.fill(yuv(color))
    assert np.abs(canvas.to_rgb().astype(int) - np.array(rgba(color)[:3])).max() <= 2
    flat = np.broadcast_to(np.array(rgba(color)[:3], np.uint8), (16, 16, 3))
    plate = plate_from_rgb(np.ascontiguousarray(flat), dither=False)
    assert (int(plate.y[0, 0]), int(plate.u[0, 0]), int(plate.v[0, 0])) == yuv(color)


def test_colours_are_read_in_all_their_forms():
    assert rgba("#fa0") == (255, 170, 0, 255)
    assert rgba("#fa08") == (255, 170, 0, 136)
    assert rgba("#12345678") == (0x12, 0x34, 0x56, 0x78)
    for wrong in ("", "red", "#12", "#12345", "123456", "#GG0000", "#1234567"):
        with pytest.raises(UsageError):
            rgba(wrong)


def test_a_gradient_keeps_its_ends():
    stops = mix_oklab("#FF2E97", "#19E3FF", 9)
    np.testing.assert_allclose(stops[0] * 255, (0xFF, 0x2E, 0x97), atol=0.01)
    np.testing.assert_allclose(stops[-1] * 255, (0x19, 0xE3, 0xFF), atol=0.01)


def test_floats_outside_the_range_and_nan_are_bounded():
    rgb = np.zeros((4, 4, 3), np.float32)
    rgb[0], rgb[1], rgb[2] = 7.0, -3.0, np.nan
    plate = plate_from_rgb(rgb, dither=False)
    assert plate.y[:4, 0].tolist() == [235, 16, 16, 16]


def test_dither_leaves_no_step_wider_than_a_few_pixels():
    """A dark gradient of 12 codes over 1024 px: rounding gives runs of 85 px, dither mixes neighbours everywhere."""
    shade = np.broadcast_to(np.linspace(0.02, 0.075, 1024, dtype=np.float32)[None, :, None], (64, 1024, 3))
    shade = np.ascontiguousarray(shade)
    dithered, rounded = (plate_from_rgb(shade, dither=flag).y[:64, :1024] for flag in (True, False))
    longest = max(len(run) for run in "".join("01"[int(b)] for b in np.diff(dithered[9].astype(int)) == 0).split("0"))
    assert longest < 48
    assert max(len(run) for run in "".join("01"[int(b)] for b in np.diff(rounded[9].astype(int)) == 0).split("0")) > 70
    assert np.abs(dithered.astype(int) - rounded).max() <= 1


def test_the_same_picture_dithers_the_same():
    rgb = np.random.default_rng(0).random((32, 32, 3), np.float32)
    assert same(plate_from_rgb(rgb), plate_from_rgb(rgb))


@given(st.integers(-9, 60), st.integers(-9, 40), st.integers(1, 21), st.integers(1, 17), st.sampled_from([255, 99]))
def test_sprites_blend_the_same_in_pieces_and_at_any_place(x, y, width, height, opacity):
    rng = np.random.default_rng(width * 31 + height)
    rgba_pixels = rng.integers(0, 256, (height, width, 4), dtype=np.uint8)
    sprite, mask = Sprite.from_rgba(rgba_pixels, x, y), MaskSprite(rgba_pixels[..., 3], x, y)
    assert sprite.rect == mask.rect == Rect(x, y, x + width, y + height).even()
    whole, pieces = noise_plate(64, 48), noise_plate(64, 48)
    clips = [(whole, [whole.bounds]), (pieces, tiles(pieces.bounds, 14))]
    for canvas, areas in clips:
        for clip in areas:
            sprite.blend(canvas, clip, opacity=opacity)
            mask.blend_tinted(canvas, clip, yuv("#FF2E97"), opacity)
    assert same(whole, pieces)


def test_an_opaque_sprite_shows_its_colours_and_its_edge_mixes_chroma_by_a_quarter():
    """A red pixel alone at an odd place: luma is all red there, chroma a quarter of the way."""
    pixel = np.array([[[255, 0, 0, 255]]], np.uint8)
    canvas = Canvas(16, 16)
    canvas.fill(yuv("#808080"))
    Sprite.from_rgba(pixel, 5, 7).blend(canvas, canvas.bounds)
    red, grey = yuv("#FF0000"), yuv("#808080")
    assert canvas.y[7, 5] == red.y
    assert (canvas.y[:16, :16] != grey.y).sum() == 1
    assert canvas.v[3, 2] == round(grey.v + (red.v - grey.v) * 64 / 255)
    assert (canvas.v[:8, :8] != grey.v).sum() == 1


def test_clear_pixels_do_not_colour_an_edge():
    """Green under alpha 0 beside white must leave white's chroma: colours are weighted by their alpha."""
    pixels = np.zeros((4, 4, 4), np.uint8)
    pixels[...] = (0, 255, 0, 0)
    pixels[:, :1] = (255, 255, 255, 255)
    canvas = Canvas(16, 16)
    canvas.fill(yuv("#808080"))
    Sprite.from_rgba(pixels, 4, 4).blend(canvas, canvas.bounds)
    assert (canvas.u == 128).all() and (canvas.v == 128).all()


def test_a_part_of_a_mask_is_tinted_alone():
    mask = MaskSprite(np.full((10, 20), 255, np.uint8), 10, 10)
    canvas = Canvas(64, 32)
    mask.blend_tinted(canvas, canvas.bounds, Yuv(200, 100, 50), part=Rect(15, 0, 20, 32))
    rows, columns = np.nonzero(canvas.y[:32, :64] == 200)
    assert (columns.min(), columns.max() + 1, rows.min(), rows.max() + 1) == (14, 20, 10, 20)
