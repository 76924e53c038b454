"""The sound of an export: listened to once for the pictures, then levelled and coded while they are painted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from wavereel.errors import Cancelled, InputError
from wavereel.media.aac import copy_aac, encode_aac
from wavereel.media.analysis import Analyser
from wavereel.media.loudness import LoudnessMeter, encode_levelled
from wavereel.media.mix import mix_blocks
from wavereel.media.probe import probe

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from fractions import Fraction
    from pathlib import Path

    from numpy.typing import NDArray

    from wavereel.media.aac import AacTrack
    from wavereel.media.analysis import Analysis
    from wavereel.media.loudness import Loudness
    from wavereel.media.mix import MixClip, MixSpec

SCOPE_STYLES = frozenset({"line", "scope", "circle"})
"""Waveforms that trace the wave itself."""

WHOLE_MIX = "*"

SILENCE_PEAK = 10 ** (-70 / 20)
"""No sample is louder in silence: what dither and the noise of a 16-bit converter leave."""


@dataclass(frozen=True, slots=True)
class Listening:
    """What one kind of waveform wants to know: which sound, how slowly it falls, and whether it traces the wave."""

    of: str = WHOLE_MIX
    release_ms: int = 180
    scope: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """What the first pass over the sound found; `loudness` only where it was asked for.

    `is_silent` is `None` where nobody had to listen to the whole mix, or nothing is in it.
    """

    analyses: Mapping[Listening, Analysis]
    loudness: Loudness | None
    is_silent: bool | None = None


def listen(
    mix: MixSpec,
    wanted: Sequence[Listening],
    *,
    fps: Fraction,
    frames: int,
    measure: bool,
    folder: Path,
    on_share: Callable[[float], None],
    cancelled: threading.Event,
) -> Heard:
    """Reads the sound once for each part of the mix that a waveform follows, and measures its loudness.

    Args:
        mix: What sounds.
        wanted: What the waveforms want.
        fps: Frames a second.
        frames: How many frames there are.
        measure: Whether the loudness is wanted.
        folder: For what does not fit in memory; the caller removes it.
        on_share: Told the share that is done.
        cancelled: When set, the work stops.

    Raises:
        Cancelled: `cancelled` was set.
        InputError: The sound cannot be decoded.
    """
    needs = {need: _followed(mix, need.of) for need in wanted}
    sounds = sorted(set(needs.values()) | ({WHOLE_MIX} if measure else set()))
    analyses: dict[Listening, Analysis] = {}
    whole = _WholeMix(LoudnessMeter() if measure else None)
    for number, of in enumerate(sounds):
        analysers = {
            need: Analyser(
                fps,
                frames,
                release_ms=need.release_ms,
                want_scope=need.scope,
                spill=_spill_folder(folder, f"{number}-{place}"),
            )
            for place, (need, followed) in enumerate(needs.items())
            if followed == of
        }
        position = 0
        for block in mix_blocks(mix, only=None if of == WHOLE_MIX else of):
            if cancelled.is_set():
                raise Cancelled("stopped")
            for analyser in analysers.values():
                analyser.feed(block)
            if of == WHOLE_MIX:
                whole.feed(block)
            position += len(block)
            on_share((number + position / max(1, mix.samples)) / len(sounds))
        analyses |= {need: analyser.finish() for need, analyser in analysers.items()}
    silent = None if whole.peak is None or not mix.clips else whole.peak <= SILENCE_PEAK
    return Heard(analyses, whole.meter.result() if whole.meter is not None else None, silent)


@dataclass
class _WholeMix:
    """What is measured of the whole mix; `peak` is `None` until something is heard."""

    meter: LoudnessMeter | None
    peak: float | None = None

    def feed(self, block: NDArray[np.float32]) -> None:
        if self.meter is not None:
            self.meter.feed(block)
        self.peak = max(self.peak or 0.0, float(np.abs(block).max(initial=0.0)))


@dataclass(frozen=True, slots=True)
class Delivery:
    """How the sound leaves: its loudness in LUFS (`None`: as it is), its rate, and its highest true peak."""

    target_lufs: float | None
    bit_rate: int
    ceiling_dbtp: float = -1.0


@dataclass(frozen=True, slots=True)
class Coded:
    """The finished sound. `samples` are its coded samples, priming included; `notices` what the user should know."""

    track: AacTrack
    copied: bool
    notices: tuple[str, ...] = ()

    @property
    def samples(self) -> int:
        return self.track.samples + self.track.priming_samples


def code_sound(
    mix: MixSpec,
    loudness: Loudness | None,
    delivery: Delivery,
    folder: Path,
    *,
    on_share: Callable[[float], None],
    cancelled: threading.Event,
) -> Coded:
    """The sound as an AAC track of exactly `mix.samples`: copied where nothing alters it, else mixed and coded.

    Raises:
        Cancelled: `cancelled` was set.
        OutputError: The disk is full.
    """
    spool = folder / "sound.aac"
    if delivery.target_lufs is None and (source := untouched_aac(mix)) is not None:
        copied = _try_copy(source, mix, spool)
        if copied is not None:
            on_share(1.0)
            return Coded(copied, copied=True)

    def blocks() -> Iterator[NDArray[np.float32]]:
        position = 0
        for block in mix_blocks(mix):
            if cancelled.is_set():
                raise Cancelled("stopped")
            yield block
            position += len(block)
            on_share(min(0.99, position / max(1, mix.samples)))

    if delivery.target_lufs is None or loudness is None:
        track = encode_aac(blocks(), mix.samples, bit_rate=delivery.bit_rate, spool=spool)
        return Coded(track, copied=False)
    levelled = encode_levelled(
        blocks,
        mix.samples,
        measured=loudness,
        target_lufs=delivery.target_lufs,
        bit_rate=delivery.bit_rate,
        ceiling_dbtp=delivery.ceiling_dbtp,
        spool=spool,
    )
    return Coded(levelled.track, copied=False, notices=tuple(levelled.notices))


def untouched_aac(mix: MixSpec) -> Path | None:
    """The AAC file that is the whole mix as it is: one clip from its first sample, with nothing done to it."""
    if len(mix.clips) != 1 or mix.salvage:
        return None
    clip = mix.clips[0]
    plain = (
        clip.path is not None
        and clip.start == 0
        and clip.source_start == 0
        and clip.gain == 1.0
        and clip.speed == 1.0
        and not (clip.loop or clip.fade_in or clip.fade_out or clip.masks)
    )
    if not plain or clip.path is None:
        return None
    streams = probe(clip.path).audio
    return clip.path if streams and streams[0].codec == "aac" and streams[0].channels <= 2 else None


def _try_copy(source: Path, mix: MixSpec, spool: Path) -> AacTrack | None:
    rate_hz = probe(source).audio[0].sample_rate_hz
    samples = -(-mix.samples * rate_hz // 48_000)
    if not _whole(mix.clips[0], source):
        return None
    try:
        return copy_aac(source, spool=spool, samples=samples)
    except InputError:
        return None


def _whole(clip: MixClip, source: Path) -> bool:
    """Whether a clip plays its file to the end: a cut in the middle would leave a packet's tail sounding."""
    end = 48 * (probe(source).duration_ms - 1)
    return clip.length >= end and (clip.source_stop is None or clip.source_stop >= end)


def _followed(mix: MixSpec, of: str) -> str:
    """The part of the mix that a waveform follows; the whole mix where the part is all of it, or is not there."""
    followed = [of in (clip.key, clip.segment) for clip in mix.clips]
    return of if of != WHOLE_MIX and any(followed) and not all(followed) else WHOLE_MIX


def _spill_folder(folder: Path, name: str) -> Path:
    path = folder / f"analysis-{name}"
    path.mkdir(exist_ok=True)
    return path
