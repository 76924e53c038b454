"""Players: each turns the chords of a section into the notes of one part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from wavereel.media.music_theory import Chord, chord_notes, scale_notes

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence


class Note(NamedTuple):
    """One note: when (in sixteenths from the section's start), how long, what, how hard (0 to 1), and a late start."""

    start: float
    length: float
    note: int
    force: float
    late_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Score:
    """What a player sees.

    Attributes:
        chords: Chords of the section, in order.
        bars: Length of the section.
        tonic: Pitch class of the key.
        scale: Semitones of the scale that melodies use.
        swing: Share of a pair of sixteenths (or of eighths, where `swing_step` is 2) that its first takes; 0.5 is even.
        swing_step: Sixteenths of what swings.
        dice: The part's own source of chance.
        last: Whether the section ends a phrase, where a fill may stand.
    """

    chords: tuple[Chord, ...]
    bars: int
    tonic: int
    scale: tuple[int, ...]
    swing: float
    swing_step: int
    dice: random.Random
    last: bool

    def swung(self, step: float) -> float:
        """A position with the off-beats moved."""
        pair = 2 * self.swing_step
        whole, part = divmod(step, pair)
        half = pair / 2
        if part < half:
            return whole * pair + part * self.swing * 2
        return whole * pair + self.swing * pair + (part - half) * (1 - self.swing) * 2

    def chord_at(self, step: float) -> Chord:
        """The chord that sounds at a sixteenth."""
        for chord in self.chords:
            if step < chord.start + chord.length:
                return chord
        return self.chords[-1]


Player = Callable[[Score, str], list[Note]]


def held(score: Score, style: str) -> list[Note]:
    """Every voicing for as long as its chord lasts; with style `root`, the root below it, `fifth`, root and fifth."""
    notes: list[Note] = []
    for chord in score.chords:
        pitches: Sequence[int] = chord.voicing
        if style == "root":
            pitches = (chord.root + 12,)
        elif style == "fifth":
            pitches = (chord.root + 12, chord.root + 19)
        elif style == "high":
            pitches = tuple(note + 12 for note in chord.voicing[-2:])
        notes += [Note(chord.start, chord.length, note, 0.8) for note in pitches]
    return notes


_COMPS: dict[str, tuple[tuple[tuple[float, float], ...], ...]] = {
    "lofi": (((0, 6), (7, 5)), ((0, 7), (10, 5)), ((0, 3), (3, 4), (10, 4)), ((0, 12),)),
    "jazz": (((0, 3), (6, 5)), ((6, 3), (14, 2)), ((4, 3), (10, 4)), ((0, 5), (10, 3)), ((6, 6),)),
    "upbeat": (
        ((0, 3), (3, 3), (6, 2), (10, 2), (12, 3)),
        ((0, 3), (6, 3), (12, 3)),
        ((2, 2), (6, 2), (10, 2), (14, 2)),
    ),
    "slow": (((0, 15),), ((0, 8), (8, 7))),
    "strum": (((0, 4), (4, 2), (6, 2), (10, 2), (12, 4)), ((0, 6), (6, 4), (10, 6))),
}


def comp(score: Score, style: str) -> list[Note]:
    """Chords in a rhythm of the style, one or two bars long and repeated; voices a little apart, as fingers are."""
    rhythms = _COMPS[style]
    first, second = score.dice.choice(rhythms), score.dice.choice(rhythms)
    notes: list[Note] = []
    for bar in range(score.bars):
        rhythm = second if bar % 4 == 3 else first
        for step, length in rhythm:
            chord = score.chord_at(bar * 16 + step)
            force = (0.85 if step % 8 == 0 else 0.68) + score.dice.uniform(-0.06, 0.06)
            spread = 0.012 if style != "strum" else 0.02
            notes += [
                Note(score.swung(bar * 16 + step), length, note, force, voice * spread + score.dice.uniform(0, 0.004))
                for voice, note in enumerate(chord.voicing)
            ]
    return notes


_WALKS: dict[str, tuple[int, ...]] = {
    "up": (0, 1, 2, 3, 4, 5, 6, 7),
    "wave": (0, 1, 2, 3, 4, 3, 2, 1),
    "broken": (0, 2, 1, 3, 2, 4, 3, 1),
    "low_high": (0, 3, 1, 4, 2, 5, 3, 1),
}


def arpeggio(score: Score, style: str) -> list[Note]:
    """Notes of the chord one after the other; style is `<walk>:<sixteenths a note>`."""
    walk_name, _, step_text = style.partition(":")
    walk, step = _WALKS[walk_name], int(step_text or "2")
    notes: list[Note] = []
    for index in range(score.bars * 16 // step):
        at = index * step
        chord = score.chord_at(at)
        ladder = chord_notes(chord, chord.voicing[0], chord.voicing[0] + 26)
        note = ladder[walk[index % len(walk)] % len(ladder)]
        accent = 0.85 if at % 8 == 0 else 0.66 if at % 4 == 0 else 0.55
        notes.append(Note(score.swung(at), step * 1.6, note, accent + score.dice.uniform(-0.07, 0.07)))
    return notes


def fingers(score: Score, style: str) -> list[Note]:
    """A guitarist's right hand: the thumb alternates root and fifth, the fingers fill the off-beats."""
    patterns = (
        ((4, "m"), (6, "h"), (8, "b"), (10, "m"), (12, "t"), (14, "h")),
        ((2, "m"), (4, "h"), (8, "b"), (10, "m"), (12, "h"), (14, "m")),
    )
    pattern = score.dice.choice(patterns)
    notes: list[Note] = []
    for bar in range(score.bars):
        for step, finger in ((0, "b"), *pattern):
            at = bar * 16 + step
            chord = score.chord_at(at)
            thumb = chord.root + 12 if chord.root + 12 >= 40 else chord.root + 24
            choice = {
                "b": thumb if step == 0 else thumb + 7,
                "m": chord.voicing[len(chord.voicing) // 2],
                "t": chord.voicing[0],
                "h": chord.voicing[-1],
            }
            force = (0.8 if finger == "b" else 0.62) + score.dice.uniform(-0.07, 0.07)
            notes.append(Note(score.swung(at), 8, choice[finger], force, score.dice.uniform(0, 0.007)))
        if style == "roll" and bar % 4 == 3:
            chord = score.chord_at(bar * 16 + 15)
            notes.append(Note(score.swung(bar * 16 + 15), 4, chord.voicing[-1], 0.5))
    return notes


_BASS_LINES: dict[str, tuple[tuple[tuple[float, float, int], ...], ...]] = {
    "lofi": (
        ((0, 6, 0), (7, 2, 0), (10, 5, 7)),
        ((0, 5, 0), (6, 2, 12), (10, 4, 7), (14, 2, 0)),
        ((0, 9, 0), (10, 5, 0)),
    ),
    "half": (((0, 8, 0), (8, 7, 7)), ((0, 7, 0), (8, 4, 7), (12, 4, 0))),
    "long": (((0, 15, 0),),),
    "eighths": (
        ((0, 2, 0), (2, 2, 0), (4, 2, 0), (6, 2, 0), (8, 2, 0), (10, 2, 0), (12, 2, 0), (14, 2, 7)),
        ((0, 3, 0), (3, 3, 0), (6, 2, 0), (8, 3, 0), (11, 3, 0), (14, 2, 12)),
        ((2, 2, 0), (6, 2, 0), (10, 2, 0), (14, 2, 0)),
    ),
}


def bass(score: Score, style: str) -> list[Note]:
    """A bass line: a rhythm of the style on root, fifth and octave."""
    lines = _BASS_LINES[style]
    line, turn = score.dice.choice(lines), score.dice.choice(lines)
    notes: list[Note] = []
    for bar in range(score.bars):
        for step, length, above in turn if bar % 4 == 3 else line:
            at = bar * 16 + step
            chord = score.chord_at(at)
            note = chord.root + above
            force = (0.9 if step == 0 else 0.75) + score.dice.uniform(-0.05, 0.05)
            notes.append(Note(score.swung(at), length * 0.95, note if note <= 45 else note - 12, force))
    return notes


def walking(score: Score, _style: str) -> list[Note]:
    """Four to the bar: root on the change, chord notes between, and a step into the next root."""
    notes: list[Note] = []
    for index, chord in enumerate(score.chords):
        following = score.chords[(index + 1) % len(score.chords)]
        ladder = chord_notes(chord, 28, 46)
        at_note = chord.root
        beats = chord.length // 4
        for beat in range(beats):
            if beat == 0:
                note = chord.root
            elif beat == beats - 1:
                target = min((following.root, following.root + 12), key=lambda root, near=at_note: abs(root - near))
                note = target + score.dice.choice((-1, 1, 2 if target < 42 else -2))
            else:
                near = [tone for tone in ladder if tone != at_note and abs(tone - at_note) <= 5]
                note = score.dice.choice(near or ladder)
            at_note = note
            force = 0.82 if beat % 2 == 0 else 0.88
            notes.append(Note(chord.start + beat * 4, 3.8, note, force + score.dice.uniform(-0.05, 0.05)))
    return notes


_MOTIFS: dict[str, tuple[tuple[tuple[float, float], ...], ...]] = {
    "sparse": (((0, 8), (8, 8)), ((4, 12),), ((0, 6), (6, 10)), ((8, 8),)),
    "song": (
        ((0, 4), (4, 2), (6, 6), (12, 4)),
        ((2, 2), (4, 4), (8, 8)),
        ((0, 6), (6, 2), (8, 8)),
        ((0, 3), (3, 3), (6, 10)),
    ),
    "jazz": (
        ((2, 2), (4, 2), (6, 6)),
        ((0, 3), (3, 1), (4, 6), (12, 2)),
        ((6, 2), (8, 2), (10, 6)),
        ((4, 2), (6, 2), (8, 2), (10, 4)),
    ),
}


def melody(score: Score, style: str) -> list[Note]:
    """A tune of two-bar phrases: motif, rest or answer, motif again, close; long notes lie on the chord.

    Style is `<motifs>:<lowest note>`.
    """
    motif_name, _, low_text = style.partition(":")
    low = int(low_text or "67")
    scale = scale_notes(score.tonic, score.scale, low, low + 17)
    dice = score.dice
    motifs = [dice.choice(_MOTIFS[motif_name]) for _ in range(2)]
    moves = [[dice.choice((-2, -1, -1, 1, 1, 2)) for _ in range(8)] for _ in range(2)]
    place = len(scale) // 2
    notes: list[Note] = []
    for bar in range(score.bars):
        form = (0, None, 0, 1)[bar % 4] if motif_name == "sparse" else (0, 1, 0, None if bar % 8 == 7 else 1)[bar % 4]
        if form is None:
            continue
        if bar % 2 == 0:
            place = len(scale) // 2
        for index, (step, length) in enumerate(motifs[form]):
            at = bar * 16 + step
            before, move = place, moves[form][index]
            place = min(max(place + move, 0), len(scale) - 1)
            if place == before:
                place -= move
            if length >= 3 or step % 4 == 0:
                place = _on_chord(score.chord_at(at), scale, place, avoid=before)
            force = 0.75 + dice.uniform(-0.1, 0.08)
            notes.append(Note(score.swung(at), length, scale[place], force, dice.uniform(0, 0.012)))
    return notes


def _on_chord(chord: Chord, scale: Sequence[int], place: int, *, avoid: int) -> int:
    """The place in the scale nearest to `place` that lies on the chord; not `avoid`, as long as there is another."""
    tones = {(chord.root + tone) % 12 for tone in chord.tones}
    places = [index for index, note in enumerate(scale) if note % 12 in tones and index != avoid]
    return min(places or [place], key=lambda index: (abs(index - place), index))


def sparkle(score: Score, style: str) -> list[Note]:
    """Single high notes of the chord, few and far between; style is the lowest note."""
    low = int(style or "72")
    notes: list[Note] = []
    for half in range(score.bars * 2):
        if score.dice.random() < 0.62:
            at = half * 8 + score.dice.choice((0, 2, 3, 4, 6))
            note = score.dice.choice(chord_notes(score.chord_at(at), low, low + 14))
            notes.append(Note(at, 8, note, score.dice.uniform(0.45, 0.8), score.dice.uniform(0, 0.03)))
    return notes


_OSTINATI = ((0, 0, 2, 0, 1, 0, 2, 1), (0, 1, 2, 1, 0, 1, 2, 1), (0, 2, 1, 2, 0, 2, 1, 2))


def ostinato(score: Score, _style: str) -> list[Note]:
    """Short bows in eighths around the chord, the figure the same in every bar."""
    figure = score.dice.choice(_OSTINATI)
    notes: list[Note] = []
    for index in range(score.bars * 8):
        at = index * 2
        chord = score.chord_at(at)
        ladder = chord_notes(chord, 55, 72)
        accent = 0.9 if index % 4 == 0 else 0.62
        notes.append(Note(at, 2, ladder[figure[index % 8] % len(ladder)], accent + score.dice.uniform(-0.05, 0.05)))
    return notes


_FORCE = {"X": 1.0, "x": 0.72, "o": 0.42, "-": 0.22}


def beats(score: Score, pattern: str) -> list[Note]:
    """Strokes of one drum, a bar of sixteenths or several joined by `|`: `X` loud, `x`, `o`, `-` faint, `.` none.

    A pattern after `!` replaces the last bar of a phrase. The note number is 0.
    """
    usual, _, fill = pattern.partition("!")
    bars = usual.split("|")
    notes: list[Note] = []
    for bar in range(score.bars):
        row = fill if fill and score.last and bar == score.bars - 1 else bars[bar % len(bars)]
        for step, mark in enumerate(row):
            if mark in _FORCE:
                force = _FORCE[mark] * score.dice.uniform(0.9, 1.0)
                notes.append(Note(score.swung(bar * 16 + step), 1, 0, force, score.dice.uniform(0, 0.005)))
    return notes


PLAYERS: dict[str, Player] = {
    "held": held,
    "comp": comp,
    "arpeggio": arpeggio,
    "fingers": fingers,
    "bass": bass,
    "walking": walking,
    "melody": melody,
    "sparkle": sparkle,
    "ostinato": ostinato,
    "beats": beats,
}
