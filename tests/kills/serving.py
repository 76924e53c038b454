"""A real `wavereel serve`, to be killed and started again over the same folder and port."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx2

SKILL = {"X-Skill-Source": "video-a2e", "X-Skill-Version": "1.0.0", "X-Skill-Platform": "unknown"}


class Server:
    """A server as its own process group, and a client of it."""

    def __init__(self, folder, **settings):
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.base = f"http://127.0.0.1:{self.port}"
        self._environ = {name: value for name, value in os.environ.items() if not name.startswith("WAVEREEL_")}
        self._environ |= {f"WAVEREEL_{name.upper()}": str(value) for name, value in settings.items()}
        self._environ["WAVEREEL_CACHE_DIR"] = str(folder / "cache")
        self.process = None
        self.start()

    def start(self):
        log = (self.folder.parent / "serve.log").open("ab")
        with log:
            self.process = subprocess.Popen(
                [Path(sys.executable).with_name("wavereel"), "serve", "--data", self.folder, "--port", str(self.port)],
                env=self._environ,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + 60
        while True:
            try:
                if httpx2.get(f"{self.base}/health", timeout=5).status_code == 200:
                    return
            except httpx2.HTTPError:
                assert self.process.poll() is None, (self.folder.parent / "serve.log").read_text()
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.05)

    def children(self):
        """Its workers and task children, as Linux knows them."""
        command = ["ps", "-o", "pid=", "--ppid", str(self.process.pid)]
        out = subprocess.run(command, check=False, capture_output=True, text=True)
        return [int(word) for word in out.stdout.split()]

    def kill(self):
        self.process.kill()
        self.process.wait()

    def close(self):
        self.process.terminate()
        self.process.wait(60)


class User:
    """An anonymous user with one session, who speaks the wire."""

    def __init__(self, server, name):
        self.server = server
        token = self.call("POST", "/api/auth/anonymous-token", {"X-Client-Id": name})["data"]["token"]
        self.headers = SKILL | {"Authorization": f"Bearer {token}"}
        self.session = self.call("POST", "/api/tasks/me/with-session/nemo_agent", json={})["data"]["session_id"]

    def call(self, method, path, headers=None, **options):
        """One request; asked again while the server is down, as nothing that this is used for doubles anything."""
        deadline = time.monotonic() + 90
        while True:
            try:
                answer = httpx2.request(
                    method, self.server.base + path, headers=headers or self.headers, timeout=30, **options
                )
                break
            except httpx2.HTTPError:
                assert time.monotonic() < deadline
                time.sleep(0.1)
        return answer.json()

    def upload(self, path):
        with path.open("rb") as file:
            return self.call("POST", f"/api/upload-video/nemo_agent/me/{self.session}", files={"files": file})

    def say(self, text):
        """A message, sent once; whether its stream came to its end."""
        body = {"app_name": "nemo_agent", "session_id": self.session, "new_message": {"parts": [{"text": text}]}}
        try:
            with httpx2.stream(
                "POST", f"{self.server.base}/run_sse", headers=self.headers, json=body, timeout=60
            ) as answer:
                return answer.status_code == 200 and bool(answer.read())
        except httpx2.HTTPError:
            return False

    def state(self):
        return self.call("GET", f"/api/state/nemo_agent/me/{self.session}/latest")["data"]

    def credits(self):
        return self.call("GET", "/api/credits/balance/simple")["data"]

    def revisions(self):
        return self.call("GET", f"/api/sessions/{self.session}/revisions")["data"]["revisions"]

    def export(self, render_id, draft):
        body = {"id": render_id, "sessionId": self.session, "draft": draft}
        return self.call("POST", "/api/render/proxy/lambda", json=body)

    def poll(self, render_id):
        return self.call("GET", f"/api/render/proxy/lambda/{render_id}")
