"""Playing a finished file back, as a player would, to know that it plays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import av.error

from wavereel.errors import VerifyError

if TYPE_CHECKING:
    from pathlib import Path

    from av.container import InputContainer


Watch = Callable[[], None]
"""Called for every picture that is played; what it raises stops the playing."""


def _unwatched() -> None:
    """Lets everything play."""


@dataclass(frozen=True, slots=True)
class PacketTable:
    """What the packets of a file's video and audio tracks say, without decoding them.

    `pictures` counts video packets and `keys` names the key pictures among them; starts and ends are in seconds from
    the start of the file.
    """

    pictures: int
    keys: tuple[int, ...]
    video_end_s: Fraction
    audio_start_s: Fraction
    audio_end_s: Fraction


def read_packets(path: Path) -> PacketTable:
    """Reads every packet's header.

    Raises:
        VerifyError: The file cannot be opened, its pictures are out of order, or one lacks a time.
    """
    pictures, keys = 0, list[int]()
    video_end = audio_end = Fraction(0)
    audio_start: Fraction | None = None
    with _opened(path) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        try:
            for packet in container.demux(video, audio):
                if packet.pts is None:
                    continue
                start = packet.pts * packet.time_base
                end = start + (packet.duration or 0) * packet.time_base
                if packet.stream is audio:
                    audio_start = start if audio_start is None else audio_start
                    audio_end = max(audio_end, end)
                    continue
                if pictures and start < video_end - Fraction(1, 1000):
                    raise VerifyError(f"picture {pictures} of {path.name} is out of order")
                if packet.is_keyframe:
                    keys.append(pictures)
                pictures += 1
                video_end = end
        except av.error.FFmpegError as error:
            raise VerifyError(f"{path.name} cannot be read back ({error.strerror})") from error
    return PacketTable(pictures, tuple(keys), video_end, audio_start or Fraction(0), audio_end)


def play_keys(path: Path, watch: Watch = _unwatched) -> int:
    """Decodes every key picture and nothing else; how many there were.

    Raises:
        VerifyError: One of them does not decode cleanly.
    """
    return _play(path, watch, skip="NONKEY", start_s=None, stop_s=None)


def play_range(path: Path, start_s: float, stop_s: float, watch: Watch = _unwatched) -> int:
    """Seeks to `start_s` and decodes pictures up to `stop_s`; how many were shown in `[start_s, stop_s)`.

    Raises:
        VerifyError: One of them does not decode cleanly.
    """
    return _play(path, watch, skip="DEFAULT", start_s=start_s, stop_s=stop_s)


def play_all(path: Path, watch: Watch = _unwatched) -> int:
    """Decodes every picture; raises as `play_range` does."""
    return _play(path, watch, skip="DEFAULT", start_s=None, stop_s=None)


def _play(path: Path, watch: Watch, *, skip: str, start_s: float | None, stop_s: float | None) -> int:
    shown = 0
    with _opened(path) as container:
        stream = container.streams.video[0]
        stream.codec_context.skip_frame = skip  # pyright: ignore[reportAttributeAccessIssue]
        stream.codec_context.options = {"err_detect": "explode"}
        stream.codec_context.thread_count = 1
        half = Fraction(1, 2) / (stream.average_rate or 30)
        try:
            if start_s:
                container.seek(round(start_s * av.time_base), backward=True)
            for frame in container.decode(stream):
                watch()
                if frame.is_corrupt or frame.pts is None or frame.time_base is None:
                    raise VerifyError(f"{path.name} has a broken picture near {float(frame.time or 0):.1f} s")
                at = frame.pts * frame.time_base
                if stop_s is not None and at + half >= Fraction(stop_s):
                    break
                if start_s is None or at + half >= Fraction(start_s):
                    shown += 1
        except av.error.FFmpegError as error:
            raise VerifyError(f"{path.name} does not decode ({error.strerror})") from error
    return shown


def _opened(path: Path) -> InputContainer:
    try:
        return av.open(str(path), "r", format="mp4")
    except (av.error.FFmpegError, OSError) as error:
        raise VerifyError(f"{path.name} cannot be opened again ({error.strerror})") from error
