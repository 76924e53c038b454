"""Bringing a database to the tables of this program.

All of it happens in the transaction that it is given, so that two programs that open a folder at once do it one after
the other, and one that dies half-way has done nothing.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect

from wavereel.errors import OutputError
from wavereel.store.schema import REVISION

if TYPE_CHECKING:
    from alembic.config import Config

    from wavereel.store.database import Tx

_LOG = logging.getLogger(__name__)


def revision_of(tx: Tx) -> str | None:
    """The last migration that a database went through; `None` where it has no tables of ours."""
    if not inspect(tx).has_table("alembic_version"):
        return None
    return tx.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


def migrate(tx: Tx, path: Path, to: str = REVISION) -> None:
    """Runs the migrations that a database has not seen.

    Args:
        tx: A transaction that may write.
        path: The database's file, for messages.
        to: The revision to arrive at; earlier ones are for tests.

    Raises:
        OutputError: The database is newer than the program.
    """
    present = revision_of(tx)
    if present == to:
        return
    from alembic import command
    from alembic.script import ScriptDirectory

    config = _config(tx)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if present is not None and present not in known:
        raise OutputError(
            f"{path} was written by a newer program (its tables are {present!r})",
            hint="update this program, or choose another data folder",
        )
    _LOG.info("migrating %s from %s to %s", path, present or "nothing", to)
    command.upgrade(config, to)


def _config(tx: Tx) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = tx
    return config
