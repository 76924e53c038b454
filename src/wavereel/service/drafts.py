"""A draft that is rendered as it is: its captions made where they are pending, and what was asked for beside it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from wavereel.errors import DraftError, UsageError
from wavereel.render.look import look_of
from wavereel.render.sources import file_id
from wavereel.service.captioning import Speech, cue_shape, hear
from wavereel.service.cues import cues_from_file, cues_of_speech, with_captions
from wavereel.timeline.codec import timeline_from_tree, timeline_tree
from wavereel.timeline.model import TrackType

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Generator, Sequence

    from wavereel.render.sources import Sources
    from wavereel.service.captioning import Recogniser
    from wavereel.service.requests import MakeRequest
    from wavereel.service.transcripts import Recall
    from wavereel.speech.words import Word
    from wavereel.timeline.model import Segment, Timeline

_OF_THE_DRAFT = (
    "theme", "platform", "size", "fps", "background", "waveform", "music", "loudness", "logo", "progress_bar",
)  # fmt: skip
_OF_THE_SOUND = ("clip", "title")


@contextmanager
def faults_of_draft(*, alone: bool = True) -> Generator[None]:
    """Where a draft is rendered as it is, what means nothing in it is the file's fault, not the command's.

    Raises:
        DraftError: In place of every `UsageError`, if `alone`.
    """
    try:
        yield
    except UsageError as error:
        if not alone:
            raise
        raise DraftError(error.message, hint=error.hint) from error


def left_out(request: MakeRequest) -> tuple[str, ...]:
    """A notice of what a request asks for and its draft decides; empty without a draft."""
    if request.draft is None:
        return ()
    names = _OF_THE_DRAFT if request.audio is not None else (*_OF_THE_DRAFT, *_OF_THE_SOUND)
    asked = [name.replace("_", " ") for name in names if getattr(request, name) is not None]
    return (f"the draft decides this, so what was asked for was left out: {', '.join(asked)}",) if asked else ()


def is_pending(timeline: Timeline) -> bool:
    """Whether a caption track waits for its cues."""
    return any(track.meta and track.meta.pending and not track.segments for track in timeline.with_role("caption"))


def without_captions(timeline: Timeline) -> Timeline:
    """The timeline with its caption tracks gone."""
    tree = timeline_tree(timeline)
    tree["t"] = [track for track in tree["t"] if track.get("m", {}).get("role") != "caption"]
    return timeline_from_tree(tree)


def captions_from(timeline: Timeline, sources: Sources, path: Path) -> tuple[Timeline, tuple[str, ...]]:
    """The timeline with the cues of a subtitle file in its caption track, and what the user should know.

    Raises:
        SubtitleError: The file cannot be read.
    """
    if not timeline.with_role("caption"):
        return timeline, (f"the draft has no caption track, so {path.name} was left out",)
    cues = cues_from_file(path, cue_shape(look_of(timeline, sources)), timeline.meta.lang or "")
    return with_captions(timeline, cues), ()


def captions_heard(
    recognise: Recogniser,
    timeline: Timeline,
    sources: Sources,
    request: MakeRequest,
    *,
    recall: Recall | None = None,
    on_share: Callable[[float], None],
    cancelled: threading.Event,
) -> tuple[Timeline, tuple[str, ...]]:
    """The timeline with its pending captions made from what its voices say, and what the user should know.

    Raises:
        Cancelled: `cancelled` was set.
        LanguageError: The user named a language that no installed model writes down.
    """
    speech = speech_of(recognise, timeline, sources, request, recall=recall, on_share=on_share, cancelled=cancelled)
    cues = cues_of_speech(speech, cue_shape(look_of(timeline, sources)))
    return with_captions(timeline, cues), speech.notices


def speech_of(
    recognise: Recogniser,
    timeline: Timeline,
    sources: Sources,
    request: MakeRequest,
    *,
    recall: Recall | None = None,
    on_share: Callable[[float], None],
    cancelled: threading.Event,
) -> Speech:
    """What the voices of a timeline say, in ms of the timeline, and what the user should know.

    Args:
        recognise: Hears words.
        timeline: Whose voices are heard.
        sources: Where its media lie.
        request: Language, weights, and whether damaged files are to be used.
        recall: Knows what was heard before; a sound of which it knows nothing is heard.
        on_share: Told the share that is done.
        cancelled: When set, the work stops.

    Raises:
        Cancelled: `cancelled` was set.
        LanguageError: The user named a language that no installed model writes down.
    """
    clips = voices_of(timeline)
    words: list[Word] = []
    notices: list[str] = []
    language = request.language or timeline.meta.lang
    for number, (start_ms, segment, source) in enumerate(clips):
        part_ms = part_of(segment)
        path = sources.path(source)
        speech = recall(path, part_ms, request.language) if recall else None
        if speech is None:
            speech = hear(
                recognise,
                path,
                part_ms,
                file_id(path),
                language=request.language,
                model=request.model,
                salvage=request.salvage,
                on_share=lambda share, done=number: on_share((done + share) / len(clips)),
                cancelled=cancelled,
            )
        notices += [notice for notice in speech.notices if notice not in notices]
        language = language or speech.language
        words += placed_words(speech.words or (), start_ms, segment)
    words.sort(key=lambda word: word.start_ms)
    return Speech(tuple(words), language, tuple(notices))


def part_of(segment: Segment) -> tuple[int, int]:
    """The part of its source that a clip plays, half-open, in ms."""
    first_ms = segment.source_start_ms or 0
    last_ms = first_ms + round(segment.length_ms * (segment.speed or 1.0))
    if segment.source_end_ms is not None:
        last_ms = min(last_ms, segment.source_end_ms)
    return first_ms, last_ms


def placed_words(words: Sequence[Word], start_ms: int, segment: Segment) -> list[Word]:
    """Words of a clip, counted from its own start and at the source's pace, where they are on the timeline."""
    speed = segment.speed or 1.0
    return [
        replace(word, start_ms=start_ms + round(word.start_ms / speed), end_ms=start_ms + round(word.end_ms / speed))
        for word in words
    ]


def voices_of(timeline: Timeline) -> Sequence[tuple[int, Segment, str]]:
    """The clips that may speak: those of role `voice`; where there is none, of `audio`, else of the `main` picture."""
    for role in ("voice", "audio", "main"):
        found = [
            (start_ms, segment, segment.source)
            for track in timeline.with_role(role)
            if track.type in (TrackType.AUDIO, TrackType.VIDEO) and not track.muted
            for start_ms, segment in track.placed()
            if segment.source is not None and not segment.muted
        ]
        if found:
            return found
    return ()
