import errno
import os
import stat
from pathlib import Path

import pytest

from wavereel.errors import NotFoundError, OutputError
from wavereel.store.blobs import Blobs


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "blobs")


def test_a_file_becomes_a_blob_without_a_copy(blobs: Blobs, tmp_path: Path):
    path = tmp_path / "part"
    path.write_bytes(b"0123456789")
    inode = path.stat().st_ino
    key = blobs.adopt(path)
    assert not path.exists()
    assert blobs.path(key).stat().st_ino == inode
    assert stat.S_IMODE(blobs.path(key).stat().st_mode) == 0o600
    assert stat.S_IMODE(blobs.folder.stat().st_mode) == 0o700
    assert blobs.size(key) == 10
    assert blobs.path(key).read_bytes() == b"0123456789"


@pytest.mark.parametrize("copied", [False, True])
def test_a_blob_is_never_overwritten(blobs: Blobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, copied: bool):
    key = blobs.put(b"first")
    path = tmp_path / "part"
    path.write_bytes(b"second")
    if copied:
        monkeypatch.setattr(os, "link", _no_links)
    with pytest.raises(OutputError):
        blobs.adopt(path, key)
    with pytest.raises(OutputError):
        blobs.put(b"third", key)
    assert path.read_bytes() == b"second"
    assert blobs.path(key).read_bytes() == b"first"
    assert list(blobs.keys()) == [key]


def test_where_there_are_no_links_a_copy_is_made(blobs: Blobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(os, "link", _no_links)
    path = tmp_path / "part"
    path.write_bytes(b"bytes")
    key = blobs.adopt(path)
    assert not path.exists()
    assert blobs.path(key).read_bytes() == b"bytes"
    assert list(blobs.keys()) == [key]


def test_a_blob_goes_once(blobs: Blobs):
    key = blobs.put(b"12345")
    assert blobs.delete(key) == 5
    assert blobs.delete(key) == 0
    with pytest.raises(NotFoundError):
        blobs.path(key)


@pytest.mark.parametrize("key", ["", "..", "../../etc/passwd", "a" * 31, "A" * 32, "a" * 31 + "\n", "a" * 31 + "/"])
def test_what_is_no_key_names_nothing(blobs: Blobs, key: str):
    with pytest.raises(NotFoundError):
        blobs.path(key)
    with pytest.raises(NotFoundError):
        blobs.delete(key)


def test_only_blobs_of_an_age_are_listed(blobs: Blobs):
    old, new = blobs.put(b"old"), blobs.put(b"new")
    os.utime(blobs.path(old), (1, 1))
    (blobs.folder / "stray").write_bytes(b"")
    assert set(blobs.keys()) == {old, new}
    assert list(blobs.keys(3600)) == [old]


def test_a_full_disk_is_said_and_the_file_kept(blobs: Blobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    path = tmp_path / "part"
    path.write_bytes(b"bytes")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="full"):
        blobs.adopt(path)
    assert path.read_bytes() == b"bytes"


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError):
        Blobs(tmp_path / "file" / "blobs")


def _no_links(*_: object) -> None:
    raise OSError(errno.EPERM, os.strerror(errno.EPERM))
