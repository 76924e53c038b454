"""The main job: a sound in, a finished video out."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from wavereel.errors import OutputError, UsageError
from wavereel.render.export import export
from wavereel.render.look import look_of
from wavereel.render.progress import Progress
from wavereel.render.sources import Sources, sources_of
from wavereel.service.captioning import cue_shape, hear
from wavereel.service.cues import cues_of, with_captions
from wavereel.service.destination import check_destination
from wavereel.service.drafts import (
    captions_from,
    captions_heard,
    faults_of_draft,
    is_pending,
    left_out,
    without_captions,
)
from wavereel.service.exporting import at_platform_rate, export_settings, platform_notices
from wavereel.service.facts import Shelf, look_at_sound
from wavereel.service.requests import MakeResult
from wavereel.service.said import check_messages, say_all
from wavereel.service.sidecars import sidecar_paths, write_sidecars
from wavereel.service.talk import Talker
from wavereel.service.wishes import wishes_of
from wavereel.timeline.build import build_timeline
from wavereel.timeline.codec import load_draft, save_draft
from wavereel.timeline.reuse import same_look
from wavereel.timeline.themes import DEFAULT_THEME, load_theme

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Sequence

    from wavereel.service.captioning import Recogniser, Speech
    from wavereel.service.requests import MakeRequest
    from wavereel.timeline.build import SoundFacts
    from wavereel.timeline.model import Timeline

SPEECH_SHARE = 0.35
"""Expected share of the clock that recognition takes, where it runs."""

DEFAULT_SUFFIX = ".mp4"

SUFFIXES = (DEFAULT_SUFFIX, ".m4v", ".mov")
"""What a video's name may end in: players go by it, and what is written is an MP4."""


