"""Who is let in, and what with."""

import base64
import json
import uuid
from email.message import Message
from http.client import HTTPConnection

import httpx2
import pytest
from tests.protocol.serving import Served, Wire, job_id, tiny_draft

TOKEN = "/api/auth/anonymous-token"


def asked(served: Served, method: str, path: str, **headers: bytes) -> tuple[int, dict, Message]:
    """An answer to headers as they stand: a usual client tidies them up."""
    connection = HTTPConnection("127.0.0.1", served.port, timeout=30)
    try:
        connection.putrequest(method, path)
        for name, value in ({"Content-Length": b"0"} | headers).items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read()), answer.headers
    finally:
        connection.close()


@pytest.mark.promise("TOKEN-CLIENT-ID-NEEDED", "TOKEN-CLIENT-ID-RULES")
@pytest.mark.parametrize("value", [None, "", "   ", "x" * 65, "caf\u00e9", "two words", "a\tb"])
def test_a_client_id_is_needed(served: Served, value: str | None):
    headers = {} if value is None else {"X_Client_Id": value.encode()}
    status, told, _ = asked(served, "POST", TOKEN, **headers)
    assert (status, told["code"], told["data"]) == (400, 400, None)
    assert "X-Client-Id" in told["message"]
    assert isinstance(told["detail"], str)


@pytest.mark.promise("TOKEN-CLIENT-ID-RULES")
@pytest.mark.parametrize("value", ["client-1764288000-4711-{}", "  {}  ", "{}" + "~" * 32])
def test_any_visible_word_is_a_client_id(served: Served, value: str):
    client_id = value.format(uuid.uuid4().hex)
    assert asked(served, "POST", TOKEN, x_cLIENT_iD=client_id.encode())[0] == 200
    assert asked(served, "POST", TOKEN, X_Client_Id=client_id.strip().encode())[0] == 429


@pytest.mark.promise("TOKEN-ONE-A-WINDOW")
def test_one_token_a_week(http: httpx2.Client):
    client_id = str(uuid.uuid4())
    first = http.post(TOKEN, headers={"X-Client-Id": client_id})
    again = http.post(TOKEN, headers={"X-Client-Id": client_id})
    told = again.json()
    assert (first.status_code, again.status_code, told["code"]) == (200, 429, 429)
    wait = int(again.headers["Retry-After"])
    assert 604_800 - 60 <= wait <= 604_800
    assert told["data"]["retry_after"] == wait
    assert isinstance(told["detail"], str)


@pytest.mark.promise("TOKEN-HASHED", "TOKEN-SECRET-CLIENT-ID")
def test_neither_tokens_nor_client_ids_are_kept(served: Served, http: httpx2.Client):
    client_id = str(uuid.uuid4())
    token = http.post(TOKEN, headers={"X-Client-Id": client_id}).json()["data"]["token"]
    Wire(http, token).session()
    kept = [path for path in served.data.rglob("*") if path.is_file()] + [served.log]
    for path in kept:
        content = path.read_bytes()
        assert token.encode() not in content, path
        assert client_id.encode() not in content, path


@pytest.mark.promise("ANSWER-TOKEN-NEEDED")
@pytest.mark.parametrize(
    "header", [None, "Bearer ", "Bearer nmv_usr_no", "Token x", "Bearer \u00e4", "Bearer a b", "Basic !"]
)
@pytest.mark.parametrize("path", ["/api/credits/balance/simple", "/api/state/nemo_agent/me/1/latest"])
def test_without_a_token(served: Served, header: str | None, path: str):
    headers = {} if header is None else {"Authorization": header.encode()}
    status, told, sent = asked(served, "GET", path, **headers)
    assert (status, told["code"], told["data"]) == (401, 1001, None)
    assert sent["WWW-Authenticate"].startswith("Bearer")
    assert isinstance(told["detail"], str)


@pytest.mark.promise("ANSWER-SCOPE-NEEDED", "TOKEN-NAMED", "TOKEN-NAMED-GRANTS", "TOKEN-NAMED-ONCE", "TOKEN-REVOKED")
def test_named_tokens(served: Served, http: httpx2.Client, wire: Wire, star: Wire):
    refused = wire.post("/api/tokens", {"name": "n", "scopes": ["read"]})
    assert (refused.status_code, refused.json()["code"]) == (403, 1003)

    made = star.post("/api/tokens", {"name": "reader", "scopes": ["read"], "expires_in_days": 1}).json()["data"]
    assert {"id", "name", "token", "scopes", "created_at", "expires_at"} <= made.keys()
    assert (made["name"], made["scopes"]) == ("reader", ["read"])
    assert 86_300_000 < made["expires_at"] - made["created_at"] <= 86_400_000

    reader = Wire(http, made["token"])
    assert reader.get("/api/credits/balance/simple").status_code == 200
    denied = reader.post("/api/tasks/me/with-session/nemo_agent", {})
    assert (denied.status_code, denied.json()["code"]) == (403, 1003)

    listed = star.get("/api/tokens").json()["data"]["tokens"]
    assert made["id"] in [entry["id"] for entry in listed]
    assert all("token" not in entry for entry in listed)

    revoked = star.post(f"/api/tokens/{made['id']}/revoke").json()["data"]
    assert revoked == {"id": made["id"], "revoked": True}
    assert reader.get("/api/credits/balance/simple").json()["code"] == 1001
    for unknown in ("nothing", "../x", "0"):
        answer = star.post(f"/api/tokens/{unknown.replace('/', '%2F')}/revoke")
        assert (answer.status_code, answer.json()["code"]) == (404, 4040)


