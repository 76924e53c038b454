"""What is removed when its time is over, and the record of it.

Each removal is one conditional statement and a line in the record, in one transaction; bytes go afterwards. What a
crash leaves in between are bytes that no row names, and those are removed by their age. Several processes may sweep at
once.
"""

from __future__ import annotations

import logging
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass, fields
from itertools import islice
from typing import TYPE_CHECKING

from wavereel.errors import NotFoundError, OutputError
from wavereel.service.backend.named_files import drop_names
from wavereel.service.backend.previews import CLIP_PREFIX
from wavereel.service.backend.render_endings import reference_of
from wavereel.service.recognition import owners_folder
from wavereel.store import claims, files, removals, renders, resumable, sessions, tokens, webhooks
from wavereel.store import credits as accounts
from wavereel.store.removals import Removal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from wavereel.service.backend.core import Core
    from wavereel.store.database import Tx

_LOG = logging.getLogger(__name__)

_DAY_MS = 86_400_000
CLAIMS_MS = 7 * _DAY_MS
"""An expired link says for so long that it expired."""

TOKENS_MS = 30 * _DAY_MS
"""Tokens that ended count in the windows of clients and addresses, which are shorter."""

DELIVERIES_MS = 30 * _DAY_MS
RECORD_MS = 365 * _DAY_MS
MIN_GRACE_S = 60
_BATCH = 200


@dataclass
class Removed:
    """What one sweep removed, each by count, and the bytes that came free."""

    renders: int = 0
    jobs: int = 0
    sessions: int = 0
    files: int = 0
    uploads: int = 0
    parts: int = 0
    orphans: int = 0
    claims: int = 0
    tokens: int = 0
    deliveries: int = 0
    transcripts: int = 0
    bytes: int = 0

    def __str__(self) -> str:
        told = [f"{getattr(self, field.name)} {field.name}" for field in fields(self) if getattr(self, field.name)]
        return ", ".join(told) or "nothing"


