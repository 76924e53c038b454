"""A canvas in a frame of another shape: black bars, nothing else changed."""

import threading

import av
import numpy as np
import pytest

from wavereel.errors import UsageError
from wavereel.render.export import ExportSettings, export
from wavereel.render.letterbox import centred
from wavereel.render.sources import Sources
from wavereel.timeline.codec import timeline_from_tree


def draft(colour="#808080"):
    tracks = [
        {"tt": 0, "m": {"role": "background"}, "sg": [{"s": 0, "d": 1000, "g": {"k": "color", "c": colour}}]},
        {"tt": 7, "m": {"role": "title"}, "sg": [{"s": 300, "d": 400, "txt": "Framed"}]},
    ]
    return timeline_from_tree({"v": 1, "d": 1000, "m": {"width": 160, "height": 90, "fps": 10}, "t": tracks})


def luma(path):
    with av.open(str(path)) as container:
        return [frame.reformat(format="gray").to_ndarray().astype(int) for frame in container.decode(video=0)]


def rendered(path, **settings):
    export(
        draft(),
        Sources({}),
        path,
        ExportSettings(preset="ultrafast", **settings),
        report=lambda _: None,
        cancelled=threading.Event(),
    )
    return luma(path)


def test_bars_are_black_and_the_picture_is_the_one_without_them(tmp_path):
    plain = rendered(tmp_path / "plain.mp4")
    framed = rendered(tmp_path / "framed.mp4", frame_px=(160, 160))
    assert len(framed) == len(plain) == 10
    top = centred((160, 90), (160, 160)).y0
    assert top == 34
    for frame, alone in zip(framed, plain, strict=True):
        assert frame.shape == (160, 160)
        assert frame[: top - 8].max() <= 3 and frame[top + 90 + 8 :].max() <= 3
        assert np.abs(frame[top + 4 : top + 86] - alone[4:86]).mean() < 2


def test_a_canvas_larger_than_its_frame_is_refused():
    with pytest.raises(UsageError, match="does not fit"):
        centred((200, 90), (160, 160))
