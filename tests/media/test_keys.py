"""Key pictures: counted from the index, open groups told from closed ones by the coded pictures."""

from fractions import Fraction
from pathlib import Path

import pytest
from tests.media.mp4_files import make_mp4

from wavereel.media.keys import KeyFacts, read_keys
from wavereel.media.mp4_boxes import read_mp4

BASE = "keyint=10:min-keyint=10:scenecut=0:cabac=1:8x8dct=1:b-adapt=0"


def keys_of(path: Path) -> KeyFacts:
    (video,) = read_mp4(path).of_kind("vide")
    return read_keys(path, video)


@pytest.mark.parametrize(("bframes", "open_gop", "closed"), [(0, 0, True), (2, 0, True), (2, 1, False)])
def test_open_groups_are_told_from_closed_ones(tmp_path: Path, bframes: int, open_gop: int, closed: bool):
    make_mp4(tmp_path / "a.mp4", frames=45, encoder=f"{BASE}:bframes={bframes}:open-gop={open_gop}", edit_list=True)
    keys = keys_of(tmp_path / "a.mp4")
    assert keys.closed is closed
    assert keys.count in {4, 5} and keys.first_is_key


def test_the_longest_gap_reaches_to_the_end(tmp_path: Path):
    make_mp4(tmp_path / "a.mp4", frames=25, encoder="keyint=250:scenecut=0:bframes=0")
    assert keys_of(tmp_path / "a.mp4").longest_s == Fraction(1)


@pytest.mark.parametrize(("encoder", "noted"), [("crf=30", True), ("qp=30", True), ("bitrate=100", False)])
def test_the_encoder_says_whether_quality_is_constant(tmp_path: Path, encoder: str, noted: bool):
    make_mp4(tmp_path / "a.mp4", frames=5, encoder=encoder)
    assert keys_of(tmp_path / "a.mp4").constant_quality is noted
