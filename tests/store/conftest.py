"""A database of its own for each test, and a user and a session in it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from wavereel.store import sessions, users
from wavereel.store.database import FILE_NAME, Database
from wavereel.store.sessions import Session
from wavereel.store.users import User

NOW_MS = 1_795_230_000_000


@pytest.fixture(scope="session")
def _fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database that was migrated and closed: migrating anew for each test takes most of its time."""
    folder = tmp_path_factory.mktemp("fresh")
    Database.open(folder).close()
    return folder


@pytest.fixture
def database(tmp_path: Path, _fresh: Path) -> Iterator[Database]:
    (tmp_path / "data").mkdir(mode=0o700)
    shutil.copy(_fresh / FILE_NAME, tmp_path / "data")
    opened = Database.open(tmp_path / "data")
    yield opened
    opened.close()


@pytest.fixture
def user(database: Database) -> User:
    with database.write() as tx:
        return users.create(tx, kind="anonymous", available=100, now_ms=NOW_MS)


@pytest.fixture
def session(database: Database, user: User) -> Session:
    with database.write() as tx:
        made = sessions.create(
            tx, user.id, app="nemo_agent", task_name="project", language="en", canvas={"fps": 30}, now_ms=NOW_MS
        )
    assert made is not None
    return made
