"""The bytes of a stream, and what its readers make of them."""

import asyncio
import json
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.requests import HTTPConnection
from tests.server.scripted import ScriptedRun, event

from wavereel.server.sse import COMMENT_BEAT, EVENT_BEAT, beat_of, frame, frames, stream, whole
from wavereel.settings import Settings

SETTINGS = Settings(cache_dir=Path("cache"), heartbeat_s=0.05)


def connection(**headers: str) -> HTTPConnection:
    raw = [(key.replace("_", "-").encode(), value.encode()) for key, value in headers.items()]
    return HTTPConnection({"type": "http", "headers": raw})


async def told(
    run: ScriptedRun, *, beat: bytes = COMMENT_BEAT, beat_s: float = 60, ceiling_s: float = 60
) -> list[bytes]:
    return [one async for one in frames(run, beat=beat, beat_s=beat_s, ceiling_s=ceiling_s)]


@pytest.mark.promise("CHAT-ADK-EVENTS")
def test_an_event_is_one_line_of_compact_json_in_raw_utf_8():
    assert (
        frame(event("ev-3", "Fertig – 你好"))
        == (
            'id: ev-3\ndata: {"content":{"parts":[{"text":"Fertig – 你好"}],"role":"model"},"invocationId":"e-run",'
            '"author":"nemo_agent","actions":{"stateDelta":{},"artifactDelta":{}},"id":"ev-3","timestamp":1795230255.4}\n\n'
        ).encode()
    )


def test_a_fragment_has_no_id_to_go_on_from():
    assert frame(event("ev-1", "Fer", partial=True)).startswith(b'data: {"content"')


@pytest.mark.promise("CHAT-ADK-EVENTS")
@pytest.mark.parametrize("end", ["\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"])
def test_no_text_cuts_the_line_for_readers_that_know_many_line_ends(end: str):
    said = f"one{end}two"
    lines = frame(event("a", said)).decode().splitlines()
    assert [line.partition(":")[0] for line in lines] == ["id", "data", ""]
    assert json.loads(lines[1][5:])["content"]["parts"][0]["text"] == said


def test_half_a_character_does_not_break_the_stream():
    assert b"?" in frame(event("a", "\ud800"))


@pytest.mark.promise("CHAT-ADK-EVENTS")
def test_a_stream_ends_when_its_run_has_ended():
    run = ScriptedRun([event("a", "one"), event("b", "two")], ended=True)
    assert asyncio.run(told(run)) == [frame(event("a", "one")), frame(event("b", "two"))]
    assert run.watchers == []


def test_a_replay_begins_where_the_run_is_to_be_read_on():
    run = ScriptedRun([event("a", "one"), event("b", "two")], ended=True, start=1)
    assert asyncio.run(told(run)) == [frame(event("b", "two"))]


def test_the_store_is_never_read_on_the_event_loop():
    readers: set[int] = set()

    class Stored(ScriptedRun):
        def read(self, after: int = 0):
            readers.add(threading.get_ident())
            return super().read(after)

    run = Stored([event("a", "one")], ended=True)
    assert asyncio.run(told(run)) == [frame(event("a", "one"))]
    assert asyncio.run(whole(run, 60)) == [event("a", "one")]
    assert readers
    assert threading.get_ident() not in readers


def test_events_from_another_thread_are_told_as_they_come():
    async def play() -> list[bytes]:
        run = ScriptedRun()
        stream = frames(run, beat=COMMENT_BEAT, beat_s=60, ceiling_s=60)
        first = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(0)
        await asyncio.to_thread(run.tell, event("a", "one"))
        found = [await first]
        await asyncio.to_thread(run.tell, event("b", "two"), ended=True)
        return found + [one async for one in stream]

    assert asyncio.run(play()) == [frame(event("a", "one")), frame(event("b", "two"))]


@pytest.mark.promise("CHAT-HEARTBEAT-SILENCE")
def test_silence_is_filled_again_and_again():
    async def play() -> list[bytes]:
        stream = frames(ScriptedRun(), beat=EVENT_BEAT, beat_s=0.01, ceiling_s=60)
        found = [await anext(stream) for _ in range(3)]
        await stream.aclose()
        return found

    assert asyncio.run(play()) == [b"event: heartbeat\ndata:\n\n"] * 3


@pytest.mark.promise("CHAT-CEILING")
def test_a_run_that_never_ends_is_left_at_the_ceiling():
    run = ScriptedRun([event("a", "one")])
    assert asyncio.run(told(run, beat_s=60, ceiling_s=0.02))[0] == frame(event("a", "one"))
    assert asyncio.run(whole(run, 0.02)) == [event("a", "one")]
    assert run.watchers == []


@pytest.mark.promise("CHAT-HEARTBEAT-AUTO")
@pytest.mark.parametrize(
    ("style", "headers", "beat"),
    [
        ("auto", {"x_skill_source": "video-a2e"}, EVENT_BEAT),
        ("auto", {"x_skill_source": " "}, COMMENT_BEAT),
        ("auto", {}, COMMENT_BEAT),
        ("comment", {"x_skill_source": "video-a2e"}, COMMENT_BEAT),
        ("event", {}, EVENT_BEAT),
    ],
)
def test_the_framing_goes_by_the_setting_and_then_by_who_asks(style: str, headers: dict[str, str], beat: bytes):
    assert beat_of(replace(SETTINGS, heartbeat=style), connection(**headers)) == beat


def test_the_comment_framing_is_a_comment():
    assert COMMENT_BEAT == b": heartbeat\n\n"


@pytest.mark.promise("CHAT-DETACHED")
def test_a_client_that_goes_away_lets_go_of_the_run_and_does_not_end_it():
    async def play() -> ScriptedRun:
        run = ScriptedRun([event("a", "one")])
        answer = stream(run, SETTINGS, connection())
        gone = asyncio.Event()

        async def receive() -> dict[str, object]:
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, object]) -> None:
            if message.get("body"):
                gone.set()

        await asyncio.wait_for(answer({"type": "http", "asgi": {"spec_version": "2.3"}}, receive, send), 5)
        return run

    run = asyncio.run(play())
    assert run.watchers == []
    assert run.read() == ([event("a", "one")], False)


@pytest.mark.promise("CHAT-HEADERS")
def test_the_headers_of_a_stream():
    answer = stream(ScriptedRun(), SETTINGS, connection())
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["x-accel-buffering"] == "no"


@pytest.mark.promise("CHAT-HEARTBEAT-SILENCE")
def test_the_silence_is_fifteen_seconds_where_nothing_else_is_set():
    assert Settings(cache_dir=Path("cache")).heartbeat_s == 15