@pytest.fixture(scope="module")
def star(served: Served, http: httpx2.Client) -> Wire:
    """A user whose token may do everything."""
    done = served.command("token", "create", "--scopes", "*", "--name", "operator")
    assert done.returncode == 0, done.stderr
    return Wire(http, done.stdout.strip())


SCOPED = [
    ("read", "GET", "/api/credits/balance/simple"),
    ("read", "GET", "/api/state/nemo_agent/me/{session}/latest"),
    ("read", "GET", "/api/sessions/{session}/draft"),
    ("read", "GET", "/api/sessions/{session}/revisions"),
    ("read", "GET", "/api/preview/nemo_agent/me/{session}?at_ms=0"),
    ("read", "GET", "/api/render/proxy/lambda/{job}"),
    ("read", "GET", "/api/render/proxy/{job}"),
    ("read", "GET", "/api/render/proxy/{job}/download"),
    ("read", "POST", "/api/auth/claim-token"),
    ("read", "GET", "/apps/nemo_agent/users/me/sessions"),
    ("read", "GET", "/apps/nemo_agent/users/me/sessions/{session}"),
    ("write", "POST", "/api/tasks/me/with-session/nemo_agent"),
    ("write", "POST", "/run_sse"),
    ("write", "POST", "/run"),
    ("write", "PUT", "/api/sessions/{session}/draft"),
    ("write", "POST", "/api/render/proxy/lambda/{job}/cancel"),
    ("write", "POST", "/apps/nemo_agent/users/me/sessions"),
    ("write", "PATCH", "/apps/nemo_agent/users/me/sessions/{session}"),
    ("write", "DELETE", "/apps/nemo_agent/users/me/sessions/none"),
    ("upload", "POST", "/api/upload-video/nemo_agent/me/{session}"),
    ("upload", "POST", "/api/uploads"),
    ("*", "GET", "/api/tokens"),
    ("*", "POST", "/api/tokens"),
    ("*", "POST", "/api/tokens/none/revoke"),
]
SCOPES = ("read", "write", "upload", "render")


@pytest.fixture(scope="module")
def scoped(http: httpx2.Client, star: Wire) -> dict[str, Wire]:
    """Tokens of one user: one for each scope alone, and one for all scopes but that."""
    wanted = {scope: [scope] for scope in SCOPES}
    wanted |= {f"not {scope}": [one for one in SCOPES if one != scope] for scope in (*SCOPES, "*")}
    made = {}
    for name, scopes in wanted.items():
        told = star.post("/api/tokens", {"name": name, "scopes": scopes}).json()
        made[name] = Wire(http, told["data"]["token"], headers={})
    return made | {"*": Wire(http, star.token, headers={})}


@pytest.fixture(scope="module")
def facts(star: Wire) -> dict[str, str]:
    session, job = star.session(), job_id()
    star.submit(session, tiny_draft(), job=job)
    star.ended(job)
    return {"session": session, "job": job}


@pytest.mark.promise("ANSWER-SCOPE-NEEDED", "RENDER-READ-SCOPE")
@pytest.mark.parametrize(("scope", "method", "path"), SCOPED)
def test_each_path_wants_its_scope(scoped: dict[str, Wire], facts: dict[str, str], scope: str, method: str, path: str):
    body = {"json": {}} if method in ("POST", "PUT", "PATCH") else {}
    denied = scoped[f"not {scope}"].call(method, path.format(**facts), **body)
    assert denied.status_code == 403, denied.text
    if path.startswith("/api"):
        assert denied.json()["code"] == 1003
    allowed = scoped[scope].call(method, path.format(**facts), **body)
    assert allowed.status_code != 403, allowed.text


