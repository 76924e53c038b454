"""Which Hosts and Origins are ours, and whose address counts."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import HTTPConnection

from wavereel.server.origins import Origins, address_of, is_loopback
from wavereel.settings import Settings


def origins(**settings: Any) -> Origins:
    return Origins(replace(Settings(Path("/cache")), **settings))


@pytest.mark.promise("HOST-GUARD", "ERROR-FOREIGN")
@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("localhost:8080", True),
        ("127.0.0.1", True),
        ("[::1]:8080", True),
        ("LOCALHOST", True),
        ("localhost.", True),
        ("evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("localhost@evil.example", False),
        ("", False),
        ("[::1", False),
        ("a.video.example", False),
    ],
)
def test_hosts_of_a_loopback_server(host: str, ours: bool):
    assert (origins().refusal({"host": host}) == "") is ours


def test_hosts_that_the_settings_allow():
    rules = origins(allowed_hosts=("video.example", "*.pods.example"), public_url="https://cast.example")
    for host in ("video.example", "a.pods.example", "cast.example", "localhost"):
        assert not rules.refusal({"host": host})
    for host in ("pods.example", "xvideo.example", "example"):
        assert rules.refusal({"host": host})
    assert not origins(allowed_hosts=("*",)).refusal({"host": "anything"})


def test_a_server_for_others_takes_any_host_until_it_is_told_which():
    assert not origins(host="0.0.0.0").refusal({"host": "whatever.example"})
    assert origins(host="0.0.0.0", allowed_hosts=("a.example",)).refusal({"host": "whatever.example"})


@pytest.mark.promise("ERROR-FOREIGN", "ADK-ORIGIN")
@pytest.mark.parametrize(
    ("origin", "ours"),
    [
        ("http://127.0.0.1:8080", True),
        ("https://127.0.0.1:8080", True),
        ("https://app.example", True),
        ("https://cast.example", True),
        ("http://127.0.0.1:3000", False),
        ("http://127.0.0.1:8080.evil.example", False),
        ("null", False),
        ("https://evil.example", False),
        ("http://app.example", False),
    ],
)
def test_origins_of_pages(origin: str, ours: bool):
    rules = origins(allowed_origins=("https://app.example",), public_url="https://cast.example")
    assert (rules.refusal({"host": "127.0.0.1:8080", "origin": origin}) == "") is ours
    assert rules.cross_origin({"origin": origin}) == (origin if origin == "https://app.example" else "")


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("127.8.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("x", False)],
)
def test_loopback_addresses(host: str, loopback: bool):
    assert is_loopback(host) is loopback


def connection(peer: str, *forwarded: str) -> HTTPConnection:
    headers = [(b"x-forwarded-for", text.encode()) for text in forwarded]
    return HTTPConnection({"type": "http", "client": (peer, 1), "headers": headers})


@pytest.mark.promise("TOKEN-PER-ADDRESS")
@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
        ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["6.6.6.6, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["6.6.6.6", "198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", ["[2001:db8::1]"], "2001:db8::1"),
        ("::ffff:10.0.0.1", ["::ffff:198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["nonsense"], "10.0.0.1"),
        ("10.0.0.1", [], "10.0.0.1"),
    ],
)
def test_a_forwarded_address_counts_only_behind_a_proxy_that_is_trusted(peer: str, forwarded: list[str], address: str):
    assert address_of(connection(peer, *forwarded), ("10.0.0.0/8",)) == address
    assert address_of(connection(peer, *forwarded), ()) == peer
