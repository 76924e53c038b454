import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wavereel.speech.cues import (
    MAX_MS,
    Cue,
    CueLimits,
    count_characters,
    fit_cues,
    limits_for,
    make_cues,
)
from wavereel.speech.phrases import Breaks
from wavereel.speech.scripts import split_words
from wavereel.speech.words import Word, spread_words

ENGLISH = st.sampled_from(
    "the a of and Dr. Smith said that he would have been, perhaps; 5 percent. No! Really? “Quoted words” well-known $ "
    "extraordinarily-long-compound I’m state-of-the-art, Mr. President".split()
)
CHINESE = st.sampled_from(list("今天天气很好的我们去看了吗") + ["好。", "了，", "“你", "iPhone", "3"])


@st.composite
def speech(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> list[Word]:
    words: list[Word] = []
    at = draw(st.integers(0, 3000))
    for text in draw(st.lists(texts, max_size=60)):
        at += draw(st.sampled_from([0, 0, 0, 0, 20, 150, 400, 700, 1200, 5000]))
        length = draw(st.integers(20, 1200))
        words.append(Word(text, at, at + length))
        at += length
    return words


def check(words: list[Word], cues: list[Cue], limits: CueLimits, *, pop: bool = False) -> None:
    held = [word for cue in cues for word in cue.words]
    assert [(word.text, word.start_ms) for word in held] == [(word.text, word.start_ms) for word in words]
    assert all(0 <= a.end_ms - b.end_ms <= limits.gap_ms + 20 for a, b in zip(words, held, strict=True))
    for cue in cues:
        assert cue.start_ms == cue.words[0].start_ms
        assert cue.words[-1].end_ms <= cue.end_ms
        assert all(word.start_ms < word.end_ms for word in cue.words)
        assert cue.end_ms - cue.start_ms <= MAX_MS or len(cue.words) == 1
        assert len(cue.lines) <= (1 if pop else limits.lines)
        assert "".join("".join(cue.lines).split()) == "".join(word.text for word in cue.words)
        for line in cue.lines:
            assert count_characters(line) <= limits.width or len(split_words(line)) == 1
        gaps = [b.start_ms - a.end_ms for a, b in itertools.pairwise(cue.words)]
        assert not gaps or max(gaps) <= 1000
    for one, other in itertools.pairwise(cues):
        assert one.end_ms <= other.start_ms


@given(speech(ENGLISH), st.booleans())
def test_english_cues_keep_words_and_limits(words: list[Word], narrow: bool):
    check(words, make_cues(words, narrow=narrow), limits_for("en", narrow=narrow))


@given(speech(CHINESE), st.booleans())
@settings(max_examples=50)
def test_chinese_cues_keep_words_and_limits(words: list[Word], narrow: bool):
    check(words, make_cues(words, language="zh", narrow=narrow), limits_for("zh", narrow=narrow))


@given(speech(st.one_of(ENGLISH, CHINESE)), st.integers(4, 60), st.integers(1, 3))
@settings(max_examples=50)
def test_any_width_and_number_of_lines(words: list[Word], width: int, lines: int):
    limits = CueLimits(width, lines)
    check(words, make_cues(words, language="ja", limits=limits), limits)


@given(speech(ENGLISH))
def test_pop_shows_a_few_words(words: list[Word]):
    cues = make_cues(words, mode="pop")
    check(words, cues, limits_for("en"), pop=True)
    assert all(len(cue.words) <= 4 for cue in cues)


@given(speech(ENGLISH))
@settings(max_examples=20)
def test_the_same_words_give_the_same_cues(words: list[Word]):
    assert make_cues(words) == make_cues(list(words))


def spoken(text: str, *, per_s: float = 14.0) -> list[Word]:
    """Words of a text at a steady speed; a pause of 250 ms after a sentence."""
    words: list[Word] = []
    at = 0
    for part in split_words(text):
        length = max(60, round(1000 * (len(part) + 1) / per_s))
        words.append(Word(part, at, at + length))
        at += length + (250 if part[-1] in ".!?。！？" else 0)
    return words


def lines_of(text: str, language: str = "en", **options: object) -> list[tuple[str, ...]]:
    return [cue.lines for cue in make_cues(spoken(text), language=language, **options)]  # type: ignore[arg-type]


def test_sentences_are_cues():
    assert lines_of("This is the first sentence we say. Here is another one that follows.") == [
        ("This is the first sentence we say.",),
        ("Here is another one that follows.",),
    ]


def test_two_lines_break_at_the_clause():
    assert lines_of("When the rain had stopped at last, we went out to see the garden.") == [
        ("When the rain had stopped at last,", "we went out to see the garden.")
    ]


PAIRS = [
    ("the", "Netherlands"),
    ("a", "process"),
    ("Dr.", "Chawla"),
    ("Colonel", "Husband"),
    ("5", "percent"),
    ("12", "million"),
    ("June", "12"),
    ("my", "country"),
    ("well-", "known"),
    ("$", "5"),
]


@pytest.mark.parametrize(("one", "other"), PAIRS)
@pytest.mark.parametrize("before", range(1, 12))
def test_what_belongs_together_is_never_parted(one: str, other: str, before: int):
    text = " ".join(["word"] * before + [one, other] + ["more"] * 6)
    words = [Word(part, index * 300, index * 300 + 300) for index, part in enumerate(text.split())]
    for narrow in (False, True):
        for cue in make_cues(words, narrow=narrow):
            for line in cue.lines:
                assert not line.endswith(f" {one}")
                assert line != one


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [("de", "der", "Mann"), ("fr", "les", "langues"), ("es", "el", "arte"), ("it", "il", "conte")],
)
def test_articles_of_other_languages(language: str, one: str, other: str):
    words = [Word(one, 0, 100), Word(other, 100, 200)]
    assert Breaks(language).penalties(words) == [10_000]


