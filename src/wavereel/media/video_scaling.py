"""Decoded pictures to planes of the wanted size: upright, cropped, fitted, BT.709 in limited range."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

import av.error
import numpy as np
from av.filter import Graph

from wavereel.errors import InputError
from wavereel.media.video_color import Coding, coding_of, cube_text, is_rgb, tone_table

if TYPE_CHECKING:
    from av.video.frame import VideoFrame
    from av.video.plane import VideoPlane
    from numpy.typing import NDArray

Fit = Literal["cover", "contain", "stretch", "blur"]

_SCALE = "bicubic+accurate_rnd+full_chroma_int+bitexact"
_BLUR_PARTS = 40
_BLUR_LEAST = 24
_BLACK = (16, 128, 128)

Step = tuple[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class YuvFrame:
    """A picture as I420, BT.709, limited range.

    Attributes:
        y: `(height, width)` uint8.
        u: `(height // 2, width // 2)` uint8.
        v: As `u`.
    """

    y: NDArray[np.uint8]
    u: NDArray[np.uint8]
    v: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Turn:
    """How a stored picture is brought upright: quarter turns clockwise, then a mirror from left to right."""

    quarters: int = 0
    mirrored: bool = False

    def steps(self) -> list[Step]:
        """The filters that do it."""
        turns: dict[int, list[Step]] = {
            0: [],
            1: [("transpose", {"dir": "clock"})],
            2: [("hflip", {}), ("vflip", {})],
            3: [("transpose", {"dir": "cclock"})],
        }
        return turns[self.quarters % 4] + ([("hflip", {})] if self.mirrored else [])


@dataclass(frozen=True, slots=True)
class Window:
    """A part of the upright picture in px, and the size it is scaled to."""

    x: int
    y: int
    width: int
    height: int
    to_width: int
    to_height: int


def crop_window(
    width: int, height: int, crop: tuple[float, float, float, float] | None
) -> tuple[float, float, float, float]:
    """`(x, y, width, height)` in px of a crop given in fractions of the picture."""
    if crop is None:
        return 0.0, 0.0, float(width), float(height)
    x, y, w, h = crop
    left, top = min(max(x, 0.0), 1.0) * width, min(max(y, 0.0), 1.0) * height
    return left, top, max(2.0, min(w * width, width - left)), max(2.0, min(h * height, height - top))


def cover_window(area: tuple[float, float, float, float], aspect: Fraction, size: tuple[int, int]) -> Window:
    """The middle of an area that fills `size`; `aspect` is the shape of a pixel, width to height."""
    x, y, width, height = area
    wanted = size[0] / size[1] / float(aspect)
    if width / height > wanted:
        x, width = x + (width - height * wanted) / 2, height * wanted
    else:
        y, height = y + (height - width / wanted) / 2, width / wanted
    return _window(x, y, width, height, size)


def contain_window(area: tuple[float, float, float, float], aspect: Fraction, size: tuple[int, int]) -> Window:
    """The whole area at the largest even size that lies within `size`."""
    x, y, width, height = area
    shape = width * float(aspect) / height
    if shape > size[0] / size[1]:
        inner = size[0], min(size[1], max(2, round(size[0] / shape / 2) * 2))
    else:
        inner = min(size[0], max(2, round(size[1] * shape / 2) * 2)), size[1]
    return _window(x, y, width, height, inner)


def _window(x: float, y: float, width: float, height: float, size: tuple[int, int]) -> Window:
    left, top = round(x), round(y)
    return Window(left, top, max(1, round(x + width) - left), max(1, round(y + height) - top), *size)


class Scaler:
    """Pictures of one kind (size, format and colour) to frames of one size.

    Args:
        like: A picture of the kind.
        turn: What brings it upright.
        aspect: Shape of a pixel as stored, width to height.
        size: Width and height of the result, both even.
        fit: How the picture meets the size.
        crop: Part of the upright picture, `(x, y, width, height)` in fractions.

    Raises:
        InputError: libavfilter cannot take the picture's format.
    """

    def __init__(
        self,
        like: VideoFrame,
        turn: Turn,
        aspect: Fraction,
        size: tuple[int, int],
        fit: Fit,
        crop: tuple[float, float, float, float] | None,
    ) -> None:
        self._size = size
        width, height = like.width, like.height
        if turn.quarters % 2:
            width, height, aspect = height, width, 1 / aspect
        area = crop_window(width, height, crop)
        if fit == "stretch":
            front = _window(*area, size)
        elif fit == "cover":
            front = cover_window(area, aspect, size)
        else:
            front = contain_window(area, aspect, size)
        coding = coding_of(like)
        self._front = _Chain(like, coding, turn, front)
        self._back: _Chain | None = None
        if fit == "blur" and (front.to_width, front.to_height) != size:
            self._back = _Chain(like, coding, turn, cover_window(area, aspect, size), blurred=True)

    def scale(self, frame: VideoFrame) -> YuvFrame:
        """The planes of a frame; new arrays."""
        front = self._front.run(frame)
        width, height = self._size
        if front.y.shape == (height, width):
            return front
        if self._back is not None:
            out = self._back.run(frame)
        else:
            sizes = ((height, width), (height // 2, width // 2), (height // 2, width // 2))
            out = YuvFrame(*(np.full(shape, value, np.uint8) for shape, value in zip(sizes, _BLACK, strict=True)))
        x = (width - front.y.shape[1]) // 4 * 2
        y = (height - front.y.shape[0]) // 4 * 2
        for target, source, step in ((out.y, front.y, 1), (out.u, front.u, 2), (out.v, front.v, 2)):
            target[y // step : y // step + source.shape[0], x // step : x // step + source.shape[1]] = source
        return out


class _Chain:
    """One window of a picture through libavfilter."""

    def __init__(self, like: VideoFrame, coding: Coding, turn: Turn, window: Window, *, blurred: bool = False) -> None:
        self._plain = not is_rgb(like) and coding.light == "sdr"
        steps = turn.steps()
        crop = {"x": window.x, "y": window.y, "w": window.width, "h": window.height}
        upright = (like.height, like.width) if turn.quarters % 2 else (like.width, like.height)
        if upright != (window.width, window.height):
            steps.append(("crop", {name: str(value) for name, value in crop.items()} | {"exact": "1"}))
        size = (window.to_width, window.to_height)
        if blurred:
            size = tuple(max(_BLUR_LEAST, side // _BLUR_PARTS * 2) for side in size)
        with tempfile.TemporaryDirectory(prefix="wavereel-") as folder:
            # The table is read while the graph is set up; the file is not needed after that.
            steps += _color_steps(coding, size, Path(folder), rgb=is_rgb(like))
            if blurred:
                steps.append(("gblur", {"sigma": "1.6", "steps": "2"}))
                steps.append(("scale", {"w": str(window.to_width), "h": str(window.to_height), "flags": "bicubic"}))
            self._graph = _graph(like, steps)
        self._size = (window.to_width, window.to_height)

    def run(self, frame: VideoFrame) -> YuvFrame:
        frame.pts = None
        try:
            self._graph.push(frame)
            out = cast("VideoFrame", self._graph.pull())
        except av.error.FFmpegError as error:
            raise InputError("a picture of the video cannot be scaled", hint="convert it to H.264 in MP4") from error
        width, height = self._size
        planes = out.planes
        return YuvFrame(
            _pixels(planes[0], width, height),
            _pixels(planes[1], width // 2, height // 2),
            _pixels(planes[2], width // 2, height // 2),
        )


def _pixels(plane: VideoPlane, width: int, height: int) -> NDArray[np.uint8]:
    rows = np.frombuffer(cast("bytes", plane), np.uint8).reshape(-1, plane.line_size)
    return rows[:height, :width].copy()


def _color_steps(coding: Coding, size: tuple[int, ...], folder: Path, *, rgb: bool) -> list[Step]:
    """Scaling and conversion to BT.709 in limited range, by a table where the light is not that of SDR."""
    scale = {"w": str(size[0]), "h": str(size[1]), "flags": _SCALE}
    source = {} if rgb else {"in_color_matrix": coding.matrix, "in_range": "full" if coding.full_range else "limited"}
    target = {"out_color_matrix": "bt709", "out_range": "limited"}
    neutral = {"color_primaries": "bt709", "color_trc": "bt709"}
    end: list[Step] = [("format", {"pix_fmts": "yuv420p"})]
    if coding.light == "sdr":
        return [("setparams", neutral), ("scale", scale | source | target), *end]
    cube = folder / "table.cube"
    cube.write_text(cube_text(tone_table(coding.light)), encoding="ascii")
    return [
        ("setparams", neutral),
        ("scale", scale | source | ({} if rgb else {"out_range": "full"})),
        ("format", {"pix_fmts": "gbrp12"}),
        ("lut3d", {"file": str(cube), "interp": "tetrahedral"}),
        ("scale", {"flags": _SCALE} | target),
        *end,
    ]


def _graph(like: VideoFrame, steps: list[Step]) -> Graph:
    graph = Graph()
    options = {"video_size": f"{like.width}x{like.height}", "pix_fmt": like.format.name, "time_base": "1/1000"}
    if not is_rgb(like):
        options |= {"colorspace": str(int(like.colorspace)), "range": str(int(like.color_range))}
    try:
        nodes = [graph.add(name, **values) for name, values in [("buffer", options), *steps, ("buffersink", {})]]
        graph.link_nodes(*nodes)
        graph.configure()
    except (av.error.FFmpegError, ValueError) as error:
        hint = "convert it to H.264 in MP4"
        raise InputError(f"a video in the format {like.format.name} cannot be scaled", hint=hint) from error
    return graph
