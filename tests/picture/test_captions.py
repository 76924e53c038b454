from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.picture.repaint import assert_damage_is_enough, assert_stillness_is_true, noise_plate, painted, same

from wavereel.errors import UsageError
from wavereel.picture.caption_cards import CaptionCue, CaptionWord, make_cards, word_ranges
from wavereel.picture.captions import caption_layer
from wavereel.picture.fonts import FontLibrary
from wavereel.picture.geometry import Rect
from wavereel.picture.text import TextStyle, Typesetter

SETTER = Typesetter(FontLibrary(use_system_fonts=False))
LOOKS = ["classic", "karaoke", "pop", "boxed", "minimal"]
WIDTH, HEIGHT = 640, 240
BOX = Rect(40, 30, 600, 210)
STYLE = TextStyle("Inter", 40.0, 700, align="center")
FPS = Fraction(30)


def cue(text: str, start: int = 10, each: int = 6, words: list[str] | None = None, tail: int = 4) -> CaptionCue:
    spoken = text.split() if words is None else words
    timed = tuple(CaptionWord(word, start + each * i, start + each * (i + 1)) for i, word in enumerate(spoken))
    return CaptionCue(start, start + each * len(spoken) + tail, text, timed)


def layer(cues, look="karaoke", style=STYLE, **more):
    more.setdefault("highlight", "#FFD23F")
    return caption_layer(cues, look, style, box=BOX, fps=FPS, typesetter=SETTER, **more)


TEXTS = {
    "Latin": cue("Thou that art now the world’s fresh ornament"),
    "Arabic": cue("هذا هو العالم الجديد Wavereel في 2024"),
    "Hebrew": cue("שלום לכולם, זה הפודקאסט שלנו"),
    "Chinese": cue("今天天气真好，我们去公园吧！", words=list("今天天气真好我们去公园吧")),
    "Devanagari": cue("नमस्ते दुनिया, यह पॉडकास्ट है"),
    "emoji": cue("We did it 🎉 with the 👩🏽‍🚀 team & <friends>!"),
}


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("look", ["karaoke", "boxed", "classic"])
def test_the_light_moves_no_pixel_of_another_word(name: str, look: str):
    captions = layer([TEXTS[name]], look)
    plate = noise_plate(WIDTH, HEIGHT)
    words = TEXTS[name].words
    frames = [word[1] for word in words]
    before = painted(plate, [captions], frames[0])
    for previous, frame in pairwise(frames):
        after = painted(plate, [captions], frame)
        damage = captions.damage(previous, frame)
        assert len(damage) == 2 or name == "emoji"
        changed = before.y != after.y
        for rect in damage:
            assert changed[rect.y0 : rect.y1, rect.x0 : rect.x1].any()
            changed[rect.y0 : rect.y1, rect.x0 : rect.x1] = False
        assert not changed.any()
        before = after


def lit_columns(captions, frame: int) -> float:
    """The middle of the columns in which the lit word differs from the unlit."""
    unlit = caption_layer(
        [TEXTS["Arabic"]],
        "karaoke",
        STYLE,
        box=BOX,
        fps=FPS,
        highlight=None,
        typesetter=SETTER,
        max_lines=1,
        min_size_px=10,
    )
    plate = noise_plate(WIDTH, HEIGHT)
    a, b = painted(plate, [captions], frame), painted(plate, [unlit], frame)
    return float((a.y != b.y).any(0).nonzero()[0].mean())


def test_right_to_left_words_light_up_from_right_to_left():
    captions = layer([TEXTS["Arabic"]], max_lines=1, min_size_px=10)
    places = [lit_columns(captions, word[1]) for word in TEXTS["Arabic"].words]
    assert places == sorted(places, reverse=True)


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("look", LOOKS)
def test_nothing_but_outline_and_box_leaves_the_box(name: str, look: str):
    captions = layer([TEXTS[name]], look)
    room = Rect(BOX.x0 - 20, BOX.y0 - 20, BOX.x1 + 20, BOX.y1 + 20)
    for frame in range(*TEXTS[name][:2]):
        rect = captions.rect(frame)
        assert rect is not None
        assert rect.intersect(room) == rect


frame_lists = st.lists(st.integers(0, 150), min_size=2, max_size=7)
THREE = [
    cue("One two three four five six", 10),
    cue("seven 🎉 eight, nine", 50, tail=0),
    cue("שלום לכולם", 68, tail=30),
]


@settings(max_examples=25)
@given(st.sampled_from(LOOKS), frame_lists, st.integers(5, 130))
def test_repairing_damage_gives_the_whole_picture(look, frames, walk):
    assert_damage_is_enough(noise_plate(WIDTH, HEIGHT), [layer(THREE, look)], [*frames, *range(walk, walk + 9)])


