"""What is asked all the time is found by indexes, however much has been kept."""

from collections.abc import Callable

import pytest
from sqlalchemy import event

from wavereel.store import events, files, history, queue, renders, runs, sessions, tokens, usage, webhooks
from wavereel.store.database import Database, Tx
from wavereel.store.pace import active, pace, standing

ASKED: dict[str, Callable[[Tx], object]] = {
    "a token": lambda tx: tokens.find(tx, "secret", 1),
    "a client's window": lambda tx: tokens.live_of_client(tx, "c", 1, 1),
    "an address's tokens": lambda tx: tokens.issued_from(tx, "192.0.2.1", 1),
    "a session": lambda tx: sessions.get(tx, "u", "s"),
    "sessions": lambda tx: sessions.list_of(tx, "u"),
    "media": lambda tx: sessions.media_of(tx, "s"),
    "a file": lambda tx: files.get(tx, "u", "f"),
    "a quota": lambda tx: files.bytes_of_user(tx, "u"),
    "a quota of drafts": lambda tx: usage.bytes_of_drafts(tx, "u"),
    "history": lambda tx: history.read(tx, "s"),
    "a run": lambda tx: runs.running_of(tx, "s"),
    "a run to take up": lambda tx: runs.take_up(tx, "o", 1, 1),
    "events": lambda tx: events.of_session(tx, "s"),
    "events of a run": lambda tx: events.of_run(tx, "e"),
    "an event": lambda tx: events.find(tx, "s", "ev"),
    "a render": lambda tx: renders.get(tx, "u", "r"),
    "renders of a session": lambda tx: renders.of_session(tx, "u", "s"),
    "renders of a user": lambda tx: renders.of_user(tx, "u"),
    "a claim": lambda tx: queue.claim(tx, "w", now_ms=1, lease_ms=1, per_user=1),
    "the load": queue.load,
    "a user's load": lambda tx: queue.active_of_user(tx, "u"),
    "expired renders": lambda tx: renders.expired(tx, 1),
    "a beat": lambda tx: renders.beat(tx, 1, 1, progress=1, now_ms=1, lease_ms=1),
    "how a render stands": lambda tx: standing(tx, 1, 1),
    "active renders": active,
    "the pace": pace,
    "awaited blobs": renders.blobs_awaited,
    "renders of long ago": lambda tx: renders.finished_before(tx, 1),
    "renders to forget": lambda tx: renders.forget(tx, 1),
    "a user's runs": lambda tx: runs.running_count(tx, "u"),
    "a delivery": lambda tx: webhooks.take_due(tx, 1, 1),
}


@pytest.mark.parametrize("name", ASKED)
def test_no_table_is_read_from_end_to_end(database: Database, name: str):
    plans: list[str] = []

    def explain(connection, cursor, statement, parameters, *_):
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            asking = cursor.connection.cursor()
            asking.execute("EXPLAIN QUERY PLAN " + statement, parameters)
            plans.extend(row[3] for row in asking.fetchall())

    with database.write() as tx:
        event.listen(tx, "before_cursor_execute", explain)
        ASKED[name](tx)
    assert plans
    assert [step for step in plans if step.startswith("SCAN") and "SUBQUERY" not in step] == []
