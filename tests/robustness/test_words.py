"""Words at the terminal, said by people who are hostile, clumsy or in a hurry, about drafts that are the same."""

import io
import json
import os
import signal
import subprocess
import sys

import pytest

from wavereel.cli.run import run

TREE = {
    "t": [{"tt": 7, "m": {"role": "title"}, "sg": [{"s": 0, "d": 5000, "txt": "One"}]}],
    "m": {"width": 320, "height": 180},
}


@pytest.fixture
def named(folder):
    """Writes a draft of a name and gives its path."""

    def write(name="d.json", tree=TREE):
        (folder / name).write_text(json.dumps(tree))
        return folder / name

    return write


@pytest.mark.parametrize(
    "data",
    [
        b"", b"null", b"{}", b"[]", b"\0" * 9, b"[" * 100_000, b'{"t":null}', b'{"t":[],"x":NaN}',
        b'{"t":[],"x":1e999}', b'{"t":[],"x":"\\ud800"}', b'{"t":[],"x":"\xff"}',
        b'{"t":[],"rev":' + b"9" * 5000 + b"}", b'{"t":[{"tt":-1,"sg":[]}]}',
        b'{"t":[{"tt":7,"sg":[{"s":0,"d":1,"txt":null}]}]}',
    ],
)  # fmt: skip
def test_what_is_no_draft_is_said_and_left_alone(wavereel, folder, data):
    (folder / "d.json").write_bytes(data)
    done = wavereel("edit", "d.json", "--say", "make it vertical", "--save")
    assert (done.code, done.out, done.made) == (3, "", frozenset())
    assert done.err.count("\n") == 1
    assert (folder / "d.json").read_bytes() == data


@pytest.mark.parametrize("name", ["none.json", ".", "", "/dev/zero", "pipe", "gone", "x" * 5000, "d.json/x"])
def test_a_draft_that_is_no_file_is_said_at_once(wavereel, folder, named, name):
    named()
    os.mkfifo(folder / "pipe")
    (folder / "gone").symlink_to(folder / "nowhere")
    done = wavereel("edit", name, "--say", "make it vertical", "--save")
    assert (done.code, done.made) == (3, frozenset())
    assert done.err.count("\n") == 1


def test_a_draft_of_a_number_past_all_bounds_is_edited_and_undone(wavereel, named):
    path = named(tree=TREE | {"rev": 2**70})
    assert wavereel("edit", "d.json", "--say", "make it square", "--save").code == 0
    done = wavereel("edit", "d.json", "--say", "undo", "--save")
    assert (done.code, done.err) == (0, "")
    assert json.loads(path.read_text()) == TREE | {"rev": 2**70 + 2}


def test_control_characters_never_reach_the_terminal(wavereel, named):
    title = "\x1b[2J\x1b]0;x\x07\u202eevil\u2066\x9b31m"
    named(tree=TREE | {"t": [TREE["t"][0] | {"sg": [{"s": 0, "d": 5000, "txt": title}]}]})
    for words in (["--say", "make it red"], ["--say", "what is on the timeline?"], ["--say", f'call it "{title}"']):
        done = wavereel("edit", "d.json", *words)
        assert done.code == 0
        assert not {"\x1b", "\x07", "\u202e", "\u2066", "\x9b"} & set(done.out + done.err)
    assert wavereel("edit", "d.json", "\x1b[2J").code == 2
    assert wavereel("edit", "d.json", "set_ratio", "\x1b[2J").code == 2


@pytest.mark.parametrize("lang", ["", "klingon", "\x1b[2J", "english"])
@pytest.mark.parametrize("command", [("edit", "d.json", "--say", "hi"), ("chat",)])
def test_replies_come_in_two_languages(wavereel, named, command, lang):
    named()
    done = wavereel(*command, "--lang", lang)
    assert done.code == 2
    assert "--lang en or --lang zh" in done.err


def test_a_hostile_history_cannot_drive_the_terminal(wavereel, folder, named, monkeypatch):
    monkeypatch.setenv("WAVEREEL_DATA", str(folder / "data"))
    named()
    assert wavereel("edit", "d.json", "--say", "make it square", "--save").code == 0
    sidecar = folder / "d.json.history"
    sidecar.write_text(sidecar.read_text().replace('"op":"set_ratio"', '"op":"\\u001b[2J"'))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"/history\n")))
    done = wavereel("chat", "--draft", "d.json")
    assert done.code == 0
    assert "[2J" in done.out
    assert "\x1b" not in done.out


@pytest.mark.parametrize("history", ["", 0, False, {}, "make it square", [1], [None]])
def test_a_history_of_another_shape_is_an_error_of_its_line(named, monkeypatch, capfd, history):
    named()
    line = json.dumps({"draft": "d.json", "say": "hi", "history": history}).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(line)))
    assert run(["edit", "--jsonl"]) == 3
    answer = json.loads(capfd.readouterr().out)
    assert answer["error"]["message"] == "the history is not a list of messages"


MEDIA = [{"cdn_url": "tone.wav", "file_type": "audio"}, {"file_id": 5, "filename": "a.png", "file_type": "image"}, {}]


@pytest.mark.parametrize(
    "text", ["turn it into a video", "a.png as the background", "next file, same look", "join them"]
)
def test_media_without_ids_are_media(wavereel, sound, named, text):
    media = [MEDIA[0] | {"duration": 0.5}, *MEDIA[1:]]
    named(tree={"t": [], "video_infos": media})
    done = wavereel("edit", "d.json", "--say", text, "--json")
    assert done.code == 0
    answer = json.loads(done.out)
    known = {f"asset://{entry.get('file_id')}" for entry in answer["draft"]["video_infos"]}
    used = {one["src"] for track in answer["draft"]["t"] for one in track["sg"] if "src" in one}
    assert used <= known
    if not answer["changes"]:
        assert answer["draft"] == {"t": [], "video_infos": media}


@pytest.mark.skipif(not hasattr(signal, "SIGTERM"), reason="needs signals")
def test_a_signal_ends_a_conversation_at_once_and_leaves_nothing_half_done(folder, named):
    path = named()
    lines = b"".join(json.dumps({"say": f'call it "{number}"'}).encode() + b"\n" for number in range(400))
    command = [sys.executable, "-m", "wavereel", "edit", "d.json", "--say-stdin", "--json", "--save"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        running.stdin.write(lines)
        running.stdin.flush()
        told = [running.stdout.readline() for _ in range(5)]
        running.send_signal(signal.SIGTERM)
        rest, err = running.communicate()
    assert running.returncode == 130
    assert b"Traceback" not in err
    answers = [json.loads(line) for line in (*told, *rest.splitlines())]
    revision = json.loads(path.read_bytes())["rev"]
    assert revision - max(one["draft"]["rev"] for one in answers if "draft" in one) in (0, 1)
    assert sorted(one.name for one in folder.iterdir()) == ["d.json", "d.json.history"]
