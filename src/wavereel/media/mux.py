"""Writing the MP4: coded pictures and coded sound in, a file with `moov` first, no edit list and BT.709 marked out."""

from __future__ import annotations

import io
from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING, cast

import av
import av.error

from wavereel.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from av.audio.stream import AudioStream
    from av.container import OutputContainer
    from av.packet import Packet
    from av.video.stream import VideoStream

    from wavereel.media.aac import AacTrack
    from wavereel.media.coded import CodedPicture

_HEAD_PICTURES = 4
"""Coded pictures shown to the parser that fills in the video track's description."""


def write_mp4(
    path: Path,
    pictures: Iterable[CodedPicture],
    fps: Fraction,
    sound: AacTrack,
    tags: Mapping[str, str],
    chapters: Iterable[tuple[int, int, str]] = (),
) -> None:
    """Writes a video with one H.264 and one AAC track, interleaved by time.

    The pictures have no B pictures among them, so decoding order is display order and no track needs an offset.

    Args:
        path: Where to write; the caller renames it when it is verified.
        pictures: Access units in order, the first a key picture with its parameter sets.
        fps: Frames a second.
        sound: The sound's packets.
        tags: `title`, `artist`, `album`, `comment` and the like.
        chapters: `(start_ms, end_ms, title)`.

    Raises:
        OutputError: The disk is full or cannot be written.
    """
    options = {"movflags": "+faststart", "use_editlist": "1" if sound.keeps_edit_list else "0", "brand": "mp42"}
    try:
        with av.open(str(path), "w", format="mp4", options=options) as container:
            container.metadata.update(tags)
            _set_chapters(container, chapters)
            _mux(container, iter(pictures), fps, sound)
    except (OSError, av.error.FFmpegError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise OutputError(
            f"cannot write {path.name} ({reason})", hint="free some space or choose another folder"
        ) from error


def _set_chapters(container: OutputContainer, chapters: Iterable[tuple[int, int, str]]) -> None:
    rows = [
        {"id": number, "start": start, "end": end, "time_base": Fraction(1, 1000), "metadata": {"title": title}}
        for number, (start, end, title) in enumerate(chapters)
    ]
    if rows:
        container.set_chapters(rows)  # pyright: ignore[reportArgumentType]


def _mux(container: OutputContainer, pictures: Iterator[CodedPicture], fps: Fraction, sound: AacTrack) -> None:
    head = [picture for _, picture in zip(range(_HEAD_PICTURES), pictures, strict=False)]
    video = _video_stream(container, head, fps)
    audio = sound.add_to(container)
    container.start_encoding()
    packets = _sound_packets(audio, sound)
    pending = next(packets, None)
    for number, picture in enumerate(chain(head, pictures)):
        until = (number + 1) / fps
        while pending is not None and Fraction(pending.pts or 0, sound.sample_rate_hz) < until:
            container.mux_one(pending)  # pyright: ignore[reportUnknownMemberType]
            pending = next(packets, None)
        packet = av.Packet(picture.data)
        packet.stream = video
        packet.time_base = 1 / fps
        packet.pts = packet.dts = number
        packet.duration = 1
        packet.is_keyframe = picture.key
        container.mux_one(packet)  # pyright: ignore[reportUnknownMemberType]
    while pending is not None:
        container.mux_one(pending)  # pyright: ignore[reportUnknownMemberType]
        pending = next(packets, None)


def _video_stream(container: OutputContainer, head: list[CodedPicture], fps: Fraction) -> VideoStream:
    """A video track described by the stream's own parameter sets: size, colour and `avcC` all come from them."""
    elementary = io.BytesIO(b"".join(picture.data for picture in head))
    with av.open(elementary, "r", format="h264") as source:
        template = source.streams.video[0]
        stream = container.add_stream_from_template(template)  # pyright: ignore[reportUnknownMemberType]
    stream.time_base = 1 / fps
    return stream


def _sound_packets(stream: AudioStream, sound: AacTrack) -> Iterator[Packet[AudioStream]]:
    for coded in sound.packets():
        packet = cast("Packet[AudioStream]", av.Packet(coded.data))
        packet.stream = stream
        packet.time_base = Fraction(1, sound.sample_rate_hz)
        packet.pts = packet.dts = coded.pts
        packet.duration = coded.duration
        packet.is_keyframe = True
        yield packet
