"""Coded segments, and the sound, kept by what they show and play: an export after an edit makes only what is new.

An entry is bytes, then a table that says what they are, then a checksum:

    bytes | {"sizes": [...], "keys": "0100..."} | b"WRSEG001" | length of the table | SHA-256 of all before

It gets its name when it is whole, and is never changed. What cannot be read, or does not add up, counts as absent.
Several processes may share a folder: entries come and go by single system calls.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import struct
import tempfile
import threading
import time
from contextlib import suppress
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, cast

import wavereel
from wavereel.picture.identity import identity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_LOG = logging.getLogger(__name__)

_SUFFIX = ".segment"
_TEMPORARY = ".part-"
_MAGIC = b"WRSEG001"
_FOOT = struct.Struct("<8sI32s")
_DIGEST_BYTES = 32
_READ_BYTES = 1 << 20
_TRIM_SHARE = 20
_LEAST_TRIM_BYTES = 16 << 20
_STALE_PART_S = 3600.0
_PAINTING = ("media", "picture", "render")
"""The packages whose code decides what a frame looks like once its layers are there."""

_LIBRARIES = ("av", "numpy", "pillow", "uharfbuzz", "resvg-py")


class SegmentStore(Protocol):
    """Where segments and sounds are found again; used by several threads at once."""

    def find(self, key: str, into: Path) -> Entry | None:
        """The entry of a key, as a file of the caller's own under the name `into`; `None` where there is none."""
        ...

    def keep(self, key: str, path: Path, table: Mapping[str, Any]) -> None:
        """Keeps a file that is written; more is written behind its bytes. Failing to is no error.

        Args:
            key: What the bytes depend on.
            path: The file; its bytes stay where they are, and must not change from now on.
            table: Anything that JSON can say.
        """
        ...

    def trim(self) -> None:
        """Removes what is too old, and the oldest of what is too much."""
        ...


class Entry(NamedTuple):
    """A file that was found: its first `data_bytes` bytes, and the table that was kept with them."""

    path: Path
    data_bytes: int
    table: dict[str, Any]


