"""What a user of google-adk does, with the stock client class: run by the Python of an environment with one version.

Arguments: the server's address, a token, whether the server wants tokens at ADK's endpoints, and the wanted version.
"""

import asyncio
import io
import json
import logging
import math
import os
import struct
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
import wave
from importlib import metadata
from pathlib import Path

import google.adk.cli
import httpx
from google.adk.cli.adk_web_server import RunAgentRequest
from google.adk.cli.conformance.adk_web_server_client import AdkWebServerClient
from google.adk.events.event import Event
from google.genai import types

APP = "nemo_agent"
SKILL = {"X-Skill-Source": "video-a2e", "X-Skill-Version": "1.0.0", "X-Skill-Platform": "unknown"}
WISH = "turn my podcast audio into a video with captions and a waveform visual"
DEADLINE_S = 120
UNREAD = "Non data line received: %s"


class Unread(logging.Handler):
    """What the client skips of a stream: heartbeats and ids, if there were any."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.msg == UNREAD:
            self.lines.append(record.getMessage().partition(": ")[2])


def main() -> None:
    base, token, needs_token, version = sys.argv[1:]
    assert metadata.version("google-adk") == version, metadata.version("google-adk")
    unread = Unread()
    logger = logging.getLogger("google_adk")
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    logger.addHandler(unread)
    asyncio.run(play(base, token, needs_token == "yes"))
    assert any("heartbeat" in line for line in unread.lines), unread.lines
    assert any(line.startswith("id: ") for line in unread.lines), unread.lines


async def play(base: str, token: str, needs_token: bool) -> None:
    address = base.replace("http://", f"http://x:{token}@") if needs_token else base
    async with AdkWebServerClient(base_url=address) as client:
        assert (await client.get_version_data())["language"] == "python"
        user = "user"
        session = await client.create_session(app_name=APP, user_id=user, state={"mood": "calm"})
        assert (session.app_name, session.user_id, session.state["mood"]) == (APP, user, "calm")
        assert session.state["draft"] == {}

        if needs_token:
            upload(base, token, session.id)
        else:
            await save_artifact(base, user, session.id)
        events = await say(client, user, session.id, WISH)
        calls = [part.function_call for one in events for part in parts(one) if part.function_call]
        answers = [part.function_response for one in events for part in parts(one) if part.function_response]
        assert calls and len(calls) == len(answers), events
        assert events[-1].is_final_response() and parts(events[-1])[0].text, events[-1]
        assert not any(one.partial for one in events)

        told = await say(client, user, session.id, "make it vertical", streaming=True)
        whole = [one for one in told if not one.partial and parts(one) and parts(one)[0].text]
        assert whole and whole[-1] is told[-1], told
        fragments = "".join(parts(one)[0].text or "" for one in told if one.partial)
        assert fragments in ("", parts(whole[-1])[0].text), (fragments, whole[-1])

        found = await client.get_session(app_name=APP, user_id=user, session_id=session.id)
        assert found.state["draft"]["t"] and found.state["video_infos"]
        assert [one.id for one in found.events if one.author != "user"][: len(events)] == [one.id for one in events]
        changed = await client.update_session(
            app_name=APP, user_id=user, session_id=session.id, state_delta={"mood": "bright"}
        )
        assert changed.state["mood"] == "bright"
        if hasattr(client, "list_artifact_versions_metadata"):
            (described,) = await client.list_artifact_versions_metadata(
                app_name=APP, user_id=user, session_id=session.id, artifact_name="talk.wav"
            )
            assert described.mime_type and described.canonical_uri.startswith("http")

        if needs_token:
            export(base, token, session.id)
        if not needs_token:
            page(base, session.id, [one.id for one in events])
        await client.delete_session(app_name=APP, user_id=user, session_id=session.id)
        await client.delete_session(app_name=APP, user_id=user, session_id=session.id)
        await refused(client, user, session.id)
    print(f"google-adk {metadata.version('google-adk')}: well, {'with' if needs_token else 'without'} a token")  # noqa: T201


async def say(client: AdkWebServerClient, user: str, sid: str, text: str, *, streaming: bool = False) -> list[Event]:
    message = types.Content(role="user", parts=[types.Part(text=text)])
    request = RunAgentRequest(app_name=APP, user_id=user, session_id=sid, new_message=message, streaming=streaming)
    events = [one async for one in client.run_agent(request)]
    assert events and all(isinstance(one, Event) for one in events)
    assert len({one.invocation_id for one in events}) == 1
    assert {one.author for one in events} == {APP}
    return events


async def refused(client: AdkWebServerClient, user: str, sid: str) -> None:
    for attempt in (client.get_session(app_name=APP, user_id=user, session_id=sid), say(client, user, sid, "hello")):
        try:
            await attempt
        except httpx.HTTPStatusError as error:
            assert error.response.status_code == 404
        else:
            raise AssertionError("a deleted session is still there")


def page(base: str, sid: str, known: list[str]) -> None:
    """The same server read by the reader of ADK's web page, where there is a program to run it."""
    node = os.environ.get("COMPAT_NODE")
    folder = Path(google.adk.cli.__file__).with_name("browser")
    if not node:
        print("no node: the web page's reader was not tried")  # noqa: T201
        return
    script = Path(__file__).with_name("page.mjs")
    command = [node, str(script), str(folder), base, sid, "add a title that says Episode 12"]
    run = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=DEADLINE_S)
    events = [Event.model_validate(one) for one in json.loads(run.stdout)]
    assert len(events) >= 3, events
    assert len({one.id for one in events}) == len(events), "an event was read twice"
    assert not {one.id for one in events} & set(known)
    assert parts(events[-1])[0].text, events[-1]


