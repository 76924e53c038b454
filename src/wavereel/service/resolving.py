"""What a conversation has to know of the media behind a draft: facts, silences, and the words of a kept transcript."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from wavereel.errors import WavereelError
from wavereel.service.media_at_hand import local_path
from wavereel.timeline.edits.facts import Chapter, Facts
from wavereel.times import MAX_MS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from wavereel.render.sources import Sources
    from wavereel.service.captioning import Recogniser, Speech
    from wavereel.service.transcripts import MediaMemory
    from wavereel.speech.cues import Cue
    from wavereel.timeline.model import Timeline

Tree = dict[str, Any]
Range = tuple[int, int]

_LONGEST_TEXT = 2000
_LONGEST_WORD = 200
_LONGEST_TITLE = 500


def _nobody(_: float) -> None:
    """Nobody listens."""


@dataclass
class Hearing:
    """How captions are written at once, rather than later.

    Attributes:
        recognise: Hears words.
        on_share: Told the share that is done.
        cancelled: When set, the work stops.
    """

    recognise: Recogniser
    on_share: Callable[[float], None] = _nobody
    cancelled: threading.Event = field(default_factory=threading.Event)


@dataclass
class MediaResolver:
    """The agent's port of facts, over the files at hand.

    Attributes:
        folder: From which a draft's media are found.
        memory: What is known of them already.
        known: Files by `src` that the caller knows better.
        salvage: Use what can be read of damaged files.
        hearing: Writes captions at once; `None` leaves those that nobody has heard yet for later.
        language: Of the speech, as the user said.
        model: A folder of recogniser weights of the user's.
        notices: What the user should know of what was heard.
    """

    folder: Path
    memory: MediaMemory
    known: Mapping[str, Path] = field(default_factory=dict[str, "Path"])
    salvage: bool = False
    hearing: Hearing | None = None
    language: str | None = None
    model: Path | None = None
    notices: list[str] = field(default_factory=list[str])

    def sources(self, timeline: Timeline) -> Sources:
        """Where the media of a timeline lie."""
        from wavereel.render.sources import sources_of

        sources = sources_of(timeline, self.folder, self.known)
        sources.salvage = self.salvage
        return sources

    def facts(self, timeline: Timeline, entry: Mapping[str, Any]) -> Facts | None:  # noqa: ARG002 - the port's
        """What the tags of a file at hand say, its length, its cover; `None` where it cannot be read."""
        path = self.known.get(f"asset://{entry.get('file_id')}") or local_path(entry.get("cdn_url"), self.folder)
        if path is None:
            return None
        try:
            facts, shelf = self.memory.look(path)
            heard = self.memory.recall(path, (0, facts.length_ms), self.language)
        except (WavereelError, ValueError):  # gone, silent, damaged, or a path that is none
            return None
        own = facts.source
        return Facts(
            length_ms=min(facts.length_ms, MAX_MS),
            title=facts.title[:_LONGEST_TITLE],
            show=facts.show[:_LONGEST_TITLE],
            number=facts.number[:20],
            has_speech=None if heard is None else heard.has_speech,
            chapters=tuple(
                Chapter(
                    start_ms=min(one.start_ms, MAX_MS), end_ms=min(one.end_ms, MAX_MS), title=one.title[:_LONGEST_TITLE]
                )
                for one in facts.chapters[:500]
            ),
            cover=facts.cover,
            cover_colors=facts.cover_colors[:16],
            lang=heard.language if heard is not None else None,
            is_video=facts.is_video,
            size=facts.size,
            media=tuple(made for made in shelf.entries if f"asset://{made['file_id']}" != own),
        )

    def silences(self, timeline: Timeline, gap_ms: int) -> Sequence[Range] | None:
        """Where nobody speaks, half-open in ms of the timeline; `None` where a file cannot be read."""
        from wavereel.service.pauses import heard_ranges, silences_of

        sources = self.sources(timeline)

        def heard(source: str, part_ms: Range) -> Sequence[Range]:
            path = sources.path(source)
            length_ms = self.memory.look(path)[0].length_ms
            part_ms = (min(part_ms[0], length_ms), min(part_ms[1], length_ms))
            return self.memory.heard(path, part_ms, lambda: heard_ranges(path, part_ms))

        try:
            return silences_of(timeline, gap_ms, heard)
        except WavereelError:
            return None

    def cues(self, timeline: Timeline) -> list[Tree] | None:
        """The captions of a timeline where what its voices say is known, as `add_captions` takes them.

        With `hearing`, what is not known yet is heard now.

        Raises:
            Cancelled: The user stopped the recognition.
        """
        from wavereel.render.look import look_of
        from wavereel.service.captioning import cue_shape
        from wavereel.service.cues import cues_of_speech

        sources = self.sources(timeline)
        try:
            speech = self._speech(timeline, sources)
            if speech is None or not speech.words:
                return None
            cues = cues_of_speech(speech, cue_shape(look_of(timeline, sources)))
        except WavereelError as error:
            if self.hearing is not None and self.hearing.cancelled.is_set():
                raise
            self.notices.append(f"no captions: {error}")
            return None
        return [cue_tree(cue) for cue in cues or ()] or None

    def _speech(self, timeline: Timeline, sources: Sources) -> Speech | None:
        from wavereel.service.captioning import Speech
        from wavereel.service.drafts import part_of, placed_words, speech_of, voices_of
        from wavereel.service.requests import MakeRequest

        language = self.language or pending_language(timeline)
        if self.hearing is not None:
            request = MakeRequest(None, language=language, model=self.model, salvage=self.salvage)
            speech = speech_of(
                self.hearing.recognise,
                timeline,
                sources,
                request,
                recall=self.recall,
                on_share=self.hearing.on_share,
                cancelled=self.hearing.cancelled,
            )
            self.notices += [notice for notice in speech.notices if notice not in self.notices]
            return speech
        words: list[Any] = []
        found = timeline.meta.lang
        for start_ms, segment, source in voices_of(timeline):
            known = self.recall(sources.path(source), part_of(segment), language)
            if known is None:
                return None
            found = language or found or known.language
            words += placed_words(known.words or (), start_ms, segment)
        return Speech(tuple(sorted(words, key=lambda word: word.start_ms)), found)

    def recall(self, path: Path, part_ms: Range, language: str | None) -> Speech | None:
        """What was said in a part of a file, where that is known; nothing is known of the user's own weights."""
        return None if self.model is not None else self.memory.recall(path, part_ms, language)


def pending_language(timeline: Timeline) -> str | None:
    """The language in which captions wait to be written, where it is another than the draft's."""
    for track in timeline.with_role("caption"):
        lang = track.meta.lang if track.meta and track.meta.pending else None
        if lang and lang != timeline.meta.lang:
            return lang
    return None


def cue_tree(cue: Cue) -> Tree:
    """A cue as `add_captions` takes it."""
    words = [
        {"text": word.text[:_LONGEST_WORD], "start_ms": word.start_ms, "end_ms": word.end_ms}
        for word in cue.words
        if word.text
    ]
    return {"start_ms": cue.start_ms, "end_ms": cue.end_ms, "text": cue.text[:_LONGEST_TEXT], "words": words}
