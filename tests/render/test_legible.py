"""Words on grounds that somebody chose: inks of the theme give way, colours of the user's own do not."""

import numpy as np
import pytest

from wavereel.picture.geometry import Rect
from wavereel.render.compose import compose
from wavereel.render.look import look_of
from wavereel.render.scene import Scene
from wavereel.render.sources import Sources
from wavereel.timeline.codec import timeline_from_tree

PLACE = Rect(0, 120, 640, 240)


def painted(theme, ground, track, *more):
    meta = {"width": 640, "height": 360, "fps": 10} | ({"theme": theme} if theme else {})
    back = {"tt": 0, "m": {"role": "background"}, "sg": [{"s": 0, "d": 2000, "g": ground}]}
    timeline = timeline_from_tree({"v": 1, "d": 2000, "m": meta, "t": [back, *more, track]})
    look = look_of(timeline, Sources({}))
    picture = Scene(compose(look, {}), 640, 360).still(2).to_rgb().astype(int)
    return picture[PLACE.y0 : PLACE.y1]


def title(**segment):
    return {
        "tt": 7,
        "m": {"role": "title"},
        "sg": [{"s": 0, "d": 2000, "txt": "Words", "st": {"pos": "center"}, **segment}],
    }


def color(value):
    return {"k": "color", "c": value}


def spread(picture):
    light = picture.mean(2)
    return light.max() - light.min()


@pytest.mark.parametrize("theme", ["clean", "midnight", "neon", "paper", "sunset", "studio", "retro", "news"])
@pytest.mark.parametrize("ground", ["#FFFFFF", "#000000", "#FFE14D", "#102030"])
def test_titles_and_captions_stand_out_from_any_plain_ground(theme, ground):
    assert spread(painted(theme, color(ground), title())) > 110
    captions = {"tt": 7, "m": {"role": "caption", "look": "minimal"}, "st": {"pos": "center"}}
    captions["sg"] = [{"s": 0, "d": 2000, "txt": "Words"}]
    assert spread(painted(theme, color(ground), captions)) > 90


def test_a_gradient_through_everything_gets_a_plate():
    ground = {"k": "gradient", "c": "#000000", "c2": "#FFFFFF", "angle": 0}
    picture = painted("midnight", ground, title(txt="Many words from one side to the other"))
    right = picture[60:100, 420:500].mean(2)  # where the gradient is light
    assert (right < 60).sum() > (right > 200).sum() > 50


def test_a_colour_of_the_users_own_stays_and_gets_an_outline_where_it_drowns():
    picture = painted("clean", color("#FFFFFF"), title(st={"pos": "center", "c": "#FFE14D"}))
    assert (np.abs(picture - np.array([255, 225, 77])).max(2) < 12).any()
    assert picture.min() < 60
    plain = painted("clean", color("#000000"), title(st={"pos": "center", "c": "#FFE14D"}))
    assert (np.abs(plain - np.array([255, 225, 77])).max(2) < 12).any()


def test_letters_on_a_box_or_in_an_outline_of_their_own_colour_take_another():
    boxed = painted("clean", color("#FFFFFF"), title(st={"pos": "center", "bg": "#000000"}))
    assert spread(boxed[50:70, 280:360]) > 150
    ink = painted("clean", color("#8090A0"), title(st={"pos": "center", "oc": "#000000", "ow": 6}))
    assert ink.mean(2).max() > 200


def test_a_draft_without_a_theme_is_drawn_in_the_colours_that_it_says():
    assert spread(painted(None, color("#000000"), title(st={"pos": "center", "c": "#000000"}))) == 0


def test_the_spoken_word_differs_from_the_others_on_a_users_ground():
    captions = {"tt": 7, "m": {"role": "caption", "look": "karaoke"}, "st": {"pos": "center", "hl": "#6EF3D6"}}
    words = [{"w": "One", "s": 0, "d": 1000}, {"w": "two", "s": 1000, "d": 900}]
    captions["sg"] = [{"s": 0, "d": 2000, "txt": "One two", "wd": words}]
    picture = painted("midnight", color("#FFFFFF"), captions)
    dark = picture[picture.mean(2) < 150]
    assert (np.ptp(dark, axis=1) > 90).any()
    assert (np.ptp(dark, axis=1) < 60).any()
