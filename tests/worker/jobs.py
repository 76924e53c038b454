"""A backend's exports over a folder, with users, sessions and drafts to try them on; tasks run in this process."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from wavereel.media.signals import clicks, write_sound
from wavereel.service.backend.balances import Balances
from wavereel.service.backend.caller import Attribution, Caller
from wavereel.service.backend.core import open_core
from wavereel.service.backend.links import Links
from wavereel.service.backend.renders import Renders
from wavereel.service.tasks.context import TaskContext
from wavereel.service.tasks.registry import load_task
from wavereel.settings import Settings
from wavereel.store import credits as ledger
from wavereel.store import files, queue, sessions, users
from wavereel.store import renders as rows
from wavereel.store.files import File

SKILL = Attribution("video-a2e", "1.0.0", "unknown")
ENDED = ("completed", "failed")


@dataclass
class InProcess:
    """The port of tasks without processes; counts what it was asked."""

    folder: object
    calls: list = field(default_factory=list)

    def call(self, name, request, **_):
        self.calls.append(name)
        return load_task(name)(request, TaskContext(self.folder, self.folder))


@dataclass
class Told:
    """A notifier that counts."""

    renders: int = 0

    def render_queued(self):
        self.renders += 1

    def delivery_queued(self):
        """Nobody counts these."""


class Place:
    """A data folder with exports to be asked for."""

    def __init__(self, folder, notifier=None, **settings):
        self.settings = Settings(cache_dir=folder / "cache", data_dir=folder, **settings)
        self.tasks = InProcess(folder)
        self.core = open_core(folder, self.settings, self.tasks, notifier=notifier or Told())
        self.links = Links(self.core)
        self.balances = Balances(self.core, self.links)
        self.renders = Renders(self.core, self.links, self.balances)

    def user(self, available=100, scopes=("read", "write", "upload"), attribution=SKILL):
        with self.core.database.write() as tx:
            made = users.create(tx, kind="anonymous", available=available)
        return Caller(made.id, "anonymous", frozenset(scopes), attribution=attribution)

    def session(self, caller):
        with self.core.database.write() as tx:
            made = sessions.create(
                tx, caller.user_id, app="nemo_agent", task_name="p", language="en", canvas={}, now_ms=1
            )
        return made.id

    def file(self, caller, name="f_00000000000000aa", seconds=1.0, lost=False):
        path = self.core.parts / "sound.wav"
        write_sound(path, clicks(int(48_000 * seconds), [4_800]), codec="pcm_s16le")
        blob = self.core.blobs.adopt(path)
        row = File(caller.user_id, name, blob, "talk.wav", 1, "0" * 64, {}, {}, 1, 1, lost)
        with self.core.database.write() as tx:
            files.put(tx, row)
        return name

    def body(self, session_id, render_id="render_1", draft=None, **more):
        return {"id": render_id, "sessionId": session_id, "draft": draft or drawn()} | more

    def claim(self, owner="worker"):
        with self.core.database.write() as tx:
            return queue.claim(tx, owner, now_ms=self.core.clock(), lease_ms=15_000, per_user=2)

    def balance(self, caller):
        with self.core.database.read() as tx:
            return ledger.balance(tx, caller.user_id)

    def version(self, session_id, caller):
        with self.core.database.read() as tx:
            return sessions.version_of(tx, caller.user_id, session_id)

    def row(self, caller, render_id="render_1"):
        with self.core.database.read() as tx:
            return rows.get(tx, caller.user_id, render_id)

    def ended(self, caller, ids, patience_s=60.0):
        """The status of jobs once all have ended."""
        deadline = time.monotonic() + patience_s
        while True:
            found = [self.renders.status(caller, one) for one in ids]
            if all(one["status"] in ENDED for one in found):
                return found
            assert time.monotonic() < deadline, [(one["status"], one["progress"]) for one in found]
            time.sleep(0.02)

    def until(self, caller, render_id, state, patience_s=30.0):
        deadline = time.monotonic() + patience_s
        while (found := self.row(caller, render_id)).state != state:
            assert time.monotonic() < deadline and found.state not in ENDED, found
            time.sleep(0.005)
        return found

    def close(self):
        self.core.database.close()


def drawn(length_ms=500, width=160, height=90, text="Hello", **meta):
    """A small draft that names no file."""
    tracks = [
        {"tt": 0, "sg": [{"d": length_ms, "g": {"k": "color", "c": "#101820"}}]},
        {"tt": 7, "sg": [{"d": length_ms, "txt": text}]},
    ]
    return {"d": length_ms, "m": {"width": width, "height": height, "fps": 10} | meta, "t": tracks}


def heard(source, length_ms=500):
    """A small draft over a file."""
    draft = drawn(length_ms)
    draft["t"].append({"tt": 1, "m": {"role": "voice"}, "sg": [{"d": length_ms, "src": source}]})
    return draft
