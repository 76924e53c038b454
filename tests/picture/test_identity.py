"""What tells pictures apart: nothing that is shown is left out, nothing that lies elsewhere is counted."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from wavereel.picture.caption_cards import CaptionCue
from wavereel.picture.captions import caption_layer
from wavereel.picture.geometry import Rect
from wavereel.picture.identity import NOTHING, group_identity, identity, stretches
from wavereel.picture.layers import SpriteLayer, motion
from wavereel.picture.sprite import Sprite
from wavereel.picture.text import TextStyle
from wavereel.picture.waveform import wave_layer
from wavereel.picture.waveform_inputs import WAVE_KINDS, WaveData, WaveStyle

FPS = Fraction(10)
FRAMES = 600


def test_parts_do_not_run_into_each_other():
    array = np.arange(4, dtype=np.uint8)
    told = [
        identity("ab", "c"),
        identity("a", "bc"),
        identity("abc"),
        identity(b"abc"),
        identity(b"ab", b"c"),
        identity(array),
        identity(array.tobytes()),
        identity(array.reshape(2, 2)),
        identity(array.astype(np.int8)),
        identity(array[::-1]),
        identity(1),
        identity(1.0),
        identity("1"),
        identity(),
    ]
    assert len(set(told)) == len(told)
    assert identity(array[::2]) == identity(np.array([0, 2], np.uint8))
    assert identity("\ud800")


def test_a_group_is_unknown_where_a_part_is():
    assert group_identity([b"a", None]) is None
    assert group_identity([b"a", b"b"]) != group_identity([b"b", b"a"])


def test_stretches_count_frames():
    assert stretches(lambda frame: frame // 4, 2, 11) == [(0, 2), (1, 4), (2, 3)]


def sprite(shade: int = 200) -> Sprite:
    return Sprite.from_rgba(np.full((8, 8, 4), shade, np.uint8), 10, 10)


def test_a_sprite_is_told_by_its_pixels_and_its_poses():
    enter = motion("fade", FPS, duration_ms=500)
    layer = SpriteLayer(sprite(), (20, 60), enter=enter)
    assert layer.digest(0, 20) == layer.digest(60, 80) == NOTHING
    assert layer.digest(30, 40) == layer.digest(40, 50) != layer.digest(20, 30)
    assert layer.digest(20, 30) == SpriteLayer(sprite(), (30, 90), enter=enter).digest(30, 40)
    assert layer.digest(30, 40) != SpriteLayer(sprite(100), (20, 60), enter=enter).digest(30, 40)
    assert layer.digest(30, 40) != SpriteLayer(sprite(), (20, 60), enter=enter, opacity=100).digest(30, 40)
    assert layer.digest(55, 65) not in (layer.digest(30, 40), NOTHING)


def captions(*cues: CaptionCue, **changes: object):
    style = TextStyle("Inter", 24.0, "#FFFFFF")
    settings = {"highlight": "#FF0000", "max_lines": 2} | changes
    return caption_layer(cues, "classic", style, box=Rect(0, 0, 200, 80), fps=FPS, **settings)  # type: ignore[arg-type]


def test_captions_are_told_by_what_is_on_screen_only():
    first = CaptionCue(0, 20, "one two", (("one", 0, 10), ("two", 10, 20)))
    second = CaptionCue(30, 50, "three four", (("three", 30, 40), ("four", 40, 50)))
    other = replace_text(second, "three five")
    plain, changed = captions(first, second), captions(first, other)
    assert plain.digest(0, 30) == changed.digest(0, 30)
    assert plain.digest(30, 60) != changed.digest(30, 60)
    assert plain.digest(20, 30) == plain.digest(50, 90) == NOTHING
    assert plain.digest(0, 30) != captions(first, highlight="#00FF00").digest(0, 30)
    assert plain.digest(0, 30) != captions(first, max_lines=1).digest(0, 30)
    later = first._replace(start_frame=10, stop_frame=30, words=(("one", 10, 20), ("two", 20, 30)))
    assert plain.digest(0, 20) == captions(later).digest(10, 30)


def replace_text(cue: CaptionCue, text: str) -> CaptionCue:
    words = tuple((word, *place[1:]) for word, place in zip(text.split(), cue.words, strict=True))
    return cue._replace(text=text, words=words)  # type: ignore[arg-type]


def sound(seed: int) -> WaveData:
    random = np.random.default_rng(seed)
    return WaveData(
        FPS,
        random.integers(0, 255, (FRAMES, 64), np.uint8),
        random.integers(0, 255, FRAMES, np.uint8),
        random.integers(0, 255, FRAMES * 5, np.uint8),
        scope=random.integers(-127, 127, (FRAMES, 512), np.int8),
    )


def spliced(inner: WaveData, outer: WaveData, first: int, stop: int) -> WaveData:
    """A sound that is `inner` in the frames `[first, stop)` and `outer` around them."""

    def splice(name: str, per_frame: int = 1):
        result = getattr(outer, name).copy()
        part = slice(max(0, first) * per_frame, max(0, stop) * per_frame)
        result[part] = getattr(inner, name)[part]
        return result

    return replace(
        inner, bands=splice("bands"), level=splice("level"), history=splice("history", 5), scope=splice("scope")
    )


@pytest.mark.parametrize("width", [120, 800])
@pytest.mark.parametrize("kind", WAVE_KINDS)
def test_a_waveform_is_told_by_all_of_the_sound_that_it_shows(kind: str, width: int):
    def layer(data: WaveData, **changes: object):
        style = WaveStyle(kind, "#FFFFFF", **changes)  # type: ignore[arg-type]
        return wave_layer(Rect(0, 0, width, 120), style, data, (0, FRAMES))

    one, other = sound(1), sound(2)
    plain = layer(one)
    before, after = plain._shape.reach
    for first, stop in ((300, 310), (0, 5)):
        near = layer(spliced(one, other, first - before - 1, stop + after + 1))
        for frame in range(first, stop):
            assert np.array_equal(plain._shape.state(frame), near._shape.state(frame))
        assert plain.digest(first, stop) != layer(other).digest(first, stop)
        assert plain.digest(first, stop) != layer(one, opacity=0.5).digest(first, stop)
    assert plain.digest(FRAMES, FRAMES + 5) == NOTHING
    if before + after < 100:
        assert plain.digest(300, 310) == layer(spliced(one, other, 300 - before - 2, 310 + after + 2)).digest(300, 310)
