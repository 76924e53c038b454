"""Segments are coded in any order by any number of threads and come out the same."""

import threading
from fractions import Fraction

import pytest
from tests.render.boxes import Ground, MovingBox

from wavereel.errors import Cancelled
from wavereel.media.x264 import X264Settings
from wavereel.render.encoder import X264Encoder
from wavereel.render.segments import SegmentJob, render_segments, segment_ranges


def job(frames=70, keyint=10, fps=2):
    settings = X264Settings(80, 96, Fraction(fps), keyint, preset="ultrafast")
    return SegmentJob([Ground(), MovingBox()], 80, 96, frames, keyint, float(fps), X264Encoder(settings))


def coded(folder, workers, **kind):
    counted = []
    spools = list(
        render_segments(job(**kind), folder, workers=workers, on_frames=counted.append, cancelled=threading.Event())
    )
    return [picture for spool in spools for picture in spool.read()], sum(counted)


@pytest.mark.parametrize(
    ("frames", "keyint", "fps", "expected"),
    [
        (900, 300, 30, [(0, 300), (300, 600), (600, 900)]),
        (700, 15, 30, [(0, 300), (300, 600), (600, 700)]),
        (1, 300, 30, [(0, 1)]),
        (100, 64, 5, [(0, 64), (64, 100)]),
        (2000, 1200, 120, [(0, 1200), (1200, 2000)]),
    ],
)
def test_segments_are_whole_gops_of_about_ten_seconds(frames, keyint, fps, expected):
    assert segment_ranges(frames, keyint, fps) == expected


def test_the_bytes_are_the_same_at_any_number_of_workers(tmp_path):
    results = []
    for workers in (1, 2, 5):
        folder = tmp_path / str(workers)
        folder.mkdir()
        results.append(coded(folder, workers))
    assert results[0] == results[1] == results[2]
    pictures, counted = results[0]
    assert len(pictures) == counted == 70
    assert [number for number, picture in enumerate(pictures) if picture.key] == [0, 10, 20, 30, 40, 50, 60]


def test_all_segments_have_equal_parameter_sets(tmp_path):
    pictures, _ = coded(tmp_path, 2, frames=60, keyint=20)
    heads = {picture.data[: picture.data.index(b"\x00\x00\x01\x65")] for picture in pictures if picture.key}
    assert len({head.split(b"\x00\x00\x01\x06")[0] for head in heads}) == 1


def test_a_cancelled_rendering_stops(tmp_path):
    cancelled = threading.Event()

    def stop(_: int) -> None:
        cancelled.set()

    with pytest.raises(Cancelled):
        list(render_segments(job(frames=4000), tmp_path, workers=2, on_frames=stop, cancelled=cancelled))


def test_a_failing_segment_stops_the_others_and_is_heard(tmp_path):
    class Broken(MovingBox):
        def paint(self, canvas, frame, clip):
            if frame == 33:
                raise ValueError("frame 33")
            super().paint(canvas, frame, clip)

        def fork(self):
            return Broken()

    broken = job()
    broken = SegmentJob([Ground(), Broken()], 80, 96, 70, 10, 2.0, broken.encoder)
    with pytest.raises(ValueError, match="frame 33"):
        list(render_segments(broken, tmp_path, workers=2, on_frames=lambda _: None, cancelled=threading.Event()))
