"""The six moods as data: harmony, tempo, who plays what, and in which order the sections come."""

from __future__ import annotations

from dataclasses import dataclass

from wavereel.media.music_theory import MAJOR, Change

C = Change


@dataclass(frozen=True, slots=True)
class Part:
    """One player of a mood.

    Attributes:
        player: A key of `music_parts.PLAYERS`.
        style: What the player is told.
        sound: An instrument, a drum, or `pad:<brightness>,<cents>,<even>,<air>`.
        gain_db: Level in the mix; instruments are equally loud before it.
        send_db: Level into the room.
        pan: -1 left to 1 right.
        ring_s: How long a note sounds on after its end.
        octave: Octaves added to the notes.
    """

    player: str
    style: str
    sound: str
    gain_db: float
    send_db: float = -14
    pan: float = 0.0
    ring_s: float = 0.25
    octave: int = 0


@dataclass(frozen=True, slots=True)
class Mood:
    """A mood.

    Attributes:
        bpm: Slowest and fastest tempo.
        tonics: Pitch classes of the keys it is played in.
        scale: Semitones that melodies use.
        progressions: Harmony of the A and the B sections, several of each to choose from.
        voicing: Lowest and highest MIDI note, and number of voices.
        swing: Share of the first of a pair; 0.5 is even.
        swing_step: Sixteenths of what swings.
        parts: Players by name.
        form: For each section, `A` or `B`, then the names of the parts that play.
        room_s: Reverberation.
        top_hz: Where the treble starts to fall.
        sway_ms: Depth of the tape's sway.
        pump: How far pads give way to the bass drum, 0 to 1.
        drive: Saturation.
    """

    bpm: tuple[int, int]
    tonics: tuple[int, ...]
    scale: tuple[int, ...]
    progressions: dict[str, tuple[tuple[Change, ...], ...]]
    voicing: tuple[int, int, int]
    parts: dict[str, Part]
    form: tuple[tuple[str, ...], ...]
    swing: float = 0.5
    swing_step: int = 1
    room_s: float = 1.6
    top_hz: float = 6500
    sway_ms: float = 0.0
    pump: float = 0.0
    drive: float = 1.0


_PENTATONIC = (0, 2, 4, 7, 9)
_MINOR_PENTATONIC = (0, 3, 5, 7, 10)

_LOFI = Mood(
    bpm=(72, 84),
    tonics=(0, 2, 3, 5, 8, 10),
    scale=_PENTATONIC,
    progressions={
        "A": (
            (C(2, "m9"), C(7, "13"), C(0, "maj9"), C(9, "m9")),
            (C(5, "maj9"), C(4, "m7"), C(9, "m9"), C(2, "m9")),
            (C(0, "maj9"), C(9, "m9"), C(2, "m9"), C(7, "9sus")),
        ),
        "B": (
            (C(5, "maj9"), C(5, "m6"), C(0, "maj9"), C(9, "m7")),
            (C(9, "m9"), C(2, "m9"), C(5, "maj7"), C(7, "9sus")),
        ),
    },
    voicing=(52, 72, 4),
    swing=0.57,
    parts={
        "keys": Part("comp", "lofi", "electric_piano", 0, -12, -0.12),
        "pad": Part("held", "", "pad:0.6,26,0.6,0.12", -9, -10, ring_s=0.9),
        "bass": Part("bass", "lofi", "round_bass", -2.5, -40),
        "kick": Part("beats", "X......o..X.....|X.........x....o", "kick", 0, -40),
        "snare": Part("beats", "....X.......X..-!....X..-....X.-x", "snare", -3.5, -16),
        "hat": Part("beats", "x.o.x.o.x.o.x.oo|x.o.x.o.x-o.x.o.", "hat", -10, -30, 0.25),
        "tune": Part("melody", "song:67", "vibraphone", -3, -9, 0.2),
        "plucks": Part("arpeggio", "broken:4", "guitar", -9, -10, 0.35),
    },
    form=(
        ("A", "keys", "pad", "bass", "kick", "hat"),
        ("A", "keys", "pad", "bass", "kick", "snare", "hat"),
        ("A", "keys", "pad", "bass", "kick", "snare", "hat", "tune"),
        ("B", "keys", "pad", "bass", "kick", "snare", "hat", "plucks"),
        ("A", "keys", "bass", "kick", "snare", "hat", "tune"),
        ("B", "keys", "pad", "bass", "plucks"),
        ("A", "keys", "pad", "bass", "kick", "snare", "hat", "tune", "plucks"),
        ("B", "keys", "pad", "bass", "kick", "hat"),
    ),
    room_s=1.3,
    top_hz=6500,
    sway_ms=0.9,
    pump=0.15,
    drive=1.4,
)

