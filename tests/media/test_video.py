from __future__ import annotations

import itertools
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest

from wavereel.errors import InputError, LimitError, NotMediaError, UsageError
from wavereel.media.sniff import MediaLimits
from wavereel.media.video import VideoReader, YuvFrame
from wavereel.media.video_color import tone_table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

FPS = Fraction(30)
WIDTH, HEIGHT = 128, 64
RED, GREEN, BLUE = (230, 20, 20), (20, 230, 20), (20, 20, 230)


def numbered(number: int, width: int = WIDTH, height: int = HEIGHT) -> NDArray[np.uint8]:
    """A picture that carries its number: eight bright or dark columns, the highest bit on the left."""
    bits = [(number >> (7 - column)) & 1 for column in range(8)]
    row = np.repeat(np.where(bits, 235, 20).astype(np.uint8), width // 8)
    return np.broadcast_to(row[None, :, None], (height, width, 3)).copy()


def number_of(frame: YuvFrame) -> int:
    height, width = frame.y.shape
    columns = frame.y[height // 4 : 3 * height // 4].reshape(-1, 8, width // 8)[:, :, width // 32 : -width // 32]
    return sum(1 << (7 - column) for column, level in enumerate(columns.mean(axis=(0, 2))) if level > 128)


def encode(
    path: Path,
    pictures: Sequence[NDArray[Any]],
    codec: str = "libx264",
    *,
    times_ms: Sequence[int] | None = None,
    pixels: str = "yuv420p",
    given: str = "rgb24",
    matrix: str = "ITU601",
    full_range: bool = False,
    rotation: int = 0,
    flags: tuple[int, int, int] | None = None,
    aspect: Fraction | None = None,
    options: dict[str, str] | None = None,
) -> Path:
    """A video of `(height, width, 3)` pictures; `flags` are code points of primaries, transfer and matrix."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=1000 if times_ms else 30, options=options or {})
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = pixels
        stream.codec_context.gop_size = 12
        stream.codec_context.time_base = Fraction(1, 1000 if times_ms else 30)
        if aspect:
            stream.codec_context.sample_aspect_ratio = aspect
        if rotation:
            stream.set_display_rotation(rotation)
        if flags:
            context = stream.codec_context
            context.color_primaries, context.color_trc, context.colorspace = flags
            context.color_range = 2 if full_range else 1
        for index, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, given)
            if given != pixels:
                span = "JPEG" if full_range else "MPEG"
                frame = frame.reformat(format=pixels, dst_colorspace=matrix, dst_color_range=span)
            frame.pts = times_ms[index] if times_ms else index
            frame.time_base = stream.codec_context.time_base
            if flags:
                frame.color_primaries, frame.color_trc, frame.colorspace = flags
                frame.color_range = 2 if full_range else 1
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def counted(path: Path, count: int, codec: str = "libx264", **options: Any) -> Path:
    return encode(path, [numbered(n) for n in range(count)], codec, **options)


def quarters(width: int = 128, height: int = 96) -> NDArray[np.uint8]:
    """Red on the upper left, green on the upper right, blue on the lower left, white on the lower right."""
    picture = np.empty((height, width, 3), np.uint8)
    picture[: height // 2, : width // 2] = RED
    picture[: height // 2, width // 2 :] = GREEN
    picture[height // 2 :, : width // 2] = BLUE
    picture[height // 2 :, width // 2 :] = 235
    return picture


def rgb(frame: YuvFrame, x: float, y: float) -> tuple[int, int, int]:
    """Colour at a place in fractions, by the BT.709 matrix."""
    height, width = frame.y.shape
    row, column = int(y * height), int(x * width)
    luma = (float(frame.y[row, column]) - 16) / 219
    blue = (float(frame.u[row // 2, column // 2]) - 128) / 224
    red = (float(frame.v[row // 2, column // 2]) - 128) / 224
    values = (luma + 1.5748 * red, luma - 0.1873 * blue - 0.4681 * red, luma + 1.8556 * blue)
    return tuple(round(255 * value) for value in values)  # type: ignore[return-value]


def near(color: tuple[int, int, int], wanted: tuple[int, int, int], within: int = 12) -> bool:
    return all(abs(a - b) <= within for a, b in zip(color, wanted, strict=True))


def corners(frame: YuvFrame) -> list[str]:
    names = {"red": RED, "green": GREEN, "blue": BLUE, "white": (235, 235, 235)}
    found: list[str] = []
    for x, y in ((0.2, 0.2), (0.8, 0.2), (0.2, 0.8), (0.8, 0.8)):
        color = rgb(frame, x, y)
        found.append(next((name for name, wanted in names.items() if near(color, wanted, 16)), str(color)))
    return found


@pytest.mark.parametrize(
    ("codec", "name", "options"),
    [
        ("libx264", "a.mp4", {"bf": "3"}),
        ("libx264", "a.mkv", {"bf": "2", "open-gop": "1"}),
        ("libx265", "a.mp4", {"x265-params": "log-level=none:keyint=12"}),
        ("mpeg4", "a.avi", {}),
        ("libvpx-vp9", "a.webm", {"deadline": "realtime", "cpu-used": "8"}),
    ],
)
def test_every_frame_in_order_and_at_random(tmp_path: Path, codec: str, name: str, options: dict[str, str]) -> None:
    path = counted(tmp_path / name, 60, codec, options=options)
    with VideoReader(path, (WIDTH, HEIGHT), "stretch", FPS) as reader:
        inorder = [reader.frame(n) for n in range(60)]
        assert [number_of(frame) for frame in inorder] == list(range(60))
        for n in (59, 0, 31, 30, 12, 11, 13, 45, 44, 1):
            again = reader.frame(n)
            assert np.array_equal(again.y, inorder[n].y)
            assert np.array_equal(again.u, inorder[n].u)
            assert np.array_equal(again.v, inorder[n].v)
        assert reader.frame(1) is again


def test_frames_are_even_planes_of_their_own(tmp_path: Path) -> None:
    path = counted(tmp_path / "a.mp4", 3)
    with VideoReader(path, (90, 50), "cover", FPS) as reader:
        frame = reader.frame(0)

    assert (frame.y.shape, frame.u.shape, frame.v.shape) == ((50, 90), (25, 45), (25, 45))
    assert {plane.dtype for plane in (frame.y, frame.u, frame.v)} == {np.dtype(np.uint8)}
    assert all(plane.flags.c_contiguous and plane.flags.owndata for plane in (frame.y, frame.u, frame.v))


def test_other_rates_show_what_is_on_screen(tmp_path: Path) -> None:
    path = counted(tmp_path / "a.mp4", 30)
    for fps in (Fraction(24), Fraction(25), Fraction(60), Fraction(30_000, 1001)):
        with VideoReader(path, (WIDTH, HEIGHT), "stretch", fps) as reader:
            count = int(Fraction(29, 30) * fps)
            assert [number_of(reader.frame(n)) for n in range(count)] == [int(n / fps * 30) for n in range(count)]


def test_variable_rate_holds_each_picture_until_the_next(tmp_path: Path) -> None:
    times_ms = [0, 40, 500, 520, 1500, 1600]
    path = counted(tmp_path / "a.mkv", len(times_ms), times_ms=times_ms)
    with VideoReader(path, (WIDTH, HEIGHT), "stretch", Fraction(25)) as reader:
        shown = [number_of(reader.frame(n)) for n in range(50)]

    assert shown == [max(i for i, at in enumerate(times_ms) if at <= n * 40) for n in range(50)]


def test_start_hold_and_loop(tmp_path: Path) -> None:
    path = counted(tmp_path / "a.mp4", 20)
    size = (WIDTH, HEIGHT)
    with VideoReader(path, size, "stretch", FPS, start_ms=400) as reader:
        assert [number_of(reader.frame(n)) for n in (0, 1, 7, 8, 500)] == [12, 13, 19, 19, 19]
    with VideoReader(path, size, "stretch", FPS, loop=True) as reader:
        assert [number_of(reader.frame(n)) for n in range(45)] == [n % 20 for n in range(45)]
        assert number_of(reader.frame(30 * 3600 * 2 + 7)) == (30 * 3600 * 2 + 7) % 20
    with VideoReader(path, size, "stretch", FPS, start_ms=500, loop=True) as reader:
        assert [number_of(reader.frame(n)) for n in range(12)] == [15, 16, 17, 18, 19] * 2 + [15, 16]
    with VideoReader(path, size, "stretch", FPS, speed=2) as reader:
        assert [number_of(reader.frame(n)) for n in range(5)] == [0, 2, 4, 6, 8]


@pytest.mark.parametrize(
    ("rotation", "expected"),
    [
        (0, ["red", "green", "blue", "white"]),
        (90, ["green", "white", "red", "blue"]),
        (180, ["white", "blue", "green", "red"]),
        (270, ["blue", "red", "white", "green"]),
    ],
)
def test_rotation_tags(tmp_path: Path, rotation: int, expected: list[str]) -> None:
    path = encode(tmp_path / "a.mp4", [quarters()] * 3, rotation=rotation)
    size = (96, 128) if rotation % 180 else (128, 96)
    with VideoReader(path, size, "contain", FPS) as reader:
        assert corners(reader.frame(0)) == expected
        assert int(reader.frame(0).y.min()) > 30
    with VideoReader(path, (96, 96), "stretch", FPS, turn=rotation) as reader:
        # The tag turns counter-clockwise, `turn` clockwise: together they leave the picture as it is.
        assert corners(reader.frame(2)) == ["red", "green", "blue", "white"]


def test_a_mirrored_display_matrix(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    encode(path, [quarters()] * 2, rotation=180)
    data = path.read_bytes()
    half_turn = b"".join(value.to_bytes(4, "big", signed=True) for value in (-65536, 0, 0, 0, -65536))
    mirror = b"".join(value.to_bytes(4, "big", signed=True) for value in (-65536, 0, 0, 0, 65536))
    assert data.count(half_turn) == 1
    path.write_bytes(data.replace(half_turn, mirror))
    with VideoReader(path, (128, 96), "stretch", FPS) as reader:
        assert corners(reader.frame(0)) == ["green", "red", "white", "blue"]


@pytest.mark.parametrize(
    ("matrix", "flags", "full_range"),
    [
        ("ITU601", (6, 6, 6), False),
        ("ITU709", (1, 1, 1), False),
        ("ITU709", (1, 1, 1), True),
        ("ITU601", (2, 2, 2), False),
    ],
)
def test_matrix_and_range(tmp_path: Path, matrix: str, flags: tuple[int, int, int], full_range: bool) -> None:
    pictures = [quarters()] * 2
    path = encode(tmp_path / "a.mp4", pictures, matrix=matrix, flags=flags, full_range=full_range, options={"crf": "5"})
    with VideoReader(path, (128, 96), "stretch", FPS) as reader:
        assert corners(reader.frame(0)) == ["red", "green", "blue", "white"]


def test_large_pictures_without_a_matrix_are_bt709(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.mp4", [quarters(1280, 720)], matrix="ITU709", options={"preset": "ultrafast"})
    with VideoReader(path, (128, 72), "stretch", FPS) as reader:
        assert corners(reader.frame(0)) == ["red", "green", "blue", "white"]


def test_ten_bits_and_odd_sizes(tmp_path: Path) -> None:
    deep = counted(tmp_path / "deep.mp4", 8, "libx265", pixels="yuv420p10le", options={"x265-params": "log-level=none"})
    odd = encode(tmp_path / "odd.mkv", [quarters(127, 95)], pixels="yuv444p")
    with VideoReader(deep, (WIDTH, HEIGHT), "stretch", FPS) as reader:
        assert [number_of(reader.frame(n)) for n in range(8)] == list(range(8))
    with VideoReader(odd, (128, 96), "cover", FPS) as reader:
        assert corners(reader.frame(0)) == ["red", "green", "blue", "white"]


def test_pixels_that_are_not_square(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.mp4", [quarters(96, 96)], aspect=Fraction(2))
    with VideoReader(path, (128, 128), "contain", FPS) as reader:
        frame = reader.frame(0)

    assert np.all(frame.y[:28] == 16)
    assert np.all(frame.y[-28:] == 16)
    assert frame.y[36:92].min() > 30
    assert corners_of(frame, top=32, bottom=96) == ["red", "green", "blue", "white"]


def corners_of(frame: YuvFrame, *, top: int, bottom: int) -> list[str]:
    return corners(YuvFrame(frame.y[top:bottom], frame.u[top // 2 : bottom // 2], frame.v[top // 2 : bottom // 2]))


def test_fits(tmp_path: Path) -> None:
    wide = np.zeros((64, 192, 3), np.uint8)
    wide[:, :64], wide[:, 64:128], wide[:, 128:] = RED, GREEN, BLUE
    path = encode(tmp_path / "a.mp4", [wide], options={"crf": "5"})

    def middle_row(fit: str) -> list[tuple[int, int, int]]:
        with VideoReader(path, (64, 64), fit, FPS) as reader:
            frame = reader.frame(0)
            return [rgb(frame, x, 0.5) for x in (0.15, 0.5, 0.85)]

    assert all(near(color, GREEN) for color in middle_row("cover"))
    assert [near(c, w) for c, w in zip(middle_row("contain"), (RED, GREEN, BLUE), strict=True)] == [True] * 3
    assert [near(c, w) for c, w in zip(middle_row("stretch"), (RED, GREEN, BLUE), strict=True)] == [True] * 3
    with VideoReader(path, (64, 64), "contain", FPS) as reader:
        assert rgb(reader.frame(0), 0.5, 0.05) == (0, 0, 0)
    with VideoReader(path, (64, 64), "blur", FPS) as reader:
        frame = reader.frame(0)
        assert near(rgb(frame, 0.5, 0.05), GREEN, 40)
        assert [near(rgb(frame, x, 0.5), w) for x, w in ((0.15, RED), (0.85, BLUE))] == [True, True]
    with VideoReader(path, (64, 64), "cover", FPS, crop=(2 / 3, 0, 1 / 3, 1)) as reader:
        assert near(rgb(reader.frame(0), 0.5, 0.5), BLUE)


def deep_grey(levels: Sequence[float], width: int = 64, height: int = 32) -> NDArray[np.uint16]:
    """Bars of grey as 10-bit 4:2:0, for signal levels 0..1."""
    planes = np.full((height * 3 // 2, width), 512, np.uint16)
    bars = np.repeat([round(64 + 876 * level) for level in levels], width // len(levels))
    planes[:height] = bars.astype(np.uint16)
    return planes


def encode_deep(path: Path, picture: NDArray[np.uint16], transfer: int) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx265", rate=30, options={"x265-params": "log-level=none:lossless=1"})
        stream.width, stream.height = picture.shape[1], picture.shape[0] * 2 // 3
        stream.pix_fmt = "yuv420p10le"
        context = stream.codec_context
        context.color_primaries, context.color_trc, context.colorspace, context.color_range = 9, transfer, 9, 1
        frame = av.VideoFrame(stream.width, stream.height, "yuv420p10le")
        height = stream.height
        chroma = picture[height:].reshape(2, height // 2, stream.width // 2)
        for plane, values in zip(frame.planes, (picture[:height], *chroma), strict=True):
            rows = np.zeros((plane.height, plane.line_size // 2), np.uint16)
            rows[:, : plane.width] = values
            plane.update(rows.tobytes())
        frame.pts = 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


@pytest.mark.parametrize(("transfer", "white", "grey"), [(18, 0.75, 0.38), (16, 0.581, 0.38)])
def test_hdr_becomes_sdr(tmp_path: Path, transfer: int, white: float, grey: float) -> None:
    """Diffuse white (203 cd/m2) is bright but not clipped, the peak is white, greys stay grey and keep their order."""
    brighter, peak = (0.66, 0.7518) if transfer == 16 else (0.88, 1.0)
    picture = deep_grey([0, 0.2, grey, white, brighter, peak, 1, 1])
    path = encode_deep(tmp_path / "a.mkv", picture, transfer)
    with VideoReader(path, (64, 32), "stretch", FPS) as reader:
        frame = reader.frame(0)
    levels = [(int(frame.y[16, 4 + 8 * bar]) - 16) / 219 for bar in range(8)]

    assert levels[0] == 0
    assert all(low < high for low, high in itertools.pairwise(levels[:6]))
    assert 0.86 <= levels[3] <= 0.94
    assert levels[5] >= 0.98
    assert np.abs(frame.u.astype(int) - 128).max() <= 1
    assert np.abs(frame.v.astype(int) - 128).max() <= 1


@pytest.mark.parametrize("light", ["pq", "hlg", "wide"])
def test_tone_tables_stay_in_gamut_and_keep_grey(light: Any) -> None:
    table = tone_table(light)
    grey = table[range(33), range(33), range(33)]

    assert table.shape == (33, 33, 33, 3)
    assert 0 <= table.min() <= table.max() <= 1
    assert np.abs(grey - grey[:, :1]).max() < 2e-3
    assert np.all(np.diff(grey[:, 0]) >= 0)
    red, green, blue = table[24, 4, 4], table[4, 24, 4], table[4, 4, 24]
    assert [int(np.argmax(color)) for color in (red, green, blue)] == [0, 1, 2]


def test_animated_gif(tmp_path: Path) -> None:
    path = tmp_path / "a.gif"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("gif", rate=10)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "rgb8"
        for n in range(6):
            frame = av.VideoFrame.from_ndarray(numbered(n), "rgb24").reformat(format="rgb8")
            frame.pts = n
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    with VideoReader(path, (WIDTH, HEIGHT), "stretch", Fraction(10), loop=True) as reader:
        assert [number_of(reader.frame(n)) for n in range(14)] == [n % 6 for n in range(14)]
        assert number_of(reader.frame(2)) == 2


def test_a_video_cut_short_shows_what_is_there(tmp_path: Path) -> None:
    path = counted(tmp_path / "a.mkv", 40, options={"bf": "0"})
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 3 // 4])
    with VideoReader(path, (WIDTH, HEIGHT), "stretch", FPS) as reader:
        shown = [number_of(reader.frame(n)) for n in range(40)]

    last = max(shown)
    assert 10 < last < 39
    assert shown == [min(n, last) for n in range(40)]


def test_refusals(tmp_path: Path) -> None:
    path = counted(tmp_path / "a.mp4", 2)
    with pytest.raises(UsageError, match="even"):
        VideoReader(path, (63, 64), "cover", FPS)
    with pytest.raises(UsageError, match="cover, contain"):
        VideoReader(path, (64, 64), "fill", FPS)
    with pytest.raises(UsageError, match="turned by 45"):
        VideoReader(path, (64, 64), "cover", FPS, turn=45)
    with pytest.raises(LimitError, match="128 x 64"):
        VideoReader(path, (64, 64), "cover", FPS, limits=MediaLimits(max_side_px=100))
    playlist = tmp_path / "list.mp4"
    playlist.write_text("#EXTM3U\n#EXTINF:1,\na.mp4\n")
    with pytest.raises(NotMediaError):
        VideoReader(playlist, (64, 64), "cover", FPS)
    sound = tmp_path / "a.wav"
    with av.open(str(sound), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), "s16", "mono")
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
    with pytest.raises(InputError, match="no video"):
        VideoReader(sound, (64, 64), "cover", FPS)


def test_files_are_let_go(tmp_path: Path) -> None:
    path = counted(tmp_path / "a.mp4", 2)
    reader = VideoReader(path, (64, 64), "cover", FPS)
    reader.frame(0)
    reader.close()
    path.unlink()

    with pytest.raises(InputError):
        reader.frame(1)


def test_a_codec_that_nobody_knows(tmp_path: Path) -> None:
    path = counted(tmp_path / "a.mp4", 2)
    path.write_bytes(path.read_bytes().replace(b"avc1", b"zzzz"))

    with pytest.raises(InputError, match="cannot be"):
        VideoReader(path, (64, 64), "cover", FPS)
