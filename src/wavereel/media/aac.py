"""AAC-LC as raw packets in a spool file, placed so that sample `k` sounds at `k` in an MP4 without an edit list.

The coder answers each 1024 samples with a packet that also needs the one before; the first packet codes the 1024
samples before the sound. That one is dropped: packet `i` then stands at `1024 * i`, and the first 21 ms fade in. The
last packet is given the rest of the length.

FFmpeg's coder runs with `aac_coder=fast`: half the CPU of `twoloop`, and closer to the wave at every bit rate tried.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, cast

import av
import av.error
import numpy as np
from av.bitstream import BitStreamFilterContext
from av.codec.context import Flags

from wavereel.errors import InputError, OutputError
from wavereel.media.extent import measure_extent
from wavereel.media.sniff import open_media, sniff, sound_streams
from wavereel.times import SAMPLE_RATE_HZ

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from av.audio.codeccontext import AudioCodecContext
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import OutputContainer
    from av.packet import Packet
    from numpy.typing import NDArray

FRAME_SAMPLES = 1024


@dataclass(frozen=True, slots=True)
class AacPacket:
    """One packet; `pts` and `duration` in samples."""

    pts: int
    duration: int
    data: bytes


@dataclass(frozen=True, slots=True)
class AacTrack:
    """Packets of AAC-LC in a file, one after the other, without headers.

    Attributes:
        path: The spool file.
        sizes: Bytes of each packet, in order.
        extradata: AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1).
        sample_rate_hz: Rate of the sound.
        channels: 1 or 2.
        samples: Audible samples, at `sample_rate_hz`.
        priming_samples: Decoded samples before the first audible one. 0 for what `encode_aac` makes; a copied track
            needs an edit list that skips them.
    """

    path: Path
    sizes: Sequence[int]
    extradata: bytes
    sample_rate_hz: int
    channels: int
    samples: int
    priming_samples: int = 0

    @property
    def keeps_edit_list(self) -> bool:
        """Whether an edit list has to skip the priming."""
        return self.priming_samples > 0

    def packets(self) -> Iterator[AacPacket]:
        """The packets in order, the first at `-priming_samples`; durations add up to `priming_samples + samples`."""
        stamp = -self.priming_samples
        with self.path.open("rb") as file:
            for size in self.sizes:
                yield AacPacket(stamp, min(FRAME_SAMPLES, self.samples - stamp), file.read(size))
                stamp += FRAME_SAMPLES

    def add_to(self, container: OutputContainer) -> AudioStream:
        """Adds the track to a container that is written; its packets are then muxed with time base `1 / rate`.

        The description comes from a coder of the same rate and channels: of AAC-LC it says nothing else.
        """
        stream = container.add_stream("aac", rate=self.sample_rate_hz)  # pyright: ignore[reportUnknownMemberType]
        stream.codec_context.layout = "stereo" if self.channels == 2 else "mono"
        stream.codec_context.format = "fltp"
        stream.codec_context.bit_rate = sum(self.sizes) * 8 * self.sample_rate_hz // max(1, self.samples)
        stream.time_base = Fraction(1, self.sample_rate_hz)
        return stream


def encode_aac(
    blocks: Iterable[NDArray[np.float32]], samples: int, *, bit_rate: int = 128_000, spool: Path
) -> AacTrack:
    """Encodes exactly `samples` samples of 48 kHz stereo: silence fills up, what is more is left out.

    Args:
        blocks: `(n, 2)` float32, any lengths.
        samples: Length of the track.
        bit_rate: Bits a second, both channels together.
        spool: File to write; the caller deletes it.

    Raises:
        OutputError: The spool cannot be written.
    """
    context = _encoder(SAMPLE_RATE_HZ, 2, bit_rate)
    sizes = array("I")
    count = -(-samples // FRAME_SAMPLES)
    try:
        with spool.open("wb") as file:
            for packet in _encoded(context, _frames(blocks, samples)):
                if packet.pts is not None and packet.pts >= 0 and len(sizes) < count:
                    sizes.append(file.write(bytes(packet)))
    except OSError as error:
        reason = (error.strerror or "error").lower()
        raise OutputError(f"{spool} cannot be written ({reason})", hint="free some space") from error
    if len(sizes) != count:
        raise OutputError(f"the AAC coder made {len(sizes)} packets of {count}", hint="report this as a fault")
    return AacTrack(spool, sizes, context.extradata or b"", SAMPLE_RATE_HZ, 2, samples)


def _encoder(rate_hz: int, channels: int, bit_rate: int) -> AudioCodecContext:
    context = av.CodecContext.create("aac", "w")
    context.sample_rate = rate_hz
    context.layout = "stereo" if channels == 2 else "mono"
    context.format = "fltp"
    context.bit_rate = bit_rate
    context.time_base = Fraction(1, rate_hz)
    context.options = {"aac_coder": "fast"}
    context.flags |= Flags.global_header | Flags.bitexact
    context.thread_count = 1
    context.open()
    return context


def _frames(blocks: Iterable[NDArray[np.float32]], samples: int) -> Iterator[NDArray[np.float32]]:
    """Arrays of `(2, 1024)`, the last filled with silence, that hold exactly `samples`."""
    rest = np.zeros((0, 2), np.float32)
    left = samples
    for block in blocks:
        joined = np.concatenate([rest, block[:left]])
        left -= len(joined) - len(rest)
        whole = len(joined) // FRAME_SAMPLES * FRAME_SAMPLES
        yield from _planes(joined[:whole])
        rest = joined[whole:]
        if not left:
            break
    while left or len(rest):
        filled = np.zeros((FRAME_SAMPLES, 2), np.float32)
        filled[: len(rest)] = rest
        left -= min(left, FRAME_SAMPLES - len(rest))
        rest = rest[:0]
        yield filled.T


def _planes(block: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
    yield from block.reshape(-1, FRAME_SAMPLES, block.shape[1]).transpose(0, 2, 1)


def _encoded(context: AudioCodecContext, frames: Iterable[NDArray[np.float32]]) -> Iterator[Packet[AudioStream]]:
    layout = context.layout.name
    for number, planes in enumerate(frames):
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(planes), "fltp", layout)
        frame.sample_rate = context.sample_rate
        frame.time_base = context.time_base
        frame.pts = number * FRAME_SAMPLES
        yield from _packets(context, frame)
    yield from _packets(context, None)


def _packets(context: AudioCodecContext, frame: AudioFrame | None) -> list[Packet[AudioStream]]:
    return cast("list[Packet[AudioStream]]", context.encode(frame))  # pyright: ignore[reportUnknownMemberType]


def copy_aac(path: Path, *, spool: Path, samples: int | None = None, stream: int | None = None) -> AacTrack:
    """Copies the packets of an AAC-LC file as they are, with the priming that its edit list skips.

    Args:
        path: MP4, MOV, M4A, Matroska or ADTS.
        spool: File to write; the caller deletes it.
        samples: Audible length wanted, at the file's own rate: later packets are left out, or silent ones added.
        stream: Index of the stream; the first sound where `None`.

    Raises:
        InputError: Not AAC-LC in one or two channels, cut short, or with holes: encode it instead.
        OutputError: The spool cannot be written.
    """
    sniffed = sniff(path)
    with open_media(path, sniffed) as container:
        found = [sound for sound in sound_streams(container) if stream is None or sound.index == stream]
        if not found:
            raise InputError(f"{path.name} holds no such sound", hint="see `wavereel probe`")
        audio = found[0]
        context = audio.codec_context
        if context.name != "aac" or context.profile != "LC" or context.channels > 2:
            raise InputError(f"the sound of {path.name} is not AAC-LC stereo", hint="encode it")
        extent = measure_extent(path, sniffed, audio.index)
        extent.require_whole(path.name)
        rate_hz, channels = context.sample_rate, context.channels
        audible = samples if samples is not None else (extent.samples or extent.length_ms * rate_hz // 1000)
        reader = _Copy(path, audio, spool)
        reader.run(container.demux(audio), audible)
        extradata = reader.extradata or context.extradata or b""
    stop = -(-(reader.priming + audible) // FRAME_SAMPLES)
    missing = stop - len(reader.sizes)
    if missing > 0:
        silent = _silent_packet(rate_hz, channels)
        with spool.open("ab") as file:
            for _ in range(missing):
                reader.sizes.append(file.write(silent))
    return AacTrack(spool, reader.sizes, extradata, rate_hz, channels, audible, reader.priming)


class _Copy:
    """Writes raw packets to the spool and checks that they stand in a row."""

    def __init__(self, path: Path, audio: AudioStream, spool: Path) -> None:
        self.sizes = array("I")
        self.priming = 0
        self.extradata = b""
        self._name = path.name
        self._audio = audio
        self._spool = spool
        self._strip = BitStreamFilterContext("aac_adtstoasc", audio) if audio.codec_context.extradata is None else None

    def run(self, packets: Iterator[Packet[AudioStream]], audible: int) -> None:
        """Copies packets until `audible` samples after the priming are covered."""
        rate_hz = self._audio.codec_context.sample_rate
        base = self._audio.time_base or Fraction(1, rate_hz)
        # The same holes that decoding fills with silence.
        tolerance = rate_hz // (100 if (1 / base) % rate_hz == 0 else 20)
        first: int | None = None
        try:
            with self._spool.open("wb") as file:
                for packet in self._raw(packets):
                    stamp = None if packet.pts is None else round(packet.pts * base * rate_hz)
                    if first is None:
                        first = stamp or 0
                        self.priming = _skipped(packet) or max(0, -first)
                    at = len(self.sizes) * FRAME_SAMPLES
                    if at >= self.priming + audible:
                        return
                    if stamp is not None and stamp - first - at > tolerance:
                        raise InputError(f"the sound of {self._name} has holes", hint="encode it")
                    self.sizes.append(file.write(bytes(packet)))
        except av.error.FFmpegError as error:
            raise InputError(f"the sound of {self._name} is damaged", hint="encode it") from error
        except OSError as error:
            reason = (error.strerror or "error").lower()
            raise OutputError(f"{self._spool} cannot be written ({reason})", hint="free some space") from error

    def _raw(self, packets: Iterator[Packet[AudioStream]]) -> Iterator[Packet[AudioStream]]:
        for packet in packets:
            if not packet.size:
                continue
            if self._strip is None:
                yield packet
                continue
            for output in _filtered(self._strip, packet):
                if not self.extradata and output.has_sidedata("new_extradata"):
                    self.extradata = bytes(output.get_sidedata("new_extradata"))
                yield output


def _filtered(strip: BitStreamFilterContext, packet: Packet[AudioStream]) -> list[Packet[AudioStream]]:
    return cast("list[Packet[AudioStream]]", strip.filter(packet))  # pyright: ignore[reportUnknownMemberType]


def _skipped(packet: Packet[AudioStream]) -> int:
    if not packet.has_sidedata("skip_samples"):
        return 0
    return int.from_bytes(bytes(packet.get_sidedata("skip_samples"))[:4], "little")


def _silent_packet(rate_hz: int, channels: int) -> bytes:
    """A packet that decodes to silence after whatever came before has faded out."""
    quiet = [np.zeros((channels, FRAME_SAMPLES), np.float32)] * 4
    return bytes(list(_encoded(_encoder(rate_hz, channels, 64_000), quiet))[2])


def decode_track(track: AacTrack) -> Iterator[NDArray[np.float32]]:
    """Decodes a track as a player does: `(n, 2)` float32 at the track's rate, exactly `track.samples` in all.

    Raises:
        InputError: A packet does not decode.
    """
    context = av.CodecContext.create("aac", "r")
    context.extradata = track.extradata
    context.thread_count = 1
    held: list[NDArray[np.float32]] = []
    at = -track.priming_samples
    for packet in track.packets():
        try:
            frames = context.decode(av.Packet(packet.data))  # pyright: ignore[reportUnknownMemberType]
        except av.error.FFmpegError as error:
            raise InputError(f"an AAC packet of {track.path.name} does not decode", hint="encode it again") from error
        for frame in frames:
            values = cast("NDArray[np.float32]", frame.to_ndarray()).T
            part = values[max(0, -at) : max(0, track.samples - at)]
            at += len(values)
            if len(part):
                held.append(part if part.shape[1] == 2 else np.repeat(part, 2, axis=1))
        if len(held) >= 48:
            yield np.concatenate(held)
            held = []
    if held:
        yield np.concatenate(held)
