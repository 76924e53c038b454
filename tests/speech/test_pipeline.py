import numpy as np
import pytest
from tests.speech.fakes import FakeEngine, bursts, loud_spans

from wavereel.speech.activity import RATE_HZ, Piece
from wavereel.speech.pipeline import PieceTranscriber, assemble, holes, merge, untimed
from wavereel.speech.transcriber import Heard, HeardWord
from wavereel.speech.words import Word


def heard(*words: tuple[str, float, float], lp: float = -0.1, p: float = 0.9) -> Heard:
    return Heard(tuple(HeardWord(text, start, end, p) for text, start, end in words), lp, 0.0)


def test_pieces_of_words_are_joined():
    words = assemble(heard((" wood", 0.0, 0.4), ("-block", 0.4, 0.8), (" books.", 0.8, 1.2)), 1000, 2.0, 0)
    assert [(word.text, word.start_ms, word.end_ms) for word in words] == [
        ("wood-block", 1000, 1800),
        ("books.", 1800, 2200),
    ]


def test_chinese_tokens_become_characters():
    words = assemble(heard(("秋天", 0.0, 0.6), ("总", 0.6, 0.8), ("是。", 0.8, 1.0)), 0, 1.0, 0)
    assert [(word.text, word.start_ms, word.end_ms) for word in words] == [
        ("秋", 0, 300),
        ("天", 300, 600),
        ("总", 600, 800),
        ("是。", 800, 1000),
    ]


def test_the_shift_of_a_model_is_taken_out():
    assert assemble(heard((" one", 1.0, 1.2)), 500, 2.0, 85)[0].start_ms == 1415


def test_tags_and_bare_marks_are_no_words():
    words = assemble(
        heard((" [Birds", 0, 1), (" chirping]", 1, 2), (" well", 2, 3), (" -", 3, 3.1), (" so.", 3.1, 4)), 0, 4.0, 0
    )
    assert [(word.text, word.start_ms) for word in words] == [("well", 2000), ("so.", 3100)]


def test_badly_heard_words_are_marked():
    assert assemble(heard((" um", 0, 1), lp=-0.8), 0, 1.0, 0)[0].unsure
    assert assemble(heard((" um", 0, 1), p=0.2), 0, 1.0, 0)[0].unsure
    assert not assemble(heard((" um", 0, 1)), 0, 1.0, 0)[0].unsure


def test_untimed_words_are_spread_by_their_letters():
    words = assemble(Heard(untimed("ab abcdef"), timed=False), 0, 1.0, 0)
    assert [word.text for word in words] == ["ab", "abcdef"]
    assert words[0].end_ms == 300
    assert words[-1].end_ms == 1000


S = RATE_HZ


def test_holes_are_stretches_of_speech_without_words():
    words = [Word("a", 0, 1000), Word("b", 4000, 5000)]
    assert holes([(0, 10 * S)], words) == [(1 * S, 4 * S), (5 * S, 10 * S)]
    assert holes([(0, 2 * S), (4 * S, 6 * S)], words) == []
    assert holes([(0, 3 * S)], []) == [(0, 3 * S)]


def test_of_a_long_word_only_the_end_covers():
    assert holes([(0, 6 * S)], [Word("swallowed", 0, 6000)]) == [(0, round(4.8 * S))]


def test_a_word_repeated_at_the_seam_is_dropped():
    words = [Word("the", 0, 300), Word("end", 300, 900), Word("again", 5000, 5400)]
    found = [Word("End,", 800, 1000), Word("of", 1500, 1800), Word("it", 2000, 2200)]
    assert [word.text for word in merge(words, found)] == ["the", "end", "of", "it", "again"]
    assert merge(words, []) == words


class Sleepy(FakeEngine):
    """Drops everything after the first second, unless it is careful."""

    def hear(self, sound, language, *, careful=False):
        result = super().hear(sound, language, careful=careful)
        return result if careful else Heard(result.words[:2], -0.1, 0.0)


def test_what_was_dropped_is_heard_again():
    engine = Sleepy()
    chunks = list(PieceTranscriber(engine, None, loud_spans).transcribe([bursts(1, 10, 8)], language="en"))
    assert [careful for _, careful, _ in engine.asked] == [False, True]
    assert len(chunks[0].words) > 10


def test_a_refused_piece_is_not_heard_again():
    engine = FakeEngine(log_probability=-1.5)
    chunks = list(PieceTranscriber(engine, None, loud_spans).transcribe([bursts(1, 10, 8)], language="en"))
    assert [careful for _, careful, _ in engine.asked] == [False]
    assert chunks[0].words == ()
    assert chunks[0].refused == "improbable"


def test_words_never_reach_past_the_sound():
    sound = bursts(1, 3.0, 2.5)
    engine = FakeEngine()
    words = [w for c in PieceTranscriber(engine, None, loud_spans).transcribe([sound], language="en") for w in c.words]
    assert words[-1].end_ms <= 3000


@pytest.mark.parametrize("language", ["en", "de"])
def test_only_english_is_aligned(language: str):
    asked = []

    class Aligner:
        def align(self, words, sound, origin_ms, *, timed=True):
            asked.append(len(words))
            from wavereel.speech.align import Aligned

            return Aligned(tuple(words), tuple(False for _ in words))

    engine = FakeEngine(languages=None)
    list(PieceTranscriber(engine, Aligner(), loud_spans).transcribe([bursts(1)], language=language))  # type: ignore[arg-type]
    assert bool(asked) is (language == "en")


def test_a_piece_knows_its_length():
    piece = Piece(16_000, 48_000, 16_000, np.zeros(32_000, np.float32), ((16_000, 48_000),))
    assert piece.seconds == 2.0
