"""A picture of a draft at once: as an export paints it, with only the sound around that moment listened to."""

from __future__ import annotations

import tempfile
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from wavereel.errors import UsageError
from wavereel.media.analysis import BANDS, HISTORY_HZ, SCOPE_POINTS, Analysis
from wavereel.picture.layer import close_layers
from wavereel.render.compose import compose, wanted_listening
from wavereel.render.look import look_of
from wavereel.render.scene import Scene
from wavereel.render.sound import listen
from wavereel.render.soundplan import mix_of
from wavereel.service.drafts import faults_of_draft
from wavereel.service.views import frames_of
from wavereel.times import first_frame_at, frame_sample, frame_showing

if TYPE_CHECKING:
    from fractions import Fraction

    from numpy.typing import NDArray

    from wavereel.media.mix import MixClip, MixSpec
    from wavereel.render.sources import Sources
    from wavereel.timeline.model import Timeline

WHOLE_MS = 45_000
"""A video up to this length is listened to as a whole, so that its picture is exactly the export's."""

_BEFORE_MS = 20_000
_AFTER_MS = 5_000


def preview_of(timeline: Timeline, sources: Sources, at_ms: int) -> NDArray[np.uint8]:
    """The picture of a timeline at a time: `(h, w, 3)` uint8 sRGB.

    In a long video, how high a waveform stands is judged by the sound around that time, not by the whole.

    Raises:
        UsageError: The time is past the end.
        InputError: The draft means nothing, or a medium of it cannot be read.
    """
    if not 0 <= at_ms < timeline.length_ms:
        hint = f"it is {timeline.length_ms / 1000:.3f} s long"
        raise UsageError(f"{at_ms / 1000:.3f} s is not in the draft", hint=hint)
    with faults_of_draft():
        if timeline.length_ms <= WHOLE_MS or not wanted_listening(timeline):
            return frames_of(timeline, sources, [at_ms])[0]
        return _near(timeline, sources, at_ms)


def _near(timeline: Timeline, sources: Sources, at_ms: int) -> NDArray[np.uint8]:
    look = look_of(timeline, sources)
    fps = timeline.fps
    first = min(look.frames, first_frame_at(max(0, at_ms - _BEFORE_MS), fps))
    stop = min(look.frames, first_frame_at(at_ms + _AFTER_MS, fps))
    with tempfile.TemporaryDirectory(prefix="wavereel-") as folder:
        heard = listen(
            _part(mix_of(timeline, sources), frame_sample(first, fps), frame_sample(stop, fps)),
            wanted_listening(timeline),
            fps=fps,
            frames=stop - first,
            measure=False,
            folder=Path(folder),
            on_share=lambda _: None,
            cancelled=threading.Event(),
        )
        whole = {need: _placed(one, first, look.frames, fps) for need, one in heard.analyses.items()}
        layers = compose(look, whole)
        try:
            scene = Scene(layers, look.layout.width, look.layout.height)
            return scene.still(frame_showing(at_ms, fps)).to_rgb()
        finally:
            close_layers(layers)


def _part(mix: MixSpec, first: int, stop: int) -> MixSpec:
    """The mix from one sample to another, as a mix of its own."""
    clips = [_shifted(clip, first) for clip in mix.clips if clip.start < stop and clip.stop > first]
    return replace(mix, clips=tuple(clips), samples=stop - first)


def _shifted(clip: MixClip, first: int) -> MixClip:
    """A clip with `first` as the start of time; what is before that is left out."""
    gone = max(0, first - clip.start)
    if not gone:
        return replace(clip, start=clip.start - first)
    source_start = clip.source_start
    if not clip.loop and clip.path is not None:
        source_start += round(gone * clip.speed)
    masks = tuple((max(0, start - gone), end - gone) for start, end in clip.masks if end > gone)
    return replace(
        clip,
        start=0,
        length=clip.length - gone,
        source_start=source_start,
        fade_in=max(0, clip.fade_in - gone),
        masks=masks,
    )


def _placed(part: Analysis, first: int, frames: int, fps: Fraction) -> Analysis:
    """What was heard of a part at its place in the whole, with silence around it."""
    stop = first + part.frames
    bands = np.zeros((frames, BANDS), np.uint8)
    bands[first:stop] = part.bands
    level = np.zeros(frames, np.uint8)
    level[first:stop] = part.level
    history = np.zeros(-(-frames * HISTORY_HZ * fps.denominator // fps.numerator), np.uint8)
    tick = first * HISTORY_HZ * fps.denominator // fps.numerator
    ticks = part.history[: len(history) - tick]
    history[tick : tick + len(ticks)] = ticks
    scope = None
    if part.scope is not None:
        scope = np.zeros((frames, SCOPE_POINTS), np.int8)
        scope[first:stop] = part.scope
    return Analysis(part.fps, frames, bands, level, history, scope)
