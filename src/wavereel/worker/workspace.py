"""Folders for work in progress, which do not outlive those who work in them.

A folder's owner holds a lock on a file beside it, which the system lets go when the process ends, however it ends. So
whoever comes later can tell what a killed process left behind, and removes it.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from typing import TYPE_CHECKING

from wavereel.errors import OutputError

try:
    import fcntl
except ImportError:  # Windows: what a killed process left stays until somebody removes it
    fcntl = None

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

_LOCK_SUFFIX = ".lock"


@contextlib.contextmanager
def workspace(parent: Path, name: str = "") -> Generator[Path]:
    """A new folder below `parent`, its owner's alone, removed at the end; what the dead left there is removed first.

    Args:
        parent: Made where it is missing.
        name: The folder's, for an owner whose life others want to know about; a new one where it is empty.

    Raises:
        OutputError: The folder cannot be made.
    """
    try:
        parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        sweep(parent)
        folder, descriptor = _made(parent, name)
    except OSError as error:
        raise OutputError(f"cannot write into {parent} ({error.strerror})", hint="look after the disk") from None
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        with contextlib.suppress(OSError):
            folder.with_suffix(_LOCK_SUFFIX).unlink()
        os.close(descriptor)


def sweep(parent: Path) -> int:
    """Removes the folders of processes that are gone; how many there were."""
    if fcntl is None:
        return 0
    removed = 0
    for lock in parent.glob(f"*{_LOCK_SUFFIX}"):
        with contextlib.suppress(OSError), _held(lock):
            shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
            lock.unlink()
            removed += 1
    return removed


def has_owner(parent: Path, name: str) -> bool:
    """Whether the owner of a named folder lives; true also where the system cannot tell."""
    if fcntl is None:
        return True
    try:
        with _held(parent / f"{name}{_LOCK_SUFFIX}"):
            return False
    except FileNotFoundError:
        return False
    except OSError:
        return True


def _made(parent: Path, name: str) -> tuple[Path, int]:
    while True:
        folder = parent / (name or f"{os.getpid()}-{secrets.token_hex(8)}")
        lock = os.open(folder.with_suffix(_LOCK_SUFFIX), os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        if fcntl is not None:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:  # somebody who sweeps was faster; the next name is another one
                os.close(lock)
                continue
            except OSError:  # a file system without locks: nobody will sweep here either
                pass
            if not _is_at(folder.with_suffix(_LOCK_SUFFIX), lock):  # it was swept before it was locked
                os.close(lock)
                continue
        folder.mkdir(mode=0o700)
        return folder, lock


def _is_at(path: Path, descriptor: int) -> bool:
    """Whether an open file is the one of that name."""
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


@contextlib.contextmanager
def _held(lock: Path) -> Generator[None]:
    """Raises `OSError` where somebody else holds it."""
    assert fcntl is not None
    descriptor = os.open(lock, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)
