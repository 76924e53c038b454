"""A fake backend on loopback, and the skill's command run against it in a folder of its own."""

import io
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.client.fake_backend import Fake
from tests.client.hostile import Hostile

from wavereel.cli.main import main

SCALE = "0.01"


@dataclass
class Ran:
    code: int
    out: str
    err: str

    @property
    def all(self) -> str:
        return self.out + self.err


@pytest.fixture
def fake():
    return Fake()


@pytest.fixture
def server(fake: Fake):
    with Hostile(fake) as server:
        fake.url = server.url
        yield server


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A working folder and a configuration folder that nothing else uses."""
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    return work


@pytest.fixture
def skill(server: Hostile, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Runs `wavereel skill ...`; lines of `chat` come from `lines`."""
    monkeypatch.setenv("WAVEREEL_API_URL", server.url)
    monkeypatch.setenv("WAVEREEL_TIME_SCALE", SCALE)

    def run(*arguments: str, lines: str = "") -> Ran:
        stdin = io.TextIOWrapper(io.BytesIO(lines.encode()))
        monkeypatch.setattr(sys, "stdin", stdin)
        with pytest.raises(SystemExit) as ended:
            main(["skill", *arguments])
        told = capsys.readouterr()
        return Ran(int(ended.value.code or 0), told.out, told.err)

    return run


@pytest.fixture
def talk_mp3(folder: Path) -> Path:
    path = folder / "talk.mp3"
    path.write_bytes(b"ID3")
    return path
