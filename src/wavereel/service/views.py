"""Pictures of drafts and styles, exactly as an export would paint them."""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from wavereel.errors import UsageError
from wavereel.picture.images import resized
from wavereel.picture.layer import close_layers
from wavereel.picture.waveform_inputs import WAVE_KINDS
from wavereel.render.compose import compose, wanted_listening
from wavereel.render.hearing import hear
from wavereel.render.look import look_of
from wavereel.render.scene import Scene
from wavereel.render.sound_cache import KeptSounds
from wavereel.render.soundplan import mix_of
from wavereel.render.sources import Sources, sources_of
from wavereel.service.drafts import faults_of_draft
from wavereel.service.samples import sample_timeline
from wavereel.timeline.codec import load_draft
from wavereel.timeline.themes import THEME_NAMES
from wavereel.times import frame_showing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from wavereel.render.segment_cache import SegmentStore
    from wavereel.timeline.model import Timeline

SAMPLE_MS = 5_600
_TILE = (480, 270)
_GAP = 12


def frame_of_draft(path: Path, at_ms: int) -> NDArray[np.uint8]:
    """The picture of a draft file at a time: `(h, w, 3)` uint8 sRGB.

    Raises:
        UsageError: The time is past the end.
        InputError: The draft or a medium of it cannot be read.
    """
    timeline = load_draft(path)
    if not 0 <= at_ms < timeline.length_ms:
        raise UsageError(
            f"{at_ms / 1000:.3f} s is not in the draft", hint=f"it is {timeline.length_ms / 1000:.3f} s long"
        )
    with faults_of_draft():
        return frames_of(timeline, sources_of(timeline, path.resolve().parent), [at_ms])[0]


def media_of_draft(path: Path) -> list[Path]:
    """The files that a draft file lists.

    Raises:
        InputError: The draft cannot be read.
    """
    return list(sources_of(load_draft(path), path.resolve().parent).paths.values())


def frames_of(
    timeline: Timeline,
    sources: Sources,
    at_ms: Sequence[int],
    *,
    cache: SegmentStore | None = None,
    cancelled: threading.Event | None = None,
) -> list[NDArray[np.uint8]]:
    """The pictures of a timeline at some times: `(h, w, 3)` uint8 sRGB each.

    With a cache, what was heard of the sound before, here or for an export, is not heard again.
    """
    look = look_of(timeline, sources)
    mix = mix_of(timeline, sources)
    measure = cache is not None and timeline.meta.loudness is not None  # as the export does, which then finds it
    with tempfile.TemporaryDirectory(prefix="wavereel-") as name:
        folder = Path(name)
        kept = KeptSounds.of(cache, mix, sources, folder) if cache is not None and wanted_listening(timeline) else None
        stop = cancelled or threading.Event()
        heard = hear(look, mix, folder, kept, measure=measure, on_share=lambda _: None, cancelled=stop)
        layers = compose(look, heard.analyses)
        pictures: list[NDArray[np.uint8]] = []
        for ms in at_ms:
            forked = [layer.fork() for layer in layers]
            scene = Scene(forked, look.layout.width, look.layout.height)
            pictures.append(scene.still(frame_showing(ms, timeline.fps)).to_rgb())
            close_layers(forked)
    return pictures


def contact_sheet() -> NDArray[np.uint8]:
    """All themes, then all waveforms, each on a sample of speech: `(h, w, 3)` uint8 sRGB."""
    with tempfile.TemporaryDirectory(prefix="wavereel-") as folder:
        tiles = [_tile(sample_timeline(Path(folder), theme=name)) for name in THEME_NAMES]
        tiles += [_tile(sample_timeline(Path(folder), waveform=kind)) for kind in WAVE_KINDS]
    return _sheet(tiles, columns=4)


def _tile(sample: tuple[Timeline, Sources]) -> NDArray[np.uint8]:
    timeline, sources = sample
    return resized(frames_of(timeline, sources, [SAMPLE_MS])[0], *_TILE)


def _sheet(tiles: Sequence[NDArray[np.uint8]], columns: int) -> NDArray[np.uint8]:
    height, width, _ = tiles[0].shape
    rows = -(-len(tiles) // columns)
    sheet = np.full((rows * (height + _GAP) + _GAP, columns * (width + _GAP) + _GAP, 3), 32, np.uint8)
    for number, tile in enumerate(tiles):
        y = _GAP + number // columns * (height + _GAP)
        x = _GAP + number % columns * (width + _GAP)
        sheet[y : y + height, x : x + width] = tile
    return sheet
