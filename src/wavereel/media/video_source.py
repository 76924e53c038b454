"""The pictures of a video file in order of time, from any place."""

from __future__ import annotations

import struct
from contextlib import ExitStack
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, cast

import av.error

from wavereel.errors import InputError, LimitError, NotMediaError
from wavereel.media.sniff import DEFAULT_LIMITS, MediaLimits, open_media, sniff
from wavereel.media.tags import is_cover
from wavereel.media.video_scaling import Turn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from av.buffer import Buffer
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.codeccontext import VideoCodecContext
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

MAX_VIDEO_PIXELS = 8192 * 4320
"""8K; a picture of more is refused before it is decoded."""

_STEPS_BACK_S = (0, 2, 12, 60)
_LATE_START_S = Fraction(1, 10)
_MAX_BAD_PACKETS = 2000


class VideoSource:
    """Decoded pictures with their times, seconds from the start of the file.

    Args:
        path: A file of a kind that is accepted; an animated GIF counts as a video.
        limits: What is too much.
        threads: Threads of the decoder.

    Raises:
        InputError: No video in it, or none that can be decoded.
        NotMediaError: Not of a kind that is accepted.
        LimitError: Too many pixels.
    """

    def __init__(self, path: Path, *, limits: MediaLimits = DEFAULT_LIMITS, threads: int = 2) -> None:
        self._path, self._limits, self._threads = path, limits, threads
        self._sniffed = sniff(path, limits=limits)
        if self._sniffed.container == "gif":
            self._sniffed = replace(self._sniffed, demuxer="gif")
        elif self._sniffed.is_picture:
            raise NotMediaError(f"{path.name} is a picture, not a video", hint="use it as a picture")
        self._open = ExitStack()
        self._container: InputContainer | None = None
        self._stream: VideoStream | None = None
        stream = self._reopen()
        self.first = next(self._decode(), None)
        """The first picture; it tells size, format and how the video is turned."""
        if self.first is None:
            raise InputError(f"the video of {path.name} cannot be decoded", hint="convert it to H.264 in MP4")
        self.turn = _turn_of(self.first)
        self.aspect = _aspect_of(stream)
        self._time_base = cast("Fraction", stream.time_base)
        self.slack_s = self._time_base / 2
        """By how much a time may be rounded in the file."""
        self._zero = self._start()
        self._end: Fraction | None = None

    def frames_from(self, time_s: Fraction) -> Iterator[tuple[Fraction, VideoFrame]]:
        """Pictures and their times in order, from the one on screen at `time_s` (or the first) on.

        The iterator is spent when another is asked for.
        """
        held: tuple[Fraction, VideoFrame] | None = None
        for item in self._near(time_s):
            if held is not None and item[0] > time_s:
                yield held
                held = None
            elif held is None and item[0] > time_s:
                yield item
                continue
            else:
                held = item
                continue
            yield item
        if held is not None:
            yield held

    def length_s(self) -> Fraction:
        """Time from the start to the end of the last picture, counted over all packets the first time."""
        if self._end is None:
            end, count = Fraction(0), 0
            usual_s = _usual_length(self._reopen())
            for packet in self._packets():
                if packet.pts is not None:
                    count += 1
                    lasts_s = Fraction(packet.duration or 0) * self._time_base
                    end = max(end, packet.pts * self._time_base - self._zero + (lasts_s or usual_s))
            # Times in whole milliseconds would make a loop drift against its own frame rate.
            steady = abs(end - count * usual_s) <= 2 * self._time_base
            self._end = count * usual_s if steady else end
        return self._end

    def close(self) -> None:
        """Lets go of the file."""
        self._open.close()
        self._container = self._stream = None

    def _near(self, time_s: Fraction) -> Iterator[tuple[Fraction, VideoFrame]]:
        """Pictures from one at or before `time_s`, after a jump to a key picture."""
        if self._sniffed.demuxer != "gif" and time_s > 0:
            for back_s in _STEPS_BACK_S:
                target_s = time_s - back_s
                if target_s <= 0 or not self._jump(target_s):
                    break
                timed = self._timed()
                first = next(timed, None)
                if first is not None and first[0] <= time_s:
                    yield first
                    yield from timed
                    return
        self._reopen()
        yield from self._timed()

    def _jump(self, time_s: Fraction) -> bool:
        stream = self._reopen() if self._container is None else cast("VideoStream", self._stream)
        container = cast("InputContainer", self._container)
        try:
            container.seek(int((time_s + self._zero) / self._time_base), stream=stream, backward=True)
        except av.error.FFmpegError:
            return False
        return True

    def _timed(self) -> Iterator[tuple[Fraction, VideoFrame]]:
        """Pictures with times that grow; those without a time, or out of order, are left out."""
        latest: Fraction | None = None
        for frame in self._decode():
            if frame.pts is None:
                continue
            time_s = frame.pts * self._time_base - self._zero
            if latest is None or time_s > latest:
                latest = time_s
                yield time_s, frame

    def _reopen(self) -> VideoStream:
        self.close()
        self._open = ExitStack()
        container = self._open.enter_context(open_media(self._path, self._sniffed))
        stream = next((stream for stream in container.streams.video if not is_cover(stream)), None)
        if stream is None:
            self._open.close()
            raise InputError(f"{self._path.name} holds no video", hint="give a video, or use it as sound")
        context = cast("VideoCodecContext | None", stream.codec_context)
        if context is None:
            self._open.close()
            hint = "convert it to H.264 in MP4"
            raise InputError(f"the video of {self._path.name} is in a format that cannot be read", hint=hint)
        self._check(context.width, context.height)
        context.thread_count = self._threads
        stream.thread_type = "AUTO"
        self._container, self._stream = container, stream
        return stream

    def _check(self, width: int, height: int) -> None:
        if width * height > MAX_VIDEO_PIXELS or max(width, height) > self._limits.max_side_px:
            hint = "scale it down to 8K or less"
            raise LimitError(f"the video of {self._path.name} is {width} x {height} px", hint=hint)

    def _packets(self) -> Iterator[Packet[VideoStream]]:
        container, stream = cast("InputContainer", self._container), cast("VideoStream", self._stream)
        try:
            yield from container.demux(stream)
        except av.error.FFmpegError:
            # The file is cut short or damaged from here on: what came before counts.
            return

    def _decode(self) -> Iterator[VideoFrame]:
        bad = 0
        for packet in self._packets():
            try:
                frames = packet.decode()
            except av.error.EOFError:
                return
            except av.error.FFmpegError as error:
                bad += 1
                if bad > _MAX_BAD_PACKETS:
                    hint = "convert it to H.264 in MP4"
                    raise InputError(f"the video of {self._path.name} is damaged", hint=hint) from error
                continue
            for frame in frames:
                self._check(frame.width, frame.height)
                yield frame

    def _start(self) -> Fraction:
        """The time that counts as 0: the first picture's, or the sound's where the pictures start well after it."""
        first = cast("VideoFrame", self.first)
        video_s = (first.pts or 0) * self._time_base
        container = cast("InputContainer", self._container)
        for sound in container.streams.audio[:1]:
            if sound.start_time is not None and sound.time_base is not None:
                sound_s = max(Fraction(0), sound.start_time * sound.time_base)
                if video_s - sound_s > _LATE_START_S:
                    return sound_s
        return video_s


def _usual_length(stream: VideoStream) -> Fraction:
    rate = stream.guessed_rate or stream.average_rate
    return 1 / rate if rate else Fraction(0)


def _aspect_of(stream: VideoStream) -> Fraction:
    aspect = stream.sample_aspect_ratio
    if aspect is None or not Fraction(1, 20) < aspect < 20:
        return Fraction(1)
    return Fraction(aspect)


def _turn_of(frame: VideoFrame) -> Turn:
    """The display matrix of a picture (ISO/IEC 14496-12, 6.2.2), to the nearest quarter turn."""
    side_data = cast("Mapping[str, Buffer]", frame.side_data).get("DISPLAYMATRIX")
    if side_data is None:
        return Turn()
    a, b, _, c, d, *_ = struct.unpack("<9i", bytes(side_data)[:36])
    mirrored = a * d - b * c < 0
    # The picture's x axis points along (a, b); where the matrix mirrors, along (-a, b) before it does.
    x, y = (-a, b) if mirrored else (a, b)
    if abs(x) >= abs(y):
        return Turn(0 if x >= 0 else 2, mirrored)
    return Turn(1 if y > 0 else 3, mirrored)
