"""Chords as the beds use them: symbols, voicings that move little from chord to chord, and scales for melodies."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

QUALITIES: dict[str, tuple[int, ...]] = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "sus2": (0, 2, 7),
    "sus4": (0, 5, 7),
    "add9": (0, 4, 7, 14),
    "madd9": (0, 3, 7, 14),
    "6": (0, 4, 7, 9),
    "m6": (0, 3, 7, 9),
    "maj7": (0, 4, 7, 11),
    "m7": (0, 3, 7, 10),
    "7": (0, 4, 7, 10),
    "9sus": (0, 5, 10, 14),
    "maj9": (0, 4, 7, 11, 14),
    "m9": (0, 3, 7, 10, 14),
    "m11": (0, 3, 10, 14, 17),
    "9": (0, 4, 7, 10, 14),
    "13": (0, 4, 10, 14, 21),
    "7b9": (0, 4, 7, 10, 13),
}
"""Semitones above the root."""

MAJOR = (0, 2, 4, 5, 7, 9, 11)


@dataclass(frozen=True, slots=True)
class Change:
    """A chord of a progression: semitones above the tonic, a key of `QUALITIES`, its length in bars."""

    above: int
    quality: str
    bars: float = 1


@dataclass(frozen=True, slots=True)
class Chord:
    """A chord in its place.

    Attributes:
        start: First sixteenth, from the start of the section.
        length: In sixteenths.
        root: MIDI note of the root in the octave of the bass, 28 to 39.
        tones: Semitones above the root.
        voicing: MIDI notes of the upper voices, low to high.
    """

    start: int
    length: int
    root: int
    tones: tuple[int, ...]
    voicing: tuple[int, ...]


def voice_progression(
    changes: Sequence[Change], tonic: int, bars: int, *, low: int, high: int, voices: int
) -> tuple[Chord, ...]:
    """Chords that fill `bars` bars, each voicing the nearest to the one before.

    Args:
        changes: The progression, repeated as often as needed.
        tonic: Pitch class of the key, 0 to 11.
        bars: Length of the section.
        low: Lowest MIDI note of a voicing.
        high: Highest one.
        voices: How many upper voices.
    """
    chords: list[Chord] = []
    start = 0
    previous: tuple[int, ...] | None = None
    while start < bars * 16:
        for change in changes:
            length = min(round(change.bars * 16), bars * 16 - start)
            if length <= 0:
                break
            root = 28 + (tonic + change.above - 28) % 12
            tones = QUALITIES[change.quality]
            previous = _nearest(_classes(root, tones, voices), previous, low, high)
            chords.append(Chord(start, length, root, tones, previous))
            start += length
    return tuple(chords)


def _classes(root: int, tones: tuple[int, ...], voices: int) -> tuple[int, ...]:
    """Pitch classes for the upper voices: the third and the colours first, the root when there is room."""
    order = [tone for tone in tones if tone not in (0, 7)]
    order += [tone for tone in (7, 0) if tone in tones]
    return tuple((root + tone) % 12 for tone in order[:voices])


def _nearest(classes: tuple[int, ...], previous: tuple[int, ...] | None, low: int, high: int) -> tuple[int, ...]:
    middle = (low + high) / 2
    best: tuple[int, ...] = ()
    least = float("inf")
    places = [[note for note in range(low, high + 1) if note % 12 == pitch_class] for pitch_class in classes]
    for notes in product(*places):
        voicing = tuple(sorted(notes))
        gaps = [above - below for below, above in pairwise(voicing)]
        if voicing[-1] - voicing[0] > 16 or (gaps and min(gaps) < 1):
            continue
        cost = 0.35 * abs(sum(voicing) / len(voicing) - middle) + 3.5 * gaps.count(1) + 0.8 * gaps.count(2)
        if voicing[0] < 52:
            cost += 2 * sum(gap < 3 for gap in gaps[:1])
        if previous is not None:
            cost += sum(min(abs(note - old) for old in previous) for note in voicing)
            cost += 0.5 * abs(voicing[-1] - previous[-1])
        if cost < least:
            best, least = voicing, cost
    return best


def scale_notes(tonic: int, scale: Sequence[int], low: int, high: int) -> list[int]:
    """MIDI notes of a scale from `low` to `high`, both included."""
    return [note for note in range(low, high + 1) if (note - tonic) % 12 in scale]


def chord_notes(chord: Chord, low: int, high: int) -> list[int]:
    """MIDI notes of a chord from `low` to `high`, both included."""
    classes = {(chord.root + tone) % 12 for tone in chord.tones}
    return [note for note in range(low, high + 1) if note % 12 in classes]


def hertz(note: float) -> float:
    """Frequency of a MIDI note, A4 = 440 Hz."""
    return 440.0 * 2 ** ((note - 69) / 12)
