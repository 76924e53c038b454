"""From a timeline to a finished, verified MP4 under its name."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from wavereel.errors import Cancelled, DraftError, OutputError
from wavereel.media.mux import write_mp4
from wavereel.media.quality import QUALITY_QP, Quality
from wavereel.media.x264 import X264Settings
from wavereel.render.compose import compose
from wavereel.render.encoder import X264Encoder
from wavereel.render.hearing import hear
from wavereel.render.letterbox import LetterboxEncoder
from wavereel.render.look import look_of
from wavereel.render.progress import Progress, Stages
from wavereel.render.segments import SegmentJob, render_segments, segment_ranges
from wavereel.render.sound import Delivery, code_sound
from wavereel.render.sound_cache import KeptSounds
from wavereel.render.soundplan import mix_of
from wavereel.render.verify import Expected, VerifyDepth, verify
from wavereel.timeline.chapters import chapters_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping
    from pathlib import Path

    from wavereel.media.coded import CodedPicture, SegmentSpool
    from wavereel.media.mix import MixSpec
    from wavereel.render.encoder import SegmentEncoder
    from wavereel.render.look import Look
    from wavereel.render.segment_cache import SegmentStore
    from wavereel.render.sound import Coded, Heard
    from wavereel.render.sources import Sources
    from wavereel.timeline.model import Timeline

STAGE_WEIGHTS: dict[str, float] = {"listen": 0.08, "paint": 0.86, "join": 0.03, "verify": 0.03}
"""Expected shares of the clock, for the progress bar (measured over half an hour of speech at 1080p30)."""

_KEYINT_S = 10


@dataclass(frozen=True, slots=True)
class ExportSettings:
    """How to export.

    Attributes:
        quality: Decides the quantiser.
        qp: The quantiser itself, where it is not the quality's.
        max_bit_rate: Highest rate of pictures in full motion, in bits a second; 0 for no bound.
        frame_px: Width and height of the finished pictures, with bars beside a canvas of another shape; the canvas's
            own where `None`.
        preset: Of libx264.
        keyint_s: Greatest distance of key pictures in seconds; a platform may want less.
        audio_bit_rate: Bits a second of AAC.
        true_peak_dbtp: Highest true peak of sound that is brought to a loudness.
        workers: Threads that paint and code; every core where `None`.
        depth: How much of the finished file is played back.
        overwrite: Whether what appears under the output's name meanwhile is replaced.
    """

    quality: Quality = "medium"
    qp: int | None = None
    max_bit_rate: int = 0
    frame_px: tuple[int, int] | None = None
    preset: str = "veryfast"
    keyint_s: Fraction = Fraction(_KEYINT_S)
    audio_bit_rate: int = 128_000
    true_peak_dbtp: float = -1.0
    workers: int | None = None
    depth: VerifyDepth = "quick"
    overwrite: bool = True


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What an export came to; `cpu_s` sums all threads, `stage_wall_s` is by the clock."""

    path: Path
    frames: int
    length_ms: int
    total_bytes: int
    wall_s: float
    cpu_s: float
    stage_wall_s: Mapping[str, float]
    sound_copied: bool
    notices: tuple[str, ...] = field(default=())
    segments: int = 0
    segments_reused: int = 0


def export(
    timeline: Timeline,
    sources: Sources,
    destination: Path,
    settings: ExportSettings,
    *,
    report: Callable[[Progress], None],
    cancelled: threading.Event,
    cache: SegmentStore | None = None,
) -> ExportReport:
    """Renders a timeline to `destination`, which appears whole and verified or not at all.

    With a cache, segments that were coded before are taken from it: the file is the same, byte for byte.

    Raises:
        Cancelled: `cancelled` was set; nothing is left behind.
        DraftError: The timeline has no length.
        InputError: A medium of the timeline cannot be read.
        OutputError: The folder cannot be written, or the disk is full.
        VerifyError: The finished file does not play back as it should.
    """
    started, cpu = time.monotonic(), time.process_time()
    if timeline.length_ms == 0:
        raise DraftError("the draft has no length", hint="put a sound, a picture or a title on it")
    look = look_of(timeline, sources)
    mix = mix_of(timeline, sources)
    stages = Stages(STAGE_WEIGHTS, timeline.length_ms / 1000, report)
    stop = _Linked(cancelled)
    with working_folder(destination) as folder:
        kept = None if cache is None else KeptSounds.of(cache, mix, sources, folder)
        with stages.stage("listen") as on_share:
            measure = timeline.meta.loudness is not None
            heard = hear(look, mix, folder, kept, measure=measure, on_share=on_share, cancelled=cancelled)
        made = folder / "video.mp4"
        coded, reused = _paint_and_join(look, mix, heard, settings, made, stages, stop, kept)
        with stages.stage("verify"):
            verify(made, _expected(look, settings, coded), settings.depth, cancelled)
        total_bytes = made.stat().st_size
        _give_name(made, destination, overwrite=settings.overwrite)
    return ExportReport(
        path=destination,
        frames=look.frames,
        length_ms=timeline.length_ms,
        total_bytes=total_bytes,
        wall_s=time.monotonic() - started,
        cpu_s=time.process_time() - cpu,
        stage_wall_s=dict(stages.wall_s),
        sound_copied=coded.copied,
        notices=(*look.notices, *_silence(heard), *coded.notices),
        segments=len(reused),
        segments_reused=sum(reused),
    )


