"""Threads of the server: what waits in one lane holds up nothing in another."""

import asyncio

from wavereel.server.context import SLOW_THREADS, Context
from wavereel.server.metrics import Metrics


def test_bytes_do_not_wait_behind_work_that_waits_for_children():
    async def play() -> bytes:
        context = Context(None, None, Metrics())  # type: ignore[arg-type]
        for _ in range(SLOW_THREADS):
            context.slow.acquire_on_behalf_of_nowait(object())
        return await asyncio.wait_for(context.transfer(bytes, 3), 10)

    assert asyncio.run(play()) == b"\0\0\0"
