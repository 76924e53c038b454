"""Bytes by random keys: uploads and finished videos, each written once and never changed.

Keys are made here and mean nothing; no name that a user wrote becomes a path.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, cast

from wavereel.errors import NotFoundError, OutputError, WavereelError
from wavereel.store.ids import new_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from obstore import ObjectMeta
    from obstore.store import LocalStore

_KEY = re.compile(r"[0-9a-f]{32}", re.ASCII)
_NO_LINKS = frozenset({errno.EXDEV, errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS})


class Blobs:
    """The blobs of one data folder.

    Args:
        folder: Made where there is none, for its owner alone.

    Raises:
        OutputError: The folder cannot be made.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise _failed(folder, error) from None

    def adopt(self, path: Path, key: str = "") -> str:
        """Makes a file a blob by giving it a new name, without a copy where both lie on one file system.

        Its bytes are on the disk before it has its name, and its old name is gone afterwards.

        Args:
            path: The file; nobody writes to it any more.
            key: A key from `new_key`, for a caller that has noted it before.

        Returns:
            The key.

        Raises:
            OutputError: The disk is full or cannot be written, or the key is taken; the file keeps its old name.
        """
        key = key or new_key()
        home = self._home(key)
        try:
            home.parent.mkdir(mode=0o700, exist_ok=True)
            _sync(path)
            path.chmod(0o600)
            _rename_new(path, home)
            _sync(home.parent)
        except OSError as error:
            raise _failed(self.folder, error) from None
        return key

    def put(self, data: bytes, key: str = "") -> str:
        """Keeps bytes under a new key, and gives it; raises as `adopt`."""
        from obstore.exceptions import BaseError

        key = key or new_key()
        home = self._home(key)
        try:
            self._store.put(_place(key), data, mode="create")
            home.chmod(0o600)
            _sync(home)
            _sync(home.parent)
        except OSError as error:
            raise _failed(self.folder, error) from None
        except BaseError as error:
            raise _failed(self.folder, error) from error
        return key

    def path(self, key: str) -> Path:
        """The file of a blob, for those who read from a path.

        Raises:
            NotFoundError: There is no such blob.
        """
        home = self._home(key)
        if not home.is_file():
            raise _unknown()
        return home

    def size(self, key: str) -> int:
        """Its length in bytes; raises as `path`."""
        return self.path(key).stat().st_size

    def delete(self, key: str) -> int:
        """Removes a blob and says how many bytes it had; 0 where there was none."""
        home = self._home(key)
        try:
            size = home.stat().st_size
            home.unlink()
        except FileNotFoundError:
            return 0
        except OSError as error:
            raise _failed(self.folder, error) from None
        return size

    def keys(self, older_than_s: float = 0.0) -> Iterator[str]:
        """The keys of all blobs that are at least as old: what no row names among them was left by a crash."""
        now = datetime.now(UTC)
        listed = cast("Iterator[Sequence[ObjectMeta]]", self._store.list())  # pyright: ignore[reportUnknownMemberType]
        for batch in listed:
            for meta in batch:
                key = meta["path"].rpartition("/")[2]
                if _KEY.fullmatch(key) and (now - meta["last_modified"]).total_seconds() >= older_than_s:
                    yield key

    @cached_property
    def _store(self) -> LocalStore:
        from obstore.store import LocalStore

        return LocalStore(self.folder, mkdir=True)

    def _home(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise _unknown()
        return self.folder / _place(key)


def _place(key: str) -> str:
    """Where a blob lies in the folder: never more than a few thousand in one directory."""
    return f"{key[:2]}/{key}"


def _rename_new(path: Path, home: Path) -> None:
    """Gives a file a name that must be free, and takes the old one away."""
    try:
        os.link(path, home)
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        _copy_new(path, home)
    path.unlink()


def _copy_new(path: Path, home: Path) -> None:
    """What is left where two names cannot be had: another file system, or one without links."""
    beside = home.with_suffix(".part")
    try:
        shutil.copyfile(path, beside)
        beside.chmod(0o600)
        _sync(beside)
        if home.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(home))
        os.replace(beside, home)
    finally:
        beside.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    """Waits until a file's bytes, or a folder's names, are on the disk."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except PermissionError:
        if os.name == "nt" and path.is_dir():  # Windows opens no folders
            return
        raise
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _failed(folder: Path, error: Exception) -> WavereelError:
    number = getattr(error, "errno", None)
    if number in (errno.ENOSPC, errno.EDQUOT) or "No space left" in str(error):
        return OutputError("the disk is full", hint=f"make room for {folder}")
    reason = getattr(error, "strerror", None) or str(error)
    return OutputError(f"cannot write into {folder} ({reason})", hint="look after the disk and its permissions")


def _unknown() -> NotFoundError:
    return NotFoundError("there is no such file")
