"""The words of a draft about texts and captions, seen in the pixels of a painted frame."""

import numpy as np
import pytest

from wavereel.errors import LimitError
from wavereel.render.compose import compose
from wavereel.render.look import look_of
from wavereel.render.scene import Scene
from wavereel.render.sources import Sources
from wavereel.timeline.codec import timeline_from_tree


def painted(track, frame=0, *, width=640, height=360, notices=None):
    """Luma and chroma of a frame with a track of texts over black, chroma as distance from grey."""
    meta = {"width": width, "height": height, "fps": 10, "bg": "#000000"}
    timeline = timeline_from_tree({"v": 1, "d": 2000, "m": meta, "t": [track]})
    look = look_of(timeline, Sources({}))
    layers = compose(look, {})
    if notices is not None:
        notices.extend(look.notices)
    canvas = Scene(layers, width, height).still(frame)
    return canvas.y[:height, :width], canvas.v[: height // 2, : width // 2].astype(int) - 128


def title(text="Hello", **segment):
    return {"tt": 7, "m": {"role": "title"}, "sg": [{"s": 0, "d": 2000, "txt": text, **segment}]}


def ink(luma):
    """`x0, y0, x1, y1` of what is brighter than the ground."""
    rows, columns = np.flatnonzero((luma > 60).any(1)), np.flatnonzero((luma > 60).any(0))
    return columns[0], rows[0], columns[-1] + 1, rows[-1] + 1


def test_a_text_is_turned_about_its_middle():
    place = {"x": 0.5, "y": 0.5, "w": 0.5}
    flat = ink(painted(title(x=place))[0])
    upright = ink(painted(title(x=place | {"r": 90}))[0])
    assert flat[2] - flat[0] > 2 * (flat[3] - flat[1])
    assert abs((upright[3] - upright[1]) - (flat[2] - flat[0])) <= 2
    assert abs((upright[2] - upright[0]) - (flat[3] - flat[1])) <= 2
    assert abs((upright[0] + upright[2]) - (flat[0] + flat[2])) <= 4


def test_the_most_characters_of_a_line():
    wide = ink(painted(title("one two three", st={"fs": 60, "pos": "center"}))[0])
    narrow = ink(painted(title("one two three", st={"fs": 60, "pos": "center", "mc": 7}))[0])
    assert narrow[3] - narrow[1] > 1.5 * (wide[3] - wide[1])
    assert narrow[2] - narrow[0] < 0.8 * (wide[2] - wide[0])


def test_an_outline_without_a_colour_and_a_font_that_is_not_there():
    notices = []
    plain = painted(title(st={"c": "#000000", "fs": 90, "pos": "center"}))[0]
    outlined = painted(
        title(st={"c": "#000000", "fs": 90, "pos": "center", "ow": 6, "ff": "Nonesuch"}), notices=notices
    )
    assert plain.max() == 16
    assert outlined[0].max() == 235
    assert notices == ["the font 'Nonesuch' is not installed; Noto Sans is used instead"]


def test_an_unknown_entrance_is_left_out_and_said():
    notices = []
    luma, _ = painted(title(an={"in": {"k": "explode", "d": 400}}), notices=notices)
    assert luma.max() > 200
    assert len(notices) == 1
    assert "'explode'" in notices[0]


def captions(*segments, **track):
    return {"tt": 7, "m": {"role": "caption", "look": "minimal"}, "sg": list(segments), **track}


def test_the_style_of_one_caption_wins_over_its_track():
    track = captions(
        {"s": 0, "d": 1000, "txt": "white"},
        {"s": 1000, "d": 1000, "txt": "red", "st": {"c": "#FF0000", "pos": "top"}},
        st={"c": "#FFFFFF"},
    )
    (white, no_red), (red_luma, red) = painted(track, 5), painted(track, 15)
    assert no_red.max() < 30 < 90 < red.max()
    assert ink(white)[1] > 180 > np.flatnonzero((red > 60).any(1))[-1] * 2
    assert red_luma.max() < 120


def test_captions_stand_where_they_are_placed_and_are_as_clear_as_they_are_told():
    there = {"x": 0.25, "y": 0.25, "w": 0.4, "h": 0.2}
    luma, _ = painted(captions({"s": 0, "d": 2000, "txt": "here", "x": there}))
    x0, y0, x1, y1 = ink(luma)
    assert (abs(x0 + x1 - 320) <= 6, y0 >= 54, y1 <= 126) == (True, True, True)
    half, _ = painted(captions({"s": 0, "d": 2000, "txt": "here", "x": there | {"o": 0.5}}))
    assert abs(int(half.max()) - 16 - (int(luma.max()) - 16) / 2) <= 1


def test_captions_keep_to_their_most_characters():
    one = ink(painted(captions({"s": 0, "d": 2000, "txt": "seven and eight"}))[0])
    two = ink(painted(captions({"s": 0, "d": 2000, "txt": "seven and eight"}, st={"mc": 9}))[0])
    assert two[3] - two[1] > 1.5 * (one[3] - one[1])


@pytest.mark.parametrize("place", [{"w": 1e5}, {"h": 9}, {"x": 1.7e308}, {"y": -1e9}])
def test_what_is_far_too_large_or_far_away_is_refused(place):
    with pytest.raises(LimitError, match="as large as the canvas"):
        painted(title(x=place))


@pytest.mark.parametrize("style", [{"fs": 1e300}, {"fs": 1e-300}, {"fs": 60, "ow": 1e9}, {"mc": 1}, {"ml": 1_000_000}])
def test_any_number_that_a_style_may_hold_is_drawn(style):
    painted(title(st=style))


def test_a_caption_that_is_too_long_for_its_lines_is_shown_in_parts():
    text = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    words = [{"w": word, "s": 140 * n, "d": 140} for n, word in enumerate(text.split())]
    cue = {"s": 0, "d": 2000, "txt": text, "wd": words}
    style = {"c": "#FFFFFF", "fs": 100, "ml": 1}
    parts = [ink(painted(captions(cue, st=style), frame)[0]) for frame in (1, 10, 19)]
    whole = ink(painted(captions(cue | {"wd": []}, st=style), 1)[0])
    assert len(set(parts)) > 1
    assert all(part[3] - part[1] > 1.2 * (whole[3] - whole[1]) for part in parts)


def test_captions_keep_their_size_where_the_canvas_has_become_narrower():
    text = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    words = [{"w": word, "s": 140 * n, "d": 140} for n, word in enumerate(text.split())]
    short, long = {"s": 0, "d": 2000, "txt": "one two"}, {"s": 0, "d": 2000, "txt": text, "wd": words}

    def heights(cue, frame):
        luma = painted(captions(cue, st={"c": "#FFFFFF", "fs": 64}), frame, width=360, height=640)[0]
        rows = (luma > 60).any(1)
        starts = np.flatnonzero(rows & ~np.roll(rows, 1))
        return {int(np.flatnonzero(~rows[start:])[0]) for start in starts}

    assert max(heights(long, 1)) >= 0.9 * max(heights(short, 1)) - 1
    assert max(heights(long | {"wd": []}, 1)) < 0.8 * max(heights(short, 1))
