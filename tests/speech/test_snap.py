import numpy as np

from wavereel.speech.activity import RATE_HZ
from wavereel.speech.snap import snap_words, voiced_hops
from wavereel.speech.words import Word


def sound_with(*spans_ms: tuple[int, int], length_ms: int = 4000) -> np.ndarray:
    rng = np.random.default_rng(1)
    sound = (rng.standard_normal(length_ms * 16) * 1e-4).astype(np.float32)
    for start, stop in spans_ms:
        sound[start * 16 : stop * 16 - 1] += (rng.standard_normal((stop - start) * 16 - 1) * 0.2).astype(np.float32)
    return sound


def test_edges_beside_a_pause_move_to_the_sound():
    sound = sound_with((500, 1000), (2000, 2600))
    words = snap_words([Word("one", 620, 1100), Word("two", 1850, 2500)], sound, 0)
    assert [(word.start_ms, word.end_ms) for word in words] == [(500, 1000), (2000, 2600)]


def test_edges_inside_running_speech_stay():
    sound = sound_with((500, 2000))
    words = [Word("one", 500, 1200), Word("two", 1200, 2000)]
    assert snap_words(words, sound, 0) == words


def test_nothing_moves_further_than_a_quarter_second():
    word = Word("far", 100, 400)
    assert snap_words([word], sound_with((1500, 2500)), 0) == [word]


def test_times_count_from_the_origin():
    words = snap_words([Word("one", 10_620, 11_100)], sound_with((500, 1000)), 10_000)
    assert (words[0].start_ms, words[0].end_ms) == (10_500, 11_000)


def test_short_holes_and_bursts_do_not_count():
    hops = voiced_hops(sound_with((500, 1000), (1040, 1500), (2500, 2520)))
    assert hops[50:150].all()
    assert not hops[160:].any()


def test_no_sound_no_change():
    word = Word("a", 0, 100)
    assert snap_words([word], np.zeros(0, np.float32), 0) == [word]
    assert snap_words([], np.zeros(RATE_HZ, np.float32), 0) == []
