"""Exports: submitted, asked for, fetched, stopped, refused."""

from pathlib import Path

import httpx2
import pytest
from tests.protocol.serving import TINY_OUTPUT, Wire, job_id, tiny_draft

from wavereel.media.probe import probe

LAMBDA = "/api/render/proxy/lambda"


@pytest.mark.promise("RENDER-SUBMIT", "RENDER-POLL", "RENDER-NO-OUTPUT-YET")
def test_a_submit(wire: Wire):
    job = job_id()
    session = wire.session()
    told = wire.submit(session, tiny_draft(), job=job).json()
    assert (told["code"], told["success"], told["id"], told["taskId"]) == (0, True, job, job)
    assert told["data"]["id"] == told["data"]["render_id"] == job
    assert told["status"] == told["data"]["status"]
    assert told["status"] in ("pending", "processing")
    poll = wire.get(f"{LAMBDA}/{job}").json()
    assert (poll["id"], poll["taskId"], poll["data"]["id"]) == (job, job, job)
    assert 0 <= poll["progress"] <= 100
    if poll["status"] != "completed":
        assert "output" not in poll
        assert "output" not in poll["data"]
        assert "outputUrl" not in poll
    assert poll["data"]["createdAt"] > 1_700_000_000_000
    (row,) = wire.state(session)["renders"]
    assert row.keys() >= {"id", "status", "created_at"}


@pytest.mark.promise("RENDER-COMPLETED", "DRAFT-MINIMAL")
def test_a_finished_job(done: tuple[Wire, str, dict], tmp_path: Path):
    _, _, poll = done
    assert (poll["code"], poll["success"], poll["status"], poll["progress"]) == (0, True, "completed", 100), poll
    assert (poll["output"]["width"], poll["output"]["height"], poll["output"]["format"]) == (320, 180, "mp4")
    assert poll["output"]["duration"] == 0.5
    video = tmp_path / "v.mp4"
    video.write_bytes(httpx2.get(poll["output"]["url"], trust_env=False).content)
    assert video.stat().st_size == poll["output"]["size"]
    assert (probe(video).video[0].width, probe(video).video[0].height) == (320, 180)
    assert not poll["data"].get("warnings")


@pytest.mark.promise("RENDER-DOWNLOAD")
def test_a_download_by_id(done: tuple[Wire, str, dict]):
    wire, job, poll = done
    answer = wire.get(f"/api/render/proxy/{job}/download")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "video/mp4"
    assert len(answer.content) == poll["output"]["size"]
    part = wire.get(f"/api/render/proxy/{job}/download", headers={"Range": "bytes=4-11"})
    assert (part.status_code, part.content) == (206, answer.content[4:12])


@pytest.mark.promise("RENDER-IDEMPOTENT", "RENDER-SAME-BODY")
def test_the_same_job_again(done: tuple[Wire, str, dict], wire: Wire):
    job, session = job_id(), wire.session()
    assert wire.submit(session, tiny_draft(), job=job).status_code == 200
    wire.ended(job)
    body = {"output": dict(reversed(TINY_OUTPUT.items())), "draft": dict(reversed(tiny_draft().items()))}
    again = wire.post(LAMBDA, body | {"session_id": session, "id": job})
    assert (again.status_code, again.json()["status"]) == (200, "completed")


@pytest.mark.promise("RENDER-ID-TAKEN")
def test_another_job_under_the_same_id(wire: Wire, other: Wire):
    job, session = job_id(), wire.session()
    assert wire.submit(session, tiny_draft(), job=job).status_code == 200
    variants = [
        wire.submit(session, tiny_draft("else"), job=job),
        wire.submit(wire.session(), tiny_draft(), job=job),
        wire.submit(session, tiny_draft(), job=job, output={"format": "mp4", "quality": "medium"}),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in variants] == [(409, 4090)] * 3
    assert other.submit(other.session(), tiny_draft("else"), job=job).status_code == 200


@pytest.mark.promise("RENDER-SESSION-ALIAS")
def test_both_spellings_of_the_session(wire: Wire):
    body = {"id": job_id(), "session_id": wire.session(), "draft": tiny_draft()}
    assert wire.post(LAMBDA, body).json()["code"] == 0


@pytest.mark.promise("RENDER-ALIASES", "RENDER-PLAN-ALIASES")
def test_the_earlier_paths(wire: Wire):
    body = {"id": job_id(), "sessionId": wire.session(), "draft": tiny_draft()}
    bare = Wire(wire.http, wire.token, headers={})
    assert bare.post("/api/render/proxy/draft", body).json()["code"] == 402
    assert wire.post("/api/render/proxy/draft", body).json()["id"] == body["id"]
    assert wire.get(f"/api/render/proxy/{body['id']}").json()["id"] == body["id"]