@dataclass(frozen=True, slots=True)
class Maker:
    """The use case, with what it needs from outside.

    Attributes:
        recognise: Hears words.
        cache_dir: For covers and other things that can be remade.
        workers: Threads that paint and code.
        talker: Does what the messages of a request say; one that remembers nothing by default.
    """

    recognise: Recogniser
    cache_dir: Path
    workers: int
    talker: Talker | None = None

    def make(
        self, request: MakeRequest, on_progress: Callable[[Progress], None], cancelled: threading.Event
    ) -> MakeResult:
        """Makes one video.

        Raises:
            WavereelError: Any of the tree; nothing is left behind under the output's name.
        """
        started, cpu = time.monotonic(), time.process_time()
        check_messages(request)
        output = _output(request)
        destination = check_destination(output, _inputs(request), overwrite=request.overwrite)
        if not destination.exists():
            _check_suffix(output)
        draft = _check_companions(request, destination, _inputs(request))
        prepared = self._said(request, self._prepare(request, on_progress, cancelled), on_progress, cancelled)
        for path in (destination, draft):  # a draft brings inputs of its own
            if path is not None:
                check_destination(path, prepared.sources.paths.values(), overwrite=request.overwrite)
        _check_suffix(output)
        share = SPEECH_SHARE if prepared.heard else 0.0

        def on_export(progress: Progress) -> None:
            on_progress(replace(progress, done=share + (1 - share) * progress.done))

        with faults_of_draft(alone=request.audio is None):
            timeline, rate_notices = at_platform_rate(prepared.timeline)
            settings = replace(
                export_settings(
                    timeline,
                    quality=request.quality,
                    preset=request.preset,
                    workers=request.workers or self.workers,
                ),
                depth=request.verify,
                overwrite=request.overwrite,
            )
            report = export(timeline, prepared.sources, destination, settings, report=on_export, cancelled=cancelled)
        sidecars = write_sidecars(prepared.timeline, destination) if request.sidecars else ()
        if draft is not None:
            save_draft(prepared.timeline, draft)
        stages = ({"speech": prepared.speech_s} if prepared.heard else {}) | dict(report.stage_wall_s)
        return MakeResult(
            output=destination,
            sidecars=sidecars,
            draft=request.save_draft,
            duration_ms=report.length_ms,
            bytes=report.total_bytes,
            wall_s=time.monotonic() - started,
            cpu_s=time.process_time() - cpu,
            stages=stages,
            notices=(
                *left_out(request),
                *prepared.notices,
                *rate_notices,
                *report.notices,
                *platform_notices(prepared.timeline, report.length_ms, report.total_bytes),
            ),
        )

    def _prepare(
        self, request: MakeRequest, on_progress: Callable[[Progress], None], cancelled: threading.Event
    ) -> _Prepared:
        if request.audio is None:
            return self._prepare_draft(request, on_progress, cancelled)
        shelf = Shelf()
        facts, notices = look_at_sound(request.audio, shelf, self.cache_dir, salvage=request.salvage)
        facts = facts if request.title is None else replace(facts, title=request.title)
        part_ms = _part(request, facts.length_ms)
        speech, speech_s = self._speech(request, facts, part_ms, on_progress, cancelled)
        if speech is not None:
            facts = replace(facts, has_speech=speech.has_speech, lang=speech.language)
            notices.extend(speech.notices)
        elif request.language:
            facts = replace(facts, lang=request.language)
        timeline = _timeline(request, facts, part_ms, shelf, speech)
        sources = Sources(shelf.paths, salvage=request.salvage)
        cues = cues_of(request, speech, cue_shape(look_of(timeline, sources)), part_ms, notices, cancelled)
        return _Prepared(
            with_captions(timeline, cues), sources, tuple(notices), heard=speech is not None, speech_s=speech_s
        )

    def _said(
        self,
        request: MakeRequest,
        prepared: _Prepared,
        on_progress: Callable[[Progress], None],
        cancelled: threading.Event,
    ) -> _Prepared:
        """What was prepared, after the messages of the request."""
        if not request.say:
            return prepared
        started = time.monotonic()
        talker = self.talker or Talker(self.recognise, _nothing_kept, self.cache_dir)
        on_share = _on_share(on_progress, prepared.timeline.length_ms / 1000)
        said = say_all(talker, request, prepared.timeline, prepared.sources, on_share=on_share, cancelled=cancelled)
        if not said.timeline.length_ms:
            raise UsageError("the messages leave nothing to make a video of", hint="say what is to be seen or heard")
        fresh = [notice for notice in said.notices if notice not in prepared.notices]
        return replace(
            prepared,
            timeline=said.timeline,
            sources=said.sources,
            notices=(*prepared.notices, *fresh),
            heard=prepared.heard or said.heard,
            speech_s=prepared.speech_s + (time.monotonic() - started if said.heard else 0.0),
        )

    def _prepare_draft(
        self, request: MakeRequest, on_progress: Callable[[Progress], None], cancelled: threading.Event
    ) -> _Prepared:
        if request.draft is None:
            raise UsageError("there is nothing to make", hint="name a sound, or a draft with --draft")
        timeline = load_draft(request.draft)
        sources = sources_of(timeline, request.draft.resolve().parent)
        sources.salvage = request.salvage
        notices: tuple[str, ...] = ()
        if isinstance(request.captions, Path):
            with faults_of_draft():
                timeline, notices = captions_from(timeline, sources, request.captions)
        elif request.captions == "off":
            timeline = without_captions(timeline)
        elif is_pending(timeline):
            started = time.monotonic()
            on_share = _on_share(on_progress, timeline.length_ms / 1000)
            timeline, notices = captions_heard(
                self.recognise, timeline, sources, request, on_share=on_share, cancelled=cancelled
            )
            return _Prepared(timeline, sources, notices, heard=True, speech_s=time.monotonic() - started)
        return _Prepared(timeline, sources, notices)

    def _speech(
        self,
        request: MakeRequest,
        facts: SoundFacts,
        part_ms: tuple[int, int],
        on_progress: Callable[[Progress], None],
        cancelled: threading.Event,
    ) -> tuple[Speech | None, float]:
        if request.captions != "auto" or request.audio is None:
            return None, 0.0
        started = time.monotonic()
        speech = hear(
            self.recognise,
            request.audio,
            part_ms,
            facts.file_id,
            language=request.language,
            model=request.model,
            salvage=request.salvage,
            on_share=_on_share(on_progress, (part_ms[1] - part_ms[0]) / 1000),
            cancelled=cancelled,
        )
        return speech, time.monotonic() - started


