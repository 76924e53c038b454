import numpy as np
import pytest

from wavereel.picture.cover import _COMPOSITIONS, draw_cover

PALETTES = {
    "clean": ["#F3C9A2", "#F26B4E", "#2E4A7B", "#1C2A4A"],
    "neon": ["#2A0D52", "#FF2E97", "#19E3FF", "#0E0620"],
    "three": ["#FFFFFF", "#E11D2E", "#0B1F3A"],
    "one": ["#102030"],
    "none": [],
}
TITLES = [f"Episode {n}" for n in range(40)]


@pytest.mark.parametrize("name", PALETTES)
def test_a_cover_is_never_empty(name: str):
    for title in TITLES[:12]:
        pixels = draw_cover(title, PALETTES[name], side_px=96)
        assert pixels.shape == (96, 96, 3)
        colours, counts = np.unique(pixels.reshape(-1, 3), axis=0, return_counts=True)
        assert (counts > 96 * 96 * 0.04).sum() >= 2
        assert counts.max() < 96 * 96 * 0.92
        assert len(colours) > 2


def test_each_title_has_its_own_and_keeps_it():
    drawn = {draw_cover(title, PALETTES["clean"], side_px=64).tobytes() for title in TITLES}
    assert len(drawn) == len(TITLES)
    assert np.array_equal(
        draw_cover("  episode 1 ", PALETTES["clean"], side_px=64),
        draw_cover("Episode 1", PALETTES["clean"], side_px=64),
    )
    assert not np.array_equal(
        draw_cover("Episode 1", PALETTES["clean"], 1, side_px=64),
        draw_cover("Episode 1", PALETTES["clean"], side_px=64),
    )


def test_the_ground_is_the_palettes_first_colour():
    corner = [draw_cover(title, PALETTES["clean"], side_px=64)[1, 62] for title in TITLES]
    assert sum(tuple(pixel) == (0xF3, 0xC9, 0xA2) for pixel in corner) > 10


def test_there_are_several_compositions():
    assert len(_COMPOSITIONS) >= 8
