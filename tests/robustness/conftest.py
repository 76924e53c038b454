"""The whole program as a clumsy user meets it: its command line, in a folder of its own, in this process."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from wavereel.cli.run import run
from wavereel.media.signals import tone, write_sound

FAST = ("--size", "128x72", "--fps", "10", "--preset", "ultrafast", "--workers", "2")


@dataclass(frozen=True)
class Outcome:
    """What a command came to: its exit code, its streams, and the names that it added to its folder."""

    code: int
    out: str
    err: str
    made: frozenset[str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    path = tmp_path / "here"
    path.mkdir()
    monkeypatch.chdir(path)
    return path


@pytest.fixture
def sound(folder: Path) -> Path:
    """Half a second of a tone, `tone.wav`."""
    path = folder / "tone.wav"
    write_sound(path, np.repeat(tone(24_000)[:, :1], 2, axis=1), codec="pcm_s16le")
    return path


@pytest.fixture
def wavereel(folder: Path, capfd: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Runs a command; whatever it is, it leaves nothing hidden, and says what is wrong in one line."""

    def command(*words: object) -> Outcome:
        before = {path.name for path in folder.rglob("*")}
        capfd.readouterr()
        code = run([str(word) for word in words])
        out, err = capfd.readouterr()
        made = frozenset(path.name for path in folder.rglob("*")) - before
        assert not [name for name in made if name.startswith(".")], made
        assert "Traceback" not in out + err
        assert "internal error" not in err, err
        if code:
            assert [line for line in err.splitlines() if "error: " in line], err
        return Outcome(code, out, err, made)

    return command


@pytest.fixture
def make(wavereel: Callable[..., Outcome]) -> Callable[..., Outcome]:
    """`wavereel make` to `out.mp4`, small and without captions unless said otherwise."""

    def command(*words: object, out: object = "out.mp4") -> Outcome:
        captions = () if "--captions" in words else ("--captions", "off")
        return wavereel("make", *words, *FAST, *captions, *(() if out is None else ("-o", out)))

    return command
