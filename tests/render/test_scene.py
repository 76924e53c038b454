"""The scene repaints what changed, and only that, and the pixels are those of painting everything."""

import numpy as np
import pytest
from tests.render.boxes import Ground, MovingBox

from wavereel.picture.geometry import Rect
from wavereel.render.scene import Scene, damage_share, macroblock_map


def layers():
    return [Ground(), MovingBox(), MovingBox(90, y=14, alpha=100), MovingBox(120, y=60)]


def planes(canvas):
    return [
        plane[: canvas.height // k, : canvas.width // k].copy()
        for plane, k in ((canvas.y, 1), (canvas.u, 2), (canvas.v, 2))
    ]


@pytest.mark.parametrize(("first", "stop"), [(0, 25), (7, 40), (19, 22)])
def test_repainted_frames_equal_frames_painted_from_nothing(first, stop):
    scene = Scene(layers(), 80, 96)
    for number, (canvas, _) in enumerate(scene.frames(first, stop)):
        whole = Scene(layers(), 80, 96).still(first + number)
        for repaired, fresh in zip(planes(canvas), planes(whole), strict=True):
            assert np.array_equal(repaired, fresh), first + number


def test_every_pixel_that_differs_is_in_the_damage():
    scene = Scene(layers(), 80, 96)
    before = None
    for canvas, damage in scene.frames(0, 40):
        now = planes(canvas)[0].astype(int)
        if before is not None:
            covered = np.zeros_like(now, bool)
            for rect in damage:
                covered[rect.y0 : rect.y1, rect.x0 : rect.x1] = True
            assert not np.any((now != before) & ~covered)
            assert covered.sum() < now.size // 3
        before = now


def test_the_first_frame_of_a_segment_is_all_damage():
    assert next(iter(Scene(layers(), 80, 96).frames(3, 5)))[1] is None


def test_still_layers_at_the_bottom_are_painted_once_a_segment():
    ground = Ground()
    for _ in Scene([ground, MovingBox()], 80, 96).frames(0, 30):
        pass
    assert ground.painted == 1


def test_a_still_layer_over_a_moving_one_is_repainted_with_it():
    class Lid(MovingBox):
        def damage(self, previous, frame):
            return []

        def is_still(self, first, stop):
            return True

        def place(self, frame):
            return Rect(0, 10, 80, 14)

    scene = Scene([Ground(), MovingBox(), Lid(20)], 80, 96)
    for canvas, _ in scene.frames(0, 10):
        assert set(np.unique(canvas.y[10:14, :80])) == {20}


def test_macroblocks_that_a_rectangle_touches_are_marked():
    marked = macroblock_map([Rect(14, 16, 18, 32), Rect(78, 94, 80, 96)], 80, 96)
    assert marked.shape == (6, 5)
    assert np.argwhere(marked).tolist() == [[1, 0], [1, 1], [5, 4]]
    assert macroblock_map(None, 81, 96).shape == (6, 6)
    assert macroblock_map(None, 81, 96).all()


def test_the_share_of_damage_is_the_mean_over_frames():
    bounds = Rect(0, 0, 80, 96)
    assert damage_share([Ground()], 0, 30, bounds) == 0
    one_step = Rect(0, 0, 18, 8).area / bounds.area
    assert damage_share([Ground(), MovingBox()], 0, 15, bounds) == pytest.approx(one_step)
    assert damage_share([MovingBox()], 4, 5, bounds) == 0
