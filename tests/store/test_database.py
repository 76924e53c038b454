import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from wavereel.errors import OutputError, OverloadedError, WavereelError
from wavereel.store import database as store
from wavereel.store import sessions, users
from wavereel.store.database import FILE_NAME, Database, Tx
from wavereel.store.schema import storable


def count(tx: Tx) -> int:
    """How many users there are."""
    return tx.exec_driver_sql("SELECT count(*) FROM users").scalar_one()


def test_folder_and_file_are_the_owners_alone(tmp_path: Path):
    Database.open(tmp_path / "data").close()
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "data" / FILE_NAME).stat().st_mode) == 0o600


def test_the_log_and_its_index_are_the_owners_alone_too(database: Database):
    with database.write() as tx:
        users.create(tx, kind="local", available=0)
        for path in database.path.parent.iterdir():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name


def test_it_is_set_up_for_safety(database: Database):
    for way in (database.read, database.write):
        with way() as tx:
            assert tx.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
            assert tx.exec_driver_sql("PRAGMA synchronous").scalar() == 2
            assert tx.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
            assert tx.exec_driver_sql("PRAGMA busy_timeout").scalar() == 10_000


def test_what_is_kept_is_there_after_a_restart(tmp_path: Path):
    first = Database.open(tmp_path)
    with first.write() as tx:
        users.create(tx, kind="named", name="Ada", available=5, user_id="user_1")
    first.close()
    second = Database.open(tmp_path)
    with second.read() as tx:
        assert users.get(tx, "user_1") == users.named(tx, "Ada")
    second.close()


def test_nothing_is_kept_of_a_transaction_that_raises(database: Database):
    with pytest.raises(ZeroDivisionError), database.write() as tx:  # noqa: PT012
        users.create(tx, kind="local", available=0, user_id="local")
        raise ZeroDivisionError
    with database.read() as tx:
        assert users.get(tx, "local") is None


def test_a_reader_sees_one_moment(database: Database):
    with database.read() as reader:
        assert count(reader) == 0
        with database.write() as tx:
            users.create(tx, kind="local", available=0)
        assert count(reader) == 0
    with database.read() as reader:
        assert count(reader) == 1


def test_a_reader_cannot_write(database: Database):
    with pytest.raises(OutputError), database.read() as tx:
        users.create(tx, kind="local", available=0)


def test_a_transaction_inside_a_transaction_is_a_mistake(database: Database):
    with database.write(), pytest.raises(RuntimeError), database.write():
        pass
    with database.write():
        pass


def test_writers_of_many_threads_lose_nothing(database: Database, session: sessions.Session):
    def work() -> None:
        for _ in range(20):
            with database.write() as tx:
                sessions.bump(tx, session.id, 1)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as tx:
        assert sessions.version_of(tx, session.user_id, session.id) == 1 + 160


OPENER = """
import sys
from pathlib import Path
from wavereel.store import users
from wavereel.store.database import Database
print("ready", flush=True)
sys.stdin.readline()
database = Database.open(Path(sys.argv[1]))
with database.write() as tx:
    users.create(tx, kind="local", available=0)
"""


def test_programs_that_open_a_new_folder_at_once_do_not_collide(tmp_path: Path):
    command = [sys.executable, "-c", OPENER, str(tmp_path / "data")]
    programs = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    for program in programs:
        assert program.stdout is not None
        program.stdout.readline()
    for program in programs:
        assert program.stdin is not None
        program.stdin.write("go\n")
        program.stdin.flush()
    results = [(program.communicate()[1], program.returncode) for program in programs]
    assert results == [("", 0)] * 3
    opened = Database.open(tmp_path / "data")
    with opened.read() as tx:
        assert count(tx) == 3
    opened.close()


def test_a_locked_database_is_said_to_be_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(store, "PATIENCE_S", 0.05)
    opened = Database.open(tmp_path)
    other = sqlite3.connect(opened.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OverloadedError) as caught, opened.write():
        pass
    assert caught.value.retry_after_s
    Database.open(tmp_path).close()  # which only reads
    other.close()
    with opened.write():
        pass
    opened.close()


def test_a_full_disk_is_said_and_nothing_is_kept(database: Database):
    with database.write() as tx:
        tx.exec_driver_sql("PRAGMA max_page_count = 1")  # no more pages than there are
    with pytest.raises(OutputError, match="full"), database.write() as tx:  # noqa: PT012
        tx.exec_driver_sql("PRAGMA max_page_count = 1")
        for number in range(2000):
            users.create(tx, kind="named", name="x" * 4000, available=0, user_id=f"user_{number}")
    with database.read() as tx:
        assert count(tx) == 0


@pytest.mark.parametrize("name", ["a?b=c", "50%", "with space #1", "日本", ":memory:"])
def test_any_folder_will_do(tmp_path: Path, name: str):
    opened = Database.open(tmp_path / name)
    with opened.write() as tx:
        users.create(tx, kind="local", available=0)
    opened.close()
    assert (tmp_path / name / FILE_NAME).stat().st_size > 0
    again = Database.open(tmp_path / name)
    with again.read() as tx:
        assert count(tx) == 1
    again.close()


def test_what_is_no_database_is_refused(tmp_path: Path):
    (tmp_path / FILE_NAME).write_bytes(b"not a database at all" * 100)
    with pytest.raises(OutputError, match="damaged, or no database"):
        Database.open(tmp_path)


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="cannot write"):
        Database.open(tmp_path / "file" / "data")


def test_a_fault_says_nothing_of_what_users_wrote(database: Database):
    with pytest.raises(WavereelError) as caught, database.write() as tx:  # noqa: PT012
        users.create(tx, kind="named", name="a private name", available=0, user_id="same")
        users.create(tx, kind="named", name="a private name", available=0, user_id="same")
    assert "private" not in str(caught.value)
    assert "private" not in str(caught.value.__cause__)


def test_text_that_no_database_can_hold_is_made_storable(database: Database):
    assert storable("plain é 🎧") == "plain é 🎧"
    with database.write() as tx:
        made = users.create(tx, kind="named", name="a\ud800b\0c", available=0)
        kept = users.get(tx, made.id)
        assert users.get(tx, "\ud800") is None
    assert kept is not None
    assert kept.name == "a\ufffdb\ufffdc"


def test_a_reader_does_not_wait_for_a_writer(database: Database):
    with database.write() as tx:
        users.create(tx, kind="local", available=0)
        with database.read() as reader:
            assert count(reader) == 0
