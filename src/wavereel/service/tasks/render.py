"""Rendering a draft of the wire: what it names comes from the paths given, and nothing else is opened."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from wavereel.errors import InputError, LanguageError, MissingPartError
from wavereel.render.export import export
from wavereel.render.sources import ASSET_SCHEME, Sources
from wavereel.service.drafts import captions_heard, faults_of_draft, is_pending
from wavereel.service.exporting import export_settings, fitted, platform_notices
from wavereel.service.make import SPEECH_SHARE
from wavereel.service.output import read_output
from wavereel.service.requests import MakeRequest
from wavereel.service.resolving import pending_language
from wavereel.timeline.codec import timeline_from_tree

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from wavereel.render.segment_cache import SegmentStore
    from wavereel.service.captioning import Recogniser
    from wavereel.timeline.model import Timeline


@dataclass(frozen=True, slots=True)
class RenderOrder:
    """What to render.

    Attributes:
        draft: The draft as JSON, its media by `asset://`.
        output: What the client wants of the file; see `wavereel.service.output.read_output`.
        sources: Where the media lie, by file id.
        contents: What stands for their bytes, by file id, where that is known: else they are read once more for it.
    """

    draft: str
    output: dict[str, Any]
    sources: Mapping[str, Path]
    contents: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Rendered:
    """What became of it; the file is at the destination."""

    width: int
    height: int
    fps: float
    length_ms: int
    total_bytes: int
    warnings: tuple[str, ...]


def render_order(
    order: RenderOrder,
    destination: Path,
    recognise: Recogniser,
    *,
    threads: int,
    on_share: Callable[[float], None],
    cancelled: threading.Event,
    cache: SegmentStore | None = None,
) -> Rendered:
    """Renders a draft to `destination`, which appears whole and verified or not at all.

    Args:
        order: What to render.
        destination: The file to write.
        recognise: Hears words, for captions that are pending.
        threads: Threads that paint and code.
        on_share: Told the share that is done, 0 to 1.
        cancelled: When set, the work stops within a frame.
        cache: Segments that were coded before, and those that are coded now.

    Raises:
        Cancelled: `cancelled` was set.
        DraftError: Something in the draft means nothing.
        InputError: A medium is missing or cannot be read.
        OutputError: The disk is full.
        VerifyError: The finished file does not play back as it should.
    """
    output = read_output(order.output)
    with faults_of_draft():
        timeline = timeline_from_tree(json.loads(order.draft))
        sources = Sources(
            {ASSET_SCHEME + name: path for name, path in order.sources.items()},
            hashes={ASSET_SCHEME + name: content for name, content in order.contents.items()},
        )
        _check_sources(timeline, order.sources)
        fit = fitted(timeline, output)
        share = SPEECH_SHARE if is_pending(fit.timeline) else 0.0
        timeline, heard = _captioned(fit.timeline, sources, recognise, on_share, cancelled)
        settings = export_settings(timeline, quality=output.quality, crf=output.crf, workers=threads)
        report = export(
            timeline,
            sources,
            destination,
            replace(settings, frame_px=fit.frame_px),
            report=lambda progress: on_share(share + (1 - share) * progress.done),
            cancelled=cancelled,
            cache=cache,
        )
    width, height = fit.frame_px or timeline.size
    notices = platform_notices(timeline, report.length_ms, report.total_bytes)
    return Rendered(
        width=width,
        height=height,
        fps=float(timeline.fps),
        length_ms=report.length_ms,
        total_bytes=report.total_bytes,
        warnings=(*fit.warnings, *heard, *report.notices, *notices),
    )


def _captioned(
    timeline: Timeline,
    sources: Sources,
    recognise: Recogniser,
    on_share: Callable[[float], None],
    cancelled: threading.Event,
) -> tuple[Timeline, tuple[str, ...]]:
    """The timeline with captions that were pending, and what its user should know of them."""
    if not is_pending(timeline):
        return timeline, ()

    def heard(language: str | None) -> tuple[Timeline, tuple[str, ...]]:
        return captions_heard(
            recognise,
            timeline,
            sources,
            MakeRequest(audio=None, language=language),
            on_share=lambda share: on_share(share * SPEECH_SHARE),
            cancelled=cancelled,
        )

    try:
        return heard(pending_language(timeline))
    except (LanguageError, MissingPartError):  # nobody here hears that language, which is no reason to make no video
        return heard(None)


def _check_sources(timeline: Timeline, known: Mapping[str, Path]) -> None:
    """What is missing is said before any work is done."""
    for track in timeline.tracks:
        for segment in track.segments:
            source = segment.source
            if source is None:
                continue
            name = source.removeprefix(ASSET_SCHEME)
            path = known.get(name)
            if path is None or not path.is_file():
                raise InputError(f"source {name[:40]} is missing", hint="upload it again")
