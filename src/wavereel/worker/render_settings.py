"""What a render worker is told at its start: facts of the settings that it needs, and none of their secrets."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wavereel.settings import usable_cpus

if TYPE_CHECKING:
    from wavereel.settings import Settings

BEATS_A_LEASE = 5
"""So many chances to move a lease on before it is over."""


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """The settings of one render worker.

    Attributes:
        data_dir: The data folder.
        cache_dir: Folder of transcripts and other things that can be remade.
        model_dir: Folder of recogniser weights.
        owner: The worker's name in the rows that it holds.
        lease_s: After so long without a sign of life a worker has lost its job.
        per_user: How many jobs of one user may be at work.
        threads: Threads that paint and code.
        cache_bytes: Size of the cache of segments; 0 for none.
        cache_age_s: How long a segment that nobody uses stays there.
        log_level: How much is logged.
        nice: How far it steps back behind other processes.
        memory_bytes: Address space.
        slowest_pace: A job that makes less video than this in a second is ended...
        patience_s: ...but not before this.
    """

    data_dir: Path
    cache_dir: Path
    model_dir: Path | None = None
    owner: str = ""
    lease_s: float = 15.0
    per_user: int = 2
    threads: int = 1
    cache_bytes: int = 0
    cache_age_s: int = 0
    log_level: str = "info"
    nice: int = 10
    memory_bytes: int = 6 << 30
    slowest_pace: float = 0.05
    patience_s: float = 1800.0

    def patience_of_s(self, length_ms: int) -> float:
        """How long a job that makes so much video may take."""
        return max(self.patience_s, length_ms / 1000 / self.slowest_pace)

    def told(self) -> dict[str, Any]:
        """As plain data."""
        return {name: str(value) if isinstance(value, Path) else value for name, value in asdict(self).items()}

    @classmethod
    def heard(cls, tree: dict[str, Any]) -> WorkerSettings:
        """From what `told` made."""
        folders = {name: Path(tree[name]) for name in ("data_dir", "cache_dir")}
        values: dict[str, Any] = tree | folders | {"model_dir": Path(tree["model_dir"]) if tree["model_dir"] else None}
        return cls(**values)


def worker_settings(settings: Settings, data_dir: Path) -> WorkerSettings:
    """What the settings say for the workers of a data folder."""
    return WorkerSettings(
        data_dir=data_dir,
        cache_dir=settings.cache_dir,
        model_dir=settings.model_dir,
        lease_s=settings.lease_s,
        per_user=settings.renders_per_user,
        threads=usable_cpus(),
        cache_bytes=settings.segment_cache_bytes,
        cache_age_s=settings.segment_cache_age_s,
        log_level="info" if settings.log_level == "debug" else settings.log_level,
    )
