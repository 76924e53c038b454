from pathlib import Path

import numpy as np
import pytest

from wavereel.media.decode import decode_audio
from wavereel.speech.activity import RATE_HZ, level
from wavereel.speech.align import Aligner, _groups, _room
from wavereel.speech.cue_align import align_cues
from wavereel.speech.cues import Cue, make_cues
from wavereel.speech.words import Word, spread_words

ASK = (
    "And so, my fellow Americans: ask not what your country can do for you, ask what you can do for your country."
).split()


@pytest.fixture(scope="module")
def jfk(request: pytest.FixtureRequest) -> np.ndarray:
    folder: Path = request.getfixturevalue("corpus")
    blocks = decode_audio(folder / "en_jfk.flac", rate_hz=RATE_HZ, mono=True)
    return np.concatenate([block.reshape(-1) for block in blocks])


def test_groups_are_cut_at_pauses_and_at_length():
    words = [Word("a", 0, 300), Word("b", 300, 600), Word("c", 1000, 1300)]
    assert _groups(words) == [(0, 2), (2, 3)]
    run = [Word("w", index * 400, index * 400 + 400) for index in range(100)]
    assert all(run[stop - 1].end_ms - run[start].start_ms <= 25_000 for start, stop in _groups(run))
    assert [index for start, stop in _groups(run) for index in range(start, stop)] == list(range(100))


def test_a_group_hears_its_margin_but_not_its_neighbours():
    words = [Word("a", 500, 900), Word("b", 1400, 1800), Word("c", 9000, 9500)]
    assert _room(words, 1, 2, 0, 10_000) == (1100, 2100)
    assert _room(words, 0, 1, 300, 10_000) == (300, 1200)
    assert _room(words, 2, 3, 0, 9600) == (8700, 9600)


def test_sound_without_speech_keeps_the_words():
    words = [Word("hello", 0, 500), Word("—", 500, 600), Word("xyzzy", 600, 900), Word("秋", 900, 950)]
    sound = (np.random.default_rng(1).standard_normal(RATE_HZ) * 0.1).astype(np.float32)
    aligned = Aligner().align(words, sound, 0)
    assert [word.text for word in aligned.words] == [word.text for word in words]
    assert all(
        not found or 0 <= w.start_ms < w.end_ms <= 1000 for w, found in zip(aligned.words, aligned.found, strict=True)
    )


def test_words_longer_than_their_sound_are_not_found():
    words = [Word(f"w{index}ord", 0, 50) for index in range(50)]
    aligned = Aligner().align(words, np.zeros(800, np.float32), 0)
    assert aligned.words == tuple(words)
    assert not any(aligned.found)


@pytest.mark.corpus
def test_real_words_are_found_to_a_frame(jfk: np.ndarray):
    """Times read from the spectrogram of the recording."""
    aligned = Aligner().align(spread_words(ASK, 0, 11_000), level(jfk), 0, timed=False)
    assert all(aligned.found)
    starts = {word.text: word.start_ms for word in reversed(aligned.words)}
    assert starts["And"] == pytest.approx(310, abs=60)
    assert starts["ask"] == pytest.approx(3280, abs=80)
    assert starts["not"] == pytest.approx(3800, abs=250)


@pytest.mark.corpus
def test_captions_of_a_person_get_word_times(jfk: np.ndarray):
    truth = Aligner().align(spread_words(ASK, 0, 11_000), level(jfk), 0, timed=False).words
    cues = [
        Cue(
            c.start_ms,
            c.end_ms,
            c.lines,
            tuple(spread_words([w.text for w in c.words], c.start_ms, c.end_ms)),
            timed=False,
        )
        for c in make_cues(truth)
    ]
    aligned = align_cues(cues, [jfk[:50_000], jfk[50_000:]])
    assert [(c.start_ms, c.end_ms, c.lines) for c in aligned] == [(c.start_ms, c.end_ms, c.lines) for c in cues]
    assert all(cue.timed for cue in aligned)
    far = sorted(
        abs(a.start_ms - b.start_ms) for a, b in zip((w for c in aligned for w in c.words), truth, strict=True)
    )
    assert far[len(far) // 2] <= 20
    assert far[-1] <= 150


@pytest.mark.parametrize("language", ["en", "de"])
def test_captions_over_silence_stay_as_they_are(language: str):
    cues = [
        Cue(
            index * 3000,
            index * 3000 + 2000,
            ("two words",),
            tuple(spread_words(["two", "words"], index * 3000, index * 3000 + 2000)),
            timed=False,
        )
        for index in range(3)
    ]
    silence = np.zeros(5 * RATE_HZ, np.float32)
    aligned = align_cues(cues, [silence], language=language)
    assert [cue.text for cue in aligned] == ["two words"] * 3
    assert all(cue.start_ms <= w.start_ms < w.end_ms <= cue.end_ms for cue in aligned for w in cue.words)
    assert aligned[2] == cues[2]