def test_abbreviations_end_no_sentence():
    words = [Word(text, 0, 1) for text in ("J.", "Smith", "met", "Mr.", "U.S.", "etc.")]
    assert 0 not in Breaks("en").penalties(words[:-1])


def test_chinese_lines_break_between_phrases():
    text = "树叶渐渐变红，街道旁的银杏树也开始落叶。无论是散步还是小憩，这个季节总能带来宁静和满足。"
    cues = lines_of(text, "zh", narrow=True)
    shown = [line for cue in cues for line in cue]
    assert "".join(shown) == text
    assert all(line[0] not in "，。！？、；：）」" and line[-1] not in "（「“" for line in shown)
    assert not any(line.endswith(("银", "季", "宁", "散")) for line in shown)
    assert all(len(line) <= 10 for line in shown)


def test_reading_time_is_given_where_there_is_room():
    cue = make_cues([Word("Extraordinary!", 0, 300)])[0]
    assert cue.end_ms == 833
    cues = make_cues([Word("One.", 0, 300), Word("Two.", 2000, 2300)])
    assert cues[0].end_ms == 833
    assert cues[1].start_ms == 2000


def test_running_speech_leaves_two_frames():
    cues = make_cues(spoken("Here is the first sentence. " * 4, per_s=20))
    assert all(b.start_ms - a.end_ms >= 67 for a, b in itertools.pairwise(cues))


def test_a_short_gap_is_closed_and_a_long_pause_is_seen():
    words = spread_words(["This", "is", "said", "slowly", "now."], 0, 3000)
    cues = make_cues([*words, Word("Then", 3300, 3600), Word("more.", 3600, 4500)])
    assert cues[0].end_ms == 3300 - 67 or len(cues) == 1
    cues = make_cues([*words, Word("Then", 4700, 5000), Word("more.", 5000, 5600)])
    assert cues[1].start_ms - cues[0].end_ms >= 1000


def test_the_callers_ruler_decides():
    words = spoken("mmmmmmmm iiiiiiii mmmmmmmm iiiiiiii")

    def measure(text: str) -> float:
        return sum(20.0 if char == "m" else 5.0 for char in text)

    cues = make_cues(words, measure=measure, width=210.0, lines=1)
    assert [cue.text for cue in cues] == ["mmmmmmmm iiiiiiii", "mmmmmmmm iiiiiiii"]


def test_a_ruler_that_kerns_is_obeyed():
    """A line may be wider than the sum of its words: it is measured as it is drawn."""
    words = spoken("one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen")

    def measure(text: str) -> float:
        return len(text) + 3.0 * text.count(" ")

    for cue in make_cues(words, measure=measure, width=30.0):
        assert len(cue.lines) <= 2
        assert all(measure(line) <= 30.0 for line in cue.lines)


def test_a_word_wider_than_the_line_stands_alone():
    cues = make_cues([Word("x" * 100, 0, 1000), Word("y", 1000, 1200)])
    assert cues[0].lines[0] == "x" * 100


def test_no_words_no_cues():
    assert make_cues([]) == []


def test_captions_of_a_file_are_fitted():
    words = tuple(
        spread_words("a line that is far too long to stand in an upright picture without being broken".split(), 0, 6000)
    )
    wide = Cue(0, 6000, (" ".join(word.text for word in words),), words, timed=False)
    short = Cue(
        6000, 7000, ("stays", "as it is"), tuple(spread_words(["stays", "as", "it", "is"], 6000, 7000)), timed=False
    )
    fitted = fit_cues([wide, short], limits=limits_for("en", narrow=True))
    assert fitted[-1] == short
    assert all(len(line) <= 26 for cue in fitted for line in cue.lines)
    assert fitted[0].start_ms == 0
    assert fitted[-2].end_ms == 6000
    assert [word for cue in fitted[:-1] for word in cue.words] == list(words)
    assert all(a.end_ms <= b.start_ms for a, b in itertools.pairwise(fitted))
