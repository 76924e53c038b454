"""The table of platforms: strict, complete, and the same names everywhere."""

import json
import tomllib
from fractions import Fraction
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wavereel.errors import UsageError
from wavereel.timeline.platforms import load_platform, parse_loudness, parse_platform, platform_names

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "draft.schema.json").read_text(encoding="utf-8"))
ROW = {"title": "A", "source": "b", "date": "c", "size_px": [1920, 1080], "ratios": ["16:9"]}


def test_the_names_are_those_of_the_draft():
    assert list(platform_names()) == SCHEMA["$defs"]["timelineMeta"]["properties"]["platform"]["examples"]


@pytest.mark.parametrize("name", platform_names())
def test_every_row_has_a_source_a_date_and_an_even_canvas_of_its_ratio(name: str):
    platform = load_platform(name)
    assert platform.source and platform.date and platform.title
    assert all(side % 2 == 0 for side in platform.size_px)
    assert platform.allows_ratio(*platform.size_px)


def test_no_two_platforms_share_a_name():
    names = [name for row in platform_names() for name in (row, *load_platform(row).names)]
    assert len(set(names)) == len(names)
    assert names == [name.lower() for name in names]


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("抖音", "tiktok"),
        ("快手", "kuaishou"),
        ("视频号", "wechat_channels"),
        ("小红书", "xiaohongshu"),
        ("B站", "bilibili"),
    ]
    + [("YouTube", "youtube"), (" twitter ", "x"), ("stories", "reels")],
)
def test_people_call_them_by_other_names(said: str, name: str):
    assert load_platform(said).name == name


def test_an_unknown_platform_is_answered_with_the_names():
    with pytest.raises(UsageError, match="youtube, shorts, tiktok"):
        load_platform("myspace")


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("youtube", (1080, 1920), (1920, 1080)),
        ("tiktok", (1920, 1080), (1080, 1920)),
        ("instagram", None, (1080, 1350)),
        ("xiaohongshu", None, (1080, 1440)),
        ("x", (1080, 1080), (1080, 1080)),
        ("x", (400, 1920), (1920, 1080)),
        ("linkedin", (1080, 1920), (1080, 1920)),
        ("linkedin", (3840, 1080), (1920, 1080)),
        ("facebook", (1080, 1350), (1080, 1350)),
        ("facebook", (1440, 1080), (1920, 1080)),
        ("bilibili", (1080, 1080), (1920, 1080)),
    ],
)
def test_the_ratio_rules(name: str, before: tuple[int, int] | None, after: tuple[int, int]):
    assert load_platform(name).canvas(*(before or (None, None))) == after


@pytest.mark.parametrize(
    ("name", "limits"),
    [
        ("youtube", {"duration_ms": (0, 43_200_000), "edit_lists": False, "fps": (24, 60), "profile": "High"}),
        ("shorts", {"duration_ms": (0, 180_000), "audio_bit_rate": 384_000}),
        ("tiktok", {"side_px": (360, 4096), "file_bytes": (0, 4_000_000_000), "true_peak_dbtp": -1.5}),
        ("reels", {"duration_ms": (3000, 900_000), "file_bytes": (0, 300_000_000), "max_bit_rate": 25_000_000}),
        ("x", {"duration_ms": (500, 140_000), "ratio_range": (Fraction(1, 3), 3), "file_bytes": (0, 512_000_000)}),
        ("linkedin", {"duration_ms": (3000, 1_800_000), "file_bytes": (75_000, 500_000_000)}),
        ("spotify", {"equal_ends": True, "audio_bit_rate": 192_000, "loudness_lufs": -14.0}),
        ("weibo", {"ratio_only": True, "loudness_lufs": -14.0}),
    ],
)
def test_limits(name: str, limits: dict[str, object]):
    platform = load_platform(name)
    assert {key: getattr(platform, key) for key in limits} == limits


@pytest.mark.parametrize(("fps", "rate"), [(24, 8_000_000), (30, 8_000_000), (Fraction(60000, 1001), 12_000_000)])
def test_the_bit_rate_grows_with_the_frame_rate(fps, rate: int):
    assert load_platform("youtube").wanted_bit_rate(Fraction(fps)) == rate
    assert load_platform("tiktok").wanted_bit_rate(Fraction(fps)) == 0


@pytest.mark.parametrize(("fps", "taken"), [(5, False), (Fraction(24000, 1001), True), (30, True), (61, False)])
def test_rates_are_taken_within_limits(fps, taken: bool):
    assert load_platform("youtube").takes_rate(Fraction(fps)) is taken
    assert load_platform("weibo").takes_rate(Fraction(fps))


def test_a_ratio_may_be_off_by_a_pixel():
    assert load_platform("tiktok").allows_ratio(608, 1080)
    assert not load_platform("tiktok").allows_ratio(640, 1080)


@pytest.mark.parametrize("change", [{"rattios": ["16:9"]}, {"size_px": [1080, 1080]}, {"ratios": ["16/9"]}])
def test_a_slip_in_the_table_is_found(change: dict[str, object]):
    parse_platform("a", dict(ROW))
    with pytest.raises(ValueError):
        parse_platform("a", ROW | change)


def test_figures_are_integers_in_the_table():
    text = resources.files("wavereel.timeline").joinpath("platforms.toml").read_text(encoding="utf-8")
    for row in tomllib.loads(text).values():
        assert all(
            isinstance(row[key], int) for key in row if key.endswith(("_bytes", "_rate", "_hz")) and key != "bit_rate"
        )


@pytest.mark.parametrize(
    ("text", "lufs"),
    [
        ("-16", -16.0),
        ("−14.5 LUFS", -14.5),
        ("0", 0.0),
        ("spotify", -14.0),
        ("podcast", -16.0),
        ("podcast-mono", -19.0),
    ],
)
def test_loudness_as_people_write_it(text: str, lufs: float):
    assert parse_loudness(text) == lufs


@given(st.text(max_size=20) | st.text("-−0123456789. lufs", max_size=12))
@example("1" * 400)
@example("nan")
@example("5")
def test_any_text_is_a_loudness_or_a_usage_error(text: str):
    try:
        assert -60 <= parse_loudness(text) <= 0
    except UsageError as error:
        assert "\n" not in str(error)
