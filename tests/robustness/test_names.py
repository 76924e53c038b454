"""Names of files that are no text, too long, or no files; outputs that would land on what somebody needs."""

import json
import os
import sys

import pytest

from wavereel.media.probe import probe

LONG = "x" * 300


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a name be any bytes")
def test_a_name_that_is_no_utf8_is_a_name_like_any_other(folder, sound, wavereel, make):
    name = os.fsdecode(b"bad\xff\xfe.wav")
    sound.rename(folder / name)
    done = make(name, "--json", "--save-draft", "d.json", "--sidecars", out=None)
    assert done.code == 0, done.err
    assert json.loads(done.out)["input"] == name
    assert done.made == {os.fsdecode(b"bad\xff\xfe.mp4"), "d.json"}
    assert make("--draft", "d.json").code == 0
    assert wavereel("probe", name, "--json").code == 0
    assert json.loads(make(os.fsdecode(b"no\xff"), "--json", "-y").out)["error"]["code"] == "bad_input"


@pytest.mark.parametrize("option", ["", "--draft", "--captions", "--logo", "--music", "--background"])
def test_a_name_too_long_for_the_system_is_an_input_that_is_not_there(sound, make, option):
    words = [LONG] if not option else ["--draft", LONG] if option == "--draft" else [sound, option, LONG]
    done = make(*words)
    assert (done.code, done.made) == (3, frozenset())


@pytest.mark.parametrize(("option", "code"), [("--save-draft", 5), ("--model", 6)])
def test_other_names_too_long(sound, make, option, code):
    done = make(sound, option, LONG, "--captions", "auto")
    assert (done.code, done.made) == (code, frozenset())
    assert make(sound, out=f"{LONG}.mp4").code == 5


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names")
def test_nobody_waits_for_a_pipe(folder, sound, wavereel, make):
    os.mkfifo(folder / "pipe")
    for words in (
        ["pipe"],
        ["--draft", "pipe"],
        [sound, "--captions", "pipe"],
        [sound, "--logo", "pipe"],
        [sound, "--music", "pipe"],
        [sound, "--background", "pipe"],
        [sound, "--captions", "/dev/zero"],
        ["--draft", "/dev/zero"],
    ):
        assert make(*words).code == 3, words
    for words in (
        ["frame", "pipe", "--at", "1", "-o", "x.png"],
        ["check", "pipe", "--platform", "x"],
        ["probe", "pipe"],
    ):
        assert wavereel(*words).code == 3, words


def test_a_draft_is_saved_over_nothing_that_matters(folder, sound, make):
    before = sound.read_bytes()
    (folder / "kept.json").write_text("precious")
    (folder / "link.json").symlink_to(sound)
    for name, words in {
        "tone.wav": "is an input",
        "link.json": "is an input",
        "out.mp4": "is also the name of the video",
        "/dev/null": "not an ordinary file",
        ".": "is a folder",
        "nowhere/d.json": "does not exist",
    }.items():
        done = make(sound, "-y", "--save-draft", name)
        assert (done.code, done.made) == (5, frozenset()), name
        assert words in done.err
    assert make(sound, "--save-draft", "kept.json").code == 5
    assert (folder / "kept.json").read_text() == "precious"
    assert sound.read_bytes() == before


def test_a_sidecar_replaces_no_subtitles_of_the_users(folder, sound, make):
    (folder / "out.srt").write_text("1\n00:00:00,000 --> 00:00:00,400\nPrecious\n")
    before = (folder / "out.srt").read_text()
    for words in (["--captions", "out.srt", "-y"], []):
        assert make(sound, "--sidecars", *words).code == 5
    assert make(sound, "--sidecars", "--save-draft", "out.json", "-y").code == 5
    assert (folder / "out.srt").read_text() == before


def test_a_draft_is_not_rendered_onto_its_own_media(folder, sound, make):
    assert make(sound, "--save-draft", "d.json", out="first.mp4").code == 0
    done = make("--draft", "d.json", "-y", out=sound)
    assert done.code == 5
    assert "is an input" in done.err
    assert probe(sound).container == "wav"


def test_a_title_of_any_bytes_is_a_title(sound, make):
    assert make(sound, "--title", os.fsdecode("Café \xff".encode("latin-1")), "--save-draft", "d.json").code == 0
