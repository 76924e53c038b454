"""Cues for a timeline: of the words that were heard or of a subtitle file, as wide as the picture allows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from wavereel.speech.cues import Cue, fit_cues, limits_for, make_cues
from wavereel.speech.sidecars import read_subtitles
from wavereel.speech.words import Word
from wavereel.timeline.build import caption_segments
from wavereel.timeline.codec import timeline_from_tree, timeline_tree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wavereel.service.captioning import CueShape, Speech
    from wavereel.service.requests import MakeRequest
    from wavereel.timeline.model import Timeline


def cues_of(
    request: MakeRequest, speech: Speech | None, shape: CueShape, part_ms: tuple[int, int]
) -> Sequence[Cue] | None:
    """The cues that a request asks for, in the time of the part in use; `None` where it wants none.

    Raises:
        SubtitleError: Its subtitle file cannot be read.
    """
    if isinstance(request.captions, Path):
        cues = cues_from_file(request.captions, shape, request.language or "")
        return within(cues, part_ms)
    if speech is None or not speech.words:
        return None
    return make_cues(
        speech.words,
        language=speech.language or "en",
        measure=shape.measure,
        width=shape.width_px,
        lines=shape.lines,
        limits=replace(limits_for(speech.language or "en"), width=shape.width_px, lines=shape.lines),
    )


def cues_from_file(path: Path, shape: CueShape, language: str) -> list[Cue]:
    """The cues of a subtitle file, their lines broken anew where they are too wide.

    Raises:
        SubtitleError: The file cannot be read.
    """
    limits = replace(limits_for(language or "en"), width=shape.width_px, lines=shape.lines)
    return fit_cues(read_subtitles(path), language=language or "en", measure=shape.measure, limits=limits)


def within(cues: Sequence[Cue], part_ms: tuple[int, int]) -> list[Cue]:
    """The cues of a part of a sound, counted from its start; what crosses an edge is cut there, word by word."""
    start_ms, stop_ms = part_ms
    result: list[Cue] = []
    for cue in cues:
        begin, end = max(cue.start_ms, start_ms), min(cue.end_ms, stop_ms)
        words = tuple(
            replace(word, start_ms=max(word.start_ms, begin) - start_ms, end_ms=min(word.end_ms, end) - start_ms)
            for word in cue.words
            if word.end_ms > begin and word.start_ms < end
        )
        if end > begin and words:
            lines = cue.lines if len(words) == len(cue.words) else (replace(cue, words=words).text,)
            result.append(replace(cue, start_ms=begin - start_ms, end_ms=end - start_ms, lines=lines, words=words))
    return result


def with_captions(timeline: Timeline, cues: Sequence[Cue] | None) -> Timeline:
    """A timeline whose caption track holds these cues and is no longer pending; unchanged for `None`."""
    if cues is None:
        return timeline
    tree = timeline_tree(timeline)
    for track in tree["t"]:
        if track.get("m", {}).get("role") == "caption":
            track["sg"] = [segment for segment in caption_segments(cues) if segment["s"] < timeline.length_ms]
            track["m"].pop("pending", None)
    return timeline_from_tree(tree)


def timeline_cues(timeline: Timeline) -> list[Cue]:
    """The cues of a timeline's caption tracks, for the files beside the video."""
    cues: list[Cue] = []
    for track in timeline.with_role("caption"):
        for start_ms, segment in track.placed():
            text = (segment.text or "").strip()
            if not text:
                continue
            end_ms = start_ms + segment.length_ms
            words = tuple(
                Word(word.text, start_ms + word.start_ms, start_ms + word.start_ms + word.length_ms)
                for word in segment.words or ()
            )
            lines = tuple(text.split("\n"))
            cues.append(Cue(start_ms, end_ms, lines, words or (Word(text, start_ms, end_ms),), timed=bool(words)))
    return sorted(cues, key=lambda cue: cue.start_ms)
