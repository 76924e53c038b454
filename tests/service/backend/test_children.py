"""The same over real child processes: what a session needs goes through their pipes and comes back."""

import pytest
from tests.service.backend.here import anyone, new_session, open_here, put_file, talk_wav

from wavereel.errors import DraftError
from wavereel.picture.images import decode_png
from wavereel.worker.children import Children, ChildrenSettings


@pytest.fixture
def place(tmp_path):
    children = Children(ChildrenSettings(tmp_path / "cache", quick=1, slow=1))
    children.start()
    backend = open_here(tmp_path / "data", children)
    caller = anyone(backend)
    session = new_session(backend, caller)
    put_file(backend, caller, session, talk_wav(tmp_path), "talk.wav")
    yield backend, caller, session
    backend.chat.close()
    children.close()
    backend.core.database.close()


def test_a_session_over_child_processes(place):
    backend, caller, session = place
    made = backend.chat.say(caller, session, "make a video, no captions please", timeout_s=60)
    assert made["draft_rev"] == 1
    asked = backend.chat.say(caller, session, "make it smaller", timeout_s=60)
    assert asked["questions"]
    assert backend.chat.say(caller, session, "the second one", timeout_s=60)["changes"]
    saved = backend.drafts.get(caller, session)
    assert backend.drafts.put(caller, session, saved.draft | {"m": {"title": "Anew"}}, base_rev=saved.rev).rev == 3
    with pytest.raises(DraftError):
        backend.drafts.put(caller, session, {"t": [{"tt": 1, "sg": [{"d": 1, "src": "/etc/passwd"}]}]})
    assert decode_png(backend.previews.frame(caller, session, 500, 160)).shape[:2] == (90, 160)
    assert "Anew" in backend.drafts.summary(caller, session)["text"]
