"""Second names of finished videos, for clients that read them from the disk."""

import errno
import os

import pytest
from tests.service.backend.here import anyone, open_here
from tests.service.backend.test_retention import finished

from wavereel.errors import OutputError
from wavereel.store import renders


@pytest.fixture
def backend(tmp_path):
    opened = open_here(tmp_path, retention_exports_s=7 * 86_400)
    yield opened
    opened.close()


@pytest.mark.parametrize("links", [True, False])
def test_a_video_has_a_name_with_an_ending(backend, monkeypatch, links):
    caller = anyone(backend)
    blob = finished(backend, caller, "talk-1")

    def none(*_):
        raise OSError(errno.EPERM, "no links here")

    if not links:
        monkeypatch.setattr(os, "link", none)
    path = backend.renders.local_file(caller, "talk-1")
    assert path.name == "export-1.mp4"
    assert path.read_bytes() == b"video"
    assert path.samefile(backend.core.blobs.path(blob)) is links
    assert backend.renders.local_file(caller, "talk-1") == path
    assert [one.name for one in path.parent.iterdir()] == ["export-1.mp4"]
    assert not path.parent.stat().st_mode & 0o077


def test_the_name_goes_with_the_video(backend):
    caller = anyone(backend)
    finished(backend, caller)
    path = backend.renders.local_file(caller, "r")
    backend.retention.sweep()
    assert path.exists()
    with backend.core.database.read() as tx:
        ended_ms = renders.get(tx, caller.user_id, "r").completed_at_ms
    backend.core.clock.ms = ended_ms + 8 * 86_400_000
    assert backend.retention.sweep().renders == 1
    assert not path.parent.exists()


def test_where_nothing_can_be_written_that_is_said(backend):
    caller = anyone(backend)
    finished(backend, caller)
    (backend.core.folder / "exports").write_bytes(b"")
    with pytest.raises(OutputError, match="exports"):
        backend.renders.local_file(caller, "r")
