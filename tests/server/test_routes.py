"""The routes one by one, over a real backend: what they answer, and in which order they refuse."""

import pytest
from tests.server.conftest import Near, near_test_client

SID = "5529798706024415232"
DRAFT = {"d": 500, "t": [{"tt": 7, "sg": [{"d": 500, "txt": "Hello"}]}]}


@pytest.mark.promise("SESSION-CREATE", "SESSION-TOP-LEVEL", "SESSION-DEFAULTS")
def test_a_session(near: Near):
    answer = near.call("POST", "/api/tasks/me/with-session/nemo_agent").json()
    assert answer["session_id"] == answer["data"]["session_id"] and answer["task_id"] == answer["data"]["task_id"]
    assert (answer["data"]["task_name"], answer["data"]["language"]) == ("project", "en")
    rows = near.get("/api/sessions").json()["data"]["sessions"]
    assert [row["session_id"] for row in rows] == [answer["session_id"]]
    assert near.call("DELETE", f"/api/sessions/{answer['session_id']}").json()["data"] == {"deleted": True}
    assert near.call("DELETE", f"/api/sessions/{answer['session_id']}").json()["data"] == {"deleted": False}


@pytest.mark.promise("STATE-ETAG")
def test_a_state_that_the_client_has_is_not_sent_again(near: Near):
    path = f"/api/state/nemo_agent/me/{near.session()}/latest"
    first = near.get(path)
    assert first.headers["etag"] == f'W/"v{first.json()["data"]["version"]}"'
    again = near.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert near.get(path, headers={"If-None-Match": '"v999"'}).status_code == 200
    foreign = near.get(f"/api/state/nemo_agent/me/{SID}/latest", headers={"If-None-Match": "*"})
    assert foreign.json()["code"] == 1002


@pytest.mark.promise("DRAFT-ENDPOINT", "DRAFT-REVISIONS")
def test_a_draft_by_itself(near: Near):
    path = f"/api/sessions/{near.session()}/draft"
    empty = near.get(path)
    assert (empty.json()["data"], empty.headers["etag"]) == ({"draft": {}, "rev": 0}, '"rev-0"')
    saved = near.call("PUT", path, json={"draft": DRAFT, "base_rev": 0})
    assert saved.status_code == 200, saved.text
    assert near.get(path).headers["etag"] == saved.headers["etag"] == '"rev-1"'
    assert near.get(path, headers={"If-None-Match": '"rev-1"'}).status_code == 304
    stale = near.call("PUT", path, json=DRAFT | {"d": 400}, headers={"If-Match": '"rev-0"'})
    assert (stale.status_code, stale.json()["code"], stale.json()["data"]["rev"]) == (412, 4120, 1)
    fresh = near.call("PUT", path, json=DRAFT | {"d": 400}, headers={"If-Match": '"rev-1"'})
    assert fresh.json()["data"]["rev"] == 2
    assert near.call("PUT", path, json={"draft": DRAFT, "base_rev": "1"}).json()["code"] == 4220
    assert near.call("PUT", path, json={"draft": 5}).json()["code"] in (4003, 4220)
    assert len(near.get(path.replace("draft", "revisions")).json()["data"]["revisions"]) >= 2


@pytest.mark.promise("ERROR-ORDER")
def test_the_order_of_errors_of_an_export(near: Near):
    path = "/api/render/proxy/lambda"
    bad_body, no_session = b"{", {"id": "x", "sessionId": SID, "draft": DRAFT}
    assert near.http.post(path, content=bad_body).json()["code"] == 1001
    plain = dict.fromkeys(("X-Skill-Source", "X-Skill-Version"), "")
    assert near.post(path, headers=plain, content=bad_body).json()["code"] == 402
    assert near.post(path, content=bad_body).json()["code"] == 4220
    assert near.post(path, no_session).json()["code"] == 1002
    assert near.post(path, {"id": "x", "sessionId": near.session(), "draft": {"t": 1}}).json()["code"] == 4003


@pytest.mark.promise("RENDER-PLAN", "RENDER-PLAN-ALIASES")
@pytest.mark.parametrize("path", ["/api/render/proxy/lambda", "/api/render/proxy/draft"])
def test_exports_want_to_know_who_asks(near: Near, path: str):
    answer = near.post(path, headers={"X-Skill-Version": " "}, json={})
    assert (answer.status_code, answer.json()["code"]) == (402, 402)
    assert answer.json()["data"]["missing"] == ["X-Skill-Version"]
    assert "X-Skill-Version" in answer.json()["detail"]


@pytest.mark.promise("RENDER-SUBMIT", "RENDER-ALIASES", "RENDER-POLL")
def test_an_export_is_queued_polled_and_cancelled(near: Near):
    body = {"id": "job", "session_id": near.session(), "draft": DRAFT}
    queued = near.post("/api/render/proxy/lambda", body)
    assert queued.status_code == 200, queued.text
    assert (queued.json()["status"], queued.json()["data"]["status"]) == ("pending", "pending")
    assert queued.headers["retry-after"] == "5"
    for path in ("/api/render/proxy/lambda/job", "/api/render/proxy/job"):
        assert near.get(path).json()["status"] == "pending"
    assert near.get("/api/render/proxy/lambda/job/download").json()["code"] == 4092
    assert [row["id"] for row in near.get("/api/renders").json()["data"]["renders"]] == ["job"]
    ended = near.call("POST", "/api/render/proxy/lambda/job/cancel")
    assert (ended.json()["status"], ended.json()["error"]) == ("failed", "cancelled")
    assert "retry-after" not in ended.headers
    assert near.call("POST", "/api/render/proxy/lambda/job/cancel").json()["code"] == 4092


