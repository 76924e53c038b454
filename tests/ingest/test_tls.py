"""Over TLS, the name that was asked for is what counts, although an address is what is connected to."""

import socket
import ssl
from pathlib import Path

import pytest
from tests.ingest.servers import Names, http, serving

from wavereel.errors import AddressError
from wavereel.ingest.fetch import Fetcher, FetchLimits
from wavereel.ingest.guard import Guard

PAIR = Path(__file__).with_name("talks.example.pem")
"""A key and a certificate for `talks.example`, which sign themselves and nothing else."""


@pytest.fixture
def server():
    asked: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PAIR)
    context.sni_callback = lambda connection, name, _: asked.append(name)

    def answer(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secured:
            head = secured.recv(4096)
            secured.sendall(http(head.split(b"\r\n")[1]))

    with serving(answer, reads=False) as opened:
        opened.asked = asked
        yield opened


def fetcher(tls: ssl.SSLContext | None) -> Fetcher:
    names = Names(talks_example=["127.0.0.1"], other_example=["127.0.0.1"])
    return Fetcher(Guard(["127.0.0.0/8"], names), FetchLimits(connect_s=20), tls)


def test_the_name_is_sent_and_checked(server):
    got = bytearray()
    url = f"https://talks.example:{server.port}/a.mp3"
    fetcher(ssl.create_default_context(cafile=str(PAIR))).fetch(url, got.extend)
    assert server.asked == ["talks.example"]
    assert got == f"Host: talks.example:{server.port}".encode()


@pytest.mark.parametrize("host", ["other.example", "127.0.0.1"])
def test_a_certificate_for_another_name_is_refused(server, host):
    with pytest.raises(AddressError, match="certificate"):
        fetcher(ssl.create_default_context(cafile=str(PAIR))).fetch(f"https://{host}:{server.port}/a.mp3", bytes)


def test_a_certificate_that_nobody_signed_is_refused(server):
    with pytest.raises(AddressError, match="certificate"):
        fetcher(None).fetch(f"https://talks.example:{server.port}/a.mp3", bytes)
