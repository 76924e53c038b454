"""Captions that a person wrote, laid on the sound: word times for subtitle files that have none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from wavereel.errors import Cancelled
from wavereel.speech.activity import RATE_HZ, level, rewindow
from wavereel.speech.align import MARGIN_MS, Aligner
from wavereel.speech.pipeline import ALIGNED_LANGUAGES
from wavereel.speech.words import clean_times

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from wavereel.speech.activity import Sound
    from wavereel.speech.cues import Cue
    from wavereel.speech.transcriber import Cancelled as CancelledNow
    from wavereel.speech.transcriber import OnProgress

MAX_CUE_MS = 28_000
_PER_MS = RATE_HZ // 1000


def align_cues(
    cues: Sequence[Cue],
    windows: Iterable[Sound],
    *,
    language: str = "en",
    on_progress: OnProgress | None = None,
    cancelled: CancelledNow | None = None,
) -> list[Cue]:
    """Word times of cues that have none, heard in the sound; cue times and texts stay.

    Cues that have word times, that are longer than 28 s, that do not fit the sound, or that are not English keep what
    they have: words spread over the cue by their letters.

    Args:
        cues: In order of time, without overlap.
        windows: Blocks of mono float32 at 16 kHz, `(n,)`, in order.
        language: ISO 639-1 code or tag.
        on_progress: Told the milliseconds dealt with.
        cancelled: Asked between cues.

    Raises:
        Cancelled: `cancelled` said so.
        MissingPartError: pocketsphinx is not installed.
    """
    if language.lower().split("-")[0] not in ALIGNED_LANGUAGES or all(cue.timed for cue in cues):
        return list(cues)
    aligner = Aligner()
    result: list[Cue] = []
    spans = [(max(0, cue.start_ms - MARGIN_MS), cue.end_ms + MARGIN_MS) for cue in cues]
    sounds = _cut(windows, spans)
    for cue, (start_ms, sound) in zip(cues, sounds, strict=True):
        if cancelled and cancelled():
            raise Cancelled("stopped while aligning captions")
        result.append(_aligned(cue, sound, start_ms, aligner))
        if on_progress:
            on_progress(cue.end_ms)
    return result


def _aligned(cue: Cue, sound: Sound, start_ms: int, aligner: Aligner) -> Cue:
    """One cue with heard word times; the cue itself where its words are not found."""
    if cue.timed or len(sound) == 0 or cue.end_ms - cue.start_ms > MAX_CUE_MS:
        return cue
    aligned = aligner.align(cue.words, level(sound), start_ms, timed=False)
    if sum(aligned.found) * 2 < len(cue.words):
        return cue
    words = list(aligned.words)
    for index, found in enumerate(aligned.found):
        if not found:
            before = words[index - 1].end_ms if index else cue.start_ms
            words[index] = replace(words[index], start_ms=before, end_ms=before)
    return replace(cue, words=tuple(clean_times(words, start_ms=cue.start_ms, end_ms=cue.end_ms)), timed=True)


def _cut(windows: Iterable[Sound], spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, Sound]]:
    """The sound of each span, with where it begins in ms; holds no more than a span and a block.

    Args:
        windows: Blocks of sound.
        spans: In order of their starts.
    """
    blocks = rewindow(windows, size=RATE_HZ)
    held = np.zeros(0, np.float32)
    origin = 0
    for start_ms, end_ms in spans:
        start, stop = start_ms * _PER_MS, min(end_ms, start_ms + MAX_CUE_MS + 2 * MARGIN_MS) * _PER_MS
        while origin + len(held) < stop and (block := next(blocks, None)) is not None:
            held = np.concatenate((held, block))
            if origin < start:
                cut = min(start - origin, len(held))
                held, origin = held[cut:], origin + cut
        if origin < start:
            cut = min(start - origin, len(held))
            held, origin = held[cut:], origin + cut
        yield start_ms, held[: max(0, stop - start)].copy() if origin == start else np.zeros(0, np.float32)
