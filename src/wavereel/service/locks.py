"""One program at a time: a lock on a folder, which leaves no file behind and ends with the program that holds it."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from wavereel.errors import OutputError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

PATIENCE_S = 10.0
"""Saving takes milliseconds; whoever holds the lock longer has been stopped."""

_STEP_S = 0.02


@contextmanager
def alone_in(folder: Path) -> Generator[None]:
    """Keeps other programs that ask for it from saving in a folder meanwhile, where the system can do that.

    Raises:
        OutputError: Another one has been saving there for longer than `PATIENCE_S`.
    """
    if fcntl is None:
        yield
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:  # writing will say what is wrong
        yield
        return
    try:
        patience_s = PATIENCE_S
        while not _taken(descriptor):
            if patience_s <= 0:
                raise OutputError(f"something else is saving in {folder} and does not end", hint="end it, or wait")
            time.sleep(_STEP_S)
            patience_s -= _STEP_S
        yield
    finally:
        os.close(descriptor)


def _taken(descriptor: int) -> bool:
    assert fcntl is not None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True
