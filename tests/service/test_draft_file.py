"""Saving a draft with its history: both or none, one program at a time, and nothing of anyone's written over."""

import errno
import json
import os
import stat

import pytest

import wavereel.service.locks as locks
from wavereel.errors import OutputError
from wavereel.service.draft_file import DraftFile
from wavereel.service.locks import alone_in
from wavereel.timeline.catalogue import parse_edit
from wavereel.timeline.codec import decode_draft, load_draft
from wavereel.timeline.history import History, read_history

DRAFT = b'{"t": [{"tt": 7, "sg": [{"s": 0, "d": 5000, "txt": "One"}]}], "m": {}}'


@pytest.fixture
def path(tmp_path):
    found = tmp_path / "d.json"
    found.write_bytes(DRAFT)
    return found


def squared(file, ratio="1:1"):
    """The draft of a file and its history after a change, which is not saved yet."""
    timeline = file.read()
    history = file.history(timeline).resumed(timeline)
    edit = parse_edit({"op": "set_ratio", "ratio": ratio})
    history = history.accept(edit.apply(history.timeline), [edit])
    return history.timeline, history


def names(folder):
    return sorted(one.name for one in folder.iterdir())


@pytest.mark.parametrize("with_history", [False, True])
def test_a_history_that_cannot_be_written_takes_the_draft_back(path, monkeypatch, with_history):
    file = DraftFile(path)
    if with_history:
        file.write(*squared(file))
    before = {name: (path.parent / name).read_bytes() for name in names(path.parent)}
    real, calls = os.fsync, []

    def full(descriptor):
        calls.append(descriptor)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    again = DraftFile(path)
    with pytest.raises(OutputError, match="nothing is saved: free some space"):
        again.write(*squared(again, "9:16"))
    after = {name: (path.parent / name).read_bytes() for name in names(path.parent)}
    assert after == before
    again.write(*squared(again, "9:16"))
    assert load_draft(path).meta.ratio == "9:16"
    assert read_history((path.parent / "d.json.history").read_bytes()).timeline.meta.ratio == "9:16"


def test_a_new_draft_is_gone_again_where_its_history_cannot_be_written(tmp_path):
    name = "n" * 250
    history = History.of(decode_draft(DRAFT))
    edit = parse_edit({"op": "set_ratio", "ratio": "1:1"})
    history = history.accept(edit.apply(history.timeline), [edit])
    with pytest.raises(OutputError, match="choose a shorter name"):
        DraftFile(tmp_path / name).write(history.timeline, history)
    assert names(tmp_path) == []


def test_a_long_name_that_a_history_has_room_for_is_saved(path):
    long = path.rename(path.with_name("é" * 120))
    file = DraftFile(long)
    file.write(*squared(file))
    assert load_draft(long).meta.ratio == "1:1"


def test_who_may_read_a_draft_stays(path):
    path.chmod(0o640)
    file = DraftFile(path)
    file.write(*squared(file))
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_the_history_of_an_earlier_draft_of_the_name_is_moved_aside(path):
    file = DraftFile(path)
    timeline, history = squared(file)
    file.write(timeline, history)
    old = file.sidecar.read_bytes()
    path.unlink()
    new = DraftFile(path)
    new.write(timeline, history)
    assert (path.parent / "d.json.history.unread-1").read_bytes() == old
    assert new.sidecar.read_bytes() == old
    assert len(new.notices) == 1


def test_one_program_saves_at_a_time(path, monkeypatch):
    pytest.importorskip("fcntl")
    monkeypatch.setattr(locks, "PATIENCE_S", 0.03)
    file = DraftFile(path)
    change = squared(file)
    with alone_in(path.parent), pytest.raises(OutputError, match="something else is saving"):
        file.write(*change)
    assert path.read_bytes() == DRAFT
    file.write(*change)
    assert names(path.parent) == ["d.json", "d.json.history"]


def test_a_folder_that_is_not_there_is_no_fault_of_the_lock(tmp_path):
    with alone_in(tmp_path / "none"):
        pass


def test_without_nameless_files_a_draft_is_written_whole_too(path, monkeypatch):
    monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    file = DraftFile(path)
    file.write(*squared(file))
    assert json.loads(path.read_bytes())["m"]["ratio"] == "1:1"
    assert names(path.parent) == ["d.json", "d.json.history"]
