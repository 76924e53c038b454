"""Pictures from files: decoded within limits, upright, in sRGB, still or moving."""

from __future__ import annotations

import io
import warnings
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np

from wavereel.errors import InputError, LimitError, NotMediaError
from wavereel.picture.identity import identity
from wavereel.picture.palette import clustered

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image

Fit = Literal["cover", "contain", "stretch", "blur"]

MAX_BYTES = 128 << 20
MAX_SIDE_PX = 30_000
MAX_PIXELS = 80_000_000
MAX_JPEG_PIXELS = 250_000_000
"""JPEG decodes at a fraction of its size, so a large one costs no more memory than a small one."""
MAX_FRAMES = 5_000
MAX_MOVING_PIXELS = 4_000_000_000
"""Over all frames of an animation: every one is decoded to learn its time, and again whenever it is shown."""
_WORKING_SIDE_PX = 4096
_STRIP_PX = 256
_LANCZOS_REACH = 3
_ORIENTATION = 0x0112
_TURNS = {
    2: "FLIP_LEFT_RIGHT",
    3: "ROTATE_180",
    4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE",
    6: "ROTATE_270",
    7: "TRANSVERSE",
    8: "ROTATE_90",
}
"""How to set a picture upright (Exif 2.32, tag 0x0112)."""
_QUARTER_TURNS = {"TRANSPOSE", "ROTATE_270", "TRANSVERSE", "ROTATE_90"}
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
_ACCEPTED = "JPEG, PNG, GIF and WebP"
_SLOWEST_MS, _DEFAULT_MS = 10, 100
_CACHED_FRAMES = 3
# What Pillow's decoders let out of broken files.
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, OverflowError, TypeError, MemoryError)


@dataclass(frozen=True, slots=True)
class _Info:
    name: str
    width: int
    height: int
    durations_ms: tuple[int, ...]
    first: int


class Picture:
    """A picture, still or animated. Frames are decoded when asked for; one instance is used by one thread at a time.

    Attributes:
        width: Upright, in px.
        height: Upright, in px.
        durations_ms: How long each frame stays; one entry, of 0, for a still.
        has_alpha: Whether any pixel of the first frame is not opaque.
    """

    def __init__(self, data: bytes, info: _Info) -> None:
        self._data, self._info = data, info
        self._identity: bytes | None = None
        self._image: Image | None = None
        self._frames: OrderedDict[int, NDArray[np.uint8]] = OrderedDict()
        self.width, self.height = info.width, info.height
        self.durations_ms = info.durations_ms
        self._ends_ms = list(accumulate(info.durations_ms))
        self.has_alpha = bool((self.frame(0)[..., 3] < 255).any())

    @property
    def is_animated(self) -> bool:
        return len(self.durations_ms) > 1

    def frame_at(self, ms: int) -> int:
        """The frame on screen `ms` after the start; the animation repeats."""
        return bisect_right(self._ends_ms, ms % self._ends_ms[-1]) if self.is_animated else 0

    def frame(self, index: int = 0) -> NDArray[np.uint8]:
        """Straight RGBA `(height, width, 4)` uint8, read-only.

        Raises:
            InputError: The file is damaged there.
        """
        found = self._frames.get(index)
        if found is None:
            with _readable(self._info.name):
                found = self._decode(index)
            self._frames[index] = found
            while len(self._frames) > _CACHED_FRAMES:
                self._frames.popitem(last=False)
        self._frames.move_to_end(index)
        return found

    @property
    def identity(self) -> bytes:
        """Digest of the file's bytes."""
        if self._identity is None:
            self._identity = identity(self._data)
        return self._identity

    def fork(self) -> Picture:
        """The same picture for another thread."""
        return Picture(self._data, self._info)

    def _decode(self, index: int) -> NDArray[np.uint8]:
        if self._image is None:
            self._image = _open(self._data, self._info.name)
        image = self._image
        if self.is_animated:
            image.seek(self._info.first + index)
        else:
            image.draft("RGB", (_WORKING_SIDE_PX, _WORKING_SIDE_PX))
            image.load()
        pixels = np.array(_to_rgba(image, (self.width, self.height)))
        pixels.setflags(write=False)
        if not self.is_animated:
            self._image = None
        return pixels


