"""A clock moves only the figures that change, and grows a figure without touching its neighbours' places."""

import numpy as np
import pytest
from tests.picture.repaint import assert_damage_is_enough, noise_plate

from wavereel.picture.canvas import Canvas
from wavereel.picture.clock import ClockLayer
from wavereel.picture.colors import Yuv
from wavereel.picture.geometry import Rect
from wavereel.picture.text import TextStyle, draw_text, fit_text
from wavereel.times import format_time

BOX = Rect(10, 8, 230, 56)


def clock(start_s, stop_s, *, fps=2, align="left"):
    seconds = np.arange(start_s * fps, stop_s * fps, dtype=np.int32) // fps
    style = TextStyle("Inter", 32, 500, "#FFFFFF", align=align, tabular=True)
    return ClockLayer(lambda second: format_time(second * 1000), seconds, style, BOX, "center")


def shown(layer, frame):
    canvas = Canvas(240, 64)
    canvas.fill(Yuv(16, 128, 128))
    layer.paint(canvas, frame, canvas.bounds)
    return canvas.y[:64, :240].astype(int)


@pytest.mark.parametrize("align", ["left", "center", "right"])
@pytest.mark.parametrize(("start", "stop"), [(590, 610), (3590, 3610), (0, 12)])
def test_damage_covers_what_changes(start, stop, align):
    layer = clock(start, stop, align=align)
    assert_damage_is_enough(noise_plate(240, 64), [layer], range(2 * (stop - start)))


def test_a_tick_touches_only_the_last_figure():
    layer = clock(0, 5)
    before, after = shown(layer, 1), shown(layer, 2)
    columns = np.flatnonzero((before != after).any(0))
    ink = np.flatnonzero((before > 16).any(0))
    assert columns.min() > ink.min() + (ink.max() - ink.min()) // 2


@pytest.mark.parametrize("second", [0, 59, 60, 599, 600, 3599, 3600])
def test_every_length_of_time_is_set_as_a_line_of_text_would_be(second):
    layer = clock(0, 3601, fps=1)
    picture = shown(layer, second)
    style = TextStyle("Inter", 32, 500, "#FFFFFF", tabular=True)
    line = draw_text(fit_text(format_time(second * 1000), style, width_px=10_000, max_lines=1))
    ink = np.flatnonzero((picture > 60).any(0))
    drawn = np.flatnonzero((line.pixels[..., 3] > 60).any(0))
    assert abs((ink.max() - ink.min()) - (drawn.max() - drawn.min())) <= 2
