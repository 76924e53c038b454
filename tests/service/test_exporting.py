"""What a client wants of the file, and what a platform takes, become a canvas and settings of the encoder."""

from fractions import Fraction

import pytest

from wavereel.errors import UnreadableError
from wavereel.media.quality import QUALITY_QP
from wavereel.service.exporting import export_settings, fitted, platform_notices
from wavereel.service.output import Output, read_output
from wavereel.timeline.codec import timeline_from_tree


def timeline(width=1920, height=1080, fps=30, length_ms=10_000, **meta):
    segment = {"s": 0, "d": length_ms, "g": {"k": "color", "c": "#000000"}}
    tree = {"v": 1, "m": {"width": width, "height": height, "fps": fps, **meta}, "t": [{"tt": 0, "sg": [segment]}]}
    return timeline_from_tree(tree)


@pytest.mark.promise("RENDER-OUTPUT")
def test_an_output_may_be_missing_and_unknown_keys_are_left_out():
    assert read_output(None) == read_output({}) == Output()
    assert read_output({"format": "MP4", "codec": "h264", "crf": 23, "bitrate": "8M"}) == Output(crf=23.0)


@pytest.mark.parametrize(
    ("value", "short_side", "size"),
    [("720p", 720, None), ("1080P", 1080, None), ("4k", 2160, None), ("1280x720", None, (1280, 720)),
     ("1081X1921", None, (1082, 1922))],
)  # fmt: skip
def test_a_resolution_is_a_short_side_or_a_size(value, short_side, size):
    output = read_output({"resolution": value})
    assert (output.short_side_px, output.size_px) == (short_side, size)


@pytest.mark.promise("RENDER-FORMAT")
@pytest.mark.parametrize(
    "tree",
    [
        [], "mp4", {"format": "webm"}, {"format": 4}, {"codec": "hevc"}, {"quality": "best"}, {"quality": 3},
        {"resolution": "huge"}, {"resolution": "0x0"}, {"resolution": "9999999x2"}, {"resolution": True},
        {"fps": "30"}, {"fps": 0}, {"fps": 1e9}, {"fps": float("nan")}, {"crf": -1}, {"crf": 52}, {"crf": True},
    ],
)  # fmt: skip
def test_what_means_nothing_is_refused_with_4220(tree):
    with pytest.raises(UnreadableError) as caught:
        read_output(tree)
    assert caught.value.wire_code == 4220 and caught.value.http_status == 422


@pytest.mark.promise("RENDER-RESOLUTION")
@pytest.mark.parametrize(
    ("canvas", "output", "inner", "frame", "warnings"),
    [
        ((1920, 1080), {}, (1920, 1080), None, 0),
        ((1080, 1920), {"resolution": "720p"}, (720, 1280), None, 0),
        ((1080, 1080), {"resolution": "720p"}, (720, 720), None, 0),
        ((1280, 720), {"resolution": "1080p"}, (1920, 1080), None, 0),
        ((3840, 2160), {}, (1920, 1080), None, 1),
        ((2160, 3840), {}, (1080, 1920), None, 1),
        ((1440, 1440), {}, (1080, 1080), None, 1),
        ((1920, 1080), {"resolution": "4k"}, (1920, 1080), None, 1),
        ((1920, 1080), {"resolution": "1280x720"}, (1280, 720), None, 0),
        ((1920, 1080), {"resolution": "1080x1920"}, (1080, 608), (1080, 1920), 1),
        ((1080, 1920), {"resolution": "1920x1080"}, (608, 1080), (1920, 1080), 1),
        ((1920, 1080), {"resolution": "4000x4000"}, (1080, 608), (1080, 1080), 2),
        ((1920, 804), {"resolution": "1080p"}, (1920, 804), None, 1),
    ],
)
def test_the_canvas_follows_the_output(canvas, output, inner, frame, warnings):
    found = fitted(timeline(*canvas), read_output(output))
    assert found.timeline.size == inner
    assert found.frame_px == frame
    assert len(found.warnings) == warnings, found.warnings


def test_the_rate_is_the_outputs_and_then_what_the_platform_takes():
    assert fitted(timeline(), read_output({"fps": 60})).timeline.fps == 60
    found = fitted(timeline(fps=12, platform="youtube"), Output())
    assert found.timeline.fps == 24 and "24" in found.warnings[0]
    assert fitted(timeline(fps=23.976, platform="youtube"), Output()).warnings == ()


@pytest.mark.promise("RENDER-QUALITY")
def test_a_rate_factor_overrides_the_quality_and_says_the_same():
    assert export_settings(timeline(), quality="high", workers=1).qp is None
    for quality, crf in (("high", 20), ("medium", 23), ("low", 28)):
        assert export_settings(timeline(), quality=quality, crf=crf, workers=1).qp == QUALITY_QP[quality]


@pytest.mark.promise("RENDER-PLATFORM")
def test_a_platform_steers_the_encoder():
    settings = export_settings(timeline(platform="youtube"), quality="high", workers=2)
    assert settings.keyint_s == Fraction(1, 2)
    assert settings.audio_bit_rate == 384_000
    assert settings.max_bit_rate == 0  # 256 GB are no bound for ten seconds
    assert export_settings(timeline(1080, 1920, platform="reels"), quality="high", workers=2).max_bit_rate == 25_000_000


def test_the_size_that_a_platform_takes_bounds_the_rate():
    long = export_settings(timeline(1920, 1080, length_ms=7_200_000, platform="instagram"), quality="high", workers=1)
    assert 0 < long.max_bit_rate < 2_000_000
    notices = platform_notices(timeline(1080, 1080, platform="instagram"), 10_000, 2_000_000_000)
    assert any("MB" in notice for notice in notices)