_AMBIENT = Mood(
    bpm=(58, 66),
    tonics=(0, 2, 4, 5, 7, 9),
    scale=_PENTATONIC,
    progressions={
        "A": (
            (C(0, "maj9", 2), C(5, "maj9", 2), C(9, "m9", 2), C(5, "maj7", 2)),
            (C(0, "add9", 2), C(4, "m7", 2), C(5, "maj9", 2), C(7, "9sus", 2)),
        ),
        "B": (
            (C(9, "m9", 2), C(5, "maj9", 2), C(0, "add9", 2), C(7, "sus4", 2)),
            (C(5, "maj9", 2), C(0, "add9", 2), C(2, "m9", 2), C(7, "9sus", 2)),
        ),
    },
    voicing=(52, 74, 4),
    parts={
        "pad": Part("held", "", "pad:0.75,30,0.8,0.4", 0, -6, ring_s=2.2),
        "glass": Part("held", "high", "pad:0.2,12,0.3,1.2", -10, -4, ring_s=2.5),
        "sub": Part("held", "root", "pad:-0.4,8,0.5,0", -5, -40, ring_s=1.6),
        "bells": Part("sparkle", "72", "bell", -5, -2, 0.25, ring_s=2.0),
        "piano": Part("melody", "sparse:64", "felt_piano", -2, -4, -0.15, ring_s=1.2),
        "drift": Part("arpeggio", "wave:4", "felt_piano", -7, -4, 0.2, ring_s=1.0, octave=1),
    },
    form=(
        ("A", "pad", "sub", "bells"),
        ("A", "pad", "sub", "piano"),
        ("B", "pad", "sub", "glass", "bells"),
        ("A", "pad", "sub", "piano", "drift"),
        ("B", "pad", "sub", "glass", "piano"),
        ("A", "pad", "glass", "bells", "sub"),
        ("B", "pad", "sub", "drift", "bells"),
        ("A", "pad", "sub", "glass", "piano"),
    ),
    room_s=3.6,
    top_hz=6000,
)

_UPBEAT = Mood(
    bpm=(108, 118),
    tonics=(0, 2, 4, 5, 7, 9),
    scale=_PENTATONIC,
    progressions={
        "A": (
            (C(0, "add9"), C(7, "sus4"), C(9, "m7"), C(5, "add9")),
            (C(9, "m7"), C(5, "add9"), C(0, "add9"), C(7, "")),
            (C(5, "add9"), C(0, "add9"), C(7, ""), C(9, "m7")),
        ),
        "B": (
            (C(5, "maj7"), C(7, ""), C(9, "m7"), C(0, "add9")),
            (C(2, "m7"), C(5, "add9"), C(0, "add9"), C(7, "sus4")),
        ),
    },
    voicing=(55, 76, 3),
    parts={
        "keys": Part("comp", "upbeat", "felt_piano", -1, -14, -0.15),
        "pad": Part("held", "", "pad:0.8,18,0.9,0.2", -9, -12, ring_s=0.6),
        "bass": Part("bass", "eighths", "synth_bass", -3, -40, ring_s=0.08),
        "kick": Part("beats", "X...X...X...X...!X...X...X...X.x.", "kick", -1.5, -40),
        "clap": Part("beats", "....X.......X...", "clap", -4.5, -14),
        "hat": Part("beats", "..x...x...x...x.|..x...x...x..ox.", "open_hat", -12, -30, 0.2),
        "shaker": Part("beats", "xoXoxoXoxoXoxoXo", "shaker", -15, -24, -0.35),
        "plucks": Part("arpeggio", "low_high:2", "pluck", -5, -9, 0.3),
        "tune": Part("melody", "song:69", "bell", -4, -9, -0.1),
    },
    form=(
        ("A", "keys", "bass", "kick", "shaker", "plucks"),
        ("A", "keys", "pad", "bass", "kick", "clap", "shaker"),
        ("B", "keys", "pad", "bass", "kick", "clap", "hat", "plucks"),
        ("A", "keys", "pad", "bass", "kick", "clap", "hat", "shaker", "tune"),
        ("A", "keys", "pad", "plucks", "bass", "clap", "shaker"),
        ("B", "keys", "pad", "bass", "kick", "clap", "hat", "tune"),
        ("A", "keys", "pad", "bass", "kick", "clap", "hat", "shaker", "plucks", "tune"),
        ("B", "keys", "pad", "bass", "plucks", "shaker"),
    ),
    room_s=1.2,
    top_hz=10000,
    pump=0.35,
    drive=1.3,
)

