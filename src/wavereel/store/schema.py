"""The tables, as they stand after the last migration.

SQL is kept portable: integers of milliseconds instead of dates, JSON as text where a database has no better, partial
indexes and `RETURNING`, which both SQLite and PostgreSQL have.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeDecorator

REVISION = "0002"
"""The last migration: what this program's tables are called in the database."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Words(TypeDecorator[str]):
    """Text from outside: what no database can hold (lone surrogates, NUL) becomes a replacement character."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else storable(value)


class Name(Words):
    """A short one that rows are looked up by."""

    impl = String
    cache_ok = True


def storable(value: str) -> str:
    """The text without lone surrogates and NUL."""
    try:
        value.encode()
    except UnicodeEncodeError:
        value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value.replace("\0", "\ufffd")


def json_text(value: object) -> str:
    """JSON as the store writes it; ASCII, so that any text can be held."""
    return json.dumps(value, separators=(",", ":"))


_Json = JSON(none_as_null=True)
_Key = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up only what is called INTEGER


def _time(name: str, *, optional: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=optional)


users = Table(
    "users",
    metadata,
    Column("id", Name(40), primary_key=True),
    Column("kind", Name(10), nullable=False),
    Column("name", Words, nullable=False),
    Column("available", BigInteger, nullable=False),
    Column("frozen", BigInteger, nullable=False),
    Column("last_render_ms", BigInteger, nullable=False, server_default=text("0")),
    _time("created_at_ms"),
    CheckConstraint("available >= 0", name="available"),
    CheckConstraint("frozen >= 0", name="frozen"),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", Name(40), primary_key=True),
    Column("user_id", Name(40), ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", Words, nullable=False),
    Column("scopes", Words, nullable=False),
    Column("secret_sha256", Name(64), nullable=False, unique=True),
    Column("client_sha256", Name(64), index=True),
    Column("address", Words, nullable=False),
    _time("created_at_ms"),
    _time("expires_at_ms", optional=True),
    _time("revoked_at_ms", optional=True),
    Index("ix_tokens_address", "address", "created_at_ms"),
)

clients = Table(
    "clients",
    metadata,
    Column("client_sha256", Name(64), primary_key=True),
    Column("user_id", Name(40), ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    _time("created_at_ms"),
)

reservations = Table(
    "reservations",
    metadata,
    Column("reference", Name(200), primary_key=True),
    Column("user_id", Name(40), ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("price", BigInteger),
    Column("state", Name(10), nullable=False),
    _time("created_at_ms"),
    _time("ended_at_ms", optional=True),
    CheckConstraint("amount >= 0", name="amount"),
    Index("ix_reservations_user", "user_id", "created_at_ms"),
)

grants = Table(
    "grants",
    metadata,
    Column("id", _Key, primary_key=True, autoincrement=True),
    Column("user_id", Name(40), ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("amount", BigInteger, nullable=False),
    Column("note", Words, nullable=False),
    _time("created_at_ms"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Name(128), primary_key=True),
    Column("user_id", Name(40), ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("app", Name(128), nullable=False),
    Column("task_id", Name(128), nullable=False, unique=True),
    Column("task_name", Words, nullable=False),
    Column("language", Words, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("rev", BigInteger, nullable=False),
    Column("canvas", _Json, nullable=False),
    Column("generated", _Json, nullable=False),
    Column("asked", _Json),
    Column("state", _Json, nullable=False),
    _time("created_at_ms"),
    _time("updated_at_ms"),
    Column("draft", Words, nullable=False),
    Index("ix_sessions_user", "user_id", "updated_at_ms"),
)

files = Table(
    "files",
    metadata,
    Column("user_id", Name(40), ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("id", Name(40), primary_key=True),
    Column("blob", Name(64), nullable=False, unique=True),
    Column("filename", Words, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", Name(64), nullable=False),
    Column("entry", _Json, nullable=False),
    Column("facts", _Json, nullable=False),
    _time("created_at_ms"),
    _time("used_at_ms"),
    Column("lost", Boolean, nullable=False),
    Index("ix_files_used", "lost", "used_at_ms"),
)

session_media = Table(
    "session_media",
    metadata,
    Column("seq", _Key, primary_key=True, autoincrement=True),
    Column("session_id", Name(128), ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
    Column("user_id", Name(40), nullable=False),
    Column("file_id", Name(40), nullable=False),
    Column("generated", _Json),
    _time("created_at_ms"),
    Column("filename", Words),
    UniqueConstraint("session_id", "file_id"),
    ForeignKeyConstraint(["user_id", "file_id"], ["files.user_id", "files.id"], ondelete="CASCADE"),
    Index("ix_session_media_file", "user_id", "file_id"),
)

history = Table(
    "history",
    metadata,
    Column("seq", _Key, primary_key=True, autoincrement=True),
    Column("session_id", Name(128), ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("lines", LargeBinary, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", Name(64), primary_key=True),
    Column("session_id", Name(128), ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("user_id", Name(40), ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("message", Words, nullable=False),
    Column("options", _Json, nullable=False),
    Column("state", Name(10), nullable=False),
    Column("owner", Name(64), nullable=False),
    Column("attempts", Integer, nullable=False),
    _time("lease_until_ms"),
    _time("created_at_ms"),
    _time("ended_at_ms", optional=True),
    Index(
        "uq_runs_running",
        "session_id",
        unique=True,
        sqlite_where=text("state = 'running'"),
        postgresql_where=text("state = 'running'"),
    ),
    Index(
        "ix_runs_lease",
        "lease_until_ms",
        sqlite_where=text("state = 'running'"),
        postgresql_where=text("state = 'running'"),
    ),
)

events = Table(
    "events",
    metadata,
    Column("seq", _Key, primary_key=True, autoincrement=True),
    Column("session_id", Name(128), ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
    Column("run_id", Name(64), nullable=False, index=True),
    Column("id", Name(128), nullable=False),
    Column("body", _Json, nullable=False),
    UniqueConstraint("session_id", "id"),
    Index("ix_events_session", "session_id", "seq"),
)

renders = Table(
    "renders",
    metadata,
    Column("seq", _Key, primary_key=True, autoincrement=True),
    Column("user_id", Name(40), ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("id", Name(128), nullable=False),
    Column("session_id", Name(128), nullable=False),
    Column("body_sha", Name(64), nullable=False),
    Column("state", Name(10), nullable=False),
    Column("progress", Integer, nullable=False),
    Column("length_ms", BigInteger, nullable=False),
    Column("error", Words),
    Column("owner", Name(64), nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("cancel_requested", Boolean, nullable=False),
    Column("blob", Name(64), unique=True),
    _time("lease_until_ms"),
    _time("created_at_ms"),
    _time("started_at_ms", optional=True),
    _time("completed_at_ms", optional=True),
    Column("output", _Json, nullable=False),
    Column("options", _Json, nullable=False),
    Column("warnings", _Json, nullable=False),
    Column("result", _Json),
    Column("sources", _Json, nullable=False),
    Column("draft", Words, nullable=False),
    UniqueConstraint("user_id", "id"),
    Index("ix_renders_session", "session_id", "seq"),
    Index("ix_renders_completed", "completed_at_ms"),
    Index("ix_renders_state", "state", "user_id", "seq", "session_id"),
    Index(
        "uq_renders_processing",
        "user_id",
        "session_id",
        unique=True,
        sqlite_where=text("state = 'processing'"),
        postgresql_where=text("state = 'processing'"),
    ),
)

claims = Table(
    "claims",
    metadata,
    Column("secret_sha256", Name(64), primary_key=True),
    Column("user_id", Name(40), ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("session_id", Name(128), ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False, index=True),
    _time("created_at_ms"),
    _time("expires_at_ms"),
)

resumable = Table(
    "resumable",
    metadata,
    Column("id", Name(40), primary_key=True),
    Column("user_id", Name(40), ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("session_id", Name(128), ForeignKey("sessions.id", ondelete="CASCADE"), index=True),
    Column("filename", Words, nullable=False),
    Column("details", _Json, nullable=False),
    Column("part", Name(64), nullable=False),
    Column("length", BigInteger, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("file_id", Name(40)),
    _time("created_at_ms"),
    _time("expires_at_ms"),
)

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", Name(40), primary_key=True),
    Column("user_id", Name(40), ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("url", Words, nullable=False),
    Column("secret", Words, nullable=False),
    Column("events", _Json, nullable=False),
    _time("created_at_ms"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Name(40), primary_key=True),
    Column("webhook_id", Name(40), ForeignKey("webhooks.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("event", Name(64), nullable=False),
    Column("body", _Json, nullable=False),
    Column("state", Name(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("answer", Words, nullable=False),
    _time("next_at_ms"),
    _time("created_at_ms"),
    _time("ended_at_ms", optional=True),
    Index("ix_deliveries_due", "state", "next_at_ms"),
)

secrets = Table(
    "secrets",
    metadata,
    Column("name", Name(64), primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

removals = Table(
    "removals",
    metadata,
    Column("id", _Key, primary_key=True, autoincrement=True),
    Column("kind", Name(40), nullable=False),
    Column("subject", Words, nullable=False),
    Column("user_id", Name(40), nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("reason", Words, nullable=False),
    _time("created_at_ms"),
    Index("ix_removals_time", "created_at_ms"),
)
