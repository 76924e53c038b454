"""The check of whole files: measured on the bytes, judged by the row."""

from pathlib import Path

import pytest
from tests.media.mp4_files import make_mp4

from wavereel.errors import InputError, TruncatedError, UsageError
from wavereel.render.check import Report, check_file


def levels(report: Report) -> dict[str, str]:
    return {finding.about: finding.level for finding in report.findings}


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("check") / "video.mp4"
    make_mp4(path, frames=50, audio_packets=93, encoder="keyint=12:scenecut=0:bframes=0:cabac=1:8x8dct=1:qp=20")
    return path


def test_a_small_video_fails_by_its_ratio_only(video: Path):
    report = check_file(video, "youtube")
    assert not report.passed
    assert [finding.about for finding in report.at_level("fail")] == ["ratio"]
    found = levels(report)
    assert (found["colour"], found["index"], found["edit lists"], found["closed GOP"]) == ("ok",) * 4
    assert (found["size"], found["loudness"], found["sound rate"]) == ("warn", "note", "warn")


def test_edit_lists_are_refused_where_they_are(tmp_path: Path):
    make_mp4(tmp_path / "a.mp4", edit_list=True)
    assert levels(check_file(tmp_path / "a.mp4", "reels"))["edit lists"] == "fail"
    assert levels(check_file(tmp_path / "a.mp4", "linkedin"))["edit lists"] == "note"


def test_a_late_index_is_seen(tmp_path: Path):
    make_mp4(tmp_path / "a.mp4", movflags="")
    assert levels(check_file(tmp_path / "a.mp4", "youtube"))["index"] == "warn"


def test_a_video_without_sound_is_judged_all_the_same(tmp_path: Path):
    make_mp4(tmp_path / "a.mp4", sound=False)
    found = levels(check_file(tmp_path / "a.mp4", "linkedin"))
    assert found["sound"] == "warn" and "loudness" not in found


def test_what_is_no_mp4_is_a_finding(tmp_path: Path):
    (tmp_path / "a.mp4").write_bytes(b"just text, of some length")
    report = check_file(tmp_path / "a.mp4", "youtube")
    assert levels(report) == {"container": "fail"}


def test_what_cannot_be_read_is_an_error(tmp_path: Path, video: Path):
    with pytest.raises(InputError):
        check_file(tmp_path / "none.mp4", "youtube")
    with pytest.raises(UsageError):
        check_file(video, "myspace")
    (tmp_path / "cut.mp4").write_bytes(video.read_bytes()[:-100])
    with pytest.raises(TruncatedError):
        check_file(tmp_path / "cut.mp4", "youtube")
