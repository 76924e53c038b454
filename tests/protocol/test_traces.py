"""What one user did leaves no trace that another could find: neither a price, nor a speed, nor a file."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.protocol.serving import Served, Wire, anonymous, events_of, serving

WISH = "turn my podcast audio into a video with captions and a waveform visual"


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server whose cache holds nothing yet."""
    folder: Path = tmp_path_factory.mktemp("apart")
    with serving(folder, WAVEREEL_WORKERS=0, WAVEREEL_CACHE_DIR=folder / "cache") as server:
        yield server


@pytest.mark.promise("PRICE-EDIT")
def test_a_transcript_of_another_user_saves_nobody_its_price(apart: Served, corpus: Path):
    """Words that were heard once are known again, to whoever sent them and to nobody else."""
    sound = (corpus / "en_libri_3436.ogg").read_bytes()
    with apart.client() as http:

        def price(wire: Wire) -> int:
            before = wire.get("/api/credits/balance/simple").json()["data"]["available"]
            session = wire.session()
            wire.upload(session, ("talk.ogg", sound))
            events_of(wire.say(session, WISH))
            tracks = wire.state(session)["state"]["draft"]["t"]
            assert next(track for track in tracks if track["m"]["role"] == "caption")["sg"]
            return before - wire.get("/api/credits/balance/simple").json()["data"]["available"]

        first, other = anonymous(http), anonymous(http)
        assert [price(first), price(first), price(other)] == [3, 1, 3]


def test_a_file_of_another_user_is_no_shortcut(apart: Served, picture: bytes):
    """The same bytes have the same id for everybody, and naming it opens nothing."""
    with apart.client() as http:
        first, other = anonymous(http), anonymous(http)
        (file,) = first.upload(first.session(), ("a.png", picture)).json()["data"]["files"]
        session = other.session()
        refused = other.post(f"/api/upload-video/nemo_agent/me/{session}", {"file_ids": [file["file_id"]]})
        assert refused.json()["code"] == 4040
        (own,) = other.upload(session, ("b.png", picture)).json()["data"]["files"]
        assert own["file_id"] == file["file_id"]
        assert own["filename"] == "b.png"
        assert own["cdn_url"].split("?")[0] != file["cdn_url"].split("?")[0]
        first.call("DELETE", f"/apps/nemo_agent/users/me/sessions/{first.session()}")
        assert http.get(own["cdn_url"]).content == picture
