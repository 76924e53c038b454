"""Requests that are odd below the level of their content."""

import asyncio

import pytest

from wavereel.server.bodies import BrokenBodyError
from wavereel.server.origins import Origins
from wavereel.server.upload_routes import gathered
from wavereel.settings import Settings


@pytest.mark.parametrize(
    "host", ["evil@localhost", "localhost/evil", "localhost#evil", "localhost?x", "localhost\\evil", "local host", ""]
)
def test_a_host_is_a_host(host):
    assert Origins(Settings()).refusal({"host": host})


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8080", "127.0.0.1:1", "[::1]:8080", "localhost."])
def test_our_hosts(host):
    assert not Origins(Settings()).refusal({"host": host})


def test_what_came_of_a_broken_body_is_handed_on():
    async def broken():
        yield b"ab"
        yield b"c"
        raise BrokenBodyError("The body is not whole")

    async def read() -> list[bytes]:
        chunks = gathered(broken())
        found = [await anext(chunks)]
        with pytest.raises(BrokenBodyError):
            await anext(chunks)
        return found

    assert asyncio.run(read()) == [b"abc"]
