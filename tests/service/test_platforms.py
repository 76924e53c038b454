"""`--platform`: a file that is made for a platform passes its limits and follows its recommendations."""

import threading
from fractions import Fraction
from pathlib import Path

import pytest

from wavereel.errors import UsageError
from wavereel.media.signals import speech_like, write_sound
from wavereel.render.check import check_file
from wavereel.service.make import Maker
from wavereel.service.requests import MakeRequest, MakeResult
from wavereel.timeline.platforms import load_platform, platform_names


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("voice") / "voice.flac"
    write_sound(path, speech_like(48_000 * 3 + 4800, dbfs=-30), codec="flac", tags={"title": "A Voice"})
    return path


def make(voice: Path, output: Path, **wishes: object) -> MakeResult:
    maker = Maker(lambda *_, **__: pytest.fail("nobody should listen"), output.parent / "cache", workers=2)
    request = MakeRequest(voice, output, captions="off", preset="ultrafast", **wishes)
    return maker.make(request, lambda _: None, threading.Event())


@pytest.mark.parametrize("name", [name for name in platform_names() if not load_platform(name).ratio_only])
def test_what_is_made_for_a_platform_is_taken_there(voice: Path, tmp_path: Path, name: str):
    result = make(voice, tmp_path / "a.mp4", platform=name)
    report = check_file(result.output, name)
    assert [finding for finding in report.findings if finding.level in {"fail", "warn"}] == []
    assert not [notice for notice in result.notices if "takes at" in notice]


def test_a_video_that_is_too_short_is_made_and_said(voice: Path, tmp_path: Path):
    result = make(voice, tmp_path / "a.mp4", platform="reels", clip=(0, 1000), fps=Fraction(25))
    assert "Instagram Reels takes at least 3 s, and the video has 1.0 s" in result.notices


def test_a_rate_that_is_not_taken_is_refused(voice: Path, tmp_path: Path):
    with pytest.raises(UsageError, match="YouTube does not take 5 pictures a second"):
        make(voice, tmp_path / "a.mp4", platform="youtube", fps=Fraction(5))
