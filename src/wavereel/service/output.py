"""What a client wants of a finished file beside its draft: read here, and obeyed by `wavereel.service.exporting`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from wavereel.errors import UnreadableError
from wavereel.media.quality import MAX_CRF, QUALITY_QP
from wavereel.timeline.canvas import MAX_SIDE_PX, MIN_SIDE_PX

if TYPE_CHECKING:
    from wavereel.media.quality import Quality

MAX_FPS = 120.0

_LINES = re.compile(r"(\d{2,5})p", re.ASCII | re.IGNORECASE)
_SIZE = re.compile(r"(\d{1,6})\s*[x×*]\s*(\d{1,6})", re.ASCII | re.IGNORECASE)
_NAMED_LINES = {"4k": 2160, "2k": 1440, "uhd": 2160, "fhd": 1080, "hd": 720}
_H264 = frozenset({"h264", "h.264", "x264", "libx264", "avc", "avc1"})


@dataclass(frozen=True, slots=True)
class Output:
    """What a client wants of the file, beside the draft.

    Attributes:
        quality: One of three constant qualities.
        crf: A rate factor, in place of the quality's.
        short_side_px: How fine, by the short side.
        size_px: Or the exact width and height.
        fps: Frames a second, where the draft's are not wanted.
    """

    quality: Quality = "high"
    crf: float | None = None
    short_side_px: int | None = None
    size_px: tuple[int, int] | None = None
    fps: float | None = None


def read_output(tree: object) -> Output:
    """The `output` of a render request; keys that are not known are left out.

    Raises:
        UnreadableError: A value that means nothing, or a format or codec that is not made here.
    """
    if tree is None:
        return Output()
    if not isinstance(tree, dict):
        raise UnreadableError("output is not an object", hint='write it as {"format": "mp4", "quality": "high"}')
    values = {key: value for key, value in cast("dict[str, Any]", tree).items() if value is not None}
    kind = values.get("format", "mp4")
    if not isinstance(kind, str) or kind.strip().lower().lstrip(".") not in ("mp4", "video/mp4"):
        shown = kind if isinstance(kind, str) else type(kind).__name__
        raise UnreadableError(f"The output format {shown[:20]!r} is not made here", hint="mp4 is: ask for that")
    codec = values.get("codec", "h264")
    if not isinstance(codec, str) or codec.strip().lower() not in _H264:
        raise UnreadableError("output.codec is not made here", hint="h264 is: ask for that")
    quality = values.get("quality", "high")
    if not isinstance(quality, str) or quality.strip().lower() not in QUALITY_QP:
        raise UnreadableError("output.quality is not known", hint="use high, medium or low")
    short_side_px, size_px = _resolution(values)
    return Output(
        quality=cast("Quality", quality.strip().lower()),
        crf=_number(values, "crf", 0, MAX_CRF),
        short_side_px=short_side_px,
        size_px=size_px,
        fps=_number(values, "fps", 1, MAX_FPS),
    )


def _resolution(values: dict[str, Any]) -> tuple[int | None, tuple[int, int] | None]:
    value = values.get("resolution")
    if value is None and isinstance(values.get("width"), int) and isinstance(values.get("height"), int):
        value = f"{values['width']}x{values['height']}"
    if value is None:
        return None, None
    text = str(value).strip().lower() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    lines = _NAMED_LINES.get(text) or (int(match[1]) if (match := _LINES.fullmatch(text)) else None)
    if lines is not None and MIN_SIDE_PX <= lines <= MAX_SIDE_PX:
        return lines, None
    if match := _SIZE.fullmatch(text):
        width, height = (side + side % 2 for side in (int(match[1]), int(match[2])))
        if min(width, height) >= MIN_SIDE_PX and max(width, height) <= MAX_SIDE_PX:
            return None, (width, height)
    hint = f"use 720p, 1080p, or WIDTHxHEIGHT with sides of {MIN_SIDE_PX} to {MAX_SIDE_PX}"
    raise UnreadableError("output.resolution is not a size", hint=hint)


def _number(values: dict[str, Any], key: str, low: float, high: float) -> float | None:
    value = values.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise UnreadableError(f"output.{key} is not a number from {low:g} to {high:g}")
    return float(value)
