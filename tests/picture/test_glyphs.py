import numpy as np
import pytest

from wavereel.picture.glyphs import Mask, rounded_box, soften, thicken


def dot(side: int = 1) -> Mask:
    return Mask(10, 20, np.full((side, side), 255, np.uint8))


@pytest.mark.parametrize("radius", [1.0, 2.5, 7.0])
def test_a_thickened_dot_is_a_disc_around_it(radius: float):
    grown = thicken(dot(), radius)
    height, width = grown.alpha.shape
    assert height == width
    middle = (10 - grown.x, 20 - grown.y)
    assert np.array_equal(grown.alpha, grown.alpha[::-1])
    assert np.array_equal(grown.alpha, grown.alpha[:, ::-1])
    assert np.array_equal(grown.alpha, grown.alpha.T)
    y, x = np.mgrid[0:height, 0:width]
    distance = np.hypot(x - middle[0], y - middle[1])
    assert (grown.alpha[distance <= radius - 0.5] == 255).all()
    assert (grown.alpha[distance >= radius + 0.5] == 0).all()


def test_thickening_a_bar_reaches_every_side_alike():
    mask = Mask(0, 0, np.full((3, 40), 255, np.uint8))
    grown = thicken(mask, 6.0)
    rows, columns = (grown.alpha == 255).any(1).nonzero()[0], (grown.alpha == 255).any(0).nonzero()[0]
    assert rows[0] + grown.y == -5
    assert rows[-1] + grown.y == 3 + 4
    assert columns[0] + grown.x == -5
    assert columns[-1] + grown.x == 40 + 4


def test_softening_keeps_the_amount_of_ink():
    mask = Mask(0, 0, np.full((30, 50), 200, np.uint8))
    soft = soften(mask, 4.0)
    assert int(soft.alpha.sum()) == pytest.approx(int(mask.alpha.sum()), rel=0.01)
    assert soft.x < 0
    assert soft.alpha.max() <= 200


def test_a_box_with_round_corners():
    box = rounded_box(40, 20, 8.0)
    assert box[0, 0] == 0
    assert box[10].min() == 255
    assert box[:, 20].min() == 255
    assert np.array_equal(box, box[::-1])
    assert np.array_equal(box, box[:, ::-1])
    assert (rounded_box(10, 6, 0) == 255).all()
    assert rounded_box(10, 10, 99)[0, 0] == 0