def load_picture(source: Path | bytes, *, name: str = "the picture") -> Picture:
    """Opens a picture; large ones are brought down to 4096 px on the long side.

    Args:
        source: A file, or its bytes.
        name: What messages call bytes.

    Raises:
        NotMediaError: Neither of the formats that are accepted.
        LimitError: Too many bytes, pixels or frames; said before anything is decoded.
        InputError: It cannot be read.
    """
    data = source
    if isinstance(data, Path):
        name = data.name
        try:
            if data.stat().st_size > MAX_BYTES:
                raise LimitError(f"{name} has more than {MAX_BYTES >> 20} MB", hint="save it smaller")
            data = data.read_bytes()
        except OSError as error:
            raise InputError(f"{name} cannot be read ({error.strerror})", hint="check the path") from error
    if len(data) > MAX_BYTES:
        raise LimitError(f"{name} has more than {MAX_BYTES >> 20} MB", hint="save it smaller")
    if not data:
        raise InputError(f"{name} is empty", hint="name a picture file")
    with _readable(name):
        return Picture(data, _inspect(data, name))


@contextmanager
def _readable(name: str) -> Generator[None]:
    try:
        yield
    except _BROKEN as error:
        raise InputError(f"{name} is damaged or cut off", hint="export it again, or use another picture") from error


def _filter(name: Literal["LANCZOS", "BICUBIC", "BILINEAR", "BOX"]) -> int:
    from PIL.Image import Resampling

    return Resampling[name]


def _open(data: bytes, name: str) -> Image:
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():  # our own limits are stricter, and say what to do
            warnings.simplefilter("ignore")
            return Image.open(io.BytesIO(data), formats=_FORMATS)
    except UnidentifiedImageError:
        raise NotMediaError(f"{name} is not a picture that is accepted", hint=f"use {_ACCEPTED}") from None
    except Image.DecompressionBombError:
        raise LimitError(f"{name} has too many pixels", hint=_size_hint()) from None


def _size_hint() -> str:
    return f"use one of at most {MAX_PIXELS // 1_000_000} megapixels and {MAX_SIDE_PX} px a side"


def _inspect(data: bytes, name: str) -> _Info:
    """Size and frames from the headers, checked against the limits."""
    image = _open(data, name)
    width, height = image.size
    is_jpeg = image.format in {"JPEG", "MPO"}  # the second is a JPEG with further pictures, such as the other eye's
    most = MAX_JPEG_PIXELS if is_jpeg else MAX_PIXELS
    if max(width, height) > MAX_SIDE_PX or width * height > most:
        raise LimitError(f"{name} is {width}x{height} px", hint=_size_hint())
    frames = 1 if is_jpeg else int(getattr(image, "n_frames", 1))
    if frames > MAX_FRAMES:
        raise LimitError(f"{name} has {frames} frames", hint=f"use one of at most {MAX_FRAMES}, or a video")
    if frames > 1 and frames * width * height > MAX_MOVING_PIXELS:
        size = f"{frames} frames of {width}x{height} px"
        raise LimitError(f"{name} has {size}", hint="save it smaller or shorter, or as a video")
    if _TURNS.get(image.getexif().get(_ORIENTATION, 1)) in _QUARTER_TURNS:
        width, height = height, width
    shrink = min(1.0, _WORKING_SIDE_PX / max(width, height))
    size = max(1, round(width * shrink)), max(1, round(height * shrink))
    first = 1 if frames > 1 and image.info.get("default_image") else 0
    durations: list[int] = []
    for index in range(first, frames if frames > 1 else 0):
        image.seek(index)
        image.load()  # WebP tells a frame's time only then
        length = round(float(image.info.get("duration", 0) or 0))
        durations.append(length if length > _SLOWEST_MS else _DEFAULT_MS)  # what browsers do
    if len(durations) < 2:
        durations = [0]
    return _Info(name, *size, tuple(durations), first)


def _to_rgba(image: Image, size: tuple[int, int]) -> Image:
    """Any mode, turned as the camera says, as 8-bit RGBA in sRGB, of a size.

    What is larger is converted and brought down in strips, since each step would else copy all of it.
    """
    from PIL import Image as Pil

    turn = _TURNS.get(image.getexif().get(_ORIENTATION, 1))
    width, height = (size[1], size[0]) if turn in _QUARTER_TURNS else size
    deep = image.mode.startswith("I") and cast("tuple[float, float]", image.getextrema())[1] > 255
    if image.size == (width, height):
        small = _eight_bits(image, deep=deep)
    else:
        small = Pil.new("RGBA", (width, height))
        scale = image.height / height
        margin = ceil(_LANCZOS_REACH * max(1.0, scale)) + 1
        for top in range(0, height, _STRIP_PX):
            bottom = min(height, top + _STRIP_PX)
            first = max(0, int(top * scale) - margin)
            last = min(image.height, ceil(bottom * scale) + margin)
            strip = _eight_bits(image.crop((0, first, image.width, last)), deep=deep)
            box = (0, top * scale - first, image.width, min(bottom * scale - first, strip.height))
            small.paste(strip.resize((width, bottom - top), resample=_filter("LANCZOS"), box=box), (0, top))
    return small if turn is None else small.transpose(Pil.Transpose[turn])


