"""A backend whose tasks run in this process, over a folder of the test's, and sounds to put into it."""

import hashlib
import shutil
import tempfile
import threading
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from wavereel.errors import Cancelled
from wavereel.media.signals import speech_like, write_sound
from wavereel.service.backend.backend import Backend
from wavereel.service.backend.caller import Attribution, Caller
from wavereel.service.backend.core import open_core
from wavereel.service.tasks.context import TaskContext
from wavereel.service.tasks.registry import load_task
from wavereel.settings import load_settings
from wavereel.store import files, sessions, users
from wavereel.store.database import Database
from wavereel.store.files import File

SKILL = Attribution("video-a2e", "1.0.0", "unknown")


class HereTasks:
    """The port of tasks without any process.

    `before` is called with the name and the request of every task, and may wait, raise, or answer in its place.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[str] = []
        self.before = lambda name, request, cancelled: None

    def call(self, name: str, request, *, lane="quick", on_progress=None, cancelled=None, timeout_s=None):
        self.asked.append(name)
        answer = self.before(name, request, cancelled)
        if answer is not None:
            return answer
        scratch = self.folder / "scratch"
        scratch.mkdir(exist_ok=True, parents=True)
        context = TaskContext(scratch, self.folder / "cache", workers=2, cancelled=cancelled or threading.Event())
        if context.cancelled.is_set():
            raise Cancelled("stopped")
        return load_task(name)(dict(request), context)


class Clock:
    """A clock that stands until a test moves it, but for a tick at every look."""

    def __init__(self) -> None:
        self.ms = 1_795_230_000_000

    def __call__(self) -> int:
        self.ms += 1
        return self.ms


@cache
def _new_database() -> bytes:
    """The database of a new folder: migrating it takes longer than most tests."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database.open(Path(folder))
        with database.write():
            pass
        database.close()
        return (Path(folder) / "wavereel.db").read_bytes()


def open_here(folder: Path, tasks: Any = None, **settings: Any) -> Backend:
    """A backend over a folder."""
    fresh = {"lease_s": 60.0, **settings}
    settings_of = replace(load_settings({"WAVEREEL_CACHE_DIR": str(folder / "cache")}), **fresh)
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "wavereel.db").exists():
        (folder / "wavereel.db").write_bytes(_new_database())
    core = open_core(folder, settings_of, tasks or HereTasks(folder))
    core.clock = Clock()
    return Backend(core)


def anyone(backend: Backend, user_id: str = "anon_0123456789abcdef", credits: int = 100) -> Caller:  # noqa: A002
    """A user with credits, made where there is none."""
    with backend.core.database.write() as tx:
        users.ensure(tx, user_id, kind="anonymous", available=credits, now_ms=backend.core.clock())
    return Caller(user_id, "anonymous", frozenset({"read", "write", "upload"}), attribution=SKILL)


def new_session(backend: Backend, caller: Caller, language: str = "en") -> str:
    """A session of a user's."""
    with backend.core.database.write() as tx:
        canvas = {"width": 1920, "height": 1080, "ratio": "16:9", "fps": 30}
        session = sessions.create(
            tx,
            caller.user_id,
            app="nemo_agent",
            task_name="project",
            language=language,
            canvas=canvas,
            now_ms=backend.core.clock(),
        )
    assert session is not None
    return session.id


def put_file(backend: Backend, caller: Caller, session_id: str, path: Path, filename: str) -> str:
    """Makes a copy of a file part of a session; its id."""
    spare = backend.core.folder / "parts" / "spare"
    shutil.copyfile(path, spare)
    sha256 = hashlib.sha256(spare.read_bytes()).hexdigest()
    found = backend.core.tasks.call("examine", {"path": str(spare), "filename": filename})
    now_ms = backend.core.clock()
    file = File(
        user_id=caller.user_id,
        id=f"f_{sha256[:16]}",
        blob=backend.core.blobs.adopt(spare),
        filename=filename,
        size=path.stat().st_size,
        sha256=sha256,
        entry=found["entry"],
        facts=found["facts"],
        created_at_ms=now_ms,
        used_at_ms=now_ms,
        lost=False,
    )
    with backend.core.database.write() as tx:
        kept = files.put(tx, file)
        if session_id:
            sessions.add_media(tx, session_id, caller.user_id, kept.id, now_ms=now_ms)
            sessions.bump(tx, session_id, now_ms)
    return kept.id


def talk_wav(folder: Path, seconds: int = 4) -> Path:
    """A sound that behaves like speech; nobody makes words of it."""
    path = folder / "talk.wav"
    if not path.exists():
        write_sound(path, speech_like(48_000 * seconds, dbfs=-20, seed=7), codec="pcm_s16le")
    return path
