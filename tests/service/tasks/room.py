"""A session as tasks are asked about it, kept by a test the way the store keeps it."""

import hashlib
import shutil
import threading
from pathlib import Path
from typing import Any

from wavereel.service.tasks.context import TaskContext
from wavereel.service.tasks.registry import load_task


class Room:
    """A session of one user, and the folder of its files. Every call stands alone, as in a child process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.draft = b""
        self.history = b""
        self.rev = 0
        self.media: list[dict[str, Any]] = []
        self.paths: dict[str, str] = {}
        self.facts: dict[str, Any] = {}
        self.asked: dict[str, Any] | None = None
        self.language = "en"
        self.cancelled = threading.Event()
        (folder / "scratch").mkdir(parents=True, exist_ok=True)

    def call(self, name: str, **more: Any) -> dict[str, Any]:
        """Asks a task about the session."""
        known = {
            key: getattr(self, key)
            for key in ("draft", "history", "rev", "media", "paths", "facts", "asked", "language")
        }
        return self.bare(name, known | more)

    def bare(self, name: str, request: dict[str, Any]) -> dict[str, Any]:
        """Asks a task."""
        context = TaskContext(self.folder / "scratch", self.folder / "cache", workers=2, cancelled=self.cancelled)
        return load_task(name)(request, context)

    def put(self, path: Path, filename: str) -> str:
        """Makes a copy of a file, under a name that says nothing, part of the session; its id."""
        key = self.folder / "blobs" / hashlib.md5(filename.encode(), usedforsecurity=False).hexdigest()
        key.parent.mkdir(exist_ok=True)
        shutil.copyfile(path, key)
        found = self.bare("examine", {"path": str(key), "filename": filename})
        identity = "f_" + hashlib.sha256(key.read_bytes()).hexdigest()[:16]
        self.media.append(found["entry"] | {"file_id": identity})
        self.paths[identity] = str(key)
        if found["facts"]:
            self.facts[identity] = found["facts"]
        return identity

    def say(self, message: str, **more: Any) -> dict[str, Any]:
        """Says something, and stores what comes of it."""
        result = self.call("turn", message=message, **more)
        if result["changed"]:
            self.keep(result)
        self.asked = result["asked"]
        return result

    def keep(self, result: dict[str, Any]) -> None:
        """Stores a draft."""
        self.draft, self.rev = result["draft"], result["rev"]
        self.history = result["lines"] if result["whole"] else self.history + result["lines"]
        for one in result["new_media"]:
            identity = one["entry"]["file_id"]
            self.media.append(one["entry"])
            self.paths[identity] = one["path"]
