"""`wavereel make`: options become a request, failures an exit code, results a line or an object."""

import io
import json
import logging
import os
import signal
from fractions import Fraction
from pathlib import Path

import pytest

from wavereel.cli.main import EXIT_CODES
from wavereel.cli.run import run
from wavereel.errors import Cancelled, InputError, OutputError, TruncatedError, VerifyError
from wavereel.settings import load_settings


def test_every_option_of_the_command_reaches_the_request(app, folder: Path):
    (folder / "out").mkdir()
    line = (
        "make talk.mp3 -o out --language en --model weights --theme neon --platform tiktok --size 9:16 --fps 29.97"
        " --clip 1:30-2:10 --captions subs.vtt --title Hello --background navy..teal --waveform ring --music lofi"
        " --loudness -16 --quality high --preset fast --logo logo.png --progress-bar --sidecars --draft a.json"
        " --save-draft b.json -y --salvage --verify full --workers 3 --json"
    )
    assert run(line.split()) == 0
    (request,) = app.requests
    assert request.audio == Path("talk.mp3") and request.output == Path("out/talk.mp4")
    assert (request.language, request.model, request.theme) == ("en", Path("weights"), "neon")
    assert (request.platform, request.size, request.fps) == ("tiktok", (1080, 1920), Fraction(30000, 1001))
    assert (request.clip, request.captions, request.title) == ((90_000, 130_000), Path("subs.vtt"), "Hello")
    assert (request.background, request.waveform, request.music) == ("navy..teal", "ring", "lofi")
    assert (request.loudness, request.quality, request.preset) == (-16.0, "high", "fast")
    assert (request.logo, request.progress_bar, request.sidecars) == (Path("logo.png"), True, True)
    assert (request.draft, request.save_draft) == (Path("a.json"), Path("b.json"))
    assert (request.overwrite, request.salvage, request.verify, request.workers) == (True, True, "full", 3)


def test_what_is_not_given_is_left_to_the_file(app, folder: Path):
    assert run(["make", "talk.mp3"]) == 0
    (request,) = app.requests
    for name in ("output", "theme", "title", "size", "fps", "clip", "loudness", "progress_bar", "workers", "language"):
        assert getattr(request, name) is None, name
    assert (request.captions, request.quality, request.verify) == ("auto", "medium", "quick")


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        (["--clip", "-0:10"], "clip", (0, 10_000)),
        (["--clip=5-"], "clip", (5000, None)),
        (["--loudness=-14.5"], "loudness", -14.5),
        (["--loudness", "podcast"], "loudness", -16.0),
        (["--title", ""], "title", ""),
        (["--title", "- so it goes -"], "title", "- so it goes -"),
        (["--no-progress-bar"], "progress_bar", False),
        (["--captions", "off"], "captions", "off"),
        (["--overwrite"], "overwrite", True),
    ],
)
def test_values_that_parsers_stumble_over(app, folder: Path, words: list[str], field: str, value: object):
    assert run(["make", "a.mp3", *words]) == 0
    assert getattr(app.requests[0], field) == value


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["a.mp3", "--size", "5"],
        ["a.mp3", "--fps", "0"],
        ["a.mp3", "--clip", "9-1"],
        ["a.mp3", "--loudness", "loud"],
        ["a.mp3", "--quality", "best"],
        ["a.mp3", "--preset", "placebo"],
        ["a.mp3", "--workers", "0"],
        ["a.mp3", "--workers", "two"],
        ["a.mp3", "--nonsense"],
        ["a.mp3", "--theme"],
        ["a.mp3", "a.wav"],
        ["."],
        ["/"],
        ["a.mp3", "b.mp3", "-o", "both.mp4"],
        ["a.mp3", "b.mp3", "--save-draft", "x.json"],
    ],
)
def test_a_wrong_line_is_answered_in_one_line_with_exit_code_2(app, folder: Path, capsys, words: list[str]):
    assert run(["make", *words]) == 2
    assert app.requests == []
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and err.startswith("wavereel: error: ")


def test_a_draft_alone_is_rendered(app, folder: Path):
    assert run(["make", "--draft", "look.json", "-o", "x.mp4"]) == 0
    assert (app.requests[0].audio, app.requests[0].draft) == (None, Path("look.json"))
    assert app.requests[0].output == Path("x.mp4")


def test_one_failure_does_not_stop_the_rest(app, folder: Path, capsys):
    app.fails["b.mp3"] = InputError("it holds text", hint="name a sound")
    assert run(["make", "a.mp3", "b.mp3", "c.mp3"]) == 4
    assert [request.audio.name for request in app.requests] == ["a.mp3", "b.mp3", "c.mp3"]
    out, err = capsys.readouterr()
    assert [line.split()[0] for line in out.splitlines()] == ["a.mp4", "c.mp4"]
    assert err == "wavereel: error: b.mp3: it holds text: name a sound\n"