_CINEMATIC = Mood(
    bpm=(76, 88),
    tonics=(0, 2, 4, 5, 7, 9),
    scale=_MINOR_PENTATONIC,
    progressions={
        "A": (
            (C(0, "madd9", 2), C(8, "maj7", 2), C(3, "add9", 2), C(10, "sus4", 1), C(10, "", 1)),
            (C(0, "madd9", 2), C(5, "m7", 2), C(8, "maj7", 2), C(10, "", 2)),
        ),
        "B": (
            (C(8, "maj7", 2), C(10, "", 2), C(0, "madd9", 2), C(3, "add9", 2)),
            (C(5, "m7", 2), C(8, "add9", 2), C(3, "", 2), C(10, "sus4", 2)),
        ),
    },
    voicing=(53, 74, 4),
    parts={
        "strings": Part("held", "", "pad:1.0,20,1.0,0.1", 0, -8, ring_s=0.9),
        "low": Part("held", "fifth", "pad:0.7,14,0.9,0", -5, -14, ring_s=0.9),
        "choir": Part("held", "high", "pad:0.35,34,0.7,0.9", -9, -5, ring_s=1.4),
        "bows": Part("ostinato", "", "staccato", -3, -9, -0.3, ring_s=0.15),
        "piano": Part("arpeggio", "wave:4", "felt_piano", -3, -8, 0.2, ring_s=0.8),
        "tune": Part("melody", "sparse:64", "felt_piano", 0, -6, 0.1, ring_s=1.0),
        "tom": Part("beats", "X.........x.....|X.......x.....o.!X.....x...x.x.x.", "tom", -1, -10),
    },
    form=(
        ("A", "strings", "low", "tune"),
        ("A", "strings", "low", "piano"),
        ("B", "strings", "low", "bows", "choir"),
        ("A", "strings", "low", "bows", "tom", "tune"),
        ("B", "strings", "low", "bows", "tom", "choir", "piano"),
        ("A", "strings", "low", "piano", "tune"),
        ("B", "strings", "low", "bows", "tom", "choir"),
        ("A", "strings", "low", "choir", "piano"),
    ),
    room_s=2.8,
    top_hz=8000,
    drive=1.2,
)

