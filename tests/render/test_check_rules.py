"""The rules of the check: each thing on its own, then a whole good file for every platform."""

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from wavereel.media.keys import KeyFacts
from wavereel.media.mp4_boxes import Edit, Mp4Facts, Mp4Track
from wavereel.media.mp4_entries import AacConfig, AvcConfig, ColourBox
from wavereel.render.check_rules import FileFacts, SoundFacts, judge
from wavereel.timeline.platforms import load_platform, platform_names

BT709 = ColourBox(1, 1, 1, full_range=False)
AVC = AvcConfig("High", 40, 4, colour=BT709)
VIDEO = Mp4Track("vide", "avc1", 15360, 0, 0, (), 1200, 1200 * 512, False, np.arange(0, 1200, 15), 5_000_000, 0, True)
VIDEO = replace(VIDEO, width=1920, height=1080, avc=AVC, colour=BT709)
AUDIO = Mp4Track("soun", "mp4a", 48000, 0, 0, (), 1875, 1875 * 1024, False, None, 1_920_000, 0, True)
AUDIO = replace(AUDIO, aac=AacConfig("AAC-LC", 48000, 2, 384_000))
GOOD = FileFacts(
    Mp4Facts("mp42", True, False, 1000, 40_000, (VIDEO, AUDIO), 7_000_000),
    KeyFacts(80, Fraction(1, 2), first_is_key=True, closed=True, constant_quality=True),
    SoundFacts(-14.2, -1.6),
)


def levels(facts: FileFacts, name: str) -> dict[str, str]:
    return {finding.about: finding.level for finding in judge(facts, load_platform(name)) if finding.level != "ok"}


def with_video(**changes) -> FileFacts:
    return replace(GOOD, mp4=replace(GOOD.mp4, tracks=(replace(VIDEO, **changes), AUDIO)))


def with_audio(**changes) -> FileFacts:
    return replace(GOOD, mp4=replace(GOOD.mp4, tracks=(VIDEO, replace(AUDIO, **changes))))


def with_mp4(**changes) -> FileFacts:
    return replace(GOOD, mp4=replace(GOOD.mp4, **changes))


@pytest.mark.parametrize("name", platform_names())
def test_a_good_file_passes_without_a_warning(name: str):
    width, height = load_platform(name).size_px
    found = levels(with_video(width=width, height=height), name)
    assert found == ({"limits": "note"} if load_platform(name).ratio_only else {})


