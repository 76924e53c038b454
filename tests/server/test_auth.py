"""Who is let in, in each of the ways in which clients say who they are."""

import base64

import pytest
from tests.server.conftest import Near

from wavereel.server.auth import MAX_TOKEN_CHARS

BALANCE = "/api/credits/balance/simple"


def basic(name: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


@pytest.mark.promise("ANSWER-TOKEN-NEEDED", "ADK-AUTH")
def test_the_ways_in(near: Near):
    for headers in (
        {"Authorization": f"Bearer {near.token}"},
        {"Authorization": f"bearer  {near.token} "},
        {"Authorization": basic("x", near.token)},
        {"Authorization": basic("", near.token)},
        {"X-API-Key": near.token, "X-User-Id": near.user},
        {"X-API-Key": near.token, "X-User-Id": "me"},
    ):
        assert near.http.get(BALANCE, headers=headers).json()["code"] == 0, headers


@pytest.mark.promise("ANSWER-TOKEN-NEEDED")
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer nmv_usr_" + "A" * 43},
        {"Authorization": "Bearer " + "x" * (MAX_TOKEN_CHARS + 1)},
        {"Authorization": b"Bearer \xff\xfe"},
        {"Authorization": "Basic !!!"},
        {"Authorization": "Basic " + base64.b64encode(b"no colon").decode()},
        {"Authorization": "Basic " + base64.b64encode(b"\xff:\xff").decode()},
        {"Authorization": "Digest a"},
        {"X-API-Key": "nmv_usr_x", "X-User-Id": "me"},
    ],
)
def test_nobody_else(near: Near, headers):
    answer = near.http.get(BALANCE, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, 1001)
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_key_counts_only_with_its_own_user(near: Near):
    for headers in ({"X-API-Key": near.token}, {"X-API-Key": near.token, "X-User-Id": "anon_somebody"}):
        assert near.http.get(BALANCE, headers=headers).json()["code"] == 1001
    both = {"Authorization": "Bearer bad", "X-API-Key": near.token, "X-User-Id": near.user}
    assert near.http.get(BALANCE, headers=both).json()["code"] == 1001


@pytest.mark.promise("ANSWER-SCOPE-NEEDED", "ERROR-ORDER")
def test_the_scope_comes_before_the_body(near: Near):
    answer = near.post("/api/tokens", {"name": "x", "scopes": ["read"]})
    assert (answer.status_code, answer.json()["code"]) == (403, 1003)
    answer = near.call("POST", "/api/tokens", content=b"{")
    assert answer.json()["code"] == 1003


@pytest.mark.promise("USER-IN-PATH")
def test_the_user_of_a_path_with_a_bearer_token(near: Near):
    session = near.session()
    for user, code in (("me", 0), (near.user, 0), ("anon_other", 1002), ("ME", 1002)):
        assert near.get(f"/api/state/nemo_agent/{user}/{session}/latest").json()["code"] == code


@pytest.mark.promise("USER-ADK")
def test_any_user_of_a_path_with_basic(near: Near):
    session = near.session()
    headers = {"Authorization": basic("x", near.token)}
    path = f"/api/state/nemo_agent/whoever/{session}/latest"
    assert near.http.get(path, headers=headers).json()["code"] == 0
