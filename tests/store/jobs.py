"""Render jobs for tests."""

from typing import Any

from wavereel.store import renders
from wavereel.store.database import Tx
from wavereel.store.renders import Render


def job(tx: Tx, user_id: str, number: int = 0, **values: Any) -> Render:
    """A job in the queue; its session is its own unless one is named."""
    values = {
        "render_id": f"render_{number}",
        "session_id": f"session_{user_id}_{number}",
        "body_sha": f"{number:064x}",
        "draft": '{"t": []}',
        "output": {"format": "mp4"},
        "sources": {"f_1": "0" * 32},
        "length_ms": 1000,
        "now_ms": number,
    } | values
    made = renders.enqueue(tx, user_id=user_id, **values)
    assert made is not None
    return made