def _silence(heard: Heard) -> tuple[str, ...]:
    return ("the sound is silent from end to end",) if heard.is_silent else ()


class _Linked(threading.Event):
    """An event that is also set when the user's is."""

    def __init__(self, other: threading.Event) -> None:
        super().__init__()
        self._other = other

    def is_set(self) -> bool:
        return super().is_set() or self._other.is_set()


def _paint_and_join(
    look: Look,
    mix: MixSpec,
    heard: Heard,
    settings: ExportSettings,
    made: Path,
    stages: Stages,
    stop: _Linked,
    kept: KeptSounds | None,
) -> tuple[Coded, list[bool]]:
    """Codes the sound beside the pictures, then joins both into one file; tells which segments were found."""
    timeline = look.timeline
    delivery = Delivery(timeline.meta.loudness, settings.audio_bit_rate, settings.true_peak_dbtp)
    cache = None if kept is None else kept.cache

    def code() -> Coded:
        return code_sound(mix, heard.loudness, delivery, made.parent, on_share=lambda _: None, cancelled=stop)

    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="sound") as pool:
        sound = pool.submit(code) if kept is None else pool.submit(kept.coded, heard.loudness, delivery, code)
        sound.add_done_callback(lambda done: stop.set() if done.exception() else None)
        try:
            with stages.stage("paint") as on_share:
                spools = list(_painted(look, heard, settings, made.parent, on_share, stop, cache))
        except Cancelled:
            sound.result()  # where the sound's own error stopped the painting, that is the error to tell
            raise
        except BaseException:
            stop.set()
            raise
        coded = sound.result()
    with stages.stage("join"):
        write_mp4(made, _pictures(spools, stop), look.fps, coded.track, _tags(timeline), chapters_of(timeline))
    if cache is not None:
        cache.trim()
    return coded, [spool.reused for spool in spools]


def _painted(
    look: Look,
    heard: Heard,
    settings: ExportSettings,
    folder: Path,
    on_share: Callable[[float], None],
    cancelled: threading.Event,
    cache: SegmentStore | None,
) -> Iterator[SegmentSpool]:
    keyint = _keyint(look, settings)
    job = SegmentJob(
        compose(look, heard.analyses),
        look.layout.width,
        look.layout.height,
        look.frames,
        keyint,
        float(look.fps),
        _encoder(look, settings, keyint),
        cache,
    )
    lock = threading.Lock()
    done = 0

    def on_frames(count: int) -> None:
        nonlocal done
        with lock:
            done += count
            share = done / look.frames
        on_share(share)

    workers = settings.workers or os.cpu_count() or 1
    workers = min(workers, len(segment_ranges(look.frames, keyint, float(look.fps))))
    return render_segments(job, folder, workers=workers, on_frames=on_frames, cancelled=cancelled)


def _encoder(look: Look, settings: ExportSettings, keyint: int) -> SegmentEncoder:
    canvas = look.layout.width, look.layout.height
    frame = settings.frame_px or canvas
    qp = QUALITY_QP[settings.quality] if settings.qp is None else settings.qp
    encoder = X264Encoder(X264Settings(*frame, look.fps, keyint, qp, settings.preset, settings.max_bit_rate))
    return encoder if frame == canvas else LetterboxEncoder(encoder, canvas, frame)


def _pictures(spools: list[SegmentSpool], cancelled: threading.Event) -> Iterator[CodedPicture]:
    for spool in spools:
        if cancelled.is_set():
            raise Cancelled("stopped")
        yield from spool.read()
        spool.remove()


def _keyint(look: Look, settings: ExportSettings) -> int:
    return max(1, int(settings.keyint_s * look.fps))


def _expected(look: Look, settings: ExportSettings, coded: Coded) -> Expected:
    slack = Fraction(2 * 1024, coded.track.sample_rate_hz) if coded.copied else Fraction(0)
    return Expected(
        look.frames, look.fps, _keyint(look, settings), coded.samples, coded.track.sample_rate_hz, offset_s=slack
    )


def _tags(timeline: Timeline) -> dict[str, str]:
    return {"title": timeline.meta.title} if timeline.meta.title else {}


@contextmanager
def working_folder(destination: Path) -> Generator[Path]:
    """A hidden folder beside the destination, so that the finished file needs only a new name; always removed.

    Raises:
        OutputError: The destination's folder does not exist or cannot be written.
    """
    try:
        folder = tempfile.mkdtemp(prefix=f".{destination.stem[:40]}.", suffix=".wavereel", dir=destination.parent)
    except OSError as error:
        raise OutputError(
            f"cannot write into {destination.parent} ({error.strerror})", hint="choose a folder that can be written"
        ) from None
    try:
        yield type(destination)(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _linked(made: Path, destination: Path) -> bool:
    """Whether a second name could be given, which unlike renaming fails where the name is taken."""
    try:
        os.link(made, destination)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        return False
    return True


def _give_name(made: Path, destination: Path, *, overwrite: bool) -> None:
    """The last step; without `overwrite`, what another program put there meanwhile is kept."""
    try:
        if not overwrite and _linked(made, destination):
            return
        os.replace(made, destination)
    except FileExistsError:
        raise OutputError(f"{destination} exists already", hint="choose another name, or add --overwrite") from None
    except OSError as error:
        raise OutputError(f"cannot write {destination} ({error.strerror})", hint="choose another name") from None
