"""The workflows by the stock client of google-adk; run by the Python of an environment that has it.

Arguments: the server's address, a token for everything, the folder of sounds, a folder for the videos, the workflow.
"""

# ruff: noqa: ASYNC210, ASYNC240 - one client, which has nothing else to do

import asyncio
import base64
import json
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import httpx
from google.adk.cli.adk_web_server import RunAgentRequest
from google.adk.cli.conformance.adk_web_server_client import AdkWebServerClient
from google.genai import types

sys.path.insert(0, str(Path(__file__).parent))

from workflows import WORKFLOWS

APP = "nemo_agent"
USER = "user"
DEADLINE_S = 180


class AdkHand:
    """All through ADK's own endpoints: files as artifacts, exports by asking for them."""

    def __init__(self, client: AdkWebServerClient, base: str, token: str) -> None:
        self.client = client
        self.base = base
        self.basic = "Basic " + base64.b64encode(f"x:{token}".encode()).decode()
        self.sid = ""
        self.metadata: dict[str, Any] = {}

    async def begin(self) -> None:
        self.sid = (await self.client.create_session(app_name=APP, user_id=USER)).id

    async def add(self, sound: Path) -> None:
        part = types.Part(inline_data=types.Blob(data=sound.read_bytes(), mime_type="application/octet-stream"))
        body = {"filename": sound.name, "artifact": part.model_dump(mode="json", by_alias=True, exclude_none=True)}
        async with httpx.AsyncClient(base_url=self.base, headers={"Authorization": self.basic}, timeout=60) as client:
            answer = await client.post(f"/apps/{APP}/users/{USER}/sessions/{self.sid}/artifacts", json=body)
            assert answer.status_code == 200, answer.text

    async def say(self, text: str) -> str:
        message = types.Content(role="user", parts=[types.Part(text=text)])
        request = RunAgentRequest(app_name=APP, user_id=USER, session_id=self.sid, new_message=message)
        events = [one async for one in self.client.run_agent(request)]
        assert events[-1].error_code is None, events[-1]
        self.metadata = events[-1].custom_metadata or {}
        return "".join(part.text or "" for part in events[-1].content.parts)

    async def titles(self) -> list[str]:
        found = await self.client.get_session(app_name=APP, user_id=USER, session_id=self.sid)
        segments = [one for track in found.state["draft"]["t"] for one in track["sg"]]
        names = {f"asset://{one['file_id']}": one["filename"] for one in found.state["video_infos"]}
        return [one.get("txt") or names.get(one.get("src", ""), "") for one in segments]

    async def export(self, video: Path) -> None:
        reply = await self.say("export")
        assert self.metadata["action"] == "export", (reply, self.metadata)
        request = urllib.request.Request(self.metadata["link"], headers={"Authorization": self.basic})
        until = time.monotonic() + DEADLINE_S
        while True:
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:
                    video.write_bytes(answer.read())
                    return
            except urllib.error.HTTPError as error:
                assert error.code == 409, (error.code, error.read())
                assert time.monotonic() < until, "the export does not end"
            await asyncio.sleep(0.3)


async def main() -> None:
    base, token, corpus, out, name = sys.argv[1:]
    async with AdkWebServerClient(base_url=base.replace("http://", f"http://x:{token}@")) as client:
        made = await WORKFLOWS[name](AdkHand(client, base, token), Path(corpus), Path(out))
    print(json.dumps([str(path) for path in made]))  # noqa: T201


if __name__ == "__main__":
    asyncio.run(main())
