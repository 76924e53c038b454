"""Signs of life while something takes its time and says nothing itself."""

from __future__ import annotations

import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from wavereel.client.words import STILL_WORKING

if TYPE_CHECKING:
    from collections.abc import Generator

    from wavereel.client.bases import Waits
    from wavereel.client.terminal import Terminal

NOTICE_S = 120


@contextmanager
def notices(terminal: Terminal, waits: Waits) -> Generator[None]:
    """Says every two minutes that work goes on, until the block ends."""
    ended = threading.Event()

    def tell() -> None:
        while not ended.wait(waits.scaled(NOTICE_S)):
            with suppress(OSError):  # whoever read it has gone: the command notices itself
                terminal.note(STILL_WORKING)

    thread = threading.Thread(target=tell, daemon=True, name="wavereel-notices")
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
