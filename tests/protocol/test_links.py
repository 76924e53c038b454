"""What can be looked at without asking the API: files by signed link, previews, the page of a claim."""

import time
from pathlib import Path

import av
import httpx2
import numpy as np
import pytest
from tests.protocol.serving import Wire, anonymous, job_id, serving, tiny_draft

from wavereel.media.probe import probe

LAMBDA = "/api/render/proxy/lambda"


@pytest.mark.promise("LINK-SIGNED", "LINK-ERRORS")
def test_links(done: tuple[Wire, str, dict]):
    _, _, poll = done
    url = poll["output"]["url"]
    with httpx2.Client(trust_env=False) as http:
        whole = http.get(url).content
        part = http.get(url, headers={"Range": "bytes=0-7"})
        assert (part.status_code, part.content) == (206, whole[:8])
        assert part.headers["Content-Range"] == f"bytes 0-7/{len(whole)}"
        tail = http.get(url, headers={"Range": "bytes=-5"})
        assert (tail.status_code, tail.content) == (206, whole[-5:])
        assert http.get(url, headers={"Range": f"bytes={len(whole)}-"}).status_code == 416
        head = http.head(url)
        assert (head.status_code, head.headers["Content-Length"], head.content) == (200, str(len(whole)), b"")
        assert head.headers["Accept-Ranges"] == "bytes"
        assert head.headers["X-Content-Type-Options"] == "nosniff"
        plain, _, query = url.partition("?")
        values = dict(pair.split("=", 1) for pair in query.split("&"))
        flipped = ("0" if values["sig"][0] != "0" else "1") + values["sig"][1:]
        for wrong in (
            plain,
            f"{plain}?exp={values['exp']}&sig={flipped}",
            f"{plain}?exp=9999999999&sig={values['sig']}",
        ):
            assert http.get(wrong).status_code == 403, wrong


@pytest.mark.promise("LINK-ERRORS")
def test_links_end(tmp_path: Path, picture: bytes):
    """A link is gone when its time is over, and when its file is."""
    with serving(tmp_path, WAVEREEL_LINK_TTL_S=1, WAVEREEL_WORKERS=0) as served, served.client() as http:
        wire = anonymous(http)
        (file,) = wire.upload(wire.session(), ("a.png", picture)).json()["data"]["files"]
        status, deadline = 200, time.monotonic() + 20
        while status == 200 and time.monotonic() < deadline:
            status = http.get(file["cdn_url"]).status_code
            time.sleep(0.1)
        assert status == 410
        session = wire.session()
        (again,) = wire.upload(session, ("a.png", picture)).json()["data"]["files"]
        for blob in (served.data / "blobs").rglob("*"):
            if blob.is_file():
                blob.unlink()
        assert http.get(again["cdn_url"]).status_code == 404


@pytest.mark.promise("PREVIEW-FRAME")
def test_a_preview_is_what_is_exported(wire: Wire, tmp_path: Path):
    session, job = wire.session(), job_id()
    draft = tiny_draft("Wave")
    saved = wire.call("PUT", f"/api/sessions/{session}/draft", json=draft)
    assert saved.status_code == 200, saved.text
    shown = wire.get(f"/api/preview/nemo_agent/me/{session}", params={"at_ms": 300}).content
    assert wire.submit(session, draft, job=job, output={"quality": "high"}).status_code == 200
    (tmp_path / "v.mp4").write_bytes(httpx2.get(wire.ended(job)["output"]["url"], trust_env=False).content)
    (tmp_path / "shown.png").write_bytes(shown)
    with av.open(str(tmp_path / "shown.png")) as picture, av.open(str(tmp_path / "v.mp4")) as video:
        (want,) = (frame.to_ndarray(format="gray") for frame in picture.decode(video=0))
        frames = [frame.to_ndarray(format="gray") for frame in video.decode(video=0)]
    off = np.abs(frames[3].astype(int) - want.astype(int))
    assert want.shape == (180, 320)
    assert off.mean() < 2
    assert want.max() - want.min() > 100


@pytest.mark.promise("LINK-BASE")
def test_links_do_not_repeat_what_a_header_said(done: tuple[Wire, str, dict]):
    wire, job, poll = done
    forged = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "Forwarded": "host=evil.example"}
    again = wire.get(f"{LAMBDA}/{job}", headers=forged).json()
    assert again["output"]["url"].split("?")[0] == poll["output"]["url"].split("?")[0]
    assert "evil" not in str(again)


@pytest.mark.promise("PREVIEW-FRAME", "PREVIEW-CLIP")
def test_previews(wire: Wire, sound: bytes, tmp_path: Path):
    session = wire.session()
    path = f"/api/preview/nemo_agent/me/{session}"
    wire.upload(session, ("talk.wav", sound))
    wire.say(session, "make a video from this recording without captions")
    frame = wire.get(path, params={"at_ms": 500, "width": 320})
    assert (frame.status_code, frame.headers["Content-Type"]) == (200, "image/png")
    assert frame.content.startswith(b"\x89PNG")
    assert int.from_bytes(frame.content[16:20], "big") == 320
    clip = wire.get(path, params={"from_ms": 0, "to_ms": 500})
    assert (clip.status_code, clip.headers["Content-Type"]) == (200, "video/mp4")
    (tmp_path / "clip.mp4").write_bytes(clip.content)
    assert probe(tmp_path / "clip.mp4").video
    for wrong in (
        {"from_ms": 0, "to_ms": 30_001},
        {"at_ms": "x"},
        {"at_ms": -1},
        {"from_ms": 5},
        {"at_ms": 1, "width": 0},
    ):
        answer = wire.get(path, params=wrong)
        assert (answer.status_code, answer.json()["code"]) == (422, 4220), wrong


@pytest.mark.promise("CLAIM-TOKEN", "CLAIM-UNKNOWN-SESSION", "WEB-PAGES")
def test_a_claim(wire: Wire, other: Wire):
    made = wire.post("/api/tasks/me/with-session/nemo_agent", {}).json()["data"]
    body = {"task_id": made["task_id"], "session_id": made["session_id"]}
    told = wire.post("/api/auth/claim-token", body).json()
    assert told["code"] == 0
    assert told["data"]["claim_token"].startswith("clm_")
    assert told["data"]["expires_in"] == 604_800
    page = wire.http.get("/workspace/claim", params={"ct": told["data"]["claim_token"]})
    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")
    assert wire.token not in page.text
    assert "default-src" in page.headers["Content-Security-Policy"]
    assert Wire(wire.http, told["data"]["claim_token"]).get("/api/credits/balance/simple").json()["code"] == 1001
    assert wire.http.get("/workspace/claim", params={"ct": "clm_none"}).status_code == 404
    foreign = other.post("/api/auth/claim-token", body)
    assert (foreign.status_code, foreign.json()["code"]) == (404, 1002)