@pytest.mark.parametrize("path", ["/api/render/proxy/lambda/none", "/api/render/proxy/none/download"])
def test_exports_that_are_none(near: Near, path: str):
    assert near.get(path).json()["code"] == 4040


@pytest.mark.promise("PREVIEW-FRAME")
@pytest.mark.parametrize(
    ("query", "code"),
    [("at_ms=-1", 4220), ("at_ms=x", 4220), ("width=5", 4220), ("from_ms=0", 4220), ("to_ms=9", 4220)],
)
def test_previews_that_mean_nothing(near: Near, query: str, code: int):
    answer = near.get(f"/api/preview/nemo_agent/me/{near.session()}?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, code)


@pytest.mark.promise("PREVIEW-FRAME")
def test_a_preview_is_a_picture(near: Near):
    session = near.session()
    assert near.call("PUT", f"/api/sessions/{session}/draft", json=DRAFT).status_code == 200
    answer = near.get(f"/api/preview/nemo_agent/me/{session}?at_ms=0&width=64")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")


@pytest.mark.promise("LINK-ERRORS")
@pytest.mark.parametrize(
    ("path", "statuses"),
    [
        ("/files/", (403, 404)),
        ("/files/f_0/a.mp3", (403,)),
        ("/files/f_0/a.mp3?exp=1&sig=0", (403,)),
        ("/files/../../etc/passwd?exp=1&sig=0", (403, 404)),
        ("/files/%2e%2e/%2e%2e/etc/passwd?exp=9999999999&sig=0", (403, 404)),
        ("/files/f_0/%00?exp=x&sig=" + "0" * 5000, (403,)),
    ],
)
def test_links_that_are_not_ours(near: Near, path: str, statuses: tuple[int, ...]):
    assert near.http.get(path).status_code in statuses


@pytest.mark.promise("WEB-PAGES")
def test_pages(near: Near):
    page = near.http.get("/register", params={"bind": near.user})
    assert page.status_code == 200 and near.user in page.text
    for path in ("/register", "/workspace/claim", "/workspace/claim?ct=clm_none", "/register?bind=" + "x" * 300):
        answer = near.http.get(path)
        assert answer.status_code == 404, path
        assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.promise("CLAIM-TOKEN", "WEB-PAGES")
def test_a_claim(near: Near):
    made = near.post("/api/tasks/me/with-session/nemo_agent", {"task_name": "<b>Talk"}).json()["data"]
    claim = near.post("/api/auth/claim-token", {key: made[key] for key in ("task_id", "session_id")}).json()["data"]
    page = near.http.get("/workspace/claim", params={"ct": claim["claim_token"]})
    assert near.http.head("/workspace/claim", params={"ct": claim["claim_token"]}).status_code == 200
    assert page.status_code == 200, page.text
    assert "&lt;b&gt;Talk" in page.text
    bearer = {"Authorization": f"Bearer {claim['claim_token']}"}
    assert near.http.get("/api/sessions", headers=bearer).json()["code"] == 1001


@pytest.mark.promise("WEBHOOKS")
def test_webhooks(near: Near):
    assert near.post("/api/webhooks", {"url": "ftp://x"}).json()["code"] in (4220, 4004)
    assert near.post("/api/webhooks", {}).json()["code"] == 4220
    assert near.get("/api/webhooks").json()["data"] == {"webhooks": []}
    assert near.call("DELETE", "/api/webhooks/none").json()["code"] == 4040


@pytest.mark.promise("ADK-HEALTH", "ADK-VERSION")
def test_health_and_figures(near: Near):
    assert near.http.get("/health").json() == {"status": "ok"}
    assert near.http.get("/version").json()["language"] == "python"
    assert "wavereel_renders{" in near.http.get("/metrics").text


def test_a_folder_that_does_not_answer_is_no_health(near: Near, monkeypatch: pytest.MonkeyPatch):
    from wavereel.errors import OutputError

    def gone(_: object):
        raise OutputError("the disk is gone")

    monkeypatch.setattr("wavereel.server.health_routes.figures_of", gone)
    answer = near.http.get("/health")
    assert (answer.status_code, answer.json()["code"]) == (503, 5030)


@pytest.mark.promise("ANSWER-RATE-LIMIT")
def test_too_many_requests(tmp_path):
    from tests.service.backend.here import open_here

    from wavereel.server.application import build_server

    backend = open_here(tmp_path, requests_per_s=0.001, requests_burst=3)
    with near_test_client(build_server(backend, backend.core.settings)) as http:
        near = Near(backend, http)
        codes = [near.get("/api/credits/balance/simple") for _ in range(5)]
    backend.close()
    assert [answer.json()["code"] for answer in codes] == [0, 0, 0, 429, 429]
    assert int(codes[-1].headers["retry-after"]) > 0
