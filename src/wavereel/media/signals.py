"""A gallery of computed test signals, and a writer that puts them into any container.

Every signal is `(n, channels)` float32 in -1..1. The same arguments give the same samples everywhere.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, cast

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from av.audio.stream import AudioStream
    from numpy.typing import NDArray

LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1"}


def tone(
    samples: int, *, hz: float = 1000.0, dbfs: float = -23.0, rate_hz: int = 48_000, channels: int = 2
) -> NDArray[np.float32]:
    """A sine whose peak is at `dbfs`, the same on all channels.

    At 997 or 1000 Hz on two channels its loudness in LUFS is its peak level in dBFS (EBU Tech 3341, case 1).
    """
    wave = 10 ** (dbfs / 20) * np.sin(2 * np.pi * hz / rate_hz * np.arange(samples))
    return _spread(wave, channels)


def clicks(samples: int, at: Sequence[int], *, height: float = 0.8, channels: int = 2) -> NDArray[np.float32]:
    """Silence with single samples of `height` at the given places."""
    wave = np.zeros(samples)
    wave[list(at)] = height
    return _spread(wave, channels)


def sweep(
    samples: int, *, start_hz: float = 50.0, stop_hz: float = 16_000.0, dbfs: float = -12.0, rate_hz: int = 48_000
) -> NDArray[np.float32]:
    """A sine whose frequency rises evenly in octaves, on two channels (Farina, 2000)."""
    octaves = np.log(stop_hz / start_hz)
    phase = 2 * np.pi * start_hz * samples / rate_hz / octaves * np.expm1(np.arange(samples) / samples * octaves)
    return _spread(10 ** (dbfs / 20) * np.sin(phase), 2)


def white_noise(samples: int, *, dbfs: float = -20.0, seed: int = 0, channels: int = 2) -> NDArray[np.float32]:
    """Uniform noise with its mean power at `dbfs` (of a full-scale square), different on each channel."""
    noise = np.random.default_rng(seed).uniform(-1, 1, (samples, channels))
    return (noise * np.sqrt(3) * 10 ** (dbfs / 20)).astype(np.float32)


def pink_noise(samples: int, *, dbfs: float = -20.0, seed: int = 0, channels: int = 2) -> NDArray[np.float32]:
    """Noise that falls 3 dB an octave above 20 Hz, with its mean power at `dbfs`, different on each channel."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal((samples, channels)), axis=0)
    hz = np.fft.rfftfreq(samples, 1 / 48_000)[:, None]
    shaped = np.fft.irfft(spectrum / np.sqrt(np.maximum(hz, 20)) * (hz > 0), samples, axis=0)
    power = np.sqrt(np.mean(shaped**2, axis=0))
    return (shaped / np.maximum(power, 1e-12) * 10 ** (dbfs / 20)).astype(np.float32)


def speech_like(
    samples: int, *, dbfs: float = -23.0, seed: int = 0, pauses: Iterable[tuple[int, int]] = (), channels: int = 2
) -> NDArray[np.float32]:
    """Noise with the long-term slope and the 4 Hz rhythm of speech; `pauses` are silent ranges of samples."""
    noise = pink_noise(samples, dbfs=0, seed=seed, channels=1)[:, 0].astype(np.float64)
    syllables = 0.55 - 0.45 * np.cos(2 * np.pi * 4 / 48_000 * np.arange(samples))
    wave = noise * syllables
    for start, stop in pauses:
        wave[start:stop] = 0
    power = np.sqrt(np.mean(wave[wave != 0] ** 2)) if wave.any() else 1.0
    return _spread(np.clip(wave / power * 10 ** (dbfs / 20), -1, 1), channels)


def silence(samples: int, *, channels: int = 2) -> NDArray[np.float32]:
    """Zeros."""
    return np.zeros((samples, channels), np.float32)


def channel_ids(samples: int, *, channels: int = 6, rate_hz: int = 48_000) -> NDArray[np.float32]:
    """Each channel sounds alone for its share of the time, at 200, 300, 400 Hz and so on."""
    result = np.zeros((samples, channels), np.float32)
    share = samples // channels
    for channel in range(channels):
        part = tone(share, hz=200.0 + 100 * channel, dbfs=-12, rate_hz=rate_hz, channels=1)
        result[channel * share : channel * share + share, channel] = part[:, 0]
    return result


def _spread(wave: NDArray[np.float64], channels: int) -> NDArray[np.float32]:
    return np.repeat(wave.astype(np.float32)[:, None], channels, axis=1)


def write_sound(
    path: Path,
    sound: NDArray[np.float32],
    *,
    rate_hz: int = 48_000,
    codec: str,
    tags: Mapping[str, str] | None = None,
    chapters: Sequence[tuple[int, int, str]] = (),
    bit_rate: int | None = None,
) -> None:
    """Codes a signal into a file whose container follows the path's ending.

    Args:
        path: File to write.
        sound: `(n, 1)`, `(n, 2)` or `(n, 6)` float32.
        rate_hz: Rate of `sound` and of the file.
        codec: FFmpeg's name of the coder, for example `libmp3lame`, `aac`, `flac`, `libopus`, `pcm_s24le`.
        tags: Tags of the file.
        chapters: `(start_ms, end_ms, title)`.
        bit_rate: Bits a second, where the coder's own choice will not do.
    """
    import av

    layout = LAYOUTS[sound.shape[1]]
    with av.open(str(path), "w", container_options={"strict": "experimental"}) as container:
        container.metadata.update(dict(tags or {}))
        if chapters:
            container.set_chapters(
                [
                    {"id": at, "start": start, "end": end, "time_base": Fraction(1, 1000), "metadata": {"title": title}}
                    for at, (start, end, title) in enumerate(chapters)
                ]
            )
        options = {"strict": "experimental"}
        stream = cast("AudioStream", container.add_stream(codec, rate=rate_hz, options=options))  # pyright: ignore[reportUnknownMemberType]
        context = stream.codec_context
        context.layout = layout
        context.format = (context.codec.audio_formats or [av.AudioFormat("s16")])[0]
        if bit_rate:
            context.bit_rate = bit_rate
        context.open()
        shape = av.AudioResampler(
            format=context.format, layout=layout, rate=rate_hz, frame_size=context.frame_size or 4096
        )
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound.T), "fltp", layout)
        frame.sample_rate = rate_hz
        frame.time_base = Fraction(1, rate_hz)
        frame.pts = 0
        for part in [*shape.resample(frame), *shape.resample(None)]:
            container.mux(stream.encode(part))  # pyright: ignore[reportUnknownMemberType]
        container.mux(stream.encode(None))  # pyright: ignore[reportUnknownMemberType]