@dataclass(frozen=True, slots=True)
class _Prepared:
    timeline: Timeline
    sources: Sources
    notices: tuple[str, ...]
    heard: bool = False
    speech_s: float = 0.0


def _nothing_kept(*, content: str, language: str | None, model: Path | None) -> None:
    """Nothing was heard before."""
    del content, language, model


def _on_share(on_progress: Callable[[Progress], None], length_s: float) -> Callable[[float], None]:
    """Turns shares of a recognition that starts now into progress of the job."""
    started = time.monotonic()

    def on_share(share: float) -> None:
        spent = time.monotonic() - started
        speed = share * length_s / spent if spent > 0.2 and share > 0 else None
        left = spent * (1 / (share * SPEECH_SHARE) - 1) if share > 0.05 else None
        on_progress(Progress("speech", share * SPEECH_SHARE, speed, left))

    return on_share


def _timeline(
    request: MakeRequest, facts: SoundFacts, part_ms: tuple[int, int], shelf: Shelf, speech: Speech | None
) -> Timeline:
    if request.draft is not None:
        draft = load_draft(request.draft)
        shelf.paths.update(sources_of(draft, request.draft.resolve().parent).paths)
        return same_look(draft, replace(facts, media=tuple(shelf.entries)), part_ms)
    wishes = wishes_of(request, facts, part_ms, shelf, has_captions=_wants_captions(request, speech))
    facts = replace(facts, media=tuple(shelf.entries))
    return build_timeline(facts, load_theme(request.theme or DEFAULT_THEME), wishes)


def _wants_captions(request: MakeRequest, speech: Speech | None) -> bool:
    if isinstance(request.captions, Path):
        return True
    return speech is not None and bool(speech.words)


def _part(request: MakeRequest, length_ms: int) -> tuple[int, int]:
    """The part of the sound that is used, half-open, in ms."""
    if request.clip is None:
        return 0, length_ms
    start_ms, stop_ms = request.clip
    if start_ms >= length_ms:
        raise UsageError(
            f"the clip starts at {start_ms / 1000:.1f} s, and the sound is {length_ms / 1000:.1f} s long",
            hint="name an earlier start",
        )
    return start_ms, min(length_ms, length_ms if stop_ms is None else stop_ms)


def _output(request: MakeRequest) -> Path:
    if request.output is not None:
        return request.output
    base = request.audio or request.draft
    if base is None:
        raise UsageError("there is nothing to make", hint="name a sound, or a draft with --draft")
    if base.suffix.lower() == DEFAULT_SUFFIX:
        return base.with_name(f"{base.stem}-wavereel{DEFAULT_SUFFIX}")
    return base.with_suffix(DEFAULT_SUFFIX)


def _check_suffix(output: Path) -> None:
    if output.suffix.lower() not in SUFFIXES:
        raise OutputError(
            f"{output} is neither a folder nor a name that ends in .mp4",
            hint="make the folder first, or name a video such as out.mp4",
        )


def _check_companions(request: MakeRequest, destination: Path, inputs: Sequence[Path]) -> Path | None:
    """Where the draft goes; raises `OutputError` where it or a sidecar must not be written, before any work is done."""
    sidecars = [
        check_destination(path, inputs, overwrite=request.overwrite)
        for path in (sidecar_paths(destination) if request.sidecars else ())
    ]
    if request.save_draft is None:
        return None
    draft = check_destination(request.save_draft, inputs, overwrite=request.overwrite)
    if draft in {destination, *sidecars}:
        what = "the video" if draft == destination else "a sidecar"
        raise OutputError(
            f"{request.save_draft} is also the name of {what}", hint="choose another name for --save-draft"
        )
    return draft


def _inputs(request: MakeRequest) -> list[Path]:
    named = [request.audio, request.draft, request.logo]
    named += [request.captions] if isinstance(request.captions, Path) else []
    named += [Path(text) for text in (request.background, request.music) if text]
    return [path for path in named if path is not None]