@pytest.mark.promise("RENDER-PLAN")
@pytest.mark.parametrize("header", ["X-Skill-Source", "X-Skill-Version", "X-Skill-Platform"])
@pytest.mark.parametrize("empty", [True, False])
def test_without_a_header(wire: Wire, header: str, empty: bool):
    session = wire.session()
    if empty:
        wire.headers[header] = ""
    else:
        del wire.headers[header]
    answer = wire.submit(session, tiny_draft())
    told = answer.json()
    assert (answer.status_code, told["code"], told["data"]) == (402, 402, {"missing": [header]})
    assert "credit" not in told["message"].lower()
    assert header in told["detail"]


@pytest.mark.promise("RENDER-READ-SCOPE")
def test_what_reads_needs_no_headers(done: tuple[Wire, str, dict]):
    wire, job, _ = done
    bare = Wire(wire.http, wire.token, headers={})
    assert bare.get(f"{LAMBDA}/{job}").status_code == 200
    assert bare.get(f"/api/render/proxy/{job}/download").status_code == 200


@pytest.mark.promise("RENDER-FORMAT")
@pytest.mark.parametrize("kind", ["gif", "webm", "", 4, None])
def test_another_format(wire: Wire, kind: object):
    answer = wire.submit(wire.session(), tiny_draft(), output={"format": kind})
    if kind is None:
        assert answer.status_code == 200
    else:
        assert (answer.status_code, answer.json()["code"]) == (422, 4220)


@pytest.mark.promise("RENDER-OUTPUT")
def test_what_is_not_known_of_an_output_is_ignored(wire: Wire):
    output = {"codec": "h264", "crf": 30, "fps": 12, "projectId": "x", "foo": {"bar": 1}}
    job = job_id()
    assert wire.submit(wire.session(), tiny_draft(), job=job, output=output).status_code == 200
    assert wire.ended(job)["status"] == "completed"
    body = {"id": job_id(), "sessionId": wire.session(), "draft": tiny_draft(), "projectId": "p"}
    assert wire.post(LAMBDA, body).status_code == 200


@pytest.mark.promise("RENDER-RESOLUTION", "RENDER-WARNINGS")
def test_sizes(wire: Wire):
    jobs = {}
    for resolution in ("720p", "180x320", "4000x2250"):
        jobs[resolution] = job_id()
        output = TINY_OUTPUT | {"resolution": resolution}
        answer = wire.submit(wire.session(), tiny_draft(ms=200), job=jobs[resolution], output=output)
        assert answer.status_code == 200, answer.text
    polls = {resolution: wire.ended(job) for resolution, job in jobs.items()}
    sizes = {resolution: (poll["output"]["width"], poll["output"]["height"]) for resolution, poll in polls.items()}
    assert sizes == {"720p": (1280, 720), "180x320": (180, 320), "4000x2250": (1920, 1080)}
    assert polls["4000x2250"]["data"]["warnings"]


@pytest.mark.promise("RENDER-BAD-DRAFT", "DRAFT-EXPORTABLE")
@pytest.mark.parametrize(
    "draft",
    [
        {"t": []},
        {},
        {"t": [{"tt": 0, "sg": []}]},
        {"t": [{"tt": 7, "sg": [{"d": 100}]}]},
        {"t": [{"tt": 7, "sg": [{"d": -1, "txt": "a"}]}]},
        {"t": [{"tt": 7, "sg": [{"d": 100, "txt": "a"}, {"s": 50, "d": 100, "txt": "b"}]}]},
        {"t": [{"tt": 1, "sg": [{"d": 100, "src": "asset://f_0000000000000000"}]}]},
        {"t": [{"tt": 1, "sg": [{"d": 100, "src": "/etc/passwd"}]}]},
        {"t": [{"tt": 1, "sg": [{"d": 100, "src": "file:///etc/passwd"}]}]},
        {"t": [{"tt": 1, "sg": [{"d": 100, "src": "https://example.org/a.mp3"}]}]},
        {"t": [{"tt": 0, "sg": [{"d": 10**12, "g": {"k": "color", "c": "#000000"}}]}]},
    ],
)
def test_drafts_that_are_not_rendered(wire: Wire, draft: dict):
    answer = wire.submit(wire.session(), draft)
    assert (answer.status_code, answer.json()["code"]) == (422, 4003)
    assert isinstance(answer.json()["detail"], str)


@pytest.mark.promise("DRAFT-OWN-FILES", "DRAFT-ADDRESS-BY-ID")
def test_whose_files_a_draft_may_name(wire: Wire, other: Wire, picture: bytes):
    session = wire.session()
    (file,) = wire.upload(session, ("a.png", picture)).json()["data"]["files"]

    def draft(source: str) -> dict:
        return {
            "m": {"width": 320, "height": 180, "fps": 10},
            "t": [{"tt": 0, "sg": [{"d": 200, "src": source}]}],
        }

    query = file["cdn_url"].partition("?")[2]
    moved = f"https://cdn.example.org/files/{file['file_id']}/a.png?{query}"
    for source in (f"asset://{file['file_id']}", file["cdn_url"], file["cdn_url"].partition("?")[0], moved):
        job = job_id()
        assert wire.submit(session, draft(source), job=job).status_code == 200, source
        assert wire.ended(job)["status"] == "completed"
        assert other.submit(other.session(), draft(source)).json()["code"] == 4003


