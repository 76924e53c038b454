"""The program of a render worker: `python -m wavereel.worker.render_worker`.

It claims jobs from the database and renders them one after the other. Its standard input carries its settings, then a
byte whenever there is news, and its end is the worker's: a job at work is put back into the queue.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING, BinaryIO

from wavereel.errors import OutputError, OverloadedError
from wavereel.store.database import wall_ms
from wavereel.worker.child import take_pipes
from wavereel.worker.framing import read_message
from wavereel.worker.limits import GIB, confine, peak_bytes
from wavereel.worker.render_job import WORK_FOLDER, Claim, Jobs
from wavereel.worker.render_settings import WorkerSettings
from wavereel.worker.workspace import workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import FrameType

    from wavereel.service.tasks.render import Rendered
    from wavereel.store.blobs import Blobs
    from wavereel.store.database import Database
    from wavereel.store.renders import Render

LOG = logging.getLogger(__name__)

LOOK_EVERY_S = 1.0
"""How often a worker looks for jobs that nobody told it of: those of another process over the same folder."""

MAX_FILE_BYTES = 64 * GIB
MAX_JOBS = 200
MAX_PEAK_BYTES = 3 * GIB
"""After so many jobs, or once it held so much memory, a worker ends and is replaced by a fresh one."""

_QUIT_S = 10.0
"""How long a job may take to stop when the worker ends."""


class RenderWorker:
    """Claims and does jobs until it is told to end.

    Args:
        settings: What it needs to know.
        database: Where the jobs are.
        blobs: Where media come from and videos go.
        folder: See `Jobs`.
        render: See `Jobs`.
    """

    def __init__(
        self,
        settings: WorkerSettings,
        database: Database,
        blobs: Blobs,
        folder: Path,
        render: Callable[[Render, Path, Callable[[float], None], threading.Event], Rendered],
    ) -> None:
        self._settings = settings
        self._database = database
        self._jobs = Jobs(database, blobs, settings, folder, render)
        self._news = threading.Event()
        self._quit = threading.Event()
        self._claim: Claim | None = None

    def run(self) -> None:
        """Works until `quit`, or until it is worn."""
        for _ in range(MAX_JOBS):
            claim = None if peak_bytes() > MAX_PEAK_BYTES else self._next()
            if claim is None:
                return
            self._claim = claim
            if self._quit.is_set():
                claim.end("quit")
            self._jobs.do(claim)
            self._claim = None

    def wake(self) -> None:
        """There may be a job."""
        self._news.set()

    def quit(self) -> None:
        """Ends the work soon; a job that is not done is put back into the queue."""
        self._quit.set()
        self._news.set()
        claim = self._claim
        if claim is not None:
            claim.end("quit")

    def _next(self) -> Claim | None:
        """Waits for a job; `None` where the worker is to end first."""
        while not self._quit.is_set():
            self._news.clear()
            try:
                job = self._claimed()
            except (OverloadedError, OutputError):
                LOG.warning("no job could be claimed", exc_info=True)
                job = None
            if job is not None:
                return Claim(job)
            self._news.wait(LOOK_EVERY_S)
        return None

    def _claimed(self) -> Render | None:
        from wavereel.store import queue, sessions

        with self._database.read() as tx:
            if not queue.load(tx).pending:
                return None
        now_ms, lease_ms = wall_ms(), round(self._settings.lease_s * 1000)
        with self._database.write() as tx:
            job = queue.claim(
                tx, self._settings.owner, now_ms=now_ms, lease_ms=lease_ms, per_user=self._settings.per_user
            )
            if job is not None:
                sessions.bump(tx, job.session_id, now_ms)
            return job


def renderer(
    settings: WorkerSettings, blobs: Blobs
) -> Callable[[Render, Path, Callable[[float], None], threading.Event], Rendered]:
    """What renders a job of this data folder; everything that it needs is imported here, before the first job."""
    from wavereel.errors import InputError, NotFoundError
    from wavereel.render.segment_cache import SegmentCache
    from wavereel.service.backend.caller import LOCAL_USER
    from wavereel.service.recognition import Recognition, transcripts_folder
    from wavereel.service.tasks.render import RenderOrder, render_order

    def path_of(name: str, blob: str) -> Path:
        try:
            return blobs.path(blob)
        except NotFoundError:
            raise InputError(f"source {name[:40]} is missing", hint="upload it again") from None

    def render(
        job: Render, destination: Path, on_share: Callable[[float], None], cancelled: threading.Event
    ) -> Rendered:
        sources = {name: path_of(name, blob) for name, blob in job.sources.items()}
        owner = "" if job.user_id == LOCAL_USER else job.user_id
        cache = None
        if settings.cache_bytes:
            cache = SegmentCache(
                settings.data_dir / "segments",
                max_bytes=settings.cache_bytes,
                max_age_s=settings.cache_age_s,
                scope=job.user_id,
            )
        return render_order(
            RenderOrder(job.draft, job.output, sources, contents=job.sources),  # a blob's bytes never change
            destination,
            Recognition(transcripts_folder(settings.cache_dir, owner), settings.model_dir),
            threads=settings.threads,
            on_share=on_share,
            cancelled=cancelled,
            cache=cache,
        )

    return render


def listen(source: BinaryIO, worker: RenderWorker) -> None:
    """Hears what the supervisor says; where it is gone, the worker ends, if need be by force."""
    with contextlib.suppress(OSError):
        while source.read(1):
            worker.wake()
    worker.quit()
    time.sleep(_QUIT_S)
    os._exit(1)


def main() -> None:
    """Runs a render worker."""
    source, _ = take_pipes()
    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s [%(process)d] %(message)s"
    )
    logging.captureWarnings(True)
    hello = read_message(source)
    if hello is None:
        return
    settings = WorkerSettings.heard(hello["settings"])
    logging.getLogger().setLevel(settings.log_level.upper())
    confine(settings.memory_bytes, MAX_FILE_BYTES, settings.nice)

    from wavereel.store.blobs import Blobs
    from wavereel.store.database import Database

    database = Database.open(settings.data_dir)
    blobs = Blobs(settings.data_dir / "blobs")
    with workspace(settings.data_dir / WORK_FOLDER, settings.owner) as folder:
        worker = RenderWorker(settings, database, blobs, folder, renderer(settings, blobs))

        def on_term(number: int, frame: FrameType | None) -> None:
            del number, frame
            threading.Thread(target=worker.quit).start()  # a handler must not wait for a lock that it interrupted

        signal.signal(signal.SIGTERM, on_term)
        threading.Thread(target=listen, args=(source, worker), name="listen", daemon=True).start()
        try:
            worker.run()
        finally:
            database.close()
    os._exit(0)  # threads of libraries must not keep it


if __name__ == "__main__":
    main()