@pytest.mark.promise("RENDER-SCOPE", "RENDER-PLAN")
def test_who_may_export(scoped: dict[str, Wire]):
    """The scope, or the headers; without either it is the plan, not the scope, that is told."""
    session = scoped["*"].session()
    assert scoped["render"].submit(session, tiny_draft()).json()["code"] == 0
    assert scoped["*"].submit(session, tiny_draft()).json()["code"] == 0
    bare = scoped["not render"]
    assert bare.submit(session, tiny_draft()).json()["code"] == 402
    attributed = Wire(bare.http, bare.token)
    assert attributed.submit(session, tiny_draft()).json()["code"] == 0


@pytest.mark.promise("TOKEN-STAR-COMMAND", "TOKEN-COMMAND")
def test_the_command_prints_the_token_alone(served: Served, http: httpx2.Client):
    done = served.command("token", "create", "--scopes", "read,write,upload,render", "--days", "2")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("nmv_usr_")
    assert done.stdout.count("\n") == 1
    wire = Wire(http, done.stdout.strip(), headers={})
    answer = wire.submit(wire.session(), tiny_draft())
    assert answer.status_code == 200, answer.text


@pytest.mark.promise("TOKEN-NAMED-GRANTS")
def test_a_token_cannot_grant_more_than_it_has(served: Served, http: httpx2.Client, star: Wire):
    for scopes in (["root"], [], "read", [1]):
        answer = star.post("/api/tokens", {"name": "n", "scopes": scopes})
        assert answer.status_code == 422, answer.text
        assert answer.json()["code"] == 4220


@pytest.mark.promise("ACCOUNT-BIND", "ACCOUNT-REGISTER-PAGE", "ACCOUNT-CREDITS-COMMAND")
def test_an_anonymous_user_gets_a_name(served: Served, http: httpx2.Client, wire: Wire):
    session = wire.session(task_name="kept")
    page = http.get("/register", params={"bind": wire.user})
    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")
    assert "token create" in page.text
    assert wire.user in page.text
    done = served.command("token", "create", "--bind", wire.user, "--scopes", "*")
    assert done.returncode == 0, done.stderr
    named = Wire(http, done.stdout.strip())
    assert named.state(session)["task_name"] == "kept"
    user = named.state(session)["user_id"]
    added = served.command("credits", "add", user, "7")
    assert added.returncode == 0, added.stderr
    assert named.get("/api/credits/balance/simple").json()["data"]["available"] == 107
    assert "107" in served.command("credits", "show", user).stdout


@pytest.mark.promise("USER-IN-PATH")
def test_users_in_paths(wire: Wire, other: Wire):
    session = wire.session()
    path = "/api/state/nemo_agent/{}/{}/latest"
    assert wire.get(path.format("me", session)).status_code == 200
    assert wire.get(path.format(wire.user, session)).status_code == 200
    for user in (other.user, "anon_0000000000000000", "local", "Me"):
        answer = wire.get(path.format(user, session))
        assert (answer.status_code, answer.json()["code"]) == (404, 1002)
        made = wire.post(f"/api/tasks/{user}/with-session/nemo_agent", {})
        assert (made.status_code, made.json()["code"]) == (404, 1002)


@pytest.mark.promise("USER-ADK", "ADK-AUTH")
def test_with_basic_any_user_is_the_tokens(http: httpx2.Client, wire: Wire):
    """The stock client of ADK can send nothing but a name and a password, and puts any user into its paths."""
    session = wire.session()
    for password, status in ((wire.token, 200), ("nmv_usr_no", 401)):
        secret = base64.b64encode(f"x:{password}".encode()).decode()
        for user in ("me", "somebody", wire.user):
            path = f"/apps/nemo_agent/users/{user}/sessions/{session}"
            answer = http.get(path, headers={"Authorization": f"Basic {secret}"})
            assert answer.status_code == status, answer.text


@pytest.mark.promise("ERROR-ORDER")
def test_the_order_of_faults(http: httpx2.Client, wire: Wire, other: Wire):
    """One request that is wrong in every way, put right step by step."""
    foreign = other.session()
    own = wire.session()
    path = "/api/render/proxy/lambda"
    taken = job_id()
    assert wire.submit(own, tiny_draft(), job=taken).status_code == 200
    plain = Wire(http, wire.token, headers={})

    def code(caller: Wire, **options: object) -> int:
        return caller.post(path, **options).json()["code"]

    assert code(Wire(http, "nmv_usr_bad", headers={}), content=b"{") == 1001
    assert code(plain, content=b"{") == 402
    assert code(wire, content=b"{") == 4220
    bad = {"id": taken, "sessionId": foreign, "draft": {"t": 1}}
    assert code(wire, body=bad) == 1002
    empty = {"id": taken, "sessionId": foreign, "draft": {"t": []}}
    assert code(wire, body=empty) == 1002
    assert code(wire, body=empty | {"sessionId": own}) == 4003
    assert code(wire, body=empty | {"sessionId": own, "draft": tiny_draft("else")}) == 4090
