from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.picture.repaint import assert_damage_is_enough, assert_stillness_is_true, noise_plate

from wavereel.errors import UsageError
from wavereel.picture.canvas import Canvas
from wavereel.picture.geometry import Rect
from wavereel.picture.progress import ProgressStyle, progress_layer

KINDS = ["bar", "dot", "ring"]
WIDTH, HEIGHT = 256, 144
BOX = {"bar": Rect(20, 100, 236, 106), "dot": Rect(20, 96, 236, 112), "ring": Rect(60, 10, 180, 130)}


def layer_of(kind, span=(5, 305), ticks=(), **more):
    return progress_layer(BOX[kind], ProgressStyle(kind, "#FFFFFF", "#404040", **more), span, ticks)


def luma(layer, frame):
    canvas = Canvas(WIDTH, HEIGHT)
    layer.paint(canvas, frame, canvas.bounds)
    return canvas.y[:HEIGHT, :WIDTH].astype(int)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25)
@given(
    frames=st.lists(st.integers(0, 310), min_size=2, max_size=8),
    walk=st.integers(0, 300),
    ticks=st.lists(st.integers(0, 320), max_size=4),
    thickness=st.one_of(st.none(), st.floats(1, 9)),
)
def test_repairing_damage_gives_the_whole_picture(kind, frames, walk, ticks, thickness):
    layer = layer_of(kind, ticks=ticks, thickness=thickness)
    assert_damage_is_enough(noise_plate(WIDTH, HEIGHT), [layer], [*frames, *range(walk, walk + 5)])


@pytest.mark.parametrize("kind", KINDS)
def test_only_what_moved_is_damaged(kind):
    layer = layer_of(kind)
    for frame in range(6, 304):
        assert sum(rect.area for rect in layer.damage(frame - 1, frame)) <= 34 * 34


@pytest.mark.parametrize("kind", KINDS)
def test_stillness_is_never_claimed_wrongly(kind):
    layer = layer_of(kind, span=(5, 4005))
    for first, stop in ((0, 5), (3, 9), (40, 42), (4003, 4010), (4005, 4009)):
        assert_stillness_is_true(noise_plate(WIDTH, HEIGHT), layer, first, stop)
    assert layer.is_still(0, 5)
    assert not layer.is_still(4, 6)


def test_the_bar_is_empty_at_the_start_half_in_the_middle_and_full_at_the_end():
    layer = layer_of("bar", span=(0, 201))
    covered = [(luma(layer, frame)[103, 20:236] > 200).sum() for frame in (0, 100, 200)]
    assert covered[0] <= 7
    assert covered[1] == pytest.approx(3 + 105 + 3, abs=1)
    assert covered[2] >= 214


def test_the_mark_moves_from_end_to_end():
    layer = layer_of("dot", span=(0, 101))
    places = []
    for frame in (0, 50, 100):
        columns = np.flatnonzero(luma(layer, frame)[98] > 150)
        places.append((columns[0] + columns[-1] + 1) / 2)
    assert places == [28, 128, 228]


def test_the_ring_closes():
    first, half, last = (luma(layer_of("ring", span=(0, 101)), frame) for frame in (0, 50, 100))
    assert (first > 200).sum() < 40
    assert (half[:, :118] > 200).sum() < 40
    np.testing.assert_allclose(last[:, :120], last[:, 120:240][:, ::-1], atol=14)
    assert (last[70, 60:66] > 200).any()


def test_ticks_are_seen_on_both_sides_of_the_end():
    ticked, plain = (luma(layer_of("bar", span=(0, 201), ticks=ticks), 100) for ticks in ((50, 150), ()))
    columns = np.flatnonzero((ticked != plain).any(0))
    assert [columns[columns < 128].mean(), columns[columns > 128].mean()] == pytest.approx([75.5, 180.5], abs=1)


def test_an_unknown_kind_is_said():
    with pytest.raises(UsageError, match="'clock' is no progress style: use one of bar, dot, ring"):
        progress_layer(BOX["bar"], ProgressStyle("clock"), (0, 10))  # type: ignore[arg-type]
