import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavereel.picture.palette import clustered, contrast, luminance, mixed


def test_contrast_of_wcag():
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)
    assert contrast((255, 0, 0), "#FFFFFF") == pytest.approx(4.0, abs=0.005)
    assert luminance("#FF0000") == pytest.approx(0.2126)


@given(st.tuples(*[st.integers(0, 255)] * 3), st.tuples(*[st.integers(0, 255)] * 3))
def test_contrast_is_the_same_both_ways(a, b):
    assert contrast(a, b) == contrast(b, a) >= 1


def test_mixing():
    assert mixed("#000000", "#FFFFFF", 0.5) == "#808080"
    assert mixed("#102030", "#FFFFFF", 0) == "#102030"


@given(st.integers(1, 200), st.integers(0, 2**32 - 1))
def test_clusters_of_any_pixels(count: int, seed: int):
    pixels = np.random.default_rng(seed).integers(0, 256, (count, 3), dtype=np.uint8)
    colours = clustered(pixels)
    assert 1 <= len(colours) <= 6
    assert len(set(colours)) == len(colours)
    assert clustered(pixels) == colours


def test_no_pixels_have_no_colours():
    assert clustered(np.zeros((0, 3), np.uint8)) == []
