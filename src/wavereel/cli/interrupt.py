"""Ctrl-C and a supervisor's request to stop, as an event that the work looks at."""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator
    from types import FrameType


@contextmanager
def stop_event() -> Generator[threading.Event]:
    """An event that the first SIGINT, SIGTERM or SIGHUP sets, so that the work ends tidily.

    A second signal raises `KeyboardInterrupt`, in case the work does not look; clean-up still runs.
    """
    event = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield event
        return

    def handle(number: int, frame: FrameType | None) -> None:
        del number, frame
        if event.is_set():
            raise KeyboardInterrupt
        event.set()

    names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)]
    before = {name: signal.signal(getattr(signal, name), handle) for name in names if _is_heeded(name)}
    try:
        yield event
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)


def _is_heeded(name: str) -> bool:
    """Whether the signal is not ignored on purpose, as `nohup` does with SIGHUP."""
    if name == "SIGHUP" and sys.platform == "win32":
        return False
    return signal.getsignal(getattr(signal, name)) is not signal.SIG_IGN
