"""A server in the test's own process, and a client that knows only the wire."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.service.backend.here import HereTasks, open_here

from wavereel.server.application import build_server
from wavereel.service.backend.backend import Backend

NUMBERS = count()
SKILL = {"X-Skill-Source": "video-a2e", "X-Skill-Version": "1.0.0", "X-Skill-Platform": "unknown"}


class Near:
    """A user of a server that is called without a socket."""

    def __init__(self, backend: Backend, client: TestClient) -> None:
        self.backend = backend
        self.http = client
        answer = client.post("/api/auth/anonymous-token", headers={"X-Client-Id": f"client-{next(NUMBERS)}"})
        data = answer.json()["data"]
        self.user: str = data["user_id"]
        self.token: str = data["token"]
        self.headers = SKILL | {"Authorization": f"Bearer {self.token}"}

    def call(self, method: str, path: str, **options: Any) -> Any:
        headers = self.headers | options.pop("headers", {})
        return self.http.request(method, path, headers=headers, **options)

    def get(self, path: str, **options: Any) -> Any:
        return self.call("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> Any:
        if body is not None:
            options["json"] = body
        return self.call("POST", path, **options)

    def session(self) -> str:
        return self.post("/api/tasks/me/with-session/nemo_agent", {}).json()["data"]["session_id"]


def near_test_client(app: Any) -> TestClient:
    """A client on this machine."""
    peer = ("127.0.0.1", 50_000)
    return TestClient(app, base_url="http://127.0.0.1:8080", client=peer, raise_server_exceptions=False)


@pytest.fixture(scope="session")
def near_backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    folder = tmp_path_factory.mktemp("near")
    backend = open_here(folder, HereTasks(folder), requests_per_s=0.0)
    yield backend
    backend.close()


@pytest.fixture(scope="session")
def near_client(near_backend: Backend) -> Iterator[TestClient]:
    app = build_server(near_backend, near_backend.core.settings)
    with near_test_client(app) as client:
        yield client


@pytest.fixture
def near(near_backend: Backend, near_client: TestClient) -> Near:
    """Somebody who has just come."""
    return Near(near_backend, near_client)
