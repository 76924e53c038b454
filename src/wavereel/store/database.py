"""The database of a data folder: opening, migrating, and transactions.

Readers see a snapshot and never wait. Writers take the lock when they begin, so no transaction finds out at its end
that it lost; inside a process they stand in line, since SQLite itself lets waiting writers sleep and retry.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, create_engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from wavereel.errors import OutputError, OverloadedError, WavereelError
from wavereel.store.schema import REVISION, json_text

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from sqlalchemy.engine import Engine

Tx = Connection
"""An open transaction. Everything in the store takes one; nothing above the store looks inside."""

FILE_NAME = "wavereel.db"
PATIENCE_S = 10.0
"""How long a writer waits for its turn."""

_READERS = 12
_READERS_AT_PEAK = 64
_WRITERS = 2
_CACHE_KIB = 1024
"""Pages that each connection keeps; there are many of them."""

_RETRY_S = 0.02
_PRAGMAS = (
    "foreign_keys = ON",
    "synchronous = FULL",
    f"journal_size_limit = {64 << 20}",
    f"cache_size = -{_CACHE_KIB}",
)


class Database:
    """The store of one data folder; used by any number of threads.

    Made by `Database.open`, ended by `close`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._readers = _engine(path, "BEGIN", size=_READERS, peak=_READERS_AT_PEAK, pragmas=("query_only = ON",))
        self._writers = _engine(path, "BEGIN IMMEDIATE", size=_WRITERS, peak=_WRITERS)
        self._turn = threading.Lock()
        self._writer = 0

    @classmethod
    def open(cls, folder: Path) -> Database:
        """The database of a folder, made or migrated where need be; folder and file are its owner's alone.

        Raises:
            OutputError: The folder cannot be written, the file is no database of ours, or it is newer than the program.
            OverloadedError: Another program has kept the database locked for too long.
        """
        from wavereel.store.migrate import migrate, revision_of

        path = folder / FILE_NAME
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Only a new file: to close one that this process has open elsewhere would drop SQLite's locks on it.
            with suppress(FileExistsError):
                os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o600))
        except OSError as error:
            raise OutputError(
                f"cannot write into {folder} ({error.strerror})", hint="choose another data folder"
            ) from None
        with _told(path):
            _use_wal(path)
        database = cls(path)
        try:
            with database.read() as tx:
                is_current = revision_of(tx) == REVISION
            if not is_current:  # else nobody who opens it has to wait for those who write
                with database.write() as tx:
                    migrate(tx, path)
        except BaseException:
            database.close()
            raise
        return database

    @contextmanager
    def read(self) -> Generator[Tx]:
        """A snapshot to read from; writing in it is an error.

        Raises:
            OutputError: The disk or the file is at fault.
            OverloadedError: More readers than there are connections for.
        """
        with _told(self.path), self._readers.connect() as tx, tx.begin():
            yield tx

    @contextmanager
    def write(self) -> Generator[Tx]:
        """A transaction: all of it is kept (and on the disk) when the block ends, nothing where it raises.

        Raises:
            OutputError: The disk is full or cannot be written.
            OverloadedError: The turn did not come in time.
        """
        me = threading.get_ident()
        if self._writer == me:
            raise RuntimeError("a transaction inside a transaction")
        if not self._turn.acquire(timeout=PATIENCE_S):
            raise _busy()
        try:
            self._writer = me
            with _told(self.path), self._writers.connect() as tx, tx.begin():
                yield tx
        finally:
            self._writer = 0
            self._turn.release()

    def close(self) -> None:
        """Lets go of all connections that nobody uses."""
        self._readers.dispose()
        self._writers.dispose()


def wall_ms() -> int:
    """Milliseconds since the epoch: the clock of those who are not given one."""
    return time.time_ns() // 1_000_000


def _engine(path: Path, begin: str, *, size: int, peak: int, pragmas: tuple[str, ...] = ()) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        json_serializer=json_text,
        hide_parameters=True,  # they are drafts and messages of users
        pool_size=size,
        max_overflow=peak - size,
        pool_timeout=PATIENCE_S,
        pool_use_lifo=True,  # what is used least is closed first, and a quiet server holds few
        connect_args={"timeout": PATIENCE_S, "check_same_thread": False},
    )

    def on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver would begin transactions of its own
        for pragma in (*_PRAGMAS, *pragmas):
            connection.execute(f"PRAGMA {pragma}")

    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)
    return engine


def _use_wal(path: Path) -> None:
    """Turns the write-ahead log on, which stays on; SQLite does not wait by itself when two do that at once."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        connection = sqlite3.connect(path, timeout=PATIENCE_S, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if not _is_busy(error) or time.monotonic() > deadline:
                raise
        else:
            return
        finally:
            connection.close()
        time.sleep(_RETRY_S)


@contextmanager
def _told(path: Path) -> Generator[None]:
    """What goes wrong below, in the words of the program's own errors."""
    try:
        yield
    except PoolTimeoutError:
        raise _busy() from None
    except DBAPIError as error:
        raise _translated(error.orig, path) from error
    except sqlite3.Error as error:
        raise _translated(error, path) from error
    except SQLAlchemyError as error:
        raise WavereelError(f"the database failed ({type(error).__name__})") from error


def _translated(error: BaseException | None, path: Path) -> WavereelError:
    name = str(getattr(error, "sqlite_errorname", ""))
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return _busy()
    if name == "SQLITE_FULL":
        return OutputError("the disk is full", hint=f"make room for {path.parent}")
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")):
        return OutputError(f"cannot write {path}", hint="correct its permissions, or choose another data folder")
    if name.startswith("SQLITE_IOERR"):
        return OutputError(f"cannot write {path} ({name})", hint="look after the disk")
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return OutputError(f"{path} is damaged, or no database", hint="put a backup in its place")
    return WavereelError(f"the database refused ({error})")


def _is_busy(error: sqlite3.Error) -> bool:
    return str(getattr(error, "sqlite_errorname", "")).startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def _busy() -> OverloadedError:
    return OverloadedError("the database is busy", hint="try again", retry_after_s=2)
