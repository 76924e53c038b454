"""What a file holds: its streams, lengths, tags, chapters and cover, or a clear reason why it cannot be used."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING

import av.error

from wavereel.errors import InputError, LimitError
from wavereel.media.extent import Extent, measure_extent
from wavereel.media.picture_header import read_picture_header
from wavereel.media.promise import read_promise
from wavereel.media.sniff import (
    DEFAULT_LIMITS,
    HEAD_BYTES,
    MediaLimits,
    Sniffed,
    has_decoder,
    open_media,
    sniff,
    sound_streams,
)
from wavereel.media.tags import Chapter, is_cover, read_chapters, read_cover, read_tags
from wavereel.times import format_time, round_half_up

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from av.container import InputContainer
    from av.video.stream import VideoStream as AvVideoStream

__all__ = ["DEFAULT_LIMITS", "AudioStream", "Chapter", "MediaInfo", "MediaLimits", "VideoStream", "probe"]

_TRANSFERS = {1: "bt709", 4: "gamma22", 6: "smpte170m", 8: "linear", 13: "srgb", 14: "bt2020-10", 16: "pq", 18: "hlg"}
"""Transfer characteristics by code point (ITU-T H.273, table 3)."""

_JPEG_HEADER_BYTES = 32 * HEAD_BYTES


@dataclass(frozen=True, slots=True)
class AudioStream:
    """A stream of sound. `samples` counts what is heard, at its own rate, after the encoder's padding is gone;
    `None` where only decoding tells.
    """

    index: int
    codec: str
    sample_rate_hz: int
    channels: int
    samples: int | None


@dataclass(frozen=True, slots=True)
class VideoStream:
    """A stream of pictures. `width` and `height` are those seen after `rotation` degrees clockwise are applied."""

    index: int
    codec: str
    width: int
    height: int
    fps: Fraction | None
    rotation: int
    frames: int | None
    is_cover: bool
    pixel_format: str
    transfer: str


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """What a file holds. `video` leaves out cover art; `duration_ms` is rounded up and 0 for a picture."""

    path: Path
    container: str
    duration_ms: int
    audio: tuple[AudioStream, ...]
    video: tuple[VideoStream, ...]
    tags: Mapping[str, str]
    chapters: tuple[Chapter, ...]
    cover: bytes | None
    is_picture: bool


def probe(path: Path, *, limits: MediaLimits = DEFAULT_LIMITS, salvage: bool = False) -> MediaInfo:
    """Reads headers and tables, and a file's packets where its headers tell no length; decodes one picture at most.

    Args:
        path: A regular file.
        limits: What is too much.
        salvage: Take what is there of a file that is cut short.

    Raises:
        InputError: Missing, empty, unreadable, damaged, or without sound and picture.
        NotMediaError: Not of a kind that is accepted.
        TruncatedError: Cut short, unless `salvage`; the error says how much is there.
        LimitError: A limit is passed.
    """
    sniffed = sniff(path, limits=limits)
    if sniffed.is_picture:
        return _probe_picture(path, sniffed, limits)
    read_promise(path, sniffed)
    with open_media(path, sniffed) as container:
        _check_streams(path, container, limits)
        sounds = sound_streams(container)
        extents = {stream.index: measure_extent(path, sniffed, stream.index) for stream in sounds[:1]}
        extent = next(iter(extents.values()), None)
        if extent is not None and not salvage:
            extent.require_whole(path.name)
        audio = tuple(
            AudioStream(
                index=stream.index,
                codec=stream.codec_context.name,
                sample_rate_hz=stream.codec_context.sample_rate,
                channels=stream.codec_context.channels,
                samples=extents[stream.index].samples if stream.index in extents else None,
            )
            for stream in sounds
        )
        pictures = _pictures(container)
        duration_ms = _duration_ms(container, extent, pictures)
        if duration_ms <= 0:
            raise InputError(f"{path.name} has no length", hint="record or export it again")
        if duration_ms > limits.max_duration_ms:
            length, most = format_time(duration_ms), format_time(limits.max_duration_ms)
            raise LimitError(f"{path.name} lasts {length}, longer than {most}", hint="cut it into parts")
        tags = read_tags(container, sounds[0] if sounds else None)
        chapters = read_chapters(container, length_ms=duration_ms, limits=limits)
        cover = read_cover(container, limits=limits)
        has_pictures = bool(pictures)
    video = _probe_video(path, sniffed, limits) if has_pictures else ()
    return MediaInfo(
        path=path,
        container=sniffed.container,
        duration_ms=duration_ms,
        audio=audio,
        video=video,
        tags=MappingProxyType(tags),
        chapters=chapters,
        cover=cover,
        is_picture=False,
    )


def _check_streams(path: Path, container: InputContainer, limits: MediaLimits) -> None:
    sounds = sound_streams(container)
    if not sounds and not _pictures(container):
        if container.streams.audio:
            raise InputError(f"the sound of {path.name} is coded in an unknown way", hint="export it as wav or mp3")
        raise InputError(f"{path.name} holds neither sound nor video", hint="give a file that does")
    if len(container.streams) > limits.max_streams:
        raise LimitError(f"{path.name} has {len(container.streams)} streams", hint="export it with one")
    for stream in sounds:
        check_sound(path.name, stream.codec_context.sample_rate, stream.codec_context.channels, limits)


def check_sound(name: str, rate_hz: int, channels: int, limits: MediaLimits) -> None:
    """Raises `InputError` or `LimitError` for a rate or a number of channels that is not taken."""
    if rate_hz <= 0 or channels <= 0:
        raise InputError(f"the sound of {name} cannot be read", hint="export it again, as wav or mp3")
    if not limits.min_rate_hz <= rate_hz <= limits.max_rate_hz:
        hint = f"convert it to {limits.min_rate_hz} to {limits.max_rate_hz} Hz"
        raise LimitError(f"{name} has {rate_hz} samples a second", hint=hint)
    if channels > limits.max_channels:
        hint = f"mix it down to {limits.max_channels} or fewer"
        raise LimitError(f"{name} has {channels} channels", hint=hint)


def _duration_ms(container: InputContainer, extent: Extent | None, pictures: list[AvVideoStream]) -> int:
    if extent is not None and not pictures:
        return extent.length_ms
    lengths = [extent.length_ms] if extent is not None else []
    lengths.extend(
        round_half_up(stream.duration * stream.time_base * 1000)
        for stream in pictures
        if stream.duration and stream.time_base
    )
    if container.duration and not (lengths and extent is not None and extent.is_cut):
        lengths.append(round_half_up(Fraction(container.duration, 1000)))
    return max(lengths, default=0)


def _probe_video(path: Path, sniffed: Sniffed, limits: MediaLimits) -> tuple[VideoStream, ...]:
    with open_media(path, sniffed) as container:
        return tuple(_video_facts(path, container, stream, limits) for stream in _pictures(container))


def _pictures(container: InputContainer) -> list[AvVideoStream]:
    """The streams of moving pictures that can be decoded."""
    return [stream for stream in container.streams.video if not is_cover(stream) and has_decoder(stream)]


def _video_facts(path: Path, container: InputContainer, stream: AvVideoStream, limits: MediaLimits) -> VideoStream:
    context = stream.codec_context
    _check_pixels(path.name, context.width, context.height, limits)
    rotation = -_first_rotation(container, stream) % 360
    turned = rotation in {90, 270}
    return VideoStream(
        index=stream.index,
        codec=context.name,
        width=context.height if turned else context.width,
        height=context.width if turned else context.height,
        fps=stream.guessed_rate or stream.average_rate,
        rotation=rotation,
        frames=stream.frames or None,
        is_cover=False,
        pixel_format=context.pix_fmt or "",
        transfer=_TRANSFERS.get(int(context.color_trc), ""),
    )


def _first_rotation(container: InputContainer, stream: AvVideoStream) -> int:
    """Counter-clockwise degrees of the display matrix, which PyAV shows on decoded pictures only."""
    try:
        container.seek(0)
        frame = next(iter(container.decode(stream)), None)
    except (av.error.FFmpegError, StopIteration, ValueError):
        return 0
    return round(frame.rotation / 90) * 90 if frame is not None else 0


def _probe_picture(path: Path, sniffed: Sniffed, limits: MediaLimits) -> MediaInfo:
    try:
        with path.open("rb") as file:
            header = read_picture_header(file.read(_JPEG_HEADER_BYTES))
    except OSError as error:
        raise InputError(f"{path} cannot be read", hint="check its permissions and the disk") from error
    if header is None:
        raise InputError(f"{path.name} is a damaged picture", hint="save it again as PNG or JPEG")
    _check_pixels(path.name, header.width, header.height, limits)
    video = VideoStream(
        index=0,
        codec=header.kind,
        width=header.width,
        height=header.height,
        fps=None,
        rotation=header.rotation,
        frames=None,
        is_cover=False,
        pixel_format="",
        transfer="srgb",
    )
    return MediaInfo(path, sniffed.container, 0, (), (video,), MappingProxyType({}), (), None, is_picture=True)


def _check_pixels(name: str, width: int, height: int, limits: MediaLimits) -> None:
    if width <= 0 or height <= 0:
        raise InputError(f"{name} has no picture size", hint="save it again")
    if max(width, height) > limits.max_side_px or width * height > limits.max_pixels:
        hint = f"scale it to at most {limits.max_side_px} px a side and {limits.max_pixels // 10**6} megapixels"
        raise LimitError(f"{name} is {width} x {height} px", hint=hint)