class SegmentCache:
    """A folder of entries.

    Args:
        folder: Made where there is none.
        max_bytes: How much it may hold; passed by a twentieth, or 16 MiB, between two trims.
        max_age_s: How long an entry is kept that nobody uses.
        scope: Entries are found only under the scope in which they were put: nobody learns from how long an export
            takes what others have rendered.
    """

    def __init__(self, folder: Path, *, max_bytes: int, max_age_s: float, scope: str = "") -> None:
        self._folder = folder
        self._max_bytes, self._max_age_s, self._scope = max_bytes, max_age_s, scope
        self._lock = threading.Lock()
        self._untrimmed_bytes = 0

    def find(self, key: str, into: Path) -> Entry | None:
        """See `SegmentStore.find`."""
        path = self._path(key)
        try:
            if time.time() - path.stat().st_mtime > self._max_age_s:
                return None
            _link_or_copy(path, into)
        except OSError:
            _remove(into)
            return None
        with suppress(OSError):  # removed meanwhile; what was found stays good
            os.utime(path)
        entry = _unsealed(into)
        if entry is None:
            _LOG.warning("something cached was damaged and is made again")
            _remove(path)
            _remove(into)
        return entry

    def keep(self, key: str, path: Path, table: Mapping[str, Any]) -> None:
        """See `SegmentStore.keep`."""
        try:
            size = path.stat().st_size
            if size > self._max_bytes:
                return
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _seal(path, table)
            path.chmod(0o600)
            _link_new(path, self._path(key))
        except FileExistsError:
            return
        except OSError as error:
            _LOG.warning("something could not be cached (%s)", error.strerror)
            return
        with self._lock:
            self._untrimmed_bytes += size
            due = self._untrimmed_bytes > max(_LEAST_TRIM_BYTES, self._max_bytes // _TRIM_SHARE)
        if due:
            self.trim()

    def trim(self) -> None:
        """See `SegmentStore.trim`."""
        with self._lock:
            self._untrimmed_bytes = 0
        now = time.time()
        kept: list[tuple[float, int, str]] = []
        for entry in _entries(self._folder):
            try:
                facts = entry.stat(follow_symlinks=False)
            except OSError:
                continue
            age_s = now - facts.st_mtime
            if entry.name.startswith(_TEMPORARY):
                if age_s > _STALE_PART_S:
                    _remove(Path(entry.path))
            elif entry.name.endswith(_SUFFIX):
                if age_s > self._max_age_s:
                    _remove(Path(entry.path))
                else:
                    kept.append((facts.st_mtime, facts.st_size, entry.path))
        total = sum(size for _, size, _ in kept)
        for _, size, path in sorted(kept):
            if total <= self._max_bytes:
                return
            _remove(Path(path))
            total -= size

    def _path(self, key: str) -> Path:
        return self._folder / f"{identity(self._scope, key).hex()}{_SUFFIX}"


@cache
def program_identity() -> bytes:
    """Digest of the program as far as it paints and codes: its version, that code, and the libraries it uses."""
    root = Path(wavereel.__file__).parent
    code = [(str(path.relative_to(root)), path.read_bytes()) for name in _PAINTING for path in _sources(root / name)]
    versions = [(name, _version_of(name)) for name in _LIBRARIES]
    return identity(wavereel.__version__, versions, *(part for pair in code for part in pair))


def _version_of(library: str) -> str:
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:  # put there by something else than an installer
        return ""


def _sources(folder: Path) -> list[Path]:
    return sorted((*folder.rglob("*.py"), *folder.rglob("*.c"), *folder.rglob("*.h")))


def _seal(path: Path, table: Mapping[str, Any]) -> None:
    """Writes the table and the checksum behind the bytes of a file."""
    text = json.dumps(table).encode()
    total = hashlib.sha256()
    with path.open("r+b") as file:
        while data := file.read(_READ_BYTES):
            total.update(data)
        head = _FOOT.pack(_MAGIC, len(text), b"")[:-_DIGEST_BYTES]
        total.update(text + head)
        file.write(text + head + total.digest())


def _unsealed(path: Path) -> Entry | None:
    """What a sealed file holds; `None` where it is damaged."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _FOOT.size))
            magic, length, digest = cast("tuple[bytes, int, bytes]", _FOOT.unpack(file.read(_FOOT.size)))
            data_bytes = size - _FOOT.size - length
            if magic != _MAGIC or data_bytes < 0:
                return None
            file.seek(0)
            total = hashlib.sha256()
            left = size - _DIGEST_BYTES
            while left and (data := file.read(min(left, _READ_BYTES))):
                total.update(data)
                left -= len(data)
            file.seek(data_bytes)
            table: object = json.loads(file.read(length)) if total.digest() == digest else None
    except (OSError, ValueError, struct.error):
        return None
    return Entry(path, data_bytes, cast("dict[str, Any]", table)) if isinstance(table, dict) else None


def _link_or_copy(path: Path, into: Path) -> None:
    """Gives a file a second name, which keeps it when the first is removed; a copy where links are not to be had."""
    try:
        os.link(path, into)
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copyfile(path, into)


def _link_new(path: Path, into: Path) -> None:
    """Gives a file a second name that must be free; elsewhere a copy appears under it, whole."""
    try:
        os.link(path, into)
    except FileExistsError:
        raise
    except OSError:
        number, temporary = tempfile.mkstemp(prefix=_TEMPORARY, dir=into.parent)
        os.close(number)
        try:
            shutil.copyfile(path, temporary)
            os.replace(temporary, into)
        except OSError:
            _remove(Path(temporary))
            raise


def _entries(folder: Path) -> Iterable[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return list(found)
    except OSError:
        return []


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)
