"""Folders for work in progress vanish with those who work in them, also where they are killed."""

import os
import subprocess
import sys

import pytest

from wavereel.errors import OutputError
from wavereel.worker import workspace as workspace_module
from wavereel.worker.workspace import has_owner, sweep, workspace


def test_a_folder_is_there_for_its_owner_and_gone_afterwards(tmp_path):
    with workspace(tmp_path / "work") as folder:
        (folder / "file").write_text("x")
        assert sweep(tmp_path / "work") == 0
        with workspace(tmp_path / "work") as other:
            assert other != folder
        assert (folder / "file").exists()
    assert list((tmp_path / "work").iterdir()) == []


def test_it_is_removed_where_the_work_fails(tmp_path):
    def work():
        with workspace(tmp_path) as folder:
            (folder / "file").write_text("x")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows tells nobody who is gone")
def test_what_a_killed_process_left_is_removed_by_the_next(tmp_path):
    program = (
        "import os, sys; from pathlib import Path; from wavereel.worker.workspace import workspace\n"
        "with workspace(Path(sys.argv[1])) as folder:\n"
        "    (folder / 'half').write_bytes(b'x' * 1000); os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", program, tmp_path], check=False)
    assert len(list(tmp_path.rglob("half"))) == 1
    with workspace(tmp_path) as folder:
        assert sorted(path.name for path in tmp_path.iterdir()) == [folder.name, f"{folder.name}.lock"]


def test_a_named_folder_tells_whether_its_owner_lives(tmp_path):
    with workspace(tmp_path, "w-1") as folder:
        assert folder == tmp_path / "w-1"
        assert has_owner(tmp_path, "w-1")
        assert not has_owner(tmp_path, "w-2")
    assert not has_owner(tmp_path, "w-1") or os.name == "nt"


def test_a_folder_that_cannot_be_made_is_an_output_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError), workspace(tmp_path / "file" / "work"):
        pass


@pytest.mark.skipif(os.name == "nt", reason="Windows tells nobody who is gone")
def test_a_lock_that_was_swept_before_it_was_held_is_made_again(tmp_path, monkeypatch):
    swept = []

    def late(descriptor, how):
        if not swept:
            swept.append((tmp_path / "w-1.lock").unlink())
        return flock(descriptor, how)

    flock = workspace_module.fcntl.flock
    with monkeypatch.context() as patch:
        patch.setattr(workspace_module.fcntl, "flock", late)
        with workspace(tmp_path, "w-1"):
            assert swept and has_owner(tmp_path, "w-1")
