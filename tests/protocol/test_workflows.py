"""The three ways of working, by plain HTTP: quick is in `test_flow`, here are batch and iterative."""

from pathlib import Path

import httpx2
import pytest
from tests.protocol.serving import Wire, events_of, job_id, text_of

from wavereel.media.probe import probe
from wavereel.media.signals import tone, write_sound

SMALL = "make a video from this recording without captions, 320x180, 10 fps"


def video_of(wire: Wire, job: str, path: Path) -> Path:
    poll = wire.ended(job)
    assert poll["status"] == "completed", poll
    path.write_bytes(httpx2.get(poll["output"]["url"], trust_env=False).content)
    return path


def exported(wire: Wire, session: str) -> str:
    job = job_id()
    answer = wire.submit(session, wire.state(session)["state"]["draft"], job=job)
    assert answer.status_code == 200, answer.text
    return job


@pytest.mark.promise("RENDER-COMPLETED")
def test_a_batch(wire: Wire, tmp_path: Path):
    """Several files one after the other, each with a wish of its own; renders run while the next is made."""
    wishes = {500: "title 'One'", 700: "make it square", 900: "use the sunset theme"}
    jobs: dict[int, str] = {}
    for ms, wish in wishes.items():
        write_sound(tmp_path / f"{ms}.wav", tone(ms * 48), codec="pcm_s16le")
        session = wire.session(task_name=f"{ms}")
        wire.upload(session, (f"{ms}.wav", (tmp_path / f"{ms}.wav").read_bytes()))
        assert text_of(events_of(wire.say(session, f"{SMALL}, {wish}")))
        jobs[ms] = exported(wire, session)
    for ms, job in jobs.items():
        facts = probe(video_of(wire, job, tmp_path / f"{ms}.mp4"))
        assert facts.video[0].frames == ms // 100
        square = facts.video[0].width == facts.video[0].height
        assert square == (ms == 700)


@pytest.mark.promise("CHAT-DETACHED", "DRAFT-REVISIONS")
def test_step_by_step(wire: Wire, sound: bytes, tmp_path: Path):
    """A first cut, a look at it, changes until it is right, and an export of each state that was liked."""
    session = wire.session()
    wire.upload(session, ("talk.wav", sound))
    wire.say(session, SMALL)
    first = exported(wire, session)
    looks = [wire.get(f"/api/preview/nemo_agent/me/{session}", params={"at_ms": 500}).content]
    for wish in ("background: dark green", "title 'Night Shift'", "undo", "cut it to the first second"):
        assert text_of(events_of(wire.say(session, wish)))
        looks.append(wire.get(f"/api/preview/nemo_agent/me/{session}", params={"at_ms": 500}).content)
    assert looks[0] != looks[1] != looks[2]
    assert looks[3] == looks[1]
    second = exported(wire, session)
    long, short = (probe(video_of(wire, job, tmp_path / f"{job}.mp4")) for job in (first, second))
    assert (long.video[0].frames, short.video[0].frames) == (20, 10)
    revisions = wire.get(f"/api/sessions/{session}/revisions").json()["data"]["revisions"]
    assert len(revisions) >= 5
    assert [row["id"] for row in wire.state(session)["renders"]].count(first) == 1
