"""Waiting for a run in an event loop, without a thread."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from wavereel.service.backend.chat_run import Run


@contextlib.asynccontextmanager
async def watching(run: Run) -> AsyncGenerator[asyncio.Event]:
    """An event that is set whenever a run may have something new to say."""
    loop = asyncio.get_running_loop()
    news = asyncio.Event()

    def wake() -> None:
        with contextlib.suppress(RuntimeError):  # the server has stopped, and nobody listens
            loop.call_soon_threadsafe(news.set)

    unsubscribe = run.subscribe(wake)
    try:
        yield news
    finally:
        unsubscribe()