@pytest.mark.promise("RENDER-UNKNOWN-SESSION", "RENDER-UNKNOWN")
def test_what_is_not_there(wire: Wire):
    assert wire.submit("123", tiny_draft()).json()["code"] == 1002
    for method, path in (("GET", f"{LAMBDA}/{{}}"), ("GET", "/api/render/proxy/{}"), ("POST", f"{LAMBDA}/{{}}/cancel")):
        answer = wire.call(method, path.format("render_0"))
        assert (answer.status_code, answer.json()["code"]) == (404, 4040)
    answer = wire.get("/api/render/proxy/render_0/download")
    assert (answer.status_code, answer.json()["code"]) == (404, 4040)


@pytest.mark.promise("RENDER-CANCEL", "RENDER-CANCELLED", "ERROR-NOT-FINISHED")
def test_a_job_is_stopped(wire: Wire):
    job = job_id()
    long = tiny_draft(ms=3_600_000) | {"m": {"width": 1920, "height": 1080, "fps": 30}}
    assert wire.submit(wire.session(), long, job=job).status_code == 200
    early = wire.get(f"/api/render/proxy/{job}/download")
    assert (early.status_code, early.json()["code"]) == (409, 4092)
    stopped = wire.call("POST", f"{LAMBDA}/{job}/cancel")
    assert stopped.status_code == 200, stopped.text
    poll = wire.ended(job)
    assert (poll["code"], poll["status"], poll["error"], poll["data"]["error"]) == (
        0,
        "failed",
        "cancelled",
        "cancelled",
    )
    assert "output" not in poll
    again = wire.call("POST", f"{LAMBDA}/{job}/cancel")
    assert (again.status_code, again.json()["code"]) == (409, 4092)


@pytest.mark.promise("RENDER-ID-RULES")
@pytest.mark.parametrize("job", ["", "a/b", "..%2f", "a b", "x" * 129, "né", None, 5, {"a": 1}, "a\n"])
def test_ids_that_are_none(wire: Wire, job: object):
    body = {"id": job, "sessionId": wire.session(), "draft": tiny_draft()}
    answer = wire.post(LAMBDA, body)
    assert (answer.status_code, answer.json()["code"]) == (422, 4220)


@pytest.mark.promise("RENDER-ID-RULES")
@pytest.mark.parametrize("job", ["..", ".", "-", "x" * 128, "CON", "draft", "lambda"])
def test_ids_that_are_odd(wire: Wire, job: str):
    assert wire.submit(wire.session(), tiny_draft(ms=100), job=job).json()["id"] == job


@pytest.mark.promise("RENDER-OUTLIVES-SESSION")
def test_a_job_outlives_its_session(wire: Wire):
    job, session = job_id(), wire.session()
    assert wire.submit(session, tiny_draft(), job=job).status_code == 200
    assert wire.call("DELETE", f"/apps/nemo_agent/users/me/sessions/{session}").status_code == 200
    assert wire.get(f"/api/state/nemo_agent/me/{session}/latest").json()["code"] == 1002
    poll = wire.ended(job)
    assert poll["status"] == "completed"
    assert httpx2.get(poll["output"]["url"], trust_env=False).status_code == 200


@pytest.mark.promise("DRAFT-UNKNOWN-KEYS")
def test_what_is_not_drawn_is_warned_about(wire: Wire):
    draft = tiny_draft()
    draft["t"].append({"tt": 42, "sg": [{"d": 100}], "secret": {"kept": True}})
    job = job_id()
    assert wire.submit(wire.session(), draft, job=job).status_code == 200
    poll = wire.ended(job)
    assert poll["status"] == "completed"
    assert any("42" in warning for warning in poll["data"]["warnings"])


@pytest.mark.promise("RENDER-FAILED", "DRAFT-LOST-FILE")
def test_a_file_that_is_lost(served, wire: Wire, picture: bytes):
    """The file goes while its job waits behind another one of the same session."""
    session = wire.session()
    unique = picture + b"lost" * 7
    (file,) = wire.upload(session, ("gone.png", unique)).json()["data"]["files"]
    slow, job = job_id(), job_id()
    long = tiny_draft(ms=3_600_000) | {"m": {"width": 1920, "height": 1080, "fps": 30}}
    assert wire.submit(session, long, job=slow).status_code == 200
    draft = {
        "m": {"width": 320, "height": 180},
        "t": [{"tt": 0, "sg": [{"d": 200, "src": f"asset://{file['file_id']}"}]}],
    }
    assert wire.submit(session, draft, job=job).status_code == 200
    (blob,) = [path for path in (served.data / "blobs").rglob("*") if path.is_file() and path.read_bytes() == unique]
    blob.unlink()
    wire.call("POST", f"{LAMBDA}/{slow}/cancel")
    poll = wire.ended(job)
    assert (poll["code"], poll["status"]) == (0, "failed")
    assert file["file_id"] in poll["error"]
    assert poll["data"]["error"] == poll["error"]
