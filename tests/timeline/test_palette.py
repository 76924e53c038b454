"""Contrast of colours as WCAG measures it."""

import pytest

from wavereel.timeline.palette import contrast, luminance, mix, strongest


def test_black_and_white_are_the_ends():
    assert contrast("#000000", "#FFFFFF") == 21
    assert contrast("#FFF", "#FFFFFFFF") == 1
    assert luminance("#000") == 0


def test_a_published_value():
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.478, abs=0.001)  # WCAG's well-known near miss


def test_the_order_of_two_colours_does_not_matter():
    assert contrast("#123456", "#ABCDEF") == contrast("#ABCDEF", "#123456")


def test_strongest_is_the_first_that_holds_everywhere():
    colors = ["#808080", "#101060", "#FFD23F", "#FF0000"]
    assert strongest(colors, ["#000000", "#202020"], 4.5) == "#FFD23F"
    assert strongest(colors, ["#000000", "#FFFFFF"], 4.5) is None


def test_mix_lays_one_colour_over_another():
    assert mix("#000000", "#FFFFFF", 0.5) == "#808080"
    assert mix("#102030", "#FFFFFF", 0) == "#102030"
