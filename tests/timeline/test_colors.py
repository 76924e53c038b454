"""Colours as people write them, and any other text."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import ImageColor

from wavereel.errors import UsageError
from wavereel.timeline.colors import Ground, css_colors, parse_color, parse_ground


def test_the_names_of_css():
    # by `getrgb`: Pillow puts a tuple in place of the text of every name that somebody looked up
    expected = {name: ImageColor.getrgb(name)[:3] for name in list(ImageColor.colormap)}
    assert css_colors() == {name: f"#{bytes(rgb).hex()}" for name, rgb in expected.items()}


@pytest.mark.parametrize(
    ("text", "color"),
    [
        ("#102030", "#102030"),
        ("#FFF", "#ffffff"),
        ("#1234", "#11223344"),
        ("#11223344", "#11223344"),
        ("navy", "#000080"),
        (" Light Sea Green ", "#20b2aa"),
        ("rgb(1, 2,255)", "#0102ff"),
    ],
)
def test_colours(text: str, color: str):
    assert parse_color(text) == color


@pytest.mark.parametrize(
    "text", ["", "#", "#12", "#12345", "#ggg", "rgb(256,0,0)", "rgb(1,2)", "blu", "102030", "#12345६"]
)
def test_other_texts_are_no_colours(text: str):
    with pytest.raises(UsageError, match="#RRGGBB"):
        parse_color(text)


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("navy", Ground("#000080")),
        ("navy..teal", Ground("#000080", "#008080")),
        ("#000-#333", Ground("#000000", "#333333")),
        ("#000 -> #333", Ground("#000000", "#333333")),
        ("from navy to teal", Ground("#000080", "#008080")),
        ("navy→teal @ 45", Ground("#000080", "#008080", 45.0)),
        ("rgb(0,0,0)..white@-90deg", Ground("#000000", "#ffffff", -90.0)),
        ("cover.jpg", None),
        ("my-picture.png", None),
        ("../teal", None),
        ("", None),
    ],
)
def test_grounds(text: str, ground: Ground | None):
    assert parse_ground(text) == ground


@pytest.mark.parametrize("text", ["#12345", "#000..blu", "#000-#33", "#"])
def test_what_starts_like_a_colour_is_not_taken_for_a_file(text: str):
    with pytest.raises(UsageError):
        parse_ground(text)


@given(st.text(max_size=40) | st.text("#0123456789abcdef.-> to@°rgb(),navyteal", max_size=30))
@example("-" * 5000)
@example("a" + " " * 5000 + "b")
def test_any_text_is_a_ground_or_nothing_or_a_usage_error(text: str):
    try:
        ground = parse_ground(text)
    except UsageError as error:
        assert "\n" not in str(error)
        return
    for color in (ground.color, ground.color2) if ground else ():
        assert color is None or parse_color(color) == color
