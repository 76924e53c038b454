"""An output never lands on an input, a device, a pipe or a link to one."""

import os

import pytest

from wavereel.errors import OutputError
from wavereel.service.destination import check_destination


def refused(path, inputs=(), *, overwrite=True):
    with pytest.raises(OutputError) as caught:
        check_destination(path, inputs, overwrite=overwrite)
    assert caught.value.hint
    return str(caught.value)


def test_a_new_name_in_a_folder_is_taken(tmp_path):
    assert check_destination(tmp_path / "a.mp4", [], overwrite=False) == (tmp_path / "a.mp4").resolve()


def test_an_input_is_refused_by_any_name(tmp_path):
    source = tmp_path / "in.mp4"
    source.write_bytes(b"x")
    (tmp_path / "soft.mp4").symlink_to(source)
    os.link(source, tmp_path / "hard.mp4")
    for name in ("in.mp4", "soft.mp4", "hard.mp4", "../" + tmp_path.name + "/in.mp4"):
        assert "is an input" in refused(tmp_path / name, [source])


def test_devices_pipes_and_folders_are_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe.mp4")
    (tmp_path / "link.mp4").symlink_to(tmp_path / "pipe.mp4")
    (tmp_path / "null.mp4").symlink_to("/dev/null")
    for name in ("pipe.mp4", "link.mp4", "null.mp4"):
        assert "not an ordinary file" in refused(tmp_path / name)
    assert "is a folder" in refused(tmp_path)


def test_a_missing_folder_and_an_existing_file_are_refused(tmp_path):
    assert "does not exist" in refused(tmp_path / "no" / "a.mp4")
    (tmp_path / "a.mp4").write_bytes(b"x")
    assert "exists already" in refused(tmp_path / "a.mp4", overwrite=False)
    check_destination(tmp_path / "a.mp4", [], overwrite=True)
