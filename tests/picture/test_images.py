import contextlib
import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from wavereel.errors import InputError, LimitError, NotMediaError, WavereelError
from wavereel.picture.images import colours_of, encode_png, fitted, load_picture, resized


def saved(image: Image.Image, kind: str, **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def corners() -> Image.Image:
    """24x16 with a colour of its own in each quarter: red, green over blue, white."""
    pixels = np.zeros((16, 24, 3), np.uint8)
    pixels[:8, :12], pixels[:8, 12:], pixels[8:, :12], pixels[8:, 12:] = (
        (255, 0, 0),
        (0, 255, 0),
        (0, 0, 255),
        (255, 255, 255),
    )
    return Image.fromarray(pixels)


def png_header(width: int, height: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 4096)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("orientation", "top_left"),
    [(1, "red"), (2, "green"), (3, "white"), (4, "blue"), (5, "red"), (6, "blue"), (7, "white"), (8, "green")],
)
def test_the_camera_says_which_side_is_up(orientation: int, top_left: str):
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = load_picture(saved(corners(), "JPEG", exif=exif, quality=95, subsampling=0))
    assert (picture.width, picture.height) == ((24, 16) if orientation < 5 else (16, 24))
    wanted = {"red": (255, 0, 0), "green": (0, 255, 0), "blue": (0, 0, 255), "white": (255, 255, 255)}[top_left]
    assert np.abs(picture.frame()[2, 2, :3].astype(int) - wanted).max() < 12


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_animations_have_their_frames_and_times(kind: str):
    frames = [Image.new("RGB", (20, 10), color) for color in ("red", "lime", "blue")]
    lossless = {"lossless": True} if kind == "WEBP" else {}
    data = saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=[100, 250, 40], loop=0, **lossless)
    picture = load_picture(data)
    assert picture.durations_ms == (100, 250, 40)
    assert [picture.frame_at(ms) for ms in (0, 99, 100, 349, 350, 389, 390, 490)] == [0, 0, 1, 1, 2, 2, 0, 1]
    for index, color in ((2, (0, 0, 255)), (0, (255, 0, 0)), (1, (0, 255, 0))):
        assert tuple(picture.frame(index)[5, 5]) == (*color, 255)
    assert picture.fork().frame(1)[0, 0, 1] == 255


def test_a_frame_without_a_time_lasts_as_in_a_browser():
    frames = [Image.new("RGB", (4, 4), color) for color in ("red", "lime")]
    data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=[0, 10], loop=0)
    assert load_picture(data).durations_ms == (100, 100)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_pixel_becomes_rgba(mode: str):
    if mode == "I;16":
        source = Image.fromarray((np.linspace(0, 65535, 24 * 16).reshape(16, 24)).astype(np.uint16))
    else:
        source = corners().convert(mode)
    kind = "JPEG" if mode == "CMYK" else "PNG"
    pixels = load_picture(saved(source, kind)).frame()
    assert pixels.shape == (16, 24, 4)
    assert pixels.dtype == np.uint8
    if mode == "I;16":
        assert pixels[0, 0, 0] == 0
        assert pixels[-1, -1, 0] == 255
        assert 120 < pixels[7:9, :, 0].mean() < 136
    elif mode in {"RGB", "RGBA", "P"}:
        assert tuple(pixels[2, 2]) == (255, 0, 0, 255)


def test_transparency_is_kept():
    source = Image.new("RGBA", (8, 8), (255, 0, 0, 128))
    picture = load_picture(saved(source, "PNG"))
    assert picture.has_alpha
    assert tuple(picture.frame()[0, 0]) == (255, 0, 0, 128)
    assert not load_picture(saved(corners(), "PNG")).has_alpha


@pytest.mark.parametrize(("width", "height"), [(65000, 65000), (65000, 8), (8, 65000), (20000, 20000), (12000, 12000)])
def test_bombs_are_refused_before_they_are_decoded(width: int, height: int):
    with pytest.raises(LimitError, match="megapixels"):
        load_picture(png_header(width, height))


def test_large_pictures_are_brought_down():
    data = saved(Image.new("L", (9000, 300)), "JPEG")
    picture = load_picture(data)
    assert (picture.width, picture.height) == (4096, 137)
    assert picture.frame().shape == (137, 4096, 4)


@pytest.mark.parametrize(
    "data", [b"hello", b"%PDF-1.7", b"BM" + bytes(60), b"II*\0" + bytes(60), b"<svg/>", b"8BPS" + bytes(40)]
)
def test_other_formats_are_refused(data: bytes):
    with pytest.raises(NotMediaError, match="WebP"):
        load_picture(data)


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(InputError, match="nowhere.png"):
        load_picture(tmp_path / "nowhere.png")
    (tmp_path / "empty.png").write_bytes(b"")
    with pytest.raises(InputError, match="is empty"):
        load_picture(tmp_path / "empty.png")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_truncated_files_are_damaged(kind: str):
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 256, (64, 64, 3), dtype=np.uint8))
    data = saved(noise, kind)
    with pytest.raises(InputError):
        load_picture(data[: len(data) // 2])


@settings(max_examples=150)
@given(st.sampled_from(["PNG", "JPEG", "GIF", "WEBP"]), st.integers(0, 400), st.binary(min_size=1, max_size=6))
def test_damaged_files_raise_nothing_but_our_errors(kind: str, at: int, bytes_: bytes):
    data = bytearray(saved(corners(), kind))
    data[at % len(data) : at % len(data) + len(bytes_)] = bytes_
    with contextlib.suppress(WavereelError):
        load_picture(bytes(data))


def test_fits():
    pixels = np.asarray(corners().convert("RGBA"))
    assert fitted(pixels, 48, 32, "cover").shape == (32, 48, 4)
    contained = fitted(pixels, 48, 48, "contain")
    assert (contained[:8, :, 3] == 0).all()
    assert (contained[8:40, :, 3] == 255).all()
    square = fitted(pixels, 16, 16, "cover")
    assert tuple(square[0, 0]) == (255, 0, 0, 255)
    assert tuple(square[0, 15]) == (0, 255, 0, 255)
    assert tuple(fitted(pixels, 7, 90, "stretch")[89, 6]) == (255, 255, 255, 255)


def test_clear_pixels_lend_no_colour():
    pixels = np.zeros((8, 8, 4), np.uint8)
    pixels[:, :4] = (255, 0, 0, 255)
    pixels[:, 4:] = (0, 255, 0, 0)
    small = resized(pixels, 3, 3)
    visible = small[small[..., 3] > 40]
    assert visible[:, 1].max() < 20


def test_main_colours():
    pixels = np.zeros((40, 40, 4), np.uint8)
    pixels[:] = (240, 240, 235, 255)
    pixels[:12] = (200, 30, 40, 255)
    pixels[12:16] = (20, 40, 120, 255)
    colours = colours_of(load_picture(encode_png(pixels)))
    assert len(colours) >= 3
    for wanted in ((240, 240, 235), (200, 30, 40), (20, 40, 120)):
        found = [tuple(bytes.fromhex(c[1:])) for c in colours]
        assert min(max(abs(a - b) for a, b in zip(f, wanted, strict=True)) for f in found) <= 6
    assert colours == colours_of(load_picture(encode_png(pixels)))