def parts(event: Event) -> list[types.Part]:
    return (event.content.parts or []) if event.content else []


def sound() -> bytes:
    """Three seconds of a beating tone."""
    rate = 16_000
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        beats = (math.sin(n * 0.17) * math.sin(n * 0.0008) for n in range(3 * rate))
        file.writeframes(b"".join(struct.pack("<h", int(20_000 * value)) for value in beats))
    return buffer.getvalue()


def upload(base: str, token: str, sid: str) -> None:
    mark = uuid.uuid4().hex
    head = f'--{mark}\r\nContent-Disposition: form-data; name="files"; filename="talk.wav"\r\n\r\n'
    body = head.encode() + sound() + f"\r\n--{mark}--\r\n".encode()
    kind = {"Content-Type": f"multipart/form-data; boundary={mark}"}
    answer = call(base, token, "POST", f"/api/upload-video/{APP}/me/{sid}", body, kind)
    assert answer["data"]["files"][0]["file_type"] == "audio", answer


async def save_artifact(base: str, user: str, sid: str) -> None:
    """The way in for a client of ADK that has no token: ADK's own endpoint of artifacts."""
    part = types.Part(inline_data=types.Blob(data=sound(), mime_type="audio/wav"))
    body = {"filename": "talk.wav", "artifact": part.model_dump(mode="json", by_alias=True, exclude_none=True)}
    async with httpx.AsyncClient(base_url=base, timeout=30) as client:
        answer = await client.post(f"/apps/{APP}/users/{user}/sessions/{sid}/artifacts", json=body)
        assert answer.status_code == 200, answer.text
        assert answer.json()["version"] == 0


def export(base: str, token: str, sid: str) -> None:
    draft = call(base, token, "GET", f"/api/state/{APP}/me/{sid}/latest")["data"]["state"]["draft"]
    job = {"id": f"render_{uuid.uuid4().hex}", "sessionId": sid, "draft": draft, "output": {"resolution": "360x640"}}
    status = call(base, token, "POST", "/api/render/proxy/lambda", json.dumps(job).encode(), SKILL)
    until = time.monotonic() + DEADLINE_S
    while status["status"] not in ("completed", "failed"):
        assert time.monotonic() < until, status
        time.sleep(0.2)
        status = call(base, token, "GET", f"/api/render/proxy/lambda/{job['id']}")
    assert status["status"] == "completed", status
    with urllib.request.urlopen(status["output"]["url"], timeout=30) as answer:
        video = answer.read()
    assert video[4:8] == b"ftyp"
    assert len(video) == status["output"]["size"]


def call(base: str, token: str, method: str, path: str, body: bytes | None = None, headers: dict | None = None) -> dict:
    sent = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"} | (headers or {})
    request = urllib.request.Request(base + path, data=body, headers=sent, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise AssertionError(f"{method} {path}: {error.code} {error.read()[:500]!r}") from error


if __name__ == "__main__":
    main()
