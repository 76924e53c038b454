"""Tokens: who gets one, what it allows, and when it is over."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.service.backend.here import open_here

from wavereel.errors import (
    ClientIdError,
    NotFoundError,
    NotLetInError,
    RateError,
    ScopeError,
    SessionNotFoundError,
    UnreadableError,
    UsageError,
)
from wavereel.service.backend.caller import SCOPES, Attribution, Caller
from wavereel.store import tokens, users

DAY_MS = 86_400_000
WINDOW_S = 604_800
CLIENT = "6f0c1a52-5f1f-4c1e-9d3c-0b1f6d1c9a11"
OUTSIDE = "93.184.216.34"


@pytest.fixture
def backend(tmp_path):
    opened = open_here(tmp_path)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """For refusals, which leave nothing behind."""
    opened = open_here(tmp_path_factory.mktemp("shared"))
    yield opened
    opened.close()


def star(backend, **options) -> Caller:
    return backend.accounts.caller(backend.accounts.operator_token(["*"], **options))


@pytest.mark.promise("TOKEN-ANONYMOUS")
def test_a_client_gets_a_user_a_token_and_credits(backend):
    backend.core.clock.ms = 1_795_230_252_000
    data = backend.accounts.anonymous_token(f"  {CLIENT} ", "127.0.0.1")
    assert data["token"].startswith("nmv_usr_")
    assert len(data["token"]) == len("nmv_usr_") + 43
    assert data["user_id"].startswith("anon_")
    assert len(data["user_id"]) == 21
    assert data["credits"] == 100
    assert data["expires_at"] == "2026-11-28T03:04:12Z"
    assert data["scopes"] == ["read", "write", "upload"]
    caller = backend.accounts.caller(data["token"], Attribution("a", "1", "unknown"))
    assert (caller.user_id, caller.kind, caller.any_user) == (data["user_id"], "anonymous", False)
    assert caller.attribution.complete


@pytest.mark.promise("TOKEN-CLIENT-ID-NEEDED", "TOKEN-CLIENT-ID-RULES")
@pytest.mark.parametrize("client", [None, "", "   ", "\t"])
def test_without_a_client_id_there_is_none(shared, client):
    with pytest.raises(ClientIdError, match="X-Client-Id header is required"):
        shared.accounts.anonymous_token(client, "127.0.0.1")


@pytest.mark.promise("TOKEN-CLIENT-ID-RULES")
@pytest.mark.parametrize("client", ["x" * 65, "a b", "ü", "a\x00b", "a\x7f", "\N{ZERO WIDTH SPACE}"])
def test_other_client_ids_are_refused(shared, client):
    with pytest.raises(ClientIdError):
        shared.accounts.anonymous_token(client, "127.0.0.1")


@pytest.mark.promise("TOKEN-CLIENT-ID-RULES")
def test_a_client_id_need_not_be_a_uuid(backend):
    for client in ("x", "client-1795230252-31337", "!" * 64, "~"):
        assert backend.accounts.anonymous_token(client, "127.0.0.1")["token"]


@pytest.mark.promise("TOKEN-ONE-A-WINDOW", "TOKEN-WINDOW-START")
def test_a_client_gets_one_token_a_window(backend):
    first = backend.accounts.anonymous_token(CLIENT, "127.0.0.1")
    backend.core.clock.ms += 300_000
    with pytest.raises(RateError) as refused:
        backend.accounts.anonymous_token(CLIENT, "127.0.0.1")
    assert refused.value.message == "One anonymous token per client every 7 days"
    assert WINDOW_S - 301 <= refused.value.retry_after_s <= WINDOW_S - 299
    assert refused.value.data == {"retry_after": refused.value.retry_after_s}
    backend.core.clock.ms += refused.value.retry_after_s * 1000
    second = backend.accounts.anonymous_token(CLIENT, "127.0.0.1")
    assert second["user_id"] == first["user_id"]
    assert second["token"] != first["token"]


@pytest.mark.promise("TOKEN-ONE-A-WINDOW")
def test_two_requests_at_once_make_one_token(backend):
    def ask(_):
        try:
            return backend.accounts.anonymous_token(CLIENT, "127.0.0.1")["user_id"]
        except RateError:
            return None

    with ThreadPoolExecutor(8) as pool:
        got = [user for user in pool.map(ask, range(16)) if user]
    assert len(got) == 1


@pytest.mark.promise("TOKEN-WINDOW-START")
def test_revoking_a_token_frees_the_window(backend):
    data = backend.accounts.anonymous_token(CLIENT, "127.0.0.1")
    with backend.core.database.write() as tx:
        token = tokens.find(tx, data["token"], backend.core.clock())
        assert tokens.revoke(tx, data["user_id"], token.id, backend.core.clock())
    with pytest.raises(NotLetInError):
        backend.accounts.caller(data["token"])
    assert backend.accounts.anonymous_token(CLIENT, "127.0.0.1")["user_id"] == data["user_id"]


def test_a_token_that_lives_shorter_than_the_window_frees_it_at_its_end(tmp_path):
    backend = open_here(tmp_path, token_ttl_s=60)
    first = backend.accounts.anonymous_token(CLIENT, "127.0.0.1")
    with pytest.raises(RateError) as refused:
        backend.accounts.anonymous_token(CLIENT, "127.0.0.1")
    assert refused.value.retry_after_s <= 60
    backend.core.clock.ms += 60_000
    with pytest.raises(NotLetInError):
        backend.accounts.caller(first["token"])
    assert backend.accounts.anonymous_token(CLIENT, "127.0.0.1")["user_id"] == first["user_id"]
    backend.close()


def test_reissue_gives_the_same_user_a_new_token_and_ends_the_old_one(tmp_path):
    backend = open_here(tmp_path, token_reissue="same", tokens_per_address=1)
    first = backend.accounts.anonymous_token(CLIENT, OUTSIDE)
    second = backend.accounts.anonymous_token(CLIENT, OUTSIDE)
    assert second["user_id"] == first["user_id"]
    assert backend.accounts.caller(second["token"]).user_id == first["user_id"]
    with pytest.raises(NotLetInError):
        backend.accounts.caller(first["token"])
    backend.close()


@pytest.mark.promise("TOKEN-PER-ADDRESS")
def test_an_address_gets_a_number_of_tokens(tmp_path):
    backend = open_here(tmp_path, tokens_per_address=3)
    for number in range(3):
        backend.accounts.anonymous_token(f"client-{number}", OUTSIDE)
    with pytest.raises(RateError, match="per address") as refused:
        backend.accounts.anonymous_token("client-3", OUTSIDE)
    assert WINDOW_S - 2 <= refused.value.retry_after_s <= WINDOW_S
    with pytest.raises(RateError):
        backend.accounts.anonymous_token("client-3", f"::ffff:{OUTSIDE}")
    backend.accounts.anonymous_token("client-3", "93.184.216.35")
    backend.core.clock.ms += WINDOW_S * 1000
    backend.accounts.anonymous_token("client-4", OUTSIDE)
    backend.close()


@pytest.mark.promise("TOKEN-PER-ADDRESS")
def test_loopback_is_exempt_unless_it_is_a_proxy(tmp_path):
    direct = open_here(tmp_path / "a", tokens_per_address=1)
    proxied = open_here(tmp_path / "b", tokens_per_address=1, trusted_proxies=("127.0.0.0/8",))
    for address in ("127.0.0.1", "::1", "::ffff:127.0.0.1"):
        for number in range(3):
            direct.accounts.anonymous_token(f"{address} {number}".replace(" ", "-"), address)
    proxied.accounts.anonymous_token("one", "127.0.0.1")
    with pytest.raises(RateError):
        proxied.accounts.anonymous_token("two", "127.0.0.1")
    direct.close()
    proxied.close()


def test_ipv6_addresses_count_by_their_network(tmp_path):
    backend = open_here(tmp_path, tokens_per_address=1)
    backend.accounts.anonymous_token("one", "2606:4700:1:2::1")
    with pytest.raises(RateError):
        backend.accounts.anonymous_token("two", "2606:4700:1:2:ffff::9")
    backend.accounts.anonymous_token("two", "2606:4700:1:3::1")
    backend.close()


@pytest.mark.promise("TOKEN-HASHED", "TOKEN-SECRET-CLIENT-ID")
def test_neither_tokens_nor_client_ids_are_on_the_disk(tmp_path, caplog):
    caplog.set_level("DEBUG")
    backend = open_here(tmp_path)
    secrets = [
        backend.accounts.anonymous_token(CLIENT, "127.0.0.1")["token"],
        star_secret := backend.accounts.operator_token(["*"]),
    ]
    caller = backend.accounts.caller(star_secret)
    secrets.append(backend.accounts.create_token(caller, "mine", ["read"])["token"])
    backend.close()
    with sqlite3.connect(tmp_path / "wavereel.db") as database:
        dump = "\n".join(database.iterdump())
    database.close()
    for secret in (*secrets, CLIENT):
        assert secret not in dump
        assert secret not in caplog.text
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert not any(secret.encode() in path.read_bytes() for secret in (*secrets, CLIENT)), path


@pytest.mark.parametrize("secret", ["", "x", "nmv_usr_", "nmv_usr_" + "A" * 43, "nmv_usr_" + "A" * 5000, "ü", "\x00"])
def test_other_secrets_are_not_let_in(shared, secret):
    with pytest.raises(NotLetInError):
        shared.accounts.caller(secret)


@pytest.mark.promise("TOKEN-NAMED", "TOKEN-NAMED-ONCE", "TOKEN-REVOKED")
def test_named_tokens_are_made_listed_and_ended(backend):
    caller = star(backend)
    made = backend.accounts.create_token(caller, " My\nlaptop ", ["read", "render", "read"], 30)
    assert set(made) == {"id", "name", "token", "scopes", "created_at", "expires_at"}
    assert made["name"] == "My laptop"
    assert made["scopes"] == ["read", "render"]
    assert made["expires_at"] - made["created_at"] == 30 * DAY_MS
    listed = backend.accounts.tokens(caller)["tokens"]
    assert [token["id"] for token in listed][-1] == made["id"]
    assert all("token" not in token and made["token"] not in token.values() for token in listed)
    mine = backend.accounts.caller(made["token"])
    assert (mine.user_id, mine.scopes) == (caller.user_id, {"read", "render"})
    assert backend.accounts.revoke(caller, made["id"]) == {"id": made["id"], "revoked": True}
    with pytest.raises(NotLetInError):
        backend.accounts.caller(made["token"])
    assert made["id"] not in {token["id"] for token in backend.accounts.tokens(caller)["tokens"]}
    with pytest.raises(NotFoundError):
        backend.accounts.revoke(caller, "tok_nothing")


def test_a_named_token_may_last_for_ever_or_end(backend):
    caller = star(backend)
    assert backend.accounts.create_token(caller, None, ["read"])["expires_at"] is None
    short = backend.accounts.create_token(caller, "short", ["read"], 0.5)
    backend.core.clock.ms += DAY_MS // 2
    with pytest.raises(NotLetInError):
        backend.accounts.caller(short["token"])


def test_tokens_of_others_cannot_be_ended(backend):
    one, other = star(backend, name="one"), star(backend, name="other")
    made = backend.accounts.create_token(one, "x", ["read"])
    with pytest.raises(NotFoundError):
        backend.accounts.revoke(other, made["id"])
    assert backend.accounts.caller(made["token"]).user_id == one.user_id


@pytest.mark.promise("TOKEN-NAMED-GRANTS")
def test_a_token_grants_only_what_it_has(backend):
    caller = star(backend)
    assert backend.accounts.create_token(caller, "all", list(SCOPES))["scopes"] == list(SCOPES)
    weak = Caller(caller.user_id, "named", frozenset({"read", "write", "upload", "render"}))
    for ask in (
        lambda: backend.accounts.create_token(weak, "x", ["read"]),
        lambda: backend.accounts.tokens(weak),
        lambda: backend.accounts.revoke(weak, "x"),
    ):
        with pytest.raises(ScopeError) as refused:
            ask()
        assert refused.value.wire_code == 1003


@pytest.mark.parametrize("scopes", [None, [], "read", ["nothing"], ["read", 1], ["read"] * 21, {"read": 1}, [["read"]]])
def test_scopes_that_do_not_exist_are_unreadable(shared, scopes):
    with pytest.raises(UnreadableError):
        shared.accounts.create_token(star(shared), "x", scopes)


@pytest.mark.parametrize("days", [0, -1, "7", True, 1e9, float("nan"), float("inf"), [7]])
def test_days_that_mean_nothing_are_unreadable(shared, days):
    with pytest.raises(UnreadableError):
        shared.accounts.create_token(star(shared), "x", ["read"], days)


def test_a_name_is_a_text(shared):
    with pytest.raises(UnreadableError):
        shared.accounts.create_token(star(shared), 7, ["read"])


def test_the_owner_s_tokens_belong_to_a_named_user(backend):
    one = star(backend, name="ann", days=2)
    assert (one.kind, star(backend, name="ann").user_id) == ("named", one.user_id)
    assert star(backend).user_id != one.user_id
    with backend.core.database.read() as tx:
        assert users.get(tx, one.user_id).name == "ann"
    for wrong in (
        {"scopes": ["fly"]},
        {"scopes": []},
        {"scopes": ["read"], "days": -1},
        {"scopes": ["*"], "bind": "anon_0"},
    ):
        with pytest.raises(UsageError):
            backend.accounts.operator_token(**wrong)


def test_binding_keeps_everything(backend):
    data = backend.accounts.anonymous_token(CLIENT, "127.0.0.1")
    anonymous = backend.accounts.caller(data["token"])
    session = backend.sessions.create(anonymous)
    bound = star(backend, name="ann", bind=data["user_id"])
    assert (bound.user_id, bound.kind) == (data["user_id"], "named")
    assert backend.sessions.state(bound, session["session_id"])["user_id"] == data["user_id"]
    assert backend.accounts.caller(data["token"]).kind == "named"
    assert star(backend, name="ann", bind=data["user_id"]).user_id == data["user_id"]


def test_the_local_user_needs_nothing(backend):
    caller = backend.accounts.local_caller()
    assert (caller.user_id, caller.kind, caller.any_user) == ("local", "local", True)
    caller.need("render")
    assert backend.sessions.create(caller)["user_id"] == "local"


def test_a_token_that_asks_too_often_waits(tmp_path):
    backend = open_here(tmp_path, requests_per_s=0.5, requests_burst=3)
    secret = backend.accounts.operator_token(["*"])
    for _ in range(3):
        backend.accounts.caller(secret)
    with pytest.raises(RateError) as refused:
        backend.accounts.caller(secret)
    assert 1 <= refused.value.retry_after_s <= 2
    backend.accounts.caller(backend.accounts.operator_token(["*"]))
    backend.close()


def test_a_scope_that_is_missing_is_told():
    caller = Caller("anon_1", "anonymous", frozenset({"read"}))
    caller.need("read")
    with pytest.raises(ScopeError) as refused:
        caller.need("render")
    assert refused.value.data == {"required": "render", "scopes": ["read"]}
    assert Attribution("a", " ", "").missing == ["X-Skill-Version", "X-Skill-Platform"]


def test_paths_name_the_caller_or_nobody(shared):
    caller = Caller("anon_1", "anonymous", frozenset({"read"}))
    shared.accounts.check_user(caller, "me", "1")
    shared.accounts.check_user(caller, "anon_1", "1")
    with pytest.raises(SessionNotFoundError) as refused:
        shared.accounts.check_user(caller, "anon_2", "1")
    assert refused.value.message == "Session not found: 1"
    shared.accounts.check_user(Caller("anon_1", "anonymous", frozenset(), any_user=True), "anybody", "1")
    shared.accounts.check_app("nemo_agent")
    with pytest.raises(NotFoundError):
        shared.accounts.check_app("other")


def test_the_page_for_registering_tells_nothing_of_who_exists(backend):
    data = backend.accounts.anonymous_token(CLIENT, "127.0.0.1")
    for user in (data["user_id"], "anon_0000000000000000"):
        assert backend.accounts.registration(user)["command"].startswith(f"wavereel token create --bind {user} ")
    for user in ("", "x; rm -rf /", "<b>", "a" * 41, "ü", "__"):
        with pytest.raises(NotFoundError):
            backend.accounts.registration(user)
