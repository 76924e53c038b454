"""Rendering the segments of a video in parallel, each from nothing, spooled in order.

A segment is a whole number of GOPs. Its bytes depend on its frame numbers alone, never on which thread coded it or
what was coded before, so the file is the same at any number of workers.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wavereel.errors import Cancelled
from wavereel.media.coded import SegmentSpool
from wavereel.picture.identity import NOTHING, group_identity
from wavereel.picture.layer import close_layers
from wavereel.render.encoder import SegmentFacts
from wavereel.render.scene import Scene, damage_share
from wavereel.render.segment_cache import program_identity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from wavereel.picture.canvas import Canvas
    from wavereel.picture.geometry import Rect
    from wavereel.picture.layer import Layer
    from wavereel.render.encoder import SegmentEncoder
    from wavereel.render.segment_cache import SegmentStore

SEGMENT_S = 10
"""Aimed length of a segment: long enough that starting one costs nothing, short enough to share work evenly."""

_REPORT_EVERY = 15


@dataclass(frozen=True, slots=True)
class SegmentJob:
    """Everything that a segment's bytes depend on, but its frame numbers; and where they may be found already."""

    layers: Sequence[Layer]
    width: int
    height: int
    frames: int
    keyint: int
    fps: float
    encoder: SegmentEncoder
    cache: SegmentStore | None = None


def segment_ranges(frames: int, keyint: int, fps: float) -> list[tuple[int, int]]:
    """Half-open ranges of frames: each a whole number of GOPs of about `SEGMENT_S`, the last as long as it is."""
    gops = max(1, round(SEGMENT_S * fps / keyint))
    step = gops * keyint
    return [(first, min(first + step, frames)) for first in range(0, frames, step)]


def render_segments(
    job: SegmentJob,
    folder: Path,
    *,
    workers: int,
    on_frames: Callable[[int], None],
    cancelled: threading.Event,
) -> Iterator[SegmentSpool]:
    """Renders all segments on `workers` threads and yields their spools in order.

    Painting and coding run in C without the interpreter's lock, so threads use the cores and share the sprites.

    Args:
        job: What to render.
        folder: Where the spools lie; the caller removes it.
        workers: How many threads.
        on_frames: Called with a number of newly coded frames, from any thread.
        cancelled: When set, the rendering stops within a frame.

    Raises:
        Cancelled: `cancelled` was set.
        OutputError: The disk is full.
    """
    ranges = segment_ranges(job.frames, job.keyint, job.fps)
    stop = threading.Event()
    work = _Work(job, folder, on_frames, (cancelled, stop))
    with ThreadPoolExecutor(max_workers=workers, thread_name_prefix="segment") as pool:
        futures: list[Future[SegmentSpool]] = [
            pool.submit(work.segment, number, first, last) for number, (first, last) in enumerate(ranges)
        ]
        try:
            for future in futures:
                yield future.result()
        finally:
            stop.set()
            for future in futures:
                future.cancel()


class _Work:
    """Makes segments, from any thread: finds them where they were coded before, else paints and codes them."""

    def __init__(
        self, job: SegmentJob, folder: Path, on_frames: Callable[[int], None], stops: tuple[threading.Event, ...]
    ) -> None:
        self._job, self._folder = job, folder
        self._on_frames, self._stops = on_frames, stops
        self._keys = _Keys(job)

    def segment(self, number: int, first: int, last: int) -> SegmentSpool:
        """The spool of the frames `[first, last)`."""
        cache = self._job.cache
        path = self._folder / f"segment-{number:05}.h264"
        watch = _Watch(self._on_frames, self._stops)
        watch.check()
        key = None if cache is None else self._keys.of(first, last)
        if cache is None or key is None:
            return self._coded(path, first, last, watch)
        found = cache.find(key, path)
        if found is not None:
            self._on_frames(last - first)
            return SegmentSpool.found(path, found.table)
        spool = self._coded(path, first, last, watch)
        cache.keep(key, path, spool.table())
        return spool

    def _coded(self, path: Path, first: int, last: int, watch: _Watch) -> SegmentSpool:
        job = self._job
        spool = SegmentSpool(path)
        layers = [layer.fork() for layer in job.layers]
        scene = Scene(layers, job.width, job.height)
        try:
            facts = SegmentFacts(first, last, damage_share(layers, first, last, scene.canvas.bounds))
            spool.write(job.encoder.encode(facts, watch.over(scene.frames(first, last))))
        finally:
            close_layers(layers)
        return spool


class _Keys:
    """The keys of segments: digests of all that their bytes depend on. Layers keep what they hashed once."""

    def __init__(self, job: SegmentJob) -> None:
        self._job = job
        self._lock = threading.Lock()
        self._layers: list[Layer] = []

    def of(self, first: int, last: int) -> str | None:
        """The key of a range of frames; `None` where a layer cannot tell what it depends on."""
        job = self._job
        with self._lock:
            self._layers = self._layers or [layer.fork() for layer in job.layers]
            digests = [layer.digest(first, last) for layer in self._layers]
        painting = [digest for digest in digests if digest != NOTHING]
        size = job.width, job.height, job.keyint, job.fps, last - first
        key = group_identity(painting, program_identity(), job.encoder.digest(), size)
        return None if key is None else key.hex()


class _Watch:
    """Counts frames as they pass and stops the flow when any event is set."""

    def __init__(self, on_frames: Callable[[int], None], stops: tuple[threading.Event, ...]) -> None:
        self._on_frames = on_frames
        self._stops = stops

    def check(self) -> None:
        """Raises `Cancelled` where an event is set."""
        if any(event.is_set() for event in self._stops):
            raise Cancelled("stopped")

    def over(self, frames: Iterator[tuple[Canvas, list[Rect] | None]]) -> Iterator[tuple[Canvas, list[Rect] | None]]:
        count = 0
        for frame in frames:
            self.check()
            yield frame
            count += 1
            if count == _REPORT_EVERY:
                self._on_frames(count)
                count = 0
        self._on_frames(count)
