"""How clips come, go and give way to each other: levels of grey, read from painted frames."""

import itertools
import threading
from fractions import Fraction

import av
import numpy as np
import pytest

from wavereel.picture.images import encode_png
from wavereel.render.compose import compose, wanted_listening
from wavereel.render.look import look_of
from wavereel.render.scene import Scene
from wavereel.render.sound import listen
from wavereel.render.soundplan import mix_of
from wavereel.render.sources import Sources
from wavereel.timeline.codec import timeline_from_tree

DARK, LIGHT = "#000000", "#FFFFFF"
BLACK, WHITE = 16, 235


def layers_of(tracks, tmp_path, paths=None, fps=10, length_ms=4000):
    timeline = timeline_from_tree(
        {"v": 1, "d": length_ms, "m": {"width": 64, "height": 32, "fps": fps, "bg": DARK}, "t": tracks}
    )
    sources = Sources(paths or {})
    look = look_of(timeline, sources)
    heard = listen(
        mix_of(timeline, sources),
        wanted_listening(timeline),
        fps=timeline.fps,
        frames=look.frames,
        measure=False,
        folder=tmp_path,
        on_share=lambda _: None,
        cancelled=threading.Event(),
    )
    return look, compose(look, heard.analyses)


def greys(tracks, tmp_path, frames, at=(16, 32), **more):
    """Luma of a pixel in some frames, each checked to be the same painted from nothing and along the way."""
    _, layers = layers_of(tracks, tmp_path, **more)
    along = [int(canvas.y[at]) for canvas, _ in Scene([layer.fork() for layer in layers], 64, 32).frames(0, 40)]
    found = []
    for frame in frames:
        found.append(int(Scene([layer.fork() for layer in layers], 64, 32).still(frame).y[at]))
        assert found[-1] == along[frame]
    return found


def ground(segments):
    return [{"tt": 0, "m": {"role": "background"}, "sg": segments}]


def color(start, length, value, **more):
    return {"s": start, "d": length, "g": {"k": "color", "c": value}, **more}


def test_a_cut_is_a_cut(tmp_path):
    clips = [color(0, 2000, DARK, tr={"k": "cut", "d": 500}), color(2000, 2000, LIGHT)]
    assert greys(ground(clips), tmp_path, (19, 20)) == [BLACK, WHITE]


def test_a_dissolve_rises_around_the_cut(tmp_path):
    clips = [color(0, 2000, DARK, tr={"k": "dissolve", "d": 800}), color(2000, 2000, LIGHT)]
    found = greys(ground(clips), tmp_path, range(15, 26))
    assert found[0] == BLACK
    assert found[-2:] == [WHITE, WHITE]
    assert all(a < b for a, b in itertools.pairwise(found[:10]))
    assert found[1:9] == [BLACK + round((WHITE - BLACK) * k / 9) for k in range(1, 9)]


def test_a_fade_through_black_darkens_both_sides(tmp_path):
    clips = [color(0, 2000, LIGHT, tr={"k": "fade_black", "d": 800}), color(2000, 2000, LIGHT)]
    found = greys(ground(clips), tmp_path, range(15, 25))
    assert found[0] == found[-1] == WHITE
    assert found[1:9] == [found[9 - k] for k in range(1, 9)]
    assert found[4] == found[5] < 70


def test_fades_opacity_and_entrances_of_what_is_no_sprite(tmp_path):
    faded = ground([color(0, 4000, LIGHT, fi=1000, fo=1000)])
    found = greys(faded, tmp_path, (0, 9, 10, 29, 30, 39))
    assert found[1] < found[2] == found[3] == WHITE > found[4]
    assert found[0] == found[5] < 60
    half = ground([color(0, 4000, LIGHT, x={"o": 0.5})])
    assert greys(half, tmp_path, (0, 20)) == [126, 126]
    entering = ground([color(0, 4000, LIGHT, an={"in": {"k": "fade", "d": 500}})])
    found = greys(entering, tmp_path, (0, 5))
    assert found[0] < 80
    assert found[1] == WHITE


def test_a_zoom_enlarges_about_the_middle(tmp_path):
    picture = np.zeros((32, 64, 3), np.uint8)
    picture[8:24, 16:48] = 255  # half of each side; twice as large it fills all
    path = tmp_path / "square.png"
    path.write_bytes(encode_png(picture))
    clip = {"s": 0, "d": 4000, "src": "p", "x": {"fit": "cover"}, "fx": [{"k": "zoom", "from": 1.0, "to": 2.2}]}
    tracks = [{"tt": 0, "m": {"role": "main"}, "sg": [clip]}]
    found = greys(tracks, tmp_path, (0, 39), at=(3, 6), paths={"p": path})
    assert found == [BLACK, WHITE]
    assert greys(tracks, tmp_path, (0, 39), paths={"p": path}) == [WHITE, WHITE]


@pytest.fixture
def counting(tmp_path):
    """Two seconds at 10 frames a second whose frame `n` has the luma `20 + 10 * n`."""
    path = tmp_path / "counting.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=10, options={"qp": "0"})
        stream.width, stream.height, stream.pix_fmt = 64, 32, "yuv420p"
        for number in range(20):
            frame = av.VideoFrame(64, 32, "yuv420p")
            for plane, value in zip(frame.planes, (20 + 10 * number, 128, 128), strict=True):
                plane.update(bytes([value]) * plane.buffer_size)
            frame.pts, frame.time_base = number, Fraction(1, 10)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def shown(tracks, tmp_path, path, frames):
    return [(grey - 20) / 10 for grey in greys(tracks, tmp_path, frames, paths={"v": path})]


def main(*segments):
    return [{"tt": 0, "mu": True, "m": {"role": "main"}, "sg": list(segments)}]


def test_a_video_is_trimmed_held_looped_and_run_faster(tmp_path, counting):
    trimmed = main({"s": 1000, "d": 2000, "src": "v", "ss": 500, "se": 1000})
    assert shown(trimmed, tmp_path, counting, (10, 14, 15, 29)) == [5, 9, 9, 9]
    looped = main({"s": 1000, "d": 2000, "src": "v", "ss": 500, "se": 1000, "lp": True})
    assert shown(looped, tmp_path, counting, (10, 14, 15, 21)) == [5, 9, 5, 6]
    faster = main({"s": 0, "d": 2000, "src": "v", "sp": 2})
    assert shown(faster, tmp_path, counting, (0, 3, 9, 12)) == [0, 6, 18, 19]


def test_a_dissolve_takes_pictures_from_the_handles(tmp_path, counting):
    """Below its end a clip runs on, above its start the next one has begun: both seen through each other."""
    clips = main(
        {"s": 0, "d": 1000, "src": "v", "se": 1000, "tr": {"k": "dissolve", "d": 400}},
        {"s": 1000, "d": 1000, "src": "v", "ss": 500},
    )
    found = greys(clips, tmp_path, (7, 8, 11, 12), paths={"v": counting})
    below, above = [20 + 10 * n for n in (8, 11)], [20 + 10 * n for n in (3, 6)]
    assert found[0] == 20 + 70
    assert found[1] == pytest.approx(below[0] * 0.8 + above[0] * 0.2, abs=1)
    assert found[2] == pytest.approx(below[1] * 0.2 + above[1] * 0.8, abs=1)
    assert found[3] == 20 + 70
