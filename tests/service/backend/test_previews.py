"""Looks at a draft before it is exported."""

from dataclasses import replace

import pytest
from tests.service.backend.here import anyone, new_session, open_here

from wavereel.errors import ScopeError, SessionNotFoundError, UsageError, WavereelError
from wavereel.media.probe import probe
from wavereel.picture.images import decode_png

DRAFT = {
    "m": {"width": 320, "height": 180, "fps": 10},
    "t": [{"tt": 0, "sg": [{"d": 2000, "g": {"k": "color", "c": "#FF0000"}}]}],
}


@pytest.fixture
def place(tmp_path):
    backend = open_here(tmp_path / "data")
    caller = anyone(backend)
    session = new_session(backend, caller)
    backend.drafts.put(caller, session, DRAFT)
    yield backend, caller, session
    backend.chat.close()
    backend.core.database.close()


@pytest.mark.promise("PREVIEW-FRAME")
def test_a_picture(place):
    backend, caller, session = place
    picture = decode_png(backend.previews.frame(caller, session, 500))
    assert picture.shape[:2] == (180, 320)
    assert picture[90, 160, 0] > 240
    assert picture[90, 160, 1] < 15
    assert decode_png(backend.previews.frame(caller, session, 500, 80)).shape[:2] == (45, 80)
    assert backend.previews.frame(caller, session)


@pytest.mark.promise("PREVIEW-CLIP")
def test_a_clip_is_gone_after_it_was_read(place):
    backend, caller, session = place
    with backend.previews.clip(caller, session, 500, 9000) as path:
        assert probe(path).video[0].frames == 15
        folder = path.parent
    assert not folder.exists()


@pytest.mark.parametrize(("at_ms", "width"), [(2000, None), (-1, None), (0, 0), (0, 15), (0, 10**6)])
def test_a_picture_that_means_nothing(place, at_ms, width):
    backend, caller, session = place
    with pytest.raises(WavereelError) as told:
        backend.previews.frame(caller, session, at_ms, width)
    assert told.value.wire_code == 4220


@pytest.mark.parametrize(("first", "stop"), [(0, 30_001), (500, 500), (600, 500), (-5, 100), (2000, 3000)])
def test_a_clip_that_means_nothing(place, first, stop):
    backend, caller, session = place
    with pytest.raises(WavereelError) as told, backend.previews.clip(caller, session, first, stop):
        pass
    assert told.value.wire_code == 4220
    assert not list((backend.core.folder / "cache").glob("clip-*"))


def test_previews_of_nothing_and_of_others(place):
    backend, caller, session = place
    with pytest.raises(UsageError, match="nothing to show"):
        backend.previews.frame(caller, new_session(backend, caller))
    other = anyone(backend, "anon_fedcba9876543210")
    with pytest.raises(SessionNotFoundError):
        backend.previews.frame(other, session)
    with pytest.raises(ScopeError):
        backend.previews.frame(replace(caller, scopes=frozenset({"write"})), session)
