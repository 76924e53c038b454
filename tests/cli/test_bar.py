"""The progress bar: words, a time left that counts down, silence where nobody looks."""

import pytest

from wavereel.cli.bar import TimeLeft, describe, show_progress
from wavereel.render.progress import Progress


@pytest.mark.parametrize(
    ("progress", "left_s", "words"),
    [
        (Progress("speech", 0.1), None, "speech"),
        (Progress("painting", 0.5, 31.4), 12.2, "painting  31x real time  0:12 left"),
        (Progress("speech", 0.5, 3.14), 65.0, "speech  3.1x real time  1:05 left"),
    ],
)
def test_words(progress: Progress, left_s: float | None, words: str):
    assert describe(progress, left_s) == words


def test_nothing_is_promised_at_the_start():
    left = TimeLeft()
    assert left.update(0.0, 50.0) is None
    assert left.update(0.5, 50.0) is None
    assert left.update(1.0, 49.5) is not None


def test_it_counts_down_by_itself():
    left = TimeLeft()
    left.update(0.0, 60.0)
    assert left.update(10.0, None) == 50.0
    assert left.update(70.0, None) == 0.0


def test_a_wild_estimate_moves_it_little_and_a_lasting_one_wins():
    left = TimeLeft()
    left.update(0.0, 60.0)
    jumped = left.update(0.1, 600.0)
    assert jumped is None
    shown = left.update(1.0, 59.0)
    assert 55 < shown < 90
    for tenth in range(11, 400):
        shown = left.update(tenth / 10, 300.0)
    assert shown == pytest.approx(300, abs=5)


@pytest.mark.parametrize("quiet", [True, False])
def test_it_is_silent_where_nobody_looks(quiet: bool, capfd):
    with show_progress("a.mp3", quiet=quiet) as report:
        report(Progress("speech", 0.5, 3.0, 9.0))
    assert capfd.readouterr() == ("", "")


def test_on_a_terminal_it_shows_stage_speed_and_time(monkeypatch: pytest.MonkeyPatch, capsys):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("TERM", "xterm")
    with show_progress("a [b].mp3", quiet=False) as report:
        report(Progress("painting", 0.5, 31.0, 9.0))
    err = capsys.readouterr().err
    assert "painting  31x real time" in err and "50%" in err and "a (b).mp3" in err
