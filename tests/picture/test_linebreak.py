import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavereel.picture.linebreak import NEVER, break_qualities, fed_lines


def pieces(text: str) -> list[str]:
    found, start = [], 0
    for stop, quality in break_qualities(text):
        if quality != NEVER:
            found.append(text[start:stop])
            start = stop
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("two words", ["two ", "words"]),
        ("10\u00a0km away", ["10\u00a0km ", "away"]),
        ("well-known fact", ["well-", "known ", "fact"]),
        ("from -5 to 3/4", ["from ", "-5 ", "to ", "3/4"]),
        ("今天好。走", ["今", "天", "好。", "走"]),
        ("「早」ってー", ["「早」っ", "てー"]),
        ("한국 사람", ["한국 ", "사람"]),
        ("ok😀!", ["ok", "😀!"]),
        ("line\nnext", ["line\n", "next"]),
        ("ไทยแลนด์", ["ไทย", "แลนด์"]),
    ],
)
def test_what_stays_together(text: str, expected: list[str]):
    assert pieces(text) == expected


def test_no_line_starts_with_closing_punctuation_or_ends_with_an_opening_one():
    for piece in pieces("他说：“你好，世界！”然后（笑着）走了。"):
        assert piece[0] not in "：”，！）。"
        assert piece[-1] not in "“（"


@given(st.text(max_size=40))
def test_nothing_is_lost(text: str):
    assert "".join(pieces(text)) == text


def test_lines_of_at_most_so_many_characters():
    assert fed_lines("one two three", 7) == "one two\nthree"
    assert fed_lines("one two three", 5) == "one\ntwo\nthree"
    assert fed_lines("extraordinary day", 5) == "extraordinary\nday"
    assert fed_lines("kept\nas it is", 20) == "kept\nas it is"
    assert fed_lines("春天的河水很安静", 4) == "春天的河\n水很安静"
