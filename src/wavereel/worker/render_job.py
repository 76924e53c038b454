"""One render job from its claim to its end."""

from __future__ import annotations

import logging
import os
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wavereel.errors import Cancelled, OutputError, OverloadedError, WavereelError
from wavereel.service.backend.render_endings import complete, fail, give_back
from wavereel.store import renders
from wavereel.store.database import wall_ms
from wavereel.store.pace import standing
from wavereel.worker.faults import raised, told
from wavereel.worker.render_settings import BEATS_A_LEASE

if TYPE_CHECKING:
    from collections.abc import Callable

    from wavereel.service.tasks.render import Rendered
    from wavereel.store.blobs import Blobs
    from wavereel.store.database import Database, Tx
    from wavereel.store.renders import Render
    from wavereel.worker.render_settings import WorkerSettings

LOG = logging.getLogger(__name__)

WORK_FOLDER = "work"
"""Below the data folder, on the blobs' file system: a finished file only gets another name. Each worker has a folder
there that is called like it, by which others see that it lives."""

TOO_SLOW = "the rendering took too long"

STUCK_S = 30.0
"""How long work that was told to stop may go on."""

_LOOK_EVERY_S = 0.25
_TELL_EVERY_S = 1.0
_END_PATIENCE_S = 120.0
"""How long the end of a job is tried to be written down while the database is busy."""


@dataclass
class Claim:
    """A job that this worker holds, and what may end it before its time.

    Attributes:
        job: The row as it was claimed.
        stop: Set when the work is to end; `reason` says why.
        reason: `cancelled` by its user, `lost` to another worker, `quit` by the worker's own end, or `slow`.
        share: The share that is done.
    """

    job: Render
    stop: threading.Event = field(default_factory=threading.Event)
    reason: str = ""
    share: float = 0.0

    def end(self, reason: str) -> None:
        """Ends the work; the first reason counts."""
        if not self.reason:
            self.reason = reason
            self.stop.set()


class Pulse(threading.Thread):
    """Moves the lease on, notes the progress, and hears whether the job is still wanted.

    A job that its user cancels, or that takes too long, has ended at once, whatever the rendering is amid of just then.
    """

    def __init__(self, claim: Claim, database: Database, settings: WorkerSettings) -> None:
        super().__init__(name="pulse", daemon=True)
        self._claim = claim
        self._database = database
        self._settings = settings
        self._over = threading.Event()
        self._stuck_at: float | None = None

    def run(self) -> None:
        settings, claim = self._settings, self._claim
        started = beaten = time.monotonic()
        told_percent = 0
        patience_s = settings.patience_of_s(claim.job.length_ms)
        while not self._over.wait(min(_LOOK_EVERY_S, settings.lease_s / BEATS_A_LEASE / 2)):
            now = time.monotonic()
            if claim.reason:
                self._insist(now)
                continue
            if now - started > patience_s:
                self._too_slow()
                continue
            percent = min(99, int(claim.share * 100))
            is_due = now - beaten >= settings.lease_s / BEATS_A_LEASE
            tells = percent != told_percent and now - beaten >= _TELL_EVERY_S
            try:
                if self._ask(percent, writes=is_due or tells):
                    beaten, told_percent = now, percent
            except WavereelError:
                # A worker that cannot move its lease on must not go on for longer than others believe in it.
                LOG.warning("the lease of render %d was not moved on", claim.job.seq, exc_info=True)
                if now - beaten > settings.lease_s:
                    claim.end("lost")

    def _ask(self, percent: int, *, writes: bool) -> bool:
        """Asks how the job stands, with a beat where `writes`; whether there was one."""
        job = self._claim.job
        if writes:
            with self._database.write() as tx:
                lease_ms = round(self._settings.lease_s * 1000)
                how = renders.beat(tx, job.seq, job.fence, progress=percent, now_ms=wall_ms(), lease_ms=lease_ms)
        else:
            with self._database.read() as tx:
                how = standing(tx, job.seq, job.fence)
        if how == "cancelled":
            with self._database.write() as tx:
                fail(tx, job, error=renders.CANCELLED, warnings=job.warnings, now_ms=wall_ms())
        if how != "alive":
            self._claim.end(how)
        return writes

    def _too_slow(self) -> None:
        """Ends a job at once: by the time its work stops, its lease may be over and another worker may begin it."""
        job = self._claim.job
        with suppress(WavereelError), self._database.write() as tx:
            fail(tx, job, error=TOO_SLOW, warnings=job.warnings, now_ms=wall_ms())
        self._claim.end("slow")

    def _insist(self, now: float) -> None:
        """Ends a process whose work does not stop: a decoder that hangs would keep it for ever."""
        if self._stuck_at is None:
            self._stuck_at = now + STUCK_S
        elif now > self._stuck_at:
            LOG.error("render %d does not stop; this worker ends", self._claim.job.seq)
            os._exit(1)

    def finish(self) -> None:
        """Ends the thread and waits for it."""
        self._over.set()
        self.join()