_ACOUSTIC = Mood(
    bpm=(92, 104),
    tonics=(0, 2, 4, 7, 9),
    scale=_PENTATONIC,
    progressions={
        "A": (
            (C(0, "add9"), C(7, ""), C(9, "m7"), C(5, "maj7")),
            (C(0, ""), C(5, "add9"), C(9, "m7"), C(7, "sus4")),
            (C(0, "add9"), C(4, "m7"), C(5, "maj7"), C(7, "")),
        ),
        "B": (
            (C(5, "add9"), C(7, ""), C(0, "add9"), C(9, "m7")),
            (C(2, "m7"), C(5, "maj7"), C(0, "add9"), C(7, "sus4")),
        ),
    },
    voicing=(55, 72, 3),
    parts={
        "guitar": Part("fingers", "roll", "guitar", 0, -11, -0.3, ring_s=0.5),
        "second": Part("comp", "strum", "guitar", -6, -11, 0.4, ring_s=0.4),
        "bass": Part("bass", "half", "upright_bass", -3, -40),
        "pad": Part("held", "", "pad:0.5,20,0.7,0.2", -13, -9, ring_s=0.8),
        "shaker": Part("beats", "XoxoXoxoXoxoXoxo", "shaker", -17, -22, 0.3),
        "kick": Part("beats", "X.......X.......|X.......X..o....", "kick", -3, -30),
        "rim": Part("beats", "....x.......x...", "rim", -9, -14, 0.1),
        "tune": Part("melody", "song:67", "felt_piano", -2.5, -10, 0.12, ring_s=0.5),
        "bells": Part("sparkle", "74", "bell", -12, -6, -0.2, ring_s=1.0),
    },
    form=(
        ("A", "guitar", "bass", "shaker"),
        ("A", "guitar", "bass", "shaker", "kick", "rim"),
        ("A", "guitar", "second", "bass", "shaker", "kick", "rim", "tune"),
        ("B", "guitar", "second", "bass", "pad", "shaker", "kick", "rim"),
        ("A", "guitar", "bass", "tune", "pad"),
        ("B", "guitar", "second", "bass", "shaker", "kick", "rim", "bells"),
        ("A", "guitar", "second", "bass", "pad", "shaker", "kick", "rim", "tune"),
        ("B", "guitar", "bass", "bells", "shaker"),
    ),
    room_s=1.1,
    top_hz=9500,
    drive=1.1,
)

_JAZZ = Mood(
    bpm=(104, 124),
    tonics=(0, 2, 3, 5, 7, 10),
    scale=MAJOR,
    progressions={
        "A": (
            (C(2, "m9"), C(7, "13"), C(0, "maj9"), C(9, "7b9")),
            (C(0, "maj9"), C(9, "7"), C(2, "m9"), C(7, "13")),
            (C(4, "m7"), C(9, "7b9"), C(2, "m9"), C(7, "13")),
        ),
        "B": (
            (C(5, "maj9"), C(5, "m6"), C(4, "m7"), C(9, "7"), C(2, "m9"), C(7, "13"), C(0, "6"), C(7, "9sus")),
            (C(7, "m9"), C(0, "13"), C(5, "maj9"), C(5, "m6"), C(4, "m7"), C(9, "7b9"), C(2, "m9"), C(7, "13")),
        ),
    },
    voicing=(52, 70, 4),
    swing=0.63,
    swing_step=2,
    parts={
        "keys": Part("comp", "jazz", "felt_piano", 0, -13, -0.25, ring_s=0.2),
        "bass": Part("walking", "", "upright_bass", -1.5, -30, 0.05, ring_s=0.1),
        "two": Part("bass", "half", "upright_bass", -1.5, -30, 0.05, ring_s=0.12),
        "ride": Part("beats", "x...X.o.x...X.o.", "ride", -11, -20, 0.35),
        "brush": Part("beats", "o...x...o...x...|o...x...o...x.o.", "brush", -8, -16, -0.1),
        "kick": Part("beats", "o...-...o...-...", "kick", -6, -30),
        "rim": Part("beats", "............x...", "rim", -9, -14),
        "tune": Part("melody", "jazz:65", "vibraphone", -2, -9, 0.2, ring_s=0.5),
        "pad": Part("held", "", "pad:0.3,18,0.7,0.1", -15, -10, ring_s=0.7),
    },
    form=(
        ("A", "keys", "two", "brush"),
        ("A", "keys", "bass", "brush", "ride", "kick"),
        ("A", "keys", "bass", "brush", "ride", "kick", "tune"),
        ("B", "keys", "bass", "ride", "kick", "rim", "brush"),
        ("A", "keys", "two", "brush", "tune"),
        ("B", "keys", "bass", "ride", "brush", "kick", "tune"),
        ("A", "keys", "bass", "ride", "brush", "kick", "rim"),
        ("B", "keys", "two", "brush", "pad", "ride"),
    ),
    room_s=1.2,
    top_hz=9000,
    drive=1.2,
)

MOODS: dict[str, Mood] = {
    "lofi": _LOFI,
    "ambient": _AMBIENT,
    "upbeat": _UPBEAT,
    "cinematic": _CINEMATIC,
    "acoustic": _ACOUSTIC,
    "jazz": _JAZZ,
}

__all__ = ["MOODS", "Mood", "Part"]
