"""Whether something of another user's exists cannot be told from any answer."""

import pytest
from tests.protocol.serving import Wire, anonymous, job_id, tiny_draft

ABSENT_SESSION = "1111111111111111111"
ABSENT_JOB = "render_absent"
ABSENT_FILE = "f_0000000000000000"

REQUESTS = [
    ("GET", "/api/state/nemo_agent/me/{session}/latest", None),
    (
        "POST",
        "/api/upload-video/nemo_agent/me/{session}",
        {"urls": ["https://example.org/a.mp3"], "source_type": "url"},
    ),
    ("POST", "/api/upload-video/nemo_agent/me/{session}", {"file_ids": ["{file}"]}),
    ("POST", "/run_sse", {"session_id": "{session}", "new_message": {"parts": [{"text": "hi"}]}}),
    ("POST", "/api/render/proxy/lambda", {"id": "stranger", "sessionId": "{session}", "draft": tiny_draft()}),
    ("GET", "/api/render/proxy/lambda/{job}", None),
    ("GET", "/api/render/proxy/{job}", None),
    ("GET", "/api/render/proxy/{job}/download", None),
    ("POST", "/api/render/proxy/lambda/{job}/cancel", None),
    ("POST", "/api/auth/claim-token", {"session_id": "{session}", "task_id": "task_x"}),
    ("GET", "/api/sessions/{session}/draft", None),
    ("PUT", "/api/sessions/{session}/draft", tiny_draft()),
    ("GET", "/api/sessions/{session}/revisions", None),
    ("GET", "/api/preview/nemo_agent/me/{session}?at_ms=0", None),
    ("GET", "/apps/nemo_agent/users/me/sessions/{session}", None),
    ("PATCH", "/apps/nemo_agent/users/me/sessions/{session}", {"state_delta": {"a": 1}}),
    ("DELETE", "/apps/nemo_agent/users/me/sessions/{session}", None),
    ("GET", "/apps/nemo_agent/users/me/sessions/{session}/artifacts", None),
    (
        "POST",
        "/run",
        {
            "app_name": "nemo_agent",
            "user_id": "me",
            "session_id": "{session}",
            "new_message": {"parts": [{"text": "hi"}]},
        },
    ),
]


def filled(value: object, facts: dict[str, str]) -> object:
    if isinstance(value, str):
        for name, fact in facts.items():
            value = value.replace("{" + name + "}", fact)
        return value
    if isinstance(value, dict):
        return {key: filled(inner, facts) for key, inner in value.items()}
    return [filled(inner, facts) for inner in value] if isinstance(value, list) else value


@pytest.fixture(scope="module")
def owned(http, picture: bytes) -> dict[str, str]:
    """Things of somebody's."""
    owner = anonymous(http)
    session, job = owner.session(), job_id()
    (file,) = owner.upload(session, ("a.png", picture + b"own")).json()["data"]["files"]
    owner.submit(session, tiny_draft(), job=job)
    return {"session": session, "job": job, "file": file["file_id"]}


@pytest.mark.promise("STATE-UNKNOWN", "RENDER-UNKNOWN", "UPLOAD-UNKNOWN-SESSION", "CLAIM-UNKNOWN-SESSION")
@pytest.mark.parametrize(
    ("method", "path", "body"), REQUESTS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_foreign_is_answered_as_absent(wire: Wire, owned: dict[str, str], method: str, path: str, body: object):
    absent = {"session": ABSENT_SESSION, "job": ABSENT_JOB, "file": ABSENT_FILE}
    own = wire.session()
    if body == {"file_ids": ["{file}"]}:
        owned, absent = owned | {"session": own}, absent | {"session": own}
    answers = []
    for facts in (owned, absent):
        options = {} if body is None else {"json": filled(body, facts)}
        answer = wire.call(method, str(filled(path, facts)), **options)
        text = answer.text
        for name, fact in facts.items():
            text = text.replace(fact, f"<{name}>")
        volatile = {"date", "x-request-id", "content-length"}
        headers = {key: value for key, value in answer.headers.items() if key.lower() not in volatile}
        answers.append((answer.status_code, headers, text))
    assert answers[0] == answers[1]
    assert answers[0][0] != 500


def test_lists_hold_ones_own_only(wire: Wire, owned: dict[str, str]):
    session = wire.session()
    listed = wire.get("/apps/nemo_agent/users/me/sessions").json()
    assert [one["id"] for one in listed] == [session]
    assert owned["session"] not in wire.get("/api/webhooks").text


def test_a_taken_id_of_another_user_is_free(wire: Wire, owned: dict[str, str]):
    assert wire.submit(wire.session(), tiny_draft("mine"), job=owned["job"]).status_code == 200
