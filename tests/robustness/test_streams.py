"""Streams that are closed or full, and two programs that want one name."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from wavereel.errors import OutputError
from wavereel.render import export

FAST = "--size 128x72 --fps 10 --preset ultrafast --captions off --workers 1"

pytestmark = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a shell and a device that is always full")


def shell(folder, words: str) -> subprocess.CompletedProcess[str]:
    program = f"{shlex.quote(sys.executable)} -m wavereel"
    return subprocess.run(
        ["sh", "-c", f"{program} {words}"], cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_a_closed_stream_is_nobody_listening(folder, sound, closed):
    assert shell(folder, f"make tone.wav -o a.mp4 {FAST} {closed}").returncode == 0
    assert (folder / "a.mp4").exists()
    assert shell(folder, f"make nowhere.wav {closed}").returncode == 3


def test_a_full_stream_is_said(folder, sound):
    done = shell(folder, "probe tone.wav > /dev/full")
    assert done.returncode == 5
    assert done.stderr.count("\n") == 1
    assert "standard output" in done.stderr
    assert shell(folder, "probe nowhere.wav 2> /dev/full").returncode == 3


def test_what_another_program_put_there_meanwhile_is_kept(folder):
    (folder / "made").write_bytes(b"ours")
    (folder / "out.mp4").write_bytes(b"theirs")
    with pytest.raises(OutputError, match="exists already"):
        export._give_name(folder / "made", folder / "out.mp4", overwrite=False)
    assert (folder / "out.mp4").read_bytes() == b"theirs"
    export._give_name(folder / "made", folder / "out.mp4", overwrite=True)
    assert (folder / "out.mp4").read_bytes() == b"ours"


def test_where_there_are_no_links_a_name_is_given_all_the_same(folder, monkeypatch):
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    (folder / "made").write_bytes(b"ours")
    export._give_name(folder / "made", folder / "out.mp4", overwrite=False)
    assert (folder / "out.mp4").read_bytes() == b"ours"
