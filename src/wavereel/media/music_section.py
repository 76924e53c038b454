"""One section of a bed, played and mixed: every note whole, with its tail, so that sections join by adding."""

from __future__ import annotations

import random
import zlib
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from wavereel.media.music_drums import DRUMS
from wavereel.media.music_effects import Desk, fast_length, loudness_curve, room, steady_gain, tape
from wavereel.media.music_parts import PLAYERS, Note, Score
from wavereel.media.music_theory import voice_progression
from wavereel.media.music_voices import INSTRUMENTS, PAD_SAMPLES, pad_loop
from wavereel.times import SAMPLE_RATE_HZ

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wavereel.media.music_moods import Mood, Part

BARS = 8
"""Bars of a section."""

_TARGET_POWER = 10 ** ((-20.0 + 0.691) / 10)
_STEADINESS = 0.7
_NOTE_POWER = 0.01
_JUDGED = 19_200
_CACHED_NOTES = 48
_FADE_S = 0.4


@dataclass(frozen=True, slots=True)
class Section:
    """A finished section.

    Attributes:
        sound: `(n, 2)` int16, longer than the section by its tail.
        scale: What a step of `sound` is worth.
    """

    sound: NDArray[np.int16]
    scale: float


class Band:
    """The players of one bed: a mood, a key, a tempo and a seed.

    Args:
        name: The mood's name, part of every seed.
        mood: The mood.
        seed: Seed of everything left to chance.
        bpm: Tempo; `None` for one that the seed picks.
    """

    def __init__(self, name: str, mood: Mood, seed: int, bpm: float | None) -> None:
        self._name, self._mood, self._seed = name, mood, seed
        dice = self._dice("band")
        tempo = dice.randint(*mood.bpm)
        self._tonic = dice.choice(mood.tonics)
        self._step = round(SAMPLE_RATE_HZ * 60 / (bpm or tempo) / 4)
        self._order = {letter: dice.sample(choices, len(choices)) for letter, choices in mood.progressions.items()}
        self._desk: Desk | None = None
        self._weight = loudness_curve(_JUDGED)
        self._notes: OrderedDict[tuple[str, int], NDArray[np.float32]] = OrderedDict()
        ring_s = max(part.ring_s for part in mood.parts.values())
        self._tail = round((mood.room_s * 1.15 + ring_s + _FADE_S) * SAMPLE_RATE_HZ)

    @property
    def length(self) -> int:
        """Samples from one section to the next."""
        return BARS * 16 * self._step

    @property
    def sounding(self) -> int:
        """Samples of a section with its tail."""
        return self.length + self._tail

    def play(self, place: int, take: int) -> Section:
        """The section at a place of the form; another `take` has another harmony and other tunes."""
        letter, *names = self._mood.form[place]
        order = self._order[letter]
        low, high, voices = self._mood.voicing
        changes = order[take % len(order)]
        chords = voice_progression(changes, self._tonic, BARS, low=low, high=high, voices=voices)
        count = fast_length(self.sounding)
        dry, send = np.zeros((count, 2), np.float32), np.zeros((count, 2), np.float32)
        kicks: list[Note] = []
        for name in sorted(names, key=lambda name: name != "kick"):
            part = self._mood.parts[name]
            # The same letter is played alike wherever it stands, tunes and fills apart.
            dice = self._dice(f"{name}:{letter}:{take}" + (f":{place}" if part.player in ("melody", "sparkle") else ""))
            last = place % 2 == 1
            scale = self._mood.scale
            score = Score(chords, BARS, self._tonic, scale, self._mood.swing, self._mood.swing_step, dice, last)
            notes = PLAYERS[part.player](score, part.style)
            if name == "kick":
                kicks = notes
            stem = self._stem(part, notes, count)
            if part.sound.startswith("pad") and self._mood.pump and kicks:
                stem *= self._pump(kicks, count)[:, None]
            dry += stem * np.float32(_gain(part.gain_db))
            send += stem * np.float32(_gain(part.gain_db + part.send_db))
        return self._mix(dry, send)

    def _mix(self, dry: NDArray[np.float32], send: NDArray[np.float32]) -> Section:
        mood = self._mood
        if self._desk is None:
            self._desk = Desk(room(mood.room_s, self._chance("room")), len(dry), low_hz=26, high_hz=mood.top_hz)
        sound, power = self._desk.mix(dry, send)
        ticks = self.length // 480
        gain = steady_gain(power[:ticks], _TARGET_POWER, _STEADINESS)
        sound = sound[: self.sounding] * _ramp(gain, self.sounding)[:, None]
        fade = round(_FADE_S * SAMPLE_RATE_HZ)
        sound[-fade:] *= (np.cos(np.linspace(0, np.pi, fade, dtype=np.float32)) * np.float32(0.5) + np.float32(0.5))[
            :, None
        ]
        if mood.sway_ms:
            sound = tape(sound, 2 * BARS, self.length, mood.sway_ms)
        scale = max(float(np.abs(sound).max()), 1e-6) / 32767
        return Section(np.rint(sound * np.float32(1 / scale)).astype(np.int16), scale)

    def _stem(self, part: Part, notes: list[Note], count: int) -> NDArray[np.float32]:
        """`(count, 2)` of one part."""
        angle = (part.pan + 1) * np.pi / 4
        sides = np.array([np.cos(angle), np.sin(angle)], np.float32) * np.float32(np.sqrt(2))
        drum = part.player == "beats"
        stem: NDArray[np.float32] | None = None
        for note in notes:
            start = round(note.start * self._step + note.late_s * SAMPLE_RATE_HZ)
            if drum:
                sound = self._note(part.sound, 0)
            else:
                length = round(note.length * self._step)
                sound = self._cut(part, self._note(part.sound, note.note + 12 * part.octave), length, start)
            sound = sound[: count - start] * np.float32(note.force)
            if stem is None:
                stem = np.zeros((count, *sound.shape[1:]), np.float32)
            stem[start : start + len(sound)] += sound
        if stem is None:
            return np.zeros((count, 2), np.float32)
        return (stem * sides if stem.ndim == 2 else stem[:, None] * sides).astype(np.float32, copy=False)

    def _cut(self, part: Part, sound: NDArray[np.float32], length: int, start: int) -> NDArray[np.float32]:
        """The note as long as it is held, then let go."""
        ring = round(part.ring_s * SAMPLE_RATE_HZ)
        if not part.sound.startswith("pad"):
            out = sound[: length + ring].copy()
            released = out[length:]
            if len(released):
                fall = np.cos(np.linspace(0, np.pi, len(released), dtype=np.float32)) * np.float32(0.5) + np.float32(
                    0.5
                )
                released *= fall if out.ndim == 1 else fall[:, None]
            elif len(out) > 960:
                out[-960:] *= np.linspace(1, 0, 960, dtype=np.float32).reshape(-1, *([1] * (out.ndim - 1)))
            return out
        total = length + ring
        offset = (start * 7) % PAD_SAMPLES
        turns = -(-(offset + total) // PAD_SAMPLES)
        out = np.concatenate([sound] * turns)[offset : offset + total]
        rise = min(round(0.45 * SAMPLE_RATE_HZ), length // 2)
        shape = np.ones(total, np.float32)
        shape[:rise] = np.sin(np.linspace(0, np.pi / 2, rise, dtype=np.float32)) ** 2
        shape[length:] = np.cos(np.linspace(0, np.pi / 2, ring, dtype=np.float32)) ** 2
        # The ensemble swells and opens over four bars.
        breath = np.sin(2 * np.pi * (start + np.arange(total, dtype=np.float32)) / (64 * self._step))
        shape *= 1 + np.float32(0.12) * breath.astype(np.float32)
        return out * shape[:, None]

    def _note(self, sound: str, note: int) -> NDArray[np.float32]:
        """One note of an instrument, kept for the next time; all notes are equally loud."""
        key = (sound, note)
        if key in self._notes:
            self._notes.move_to_end(key)
            return self._notes[key]
        rng = self._chance(f"{sound}:{note}")
        if sound in DRUMS:
            raw = DRUMS[sound](rng)
        elif sound in INSTRUMENTS:
            raw = INSTRUMENTS[sound](note, rng)
        else:
            brightness, cents, odd, air = (float(number) for number in sound.partition(":")[2].split(","))
            raw = pad_loop(note, rng, brightness=brightness, spread_cents=cents, odd=odd, air=air)
        self._notes[key] = self._equally_loud(raw)
        if len(self._notes) > _CACHED_NOTES:
            self._notes.popitem(last=False)
        return self._notes[key]

    def _equally_loud(self, sound: NDArray[np.float32]) -> NDArray[np.float32]:
        """The note scaled to a K-weighted power of -20 dB over its loudest part, the first 0.4 s."""
        part = sound[:_JUDGED] if sound.ndim == 1 else sound[:_JUDGED, 0]
        spectrum = np.fft.rfft(part, _JUDGED) * self._weight
        power = 2 * float(np.vdot(spectrum, spectrum).real) / _JUDGED**2
        return (sound * np.float32((_NOTE_POWER / max(power, 1e-12)) ** 0.5)).astype(np.float32)

    def _pump(self, kicks: list[Note], count: int) -> NDArray[np.float32]:
        """Gain that dips at every stroke of the bass drum."""
        width = round(0.30 * SAMPLE_RATE_HZ)
        place = np.linspace(0, 1, width, dtype=np.float32)
        dip = 1 - np.float32(self._mood.pump) * np.sin(np.pi * place**0.5) ** 2
        gain = np.ones(count, np.float32)
        for note in kicks:
            start = round(note.start * self._step)
            part = gain[start : start + width]
            np.minimum(part, dip[: len(part)], out=part)
        return gain

    def _dice(self, what: str) -> random.Random:
        return random.Random(f"{self._name}:{self._seed}:{what}")

    def _chance(self, what: str) -> np.random.Generator:
        return np.random.default_rng([zlib.crc32(f"{self._name}:{what}".encode()), self._seed & 0xFFFFFFFF])


def _gain(db: float) -> float:
    return 10 ** (db / 20)


def _ramp(gain: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """`count` gains from one for each 10 ms, in straight lines; the last one stays."""
    following = np.append(gain[1:], gain[-1:])
    share = np.arange(480, dtype=np.float32) / np.float32(480)
    lines = (gain[:, None] + (following - gain)[:, None] * share).ravel()
    out = np.full(count, gain[-1], np.float32)
    out[: len(lines)] = lines[:count]
    return out
