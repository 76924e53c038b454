"""Pictures that ask for too much, or are not quite what their kind promises."""

import io
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from wavereel.errors import LimitError
from wavereel.picture import images
from wavereel.picture.images import load_picture

MEASURE = """
import resource, sys
from pathlib import Path
import numpy, PIL.Image, PIL.PngImagePlugin
from wavereel.picture import images
images._WORKING_SIDE_PX = 256
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
images.load_picture(Path(sys.argv[1]))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("mode", ["RGBA", "P", "I;16"])
def test_a_large_picture_costs_its_own_pixels_and_little_more(tmp_path, mode):
    side = 3000
    deep = Image.fromarray(np.full((side, side), 30_000, np.uint16))
    path = tmp_path / "large.png"
    (deep if mode == "I;16" else Image.new(mode, (side, side))).save(path, compress_level=1)
    done = subprocess.run([sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True)
    unit = 1 if sys.platform == "darwin" else 1024
    assert int(done.stdout) * unit < 1.6 * side * side * 4


def test_strips_leave_no_seams(monkeypatch):
    rows, columns = np.mgrid[0:700, 0:300]
    waves = [128 + 100 * np.sin(rows / 9 + turn) * np.cos(columns / 7) for turn in range(3)]
    smooth = np.stack(waves, axis=-1).astype(np.uint8)
    data = saved(Image.fromarray(smooth), "PNG")
    monkeypatch.setattr(images, "_WORKING_SIDE_PX", 333)
    monkeypatch.setattr(images, "_STRIP_PX", 17)
    found = load_picture(data).frame(0)
    whole = np.asarray(Image.fromarray(smooth).convert("RGBA").resize((143, 333), Image.Resampling.LANCZOS))
    assert found.shape == (333, 143, 4)
    assert np.abs(found.astype(int) - whole).max() <= 1


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_brought_down_is_upright_too(monkeypatch, orientation):
    monkeypatch.setattr(images, "_WORKING_SIDE_PX", 64)
    pixels = np.zeros((100, 200, 3), np.uint8)
    pixels[:50, :100] = 255
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = load_picture(saved(Image.fromarray(pixels), "PNG", exif=exif))
    assert (picture.width, picture.height) == ((64, 32) if orientation < 5 else (32, 64))
    bright = np.argwhere(picture.frame(0)[..., 0] > 128)
    row, column = bright.mean(axis=0) < np.array([picture.height, picture.width]) / 2
    assert (bool(row), bool(column)) == {
        1: (True, True), 2: (True, False), 3: (False, False), 4: (False, True),
        5: (True, True), 6: (True, False), 7: (False, False), 8: (False, True),
    }[orientation]  # fmt: skip


def test_a_jpeg_with_a_second_picture_inside_stands_still():
    first, second = Image.new("RGB", (64, 48), "red"), Image.new("RGB", (64, 48), "blue")
    data = saved(first, "MPO", save_all=True, append_images=[second])
    picture = load_picture(data)
    assert picture.durations_ms == (0,)
    assert picture.frame(0)[20, 20, 0] > 200


def test_an_animation_of_many_large_frames_is_refused_before_it_is_decoded(monkeypatch):
    monkeypatch.setattr(images, "MAX_MOVING_PIXELS", 64 * 64 * 3)
    frames = [Image.new("RGB", (64, 64), color) for color in ("red", "green", "blue", "white")]
    for kind in ("GIF", "WEBP", "PNG"):
        with pytest.raises(LimitError, match="4 frames of 64x64"):
            load_picture(saved(frames[0], kind, save_all=True, append_images=frames[1:]))
        assert len(load_picture(saved(frames[0], kind, save_all=True, append_images=frames[1:3])).durations_ms) == 3
