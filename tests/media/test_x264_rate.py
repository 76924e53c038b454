"""Rate factors and rate bounds of full motion, and that neither changes the headers that segments share."""

from fractions import Fraction

import numpy as np
import pytest

from wavereel.media.h264_level import lowest_level
from wavereel.media.quality import QUALITY_QP, qp_of_crf
from wavereel.media.x264 import X264Segment, X264Settings, x264_parameters


def coded(max_bit_rate, *, full_motion=True):
    """A second of noise, 160 by 96 at 25 frames."""
    settings = X264Settings(160, 96, Fraction(25), 25, 12, "ultrafast", max_bit_rate)
    segment = X264Segment(settings, full_motion=full_motion)
    rng = np.random.default_rng(1)
    packets = []
    for _ in range(25):
        planes = tuple(rng.integers(30, 220, shape, np.uint8) for shape in ((96, 160), (48, 80), (48, 80)))
        packets += segment.encode(planes, None)
    return packets + list(segment.finish())


def headers(packets):
    """The parameter sets before the first picture."""
    first = bytes(packets[0].data)
    units = first.split(b"\0\0\1")
    return [unit.rstrip(b"\0") for unit in units if unit and unit[0] & 31 in (7, 8)]


def test_a_bound_of_the_rate_bounds_full_motion_and_all_segments_share_their_headers():
    free, bound, still = coded(0), coded(600_000), coded(600_000, full_motion=False)
    assert len(free) == len(bound) == 25
    assert sum(len(bytes(packet.data)) for packet in bound) * 8 < 1_300_000  # the buffer holds a second more
    assert sum(len(bytes(packet.data)) for packet in free) * 8 > 2_500_000
    assert headers(still) == headers(bound) and len(headers(bound)) == 2


@pytest.mark.parametrize(
    ("size", "fps", "bits", "level"),
    [
        ((1920, 1080), 30, 0, "4"),
        ((1920, 1080), 30, 25_000_000, "4"),
        ((1920, 1080), 30, 26_000_000, "4.1"),
        ((1080, 1920), 60, 25_000_000, "4.2"),
        ((1280, 720), 30, 5_000_000, "3.1"),
        ((160, 96), 25, 600_000, "1.3"),
        ((7680, 4320), 120, 0, "6.2"),
    ],
)
def test_the_lowest_level_that_takes_pictures_of_a_kind(size, fps, bits, level):
    assert lowest_level(*size, Fraction(fps), references=2, bits=bits) == level


def test_a_bound_says_nothing_where_little_moves():
    settings = X264Settings(160, 96, Fraction(25), 25, 21, "ultrafast", 600_000)
    assert "vbv" not in x264_parameters(settings, full_motion=False)
    assert "vbv-maxrate=600:vbv-bufsize=600" in x264_parameters(settings, full_motion=True)


@pytest.mark.promise("RENDER-QUALITY")
def test_a_rate_factor_is_a_quantiser_and_three_of_them_are_the_qualities():
    assert [qp_of_crf(crf) for crf in (20, 23, 28)] == list(QUALITY_QP.values())
    assert [qp_of_crf(crf) for crf in (0, 1.6, 51)] == [0, 0, 49]
