"""A server on standard input and output: it lives as long as its client does, and leaves no process behind."""

from __future__ import annotations

import logging
import os
import signal
import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING

import anyio

from wavereel.app import build_app
from wavereel.errors import Cancelled, WavereelError
from wavereel.logs import start_logging, stop_logging
from wavereel.mcp.assembly import build
from wavereel.mcp.calls import Surface
from wavereel.worker.supervisor import Supervisor

if TYPE_CHECKING:
    from collections.abc import Callable

    from wavereel.service.backend.backend import Backend
    from wavereel.settings import Settings

_LOG = logging.getLogger(__name__)

SWEEP_S = 600.0


def serve(settings: Settings) -> None:
    """Serves until standard input ends or a signal comes; the processes that it started end with it.

    Raises:
        OutputError: The data folder cannot be written.
    """
    os.umask(0o077)
    folder = settings.data_folder
    with ExitStack() as stack:
        handler = start_logging(folder / "logs" / "mcp.log", settings.log_level)
        stack.callback(stop_logging, handler)
        logging.getLogger("mcp").addHandler(handler)
        stack.callback(logging.getLogger("mcp").removeHandler, handler)
        supervisor = Supervisor(settings, folder)
        backend = build_app(settings).backend(folder, notifier=supervisor)
        stack.callback(backend.close)
        supervisor.start()
        stack.callback(supervisor.close)
        over = threading.Event()
        stack.callback(over.set)
        threading.Thread(target=_chores, args=(backend, over), name="chores", daemon=True).start()
        _end_on_signals(stack.close)
        surface = Surface(backend, lambda _: backend.accounts.local_caller(), local=True)
        _LOG.info("serving %s", folder)
        anyio.run(build(surface).run_stdio_async)
        _LOG.info("standard input has ended")


def _end_on_signals(close: Callable[[], None]) -> None:
    """Ends the process in order when a signal asks for it.

    A thread reads standard input, and nothing can interrupt it: a process that waited for it would outlive the signal.
    So another thread closes what is open, and then leaves without waiting.
    """

    def end(number: int, _frame: object) -> None:
        _LOG.info("ended by signal %s", number)

        def leave() -> None:
            close()
            os._exit(Cancelled.exit_code)

        threading.Thread(target=leave, name="leave").start()

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), end)


def _chores(backend: Backend, over: threading.Event) -> None:
    """Takes up what an earlier process left undone, and removes what has had its time."""
    while not over.is_set():
        for chore in (backend.chat.take_up, backend.retention.sweep):
            try:
                chore()
            except WavereelError as error:
                _LOG.warning("a chore failed: %s", error)
            except Exception:  # noqa: BLE001 - the top of a job: the server goes on
                _LOG.exception("a fault in a chore")
        over.wait(SWEEP_S)