class Retention:
    """Sweeps the data folder."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def sweep(self) -> Removed:
        """Removes everything whose time is over."""
        removed = Removed()
        settings, now_ms = self._core.settings, self._core.clock()
        if settings.retention_exports_s:
            kept_ms = settings.retention_exports_s * 1000
            self._forget_jobs(removed, now_ms - 2 * kept_ms)
            self._sweep_renders(removed, now_ms - kept_ms)
        if settings.retention_sessions_s:
            before_ms = now_ms - settings.retention_sessions_s * 1000
            self._sweep_sessions(removed, before_ms)
            self._sweep_files(removed, before_ms)
        self._sweep_uploads(removed, now_ms)
        self._sweep_parts(removed)
        self._sweep_previews()
        self._sweep_orphans(removed)
        drop_names(self._core.folder, lambda blob: self._size(blob) > 0)
        if settings.retention_transcripts_s:
            self._sweep_transcripts(removed, time.time() - settings.retention_transcripts_s)
        with self._core.database.write() as tx:
            removed.claims = claims.purge(tx, now_ms - CLAIMS_MS)
            removed.tokens = tokens.purge(tx, now_ms - TOKENS_MS)
            removed.deliveries = webhooks.purge(tx, now_ms - DELIVERIES_MS)
            removals.purge(tx, now_ms - RECORD_MS)
        if str(removed) != "nothing":
            _LOG.info("removed: %s", removed)
        return removed

    def _forget_jobs(self, removed: Removed, before_ms: int) -> None:
        """Rows of exports whose videos went one retention ago: until then a poll says that the video was removed."""
        with self._core.database.write() as tx:
            gone = renders.forget(tx, before_ms, _BATCH)
            for job in gone:
                reference = reference_of(job.user_id, job.id)
                accounts.rename(tx, reference, f"{reference}#{job.seq}")
        removed.jobs += len(gone)

    def _sweep_renders(self, removed: Removed, before_ms: int) -> None:
        while True:
            with self._core.database.read() as tx:
                over = renders.finished_before(tx, before_ms, _BATCH)
            for job in over:
                size = self._size(job.blob or "")
                with self._core.database.write() as tx:
                    if not renders.lose(tx, job.seq):
                        continue
                    self._record(tx, "render", job.id, job.user_id, size, "its time is over")
                removed.renders += 1
                removed.bytes += self._freed(job.blob or "")
            if len(over) < _BATCH:
                break
        with self._core.database.write() as tx:
            renders.purge(tx, before_ms)

    def _sweep_sessions(self, removed: Removed, before_ms: int) -> None:
        with self._core.database.read() as tx:
            over = sessions.unused_since(tx, before_ms, _BATCH)
        for session in over:
            with self._core.database.write() as tx:
                present = sessions.get(tx, session.user_id, session.id)
                if present is None or present.updated_at_ms >= before_ms:
                    continue
                sessions.delete(tx, session.user_id, session.id)
                self._record(tx, "session", session.task_id, session.user_id, 0, "nobody used it")
            removed.sessions += 1

    def _sweep_files(self, removed: Removed, before_ms: int) -> None:
        """Files of no session; those that a waiting export will read stay."""
        with self._core.database.read() as tx:
            over = files.unused_since(tx, before_ms, in_sessions=False, limit=_BATCH)
        for file in over:
            with self._core.database.write() as tx:
                present = files.get(tx, file.user_id, file.id)
                if present is None or present.used_at_ms >= before_ms or file.blob in renders.blobs_awaited(tx):
                    continue
                if not files.lose(tx, file.user_id, file.id):
                    continue
                self._record(tx, "file", file.id, file.user_id, file.size, "no session uses it")
            removed.files += 1
            removed.bytes += self._freed(file.blob)

    def _sweep_uploads(self, removed: Removed, now_ms: int) -> None:
        with self._core.database.read() as tx:
            over = resumable.expired(tx, now_ms, _BATCH)
        for row in over:
            with self._core.database.write() as tx:
                present = resumable.get(tx, row.user_id, row.id)
                if present is None or present.expires_at_ms >= now_ms:
                    continue
                resumable.delete(tx, row.user_id, row.id)
                if present.file_id is None:
                    self._record(tx, "upload", row.id, row.user_id, present.offset, "it was not finished")
            path = self._core.parts / row.part
            if path.is_file():
                removed.bytes += path.stat().st_size
                path.unlink(missing_ok=True)
            removed.uploads += 1

    def _sweep_parts(self, removed: Removed) -> None:
        """What requests left that died with their process."""
        with self._core.database.read() as tx:
            used = resumable.parts_in_use(tx)
        oldest_s = time.time() - self._grace_s
        for path in self._core.parts.iterdir():
            try:
                facts = path.stat()
                if path.name in used or facts.st_mtime > oldest_s or not path.is_file():
                    continue
                path.unlink()
            except OSError:  # somebody else was faster
                continue
            removed.parts += 1
            removed.bytes += facts.st_size

    def _sweep_previews(self) -> None:
        """Clips whose sending died with its process."""
        for folder in (self._core.folder / "cache").glob(f"{CLIP_PREFIX}*"):
            with suppress(OSError):  # somebody else was faster
                if folder.stat().st_mtime <= time.time() - self._grace_s:
                    shutil.rmtree(folder, ignore_errors=True)

    def _sweep_orphans(self, removed: Removed) -> None:
        old = self._core.blobs.keys(older_than_s=self._grace_s)
        for keys in _batches(old):
            with self._core.database.read() as tx:
                used = files.blobs_in_use(tx, keys) | renders.blobs_in_use(tx, keys) | renders.blobs_awaited(tx)
            for key in keys:
                if key not in used:
                    removed.bytes += self._freed(key)
                    removed.orphans += 1

    def _sweep_transcripts(self, removed: Removed, oldest_s: float) -> None:
        """What was said in sounds of users; the owner's own transcripts, beside theirs, stay."""
        for folder in _entries(owners_folder(self._core.settings.cache_dir)):
            kept = 0
            for path in _entries(folder):
                try:
                    facts = path.stat()
                    if facts.st_mtime > oldest_s:
                        kept += 1
                        continue
                    path.unlink()
                except OSError:  # somebody else was faster
                    continue
                removed.transcripts += 1
                removed.bytes += facts.st_size
            if not kept:
                with suppress(OSError):  # something was put there meanwhile
                    folder.rmdir()

    @property
    def _grace_s(self) -> int:
        return max(MIN_GRACE_S, self._core.settings.retention_orphans_s)

    def _freed(self, blob: str) -> int:
        """Removes bytes that no row names any more; what cannot be removed now is tried again as an orphan."""
        try:
            return self._core.blobs.delete(blob)
        except OutputError as error:
            _LOG.warning("the bytes of %s stay: %s", blob, error)
            return 0

    def _size(self, blob: str) -> int:
        try:
            return self._core.blobs.size(blob)
        except NotFoundError:
            return 0

    def _record(self, tx: Tx, kind: str, subject: str, user_id: str, size: int, reason: str) -> None:
        removals.record(tx, Removal(kind, subject, user_id, size, reason, self._core.clock()))
        _LOG.info("removing %s %s of %s (%d bytes): %s", kind, subject, user_id, size, reason)


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:  # there is none yet, or no more
        return []


def _batches(keys: Iterator[str]) -> Iterator[list[str]]:
    while batch := list(islice(keys, _BATCH)):
        yield batch
