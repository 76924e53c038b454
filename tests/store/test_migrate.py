from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from wavereel.errors import OutputError
from wavereel.store import migrate as migrating
from wavereel.store.database import Database
from wavereel.store.migrate import migrate, revision_of
from wavereel.store.schema import REVISION, metadata


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A database without tables."""
    with monkeypatch.context() as patch:
        patch.setattr("wavereel.store.migrate.migrate", lambda tx, path: None)
        return Database.open(tmp_path)


def revisions() -> list[str]:
    """All revisions, the oldest first."""
    folder = Path(migrating.__file__).with_name("migrations")
    return [script.revision for script in ScriptDirectory(folder).walk_revisions()][::-1]


def test_the_last_migration_is_the_programs_own():
    assert revisions()[-1] == REVISION


def test_migrations_lead_one_by_one_to_the_tables_of_the_program(empty: Database):
    for revision in revisions():
        with empty.write() as tx:
            migrate(tx, empty.path, revision)
        with empty.read() as tx:
            assert revision_of(tx) == revision
    with empty.write() as tx:
        context = MigrationContext.configure(tx, opts={"compare_type": False})
        assert compare_metadata(context, metadata) == []
    empty.close()


def test_partial_indexes_and_checks_are_in_the_migration(database: Database):
    with database.read() as tx:
        sql = " ".join(tx.exec_driver_sql("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").scalars())
    for part in (
        "CHECK (available >= 0)",
        "CHECK (frozen >= 0)",
        "WHERE state = 'running'",
        "WHERE state = 'processing'",
        "ON DELETE CASCADE",
    ):
        assert part in sql


def test_a_migration_that_fails_leaves_nothing(empty: Database):
    with pytest.raises(ZeroDivisionError), empty.write() as tx:  # noqa: PT012
        migrate(tx, empty.path)
        raise ZeroDivisionError
    with empty.read() as tx:
        assert revision_of(tx) is None
        assert tx.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar() == 0
    empty.close()


def test_a_database_of_a_newer_program_is_refused(database: Database):
    with database.write() as tx:
        tx.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(OutputError, match="newer program"):
        Database.open(database.path.parent)
