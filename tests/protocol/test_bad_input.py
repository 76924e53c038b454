"""Every endpoint meets what nobody should send: it answers in its envelope, and the server goes on."""

import json
import socket
from collections.abc import Iterator

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.protocol.serving import Served, Wire, anonymous, tiny_draft

SID = "5529798706024415232"
JSON_POSTS = [
    "/api/tasks/me/with-session/nemo_agent",
    "/run_sse",
    f"/api/upload-video/nemo_agent/me/{SID}",
    "/api/render/proxy/lambda",
    "/api/render/proxy/draft",
    "/api/auth/claim-token",
    "/api/webhooks",
]
GETS = [
    "/api/credits/balance/simple",
    f"/api/state/nemo_agent/me/{SID}/latest",
    "/api/render/proxy/lambda/x",
    "/api/render/proxy/x",
    "/api/render/proxy/x/download",
    "/api/tokens",
    f"/api/sessions/{SID}/draft",
    f"/api/sessions/{SID}/revisions",
    f"/api/preview/nemo_agent/me/{SID}",
    "/api/webhooks",
]


@pytest.fixture(scope="module")
def caller(http: httpx2.Client) -> Wire:
    return anonymous(http)


@pytest.fixture(autouse=True)
def _goes_on(served: Served, http: httpx2.Client) -> Iterator[None]:
    yield
    assert http.get("/health").status_code == 200
    assert served.process.poll() is None


def envelope(answer: httpx2.Response) -> dict:
    told = answer.json()
    assert isinstance(told["code"], int)
    assert isinstance(told["message"], str)
    assert "data" in told
    if told["code"]:
        assert isinstance(told["detail"], str)
        assert answer.status_code >= 400
        assert "Traceback" not in answer.text
    return told


@pytest.mark.promise("ANSWER-ENVELOPE", "ERROR-UNREADABLE", "ERROR-DETAIL-TEXT")
@pytest.mark.parametrize("path", JSON_POSTS)
@pytest.mark.parametrize(
    "body",
    [
        *(
            b"{",
            b"[]",
            b'"x"',
            b"1",
            b"null",
            b"\xff\xfe",
            b"{}}",
            b'{"a":NaN}',
            b'{"a":1e999}',
            b'{"session_id":[[]]}',
        ),
        *(b'{"session_id":1,"session_id":2}', b"\x00", b'{"id":"\\ud800"}', b"{'a': 1}", b"<xml/>"),
    ],
)
def test_bodies_that_cannot_be_read(caller: Wire, path: str, body: bytes):
    answer = caller.post(path, content=body, headers={"Content-Type": "application/json"})
    told = envelope(answer)
    assert told["code"] in (4220, 1002, 0, 422, 4003), told
    assert answer.status_code < 500


@pytest.mark.promise("BODY-LIMITS")
@pytest.mark.parametrize("path", JSON_POSTS)
def test_bodies_too_deep(caller: Wire, path: str):
    for body in (b"[" * 100_000, b'{"a":' * 100 + b"1" + b"}" * 100, b'{"draft":' + b"[" * 70 + b"]" * 70 + b"}"):
        answer = caller.post(path, content=body, headers={"Content-Type": "application/json"})
        assert envelope(answer)["code"] in (4220, 4002), path


@pytest.mark.promise("BODY-LIMITS")
def test_bodies_too_large(caller: Wire):
    body = json.dumps({"task_name": "x" * (1 << 20)}).encode()
    answer = caller.post(JSON_POSTS[0], content=body)
    assert (answer.status_code, envelope(answer)["code"]) == (413, 4002)
    chunked = caller.post(JSON_POSTS[0], content=(piece for piece in [body[:-10], body[-10:]]))
    assert (chunked.status_code, envelope(chunked)["code"]) == (413, 4002)
    draft = {"id": "large", "sessionId": SID, "draft": tiny_draft() | {"pad": "x" * (2 << 20)}}
    assert envelope(caller.post("/api/render/proxy/lambda", draft))["code"] == 1002
    draft["pad"] = "x" * (32 << 20)
    assert envelope(caller.post("/api/render/proxy/lambda", draft))["code"] == 4002


@pytest.mark.promise("ERROR-METHOD")
@pytest.mark.parametrize("path", [*JSON_POSTS[:4], *GETS[:3]])
def test_methods(caller: Wire, path: str):
    answer = caller.call("PATCH", path)
    assert (answer.status_code, envelope(answer)["code"]) == (405, 4050)
    assert answer.headers["Allow"]