class Jobs:
    """Does claimed jobs, one at a time.

    Args:
        database: Where the rows are.
        blobs: Where sources come from and videos go.
        settings: The worker's.
        folder: Where files in the making lie; the worker's own, on the blobs' file system.
        render: Renders; `wavereel.service.tasks.render.render_order` with all but the order and the place given.
    """

    def __init__(
        self,
        database: Database,
        blobs: Blobs,
        settings: WorkerSettings,
        folder: Path,
        render: Callable[[Render, Path, Callable[[float], None], threading.Event], Rendered],
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._settings = settings
        self._folder = folder
        self._render = render

    def do(self, claim: Claim) -> None:
        """Renders a job and writes down how it ended; never raises for what is wrong with the job."""
        job = claim.job
        pulse = Pulse(claim, self._database, self._settings)
        pulse.start()
        try:
            with tempfile.TemporaryDirectory(dir=self._folder, ignore_cleanup_errors=True) as folder:
                made = Path(folder) / "video.mp4"

                def on_share(share: float) -> None:
                    claim.share = max(claim.share, share)

                rendered = self._render(job, made, on_share, claim.stop)
                blob = self._blobs.adopt(made)
        except BaseException as error:  # noqa: BLE001 - the top of a job: whatever happens, its row says so
            pulse.finish()
            self._ended_badly(claim, error)
            return
        pulse.finish()
        self._ended_well(claim, rendered, blob)

    def _ended_well(self, claim: Claim, rendered: Rendered, blob: str) -> None:
        job = claim.job
        result: dict[str, Any] = {
            "duration": round(rendered.length_ms / 1000, 3),
            "size": rendered.total_bytes,
            "width": rendered.width,
            "height": rendered.height,
            "fps": rendered.fps,
            "format": "mp4",
        }
        warnings = list(dict.fromkeys(self._public(job, text) for text in (*job.warnings, *rendered.warnings)))
        kept = False
        try:
            if claim.reason != "lost":
                kept = self._written(
                    lambda tx, now_ms: complete(tx, job, blob=blob, result=result, warnings=warnings, now_ms=now_ms)
                )
        finally:
            if not kept and not self._may_be_kept(job, blob):
                LOG.warning("render %d was not this worker's any more", job.seq)
                self._blobs.delete(blob)

    def _may_be_kept(self, job: Render, blob: str) -> bool:
        """Whether a job has this video after all: a commit of which nobody heard may have come through."""
        try:
            with self._database.read() as tx:
                present = renders.by_seq(tx, job.seq)
        except WavereelError:
            return True  # what turns out to be nobody's is swept later
        return present is not None and present.blob == blob

    def _ended_badly(self, claim: Claim, error: BaseException) -> None:
        job, reason = claim.job, claim.reason
        LOG.info("render %d ended: %s", job.seq, reason or error, exc_info=None if reason else error)
        if reason == "lost":
            return
        if reason == "quit":
            self._written(lambda tx, now_ms: give_back(tx, job, now_ms))
            return
        if reason == "cancelled":
            text = renders.CANCELLED
        elif reason == "slow":
            text = TOO_SLOW
        else:
            text = self._public(job, _words(error))
        self._written(lambda tx, now_ms: fail(tx, job, error=text, warnings=job.warnings, now_ms=now_ms))

    def _public(self, job: Render, text: str) -> str:
        """A message without the paths of this machine: media are called as their user called them."""
        names: dict[str, str] = job.options.get("names", {})
        for name, blob in job.sources.items():
            text = text.replace(str(self._blobs.folder / blob[:2] / blob), blob).replace(blob, names.get(name, name))
        return text.replace(str(self._settings.data_dir), "the data folder")

    def _written(self, change: Callable[[Tx, int], bool]) -> bool:
        """Writes the end down, again and again while the database is busy or the disk full: it must not be lost."""
        give_up_at = time.monotonic() + min(_END_PATIENCE_S, self._settings.lease_s)
        pause = threading.Event()
        while True:
            try:
                with self._database.write() as tx:
                    return change(tx, wall_ms())
            except (OverloadedError, OutputError):
                if time.monotonic() > give_up_at:
                    raise
                pause.wait(_LOOK_EVERY_S)


def _words(error: BaseException) -> str:
    """What the user reads: of a fault of the program, or of its disk, no more than that it is one."""
    if isinstance(error, Cancelled):
        return renders.CANCELLED
    plain = raised(told(error))
    if isinstance(plain, OutputError):
        is_full = any(word in plain.message.lower() for word in ("full", "no space", "too large", "quota"))
        return f"the video could not be written{': the disk is full' if is_full else ''}"
    return str(plain)