@pytest.mark.parametrize(
    ("facts", "name", "about", "level"),
    [
        (with_video(width=1080, height=1080), "youtube", "ratio", "fail"),
        (with_video(width=1280, height=720), "youtube", "size", "warn"),
        (with_video(width=352, height=626), "tiktok", "size", "fail"),
        (with_video(width=504, height=896), "reels", "size", "fail"),
        (with_video(avc=None, codec="hvc1"), "youtube", "codec", "fail"),
        (with_video(avc=replace(AVC, chroma=3)), "x", "pixel format", "fail"),
        (with_video(avc=replace(AVC, bit_depth=10, profile="High 10")), "youtube", "pixel format", "fail"),
        (with_video(avc=replace(AVC, profile="Main")), "spotify", "profile", "warn"),
        (with_video(avc=replace(AVC, interlaced=True)), "facebook", "scan", "warn"),
        (with_video(avc=replace(AVC, colour=replace(BT709, full_range=True))), "youtube", "range", "fail"),
        (with_video(colour=replace(BT709, full_range=True)), "youtube", "range", "fail"),
        (with_video(colour=None), "youtube", "colour", "warn"),
        (with_video(avc=replace(AVC, colour=None), colour=None), "youtube", "colour", "warn"),
        (with_video(colour=replace(BT709, matrix=6)), "youtube", "colour", "fail"),
        (
            with_video(colour=replace(BT709, matrix=6), avc=replace(AVC, colour=replace(BT709, matrix=6))),
            "x",
            "colour",
            "warn",
        ),
        (with_video(samples=400), "youtube", "frame rate", "fail"),
        (with_video(uniform=False), "spotify", "frame rate", "warn"),
        (with_video(media_bytes=130_000_000), "reels", "bit rate", "warn"),
        (replace(GOOD, keys=replace(GOOD.keys, constant_quality=False)), "youtube", "bit rate", "warn"),
        (replace(GOOD, keys=replace(GOOD.keys, closed=False)), "youtube", "closed GOP", "warn"),
        (replace(GOOD, keys=replace(GOOD.keys, closed=False)), "linkedin", "closed GOP", "note"),
        (replace(GOOD, keys=replace(GOOD.keys, longest_s=Fraction(2))), "youtube", "key interval", "warn"),
        (replace(GOOD, keys=replace(GOOD.keys, first_is_key=False)), "youtube", "key pictures", "fail"),
        (with_mp4(header_ticks=180_001), "shorts", "duration", "fail"),
        (with_mp4(header_ticks=140_001), "x", "duration", "fail"),
        (with_mp4(file_bytes=74_999), "linkedin", "file size", "fail"),
        (with_mp4(file_bytes=300_000_001), "reels", "file size", "fail"),
        (with_mp4(moov_first=False), "youtube", "index", "warn"),
        (with_mp4(moov_first=False), "linkedin", "index", "note"),
        (with_mp4(fragmented=True), "youtube", "container", "fail"),
        (with_mp4(tracks=(AUDIO,)), "youtube", "picture", "fail"),
        (with_mp4(tracks=(VIDEO,)), "youtube", "sound", "warn"),
        (with_audio(edits=(Edit(40_000, 1024, Fraction(1)),)), "youtube", "edit lists", "fail"),
        (with_audio(edits=(Edit(40_000, 0, Fraction(1)),)), "instagram", "edit lists", "fail"),
        (with_audio(edits=(Edit(40_000, 1024, Fraction(1)),)), "facebook", "edit lists", "note"),
        (with_audio(sample_ticks=1875 * 1024 + 200), "spotify", "track ends", "fail"),
        (with_audio(sample_ticks=1875 * 1024 + 2000), "youtube", "track ends", "warn"),
        (with_audio(aac=None, codec="ac-3"), "youtube", "sound", "fail"),
        (with_audio(aac=replace(AUDIO.aac, object_type="HE-AAC")), "x", "sound", "warn"),
        (with_audio(aac=replace(AUDIO.aac, sample_rate_hz=96_000)), "reels", "sample rate", "warn"),
        (with_audio(aac=replace(AUDIO.aac, bit_rate=0), media_bytes=640_000), "spotify", "sound rate", "warn"),
        (with_audio(aac=replace(AUDIO.aac, bit_rate=208_000), media_bytes=640_000), "youtube", "sound rate", "note"),
        (replace(GOOD, sound=SoundFacts(-9.0, -1.6)), "youtube", "loudness", "warn"),
        (replace(GOOD, sound=SoundFacts(-math.inf, -math.inf)), "youtube", "loudness", "note"),
        (replace(GOOD, sound=SoundFacts(-14.0, -1.2)), "tiktok", "true peak", "warn"),
    ],
)
def test_each_fault_is_found_with_source_and_date(facts: FileFacts, name: str, about: str, level: str):
    platform = load_platform(name)
    (finding,) = [item for item in judge(facts, platform) if item.about == about and item.level != "ok"]
    assert finding.level == level
    if level in {"fail", "warn"} and "contradict" not in finding.message and about not in {"track ends", "colour"}:
        assert platform.source in finding.message or about == "key pictures"
        assert platform.date in finding.message or about == "key pictures"


@pytest.mark.parametrize(("width", "height"), [(1080, 1080), (1080, 1920), (1920, 1080), (640, 1920)])
def test_some_platforms_take_many_ratios(width: int, height: int):
    assert "ratio" not in levels(with_video(width=width, height=height), "x")


def test_a_constant_quality_needs_no_rate():
    found = {finding.about: finding.message for finding in judge(GOOD, load_platform("youtube"))}
    assert "constant quality" in found["bit rate"]


def test_what_is_not_known_is_said():
    findings = list(judge(with_video(width=1080, height=1440), load_platform("小红书")))
    assert [finding.level for finding in findings] == ["ok", "note"]
