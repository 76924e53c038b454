"""`wavereel edit`: messages and typed edits in, one object a message out, whatever comes on standard input."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from wavereel.cli import lines
from wavereel.cli.run import run
from wavereel.media.signals import speech_like, write_sound
from wavereel.timeline.catalogue import ops

KEYS = {"reply", "draft", "changes", "questions", "refused", "action", "output", "unknown", "notices"}
TITLED = {
    "v": 1,
    "rev": 7,
    "d": 5000,
    "m": {"width": 1920, "height": 1080},
    "t": [
        {
            "tt": 7,
            "m": {"role": "title"},
            "sg": [{"s": 0, "d": 5000, "txt": "One", "m": {"name": "title"}, "mine": [1]}],
        }
    ],
    "theirs": {"a": None},
}


@pytest.fixture
def draft(folder: Path) -> Path:
    path = folder / "d.json"
    path.write_text(json.dumps(TITLED))
    return path


@pytest.fixture
def sound(folder: Path) -> Path:
    path = folder / "talk.flac"
    write_sound(path, speech_like(48_000 * 2), codec="flac", tags={"title": "Night Shift"})
    return path


@pytest.fixture
def feed(monkeypatch: pytest.MonkeyPatch):
    """Gives bytes to standard input."""

    def give(data: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))

    return give


def objects(capsys) -> list[dict]:
    out = capsys.readouterr().out
    assert out == "" or out.endswith("\n")
    return [json.loads(line) for line in out.splitlines()]


def jsonl(*requests: object) -> bytes:
    return b"".join((one if isinstance(one, bytes) else json.dumps(one).encode()) + b"\n" for one in requests)


def test_a_message_gives_one_object(draft: Path, capsys):
    before = draft.read_bytes()
    assert run(["edit", "d.json", "--say", 'call it "Two" and make it square', "--json"]) == 0
    (answer,) = objects(capsys)
    assert set(answer) == KEYS
    assert answer["draft"]["t"][0]["sg"][0]["txt"] == "Two"
    assert answer["draft"]["m"]["ratio"] == "1:1"
    assert answer["draft"]["rev"] == 8
    assert answer["draft"]["theirs"] == {"a": None} and answer["draft"]["t"][0]["sg"][0]["mine"] == [1]
    assert [change["op"] for change in answer["changes"]] == ["set_text", "set_ratio"]
    assert answer["changes"][1] == {"op": "set_ratio", "ratio": "1:1"}
    assert (answer["questions"], answer["refused"], answer["action"]) == ([], [], None)
    assert draft.read_bytes() == before
    assert sorted(path.name for path in Path().iterdir()) == ["d.json"]


@pytest.mark.parametrize("text", ["how long is it?", "export it", "remove the logo", "make it look better"])
def test_what_changes_nothing_leaves_the_draft_alone(draft: Path, capsys, text: str):
    assert run(["edit", "d.json", "--say", text, "--json", "--save"]) == 0
    (answer,) = objects(capsys)
    assert answer["draft"] == TITLED
    assert answer["changes"] == []
    assert answer["reply"]
    assert answer["action"] == ("export" if "export" in text else None)
    assert bool(answer["refused"]) == ("logo" in text)
    assert bool(answer["questions"]) == ("better" in text)
    for refusal in answer["refused"]:
        assert set(refusal) == {"text", "reason"}
    for question in answer["questions"]:
        assert set(question) == {"text", "choices"} and question["choices"]
    assert not Path("d.json.history").exists()


def test_save_writes_the_draft_and_its_history(draft: Path, capsys):
    assert run(["edit", "d.json", "--say", "make it square", "--save"]) == 0
    assert "1:1" in capsys.readouterr().out
    assert json.loads(draft.read_bytes())["m"]["ratio"] == "1:1"
    assert run(["edit", "d.json", "--say", "撤销", "--save", "--json"]) == 0
    (answer,) = objects(capsys)
    assert answer["draft"] == TITLED | {"rev": 9}
    assert json.loads(draft.read_bytes()) == TITLED | {"rev": 9}
    assert [
        json.loads(line)["rev"] for line in Path("d.json.history").read_bytes().splitlines() if b'{"rev"' in line
    ] == [7, 8, 9]


def test_a_new_draft_needs_media(folder: Path, sound: Path, capsys):
    assert run(["edit", "new.json", "--say", "make it square"]) == 3
    assert "--media" in capsys.readouterr().err
    assert run(["edit", "new.json", "--media", "talk.flac", "--say", "turn it into a video", "--save", "--json"]) == 0
    (answer,) = objects(capsys)
    assert answer["draft"]["m"]["title"] == "Night Shift"
    assert answer["draft"]["video_infos"][0]["cdn_url"] == "talk.flac"
    assert json.loads(Path("new.json").read_bytes()) == answer["draft"]
    assert run(["edit", "talk.flac", "--say", "make it square"]) == 3
    assert "--media talk.flac" in capsys.readouterr().err


def test_media_alone_are_kept_and_are_no_change(draft: Path, sound: Path, capsys):
    assert run(["edit", "d.json", "--media", "talk.flac", "--save", "--json"]) == 0
    (answer,) = objects(capsys)
    assert answer["draft"]["rev"] == 7
    assert "talk.flac" in answer["reply"]
    assert len(json.loads(draft.read_bytes())["video_infos"]) == 1
    assert run(["edit", "d.json", "--media", "talk.flac", "none.mp3", "--save"]) == 3
    assert len(json.loads(draft.read_bytes())["video_infos"]) == 1


def test_a_conversation_on_standard_input_remembers(draft: Path, capsys, feed):
    texts = ['call it "Two"', "make it yellow", "undo", "make it yellow", "undo", "undo"]
    feed(jsonl(*({"say": text} for text in texts)))
    assert run(["edit", "d.json", "--say-stdin", "--json"]) == 0
    answers = objects(capsys)
    drafts = [answer["draft"] for answer in answers]
    assert len(drafts) == 6
    assert drafts[1]["t"][0]["sg"][0]["st"]["c"]
    assert drafts[2] == drafts[0] | {"rev": 10}
    assert drafts[5] == TITLED | {"rev": 13}
    assert json.loads(draft.read_bytes()) == TITLED


def test_a_line_that_cannot_be_used_is_answered_and_the_next_one_read(draft: Path, capsys, feed):
    bad = [
        b"nonsense",
        b"",
        b"[]",
        b"{}",
        b'{"say": 5}',
        b'{"say": null}',
        b'{"say": NaN}',
        b"\xff\xfe",
        b'{"say": "' + b"x" * 4001 + b'"}',
        b"[" * 100_000,
        b'{"say": ' + b"9" * 10_000 + b"}",
    ]
    feed(b"\xef\xbb\xbf" + jsonl({"say": "make it square"}, *bad, {"say": "how long is it?"}))
    assert run(["edit", "d.json", "--say-stdin", "--json"]) == 3
    first, *errors, last = objects(capsys)
    assert first["changes"] and last["draft"]["m"]["ratio"] == "1:1"
    assert len(errors) == len(bad)
    for error in errors:
        assert set(error) == {"error"}
        assert set(error["error"]) >= {"code", "message", "hint", "exit_code"}


def test_without_json_a_conversation_is_told_in_words(draft: Path, capsys, feed):
    feed(jsonl({"say": "make it square"}, b"nonsense", {"say": "竖屏"}))
    assert run(["edit", "d.json", "--say-stdin", "--save"]) == 3
    out, err = capsys.readouterr()
    assert "1:1" in out and "9:16" in out and err.count("\n") == 1
    assert json.loads(draft.read_bytes())["rev"] == 9


def test_independent_requests(draft: Path, capsys, feed):
    requests = [
        {"draft": "d.json", "say": "undo", "history": ["make it square", "make it vertical"]},
        {"draft": TITLED, "say": "make it square"},
        {"draft": {"t": []}, "say": "多长"},
        {"draft": TITLED, "say": "how long is it?", "history": []},
    ]
    feed(jsonl(*requests))
    assert run(["edit", "--jsonl"]) == 0
    answers = objects(capsys)
    assert all(set(answer) == KEYS for answer in answers)
    assert answers[0]["draft"]["m"]["ratio"] == "1:1"
    assert [change["op"] for change in answers[0]["changes"]] == ["undo"]
    assert answers[1]["draft"]["rev"] == 8
    assert answers[2]["draft"] == {"t": []}
    assert answers[3]["draft"] == TITLED
    assert json.loads(draft.read_bytes()) == TITLED


@pytest.mark.parametrize(
    "request_",
    [
        {"say": "x"},
        {"draft": None, "say": "x"},
        {"draft": "none.json", "say": "x"},
        {"draft": "a\0b", "say": "x"},
        {"draft": "\ud800", "say": "x"},
        {"draft": "", "say": "x"},
        {"draft": ".", "say": "x"},
        {"draft": "x" * 10_000, "say": "x"},
        {"draft": "/dev/zero", "say": "x"},
        {"draft": [], "say": "x"},
        {"draft": {}, "say": "x"},
        {"draft": {"t": [{"tt": 7, "sg": [{"d": 5}]}]}, "say": "x"},
        {"draft": {"t": [], "m": {"title": "\udfff"}}, "say": "x"},
        {"draft": {"t": []}, "say": "x", "history": "y"},
        {"draft": {"t": []}, "say": "x", "history": [5]},
        {"draft": {"t": []}, "say": "x", "history": ["y"] * 201},
        {"draft": {"t": []}, "say": "x", "history": ["y" * 4001]},
        {"draft": {"t": []}},
        b'{"draft": {"t": []}, "say": "x", "deep": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
        b'{"draft": ' + b'{"a":' * 900 + b"1" + b"}" * 900 + b', "say": "x"}',
        b'{"draft": {"t": [], "d": 1e999}, "say": "x"}',
    ],
    ids=lambda one: str(one)[:40],
)
def test_a_request_that_cannot_be_used(folder: Path, capsys, feed, request_: object):
    feed(jsonl(request_, {"draft": {"t": []}, "say": "make it square"}))
    assert run(["edit", "--jsonl"]) == 3
    error, answer = objects(capsys)
    assert set(error) == {"error"} and error["error"]["exit_code"] == 3
    assert "internal" not in error["error"]["message"]
    assert answer["draft"]["m"]["ratio"] == "1:1"


def test_half_characters_in_a_message_come_back_whole(folder: Path, capsys, feed):
    feed(b'{"draft": {"t": []}, "say": "title \\"a\\ud800b\\""}\n')
    assert run(["edit", "--jsonl"]) == 0
    (answer,) = objects(capsys)
    json.dumps(answer, ensure_ascii=False).encode()


def test_a_line_longer_than_the_limit_is_passed_over(folder: Path, capsys, feed, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lines, "MAX_LINE_BYTES", 100)
    feed(b"x" * 5_000_000 + b"\n" + jsonl({"draft": {"t": []}, "say": "make it square"}) + b"y" * 101)
    assert run(["edit", "--jsonl"]) == 3
    first, second, third = objects(capsys)
    assert (first["error"]["code"], third["error"]["code"]) == ("limit", "limit")
    assert second["draft"]["m"]["ratio"] == "1:1"


def test_typed_edits(draft: Path, capsys):
    assert run(["edit", "d.json", "set_ratio", "ratio=9:16", "--save"]) == 0
    assert json.loads(draft.read_bytes())["m"]["height"] == 1920
    assert run(["edit", "d.json", "undo", "--save", "--json"]) == 0
    assert run(["edit", "d.json", "redo", "--save", "--json"]) == 0
    assert run(["edit", "d.json", "go_to", "revision=7", "--save", "--json"]) == 0
    assert run(["edit", "d.json", "reset", "--json"]) == 0
    capsys.readouterr()
    assert json.loads(draft.read_bytes()) == TITLED | {"rev": 11}
    assert run(["edit", "d.json", "--edit", '{"op": "set_text", "target": "title", "text": "Two"}', "--json"]) == 0
    (answer,) = objects(capsys)
    assert answer["draft"]["t"][0]["sg"][0]["txt"] == "Two"
    assert run(["edit", "d.json", "add_text", "role=cta", "text=5", "start_ms=100", "--json"]) == 0
    (answer,) = objects(capsys)
    assert answer["changes"] == [{"op": "add_text", "role": "cta", "text": "5", "start_ms": 100}]


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["d.json"],
        ["--say", "x"],
        ["d.json", "set_rtio", "ratio=1:1"],
        ["d.json", "set_ratio"],
        ["d.json", "set_ratio", "ratio"],
        ["d.json", "set_ratio", "ratio=5"],
        ["d.json", "set_ratio", "ratio=1:1", "color=red"],
        ["d.json", "--edit", "nonsense"],
        ["d.json", "--edit", "[]"],
        ["d.json", "--edit", "[" * 100_000],
        ["d.json", "--edit", '{"op": 5}'],
        ["d.json", "undo", "--say", "x"],
        ["d.json", "--say", "x", "--say-stdin"],
        ["d.json", "--jsonl"],
        ["--jsonl", "--save"],
        ["--schema", "nonsense"],
    ],
)
def test_a_wrong_line_is_answered_in_one_line_with_exit_code_2(draft: Path, capsys, words: list[str]):
    assert run(["edit", *words]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and err.startswith("wavereel: error: ")
    assert json.loads(draft.read_bytes()) == TITLED


def test_a_refused_edit_is_an_answer(draft: Path, capsys):
    assert run(["edit", "d.json", "remove", "target=bgm", "--json"]) == 0
    (answer,) = objects(capsys)
    assert answer["refused"][0]["text"] == "remove" and answer["draft"] == TITLED


def test_the_catalogue_is_shown(folder: Path, capsys):
    assert run(["edit", "--list"]) == 0
    assert tuple(line.split()[0] for line in capsys.readouterr().out.splitlines()) == ops()
    assert run(["edit", "--schema", "set_ratio"]) == 0
    assert "ratio" in json.loads(capsys.readouterr().out)["properties"]
    assert run(["edit", "--schema"]) == 0
    assert tuple(json.loads(capsys.readouterr().out)) == ops()


@pytest.mark.parametrize("data", [b"", b"not json", b"\x00", b"[]", b"{}", "日记".encode("utf-16")])
def test_a_broken_draft_is_said(folder: Path, capsys, data: bytes):
    Path("d.json").write_bytes(data)
    assert run(["edit", "d.json", "--say", "make it square", "--json"]) == 3
    (answer,) = objects(capsys)
    assert answer["ok"] is False and answer["error"]["code"] == "bad_draft"
    assert Path("d.json").read_bytes() == data


def test_closed_streams(draft: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "stdin", None)
    assert run(["edit", "--jsonl"]) == 0
    assert run(["edit", "d.json", "--say-stdin"]) == 0


def program(*words: str, **more) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, "-m", "wavereel", *words], stdin=subprocess.PIPE, **more)


def test_an_answer_comes_at_once_and_nothing_heavy_with_it(draft: Path):
    code = (
        "import sys\nfrom wavereel.cli.main import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        "heavy = {'numpy', 'av', 'PIL', 'resvg_py', 'uharfbuzz', 'faster_whisper', 'pydantic_ai'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    words = [sys.executable, "-c", code, "edit", "--jsonl"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        for text in ("make it square", "竖屏", 'title "Hi"', "undo"):
            running.stdin.write(jsonl({"draft": "d.json", "say": text, "history": ["make it 4:5"]}))
            running.stdin.flush()
            assert json.loads(running.stdout.readline())["reply"]
        running.stdin.close()
        assert running.stdout.read() == b"[]\n"


def test_a_reader_that_has_gone_ends_it_quietly(draft: Path):
    with program("edit", "--jsonl", stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        running.stdout.close()
        running.stdin.write(jsonl(*[{"draft": "d.json", "say": "make it square"}] * 50))
        running.stdin.close()
        assert running.stderr.read() == b""
        assert running.wait(60) == 0


def test_transcribe_writes_the_captions(folder: Path, sound: Path, capsys, monkeypatch: pytest.MonkeyPatch):
    from tests.service.test_make import WORDS, Hearer

    from wavereel.app import Recognition

    monkeypatch.setattr(Recognition, "__call__", lambda self, windows, **rest: Hearer()(windows, **rest))
    words = ["edit", "new.json", "--media", "talk.flac", "--say", "turn it into a video", "--json", "--save"]
    assert run(words) == 0
    (answer,) = objects(capsys)
    track = next(track for track in answer["draft"]["t"] if track["m"]["role"] == "caption")
    assert track["m"]["pending"] is True
    assert run(["edit", "new.json", "--transcribe", "--json"]) == 0
    (answer,) = objects(capsys)
    track = next(track for track in answer["draft"]["t"] if track["m"]["role"] == "caption")
    words = [word["w"] for cue in track["sg"] for word in cue["wd"]]
    assert words and words == list(WORDS)[: len(words)]
    assert "pending" not in track["m"]
