"""A file may be called otherwise in each session: as it was when it was sent there last."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Adds the name; where there is none, that of the file counts."""
    op.add_column("session_media", sa.Column("filename", sa.Text(), nullable=True))
