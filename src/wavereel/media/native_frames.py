"""Decoded frames of a stream of sound at known places, from any place, without holes."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import av
import av.error
import numpy as np

from wavereel.errors import LimitError
from wavereel.media.sniff import DEFAULT_LIMITS
from wavereel.times import SAMPLE_RATE_HZ, round_half_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.packet import Packet
    from numpy.typing import NDArray

    from wavereel.media.extent import Extent

_PREROLL_S = 1
_EXACT_GAP_S = Fraction(1, 100)
_COARSE_GAP_S = Fraction(1, 20)
_SETTLING_FRAMES = 2
_QUIET_SAMPLES = SAMPLE_RATE_HZ
_FIXED_FRAMES = {"aac", "mp3", "mp3float", "mp2", "mp2float", "ac3", "eac3"}


class SeekMissedError(Exception):
    """Seeking did not land before the wanted sample, or where is not known: read from the start."""


class FrameReader:
    """Reads one stream of an open container, once.

    Positions come from counting samples; time stamps only tell where packets are missing, and where a seek landed. In
    Matroska, which counts milliseconds, the place after a seek is snapped to the grid of whole frames.

    Attributes:
        damaged: Packets so far that did not decode.
    """

    def __init__(self, name: str, container: InputContainer, audio: AudioStream, extent: Extent) -> None:
        self.damaged = 0
        self._name = name
        self._container = container
        self._audio = audio
        self._extent = extent
        self._rate_hz = audio.codec_context.sample_rate
        self._base = audio.time_base or Fraction(1, self._rate_hz)
        self._is_exact = (1 / self._base) % self._rate_hz == 0

    def read(self, first: int, last: int | None) -> Iterator[AudioFrame]:
        """Frames cut so that the samples `[first, last)` of the stream's own rate pass, holes filled with silence.

        Raises:
            SeekMissedError: `first` is not 0 and cannot be reached by seeking.
            LimitError: More than a day.
        """
        at = first
        for position, frame in self._placed(first):
            start = max(at, position)
            end = position + frame.samples if last is None else min(last, position + frame.samples)
            for done in range(at, start, _QUIET_SAMPLES):
                yield _quiet_like(frame, min(_QUIET_SAMPLES, start - done))
            at = start
            if end > start:
                whole = (start, end) == (position, position + frame.samples)
                yield frame if whole else _cut(frame, start - position, end - position)
                at = end
            if last is not None and at >= last:
                return
            if at > DEFAULT_LIMITS.max_duration_ms * self._rate_hz // 1000:
                raise LimitError(f"{self._name} lasts longer than a day", hint="cut it into parts")

    def _placed(self, first: int) -> Iterator[tuple[int, AudioFrame]]:
        """Frames with the position of their first sample, from the start or from before sample `first`."""
        hole = round_half_up((_EXACT_GAP_S if self._is_exact else _COARSE_GAP_S) * self._rate_hz)
        most = self._extent.samples
        if most is None:
            most = (self._extent.length_ms + 1000) * self._rate_hz // 1000
        origin: int | None = None
        position = 0
        source = self._frames()
        if first:
            origin, position, source = self._seek(first)
        for frame in source:
            if frame.pts is not None:
                origin = frame.pts if origin is None else origin
                stamp = self._place(frame.pts - origin)
                if hole < stamp - position and stamp < most:
                    position = stamp
            yield position, frame
            position += frame.samples

    def _place(self, ticks: int) -> int:
        return round_half_up(ticks * self._base * self._rate_hz)

    def _seek(self, first: int) -> tuple[int, int, Iterator[AudioFrame]]:
        """Time stamp of sample 0, position of the first frame after seeking to before `first`, and the frames."""
        if not self._is_exact and self._audio.codec_context.name not in _FIXED_FRAMES:
            raise SeekMissedError
        opening = next(self._frames(), None)
        if opening is None or opening.pts is None:
            raise SeekMissedError
        target = opening.pts + int(Fraction(max(0, first - _PREROLL_S * self._rate_hz), self._rate_hz) / self._base)
        try:
            self._container.seek(target, stream=self._audio)
        except av.error.FFmpegError as error:
            raise SeekMissedError from error
        source = self._frames()
        for settled, frame in enumerate(source):
            if frame.pts is None:
                raise SeekMissedError
            position = self._place(frame.pts - opening.pts)
            if not self._is_exact:
                position = _snap(position, opening.samples, frame.samples)
            if position > first - self._rate_hz // 4:
                raise SeekMissedError
            if settled == _SETTLING_FRAMES:
                return opening.pts, position, _chain(frame, source)
        raise SeekMissedError

    def _frames(self) -> Iterator[AudioFrame]:
        """Frames of all packets that decode, in the format, layout and rate of the first."""
        fit = _Uniform()
        try:
            for packet in self._container.demux(self._audio):
                for frame in self._decoded(packet):
                    if frame.samples:
                        yield from fit(frame)
        except av.error.EOFError:
            pass
        except av.error.FFmpegError:
            self.damaged += 1

    def _decoded(self, packet: Packet[AudioStream]) -> list[AudioFrame]:
        context = self._audio.codec_context
        try:
            return context.decode(packet if packet.size else None)  # pyright: ignore[reportUnknownMemberType]
        except (av.error.FFmpegError, ValueError, MemoryError):
            self.damaged += 1
            return []


def _snap(position: int, opening: int, samples: int) -> int:
    """The nearest position on the grid of frames of `samples`, of which the first was trimmed to `opening`."""
    offset = opening % samples
    return round_half_up(Fraction(position - offset, samples)) * samples + offset


def _chain(frame: AudioFrame, rest: Iterator[AudioFrame]) -> Iterator[AudioFrame]:
    yield frame
    yield from rest


class _Uniform:
    """Converts frames whose format, layout or rate differs from the first frame's, as in chained Ogg streams."""

    def __init__(self) -> None:
        self._shape: tuple[str, str, int] | None = None
        self._other: tuple[str, str, int] | None = None
        self._resampler: av.AudioResampler | None = None

    def __call__(self, frame: AudioFrame) -> list[AudioFrame]:
        shape = frame.format.name, frame.layout.name, frame.sample_rate
        if self._shape is None:
            self._shape = shape
        if shape == self._shape:
            return [frame]
        if frame.sample_rate <= 0 or not 0 < frame.layout.nb_channels <= DEFAULT_LIMITS.max_channels:
            return []
        if self._resampler is None or shape != self._other:
            self._other = shape
            self._resampler = av.AudioResampler(format=self._shape[0], layout=self._shape[1], rate=self._shape[2])
        frame.pts = None
        return self._resampler.resample(frame)


def frame_of(values: NDArray[np.generic], like: AudioFrame) -> AudioFrame:
    """A frame of other values in the shape that `to_ndarray` gives, with the rest as in `like`."""
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(values), like.format.name, like.layout.name)  # pyright: ignore[reportArgumentType]
    frame.sample_rate = like.sample_rate
    frame.time_base = like.time_base
    return frame


def _cut(frame: AudioFrame, start: int, stop: int) -> AudioFrame:
    """The samples `[start, stop)` of a frame."""
    values = frame.to_ndarray()
    width = 1 if frame.format.is_planar else frame.layout.nb_channels
    return frame_of(values[:, start * width : stop * width], frame)


def _quiet_like(frame: AudioFrame, samples: int) -> AudioFrame:
    """Silence in a frame's format."""
    values = frame.to_ndarray()
    rows, width = (values.shape[0], 1) if frame.format.is_planar else (1, frame.layout.nb_channels)
    middle = 128 if values.dtype == np.uint8 else 0
    return frame_of(np.full((rows, samples * width), middle, values.dtype), frame)
