"""Sizes as people write them, and any other text."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wavereel.errors import UsageError
from wavereel.timeline.canvas import MAX_SIDE_PX, MIN_SIDE_PX, parse_size


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("1080x1920", (1080, 1920)),
        (" 320 X 180 ", (320, 180)),
        ("1080×1350", (1080, 1350)),
        ("9:16", (1080, 1920)),
        ("16:9", (1920, 1080)),
        ("4:5", (1080, 1350)),
        ("3:4", (1080, 1440)),
        ("1:1", (1080, 1080)),
        ("21:9", (2520, 1080)),
        ("square", (1080, 1080)),
        ("4K", (3840, 2160)),
    ],
)
def test_sizes(text: str, size: tuple[int, int]):
    assert parse_size(text) == size


@pytest.mark.parametrize(
    "text",
    ["", "x", "1080", "1080x", "0x0", "1081x1080", "65000x65000", "62x62", "0:1", "1:0", "1:99", "１０８０x1080"],
)
def test_other_texts_are_refused(text: str):
    with pytest.raises(UsageError):
        parse_size(text)


@given(st.text(max_size=30) | st.text("0123456789x×:* ", max_size=16))
@example("9" * 6 + "x" + "9" * 6)
@example(" " * 5000)
def test_any_text_is_a_size_or_a_usage_error(text: str):
    try:
        size = parse_size(text)
    except UsageError as error:
        assert "\n" not in str(error)
        return
    assert all(MIN_SIDE_PX <= side <= MAX_SIDE_PX and side % 2 == 0 for side in size)
