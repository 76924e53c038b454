"""The exact length of a stream of sound, without decoding it.

Encoders add samples before and after the sound. What each container says about them is gathered here: LAME's delay and
padding, the pre-skip and last granule of Opus, edit lists and short last samples of MP4, block counts of PCM.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, cast

import av.error

from wavereel.errors import InputError, TruncatedError
from wavereel.media.promise import Promise, read_promise
from wavereel.media.sniff import open_media
from wavereel.times import format_time, round_half_up, samples_ms

if TYPE_CHECKING:
    from pathlib import Path

    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.packet import Packet

    from wavereel.media.sniff import Sniffed

_TAIL_S = 2
_PCM_BITS = re.compile(r"pcm_[a-z](\d+)")


@dataclass(frozen=True, slots=True)
class Extent:
    """Where a stream of sound ends.

    Attributes:
        samples: Audible samples at the stream's own rate; `None` where its container keeps time too coarsely
            (Matroska counts milliseconds) and only decoding tells.
        length_ms: Audible length, rounded up.
        expected_ms: Length that the container promises, if the file is cut short and its container says.
        is_cut: Whether the file ends before the sound that it promises.
    """

    samples: int | None
    length_ms: int
    expected_ms: int | None = None
    is_cut: bool = False

    def require_whole(self, name: str) -> None:
        """Raises `TruncatedError` with both lengths if the file is cut short."""
        if not self.is_cut:
            return
        whole = format_time(self.expected_ms, tenths=True) if self.expected_ms else "it"
        there = f"{name} is cut short: {format_time(self.length_ms, tenths=True)} of {whole} are there"
        hint = "copy it again, or take what is there with --salvage"
        raise TruncatedError(there, present_ms=self.length_ms, expected_ms=self.expected_ms, hint=hint)


def measure_extent(path: Path, sniffed: Sniffed, stream_index: int) -> Extent:
    """Finds the length of one stream of sound from tables, from its last packets, or by counting packets.

    Raises:
        TruncatedError: An MP4 without its index.
        InputError: The header cannot be read.
    """
    promise = read_promise(path, sniffed)
    with open_media(path, sniffed) as container:
        stream = cast("AudioStream", container.streams[stream_index])
        if stream.codec_context.sample_rate <= 0:
            raise InputError(f"the sound of {path.name} cannot be read", hint="export it again, as wav or mp3")
        return _extent(container, stream, sniffed, promise)


def _extent(container: InputContainer, stream: AudioStream, sniffed: Sniffed, promise: Promise) -> Extent:
    rate_hz = stream.codec_context.sample_rate
    expected_ms = _expected_ms(container, stream)
    if promise.payload_bytes is not None and (block := _block_bytes(stream)):
        samples = promise.payload_bytes // block
        if promise.missing_bytes:
            promised = (promise.promised_bytes or 0) // block
            return Extent(samples, samples_ms(samples, rate_hz), samples_ms(promised, rate_hz), is_cut=True)
        return Extent(samples, samples_ms(samples, rate_hz))
    is_cut = promise.missing_bytes > 0 or not promise.end_mark
    counted = sniffed.container == "aac" or (sniffed.container == "mp3" and not promise.exact_mp3)
    if is_cut or counted:
        end = _count(container, stream)
    else:
        end = _last_end(container, stream)
        if end is None:
            end = _count(container, stream)
    length = end * _time_base(stream)
    if sniffed.container == "mp4" and not is_cut:
        length = _within_gapless_tag(_within_edit(length, stream, promise), container, rate_hz)
    if sniffed.container == "flac" and stream.duration and end < stream.duration:
        is_cut = True
    exact = (1 / _time_base(stream)) % rate_hz == 0
    samples = max(0, round_half_up(length * rate_hz)) if exact else None
    length_ms = samples_ms(samples, rate_hz) if samples is not None else max(0, round_half_up(length * 1000))
    # Ogg and AVI tell no length but that of what is there.
    tells = is_cut and expected_ms is not None and expected_ms > length_ms and sniffed.container != "ogg"
    return Extent(samples, length_ms, expected_ms if tells else None, is_cut)


def _within_edit(length: Fraction, stream: AudioStream, promise: Promise) -> Fraction:
    """The edit list ends the sound, unless it only rounds to its own coarse unit."""
    if not stream.duration or not promise.movie_rate:
        return length
    edit = stream.duration * _time_base(stream)
    return edit if length - edit > Fraction(1, promise.movie_rate) else length


def _within_gapless_tag(length: Fraction, container: InputContainer, rate_hz: int) -> Fraction:
    """The end that `iTunSMPB` tells: delay, padding and length as hexadecimal words in a tag of iTunes."""
    words = container.metadata.get("iTunSMPB", "").split()
    try:
        samples = int(words[3], 16)
    except (IndexError, ValueError):
        return length
    return Fraction(samples, rate_hz) if 0 < samples <= length * rate_hz else length


def _expected_ms(container: InputContainer, stream: AudioStream) -> int | None:
    if stream.duration:
        return round_half_up(stream.duration * _time_base(stream) * 1000)
    return round_half_up(Fraction(container.duration, 1000)) if container.duration else None


def _time_base(stream: AudioStream) -> Fraction:
    return stream.time_base or Fraction(1, stream.codec_context.sample_rate)


def _block_bytes(stream: AudioStream) -> int:
    name = stream.codec_context.name
    if name in {"pcm_alaw", "pcm_mulaw"}:
        return stream.codec_context.channels
    found = _PCM_BITS.match(name)
    return stream.codec_context.channels * int(found[1]) // 8 if found else 0


def _last_end(container: InputContainer, stream: AudioStream) -> int | None:
    """End of the last packet, counted from the stream's start, in its time base; `None` where seeking fails."""
    start = stream.start_time or 0
    length = stream.duration
    if not length:
        length = int(Fraction(container.duration or 0, 1_000_000) / _time_base(stream))
    try:
        container.seek(start + max(0, length - int(_TAIL_S / _time_base(stream))), stream=stream)
        last: int | None = None
        for packet in container.demux(stream):
            if packet.size and packet.pts is not None and not packet.is_discard:
                end = packet.pts + (packet.duration or 0)
                last = end if last is None else max(last, end)
                # Ogg and Matroska shorten the last packet's duration themselves.
                if container.format.name == "mp3" and (cut := _trimmed(packet)[1]):
                    # Padding may reach over two packets: it starts in this one.
                    return end - start - round_half_up(cut / (_time_base(stream) * stream.codec_context.sample_rate))
    except av.error.FFmpegError:
        return None
    return None if last is None else last - start


def _count(container: InputContainer, stream: AudioStream) -> int:
    """Sum of the lengths of all packets less what is trimmed, in the stream's time base; stops at damage."""
    total = trimmed = 0
    try:
        for packet in container.demux(stream):
            if packet.size and not packet.is_discard and not packet.is_corrupt:
                total += packet.duration or 0
                trimmed += sum(_trimmed(packet))
    except av.error.FFmpegError:
        pass
    return max(0, total - round_half_up(trimmed / (_time_base(stream) * stream.codec_context.sample_rate)))


def _trimmed(packet: Packet[AudioStream]) -> tuple[int, int]:
    """Samples to drop at the start and the end of what a packet decodes to."""
    if not packet.has_sidedata("skip_samples"):
        return 0, 0
    data = bytes(packet.get_sidedata("skip_samples"))
    return int.from_bytes(data[:4], "little"), int.from_bytes(data[4:8], "little")
