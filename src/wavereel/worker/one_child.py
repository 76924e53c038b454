"""One task child as its parent sees it."""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from wavereel.errors import Cancelled, InputError, LimitError, WavereelError
from wavereel.worker.faults import raised
from wavereel.worker.framing import read_message, write_message
from wavereel.worker.limits import clean_environment

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wavereel.worker.limits import Limits

LOG = logging.getLogger(__name__)

WARM_S = 60.0
"""A child that is not ready after this is broken."""

CANCEL_GRACE_S = 3.0
"""How long a cancelled task may take to stop before its process is killed."""

_LOOK_EVERY_S = 0.05
_MADE_IT_CRASH = {"SIGSEGV", "SIGBUS", "SIGABRT", "SIGFPE", "SIGILL"}


class KilledError(LimitError):
    """Somebody else killed the child: as a rule the system, which had no memory left."""


class UnstartedError(WavereelError):
    """The child was gone before it had its task."""


class OneChild:
    """A process, the thread that reads what it says, and what it is to be told.

    Args:
        limits: What it may use.
        hello: The first message; see `wavereel.worker.child`.
        folder: Where it works.
        log: Takes its standard error; thrown away where it is `None`.
    """

    def __init__(self, limits: Limits, hello: dict[str, Any], folder: Path, log: Path | None) -> None:
        self.limits = limits
        self.done = 0
        self.peak_bytes = 0
        self._said: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._is_ready = False
        self._is_amid = False
        self._overran = False
        environ = clean_environment(os.environ) | {"TMPDIR": str(folder)}
        with contextlib.ExitStack() as stack:
            errors = stack.enter_context(log.open("ab")) if log else subprocess.DEVNULL
            # A group of its own: Ctrl-C in a terminal is for the parent, which ends its children in good order.
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "wavereel.worker.child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                cwd=folder,
                env=environ,
                start_new_session=True,
            )
        threading.Thread(target=self._listen, name=f"child-{self._process.pid}", daemon=True).start()
        with contextlib.suppress(OSError):  # where it is dead already, the first task finds out
            write_message(self._stdin, hello)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    @property
    def is_ready(self) -> bool:
        """Whether it is warm, as far as is known without waiting."""
        return self._is_ready or not self._said.empty()

    @property
    def is_worn(self) -> bool:
        """Whether it is to be replaced now."""
        return not self.is_alive or self.done >= self.limits.tasks or self.peak_bytes > self.limits.grown_bytes

    @property
    def is_unsure(self) -> bool:
        """Whether a task was begun and its end never heard: what it says next would be no answer to the next task."""
        return self._is_amid

    def do(
        self,
        task: dict[str, Any],
        *,
        timeout_s: float,
        on_progress: Callable[[float, str], None] | None,
        cancelled: threading.Event | None,
    ) -> dict[str, Any]:
        """Runs one task; see `Children.call` for what it raises."""
        self._await_ready()
        self._overran = False
        watch = threading.Timer(timeout_s, self._overrun)
        watch.daemon = True
        watch.start()
        self._is_amid = True
        try:
            with contextlib.suppress(BrokenPipeError):  # what it died of is told by `_answer`
                write_message(self._stdin, {"kind": "task", **task})
            return self._answer(task["id"], timeout_s, on_progress, cancelled)
        finally:
            watch.cancel()

    def kill(self) -> None:
        """Ends it at once and collects what is left of it."""
        with contextlib.suppress(OSError):
            self._process.kill()
        self._process.wait()
        with contextlib.suppress(OSError):
            self._stdin.close()

    def _answer(
        self,
        task_id: int,
        timeout_s: float,
        on_progress: Callable[[float, str], None] | None,
        cancelled: threading.Event | None,
    ) -> dict[str, Any]:
        give_up_at: float | None = None
        while True:
            try:
                said = self._said.get(timeout=_LOOK_EVERY_S if cancelled is not None else None)
            except queue.Empty:
                if cancelled is not None and cancelled.is_set():
                    give_up_at = self._cancel(task_id, give_up_at)
                continue
            if said is None:
                raise self._death(timeout_s, was_cancelled=give_up_at is not None)
            if said.get("id") != task_id:
                continue
            if said["kind"] == "progress":
                if on_progress is not None:
                    on_progress(said["share"], said["stage"])
                continue
            self._is_amid = False
            self.done += 1
            self.peak_bytes = max(self.peak_bytes, int(said["peak_bytes"]))
            if said["kind"] == "done":
                return said["result"]
            raise raised(said["error"])

    def _cancel(self, task_id: int, give_up_at: float | None) -> float:
        """Tells the child once, and kills it where it does not listen; returns when that is."""
        now = time.monotonic()
        if give_up_at is None:
            with contextlib.suppress(OSError):
                write_message(self._stdin, {"kind": "cancel", "id": task_id})
            return now + CANCEL_GRACE_S
        if now >= give_up_at and self.is_alive:
            self._process.kill()
        return give_up_at

    def _await_ready(self) -> None:
        if self._is_ready:
            return
        try:
            said = self._said.get(timeout=WARM_S)
        except queue.Empty:
            self.kill()
            raise UnstartedError("a child process did not start", hint="see the log") from None
        if said is None:
            raise UnstartedError("a child process ended before its task", hint="see the log")
        self._is_ready = True

    def _overrun(self) -> None:
        self._overran = True
        with contextlib.suppress(OSError):
            self._process.kill()

    def _death(self, timeout_s: float, *, was_cancelled: bool) -> WavereelError:
        """The error that a child's end means."""
        code = self._process.wait()
        if was_cancelled:
            return Cancelled("stopped")
        if self._overran:
            return LimitError(f"this took longer than {timeout_s:g} s", hint="use shorter or simpler media")
        name = signal.Signals(-code).name if code < 0 else str(code)
        LOG.error("child %d ended with %s", self.pid, name)
        if name == "SIGXCPU":
            return LimitError("this took more computing time than is allowed", hint="use shorter or simpler media")
        if name in _MADE_IT_CRASH:
            return InputError("the media cannot be processed", hint="convert them with another program first")
        if name == "SIGKILL":
            return KilledError("this needs more memory than there is", hint="use smaller media, or try again later")
        return WavereelError("a child process ended before its task", hint="see the log")

    def _listen(self) -> None:
        stdout = cast("BinaryIO", self._process.stdout)
        try:
            with contextlib.suppress(OSError, EOFError, ValueError, RecursionError, MemoryError), stdout:
                while (message := read_message(stdout)) is not None:
                    self._said.put(message)
        finally:
            with contextlib.suppress(OSError):
                self._process.kill()  # without its pipe, or speaking nonsense, it is of no use
            self._said.put(None)

    @property
    def _stdin(self) -> BinaryIO:
        return cast("BinaryIO", self._process.stdin)
