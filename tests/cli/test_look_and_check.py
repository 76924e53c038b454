"""`probe`, `frame`, `styles`, `check`, `doctor`: what they print, and their exit codes."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from wavereel.cli.run import run
from wavereel.errors import InputError, NotMediaError
from wavereel.render.check import Report
from wavereel.render.check_rules import Finding
from wavereel.timeline.platforms import load_platform

INFO = SimpleNamespace(
    path=Path("talk.mp3"),
    container="mp3",
    duration_ms=65_500,
    is_picture=False,
    audio=(SimpleNamespace(index=0, codec="mp3", sample_rate_hz=44100, channels=2, samples=2_888_550),),
    video=(),
    tags={"title": "Hi\x1b[2J there"},
    chapters=(SimpleNamespace(start_ms=0, end_ms=30_000, title="One"),),
    cover=b"1234",
)


def test_probe_for_people_and_programs(app, folder: Path, capsys):
    app.probe = lambda path: INFO
    assert run(["probe", "talk.mp3"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "talk.mp3 mp3 1:05.5",
        "  sound 0: mp3, 44100 Hz, 2 channels, 2888550 samples",
        "  title: Hi [2J there",
        "  cover: 4 bytes",
        "  chapter at 0:00: One",
    ]
    assert run(["probe", "talk.mp3", "--json"]) == 0
    fields = json.loads(capsys.readouterr().out)
    assert fields["audio"][0]["samples"] == 2_888_550 and fields["cover_bytes"] == 4 and fields["ok"]


def test_probe_goes_on_after_a_failure(app, folder: Path, capsys):
    def fail(path: Path):
        if path.name == "b":
            raise NotMediaError("it is text")
        return INFO

    app.probe = fail
    assert run(["probe", "b", "a"]) == 4
    assert run(["probe", "b", "b"]) == 3
    assert "talk.mp3" in capsys.readouterr().out


def test_a_frame_is_written_as_the_pixels_are(app, folder: Path, capsys):
    pixels = np.random.default_rng(1).integers(0, 255, (36, 64, 3), np.uint8)
    asked = []
    app.frame = lambda draft, at_ms: asked.append((draft, at_ms)) or pixels
    assert run(["frame", "d.json", "--at", "12.3", "-o", "x.png"]) == 0
    assert asked == [(Path("d.json"), 12_300)]
    assert capsys.readouterr().out == "x.png  64x36\n"
    with Image.open("x.png") as image:
        assert (np.asarray(image.convert("RGB")) == pixels).all()
    assert [path.name for path in folder.iterdir()] == ["x.png"]


@pytest.mark.parametrize(("name", "code"), [("x.jpg", 2), ("nowhere/x.png", 5), ("there.png", 5)])
def test_a_picture_goes_only_where_it_may(app, folder: Path, name: str, code: int):
    (folder / "there.png").write_bytes(b"keep")
    app.frame = lambda draft, at_ms: pytest.fail("painted before the place was checked")
    assert run(["frame", "d.json", "-o", name]) == code
    assert (folder / "there.png").read_bytes() == b"keep"


def test_styles_writes_a_sheet(app, folder: Path):
    app.styles = lambda: np.zeros((20, 30, 3), np.uint8)
    assert run(["styles"]) == 0
    assert (folder / "styles.png").stat().st_size > 0


def report(*levels: str) -> Report:
    findings = tuple(Finding(level, f"thing {n}", f"message {n}") for n, level in enumerate(levels))
    return Report(Path("a.mp4"), load_platform("youtube"), findings)


def test_a_check_passes_with_warnings_and_fails_with_7(app, folder: Path, capsys):
    app.check = lambda path, platform: report("ok", "warn")
    assert run(["check", "a.mp4", "--platform", "youtube"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["a.mp4  YouTube: passes, 1 warning", "  warn  thing 1: message 1", "  ok    thing 0: message 0"]
    app.check = lambda path, platform: report("ok", "fail")
    assert run(["check", "a.mp4", "--platform", "youtube", "--json"]) == 7
    fields = json.loads(capsys.readouterr().out)
    assert not fields["ok"] and fields["date"] == "autumn 2026" and len(fields["findings"]) == 2


def test_a_check_needs_a_platform_that_exists(app, folder: Path):
    assert run(["check", "a.mp4"]) == 2
    assert run(["check", "a.mp4", "--platform", "myspace"]) == 2


def test_files_that_cannot_be_checked_do_not_stop_the_rest(app, folder: Path):
    def check(path: Path, platform: str) -> Report:
        if path.name == "b":
            raise InputError("cannot read b")
        return report("ok")

    app.check = check
    assert run(["check", "b", "a", "--platform", "youtube"]) == 4


@pytest.mark.parametrize(("state", "code"), [("ok", 0), ("missing", 0), ("broken", 6)])
def test_the_doctor_fails_on_what_is_broken(app, folder: Path, capsys, state: str, code: int):
    app.doctor = lambda: [SimpleNamespace(part="fonts", state=state, detail="so and so", hint="do this")]
    assert run(["doctor"]) == code
    assert capsys.readouterr().out == f"{state:<7}  fonts  so and so: do this\n"
    assert run(["doctor", "--json"]) == code