@settings(max_examples=25)
@given(st.sampled_from(LOOKS), st.integers(0, 130), st.integers(1, 12))
def test_stillness_is_never_claimed_wrongly(look, first, count):
    assert_stillness_is_true(noise_plate(WIDTH, HEIGHT), layer(THREE, look), first, first + count)


def test_a_cue_between_words_is_still():
    captions = layer([cue("One two", 10, each=20)])
    assert captions.is_still(10, 30)
    assert not captions.is_still(10, 31)
    assert captions.is_still(60, 900)
    assert layer([cue("One two", 10, each=20)], highlight=None).is_still(10, 50)


def test_a_fork_paints_the_same():
    captions = layer(THREE, "pop")
    plate = noise_plate(WIDTH, HEIGHT)
    for frame in (11, 12, 40, 55, 80):
        assert same(painted(plate, [captions], frame), painted(plate, [captions.fork()], frame))


def test_drawing_is_kept_bounded():
    cues = [cue(f"cue number {n}", 30 * n, each=5, tail=0) for n in range(200)]
    captions = layer(cues)
    canvas = noise_plate(WIDTH, HEIGHT)
    for frame in range(0, 6000, 15):
        captions.paint(canvas, frame, canvas.bounds)
    assert len(captions._drawn) <= 16


def test_missing_letters_are_told():
    assert layer([cue("Runes ᚠᚢ here")]).missing() == ("ᚠ", "ᚢ")
    assert layer(THREE).missing() == ()


def test_an_unknown_look_is_refused():
    with pytest.raises(UsageError, match="karaoke"):
        layer(THREE, "sparkle")


def test_pop_shows_one_to_four_words_and_all_of_them():
    text = "So what I really want to say is that the world, my friends, is full of people"
    cards = make_cards([cue(text)], most_words=4, hold_frames=9)
    assert all(1 <= len(card.words) <= 4 for card in cards)
    assert " ".join(card.text for card in cards) == text
    assert all(a.stop_frame == b.start_frame for a, b in pairwise(cards))
    assert cards[0].start_frame == 10
    assert cards[-1].stop_frame == cue(text).stop_frame
    assert all(card.start_frame == card.words[0].start_frame for card in cards)


def test_pop_without_word_times_shares_the_cue_by_letters():
    cards = make_cards([CaptionCue(0, 100, "aaaa bbbb cccc dddd eeee ffff gggg hhhh")], most_words=4, hold_frames=9)
    assert [(card.start_frame, card.stop_frame, card.text) for card in cards] == [
        (0, 50, "aaaa bbbb cccc dddd"),
        (50, 100, "eeee ffff gggg hhhh"),
    ]


def test_cues_that_overlap_share_the_screen():
    cards = make_cards(
        [CaptionCue(0, 20, "first"), CaptionCue(10, 30, "second"), CaptionCue(40, 50, " \n ")],
        most_words=None,
        hold_frames=9,
    )
    assert [(c.start_frame, c.stop_frame, c.text) for c in cards] == [
        (0, 10, "first"),
        (10, 20, "first\nsecond"),
        (20, 30, "second"),
    ]


def test_a_word_stays_lit_through_a_short_pause_only():
    words = (CaptionWord("a", 0, 5), CaptionWord("b", 10, 15), CaptionWord("c", 60, 65))
    (card,) = make_cards([CaptionCue(0, 80, "a b c", words)], most_words=None, hold_frames=9)
    assert [card.spoken(frame) for frame in (0, 7, 10, 14, 15, 59, 60, 64, 70)] == [0, 0, 1, 1, -1, -1, 2, 2, -1]


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("Well, yes!", ["Well", "yes"], ["Well,", "yes!"]),
        ("the cat the dog", ["the", "cat", "the", "dog"], ["the", "cat", "the", "dog"]),
        ("今天，好", ["今天", "好"], ["今天，", "好"]),
        ("one three", ["one", "two", "three"], ["one", "", "three"]),
        ("STRASSE UND", ["Straße", "und"], ["STRASSE", "UND"]),
    ],
)
def test_where_words_are_in_the_text(text: str, words: list[str], expected: list[str]):
    ranges = word_ranges(text, words, capitals=text.isupper())
    assert [text[a:b] for a, b in ranges] == expected


def test_the_entrance_of_pop_ends_at_rest():
    captions = layer([cue("Hello", 10, each=40)], "pop")
    sizes = [captions.rect(frame) for frame in range(10, 20)]
    assert sizes[0].width < sizes[-1].width
    assert sizes[4:] == [sizes[-1]] * len(sizes[4:])
    assert np.diff([rect.width for rect in sizes[:4]]).max() > 0
