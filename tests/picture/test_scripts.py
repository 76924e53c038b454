import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavereel.picture.scripts import cluster_script, clusters, is_emoji, script_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("abc", ["a", "b", "c"]),
        ("e\u0301x", ["e\u0301", "x"]),
        ("👩🏽‍🚀👨‍👩‍👧‍👦", ["👩🏽‍🚀", "👨‍👩‍👧‍👦"]),
        ("🇯🇵🇫🇷🇩", ["🇯🇵", "🇫🇷", "🇩"]),
        ("❤️1️⃣", ["❤️", "1️⃣"]),
        ("क्षि", ["क्षि"]),
        ("ที่", ["ที่"]),
        ("น้ำ", ["น้ำ"]),
        ("한국", ["한", "국"]),
        ("", []),
    ],
)
def test_what_a_reader_counts_as_one(text: str, expected: list[str]):
    assert [text[a:b] for a, b in clusters(text)] == expected


@given(st.text(max_size=40))
def test_clusters_cover_any_text_without_gaps(text: str):
    ranges = clusters(text)
    assert "".join(text[a:b] for a, b in ranges) == text
    assert all(a < b for a, b in ranges)


@pytest.mark.parametrize("cluster", ["😀", "❤️", "👍🏿", "🏳️‍🌈", "1️⃣", "🇯🇵", "⌚", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"])
def test_drawn_as_a_picture(cluster: str):
    assert is_emoji(cluster)


@pytest.mark.parametrize("cluster", ["a", "1", "❤", "★", "☂", "☎\ufe0e", "漢", "#"])
def test_drawn_as_a_letter(cluster: str):
    assert not is_emoji(cluster)


@pytest.mark.parametrize(
    ("char", "script"),
    [
        ("a", "Latin"),
        ("я", "Cyrillic"),
        ("ά", "Greek"),
        ("漢", "Han"),
        ("ー", "Katakana"),
        ("ع", "Arabic"),
        ("ש", "Hebrew"),
    ]
    + [("ก", "Thai"), ("अ", "Devanagari"), ("5", "Common"), ("—", "Common"), ("\u0301", "Common"), ("த", "Tamil")],
)
def test_script_of_a_letter(char: str, script: str):
    assert script_of(char) == script


def test_a_mark_takes_the_script_of_its_letter():
    assert cluster_script("\u0301α") == "Greek"
