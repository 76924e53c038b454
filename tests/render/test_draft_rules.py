"""The rules by which a draft is read, each on what is seen and heard in the end."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from wavereel.errors import DraftError
from wavereel.media.mix import mix_blocks
from wavereel.media.signals import tone, write_sound
from wavereel.render.soundplan import mix_of
from wavereel.render.sources import Sources
from wavereel.service.preview import preview_of
from wavereel.timeline.codec import timeline_from_tree
from wavereel.timeline.model import Timeline

RED, GREEN, BLUE = "#FF0000", "#00FF00", "#0000FF"
RATE = 48_000


def draft(*tracks: dict, **keys: object) -> Timeline:
    return timeline_from_tree({"m": {"width": 64, "height": 36, "fps": 10}, "t": list(tracks), **keys})


def color(c: str, **keys: object) -> dict:
    return {"d": 1000, "g": {"k": "color", "c": c}, **keys}


def seen(timeline: Timeline, at_ms: int) -> str:
    """Which of the three colours fills the picture."""
    pixel = preview_of(timeline, Sources({}), at_ms)[18, 32]
    return (RED, GREEN, BLUE)[int(np.argmax(pixel))] if pixel.max() > 128 else "dark"


@pytest.fixture
def second(tmp_path: Path) -> Sources:
    """One second of a tone under the name `a`."""
    write_sound(tmp_path / "a.wav", tone(RATE, dbfs=-20), codec="pcm_s16le")
    return Sources({"a": tmp_path / "a.wav"})


def heard(timeline: Timeline, sources: Sources) -> NDArray[np.float32]:
    return np.concatenate(list(mix_blocks(mix_of(timeline, sources))))


def level(sound: NDArray[np.float32], from_ms: int, to_ms: int) -> float:
    """The peak of a stretch, away from its ends by 20 ms."""
    return float(np.abs(sound[from_ms * 48 + 960 : to_ms * 48 - 960]).max())


@pytest.mark.promise("DRAFT-MINIMAL")
def test_the_published_keys_are_enough(second: Sources):
    timeline = timeline_from_tree({
        "t": [
            {"tt": 1, "sg": [{"d": 1000, "src": "a"}]},
            {"tt": 7, "sg": [{"d": 500, "txt": "Hello"}]},
        ]
    })  # fmt: skip
    assert timeline.length_ms == 1000
    assert preview_of(timeline, second, 100).shape == (1080, 1920, 3)
    assert level(heard(timeline, second), 0, 1000) == pytest.approx(0.1, abs=0.01)


@pytest.mark.promise("DRAFT-MINIMAL")
@pytest.mark.parametrize(
    "tree",
    [
        {},
        {"t": [{"sg": []}]},
        {"t": [{"tt": 0}]},
        {"t": [{"tt": 0, "sg": [{"src": "a"}]}]},
        {"t": [{"tt": 0, "sg": [{"d": 1000}]}]},
        {"t": [{"tt": 1, "sg": [{"d": 1000}]}]},
        {"t": [{"tt": 7, "sg": [{"d": 1000}]}]},
    ],
)
def test_without_them_it_is_no_draft(tree: dict):
    with pytest.raises(DraftError):
        timeline_from_tree(tree)


@pytest.mark.promise("DRAFT-START")
def test_a_segment_follows_the_one_before_it():
    timeline = draft({"tt": 0, "sg": [color(RED), color(GREEN, s=2000), color(BLUE)]})
    assert [seen(timeline, at) for at in (0, 900, 1500, 2000, 2900, 3000, 3900)] == [
        *(RED, RED, "dark", GREEN, GREEN, BLUE, BLUE)
    ]
    assert timeline.length_ms == 4000


@pytest.mark.promise("DRAFT-LENGTH")
def test_the_length_is_the_last_end_or_cuts(second: Sources):
    track = {"tt": 0, "d": 1000, "sg": [color(RED), color(GREEN)]}
    assert draft(track).length_ms == 2000
    cut = draft(track, {"tt": 1, "sg": [{"s": 1000, "d": 1000, "src": "a"}]}, d=1500)
    assert cut.length_ms == 1500
    assert len(heard(cut, second)) == 1500 * 48
    assert draft(track, d=5000).length_ms == 5000


@pytest.mark.promise("DRAFT-OVERLAP")
def test_sounds_of_a_track_are_mixed_and_later_tracks_lie_above(second: Sources):
    both = draft({"tt": 1, "sg": [{"s": 0, "d": 1000, "src": "a"}, {"s": 500, "d": 500, "src": "a"}]})
    sound = heard(both, second)
    assert level(sound, 500, 1000) == pytest.approx(2 * level(sound, 0, 500), rel=0.01)
    layers = draft({"tt": 0, "sg": [color(RED)]}, {"tt": 0, "sg": [color(GREEN, x={"x": 0.5, "y": 0.5})]})
    assert seen(layers, 500) == GREEN


@pytest.mark.promise("DRAFT-SOURCE-RANGE")
def test_the_length_on_the_timeline_wins(second: Sources):
    padded = heard(draft({"tt": 1, "sg": [{"d": 2000, "src": "a", "ss": 200, "se": 700}]}), second)
    assert len(padded) == 2000 * 48
    assert level(padded, 0, 500) > 0.09
    assert level(padded, 500, 2000) == 0
    looped = heard(draft({"tt": 1, "sg": [{"d": 2000, "src": "a", "ss": 200, "se": 700, "lp": True}]}), second)
    assert all(level(looped, start, start + 400) > 0.09 for start in (0, 500, 1000, 1500))
    cut = heard(draft({"tt": 1, "sg": [{"d": 300, "src": "a", "ss": 0, "se": 1000}]}), second)
    assert len(cut) == 300 * 48


@pytest.mark.promise("DRAFT-VOLUME")
def test_gains_multiply(second: Sources):
    def loud(track: float, segment: float) -> float:
        one = {"tt": 1, "vol": track, "sg": [{"d": 1000, "src": "a", "vol": segment}]}
        return level(heard(draft(one), second), 0, 1000)

    assert loud(0.5, 0.5) == pytest.approx(0.25 * loud(1, 1), rel=0.01)
    ducked = draft(
        {"tt": 1, "m": {"role": "voice"}, "sg": [{"d": 1000, "src": "a"}]},
        {"tt": 1, "m": {"role": "bgm"}, "vol": 0.5, "sg": [{"d": 1000, "src": "a", "vol": 0.5, "duck": 0.5}]},
    )
    assert level(heard(ducked, second), 500, 800) == pytest.approx((1 + 0.5**3) * loud(1, 1), rel=0.02)


@pytest.mark.promise("DRAFT-ONE-MEANING")
@pytest.mark.parametrize("kind", [0, 1, 7])
def test_a_key_means_the_same_on_every_kind_of_track(kind: int):
    content = {0: {"g": {"k": "color", "c": RED}}, 1: {"g": {"k": "music"}}, 7: {"txt": "a"}}[kind]
    segment = {"s": 250, "d": 750, "vol": 0.5, "mu": True, "m": {"name": "n"}, **content}
    (track,) = draft({"tt": kind, "m": {"role": "x"}, "sg": [segment]}).tracks
    ((start, one),) = track.placed()
    assert (start, one.length_ms, one.gain, one.muted, one.meta.name if one.meta else None) == (
        250,
        750,
        0.5,
        True,
        "n",
    )


@pytest.mark.promise("DRAFT-UNKNOWN-KEYS")
def test_a_kind_that_is_not_known_is_skipped():
    timeline = draft({"tt": 0, "sg": [color(BLUE)]}, {"tt": 42, "sg": [{"d": 1000, "odd": 1}], "new": True})
    assert seen(timeline, 500) == BLUE
