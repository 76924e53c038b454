"""Sound of any accepted file as blocks of float32, exact to the sample.

Sample 0 is the first sample that was recorded: what encoders put before it and after the last one is dropped. Where a
file also holds video, sample 0 is the earlier start of the two, and silence fills the sound's delay.

`n` samples at rate `r` become `ceil(n * 48000 / r)` at 48 kHz, and sample `k` of the result is the sound at `k / 48000`
seconds whatever sample the reading started at.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from fractions import Fraction
from math import gcd
from typing import TYPE_CHECKING, cast

import av
import av.error
import numpy as np

from wavereel.errors import InputError, NoSoundError, TruncatedError
from wavereel.media.extent import measure_extent
from wavereel.media.native_frames import FrameReader, SeekMissedError, frame_of
from wavereel.media.probe import check_sound
from wavereel.media.promise import read_promise
from wavereel.media.sniff import DEFAULT_LIMITS, open_media, sniff, sound_streams
from wavereel.media.tags import is_cover
from wavereel.times import SAMPLE_RATE_HZ, format_time, round_half_up, samples_ms

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from numpy.typing import NDArray

    from wavereel.media.extent import Extent
    from wavereel.media.sniff import Sniffed

_LOG = logging.getLogger(__name__)

BLOCK = 48_000
_SEEK_WORTH_S = 10
_SHORTFALL_S = Fraction(1, 2)
_PEAK_LIMIT = 8.0


def decode_audio(
    path: Path,
    *,
    stream: int | None = None,
    start_sample: int = 0,
    stop_sample: int | None = None,
    salvage: bool = False,
    rate_hz: int = SAMPLE_RATE_HZ,
    mono: bool = False,
) -> Iterator[NDArray[np.float32]]:
    """Decodes `[start_sample, stop_sample)`, counted at `rate_hz`, or up to the end.

    Channels: one becomes two equal ones; more than two are mixed down with the weights of ITU-R BS.775, which keep
    the loudness; `mono` takes the mean of left and right. Peaks above +18 dBFS are cut.

    Yields:
        Fresh `(n, 2)` float32 blocks, `(n, 1)` with `mono`; each of one second but the last.

    Raises:
        InputError: The file, or every packet of its sound, cannot be read; or it holds NaN and not `salvage`.
        NoSoundError: It holds no sound.
        TruncatedError: It is cut short and not `salvage`.
    """
    sniffed = sniff(path)
    if sniffed.is_picture:
        raise NoSoundError(f"{path.name} is a picture", hint="give a file that holds sound")
    read_promise(path, sniffed)
    job = _Job(path, sniffed, stream, start_sample, stop_sample, salvage, rate_hz, mono)
    yield from _reblock(_samples(job), BLOCK)


def measured_samples(path: Path, *, salvage: bool = False) -> int:
    """Length of a file's sound in samples of 48 kHz, with its delay against the video; decodes it where no table tells.

    Raises:
        InputError: As `decode_audio`.
    """
    sniffed = sniff(path)
    if not sniffed.is_picture:
        read_promise(path, sniffed)
        with open_media(path, sniffed) as container:
            audio = _pick(path, container, None)
            extent = measure_extent(path, sniffed, audio.index)
            if not salvage:
                extent.require_whole(path.name)
            has_video = any(not is_cover(stream) for stream in container.streams.video)
            if extent.samples is not None and not has_video:
                return _resampled_length(extent.samples, audio.codec_context.sample_rate, SAMPLE_RATE_HZ)
    return sum(len(block) for block in decode_audio(path, salvage=salvage, mono=True))


@dataclass(frozen=True, slots=True)
class _Job:
    path: Path
    sniffed: Sniffed
    stream: int | None
    start: int
    stop: int | None
    salvage: bool
    rate_hz: int
    mono: bool


def _samples(job: _Job) -> Iterator[NDArray[np.float32]]:
    """Blocks of any length that hold exactly the wanted range."""
    with open_media(job.path, job.sniffed) as container:
        audio = _pick(job.path, container, job.stream)
        index = audio.index
        extent = measure_extent(job.path, job.sniffed, index)
        if not job.salvage:
            extent.require_whole(job.path.name)
        native_hz = audio.codec_context.sample_rate
        check_sound(job.path.name, native_hz, audio.codec_context.channels, DEFAULT_LIMITS)
        lead = _lead_samples(container, audio, job.rate_hz)
    length = None if extent.samples is None else lead + _resampled_length(extent.samples, native_hz, job.rate_hz)
    stop = job.stop if length is None else length if job.stop is None else min(job.stop, length)
    if stop is not None and stop <= job.start:
        return
    if job.start < lead:
        silent = (lead if stop is None else min(lead, stop)) - job.start
        yield _silence(silent, job)
    first = max(0, job.start - lead)
    last = None if stop is None else stop - lead
    if last is None or last > first:
        yield from _sound(job, index, extent, first, last)


def _silence(samples: int, job: _Job) -> NDArray[np.float32]:
    return np.zeros((samples, 1 if job.mono else 2), np.float32)


def _sound(job: _Job, index: int, extent: Extent, first: int, last: int | None) -> Iterator[NDArray[np.float32]]:
    """The range `[first, last)` of resampled samples, from a seek if that is worth it."""
    if first > _SEEK_WORTH_S * job.rate_hz:
        try:
            source = _resampled(job, index, extent, first, last)
            head = next(source, None)
        except SeekMissedError:
            pass
        else:
            if head is not None:
                yield head
                yield from source
            return
    at = 0
    for block in _resampled(job, index, extent, 0, last):
        if at + len(block) > first:
            yield block[max(0, first - at) :]
        at += len(block)


def _resampled(job: _Job, index: int, extent: Extent, first: int, last: int | None) -> Iterator[NDArray[np.float32]]:
    """Resampled samples from `first`, after seeking unless `first` is 0.

    The frames fed to the resampler start on a sample that falls on a sample of the result too, so its phase is that
    of reading from the start.
    """
    with open_media(job.path, job.sniffed) as container:
        audio = cast("AudioStream", container.streams[index])
        native_hz = audio.codec_context.sample_rate
        step = native_hz // gcd(native_hz, job.rate_hz)
        feed = max(0, (first * native_hz // job.rate_hz - native_hz // 2) // step * step) if first else 0
        end = extent.samples
        if last is not None:
            wanted = -(-last * native_hz // job.rate_hz) + native_hz // 2
            end = wanted if end is None else min(end, wanted)
        convert = _Converter(job, audio)
        reader = FrameReader(job.path.name, container, audio, extent)
        at = feed * job.rate_hz // native_hz
        for frame in reader.read(feed, end):
            for block in convert(frame):
                yield from _within(block, at, first, last)
                at += len(block)
        for block in convert(None):
            yield from _within(block, at, first, last)
            at += len(block)
        if extent.samples is not None:
            length = _resampled_length(extent.samples, native_hz, job.rate_hz)
            tail = (length if last is None else min(last, length)) - max(at, first)
            # The resampler ends up to one sample early; more is missing only from damaged files.
            if tail > 0 and (tail <= job.rate_hz // native_hz + 1 or _accept_shortfall(job, extent, at)):
                yield _silence(tail, job)
        if reader.damaged:
            _LOG.warning("%s: %d damaged packets of sound were skipped", job.path.name, reader.damaged)


def _within(block: NDArray[np.float32], at: int, first: int, last: int | None) -> Iterator[NDArray[np.float32]]:
    part = block[max(0, first - at) : None if last is None else max(0, last - at)]
    if len(part):
        yield part


def _accept_shortfall(job: _Job, extent: Extent, at: int) -> bool:
    """Whether the missing end is to be filled with silence, so that the length stays what was promised."""
    present_ms = samples_ms(at, job.rate_hz)
    if at == 0:
        raise InputError(f"none of the sound of {job.path.name} can be decoded", hint="export it again, as wav or mp3")
    if not job.salvage and extent.length_ms - present_ms > _SHORTFALL_S * 1000:
        there = f"{format_time(present_ms, tenths=True)} of {format_time(extent.length_ms, tenths=True)}"
        raise TruncatedError(
            f"{job.path.name} is damaged: {there} can be decoded",
            present_ms=present_ms,
            expected_ms=extent.length_ms,
            hint="copy it again, or take what is there with --salvage",
        )
    return not job.salvage


class _Converter:
    """Frames of one format to `(n, 2)` or `(n, 1)` float32 blocks at the wanted rate; `None` flushes."""

    def __init__(self, job: _Job, audio: AudioStream) -> None:
        self._job = job
        self._resampler: av.AudioResampler | None = None
        self._channels = 2
        self._holds_floats = audio.codec_context.name.startswith("pcm_f")
        self._at = 0

    def __call__(self, frame: AudioFrame | None) -> Iterator[NDArray[np.float32]]:
        if frame is not None:
            if self._holds_floats:
                frame = self._finite(frame)
            frame.pts = None
            self._at += frame.samples
            if self._resampler is None:
                self._channels = 1 if frame.layout.nb_channels == 1 else 2
                layout = "mono" if self._channels == 1 else "stereo"
                self._resampler = av.AudioResampler(
                    format="flt", layout=layout, rate=self._job.rate_hz, frame_size=BLOCK
                )
        if self._resampler is None:
            return
        try:
            outputs = self._resampler.resample(frame)
        except (av.error.FFmpegError, ValueError) as error:
            hint = "export it again, as wav or mp3"
            raise InputError(f"the sound of {self._job.path.name} cannot be converted", hint=hint) from error
        for output in outputs:
            block = cast("NDArray[np.float32]", output.to_ndarray()).reshape(-1, self._channels)
            yield self._shaped(block)

    def _shaped(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        if not np.isfinite(block).all():
            block = np.nan_to_num(block, nan=0.0, posinf=0.0, neginf=0.0)
        block = np.clip(block, -_PEAK_LIMIT, _PEAK_LIMIT)
        if self._job.mono:
            return block if self._channels == 1 else block.mean(axis=1, keepdims=True, dtype=np.float32)
        return block if self._channels == 2 else np.repeat(block, 2, axis=1)

    def _finite(self, frame: AudioFrame) -> AudioFrame:
        values = cast("NDArray[np.float32]", frame.to_ndarray())
        good = np.isfinite(values)
        if good.all():
            return frame
        if not self._job.salvage:
            at_ms = samples_ms(self._at, frame.sample_rate)
            message = f"{self._job.path.name} holds values that are no numbers, near {format_time(at_ms, tenths=True)}"
            raise InputError(message, hint="export it again, or take the rest with --salvage")
        return frame_of(np.where(good, values, np.float32(0)).astype(values.dtype), frame)


def _pick(path: Path, container: InputContainer, index: int | None) -> AudioStream:
    streams = sound_streams(container)
    if index is None:
        if not streams:
            raise NoSoundError(f"{path.name} holds no sound", hint="give a file that does")
        return streams[0]
    for stream in streams:
        if stream.index == index:
            return stream
    raise NoSoundError(f"stream {index} of {path.name} is not sound", hint="see `wavereel probe`")


def _lead_samples(container: InputContainer, audio: AudioStream, rate_hz: int) -> int:
    """How much later the sound starts than the video, in samples of the result."""
    starts = [
        stream.start_time * stream.time_base
        for stream in container.streams.video
        if not is_cover(stream) and stream.start_time is not None and stream.time_base
    ]
    if not starts or audio.start_time is None or audio.time_base is None:
        return 0
    delay = audio.start_time * audio.time_base - min(starts)
    limit = Fraction(container.duration or 0, 1_000_000)
    return round_half_up(delay * rate_hz) if 0 < delay <= limit else 0


def _resampled_length(samples: int, rate_hz: int, to_hz: int) -> int:
    return -(-samples * to_hz // rate_hz)


def _reblock(blocks: Iterator[NDArray[np.float32]], size: int) -> Iterator[NDArray[np.float32]]:
    """The same samples in blocks of `size`, the last one shorter."""
    parts: list[NDArray[np.float32]] = []
    held = 0
    for block in blocks:
        rest = block
        while held + len(rest) >= size:
            taken = size - held
            yield np.concatenate([*parts, rest[:taken]])
            parts, held, rest = [], 0, rest[taken:]
        if len(rest):
            parts.append(rest)
            held += len(rest)
    if held:
        yield np.concatenate(parts)
