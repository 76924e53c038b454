"""A writer that is killed at any moment: what it had finished is there, what it had begun is not."""

import subprocess
import sys
from pathlib import Path

import pytest

from wavereel.store import credits, events, history, sessions, users  # noqa: A004
from wavereel.store.database import Database

WRITER = """
import sys
from pathlib import Path
from wavereel.store import credits, events, history, sessions
from wavereel.store.database import Database
database = Database.open(Path(sys.argv[1]))
user_id, session_id, start = sys.argv[2], sys.argv[3], int(sys.argv[4])
for number in range(start, start + 100_000):
    with database.write() as tx:
        credits.freeze(tx, user_id, 2, f"run-{number}")
        events.append(tx, session_id, f"run-{number}", [{"id": f"ev-{number}"}])
    with database.write() as tx:
        history.append(tx, session_id, b"line\\n", whole=False)
        credits.settle(tx, f"run-{number}", 1)
        sessions.bump(tx, session_id, number)
    print(number, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_a_killed_writer_leaves_whole_transactions(tmp_path: Path):
    database = Database.open(tmp_path)
    with database.write() as tx:
        user = users.create(tx, kind="anonymous", available=1_000_000)
        session = sessions.create(
            tx, user.id, app="a", task_name="", language="en", canvas={}, now_ms=1, session_id="s" * 19
        )
    assert session is not None
    told = 0
    for trial in range(4):
        command = [sys.executable, "-c", WRITER, str(tmp_path), user.id, session.id, str(trial * 1_000_000)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            lines = 0
            while lines < 5 * (trial + 1):
                assert writer.stdout.readline()
                lines += 1
            writer.kill()
            lines += len(writer.stdout.read().split("\n")) - 1
        told += lines
        with database.read() as tx:
            balance = credits.balance(tx, user.id)
            rounds = len(history.read(tx, session.id)) // 5
            begun = len(events.of_session(tx, session.id))
            version = sessions.version_of(tx, user.id, session.id)
        assert balance.total == 1_000_000 - rounds
        assert balance.frozen == 2 * (begun - rounds)
        assert version == 1 + rounds
        assert told <= rounds <= told + trial + 1
        assert rounds <= begun <= rounds + trial + 1
    again = Database.open(tmp_path)
    with again.write() as tx:
        assert tx.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    again.close()
    database.close()
