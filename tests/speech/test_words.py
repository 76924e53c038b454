from hypothesis import given
from hypothesis import strategies as st

from wavereel.speech.words import MAX_WORD_MS, MIN_WORD_MS, Word, clean_times, retime, spread_words, words_text

WORDS = st.lists(
    st.builds(Word, st.sampled_from(["a", "word", "词"]), st.integers(-500, 60_000), st.integers(-500, 60_000)),
    max_size=40,
)


def orderly(words: list[Word]) -> bool:
    edges = [edge for word in words for edge in (word.start_ms, word.end_ms)]
    return edges == sorted(edges) and all(word.start_ms < word.end_ms for word in words)


@given(WORDS)
def test_clean_times_are_in_order_and_never_empty(words: list[Word]):
    clean = clean_times(words)
    assert [word.text for word in clean] == [word.text for word in words]
    assert orderly(clean)
    assert all(MIN_WORD_MS <= word.end_ms - word.start_ms <= MAX_WORD_MS for word in clean)


@given(WORDS, st.integers(40, 60_000))
def test_clean_times_stay_inside_the_sound(words: list[Word], end_ms: int):
    clean = clean_times(words, end_ms=end_ms)
    assert orderly(clean)
    assert all(word.start_ms >= 0 and word.end_ms <= end_ms for word in clean)


def test_clean_times_leave_good_times_alone():
    words = [Word("one", 100, 400), Word("two", 400, 900), Word("three", 1500, 1600)]
    assert clean_times(words, end_ms=2000) == words


def test_a_word_that_swallows_a_pause_is_cut():
    assert clean_times([Word("so", 1000, 9000)])[0].end_ms == 2200


@given(
    st.lists(st.text("abc", min_size=1, max_size=8), min_size=1, max_size=30),
    st.integers(0, 1000),
    st.integers(0, 5000),
)
def test_spread_words_fill_the_span(texts: list[str], start_ms: int, length_ms: int):
    words = spread_words(texts, start_ms, start_ms + length_ms)
    assert [word.text for word in words] == texts
    assert words[0].start_ms == start_ms
    assert words[-1].end_ms == start_ms + max(length_ms, len(texts))
    assert orderly(words)


def test_spread_words_by_letters():
    first, second = spread_words(["abc", "abcdefg"], 0, 1100)
    assert (first.end_ms, second.start_ms) == (350, 350)


SPOKEN = [
    Word("we", 0, 200),
    Word("use", 200, 500),
    Word("wave", 500, 800),
    Word("real", 800, 1200),
    Word("here.", 1300, 1600),
]


def test_edited_words_share_the_span_they_replace():
    words = retime(SPOKEN, "we use Wavereel here.")
    assert words == [SPOKEN[0], SPOKEN[1], Word("Wavereel", 500, 1200), SPOKEN[4]]


def test_deleted_words_leave_the_others():
    assert retime(SPOKEN, "we use here.") == [SPOKEN[0], SPOKEN[1], SPOKEN[4]]


def test_an_inserted_word_takes_a_gap_or_a_share():
    words = retime([Word("a", 0, 100), Word("c", 500, 700)], "a b c")
    assert words[1] == Word("b", 100, 500)
    words = retime(SPOKEN, "we always use wave real here.")
    assert words_text(words) == "we always use wave real here."
    assert orderly(words)
    assert words[2:] == SPOKEN[1:]


@given(st.lists(st.sampled_from(["one", "two", "three", "四"]), max_size=12))
def test_any_edit_gives_its_words_in_order(texts: list[str]):
    words = retime(SPOKEN, " ".join(texts))
    assert [word.text for word in words] == texts
    assert orderly(words)


def test_no_words_no_times():
    assert retime([], "new words") == []
    assert clean_times([], end_ms=10) == []
    assert spread_words([], 0, 10) == []
