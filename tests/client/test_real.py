"""The skill's three workflows against the real server."""

import json
from pathlib import Path

import pytest
from tests.protocol.serving import Served, serving

from wavereel.media.probe import probe
from wavereel.media.signals import tone, write_sound


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory):
    with serving(tmp_path_factory.mktemp("served"), WAVEREEL_WORKERS=1) as server:
        yield server


@pytest.fixture
def real(skill, served: Served, folder: Path, monkeypatch: pytest.MonkeyPatch):
    """The skill's command against the real server, with two sounds in its folder."""
    monkeypatch.setenv("WAVEREEL_API_URL", served.base)
    monkeypatch.setenv("WAVEREEL_TIME_SCALE", "0.2")
    for name in ("one.wav", "two.wav"):
        write_sound(folder / name, tone(24_000), codec="pcm_s16le")
    return skill


def size_of(path: str) -> tuple[int, int]:
    [video] = probe(Path(path)).video
    return video.width, video.height


@pytest.mark.promise("CLIENT-COMMANDS")
def test_quick_batch_and_iterative_in_one_conversation(real):
    lines = [
        "one.wav turn it into a video with a waveform",
        "make it square",
        "export 240p to first.mp4",
        "two.wav now the second file, vertical",
        "make the waveform yellow",
        "undo",
        "status",
        "add end credits",
        "export 240p to second.mp4",
        "credits",
    ]
    ran = real("chat", lines="\n".join(lines))
    assert ran.code == 0, ran.all
    assert size_of("first.mp4") == (240, 240)
    assert size_of("second.mp4") == (240, 426)
    assert ran.out.count("Preview: ") >= 3
    assert "two.wav" in ran.out
    assert "nmv_usr_" not in ran.all


def test_what_the_server_refuses(real, folder, monkeypatch):
    (folder / "x.mp3").write_bytes(b"no sound at all")
    ran = real("upload", "x.mp3", "one.wav", "--json")
    assert (ran.code, json.loads(ran.out)["not_taken"]) == (3, ["x.mp3"])
    ran = real("upload", "x.mp3")
    assert ran.code == 3
    assert "mp3" in ran.err
    assert real("send", "export as a GIF").code == 3
    monkeypatch.setenv("WAVEREEL_TIME_SCALE", "0.05")
    assert real("export", "--id", "no-such-export").code == 3