def _eight_bits(image: Image, *, deep: bool) -> Image:
    """8-bit RGBA in sRGB; `deep` where a mode of integers uses more than 8 bits."""
    from PIL import Image as Pil

    profile = image.info.get("icc_profile")
    if image.mode.startswith("I"):
        values = np.asarray(image)
        image = Pil.fromarray(np.clip(values // 257 if deep else values, 0, 255).astype(np.uint8))
    if profile and image.mode in {"RGB", "RGBA", "CMYK", "L"}:
        image = _to_srgb(image, profile)
    return image.convert("RGBA")


def _to_srgb(image: Image, profile: bytes) -> Image:
    """Colours converted by the picture's own profile; unchanged where that is broken, or sRGB already."""
    from PIL import ImageCms

    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "srgb" in (ImageCms.getProfileDescription(source) or "").lower():
            return image
        plain = image.convert("RGB") if alpha is not None else image
        target = ImageCms.ImageCmsProfile(cast("Any", ImageCms).createProfile("sRGB"))
        done = ImageCms.profileToProfile(plain, source, target, outputMode="RGB")
    except (ImageCms.PyCMSError, *_BROKEN):
        return image
    if done is None:
        return image
    if alpha is not None:
        done.putalpha(alpha)
    return done


def colours_of(picture: Picture, count: int = 6) -> list[str]:
    """The main colours of a picture, `#RRGGBB`, most important first; what is transparent does not count."""
    small = resized(picture.frame(0), min(72, picture.width), min(72, picture.height)).reshape(-1, 4)
    return clustered(small[small[:, 3] > 127][:, :3], count)


def resized(pixels: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """Straight RGBA `(h, w, 4)` or RGB `(h, w, 3)` uint8 at another size; transparent pixels lend no colour."""
    from PIL import Image as Pil

    if pixels.shape[:2] == (height, width):
        return pixels
    image = Pil.fromarray(pixels)
    reducing = image.resize((width, height), resample=_filter("LANCZOS"), reducing_gap=3.0)
    return np.array(reducing)


def fitted(pixels: NDArray[np.uint8], width: int, height: int, fit: Fit) -> NDArray[np.uint8]:
    """Straight RGBA `(height, width, 4)`: the picture in a box.

    `cover` and `blur` crop what is too much, the middle staying; `contain` leaves clear margins; `stretch` distorts.
    """
    high, wide = pixels.shape[:2]
    if fit == "stretch":
        return resized(pixels, width, height)
    if fit == "contain":
        scale = min(width / wide, height / high)
        inner = resized(pixels, max(1, round(wide * scale)), max(1, round(high * scale)))
        result = np.zeros((height, width, 4), np.uint8)
        top, left = (height - inner.shape[0]) // 2, (width - inner.shape[1]) // 2
        result[top : top + inner.shape[0], left : left + inner.shape[1]] = inner
        return result
    scale = max(width / wide, height / high)
    keep_w, keep_h = max(1, min(wide, round(width / scale))), max(1, min(high, round(height / scale)))
    left, top = (wide - keep_w) // 2, (high - keep_h) // 2
    return resized(np.ascontiguousarray(pixels[top : top + keep_h, left : left + keep_w]), width, height)


def decode_png(data: bytes) -> NDArray[np.uint8]:
    """Straight RGBA `(h, w, 4)` uint8 of a PNG that this program made."""
    from PIL import Image as Pil

    return np.array(Pil.open(io.BytesIO(data), formats=("PNG",)).convert("RGBA"))


def encode_png(pixels: NDArray[np.uint8]) -> bytes:
    """A PNG of RGB or RGBA pixels, with no metadata that would differ between runs."""
    from PIL import Image as Pil

    buffer = io.BytesIO()
    Pil.fromarray(pixels).save(buffer, "PNG", compress_level=6)
    return buffer.getvalue()
