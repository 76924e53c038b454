"""What holds for every request: safety, ids, statuses, and that a fault stays inside."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Request
from starlette.responses import StreamingResponse
from starlette.testclient import TestClient

from wavereel.errors import (
    BusyError,
    Cancelled,
    DraftError,
    LimitError,
    ModelError,
    NotLetInError,
    OutputError,
    RateError,
    SessionNotFoundError,
    WavereelError,
)
from wavereel.server import faults
from wavereel.server.edge import Edge
from wavereel.server.metrics import Metrics
from wavereel.server.origins import Origins
from wavereel.settings import Settings

ERRORS: dict[str, Any] = {
    "limit": LimitError("too long", hint="send less"),
    "token": NotLetInError("no token"),
    "session": SessionNotFoundError("Session not found: 1", data={"a": 1}),
    "rate": RateError("too often", retry_after_s=7),
    "busy": BusyError("busy"),
    "draft": DraftError("no draft\nat all"),
    "cancelled": Cancelled("stopped"),
    "disk": OutputError("cannot write /secret/place"),
    "model": ModelError("no weights", hint="install them"),
    "own": WavereelError("/secret/place"),
    "fault": RuntimeError("/secret/place"),
    "late": RuntimeError("/secret/place"),
}


def client(*, always_200: bool = False, metrics: Metrics | None = None, **settings: Any) -> TestClient:
    app = FastAPI(redirect_slashes=False)

    async def fail(request: Request, name: str):
        if name == "late":

            async def pieces():
                yield b"begun"
                raise ERRORS["late"]

            return StreamingResponse(pieces())
        if name == "fine":
            return {"code": 0}
        raise ERRORS[name]

    for path in ("/api/{name}", "/run_sse/{name}", "/apps/{name}", "/workspace/{name}", "/files/{name}"):
        app.add_api_route(path, fail, methods=["GET", "POST"])
    app.add_api_route("/run_sse", _nothing, methods=["POST"])
    faults.install(app)
    origins = Origins(replace(Settings(Path("/cache")), **settings))
    app.add_middleware(Edge, origins=origins, metrics=metrics or Metrics(), always_200=always_200)
    return TestClient(app, base_url="http://localhost", raise_server_exceptions=False)


@pytest.mark.promise("ANSWER-ENVELOPE", "ERROR-DETAIL-TEXT", "ANSWER-RATE-LIMIT")
@pytest.mark.parametrize(
    ("name", "status", "code", "message"),
    [
        ("limit", 413, 4002, "too long"),
        ("token", 401, 1001, "no token"),
        ("session", 404, 1002, "Session not found: 1"),
        ("rate", 429, 429, "too often"),
        ("busy", 409, 4091, "busy"),
        ("draft", 422, 4003, "no draft at all"),
        ("cancelled", 503, 5030, "The server stopped working on this"),
        ("disk", 507, 5000, "The server cannot store this just now"),
        ("model", 503, 5000, "no weights"),
        ("own", 500, 5000, "Internal error"),
        ("fault", 500, 5000, "Internal error"),
    ],
)
def test_errors_have_their_envelope_and_status(name: str, status: int, code: int, message: str):
    answer = client().get(f"/api/{name}")
    told = answer.json()
    assert (answer.status_code, told["code"], told["message"]) == (status, code, message)
    assert isinstance(told["detail"], str)
    assert "secret" not in answer.text
    always = client(always_200=True).get(f"/api/{name}")
    assert (always.status_code, always.json()) == (200, told)


@pytest.mark.promise("ANSWER-RATE-LIMIT")
def test_headers_of_errors():
    rate = client().get("/api/rate")
    assert rate.headers["retry-after"] == "7"
    assert rate.json()["data"] == {"retry_after": 7}
    assert client().get("/api/token").headers["www-authenticate"].startswith("Bearer")
    assert client().get("/api/session").json()["data"] == {"a": 1}
    assert client().get("/api/limit").json()["detail"] == "too long: send less"


@pytest.mark.promise("ANSWER-CRASH")
def test_a_fault_is_answered_and_the_server_goes_on(caplog: pytest.LogCaptureFixture):
    http = client()
    assert http.get("/api/fault").json()["code"] == 5000
    assert "RuntimeError" in caplog.text
    assert http.get("/api/fine").json() == {"code": 0}


def test_an_answer_that_breaks_off_is_not_made_whole(caplog: pytest.LogCaptureFixture):
    http = client()
    with pytest.raises(Exception, match="a fault"):
        TestClient(http.app, base_url="http://localhost").get("/api/late")
    assert "broke off" in caplog.text


@pytest.mark.promise("ADK-DETAIL-ERRORS", "STATUS-ALWAYS-200-LIMITS")
def test_other_paths_have_other_shapes():
    http = client(always_200=True)
    adk = http.get("/apps/session")
    assert (adk.status_code, adk.json()) == (404, {"detail": "Session not found: 1"})
    page = http.get("/workspace/session")
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    file = http.get("/files/session")
    assert (file.status_code, file.json()["code"]) == (404, 1002)


@pytest.mark.promise("ERROR-METHOD")
def test_paths_and_methods_that_are_none():
    http = client()
    assert http.get("/api").json()["code"] == 4040
    wrong = http.delete("/api/fine")
    assert (wrong.status_code, wrong.json()["code"], wrong.headers["allow"]) == (405, 4050, "GET, POST")
    assert http.get("/run_sse").json()["code"] == 4050
    assert client(always_200=True).get("/run_sse").status_code == 200
    assert http.get("/apps").json() == {"detail": "There is nothing at this path"}


def test_a_parameter_of_the_wrong_type_is_text():
    app = FastAPI()
    app.add_api_route("/api/y", _numbered, methods=["GET"])
    faults.install(app)
    answer = TestClient(app).get("/api/y?number=a")
    assert (answer.status_code, answer.json()["code"]) == (422, 4220)
    assert "number" in answer.json()["detail"]


def _nothing() -> dict[str, Any]:
    return {}


def _numbered(number: int) -> int:
    return number


def test_every_answer_is_guarded():
    for path in ("/api/fine", "/api/fault", "/api/nothing", "/apps/session"):
        headers = client().get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"


def test_requests_have_an_id():
    http = client()
    assert http.get("/api/fine", headers={"X-Request-Id": "abc-1"}).headers["x-request-id"] == "abc-1"
    for given in ("a b", "x" * 65, "<script>", ""):
        own = http.get("/api/fine", headers={"X-Request-Id": given}).headers["x-request-id"]
        assert len(own) == 16 and own != given


@pytest.mark.promise("ERROR-FOREIGN")
def test_pages_of_allowed_origins_may_read_and_others_not():
    http = client(allowed_origins=("https://app.example",))
    fine = http.get("/api/fine", headers={"Origin": "https://app.example"})
    assert fine.headers["access-control-allow-origin"] == "https://app.example"
    assert fine.headers["vary"] == "Origin"
    asked = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}
    before = http.options("/api/fine", headers=asked | {"Access-Control-Request-Headers": "authorization"})
    assert (before.status_code, before.headers["access-control-allow-headers"]) == (204, "authorization")
    foreign = http.get("/api/fine", headers={"Origin": "https://evil.example"})
    assert (foreign.status_code, foreign.json()["code"]) == (403, 4030)
    assert "access-control-allow-origin" not in foreign.headers
    assert http.options("/api/fine", headers=asked | {"Origin": "null"}).status_code == 403
    assert "access-control-allow-origin" not in http.get("/api/fine").headers


def test_requests_are_counted_by_route_and_never_by_path():
    metrics = Metrics()
    http = client(metrics=metrics)
    for path in ("/api/fine", "/api/rate", "/api/fault", "/nothing/12345"):
        http.get(path)
    page = metrics.page({"renders": {"pending": 1, "processing": 0}, "chat_runs": {"": 2}}).decode()
    assert 'wavereel_requests_total{method="GET",route="/api/{name}",status="429"} 1.0' in page
    assert 'route="(none)",status="404"} 1.0' in page
    assert "12345" not in page
    assert 'wavereel_renders{state="pending"} 1.0' in page
    assert "wavereel_chat_runs 2.0" in page
    assert "wavereel_open_requests 0.0" in page


def test_the_metrics_are_told_in_their_format():
    from prometheus_client.parser import text_string_to_metric_families

    metrics = Metrics()
    metrics.answered("BREW", "/api", 200, 0.1)
    families = {family.name: family for family in text_string_to_metric_families(metrics.page({}).decode())}
    assert {sample.labels["method"] for sample in families["wavereel_requests"].samples} == {"other"}


def test_json_is_compact_and_raw():
    from wavereel.server.answers import WireResponse

    assert WireResponse({"a": "ü", "b": [1]}).body == '{"a":"ü","b":[1]}'.encode()
    with pytest.raises(ValueError, match="JSON"):
        WireResponse(float("nan"))
    assert json.loads(WireResponse(None).body) is None
