"""How a timeline is exported: what was asked for beside it, and what its platform takes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from wavereel.media.quality import qp_of_crf
from wavereel.render.export import ExportSettings
from wavereel.timeline.canvas import MIN_SIDE_PX
from wavereel.timeline.edits.canvas import SetFps, SetSize
from wavereel.timeline.platforms import RATIO_TOLERANCE, load_platform
from wavereel.times import round_half_up

if TYPE_CHECKING:
    from wavereel.media.quality import Quality
    from wavereel.service.output import Output
    from wavereel.timeline.model import Timeline
    from wavereel.timeline.platforms import Platform

LONG_SIDE_PX = 1920
SHORT_SIDE_PX = 1080
"""Exports over the wire are no larger than this, either way round."""

_UNREACHED_BITS = 60_000_000
"""Pictures stay below this many bits a second; a bound above it binds nothing, and asks for a needless level."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A timeline on the canvas that an output wants.

    Attributes:
        timeline: With its canvas and its rate.
        frame_px: The size of the finished pictures where bars stand beside the canvas; else `None`.
        warnings: What was done otherwise than asked.
    """

    timeline: Timeline
    frame_px: tuple[int, int] | None
    warnings: tuple[str, ...]


def fitted(timeline: Timeline, output: Output) -> Fitted:
    """The timeline as an output wants it: no larger than 1920 by 1080 either way round, at a rate that is taken.

    A size of the draft's own shape becomes the canvas; one of another shape gets bars beside the canvas.
    """
    if output.fps is not None:
        timeline = SetFps(fps=output.fps).run(timeline, [])
    timeline, notices = at_platform_rate(timeline)
    warnings = list(notices)
    canvas = timeline.size
    asked = output.size_px or (_of_short_side(canvas, output.short_side_px) if output.short_side_px else canvas)
    wanted = _bounded(asked)
    if max(wanted) < max(asked) or min(wanted) < min(asked):
        warnings.append(f"{asked[0]}x{asked[1]} was scaled down to {wanted[0]}x{wanted[1]}, the largest that is made")
    inner = wanted
    if output.size_px and abs(Fraction(*wanted) / Fraction(*canvas) - 1) > RATIO_TOLERANCE:
        inner = _inside(canvas, wanted)
        if min(inner) < MIN_SIDE_PX:
            inner = wanted
        else:
            warnings.append(f"the draft has another shape than {wanted[0]}x{wanted[1]}, so bars stand beside it")
    if inner != canvas:
        platform = timeline.meta.platform
        timeline = SetSize(width=inner[0], height=inner[1]).run(timeline, [])
        if platform != timeline.meta.platform:
            warnings.append(f"{inner[0]}x{inner[1]} is not for {platform}, so its other wishes were left out")
    return Fitted(timeline, wanted if inner != wanted else None, tuple(warnings))


def export_settings(
    timeline: Timeline, *, quality: Quality, crf: float | None = None, preset: str | None = None, workers: int
) -> ExportSettings:
    """How to export, steered by the row of the timeline's platform.

    Raises:
        UsageError: There is no such platform.
    """
    settings = ExportSettings(quality=quality, workers=workers, qp=None if crf is None else qp_of_crf(crf))
    if preset:
        settings = replace(settings, preset=preset)
    platform = _platform(timeline)
    if platform is None:
        return settings
    if platform.key_interval_s:
        settings = replace(settings, keyint_s=platform.key_interval_s)
    if platform.audio_bit_rate:
        settings = replace(settings, audio_bit_rate=platform.audio_bit_rate)
    return replace(
        settings,
        true_peak_dbtp=platform.true_peak_dbtp,
        max_bit_rate=_bound_of(platform, timeline.length_ms, settings.audio_bit_rate),
    )


def platform_notices(timeline: Timeline, length_ms: int, total_bytes: int) -> tuple[str, ...]:
    """Where a finished video is longer, shorter, larger or smaller than its platform takes."""
    platform = _platform(timeline)
    if platform is None:
        return ()
    notices: list[str] = []
    shortest_ms, longest_ms = platform.duration_ms
    if length_ms < shortest_ms or 0 < longest_ms < length_ms:
        bound = f"at least {shortest_ms / 1000:g} s" if length_ms < shortest_ms else f"at most {longest_ms / 1000:g} s"
        more = f" ({platform.duration_note})" if platform.duration_note and length_ms >= shortest_ms else ""
        notices.append(f"{platform.title} takes {bound}{more}, and the video has {length_ms / 1000:.1f} s")
    least, most = platform.file_bytes
    if total_bytes < least or 0 < most < total_bytes:
        bound = f"at least {least / 1e6:g} MB" if total_bytes < least else f"at most {most / 1e6:g} MB"
        notices.append(f"{platform.title} takes {bound}, and the video has {total_bytes / 1e6:.2f} MB")
    return tuple(notices)


def _platform(timeline: Timeline) -> Platform | None:
    name = timeline.meta.platform
    return load_platform(name) if name else None


def _bound_of(platform: Platform, length_ms: int, audio_bit_rate: int) -> int:
    """The highest rate of the picture: what the platform says, or what keeps a file of this length within its size."""
    most = platform.file_bytes[1]
    by_size = round(most * 8000 * 0.95 / length_ms) - audio_bit_rate if most and length_ms else 0
    rates = [rate for rate in (platform.max_bit_rate, by_size) if 0 < rate < _UNREACHED_BITS]
    return min(rates, default=0)


def at_platform_rate(timeline: Timeline) -> tuple[Timeline, tuple[str, ...]]:
    """The timeline at a rate that its platform takes, and a notice where that is another one.

    Raises:
        UsageError: There is no such platform.
    """
    platform = _platform(timeline)
    if platform is None or platform.fps is None or platform.takes_rate(timeline.fps):
        return timeline, ()
    low, high = platform.fps
    rate = float(min(max(timeline.fps, low), high))
    notice = f"{platform.title} takes {float(low):g} to {float(high):g} frames a second, so the video has {rate:g}"
    return SetFps(fps=rate).run(timeline, []), (notice,)


def _of_short_side(canvas: tuple[int, int], short_px: int) -> tuple[int, int]:
    return _scaled(canvas, Fraction(short_px, min(canvas)))


def _bounded(size: tuple[int, int]) -> tuple[int, int]:
    """The size, or the largest of its shape that is made."""
    factor = min(Fraction(LONG_SIDE_PX, max(size)), Fraction(SHORT_SIDE_PX, min(size)))
    return _scaled(size, factor) if factor < 1 else (size[0] + size[0] % 2, size[1] + size[1] % 2)


def _inside(shape: tuple[int, int], frame: tuple[int, int]) -> tuple[int, int]:
    """The largest size of a shape that fits into a frame."""
    return _scaled(shape, min(Fraction(frame[0], shape[0]), Fraction(frame[1], shape[1])))


def _scaled(size: tuple[int, int], factor: Fraction) -> tuple[int, int]:
    width, height = (max(MIN_SIDE_PX, 2 * round_half_up(side * factor / 2)) for side in size)
    return width, height
