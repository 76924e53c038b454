"""Webhooks: who is told, how, how often, and whom nobody tells anything."""

import hashlib
import hmac
import json
import socket

import pytest
from tests.ingest.servers import http, serving
from tests.service.backend.here import anyone, open_here

from wavereel.errors import AddressError, NotFoundError, RateError, ScopeError, UnreadableError
from wavereel.service.backend import webhooks as module
from wavereel.service.backend.caller import Caller
from wavereel.store import webhooks


@pytest.fixture
def backend(tmp_path):
    opened = open_here(tmp_path, url_allow=("127.0.0.1/32",))
    yield opened
    opened.close()


@pytest.fixture
def caller(backend):
    return anyone(backend)


def announce(backend, caller, event: str = "render.completed") -> int:
    with backend.core.database.write() as tx:
        return webhooks.enqueue(
            tx, caller.user_id, event, {"id": "render_1", "status": "completed"}, backend.core.clock()
        )


@pytest.mark.promise("WEBHOOKS")
def test_a_message_is_signed_and_sent_once(backend, caller):
    bodies = []

    def answer(connection: socket.socket, head: bytes) -> None:
        head, _, body = head.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
        while len(body) < length:
            body += connection.recv(4096)
        bodies.append((head.decode(), body))
        connection.sendall(http(b"thanks"))

    with serving(answer) as server:
        made = backend.webhooks.register(caller, {"url": f"http://127.0.0.1:{server.port}/hook"})
        assert set(made) == {"id", "url", "events", "created_at", "secret"}
        assert announce(backend, caller) == 1
        assert backend.webhooks.next_due_ms() is not None
        assert backend.webhooks.deliver_due() == 1
        assert backend.webhooks.deliver_due() == 0
    ((head, body),) = bodies
    assert json.loads(body)["event"] == "render.completed"
    assert json.loads(body)["data"] == {"id": "render_1", "status": "completed"}
    sent = dict(line.split(": ", 1) for line in head.split("\r\n")[1:])
    assert sent["X-Wavereel-Delivery"] == json.loads(body)["id"]
    at_s, given = (part.partition("=")[2] for part in sent["X-Wavereel-Signature"].split(","))
    expected = hmac.new(made["secret"].encode(), f"{at_s}.".encode() + body, hashlib.sha256).hexdigest()
    assert given == expected
    assert backend.webhooks.next_due_ms() is None


@pytest.mark.promise("WEBHOOKS")
def test_webhooks_are_listed_without_secrets_and_ended(backend, caller):
    made = backend.webhooks.register(
        caller, {"url": "http://127.0.0.1:8000/", "events": ["render.failed"], "secret": "s" * 16}
    )
    assert made["secret"] == "s" * 16
    listed = backend.webhooks.listing(caller)["webhooks"]
    assert listed == [{key: made[key] for key in ("id", "url", "events", "created_at")}]
    assert announce(backend, caller) == 0
    assert announce(backend, caller, "render.failed") == 1
    assert backend.webhooks.delete(caller, made["id"]) == {"id": made["id"], "deleted": True}
    assert backend.webhooks.deliver_due() == 0
    assert backend.webhooks.listing(caller)["webhooks"] == []
    with pytest.raises(NotFoundError):
        backend.webhooks.delete(caller, made["id"])


def test_webhooks_of_others_are_as_if_they_were_not_there(backend, caller):
    made = backend.webhooks.register(caller, {"url": "http://127.0.0.1:8000/"})
    stranger = anyone(backend, "anon_fedcba9876543210")
    assert backend.webhooks.listing(stranger)["webhooks"] == []
    with pytest.raises(NotFoundError):
        backend.webhooks.delete(stranger, made["id"])
    assert announce(backend, stranger) == 0


def test_what_does_not_arrive_is_tried_again_and_given_up(backend, caller):
    with serving(http(b"", "500 Oh")) as server:
        backend.webhooks.register(caller, {"url": f"http://127.0.0.1:{server.port}/"})
        announce(backend, caller)
        waits = []
        while (due_ms := backend.webhooks.next_due_ms()) is not None:
            waits.append(due_ms - backend.core.clock.ms)
            backend.core.clock.ms = max(backend.core.clock.ms, due_ms)
            assert backend.webhooks.deliver_due() == 1
        assert len(server.requests) == len(module.WAITS_S) + 1
    assert [round(wait / 1000) for wait in waits[1:]] == list(module.WAITS_S)


def test_nothing_inside_is_told_anything(tmp_path):
    backend = open_here(tmp_path)
    caller = anyone(backend)
    for url in ("http://127.0.0.1:8000/", "http://169.254.169.254/", "file:///etc/passwd", "http://10.0.0.1/", "x"):
        with pytest.raises(AddressError):
            backend.webhooks.register(caller, {"url": url})
    backend.close()


def test_an_address_that_became_private_is_not_asked(backend, caller):
    with serving(http()) as server:
        backend.webhooks.register(caller, {"url": f"http://127.0.0.1:{server.port}/"})
        announce(backend, caller)
        strict = module.Webhooks(backend.core, module.Guard())
        assert strict.deliver_due() == 1
        assert server.requests == []


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"url": 7},
        {"url": ""},
        {"url": "http://127.0.0.1/", "events": []},
        {"url": "http://127.0.0.1/", "events": ["fly"]},
        {"url": "http://127.0.0.1/", "events": "render.failed"},
        {"url": "http://127.0.0.1/", "secret": "short"},
        {"url": "http://127.0.0.1/", "secret": "ü" * 20},
        {"url": "http://127.0.0.1/", "secret": 16},
    ],
)
def test_bodies_that_mean_nothing_are_unreadable(backend, caller, body):
    with pytest.raises(UnreadableError):
        backend.webhooks.register(caller, body)


def test_bounds_of_number_and_scope(backend, caller):
    for _ in range(module.MAX_WEBHOOKS):
        backend.webhooks.register(caller, {"url": "http://127.0.0.1:8000/"})
    with pytest.raises(RateError):
        backend.webhooks.register(caller, {"url": "http://127.0.0.1:8000/"})
    nobody = Caller(caller.user_id, "anonymous", frozenset({"upload"}))
    for ask in (
        lambda: backend.webhooks.register(nobody, {"url": "http://127.0.0.1/"}),
        lambda: backend.webhooks.listing(nobody),
        lambda: backend.webhooks.delete(nobody, "wh_1"),
    ):
        with pytest.raises(ScopeError):
            ask()
