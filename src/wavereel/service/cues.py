"""Cues for a timeline: of the words that were heard or of a subtitle file, as wide as the picture allows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from wavereel.errors import MissingPartError
from wavereel.service.captioning import speech_windows
from wavereel.speech.cue_align import align_cues
from wavereel.speech.cues import Cue, CueLimits, fit_cues, limits_for, make_cues
from wavereel.speech.scripts import has_han_or_kana
from wavereel.speech.sidecars import read_subtitles
from wavereel.speech.words import Word
from wavereel.timeline.build import caption_segments
from wavereel.timeline.codec import timeline_from_tree, timeline_tree

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from wavereel.service.captioning import CueShape, Speech
    from wavereel.service.requests import MakeRequest
    from wavereel.timeline.model import Timeline


_ENGLISH = frozenset(
    (
        *("the", "and", "of", "to", "a", "in", "is", "it", "that", "you", "was", "for"),
        *("on", "are", "with", "as", "i", "his", "they", "be", "at", "this", "have"),
    )
)
_ENGLISH_SHARE = 0.12
"""A quarter to a third of running English are these words; of German, Dutch or French less than a twentieth."""


def cues_of(
    request: MakeRequest,
    speech: Speech | None,
    shape: CueShape,
    part_ms: tuple[int, int],
    notices: list[str],
    cancelled: threading.Event,
) -> Sequence[Cue] | None:
    """The cues that a request asks for, in the time of the part in use; `None` where it wants none.

    English subtitles without times of words get them from the sound. What the user should know goes to `notices`.

    Raises:
        Cancelled: `cancelled` was set.
        SubtitleError: Its subtitle file cannot be read.
    """
    if isinstance(request.captions, Path):
        read = read_subtitles(request.captions)
        cues = within(read, part_ms)
        late = sum(cue.start_ms >= part_ms[1] for cue in read)
        if late and request.clip is None:
            notices.append(f"{late} of {len(read)} captions start after the sound ends: is it the right subtitle file?")
        language = request.language or language_of(cues)
        if request.audio is not None:
            windows = speech_windows(request.audio, part_ms, salvage=request.salvage)
            cues = _aligned(cues, windows, language, cancelled)
        return fit_cues(cues, language=language, measure=shape.measure, limits=_limits(shape, language))
    return cues_of_speech(speech, shape)


def cues_of_speech(speech: Speech | None, shape: CueShape) -> list[Cue] | None:
    """The cues of what was heard; `None` where nothing was."""
    if speech is None or not speech.words:
        return None
    language = speech.language or "en"
    return make_cues(speech.words, language=language, measure=shape.measure, limits=_limits(shape, language))


def cues_from_file(path: Path, shape: CueShape, language: str) -> list[Cue]:
    """The cues of a subtitle file, their lines broken anew where they are too wide.

    Raises:
        SubtitleError: The file cannot be read.
    """
    cues = read_subtitles(path)
    code = language or language_of(cues)
    return fit_cues(cues, language=code, measure=shape.measure, limits=_limits(shape, code))


def language_of(cues: Sequence[Cue]) -> str:
    """`en` where the commonest words of English are common in the text, else by its script, else empty."""
    text = " ".join(cue.text for cue in cues).lower()
    words = text.split()
    if has_han_or_kana(text):
        return "ja" if any("\u3040" <= char < "\u3100" for char in text) else "zh"
    if any("\uac00" <= char < "\ud7b0" for char in text):
        return "ko"
    common = sum(word.strip(".,!?;:\"'") in _ENGLISH for word in words)
    return "en" if common >= _ENGLISH_SHARE * len(words) > 0 else ""


def _aligned(
    cues: list[Cue], windows: Iterator[NDArray[np.float32]], language: str, cancelled: threading.Event
) -> list[Cue]:
    try:
        return align_cues(cues, windows, language=language, cancelled=cancelled.is_set)
    except MissingPartError:  # without the aligner, words are lit by their letters' share of the cue
        return cues


def _limits(shape: CueShape, language: str) -> CueLimits:
    return replace(limits_for(language or "en"), width=shape.width_px, lines=shape.lines)


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
