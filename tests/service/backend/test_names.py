"""Names of strangers, made fit to be shown."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from wavereel.service.backend.names import MAX_FILENAME_BYTES, display_name, plain_line


@given(st.text(max_size=400))
def test_any_name_can_be_shown_and_leads_nowhere(name: str):
    shown = display_name(name)
    assert shown
    assert 0 < len(shown.encode()) <= MAX_FILENAME_BYTES
    assert not set(shown) & set('/\\<>:"|?*')
    assert shown not in (".", "..")
    assert not shown.startswith((".", " "))
    assert all(unicodedata.category(char) not in {"Cc", "Cs"} for char in shown)
    assert display_name(shown) == shown


@given(st.text(), st.integers(1, 50))
def test_any_text_becomes_one_line(text: str, length: int):
    line = plain_line(text, length)
    assert len(line) <= length
    assert line == line.strip()
    assert "\n" not in line


def test_what_turns_the_direction_is_dropped_and_what_joins_letters_is_kept():
    assert plain_line("gpj.\u202eexe", 99) == "gpj. exe"
    assert plain_line("👩\u200d🚀", 99) == "👩\u200d🚀"
    assert plain_line("می\u200cخواهم", 99) == "می\u200cخواهم"


def test_a_long_name_keeps_its_ending():
    assert display_name("ü" * 300 + ".flac").endswith("ü.flac")
    assert display_name("a." + "b" * 300) == "a." + "b" * 198
