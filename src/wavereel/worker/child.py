"""The program of a task child: `python -m wavereel.worker.child`, spoken to over its standard input and output.

The main thread does one task after the other; a second thread reads, so that a cancellation arrives while a task runs,
and ends the process where the parent is gone.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import queue
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wavereel.errors import Cancelled, WavereelError
from wavereel.service.tasks.context import TaskContext
from wavereel.service.tasks.registry import load_task
from wavereel.worker.faults import told
from wavereel.worker.framing import read_message, write_message
from wavereel.worker.limits import confine, cpu_budget, peak_bytes

if TYPE_CHECKING:
    from typing import BinaryIO

LOG = logging.getLogger(__name__)

_PROGRESS_EVERY_S = 0.1


class Child:
    """One child's side of the conversation.

    Args:
        source: Where messages of the parent come from.
        sink: Where messages for the parent go.
    """

    def __init__(self, source: BinaryIO, sink: BinaryIO) -> None:
        self._source = source
        self._sink = sink
        self._writing = threading.Lock()
        self._tasks: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._cancelled: dict[int, threading.Event] = {}
        self._hello: dict[str, Any] = {}

    def run(self) -> None:
        """Serves until the parent closes the pipe."""
        hello = read_message(self._source)
        if hello is None:
            return
        self._hello = hello
        confine(hello["memory_bytes"], hello["file_bytes"], hello["nice"])
        self._warm_up()
        threading.Thread(target=self._listen, name="listen", daemon=True).start()
        self._send({"kind": "ready"})
        while True:
            self._do(self._tasks.get())

    def _warm_up(self) -> None:
        module, _, function = self._hello["warm_up"].partition(":")
        if not module:
            return
        try:
            getattr(importlib.import_module(module), function)(self._surroundings(self._hello["folder"]))
        except Exception:
            LOG.exception("the warm-up failed")  # the tasks will say what is wrong

    def _listen(self) -> None:
        """Reads what the parent sends; a process whose parent is gone ends at once, whatever it does."""
        try:
            with contextlib.suppress(EOFError, OSError, ValueError):
                while (message := read_message(self._source)) is not None:
                    if message["kind"] == "task":
                        self._cancelled[message["id"]] = threading.Event()
                        self._tasks.put(message)
                    elif (event := self._cancelled.get(message["id"])) is not None:
                        event.set()
        finally:
            os._exit(0)

    def _do(self, message: dict[str, Any]) -> None:
        task_id: int = message["id"]
        try:
            task = load_task(message["name"], self._hello["tasks"])
            with cpu_budget(message["cpu_s"]):
                result = task(message["request"], self._context(task_id, message))
            answer: dict[str, Any] = {"kind": "done", "id": task_id, "result": result, "peak_bytes": peak_bytes()}
        except BaseException as error:  # noqa: BLE001 - the top of a task: whatever happens is told to the parent
            answer = {"kind": "failed", "id": task_id, "error": told(error), "peak_bytes": peak_bytes()}
        self._cancelled.pop(task_id, None)
        try:
            self._send(answer)
        except (TypeError, ValueError, RecursionError, WavereelError) as error:  # the result is no message
            self._send({"kind": "failed", "id": task_id, "error": told(error), "peak_bytes": peak_bytes()})

    def _context(self, task_id: int, message: dict[str, Any]) -> TaskContext:
        last = 0.0

        def on_progress(share: float, stage: str = "") -> None:
            nonlocal last
            now = time.monotonic()
            if now - last >= _PROGRESS_EVERY_S or share >= 1:
                last = now
                self._send({"kind": "progress", "id": task_id, "share": float(share), "stage": stage})

        cancelled = self._cancelled[task_id]
        if cancelled.is_set():
            raise Cancelled("stopped")
        return replace(self._surroundings(message["scratch"]), on_progress=on_progress, cancelled=cancelled)

    def _surroundings(self, scratch: str) -> TaskContext:
        model_dir = self._hello["model_dir"]
        return TaskContext(
            scratch=Path(scratch),
            cache_dir=Path(self._hello["cache_dir"]),
            model_dir=Path(model_dir) if model_dir else None,
            workers=self._hello["workers"],
        )

    def _send(self, message: dict[str, Any]) -> None:
        with self._writing:
            write_message(self._sink, message)


def take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Standard input and output for the protocol alone; what a library prints goes to standard error instead."""
    source = os.fdopen(os.dup(0), "rb")
    sink = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return source, sink


def main() -> None:
    """Runs a child."""
    source, sink = take_pipes()
    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s [%(process)d] %(message)s"
    )
    logging.captureWarnings(True)
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        Child(source, sink).run()
    os._exit(0)  # threads of libraries must not keep it


if __name__ == "__main__":
    main()
