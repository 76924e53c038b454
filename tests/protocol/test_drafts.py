"""The state and its draft: read, saved, and not overwritten by mistake."""

import pytest
from tests.protocol.serving import Wire, tiny_draft


@pytest.fixture
def session(wire: Wire) -> str:
    return wire.session()


@pytest.mark.promise("DRAFT-ENDPOINT", "DRAFT-REVISIONS")
def test_a_draft_is_saved(wire: Wire, session: str):
    path = f"/api/sessions/{session}/draft"
    empty = wire.get(path)
    assert empty.status_code == 200
    saved = wire.call("PUT", path, json=tiny_draft(), headers={"If-Match": empty.headers["ETag"]})
    assert saved.status_code == 200, saved.text
    now = wire.get(path)
    assert now.headers["ETag"] != empty.headers["ETag"]
    draft = wire.state(session)["state"]["draft"]
    assert draft["rev"] == 1
    assert [track["tt"] for track in draft["t"]] == [0, 7]

    stale = wire.call("PUT", path, json=tiny_draft("stale"), headers={"If-Match": empty.headers["ETag"]})
    told = stale.json()
    assert (stale.status_code, told["code"]) == (412, 4120)
    assert told["data"]["draft"] == draft
    assert wire.state(session)["state"]["draft"] == draft

    revisions = wire.get(f"/api/sessions/{session}/revisions").json()
    assert revisions["code"] == 0
    assert revisions["data"]["revisions"]


@pytest.mark.promise("DRAFT-UNKNOWN-KEYS")
def test_what_is_not_known_survives(wire: Wire, session: str):
    draft = tiny_draft()
    draft["x_own"] = {"a": [1, 2]}
    draft["t"][1]["sg"][0]["m"] = {"mine": True}
    draft["t"].append({"tt": 42, "sg": [{"d": 100, "odd": "key"}]})
    assert wire.call("PUT", f"/api/sessions/{session}/draft", json=draft).status_code == 200
    kept = wire.state(session)["state"]["draft"]
    assert kept["x_own"] == {"a": [1, 2]}
    assert kept["t"][1]["sg"][0]["m"]["mine"] is True
    assert kept["t"][2]["sg"][0]["odd"] == "key"


@pytest.mark.promise("DRAFT-ADDRESS-BY-ID")
def test_addresses_become_ids(wire: Wire, session: str, picture: bytes):
    (file,) = wire.upload(session, ("a.png", picture)).json()["data"]["files"]
    draft = {"t": [{"tt": 0, "sg": [{"d": 200, "src": file["cdn_url"]}]}]}
    assert wire.call("PUT", f"/api/sessions/{session}/draft", json=draft).status_code == 200
    assert wire.state(session)["state"]["draft"]["t"][0]["sg"][0]["src"] == f"asset://{file['file_id']}"


@pytest.mark.promise("DRAFT-OVERLAP", "DRAFT-OWN-FILES")
@pytest.mark.parametrize(
    "tracks",
    [
        [{"tt": 7, "sg": [{"s": 0, "d": 100, "txt": "a"}, {"s": 50, "d": 100, "txt": "b"}]}],
        [{"tt": 0, "sg": [{"d": 100, "src": "asset://f_1111111111111111"}]}],
        [{"tt": 0, "sg": [{"d": 100, "src": "/etc/hostname"}]}],
        [{"tt": 0, "sg": [{"d": 100}]}],
        [{"tt": "x", "sg": []}],
        "tracks",
    ],
)
def test_drafts_that_are_refused(wire: Wire, session: str, tracks: object):
    answer = wire.call("PUT", f"/api/sessions/{session}/draft", json={"t": tracks})
    assert (answer.status_code, answer.json()["code"]) == (422, 4003)
    assert wire.state(session)["state"]["draft"] == {}


@pytest.mark.promise("STATE-ETAG")
def test_a_state_that_did_not_change(wire: Wire, session: str, picture: bytes):
    path = f"/api/state/nemo_agent/me/{session}/latest"
    wire.upload(session, ("a.png", picture))
    first = wire.get(path)
    tag = first.headers["ETag"]
    same = wire.get(path, headers={"If-None-Match": tag})
    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", tag)
    assert wire.get(path, headers={"If-None-Match": f'"x", {tag}'}).status_code == 304
    wire.upload(session, ("b.png", picture + b"\0"))
    changed = wire.get(path, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


@pytest.mark.promise("STATE-TIMES")
def test_times_are_milliseconds(wire: Wire, session: str):
    wire.submit(session, tiny_draft())
    (row,) = wire.state(session)["renders"]
    assert 1_700_000_000_000 < row["created_at"] < 10_000_000_000_000


@pytest.mark.promise("STATE-UNKNOWN")
@pytest.mark.parametrize("session", ["1", "5529798706024415232", "..%2f..", "%00", "x" * 300, "0x1"])
def test_a_state_that_is_not_there(wire: Wire, session: str):
    answer = wire.get(f"/api/state/nemo_agent/me/{session}/latest")
    assert (answer.status_code, answer.json()["code"]) == (404, 1002) or answer.json()["code"] == 4040


@pytest.mark.promise("STATE-GENERATED")
def test_what_was_made_is_listed(wire: Wire, session: str, sound: bytes):
    wire.upload(session, ("talk.wav", sound))
    wire.say(session, "make a video without captions")
    wire.say(session, "add soft lo-fi music at 20%")
    made = wire.state(session)["state"]["generated_media"]
    assert made
    for entry in made:
        assert entry.keys() >= {"kind", "prompt", "seed", "created_at"}
