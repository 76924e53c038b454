"""How the work stands at the moment of looking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wavereel.store import queue, runs

if TYPE_CHECKING:
    from wavereel.server.context import Context


def figures_of(context: Context) -> dict[str, dict[str, float]]:
    """Name of a figure -> state -> number; the state is empty where there is only one.

    Raises:
        WavereelError: The database does not answer.
    """
    with context.backend.core.database.read() as tx:
        load = queue.load(tx)
        running = runs.running_count(tx)
    figures: dict[str, dict[str, float]] = {
        "renders": {"pending": load.pending, "processing": load.processing},
        "chat_runs": {"": running},
        "busy_threads": {
            "quick": context.quick.borrowed_tokens,
            "slow": context.slow.borrowed_tokens,
            "disk": context.disk.borrowed_tokens,
            "far": context.far.borrowed_tokens,
        },
    }
    if context.supervisor is not None:
        facts = context.supervisor.facts()
        figures["render_workers"] = {"wanted": facts.wanted, "alive": facts.alive}
        figures["render_worker_restarts"] = {"": facts.restarts}
    return figures
