"""Where log lines go: nowhere until a program asks, then to one file.

Modules log through `logging.getLogger(__name__)`. Standard error belongs to the one line that a person reads, so a
traceback goes to the file only.
"""

from __future__ import annotations

import contextlib
import logging
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING

from wavereel.errors import OutputError

if TYPE_CHECKING:
    from pathlib import Path

MAX_LOG_BYTES = 4 << 20
"""The file is turned over at this size, and one older file is kept."""

_FORMAT = "%(asctime)s %(levelname)s %(name)s [%(process)d] %(message)s"


class _LogFile(RotatingFileHandler):
    """A log that never gets in the way of what it tells of: where its disk is full, lines are lost."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        del record

    def close(self) -> None:
        with contextlib.suppress(OSError):
            super().close()


def start_logging(path: Path, level: str = "debug") -> logging.Handler:
    """Sends what the package logs at `level` and above to a file, whose folder is made.

    Raises:
        OutputError: The file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = _LogFile(path, maxBytes=MAX_LOG_BYTES, backupCount=1, encoding="utf-8")
    except OSError as error:
        hint = "choose another folder with WAVEREEL_CACHE_DIR"
        raise OutputError(f"cannot write the log {path} ({error.strerror})", hint=hint) from None
    handler.setFormatter(logging.Formatter(_FORMAT))
    logger = logging.getLogger("wavereel")
    logger.setLevel(level.upper())
    logger.addHandler(handler)
    return handler


def keep_quiet() -> None:
    """Keeps log lines and Python's warnings, ours and those of libraries, off standard error."""
    logging.captureWarnings(True)
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.NullHandler())


def stop_logging(handler: logging.Handler) -> None:
    """Closes what `start_logging` opened."""
    logging.getLogger("wavereel").removeHandler(handler)
    handler.close()