@pytest.mark.promise("ANSWER-ENVELOPE")
@pytest.mark.parametrize(
    "path", ["/api", "/api/", "/api/nothing", "/api/state", "/api/tokens/", "/api/%2e%2e/x", "/api//"]
)
def test_paths_that_are_none(caller: Wire, path: str):
    answer = caller.get(path)
    assert (answer.status_code, envelope(answer)["code"]) == (404, 4040)


@pytest.mark.promise("ERROR-UNKNOWN-APP")
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"/api/state/other/me/{SID}/latest"),
        ("POST", f"/api/upload-video/other/me/{SID}"),
        ("GET", f"/api/preview/other/me/{SID}?at_ms=0"),
    ],
)
def test_apps_that_are_none(caller: Wire, method: str, path: str):
    answer = caller.call(method, path)
    assert (answer.status_code, envelope(answer)["code"]) == (404, 4040)


@pytest.mark.promise("ANSWER-TOKEN-NEEDED")
@pytest.mark.parametrize(("method", "path"), [("POST", path) for path in JSON_POSTS] + [("GET", path) for path in GETS])
def test_every_path_wants_a_token(http: httpx2.Client, method: str, path: str):
    answer = http.request(method, path, content=b"{}" if method == "POST" else None)
    assert (answer.status_code, envelope(answer)["code"]) == (401, 1001)


@pytest.mark.promise("ERROR-FOREIGN", "HOST-GUARD")
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil", "a b", ""])
def test_foreign_hosts(served: Served, host: str):
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as sock:
        head = f"POST /api/auth/anonymous-token HTTP/1.1\r\nHost: {host}\r\nX-Client-Id: x\r\nContent-Length: 0\r\n"
        sock.sendall(head.encode() + b"Connection: close\r\n\r\n")
        answer = b"".join(iter(lambda: sock.recv(4096), b""))
    status = int(answer.split()[1])
    if host.strip() and " " not in host:
        assert (status, json.loads(answer.partition(b"\r\n\r\n")[2])["code"]) == (403, 4030)
    else:
        assert status in (400, 403)


@pytest.mark.promise("ERROR-FOREIGN")
def test_foreign_origins(caller: Wire, served: Served):
    for origin in ("https://evil.example", "null", f"{served.base}.evil.example"):
        answer = caller.post("/api/tasks/me/with-session/nemo_agent", {}, headers={"Origin": origin})
        assert (answer.status_code, envelope(answer)["code"]) == (403, 4030)
        assert "Access-Control-Allow-Origin" not in answer.headers
    own = caller.post("/api/tasks/me/with-session/nemo_agent", {}, headers={"Origin": served.base})
    assert own.status_code == 200


def test_answers_are_guarded(caller: Wire):
    headers = caller.get("/api/credits/balance/simple").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    "name", ["\u0000", "\u202e", "x" * 100_000, "<script>alert(1)</script>", "'; DROP TABLE users; --", ""]
)
def test_hostile_names_of_tasks(caller: Wire, name: str):
    answer = caller.post("/api/tasks/me/with-session/nemo_agent", {"task_name": name, "language": name[:20] or None})
    told = envelope(answer)
    assert told["code"] in (0, 4220, 4002)
    assert answer.headers["Content-Type"].startswith("application/json")


LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20)
)
TREES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)
KEYS = st.sampled_from(
    ["session_id", "sessionId", "new_message", "id", "draft", "output", "urls", "file_ids", "task_name", "scopes"]
)


@settings(max_examples=60)
@given(path=st.sampled_from(JSON_POSTS), body=st.dictionaries(KEYS, TREES, max_size=6))
def test_any_body_gets_an_envelope(caller: Wire, path: str, body: dict):
    answer = caller.post(path, body)
    if answer.headers["Content-Type"].startswith("application/json"):
        envelope(answer)
    assert answer.status_code < 500


@settings(max_examples=60)
@given(draft=TREES, deep=st.dictionaries(st.sampled_from(["t", "d", "m", "v", "rev"]), TREES, max_size=4))
def test_any_draft_gets_an_envelope(caller: Wire, draft: object, deep: dict):
    for one in (draft, deep):
        answer = caller.post("/api/render/proxy/lambda", {"id": "fuzz", "sessionId": SID, "draft": one})
        assert envelope(answer)["code"] in (4220, 4003, 1002)
