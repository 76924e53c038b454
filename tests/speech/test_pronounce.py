import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavereel.speech.pronounce import cardinal, phones, spoken_form


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Hello,", "hello"),
        ("forty-two", "forty two"),
        ("it’s", "it's"),
        ("Dr.", "doctor"),
        ("$4.50,", "four point five zero dollars"),
        ("20%", "twenty percent"),
        ("1,250,000", "one million two hundred fifty thousand"),
        ("1984", "nineteen eighty four"),
        ("1905", "nineteen oh five"),
        ("1900", "nineteen hundred"),
        ("2003", "two thousand three"),
        ("007", "zero zero seven"),
        ("1990s", "nineteen nineties"),
        ("21st", "twenty first"),
        ("20th", "twentieth"),
        ("café", "cafe"),
        ("—", ""),
        ("秋", ""),
    ],
)
def test_how_a_word_is_said(written: str, spoken: str):
    assert " ".join(spoken_form(written)) == spoken


@given(st.text(max_size=30))
def test_any_text_can_be_asked_for(text: str):
    for word in spoken_form(text):
        assert word.replace("'", "").isascii()
        assert phones(word)


@given(st.integers(0, 999_999_999))
def test_numbers_are_words(value: int):
    assert all(word.isalpha() for word in cardinal(value))


@pytest.mark.parametrize(
    ("word", "sounds"), [("wavereel", "W AE V ER IY L"), ("nation", "N AE SH AH N"), ("bbc", "B IY B IY S IY")]
)
def test_letters_to_sounds(word: str, sounds: str):
    assert phones(word) == sounds
