"""`wavereel chat`: messages, paths and commands by the line; what was told is kept, whatever kills the program."""

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from wavereel.cli.chat_room import paths_in
from wavereel.cli.run import run
from wavereel.errors import InputError
from wavereel.media.probe import probe
from wavereel.media.signals import speech_like, write_sound
from wavereel.picture.images import encode_png
from wavereel.settings import load_settings
from wavereel.timeline.codec import load_draft


@pytest.fixture
def data(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for conversations beside the work."""
    path = folder.parent / "data"
    monkeypatch.setenv("WAVEREEL_DATA", str(path))
    return path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "here"
    path.mkdir()
    monkeypatch.chdir(path)
    return path


@pytest.fixture
def sound(folder: Path) -> Path:
    path = folder / "my talk.flac"
    write_sound(path, speech_like(48_000), codec="flac", tags={"title": "Night Shift"})
    return path


@pytest.fixture
def picture(folder: Path) -> Path:
    path = folder / "it's.png"
    path.write_bytes(encode_png(np.full((40, 60, 3), 90, np.uint8)))
    return path


@pytest.fixture
def chat(data: Path, monkeypatch: pytest.MonkeyPatch, capfd):
    """Types lines, and gives what was said: exit code, standard output, standard error."""

    def converse(*lines: str | bytes, words: tuple[str, ...] = ()) -> tuple[int, str, str]:
        typed = b"".join((line if isinstance(line, bytes) else line.encode()) + b"\n" for line in lines)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed)))
        capfd.readouterr()
        code = run(["chat", *words])
        out, err = capfd.readouterr()
        assert "Traceback" not in out + err and "internal error" not in err, err
        return code, out, err

    return converse


def conversations(data: Path) -> list[Path]:
    return sorted((data / "conversations").glob("*"))


def previews(out: str) -> list[Path]:
    marks = ("preview: ", "预览: ")
    return [Path(line.partition(": ")[2]) for line in out.splitlines() if line.startswith(marks)]


SMALL = "make the resolution 144p"


def test_a_conversation_with_pictures(chat, data: Path, sound: Path):
    code, out, err = chat("turn it into a video", "make it square", "how long is it?", words=("my talk.flac",))
    assert (code, err) == (0, "")
    assert "my talk.flac (sound, 0:01)" in out
    first, second = previews(out)
    assert probe(first).video[0].width == 1920 and probe(second).video[0].width == 1080
    (kept,) = conversations(data)
    assert first.parent == kept / "frames"
    draft = load_draft(kept / "draft.json")
    assert (draft.revision, draft.meta.title) == (2, "Night Shift")


def test_commands(chat, data: Path, sound: Path, picture: Path):
    lines = ["turn it into a video", "make it square", "/undo", "/undo 9", "/redo", "/undo x", "/history", "/show"]
    lines += ["/frame 0.5", "/frame 9", "/frame x", "/help", "/nonsense", "/save", "/add", "/add none.png"]
    code, out, err = chat(*lines, "/add it's.png", "/quit", "make it vertical", words=("my talk.flac",))
    assert code == 0
    assert "*   4  redo (as 2)" in out and "“make it square”" in out
    assert "Voice: my talk.flac" in out and "/export [PATH]" in out
    assert "it's.png (picture, 60x40)" in out
    assert len(previews(out)) == 5
    assert err.count("\n") == 7 and "/nonsense" in err and "no preview" in err
    assert load_draft(conversations(data)[0] / "draft.json").meta.ratio == "1:1"


def test_a_line_that_is_a_path_adds_the_file(chat, sound: Path, picture: Path):
    _, out, err = chat("'my talk.flac'", picture.as_uri(), "turn it into a video with a background image")
    assert err == ""
    assert "At hand: my talk.flac" in out and "At hand: it's.png" in out
    assert len(previews(out)) == 1


def test_what_counts_as_a_path(folder: Path, sound: Path, picture: Path):
    assert (
        paths_in("my talk.flac") == paths_in("my\\ talk.flac") == paths_in(' "my talk.flac" ') == [Path("my talk.flac")]
    )
    assert paths_in(sound.as_uri()) == [sound]
    assert paths_in("'my talk.flac' it\\'s.png") == [Path("my talk.flac"), Path("it's.png")]
    for text in (
        "undo",
        "cut talk.flac",
        ".",
        "/",
        "none.mp3",
        "a\0b.mp3",
        "x" * 9000 + ".mp3",
        "it's",
        "'",
        "file:",
        "file://[x",
    ):
        assert paths_in(text) == [], text
    (folder / "undo").touch()
    assert paths_in("undo") == []
    odd = os.fsencode(folder) + b"/a\xff.flac"
    Path(os.fsdecode(odd)).write_bytes(sound.read_bytes())
    assert paths_in(odd.decode("utf-8", "surrogateescape")) == [Path(os.fsdecode(odd))]


def test_export_in_words_and_by_command_never_over_a_file(chat, folder: Path, data: Path, sound: Path):
    (folder / "my talk.mp4").write_bytes(b"mine")
    lines = ["turn it into a video", "no captions", SMALL, "export", "export it", "/export out.mp4", "/export out.mp4"]
    _, out, err = chat(*lines, words=("my talk.flac",))
    assert err.count("\n") == 1 and "out.mp4 exists already" in err
    assert (folder / "my talk.mp4").read_bytes() == b"mine"
    for name in ("my talk-2.mp4", "my talk-3.mp4", "out.mp4"):
        assert probe(folder / name).duration_ms == 1000
        assert name in out
    assert sorted(path.name for path in conversations(data)[0].iterdir()) == [
        "draft.json",
        "draft.json.history",
        "frames",
    ]


def test_an_export_has_the_size_that_was_asked_for_and_the_draft_keeps_its_own(chat, folder: Path, data, sound: Path):
    chat("turn it into a video", "no captions", "export in 144p", words=("my talk.flac",))
    assert probe(folder / "my talk.mp4").video[0].height == 144
    assert load_draft(conversations(data)[0] / "draft.json").meta.height == 1080


def test_other_actions_are_explained(chat, sound: Path):
    _, out, err = chat("I want to upload another file", "how many credits do I have?", "导出")
    assert "/add FILE" in out and "no credits" in out
    assert "nothing to make a video of" in err


def test_captions_are_written_on_demand_and_for_the_export(chat, folder, data, sound, monkeypatch):
    from tests.service.test_make import Hearer

    from wavereel.app import Recognition

    hearer = Hearer()
    monkeypatch.setattr(Recognition, "__call__", lambda self, windows, **rest: hearer(windows, **rest))
    _, out, _ = chat(
        "turn it into a video", "/transcribe", "/transcribe", "undo", SMALL, "export", words=("my talk.flac",)
    )
    assert "when the video is made" in out
    assert out.count("The captions are written: ") == 2
    assert "No captions wait" in out
    draft = load_draft(conversations(data)[0] / "draft.json")
    assert draft.with_role("caption")[0].segments
    assert (folder / "my talk.mp4").exists()


def test_a_draft_of_the_user_s_is_written_only_where_that_is_wished(chat, folder: Path, data: Path, sound: Path):
    assert chat("make it square", words=("--draft", "d.json"))[0] == 3
    run(["edit", "d.json", "--media", "my talk.flac", "--say", "turn it into a video", "--save"])
    before = (folder / "d.json").read_bytes()
    chat("make it square", words=("--draft", "d.json"))
    assert (folder / "d.json").read_bytes() == before
    kept = load_draft(conversations(data)[0] / "draft.json")
    assert kept.meta.ratio == "1:1" and kept.media[0]["cdn_url"] == sound.as_uri()
    _, out, err = chat("make it square", "undo", words=("--draft", "d.json", "--save-draft"))
    assert err == "" and len(previews(out)) == 2
    draft = load_draft(folder / "d.json")
    assert (draft.revision, draft.meta.ratio, draft.media[0]["cdn_url"]) == (3, "16:9", "my talk.flac")
    assert len(list(folder.glob("*.unread*"))) == 0
    assert chat(words=("--save-draft",))[0] == 2
    assert chat(words=("--resume", "--draft", "d.json"))[0] == 2


def test_saving_elsewhere(chat, folder: Path, sound: Path, picture: Path):
    lines = [
        "turn it into a video",
        "/save a.json",
        "make it square",
        "/save a.json",
        "/save 'my talk.flac'",
        "/save b/c",
    ]
    sound_before = sound.read_bytes()
    _, out, err = chat(*lines, words=("my talk.flac",))
    assert out.count("Saved as") == 2
    assert err.count("\n") == 2 and sound.read_bytes() == sound_before
    assert load_draft(folder / "a.json").meta.ratio == "1:1"
    _, _, err = chat("/save a.json")
    assert "exists already" in err


def test_resuming_and_listing(chat, data: Path, sound: Path):
    assert chat(words=("--resume",))[0] == 3
    assert chat(words=("--list",)) == (0, "", "")
    assert conversations(data) == []
    chat("turn it into a video", "竖屏", words=("my talk.flac",))
    chat("make it square")
    _, listed, _ = chat(words=("--list",))
    names = [line.split()[0] for line in listed.splitlines()]
    assert len(names) == 2 and "make it square" in listed.splitlines()[0] and "竖屏" in listed.splitlines()[1]
    _, out, _ = chat("undo", words=("--resume", "--lang", "zh"))
    assert "预览" not in out  # an empty draft has no picture
    _, out, _ = chat("撤销", words=("--name", names[1]))
    assert "1920x1080" in out and len(previews(out)) == 1
    assert chat(words=("--name", "nobody"))[0] == 3
    (conversations(data)[0] / "draft.json").write_bytes(b"broken")
    code, listed, _ = chat(words=("--list",))
    assert code == 0 and "damaged" in listed


def test_a_conversation_in_which_nothing_happened_leaves_nothing(chat, data: Path, folder: Path):
    assert chat("how long is it?", "nonsense words here")[0] == 0
    assert conversations(data) == []
    assert chat(words=("none.mp3",))[0] == 3
    assert chat(words=(".",))[0] == 3
    assert conversations(data) == []


def test_hostile_lines(chat, sound: Path):
    lines = [b"\xff\xfe\x00", b"a\x00b.mp3", "x" * 5000, "/frame " + "9" * 500, "/undo " + "9" * 50, "'", '"' * 99]
    lines += [
        "/save " + "x" * 9000,
        b"/save a\x00b",
        "/export " + "y" * 9000,
        b"/add a\x00b",
        "/",
        "file://%00",
        "\x1b[2J make it square",
    ]
    code, out, err = chat(*lines, "make it vertical", words=("my talk.flac",))
    assert code == 0
    assert "\x1b" not in out + err
    assert "9:16" in out


def test_media_that_have_gone_are_a_remark(chat, data: Path, sound: Path):
    chat("turn it into a video", words=("my talk.flac",))
    sound.unlink()
    code, out, err = chat("make it square", words=("--resume",))
    assert code == 0 and "1:1" in out
    assert "no preview" in err and "my talk.flac" in err


def test_a_data_folder_that_cannot_be_written_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch, capfd):
    (folder / "file").touch()
    monkeypatch.setenv("WAVEREEL_DATA", str(folder / "file"))
    assert run(["chat"]) == 5
    assert "WAVEREEL_DATA" in capfd.readouterr().err


def test_a_closed_standard_input_ends_it(data: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd):
    monkeypatch.setattr(sys, "stdin", None)
    assert run(["chat"]) == 0


def test_the_settings_say_where(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    assert load_settings({"WAVEREEL_DATA": "/a/b"}, tmp_path / "none").data_folder == Path("/a/b")
    (tmp_path / "c.toml").write_text('data_dir = "/c"')
    assert load_settings({}, tmp_path / "c.toml").data_folder == Path("/c")
    assert load_settings({}, tmp_path / "none").data_folder.name == "wavereel"


def begun(words: list[str], **more) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "wavereel", "chat", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        bufsize=0,
        **more,
    )


def told(running: subprocess.Popen, text: str, mark: bytes) -> None:
    """Types a line and waits for a line of the answer."""
    running.stdin.write(text.encode() + b"\n")
    while mark not in (line := running.stdout.readline()):
        assert line, f"it ended before {mark!r}"


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs a signal that kills")
def test_what_was_told_survives_a_kill(chat, data: Path, sound: Path):
    with begun(["my talk.flac"]) as running:
        told(running, "turn it into a video", b"voice")
        told(running, "make it square", b"1:1")
        running.kill()
    (kept,) = conversations(data)
    assert (load_draft(kept / "draft.json").revision, load_draft(kept / "draft.json").meta.ratio) == (2, "1:1")
    _, out, err = chat("/history", "undo", words=("--resume",))
    assert err == ""
    assert "*   2  set_ratio" in out and "16:9" in out


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs a signal that kills")
def test_a_kill_at_any_moment_leaves_a_draft_and_a_history_that_go_together(chat, data: Path, folder: Path):
    """Killed again and again while changes pour in: each time all that was told is there, and can be undone."""
    with begun([]) as running:
        told(running, 'title "0"', b"Added")
        running.kill()
    (kept,) = conversations(data)
    for number in range(1, 5):
        with begun(["--resume"]) as running:
            pour = "".join(f'call it "{number}-{step}"\n' for step in range(200)).encode()
            running.stdin.write(pour[: 1 << 15])
            seen = 0
            while seen < number:
                line = running.stdout.readline()
                seen += line.startswith(b"preview")
                assert line and b"error" not in line and b"note" not in line, line
            running.kill()
        draft = load_draft(kept / "draft.json")
        assert draft.tracks[0].segments[0].text.startswith(f"{number}-")
        assert int(draft.tracks[0].segments[0].text.partition("-")[2]) >= seen - 1
        _, out, err = chat("/history", "undo", "redo", words=("--resume",))
        assert "error" not in err
        assert f"*{draft.revision:>4}" in out or f"*{draft.revision + 1:>4}" in out


def test_a_fault_in_one_line_does_not_end_the_conversation(data, sound, monkeypatch, capfd):
    from wavereel.service.talk import Talk

    says = Talk.say

    def faulty(self, text, **more):
        if "boom" in text:
            raise KeyError("lost")
        if "bad" in text:
            raise InputError("a bad thing", hint="mend it")
        return says(self, text, **more)

    monkeypatch.setattr(Talk, "say", faulty)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"boom\nbad\nmake it square\n")))
    assert run(["chat"]) == 0
    out, err = capfd.readouterr()
    assert "1:1" in out
    assert [line for line in err.splitlines() if line.startswith("wavereel: error: ")] == err.splitlines()
    assert len(err.splitlines()) == 2 and "KeyError" in err


def test_the_json_of_a_kept_draft_is_one(chat, data: Path, sound: Path):
    chat("turn it into a video", words=("my talk.flac",))
    tree = json.loads((conversations(data)[0] / "draft.json").read_bytes())
    assert tree["video_infos"][0]["filename"] == "my talk.flac"
