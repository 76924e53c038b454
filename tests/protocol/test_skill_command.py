"""`wavereel skill` against the running server: the three workflows as somebody types them."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from tests.protocol.serving import Served, environment

from wavereel.media.probe import probe
from wavereel.media.signals import tone, write_sound

MAKE = "make a video from this recording without captions, 320x180, 10 fps"


class Terminal:
    """A user's terminal: a folder of work, a folder of configuration, and the command."""

    def __init__(self, served: Served, folder: Path) -> None:
        self.here = folder / "work"
        self.config = folder / "config"
        self.here.mkdir()
        self._environment = environment(
            WAVEREEL_API_URL=served.base,
            WAVEREEL_TIME_SCALE=0.2,
            XDG_CONFIG_HOME=self.config,
            HOME=folder,
            LANG="en_GB.UTF-8",
        )
        self.seen = ""

    def run(self, *words: str, lines: str | None = None, code: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "wavereel", "skill", *words],
            cwd=self.here,
            env=self._environment,
            input=lines,
            stdin=subprocess.DEVNULL if lines is None else None,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        self.seen += done.stdout + done.stderr
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout


@pytest.fixture
def terminal(served: Served, tmp_path: Path) -> Terminal:
    return Terminal(served, tmp_path)


def sound(path: Path, ms: int) -> None:
    write_sound(path, tone(ms * 48), codec="pcm_s16le")


@pytest.mark.promise("CLIENT-COMMANDS", "CLIENT-NO-SECRETS", "CLIENT-STORED", "CLIENT-EXPORT-FILE")
def test_command_by_command(terminal: Terminal):
    sound(terminal.here / "talk.wav", 1000)
    terminal.run("upload", "talk.wav")
    assert "The video is 1 s long" in terminal.run("send", MAKE)
    assert "Timeline (" in terminal.run("status")
    assert "credits" in terminal.run("credits")
    terminal.run("export", "-o", "out.mp4")
    (video,) = probe(terminal.here / "out.mp4").video
    assert (video.width, video.height, video.frames) == (320, 180, 10)
    terminal.run("export", "-o", "talk.wav", code=2)
    kept = [path for path in terminal.config.rglob("*") if path.is_file()]
    assert kept
    secrets = [word for path in kept for word in path.read_text(encoding="utf-8").split('"') if "nmv_usr_" in word]
    assert secrets
    assert not any(secret in terminal.seen for secret in secrets)
    assert '{"' not in terminal.seen
    if os.name == "posix":
        assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}


@pytest.mark.promise("CLIENT-SESSIONS", "CLIENT-ROUTER-FILES", "CLIENT-START")
def test_a_batch_of_files(terminal: Terminal):
    for name, ms in (("one", 500), ("two", 900)):
        sound(terminal.here / f"{name}.wav", ms)
        terminal.run("send", "--new", f"{name}.wav {MAKE}")
        terminal.run("export", "-o", f"{name}.mp4")
    frames = [probe(terminal.here / f"{name}.mp4").video[0].frames for name in ("one", "two")]
    assert frames == [5, 9]


@pytest.mark.promise("CLIENT-ROUTER", "CLIENT-ROUTER-WHOLE-WISH", "CLIENT-NEXT-STEPS", "CLIENT-GREETING")
def test_step_by_step(terminal: Terminal):
    sound(terminal.here / "talk.wav", 1000)
    lines = [
        f"talk.wav {MAKE}",
        "make the bars orange",
        "undo",
        "title 'Night Shift'",
        "status",
        "积分",
        "export",
        "/quit",
    ]
    said = terminal.run("chat", "--skill", "free-podcast-video", lines="\n".join(lines) + "\n")
    assert "Setting things up" in said
    assert "export 720p MP4" in said
    assert "orange" in said
    assert '"Night Shift"' in said
    assert "you could say" in said
    (video,) = terminal.here.glob("*.mp4")
    assert probe(video).video[0].frames == 10
