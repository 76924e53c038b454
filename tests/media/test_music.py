from __future__ import annotations

import itertools
import random

import numpy as np
import pytest

from wavereel.errors import UsageError
from wavereel.media.music import MusicBed, MusicSpec, music_blocks
from wavereel.media.music_effects import loudness_curve
from wavereel.media.music_moods import MOODS
from wavereel.media.music_parts import PLAYERS, Score
from wavereel.media.music_theory import MAJOR, QUALITIES, Change, voice_progression

RATE_HZ = 48_000
FAST = 160.0
"""A tempo that keeps sections short."""


@pytest.fixture(scope="module")
def beds() -> dict[str, MusicBed]:
    return {mood: MusicBed(MusicSpec(mood, seed=3, bpm=FAST)) for mood in MOODS}


def lufs(sound: np.ndarray) -> float:
    """Loudness without gating."""
    power = 0.0
    for channel in range(2):
        spectrum = np.fft.rfft(sound[:, channel]) * loudness_curve(len(sound))
        power += 2 * float(np.vdot(spectrum, spectrum).real) / len(sound) ** 2
    return -0.691 + 10 * float(np.log10(power))


def test_the_same_samples_however_they_are_reached() -> None:
    spec = MusicSpec("upbeat", seed=7, bpm=200)
    whole = np.concatenate(list(music_blocks(spec, 0, 25 * RATE_HZ)))
    odd = np.concatenate(list(music_blocks(spec, 17 * RATE_HZ + 123, 20 * RATE_HZ, block=7001)))

    assert (whole.shape, whole.dtype) == ((25 * RATE_HZ, 2), np.float32)
    assert np.array_equal(odd, whole[17 * RATE_HZ + 123 : 20 * RATE_HZ])


def test_other_seeds_are_other_music_and_the_same_seed_is_the_same() -> None:
    first, again, other = (MusicBed(MusicSpec("acoustic", seed, bpm=FAST)).read(0, RATE_HZ) for seed in (1, 1, 2))

    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_it_never_ends(beds: dict[str, MusicBed]) -> None:
    bed = MusicBed(MusicSpec("jazz", bpm=200))
    hour = 3600 * RATE_HZ
    late = bed.read(hour, hour + 2 * RATE_HZ)

    assert np.abs(late).max() > 0.05


@pytest.mark.parametrize("mood", MOODS)
def test_level_is_steady(mood: str, beds: dict[str, MusicBed]) -> None:
    bed = beds[mood]
    sound = bed.read(0, 2 * bed.section_samples)
    parts = [lufs(sound[at : at + 3 * RATE_HZ]) for at in range(0, len(sound) - 3 * RATE_HZ, RATE_HZ)]

    assert abs(lufs(sound) - -20) < 0.7
    assert all(abs(level - -20) < 2 for level in parts[1:])
    assert np.abs(sound).max() < 0.9


@pytest.mark.parametrize("mood", MOODS)
def test_joins_do_not_click(mood: str, beds: dict[str, MusicBed]) -> None:
    bed = beds[mood]
    length = bed.section_samples
    sound = bed.read(0, 2 * length).mean(axis=1)
    bend = np.abs(np.diff(sound, 2))
    bar = length // 8
    usual = max(bend[at - 960 : at + 960].max() for at in range(bar, 2 * length - bar, bar) if at != length)

    assert bend[length - 960 : length + 960].max() <= 2 * usual


@pytest.mark.parametrize("mood", MOODS)
def test_the_spectrum_is_that_of_music(mood: str, beds: dict[str, MusicBed]) -> None:
    bed = beds[mood]
    sound = bed.read(0, bed.section_samples)
    middle = sound.mean(axis=1)
    power = np.abs(np.fft.rfft(middle)) ** 2
    hz = np.fft.rfftfreq(len(middle), 1 / RATE_HZ)

    def share_db(low: float, high: float) -> float:
        return float(10 * np.log10(power[(hz >= low) & (hz < high)].sum() / power.sum()))

    assert abs(float(sound.mean())) < 5e-4
    assert share_db(0, 25) < -20
    assert share_db(8000, 24_000) < -20
    assert share_db(100, 1000) > share_db(1000, 4000) > share_db(4000, 8000)
    assert share_db(1000, 4000) > -22
    loss_db = 10 * np.log10((middle**2).mean() / (sound**2).mean())
    assert loss_db > -3


def test_unknown_mood_and_tempo_are_refused() -> None:
    with pytest.raises(UsageError, match="lofi, ambient"):
        MusicBed(MusicSpec("polka"))
    with pytest.raises(UsageError, match="40 to 200"):
        MusicBed(MusicSpec("lofi", bpm=900))


@pytest.mark.parametrize("mood", MOODS)
def test_moods_name_what_exists(mood: str) -> None:
    for letter, *names in MOODS[mood].form:
        assert letter in MOODS[mood].progressions
        assert set(names) <= MOODS[mood].parts.keys()
    for progressions in MOODS[mood].progressions.values():
        for changes in progressions:
            assert sum(change.bars for change in changes) in (4, 8)
            assert all(change.quality in QUALITIES for change in changes)


@pytest.mark.parametrize("mood", MOODS)
def test_voices_stay_in_range_on_the_chord_and_move_little(mood: str) -> None:
    low, high, voices = MOODS[mood].voicing
    for progressions in MOODS[mood].progressions.values():
        for changes in progressions:
            for tonic in MOODS[mood].tonics:
                chords = voice_progression(changes, tonic, 8, low=low, high=high, voices=voices)
                assert sum(chord.length for chord in chords) == 128
                for chord in chords:
                    classes = {(chord.root + tone) % 12 for tone in chord.tones}
                    assert {note % 12 for note in chord.voicing} <= classes
                    assert low <= min(chord.voicing) <= max(chord.voicing) <= high
                for before, after in itertools.pairwise(chords):
                    assert all(min(abs(note - old) for old in before.voicing) <= 5 for note in after.voicing)


@pytest.mark.parametrize("mood", MOODS)
def test_parts_keep_to_their_section(mood: str) -> None:
    plan = MOODS[mood]
    low, high, voices = plan.voicing
    chords = voice_progression(plan.progressions["A"][0], 0, 8, low=low, high=high, voices=voices)
    for name, part in plan.parts.items():
        score = Score(chords, 8, 0, plan.scale, plan.swing, plan.swing_step, random.Random(1), last=True)
        notes = PLAYERS[part.player](score, part.style)
        assert notes, name
        assert all(0 <= note.start < 128 and 0 < note.force <= 1.1 and note.late_s >= 0 for note in notes), name
        if part.player != "beats":
            assert all(24 <= note.note <= 96 for note in notes), name


def test_tunes_lie_on_the_chord_where_they_rest() -> None:
    chords = voice_progression(
        (Change(2, "m9"), Change(7, "13"), Change(0, "maj9", 2)), 0, 8, low=52, high=72, voices=4
    )
    score = Score(chords, 8, 0, MAJOR, 0.5, 1, random.Random(4), last=False)
    long_notes = [note for note in PLAYERS["melody"](score, "song:67") if note.length >= 4]

    assert len(long_notes) > 5
    for note in long_notes:
        chord = score.chord_at(note.start)
        assert note.note % 12 in {(chord.root + tone) % 12 for tone in chord.tones}
