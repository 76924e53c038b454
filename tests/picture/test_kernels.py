"""The C library and the NumPy twins must give the same bytes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wavereel.picture.colors import Yuv
from wavereel.picture.geometry import Rect
from wavereel.picture.kernels import native
from wavereel.picture.kernels.api import SUB, UNIT, Kernels
from wavereel.picture.kernels.buffers import Planes, SpritePlanes
from wavereel.picture.kernels.reference import ReferenceKernels

NATIVE = native.load()
TWIN = ReferenceKernels()
BOTH = [pytest.param(TWIN, id="numpy")] + ([pytest.param(NATIVE, id="native")] if NATIVE else [])
needs_library = pytest.mark.skipif(NATIVE is None, reason="the C library is not built")


def noise(rng, *shape):
    """Random bytes, a third of them 0 and a few 255, as masks have them."""
    values = rng.integers(0, 256, shape, dtype=np.uint8)
    values[rng.random(shape) < 0.3] = 0
    values[rng.random(shape) < 0.1] = 255
    return values


def planes_of(rng, width, height, align=16):
    planes = Planes(width, height, align=align)
    for plane in (planes.y, planes.u, planes.v):
        plane[...] = rng.integers(0, 256, plane.shape, dtype=np.uint8)
    return planes


def sprite_of(rng, width, height):
    sprite = SpritePlanes(width, height)
    for plane in (sprite.y, sprite.u, sprite.v, sprite.a, sprite.ca):
        plane[...] = noise(rng, *plane.shape)
    return sprite


def twice(planes):
    twin = Planes(planes.width, planes.height, align=16)
    for a, b in zip((twin.y, twin.u, twin.v), (planes.y, planes.u, planes.v), strict=True):
        a[...] = b
    return twin


def assert_same(a, b):
    for one, other in zip((a.y, a.u, a.v), (b.y, b.u, b.v), strict=True):
        np.testing.assert_array_equal(one, other)


even = st.integers(0, 20).map(lambda n: 2 * n)
seeds = st.integers(0, 2**32 - 1)


@needs_library
@settings(max_examples=60, deadline=None)
@given(seeds, even, even, st.integers(1, 700), st.integers(1, 20), st.integers(0, 255))
def test_blends_agree(seed, x, y, half_width, half_height, opacity):
    rng = np.random.default_rng(seed)
    width, height = 2 * half_width, 2 * half_height
    base = planes_of(rng, 48 + width, 48 + height)
    sprite, mask = sprite_of(rng, width, height), noise(rng, height, width)
    colors = planes_of(rng, width, height, align=2)
    rect = Rect(x, y, x + width, y + height)
    inner = Rect(x + 2 * (half_width // 3), y + 2 * (half_height // 3), x + width, y + height)
    color = Yuv(*(int(v) for v in rng.integers(0, 256, 3)))

    def run(kernels: Kernels) -> Planes:
        target = twice(base)
        kernels.fill(target, inner, color, opacity)
        kernels.blend_sprite(target, sprite, x, y, inner, opacity)
        kernels.blend_mask(target, mask, x, y, inner, color, opacity)
        kernels.blend_mask_planes(target, mask, colors, x, y, rect, opacity)
        return target

    assert NATIVE is not None
    painted = run(TWIN)
    assert_same(painted, run(NATIVE))
    one, other = twice(base), twice(base)
    TWIN.copy(one, painted, inner)
    NATIVE.copy(other, painted, inner)
    assert_same(one, other)


@pytest.mark.parametrize("kernels", BOTH)
def test_blending_is_exact_at_the_ends_and_touches_nothing_else(kernels):
    rng = np.random.default_rng(3)
    base = planes_of(rng, 64, 32)
    target = twice(base)
    mask = np.full((8, 16), 255, np.uint8)
    rect = Rect(10, 4, 26, 12)
    kernels.blend_mask(target, mask, 10, 4, rect, Yuv(200, 90, 30), 0)
    assert_same(target, base)
    kernels.blend_mask(target, mask, 10, 4, rect, Yuv(200, 90, 30), 255)
    expected = twice(base)
    expected.y[4:12, 10:26] = 200
    expected.u[2:6, 5:13] = 90
    expected.v[2:6, 5:13] = 30
    assert_same(target, expected)


@pytest.mark.parametrize("kernels", BOTH)
def test_every_mix_is_the_rounded_one(kernels):
    under = Planes(512, 256)
    under.y[...] = np.arange(512, dtype=np.uint16).astype(np.uint8)
    alpha = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 512, 1)
    kernels.blend_mask(under, alpha, 0, 0, Rect(0, 0, 512, 256), Yuv(201, 0, 0), 255)
    d, a = np.meshgrid(np.arange(512) % 256, np.arange(256))
    np.testing.assert_array_equal(under.y, (2 * (d * (255 - a) + 201 * a) + 255) // 510)


@needs_library
@settings(max_examples=40, deadline=None)
@given(seeds, st.integers(1, 40), st.integers(1, 12), st.booleans())
def test_conversions_agree(seed, half_width, half_height, dither):
    rng = np.random.default_rng(seed)
    width, height = 2 * half_width, 2 * half_height
    deep = rng.integers(0, 65536, (height, width, 3), dtype=np.uint16)
    rgba = np.dstack([noise(rng, height, width) for _ in range(4)])
    assert NATIVE is not None
    pairs = []
    for kernels in (TWIN, NATIVE):
        planes, sprite = Planes(width, height, align=16), SpritePlanes(width, height)
        kernels.rgb16_to_planes(planes, deep, dither)
        kernels.rgba_to_sprite(sprite, rgba)
        pairs.append((planes, sprite))
    assert_same(pairs[0][0], pairs[1][0])
    assert_same(pairs[0][1], pairs[1][1])
    np.testing.assert_array_equal(pairs[0][1].a, pairs[1][1].a)
    np.testing.assert_array_equal(pairs[0][1].ca, pairs[1][1].ca)


@needs_library
@settings(max_examples=30, deadline=None)
@given(seeds, st.floats(0.4, 1.8), st.integers(-200000, 200000), st.integers(-200000, 200000))
def test_resampling_agrees(seed, scale, start_x, start_y):
    rng = np.random.default_rng(seed)
    values, alpha = noise(rng, 14, 22), noise(rng, 14, 22)
    results = []
    assert NATIVE is not None
    for kernels in (TWIN, NATIVE):
        out, out_alpha = np.empty((20, 30), np.uint8), np.empty((20, 30), np.uint8)
        kernels.resample(values, alpha, out, out_alpha, start_x, start_y, round(65536 / scale))
        results.append((out, out_alpha))
    np.testing.assert_array_equal(results[0][0], results[1][0])
    np.testing.assert_array_equal(results[0][1], results[1][1])


@needs_library
@settings(max_examples=80, deadline=None)
@given(seeds, st.integers(1, 60))
def test_capsules_agree(seed, count):
    rng = np.random.default_rng(seed)
    width, height = 160, 90
    angle = rng.uniform(0, 2 * np.pi, count)
    upright = rng.random(count) < 0.4
    unit = np.round(np.stack([np.cos(angle), np.sin(angle)]) * UNIT)
    unit[:, upright] = [[0], [UNIT]]
    rows = [
        rng.integers(-30 * SUB, 190 * SUB, count),
        rng.integers(-30 * SUB, 120 * SUB, count),
        *unit,
        rng.integers(0, 80 * SUB, count),
        rng.integers(0, 14 * SUB, count),
    ]
    capsules = np.ascontiguousarray(np.stack(rows, 1).astype(np.int32))
    masks = [np.zeros((height, width), np.uint8) for _ in range(2)]
    assert NATIVE is not None
    TWIN.capsules(masks[0], capsules)
    NATIVE.capsules(masks[1], capsules)
    np.testing.assert_array_equal(*masks)


@needs_library
@settings(max_examples=60, deadline=None)
@given(seeds, st.integers(1, 600), st.integers(1, 60))
def test_spans_agree(seed, width, height):
    rng = np.random.default_rng(seed)
    top = rng.integers(-20 * SUB, (height + 20) * SUB, width).astype(np.int32)
    bottom = (top + rng.integers(0, height * SUB, width)).astype(np.int32)
    gains = [rng.integers(300, 16321, width).astype(np.int32) for _ in range(2)]
    masks = [noise(rng, height, width) for _ in range(2)]
    assert NATIVE is not None
    TWIN.spans(masks[0], top, gains[0], bottom, gains[1])
    NATIVE.spans(masks[1], top, gains[0], bottom, gains[1])
    np.testing.assert_array_equal(*masks)


@needs_library
@settings(max_examples=40, deadline=None)
@given(seeds, st.integers(1, 300), st.integers(1, 60), st.integers(0, 9), st.integers(0, 700), st.booleans())
def test_select_fade_and_glow_agree(seed, width, height, radius, strength, below):
    rng = np.random.default_rng(seed)
    cells = noise(rng, height, width)
    split = rng.integers(-3, height + 3, width).astype(np.int32)
    assert NATIVE is not None
    masks = []
    for kernels in (TWIN, NATIVE):
        mask = np.full((height, width), 77, np.uint8)
        kernels.select(mask, cells, split, below)
        kernels.fade(mask, cells[:, 0].copy(), cells[0].copy())
        kernels.glow(mask, np.empty((2, -(-height // 4), -(-width // 4)), np.uint16), radius, strength)
        masks.append(mask)
    np.testing.assert_array_equal(*masks)


@needs_library
def test_long_capsules_agree():
    """As long as a bar across an 8K canvas, level and slanted."""
    slant = (round(0.9995 * UNIT), round(0.0316 * UNIT))
    rows = [[300, 9 * SUB, UNIT, 0, 7600 * SUB, 5 * SUB], [7600 * SUB, 20 * SUB, -UNIT, 0, 7000 * SUB, 2 * SUB]]
    rows.append([20 * SUB, 2 * SUB, *slant, 4000 * SUB, 3 * SUB])
    masks = [np.zeros((32, 7680), np.uint8) for _ in range(2)]
    assert NATIVE is not None
    for kernels, mask in zip((TWIN, NATIVE), masks, strict=True):
        kernels.capsules(mask, np.array(rows, np.int32))
    np.testing.assert_array_equal(*masks)
    assert (masks[0][9, 20:7580] == 255).all()


@needs_library
@settings(max_examples=20, deadline=None)
@given(seeds, st.integers(1, 60))
def test_discs_and_lookups_agree(seed, count):
    """Large discs, whose inside the C library fills without measuring it."""
    rng = np.random.default_rng(seed)
    rows = [rng.integers(-9000, 9000, (2, count)), np.zeros((1, count)), np.full((1, count), UNIT)]
    sizes = [rng.integers(0, 900, (1, count)), rng.integers(1, 100 * SUB, (1, count))]
    capsules = np.ascontiguousarray(np.concatenate(rows + sizes).T.astype(np.int32))
    table = noise(rng, 256)
    assert NATIVE is not None
    masks = []
    for kernels in (TWIN, NATIVE):
        for part in np.split(capsules, count):
            mask = np.zeros((130, 150), np.uint8)
            kernels.capsules(mask, np.ascontiguousarray(part))
            other = np.empty_like(mask)
            kernels.lookup(other, mask.astype(np.uint16), table)
            masks += [mask, other]
    half = len(masks) // 2
    for one, other in zip(masks[:half], masks[half:], strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("kernels", BOTH)
def test_a_capsule_covers_its_area(kernels):
    """Coverage sums to the area of the shape: a straight part of 20 by 6 px and two half circles of radius 3."""
    mask = np.zeros((60, 60), np.uint8)
    kernels.capsules(mask, np.array([[30 * SUB, 15 * SUB, 0, UNIT, 20 * SUB, 3 * SUB]], np.int32))
    assert mask.sum() / 255 == pytest.approx(20 * 6 + np.pi * 9, abs=0.7)
    assert mask[25, 28:32].tolist() == [255] * 4
    assert mask[25, :27].max() == 0


@pytest.mark.parametrize("kernels", BOTH)
def test_a_span_covers_its_height(kernels):
    mask = np.full((20, 4), 9, np.uint8)
    edges = [np.full(4, v, np.int32) for v in (4 * SUB + 16, 16320, 9 * SUB + 32, 16320)]
    kernels.spans(mask, *edges)
    assert mask[:, 0].tolist() == [0] * 4 + [191] + [255] * 4 + [128] + [0] * 10


@pytest.mark.parametrize("kernels", BOTH)
@pytest.mark.parametrize(
    ("rgb", "expected"),
    [((0, 0, 0), (16, 128, 128)), ((65535,) * 3, (235, 128, 128)), ((65535, 0, 0), (63, 102, 240))],
)
def test_plain_colours_convert_exactly(kernels, rgb, expected):
    planes = Planes(16, 16)
    kernels.rgb16_to_planes(planes, np.full((16, 16, 3), rgb, np.uint16), False)
    assert {(int(a), int(b), int(c)) for a, b, c in zip(planes.y.flat, planes.u.flat, planes.v.flat, strict=False)} == {
        expected
    }


@pytest.mark.parametrize("kernels", BOTH)
def test_dither_keeps_the_mean_of_a_shallow_gradient(kernels):
    """Between two codes the share of the upper one is the fraction, over every 16 columns."""
    planes = Planes(512, 64)
    grey = np.linspace(0.1, 0.11, 512)
    deep = np.broadcast_to(np.round(grey * 65535)[None, :, None], (64, 512, 3)).astype(np.uint16)
    kernels.rgb16_to_planes(planes, np.ascontiguousarray(deep), True)
    local = planes.y.reshape(64, 32, 16).mean(axis=(0, 2))
    np.testing.assert_allclose(local, (16 + 219 * grey).reshape(32, 16).mean(1), atol=0.03)


def test_a_missing_or_broken_library_is_no_library(tmp_path: Path):
    assert native.load(tmp_path / "none.so") is None
    broken = tmp_path / "broken.so"
    broken.write_bytes(b"not a library")
    assert native.load(broken) is None
