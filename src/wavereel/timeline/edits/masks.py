"""Masks over words: asterisks in the captions, and `mask` effects on the clips that speak them."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

from wavereel.timeline.edits.cue_words import find_phrases, is_unspaced, touched_words, word_spans
from wavereel.timeline.edits.pieces import quick
from wavereel.timeline.edits.surgery import Spot, change_segments, changed, spots
from wavereel.timeline.model import Effect, TrackType

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wavereel.timeline.model import Segment, Timeline

Matches = list[tuple[Spot, list[tuple[int, int]]]]
"""Cues with half-open ranges of characters in their texts."""


def found_words(cues: Sequence[Spot], words: Sequence[str]) -> Matches:
    """The cues that hold some of the words, with the characters of them, without overlaps."""
    texts = [spot.segment.text or "" for spot in cues]
    offsets = [0, *accumulate(len(text) + 1 for text in texts)]
    together = "\n".join(texts)
    lowered = together.lower()
    found = [
        span for word in words if word.strip() and _beginning(word) in lowered for span in find_phrases(together, word)
    ]
    by_cue: dict[int, list[tuple[int, int]]] = {}
    reached = 0
    for start, stop in sorted(found, key=lambda span: (span[0], -span[1])):
        if start < reached:
            continue
        reached = stop
        for number in range(bisect_right(offsets, start) - 1, bisect_right(offsets, stop - 1)):
            begin, end = max(0, start - offsets[number]), min(stop - offsets[number], len(texts[number]))
            if begin < end:
                by_cue.setdefault(number, []).append((begin, end))
    return [(cues[number], ranges) for number, ranges in sorted(by_cue.items())]


def _beginning(word: str) -> str:
    """What a text must hold in lower case if it is to hold a word."""
    first = word.split(maxsplit=1)[0].lower()
    return first[0] if is_unspaced(first) else first.partition("'")[0]


def speaking_clips(timeline: Timeline) -> list[Spot]:
    """The clips in which the words are heard: the voice, else other sounds, else the video's own."""
    for role, kind in (("voice", TrackType.AUDIO), ("audio", TrackType.AUDIO), ("main", TrackType.VIDEO)):
        found = spots(timeline, lambda track, _, r=role, k=kind: track.role == r and track.type == k)
        if found:
            return found
    return spots(timeline, lambda track, _: track.type == TrackType.AUDIO and track.role not in ("bgm", "sfx"))


def masked_texts(timeline: Timeline, matches: Matches) -> Timeline:
    """The timeline with ranges of its cues masked, in their texts and in their words."""
    by_place = {(spot.track, spot.index): ranges for spot, ranges in matches}

    def change(spot: Spot) -> Segment:
        segment, text = spot.segment, spot.segment.text or ""
        masked = list(text)
        for start, stop in by_place[spot.track, spot.index]:
            masked[start:stop] = _covered(text[start:stop])
        new = "".join(masked)
        if not segment.words:
            return changed(segment, text=new)
        words = [
            quick(word, text=new[begin:end]) if text[begin:end] != new[begin:end] else word
            for word, (begin, end) in zip(segment.words, word_spans(text, segment.words), strict=True)
        ]
        return changed(segment, text=new, words=tuple(words))

    return change_segments(timeline, [spot for spot, _ in matches], change)


def _covered(text: str) -> Iterator[str]:
    """As many characters: the first letter of a phrase stays in scripts with spaces, white space stays."""
    first = not is_unspaced(text)
    for char in text:
        if char.isspace() or (first and char.isalnum()):
            yield char
        else:
            yield "*"
        first = first and not char.isalnum()


def masked_sound(timeline: Timeline, clips: list[Spot], matches: Matches) -> Timeline:
    """The timeline whose clips are masked while the words are spoken."""
    spans = [span for spot, ranges in matches for start, stop in ranges for span in _spoken_ms(spot, start, stop)]
    touched: dict[tuple[int, int], tuple[Effect, ...]] = {}
    wanted: list[Spot] = []
    for clip in clips:
        held = clip.segment.effects or ()
        known = {(effect.extra.get("s"), effect.extra.get("d")) for effect in held if effect.kind == "mask"}
        new: list[Effect] = []
        for start_ms, stop_ms in spans:
            begin, end = max(start_ms, clip.start_ms) - clip.start_ms, min(stop_ms, clip.end_ms) - clip.start_ms
            if begin < end and (begin, end - begin) not in known:
                known.add((begin, end - begin))
                new.append(Effect.model_validate({"k": "mask", "s": begin, "d": end - begin}))
        if new:
            touched[clip.track, clip.index] = (*held, *new)
            wanted.append(clip)
    if not wanted:
        return timeline
    return change_segments(
        timeline, wanted, lambda spot: changed(spot.segment, effects=touched[spot.track, spot.index])
    )


def _spoken_ms(spot: Spot, start: int, stop: int) -> Iterator[tuple[int, int]]:
    """When characters of a cue are spoken, in ms of the timeline; by letters where no word has a time."""
    segment, text = spot.segment, spot.segment.text or ""
    words = segment.words or ()
    touched = touched_words(word_spans(text, words), start, stop)
    if touched:
        begin = min(words[number].start_ms for number in touched)
        end = max(words[number].start_ms + words[number].length_ms for number in touched)
    else:
        begin = segment.length_ms * start // max(1, len(text))
        end = -(-segment.length_ms * stop // max(1, len(text)))
    if end > begin:
        yield spot.start_ms + begin, spot.start_ms + end
