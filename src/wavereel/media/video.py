"""Frames of a video at the timeline's rate: the picture that is on screen at each moment, ready for the canvas."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Self

from wavereel.errors import InputError, UsageError
from wavereel.media.sniff import DEFAULT_LIMITS, MediaLimits
from wavereel.media.video_scaling import Fit, Scaler, Turn, YuvFrame
from wavereel.media.video_source import VideoSource

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

    from av.video.frame import VideoFrame

__all__ = ["Fit", "VideoReader", "YuvFrame"]

_READ_ON_S = Fraction(2)
"""Up to here ahead, decoding on is quicker than jumping."""


class VideoReader:
    """Frames of a video file, in any order, the same pixels for the same number whatever was asked before.

    Frame `n` is the picture on screen at `start_ms + n / fps * speed`; pictures of a variable frame rate stay until the
    next. Before the first picture that one is shown, after the end the last one. Display matrices are obeyed, pixels
    that are not square are made so, HDR is brought to SDR, transparency is ignored, and interlaced pictures stay as
    they are. One instance belongs to one thread; frames are shared, so do not write into them.

    Args:
        path: A video file or an animated GIF.
        size: Width and height of the frames, both even.
        fit: `cover` fills and cuts, `contain` leaves black bars, `stretch` distorts, `blur` puts the picture, blurred,
            behind itself.
        fps: Frames a second of the timeline.
        start_ms: Where in the file frame 0 lies; negative frames lie before it, as far as the file goes.
        end_s: Where in the file the video counts as ended, taken as given where it loops; `None` for its own end.
        loop: Start over at the end; each round starts at `start_ms`.
        crop: Part of the upright picture, `(x, y, width, height)` in fractions.
        turn: Further quarter turns clockwise, in degrees.
        speed: How fast the video runs.
        threads: Threads of the decoder.
        limits: What is too much.

    Raises:
        InputError: No video in it, or none that can be decoded.
        NotMediaError: Not of a kind that is accepted.
        LimitError: Too many pixels.
        UsageError: Odd or empty size, unknown fit or turn.
    """

    def __init__(
        self,
        path: Path,
        size: tuple[int, int],
        fit: str = "cover",
        fps: Fraction = Fraction(30),
        *,
        start_ms: int = 0,
        end_s: Fraction | None = None,
        loop: bool = False,
        crop: tuple[float, float, float, float] | None = None,
        turn: int = 0,
        speed: float | Fraction = 1,
        threads: int = 2,
        limits: MediaLimits = DEFAULT_LIMITS,
    ) -> None:
        self._size = _checked_size(size)
        self._fit: Fit = _checked_fit(fit)
        if turn % 90:
            raise UsageError(f"a video cannot be turned by {turn} degrees", hint="use 0, 90, 180 or 270")
        if speed <= 0:
            raise UsageError(f"a speed of {speed} is not possible", hint="use a number above 0")
        self._step_s = Fraction(speed).limit_denominator(1000) / fps
        self._start_s = Fraction(start_ms, 1000)
        self._end_s = end_s
        self._crop, self._loop = crop, loop
        self._source = VideoSource(path, limits=limits, threads=threads)
        stored = self._source.turn
        self._turn = Turn(stored.quarters + (-1 if stored.mirrored else 1) * (turn // 90), stored.mirrored)
        self._name = path.name
        self._scaler: tuple[object, Scaler] | None = None
        self._frames: Iterator[tuple[Fraction, VideoFrame]] = iter(())
        self._shown: tuple[Fraction, VideoFrame] | None = None
        self._ahead: tuple[Fraction, VideoFrame] | None = None
        self._made: tuple[Fraction, YuvFrame] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the file and of the pictures."""
        self._frames = iter(())
        self._shown = self._ahead = self._made = self._scaler = None
        self._source.close()

    def frame(self, number: int) -> YuvFrame:
        """The frame of that number; the same object as before as long as the same picture is on screen.

        Raises:
            InputError: The picture cannot be decoded or scaled.
            LimitError: A picture in the file has too many pixels.
        """
        time_s, picture = self._on_screen(self._time_of(number))
        if self._made is None or self._made[0] != time_s:
            self._made = (time_s, self._scale(picture))
        return self._made[1]

    def end_s(self) -> Fraction:
        """Where in the file the video ends, in seconds; found by reading every packet's header, once."""
        length_s = self._source.length_s()
        return length_s if self._end_s is None else min(length_s, self._end_s)

    def _time_of(self, number: int) -> Fraction:
        time_s = number * self._step_s
        if self._loop:
            round_s = (self._source.length_s() if self._end_s is None else self._end_s) - self._start_s
            if round_s > 0:
                time_s %= round_s
        time_s += self._start_s
        if self._end_s is not None:  # the last picture before the end
            time_s = min(time_s, self._end_s - 2 * self._source.slack_s)
        return max(Fraction(0), time_s)

    def _on_screen(self, time_s: Fraction) -> tuple[Fraction, VideoFrame]:
        time_s += self._source.slack_s
        shown = self._shown
        if shown is None or time_s < shown[0] or (self._ahead is not None and time_s > self._ahead[0] + _READ_ON_S):
            self._frames = self._source.frames_from(time_s)
            shown, self._ahead = next(self._frames, None), None
            if shown is None:
                hint = "convert it to H.264 in MP4"
                raise InputError(f"the video of {self._name} cannot be decoded", hint=hint)
            self._ahead = next(self._frames, None)
        while self._ahead is not None and self._ahead[0] <= time_s:
            shown, self._ahead = self._ahead, next(self._frames, None)
        self._shown = shown
        return shown

    def _scale(self, picture: VideoFrame) -> YuvFrame:
        kind = (
            picture.width,
            picture.height,
            picture.format.name,
            picture.colorspace,
            picture.color_range,
            picture.color_trc,
            picture.color_primaries,
        )
        if self._scaler is None or self._scaler[0] != kind:
            aspect = self._source.aspect
            self._scaler = (kind, Scaler(picture, self._turn, aspect, self._size, self._fit, self._crop))
        return self._scaler[1].scale(picture)


def _checked_size(size: tuple[int, int]) -> tuple[int, int]:
    if min(size) < 2 or size[0] % 2 or size[1] % 2:
        raise UsageError(f"a video cannot be {size[0]} x {size[1]} px", hint="use even numbers")
    return size


def _checked_fit(fit: str) -> Fit:
    fits: dict[str, Fit] = {"cover": "cover", "contain": "contain", "stretch": "stretch", "blur": "blur"}
    if fit not in fits:
        raise UsageError(f"there is no fit {fit!r}", hint=f"use {', '.join(fits)}")
    return fits[fit]