@pytest.mark.parametrize(
    ("errors", "code"),
    [
        ([InputError("x"), InputError("y")], 3),
        ([OutputError("x"), OutputError("y")], 5),
        ([InputError("x"), VerifyError("y")], 4),
        ([RuntimeError("x"), RuntimeError("y")], 1),
        ([RuntimeError("x"), InputError("y")], 4),
    ],
)
def test_failures_alike_keep_their_code(app, folder: Path, errors: list[Exception], code: int):
    app.fails = dict(zip(("a.mp3", "b.mp3"), errors, strict=True))
    assert run(["make", "a.mp3", "b.mp3"]) == code
    assert len(app.requests) == 2


def test_an_unforeseen_fault_is_one_line_and_its_traceback_goes_to_the_log(app, folder: Path, capsys):
    app.fails["a.mp3"] = KeyError("lost\nkey")
    assert run(["make", "a.mp3", "--debug"]) == 1
    out, err = capsys.readouterr()
    assert out == "" and "Traceback" not in err
    first, second = err.splitlines()
    assert first.startswith("wavereel: error: a.mp3: internal error (KeyError:")
    log = load_settings().log_file
    assert second == f"wavereel: the log is in {log}"
    assert "Traceback" in log.read_text(encoding="utf-8")
    assert logging.getLogger("wavereel").handlers == []


def test_results_as_json(app, folder: Path, capsys):
    app.fails["b.mp3"] = TruncatedError("it ends early", present_ms=1500, expected_ms=9000, hint="use --salvage")
    app.notices = ("the sound is silent",)
    assert run(["make", "a.mp3", "b.mp3", "--json"]) == 4
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert first == {
        "ok": True,
        "input": "a.mp3",
        "output": "a.mp4",
        "sidecars": [],
        "draft": None,
        "duration_ms": 65_000,
        "bytes": 4_300_000,
        "wall_s": 2.0,
        "cpu_s": 3.5,
        "stages": {"painting": 1.5},
        "notices": ["the sound is silent"],
    }
    assert second["error"] == {
        "code": "truncated",
        "message": "it ends early",
        "hint": "use --salvage",
        "exit_code": 3,
        "present_ms": 1500,
        "expected_ms": 9000,
    }


def test_a_wrong_line_is_json_too(app, folder: Path, capsys):
    assert run(["make", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "usage"


def test_results_for_people(app, folder: Path, capsys):
    app.notices = ("the sound is silent",)
    assert run(["make", "a.mp3"]) == 0
    assert capsys.readouterr() == (
        "a.mp4  1:05  4.3 MB  (2.0 s, 32.5x real time)\n",
        "wavereel: note: a.mp3: the sound is silent\n",
    )
    assert run(["make", "a.mp3", "-q"]) == 0
    assert capsys.readouterr() == ("", "")


def test_names_cannot_drive_the_terminal(app, folder: Path, capsys):
    app.fails["a\x1b[2J.mp3"] = InputError("bad \x1b]0;title\x07 tag\nand more")
    run(["make", "a\x1b[2J.mp3"])
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and err.rstrip("\n").isprintable()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_the_work_and_the_rest(app, folder: Path, capsys, number: int):
    def during(cancelled):
        os.kill(os.getpid(), number)
        assert cancelled.wait(5)
        raise Cancelled("interrupted")

    before = signal.getsignal(number)
    app.during = during
    assert run(["make", "a.mp3", "b.mp3"]) == 130
    assert len(app.requests) == 1
    assert signal.getsignal(number) == before
    assert capsys.readouterr().err == "wavereel: error: a.mp3: interrupted\n"


def test_a_second_signal_ends_work_that_does_not_look(app, folder: Path, capsys):
    def during(cancelled):
        os.kill(os.getpid(), signal.SIGINT)
        assert cancelled.wait(5)
        os.kill(os.getpid(), signal.SIGINT)

    app.during = during
    assert run(["make", "a.mp3", "b.mp3"]) == 130
    assert len(app.requests) == 1


def test_every_exit_code_is_documented_as_the_help_says_it():
    page = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8").replace("`", "")
    for code, meaning in EXIT_CODES.items():
        assert f"| {code} | {meaning} |" in page


def test_json_survives_names_that_are_no_utf8_and_streams_that_are_not(app, folder: Path, monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr("sys.stdout", stream)
    app.notices = ("é \udce9 中",)
    assert run(["make", "caf\udce9.mp3", "--json"]) == 0
    stream.seek(0)
    fields = json.loads(stream.read())
    assert (fields["input"], fields["notices"]) == ("caf\udce9.mp3", ["é \udce9 中"])
